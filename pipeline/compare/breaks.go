package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// covers reports whether a break bears on the step from one year to a later
// one: it lies between them, or concerns a year of them.
func covers(b *pipeline.Break, from, to int) bool {
	if b.From == b.To {
		return from <= b.From && b.From <= to
	}
	return b.From < to && from < b.To
}

// bears reports whether a break may bear on a series in some year.
func (m *Model) bears(b *pipeline.Break, s *Series) bool {
	return b.Who == pipeline.Everybody || b.Who == s.ID || s.Type == TypeTotal ||
		slices.ContainsFunc(m.affected[b.Who], func(id string) bool { return slices.Contains(s.list, id) })
}

// breakReasons are the breaks of the registry that bear on two years of a series.
func (m *Model) breakReasons(pair *Between) (list []Reason) {
	s, from, to := pair.Series, pair.From.Year, pair.To.Year
	for _, b := range s.breaks {
		if !covers(b, from, to) || !b.Touches(pair.Measure) || !m.concerns(s, b, from, to) {
			continue
		}
		r := Reason{Code: b.ID, Verdict: Care, Text: b.Description, Source: b.Source, User: b.User}
		if m.forbids(s, b, from, to) {
			r.Verdict, r.Mark = No, pipeline.FlagBreak
		}
		list = append(list, r)
	}
	return list
}

// concerns reports whether a break is about a series: about everybody, the
// series itself, a platform that belongs to it, the owner of such a platform,
// or a combined row that such a platform is likely inside. An id that both a
// platform and a company have means the platform: a split of the row Microsoft
// says nothing about LinkedIn.
func (m *Model) concerns(s *Series, b *pipeline.Break, from, to int) bool {
	_, isPlatform := m.platform[b.Who]
	switch {
	case b.Who == pipeline.Everybody, b.Who == s.ID && (s.Type != TypeCompany || s.Alone || !isPlatform):
		return true
	case s.Type == TypeTotal && strings.HasPrefix(b.Kind, "scope"):
		return false // however rows are cut, the total holds them all
	case s.Type == TypeTotal || s.Type == TypeCategory:
		// Everything happens to some member of a large sum: what moved it counts.
		return m.weighs(s, b.Who, from, to)
	case s.Type == TypeCompany && !s.Alone && !isPlatform:
		return false // another company
	}
	return len(m.struck(s, b.Who, from, to)) > 0
}

// struck returns the platforms of the series that what happened to a platform,
// combined row or company bears on in one of two years.
func (m *Model) struck(s *Series, who string, from, to int) []string {
	_, isPlatform := m.platform[who]
	return filter(m.affected[who], func(id string) bool {
		return slices.ContainsFunc([]int{from, to}, func(year int) bool {
			switch k := m.in(id, year); {
			case !s.Holds(id, year):
				return false
			case !isPlatform:
				return k.owner == who
			default:
				return id == who || s.Type != TypePlatform && k.inside == who
			}
		})
	})
}

// forbids reports whether a break rules the comparison out. One of a platform's
// scope leaves a sum whole where all that is likely inside the combined rows of
// the two years is on one side, and the sum holds more than the one row whose
// scope changed.
func (m *Model) forbids(s *Series, b *pipeline.Break, from, to int) bool {
	switch {
	case b.Forbids == pipeline.ForbidsNothing:
		return false
	case s.Type == TypePlatform || s.Alone || b.Who == s.ID || b.Forbids == pipeline.ForbidsChange:
		return true
	case b.Who == pipeline.Everybody:
		return false
	}
	x, y := s.At(from).Members, s.At(to).Members
	_, isPlatform := m.platform[b.Who]
	if len(x) == 1 && slices.Equal(x, y) && (b.Who == x[0] || !isPlatform) {
		return true
	}
	return slices.ContainsFunc(m.rows, func(row at) bool { return m.mixes(row, s, from, to) })
}

