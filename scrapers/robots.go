package scrapers

import (
	"bytes"
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

// maxRobots is the part of a robots.txt that is read, as RFC 9309 wants.
const maxRobots = 500 << 10

// rules are what a host's robots.txt says to this program.
type rules struct {
	group *robotstxt.Group
	err   error // errNoRobots: ask nothing
}

// robots keeps closed what a host's robots.txt forbids. It asks each host for
// its robots.txt once a run; one that cannot be read closes the host.
func (w *wire) robots(r *http.Request) (*http.Response, error) {
	key := r.URL.Scheme + "://" + hostPort(r.URL)
	rules, known := w.rules[key]
	if !known {
		rules = w.readRobots(r)
		if r.Context().Err() == nil {
			w.rules[key] = rules
		}
	}
	switch {
	case rules.err != nil:
		return nil, rules.err
	case !allows(rules.group, r.URL):
		return nil, errDisallowed
	}
	return w.condition(r)
}

// readRobots asks the host of a request for its robots.txt.
func (w *wire) readRobots(r *http.Request) rules {
	u := &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/robots.txt"}
	_, body, err := w.get(r.Context(), w.plain, u, &exchange{})
	var status statusError
	if errors.As(err, &status) && status/100 == 4 && !mayPass(int(status)) {
		return rules{group: parseRobots(nil)} // there is none: everything may be asked
	}
	if err != nil {
		return rules{err: fmt.Errorf("%w: %w", errNoRobots, err)}
	}
	group := parseRobots(body)
	w.slowDown(hostPort(r.URL), crawlDelay(group))
	return rules{group: group}
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
	if err != nil {
		// Each line was accepted by itself, so this is not to be expected.
		// Nothing is known, so nothing is allowed.
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
	query := ""
	if u.RawQuery != "" {
		query = "?" + u.RawQuery
	}
	return g.Test(u.EscapedPath()+query) && g.Test(u.Path+query)
}
