package scrapers_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// TestManners looks at a refresh from the site's side: the delay holds
// between any two requests, redirects, retries and robots.txt among them, one
// request at a time, and each says who asks.
func TestManners(t *testing.T) {
	s := newSite(t, 2021, 2022)
	s.Handle("/robots.txt", faultsite.Robots("Disallow: /private"))
	// An answer that takes longer than the delay: the delay counts from its end.
	page := faultsite.Page(faultsite.Landing(faultsite.Reports(2021, 2022)))
	s.Handle(start, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(90 * time.Millisecond)
		page.ServeHTTP(w, r)
	}))
	s.Handle(path, faultsite.First(1, faultsite.Status(503), faultsite.Redirect("/moved/2022.pdf")))
	s.Handle("/moved/2022.pdf", faultsite.File(table(2022)))
	o := options(s, 2021, 2022)
	o.Limits.Delay = 60 * time.Millisecond
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2021), table(2022))
	log := s.To("")
	if len(log) != 6 || log[0].Path != "/robots.txt" {
		t.Fatalf("requests %+v", log)
	}
	for i, r := range log {
		if ua := r.Header.Get("User-Agent"); !strings.HasPrefix(ua, "espfigures/1.2 (") || !strings.Contains(ua, "contact: someone@example.org") {
			t.Errorf("%s: User-Agent %q", r.Path, ua)
		}
		if r.Header.Get("Accept-Encoding") != "" || r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("%s: headers %v", r.Path, r.Header)
		}
		if i > 0 && r.At.Sub(log[i-1].End) < 55*time.Millisecond {
			t.Errorf("%s came %s after the end of the request before", r.Path, r.At.Sub(log[i-1].End))
		}
	}
	if n := len(s.To("/robots.txt")); n != 1 {
		t.Errorf("robots.txt was asked %d times", n)
	}
}

func TestEnvironmentOfCollyIsOverridden(t *testing.T) {
	for k, v := range map[string]string{
		"COLLY_USER_AGENT": "evil", "COLLY_MAX_BODY_SIZE": "100", "COLLY_ALLOWED_DOMAINS": "nobody.example", "COLLY_IGNORE_ROBOTSTXT": "true", "COLLY_MAX_REQUESTS": "1",
	} {
		t.Setenv(k, v)
	}
	s := newSite(t, 2021, 2022)
	s.Handle("/robots.txt", faultsite.Robots("Disallow: "+path))
	wantDocuments(t, mustRefresh(t, options(s, 2021, 2022), newArchive(t)), table(2021))
	if ua := s.To("")[0].Header.Get("User-Agent"); !strings.HasPrefix(ua, "espfigures/") {
		t.Errorf("User-Agent %q", ua)
	}
}

