// Package compare is the one model of comparison: what each series reported in
// each year, and what may be said between any two years of it.
//
// In: a pipeline.Dataset. Out: a Model. All outputs read every share, rank,
// index, change and verdict from it; none of them computes one.
//
// A Series is a set of platforms whose reports add up: one platform, what a
// company owned on 31 December, a category, a set somebody names, or everything.
// A Point is a series in one year. Between says what may be said of two points.
package compare

import (
	"cmp"
	"slices"
	"sync"

	"espfigures/pipeline"
)

// Type says what sort of series a Series is.
type Type string

const (
	TypePlatform Type = "platform"
	TypeCompany  Type = "company"
	TypeCategory Type = "category"
	TypeSet      Type = "set"   // platforms, companies or categories that somebody adds up
	TypeTotal    Type = "total" // all providers, or the whole CyberTipline
)

// Ids of the two totals.
const (
	ESPTotalID = "esp-total" // all providers, as the edition prints it
	TotalID    = "total"     // the CyberTipline: reports by providers and by the public
)

// Model answers every question of comparison about one Dataset. It never
// changes and may be used by several goroutines at once.
type Model struct {
	// Data is what outputs show: the whole Dataset, or the part that Select chose.
	Data *pipeline.Dataset
	// Years are the calendar years from the first edition to the last.
	Years []int
	// The series that outputs list, largest first by the newest complete year.
	// A platform that no company owned in some year also stands alone among
	// the companies, so that every list sums to the year's total.
	Platforms  []*Series
	Companies  []*Series
	Categories []*Series
	Groups     []*Series // of the user's registry layer
	ESPTotal   *Series
	Total      *Series

	facts
	series    map[string]*Series // by id, see Series; a platform goes before a company
	witnesses func() []Witness   // worked out when first asked for
}

// Series is one line of a comparison across the years of its Model.
type Series struct {
	ID       string
	Name     string
	Type     Type
	Kind     pipeline.Kind // platforms only
	Category string        // id of the category of all members with a figure, "" where they differ
	Parent   string        // platforms: id of the company that owned it on 31 December of its last year with a figure; "" if none is known
	Alone    bool          // companies: a platform without a known owner, under its own id
	User     bool          // the user's own registry layer bears on it
	Points   []Point       // one for each of Model.Years, which have no gaps
	First    int           // first year with a value; 0 if there is none
	Last     int           // last year with a value

	// Holds reports whether a platform belongs to the series in a year.
	Holds  func(platform string, year int) bool
	list   []string          // every platform that belongs to it in any year, in the order of the Dataset
	breaks []*pipeline.Break // those that may bear on it in some year
}

// Point is the value of a Series in one year.
type Point struct {
	Year    int
	Reports *pipeline.Count  // nil where Missing says why
	Missing pipeline.Missing // why there is no value
	Inside  string           // platform id of the combined row, for pipeline.InsideRow
	// AtLeast is true where the year's source does not list a platform that
	// belongs to the series, or where a member is inside another series' row.
	AtLeast bool

	Share      *float64 // part of all providers' reports, 0..1
	TotalShare *float64 // part of the CyberTipline's total, 0..1
	Rank       int      // 1 is the largest; equal values share a rank; 0 where NoRank says why
	NoRank     string   // one sentence; "" where there is a rank or no value

	Figures []*pipeline.Figure // that Reports adds up, largest first
	Members []string           // platform ids that have a figure, largest first
	Status  pipeline.Status    // weakest of the figures
	Marks   pipeline.Flags     // those of the year, and b or o against the year before
}

// At returns the point of a year, or nil.
func (s *Series) At(year int) *Point {
	if len(s.Points) > 0 {
		if i := year - s.Points[0].Year; i >= 0 && i < len(s.Points) {
			return &s.Points[i]
		}
	}
	return nil
}

