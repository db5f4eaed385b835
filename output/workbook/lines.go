package workbook

import (
	"fmt"
	"reflect"

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

// lineRow returns the row of Data_lines of a line.
func lineRow(chart, slot int) int { return firstRow + chart*slots + slot }

// linesData fills Data_lines.
func (b *Book) linesData() *sheet {
	s := b.sheet("Data_lines")
	if len(b.m.Years) == 0 || len(b.offers) == 0 {
		return s
	}
	for chart := range lineCharts {
		var values [slots][]formula
		var largest any // of the values drawn; a point that is not drawn needs one too
		for slot := range slots {
			for i := range b.m.Years {
				v := b.pointValue(s, chart, slot, i)
				values[slot] = append(values[slot], v)
				if v.value != nil && (largest == nil || asFloat(v.value) > asFloat(largest)) {
					largest = v.value
				}
			}
		}
		if largest == nil {
			largest = 1
		}
		for slot := range slots {
			s.rows = append(s.rows, b.lineCells(s, chart, slot, values[slot], largest))
		}
	}
	return s
}

func asFloat(v any) float64 {
	if n := reflect.ValueOf(v); n.CanInt() {
		return float64(n.Int())
	}
	f, _ := v.(float64)
	return f
}

// lineCells is one row of Data_lines: a line that follows the choices on Compare.
func (b *Book) lineCells(s *sheet, chart, slot int, values []formula, largest any) []any {
	no, at, nowhere := b.choice.lines[slot], lineRow(chart, slot), b.nowhere()
	lastYear := b.m.Years[len(b.m.Years)-1]
	row := make([]any, len(s.cols))
	set := func(name string, value any, format string, args ...any) {
		row[s.col(name)-1] = formula{fmt.Sprintf(format, args...), value}
	}
	ref := func(name string) string { return fixed(s.col(name), at) }
	of := func(what string, year int) string { return fmt.Sprint(what, year) }
	copy(row, []any{[lineCharts]string{"Compare", "Compare, ranks"}[chart], slot + 1, nil, nil, nil, nil, nil, float64(slots-slot) - 0.4, float64(slots) + 0.5})
	labelX := float64(lastYear) + max(0.2, 0.06*float64(len(b.m.Years))) // right of the last year
	name, x, pair := any(nil), any(nowhere), any(nil)
	if no > 0 {
		name, x = b.offers[no-1].label, labelX
	}
	from, to := b.choice.ordered()
	found := b.pairs[pairKey(no, from, to)]
	if found > 0 {
		pair = found
	}
	number, spare := ref("series_no"), ref("spare")
	verdict := b.byMeasure(b.between.lookUp("verdict", ref("pair_row"), found), b.between.lookUp("share_verdict", ref("pair_row"), found),
		b.between.lookUp("rank_verdict", ref("pair_row"), found), b.between.lookUp("verdict", ref("pair_row"), found))
	set("series_no", no, `IFERROR(MATCH(Compare!$A$%d,%s,0),0)`, firstRow+slot, b.lists.span("label"))
	set("pair_row", pair, `IFERROR(MATCH(%s,%s,0),"")`, keyFormula(number, cmpTo), b.between.span("key"))
	set("verdict", verdict.value, "%s", verdict.text)
	set("label", name, `IF(%s=0,"",Compare!$A$%d)`, number, firstRow+slot)
	set("label_x", x, `IF(%s=0,%d,%g)`, number, nowhere, labelX)
	all := fixed(s.yearCol("value_", b.m.Years[0]), lineRow(chart, 0), s.yearCol("value_", lastYear), lineRow(chart, slots-1))
	set("spare", largest, `IF(COUNT(%s)=0,1,MAX(%s))`, all, all)
	for i, year := range b.m.Years {
		v, shown, where := values[i], largest, nowhere
		if v.value != nil {
			shown, where = v.value, year
		}
		value := ref(of("value_", year))
		set(of("value_", year), v.value, "%s", v.text)
		set(of("y_", year), shown, `IF(%s="",%s,%s)`, value, spare, value)
		set(of("at_", year), where, `IF(%s="",%d,%d)`, value, nowhere, year)
		if i == 0 {
			continue
		}
		says := b.point(number, no, i, "rank_comparable")
		if chart != rankLines {
			reports := b.point(number, no, i, "comparable")
			says = b.byMeasure(reports, b.point(number, no, i, "share_comparable"), reports, reports)
		}
		joinsFrom, joinsTo := nowhere, nowhere
		if v.value != nil && values[i-1].value != nil && (says.value == string(compare.Yes) || says.value == string(compare.Care)) {
			joinsFrom, joinsTo = year-1, year
		}
		set(of("from_", year), joinsFrom, `IF(OR(%s="",%s=""),%d,IF(OR(%s="yes",%s="care"),%d,%d))`, ref(of("value_", year-1)), value, nowhere, says.text, says.text, year-1, nowhere)
		set(of("to_", year), joinsTo, `IF(%s=%d,%d,%d)`, ref(of("from_", year)), nowhere, nowhere, year)
	}
	return row
}

// keyFormula makes the key of a series and two years, the first chosen on
// Compare: see pairKey.
func keyFormula(number, to string) string {
	return fmt.Sprintf("%s*100000000+%s*10000+%s", number, cmpFrom, to)
}

// point looks up a column of Series for the i-th year of the series no.
func (b *Book) point(number string, no, i int, col string) formula {
	row := 0
	if no > 0 {
		row = (no-1)*len(b.m.Years) + i + 1
	}
	return b.series.lookUp(col, fmt.Sprintf("(%s-1)*%d+%d", number, len(b.m.Years), i+1), row)
}

// pointValue looks up the value of a line in the i-th year: the rank, or the
// value in the measure chosen on Compare.
func (b *Book) pointValue(s *sheet, chart, slot, i int) formula {
	no, number, year := b.choice.lines[slot], fixed(s.col("series_no"), lineRow(chart, slot)), b.m.Years[i]
	f := b.point(number, no, i, "rank")
	if chart != rankLines {
		from, _ := b.choice.ordered()
		reports := b.point(number, no, i, "reports")
		index := b.between.lookUp("index", fmt.Sprintf("MATCH(%s,%s,0)", keyFormula(number, fmt.Sprint(year)), b.between.span("key")), b.pairs[pairKey(no, from, year)])
		index.text = fmt.Sprintf(`IF(%s=%d,IF(N(%s)>0,100,""),%s)`, cmpFrom, year, reports.text, index.text)
		if from == year && reports.value != nil && asFloat(reports.value) > 0 {
			index.value = 100
		}
		f = b.byMeasure(reports, b.point(number, no, i, "share_percent"), reports, index)
	}
	return formula{fmt.Sprintf(`IF(%s=0,"",%s)`, number, f.text), f.value}
}

// valueOf is what a cell comes to.
func valueOf(cell any) any {
	if f, ok := cell.(formula); ok {
		return f.value
	}
	return cell
}
