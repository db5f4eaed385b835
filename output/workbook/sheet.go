package workbook

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// A sheet is one sheet of the workbook, as data. On every sheet row 1 is the
// title, rows 2 to 4 say what the table is, what blanks and marks mean and
// where it is from, row 5 leads back to the cover, row 6 holds what a person
// chooses, or a sentence to know, row 7 the charts, row HeaderRow the column
// names.
type sheet struct {
	name  string            // letters, digits, underscore; at most 31
	texts map[string]string // its line of sheets.csv, filled in
	notes []string          // those that row 3 cites: "[note 1]"

	picks    []any // row 6, from column A: cells to choose in; the lead where there are none
	captions []any // row 7, from column A: titles that charts follow, behind the charts

	cols []column
	rows [][]any // one value a column: nil, string, int, pipeline.Count, float64, bool, formula

	links []link
	draw  func() error // charts, dropdowns and rules
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

var kindNames = []string{"text", "wrapped", "whole", "grey", "plain", "share", "fine", "general", "link", "input"}

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

// Every sheet with its texts and its columns: "name width kind; …", where a
// name with {year} is a column of each year, and names joined by "+" take turns.
//
//go:embed sheets.csv
var sheetsFile []byte

var definitions = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, d := range tables.ReadRows(sheetsFile) {
		all[d["sheet"]] = d
	}
	return all
})

// sheet returns a sheet without rows, by its definition.
func (b *Book) sheet(name string) *sheet {
	s := &sheet{name: name, texts: map[string]string{}}
	for key, text := range definitions()[name] {
		s.texts[key] = b.words.Replace(text)
	}
	for _, n := range strings.Fields(s.texts["notes"]) {
		s.notes = append(s.notes, "[note "+n+"]")
	}
	for _, one := range strings.Split(definitions()[name]["columns"], "; ") {
		part := strings.Fields(one)
		width, _ := strconv.ParseFloat(part[1], 64)
		c := column{part[0], width, kind(slices.Index(kindNames, part[2]))}
		if !strings.Contains(c.name, "{year}") {
			s.cols = append(s.cols, c)
			continue
		}
		for _, y := range b.m.Years {
			for _, name := range strings.Split(part[0], "+") {
				c.name, c.kind = strings.ReplaceAll(name, "{year}", strconv.Itoa(y)), kind(slices.Index(kindNames, part[2]))
				if c.kind == whole && b.partial(y) {
					c.kind = grey
				}
				s.cols = append(s.cols, c)
			}
		}
	}
	return s
}

// table is the name of the sheet's table: that of the sheet in lower case.
func (s *sheet) table() string { return strings.ToLower(s.name) }

func (s *sheet) last() int { return HeaderRow + len(s.rows) }

// col returns the number of a column by its name, from 1; 0 where there is none.
func (s *sheet) col(name string) int {
	return 1 + slices.IndexFunc(s.cols, func(c column) bool { return c.name == name })
}

// yearCol is the number of the column of a year.
func (s *sheet) yearCol(what string, year int) int { return s.col(what + strconv.Itoa(year)) }

// span returns the absolute range of the data of a column: "Names!$A$9:$A$20".
func (s *sheet) span(name string) string {
	return area(s.name, s.col(name), firstRow, s.col(name), s.last())
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

// fixed is the name of a cell or a range for a formula: "$A$8" or "$A$8:$B$9".
func fixed(col, row int, to ...int) string {
	name, _ := excelize.CoordinatesToCellName(col, row, true)
	if len(to) == 2 {
		name += ":" + fixed(to[0], to[1])
	}
	return name
}

func area(sheet string, col, row, toCol, toRow int) string {
	return sheet + "!" + fixed(col, row, toCol, toRow)
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
		b.edits = append(b.edits, edit{fmt.Sprintf("xl/tables/table%d.xml", index+1), withoutFilter})
	}
	stripes := false
	err = errors.Join(err, b.writeRows(sw, s),
		sw.AddTable(&excelize.Table{Range: cell(1, HeaderRow) + ":" + cell(len(s.cols), s.last()), Name: s.table(), ShowRowStripes: &stripes}))
	if s.draw != nil || len(s.links) > 0 || s == b.lines {
		b.edits = append(b.edits, edit{fmt.Sprintf("xl/worksheets/sheet%d.xml", index+1), sheetPart})
	}
	if s.name != "Cover" {
		s.linkTo(1, 5, "Cover!A1", "Go to the cover and the list of sheets")
	}
	for _, l := range s.links {
		where := "Location"
		if strings.Contains(l.target, "://") {
			where = "External"
		}
		err = errors.Join(err, b.f.SetCellHyperLink(s.name, l.cell, l.target, where, excelize.HyperlinkOpts{Tooltip: &l.tip}))
	}
	if s.draw != nil {
		err = errors.Join(err, s.draw())
	}
	return errors.Join(err, sw.Flush())
}

// layOut sets what a StreamWriter must find when it begins: paper, and the
// height of the charts' row, from which excelize computes where charts end.
func (b *Book) layOut(s *sheet) error {
	fit, a4, orientation, high, wide, line, margin := true, 9, "portrait", 0, 1, 18.0, 0.4
	var errs []error
	if last := s.texts["printed"]; last != "" {
		orientation = "landscape"
		errs = append(errs,
			b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: area(s.name, 1, 1, s.col(last), s.last()), Scope: s.name}),
			b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", s.name, HeaderRow, HeaderRow), Scope: s.name}))
	}
	if s.texts["one_page"] != "" {
		high = 1
	}
	if s.room() > 0 {
		errs = append(errs, b.f.SetRowHeight(s.name, 7, s.room()))
	}
	return errors.Join(append(errs,
		b.f.SetSheetDimension(s.name, cell(1, 1)+":"+cell(len(s.cols), s.last())), // openpyxl's read-only mode goes by it
		b.f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit, DefaultRowHeight: &line, CustomHeight: &fit}),
		b.f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}),
		b.f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}))...)
}

