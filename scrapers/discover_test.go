package scrapers_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// years returns the years of what was found, in order.
func years(res *scrapers.Result) []int {
	var list []int
	for _, c := range found(res) {
		list = append(list, c.Year)
	}
	return list
}

func TestLinksInEveryForm(t *testing.T) {
	s := newSite(t)
	s.Handle(start, faultsite.Page(`<base href="../one/two/">`+faultsite.Landing([]faultsite.Link{
		{Href: "../content/2019%20CyberTipline%20Reports%20by%20ESP.pdf", Text: "2019 Reports by ESP"},
		{Href: s.URL + "/absolute/2020-reports-by-esp.pdf#page=2", Text: "2020"},
		{Href: "/content/2021 Reports by ESP.pdf", Text: "PDF"}, // a raw space
		{Href: "/query?file=2022-reports-by-esp.pdf&amp;v=2", Text: "Download"},
		{Href: "//" + s.Host + "/content/cybertiplinedata2023/2023-reports-by-esp.pdf", Text: "Reports by ESP"},
		{Href: "javascript:void(0)", Text: "2018 Reports by ESP"},
		{Href: "http://[bad", Text: "2017 Reports by ESP"},
	}, 2022)))
	paths := map[int]string{
		2019: "/one/content/2019 CyberTipline Reports by ESP.pdf", 2020: "/absolute/2020-reports-by-esp.pdf", 2021: "/content/2021 Reports by ESP.pdf",
		2022: "/query", 2023: "/content/cybertiplinedata2023/2023-reports-by-esp.pdf",
	}
	for y, p := range paths {
		s.Handle(p, faultsite.File(table(y)))
	}
	res := mustRefresh(t, options(s), newArchive(t))
	wantDocuments(t, res, table(2019), table(2020), table(2021), table(2022), table(2023))
	if got := years(res); !slices.Equal(got, []int{2023, 2022, 2021, 2020, 2019}) {
		t.Errorf("years %v", got)
	}
	if r := s.To("/query"); len(r) != 1 || !strings.HasSuffix(r[0].Path, "?file=2022-reports-by-esp.pdf&v=2") {
		t.Errorf("asked %+v", r)
	}
}

func TestOffListLinksAreNamedAndNotAsked(t *testing.T) {
	s := newSite(t, 2021)
	other := newSite(t, 2022) // another port of the same host is another host
	s.Handle(start, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2021),
		faultsite.Link{Href: other.URL + path, Text: "2022 Reports by ESP"},
		faultsite.Link{Href: "https://www.missingkids.org.evil.example/2019-reports-by-esp.pdf", Text: "2019 Reports by ESP"},
	))))
	o := options(s, 2019, 2022)
	res := mustRefresh(t, o, newArchive(t))
	wantDocuments(t, res, table(2021))
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, other.Host, "--allow-host "+other.Host)
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, "missingkids.org.evil.example")
	if n := len(other.To("")); n != 0 {
		t.Errorf("%d requests left the list of hosts", n)
	}
	o.From, o.To = 2021, 2022
	o.AllowHosts = append(o.AllowHosts, other.Host)
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2021), table(2022))
}

// TestOneDocumentUnderTwoAddresses: last year's copy is linked twice.
func TestOneDocumentUnderTwoAddresses(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(start, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2021, 2022),
		faultsite.Link{Href: "/content/dam/missingkids/gethelp/2021-reports-by-esp.pdf", Text: "2021 CyberTipline Reports by ESP"}))))
	s.Handle("/content/dam/missingkids/gethelp/2021-reports-by-esp.pdf", faultsite.File(table(2021)))
	o := options(s, 2021, 2022)
	a := newArchive(t)
	res := mustRefresh(t, o, a)
	wantDocuments(t, res, table(2021), table(2022))
	s.Forget()
	if res = mustRefresh(t, o, a); res.Downloads != 0 || res.NotModified != 3 {
		t.Errorf("downloads %d, not modified %d", res.Downloads, res.NotModified)
	}
}

