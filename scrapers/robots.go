package scrapers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// Errors of robots.
var (
	errDisallowed = errors.New("robots.txt disallows it")
	errNoRobots   = errors.New("robots.txt cannot be read, so nothing else is asked")
)

// maxRobots is the part of a robots.txt that is read, as RFC 9309 wants.
const maxRobots = 500 << 10

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
	if err != nil {
		// Each line was accepted by itself, so this is not to be expected.
		// Nothing is known, so nothing is allowed.
		data, _ = robotstxt.FromString("User-agent: *\nDisallow: /\n")
	}
	return data.FindGroup(agent)
}

// crawlDelay returns the delay a group asks for, at most longest.
func crawlDelay(g *robotstxt.Group, longest time.Duration) time.Duration {
	if g.CrawlDelay < 0 || g.CrawlDelay > longest { // negative: too large for a Duration
		return longest
	}
	return g.CrawlDelay
}

// allows reports whether a group lets an address be asked. An address can be
// spelled with and without percent signs, a rule as well; where the spellings
// disagree the answer is no.
func allows(g *robotstxt.Group, u *url.URL) bool {
	query := ""
	if u.RawQuery != "" {
		query = "?" + u.RawQuery
	}
	return g.Test(u.EscapedPath()+query) && g.Test(u.Path+query)
}

// robots keeps closed what a host's robots.txt forbids. It asks each host for
// its robots.txt once a run; one that cannot be read closes the host.
type robots struct {
	next     http.RoundTripper
	client   *http.Client // for robots.txt itself: follows redirects, without this gate
	sender   *sender      // told of a Crawl-delay
	maxDelay time.Duration
	rules    map[string]rules // by scheme, host and port
}

// rules are what a host's robots.txt says to this program.
type rules struct {
	group *robotstxt.Group
	err   error // errNoRobots: ask nothing
}

func newRobots(next http.RoundTripper, client *http.Client, s *sender, maxDelay time.Duration) *robots {
	return &robots{next, client, s, maxDelay, map[string]rules{}}
}

// RoundTrip implements http.RoundTripper.
func (t *robots) RoundTrip(r *http.Request) (*http.Response, error) {
	key := r.URL.Scheme + "://" + hostPort(r.URL)
	rules, known := t.rules[key]
	if !known {
		rules = t.read(r)
		if r.Context().Err() == nil {
			t.rules[key] = rules
		}
	}
	switch {
	case rules.err != nil:
		return nil, rules.err
	case !allows(rules.group, r.URL):
		return nil, errDisallowed
	}
	return t.next.RoundTrip(r)
}

// read asks the host of a request for its robots.txt.
func (t *robots) read(r *http.Request) rules {
	q := (&http.Request{
		Method: http.MethodGet, URL: &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/robots.txt"},
		Header: http.Header{"User-Agent": r.Header["User-Agent"], "Accept": r.Header["Accept"]},
	}).WithContext(context.WithValue(r.Context(), exchangeKey{}, &exchange{robots: true}))
	resp, err := ask(t.client, q)
	var body []byte
	if err == nil {
		body, err = io.ReadAll(resp.Body)
	}
	if err == nil {
		group := parseRobots(body)
		t.sender.slowDown(hostPort(r.URL), crawlDelay(group, t.maxDelay))
		return rules{group: group}
	}
	if errors.Is(err, errStatus) && resp != nil && resp.StatusCode >= 400 && resp.StatusCode < 500 {
		return rules{group: parseRobots(nil)} // there is none: everything may be asked
	}
	if f := (*Fault)(nil); errors.As(err, &f) {
		err = f.Err
	}
	return rules{err: fmt.Errorf("%w: %w", errNoRobots, err)}
}
