package workbook

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline/compare"
)

// The sheets to choose in work by formulas that every spreadsheet program
// knows: INDEX, MATCH, IF, IFERROR. Each is written with the value it comes
// to, so that programs which do not calculate show it too.

// lookUp is a cell with the value of a column of a sheet. at is a formula for
// the number of the row, an error or a text for none; row is what it comes to.
func (s *sheet) lookUp(col, at string, row int) formula {
	v := fmt.Sprintf("INDEX(%s,%s)", s.span(col), at)
	if s.cols[s.col(col)-1].kind <= wrapped {
		return formula{fmt.Sprintf(`IFERROR(%s&"","")`, v), s.value(col, row)}
	}
	return formula{fmt.Sprintf(`IFERROR(IF(%s="","",%s),"")`, v, v), s.value(col, row)}
}

// value is the value of a column in the row of that number, nil for row 0.
func (s *sheet) value(col string, row int) any {
	if row == 0 {
		return nil
	}
	return s.rows[row-1][s.col(col)-1]
}

var measureWords = []string{"reports", "share", "rank", "index"}

// byMeasure is the one of four formulas, in the order of measureWords, that
// belongs to the measure chosen on Compare.
func (b *Book) byMeasure(f ...formula) formula {
	return formula{fmt.Sprintf(`IF(%s="share",%s,IF(%s="rank",%s,IF(%s="index",%s,%s)))`, cmpMeasure, f[1].text, cmpMeasure, f[2].text, cmpMeasure, f[3].text, f[0].text),
		f[slices.Index(measureWords, string(b.choice.measure))].value}
}

func word(s string) formula { return formula{`"` + s + `"`, s} }

func (b *Book) compareSheet() *sheet {
	s := b.sheet("Compare")
	s.picks = []any{string(b.choice.measure), b.choice.from, b.choice.to}
	if len(b.offers) == 0 {
		return s
	}
	for slot := range slots {
		s.rows = append(s.rows, b.compareRow(slot))
	}
	from, _ := b.choice.ordered()
	index := formula{`"Index of CyberTipline reports ("&MIN($B$6,$C$6)&" = 100)"`, fmt.Sprintf("Index of CyberTipline reports (%d = 100)", from)}
	what := b.byMeasure(word("CyberTipline reports"), word("Share of all providers' reports in percent"), word("CyberTipline reports"), index)
	title := func(end string) formula {
		return formula{what.text + `&" by calendar year` + end + `"`, fmt.Sprint(what.value, " by calendar year", end)}
	}
	unit := b.byMeasure(word("reports"), word("share, %"), word("reports"), word("index"))
	s.captions = []any{title(""), unit, nil, nil, nil, title(", logarithmic scale")}
	s.draw = func() error { return b.drawCompare(s) }
	return s
}

func (b *Book) compareRow(slot int) []any {
	no, d := b.choice.lines[slot], b.lines
	from, to := b.choice.ordered()
	on := func(name string) string { return "Data_lines!" + fixed(d.col(name), lineRow(valueLines, slot)) }
	number := on("series_no")
	verdict, _ := valueOf(d.value("verdict", slot+1)).(int)
	said := func(col string) formula { return b.verdicts.lookUp(col, on("verdict"), verdict) }
	chosen := func(f formula) formula {
		return formula{fmt.Sprintf(`IF(%s=0,"",%s)`, number, f.text), f.value}
	}
	pair := func(col string) formula { return b.between.lookUp(col, on("pair_row"), b.pairs[pairKey(no, from, to)]) }
	// value is that of a year, whose place among the years is a formula.
	value := func(place string, year int) formula {
		of := func(chart int) formula {
			row, years := lineRow(chart, slot), b.m.Years
			values := area(d.name, d.yearCol("value_", years[0]), row, d.yearCol("value_", years[len(years)-1]), row)
			return formula{fmt.Sprintf("INDEX(%s,%s)", values, place), valueOf(d.value(fmt.Sprint("value_", year), 1+row-firstRow))}
		}
		return b.byMeasure(of(valueLines), of(valueLines), of(rankLines), of(valueLines))
	}
	none, first, comparable := word(""), b.m.Years[0]-1, said("comparable")
	comparable.text = fmt.Sprintf(`IF(%s="","no value",%s)`, comparable.text, comparable.text)
	kind := formula{fmt.Sprintf(`IF(%s=0,"not chosen",INDEX(%s,%s))`, number, b.lists.span("type"), number), "not chosen"}
	unit := b.byMeasure(word("reports"), word("percentage points"), word("places up"), word("first year = 100"))
	var series any
	if no == 0 {
		comparable.value, unit.value = nil, nil
	} else {
		series, kind.value = b.offers[no-1].label, string(b.offers[no-1].Type)
		if comparable.value == nil || comparable.value == "" {
			comparable.value = "no value"
		}
	}
	row := []any{series, kind, value(fmt.Sprintf("%s-%d", cmpFrom, first), from), value(fmt.Sprintf("%s-%d", cmpTo, first), to),
		chosen(comparable), b.byMeasure(pair("change"), pair("share_change_points"), pair("rank_change_places"), pair("index")), chosen(unit),
		b.byMeasure(pair("change_percent"), none, none, none),
		said("reasons_in_words"),
		b.byMeasure(pair("like_for_like_percent"), none, none, none),
		chosen(b.lists.lookUp("marks", number, no))}
	for i, year := range b.m.Years {
		row = append(row, value(fmt.Sprint(i+1), year))
	}
	return row
}

