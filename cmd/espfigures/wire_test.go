package main

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"espfigures/scrapers/faultsite"
)

// TestFaultsEndToEnd replays every fault of the wire against the whole
// command: exit code, message, archive, and the outputs of the last good run.
func TestFaultsEndToEnd(t *testing.T) {
	table := faultsite.ReportPath(2022)
	revised := tableOf(2022, 1)
	cases := []struct {
		name  string
		at    string // start page or table
		fault http.Handler
		code  int
		says  string
		// keeps: the figures are those of the last good run. On exit 1 no file
		// may change at all.
		keeps bool
	}{
		{"503 for ever", table, faultsite.Status(503), exitFailed, "503 Service Unavailable", true},
		{"PDF bomb", table, faultsite.PDFFile(faultsite.PDFBomb(1 << 28)), exitFinding, "source-fault", true},
		{"gone", table, faultsite.Status(404), exitFine, "No figure changed since the last run", true},
		{"redirect to another host", table, faultsite.Redirect("https://www.example.com/x.pdf"), exitFine, "No figure changed since the last run", true},
		{"silent revision", table, faultsite.PDFFile(revised), exitFine, "Changed since the last run: 41 rows", false},
		{"429 for ever", table, faultsite.Status(429, "Retry-After", "99999999999"), exitFailed, "429 Too Many Requests", true},
		{"429, then fine", table, faultsite.First(1, faultsite.Status(429, "Retry-After", "1"), faultsite.PDFFile(revised)), exitFine, "Changed since the last run", false},
		{"503 twice, then fine", table, faultsite.First(2, faultsite.Status(503), faultsite.PDFFile(revised)), exitFine, "Changed since the last run", false},
		{"slow-loris", table, faultsite.Trickle(revised, 10*time.Millisecond), exitFailed, "stalled", true},
		{"body shorter than announced", table, faultsite.Short(revised, 800), exitFailed, "ends after 800 bytes", true},
		{"truncated PDF", table, faultsite.CutOff(revised, len(revised)-900), exitFailed, "%%EOF", true},
		{"PDF under a wrong content type", table, faultsite.As(revised, "text/html"), exitFine, "Changed since the last run", false},
		{"HTML at the PDF's address", table, faultsite.Page("<html><title>Moved</title>"), exitFine, "No figure changed since the last run", true},
		{"redirect loop", table, faultsite.Redirect(table), exitFine, "No figure changed since the last run", true},
		{"redirect inside", table, faultsite.Redirect("http://169.254.169.254/x.pdf"), exitFine, "No figure changed since the last run", true},
		{"gzip bomb", table, faultsite.GzipBomb(40 << 20), exitFailed, "too large", true},
		{"endless body", table, faultsite.Endless(), exitFailed, "too large", true},
		{"robots disallow", "/robots.txt", faultsite.Robots("Disallow: " + table), exitFine, "No figure changed since the last run", true},
		{"robots 5xx", "/robots.txt", faultsite.Status(503), exitFailed, "robots.txt cannot be read", true},
		{"redesigned page", startPath, faultsite.Page("<html><title>New look</title>"), exitFailed, `no report document found`, true},
		{"start page gone", startPath, faultsite.Status(410), exitFailed, "410 Gone", true},
		{"start page failing", startPath, faultsite.Status(503), exitFailed, "503 Service Unavailable", true},
	}
	for _, c := range cases[:times(5, len(cases))] {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 2021, 2022)
			h.only = "csv"
			if code, said := h.here(); code != exitFine {
				t.Fatalf("the good run: exit %d: %s", code, said)
			}
			before := h.outputs()
			h.site.Handle(c.at, c.fault)
			code, said := h.here()
			if code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("exit %d, want %d, and a message with %q:\n%s", code, c.code, c.says, said)
			}
			h.verify()
			after := h.outputs()
			switch {
			case c.code == exitFailed:
				sameFiles(t, after, before)
			case c.keeps && after["figures.csv"] != before["figures.csv"]:
				t.Error("the figures changed")
			case !c.keeps && after["figures.csv"] == before["figures.csv"]:
				t.Error("the revised figures are not there")
			}
			if c.code == exitFine && c.keeps && !strings.Contains(after["findings.csv"], h.site.URL+table) {
				t.Error("findings.csv does not name the address")
			}
			// Once the fault is gone the next run completes.
			h.site.Remove("/robots.txt")
			h.land()
			h.publish(2022, 1)
			if code, said = h.here(); code == exitFailed {
				t.Errorf("the run after: exit %d: %s", code, said)
			}
			if !strings.Contains(h.outputs()["figures.csv"], facebook(2022, 1)) {
				t.Error("the revised figures did not arrive")
			}
		})
	}
}

