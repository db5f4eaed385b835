package workbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// A sheet is one sheet of the workbook, as data. On every sheet row 1 is the
// title, rows 2 to 4 say what the table is, what blanks and marks mean and
// where it is from, row 5 leads back to the contents, row 6 holds what a person
// chooses, or a sentence to know, row 7 the charts, row HeaderRow the column
// names.
type sheet struct {
	name  string // letters, digits, underscore; at most 31
	title string // A1
	about string // what it holds, for the contents

	what     string  // A2, after "This sheet has one table: "
	blanks   string  // A3, after "A blank means: "; "" where there is none
	notes    []int   // numbers of the notes that A3 cites
	source   string  // A4
	lead     string  // A6, where nothing is chosen
	picks    []any   // row 6, from column A: cells to choose in
	hint     string  // after picks: what they are for
	captions []any   // row 7, from column A: titles that charts follow, behind the charts
	room     float64 // height of row 7 in points

	cols []column
	rows [][]any // one value a column: nil, string, int, pipeline.Count, float64, bool, formula

	links   []link
	lines   int          // that each row has room for at least, where texts follow a choice
	printed string       // last column on paper, which is then a page wide; "" for all, upright
	onePage bool         // on paper
	draw    func() error // charts, dropdowns and rules
}

// column is one column of a table. Its name is the same in every run, but for
// the years in it.
type column struct {
	name  string
	width float64 // characters
	kind  kind
}

// wide is how wide a column is: at least as its name in bold with a filter
// button.
func (c column) wide() float64 { return max(c.width, 1.1*float64(len(c.name))+4) }

// pixels is how many pixels excelize counts for a column, from 0.
func (s *sheet) pixels(col int) int { return int(s.cols[col].wide()*7 + 5) }

// kind says how the values of a column look.
type kind int

const (
	text    kind = iota
	wrapped      // a text of several lines
	whole        // a number with separators
	grey         // the same, of a partial year: grey and in italics
	plain        // a year, page, row or rank
	share        // a share in percent
	fine         // a change in percent
	general      // a number in the measure somebody chose
	go2          // a text that leads somewhere
	input        // a text or year that a person chooses
)

// formula is a cell that looks its value up. value is what it comes to.
type formula struct {
	text  string
	value any
}

// link makes a cell lead to a place in the workbook or to an address.
type link struct {
	cell   string
	target string // "Names!A1" or "https://…"
	tip    string // where it leads
}

func (l link) kind() string {
	if strings.Contains(l.target, "://") {
		return "External"
	}
	return "Location"
}

// table is the name of the sheet's table: that of the sheet in lower case.
func (s *sheet) table() string { return strings.ToLower(s.name) }

func (s *sheet) last() int { return HeaderRow + len(s.rows) }

// col returns the number of a column by its name.
func (s *sheet) col(name string) int {
	return 1 + slices.IndexFunc(s.cols, func(c column) bool { return c.name == name })
}

// span returns the absolute range of the data of a column: "Names!$A$9:$A$20".
func (s *sheet) span(name string) string {
	return area(s.name, s.col(name), firstRow, s.col(name), s.last())
}

// arrange puts some columns first, in this order, which are those on paper.
func (s *sheet) arrange(first ...string) {
	var order []int
	for _, name := range first {
		order = append(order, s.col(name)-1)
	}
	for i := range s.cols {
		if !slices.Contains(order, i) {
			order = append(order, i)
		}
	}
	cols := s.cols
	s.cols = nil
	for _, i := range order {
		s.cols = append(s.cols, cols[i])
	}
	for k, row := range s.rows {
		s.rows[k] = make([]any, len(order))
		for at, i := range order {
			if i < len(row) { // a row may end early
				s.rows[k][at] = row[i]
			}
		}
	}
	s.printed = first[len(first)-1]
}

func (s *sheet) linkTo(col, row int, target, tip string) {
	if utf8.RuneCountInString(tip) > 250 { // Excel takes 255
		tip = string([]rune(tip)[:249]) + "…"
	}
	s.links = append(s.links, link{cell(col, row), target, tip})
}

// cell returns the name of a cell, cell(1, 8) being A8. Columns and rows come
// from this package, so that they are in the range of a sheet.
func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(fmt.Sprintf("programmer error: %v", err))
	}
	return name
}

func area(sheet string, col, row, toCol, toRow int) string {
	from, _ := excelize.CoordinatesToCellName(col, row, true)
	to, _ := excelize.CoordinatesToCellName(toCol, toRow, true)
	return sheet + "!" + from + ":" + to
}

const filterOver = 50 // rows over which a table has filters and a frozen header

