package workbook

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// linesTable holds the points of the chart on Compare. A chart over formulas
// would draw a year without a value as zero, and would draw on across a
// break. So each line is cut into runs, stretches of years that may be
// joined, and each run is its own series of points: a year outside the run
// repeats the run's nearest point, which draws nothing.
func (b *book) linesTable(s *sheet) *table {
	years, c, t := b.ds.ByPlatform.Years, b.compare, b.series
	n := len(years)
	tab := &table{
		name: "compare_lines", what: "One row for each line of Compare and each run of years that may be joined.", landscape: true,
		lead:   []string{"Run: the number of the stretch of years a year belongs to; a year without a value or after a break that forbids the comparison begins a new one. X and Y are the points drawn; a year outside the run repeats the run's nearest point; 0 and 0 lie outside the chart. The last row draws the line before the first partial year."},
		blanks: "a year without a value, or not used in the last row.", source: "sheet Compare.",
		cols: []column{{"Line", 16, kText, false}, {"Run", 7, kYear, false}, {"Platform or company", 34, kText, false}},
	}
	for _, y := range years {
		tab.cols = append(tab.cols, column{fmt.Sprintf("Run in %d", y), 9, kYear, b.partial(y)})
	}
	tab.cols = append(tab.cols, column{"First", 8, kYear, false}, column{"Years", 8, kYear, false})
	for _, y := range years {
		tab.cols = append(tab.cols, column{fmt.Sprintf("X %d", y), 8, kGeneralYear, false})
	}
	for _, y := range years {
		tab.cols = append(tab.cols, column{fmt.Sprintf("Y %d", y), 13, kGeneral, false})
	}
	run, first, count, x, y := 4, 4+n, 5+n, 6+n, 6+2*n
	tab.rows = func(yield func([]any) bool) {
		row := c.lines
		biggest := 0.0
		for k, no := range c.chosen {
			var e *entry
			if no > 0 {
				e = &t.list[no-1]
			}
			values, runOf := make([]any, n), make([]int, n)
			at := 0
			for i := range years {
				if e == nil {
					continue
				}
				if values[i] = c.value(e, i, c.measure); values[i] == nil {
					continue
				}
				if i == 0 || values[i-1] == nil || e.Points[i].Broken {
					at++
				}
				runOf[i] = at
				biggest = max(biggest, asFloat(values[i]))
			}
			above := row
			for r := 1; r <= c.runs; r++ {
				cells := make([]any, len(tab.cols))
				cells[0], cells[1] = lineSigns[k], r
				name := ""
				if e != nil {
					name = e.label
				}
				cells[2] = formula{fmt.Sprintf(`Compare!$A$%d&""`, c.first+k), name}
				for i := range years {
					ref := fmt.Sprintf("Compare!%s%d", colName(cmpBefore+1+i), c.first+k)
					f := fmt.Sprintf(`IF(%s="","",1)`, ref)
					switch {
					case r > 1:
						up := cell(run+i, above)
						f = fmt.Sprintf(`IF(%s="","",%s)`, up, up)
					case i > 0:
						before := fmt.Sprintf("Compare!%s%d", colName(cmpBefore+i), c.first+k)
						broken := fmt.Sprintf(`IFERROR(INDEX(%s,%s),0)>0`, t.col(yBroken), t.lookUp(fmt.Sprintf("Compare!$C$%d", c.first+k), years[i]))
						f = fmt.Sprintf(`IF(%s="","",MAX($%s)+IF(OR(%s="",%s),1,0))`, ref, strings.Replace(cellRange(run, row, run+i-1, row), ":", ":$", 1), before, broken)
					}
					var v any = ""
					if runOf[i] > 0 {
						v = runOf[i]
					}
					cells[run-1+i] = formula{f, v}
				}
				begin, length := 0, 0
				for i, q := range runOf {
					if q == r && begin == 0 {
						begin = i + 1
					}
					if q == r {
						length++
					}
				}
				for i, q := range runOf {
					if begin == 0 && q == 1 {
						begin, length = i+1, 1
					}
				}
				all := fmt.Sprintf("$%s%d:$%s%d", colName(run), row, colName(run+n-1), row)
				cells[first-1] = formula{fmt.Sprintf("IFERROR(MATCH($B%d,%s,0),IFERROR(MATCH(1,%s,0),0))", row, all, all), begin}
				cells[count-1] = formula{fmt.Sprintf("IF(%s=0,0,MAX(1,COUNTIF(%s,$B%d)))", cell(first, row), all, row), length}
				for i := range years {
					f, l := "$"+cell(first, row), "$"+cell(count, row)
					px, py := any(0), any(0)
					if begin > 0 {
						j := max(begin, min(begin+length-1, i+1))
						px, py = years[j-1], values[j-1]
					}
					cells[x-1+i] = formula{fmt.Sprintf("IF(%s=0,0,%d+MAX(%s,MIN(%s+%s-1,%d)))", f, years[0]-1, f, f, l, i+1), px}
					cells[y-1+i] = formula{fmt.Sprintf("IF(%s=0,0,INDEX(Compare!$%s$%d:$%s$%d,1,%s-%d))", f, colName(cmpBefore+1), c.first+k, colName(cmpBefore+n), c.first+k, cell(x+i, row), years[0]-1), py}
				}
				if !yield(cells) {
					return
				}
				row++
			}
		}
		cells := make([]any, len(tab.cols))
		cells[0], cells[2] = "partial from", "partial years right of this line"
		for i := range years {
			cells[x-1+i] = b.divider()
			cells[y-1+i] = 0
			if i > 0 {
				cells[y-1+i] = formula{fmt.Sprintf("MAX(Compare!%s)", strings.ReplaceAll(cellRange(cmpBefore+1, c.first, cmpBefore+n, c.first+slots-1), ":", ":")), biggest}
			}
		}
		yield(cells)
	}
	return tab
}

