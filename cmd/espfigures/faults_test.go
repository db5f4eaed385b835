package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline/archive"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func init() {
	// Tests ask with a delay of a millisecond and wait as little for the rest.
	limits = func(delay time.Duration) scrapers.Limits {
		l := scrapers.Limits{Delay: delay}
		if delay < 10*time.Millisecond {
			l.RetryMax, l.RetryAfterMax, l.Stall, l.MaxBytes, l.MaxDecoded = 10*time.Millisecond, 20*time.Millisecond, 200*time.Millisecond, 4<<20, 8<<20
		}
		return l
	}
}

const startPath = "/esp/reports"

// bench is a fault site with the tables of 2021 and 2022, and a folder for a
// user's archive and outputs.
type bench struct {
	t    *testing.T
	site *faultsite.Site
	dir  string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, site: faultsite.New(), dir: t.TempDir()}
	t.Cleanup(b.site.Close)
	b.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2021, 2022), 2021, 2022)))
	for y := 2021; y <= 2022; y++ {
		b.site.Handle(faultsite.ReportPath(y), faultsite.PDFFile(edition(y, 1)))
	}
	return b
}

// edition typesets the nth version of a year's table.
func edition(year, n int) []byte { return faultsite.PDF(year, faultsite.Rows(30, 1000*n+year)) }

func (b *bench) args(more ...string) []string {
	return append([]string{
		"refresh", "--start", b.site.URL + startPath, "--allow-host", b.site.Host, "--delay", "1ms", "--years", "2021-2022", "--only", "csv",
		"--out", filepath.Join(b.dir, "out"), "--archive", filepath.Join(b.dir, "archive"),
	}, more...)
}

// refresh runs the command and returns its exit code and standard error.
func (b *bench) refresh(more ...string) (int, string) {
	b.t.Helper()
	var out, errs bytes.Buffer
	code := run(b.args(more...), strings.NewReader(""), &out, &errs)
	return code, errs.String()
}

// outputs returns every file of the output folder with its content, but for
// hidden ones: those are a killed run's that had not come so far.
func (b *bench) outputs() map[string]string {
	b.t.Helper()
	files := map[string]string{}
	root := filepath.Join(b.dir, "out")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err == nil && p != root && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "."):
			return err
		}
		body, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		files[rel] = string(body)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return files
}

// verify runs sources --verify, which must find the archive whole.
func (b *bench) verify() {
	b.t.Helper()
	var out, errs bytes.Buffer
	if code := run([]string{"sources", "--verify", "--archive", filepath.Join(b.dir, "archive")}, strings.NewReader(""), &out, &errs); code != exitFine {
		b.t.Errorf("sources --verify: exit %d: %s", code, errs.String())
	}
}

func sameFiles(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s changed", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, before %d", len(got), len(want))
	}
}

// TestFaultsEndToEnd replays every fault of the wire against the whole
// command: exit code, message, archive, and the outputs of the last good run.
func TestFaultsEndToEnd(t *testing.T) {
	table := faultsite.ReportPath(2022)
	revised := edition(2022, 2)
	for _, c := range []struct {
		name  string
		at    string // start page or table
		fault http.Handler
		code  int
		says  string
		// keeps: the figures are those of the last good run. On exit 1 no file
		// may change at all.
		keeps bool
	}{
		{"429 for ever", table, faultsite.Status(429, "Retry-After", "99999999999"), exitFailed, "429 Too Many Requests", true},
		{"429, then fine", table, faultsite.First(1, faultsite.Status(429, "Retry-After", "1"), faultsite.PDFFile(revised)), exitFine, "Changed since the last run", false},
		{"503 twice, then fine", table, faultsite.First(2, faultsite.Status(503), faultsite.PDFFile(revised)), exitFine, "Changed since the last run", false},
		{"503 for ever", table, faultsite.Status(503), exitFailed, "503 Service Unavailable", true},
		{"slow-loris", table, faultsite.Trickle(revised, 10*time.Millisecond), exitFailed, "stalled", true},
		{"body shorter than announced", table, faultsite.Short(revised, 800), exitFailed, "ends after 800 bytes", true},
		{"truncated PDF", table, faultsite.CutOff(revised, len(revised)-900), exitFailed, "%%EOF", true},
		{"PDF under a wrong content type", table, faultsite.As(revised, "text/html"), exitFine, "Changed since the last run", false},
		{"HTML at the PDF's address", table, faultsite.Page("<html><title>Moved</title>"), exitFine, "Nothing changed since the last run", true},
		{"gone", table, faultsite.Status(404), exitFine, "Nothing changed since the last run", true},
		{"redirect loop", table, faultsite.Redirect(table), exitFine, "Nothing changed since the last run", true},
		{"redirect to another host", table, faultsite.Redirect("https://www.example.com/x.pdf"), exitFine, "Nothing changed since the last run", true},
		{"redirect inside", table, faultsite.Redirect("http://169.254.169.254/x.pdf"), exitFine, "Nothing changed since the last run", true},
		{"gzip bomb", table, faultsite.GzipBomb(40 << 20), exitFailed, "too large", true},
		{"endless body", table, faultsite.Endless(), exitFailed, "too large", true},
		{"PDF bomb", table, faultsite.PDFFile(faultsite.PDFBomb(1 << 30)), exitFinding, "source-fault", true},
		{"robots disallow", "/robots.txt", faultsite.Robots("Disallow: " + table), exitFine, "Nothing changed since the last run", true},
		{"robots 5xx", "/robots.txt", faultsite.Status(503), exitFailed, "robots.txt cannot be read", true},
		{"redesigned page", startPath, faultsite.Page("<html><title>New look</title>"), exitFailed, `no report document found`, true},
		{"start page gone", startPath, faultsite.Status(410), exitFailed, "410 Gone", true},
		{"start page failing", startPath, faultsite.Status(503), exitFailed, "503 Service Unavailable", true},
		{"silent revision", table, faultsite.PDFFile(revised), exitFine, "Changed since the last run: 30 rows", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			if code, said := b.refresh(); code != exitFine {
				t.Fatalf("the good run: exit %d: %s", code, said)
			}
			before := b.outputs()
			b.site.Handle(c.at, c.fault)
			code, said := b.refresh()
			if code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("exit %d, want %d, and a message with %q:\n%s", code, c.code, c.says, said)
			}
			b.verify()
			after := b.outputs()
			switch {
			case c.code == exitFailed:
				sameFiles(t, after, before)
			case c.keeps && after["figures.csv"] != before["figures.csv"]:
				t.Error("the figures changed")
			case !c.keeps && after["figures.csv"] == before["figures.csv"]:
				t.Error("the revised figures are not there")
			}
			if c.code == exitFine && c.keeps && !strings.Contains(after["findings.csv"], b.site.URL+table) {
				t.Error("findings.csv does not name the address")
			}
			// Once the fault is gone the next run completes.
			b.site.Remove("/robots.txt")
			b.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2021, 2022), 2021, 2022)))
			b.site.Handle(table, faultsite.PDFFile(revised))
			if code, said = b.refresh(); code == exitFailed {
				t.Errorf("the run after: exit %d: %s", code, said)
			}
			want := fmt.Sprintf(",Facebook,%d,", faultsite.Rows(1, 2000+2022)[0].Reports)
			if !strings.Contains(b.outputs()["figures.csv"], want) {
				t.Error("the revised figures did not arrive")
			}
		})
	}
}

