package scrapers

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/link"
)

// class says in which order candidates are asked, and at whose cost.
type class int

const (
	startPage class = iota
	likely          // links to reports by ESP: all, up to maxPerYear for one year
	listing         // pages on reports by ESP; this and the following only while years are missing, at most maxDoubtful in all
	doubtful        // links that speak of reports and of ESPs
	related         // pages on CyberTipline data, if no link named any table
	guess           // addresses made by pattern
	skipped         // never asked
	unasked         // likely, but beyond maxPerYear
	index           // the web archive's lists of copies, and copies: asked if the user wants them
	capture
)

// classes say what the words of a link make of it: unless, and if, it speaks of
// reports *by* ESP.
var classes = map[link.Verdict][2]class{
	link.Sister: {skipped, skipped}, link.Report: {doubtful, likely}, link.DataPage: {related, listing},
}

// candidate makes a candidate of a link; nil if it does not concern the run.
func candidate(l link.Link, sisters []pipeline.SisterWord) *Candidate {
	j := link.Judge(l, sisters)
	if j.Verdict == link.Unrelated {
		return nil
	}
	return &Candidate{
		URL: l.URL.String(), Year: j.Year, LinkText: l.Text, Title: l.Title, Why: j.Why,
		class: classes[j.Verdict][count(j.Likely)], yearDoubtful: j.YearDoubtful,
	}
}

// wanted reports whether a year is among those asked for; without a last one,
// newer years are too.
func (r *run) wanted(year int) bool {
	return year == 0 || year >= r.from && (r.opts.To == 0 || year <= r.opts.To)
}

// offer adds a candidate, in the form in which its address will be asked, unless
// it is known: a second link to an address can add the year that the first did
// not name, or make it likely. Start pages and likely documents that may not be
// asked are skipped aloud, others in silence. It reports whether the address may
// be asked.
func (r *run) offer(c *Candidate) bool {
	u, err := r.wire.hosts.parse(c.URL)
	switch {
	case err == nil:
		c.URL = u.String()
		if (c.class == likely || c.class == doubtful) && !r.wanted(c.Year) {
			c.class, c.Why = skipped, fmt.Sprintf("year %d is not among the years asked for", c.Year)
		}
	case c.class == startPage || c.class == likely && r.wanted(c.Year):
		c.class, c.Why, c.Fault = skipped, c.Why+"; "+err.Error(), &Fault{URL: c.URL, Err: err}
	default:
		return false
	}
	have := r.byURL[c.URL]
	switch {
	case r.visited[c.URL]:
	case have == nil && r.ofClass[c.class] < maxCandidates:
		r.byURL[c.URL] = c
		r.links = append(r.links, c)
		r.ofClass[c.class]++
	case have == nil:
		r.leftOut += count(c.class != skipped)
	case c.class < have.class:
		c.Year = cmp.Or(c.Year, have.Year)
		*have = *c
	case have.Year == 0 || have.yearDoubtful && !c.yearDoubtful && c.Year != 0:
		have.Year, have.yearDoubtful = c.Year, c.yearDoubtful
	}
	return err == nil
}

// next returns the candidate to ask now, nil if there is none left. The order
// does not depend on the order of links on a page.
func (r *run) next() (best *Candidate) {
	missing, found := r.missing(), len(r.res.found()) > 0
	perYear, spent := map[int]int{}, 0
	for _, c := range r.res.Tried {
		perYear[c.Year] += count(c.class == likely)
		spent += count(c.class > likely)
	}
	// worth is whether a candidate is within the budgets, and of use for the
	// years that are missing.
	worth := func(c *Candidate) bool {
		switch {
		case c.class == startPage:
			return r.named || slices.ContainsFunc(missing, func(y int) bool { return !r.linked(y) })
		case c.class == likely:
			return perYear[c.Year] < maxPerYear
		case c.class == index || c.class == capture:
			return true
		case c.class == skipped || spent >= maxDoubtful || len(missing) == 0 || c.class == related && found:
			return false
		}
		return c.Year == 0 || c.class == related || slices.Contains(missing, c.Year)
	}
	for _, c := range r.links {
		if !r.visited[c.URL] && worth(c) && (best == nil || r.compare(c, best) < 0) {
			best = c
		}
	}
	return best
}