func TestRobots(t *testing.T) {
	for _, c := range []struct {
		name       string
		do         func(s, other *faultsite.Site)
		says       []string // of the document that may not be fetched
		closed     string   // must not be asked, on either site
		incomplete bool
	}{
		{"disallow", func(s, _ *faultsite.Site) {
			s.Handle("/robots.txt", faultsite.Robots("Disallow: /*2022*.pdf$\nAllow: /"))
		}, []string{path, "robots.txt disallows it"}, path, false},
		{"on a redirect hop", func(s, _ *faultsite.Site) {
			s.Handle("/robots.txt", faultsite.Robots("Disallow: /private/"))
			s.Handle(path, faultsite.Redirect("/private/2022.pdf"))
		}, []string{path + " -> ", "/private/2022.pdf", "robots.txt disallows it"}, "/private/2022.pdf", false},
		{"on another host's redirect hop", func(s, other *faultsite.Site) {
			s.Handle(path, faultsite.Redirect(other.URL+"/x.pdf"))
			other.Handle("/robots.txt", faultsite.Robots("Disallow: /"))
		}, []string{"/x.pdf", "robots.txt disallows it"}, "/x.pdf", false},
		{"5xx on the document's host", func(s, other *faultsite.Site) {
			s.Handle(start, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2021), faultsite.Link{Href: other.URL + path, Text: "2022 Reports by ESP"}))))
			other.Handle("/robots.txt", faultsite.Status(500))
		}, []string{path, "robots.txt cannot be read"}, path, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, other := newSite(t, 2021, 2022), newSite(t)
			c.do(s, other)
			o := options(s, 2021, 2022)
			o.AllowHosts = append(o.AllowHosts, other.Host)
			res, err := refresh(t, o, newArchive(t))
			if errors.Is(err, scrapers.ErrIncomplete) != c.incomplete || err != nil && !c.incomplete {
				t.Errorf("error %v", err)
			}
			wantDocuments(t, res, table(2021))
			wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, c.says...)
			if len(s.To(c.closed))+len(other.To(c.closed)) != 0 {
				t.Error("asked all the same")
			}
		})
	}
	const unreadable = "robots.txt cannot be read, so nothing else is asked"
	for name, c := range map[string]struct {
		robots http.Handler
		says   string
	}{
		"500": {faultsite.Status(500), unreadable}, "503": {faultsite.Status(503), unreadable}, "429": {faultsite.Status(429), unreadable},
		"silence": {silent(), unreadable}, "redirect off the list": {faultsite.Redirect("https://evil.example/robots.txt"), unreadable},
		"the start page is closed": {faultsite.Robots("Disallow: /esp"), "robots.txt disallows it"},
	} {
		t.Run(name+" stops the run", func(t *testing.T) {
			s := newSite(t, 2022)
			s.Handle("/robots.txt", c.robots)
			_, err := refresh(t, options(s), newArchive(t))
			if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v", err)
			}
			for _, r := range s.To("") {
				if r.Path != "/robots.txt" {
					t.Errorf("%s was asked", r.Path)
				}
			}
		})
	}
	for name, fault := range map[string]http.Handler{
		"404": faultsite.Status(404), "403": faultsite.Status(403), "a web page": faultsite.Page("<html><body>Not found. Disallow: /</body></html>"),
		"empty": faultsite.As(nil, "text/plain"), "moved": faultsite.Redirect("/elsewhere.txt"),
	} {
		t.Run(name+" allows", func(t *testing.T) {
			s := newSite(t, 2022)
			s.Handle("/robots.txt", fault)
			s.Handle("/elsewhere.txt", faultsite.Robots("Disallow: /private"))
			wantDocuments(t, mustRefresh(t, options(s, 2022, 2023), newArchive(t)), table(2022))
		})
	}
}

func TestCrawlDelayIsKept(t *testing.T) {
	s := newSite(t, 2022)
	s.Handle("/robots.txt", faultsite.Robots("Crawl-delay: 0.2"))
	mustRefresh(t, options(s, 2022, 2022), newArchive(t))
	log := s.To("")
	for i, r := range log[1:] {
		if gap := r.At.Sub(log[i].End); gap < 195*time.Millisecond {
			t.Errorf("%s came %s after the end of the request before", r.Path, gap)
		}
	}
}

func TestTryingAgainWaitsAsAsked(t *testing.T) {
	s := newSite(t, 2022)
	s.Handle(path, faultsite.First(1, faultsite.Status(429, "Retry-After", "1"), faultsite.File(table(2022))))
	o := options(s, 2022, 2022)
	o.Limits.RetryAfterMax = 200 * time.Millisecond // the second asked for, capped
	var waits []string
	o.Progress = func(told string) {
		if strings.Contains(told, "again") {
			waits = append(waits, told)
		}
	}
	mustRefresh(t, o, newArchive(t))
	r := s.To(path)
	if gap := r[1].At.Sub(r[0].End); gap < 195*time.Millisecond {
		t.Errorf("tried again after %s", gap)
	}
	if len(waits) != 1 || waits[0] != "waiting 200ms before trying "+s.Host+" again" {
		t.Errorf("waits told %v", waits)
	}
}
