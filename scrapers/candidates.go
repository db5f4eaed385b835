package scrapers

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	capture         // copies in the web archive and its index, asked apart from the others
)

// maxCandidates bounds what is remembered of each class, for pages with a hundred
// thousand links.
const maxCandidates = 1000

// judgeLinks sorts the links of a page into candidates and links to skip. It
// returns how many lead to tables.
func (r *run) judgeLinks(p page) (tables int) {
	for _, l := range p.links {
		c := &Candidate{URL: l.URL.String(), Year: l.Year, LinkText: l.Text, Title: l.Title, Page: p.address, Why: l.Why, yearDoubtful: l.YearDoubtful}
		u, err := r.wire.hosts.ask(l.URL)
		if err == nil {
			c.URL = u.String()
		}
		switch {
		case l.Verdict == link.Sister:
			c.class = skipped
		case l.Verdict == link.Report && !r.wanted(c.Year):
			c.class = skipped
			c.Why = fmt.Sprintf("year %d is not among the years asked for", c.Year)
		case l.Verdict == link.Report && l.Likely:
			c.class = likely
		case l.Verdict == link.Report:
			c.class = doubtful
		case l.Likely:
			c.class = listing
		default:
			c.class = related
		}
		switch {
		case err == nil:
			r.add(c)
			tables += count(c.class == likely)
		case c.class == likely:
			r.refuse(c, err)
		}
	}
	return tables
}

// wanted reports whether a year is among those asked for; without a last one,
// newer years are too.
func (r *run) wanted(year int) bool {
	return year == 0 || year >= r.from && (r.opts.To == 0 || year <= r.opts.To)
}

// add adds a candidate unless its address is known; a second link to an address
// can add the year that the first did not name, or make it likely.
func (r *run) add(c *Candidate) {
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
}

// refuse records a start page or a likely document that may not be asked.
func (r *run) refuse(c *Candidate, err error) {
	c.class, c.Why, c.Fault = skipped, c.Why+"; "+err.Error(), &Fault{URL: c.URL, Err: err}
	r.add(c)
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
// those whose year is sure, those at a path that documents have had, and those
// that end like a document.
func (r *run) compare(a, b *Candidate) int {
	merit := func(c *Candidate) (n int) {
		_, stored := r.known.Latest(c.URL)
		path := parsed(c.URL).Path
		patterned := slices.Contains(r.patterns(link.Year("", "", c.URL)), path)
		return 8*count(stored) + 4*count(!c.yearDoubtful) + 2*count(patterned) + count(link.IsDocument(path))
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

// patterns returns the paths that the table of a year may be at.
func (r *run) patterns(year int) (paths []string) {
	for _, p := range r.opts.Site.Patterns {
		paths = append(paths, strings.ReplaceAll(p, "YEAR", strconv.Itoa(year)))
	}
	return paths
}

// maxGuesses bounds the addresses tried for one year.
const maxGuesses = 4

// guesses returns the addresses to try for a year: where the archive has its
// table from, then, nearest year first, each address found with the year
// replaced and the known patterns on its host. The web archive is asked for
// patterns on the hosts of the start pages too.
func (r *run) guesses(year int) (list []*Candidate) {
	add := func(address, why string) {
		u, err := r.wire.hosts.parse(address)
		if err != nil || len(list) >= maxGuesses || slices.ContainsFunc(list, func(c *Candidate) bool { return c.URL == u.String() }) {
			return
		}
		list = append(list, &Candidate{URL: u.String(), Year: year, Why: why, class: guess, order: len(list)})
	}
	all, _ := r.known.All()
	for _, v := range slices.Backward(all) {
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
		u := parsed(c.URL)
		at := u.Scheme + "://" + u.Host
		replaced := strings.ReplaceAll(u.Path, strconv.Itoa(c.Year), strconv.Itoa(year))
		if c.Year != 0 && !c.yearDoubtful && u.RawQuery == "" && replaced != u.Path {
			add(at+(&url.URL{Path: replaced}).EscapedPath(), fmt.Sprintf("by the address pattern of %d", c.Year))
		}
		for _, p := range r.patterns(year) {
			add(at+p, "by a known address pattern")
		}
	}
	return list
}

func abs(n int) int { return max(n, -n) }
