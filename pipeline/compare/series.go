package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// newSeries makes the series of those among the platforms that belong to it in
// some year.
func (m *Model) newSeries(id, name string, sort Type, among []string, members func(platform string, year int) bool) *Series {
	s := &Series{ID: id, Name: name, Type: sort, members: members}
	for _, p := range among {
		if slices.ContainsFunc(m.Years, func(y int) bool { return members(p, y) }) {
			s.list = append(s.list, p)
		}
	}
	s.breaks = m.breaksOf(s)
	categories := map[string]bool{}
	for _, year := range m.Years {
		p := m.point(s, year)
		for _, id := range p.Members {
			s.Category = category(m.f.platform[id])
			categories[s.Category] = true
		}
		s.Points = append(s.Points, p)
	}
	if len(categories) > 1 {
		s.Category = ""
	}
	s.setSpan()
	return s
}

// set adds up platforms that stay the same in every year.
func (m *Model) set(id, name string, platforms []string) *Series {
	members := map[string]bool{}
	for _, p := range platforms {
		members[p] = true
	}
	return m.newSeries(id, name, TypeSet, m.f.ids, func(p string, _ int) bool { return members[p] })
}

// Union adds up series, each platform once. Its id joins theirs with "+".
func (m *Model) Union(parts ...*Series) *Series {
	var ids, names []string
	user := false
	for _, part := range parts {
		ids, names, user = append(ids, part.ID), append(names, part.Name), user || part.User
	}
	s := m.newSeries(strings.Join(ids, "+"), strings.Join(names, " + "), TypeSet, m.f.ids, func(id string, year int) bool {
		return slices.ContainsFunc(parts, func(part *Series) bool { return part.Holds(id, year) })
	})
	s.User = user
	m.finish(s)
	return s
}

// Top adds up the n largest platforms of each year. Its id is "top-n".
func (m *Model) Top(n int) *Series {
	number := pipeline.Count(n).String()
	s := m.newSeries("top-"+number, "The "+number+" largest together", TypeSet, m.f.ids, func(id string, year int) bool {
		rank := m.Platform(id).At(year).Rank
		return rank > 0 && rank <= n
	})
	m.finish(s)
	return s
}

// Rest adds up all platforms but the n largest of the newest complete year,
// the same ones in every year. Its id is "rest-n".
func (m *Model) Rest(n int) *Series {
	var others []string
	largest := m.Largest(n)
	for _, s := range m.Platforms {
		if !slices.Contains(largest, s) {
			others = append(others, s.ID)
		}
	}
	s := m.set(fmt.Sprintf("rest-%d", n), fmt.Sprintf("All but the %s largest", pipeline.Count(n)), others)
	m.finish(s)
	return s
}

func everyYear(string, int) bool { return true }

// total is a series of published totals: all platforms belong to it, and value
// gives its points.
func (m *Model) total(id, name string, value func(year int) *Point) *Series {
	s := m.newSeries(id, name, TypeTotal, m.f.ids, everyYear)
	for i, year := range m.Years {
		s.Points[i] = Point{Year: year, Missing: pipeline.NoEdition, Marks: "x"}
		if p := value(year); p != nil {
			s.Points[i] = *p
			m.share(&s.Points[i])
		}
	}
	s.Category = ""
	s.setSpan()
	return s
}

// espTotal is the total that each edition prints.
func (m *Model) espTotal(year int) *Point {
	ed := m.f.edition[year]
	if ed == nil || ed.Total == nil {
		return nil
	}
	return &Point{Year: year, Reports: &ed.Total.Reports, Status: ed.Status, Marks: editionMarks(ed)}
}

// cyberTipline is the total of all reports, which NCMEC gives outside the table.
func (m *Model) cyberTipline(year int) *Point {
	t := m.f.total[year]
	if t == nil {
		return nil
	}
	p := &Point{Year: year, Reports: &t.CyberTipline, Status: pipeline.Published}
	if m.f.partial(year) {
		p.Status, p.Marks = pipeline.SecondaryHand, "s"
	}
	return p
}

