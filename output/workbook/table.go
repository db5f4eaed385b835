package workbook

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// kind is how a column's cells look and are aligned.
type kind int

const (
	kText        kind = iota // one line
	kWrap                    // wrapped text
	kNum                     // a count, with separators
	kYear                    // a whole number without separators
	kShare                   // a part of 1, shown as a percentage
	kOne                     // one decimal
	kGeneral                 // separators from a thousand on, else as it is
	kLink                    // wrapped text that leads somewhere
	kLinkLine                // text on one line that leads somewhere
	kLinkNum                 // a count that leads somewhere
	kGeneralYear             // a number as it is
	kInput                   // a cell to choose in
	kSign                    // the sign of a line of Compare
)

// column is one column of a sheet's table.
type column struct {
	head    string
	width   float64
	kind    kind
	partial bool // figures of a partial year: they look different
}

// table is the one table of a sheet, and what stands above it.
type table struct {
	name      string
	what      string   // what the table holds, one sentence
	lead      []string // further paragraphs
	blanks    string   // what a blank cell means; "" where none is blank
	marks     bool     // shorthand is used: explain it
	noUnit    bool     // no figure stands on the sheet
	source    string
	above     [][]any // rows between lead and header, such as dropdowns and room for a chart
	cols      []column
	rows      iter.Seq[[]any] // cells: nil (blank), string, pipeline.Count, int, float64, formula, excelize.Cell; long tables give pointers, which saves an allocation
	landscape bool
	onePage   bool                       // printed on one page, so that no chart is cut
	filter    bool                       // filter buttons and frozen panes: explore sheets only
	freeze    int                        // columns frozen beside the header, with filter
	heights   []float64                  // of the data rows in points, where formulas give their text; else as high as their text needs
	leadFirst bool                       // the lead stands before what the sheet holds
	finish    func(head, last int) error // set what must be set before the sheet is closed
}

// formula is a cell with a formula and the value it has.
type formula struct {
	f string
	v any
}

// leadLines returns what stands between title and table.
func (b *book) leadLines(s *sheet, t *table) []string {
	width := 0
	for _, c := range t.cols {
		width += int(c.width)
	}
	width = min(max(width, 70), 150)
	var lines []string
	add := func(format string, a ...any) {
		lines = append(lines, wrapLead(fmt.Sprintf(format, a...), width)...)
	}
	if t.leadFirst {
		for _, l := range t.lead {
			add("%s", l)
		}
	}
	add("This sheet holds one table. %s", t.what)
	if !t.noUnit {
		add("Unit: CyberTipline reports. A report is not a file, an image or a child.")
		if b.rows > len(b.ds.Figures) {
			add("This workbook is a selection: %s of %s rows. Totals, shares, ranks and companies' values are those of the full tables.", pipeline.Count(len(b.ds.Figures)), pipeline.Count(b.rows))
		}
	}
	for _, l := range t.lead {
		if !t.leadFirst {
			add("%s", l)
		}
	}
	if t.blanks != "" {
		add("Blank cells: %s", t.blanks)
	} else {
		add("Blank cells: none.")
	}
	if t.marks {
		var m []string
		for _, f := range pipeline.FlagMeanings {
			m = append(m, fmt.Sprintf("[%c] %s", f.Flag, f.Meaning))
		}
		add("Shorthand: %s.", strings.Join(m, "; "))
	}
	if n := b.notesOn(s.name); n != "" {
		add("Notes: %s, on the sheet Notes.", n)
	} else {
		add("Notes: none on this sheet; general ones stand on the sheet Notes.")
	}
	add("Source: %s", t.source)
	return lines
}

// colStyle returns the style of a column's cells.
func (b *book) colStyle(c column) int {
	st := &b.style
	switch c.kind {
	case kWrap:
		return st.wrap
	case kNum:
		if c.partial {
			return st.partNum
		}
		return st.num
	case kYear:
		return st.year
	case kGeneralYear:
		return st.general4
	case kShare:
		if c.partial {
			return st.partShare
		}
		return st.share
	case kOne:
		if c.partial {
			return st.partOne
		}
		return st.one
	case kGeneral:
		if c.partial {
			return st.partGeneral
		}
		return st.general
	case kLink:
		return st.link
	case kLinkLine:
		return st.linkLine
	case kLinkNum:
		if c.partial {
			return st.partLinkNum
		}
		return st.linkNum
	case kInput:
		return st.input
	}
	return st.text
}

func (k kind) right() bool {
	switch k {
	case kNum, kYear, kGeneralYear, kShare, kOne, kGeneral, kLinkNum:
		return true
	}
	return false
}