// divider returns where the partial years begin on a chart: half a year
// before the first of them, or 0 where there are none at the end.
func (b *book) divider() float64 {
	ps, years := b.partialYears(), b.ds.ByPlatform.Years
	if len(ps) == 0 || years[len(years)-1]-ps[0]+1 != len(ps) || ps[0] == years[0] {
		return 0
	}
	return float64(ps[0]) - 0.5
}

func (b *book) topTable(s *sheet) *table {
	years, c, t := b.ds.ByPlatform.Years, b.compare, b.series
	n := len(years)
	tab := &table{
		name: "top", what: fmt.Sprintf("The %d largest reporters of the year chosen; choose in the yellow fields.", topRows), landscape: true, marks: true,
		lead: append(b.partialLead(), smallLead), blanks: "no value in that year, no change that may be made, no mark, or a base that is not small.", source: "sheet Series_by_year, from All_rows.",
		cols: []column{{"Place", 16, kYear, false}, {"Platform or company", 36, kText, false}, {"Reports", 34, kNum, false}, {"Share of ESP total", 10, kShare, false}, {"Rank", 8, kNum, false}, {"Change from year before, %", 13, kOne, false}, {smallHead, 12, kText, false}, {"Marks", 12, kText, false}},
	}
	tab.cols = append(append(tab.cols, b.yearCols(kNum, 13)...), column{"Found in row", 9, kYear, false})
	control := 1 + len(b.leadLines(s, tab)) + 1
	verdicts := make([]string, n)
	verdict := ""
	for i, y := range years {
		text := fmt.Sprintf("%d: no edition held", y)
		if e := b.editions[y]; e != nil {
			text = fmt.Sprintf("%d: %s", y, b.verdictShort(e))
		}
		verdicts[i] = quote(text)
		if y == c.to {
			verdict = text
		}
	}
	year := fmt.Sprintf("$A$%d", control)
	tab.above = [][]any{b.choice(c.to, "Year: choose from the list."), b.choice("Platforms", "Platforms or Companies: choose from the list."),
		b.textFormula(fmt.Sprintf(`IFERROR("Edition of "&CHOOSE(%s-%d,%s),"")`, year, years[0]-1, strings.Join(verdicts, ",")), "Edition of "+verdict)}
	head := control + 3
	at := make([]int, topRows) // row of Series_by_year, from 1, of each place
	order := places(n, t.list, asPlatform)[c.to-years[0]]
	for i, place := range order {
		if place <= topRows {
			at[place-1] = i*n + (c.to - years[0]) + 1
		}
	}
	tab.rows = func(yield func([]any) bool) {
		for k := range topRows {
			row := head + 1 + k
			found := fmt.Sprintf("$%s%d", colName(len(tab.cols)), row)
			get := func(col int) string {
				return fmt.Sprintf(`IF(%s="","",IF(INDEX(%s,%s)="","",INDEX(%s,%s)))`, found, t.col(col), found, t.col(col), found)
			}
			match := fmt.Sprintf(`IFERROR(IF($A$%d="Platforms",MATCH(%s*100000+%d,%s,0),MATCH(%s*100000+%d,%s,0)),"")`, control+1, year, k+1, t.col(yPlacePlatform), year, k+1, t.col(yPlaceCompany))
			rank := fmt.Sprintf(`IF(%s="","",IF($A$%d="Platforms",INDEX(%s,%s),INDEX(%s,%s)))`, found, control+1, t.col(yRankPlatform), found, t.col(yRankCompany), found)
			cells := []any{k + 1}
			if at[k] == 0 {
				cells = append(cells, formula{get(yLabel), ""}, formula{get(yReports), ""}, formula{get(yShare), ""}, formula{rank, ""}, formula{get(yPercent), ""}, formula{get(ySmall), ""}, formula{get(yMarks), ""})
			} else {
				e := &t.list[(at[k]-1)/n]
				p := &e.Points[(at[k]-1)%n]
				cells = append(cells, formula{get(yLabel), e.label}, formula{get(yReports), *p.Reports}, formula{get(yShare), floatOrText(p.Share)}, formula{rank, p.Rank}, formula{get(yPercent), floatOrText(p.Percent)}, formula{get(ySmall), smallBase(p)}, formula{get(yMarks), marks(p.Flags)})
			}
			for i, y := range years {
				// The key of the year is that of the place's row, moved by whole years.
				key := fmt.Sprintf("MATCH(INDEX(%s,%s)+%d-%s,%s,0)", t.col(yKey), found, y, year, t.col(yKey))
				var v any
				if at[k] > 0 {
					v = countOrNil(t.list[(at[k]-1)/n].Points[i].Reports)
				}
				cells = append(cells, formula{fmt.Sprintf(`IFERROR(IF(INDEX(%s,%s)="","",INDEX(%s,%s)),"")`, t.col(yReports), key, t.col(yReports), key), v})
			}
			if at[k] == 0 {
				cells = append(cells, formula{match, ""})
			} else {
				cells = append(cells, formula{match, at[k]})
			}
			if !yield(cells) {
				return
			}
		}
	}
	tab.finish = func(head, last int) error {
		if err := b.dropList(s.name, cell(1, control), "Year", "Choose a year.", yearStrings(years)...); err != nil {
			return err
		}
		if err := b.dropList(s.name, cell(1, control+1), "Who", "Choose platforms or companies.", "Platforms", "Companies"); err != nil {
			return err
		}
		if err := b.fineChanges(s.name, cell(6, head+1), cellRange(6, head+1, 6, last)); err != nil {
			return err
		}
		return b.f.SetConditionalFormat(s.name, cellRange(3, head+1, 3, last), []excelize.ConditionalFormatOptions{
			{Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "max", BarColor: "9DC3E6"},
		})
	}
	return tab
}

