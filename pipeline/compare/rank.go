package compare

import (
	"slices"

	"espfigures/pipeline"
)

// rank gives every value of a year its place.
func (m *Model) rank(list []*Series) {
	for i, year := range m.Years {
		var hidden pipeline.Count // what a partial edition does not list of its total
		if ed := m.edition[year]; ed.Partial() {
			if ed.Total == nil {
				continue
			}
			hidden = ed.Total.Reports - ed.Sum()
		}
		var values []pipeline.Count
		for _, s := range list {
			if n := s.Points[i].Reports; n != nil {
				values = append(values, *n)
			}
		}
		slices.Sort(values)
		for _, s := range list {
			n := s.Points[i].Reports
			if n == nil || hidden > 0 && open(list, s, i, hidden) {
				continue
			}
			upTo, _ := slices.BinarySearch(values, *n+1)
			s.Points[i].Rank = 1 + len(values) - upTo
		}
	}
}

// open reports whether the rank of a series in a partial year is open: what the
// year does not list could all belong to one reporter, or be more of a series
// that is listed, and change the place.
func open(list []*Series, s *Series, i int, hidden pipeline.Count) bool {
	n := *s.Points[i].Reports
	return n <= hidden || slices.ContainsFunc(list, func(o *Series) bool {
		q, smaller := o.Points[i].Reports, o
		if q == nil || o == s {
			return false
		}
		if *q > n {
			smaller = s
		}
		return smaller.grows() && min(n, *q)+hidden >= max(n, *q)
	})
}

// grows reports whether rows that a source does not list may belong to the series.
func (s *Series) grows() bool { return s.Type != TypePlatform && !s.Alone }

// RankIn returns the place of a platform among those of a category in a year; 0
// where it is not of the category or has no rank.
func (m *Model) RankIn(category string, s *Series, year int) int {
	p := s.At(year)
	if s.Category != category || s.Type != TypePlatform || p == nil || p.Rank == 0 {
		return 0
	}
	return 1 + len(filter(m.Platforms, func(o *Series) bool {
		q := o.At(year)
		return o.Category == category && q.Rank > 0 && q.Rank < p.Rank
	}))
}
