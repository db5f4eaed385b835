package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The sheets to choose in work by formulas that every spreadsheet program
// knows: INDEX, MATCH, IF, IFERROR. Each is written with the value it comes
// to, so that programs which do not calculate show it too.

var measureWords = []string{"reports", "share", "rank", "index"}

// compareRow is what the formulas on Compare come to for one line.
func (b *Book) compareRow(slot int) []any {
	no, c := b.choice.lines[slot], b.choice
	row := make([]any, 11, 11+len(b.m.Years))
	for range b.m.Years {
		row = append(row, nil)
	}
	if no == 0 {
		row[1] = "not chosen"
		return row
	}
	o, measure := b.offers.list[no-1], c.measure
	row[0], row[1] = o.label, string(o.Type)
	l := b.line(no, measure)
	for i, y := range b.m.Years {
		if row[11+i] = l.values[i]; y == min(c.from, c.to) {
			row[2] = l.values[i]
		}
		if y == max(c.from, c.to) {
			row[3] = l.values[i]
		}
	}
	row[10] = yearMarks(o.Series)
	row[4], row[6] = "no value", changeUnit(measure)
	p := b.offers.pair(no, min(c.from, c.to), max(c.from, c.to))
	if p == nil {
		return row
	}
	shown := p.reports
	row[5], row[7], row[8] = reportsChange(p.reports)
	switch measure {
	case pipeline.MeasureShare:
		shown, row[5] = p.share, sharePoints(p.share)
	case pipeline.MeasureRank:
		shown, row[5] = p.rank, rankPlaces(p.rank)
	case pipeline.MeasureIndex:
		row[5] = number(p.index)
	}
	if measure != pipeline.MeasureReports {
		row[7], row[8] = nil, nil
	}
	if shown.Verdict != compare.NoValue {
		row[4] = string(shown.Verdict)
	}
	row[9] = reasonTexts(shown)
	return row
}

func changeUnit(m pipeline.Measure) string {
	return map[pipeline.Measure]string{pipeline.MeasureReports: "reports", pipeline.MeasureShare: "percentage points", pipeline.MeasureRank: "places up", pipeline.MeasureIndex: "first year = 100"}[m]
}

func (b *Book) compareSheet() *sheet {
	s := &sheet{name: "Compare", title: "Compare up to eight platforms, companies, categories or totals", about: "Choose series, measure and two years; charts, change, verdict and reason follow.",
		what:   "one row for each series chosen, with the verdict on the two years chosen. Choose in the yellow cells.",
		blanks: "nothing chosen, no value, or a change that may not be shown.", notes: []int{1, 2, 3, 9}, source: "sheet Series, and NCMEC's documents on the sheet Editions.",
		landscape: true, onePage: true, room: 330, lines: 3,
		picks: []any{string(b.choice.measure), b.choice.from, b.choice.to},
		hint:  "← choose the measure (reports, share, rank or index), the first year and the last year; then up to eight series in the column series.",
	}
	if len(b.offers.list) == 0 {
		return s
	}
	s.cols = []column{{"series", 36, input}, {"type", 12, text}, {"first_value", 14, general}, {"last_value", 14, general}, {"comparable", 14, text}, {"change", 14, general}, {"change_unit", 20, text}, {"change_percent", 12, fine}, {"like_for_like_percent", 12, fine}, {"reasons", 80, wrapped}, {"marks", 30, wrapped}}
	for _, y := range b.m.Years {
		s.cols = append(s.cols, column{fmt.Sprint("value_", y), 14, general})
	}
	for slot := range slots {
		row := b.compareRow(slot)
		s.rows = append(s.rows, b.compareFormulas(slot, row))
	}
	title := func(end string) formula {
		first := min(b.choice.from, b.choice.to)
		said := map[pipeline.Measure]string{pipeline.MeasureShare: "Share of all providers' reports in percent", pipeline.MeasureIndex: fmt.Sprintf("Index of CyberTipline reports (%d = 100)", first)}[b.choice.measure]
		return formula{`IF($A$6="share","Share of all providers' reports in percent",IF($A$6="index","Index of CyberTipline reports ("&MIN($B$6,$C$6)&" = 100)","CyberTipline reports"))&" by calendar year` + end + `"`,
			cmp.Or(said, "CyberTipline reports") + " by calendar year" + end}
	}
	unit := formula{`IF($A$6="share","share, %",IF($A$6="index","index","reports"))`, map[pipeline.Measure]string{pipeline.MeasureShare: "share, %", pipeline.MeasureIndex: "index"}[b.choice.measure]}
	if unit.value == "" {
		unit.value = "reports"
	}
	s.captions = []any{title(""), unit, nil, nil, nil, title(", logarithmic scale")}
	s.draw = func() error { return b.drawCompare(s) }
	return s
}

