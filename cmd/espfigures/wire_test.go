package main

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"espfigures/scrapers/faultsite"
)

// bomb is a PDF that grows to 256 MB when it is decoded.
var bomb = sync.OnceValue(func() []byte { return faultsite.PDFBomb(1 << 28) })

// TestFaultsEndToEnd replays faults of every kind against the whole command: exit
// code, message, archive, and the outputs of the last good run. Each fault of
// the wire by itself is a test of scrapers.
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
		{"PDF bomb", table, faultsite.PDFFile(bomb()), exitFinding, "source-fault", true},
		{"gone", table, faultsite.Status(404), exitFine, "No figure changed since the last run", true},
		{"silent revision", table, faultsite.PDFFile(revised), exitFine, "Changed since the last run: 41 rows", false},
		{"429, then fine", table, faultsite.First(1, faultsite.Status(429, "Retry-After", "1"), faultsite.PDFFile(revised)), exitFine, "Changed since the last run", false},
		{"truncated PDF", table, faultsite.As(revised[:len(revised)-900], "application/pdf"), exitFailed, "%%EOF", true},
		{"HTML at the PDF's address", table, faultsite.Page("<html><title>Moved</title>"), exitFine, "No figure changed since the last run", true},
		{"robots 5xx", "/robots.txt", faultsite.Status(503), exitFailed, "robots.txt cannot be read", true},
		{"redesigned page", startPath, faultsite.Page("<html><title>New look</title>"), exitFailed, `no report document found`, true},
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
			h.site.Handle("/robots.txt", nil)
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
	table, other := faultsite.ReportPath(2018), faultsite.ReportPath(2017)
	at := func(fault http.Handler) func(*house) { return func(h *house) { h.site.Handle(table, fault) } }
	cases := []struct {
		name  string
		spoil func(h *house)
		says  string
	}{
		{"sister", at(faultsite.PDFFile(faultsite.CountryPDF(2018, faultsite.Rows(30, 1)))), "country"},
		{"no link", func(h *house) {
			h.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2017))))
			h.site.Handle(table, nil)
		}, "no table of 2018 was found"},
		{"everything", func(h *house) {
			h.site.Handle(table, faultsite.Status(404))
			h.site.Handle(other, faultsite.Status(403))
		}, "404 Not Found"},
		{"another year's bytes", at(faultsite.PDFFile(tableOf(2017, 0))), "the same document"},
		{"gone", at(faultsite.Status(404)), "404 Not Found"},
		{"closed", at(faultsite.Status(403)), "403 Forbidden"},
		{"another host", at(faultsite.Redirect("https://www.example.com/x.pdf")), "not on the list of hosts"},
		{"robots", func(h *house) { h.site.Handle("/robots.txt", faultsite.Robots("Disallow: "+table)) }, "robots.txt disallows it"},
		{"encoding", at(faultsite.Status(200, "Content-Encoding", "br")), `encoded as "br"`},
	}
	for _, c := range cases[:times(4, len(cases))] {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, 2017, 2018) // years that are not shipped: nothing else is warned of
			h.only = "csv"
			if code, said := h.here("--strict"); code != exitFine {
				t.Fatalf("before: exit %d:\n%s", code, said)
			}
			c.spoil(h)
			code, said := h.here("--quiet")
			if lines := strings.Count(said, "\n"); code != exitFine || !strings.Contains(said, c.says) || lines < 1 || lines > 2 {
				t.Errorf("quiet: exit %d, %d lines, want one with %q:\n%s", code, lines, c.says, said)
			}
			if code, said := h.here("--strict"); code != exitFinding || !strings.Contains(said, c.says) || strings.Contains(said, "Nothing changed") {
				t.Errorf("strict: exit %d:\n%s", code, said)
			}
		})
	}
}

// TestEditionsComeAndGo: two documents of one year, bytes that come back, a
// document that was unreadable and is replaced, and a first run that differs
// from the figures shipped: what each run says, and how it ends.
func TestEditionsComeAndGo(t *testing.T) {
	type step struct {
		do    func(h *house)
		flags string
		code  int
		says  string // "" nothing at all
	}
	publish := func(year, version int) func(*house) { return func(h *house) { h.publish(year, version) } }
	broken := func(h *house) {
		h.site.Handle(faultsite.ReportPath(2018), faultsite.PDFFile([]byte("%PDF-1.7\nnothing\n%%EOF\n")))
	}
	nothing := func(*house) {}
	for name, c := range map[string]struct {
		years []int
		steps []step
	}{
		"two documents": {[]int{2017, 2018}, []step{
			{func(h *house) {
				h.site.Handle("/b/2018-reports-by-esp.pdf", faultsite.PDFFile(tableOf(2018, 1)))
				h.site.Handle(startPath, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2017, 2018),
					faultsite.Link{Href: "/b/2018-reports-by-esp.pdf", Text: "2018 Reports by ESP"}))))
			}, "--quiet", exitFine, "two documents of one year with different rows"},
			{nothing, "--strict", exitFinding, "two documents of one year with different rows"},
		}},
		"there and back": {[]int{2017, 2018}, []step{
			{nothing, "--strict", exitFine, "First run"},
			{publish(2018, 1), "--strict", exitFinding, "Changed since the last run: 3 rows"},
			{publish(2018, 0), "--quiet", exitFine, "Changed since the last run: 3 rows"},
			{nothing, "--strict", exitFine, "Nothing changed"},
			{nothing, "--quiet --fail-on-change", exitFine, ""}, // as cron runs it
			{publish(2018, 2), "--quiet --fail-on-change", exitFinding, "Facebook"},
		}},
		"forgotten when replaced": {[]int{2017, 2018}, []step{
			{broken, "--quiet", exitFinding, "2018-reports-by-esp.pdf"},
			{broken, "", exitFinding, "1 fail"},
			{publish(2018, 0), "--quiet", exitFine, "Changed since the last run: 3 rows"},
			{nothing, "--strict", exitFine, "Nothing changed"},
		}},
		"not what is shipped": {[]int{2021}, []step{
			{nothing, "--quiet", exitFine, "differs from the version before it"},
			{nothing, "--quiet", exitFine, ""},
			{nothing, "--strict", exitFinding, " warn"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, c.years...)
			h.only = "csv"
			for i, s := range c.steps {
				s.do(h)
				code, said := h.here(strings.Fields(s.flags)...)
				if code != s.code || !strings.Contains(said, s.says) || s.says == "" && said != "" {
					t.Errorf("step %d, %s: exit %d, want %d and %q:\n%s", i, s.flags, code, s.code, s.says, said)
				}
			}
			if changes := h.outputs()["changes.csv"]; name == "there and back" && strings.Count(changes, ",Facebook,") != 3 {
				t.Errorf("changes.csv does not say every time what changed:\n%s", changes)
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
	h.site.Handle(faultsite.ReportPath(2018), faultsite.PDFFile(bomb()))
	h.years = []int{2018}
	if code, said := h.here(); code != exitFailed || !strings.Contains(said, faultsite.ReportPath(2018)) || strings.Count(said, "\n") > 2 {
		t.Errorf("exit %d:\n%s", code, said)
	}
}