// room is the height of the charts' row in points; 0 where there are none.
func (s *sheet) room() float64 {
	if s.texts["charts"] == "" {
		return 0
	}
	return chartRoom
}

func (b *Book) writeRows(sw *excelize.StreamWriter, s *sheet) error {
	st := &b.style
	third := "Nothing in it is blank."
	if blanks := s.texts["blanks"]; blanks != "" {
		third = "A blank means: " + blanks
	}
	sixth := []any{styled(st.line, s.texts["lead"])}
	if len(s.picks) > 0 {
		sixth = append(allStyled(st.body[input], s.picks), styled(st.line, s.texts["hint"]))
	}
	var names []any
	for _, c := range s.cols {
		names = append(names, styled(st.head[c.kind], c.name))
	}
	var err error
	set := func(row int, height float64, cells ...any) {
		err = errors.Join(err, sw.SetRow(cell(1, row), cells, excelize.RowOpts{Height: height}))
	}
	set(1, 22, styled(st.title, s.texts["title"]))
	set(2, 0, styled(st.line, "This sheet has one table: "+s.texts["what"]))
	set(3, 0, styled(st.line, strings.Join(append([]string{third}, s.notes...), " ")))
	set(4, 0, styled(st.line, "Source: "+s.texts["source"]))
	if s.name != "Cover" {
		set(5, 0, styled(st.link, "Cover"))
	}
	set(6, 0, sixth...)
	set(7, s.room(), allStyled(st.body[wrapped], s.captions)...) // no wider than their cells
	set(HeaderRow, 20, names...)
	cells, row := make([]any, len(s.cols)), make([]excelize.Cell, len(s.cols)) // of one row after another
	for i, values := range s.rows {
		clear(cells) // a row may end early
		for k, v := range values {
			if kind := s.cols[k].kind; kind == input || v != nil && v != "" {
				row[k] = styled(st.body[kind], v)
				cells[k] = &row[k]
			}
		}
		set(firstRow+i, s.height(values), cells...)
	}
	return err
}

// height is how high a row must be for its longest text; 0 where nobody looks.
// LibreOffice does not find that out by itself, as Excel does.
func (s *sheet) height(row []any) float64 {
	lines, _ := strconv.Atoi(s.texts["lines"])
	for k, v := range row {
		if s.cols[k].kind != wrapped {
			continue
		}
		if f, ok := v.(formula); ok {
			v = f.value
		}
		if t, ok := v.(string); ok {
			n := 0
			for _, paragraph := range strings.Split(t, "\n") {
				n += 1 + int(float64(utf8.RuneCountInString(paragraph))/s.cols[k].width)
			}
			lines = max(lines, n)
		}
	}
	if lines < 2 && strings.HasPrefix(s.name, "Data_") {
		return 0
	}
	return min(float64(max(lines, 1))*15.75+4, 409)
}

func allStyled(style int, values []any) []any {
	var cells []any
	for _, v := range values {
		cells = append(cells, styled(style, v))
	}
	return cells
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
		c.Value = tables.Clean(v)
	case bool:
		c.Value = map[bool]string{true: "yes", false: "no"}[v]
	case pipeline.Count:
		c.Value = int64(v)
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
	failed := b.f.SetDefaultFont("Arial")
	style := func(font excelize.Font, s excelize.Style) int {
		font.Family, font.Size = "Arial", max(font.Size, 12)
		s.Font = &font
		id, err := b.f.NewStyle(&s)
		failed = errors.Join(failed, err)
		return id
	}
	blue := excelize.Font{Color: "0B4A8F", Underline: "single"}
	border := func(colour string, sides ...string) (list []excelize.Border) {
		for _, side := range sides {
			list = append(list, excelize.Border{Type: side, Color: colour, Style: 1})
		}
		return list
	}
	b.style.title = style(excelize.Font{Bold: true, Size: 16}, excelize.Style{})
	b.style.line, b.style.link = style(excelize.Font{}, excelize.Style{}), style(blue, excelize.Style{})
	formats := map[kind]string{whole: "#,##0", grey: "#,##0", plain: "0", share: "[<0.01]0.00000;0.00", fine: "#,##0.00", general: "#,##0"}
	fonts := map[kind]excelize.Font{grey: {Italic: true, Color: "595959"}, go2: blue, input: {Bold: true}}
	for k := range b.style.body {
		k, side, indent := kind(k), "left", 1 // room between a text and a number left of it
		body := excelize.Style{}
		if format, ok := formats[k]; ok {
			side, indent, body.CustomNumFmt = "right", 0, &format
		}
		body.Alignment = &excelize.Alignment{Horizontal: side, Indent: indent, Vertical: "center", WrapText: k == wrapped}
		if k == input {
			body.Fill, body.Border = solid("FFF7CC"), border("808080", "left", "right", "top", "bottom")
		}
		b.style.body[k] = style(fonts[k], body)
		b.style.head[k] = style(excelize.Font{Bold: true}, excelize.Style{Fill: solid("E8E8E8"), Border: border("000000", "bottom"),
			Alignment: &excelize.Alignment{Horizontal: side, Indent: indent, Vertical: "bottom", WrapText: true}})
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
		id, err := b.f.NewConditionalStyle(&excelize.Style{Fill: solid(v.colour)})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "cell", Criteria: "==", Value: `"` + v.word + `"`, Format: &id})
	}
	return b.f.SetConditionalFormat(s.name, cell(at, firstRow)+":"+cell(at, s.last()), rules)
}