func (b *Book) drawCompare(s *sheet) error {
	err := errors.Join(
		b.dropdown(s, cell(1, firstRow)+":"+cell(1, s.last()), b.lists.span("label"), nil, "a platform, company, category or total"),
		b.dropdown(s, "A6", "", measureWords, "a measure"),
		b.dropdown(s, "B6:C6", b.yearsRange(), nil, "a year"),
		b.showVerdicts(s), b.showDecimals(s))
	// Two scales are two charts: no formula can turn the scale of an axis, in
	// Excel or in LibreOffice.
	const any = "The series named, by calendar year"
	for i, l := range []lines{
		{heading: heading{any, "Compare!$A$7"}, alt: "Line chart of the series chosen, by calendar year, in the measure chosen, on a linear scale.", unit: "Compare!$B$7"},
		{heading: heading{any + ", logarithmic scale", "Compare!$F$7"}, alt: "The same lines on a logarithmic scale.", unit: "Compare!$B$7", log: true},
		{heading: heading{text: "Rank by calendar year (1 = most CyberTipline reports)"}, chart: rankLines,
			alt: "The ranks of the series chosen, by calendar year; 1, the most reports, is on top."},
	} {
		l.alt += " A line stops at a break that forbids the comparison and at a year without a value; the table below has the same numbers."
		err = errors.Join(err, b.lineChart(s, i*chartStep, l))
	}
	return err
}

// showDecimals gives shares and indexes decimals, which reports and ranks lack.
func (b *Book) showDecimals(s *sheet) error {
	format := "0.00##"
	id, err := b.f.NewConditionalStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		return err
	}
	// Excelize numbers the format as if cells had none of their own.
	b.edits = append(b.edits, edit{"xl/styles.xml", func(x []byte) []byte {
		return bytes.Replace(x, []byte(`<dxf><numFmt numFmtId="165"`), []byte(`<dxf><numFmt numFmtId="200"`), 1)
	}})
	var cells []string
	for i, c := range s.cols {
		if c.kind == general {
			cells = append(cells, cell(i+1, firstRow)+":"+cell(i+1, s.last()))
		}
	}
	return b.f.SetConditionalFormat(s.name, strings.Join(cells, " "),
		[]excelize.ConditionalFormatOptions{{Type: "formula", Criteria: `OR($A$6="share",$A$6="index")`, Format: &id}})
}

// yearsRange is where the years to choose are: in the rows of the first series.
func (b *Book) yearsRange() string {
	col := b.series.col("year")
	return area("Series", col, firstRow, col, HeaderRow+len(b.m.Years))
}