// TestScheduledRun is a weekly run by cron: silent unless something changed.
func TestScheduledRun(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2021, 2022)
	h.only = "csv"
	h.here()
	before := h.outputs()
	h.site.Forget()
	code, said := h.here("--quiet", "--fail-on-change")
	if code != exitFine || said != "" {
		t.Errorf("nothing new: exit %d, said %q", code, said)
	}
	sameFiles(t, h.outputs(), before)
	for y := 2021; y <= 2022; y++ {
		if r := h.site.To(faultsite.ReportPath(y)); len(r) != 1 || r[0].Status != http.StatusNotModified {
			t.Errorf("%d was asked %+v", y, r)
		}
	}
	h.publish(2022, 1)
	code, said = h.here("--quiet", "--fail-on-change")
	if code != exitFinding || !strings.Contains(said, "Changed since the last run: 41 rows") || !strings.Contains(said, "Facebook") {
		t.Errorf("a revision: exit %d, said %q", code, said)
	}
	if changes := h.outputs()["changes.csv"]; strings.Count(changes, "\n") < 41 || !strings.Contains(changes, "Facebook") {
		t.Errorf("changes.csv holds %d lines", strings.Count(changes, "\n"))
	}
}

// TestDryRunWritesNothing: not even the folders.
func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2021, 2022)
	h.only = "csv"
	var out, errs bytes.Buffer
	code := run(h.args("--dry-run"), strings.NewReader(""), &out, &errs)
	if code != exitFine || !strings.Contains(out.String(), faultsite.ReportPath(2022)) || !strings.Contains(out.String(), "sister document") {
		t.Errorf("exit %d: %s%s", code, out.String(), errs.String())
	}
	if left, _ := os.ReadDir(h.dir); len(left) != 0 {
		t.Errorf("written: %v", left)
	}
	if len(h.site.To(faultsite.ReportPath(2022))) != 0 {
		t.Error("a document was fetched")
	}
}

// TestWhatWasNotHadIsSaid: what was looked for and not had is one line on
// standard error, with --quiet too, and exit code 3 with --strict. A run that
// took nothing because everything was refused does not say that nothing changed.
func TestWhatWasNotHadIsSaid(t *testing.T) {
	table, other := faultsite.ReportPath(2022), faultsite.ReportPath(2021)
	cases := []struct {
		name  string
		spoil func(h *house)
		says  string
	}{
		{"sister", func(h *house) {
			h.site.Handle(table, faultsite.PDFFile(faultsite.CountryPDF(2022, faultsite.Rows(30, 1))))
		}, "country"},
		{"no link", func(h *house) {
			h.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2021))))
			h.site.Remove(table)
		}, "no table of 2022 was found"},
		{"everything", func(h *house) {
			h.site.Handle(table, faultsite.Status(404))
			h.site.Handle(other, faultsite.Status(404))
		}, "404 Not Found"},
		{"another year's bytes", func(h *house) { h.site.Handle(table, faultsite.PDFFile(tableOf(2021, 0))) }, "the same document"},
		{"gone", func(h *house) { h.site.Handle(table, faultsite.Status(404)) }, "404 Not Found"},
		{"closed", func(h *house) { h.site.Handle(table, faultsite.Status(403)) }, "403 Forbidden"},
		{"another host", func(h *house) { h.site.Handle(table, faultsite.Redirect("https://www.example.com/x.pdf")) }, "not on the list of hosts"},
		{"robots", func(h *house) { h.site.Handle("/robots.txt", faultsite.Robots("Disallow: "+table)) }, "robots.txt disallows it"},
		{"encoding", func(h *house) { h.site.Handle(table, faultsite.Status(200, "Content-Encoding", "br")) }, `encoded as "br"`},
	}
	for _, c := range cases[:times(4, len(cases))] {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 2021, 2022)
			h.only = "csv"
			h.here()
			c.spoil(h)
			code, said := h.here("--quiet")
			if lines := strings.Count(said, "\n"); code == exitFailed || !strings.Contains(said, c.says) || lines > 3 {
				t.Errorf("quiet: exit %d, %d lines, want one with %q:\n%s", code, lines, c.says, said)
			}
			if code, said := h.here("--strict"); code != exitFinding || !strings.Contains(said, c.says) || strings.Contains(said, "Nothing changed") {
				t.Errorf("strict: exit %d:\n%s", code, said)
			}
		})
	}
}

// TestUnreadableEdition: if the only edition asked for cannot be read, the
// message names the document and its fault.
func TestUnreadableEdition(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2021, 2022)
	h.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2018))))
	h.site.Handle(faultsite.ReportPath(2018), faultsite.PDFFile(faultsite.PDFBomb(1<<28)))
	h.years = []int{2018}
	if code, said := h.here(); code != exitFailed || !strings.Contains(said, faultsite.ReportPath(2018)) || strings.Count(said, "\n") > 2 {
		t.Errorf("exit %d:\n%s", code, said)
	}
}
