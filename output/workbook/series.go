package workbook

import (
	"fmt"
	"iter"
	"sort"
	"strings"

	"espfigures/pipeline"
)

// seriesTable is what the dropdowns choose from: every platform, and every
// company that owns one. It stands on two sheets: Series, a list, and
// Series_by_year, one row for each of them and each year.
type seriesTable struct {
	list    []entry
	byLabel map[string]int // lower-case label: index into list
	left    int            // series left out because the workbook would grow too large
	// The rows of the tables, set when the sheets are laid out.
	listFirst, listLast int
	yearFirst, yearLast int
}

// entry is one series to choose. Its number is its place in the list, from 1.
type entry struct {
	*pipeline.Series
	label   string
	company bool
	alone   *pipeline.Series // platforms that stand for themselves among companies: that series
}

// makeSeries lists the series by label.
func (b *book) makeSeries() *seriesTable {
	t := &seriesTable{byLabel: map[string]int{}}
	years := max(1, len(b.ds.ByPlatform.Years))
	room := maxSeriesRows / years
	alone := map[string]*pipeline.Series{}
	for i := range b.ds.ByCompany.Series {
		s := &b.ds.ByCompany.Series[i]
		if s.Alone {
			alone[s.ID] = s
			continue
		}
		if len(t.list) < room/4 {
			t.list = append(t.list, entry{Series: s, company: true})
		} else {
			t.left++
		}
	}
	for i := range b.ds.ByPlatform.Series {
		s := &b.ds.ByPlatform.Series[i]
		if len(t.list) < room {
			t.list = append(t.list, entry{Series: s, alone: alone[s.ID]})
		} else {
			t.left++
		}
	}
	taken := map[string]bool{}
	for i := range t.list {
		e := &t.list[i]
		e.label = label(e.Name)
		if e.company {
			e.label += " (company)"
		}
		if taken[strings.ToLower(e.label)] {
			e.label += " (" + label(e.ID) + ")"
		}
		for n := 2; taken[strings.ToLower(e.label)]; n++ {
			e.label = fmt.Sprintf("%s %d", e.label, n)
		}
		taken[strings.ToLower(e.label)] = true
	}
	sort.SliceStable(t.list, func(i, j int) bool {
		return strings.ToLower(t.list[i].label) < strings.ToLower(t.list[j].label)
	})
	for i := range t.list {
		t.byLabel[strings.ToLower(t.list[i].label)] = i
	}
	return t
}

// find returns the number of the series with the id, 0 if there is none.
func (t *seriesTable) find(id string, company bool) int {
	for i, e := range t.list {
		if e.ID == id && e.company == company {
			return i + 1
		}
	}
	return 0
}

// runs returns how many stretches of years a line of the series falls into:
// it is interrupted where a year has no value and where a break forbids the
// comparison.
func runs(s *pipeline.Series) int {
	n := 0
	for i, p := range s.Points {
		if p.Reports != nil && (i == 0 || p.Broken || s.Points[i-1].Reports == nil) {
			n++
		}
	}
	return n
}

// Heads and leads that several sheets share.
const (
	ownerHead   = "Owner on 31 December of the last listed year"
	membersHead = "Members joined or left"
	membersLead = "Members joined or left: platforms the company owned on 31 December of that year but not of the year before, or the other way round. The change then holds what they brought or took away."
)

// Columns of Series and Series_by_year that formulas look things up in.
const (
	listNo, listLabel, listType, listKind, listOwner, listNote, listFirstYear, listLastYear, listMarks, listBreaks, listID = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

	yKey, yLabel, yType, yYear, yReports, yShare, yRankPlatform, yRankCompany, yChange, yPercent, yBroken, yCaveats, yMarks, yBlank, yNames, yWhere, yOwner, yBreaks, ySource, yPlacePlatform, yPlaceCompany, ySmall = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22
)

// col returns the range of a column of Series_by_year.
func (t *seriesTable) col(c int) string {
	return absRange("Series_by_year", c, t.yearFirst, c, t.yearLast)
}

