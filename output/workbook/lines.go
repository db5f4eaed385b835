package workbook

import (
	"fmt"
	"slices"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The charts on Compare have their points on Data_lines: a line is drawn
// between two neighbouring years where the model compares them. What is not to
// be drawn is left of every axis.

const slots = 8 // lines of Compare

const (
	valueLines = iota // in the measure chosen; reports where that is the rank
	rankLines
	lineCharts
)

// What is chosen on Compare.
const (
	cmpMeasure = "Compare!$A$6"
	cmpFrom    = "MIN(Compare!$B$6,Compare!$C$6)"
	cmpTo      = "MAX(Compare!$B$6,Compare!$C$6)"
)

// nowhere is a year left of every axis: a point there is not drawn.
func (b *Book) nowhere() int { return b.firstYear() - 100 }

// valueOf is the value of an offer in the i-th year, by a measure.
func (b *Book) valueOf(no, i int, measure pipeline.Measure) any {
	if no == 0 {
		return nil
	}
	p := b.offers[no-1].Points[i]
	from, _ := b.choice.ordered()
	switch {
	case measure == pipeline.MeasureShare:
		return tables.Percent(p.Share)
	case measure == pipeline.MeasureRank:
		return tables.Positive(p.Rank)
	case measure == pipeline.MeasureIndex && p.Year != from:
		return b.between.value("index", b.pairs[pairKey(no, from, p.Year)])
	case measure == pipeline.MeasureIndex && p.Reports != nil && *p.Reports > 0:
		return 100
	case measure == pipeline.MeasureIndex:
		return nil
	}
	return tables.Maybe(p.Reports)
}

// drawnBy is the measure whose values a chart shows.
func (b *Book) drawnBy(chart int) pipeline.Measure {
	switch {
	case chart == rankLines:
		return pipeline.MeasureRank
	case b.choice.measure == pipeline.MeasureRank:
		return pipeline.MeasureReports
	}
	return b.choice.measure
}

// lineRow returns the row of Data_lines of a line.
func lineRow(chart, slot int) int { return firstRow + chart*slots + slot }

// linesData fills Data_lines.
func (b *Book) linesData() *sheet {
	s := b.sheet("Data_lines")
	if len(b.m.Years) == 0 || len(b.offers) == 0 {
		return s
	}
	for chart := range lineCharts {
		var largest any // of the values drawn; a point that is not drawn needs one too
		for _, no := range b.choice.lines {
			for i := range b.m.Years {
				if v := b.valueOf(no, i, b.drawnBy(chart)); v != nil && (largest == nil || asFloat(v) > asFloat(largest)) {
					largest = v
				}
			}
		}
		if largest == nil {
			largest = 1
		}
		for slot := range slots {
			s.rows = append(s.rows, b.lineCells(s, chart, slot, largest))
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

// lineCells is one row of Data_lines: a line that follows the choices on Compare.
func (b *Book) lineCells(s *sheet, chart, slot int, largest any) []any {
	no, at, nowhere := b.choice.lines[slot], lineRow(chart, slot), b.nowhere()
	lastYear := b.m.Years[len(b.m.Years)-1]
	row := make([]any, len(s.cols))
	set := func(col int, value any, format string, args ...any) {
		row[col-1] = formula{fmt.Sprintf(format, args...), value}
	}
	ref := func(name string) string { return fixed(s.col(name), at) }
	copy(row, []any{[lineCharts]string{"Compare", "Compare, ranks"}[chart], slot + 1, nil, nil, nil, nil, float64(slots-slot) - 0.4, float64(slots) + 0.5})
	name, x := any(nil), any(nowhere)
	labelX := float64(lastYear) + max(0.2, 0.06*float64(len(b.m.Years))) // right of the last year
	if no > 0 {
		name, x = b.offers[no-1].label, labelX
	}
	from, to := b.choice.ordered()
	number, spare := ref("series_no"), ref("spare")
	set(s.col("series_no"), no, `IFERROR(MATCH(Compare!$A$%d,%s,0),0)`, firstRow+slot, b.lists.span("label"))
	set(s.col("pair_row"), b.pairs[pairKey(no, from, to)], `IF(%s=0,0,IFERROR(MATCH(%s*100000000+%s*10000+%s,%s,0),0))`, number, number, cmpFrom, cmpTo, b.between.span("key"))
	set(s.col("label"), name, `IF(%s=0,"",Compare!$A$%d)`, number, firstRow+slot)
	set(s.col("label_x"), x, `IF(%s=0,%d,%g)`, number, nowhere, labelX)
	all := fixed(s.yearCol("value_", b.m.Years[0]), lineRow(chart, 0), s.yearCol("value_", lastYear), lineRow(chart, slots-1))
	set(s.col("spare"), largest, `IF(COUNT(%s)=0,1,MAX(%s))`, all, all)
	for i, year := range b.m.Years {
		v, shown, where := b.valueOf(no, i, b.drawnBy(chart)), largest, nowhere
		if v != nil {
			shown, where = v, year
		}
		value := ref(fmt.Sprint("value_", year))
		set(s.yearCol("value_", year), v, "%s", b.valueFormula(chart, number, i))
		set(s.yearCol("y_", year), shown, `IF(%s="",%s,%s)`, value, spare, value)
		set(s.yearCol("at_", year), where, `IF(%s="",%d,%d)`, value, nowhere, year)
		if i == 0 {
			continue
		}
		joinsFrom, joinsTo := nowhere, nowhere
		if v != nil && b.joined(no, i, b.drawnBy(chart)) {
			joinsFrom, joinsTo = year-1, year
		}
		says := b.pointAt(number, i, "rank_comparable")
		if chart != rankLines {
			says = fmt.Sprintf(`IF(%s="share",%s,%s)`, cmpMeasure, b.pointAt(number, i, "share_comparable"), b.pointAt(number, i, "comparable"))
		}
		set(s.yearCol("from_", year), joinsFrom, `IF(OR(%s="",%s=""),%d,IF(OR(%s="yes",%s="care"),%d,%d))`, ref(fmt.Sprint("value_", year-1)), value, nowhere, says, says, year-1, nowhere)
		set(s.yearCol("to_", year), joinsTo, `IF(%s=%d,%d,%d)`, ref(fmt.Sprint("from_", year)), nowhere, nowhere, year)
	}
	return row
}

// joined reports whether a line leads from the year before the i-th to it.
func (b *Book) joined(no, i int, measure pipeline.Measure) bool {
	says := b.m.Between(b.offers[no-1].Series, b.m.Years[i-1], b.m.Years[i], measure).Verdict
	return b.valueOf(no, i-1, measure) != nil && slices.Contains([]compare.Verdict{compare.Yes, compare.Care}, says)
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
