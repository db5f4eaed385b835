package scrapers

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline/link"
)

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
