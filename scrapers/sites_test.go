package scrapers_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// editions are the years of the documents on the sites of these tests.
var editions = []int{2019, 2020, 2021, 2022, 2023}

// TestEveryFormOfTheSite: on the old site, on the new one and on what may come,
// all editions are found with at most 20 requests beyond them, and at most 20
// lines are printed.
func TestEveryFormOfTheSite(t *testing.T) {
	hashed := func() (links []faultsite.Link) {
		for _, y := range editions {
			links = append(links, faultsite.Link{Href: hashedPath(y), Text: fmt.Sprintf("%d Reports by ESP", y)})
		}
		return links
	}
	for name, page := range map[string]string{
		"the old landing page":          faultsite.Landing(faultsite.Reports(editions...), editions...),
		"accordion":                     form("Accordion", "Data archive"),
		"labels and lists as siblings":  form("FlatAccordion", "Data archive"),
		"carousel":                      form("Carousel", "CyberTipline reports by ESP"),
		"click here":                    form("ClickHere", "Data archive"),
		"JSON beside links":             form("WithJSON", "Data archive"),
		"3,000 links":                   many(3000, []string{"Annual report %d", "Support for ESPs, part %d", "Missing child %d", "State report %d", "News of 2023, no. %d", "Reporting to ESPs %d"}, hashed()),
		"160 links on ESP safety":       safety(160, hashed()),
		"160 links, one edition absent": safety(160, hashed()[1:]),
		"viewers":                       faultsite.Landing([]faultsite.Link{{Href: "/viewer.html?file=" + hashedPath(2019), Text: "2019 Reports by ESP"}, {Href: "/viewer.html?zoom=2&amp;url=" + hashedPath(2020), Text: "2020 Reports by ESP"}, hashed()[2], hashed()[3], hashed()[4]}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, editions...)
			s.Handle(start, faultsite.Page(page))
			s.Handle("/viewer.html", faultsite.Page("<html><body><div id=viewer></div><script src=/viewer.js></script></body></html>"))
			var bodies [][]byte
			for _, y := range editions {
				s.Handle(hashedPath(y), faultsite.File(table(y)))
				bodies = append(bodies, table(y))
			}
			if strings.Contains(name, "absent") {
				s.Handle(faultsite.ReportPath(2019), nil) // nor can it be guessed
				bodies = bodies[1:]
			}
			res := mustRefresh(t, options(s), newArchive(t))
			wantDocuments(t, res, bodies...)
			if n := len(s.To("")); n > len(bodies)+20 {
				t.Errorf("%d requests for %d editions", n, len(bodies))
			}
			if len(res.Findings) > 20 {
				t.Errorf("%d findings", len(res.Findings))
			}
			if !strings.Contains(name, "absent") && slices.ContainsFunc(s.To(""), func(r faultsite.Request) bool { return strings.HasPrefix(r.Path, "/page-") }) {
				t.Error("a doubtful link was asked although every year was found")
			}
		})
	}
}

// TestBudgets: dead links and doubtful ones cost a bounded number of requests,
// findings and words, and the findings say what was tried in vain.
func TestBudgets(t *testing.T) {
	var dead []faultsite.Link
	for i := range 300 {
		dead = append(dead, faultsite.Link{Href: fmt.Sprintf("/dead/%d-reports-by-esp-%d.pdf", 2019+i%5, i), Text: fmt.Sprintf("%d Reports by ESP", 2019+i%5)})
	}
	s := newSite(t)
	s.Handle(start, faultsite.Page(faultsite.Landing(dead)))
	res, err := refresh(t, options(s), newArchive(t))
	if !errors.Is(err, scrapers.ErrNothingFound) || strings.Count(err.Error(), "\n") > 18 {
		t.Errorf("error %v", err)
	}
	if n := len(s.To("")); n > 5*4+12+2 {
		t.Errorf("%d requests", n)
	}
	if len(res.Findings) > 12 {
		t.Errorf("findings %+v", res.Findings)
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "4 links to reports by ESP gave no document", "404 Not Found")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Note, "56 links to reports by ESP were not asked; the first: ", "2023", "since 4 links of its year were")
}

// TestHundredThousandLinks: a page with as many links costs no more than its
// links, in processor time and memory, and only so many are remembered.
func TestHundredThousandLinks(t *testing.T) {
	n := 20_000
	if os.Getenv("ESPFIGURES_CHECK") != "" {
		n = 100_000
	}
	s := newSite(t, 2022, 2023)
	s.Handle(start, faultsite.Page(safety(n, faultsite.Reports(2022, 2023))))
	o := options(s, 2022, 2025)
	o.Limits.MaxBytes, o.Limits.MaxDecoded, o.Limits.Stall, o.Limits.Deadline = 32<<20, 64<<20, time.Minute, time.Minute
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := newArchive(t)
	res, err := scrapers.Refresh(t.Context(), o, a, store(a))
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	wantDocuments(t, res, table(2022), table(2023))
	if grew := int64(after.HeapSys) - int64(before.HeapSys); grew > 300<<20 {
		t.Errorf("the heap grew by %d MB", grew>>20)
	}
	if len(res.Skipped) > 1000 || len(res.Findings) > 4 || len(s.To("")) > 20 {
		t.Errorf("%d skipped, findings %+v", len(res.Skipped), res.Findings)
	}
}

// TestCookies: a site sets a cookie and redirects to the same address until it
// comes back, at the page and at the document.
func TestCookies(t *testing.T) {
	wall := func(then http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c, err := r.Cookie("seen"); err != nil || c.Value != "1" {
				http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1", Path: r.URL.Path})
				http.Redirect(w, r, r.URL.String(), http.StatusFound)
				return
			}
			then.ServeHTTP(w, r)
		})
	}
	s := newSite(t, 2022)
	s.Handle(start, wall(faultsite.Page(faultsite.Landing(faultsite.Reports(2022)))))
	s.Handle(path, wall(faultsite.File(table(2022))))
	o := options(s, 2022, 2022)
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2022))
	// A cookie that is another one each time is a circle all the same.
	n := 0
	s.Handle(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		http.SetCookie(w, &http.Cookie{Name: "n", Value: fmt.Sprint(n)})
		http.Redirect(w, r, path, http.StatusFound)
	}))
	if _, err := refresh(t, o, newArchive(t)); !errors.Is(err, scrapers.ErrNothingFound) || n > 12 {
		t.Errorf("%d requests, %v", n, err)
	}
}
