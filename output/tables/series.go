package tables

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Series returns the table of some series in some years: "series", the form in
// which `compare` answers, or one of the two of every series. Platforms and
// companies are two tables, because in one they would sum to twice the total.
func Series(name string, m *compare.Model, list []*compare.Series, years []int) Table {
	t := define(name, nil)
	for _, s := range list {
		for _, year := range years {
			if p := s.At(year); p != nil {
				t.Rows = append(t.Rows, seriesRow(m, s, p))
			}
		}
	}
	return t
}

func seriesRow(m *compare.Model, s *compare.Series, p *compare.Point) Row {
	b := m.Between(s, p.Year-1, p.Year, pipeline.MeasureReports)
	members := ""
	if s.Type != compare.TypePlatform {
		members = strings.Join(p.Members, ";")
	}
	return Row{s.ID, s.Name, s.Category, p.Year, Maybe(p.Reports), string(p.Missing), Percent(p.Share), Positive(p.Rank), Maybe(b.Shown().Reports), Maybe(b.Shown().Percent),
		string(b.Verdict), b.Codes(), Maybe(b.Like().Percent), p.Marks.String(), string(p.Status), members}
}

// A jsonPair is what may be said about two years by one measure.
type jsonPair struct {
	From       int              `json:"from_year"`
	Measure    pipeline.Measure `json:"measure"`
	Comparable compare.Verdict  `json:"comparable"`
	Reasons    []string         `json:"reasons,omitempty"`
	Change     *pipeline.Count  `json:"change,omitempty"`
	Percent    *float64         `json:"change_percent,omitempty"`
	Points     *float64         `json:"change_points,omitempty"`
	Places     *int             `json:"change_places,omitempty"`
	Index      *float64         `json:"index,omitempty"`
	Like       *float64         `json:"like_for_like_percent,omitempty"`
}

// SeriesAgainst is Series with a column that JSON alone can hold: what may be
// said against every earlier year of those given, by every measure.
func SeriesAgainst(m *compare.Model, list []*compare.Series, years []int) Table {
	t := Series("series", m, list, years)
	t.Fields = append(slices.Clone(t.Fields), Field{Name: "against"})
	for row := range t.Rows {
		s, k := list[row/len(years)], row%len(years)
		pairs := []jsonPair{}
		for _, from := range years[:k] {
			for _, b := range m.BetweenAll(s, from, years[k]) {
				c, codes := b.Shown(), strings.Split(b.Codes(), "; ")
				if codes[0] == "" {
					codes = nil
				}
				pairs = append(pairs, jsonPair{b.From.Year, b.Measure, b.Verdict, codes, c.Reports, c.Percent, c.Points, c.Places, c.Index, b.Like().Percent})
			}
		}
		t.Rows[row] = append(t.Rows[row], pairs)
	}
	return t
}

// ByYear is a wide table: one row a series, one column a year. who is
// "platforms" or "companies".
func ByYear(m *compare.Model, who string) Table {
	t := define(who+"-by-year", m.Years)
	for _, s := range map[string][]*compare.Series{"platforms": m.Platforms, "companies": m.Companies}[who] {
		row := Row{s.ID, s.Name, kindOf(s), s.Category}
		var marks []string
		for _, p := range s.Points {
			row = append(row, Maybe(p.Reports))
			if p.Marks != "" && p.Marks != "x" && p.Marks != "z" {
				marks = append(marks, fmt.Sprintf("%d: %s", p.Year, p.Marks))
			}
		}
		t.Rows = append(t.Rows, append(row, strings.Join(marks, "; ")))
	}
	return t
}

func kindOf(s *compare.Series) string {
	switch {
	case s.Type == compare.TypePlatform:
		return string(s.Kind)
	case s.Alone:
		return "alone"
	}
	return "company"
}

// Movers is the form in which `movers` answers: who moved, entered or left,
// and who is not comparable, each apart. The two years are those asked for.
func Movers(v compare.Movers) Table {
	t := define("movers", nil)
	t.Fields = t.Fields[:len(t.Fields)-2]
	for _, mv := range v.All() {
		t.Rows = append(t.Rows, MoverRow(mv))
	}
	return t
}

// MoverRow is the row of one mover.
func MoverRow(mv *compare.Mover) Row {
	c := mv.Shown()
	return Row{mv.Series.ID, mv.Series.Name, mv.Series.Category, Maybe(mv.From.Reports), Maybe(mv.To.Reports), Maybe(c.Reports), Maybe(c.Percent),
		string(mv.Verdict), cmp.Or(mv.Codes(), mv.Why), string(mv.Movement)}
}

// AllMovers has the movers of every two consecutive years among platforms.
func AllMovers(m *compare.Model) Table {
	t := define("movers", nil)
	for i := 1; i < len(m.Years); i++ {
		v := m.Movers(m.Years[i-1], m.Years[i], compare.MoversOptions{MinBase: 1})
		for _, mv := range v.All() {
			t.Rows = append(t.Rows, append(MoverRow(mv), v.From, v.To))
		}
	}
	return t
}
