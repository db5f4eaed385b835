package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// fill completes a series: what belongs to it in some year, of those that may,
// and its points, each with the value of its year.
func (m *Model) fill(s *Series, among []string, value func(s *Series, year int) Point) *Series {
	s.list = filter(among, func(id string) bool {
		return slices.ContainsFunc(m.Years, func(y int) bool { return s.Holds(id, y) })
	})
	for i := range m.ds.Breaks {
		if b := &m.ds.Breaks[i]; m.bears(b, s) {
			s.breaks = append(s.breaks, b)
		}
	}
	categories := map[string]bool{}
	for _, year := range m.Years {
		p := value(s, year)
		p.Year = year
		if p.Reports != nil {
			if ed := m.edition[year]; ed.Total != nil && ed.Total.Reports > 0 && *p.Reports <= ed.Total.Reports {
				p.Share = new(float64(*p.Reports) / float64(ed.Total.Reports))
			}
			if t := m.total[year]; t.CyberTipline > 0 {
				p.TotalShare = new(float64(*p.Reports) / float64(t.CyberTipline))
			}
			s.First, s.Last = cmp.Or(s.First, year), year
		}
		for _, id := range p.Members {
			s.Category = category(m.platform[id])
			categories[s.Category] = true
		}
		s.Points = append(s.Points, p)
	}
	if len(categories) > 1 {
		s.Category = ""
	}
	return s
}

// Union adds up series, each platform once. Its id joins theirs with "+".
func (m *Model) Union(parts ...*Series) *Series {
	s := &Series{Type: TypeSet, Holds: func(id string, year int) bool {
		return slices.ContainsFunc(parts, func(part *Series) bool { return part.Holds(id, year) })
	}}
	var ids, names []string
	for _, part := range parts {
		ids, names, s.User = append(ids, part.ID), append(names, part.Name), s.User || part.User
	}
	s.ID, s.Name = strings.Join(ids, "+"), strings.Join(names, " + ")
	return m.finish(m.fill(s, m.ids, m.sum))
}

// Top adds up the n largest platforms of each year. Its id is "top-n".
func (m *Model) Top(n int) *Series {
	number := pipeline.Count(n).String()
	s := &Series{ID: "top-" + number, Name: "The " + number + " largest together", Type: TypeSet, Holds: func(id string, year int) bool {
		rank := m.Platform(id).At(year).Rank
		return rank > 0 && rank <= n
	}}
	return m.finish(m.fill(s, m.ids, m.sum))
}

// Rest adds up all platforms but the n largest of the newest complete year,
// the same ones in every year. Its id is "rest-n".
func (m *Model) Rest(n int) *Series {
	others := map[string]bool{}
	for _, s := range m.Platforms {
		others[s.ID] = true
	}
	for _, s := range m.Largest(n) {
		delete(others, s.ID)
	}
	s := &Series{ID: fmt.Sprintf("rest-%d", n), Name: fmt.Sprintf("All but the %s largest", pipeline.Count(n)), Type: TypeSet,
		Holds: func(id string, _ int) bool { return others[id] }}
	return m.finish(m.fill(s, m.ids, m.sum))
}

// espTotal is the total that each edition prints.
func (m *Model) espTotal(_ *Series, year int) Point {
	ed := m.edition[year]
	if ed.Total == nil {
		return Point{Missing: pipeline.NoEdition, Marks: "x"}
	}
	return Point{Reports: &ed.Total.Reports, Status: ed.Status, Marks: editionMarks[ed.Status]}
}

// cyberTipline is the total of all reports, which NCMEC gives outside the table.
func (m *Model) cyberTipline(_ *Series, year int) Point {
	t, given := m.total[year]
	switch {
	case !given:
		return Point{Missing: pipeline.NoEdition, Marks: "x"}
	case m.edition[year].Partial():
		return Point{Reports: &t.CyberTipline, Status: pipeline.SecondaryHand, Marks: "s"}
	}
	return Point{Reports: &t.CyberTipline, Status: pipeline.Published}
}

// sum adds up a year. Where no platform has a figure, being inside another row
// goes before any other reason.
func (m *Model) sum(s *Series, year int) Point {
	p := Point{Missing: pipeline.NotInRollUp, Marks: "z"}
	ed := m.edition[year]
	if ed.Year == 0 {
		p.Missing, p.Marks = pipeline.NoEdition, "x"
	}
	marks := editionMarks[ed.Status]
	var total pipeline.Count
	for _, id := range s.list {
		if !s.Holds(id, year) {
			continue
		}
		if k := m.in(id, year); len(k.figures) > 0 {
			p.Members, p.Figures, total = append(p.Members, id), append(p.Figures, k.figures...), total+k.sum
			continue
		}
		if p.Inside == "" {
			p.Missing, p.Inside = m.absent(id, year)
			p.Marks = "x"
		}
		// The sum may lack reports of its members.
		if last, _ := m.unlisted(id, year); last > 0 {
			p.AtLeast = true
		}
		if row := m.in(id, year).inside; row != "" && !s.Holds(row, year) {
			p.AtLeast, marks = true, marks.With(pipeline.FlagCombined)
		}
	}
	if len(p.Figures) == 0 {
		p.AtLeast = false
		return p
	}
	p.Missing, p.Inside, p.Reports = pipeline.NotMissing, "", &total
	slices.SortStableFunc(p.Figures, largestFirst)
	slices.SortStableFunc(p.Members, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.in(b, year).sum, m.in(a, year).sum), cmp.Compare(a, b))
	})
	for _, fig := range p.Figures {
		p.Status = pipeline.Weaker(p.Status, fig.Status)
		if fig.Flags != "" {
			marks = marks.With([]rune(strings.ReplaceAll(string(fig.Flags), string(pipeline.FlagBreak), ""))...)
		}
	}
	p.Marks = marks
	return p
}

// whyBlank says why the point of a year, [1], has no value; [2] is the row that it is inside.
var whyBlank = map[pipeline.Missing]string{
	pipeline.NoRow:       "No row in %[1]d. That is not zero: the provider reported nothing, or its reports are in another row.",
	pipeline.InsideRow:   "Likely inside the combined row %[2]s of %[1]d.",
	pipeline.NotCovered:  "The source for %[1]d lists only some rows, and not this one.",
	pipeline.NoEdition:   "No edition of %[1]d.",
	pipeline.NotInRollUp: "Owned no listed platform on 31 December %[1]d.",
}

// WhyBlank says in a sentence why a point has no value, "" where it has one.
func (m *Model) WhyBlank(p *Point) string {
	if p.Missing == pipeline.NotMissing {
		return ""
	}
	return fmt.Sprintf(whyBlank[p.Missing], p.Year, m.rowName(at{p.Inside, p.Year}))
}

// editionMarks are the marks of every figure of an edition.
var editionMarks = map[pipeline.Status]pipeline.Flags{pipeline.SecondaryHand: "ps", pipeline.Checked: "u"}

func category(p *pipeline.Platform) string { return cmp.Or(p.Category, pipeline.OtherCategory) }