// TestScheduledRun is a weekly run by cron: silent unless something changed.
func TestScheduledRun(t *testing.T) {
	b := newBench(t)
	b.refresh()
	before := b.outputs()
	b.site.Forget()
	code, said := b.refresh("--quiet", "--fail-on-change")
	if code != exitFine || said != "" {
		t.Errorf("nothing new: exit %d, said %q", code, said)
	}
	sameFiles(t, b.outputs(), before)
	for y := 2021; y <= 2022; y++ {
		if r := b.site.To(faultsite.ReportPath(y)); len(r) != 1 || r[0].Status != http.StatusNotModified {
			t.Errorf("%d was asked %+v", y, r)
		}
	}
	b.site.Handle(faultsite.ReportPath(2022), faultsite.PDFFile(edition(2022, 2)))
	code, said = b.refresh("--quiet", "--fail-on-change")
	if code != exitFinding || !strings.Contains(said, "Changed since the last run: 30 rows") || !strings.Contains(said, "Facebook") {
		t.Errorf("a revision: exit %d, said %q", code, said)
	}
	if changes := b.outputs()["changes.csv"]; strings.Count(changes, "\n") < 31 || !strings.Contains(changes, "Facebook") {
		t.Errorf("changes.csv holds %d lines", strings.Count(changes, "\n"))
	}
}

// TestDryRunWritesNothing: not even the folders.
func TestDryRunWritesNothing(t *testing.T) {
	b := newBench(t)
	var out, errs bytes.Buffer
	code := run(b.args("--dry-run"), strings.NewReader(""), &out, &errs)
	if code != exitFine || !strings.Contains(out.String(), faultsite.ReportPath(2022)) || !strings.Contains(out.String(), "sister document") {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
	if left, _ := os.ReadDir(b.dir); len(left) != 0 {
		t.Errorf("written: %v", left)
	}
	if len(b.site.To(faultsite.ReportPath(2022))) != 0 {
		t.Error("a document was fetched")
	}
}

// TestKilledEndToEnd kills 50 refreshes of the whole command at random
// moments: the archive is whole, the outputs are one run's, and the next run
// completes.
func TestKilledEndToEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the command a hundred times")
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	facebook := func(n int) string { return fmt.Sprintf(",Facebook,%d,", faultsite.Rows(1, 1000*n+2022)[0].Reports) }
	publish := func(n int) { b.site.Handle(faultsite.ReportPath(2022), faultsite.PDFFile(edition(2022, n))) }
	start := func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Args = append([]string{"espfigures"}, b.args()...)
		return cmd
	}
	var took time.Duration // of a run that finds a new version
	for n := range 2 {
		publish(n)
		began := time.Now()
		if out, err := start().CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		took = time.Since(began)
	}
	last := b.outputs()
	for n := 2; n < 52; n++ {
		publish(n)
		cmd := start()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(took))
		cmd.Process.Kill()
		cmd.Wait()
		b.verify()
		now := b.outputs()
		if now["datapackage.json"] == last["datapackage.json"] {
			sameFiles(t, now, last)
		} else if !strings.Contains(now["figures.csv"], facebook(n)) {
			t.Errorf("after kill %d the outputs are neither the old ones nor the new ones", n)
		}
		for name, body := range now {
			if name != "datapackage.json" && !strings.Contains(now["datapackage.json"], archive.Hash([]byte(body))) {
				t.Errorf("after kill %d: %s is not the file that datapackage.json describes", n, name)
			}
		}
		last = now
	}
	publish(100)
	if code, said := b.refresh(); code == exitFailed || !strings.Contains(b.outputs()["figures.csv"], facebook(100)) {
		t.Errorf("the run after: exit %d: %s", code, said)
	}
	b.verify()
}
