package scrapers

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// patterns are the paths under which NCMEC has published the tables, from the
// addresses known for 2019-2024; YEAR stands for the year.
var patterns = []string{
	"/content/dam/missingkids/pdfs/YEAR-reports-by-esp.pdf",
	"/content/dam/missingkids/pdfs/cybertiplinedataYEAR/YEAR-reports-by-esp.pdf",
}

// maxGuesses bounds the addresses tried for one year.
const maxGuesses = 4

// guesses tries addresses that no link names, for years that no link names.
// It is the last resort: where the pages name no table at all, they have
// changed, and guessing would hide it.
func (r *run) guesses(ctx context.Context) error {
	missing := r.missing()
	if len(r.res.Found) == 0 {
		return nil
	}
	linked := slices.Clone(r.res.Found)
	for _, year := range missing {
		for _, c := range r.guessed(year, linked) {
			if r.opts.DryRun {
				r.found(c)
				continue
			}
			before := len(r.res.Documents)
			if r.visited[c.URL] {
				continue
			}
			if err := r.fetch(ctx, c, pipeline.Note); err != nil {
				return err
			}
			if len(r.res.Documents) > before {
				r.found(c)
				r.find(pipeline.Finding{
					Code: pipeline.SourceFault, Severity: pipeline.Note, Year: year, Document: c.URL,
					// The same words in every run, however the address was come by.
					What: fmt.Sprintf("no link names the table of %d; it was found by trying %s", year, c.URL),
				})
				break
			}
		}
	}
	return nil
}

// guessed returns the addresses to try for a year: where the archive has its
// table from, then the addresses of the nearest years with the year replaced,
// then the known patterns on the same hosts.
func (r *run) guessed(year int, linked []Candidate) []Candidate {
	var list []Candidate
	add := func(address, why string) {
		u, err := r.wire.hosts.parse(address)
		if err != nil || len(list) >= maxGuesses {
			return
		}
		address = u.String()
		if !slices.ContainsFunc(list, func(c Candidate) bool { return c.URL == address }) {
			list = append(list, Candidate{URL: address, Year: year, Guessed: true, Why: why})
		}
	}
	all, _ := r.archive.All()
	for _, h := range slices.Backward(all) {
		s := h.Best()
		if u, err := url.Parse(s.Asked); err == nil && s.Mirror == "" {
			if v, c := judge(link{url: u, text: s.LinkText, title: s.Title}); v == report && c.Year == year && !c.doubtful {
				add(s.Asked, "at the address it was fetched from before")
			}
		}
	}
	byDistance := slices.Clone(linked)
	slices.SortStableFunc(byDistance, func(a, b Candidate) int { return abs(a.Year-year) - abs(b.Year-year) })
	for _, c := range byDistance {
		u, err := url.Parse(c.URL)
		if err != nil || c.Year == 0 || c.doubtful || u.RawQuery != "" {
			continue
		}
		was := strconv.Itoa(c.Year)
		if p := strings.ReplaceAll(u.Path, was, strconv.Itoa(year)); p != u.Path {
			add(u.Scheme+"://"+u.Host+(&url.URL{Path: p}).EscapedPath(), fmt.Sprintf("by the address pattern of %d", c.Year))
		}
		if len(list) >= maxGuesses-len(patterns) {
			break
		}
	}
	for _, c := range byDistance {
		u, err := url.Parse(c.URL)
		if err != nil {
			continue
		}
		for _, p := range patterns {
			add(u.Scheme+"://"+u.Host+strings.ReplaceAll(p, "YEAR", strconv.Itoa(year)), "by a known address pattern")
		}
	}
	return list
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
