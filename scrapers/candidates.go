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
	likely   class = iota // links to reports by ESP: all, up to MaxPerYear for one year
	listing               // pages on reports by ESP; this and the following only while years are missing, at most MaxDoubtful in all
	doubtful              // links that speak of reports and of ESPs
	related               // pages on CyberTipline data, if no link named any table
	guess                 // addresses made by pattern
	mirror                // copies in a web archive, asked apart from the others
)

// Bounds of what is remembered, for pages with a hundred thousand links.
const (
	maxCandidates = 1000 // of each class
	maxSkipped    = 300
)

// judgeLinks sorts the links of a page into candidates and links to skip. It
// returns how many lead to tables.
func (r *run) judgeLinks(links []pageLink) (tables int) {
	for _, l := range links {
		c := Candidate{URL: l.url.String(), Year: l.Year, LinkText: l.text, Title: l.title, Page: l.page, Why: l.Why, yearDoubtful: l.YearDoubtful}
		u, err := r.wire.hosts.ask(l.url)
		if err == nil {
			c.URL = u.String()
		}
		switch {
		case l.Verdict == link.Sister:
			r.skip(c)
			continue
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
		case l.Verdict == link.Report && !r.wanted(c.Year):
			c.Why = fmt.Sprintf("year %d is not among the years asked for", c.Year)
			r.skip(c)
		case err != nil && c.class == likely:
			r.refuse(c, err)
		case err != nil:
		default:
			r.add(c)
			if c.class == likely {
				tables++
			}
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
func (r *run) add(c Candidate) {
	have := r.byURL[c.URL]
	switch {
	case have == nil && r.ofClass[c.class] < maxCandidates:
		r.byURL[c.URL] = &c
		r.ofClass[c.class]++
	case have == nil:
		r.leftOut++
	case c.class < have.class:
		c.Year = cmp.Or(c.Year, have.Year)
		*have = c
	case have.Year == 0 || have.yearDoubtful && !c.yearDoubtful && c.Year != 0:
		have.Year, have.yearDoubtful = c.Year, c.yearDoubtful
	}
}

func (r *run) skip(c Candidate) {
	if len(r.res.Skipped) < maxSkipped && !slices.ContainsFunc(r.res.Skipped, func(s Candidate) bool { return s.URL == c.URL }) {
		r.res.Skipped = append(r.res.Skipped, c)
	}
}

// next returns the candidate to ask now, nil if there is none left. The order
// does not depend on the order of links on a page.
func (r *run) next() *Candidate {
	var open []*Candidate
	missing := r.missing()
	for _, c := range r.byURL {
		if !r.visited[c.URL] && r.worthAsking(c, missing) {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return slices.MinFunc(open, func(a, b *Candidate) int {
		return cmp.Or(
			cmp.Compare(a.class, b.class),
			cmp.Compare(a.order, b.order),
			cmp.Compare(b.Year, a.Year), // the newest year first
			cmp.Compare(r.merit(b), r.merit(a)),
			cmp.Compare(a.URL, b.URL),
		)
	})
}

// merit ranks candidates of a year: those the archive knows before others, then
// those whose year is sure, those at a path that documents have had, and those
// that end like a document.
func (r *run) merit(c *Candidate) (n int) {
	_, stored := r.known.Latest(c.URL)
	u, err := url.Parse(c.URL)
	patterned := err == nil && slices.ContainsFunc(r.opts.Site.Patterns, func(p string) bool {
		return u.Path == strings.ReplaceAll(p, "YEAR", strconv.Itoa(link.Year("", "", c.URL)))
	})
	for i, good := range []bool{isDocumentURL(c.URL), patterned, !c.yearDoubtful, stored} {
		if good {
			n += 1 << i
		}
	}
	return n
}

// worthAsking reports whether a candidate is within the budgets, and of use for
// the years that are missing.
func (r *run) worthAsking(c *Candidate, missing []int) bool {
	switch {
	case c.class == likely:
		return r.asked[c.Year] < r.opts.Limits.MaxPerYear
	case r.spent >= r.opts.Limits.MaxDoubtful || len(missing) == 0:
		return false
	case c.class == related:
		return len(r.res.Found) == 0
	}
	return c.Year == 0 || slices.Contains(missing, c.Year)
}

// missing returns the years asked for of which no document came so far, nor
// failed to come for now.
func (r *run) missing() (years []int) {
	for y := r.from; y <= r.to; y++ {
		if !r.got[y] {
			years = append(years, y)
		}
	}
	return years
}

// named reports whether a link names the table of a year.
func (r *run) named(year int) bool {
	for _, c := range r.byURL {
		if c.class == likely && c.Year == year && !c.yearDoubtful {
			return true
		}
	}
	return false
}

func isDocumentURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && link.IsDocument(u.Path)
}

// maxGuesses bounds the addresses tried for one year.
const maxGuesses = 4

// addGuesses adds addresses that no link names, for years of which no document
// came. It is the last resort: if the pages name no table at all, they have
// changed, and guessing would hide it.
func (r *run) addGuesses() {
	if len(r.res.Found) == 0 {
		return
	}
	for _, year := range r.missing() {
		for _, c := range r.guesses(year, r.res.Found) {
			r.add(c)
		}
	}
}

// guesses returns the addresses to try for a year: where the archive has its
// table from, then the addresses of the nearest years with the year replaced,
// then the known patterns on the same hosts.
func (r *run) guesses(year int, linked []Candidate) []Candidate {
	var list []Candidate
	add := func(address, why string) {
		u, err := r.wire.hosts.parse(address)
		if err != nil || len(list) >= maxGuesses {
			return
		}
		address = u.String()
		if !slices.ContainsFunc(list, func(c Candidate) bool { return c.URL == address }) {
			list = append(list, Candidate{URL: address, Year: year, Guessed: true, Why: why, class: guess, order: len(list)})
		}
	}
	all, _ := r.known.All()
	for _, v := range slices.Backward(all) {
		s := v.Best()
		if u, err := url.Parse(s.Asked); err == nil && s.Mirror == "" {
			if j := link.Judge(link.Link{URL: u, Text: s.LinkText, Title: s.Title}, r.opts.Site.Sisters); j.Verdict == link.Report && j.Year == year && !j.YearDoubtful {
				add(s.Asked, "at the address it was fetched from before")
			}
		}
	}
	byDistance := slices.Clone(linked)
	slices.SortStableFunc(byDistance, func(a, b Candidate) int { return abs(a.Year-year) - abs(b.Year-year) })
	for _, c := range byDistance {
		u, err := url.Parse(c.URL)
		if err != nil || c.Year == 0 || c.yearDoubtful || u.RawQuery != "" {
			continue
		}
		if p := strings.ReplaceAll(u.Path, strconv.Itoa(c.Year), strconv.Itoa(year)); p != u.Path {
			add(u.Scheme+"://"+u.Host+(&url.URL{Path: p}).EscapedPath(), fmt.Sprintf("by the address pattern of %d", c.Year))
		}
		if len(list) >= maxGuesses-len(r.opts.Site.Patterns) {
			break
		}
	}
	for _, c := range byDistance {
		u, err := url.Parse(c.URL)
		if err != nil {
			continue
		}
		for _, p := range r.opts.Site.Patterns {
			add(u.Scheme+"://"+u.Host+strings.ReplaceAll(p, "YEAR", strconv.Itoa(year)), "by a known address pattern")
		}
	}
	return list
}

func abs(n int) int { return max(n, -n) }