func floatOrText(v *float64) any {
	if v == nil {
		return ""
	}
	return *v
}

// profileTitle stands over the chart of Profile, behind the name of what is
// chosen, and explains the marks below the columns.
const profileTitle = "CyberTipline reports by calendar year. [b] does not compare with the year before, [c] combined row, [s] partial source"

func (b *book) profileTable(s *sheet) *table {
	years, c, t := b.ds.ByPlatform.Years, b.compare, b.series
	n := len(years)
	no := max(1, c.chosen[0])
	e := &t.list[no-1]
	tab := &table{
		name: "profile", what: "One row for each year of the platform or company chosen in the yellow field.", landscape: true, onePage: true, marks: true,
		lead: append(append([]string{"On the chart each year has its marks below it; columns of partial years are lighter.", smallLead}, b.partialLead()...), b.forAll()...), blanks: "no value in that year (Why blank says why), no mark, a base that is not small, no break, no owner named by a source, or no change that may be made.", source: "sheet Series_by_year; the column Document leads to the source.",
		cols: []column{{"Year", 30, kText, false}, {"Reports", 14, kNum, false}, {"Share of ESP total", 10, kShare, false}, {"Rank", 8, kNum, false}, {"Change from year before", 14, kNum, false}, {"Change, %", 11, kOne, false}, {smallHead, 12, kText, false},
			{"Marks", 11, kText, false}, {"Why blank", blankWidth, kWrap, false}, {"Rows as printed or transcribed", namesWidth, kWrap, false}, {"Page and row", placesWidth, kWrap, false}, {"Owner, or members, on 31 December", membersWidth, kWrap, false}, {"Breaks of its own at this year", breaksWidth, kWrap, false}, {"Document", 20, kLinkLine, false}, {"On the chart", 24, kText, false}, {"Found in row", 9, kYear, false}},
	}
	control := 1 + len(b.leadLines(s, tab)) + 1
	chosen := fmt.Sprintf("$A$%d", control)
	look := func(col int) string {
		return fmt.Sprintf("INDEX(%s,MATCH(%s,%s,0))", t.listCol(col), chosen, t.listCol(listLabel))
	}
	orNone := func(col int) string { return fmt.Sprintf(`IF(%s="","none known",%s)`, look(col), look(col)) }
	// The facts are those of the sheet Series.
	typ, kind, owner, note := "platform", kindText(e.Kind), "none known", "none known"
	if e.company {
		typ, kind = "company", "company"
	} else {
		if co := b.index.Company(e.Parent); co != nil {
			owner = co.Name
		}
		if p := b.index.Platform(e.ID); p != nil && p.Note != "" {
			note = p.Note
		}
	}
	tab.above = [][]any{b.choice(e.label, "Platform or company: choose from the list."),
		b.textFormula(fmt.Sprintf(`IFERROR("Type: "&%s&"; kind: "&%s&"; owner on 31 December of the last listed year: "&%s&"; first and last year with a figure: "&%s&", "&%s,"No such platform or company.")`, look(listType), look(listKind), orNone(listOwner), look(listFirstYear), look(listLastYear)),
			fmt.Sprintf("Type: %s; kind: %s; owner on 31 December of the last listed year: %s; first and last year with a figure: %d, %d", typ, kind, owner, e.First, e.Last)),
		b.textFormula(fmt.Sprintf(`IFERROR("Scope: "&%s,"")`, orNone(listNote)), "Scope: "+cellText(note)),
		b.textFormula(fmt.Sprintf(`%s&": %s"`, chosen, profileTitle), e.label+": "+profileTitle)}
	tab.above = append(tab.above, emptyRows(room)...)
	head := control + len(tab.above)
	tab.heights = b.profileHeights()
	tab.rows = func(yield func([]any) bool) {
		for i, y := range years {
			row := head + 1 + i
			found := fmt.Sprintf("$%s%d", colName(len(tab.cols)), row)
			p := &e.Points[i]
			get := func(col int) string {
				return fmt.Sprintf(`IF(%s="","",IF(INDEX(%s,%s)="","",INDEX(%s,%s)))`, found, t.col(col), found, t.col(col), found)
			}
			rank := fmt.Sprintf(`IF(%s="","",IF(INDEX(%s,%s)="company",INDEX(%s,%s)&"",INDEX(%s,%s)&""))`, found, t.col(yType), found, t.col(yRankCompany), found, t.col(yRankPlatform), found)
			rank = fmt.Sprintf(`IFERROR(VALUE(%s),"")`, rank)
			source := fmt.Sprintf(`IF(%s="","",HYPERLINK(%s,"Open the document"))`, get(ySource), get(ySource))
			link := any("")
			rankValue := any("")
			if p.Reports != nil {
				if p.Rank > 0 {
					rankValue = p.Rank
				}
				if b.source(p) != "" {
					link = "Open the document"
				}
			}
			value := func(v any) any {
				if p.Reports == nil {
					return ""
				}
				return v
			}
			if !yield([]any{b.yearHead(y),
				formula{get(yReports), countOrNil(p.Reports)}, formula{get(yShare), value(floatOrText(p.Share))}, formula{rank, rankValue}, formula{get(yChange), countOrNil(p.Change)}, formula{get(yPercent), floatOrText(p.Percent)}, formula{fmt.Sprintf(`IF(F%d="","",IF(B%d-E%d<%d,%s,""))`, row, row, row, pipeline.SmallBase, quote(smallText)), smallBase(p)},
				formula{get(yMarks), value(marks(p.Flags))}, formula{get(yBlank), b.whyBlank(p)}, formula{get(yNames), value(b.namesCell(p))}, formula{get(yWhere), value(b.where(p))}, formula{get(yOwner), b.ownerCell(e, p)}, formula{get(yBreaks), b.pointBreaks(p)}, formula{source, link},
				formula{fmt.Sprintf(`TRIM(%s&" "&H%d)`, quote(fmt.Sprint(y)+b.yearTag(y)), row), strings.TrimSpace(fmt.Sprint(y) + b.yearTag(y) + " " + fmt.Sprint(value(marks(p.Flags))))},
				formula{fmt.Sprintf(`IFERROR(MATCH(%s*10000+%d,%s,0),"")`, look(listNo), y, t.col(yKey)), (no-1)*n + i + 1}}) {
				return
			}
		}
	}
	tab.finish = func(head, last int) error {
		if err := b.dropRange(s.name, cell(1, control), t.listCol(listLabel), "Platform or company", choosePrompt); err != nil {
			return err
		}
		if err := b.fineChanges(s.name, cell(6, head+1), cellRange(6, head+1, 6, last)); err != nil {
			return err
		}
		return b.profileChart(s, tab, control+3, head, last)
	}
	return tab
}

