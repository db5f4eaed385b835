package scrapers

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

var (
	errDisallowed = errors.New("robots.txt disallows it")
	errNoRobots   = errors.New("robots.txt cannot be read, so nothing else is asked")
)

// robots keeps closed what a host's robots.txt forbids. It asks each host for
// its robots.txt once a run; one that cannot be read closes the host.
func (w *wire) robots(r *http.Request) (*http.Response, error) {
	host := w.host(r)
	if host.rules == nil && host.closed == nil {
		host.rules, host.closed = w.readRobots(r)
	}
	switch {
	case host.closed != nil:
		return nil, host.closed
	case !allows(host.rules, r.URL):
		return nil, errDisallowed
	}
	return w.condition(r)
}

// readRobots asks the host of a request for its robots.txt.
func (w *wire) readRobots(r *http.Request) (*robotstxt.Group, error) {
	a, err := w.get(r.Context(), w.plain, &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/robots.txt"})
	var status statusError
	if errors.As(err, &status) && status/100 == 4 && !mayPass(int(status)) {
		return parseRobots(nil), nil // there is none: everything may be asked
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoRobots, err)
	}
	rules := parseRobots(a.body)
	// The answer has just ended; the host's own delay counts from it.
	host := w.host(r)
	host.delay = crawlDelay(rules)
	host.next = host.next.Add(max(0, host.delay-w.Limits.Delay))
	return rules, nil
}

// robotsLine matches the lines of a robots.txt that are obeyed.
var robotsLine = regexp.MustCompile(`(?mi)^[ \t]*(user-?agent|allow|disallow|crawl-?delay)[ \t]*:([^#\n]*)`)

// parseRobots reads a robots.txt. Lines that make no sense are left out, so
// that one of them does not hide the others.
func parseRobots(body []byte) *robotstxt.Group {
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\xef\xbb\xbf"))
	var kept strings.Builder
	grouped := false
	for _, m := range robotsLine.FindAllStringSubmatch(strings.ReplaceAll(string(body), "\r", "\n"), -1) {
		grouped = grouped || strings.EqualFold(m[1][:4], "user")
		line := m[1] + ": " + strings.TrimSpace(m[2]) + "\n"
		if _, err := robotstxt.FromString("User-agent: *\n" + line); err == nil && grouped {
			kept.WriteString(line)
		}
	}
	data, err := robotstxt.FromString(kept.String())
	if err != nil { // not to be expected: nothing is known, so nothing is allowed
		data, _ = robotstxt.FromString("User-agent: *\nDisallow: /\n")
	}
	return data.FindGroup(agent)
}

// crawlDelay returns the delay a group asks for, at most maxCrawlDelay.
func crawlDelay(g *robotstxt.Group) time.Duration {
	if g.CrawlDelay < 0 { // too large for a Duration
		return maxCrawlDelay
	}
	return min(g.CrawlDelay, maxCrawlDelay)
}

// allows reports whether a group lets an address be asked. An address can be
// spelled with and without percent signs, a rule as well; where the spellings
// disagree the answer is no.
func allows(g *robotstxt.Group, u *url.URL) bool {
	raw := u.RequestURI()
	plain, _ := url.PathUnescape(raw)
	return g.Test(raw) && g.Test(cmp.Or(plain, raw))
}
