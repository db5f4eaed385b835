// Package workbook writes a Dataset as a workbook: publication sheets, plain
// and citable, then sheets to choose, compare and browse in.
//
// In: a pipeline.Dataset. Out: the bytes of an .xlsx file, the same for the
// same Dataset. Check holds a written file against the checklist of a
// publication-grade workbook.
package workbook

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// Write writes the workbook.
func Write(w io.Writer, ds *pipeline.Dataset) error {
	p, err := Prepare(ds)
	if err != nil {
		return err
	}
	defer p.Drop()
	return p.Write(w)
}

// Prepared is a workbook of which only the file is missing: its parts lie
// compressed in memory, or in a temporary file where they are large.
type Prepared struct{ parts *zipParts }

// Prepare makes the workbook but for the file. Drop gives back what it holds.
func Prepare(ds *pipeline.Dataset) (*Prepared, error) {
	b := newBook(ds)
	if err := b.make(); err != nil {
		b.parts.drop()
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return &Prepared{b.parts}, nil
}

// Write writes the file.
func (p *Prepared) Write(w io.Writer) error {
	if err := p.parts.write(w); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

// Drop removes the temporary file.
func (p *Prepared) Drop() { p.parts.drop() }

// Limits that keep a workbook of any size within what spreadsheet programs
// take; the sheets say so aloud where one of them cuts.
const (
	maxSheetRows   = 1048576 // rows Excel takes on a sheet
	maxSheetLinks  = 8000    // links on a sheet; Excel takes 65,530 and grows slow long before
	maxAddressRows = 100000  // rows of All_rows that repeat the address of their document
	maxSeriesRows  = 20000   // rows of the sheet Series_by_year
	maxDerivedRows = 2000    // rows of change, share and of the explore table
)

// maxExploreRows is up to how many rows of All_rows there are sheets to choose
// and browse in. Tests make it smaller.
var maxExploreRows = 200000

// sheet is one sheet of the workbook.
type sheet struct {
	name    string // letters, digits, underscore; at most 31
	title   string // cell A1
	about   string // what it holds, for the contents
	explore bool
	write   func(*book, *sheet) error

	links []link
	table string // the part of its table, below xl
}

func newSheet(name, title, about string, explore bool, write func(*book, *sheet) error) *sheet {
	return &sheet{name: name, title: title, about: about, explore: explore, write: write}
}

// book is a workbook being written.
type book struct {
	ds     *pipeline.Dataset
	f      *excelize.File
	sheets []*sheet
	style  styles
	notes  []note
	edits  map[string]func([]byte) ([]byte, error)
	parts  *zipParts

	index    *pipeline.Index
	editions map[int]*pipeline.Edition
	breakBy  map[string][]int // indexes into ds.Breaks, by Who
	texts    []*words.SharedText
	textOf   []int // by break: index into texts

	firstRow    int            // row of All_rows that holds ds.Figures[0]
	rows        int            // printed rows of all editions; more than figures where the Dataset is a selection
	shown       int            // figures on All_rows
	charts      int            // added so far
	tables      int            // added so far
	platformRow map[string]int // row of Platforms_by_year, by platform
	series      *seriesTable
	compare     *compareSheet
}

// make makes the workbook's parts.
func (b *book) make() error {
	defer b.f.Close()
	if err := b.setUp(); err != nil {
		return err
	}
	for _, s := range b.sheets {
		if err := s.write(b, s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	b.join()
	b.f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return b.parts })
	return b.f.Write(io.Discard)
}

func newBook(ds *pipeline.Dataset) *book {
	b := &book{ds: ds, f: excelize.NewFile(), edits: map[string]func([]byte) ([]byte, error){},
		index: pipeline.NewIndex(ds), editions: map[int]*pipeline.Edition{}, breakBy: map[string][]int{}, platformRow: map[string]int{}}
	for i := range ds.Editions {
		b.editions[ds.Editions[i].Year] = &ds.Editions[i]
		b.rows += len(ds.Editions[i].Rows)
	}
	for i, br := range ds.Breaks {
		b.breakBy[br.Who] = append(b.breakBy[br.Who], i)
	}
	b.parts = newZipParts(b.edits)
	b.texts, b.textOf = words.SharedTexts(ds.Breaks)
	b.sheets = b.plan()
	b.notes = b.makeNotes()
	b.layOut()
	return b
}

// platformName returns the platform's name, or its id where nobody knows one.
func (b *book) platformName(id string) string {
	if p := b.index.Platform(id); p != nil && p.Name != "" {
		return p.Name
	}
	return id
}

// setUp makes the empty sheets in order, the styles and the properties.
func (b *book) setUp() error {
	f := b.f
	for i, s := range b.sheets {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", s.name); err != nil {
				return err
			}
			continue
		}
		if _, err := f.NewSheet(s.name); err != nil {
			return err
		}
	}
	f.SetActiveSheet(0)
	if err := b.makeStyles(); err != nil {
		return err
	}
	day := b.newest().UTC().Format(time.RFC3339)
	return f.SetDocProps(&excelize.DocProperties{
		Title:          "CyberTipline reports by electronic service provider, " + b.span(),
		Subject:        "Reports of suspected child sexual exploitation made to NCMEC, by platform, company and year",
		Description:    "Unit: CyberTipline reports. Read from NCMEC's yearly tables; each figure with document, page and row.",
		Keywords:       "NCMEC, CyberTipline, electronic service providers, statistics",
		Creator:        "espfigures",
		LastModifiedBy: "espfigures",
		Created:        day,
		Modified:       day,
		Language:       "en-GB",
		Category:       "Statistics",
	})
}