// compareFormulas turns the values of a row into formulas.
func (b *Book) compareFormulas(slot int, row []any) []any {
	at := func(name string, chart int) string {
		return fmt.Sprintf("Data_lines!$%s$%d", b.lineCol(name), b.lineRow(chart, slot))
	}
	no, pairRow := at("series_no", valueLines), at("pair_row", valueLines)
	year := func(i int) string {
		name := fmt.Sprint("value_", b.m.Years[i])
		return fmt.Sprintf(`IF(%s="rank",%s,%s)`, cmpMeasure, at(name, rankLines), at(name, valueLines))
	}
	edge := func(which string) string {
		pick := func(chart int) string {
			row := b.lineRow(chart, slot)
			first, last := fmt.Sprint("value_", b.m.Years[0]), fmt.Sprint("value_", b.m.Years[len(b.m.Years)-1])
			return fmt.Sprintf("INDEX(Data_lines!$%s$%d:$%s$%d,%s(%s,%s)-%d)", b.lineCol(first), row, b.lineCol(last), row, which, cmpFrom, cmpTo, b.m.Years[0]-1)
		}
		return fmt.Sprintf(`IF(%s=0,"",IF(%s="rank",%s,%s))`, no, cmpMeasure, pick(rankLines), pick(valueLines))
	}
	// get takes the column of the measure; "" where the measure has none.
	get := func(reports, share, rank, index string) string {
		one := func(name string) string {
			if name == "" {
				return `""`
			}
			at := fmt.Sprintf("INDEX(%s,%s)", b.between().span(name), pairRow)
			return fmt.Sprintf(`IF(%s="","",%s)`, at, at)
		}
		return fmt.Sprintf(`IF(%s=0,"",IF(%s="share",%s,IF(%s="rank",%s,IF(%s="index",%s,%s))))`, pairRow, cmpMeasure, one(share), cmpMeasure, one(rank), cmpMeasure, one(index), one(reports))
	}
	for i, f := range []string{
		"",
		fmt.Sprintf(`IF(%s=0,"not chosen",INDEX(%s,%s))`, no, b.lists().span("type"), no),
		edge("MIN"), edge("MAX"),
		fmt.Sprintf(`IF(%s=0,"",IF(%s="","no value",%s))`, no, get("comparable", "share_comparable", "rank_comparable", "comparable"), get("comparable", "share_comparable", "rank_comparable", "comparable")),
		get("change", "share_change_points", "rank_change_places", "index"),
		fmt.Sprintf(`IF(%s=0,"",IF(%s="share","percentage points",IF(%s="rank","places up",IF(%s="index","first year = 100","reports"))))`, no, cmpMeasure, cmpMeasure, cmpMeasure),
		get("change_percent", "", "", ""), get("like_for_like_percent", "", "", ""),
		get("reasons_in_words", "share_reasons_in_words", "rank_reasons_in_words", "reasons_in_words"),
		fmt.Sprintf(`IF(%s=0,"",IF(INDEX(%s,%s)="","",INDEX(%s,%s)))`, no, b.lists().span("marks"), no, b.lists().span("marks"), no),
	} {
		if f != "" {
			row[i] = formula{f, row[i]}
		}
	}
	for i := range b.m.Years {
		row[11+i] = formula{year(i), row[11+i]}
	}
	return row
}

func (b *Book) lineCol(name string) string {
	cols := b.lineCols()
	return column26(1 + slices.IndexFunc(cols, func(c column) bool { return c.name == name }))
}