// mixes reports whether a combined row of two years holds platforms of the
// series and others: in either year the row and its likely members must all belong
// to the series, or none of them. A row of unknown members may hold any.
func (m *Model) mixes(row at, s *Series, from, to int) bool {
	members := m.combined[row]
	return (row.year == from || row.year == to) && slices.ContainsFunc([]int{from, to}, func(year int) bool {
		whole := s.Holds(row.id, year)
		return len(members) == 0 && whole && s.Type != TypeTotal ||
			slices.ContainsFunc(members, func(id string) bool { return s.Holds(id, year) != whole })
	})
}

// weighs reports whether what a break touches moved by enough of a large sum
// to be the sum's break too.
func (m *Model) weighs(s *Series, who string, from, to int) bool {
	var moved pipeline.Count
	for _, id := range m.struck(s, who, from, to) {
		d := m.in(id, to).sum - m.in(id, from).sum
		moved += max(d, -d)
	}
	return float64(moved) >= BreakLimit*float64(min(*s.At(from).Reports, *s.At(to).Reports))
}

// combinedReasons covers what no break of the registry says: a row that is
// combined on one side, or that holds platforms of the series and others.
func (m *Model) combinedReasons(pair *Between) (list []Reason) {
	s, from, to := pair.Series, pair.From.Year, pair.To.Year
	single := len(s.list) == 1
	for _, row := range m.rows {
		if single && row.id != s.list[0] || !m.mixes(row, s, from, to) {
			continue
		}
		other, both := m.combined[at{row.id, from + to - row.year}]
		same := both && slices.Equal(other, m.combined[row])
		r := Reason{Code: BecauseCombined, Verdict: No, Mark: pipeline.FlagBreak,
			Text: fmt.Sprintf("The %d row %s combines %s with other platforms.", row.year, m.rowName(row), s.Name)}
		judged := slices.ContainsFunc(m.ds.Breaks, func(b pipeline.Break) bool { // by the registry
			return b.Who == row.id && strings.HasPrefix(b.Kind, "scope") && covers(&b, from, to) && (same || b.Forbids != pipeline.ForbidsNothing)
		})
		switch {
		case judged, same && (!single || row.year == to):
			continue
		case s.Type == TypeCategory && !single && !m.weighs(s, row.id, from, to):
			continue
		case same:
			r.Verdict, r.Mark = Care, pipeline.FlagCombined
			r.Text = fmt.Sprintf("The row of %s combines related platforms in %d and in %d; the members are not printed and may differ.", s.Name, from, to)
		}
		list = append(list, r)
	}
	return list
}

func (m *Model) rowName(row at) string {
	if list := m.in(row.id, row.year).figures; len(list) > 0 {
		return fmt.Sprintf("%q", list[0].Name)
	}
	return m.Names([]string{row.id})
}

// MarkBreaks sets the mark b on the figures of the Dataset that do not compare
// with the platform's figure of the year before, and returns one note for each
// reason. It is for whoever makes the Dataset.
func (m *Model) MarkBreaks() []pipeline.Finding {
	var found []pipeline.Finding
	noted := map[at]bool{}
	for i := range m.ds.Figures {
		f := &m.ds.Figures[i]
		s, k := m.Platform(f.Platform), at{f.Platform, f.Year}
		if s.At(f.Year).Marks == "" { // what rules a change out has a mark
			continue
		}
		b := m.Between(s, f.Year-1, f.Year, pipeline.MeasureReports)
		if b.Verdict == No {
			f.Flags = f.Flags.With(pipeline.FlagBreak)
		}
		if b.Verdict != No || noted[k] {
			continue
		}
		noted[k] = true
		scope := ""
		if whole := m.Company(m.in(k.id, k.year).owner); whole != nil && m.Between(whole, f.Year-1, f.Year, pipeline.MeasureReports).Change != nil {
			scope = " (the platform; its company can be compared)"
		}
		for _, r := range b.Reasons {
			if r.Verdict == No {
				found = append(found, pipeline.Finding{Code: pipeline.BreakCode, Severity: pipeline.Note, Year: f.Year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
					What: fmt.Sprintf("%s%s: %d and %d cannot be compared. %s", s.Name, scope, f.Year-1, f.Year, r.Text)})
			}
		}
	}
	return found
}
