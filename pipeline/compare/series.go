package compare

import (
	"cmp"
	"slices"
	"strings"

	"espfigures/pipeline"
)

func (m *Model) platformSeries(p *pipeline.Platform) *Series {
	s := &Series{ID: p.ID, Name: p.Name, Type: TypePlatform, Kind: p.Kind, Category: category(p), User: p.User}
	m.fill(s, []string{p.ID}, func(id string, _ int) bool { return id == p.ID })
	s.Parent = m.f.owner[at{p.ID, s.Last}]
	return s
}

func (m *Model) companySeries(c *pipeline.Company) *Series {
	s := &Series{ID: c.ID, Name: c.Name, Type: TypeCompany, User: c.User}
	var owned []string
	for _, id := range m.f.affected[c.ID] {
		if slices.ContainsFunc(m.Years, func(y int) bool { return m.f.owner[at{id, y}] == c.ID }) {
			owned = append(owned, id)
		}
	}
	m.fill(s, owned, func(id string, year int) bool { return m.f.owner[at{id, year}] == c.ID })
	s.Category = m.commonCategory(s.list)
	return s
}

// aloneSeries stands for a platform among the companies in the years in which
// no source names an owner.
func (m *Model) aloneSeries(p *pipeline.Platform) *Series {
	s := &Series{ID: p.ID, Name: p.Name, Type: TypeCompany, Kind: p.Kind, Category: category(p), Alone: true, User: p.User}
	m.fill(s, []string{p.ID}, func(id string, year int) bool { return id == p.ID && m.f.owner[at{id, year}] == "" })
	return s
}

func (m *Model) categorySeries(c pipeline.Category) *Series {
	s := &Series{ID: c.ID, Name: c.Name, Type: TypeCategory, Category: c.ID, User: c.User}
	members := map[string]bool{}
	for i := range m.f.ds.Platforms {
		if p := &m.f.ds.Platforms[i]; category(p) == c.ID {
			members[p.ID] = true
		}
	}
	m.fill(s, m.inOrder(members), func(id string, _ int) bool { return members[id] })
	return s
}

func (m *Model) groupSeries(g pipeline.Group) *Series {
	s := m.set(g.ID, g.Name, g.Members)
	s.User = g.User
	return s
}

// set adds up platforms that stay the same in every year.
func (m *Model) set(id, name string, platforms []string) *Series {
	members := map[string]bool{}
	for _, p := range platforms {
		members[p] = true
	}
	s := &Series{ID: id, Name: name, Type: TypeSet}
	m.fill(s, m.inOrder(members), func(id string, _ int) bool { return members[id] })
	s.Category = m.commonCategory(s.list)
	m.finish(s)
	return s
}

// Union adds up series, each platform once. Its id joins theirs with "+".
func (m *Model) Union(parts ...*Series) *Series {
	var ids, names []string
	members := map[string]bool{}
	s := &Series{Type: TypeSet}
	for _, part := range parts {
		ids, names = append(ids, part.ID), append(names, part.Name)
		s.User = s.User || part.User
		for _, p := range part.list {
			members[p] = true
		}
	}
	s.ID, s.Name = strings.Join(ids, "+"), strings.Join(names, " + ")
	m.fill(s, m.inOrder(members), func(id string, year int) bool {
		return slices.ContainsFunc(parts, func(part *Series) bool { return part.Holds(id, year) })
	})
	s.Category = m.commonCategory(s.list)
	m.finish(s)
	return s
}

// Top adds up the n largest platforms of each year. Its id is "top-n".
func (m *Model) Top(n int) *Series {
	rank := map[at]int{}
	top := map[string]bool{}
	for _, s := range m.Platforms {
		for _, p := range s.Points {
			if p.Rank > 0 && p.Rank <= n {
				rank[at{s.ID, p.Year}], top[s.ID] = p.Rank, true
			}
		}
	}
	s := &Series{ID: "top-" + pipeline.Count(n).String(), Name: "The " + pipeline.Count(n).String() + " largest together", Type: TypeSet}
	m.fill(s, m.inOrder(top), func(id string, year int) bool { return rank[at{id, year}] > 0 })
	m.finish(s)
	return s
}

// espTotal is the total that each edition prints.
func (m *Model) espTotal() *Series {
	s := m.everything(ESPTotalID, "All providers")
	for i, year := range m.Years {
		ed := m.f.edition[year]
		if ed == nil || ed.Total == nil {
			continue
		}
		n := ed.Total.Reports
		s.Points[i] = Point{Year: year, Reports: &n, Status: ed.Status, Marks: editionMarks(ed)}
	}
	return m.withShares(s)
}

