package scrapers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// agent is the name that robots.txt files know the program by.
const agent = "espfigures"

// Errors of the robots gate.
var (
	errDisallowed = errors.New("robots.txt disallows it")
	errNoRobots   = errors.New("robots.txt cannot be read, so nothing else is asked")
)

// rules are what a host's robots.txt says to this program.
type rules struct {
	group *robotstxt.Group
	delay time.Duration
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

// robotsFor returns what the host of the address allows, asking it once a run.
func (w *wire) robotsFor(ctx context.Context, u *url.URL) *rules {
	key := u.Scheme + "://" + hostPort(u)
	if r := w.rules[key]; r != nil {
		return r
	}
	r := &rules{group: parseRobots(nil)}
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	ans, err := w.follow(ctx, at, asks{robots: true})
	var f *Fault
	switch {
	case err == nil:
		r.group = parseRobots(ans.body)
		r.delay = crawlDelay(r.group, w.limits.MaxCrawlDelay)
		w.pace.slowDown(hostPort(u), r.delay)
	case errors.As(err, &f) && f.Status >= 400 && f.Status < 500 && f.Status != 429:
		// There is none: everything may be asked.
	default:
		r.err = fmt.Errorf("%w: %w", errNoRobots, err)
	}
	if ctx.Err() == nil {
		w.rules[key] = r
	}
	return r
}

// gate returns an error where the host's robots.txt keeps an address closed.
func (w *wire) gate(ctx context.Context, u *url.URL) error {
	r := w.robotsFor(ctx, u)
	switch {
	case r.err != nil:
		return r.err
	case !allows(r.group, u):
		return fmt.Errorf("%w: %s", errDisallowed, u)
	}
	return nil
}