// writeSheet writes one sheet. All of it goes through a StreamWriter, which
// alone writes formulas with their values; links, charts, dropdowns and rules
// are set on the sheet before Flush, which writes them too.
func (b *Book) writeSheet(index int, s *sheet) error {
	if err := b.layOut(s); err != nil {
		return err
	}
	sw, err := b.f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, c := range s.cols {
		err = errors.Join(err, sw.SetColWidth(i+1, i+1, c.wide()))
	}
	if len(s.rows) > filterOver {
		err = errors.Join(err, sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: HeaderRow, TopLeftCell: cell(1, firstRow), ActivePane: "bottomLeft"}))
	} else {
		b.edits[fmt.Sprintf("xl/tables/table%d.xml", index+1)] = withoutFilter
	}
	stripes := false
	err = errors.Join(err, writeRows(sw, s, &b.style),
		sw.AddTable(&excelize.Table{Range: cell(1, HeaderRow) + ":" + cell(len(s.cols), s.last()), Name: s.table(), ShowRowStripes: &stripes}))
	if s.name != "Contents" {
		s.linkTo(1, 5, "Contents!A1", "Go to the list of sheets")
	}
	for _, l := range s.links {
		err = errors.Join(err, b.f.SetCellHyperLink(s.name, l.cell, l.target, l.kind(), excelize.HyperlinkOpts{Tooltip: &l.tip}))
	}
	if s.draw != nil {
		err = errors.Join(err, s.draw())
	}
	b.edits[fmt.Sprintf("xl/worksheets/sheet%d.xml", index+1)] = sheetPart
	return errors.Join(err, sw.Flush())
}

// layOut sets what a StreamWriter must find when it begins: paper, and the
// height of the charts' row, from which excelize computes where charts end.
func (b *Book) layOut(s *sheet) error {
	fit, a4, orientation, high, wide, line, margin := true, 9, "portrait", 0, 1, 18.0, 0.4
	var errs []error
	if s.printed != "" {
		orientation = "landscape"
		errs = append(errs,
			b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: area(s.name, 1, 1, s.col(s.printed), s.last()), Scope: s.name}),
			b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", s.name, HeaderRow, HeaderRow), Scope: s.name}))
	}
	if s.onePage {
		high = 1
	}
	if s.room > 0 {
		errs = append(errs, b.f.SetRowHeight(s.name, 7, s.room))
	}
	return errors.Join(append(errs,
		b.f.SetSheetDimension(s.name, cell(1, 1)+":"+cell(len(s.cols), s.last())), // openpyxl's read-only mode goes by it
		b.f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit, DefaultRowHeight: &line, CustomHeight: &fit}),
		b.f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}),
		b.f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}))...)
}

func writeRows(sw *excelize.StreamWriter, s *sheet, st *styles) error {
	third := "Nothing in it is blank."
	if s.blanks != "" {
		third = "A blank means: " + s.blanks
	}
	for _, n := range s.notes {
		third += fmt.Sprintf(" [note %d]", n)
	}
	sixth := []any{styled(st.line, s.lead)}
	if len(s.picks) > 0 {
		sixth = nil // in place of the lead
		for _, v := range s.picks {
			sixth = append(sixth, styled(st.body[input], v))
		}
		sixth = append(sixth, styled(st.line, s.hint))
	}
	var captions, names []any
	for _, v := range s.captions {
		captions = append(captions, styled(st.body[wrapped], v)) // no wider than its cell
	}
	for _, c := range s.cols {
		names = append(names, styled(st.head[c.kind], c.name))
	}
	var err error
	set := func(row int, cells []any, height float64) {
		err = errors.Join(err, sw.SetRow(cell(1, row), cells, excelize.RowOpts{Height: height}))
	}
	set(1, []any{styled(st.title, s.title)}, 22)
	set(2, []any{styled(st.line, "This sheet has one table: "+s.what)}, 0)
	set(3, []any{styled(st.line, third)}, 0)
	set(4, []any{styled(st.line, "Source: "+s.source)}, 0)
	set(5, []any{styled(st.link, "Contents")}, 0)
	set(6, sixth, 0)
	set(7, captions, s.room)
	set(HeaderRow, names, 20)
	cells := make([]any, len(s.cols))
	for i, row := range s.rows {
		clear(cells) // a row may end early
		for k, v := range row {
			cells[k] = styled(st.body[s.cols[k].kind], v)
			if s.cols[k].kind != input && (v == nil || v == "") {
				cells[k] = nil
			}
		}
		set(firstRow+i, cells, s.height(row))
	}
	return err
}

