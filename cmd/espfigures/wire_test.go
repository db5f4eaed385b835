package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"espfigures/scrapers/faultsite"
)

// bomb is a PDF that grows to 256 MB when it is decoded.
var bomb = sync.OnceValue(func() []byte { return faultsite.PDFBomb(1 << 28) })

// step is a run of a history: what happens on the site before it, its flags, how
// it ends and what it says, "" for nothing at all.
type step struct {
	do    func(h *house)
	flags string
	code  int
	says  string
}

func at(path string, fault http.Handler) func(*house) {
	return func(h *house) { h.site.Handle(path, fault) }
}

func publish(year, version int) func(*house) { return func(h *house) { h.publish(year, version) } }

func nothing(*house) {}

// faulty is a good run, one against a fault, and one after it is mended, for which
// there is another version of 2022.
func faulty(path string, fault http.Handler, code int, says string) []step {
	return []step{{nothing, "", exitFine, "First run"}, {at(path, fault), "", code, says}, {func(h *house) {
		h.land()
		h.publish(2022, 1)
	}, "", exitFine, " 41 rows "}}
}

// lacking looks for something and does not have it: that is one line with --quiet
// too, and exit code 3 with --strict.
func lacking(spoil func(*house), says string) []step {
	return []step{{nothing, "--strict", exitFine, "First run"}, {spoil, "--quiet", exitFine, says}, {nothing, "--strict", exitFinding, says}}
}

// TestHistories runs against a site on which something happens: a fault of each kind
// of outcome, what is not had, bytes that come back. What outcome each fault of the
// wire has is a test of scrapers, what follows from documents one of pipeline/build.
func TestHistories(t *testing.T) {
	shipped, others := []int{2021, 2022}, []int{2017, 2018} // of years that are not shipped nothing else is warned of
	table22, table18, table17 := faultsite.ReportPath(2022), faultsite.ReportPath(2018), faultsite.ReportPath(2017)
	revised := tableOf(2022, 1)
	for name, c := range map[string]struct {
		years []int
		steps []step
	}{
		"503 for ever":                {shipped, faulty(table22, faultsite.Status(503), exitFailed, "503 Service Unavailable")},
		"PDF bomb":                    {shipped, faulty(table22, faultsite.File(bomb()), exitFinding, "source-fault")},
		"gone":                        {shipped, faulty(table22, faultsite.Status(404), exitFine, "No figure changed since the last run")},
		"silent revision":             {shipped, faulty(table22, faultsite.File(revised), exitFine, "Changed since the last run: 41 rows")},
		"redesigned page":             {shipped, faulty(startPath, faultsite.Page("<html><title>New look</title>"), exitFailed, "no report document found")},
		"the only edition unreadable": {others[1:], []step{{at(table18, faultsite.File(bomb())), "", exitFailed, table18}}},

		"sister": {others, lacking(at(table18, faultsite.File(faultsite.CountryPDF(2018, faultsite.Rows(30, 1)))), "country")},
		"no link": {others, lacking(func(h *house) {
			h.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(2017))))
			h.site.Handle(table18, nil)
		}, "no table of 2018 was found")},
		"everything": {others, lacking(func(h *house) {
			h.site.Handle(table18, faultsite.Status(404))
			h.site.Handle(table17, faultsite.Status(403))
		}, "404 Not Found")},
		"another year's bytes": {others, lacking(at(table18, faultsite.File(tableOf(2017, 0))), "the same document")},
		"there and back": {others, []step{
			{nothing, "--strict", exitFine, "First run"},
			{publish(2018, 1), "--strict", exitFinding, "Changed since the last run: 3 rows"},
			{publish(2018, 0), "--quiet", exitFine, "Changed since the last run: 3 rows"},
			{nothing, "--strict", exitFine, "Nothing changed"},
			{nothing, "--quiet --fail-on-change", exitFine, ""}, // as cron runs it
			{publish(2018, 2), "--quiet --fail-on-change", exitFinding, "Facebook"},
		}},
		"not what is shipped": {shipped[:1], []step{
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
				before := h.outputs()
				s.do(h)
				code, said := h.here(strings.Fields(s.flags)...)
				after := h.outputs()
				changed := strings.Contains(said, "Changed since the last run")
				if code != s.code || !strings.Contains(said, s.says) || s.says == "" && said != "" {
					t.Errorf("step %d, %s: exit %d, want %d and %q:\n%s", i, s.flags, code, s.code, s.says, said)
				}
				if code == exitFailed {
					sameFiles(t, after, before)
				}
				if i > 0 && changed != (after["figures.csv"] != before["figures.csv"]) {
					t.Errorf("step %d: the figures changed, or it says so: %v\n%s", i, changed, said)
				}
				if lines := strings.Count(said, "\n"); strings.Contains(s.flags, "quiet") && !changed && lines > 2 {
					t.Errorf("step %d: %d lines:\n%s", i, lines, said)
				}
				h.verify()
			}
			after := h.outputs()
			if len(c.years) > 1 && c.years[1] == 2022 && !strings.Contains(after["figures.csv"], facebook(2022, 1)) {
				t.Error("the revised figures did not arrive")
			}
			if name == "there and back" && strings.Count(after["changes.csv"], ",Facebook,") != 3 {
				t.Errorf("changes.csv does not say every time what changed:\n%s", after["changes.csv"])
			}
		})
	}
}
