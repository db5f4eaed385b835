package workbook

import (
	"fmt"
	"slices"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The sheets called Data_… hold what formulas look up and what charts of lines
// draw. Nothing on them is computed by a formula that the model does not say.

const (
	slots   = 8 // lines of Compare
	maxRuns = 6 // stretches of comparable years that one line may be cut into
)

// Charts of lines have their points on Data_lines, one after the other.
const (
	valueLines   = iota // Compare, in the measure chosen; reports where that is the rank
	rankLines           // Compare, ranks
	largestLines        // Largest
	lineCharts
)

var lineChartNames = [lineCharts]string{"Compare", "Compare, ranks", "Largest"}

// choices are what the sheets open with.
type choices struct {
	measure  pipeline.Measure
	from, to int
	lines    [slots]int // numbers of offers; 0 for none
	largest  [slots]int
	profile  int
	moved    int // index into movedBy
	runs     int // how many runs a line may have
}

func (b *Book) firstChoices() choices {
	c := choices{measure: pipeline.MeasureReports, to: b.complete, from: b.complete, profile: 1, runs: 1}
	for _, y := range b.m.Years {
		if y < b.complete && b.editions[y] != nil {
			c.from = y
		}
	}
	for k, s := range b.m.Largest(6) {
		if c.largest[k] = b.offers.find(s); k < 5 {
			c.lines[k] = c.largest[k]
		}
	}
	c.profile = max(1, c.lines[0])
	for no := range b.offers.list {
		for _, measure := range []pipeline.Measure{pipeline.MeasureReports, pipeline.MeasureShare, pipeline.MeasureRank} {
			c.runs = max(c.runs, len(b.line(no+1, measure).runs))
		}
	}
	c.runs = min(c.runs, maxRuns)
	return c
}

func (b *Book) data(name string) *sheet {
	return b.sheets[slices.IndexFunc(b.sheets, func(s *sheet) bool { return s.name == name })]
}

const machinery = "espfigures; nothing on it needs to be read or changed."

// The columns of the sheets that formulas point to are fixed here, so that a
// formula can be written before the sheet it points to.
var (
	listCols    = []column{{"no", 8, plain}, {"label", 44, text}, {"id", 30, text}, {"type", 12, text}, {"name", 40, text}, {"marks", 60, text}}
	betweenCols = []column{{"key", 16, plain}, {"id", 26, text}, {"from_year", 11, plain}, {"to_year", 11, plain},
		{"comparable", 13, text}, {"change", 15, whole}, {"change_percent", 16, fine}, {"like_for_like_percent", 16, fine}, {"reasons", 40, text}, {"reasons_in_words", 60, text}, {"index", 12, fine},
		{"share_comparable", 13, text}, {"share_change_points", 14, fine}, {"share_reasons", 40, text}, {"share_reasons_in_words", 60, text},
		{"rank_comparable", 13, text}, {"rank_change_places", 14, plain}, {"rank_reasons", 40, text}, {"rank_reasons_in_words", 60, text}}
	moverCols = []column{{"key", 16, plain}, {"by", 12, text}, {"from_year", 11, plain}, {"to_year", 11, plain}, {"list", 18, text}, {"place", 8, plain},
		{"id", 26, text}, {"name", 36, text}, {"category", 18, text}, {"from", 15, whole}, {"to", 15, whole}, {"change", 15, whole}, {"change_percent", 16, fine}, {"comparable", 13, text}, {"reasons", 60, text}, {"group", 16, text}}
)

// target is a sheet that formulas point to.
type target struct {
	name string
	cols []column
	rows int
}

func (s target) span(name string) string {
	c := 1 + slices.IndexFunc(s.cols, func(c column) bool { return c.name == name })
	return area(s.name, c, firstRow, c, firstRow+max(1, s.rows)-1)
}

func (b *Book) lists() target   { return target{"Data_lists", listCols, len(b.offers.list)} }
func (b *Book) between() target { return target{"Data_between", betweenCols, len(b.offers.pairs)} }
func (b *Book) moved() target   { return target{"Data_movers", moverCols, len(b.offers.movers)} }
func (b *Book) points() target {
	return target{"Series", seriesCols, len(b.offers.list) * len(b.m.Years)}
}

func (b *Book) listsData() *sheet {
	s := &sheet{name: "Data_lists", title: "Data: series to choose from", about: "The list behind the dropdowns on Compare and Profile.",
		what: "the series that Compare and Profile offer, largest first, then by name.", blanks: "no mark.", source: machinery,
		cols: listCols}
	for i, o := range b.offers.list {
		s.rows = append(s.rows, []any{i + 1, o.label, o.ID, string(o.Type), inLine(o.Name), yearMarks(o.Series)})
	}
	return s
}

func (b *Book) betweenData() *sheet {
	s := &sheet{name: "Data_between", title: "Data: what may be said between two years", about: "The verdict, the change and the reasons for every two years of every series that Compare offers.",
		what: "every two years of every series on Data_lists that have values in both.", blanks: "no change, because the years are not comparable, or no value in one of the years.", source: machinery,
		cols: betweenCols}
	for _, p := range b.offers.pairs {
		row := []any{pairKey(p.no, p.from, p.to), b.offers.list[p.no-1].ID, p.from, p.to}
		change, percent, like := reportsChange(p.reports)
		row = append(row, string(p.reports.Verdict), change, percent, like, p.reports.Codes(), reasonTexts(p.reports), number(p.index))
		row = append(row, string(p.share.Verdict), sharePoints(p.share), p.share.Codes(), reasonTexts(p.share))
		s.rows = append(s.rows, append(row, string(p.rank.Verdict), rankPlaces(p.rank), p.rank.Codes(), reasonTexts(p.rank)))
	}
	if len(s.rows) == 0 {
		s.rows = [][]any{{0}}
	}
	return s
}

func reportsChange(b compare.Between) (change, percent, like any) {
	if b.Change != nil {
		change, percent = count(b.Change.Reports), number(b.Change.Percent)
	}
	if b.LikeForLike != nil {
		like = number(b.LikeForLike.Change.Percent)
	}
	return change, percent, like
}

func sharePoints(b compare.Between) any {
	if b.Change == nil {
		return nil
	}
	return number(b.Change.Points)
}

func rankPlaces(b compare.Between) any {
	if b.Change == nil || b.Change.Places == nil {
		return nil
	}
	return *b.Change.Places
}

func (b *Book) moversData() *sheet {
	s := &sheet{name: "Data_movers", title: "Data: who moved between two years", about: "The lists that Movers shows, for the pairs of years it offers.",
		what: fmt.Sprintf("the first %d of each list on Movers, for each pair of years.", moverRows), blanks: "no value in that year, or no change, because the years are not comparable.", source: machinery,
		cols: moverCols}
	for _, mv := range b.offers.movers {
		row := append([]any{mv.key, string(mv.by), mv.from, mv.to, moverLists[mv.list], mv.place}, moverCells(&mv.Mover)...)
		s.rows = append(s.rows, append(row, string(mv.Movement)))
	}
	if len(s.rows) == 0 {
		s.rows = [][]any{{0}}
	}
	return s
}

// moverCells are the columns id to reasons of a mover.
func moverCells(mv *compare.Mover) []any {
	change, percent, _ := reportsChange(mv.Between)
	reasons := mv.Codes()
	if reasons == "" {
		reasons = mv.Why
	}
	return []any{mv.Series.ID, inLine(mv.Series.Name), mv.Series.Category, count(mv.From.Reports), count(mv.To.Reports), change, percent, string(mv.Verdict), reasons}
}

// line is one line of a chart: its values, and the runs of years that may be
// joined.
type line struct {
	values []any // one a year; nil where there is none
	run    []int // one a year: number of its run from 1; 0 without a value
	runs   [][2]int
}

// line returns the line of an offer. Two neighbouring years are joined where
// the model compares them.
func (b *Book) line(no int, measure pipeline.Measure) line {
	l := line{values: make([]any, len(b.m.Years)), run: make([]int, len(b.m.Years))}
	if no == 0 {
		return l
	}
	for i := range b.m.Years {
		l.values[i] = b.valueOf(no, i, measure)
		if l.values[i] == nil {
			continue
		}
		verdict := compare.NoValue
		if i > 0 && l.values[i-1] != nil {
			verdict = b.verdict(no, b.m.Years[i-1], b.m.Years[i], measure)
		}
		if verdict != compare.Yes && verdict != compare.Care {
			l.runs = append(l.runs, [2]int{i, 0})
		}
		l.runs[len(l.runs)-1][1]++
		l.run[i] = len(l.runs)
	}
	return l
}

func (b *Book) valueOf(no, i int, measure pipeline.Measure) any {
	p := &b.offers.list[no-1].Points[i]
	switch measure {
	case pipeline.MeasureShare:
		return percent(p.Share)
	case pipeline.MeasureRank:
		return positive(p.Rank)
	case pipeline.MeasureIndex:
		from := min(b.choice.from, b.choice.to)
		if p.Year == from && p.Reports != nil && *p.Reports > 0 {
			return 100
		}
		if x := b.offers.pair(no, from, p.Year); x != nil {
			return number(x.index)
		}
		return nil
	}
	return count(p.Reports)
}

func (b *Book) verdict(no, from, to int, measure pipeline.Measure) compare.Verdict {
	p := b.offers.pair(no, from, to)
	switch {
	case p == nil:
		return compare.NoValue
	case measure == pipeline.MeasureShare:
		return p.share.Verdict
	case measure == pipeline.MeasureRank:
		return p.rank.Verdict
	}
	return p.reports.Verdict
}

// lineCols are the columns of Data_lines. value_ and run_ are filled in the
// first row of each line, x_ and y_ in the row of each run.
func (b *Book) lineCols() []column {
	cols := []column{{"chart", 16, text}, {"line", 8, plain}, {"run", 8, plain}, {"series_no", 10, plain}, {"pair_row", 10, plain}, {"label", 40, text}, {"label_x", 10, fine}, {"label_y", 10, fine}, {"top", 8, fine}, {"first", 8, plain}, {"points", 8, plain}, {"spare", 14, general}}
	for _, what := range []string{"value_", "run_", "x_", "y_"} {
		for _, y := range b.m.Years {
			cols = append(cols, column{what + fmt.Sprint(y), 13, general})
		}
	}
	return cols
}

// lineRow returns the row of Data_lines of the first run of a line.
func (b *Book) lineRow(chart, slot int) int {
	return firstRow + (chart*slots+slot)*b.choice.runs
}

// nowhere is a year left of every axis: a point there is not drawn.
func (b *Book) nowhere() int { return b.m.Years[0] - 100 }

func (b *Book) linesData() *sheet {
	s := &sheet{name: "Data_lines", title: "Data: points of the charts of lines", about: "What the charts on Compare and Largest draw.",
		what: fmt.Sprintf("the points of each line, cut into runs of years that compare. A point at %d is not drawn.", b.nowhereOrZero()), blanks: "no value, or a value that is in the first row of the line.", source: machinery,
	}
	if len(b.m.Years) == 0 || len(b.offers.list) == 0 {
		return s
	}
	s.cols = b.lineCols()
	measures := [lineCharts]pipeline.Measure{b.choice.measure, pipeline.MeasureRank, pipeline.MeasureReports}
	if measures[valueLines] == pipeline.MeasureRank {
		measures[valueLines] = pipeline.MeasureReports
	}
	for chart := range lineCharts {
		chosen := b.choice.lines
		if chart == largestLines {
			chosen = b.choice.largest
		}
		var drawn []line
		for _, no := range chosen {
			drawn = append(drawn, b.line(no, measures[chart]))
		}
		spare := biggest(drawn)
		for slot, l := range drawn {
			for run := range b.choice.runs {
				row := b.lineCells(chart, slot, run, chosen[slot], l, spare)
				if chart != largestLines {
					b.addFormulas(s, row, chart, slot, run)
				}
				s.rows = append(s.rows, row)
			}
		}
	}
	return s
}

func (b *Book) nowhereOrZero() int {
	if len(b.m.Years) == 0 {
		return 0
	}
	return b.nowhere()
}

func biggest(list []line) float64 {
	v, any := 0.0, false
	for _, l := range list {
		for _, x := range l.values {
			if x != nil {
				v, any = max(v, asFloat(x)), true
			}
		}
	}
	if !any {
		return 1
	}
	return v
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

// lineCells are the values of one row of Data_lines.
func (b *Book) lineCells(chart, slot, run, no int, l line, spare float64) []any {
	pairRow := 0
	if no > 0 {
		pairRow = b.offers.row[pairKey(no, min(b.choice.from, b.choice.to), max(b.choice.from, b.choice.to))]
	}
	name, labelX := any(nil), any(b.nowhere())
	if no > 0 {
		name, labelX = b.offers.list[no-1].label, b.labelX()
	}
	first, points := 0, 0
	if run < len(l.runs) {
		first, points = l.runs[run][0]+1, l.runs[run][1]
	}
	row := []any{lineChartNames[chart], slot + 1, run + 1, no, pairRow, name, labelX, float64(slots-slot) - 0.4, float64(slots) + 0.5, first, points, spare}
	var values, runs, xs, ys []any
	for i := range b.m.Years {
		at := median(i+1, first, first+points-1)
		if run == 0 {
			values, runs = append(values, l.values[i]), append(runs, positive(l.run[i]))
		} else {
			values, runs = append(values, nil), append(runs, nil)
		}
		if points == 0 {
			xs, ys = append(xs, b.nowhere()), append(ys, spare)
		} else {
			xs, ys = append(xs, b.m.Years[at-1]), append(ys, l.values[at-1])
		}
	}
	return slices.Concat(row, values, runs, xs, ys)
}

func (b *Book) labelX() float64 {
	n := len(b.m.Years)
	return float64(b.m.Years[n-1]) + max(0.2, 0.06*float64(n))
}

func median(a, b, c int) int {
	list := []int{a, b, c}
	slices.Sort(list)
	return list[1]
}

// addFormulas turns the values of a row into formulas that follow the choices
// on Compare.
func (b *Book) addFormulas(s *sheet, row []any, chart, slot, run int) {
	at := b.lineRow(chart, slot)
	n := len(b.m.Years)
	col := func(name string) int {
		return 1 + slices.IndexFunc(s.cols, func(c column) bool { return c.name == name })
	}
	ref := func(name string, row int) string { return "$" + column26(col(name)) + "$" + fmt.Sprint(row) }
	set := func(name string, format string, args ...any) {
		k := col(name) - 1
		row[k] = formula{fmt.Sprintf(format, args...), row[k]}
	}
	across := func(what string, row int) string {
		return ref(what+fmt.Sprint(b.m.Years[0]), row) + ":" + ref(what+fmt.Sprint(b.m.Years[n-1]), row)
	}
	no := ref("series_no", at)
	if run == 0 {
		set("series_no", `IFERROR(MATCH(Compare!$A$%d,%s,0),0)`, firstRow+slot, b.lists().span("label"))
		set("pair_row", `IF(%s=0,0,IFERROR(MATCH(%s*100000000+MIN(%s,%s)*10000+MAX(%s,%s),%s,0),0))`, no, no, cmpFrom, cmpTo, cmpFrom, cmpTo, b.between().span("key"))
		set("label", `IF(%s=0,"",Compare!$A$%d)`, no, firstRow+slot)
		set("label_x", `IF(%s=0,%d,%g)`, no, b.nowhere(), b.labelX())
	}
	own := firstRow + len(s.rows)
	set("first", `IFERROR(MATCH(%d,%s,0),0)`, run+1, across("run_", at))
	set("points", `COUNTIF(%s,%d)`, across("run_", at), run+1)
	all := across("value_", b.lineRow(chart, 0))
	all = all[:len(all)-len(fmt.Sprint(b.lineRow(chart, 0)))] + fmt.Sprint(b.lineRow(chart+1, 0)-1)
	set("spare", `IF(COUNT(%s)=0,1,MAX(%s))`, all, all)
	for i, y := range b.m.Years {
		if run == 0 {
			set(fmt.Sprint("value_", y), "%s", b.valueFormula(chart, no, i))
			set(fmt.Sprint("run_", y), "%s", b.runFormula(chart, no, i, func(what string, i int) string { return ref(what+fmt.Sprint(b.m.Years[i]), at) }))
		}
		first, points := ref("first", own), ref("points", own)
		index := fmt.Sprintf("MEDIAN(%d,%s,%s+%s-1)", i+1, first, first, points)
		set(fmt.Sprint("x_", y), `IF(%s=0,%d,%d+%s)`, points, b.nowhere(), b.m.Years[0]-1, index)
		set(fmt.Sprint("y_", y), `IF(%s=0,%s,INDEX(%s,%s))`, points, ref("spare", own), across("value_", at), index)
	}
}

// valueFormula looks up the value of a series in the i-th year, by the measure
// chosen.
func (b *Book) valueFormula(chart int, no string, i int) string {
	get := func(col string) string {
		at := fmt.Sprintf("INDEX(%s,(%s-1)*%d+%d)", b.points().span(col), no, len(b.m.Years), i+1)
		return fmt.Sprintf(`IF(%s="","",%s)`, at, at)
	}
	if chart == rankLines {
		return fmt.Sprintf(`IF(%s=0,"",%s)`, no, get("rank"))
	}
	year, from := b.m.Years[i], fmt.Sprintf("MIN(%s,%s)", cmpFrom, cmpTo)
	index := fmt.Sprintf("INDEX(%s,MATCH(%s*100000000+%s*10000+%d,%s,0))", b.between().span("index"), no, from, year, b.between().span("key"))
	return fmt.Sprintf(`IF(%s=0,"",IF(%s="share",%s,IF(%s="index",IF(%s=%d,IF(N(INDEX(%s,(%s-1)*%d+%d))>0,100,""),IFERROR(IF(%s="","",%s),"")),%s)))`,
		no, cmpMeasure, get("share_percent"), cmpMeasure, from, year, b.points().span("reports"), no, len(b.m.Years), i+1, index, index, get("reports"))
}

// runFormula numbers the run of the i-th year: the one before goes on where
// the model compares the two years.
func (b *Book) runFormula(chart int, no string, i int, ref func(string, int) string) string {
	if i == 0 {
		return fmt.Sprintf(`IF(%s="","",1)`, ref("value_", 0))
	}
	verdict := func(col string) string {
		return fmt.Sprintf("INDEX(%s,(%s-1)*%d+%d)", b.points().span(col), no, len(b.m.Years), i+1)
	}
	v := fmt.Sprintf(`IF(%s="share",%s,%s)`, cmpMeasure, verdict("share_comparable"), verdict("comparable"))
	if chart == rankLines {
		v = verdict("rank_comparable")
	}
	return fmt.Sprintf(`IF(%s="","",IF(AND(%s<>"",OR(%s="yes",%s="care")),%s,MAX(0,%s:%s)+1))`,
		ref("value_", i), ref("value_", i-1), v, v, ref("run_", i-1), ref("run_", 0), ref("run_", i-1))
}

// Where Compare is chosen in.
const (
	cmpMeasure = "Compare!$A$6"
	cmpFrom    = "Compare!$B$6"
	cmpTo      = "Compare!$C$6"
)
