package workbook

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// The explore sheets work by formulas every spreadsheet program knows: INDEX,
// MATCH, SUMIFS, IF, IFERROR, CHOOSE. Each formula is written with the value
// it has, so that programs which do not calculate show it too.

// exploreSheets lists the sheets to explore the figures with.
func (b *book) exploreSheets(tabled func(func(*sheet) *table) func(*book, *sheet) error) []*sheet {
	if len(b.ds.ByPlatform.Years) == 0 || len(b.ds.ByPlatform.Series) == 0 {
		return nil
	}
	sheets := []*sheet{newSheet("Largest_over_time", "The largest platforms over time, "+b.span(), "Chart: reports of the eight largest platforms.", true, tabled(b.largestSheet))}
	if s := b.ds.ByCompany.Find("meta"); s != nil {
		sheets = append(sheets, newSheet("Meta_and_others", "Meta's services and all other ESPs, "+b.span(), "Chart: Meta's services against the rest, before and after December 2023.", true, tabled(b.metaSheet)))
	}
	if len(b.ds.Figures) > maxExploreRows {
		return sheets
	}
	return append(sheets,
		newSheet("Compare", "Compare up to eight platforms or companies", "Choose lines and measure from dropdowns; chart, change and notes follow.", true, tabled(b.compareTable)),
		newSheet("Top", "The largest reporters of a year", "Choose a year; platforms or companies, with bars.", true, tabled(b.topTable)),
		newSheet("Profile", "Profile of one platform or company", "Choose one: its years, printed names, owners, breaks and sources.", true, tabled(b.profileTable)),
		newSheet("Platforms_explore", "Platforms by year, with small charts and links", "The wide table to browse: each figure leads to its printed row.", true, (*book).platformsExplore),
		newSheet("Compare_lines", "Points of the chart on Compare", "What the chart on Compare draws; computed, nothing to choose.", true, tabled(b.linesTable)),
		newSheet("Series", "Platforms and companies to choose from", "The list behind the dropdowns.", true, tabled(b.seriesSheet)),
		newSheet("Series_by_year", "Every series in every year", "What the explore sheets look up.", true, tabled(b.seriesByYearSheet)),
	)
}

// layOut fixes where the tables stand that formulas point to, before any
// sheet is written.
func (b *book) layOut() {
	if b.sheetNamed("Series") == nil {
		return
	}
	b.series = b.makeSeries()
	t := b.series
	s := b.sheetNamed("Series")
	t.listFirst = b.headRow(s, b.seriesSheet(s)) + 1
	t.listLast = t.listFirst + len(t.list) - 1
	s = b.sheetNamed("Series_by_year")
	t.yearFirst = b.headRow(s, b.seriesByYearSheet(s)) + 1
	t.yearLast = t.yearFirst + len(t.list)*len(b.ds.ByPlatform.Years) - 1
	b.compare = b.makeCompare()
	s = b.sheetNamed("Compare")
	b.compare.first = b.headRow(s, b.compareTable(s)) + 1
	s = b.sheetNamed("Compare_lines")
	b.compare.lines = b.headRow(s, b.linesTable(s)) + 1
}

func (b *book) sheetNamed(name string) *sheet {
	for _, s := range b.sheets {
		if s.name == name {
			return s
		}
	}
	return nil
}

// headRow returns the row the header of a sheet's table will stand in.
func (b *book) headRow(s *sheet, t *table) int {
	return 1 + len(b.leadLines(s, t)) + len(t.above) + 1
}

const (
	slots    = 8  // lines of Compare
	maxRuns  = 6  // stretches of years one line of Compare may fall into
	topRows  = 25 // rows of Top
	room     = 22 // rows kept free for a chart
	baseYear = 2021
)

// compareSheet is the state Compare opens with, and where it stands.
type compareSheet struct {
	measures []string
	measure  int // index into measures
	from, to int // years of the change
	base     int // year that is 100 in the index
	chosen   [slots]int
	runs     int
	control  int // row of the first dropdown
	first    int // first data row
	lines    int // first data row of Compare_lines
}

const (
	byReports = iota
	byShare
	byRank
	byIndex
)

