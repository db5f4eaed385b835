package scrapers

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	const longest = 2 * time.Minute
	for value, want := range map[string]time.Duration{
		"0": 0, "5": 5 * time.Second, " 119 ": 119 * time.Second, "120": longest, "121": longest, "86400": longest,
		"9223372036854775807": longest, "99999999999999999999999999999999": longest,
		"Wed, 01 Apr 2026 12:00:30 GMT": 30 * time.Second, "Wednesday, 01-Apr-26 12:00:30 GMT": 30 * time.Second,
		"Wed Apr  1 12:00:30 2026": 30 * time.Second, "Wed, 01 Apr 2099 12:00:30 GMT": longest, "Wed, 01 Apr 1999 12:00:30 GMT": 0,
	} {
		if got, asked := retryAfter(value, now, longest); !asked || got != want {
			t.Errorf("%q: %s, %v; want %s", value, got, asked, want)
		}
	}
	for _, value := range []string{"", "-5", "soon", "1.5", "5s"} {
		if got, asked := retryAfter(value, now, longest); asked {
			t.Errorf("%q was taken for %s", value, got)
		}
	}
}

func TestBackoffDoublesWithJitter(t *testing.T) {
	for try, full := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second, 30 * time.Second} {
		seen := map[time.Duration]bool{}
		for range 10 {
			d := backoff(try+1, DefaultLimits(2*time.Second))
			if seen[d] = true; d < full/2 || d > full {
				t.Errorf("try %d waits %s, want between %s and %s", try, d, full/2, full)
			}
		}
		if len(seen) < 5 {
			t.Errorf("only %d different waits: no jitter", len(seen))
		}
	}
}

func TestHostList(t *testing.T) {
	l, err := newHostList([]string{"www.missingkids.org", "ncmec.org"}, []string{"127.0.0.1:8080", "mirror.example", "[::1]:9000", "[fe80::1]"})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"https://www.missingkids.org/a#b":        "https://www.missingkids.org/a",
		"http://www.missingkids.org":             "https://www.missingkids.org/",
		"http://NCMEC.org:80/x":                  "https://ncmec.org/x",
		"https://ncmec.org:443/x?y=1":            "https://ncmec.org/x?y=1",
		"http://127.0.0.1:8080/x":                "http://127.0.0.1:8080/x",
		"http://mirror.example/x":                "http://mirror.example/x",
		"https://mirror.example/x":               "https://mirror.example/x",
		"http://[::1]:9000/x":                    "http://[::1]:9000/x",
		"https://[fe80::1]/x":                    "https://[fe80::1]/x",
		"https://www.missingkids.org/a b%20c":    "https://www.missingkids.org/a%20b%20c",
		" https://www.missingkids.org/newline\t": "https://www.missingkids.org/newline",
	} {
		if u, err := l.parse(in); err != nil || u.String() != want {
			t.Errorf("%s: %v, %v; want %s", in, u, err, want)
		}
	}
	for _, in := range []string{
		"https://www.missingkids.org:8443/", "https://missingkids.com/", "https://evil.www.missingkids.org/", "https://www.missingkids.org./",
		"https://www.missingkids.org.evil.example/", "https://www.missingkids.org@evil.example/", "https://user:pw@www.missingkids.org/",
		"http://127.0.0.1/", "http://127.0.0.1:8081/", "http://2130706433:8080/", "http://localhost:8080/", "http://[::ffff:127.0.0.1]:8080/",
		"ftp://www.missingkids.org/", "file:///etc/passwd", "javascript:alert(1)", "//www.missingkids.org/", "mirror.example", "https://mirror.example:8443/", "",
	} {
		if u, err := l.parse(in); !errors.Is(err, errRefused) {
			t.Errorf("%s was let through as %v", in, u)
		}
	}
	for _, bad := range []string{"", "http://x", "a/b", "a b", "user@host", "host:", "host:port", ":80"} {
		if _, err := newHostList(nil, []string{bad}); err == nil {
			t.Errorf("--allow-host %q was accepted", bad)
		}
	}
}

func TestUserAgent(t *testing.T) {
	if ua := userAgent("1.0", "https://example.org/me"); !strings.HasPrefix(ua, "espfigures/1.0 (") || !strings.HasSuffix(ua, "contact: https://example.org/me)") {
		t.Error(ua)
	}
	for _, bad := range []string{"a\nb", "a\r\nX: y", "(x)", "m\u00fcller@example.org"} {
		if CheckContact(bad) == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for rule, want := range map[string]time.Duration{
		"17": 17 * time.Second, "0.5": 500 * time.Millisecond, "300": 300 * time.Second,
		"86400": 300 * time.Second, "1e300": 300 * time.Second, "soon": 0, "-5": 0,
	} {
		if got := crawlDelay(parseRobots([]byte("User-agent: *\nCrawl-delay: " + rule))); got != want && (want != 0 || got > 0) {
			t.Errorf("%s: %s, want %s", rule, got, want)
		}
	}
}

func TestRobotsRules(t *testing.T) {
	for _, c := range []struct {
		robots, path string
		want         bool
	}{
		{"", "/x", true},
		{"User-agent: *\nDisallow: /", "/x", false},
		{"User-agent: *\nDisallow:", "/x", true},
		{"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/c", false},
		{"User-agent: espfigures\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", false},
		{"User-agent: ESPfigures\nAllow: /\n\nUser-agent: *\nDisallow: /", "/x", true},
		{"User-agent: other\nDisallow: /", "/x", true},
		{"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n", "/x", false},
		{"User-agent: *\rDisallow: /x\r", "/x", false},
		{"Disallow: /x\nUser-agent: *\nDisallow: /y", "/x", true},
		{"Disallow: /x\nUser-agent: *\nDisallow: /y", "/y", false},
		{"User-agent: *\nCrawl-delay: soon\nDisallow: /y", "/y", false},
		{"garbage\x00\xff\n<html>\nUser-agent: * # all\nDisallow: /y # why", "/y", false},
		{"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", false},
		{"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", true},
		{"User-agent: *\nDisallow: /a?x=1", "/a?x=1", false},
		{"User-agent: *\nDisallow: /my%20file", "/my%20file.pdf", false},
		{"User-agent: *\nDisallow: /my file", "/my%20file.pdf", false},
	} {
		u, err := url.Parse("https://www.missingkids.org" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := allows(parseRobots([]byte(c.robots)), u); got != c.want {
			t.Errorf("%q lets %s: %v, want %v", c.robots, c.path, got, c.want)
		}
	}
}