// New builds the model of a dataset.
func New(ds *pipeline.Dataset) *Model {
	m := &Model{Data: ds, series: map[string]*Series{}}
	m.facts, m.Years = newFacts(ds)
	m.witnesses = sync.OnceValue(m.allWitnesses)
	for _, c := range ds.Companies {
		s := &Series{ID: c.ID, Name: c.Name, Type: TypeCompany, User: c.User, Holds: func(id string, year int) bool { return m.in(id, year).owner == c.ID }}
		m.Companies = append(m.Companies, m.fill(s, m.affected[c.ID], m.sum))
	}
	for _, p := range ds.Platforms {
		only := []string{p.ID}
		s := Series{ID: p.ID, Name: p.Name, Type: TypePlatform, Kind: p.Kind, User: p.User, Holds: func(id string, _ int) bool { return id == p.ID }}
		alone := s
		alone.Type, alone.Alone = TypeCompany, true
		alone.Holds = func(id string, year int) bool { return id == p.ID && m.in(id, year).owner == "" }
		m.Companies = append(m.Companies, m.fill(&alone, only, m.sum))
		m.Platforms = append(m.Platforms, m.fill(&s, only, m.sum))
		s.Category, s.Parent = category(&p), m.in(p.ID, s.Last).owner
	}
	for _, c := range ds.Categories {
		s := &Series{ID: c.ID, Name: c.Name, Type: TypeCategory, User: c.User, Holds: func(id string, _ int) bool {
			p := m.platform[id] // nil for a likely member of a combined row that never has a row
			return p != nil && category(p) == c.ID
		}}
		m.Categories = append(m.Categories, m.fill(s, m.ids, m.sum))
	}
	for _, g := range ds.Groups {
		s := &Series{ID: g.ID, Name: g.Name, Type: TypeSet, User: g.User, Holds: func(id string, _ int) bool { return slices.Contains(g.Members, id) }}
		m.Groups = append(m.Groups, m.fill(s, m.ids, m.sum))
	}
	m.Companies, m.Categories = filter(m.Companies, hasValue), filter(m.Categories, hasValue)
	m.ESPTotal = m.fill(&Series{ID: ESPTotalID, Name: "All providers", Type: TypeTotal, Holds: everything}, m.ids, m.espTotal)
	m.Total = m.fill(&Series{ID: TotalID, Name: "CyberTipline total", Type: TypeTotal, Holds: everything}, m.ids, m.cyberTipline)
	ranked := [][]*Series{m.Platforms, m.Companies, m.Categories}
	for _, list := range ranked {
		m.rank(list)
		m.sortBySize(list)
	}
	for _, list := range append(ranked, m.Groups, []*Series{m.ESPTotal, m.Total}) {
		for _, s := range list {
			m.finish(s)
			if s.Type == TypeCompany {
				m.series[companyPrefix+s.ID] = s
			}
			if m.series[s.ID] == nil {
				m.series[s.ID] = s
			}
		}
	}
	return m
}

func hasValue(s *Series) bool { return s.Last != 0 }

func everything(string, int) bool { return true }

// noRank says why a value of a type of series has no rank.
var noRank = map[Type]string{TypeSet: "A set that somebody adds up is not ranked.", TypeTotal: "A total is not ranked."}

// finish sets what a point says about the year before it and why it has no rank.
func (m *Model) finish(s *Series) *Series {
	for i := range s.Points {
		p := &s.Points[i]
		if p.Reports != nil && p.Rank == 0 {
			p.NoRank = cmp.Or(noRank[s.Type], "The source lists only some rows of the year, and the others could change the rank.")
		}
		for _, r := range m.Between(s, p.Year-1, p.Year, pipeline.MeasureReports).Reasons {
			if r.Verdict == No && r.Mark != 0 {
				p.Marks = p.Marks.With(r.Mark)
			}
		}
	}
	return s
}

// Complete returns the newest year whose edition lists every row, or the
// newest year where no edition does; 0 without years.
func (m *Model) Complete() int {
	for _, y := range slices.Backward(m.Years) {
		if ed := m.edition[y]; ed.Year != 0 && !ed.Partial() {
			return y
		}
	}
	return slices.Max(append([]int{0}, m.Years...))
}

// sortBySize sorts by the reports of the newest complete year, largest first;
// where those are equal or missing by those of the years before it, then of the
// years after it.
func (m *Model) sortBySize(list []*Series) {
	newest := slices.Index(m.Years, m.Complete())
	slices.SortStableFunc(list, func(a, b *Series) int {
		for i := range m.Years {
			if i = newest - i; i < 0 {
				i = newest - i
			}
			if order := cmp.Compare(b.Points[i].size(), a.Points[i].size()); order != 0 {
				return order
			}
		}
		return cmp.Compare(a.ID, b.ID)
	})
}

// size is the reports of a point, -1 where there are none.
func (p *Point) size() pipeline.Count {
	if p.Reports == nil {
		return -1
	}
	return *p.Reports
}

// Largest returns the n largest platforms of the newest complete year that are
// providers: hotlines and NCMEC's own services are left out, and a list made
// of it says so.
func (m *Model) Largest(n int) []*Series {
	list := filter(m.Platforms, func(s *Series) bool { return s.Kind != pipeline.KindHotline })
	return list[:min(max(n, 0), len(list))]
}