func TestStartAddressIsTheDocument(t *testing.T) {
	for _, final := range []string{start, path} {
		s := newSite(t, 2021)
		s.Handle(start, faultsite.Redirect(final))
		s.Handle(final, faultsite.File(table(2022)))
		a := newArchive(t)
		o := options(s, 2022, 2022)
		wantDocuments(t, mustRefresh(t, o, a), table(2022))
		if d := stored(t, a, table(2022)); d.URL != s.URL+start || d.FinalURL != "" && d.FinalURL != s.URL+final {
			t.Errorf("document %+v", d)
		}
		res := mustRefresh(t, o, a)
		wantDocuments(t, res, table(2022))
		if res.Downloads != 0 || res.NotModified != 1 {
			t.Errorf("downloads %d, not modified %d", res.Downloads, res.NotModified)
		}
	}
}

// TestHTMLTableIsADocument: the start page, and a page that a link of it names.
func TestHTMLTableIsADocument(t *testing.T) {
	s := newSite(t)
	linked := []byte("<html><body>" + faultsite.HTMLTable(2022, faultsite.Rows(30, 1)))
	page := []byte(strings.Replace(faultsite.Landing([]faultsite.Link{{Href: "/esp/2022", Text: "2022 reports by ESP"}}),
		"</main>", faultsite.HTMLTable(2021, faultsite.Rows(30, 1))+"</main>", 1))
	s.Handle(start, faultsite.File(page))
	s.Handle("/esp/2022", faultsite.File(linked))
	a := newArchive(t)
	o := options(s, 2021, 2022)
	wantDocuments(t, mustRefresh(t, o, a), page, linked)
	if d := stored(t, a, linked); d.URL != s.URL+"/esp/2022" {
		t.Errorf("document %+v", d)
	}
	before := files(t, a)
	res := mustRefresh(t, o, a)
	wantDocuments(t, res, page, linked)
	if res.Downloads != 0 || res.NotModified != 2 || files(t, a) != before {
		t.Errorf("downloads %d, not modified %d", res.Downloads, res.NotModified)
	}
}

// TestPagesBetween: the start page names pages, and these name the tables.
func TestPagesBetween(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(start, faultsite.Page(`<html><body><a href="/cybertiplinedata">CyberTipline Data</a> <a href="/other">Other</a></body></html>`))
	s.Handle("/cybertiplinedata", faultsite.Page(`<html><body><a href="/esp/2022">2022 reports by ESP</a> <a href="/esp/older">Older reports by ESP</a></body></html>`))
	s.Handle("/esp/2022", faultsite.Page(faultsite.Landing(faultsite.Reports(2022))))
	s.Handle("/esp/older", faultsite.Page(faultsite.Landing(faultsite.Reports(2021))))
	o := options(s, 2021, 2022)
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2021), table(2022))
	if len(s.To("/other")) != 0 {
		t.Error("a page of no concern was visited")
	}
}