// newest returns the newest date an edition gives for itself or was fetched
// at: the same Dataset gives the same date, whenever it is written.
func (b *book) newest() time.Time {
	t := time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, e := range b.ds.Editions {
		for _, d := range []time.Time{e.Document.Dated, e.Document.Retrieved} {
			if d.After(t) {
				t = d
			}
		}
	}
	return t
}

// span returns the years held: "2019–2025".
func (b *book) span() string {
	ys := b.ds.ByPlatform.Years
	switch {
	case len(ys) == 0:
		return "no years"
	case len(ys) == 1:
		return fmt.Sprint(ys[0])
	}
	return fmt.Sprintf("%d–%d", ys[0], ys[len(ys)-1])
}

// yearHead heads a year's column: a partial or missing year says so, so that
// nobody reads it like the others.
func (b *book) yearHead(year int) string {
	e := b.editions[year]
	switch {
	case e == nil:
		return fmt.Sprintf("%d no edition", year)
	case e.Partial() && e.Coverage() > 0:
		return fmt.Sprintf("%d partial %s", year, words.PercentText(e.Coverage()))
	}
	return fmt.Sprint(year) + b.yearTag(year)
}

// yearTag names what sets a year apart from verified ones: " partial", " not
// verified", or "".
func (b *book) yearTag(year int) string {
	switch e := b.editions[year]; {
	case e == nil || e.Status == pipeline.Verified:
		return ""
	case e.Partial():
		return " partial"
	}
	return " not verified"
}

// partialYears returns the years whose only source is a third party's partial
// transcription.
func (b *book) partialYears() []int {
	var ys []int
	for _, e := range b.ds.Editions {
		if e.Partial() {
			ys = append(ys, e.Year)
		}
	}
	sort.Ints(ys)
	return ys
}

func (b *book) partial(year int) bool {
	e := b.editions[year]
	return e != nil && e.Partial()
}

// newestComplete returns the newest year whose edition is NCMEC's own, else
// the newest year with an edition, else 0.
func (b *book) newestComplete() int {
	year := 0
	for _, e := range b.ds.Editions {
		if !e.Partial() && e.Year > year {
			year = e.Year
		}
	}
	if year == 0 {
		for _, e := range b.ds.Editions {
			year = max(year, e.Year)
		}
	}
	return year
}

// styles are the ids of the few cell styles; a cell's style never comes from
// a lookup.
type styles struct {
	title, lead, head, headNum                   int
	text, wrap, num, year, share, one, link      int
	partNum, partShare, partOne, linkNum         int // of a partial year
	partLinkNum, linkLine, partGeneral, general4 int
	input, inputNum, general                     int
	changes, partChanges                         [words.MaxDecimals + 1]int // changes in percent, by decimals
	line                                         [8]int                     // the eight lines of Compare, in their colours
}

// lineColours tell eight lines apart, also for people who do not see all
// colours, at a contrast of at least 3 to 1 on white; lineMarkers do so
// without colour.
var (
	lineColours = [8]string{"0072B2", "C44E00", "00735C", "A1338C", "333333", "8A6D00", "5D3A9B", "8C2D04"}
	lineMarkers = [8]string{"circle", "square", "triangle", "diamond", "x", "plus", "star", "dash"}
	lineSigns   = [8]string{"●", "■", "▲", "◆", "✕", "+", "✳", "–"}
)

// percentCell is a change in percent, with more decimals than its column
// where one would make it look like none or like the end of all reports.
func (b *book) percentCell(v float64, partial bool) any {
	d := words.ChangeDecimals(v)
	switch {
	case d == 1:
		return v
	case partial:
		return excelize.Cell{StyleID: b.style.partChanges[d], Value: v}
	}
	return excelize.Cell{StyleID: b.style.changes[d], Value: v}
}

// fineChanges gives the changes in percent of a range more decimals where the
// formulas in it give a value that one decimal would make none or the whole.
// The range begins with the cell named.
func (b *book) fineChanges(sheet, first, all string) error {
	var rules []excelize.ConditionalFormatOptions
	for _, d := range []struct{ from, to int }{{4, words.MaxDecimals}, {1, 4}} { // the first that holds is taken
		format := "#,##0." + strings.Repeat("0", d.to)
		style, err := b.f.NewConditionalStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		rules = append(rules, excelize.ConditionalFormatOptions{Type: "formula", Format: &style, StopIfTrue: true,
			Criteria: fmt.Sprintf("IF(ISNUMBER(%s),OR(AND(%s<>-100,ROUND(%s,%d)=-100),AND(%s<>0,ROUND(%s,%d)=0)),FALSE)", first, first, first, d.from, first, first, d.from)})
	}
	return b.f.SetConditionalFormat(sheet, all, rules)
}