func (b *Book) drawCompare(s *sheet) error {
	if err := b.dropdown(s, cell(1, firstRow)+":"+cell(1, s.last()), b.lists().span("label"), nil, "a platform, company, category or total"); err != nil {
		return err
	}
	if err := b.dropdown(s, "A6", "", measureWords, "a measure"); err != nil {
		return err
	}
	if err := b.dropdown(s, "B6:C6", b.yearsRange(), nil, "a year"); err != nil {
		return err
	}
	if err := b.showVerdicts(s, "comparable"); err != nil {
		return err
	}
	const alt = " A line stops at a break that forbids the comparison and at a year without a value; the table below has the same numbers."
	for i, l := range []lines{
		{name: "Compare, linear scale", alt: "Line chart of the series chosen, by calendar year, in the measure chosen, on a linear scale.", firstRow: b.lineRow(valueLines, 0)},
		{name: "Compare, logarithmic scale", alt: "The same lines on a logarithmic scale.", firstRow: b.lineRow(valueLines, 0), log: true},
		{name: "Compare, rank", alt: "The ranks of the series chosen, by calendar year; 1, the most reports, is on top.", firstRow: b.lineRow(rankLines, 0), reverse: true},
	} {
		l.runs, l.labels, l.alt = b.choice.runs, b.lineRow(valueLines, 0), l.alt+alt
		switch i {
		case 2:
			l.title, l.unit = "Rank by calendar year (1 = most CyberTipline reports)", "Rank"
		default:
			l.title = []string{"Compare!$A$7", "Compare!$F$7"}[i]
			l.fallback = []string{"The series named, by calendar year", "The series named, by calendar year, logarithmic scale"}[i]
			l.heading = "Compare!$B$7"
		}
		if err := b.lineChart(s, []int{0, 650, 1300}[i], 640, l); err != nil {
			return err
		}
	}
	return nil
}

// yearsRange is where the years to choose are: in the rows of the first series.
func (b *Book) yearsRange() string {
	col := 1 + slices.IndexFunc(seriesCols, func(c column) bool { return c.name == "year" })
	return area("Series", col, firstRow, col, HeaderRow+len(b.m.Years))
}

func (b *Book) moversSheet() *sheet {
	s := &sheet{name: "Movers", title: "Who rose, fell, entered and left between two years", about: "Choose two years and platforms, companies or categories: largest falls and rises, entrants, leavers.",
		what:   fmt.Sprintf("the first %d of each list, largest first. Changes are from at least %s reports. Hotlines and NCMEC's own services are left out.", moverRows, compare.SmallBase),
		blanks: "the list has no more, no value in that year, or no change, because the years are not comparable.", notes: []int{1, 2, 3, 8, 9}, source: "sheet Series, and NCMEC's documents on the sheet Editions.",
		landscape: true, onePage: true, room: 400,
		picks: []any{movedBy[b.choice.moved].word, min(b.choice.from, b.choice.to), max(b.choice.from, b.choice.to)},
		hint:  "← choose platforms, companies or categories, the first year and the last year.",
	}
	if len(b.offers.movers) == 0 {
		return s
	}
	s.cols = []column{{"list", 20, text}, {"place", 9, plain}, {"id", 24, text}, {"name", 36, text}, {"category", 18, text}, {"from", 14, whole}, {"to", 14, whole}, {"change", 14, whole}, {"change_percent", 16, fine}, {"comparable", 13, text}, {"reasons", 60, wrapped}, {"group", 16, text}}
	for list, word := range moverLists {
		for place := range moverRows {
			s.rows = append(s.rows, b.moverFormulas(list, place, word))
		}
	}
	s.captions = []any{formula{`"Largest falls and rises of "&$A$6&" between "&MIN($B$6,$C$6)&" and "&MAX($B$6,$C$6)&", in CyberTipline reports"`,
		fmt.Sprintf("Largest falls and rises of %s between %d and %d, in CyberTipline reports", s.picks...)}}
	s.draw = func() error { return b.drawMovers(s) }
	return s
}

func (b *Book) moverFormulas(list, place int, word string) []any {
	row := make([]any, 12)
	row[0], row[1] = word, place+1
	key := moverKey(b.choice.moved+1, min(b.choice.from, b.choice.to), max(b.choice.from, b.choice.to), list+1, place+1)
	for i := range b.offers.movers {
		if mv := &b.offers.movers[i]; mv.key == key {
			copy(row[2:], moverCells(&mv.Mover))
			row[11] = string(mv.Movement)
		}
	}
	by := `IF($A$6="categories",3,IF($A$6="companies",2,1))`
	find := fmt.Sprintf("MATCH(%s*1000000000000+MIN($B$6,$C$6)*100000000+MAX($B$6,$C$6)*10000+%d,%s,0)", by, (list+1)*100+place+1, b.moved().span("key"))
	for i, name := range []string{"id", "name", "category", "from", "to", "change", "change_percent", "comparable", "reasons", "group"} {
		at := fmt.Sprintf("INDEX(%s,%s)", b.moved().span(name), find)
		row[2+i] = formula{fmt.Sprintf(`IFERROR(IF(%s="","",%s),"")`, at, at), row[2+i]}
	}
	return row
}