func TestGuessedYearsComeLastAndAreReported(t *testing.T) {
	s := newSite(t, 2019, 2021, 2022)
	s.Handle(start, faultsite.Page(faultsite.Landing(faultsite.Reports(2019, 2021))))
	a := newArchive(t)
	o := options(s, 2019, 2022)
	res := mustRefresh(t, o, a)
	wantDocuments(t, res, table(2019), table(2021), table(2022))
	wantFinding(t, res, pipeline.SourceFault, pipeline.Note, "no link names the table of 2022", path)
	last := found(res)[len(found(res))-1]
	if last.Year != 2022 || last.Page != "" || last.Why != "by the address pattern of 2021" {
		t.Errorf("found %+v", last)
	}
	if len(s.To(faultsite.ReportPath(2020))) != 1 {
		t.Error("2020 was not tried")
	}
	if guessed := s.To(path)[0]; guessed.At.Before(s.To(faultsite.ReportPath(2019))[0].At) {
		t.Error("guessed before what links name")
	}
	// Where no link names any table, nothing is guessed: that would hide that
	// the page has changed.
	s.Handle(start, faultsite.Page(faultsite.Landing(nil)))
	s.Forget()
	if _, err := refresh(t, o, newArchive(t)); !errors.Is(err, scrapers.ErrNothingFound) {
		t.Errorf("error %v", err)
	}
	if len(s.To(path)) != 0 {
		t.Error("guessed although the page names nothing")
	}
	// A year whose link is gone is looked for where it was.
	s.Handle(start, faultsite.Page(faultsite.Landing([]faultsite.Link{{Href: "/odd/place/for-2022/esp-report-2022.pdf", Text: "2022 Reports by ESP"}})))
	s.Handle("/odd/place/for-2022/esp-report-2022.pdf", faultsite.File(revised()))
	o.From, o.To = 2021, 2022
	res = mustRefresh(t, o, a)
	wantDocuments(t, res, table(2021), revised())
	wantFinding(t, res, pipeline.SourceFault, pipeline.Note, "no link names the table of 2021", faultsite.ReportPath(2021))
	if last := found(res)[len(found(res))-1]; last.Year != 2021 || last.Why != "at the address it was fetched from before" {
		t.Errorf("found %+v", last)
	}
}

// TestDoubtfulLinkProvesNoYear: a link that says 2022 and leads to 2021's
// file does not stand for 2022.
func TestDoubtfulLinkProvesNoYear(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(start, faultsite.Page(faultsite.Landing([]faultsite.Link{
		{Href: faultsite.ReportPath(2021), Text: "2022 Reports by ESP"},
		{Href: "/content/dam/missingkids/gethelp/2020-reports-by-esp.pdf", Text: "2020 Reports by ESP"},
	})))
	s.Handle("/content/dam/missingkids/gethelp/2020-reports-by-esp.pdf", faultsite.File(table(2020)))
	wantDocuments(t, mustRefresh(t, options(s, 2020, 2022), newArchive(t)), table(2020), table(2021), table(2022))
}

func TestYearsNotAskedFor(t *testing.T) {
	s := newSite(t, 2020, 2021, 2022)
	o := options(s, 2021, 2021)
	res := mustRefresh(t, o, newArchive(t))
	wantDocuments(t, res, table(2021))
	if !slices.ContainsFunc(res.Skipped, func(c *scrapers.Candidate) bool { return c.Year == 2022 && strings.Contains(c.Why, "asked for") }) {
		t.Errorf("passed %+v", res.Skipped)
	}
	// With an open end, a year newer than expected is taken as well.
	s = newSite(t, 2022, 2031)
	o = options(s)
	o.From, o.To = 2022, 0
	if got := years(mustRefresh(t, o, newArchive(t))); !slices.Contains(got, 2031) {
		t.Errorf("years %v", got)
	}
}

func TestDryRun(t *testing.T) {
	s := newSite(t, 2021, 2022)
	a := newArchive(t)
	o := options(s, 2020, 2022)
	o.DryRun = true
	before := files(t, a)
	res := mustRefresh(t, o, a)
	if len(s.To("")) != 2 || len(res.Documents) != 0 || files(t, a) != before { // robots.txt and the page
		t.Errorf("requests %v, documents %v", s.To(""), res.Documents)
	}
	var plan []string
	for _, c := range found(res) {
		plan = append(plan, fmt.Sprintf("%d %s %s", c.Year, strings.TrimPrefix(c.URL, s.URL), c.Why))
	}
	const why = " the link names reports by ESP"
	want := []string{"2022 " + path + why, "2021 " + faultsite.ReportPath(2021) + why, "2020 " + faultsite.ReportPath(2020) + " by the address pattern of 2021"}
	if !slices.Equal(plan[:3], want) {
		t.Errorf("plan %q, want %q", plan, want)
	}
	// The start page that is itself the document is seen and not stored.
	s.Handle(start, faultsite.File(table(2022)))
	res, err := refresh(t, o, a)
	if err != nil || len(found(res)) == 0 || len(res.Documents) != 0 || files(t, a) != before {
		t.Errorf("found %v, documents %v, error %v", found(res), res.Documents, err)
	}
}