// point adds up a year.
func (m *Model) point(s *Series, year int) Point {
	p := Point{Year: year}
	var held []string
	for _, id := range s.list {
		if !s.members(id, year) {
			continue
		}
		held = append(held, id)
		if figures := m.f.figures[at{id, year}]; len(figures) > 0 {
			p.Members = append(p.Members, id)
			p.Figures = append(p.Figures, figures...)
		}
	}
	if len(p.Figures) == 0 {
		p.Missing, p.Inside = m.missing(held, year)
		p.Marks = "x"
		if p.Missing == pipeline.NotInRollUp {
			p.Marks = "z"
		}
		return p
	}
	slices.SortStableFunc(p.Figures, func(a, b pipeline.Figure) int { return cmp.Compare(b.Reports, a.Reports) })
	slices.SortStableFunc(p.Members, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.f.sum(b, year), m.f.sum(a, year)), cmp.Compare(a, b))
	})
	var total pipeline.Count
	marks := string(editionMarks(m.f.edition[year]))
	for _, fig := range p.Figures {
		total += fig.Reports
		p.Status = pipeline.Weaker(p.Status, fig.Status)
		marks += strings.ReplaceAll(string(fig.Flags), string(pipeline.FlagBreak), "")
	}
	p.Reports = &total
	for _, id := range held { // the sum may lack reports of its members
		if m.f.unlisted(id, year) > 0 {
			p.AtLeast = true
		}
		if row := m.f.inside[at{id, year}]; row != "" && !s.members(row, year) && len(m.f.figures[at{id, year}]) == 0 {
			p.AtLeast = true
			marks += string(pipeline.FlagCombined)
		}
	}
	p.Marks = p.Marks.With([]rune(marks)...)
	m.share(&p)
	return p
}

// missing says why none of the platforms has a figure. Being inside another
// row goes before any other reason.
func (m *Model) missing(held []string, year int) (why pipeline.Missing, inside string) {
	why = pipeline.NotInRollUp
	if m.f.edition[year] == nil {
		why = pipeline.NoEdition
	}
	for _, id := range held {
		if why, inside = m.f.absent(id, year); inside != "" {
			break
		}
	}
	return why, inside
}

// WhyBlank says in a sentence why a point has no value, "" where it has one.
func (m *Model) WhyBlank(p *Point) string {
	switch p.Missing {
	case pipeline.NoRow:
		return fmt.Sprintf("No row in %d. That is not zero: the provider reported nothing, or its reports are in another row.", p.Year)
	case pipeline.InsideRow:
		return fmt.Sprintf("Likely inside the combined row %s of %d.", m.rowName(at{p.Inside, p.Year}), p.Year)
	case pipeline.NotCovered:
		return fmt.Sprintf("The source for %d lists only some rows, and not this one.", p.Year)
	case pipeline.NoEdition:
		return fmt.Sprintf("No edition of %d.", p.Year)
	case pipeline.NotInRollUp:
		return fmt.Sprintf("Owned no listed platform on 31 December %d.", p.Year)
	}
	return ""
}

// share sets a point's part of the two totals of its year.
func (m *Model) share(p *Point) {
	part := func(total pipeline.Count) *float64 {
		v := float64(*p.Reports) / float64(total)
		return &v
	}
	if ed := m.f.edition[p.Year]; ed != nil && ed.Total != nil && ed.Total.Reports > 0 && *p.Reports <= ed.Total.Reports {
		p.Share = part(ed.Total.Reports)
	}
	if t := m.f.total[p.Year]; t != nil && t.CyberTipline > 0 {
		p.TotalShare = part(t.CyberTipline)
	}
}

// editionMarks are the marks of every figure of an edition.
func editionMarks(ed *pipeline.Edition) pipeline.Flags {
	switch {
	case ed == nil:
		return ""
	case ed.Partial():
		return "ps"
	case ed.Status == pipeline.Checked:
		return "u"
	}
	return ""
}

func (s *Series) setSpan() {
	s.First, s.Last = 0, 0
	for _, p := range s.Points {
		if p.Reports != nil {
			s.First, s.Last = cmp.Or(s.First, p.Year), p.Year
		}
	}
}

func category(p *pipeline.Platform) string { return cmp.Or(p.Category, pipeline.OtherCategory) }
