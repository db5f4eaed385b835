package scrapers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func TestProgress(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(faultsite.ReportPath(2021), faultsite.Status(404))
	o := options(s)
	o.From, o.To = 2021, 2022
	var told []string
	var bytes int64
	o.Progress = func(e scrapers.Event) {
		switch e.Kind {
		case scrapers.EventBytes:
			bytes = max(bytes, e.Bytes)
		case scrapers.EventWait:
		default:
			told = append(told, fmt.Sprintf("%s %s %d/%d", e.Kind, strings.TrimPrefix(e.URL, s.URL), e.Done, e.Of))
		}
	}
	mustRefresh(t, o, newArchive(t))
	guessed := "/content/dam/missingkids/pdfs/cybertiplinedata2021/2021-reports-by-esp.pdf"
	want := []string{
		"ask /robots.txt 0/0", "ask /esp/reports 0/0",
		"ask " + path + " 0/2", "ask " + faultsite.ReportPath(2021) + " 1/2",
		// The link is dead: an address by pattern is tried.
		"ask " + guessed + " 2/2",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %q\nwant %q", told, want)
	}
	if bytes < 700_000 {
		t.Errorf("only %d bytes were told of", bytes)
	}
}
