package scrapers_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// path is where the table that faults concern stands.
var path = faultsite.ReportPath(2022)

// revised is a later version of the table of 2022.
func revised() []byte { return faultsite.PDF(2022, faultsite.Rows(41, 7)) }

// TestFaults replays faults at the address of one of two tables. Before each
// the table was fetched well once, so that it can be seen that the version
// held survives.
func TestFaults(t *testing.T) {
	good := faultsite.File(revised())
	for _, c := range []struct {
		name  string
		fault http.Handler
		limit func(*scrapers.Limits)
		// What must happen: the new version is taken, or the old one kept.
		taken      bool
		incomplete bool              // the error is ErrIncomplete
		requests   int               // to the address
		code       pipeline.Code     // of the finding; source-fault where it says something
		severity   pipeline.Severity // warn
		says       []string          // in the finding, and in the error if there is one
		longest    time.Duration
	}{
		{name: "429 with Retry-After in seconds, then fine", fault: faultsite.First(1, faultsite.Status(429, "Retry-After", "1"), good), taken: true, requests: 2},
		{name: "429 with Retry-After as a date for ever", fault: faultsite.Status(429, "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)),
			incomplete: true, requests: 3, says: []string{"429 Too Many Requests", "3 tries"}},
		{name: "503 twice, then 200", fault: faultsite.First(2, faultsite.Status(503), good), taken: true, requests: 3},
		{name: "503 for ever", fault: faultsite.Status(503),
			incomplete: true, requests: 3, says: []string{"503 Service Unavailable", "3 tries"}},
		{name: "slow-loris body", fault: trickle(revised(), 10*time.Millisecond),
			incomplete: true, requests: 3, says: []string{"stalled"}, longest: 3 * time.Second,
			limit: func(l *scrapers.Limits) { l.Stall = 150 * time.Millisecond }},
		{name: "no answer at all", fault: silent(),
			incomplete: true, requests: 3, says: []string{"stalled"}, longest: 3 * time.Second,
			limit: func(l *scrapers.Limits) { l.Stall = 150 * time.Millisecond }},
		{name: "slow body beyond the deadline", fault: trickle(revised(), time.Millisecond),
			limit:      func(l *scrapers.Limits) { l.StallBytes, l.Stall, l.Deadline = 1, time.Second, 200*time.Millisecond },
			incomplete: true, requests: 3, says: []string{"took too long"}},
		{name: "body shorter than Content-Length", fault: short(revised(), 900),
			incomplete: true, requests: 3, says: []string{"ends after 900 bytes"}},
		{name: "truncated PDF without Content-Length", fault: cutOff(revised(), len(revised())-1000),
			incomplete: true, requests: 3, says: []string{"%%EOF"}},
		{name: "PDF under a wrong content type", fault: faultsite.As(revised(), "text/html; charset=iso-8859-1"),
			taken: true, code: pipeline.SourceFault, severity: pipeline.Note, says: []string{"text/html", "taken as one"}},
		{name: "PDF with a charset", fault: faultsite.As(revised(), "application/pdf; charset=windows-1252"), taken: true},
		{name: "HTML with 200 at a PDF's address", fault: faultsite.Page(faultsite.Landing(nil)),
			says: []string{"a web page of", "CyberTipline Data", "is kept"}},
		{name: "HTML called a PDF", fault: faultsite.As([]byte("<!doctype html><title>Sorry</title>"), "application/pdf"),
			says: []string{"a web page of", "Sorry", "is kept"}},
		{name: "an image", fault: faultsite.As([]byte("\x89PNG\r\n\x1a\n0000"), "image/png"),
			says: []string{"neither a PDF nor a web page", "is kept"}},
		{name: "an empty answer", fault: faultsite.As(nil, "application/pdf"), says: []string{"empty", "is kept"}},
		{name: "gone", fault: faultsite.Status(404), says: []string{"404 Not Found", "is kept"}},
		{name: "redirect to itself", fault: faultsite.Redirect(path), says: []string{path + " -> ", "in a circle"}},
		{name: "redirect to another host", fault: faultsite.Redirect("https://www.example.com/2022-reports-by-esp.pdf"),
			code: pipeline.SourceSkipped, says: []string{" -> https://www.example.com/", "not on the list of hosts"}},
		{name: "redirect without an address", fault: faultsite.Redirect(""),
			code: pipeline.SourceSkipped, says: []string{"not an address"}},
		{name: "gzip bomb", fault: gzipBomb(40 << 20), incomplete: true, says: []string{"too large", "when decoded"}},
		{name: "endless body", fault: endless(), incomplete: true, says: []string{"too large"}},
		{name: "unasked gzip", fault: gzipped(revised(), "application/pdf"), taken: true},
		{name: "unasked brotli", fault: faultsite.Status(200, "Content-Encoding", "br"),
			code: pipeline.SourceSkipped, says: []string{`encoded as "br"`}},
		{name: "206 without a range asked", fault: faultsite.Status(206), says: []string{"206 Partial Content"}},
		{name: "new bytes at the address", fault: good, taken: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 2021, 2022)
			a := newArchive(t)
			o := options(s, 2021, 2022)
			if c.limit != nil {
				c.limit(&o.Limits)
			}
			mustRefresh(t, o, a)
			before := files(t, a)

			s.Handle(path, c.fault)
			s.Forget()
			began := time.Now()
			res, err := refresh(t, o, a)
			if c.longest > 0 && time.Since(began) > c.longest {
				t.Errorf("it took %s", time.Since(began))
			}
			whole(t, a)
			if errors.Is(err, scrapers.ErrIncomplete) != c.incomplete || err != nil && !c.incomplete {
				t.Errorf("error %v, want incomplete %v", err, c.incomplete)
			}
			if n := len(s.To(path)); n != cmp.Or(c.requests, 1) {
				t.Errorf("%d requests to the address, want %d", n, cmp.Or(c.requests, 1))
			}
			for _, word := range c.says {
				if c.incomplete && !strings.Contains(err.Error(), word) {
					t.Errorf("the error lacks %q: %v", word, err)
				}
			}
			if len(c.says) > 0 {
				code, severity := cmp.Or(c.code, pipeline.SourceFault), cmp.Or(c.severity, pipeline.Warn)
				wantFinding(t, res, code, severity, append(c.says, path)...)
			} else if len(res.Findings) > 0 {
				t.Errorf("findings %+v, want none", res.Findings)
			}
			if c.taken {
				wantDocuments(t, res, table(2021), revised())
				if len(a.All()) != 3 {
					t.Errorf("the archive has %v, want both versions", a.All())
				}
			} else {
				// The last good version stands in, and nothing was written.
				wantDocuments(t, res, table(2021), table(2022))
				if after := files(t, a); after != before {
					t.Errorf("the archive changed:\n%s\nbefore\n%s", after, before)
				}
			}

			// The next run carries on.
			s.Handle(path, good)
			res = mustRefresh(t, o, a)
			wantDocuments(t, res, table(2021), revised())
		})
	}
}

