package scrapers_test

import (
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// wayback returns options for a run with the simulated web archive.
func wayback(t *testing.T, s *faultsite.Site, captures ...capture) (scrapers.Options, *faultsite.Site) {
	t.Helper()
	w := faultsite.New(t)
	webArchive(w, captures...)
	o := options(s, 2021, 2022)
	o.Wayback = w.URL
	o.AllowHosts = append(o.AllowHosts, w.Host)
	return o, w
}

func TestWaybackFindsOlderVersions(t *testing.T) {
	s := newSite(t, 2021, 2022)
	old := revised()
	o, w := wayback(t, s,
		capture{Original: s.URL + path, Timestamp: "20230502101112", Type: "application/pdf", Body: old},
		capture{Original: s.URL + path, Timestamp: "20240101000000", Type: "application/pdf", Body: table(2022)},
		capture{Original: s.URL + path, Timestamp: "20240601000000", Type: "application/pdf", Body: []byte("<!doctype html><title>Sorry</title>")},
		capture{Original: s.URL + path, Timestamp: "20240701000000", Type: "text/html", Body: []byte("<!doctype html><title>Gone</title>")},
	)
	a := newArchive(t)
	res := mustRefresh(t, o, a)
	wantDocuments(t, res, table(2021), table(2022), old)
	all := a.All()
	if len(all) != 3 || all[0].SHA256 != archive.Hash(old) {
		t.Fatalf("all %+v; want the captured version first", all)
	}
	d := all[0].Document()
	if d.URL != s.URL+path || d.Mirror != w.URL+"/web/20230502101112id_/"+s.URL+path || all[0].Best().At().Format("20060102150405") != "20230502101112" {
		t.Errorf("document %+v", d)
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "20240601000000", "a web page of")
	if n := len(w.To("/web/20240701000000id_/" + s.URL + path)); n != 0 || len(w.To("/robots.txt")) != 1 {
		t.Errorf("a web page was fetched where a PDF is wanted %d times, or robots.txt was not asked", n)
	}
	// A second run fetches no capture again that the archive has.
	before := files(t, a)
	w.Forget()
	mustRefresh(t, o, a)
	if len(w.To("/web/20230502101112id_/"+s.URL+path)) != 0 || files(t, a) != before {
		t.Error("a capture that is held was fetched again")
	}
}

func TestWaybackStandsInForAPageThatIsGone(t *testing.T) {
	s := faultsite.New(t)
	s.Handle(start, faultsite.Status(410))
	o, w := wayback(t, s,
		capture{Original: s.URL + start, Timestamp: "20250101000000", Type: "text/html", Body: []byte(faultsite.Landing(faultsite.Reports(2021, 2022), 2022))},
		capture{Original: s.URL + path, Timestamp: "20230502101112", Type: "application/pdf", Body: table(2022)},
		capture{Original: s.URL + faultsite.ReportPath(2021), Timestamp: "20220502101112", Type: "application/pdf", Body: revised()},
		capture{Original: s.URL + faultsite.ReportPath(2021), Timestamp: "20230502101112", Type: "application/pdf", Body: table(2021)},
	)
	a := newArchive(t)
	res := mustRefresh(t, o, a)
	wantDocuments(t, res, table(2021), table(2022), revised())
	for _, body := range [][]byte{table(2021), table(2022)} {
		if d := stored(t, a, body); !strings.HasPrefix(d.URL, s.URL+"/content/") || !strings.HasPrefix(d.Mirror, w.URL+"/web/") {
			t.Errorf("document %+v", d)
		}
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, start, "410 Gone")
	res = mustRefresh(t, o, a)
	wantDocuments(t, res, table(2021), table(2022), revised())
	if res.Downloads != 0 {
		t.Errorf("%d downloads", res.Downloads)
	}
}

func TestWaybackByPatternWhereNothingIsNamed(t *testing.T) {
	s := newSite(t)
	s.Handle(start, faultsite.Page(faultsite.Landing(nil)))
	o, _ := wayback(t, s, capture{Original: "http://" + s.Host + path, Timestamp: "20230502101112", Type: "application/pdf", Body: table(2022)})
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2022))
}

func TestWaybackFaults(t *testing.T) {
	s := newSite(t, 2021, 2022)
	o, w := wayback(t, s, capture{Original: s.URL + path, Timestamp: "20230502101112", Type: "application/pdf", Body: revised()})
	w.Handle("/cdx/search/cdx", faultsite.Status(503))
	res := mustRefresh(t, o, newArchive(t)) // it is a second source only
	wantDocuments(t, res, table(2021), table(2022))
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "503")

	w.Handle("/cdx/search/cdx", faultsite.As([]byte("<html>busy"), "text/html"))
	res = mustRefresh(t, o, newArchive(t))
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "index of captures cannot be read")

}