// listCol returns the range of a column of Series.
func (t *seriesTable) listCol(c int) string {
	return absRange("Series", c, t.listFirst, c, t.listLast)
}

func (t *seriesTable) cut() string {
	if t.left == 0 {
		return ""
	}
	return fmt.Sprintf("To keep the workbook usable %d smaller series are left out here; they stand on Platforms_by_year and Companies_by_year.", t.left)
}

func (b *book) seriesSheet(s *sheet) *table {
	t := b.series
	lead := []string{"The dropdowns of Compare and Profile choose from the second column. Characters that spreadsheet programs would take for formulas or wildcards are written differently there."}
	if c := t.cut(); c != "" {
		lead = append(lead, c)
	}
	return &table{
		name: "series", what: "One row for each platform and company that can be chosen.", lead: lead, landscape: true, filter: true, freeze: 2, marks: true,
		blanks: "no owner is named by a source, there is nothing to note, or there is no break.", source: "sheets All_rows and Breaks.",
		cols: []column{{"No.", 7, kYear, false}, {"Series", 34, kText, false}, {"Type", 11, kText, false}, {"Kind", 18, kText, false}, {ownerHead, 26, kText, false},
			{"Scope note", 40, kWrap, false}, {"First year", 8, kYear, false}, {"Last year", 8, kYear, false}, {"Marks", 30, kWrap, false}, {"Breaks", 70, kWrap, false}, {"Id", 26, kText, false}},
		rows: func(yield func([]any) bool) {
			for i, e := range t.list {
				typ, kind, owner, note := "platform", kindText(e.Kind), "", ""
				if e.company {
					typ, kind = "company", "company"
				} else {
					if c := b.index.Company(e.Parent); c != nil {
						owner = c.Name
					}
					if p := b.index.Platform(e.ID); p != nil {
						note = p.Note
					}
				}
				if !yield([]any{i + 1, e.label, typ, kind, owner, note, yearOrNil(e.First), yearOrNil(e.Last), marksText(e.Series), b.breaksCell(e.Series), e.ID}) {
					return
				}
			}
		},
		finish: func(head, last int) error {
			if t.listFirst != head+1 || t.listLast != last {
				return fmt.Errorf("the list stands in rows %d to %d, not %d to %d", head+1, last, t.listFirst, t.listLast)
			}
			return nil
		},
	}
}

func yearOrNil(y int) any {
	if y == 0 {
		return nil
	}
	return y
}

func (b *book) seriesByYearSheet(s *sheet) *table {
	t := b.series
	lead := []string{"Key is the number of the series on the sheet Series times 10,000, plus the year. A place is year times 100,000, plus the place in the order of the year; ties in the order of the list. Change is that from the calendar year before."}
	if c := t.cut(); c != "" {
		lead = append(lead, c)
	}
	return &table{
		name: "series_by_year", what: "One row for each series and year: what the explore sheets look up.", lead: lead, landscape: true, filter: true, freeze: 2, marks: true,
		blanks: "there is no value; the column Why blank says why. Never zero. Rank among companies is blank for platforms with a named owner; change is blank in the first year and across a break that forbids it. " + smallHead + " is blank where the change in percent rests on more, or there is none.",
		source: "sheet All_rows; documents in the column Source.",
		cols: []column{{"Key", 12, kYear, false}, {"Series", 30, kText, false}, {"Type", 10, kText, false}, {"Year", 7, kYear, false}, {"Reports", 13, kNum, false}, {"Share of ESP total", 10, kShare, false},
			{"Rank among platforms", 11, kNum, false}, {"Rank among companies", 11, kNum, false}, {"Change", 13, kNum, false}, {"Change, %", 11, kOne, false}, {"Breaks that forbid", 9, kYear, false}, {"Caveats", 9, kYear, false},
			{"Marks", 10, kText, false}, {"Why blank", 26, kText, false}, {"Rows as printed or transcribed", 40, kText, false}, {"Page and row", 16, kText, false}, {"Owner, or members, on 31 December", 30, kText, false}, {"Breaks at this year", 40, kText, false}, {"Source", 40, kText, false},
			{"Place among platforms", 13, kYear, false}, {"Place among companies", 13, kYear, false}, {smallHead, 12, kText, false}},
		rows: t.yearRows(b),
		finish: func(head, last int) error {
			if t.yearFirst != head+1 || t.yearLast != last {
				return fmt.Errorf("the rows stand in %d to %d, not %d to %d", head+1, last, t.yearFirst, t.yearLast)
			}
			return nil
		},
	}
}