// writeTable streams a sheet with its title, lead and table. It returns the
// rows of the header and of the last data row through t.finish.
func (b *book) writeTable(s *sheet, t *table) error {
	lines := b.leadLines(s, t)
	head := 1 + len(lines) + len(t.above) + 1
	if err := b.page(s, t, head); err != nil {
		return err
	}
	sw, err := b.f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	for i, c := range slices.Backward(t.cols) { // excelize puts each before the others, and programs want them in order
		if err := sw.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	row := 1
	put := func(cells []any, opt ...excelize.RowOpts) error {
		err := sw.SetRow(fmt.Sprint("A", row), cells, opt...)
		row++
		return err
	}
	if err := put([]any{excelize.Cell{StyleID: b.style.title, Value: s.title}}, excelize.RowOpts{Height: 24}); err != nil {
		return err
	}
	one := excelize.RowOpts{Height: lineHeight}
	for _, l := range lines {
		if err := put([]any{excelize.Cell{StyleID: b.style.lead, Value: cellText(l)}}, one); err != nil {
			return err
		}
	}
	for _, cells := range t.above {
		if err := put(cells, one); err != nil {
			return err
		}
	}
	heads := make([]any, len(t.cols))
	for i, c := range t.cols {
		heads[i] = excelize.Cell{StyleID: b.style.head, Value: c.head}
		if c.kind.right() {
			heads[i] = excelize.Cell{StyleID: b.style.headNum, Value: c.head}
		}
	}
	lines1 := 1
	for _, c := range t.cols {
		lines1 = max(lines1, linesOf(c.head, c.width))
	}
	if err := put(heads, excelize.RowOpts{Height: min(lineHeight*float64(lines1)+3, excelize.MaxRowHeight)}); err != nil {
		return err
	}
	w := b.rowsFrom(t, row)
	if err := w.all(); err != nil {
		return err
	}
	last := w.row - 1
	if err := w.end(b.part(s)); err != nil {
		return err
	}
	if len(t.above) > 0 {
		b.edit(b.part(s), mendCells)
	}
	if t.finish != nil {
		if err := t.finish(head, last); err != nil {
			return err
		}
	}
	b.addTable(s, t, head, last)
	return sw.Flush()
}

// lineHeight is the height of a line of Arial 12 in points.
const lineHeight = 15.75

// linesOf estimates on how many lines a text stands in a cell of that width.
// A row that is wrapped needs its height: not every program works it out.
func linesOf(s string, width float64) int {
	room := int(width*1.04) - 1 // the indent
	if len(s) <= room {
		return 1
	}
	lines, n := 1, 0
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' }) {
		w := utf8.RuneCountInString(word)
		if n > 0 && n+1+w > room {
			lines, n = lines+1, 0
		} else if n > 0 {
			n++
		}
		for w > room && room > 0 { // a long address breaks within
			lines, w = lines+1, w-room
		}
		n += w
	}
	return lines
}

// rowHeight is the height of a row of that many lines in points.
func rowHeight(lines int) float64 {
	return min(lineHeight*float64(lines)+1, excelize.MaxRowHeight)
}

// maxLines is how many lines the highest row has room for.
const maxLines = 25

// page sets how a sheet is shown and printed.
func (b *book) page(s *sheet, t *table, head int) error {
	f := b.f
	fit := true
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	orientation, size, wide, high := "portrait", 9, 1, 0
	if t.onePage {
		high = 1
	}
	if t.landscape {
		orientation = "landscape"
	}
	if err := f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &size, FitToWidth: &wide, FitToHeight: &high}); err != nil {
		return err
	}
	side, edge := 0.4, 0.5
	if err := f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &edge}); err != nil {
		return err
	}
	if t.filter {
		ref := cell(t.freeze+1, head+1)
		if err := f.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: t.freeze, YSplit: head, TopLeftCell: ref, ActivePane: "bottomRight"}); err != nil {
			return err
		}
	}
	lines := false
	if s.explore {
		if err := f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &lines}); err != nil {
			return err
		}
	}
	normal, custom := lineHeight, true
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{DefaultRowHeight: &normal, CustomHeight: &custom}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$%d:$%d", s.name, head, head), Scope: s.name})
}

// part returns the name of a sheet's part; sheets are made in order.
func (b *book) part(s *sheet) string {
	return fmt.Sprintf("xl/worksheets/sheet%d.xml", slices.Index(b.sheets, s)+1)
}

// mendCells gives a formula whose value is the empty text that value, as
// spreadsheet programs write it; the streaming writer leaves it out. Data bars
// begin at nothing: by default the smallest takes a tenth of the cell.
func mendCells(b []byte) ([]byte, error) {
	b = bytes.ReplaceAll(b, []byte("</f></c>"), []byte("</f><v></v></c>"))
	return bytes.ReplaceAll(b, []byte("<dataBar "), []byte(`<dataBar minLength="0" maxLength="100" `)), nil
}

// cell returns the reference of column and row, both from 1: cell(2, 3) is B3.
func cell(col, row int) string {
	ref, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // columns and rows are ours and within the limits
	}
	return ref
}

// colName returns the letters of a column, from 1.
func colName(col int) string { return strings.TrimRight(cell(col, 1), "1") }

func cellRange(c1, r1, c2, r2 int) string { return cell(c1, r1) + ":" + cell(c2, r2) }

// absRange returns a range of a sheet that does not move when it is copied.
func absRange(sheet string, c1, r1, c2, r2 int) string {
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", sheet, colName(c1), r1, colName(c2), r2)
}
