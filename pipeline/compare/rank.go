package compare

import (
	"cmp"
	"slices"

	"espfigures/pipeline"
)

// rank gives every value of a year its place. In a partial year all that the
// source does not list could belong to one reporter it does not list, or be
// more of a series it lists. A value gets a place only where neither would
// change it.
func (m *Model) rank(list []*Series) {
	for i, year := range m.Years {
		r := ranking{hidden: m.hidden(year)}
		for _, s := range list {
			if n := s.Points[i].Reports; n != nil {
				r.all = append(r.all, *n)
				if s.grows() {
					r.growing = append(r.growing, *n)
				}
			}
		}
		slices.SortFunc(r.all, down)
		slices.SortFunc(r.growing, down)
		for _, s := range list {
			if n := s.Points[i].Reports; n != nil {
				s.Points[i].Rank = r.place(*n, s.grows())
			}
		}
	}
}

// grows reports whether rows that a source does not list may belong to the series.
func (s *Series) grows() bool { return s.Type != TypePlatform && !s.Alone }

// hidden is what a partial edition does not list of its total: 0 for a whole
// one, nil where nobody knows.
func (m *Model) hidden(year int) *pipeline.Count {
	ed := m.f.edition[year]
	none := pipeline.Count(0)
	switch {
	case ed == nil || !ed.Partial():
		return &none
	case ed.Total == nil:
		return nil
	}
	rest := ed.Total.Reports - ed.Sum()
	return &rest
}

type ranking struct {
	all, growing []pipeline.Count // largest first
	hidden       *pipeline.Count  // reports of the year that no listed row holds; nil where unknown
}

func down(a, b pipeline.Count) int { return cmp.Compare(b, a) }

// place returns the rank of a value, 0 where it is open.
func (r ranking) place(n pipeline.Count, grows bool) int {
	above, _ := slices.BinarySearchFunc(r.all, n, down)
	if r.hidden == nil {
		return 0
	}
	hidden := *r.hidden
	if hidden <= 0 {
		return above + 1
	}
	if n <= hidden {
		return 0
	}
	if grows && above > 0 && n+hidden >= r.all[above-1] {
		return 0 // it may reach the next larger
	}
	next, _ := slices.BinarySearchFunc(r.growing, n, down)
	if grows {
		next++ // it is among them itself
	}
	if next < len(r.growing) && r.growing[next]+hidden >= n {
		return 0 // a smaller one may reach it
	}
	return above + 1
}

// noRank says why a value has no rank.
func noRank(s *Series) string {
	switch s.Type {
	case TypeSet:
		return "A set that somebody adds up is not ranked."
	case TypeTotal:
		return "A total is not ranked."
	}
	return "The source lists only some rows of the year, and the others could change the rank."
}

// RankIn returns the place of a platform among those of a category in a year; 0
// where it is not of the category or has no rank.
func (m *Model) RankIn(category string, s *Series, year int) int {
	p := s.At(year)
	if s.Category != category || s.Type != TypePlatform || p == nil || p.Rank == 0 {
		return 0
	}
	place := 1
	for _, o := range m.Platforms {
		if q := o.At(year); o.Category == category && q != nil && q.Rank > 0 && q.Rank < p.Rank {
			place++
		}
	}
	return place
}