// places returns for each year the order of the series with a value, largest
// first, ties in the order of the list: series id to place.
func places(years int, list []entry, of func(*entry) *pipeline.Series) []map[int]int {
	out := make([]map[int]int, years)
	for y := range out {
		var order []int
		for i := range list {
			if s := of(&list[i]); s != nil && s.Points[y].Reports != nil {
				order = append(order, i)
			}
		}
		sort.SliceStable(order, func(a, c int) bool {
			return *of(&list[order[a]]).Points[y].Reports > *of(&list[order[c]]).Points[y].Reports
		})
		out[y] = make(map[int]int, len(order))
		for place, i := range order {
			out[y][i] = place + 1
		}
	}
	return out
}

func asPlatform(e *entry) *pipeline.Series {
	if e.company {
		return nil
	}
	return e.Series
}

func asCompany(e *entry) *pipeline.Series {
	if e.company {
		return e.Series
	}
	return e.alone
}

// caveats counts a point's breaks that forbid nothing.
func (b *book) caveats(p *pipeline.Point) int {
	n := 0
	for _, i := range p.Breaks {
		if i >= 0 && i < len(b.ds.Breaks) && b.ds.Breaks[i].Forbids == pipeline.ForbidsNothing {
			n++
		}
	}
	return n
}

func (t *seriesTable) yearRows(b *book) iter.Seq[[]any] {
	years := b.ds.ByPlatform.Years
	return func(yield func([]any) bool) {
		platforms, companies := places(len(years), t.list, asPlatform), places(len(years), t.list, asCompany)
		row := make([]any, 22)
		for i := range t.list {
			e := &t.list[i]
			typ := "platform"
			if e.company {
				typ = "company"
			}
			for y := range years {
				p := &e.Points[y]
				clear(row)
				set := func(col int, v any) { row[col-1] = v }
				set(yKey, (i+1)*10000+p.Year)
				set(yLabel, e.label)
				set(yType, typ)
				set(yYear, p.Year)
				broken := 0
				if p.Broken {
					broken = 1
				}
				set(yBroken, broken)
				set(yCaveats, b.caveats(p))
				set(yBlank, b.whyBlank(p))
				set(yBreaks, b.pointBreaks(p))
				set(yOwner, b.ownerCell(e, p))
				if p.Reports != nil {
					set(yReports, *p.Reports)
					if p.Share != nil {
						set(yShare, *p.Share)
					}
					if p.Rank > 0 && e.company {
						set(yRankCompany, p.Rank)
					} else if p.Rank > 0 {
						set(yRankPlatform, p.Rank)
						if e.alone != nil && e.alone.Points[y].Rank > 0 {
							set(yRankCompany, e.alone.Points[y].Rank)
						}
					}
					if p.Change != nil {
						set(yChange, *p.Change)
					}
					if p.Percent != nil {
						set(yPercent, b.percentCell(*p.Percent, false))
						set(ySmall, smallBase(p))
					}
					set(yMarks, marks(p.Flags))
					set(yNames, b.namesCell(p))
					set(yWhere, b.where(p))
					set(ySource, b.source(p))
				}
				if n := platforms[y][i]; n > 0 {
					set(yPlacePlatform, p.Year*100000+n)
				}
				if n := companies[y][i]; n > 0 {
					set(yPlaceCompany, p.Year*100000+n)
				}
				if !yield(row) {
					return
				}
			}
		}
	}
}