// compare orders candidates: of one year those the archive knows first, then
// those whose year is sure, and those that end like a document.
func (r *run) compare(a, b *Candidate) int {
	merit := func(c *Candidate) (n int) {
		_, stored := r.known.Latest(c.URL, "")
		return 4*count(stored) + 2*count(!c.yearDoubtful) + count(link.IsDocument(parsed(c.URL).Path))
	}
	return cmp.Or(
		cmp.Compare(a.class, b.class),
		cmp.Compare(a.order, b.order),
		cmp.Compare(b.Year, a.Year), // the newest year first
		cmp.Compare(merit(b), merit(a)),
		cmp.Compare(a.URL, b.URL),
	)
}

// missing returns the years asked for of which no document came so far, nor
// failed to come for now.
func (r *run) missing() (years []int) {
	for y := r.from; y <= r.to; y++ {
		if !r.settled(y) {
			years = append(years, y)
		}
	}
	return years
}

func (r *run) settled(year int) bool {
	return slices.ContainsFunc(r.res.Tried, func(c *Candidate) bool { return c.settled && c.Year == year })
}

// linked reports whether a link names the table of a year.
func (r *run) linked(year int) bool {
	return slices.ContainsFunc(r.links, func(c *Candidate) bool { return c.class == likely && c.Year == year && !c.yearDoubtful })
}

// offerGuesses offers addresses that no link names, for years of which no
// document came. It is the last resort: if the pages name no table at all, they
// have changed, and guessing would hide it.
func (r *run) offerGuesses() {
	if len(r.res.found()) > 0 {
		for _, year := range r.missing() {
			for _, c := range r.guesses(year) {
				r.offer(c)
			}
		}
	}
}

// guesses returns the addresses to try for a year: where the archive has its
// table from, then, nearest year first, each address found with the year
// replaced and the known patterns on its host. The web archive is asked for
// patterns on the hosts of the start pages too.
func (r *run) guesses(year int) (list []*Candidate) {
	add := func(address, why string) {
		known := slices.ContainsFunc(list, func(c *Candidate) bool { return c.URL == address })
		if len(list) < maxGuesses && !known {
			list = append(list, &Candidate{URL: address, Year: year, Why: why, class: guess, order: len(list)})
		}
	}
	for _, v := range slices.Backward(r.known.All()) {
		if s := v.Best(); s.Mirror == "" && link.Year(s.LinkText, s.Title, s.Asked) == year {
			add(s.Asked, "at the address it was fetched from before")
		}
	}
	near := r.res.found()
	slices.SortStableFunc(near, func(a, b *Candidate) int { return abs(a.Year-year) - abs(b.Year-year) })
	for _, s := range r.opts.Start {
		near = append(near, &Candidate{URL: s})
	}
	for _, c := range near {
		u := parsed(cmp.Or(c.copied(), c.URL))
		at := u.Scheme + "://" + u.Host
		replaced := strings.ReplaceAll(u.Path, strconv.Itoa(c.Year), strconv.Itoa(year))
		if c.Year != 0 && !c.yearDoubtful && u.RawQuery == "" && replaced != u.Path {
			add(at+(&url.URL{Path: replaced}).EscapedPath(), fmt.Sprintf("by the address pattern of %d", c.Year))
		}
		for _, p := range r.opts.Site.Patterns {
			add(at+strings.ReplaceAll(p, "YEAR", strconv.Itoa(year)), "by a known address pattern")
		}
	}
	return list
}

func abs(n int) int { return max(n, -n) }