// TestStartFaults replays faults at the start page itself: nothing is found,
// and the message says what was seen.
func TestStartFaults(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault http.Handler
		says  string
	}{
		{"503 for ever", faultsite.Status(503), "503 Service Unavailable (3 tries)"},
		{"403", faultsite.Status(403), "403 Forbidden"},
		{"redesigned page without links", faultsite.Page("<html><title>New look</title><body><div id=app></div>"), `titled "New look", links: 0`},
		{"landing page without tables", faultsite.Page(faultsite.Landing(nil)), `titled "CyberTipline Data", links: 164, to tables of reports by ESP: 0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, 2022)
			a := newArchive(t)
			mustRefresh(t, options(s), a)
			before := files(t, a)
			s.Handle(start, c.fault)
			res, err := refresh(t, options(s), a)
			if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), s.URL+start) || !strings.Contains(err.Error(), "--from FOLDER") {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
			if len(res.Documents) != 0 {
				t.Errorf("documents %v", res.Documents)
			}
			whole(t, a)
			if after := files(t, a); after != before {
				t.Error("the archive changed")
			}
		})
	}
}

func TestRedirectChainIsNamed(t *testing.T) {
	s := newSite(t, 2022)
	s.Handle(path, faultsite.Redirect("/a"))
	s.Handle("/a", faultsite.Redirect("/b"))
	s.Handle("/b", faultsite.Redirect("/a"))
	res, err := refresh(t, options(s), newArchive(t))
	if !errors.Is(err, scrapers.ErrNothingFound) {
		t.Fatal(err)
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, fmt.Sprintf("%s%s -> %s/a -> %s/b -> %s/a: redirected in a circle", s.URL, path, s.URL, s.URL, s.URL))

	for i := range 15 {
		s.Handle(fmt.Sprintf("/hop%d", i), faultsite.Redirect(fmt.Sprintf("/hop%d", i+1)))
	}
	s.Handle(path, faultsite.Redirect("/hop0"))
	s.Forget()
	res, _ = refresh(t, options(s), newArchive(t))
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "too many redirects: more than 10")
	if len(s.To("/hop12")) != 0 {
		t.Error("redirects were followed without end")
	}
}

// TestNotModifiedUnasked covers a server, or a proxy before it, that answers
// 304 to a request that carried no condition.
func TestNotModifiedUnasked(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle(path, faultsite.Status(304))
	res := mustRefresh(t, options(s, 2021, 2022), newArchive(t))
	wantDocuments(t, res, table(2021))
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "304", "without a condition")
}

// TestHostIsLeftAlone: a host that answers 429 to the end is not asked for
// anything else, and one that fails three times in a row is given up.
func TestHostIsLeftAlone(t *testing.T) {
	s := newSite(t, editions...)
	s.Handle(faultsite.ReportPath(2023), faultsite.Status(429))
	res, err := refresh(t, options(s), newArchive(t))
	if !errors.Is(err, scrapers.ErrNothingFound) {
		t.Fatal(err)
	}
	for _, y := range editions[:4] {
		if len(s.To(faultsite.ReportPath(y))) != 0 {
			t.Errorf("%d was asked although the host had asked for quiet", y)
		}
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "not asked again in this run", "429")

	s = newSite(t, editions...)
	for _, y := range editions {
		s.Handle(faultsite.ReportPath(y), faultsite.Status(500))
	}
	if _, err = refresh(t, options(s), newArchive(t)); !errors.Is(err, scrapers.ErrNothingFound) {
		t.Fatal(err)
	}
	if len(s.To(faultsite.ReportPath(2021))) != 3 || len(s.To(faultsite.ReportPath(2020))) != 0 {
		t.Error("a host that fails at every address was asked on")
	}
}