// TestDefaultStart visits the publisher's own addresses, led to the fault site
// by the dialer: as many of them as it takes, over https only.
func TestDefaultStart(t *testing.T) {
	const first, second = "https://www.example.com/esp/reports", "https://www.example.com/cybertiplinedata"
	all := [][]byte{table(2021), table(2022), table(2023)}
	page := faultsite.Page(faultsite.Landing(faultsite.Reports(2021, 2022, 2023)))
	status := func(code int) func(*faultsite.Site) {
		return func(s *faultsite.Site) {
			s.Handle("/esp/reports", faultsite.Status(code))
			s.Handle("/cybertiplinedata", page)
		}
	}
	for name, c := range map[string]struct {
		do     func(*faultsite.Site)
		says   string // in a warning
		second int    // requests to the second page
	}{
		"the first page names every year": {do: func(s *faultsite.Site) { s.Handle("/esp/reports", page) }},
		"the first is a PDF of one year, links on two hosts": {second: 1, do: func(s *faultsite.Site) {
			s.Handle("/esp/reports", faultsite.Redirect("https://www.example.com"+path))
			s.Handle("/cybertiplinedata", faultsite.Redirect("/data"))
			s.Handle("/data", faultsite.Page(faultsite.Landing([]faultsite.Link{
				{Href: "http://example.com" + faultsite.ReportPath(2023), Text: "2023 Reports by ESP"}, // asked by https all the same
				{Href: faultsite.ReportPath(2021), Text: "2021 Reports by ESP"},
				{Href: path, Text: "2022 Reports by ESP"},
			})))
		}},
		"the first is gone":   {status(410), "410", 1},
		"the first is faulty": {status(503), "503", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := faultsite.NewTLS(t)
			for y := 2021; y <= 2023; y++ {
				s.Handle(faultsite.ReportPath(y), faultsite.File(table(y)))
			}
			c.do(s)
			o := lead(s, options(s, 2021, 2023))
			o.Site.Hosts, o.Site.Start = []string{"www.example.com", "example.com"}, []string{first, second}
			o.Start, o.AllowHosts = nil, nil
			res := mustRefresh(t, o, newArchive(t))
			wantDocuments(t, res, all...)
			if len(s.To(path)) != 1 || len(s.To("/cybertiplinedata")) != c.second {
				t.Errorf("requests %+v", s.To(""))
			}
			if c.says != "" {
				wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, first, c.says)
			}
		})
	}
}

// TestNeverBackToHTTP: a redirect from https to http is not followed.
func TestNeverBackToHTTP(t *testing.T) {
	s, plain := faultsite.NewTLS(t), newSite(t, 2022)
	s.Handle(start, faultsite.Redirect(plain.URL+start))
	o := options(s)
	o.AllowHosts = append(o.AllowHosts, plain.Host)
	o.RootCAs = lead(s, o).RootCAs
	_, err := refresh(t, o, newArchive(t))
	if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "from https to http") || len(plain.To("")) != 0 {
		t.Errorf("error %v", err)
	}
}

func TestStartAddressesThatMayNotBeAsked(t *testing.T) {
	s := newSite(t, 2022)
	o := options(s)
	o.Start = []string{"https://www.example.com/", "ftp://www.missingkids.org/", "::"}
	_, err := refresh(t, o, newArchive(t))
	if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "not on the list of hosts") {
		t.Errorf("error %v", err)
	}
}
