package workbook

import (
	"fmt"
	"slices"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// Charts of lines have their points on Data_lines. A line stops where two years
// do not compare, so it is cut into runs of years, each a row of points of its
// own; a run without years is drawn left of every axis.

const (
	slots   = 8 // lines of Compare
	maxRuns = 6 // runs that one line may be cut into
)

const (
	valueLines = iota // in the measure chosen; reports where that is the rank
	rankLines
	lineCharts
)

var verdictOf = map[pipeline.Measure]string{pipeline.MeasureReports: "comparable", pipeline.MeasureIndex: "comparable", pipeline.MeasureShare: "share_comparable", pipeline.MeasureRank: "rank_comparable"}

// point is the value of an offer in the i-th year in a column of Series.
func (b *Book) point(no, i int, col string) any {
	if no == 0 {
		return nil
	}
	return b.series.rows[(no-1)*len(b.m.Years)+i][b.series.col(col)-1]
}

// valueOf is the value of an offer in the i-th year, by a measure.
func (b *Book) valueOf(no, i int, measure pipeline.Measure) any {
	from, _ := b.choice.ordered()
	switch {
	case measure == pipeline.MeasureShare:
		return b.point(no, i, "share_percent")
	case measure == pipeline.MeasureRank:
		return b.point(no, i, "rank")
	case measure != pipeline.MeasureIndex:
		return b.point(no, i, "reports")
	case b.m.Years[i] != from:
		return b.between.value("index", b.pairs[pairKey(no, from, b.m.Years[i])])
	}
	if n, ok := b.point(no, i, "reports").(pipeline.Count); ok && n > 0 {
		return 100
	}
	return nil
}

// runsOf numbers the run of each year from 1, 0 where there is no value. Two
// neighbouring years are in one run where the model compares them.
func (b *Book) runsOf(no int, measure pipeline.Measure) []int {
	run := make([]int, len(b.m.Years))
	last := 0
	for i := range run {
		if b.valueOf(no, i, measure) == nil {
			continue
		}
		v := b.point(no, i, verdictOf[measure])
		if i == 0 || run[i-1] == 0 || v != "yes" && v != "care" {
			last++
		}
		run[i] = last
	}
	return run
}

// lineRow returns the row of Data_lines of the first run of a line.
func (b *Book) lineRow(chart, slot int) int {
	return firstRow + (chart*slots+slot)*b.choice.runs
}

// nowhere is a year left of every axis: a point there is not drawn.
func (b *Book) nowhere() int { return b.firstYear() - 100 }

// labelX is where the names of the lines are, right of the last year.
func (b *Book) labelX() float64 {
	n := len(b.m.Years)
	return float64(b.m.Years[n-1]) + max(0.2, 0.06*float64(n))
}

// linesData fills Data_lines. value_ and run_ are in the first row of each line.
func (b *Book) linesData() *sheet {
	s := b.sheet("Data_lines")
	if len(b.m.Years) == 0 || len(b.offers) == 0 {
		return s
	}
	for chart := range lineCharts {
		measure := b.choice.measure
		if chart == rankLines {
			measure = pipeline.MeasureRank
		} else if measure == pipeline.MeasureRank {
			measure = pipeline.MeasureReports
		}
		var largest any // of the values drawn; a run that is not drawn needs one too
		for _, no := range b.choice.lines {
			for i := range b.m.Years {
				if v := b.valueOf(no, i, measure); v != nil && (largest == nil || asFloat(v) > asFloat(largest)) {
					largest = v
				}
			}
		}
		if largest == nil {
			largest = 1
		}
		for slot := range slots {
			for run := range b.choice.runs {
				s.rows = append(s.rows, b.lineCells(s, chart, slot, run, measure, largest))
			}
		}
	}
	return s
}

func asFloat(v any) float64 {
	switch v := v.(type) {
	case pipeline.Count:
		return float64(v)
	case int:
		return float64(v)
	}
	f, _ := v.(float64)
	return f
}

// lineCells is one row of Data_lines: a run of a line that follows the choices
// on Compare.
func (b *Book) lineCells(s *sheet, chart, slot, run int, measure pipeline.Measure, largest any) []any {
	own, at := HeaderRow+len(s.rows)+1, b.lineRow(chart, slot)
	no, n, runs := b.choice.lines[slot], len(b.m.Years), b.runsOf(b.choice.lines[slot], measure)
	row := make([]any, len(s.cols))
	cells := func(what string, row, toRow int) string {
		return fmt.Sprintf("$%s$%d:$%s$%d", column26(s.yearCol(b, what, 0)), row, column26(s.yearCol(b, what, n-1)), toRow)
	}
	ref := func(col, row int) string { return fmt.Sprintf("$%s$%d", column26(col), row) }
	set := func(col int, value any, format string, args ...any) {
		row[col-1] = formula{fmt.Sprintf(format, args...), value}
	}
	number := ref(s.col("series_no"), at)
	copy(row, []any{[lineCharts]string{"Compare", "Compare, ranks"}[chart], slot + 1, run + 1, no, b.pairs[b.chosenPair(no)], nil, b.nowhere(), float64(slots-slot) - 0.4, float64(slots) + 0.5})
	if run == 0 {
		name, x := any(nil), any(b.nowhere())
		if no > 0 {
			name, x = b.offers[no-1].label, b.labelX()
		}
		set(s.col("series_no"), no, `IFERROR(MATCH(Compare!$A$%d,%s,0),0)`, firstRow+slot, b.lists.span("label"))
		set(s.col("pair_row"), b.pairs[b.chosenPair(no)], `IF(%s=0,0,IFERROR(MATCH(%s*100000000+%s*10000+%s,%s,0),0))`, number, number, cmpFrom, cmpTo, b.between.span("key"))
		set(s.col("label"), name, `IF(%s=0,"",Compare!$A$%d)`, number, firstRow+slot)
		set(s.col("label_x"), x, `IF(%s=0,%d,%g)`, number, b.nowhere(), b.labelX())
	}
	first := 1 + slices.Index(runs, run+1)
	points := 0
	for _, r := range runs {
		if r == run+1 {
			points++
		}
	}
	firstRef, pointsRef, spare := ref(s.col("first"), own), ref(s.col("points"), own), ref(s.col("spare"), own)
	all := cells("value_", b.lineRow(chart, 0), b.lineRow(chart+1, 0)-1)
	set(s.col("first"), first, `IFERROR(MATCH(%d,%s,0),0)`, run+1, cells("run_", at, at))
	set(s.col("points"), points, `COUNTIF(%s,%d)`, cells("run_", at, at), run+1)
	set(s.col("spare"), largest, `IF(COUNT(%s)=0,1,MAX(%s))`, all, all)
	for i := range b.m.Years {
		if run == 0 {
			before := ""
			if i > 0 {
				before = ref(s.yearCol(b, "value_", i-1), at)
			}
			set(s.yearCol(b, "value_", i), b.valueOf(no, i, measure), "%s", b.valueFormula(chart, number, i))
			set(s.yearCol(b, "run_", i), tables.Positive(runs[i]), "%s", b.runFormula(chart, number, i, ref(s.yearCol(b, "value_", i), at), before,
				ref(s.yearCol(b, "run_", 0), at), ref(s.yearCol(b, "run_", max(0, i-1)), at)))
		}
		x, y := any(b.nowhere()), largest
		if points > 0 { // years outside the run repeat its ends
			k := min(max(i, first-1), first+points-2)
			x, y = b.m.Years[k], b.valueOf(no, k, measure)
		}
		index := fmt.Sprintf("MEDIAN(%d,%s,%s+%s-1)", i+1, firstRef, firstRef, pointsRef)
		set(s.yearCol(b, "x_", i), x, `IF(%s=0,%d,%d+%s)`, pointsRef, b.nowhere(), b.m.Years[0]-1, index)
		set(s.yearCol(b, "y_", i), y, `IF(%s=0,%s,INDEX(%s,%s))`, pointsRef, spare, cells("value_", at, at), index)
	}
	return row
}

func (b *Book) chosenPair(no int) int {
	from, to := b.choice.ordered()
	return pairKey(no, from, to)
}

// yearCol is the number of the column of the i-th year.
func (s *sheet) yearCol(b *Book, what string, i int) int {
	return s.col(fmt.Sprint(what, b.m.Years[i]))
}

// pointAt is the formula of a column of Series for the i-th year.
func (b *Book) pointAt(no string, i int, col string) string {
	return fmt.Sprintf("INDEX(%s,(%s-1)*%d+%d)", b.series.span(col), no, len(b.m.Years), i+1)
}

// valueFormula looks up the value of a series in the i-th year, by the measure
// chosen.
func (b *Book) valueFormula(chart int, no string, i int) string {
	get := func(col string) string {
		at := b.pointAt(no, i, col)
		return fmt.Sprintf(`IF(%s="","",%s)`, at, at)
	}
	if chart == rankLines {
		return fmt.Sprintf(`IF(%s=0,"",%s)`, no, get("rank"))
	}
	year := b.m.Years[i]
	index := fmt.Sprintf("INDEX(%s,MATCH(%s*100000000+%s*10000+%d,%s,0))", b.between.span("index"), no, cmpFrom, year, b.between.span("key"))
	return fmt.Sprintf(`IF(%s=0,"",IF(%s="share",%s,IF(%s="index",IF(%s=%d,IF(N(%s)>0,100,""),IFERROR(IF(%s="","",%s),"")),%s)))`,
		no, cmpMeasure, get("share_percent"), cmpMeasure, cmpFrom, year, b.pointAt(no, i, "reports"), index, index, get("reports"))
}

// runFormula numbers the run of the i-th year: the one before goes on where
// the model compares the two years.
func (b *Book) runFormula(chart int, no string, i int, value, before, firstRun, lastRun string) string {
	if i == 0 {
		return fmt.Sprintf(`IF(%s="","",1)`, value)
	}
	v := b.pointAt(no, i, "rank_comparable")
	if chart != rankLines {
		v = fmt.Sprintf(`IF(%s="share",%s,%s)`, cmpMeasure, b.pointAt(no, i, "share_comparable"), b.pointAt(no, i, "comparable"))
	}
	return fmt.Sprintf(`IF(%s="","",IF(AND(%s<>"",OR(%s="yes",%s="care")),%s,MAX(0,%s:%s)+1))`, value, before, v, v, lastRun, firstRun, lastRun)
}

// What is chosen on Compare.
const (
	cmpMeasure = "Compare!$A$6"
	cmpFrom    = "MIN(Compare!$B$6,Compare!$C$6)"
	cmpTo      = "MAX(Compare!$B$6,Compare!$C$6)"
)