// platformsExplore writes the wide table to browse. It is the one sheet with
// small charts beside its rows, which the streaming writer would drop without
// a word, so what stands above its rows goes through the cell API.
func (b *book) platformsExplore(s *sheet) error {
	f, years := b.f, b.ds.ByPlatform.Years
	list, lead := cutList(b.ds.ByPlatform.Series, nil)
	cells := 0
	for _, x := range list {
		for _, p := range x.Points {
			if p.Reports != nil {
				cells++
			}
		}
	}
	linked := cells <= maxSheetLinks && len(b.ds.Figures) <= maxSheetLinks
	if linked {
		lead = append(lead, "Each figure leads to its printed row on All_rows, and that row to the document.")
	} else {
		lead = append(lead, "The figures are not linked: a sheet with so many links would not open in reasonable time.")
	}
	lead = append(lead, "The small charts are columns, each row on its own scale: a year without a figure has no column, and no line is drawn across a break. "+b.order())
	t := &table{name: "platforms_explore", what: "One row for each platform, one column for each year.", lead: append(lead, b.partialLead()...), landscape: true, marks: true, filter: true, freeze: 1,
		blanks: "no row in that year; the sheet Platforms_by_year says why. Never zero. No mark, or no owner named by a source.", source: "sheet All_rows.",
		cols: append([]column{{"Platform", 40, kWrap, false}, {"Trend", 18, kText, false}}, b.yearCols(kLinkNum, 14)...)}
	t.cols = append(t.cols, column{"Marks", 40, kText, false}, column{"Kind", 18, kText, false}, column{ownerHead, 26, kText, false})
	lines := b.leadLines(s, t)
	head := 1 + len(lines) + 1
	if err := b.page(s, t, head); err != nil {
		return err
	}
	set := func(col, row, style int, v any) error {
		ref := cell(col, row)
		if err := f.SetCellValue(s.name, ref, v); err != nil {
			return err
		}
		return f.SetCellStyle(s.name, ref, ref, style)
	}
	for i, c := range slices.Backward(t.cols) {
		if err := f.SetColWidth(s.name, colName(i+1), colName(i+1), c.width); err != nil {
			return err
		}
	}
	if err := set(1, 1, b.style.title, s.title); err != nil {
		return err
	}
	for i, l := range lines {
		if err := set(1, 2+i, b.style.lead, cellText(l)); err != nil {
			return err
		}
	}
	deep := 1
	for i, c := range t.cols {
		style := b.style.head
		if c.kind.right() {
			style = b.style.headNum
		}
		deep = max(deep, linesOf(c.head, c.width))
		if err := set(i+1, head, style, c.head); err != nil {
			return err
		}
	}
	if err := f.SetRowHeight(s.name, head, min(lineHeight*float64(deep)+3, excelize.MaxRowHeight)); err != nil {
		return err
	}
	n := len(years)
	t.rows = rowsOf(list, func(r int, x *pipeline.Series) []any {
		row := append(make([]any, 0, len(t.cols)), inLine(x.Name), nil)
		for i := range x.Points {
			p := &x.Points[i]
			if p.Reports == nil {
				row = append(row, nil)
				continue
			}
			row = append(row, *p.Reports)
			if linked && len(p.Figures) > 0 && b.figure(p.Figures[0]) != nil {
				b.linkTo(s, cell(3+i, head+1+r), "All_rows!A"+strconv.Itoa(b.firstRow+p.Figures[0]), b.rowTip(p))
			}
		}
		return append(row, marksText(x), kindText(x.Kind), b.parentName(x))
	})
	w := b.rowsFrom(t, head+1)
	w.blank, w.height = true, lineHeight // as what stands above is written
	if !linked {
		for i, c := range t.cols {
			if c.kind == kLinkNum {
				w.style[i] = b.colStyle(column{kind: kNum, partial: c.partial})
			}
		}
	}
	if err := w.all(); err != nil {
		return err
	}
	last := w.row - 1
	if err := w.end(b.part(s)); err != nil {
		return err
	}
	var where, what []string
	for row := head + 1; row <= last; row++ {
		where, what = append(where, cell(2, row)), append(what, s.name+"!"+cellRange(3, row, 2+n, row))
	}
	if err := f.AddSparkline(s.name, &excelize.SparklineOptions{Location: where, Range: what, Type: "column", SeriesColor: "#0072B2"}); err != nil {
		return err
	}
	b.addTable(s, t, head, last)
	return nil
}

// rowTip says where a figure's link leads.
func (b *book) rowTip(p *pipeline.Point) string {
	f := b.figure(p.Figures[0])
	tip := fmt.Sprintf("Go to All_rows, row %d: %s, %d", b.firstRow+p.Figures[0], inLine(f.Name), f.Year)
	if f.At.Page > 0 {
		tip += fmt.Sprintf(", page %d", f.At.Page)
	}
	if len(p.Figures) > 1 {
		rows := make([]string, len(p.Figures)-1)
		for i, k := range p.Figures[1:] {
			rows[i] = fmt.Sprint(b.firstRow + k)
		}
		sort.Strings(rows)
		tip += fmt.Sprintf(". The figure adds up %d printed rows; the others stand in row %s", len(p.Figures), strings.Join(rows, ", "))
	}
	return tip
}
