package scrapers_test

import (
	"slices"
	"strings"
	"testing"

	"espfigures/scrapers/faultsite"
)

func TestProgress(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(faultsite.ReportPath(2021), faultsite.Status(404))
	o := options(s)
	o.From, o.To = 2021, 2022
	var asked []string
	o.Progress = func(told string) {
		if at, ok := strings.CutPrefix(told, "asking "+s.Host); ok {
			asked = append(asked, at)
		}
	}
	mustRefresh(t, o, newArchive(t))
	want := []string{
		"/robots.txt", start, path, faultsite.ReportPath(2021),
		"/content/dam/missingkids/pdfs/cybertiplinedata2021/2021-reports-by-esp.pdf", // the link is dead: an address by pattern
	}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %q\nwant %q", asked, want)
	}
}