func (b *book) makeStyles() error {
	size := 12.0
	b.f.Styles.Fonts.Font[0].Sz.Val = &size
	if err := b.f.SetDefaultFont("Arial"); err != nil {
		return err
	}
	const partColour = "595959"
	font := func(bold, italic bool, size float64, colour, under string) *excelize.Font {
		return &excelize.Font{Family: "Arial", Size: size, Bold: bold, Italic: italic, Color: colour, Underline: under}
	}
	top := func(horizontal string, wrap bool) *excelize.Alignment {
		a := &excelize.Alignment{Horizontal: horizontal, Vertical: "top", WrapText: wrap}
		if horizontal == "left" { // room between a number and the text right of it
			a.Indent = 1
		}
		return a
	}
	bottom := []excelize.Border{{Type: "bottom", Color: "000000", Style: 1}}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8E8E8"}}
	yellow := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF7CC"}}
	box := []excelize.Border{{Type: "left", Color: "808080", Style: 1}, {Type: "right", Color: "808080", Style: 1}, {Type: "top", Color: "808080", Style: 1}, {Type: "bottom", Color: "808080", Style: 1}}
	thousands, percent, one, general := "#,##0", "0.00%", "#,##0.0", "[>=1000]#,##0;[<=-1000]-#,##0;General"
	st := &b.style
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&st.title, excelize.Style{Font: font(true, false, 16, "", "")}},
		{&st.lead, excelize.Style{Font: font(false, false, 12, "", "")}},
		{&st.head, excelize.Style{Font: font(true, false, 12, "", ""), Fill: grey, Border: bottom, Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "bottom", WrapText: true, Indent: 1}}},
		{&st.headNum, excelize.Style{Font: font(true, false, 12, "", ""), Fill: grey, Border: bottom, Alignment: &excelize.Alignment{Horizontal: "right", Vertical: "bottom", WrapText: true}}},
		{&st.text, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("left", false)}},
		{&st.wrap, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("left", true)}},
		{&st.num, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false), CustomNumFmt: &thousands}},
		{&st.year, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false), NumFmt: 1}},
		{&st.share, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false), CustomNumFmt: &percent}},
		{&st.one, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false), CustomNumFmt: &one}},
		{&st.link, excelize.Style{Font: font(false, false, 12, "0B4A8F", "single"), Alignment: top("left", true)}},
		{&st.linkLine, excelize.Style{Font: font(false, false, 12, "0B4A8F", "single"), Alignment: top("left", false)}},
		{&st.linkNum, excelize.Style{Font: font(false, false, 12, "0B4A8F", ""), Alignment: top("right", false), CustomNumFmt: &thousands}},
		{&st.partNum, excelize.Style{Font: font(false, true, 12, partColour, ""), Alignment: top("right", false), CustomNumFmt: &thousands}},
		{&st.partShare, excelize.Style{Font: font(false, true, 12, partColour, ""), Alignment: top("right", false), CustomNumFmt: &percent}},
		{&st.partOne, excelize.Style{Font: font(false, true, 12, partColour, ""), Alignment: top("right", false), CustomNumFmt: &one}},
		{&st.partLinkNum, excelize.Style{Font: font(false, true, 12, "4A5F7A", ""), Alignment: top("right", false), CustomNumFmt: &thousands}},
		{&st.input, excelize.Style{Font: font(true, false, 12, "", ""), Fill: yellow, Border: box, Alignment: top("left", false)}},
		{&st.inputNum, excelize.Style{Font: font(true, false, 12, "", ""), Fill: yellow, Border: box, Alignment: top("left", false), NumFmt: 1}},
		{&st.general4, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false)}},
		{&st.partGeneral, excelize.Style{Font: font(false, true, 12, partColour, ""), Alignment: top("right", false), CustomNumFmt: &general}},
		{&st.general, excelize.Style{Font: font(false, false, 12, "", ""), Alignment: top("right", false), CustomNumFmt: &general}},
	} {
		id, err := b.f.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.id = id
	}
	for d := 2; d <= words.MaxDecimals; d++ {
		format := "#,##0." + strings.Repeat("0", d)
		for _, s := range []struct {
			id   *int
			font *excelize.Font
		}{{&st.changes[d], font(false, false, 12, "", "")}, {&st.partChanges[d], font(false, true, 12, partColour, "")}} {
			id, err := b.f.NewStyle(&excelize.Style{Font: s.font, Alignment: top("right", false), CustomNumFmt: &format})
			if err != nil {
				return err
			}
			*s.id = id
		}
	}
	for i, c := range lineColours {
		id, err := b.f.NewStyle(&excelize.Style{Font: font(true, false, 12, c, ""), Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "top"}})
		if err != nil {
			return err
		}
		st.line[i] = id
	}
	return nil
}