func (b *Book) drawMovers(s *sheet) error {
	words := []string{}
	for _, m := range movedBy {
		if m.by != compare.TypeCategory || len(b.m.Categories) > 0 {
			words = append(words, m.word)
		}
	}
	if err := b.dropdown(s, "A6", "", words, "what is compared"); err != nil {
		return err
	}
	if err := b.dropdown(s, "B6:C6", b.yearsRange(), nil, "a year"); err != nil {
		return err
	}
	if err := b.showVerdicts(s, "comparable"); err != nil {
		return err
	}
	first := func(name string) string {
		c := s.col(name)
		return area(s.name, c, firstRow, c, HeaderRow+2*moverRows)
	}
	return b.barChart(s, first("name"), first("change"), "Movers!$A$7", "Bar chart of the largest falls and rises between the two years chosen, in CyberTipline reports. The table below has the same numbers.",
		true, withTitle("Largest falls and rises between the two years chosen, in CyberTipline reports"))
}

// profileSheet shows one series in every year.
func (b *Book) profileSheet() *sheet {
	s := &sheet{name: "Profile", title: "One platform, company, category or total, year by year", about: "Choose one: every year with share, rank, change, verdict, marks and printed names.",
		what:   "one row for each year of the series chosen in the yellow cell. change and comparable are against the year before.",
		blanks: "no value, which why_blank explains, or a change that may not be shown.", notes: []int{1, 2, 3, 4, 7, 9}, source: "sheet Series, and NCMEC's documents on the sheet Editions.",
		landscape: true, onePage: true, room: 330, lines: 2,
		hint: "← choose a platform, company, category or total.",
	}
	if len(b.offers.list) == 0 {
		return s
	}
	o := b.offers.list[b.choice.profile-1]
	s.picks = []any{o.label}
	s.cols = []column{{"label", 34, text}}
	narrow := map[string]float64{"why_blank_in_words": 30, "reasons": 36, "members": 32, "printed_as": 44}
	shown := []string{"year", "reports", "why_blank_in_words", "share_percent", "rank", "change", "change_percent", "comparable", "reasons", "like_for_like_percent", "marks", "status", "members", "printed_as"}
	for _, name := range shown {
		c := seriesCols[slices.IndexFunc(seriesCols, func(c column) bool { return c.name == name })]
		if w := narrow[name]; w > 0 {
			c.width, c.kind = w, wrapped
		}
		s.cols = append(s.cols, c)
	}
	for i, p := range o.Points {
		values := b.seriesRow(o.Series, &p)
		row := []any{nil}
		for _, name := range shown {
			k := slices.IndexFunc(seriesCols, func(c column) bool { return c.name == name })
			at := fmt.Sprintf("INDEX(%s,(MATCH($A$6,%s,0)-1)*%d+%d)", b.points().span(name), b.lists().span("label"), len(b.m.Years), i+1)
			row = append(row, formula{fmt.Sprintf(`IFERROR(IF(%s="","",%s),"")`, at, at), values[k]})
		}
		row[1] = p.Year
		marked := cell(s.col("marks"), firstRow+i)
		row[0] = formula{fmt.Sprintf(`"%d"&IF(%s="",""," "&%s)`, p.Year, marked, marked), strings.TrimSpace(strconv.Itoa(p.Year) + " " + marks(p.Marks))}
		s.rows = append(s.rows, row)
	}
	s.captions = []any{formula{`$A$6&": CyberTipline reports by calendar year"`, o.label + ": CyberTipline reports by calendar year"}}
	s.draw = func() error { return b.drawProfile(s) }
	return s
}

func (b *Book) drawProfile(s *sheet) error {
	if err := b.dropdown(s, "A6", b.lists().span("label"), nil, "a platform, company, category or total"); err != nil {
		return err
	}
	if err := b.showVerdicts(s, "comparable"); err != nil {
		return err
	}
	stack := []bar{{"Profile!$A$6", s.span("reports"), lineColours[0]}}
	return b.columnChart(s, s.span("label"), stack, "Profile!$A$7", "Profile chart",
		"Column chart of the CyberTipline reports of the series chosen, one column for each calendar year. Below each column are the year and its marks, such as [b] for a break and [p] for a partial year. A year without a column has no value; the table below says why.",
		withTitle("CyberTipline reports by calendar year, of the series named below"))
}
