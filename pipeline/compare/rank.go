package compare

import "espfigures/pipeline"

// rank gives every value of a year its place.
func (m *Model) rank(list []*Series) {
	for i, year := range m.Years {
		hidden, known := m.hidden(year)
		for _, s := range list {
			if s.Points[i].Reports != nil && known {
				s.Points[i].Rank = place(list, s, i, hidden)
			}
		}
	}
}

// hidden is what a partial edition does not list of its total, 0 for a whole
// one; not known without a total.
func (m *Model) hidden(year int) (rest pipeline.Count, known bool) {
	ed := m.f.edition[year]
	switch {
	case ed == nil || !ed.Partial():
		return 0, true
	case ed.Total == nil:
		return 0, false
	}
	return max(0, ed.Total.Reports-ed.Sum()), true
}

// place returns the rank of a series in a year, 0 where it is open. What a
// partial year does not list could all belong to one reporter, or be more of a
// series that is listed: neither may change the place.
func place(list []*Series, s *Series, i int, hidden pipeline.Count) int {
	n, rank := *s.Points[i].Reports, 1
	open := hidden > 0 && n <= hidden
	for _, o := range list {
		q := o.Points[i].Reports
		switch {
		case q == nil || o == s:
		case *q > n:
			rank++
			open = open || hidden > 0 && s.grows() && n+hidden >= *q
		default:
			open = open || hidden > 0 && o.grows() && *q+hidden >= n
		}
	}
	if open {
		return 0
	}
	return rank
}

// grows reports whether rows that a source does not list may belong to the series.
func (s *Series) grows() bool { return s.Type != TypePlatform && !s.Alone }

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