// total is the CyberTipline's total, which NCMEC gives outside the table.
func (m *Model) total() *Series {
	s := m.everything(TotalID, "CyberTipline total")
	for i, year := range m.Years {
		if t := m.f.total[year]; t != nil {
			n := t.CyberTipline
			s.Points[i] = Point{Year: year, Reports: &n, Status: pipeline.Published}
			if ed := m.f.edition[year]; ed != nil && ed.Partial() {
				s.Points[i].Status, s.Points[i].Marks = pipeline.SecondaryHand, "s"
			}
		}
	}
	return m.withShares(s)
}

// everything is a series that all platforms belong to, still without values.
func (m *Model) everything(id, name string) *Series {
	s := &Series{ID: id, Name: name, Type: TypeTotal, members: func(string, int) bool { return true }}
	for i := range m.f.ds.Platforms {
		s.list = append(s.list, m.f.ds.Platforms[i].ID)
	}
	s.breaks = m.breaksOf(s)
	for _, year := range m.Years {
		s.Points = append(s.Points, Point{Year: year, Missing: pipeline.NoEdition, Marks: "x"})
	}
	return s
}

func (m *Model) withShares(s *Series) *Series {
	for i := range s.Points {
		m.share(&s.Points[i])
	}
	setSpan(s)
	return s
}

// fill sums the platforms of a series in every year.
func (m *Model) fill(s *Series, list []string, members func(string, int) bool) {
	s.list, s.members = list, members
	s.breaks = m.breaksOf(s)
	s.Points = make([]Point, 0, len(m.Years))
	for _, year := range m.Years {
		s.Points = append(s.Points, m.point(s, year))
	}
	setSpan(s)
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
	for _, fig := range p.Figures {
		total += fig.Reports
		p.Status = pipeline.Weaker(p.Status, fig.Status)
		p.Marks = p.Marks.With([]rune(string(fig.Flags))...)
	}
	p.Reports = &total
	p.Marks = strip(p.Marks, pipeline.FlagBreak).With([]rune(string(editionMarks(m.f.edition[year])))...)
	m.share(&p)
	m.markIncomplete(s, &p, held)
	return p
}

// markIncomplete says so where a sum may lack reports of its members.
func (m *Model) markIncomplete(s *Series, p *Point, held []string) {
	for _, id := range held {
		if m.f.unlisted(id, p.Year) > 0 {
			p.AtLeast = true
		}
		if row := m.f.inside[at{id, p.Year}]; row != "" && !s.members(row, p.Year) && len(m.f.figures[at{id, p.Year}]) == 0 {
			p.AtLeast = true
			p.Marks = p.Marks.With(pipeline.FlagCombined)
		}
	}
}

// missing says why none of the platforms has a figure. Being inside another
// row goes before any other reason.
func (m *Model) missing(held []string, year int) (why pipeline.Missing, inside string) {
	if m.f.edition[year] == nil {
		return pipeline.NoEdition, ""
	}
	why = pipeline.NotInRollUp
	for _, id := range held {
		w, row := m.f.absent(id, year)
		if w == pipeline.InsideRow {
			return w, row
		}
		why = w
	}
	return why, ""
}

// share sets a point's part of the two totals of its year.
func (m *Model) share(p *Point) {
	if p.Reports == nil {
		return
	}
	if ed := m.f.edition[p.Year]; ed != nil && ed.Total != nil && ed.Total.Reports > 0 && *p.Reports <= ed.Total.Reports {
		v := float64(*p.Reports) / float64(ed.Total.Reports)
		p.Share = &v
	}
	if t := m.f.total[p.Year]; t != nil && t.CyberTipline > 0 {
		v := float64(*p.Reports) / float64(t.CyberTipline)
		p.TotalShare = &v
	}
}

// editionMarks are the marks of every figure of an edition.
func editionMarks(ed *pipeline.Edition) pipeline.Flags {
	if ed == nil {
		return ""
	}
	switch {
	case ed.Partial():
		return "ps"
	case ed.Status == pipeline.Checked:
		return "u"
	}
	return ""
}

func strip(f pipeline.Flags, mark rune) pipeline.Flags {
	return pipeline.Flags(strings.ReplaceAll(string(f), string(mark), ""))
}

func setSpan(s *Series) {
	s.First, s.Last = 0, 0
	for _, p := range s.Points {
		if p.Reports == nil {
			continue
		}
		if s.First == 0 {
			s.First = p.Year
		}
		s.Last = p.Year
	}
}

// inOrder returns the platforms of a set in the order of the Dataset.
func (m *Model) inOrder(set map[string]bool) []string {
	var list []string
	for i := range m.f.ds.Platforms {
		if id := m.f.ds.Platforms[i].ID; set[id] {
			list = append(list, id)
		}
	}
	return list
}

func category(p *pipeline.Platform) string { return cmp.Or(p.Category, pipeline.OtherCategory) }

// commonCategory returns the category that all platforms share, or "".
func (m *Model) commonCategory(platforms []string) string {
	common := ""
	for i, id := range platforms {
		c := category(m.f.platform[id])
		if i > 0 && c != common {
			return ""
		}
		common = c
	}
	return common
}