func (b *book) makeCompare() *compareSheet {
	c := &compareSheet{}
	years := b.ds.ByPlatform.Years
	for _, y := range years {
		if e := b.editions[y]; e != nil && !e.Partial() && (c.base == 0 || y == baseYear) {
			c.base = y
		}
		if y == b.newestComplete() {
			c.to = y
		}
	}
	if c.base == 0 {
		c.base = years[0]
	}
	if c.to == 0 {
		c.to = years[len(years)-1]
	}
	c.from = max(years[0], c.to-1)
	c.measures = []string{"Reports", "Share of ESP total (%)", "Rank (1 = most reports)", fmt.Sprintf("Index (%d = 100)", c.base)}
	n := 0
	for i := range b.ds.ByPlatform.Series {
		if no := b.series.find(b.ds.ByPlatform.Series[i].ID, false); no > 0 && n < slots {
			c.chosen[n] = no
			n++
		}
	}
	c.runs = 1
	for _, e := range b.series.list {
		c.runs = max(c.runs, runs(e.Series))
	}
	c.runs = min(c.runs, maxRuns)
	return c
}

// value returns what Compare shows for a series in the i-th year, nil where
// it shows nothing. An index does not reach across a break that forbids it.
func (c *compareSheet) value(e *entry, i, measure int) any {
	p := &e.Points[i]
	if p.Reports == nil {
		return nil
	}
	switch measure {
	case byReports:
		return *p.Reports
	case byShare:
		if p.Share == nil {
			return nil
		}
		return math.Round(*p.Share*100*1000) / 1000
	case byRank:
		if p.Rank == 0 {
			return nil
		}
		return p.Rank
	}
	var base *pipeline.Count
	lo, hi := min(p.Year, c.base), max(p.Year, c.base)
	for k := range e.Points {
		q := &e.Points[k]
		if q.Year == c.base {
			base = q.Reports
		}
		if q.Year > lo && q.Year <= hi && q.Broken {
			return nil
		}
	}
	if base == nil || *base == 0 {
		return nil
	}
	return math.Round(1000*float64(*p.Reports)/float64(*base)) / 10
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// lookUp returns the formula that finds the row of Series_by_year that holds
// the series numbered in the cell, in that year.
func (t *seriesTable) lookUp(no string, year int) string {
	return fmt.Sprintf("MATCH(%s*10000+%d,%s,0)", no, year, t.col(yKey))
}

// valueFormula is compareSheet.value as a formula.
func (b *book) valueFormula(no string, year int) string {
	t, c := b.series, b.compare
	measure := fmt.Sprintf("$A$%d", c.control)
	at := func(col int) string { return fmt.Sprintf("INDEX(%s,%s)", t.col(col), t.lookUp(no, year)) }
	base := fmt.Sprintf("INDEX(%s,%s)", t.col(yReports), t.lookUp(no, c.base))
	lo, hi := min(year, c.base), max(year, c.base)
	broken := fmt.Sprintf(`SUMIFS(%s,%s,">"&(%s*10000+%d),%s,"<="&(%s*10000+%d))`, t.col(yBroken), t.col(yKey), no, lo, t.col(yKey), no, hi)
	index := fmt.Sprintf(`IF(%s>0,"",IF(%s="","",ROUND(100*%s/%s,1)))`, broken, base, at(yReports), base)
	rank := fmt.Sprintf(`IF(%s="company",%s,%s)`, at(yType), at(yRankCompany), at(yRankPlatform))
	return fmt.Sprintf(`IFERROR(IF(%s="","",IF(%s=%s,%s,IF(%s=%s,IF(%s="","",ROUND(100*%s,3)),IF(%s=%s,IF(%s=0,"",%s),%s)))),"")`,
		at(yReports), measure, quote(c.measures[byReports]), at(yReports),
		measure, quote(c.measures[byShare]), at(yShare), at(yShare),
		measure, quote(c.measures[byRank]), rank, rank, index)
}

// choice is a row above a table: a field to choose in, and what it is for.
func (b *book) choice(v any, what string) []any {
	return []any{excelize.Cell{StyleID: b.style.input, Value: v}, excelize.Cell{StyleID: b.style.lead, Value: "← " + what}}
}

func (b *book) textFormula(f, v string) []any {
	return []any{excelize.Cell{StyleID: b.style.lead, Formula: f, Value: v}}
}

func emptyRows(n int) [][]any { return make([][]any, n) }

// Widths of columns whose text follows a choice.
const (
	marksWidth     = 30
	cmpBreaksWidth = 90
	namesWidth     = 54
	placesWidth    = 30
	membersWidth   = 42
	blankWidth     = 24
	breaksWidth    = 106
)

// compareHeights returns the height of the rows of Compare: in each of them
// any series may be chosen.
func (b *book) compareHeights() []float64 {
	lines := 2 // of the column Comparable
	for i := range b.series.list {
		s := b.series.list[i].Series
		lines = max(lines, linesOf(marksText(s), marksWidth), linesOf(b.breaksCell(s), cmpBreaksWidth))
	}
	return slices.Repeat([]float64{rowHeight(lines)}, slots)
}

// profileHeights returns the heights of the rows of Profile: each year's row
// has room for the longest text any choice can give it.
func (b *book) profileHeights() []float64 {
	out := make([]float64, len(b.ds.ByPlatform.Years))
	for y := range out {
		lines := 1
		for i := range b.series.list {
			e := &b.series.list[i]
			p := &e.Points[y]
			lines = max(lines, linesOf(b.whyBlank(p), blankWidth), linesOf(b.ownerCell(e, p), membersWidth), linesOf(b.pointBreaks(p), breaksWidth))
			if p.Reports != nil {
				lines = max(lines, linesOf(b.namesCell(p), namesWidth), linesOf(b.where(p), placesWidth))
			}
		}
		out[y] = rowHeight(lines)
	}
	return out
}

// fit returns the text where a cell of the width has room for it in the
// highest row, else as much of it as there is room for and where the rest is.
func fit(s string, width float64, rest string) string {
	if linesOf(s, width) <= maxLines {
		return s
	}
	words := strings.Fields(s)
	n := sort.Search(len(words), func(n int) bool {
		return linesOf(strings.Join(words[:n+1], " ")+" … "+rest, width) > maxLines
	})
	return strings.Join(words[:n], " ") + " … " + rest
}

// Texts as the sheets to choose in show them: no longer than a row is high.
func (b *book) namesCell(p *pipeline.Point) string {
	return fit(b.printedNames(p), namesWidth, "(all: All_rows)")
}
func (b *book) ownerCell(e *entry, p *pipeline.Point) string {
	return fit(b.ownerText(e, p), membersWidth, "(all: Companies_by_year)")
}
func (b *book) breaksCell(s *pipeline.Series) string {
	return fit(b.breaksShort(s), cmpBreaksWidth, "(all: Breaks)")
}

// Columns of Compare before the years.
const cmpBefore = 3

func (b *book) compareTable(s *sheet) *table {
	years, c, t := b.ds.ByPlatform.Years, b.compare, b.series
	n := len(years)
	last := cmpBefore + n // column of the newest year
	tab := &table{
		name: "compare", what: "Up to eight lines; choose in the yellow fields.", landscape: true, onePage: true, marks: true,
		lead: append([]string{"A line stops where a year has no value and where a break forbids the comparison. An index is not drawn across such a break. Change is shown only where nothing forbids it; base " + smallText + ": the first year has fewer reports than that, so the percentage says little."},
			append(b.partialLead(), b.forAll()...)...),
		blanks: "no value in that year, a change that may not be made, or an unused line.", source: "sheet Series_by_year, from All_rows and Breaks.",
		cols: []column{{"Platform or company", 32, kInput, false}, {"Line", 7, kSign, false}, {"No.", 7, kYear, false}},
	}
	tab.cols = append(tab.cols, b.yearCols(kGeneral, 13)...)
	tab.cols = append(tab.cols, column{"Change", 13, kGeneral, false}, column{"Change, %", 11, kOne, false}, column{"Comparable?", 26, kWrap, false}, column{"Marks", marksWidth, kWrap, false}, column{"Breaks of its own", cmpBreaksWidth, kWrap, false})
	tab.heights = b.compareHeights()
	lines := b.leadLines(s, tab)
	c.control = 1 + len(lines) + 1
	title := fmt.Sprintf(`$A$%d&" of platforms and companies, by calendar year"&IF($A$%d=%s," (CyberTipline reports)",", from CyberTipline reports")`, c.control, c.control, quote(c.measures[byReports]))
	titleValue := c.measures[c.measure] + " of platforms and companies, by calendar year, from CyberTipline reports"
	if c.measure == byReports {
		titleValue = c.measures[c.measure] + " of platforms and companies, by calendar year (CyberTipline reports)"
	}
	tab.above = [][]any{
		b.choice(c.measures[c.measure], "Measure: choose from the list."),
		b.choice(c.from, "Change from this year"),
		b.choice(c.to, "to this year."),
		b.textFormula(title, titleValue),
	}
	tab.above = append(tab.above, emptyRows(room)...)
	head := 1 + len(lines) + len(tab.above) + 1
	from, to := fmt.Sprintf("$A$%d", c.control+1), fmt.Sprintf("$A$%d", c.control+2)
	list := func(col int, row int) string {
		return fmt.Sprintf(`IFERROR(INDEX(%s,MATCH($C%d,%s,0))&"","")`, t.listCol(col), row, t.listCol(listNo))
	}
	tab.rows = func(yield func([]any) bool) {
		for k, no := range c.chosen {
			row := head + 1 + k
			var e *entry
			name, cellNumber := any(nil), any("")
			if no > 0 {
				e = &t.list[no-1]
				name, cellNumber = e.label, no
			}
			cells := []any{name, excelize.Cell{StyleID: b.style.line[k], Value: lineSigns[k]},
				formula{fmt.Sprintf(`IFERROR(INDEX(%s,MATCH($A%d,%s,0)),"")`, t.listCol(listNo), row, t.listCol(listLabel)), cellNumber}}
			for i, y := range years {
				var v any
				if e != nil {
					v = c.value(e, i, c.measure)
				}
				cells = append(cells, formula{b.valueFormula(fmt.Sprintf("$C%d", row), y), v})
			}
			at := func(year string) string {
				return fmt.Sprintf("INDEX($%s%d:$%s%d,1,%s-%d)", colName(cmpBefore+1), row, colName(last), row, year, years[0]-1)
			}
			between := func(col int) string {
				return fmt.Sprintf(`SUMIFS(%s,%s,">"&($C%d*10000+%s),%s,"<="&($C%d*10000+%s))`, t.col(col), t.col(yKey), row, from, t.col(yKey), row, to)
			}
			verdict := colName(last + 3)
			partial := "FALSE"
			for _, y := range b.partialYears() {
				partial = fmt.Sprintf("OR(%s,%s=%d,%s=%d)", partial, from, y, to, y)
			}
			comparable := fmt.Sprintf(`IFERROR(IF($C%d="","",IF(%s>=%s,"no: the second year must be later",IF(OR(%s="",%s=""),"no: a year has no value",IF(%s>0,"no: a break lies between",IF(%s,"with care: a partial year",IF(%s>0,"with care: see Breaks","yes"))&IF($A$%d=%s,IF(%s<%d,%s,""),""))))),"no: choose years that are held")`,
				row, from, to, at(from), at(to), between(yBroken), partial, between(yCaveats), c.control, quote(c.measures[byReports]), at(from), pipeline.SmallBase, quote("; base "+smallText))
			text, change, percent := "", any(nil), any(nil)
			if e != nil {
				text, change, percent = b.comparable(e, c)
			}
			no := fmt.Sprintf(`OR($%s%d="",LEFT($%s%d,2)="no")`, verdict, row, verdict, row)
			cells = append(cells,
				formula{fmt.Sprintf(`IF(%s,"",ROUND(%s-%s,3))`, no, at(to), at(from)), change},
				formula{fmt.Sprintf(`IF(%s,"",IF(%s=0,"",100*(%s/%s-1)))`, no, at(from), at(to), at(from)), percent},
				formula{comparable, text},
				formula{list(listMarks, row), textOf(e, func(e *entry) string { return marksText(e.Series) })},
				formula{list(listBreaks, row), textOf(e, func(e *entry) string { return b.breaksCell(e.Series) })})
			if !yield(cells) {
				return
			}
		}
	}
	tab.finish = func(head, end int) error {
		if head+1 != c.first {
			return fmt.Errorf("the table stands in row %d, not %d", head, c.first-1)
		}
		if err := b.dropList(s.name, cell(1, c.control), "Measure", "Choose reports, share, rank or index.", c.measures...); err != nil {
			return err
		}
		for k := 1; k <= 2; k++ {
			if err := b.dropList(s.name, cell(1, c.control+k), "Year", "Choose a year.", yearStrings(years)...); err != nil {
				return err
			}
		}
		if err := b.dropRange(s.name, cellRange(1, head+1, 1, end), t.listCol(listLabel), "Platform or company", choosePrompt); err != nil {
			return err
		}
		col := last + 2 // the change in percent
		if err := b.fineChanges(s.name, cell(col, head+1), cellRange(col, head+1, col, end)); err != nil {
			return err
		}
		return b.compareChart(s, tab, c.control+3)
	}
	return tab
}

func textOf(e *entry, f func(*entry) string) any {
	if e == nil {
		return ""
	}
	return cellText(f(e))
}

func yearStrings(years []int) []string {
	out := make([]string, len(years))
	for i, y := range years {
		out[i] = strconv.Itoa(y)
	}
	return out
}

// comparable is what Compare says of the change between its two years.
func (b *book) comparable(e *entry, c *compareSheet) (text string, change, percent any) {
	first := b.ds.ByPlatform.Years[0]
	from, to := c.value(e, c.from-first, c.measure), c.value(e, c.to-first, c.measure)
	broken, caveats := false, 0
	for i := range e.Points {
		if p := &e.Points[i]; p.Year > c.from && p.Year <= c.to {
			broken = broken || p.Broken
			caveats += b.caveats(p)
		}
	}
	switch {
	case c.from >= c.to:
		return "no: the second year must be later", nil, nil
	case from == nil || to == nil:
		return "no: a year has no value", nil, nil
	case broken:
		return "no: a break lies between", nil, nil
	case b.partial(c.from) || b.partial(c.to):
		text = "with care: a partial year"
	case caveats > 0:
		text = "with care: see Breaks"
	default:
		text = "yes"
	}
	x, y := asFloat(from), asFloat(to)
	if c.measure == byReports && x < float64(pipeline.SmallBase) {
		text += "; base " + smallText
	}
	if x != 0 {
		percent = 100 * (y/x - 1)
	}
	return text, math.Round((y-x)*1000) / 1000, percent
}

func asFloat(v any) float64 {
	switch v := v.(type) {
	case pipeline.Count:
		return float64(v)
	case int:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// dropList makes a cell a dropdown of a few fixed texts.
func (b *book) dropList(sheet, ref, title, text string, list ...string) error {
	dv := excelize.NewDataValidation(false)
	dv.Sqref = ref
	if len(strings.Join(list, ",")) > 250 { // more than fifty years: typed, not chosen
		if err := dv.SetRange(list[0], list[len(list)-1], excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween); err != nil {
			return err
		}
	} else if err := dv.SetDropList(list); err != nil {
		return err
	}
	dv.SetInput(title, text)
	dv.SetError(excelize.DataValidationErrorStyleStop, title, "Please choose from the list.")
	return b.f.AddDataValidation(sheet, dv)
}

// choosePrompt stands beside a field to choose a series in; a company and a
// platform may have the same name.
const choosePrompt = "Choose from the list, or type a name from the sheet Series. A company is called by its name and (company), such as: Meta Platforms (company)."

func (b *book) dropRange(sheet, ref, from, title, text string) error {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = ref
	dv.SetSqrefDropList(from)
	dv.SetInput(title, text)
	dv.SetError(excelize.DataValidationErrorStyleStop, title, "No such platform or company; the sheet Series lists them. A company is called by its name and (company).")
	return b.f.AddDataValidation(sheet, dv)
}