// height is how high a row must be for its longest text; 0 where nobody looks.
// LibreOffice does not find that out by itself, as Excel does.
func (s *sheet) height(row []any) float64 {
	lines := 1
	for k, v := range row {
		if f, ok := v.(formula); ok {
			v = f.value
		}
		if t, ok := v.(string); ok && s.cols[k].kind == wrapped {
			n := 0
			for _, paragraph := range strings.Split(t, "\n") {
				n += 1 + int(float64(utf8.RuneCountInString(paragraph))/s.cols[k].width)
			}
			lines = max(lines, n)
		}
	}
	if lines = max(lines, s.lines); lines == 1 && strings.HasPrefix(s.name, "Data_") {
		return 0
	}
	return min(float64(lines)*15.75+4, 409)
}

// styled makes a cell of a value.
func styled(style int, v any) excelize.Cell {
	c := excelize.Cell{StyleID: style}
	if f, ok := v.(formula); ok {
		c.Formula, v = f.text, f.value
		if v == nil {
			v = ""
		}
	}
	switch v := v.(type) {
	case string:
		c.Value = cellText(v)
	case bool:
		c.Value = map[bool]string{true: "yes", false: "no"}[v]
	case pipeline.Count:
		c.Value = int64(v)
	case excelize.Cell:
		return v
	default:
		c.Value = v
	}
	return c
}

// styles are the ids of the cell styles.
type styles struct {
	title, line, link int
	head, body        [input + 1]int // by kind
}

func (b *Book) makeStyles() error {
	size := 12.0
	b.f.Styles.Fonts.Font[0].Sz.Val = &size
	if err := b.f.SetDefaultFont("Arial"); err != nil {
		return err
	}
	var failed error
	style := func(s excelize.Style) int {
		id, err := b.f.NewStyle(&s)
		if err != nil {
			failed = err
		}
		return id
	}
	font := func(f excelize.Font) *excelize.Font {
		f.Family, f.Size = "Arial", max(f.Size, 12)
		return &f
	}
	blue := excelize.Font{Color: "0B4A8F", Underline: "single"}
	align := func(side, vertical string, wrap bool) *excelize.Alignment {
		a := &excelize.Alignment{Horizontal: side, Vertical: vertical, WrapText: wrap}
		if side == "left" { // room between it and a number left of it
			a.Indent = 1
		}
		return a
	}
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	line := []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}
	box := []excelize.Border{{Type: "left", Color: "808080", Style: 1}, {Type: "right", Color: "808080", Style: 1}, {Type: "top", Color: "808080", Style: 1}, {Type: "bottom", Color: "808080", Style: 1}}
	b.style.title = style(excelize.Style{Font: font(excelize.Font{Bold: true, Size: 16})})
	b.style.line = style(excelize.Style{Font: font(excelize.Font{})})
	b.style.link = style(excelize.Style{Font: font(blue)})
	formats := map[kind]string{whole: "#,##0", grey: "#,##0", plain: "0", share: "[<0.01]0.00000;0.00", fine: "#,##0.00", general: "#,##0"}
	for k := range b.style.body {
		k := kind(k)
		side, s := "left", excelize.Style{Font: font(excelize.Font{})}
		if format, ok := formats[k]; ok {
			side, s.CustomNumFmt = "right", &format
		}
		s.Alignment = align(side, "center", k == wrapped)
		switch k {
		case grey:
			s.Font = font(excelize.Font{Italic: true, Color: "595959"})
		case go2:
			s.Font = font(blue)
		case input:
			s.Font, s.Fill, s.Border = font(excelize.Font{Bold: true}), fill("FFF7CC"), box
		}
		b.style.body[k] = style(s)
		b.style.head[k] = style(excelize.Style{Font: font(excelize.Font{Bold: true}), Fill: fill("E8E8E8"), Border: line, Alignment: align(side, "bottom", true)})
	}
	return failed
}

// dropdown lets a cell, or several, be chosen from a range or a list of words.
func (b *Book) dropdown(s *sheet, cells, from string, list []string, what string) error {
	dv := excelize.NewDataValidation(true)
	dv.Sqref = cells
	if from != "" {
		dv.SetSqrefDropList(from)
	} else if err := dv.SetDropList(list); err != nil {
		return err
	}
	dv.SetInput("Choose", what)
	dv.SetError(excelize.DataValidationErrorStyleStop, "Not in the list", "Please choose "+what+" from the list.")
	return b.f.AddDataValidation(s.name, dv)
}

// showVerdicts colours the cells of the column comparable that say "no" or "care". The word
// itself is in the cell, so that colour alone carries nothing.
func (b *Book) showVerdicts(s *sheet) error {
	at, rules := s.col("comparable"), []excelize.ConditionalFormatOptions{}
	for _, v := range []struct{ word, colour string }{{"no", "F8D0C8"}, {"care", "FFE9B0"}} {
		id, err := b.f.NewConditionalStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{v.colour}}})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "cell", Criteria: "==", Value: `"` + v.word + `"`, Format: &id})
	}
	return b.f.SetConditionalFormat(s.name, cell(at, firstRow)+":"+cell(at, s.last()), rules)
}