func (b *Book) moversSheet() *sheet {
	from, to := b.choice.ordered()
	s := b.sheet("Movers")
	s.picks = []any{movedBy[b.choice.moved].word, from, to}
	if len(b.moved.rows) == 0 {
		return s
	}
	const by = `IF($A$6="categories",3,IF($A$6="companies",2,1))`
	for list, which := range moverLists {
		for place := range moverRows {
			at := fmt.Sprintf("MATCH(%s*1000000000000+MIN($B$6,$C$6)*100000000+MAX($B$6,$C$6)*10000+%d,%s,0)", by, (list+1)*100+place+1, b.moved.span("key"))
			no := b.movers[moverKey(b.choice.moved+1, from, to, list+1, place+1)]
			found := func(f formula) formula {
				return formula{fmt.Sprintf(`IF(%s="","",%s)`, cell(s.col("id"), firstRow+len(s.rows)), f.text), f.value}
			}
			look := func(col string) formula { return found(b.moved.lookUp(col, at, no)) }
			said := func(col string) formula {
				verdict, _ := b.moved.value("verdict", no).(int)
				return found(b.verdicts.lookUp(col, fmt.Sprintf("INDEX(%s,%s)", b.moved.span("verdict"), at), verdict))
			}
			group := found(word(string(which.did)))
			if no == 0 {
				group.value = nil
			}
			id := b.who("id", by, at, no)
			id.text = fmt.Sprintf(`IFERROR(IF(%s>0,%s),"")`, at, id.text)
			s.rows = append(s.rows, []any{which.word, place + 1, id, found(b.who("name", by, at, no)), found(b.who("category", by, at, no)),
				look("from"), look("to"), look("change"), look("change_percent"), said("comparable"), said("reasons"), group})
		}
	}
	s.captions = []any{formula{`"Largest falls and rises of "&$A$6&" between "&MIN($B$6,$C$6)&" and "&MAX($B$6,$C$6)&", in CyberTipline reports"`,
		fmt.Sprintf("Largest falls and rises of %s between %d and %d, in CyberTipline reports", s.picks...)}}
	s.draw = func() error { return b.drawMovers(s) }
	return s
}

// who looks up a text on the sheet of what Movers is about: platforms, companies
// or categories, by the formula by. at is a formula for the row of Data_movers.
func (b *Book) who(col, by, at string, no int) formula {
	var from []string
	for _, s := range b.byYear {
		if len(s.rows) == 0 || s.col(col) == 0 { // there are no categories, and they have none
			from = append(from, `""`)
			continue
		}
		from = append(from, s.span(col))
	}
	f := formula{fmt.Sprintf(`IFERROR(INDEX(CHOOSE(%s,%s),INDEX(%s,%s))&"","")`, by, strings.Join(from, ","), b.moved.span("row"), at), nil}
	if s := b.byYear[b.choice.moved]; no > 0 && s.col(col) > 0 {
		f.value = s.value(col, b.moved.value("row", no).(int))
	}
	return f
}

func (b *Book) drawMovers(s *sheet) error {
	words := []string{}
	for _, m := range movedBy {
		if m.by != compare.TypeCategory || len(b.m.Categories) > 0 {
			words = append(words, m.word)
		}
	}
	first := func(name string) string {
		c := s.col(name)
		return area(s.name, c, firstRow, c, HeaderRow+2*moverRows)
	}
	return errors.Join(
		b.dropdown(s, "A6", "", words, "what is compared"),
		b.dropdown(s, "B6:C6", b.yearsRange(), nil, "a year"),
		b.showVerdicts(s),
		b.changesChart(s, first("name"), first("change"), heading{"Largest falls and rises between the two years chosen, in CyberTipline reports", "Movers!$A$7"},
			"Bar chart of the largest falls and rises between the two years chosen, in CyberTipline reports. The table below has the same numbers."))
}

// profileSheet shows one series in every year.
func (b *Book) profileSheet() *sheet {
	s := b.sheet("Profile")
	if len(b.offers) == 0 {
		return s
	}
	o := b.offers[b.choice.profile-1]
	s.picks = []any{o.label}
	n := len(b.m.Years)
	for i, p := range o.Points {
		marked := cell(s.col("marks"), firstRow+i)
		row := []any{formula{fmt.Sprintf(`"%d"&IF(%s="",""," "&%s)`, p.Year, marked, marked), strings.TrimSpace(fmt.Sprint(p.Year, " ", marks(p.Marks)))}, p.Year}
		for _, c := range s.cols[2:] {
			at := fmt.Sprintf("(MATCH($A$6,%s,0)-1)*%d+%d", b.lists.span("label"), n, i+1)
			row = append(row, b.series.lookUp(c.name, at, (b.choice.profile-1)*n+i+1))
		}
		s.rows = append(s.rows, row)
	}
	s.captions = []any{formula{`$A$6&": CyberTipline reports by calendar year"`, o.label + ": CyberTipline reports by calendar year"}}
	s.draw = func() error { return b.drawProfile(s) }
	return s
}

func (b *Book) drawProfile(s *sheet) error {
	return errors.Join(
		b.dropdown(s, "A6", b.lists.span("label"), nil, "a platform, company, category or total"),
		b.showVerdicts(s),
		b.oneColumnChart(s, bar{"Profile!$A$6", s.span("reports"), lineColours[0]}, heading{"CyberTipline reports by calendar year, of the series named below", "Profile!$A$7"},
			"Column chart of the CyberTipline reports of the series chosen, one column for each calendar year. Below each column are the year and its marks, such as [b] for a break and [p] for a partial year. A year without a column has no value; the table below says why."))
}
