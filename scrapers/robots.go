package scrapers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// Errors of robots.
var (
	errDisallowed = errors.New("robots.txt disallows it")
	errNoRobots   = errors.New("robots.txt cannot be read, so nothing else is asked")
)

// rules are what a host's robots.txt says to this program.
type rules struct {
	group *robotstxt.Group
	err   error // errNoRobots: ask nothing
}

// maxRobots is the part of a robots.txt that is read, as RFC 9309 wants.
const maxRobots = 500 << 10

// parseRobots reads a robots.txt. Lines that make no sense are left out, so
// that one of them does not hide the others.
func parseRobots(body []byte) *robotstxt.Group {
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\xef\xbb\xbf"))
	body = bytes.ReplaceAll(body, []byte("\r"), []byte("\n"))
	var kept []string
	grouped := false
	for line := range strings.SplitSeq(string(body), "\n") {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent", "useragent":
			grouped = true
		case "allow", "disallow", "crawl-delay", "crawldelay":
			ok = ok && grouped
		default:
			ok = false
		}
		if !ok {
			continue
		}
		line = key + ": " + value
		if _, err := robotstxt.FromString("User-agent: *\n" + line + "\n"); err == nil {
			kept = append(kept, line)
		}
	}
	data, err := robotstxt.FromString(strings.Join(kept, "\n") + "\n")
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
	ask      http.RoundTripper // for robots.txt itself: follows redirects, without this gate
	pace     *pace             // told of a Crawl-delay
	maxDelay time.Duration
	rules    map[string]*rules // by scheme, host and port
}

func newRobots(next, ask http.RoundTripper, p *pace, maxDelay time.Duration) *robots {
	return &robots{next, ask, p, maxDelay, map[string]*rules{}}
}

func (t *robots) RoundTrip(r *http.Request) (*http.Response, error) {
	rules := t.rulesFor(r)
	switch {
	case rules.err != nil:
		return nil, rules.err
	case !allows(rules.group, r.URL):
		return nil, errDisallowed
	}
	return t.next.RoundTrip(r)
}

// rulesFor returns what the host of a request allows.
func (t *robots) rulesFor(r *http.Request) *rules {
	key := r.URL.Scheme + "://" + hostPort(r.URL)
	if known := t.rules[key]; known != nil {
		return known
	}
	got := &rules{group: parseRobots(nil)}
	ask := r.Clone(context.WithValue(r.Context(), exchangeKey{}, &exchange{purpose: forRobots}))
	ask.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/robots.txt"}
	resp, err := t.ask.RoundTrip(ask)
	var body []byte
	if err == nil {
		body, err = io.ReadAll(resp.Body)
	}
	var f *Fault
	switch {
	case err == nil:
		got.group = parseRobots(body)
		t.pace.slowDown(hostPort(r.URL), crawlDelay(got.group, t.maxDelay))
	case errors.As(err, &f) && f.Status >= 400 && f.Status < 500 && f.Status != 429:
		// There is none: everything may be asked.
	default:
		got.err = fmt.Errorf("%w: %w", errNoRobots, err)
	}
	if r.Context().Err() == nil {
		t.rules[key] = got
	}
	return got
}
