// Package workbook writes a model of comparison as a workbook: what it says in
// a minute, sheets to compare in, and tables to copy.
//
// In: a compare.Model. Out: the bytes of an .xlsx file, the same for the same
// model. It computes no share, rank, index, change or verdict: cells hold the
// model's, and formulas look them up.
//
// A sheet is a value of the type sheet: texts and columns from sheets.csv, and
// rows. One function writes them all; see sheet.go.
package workbook

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// HeaderRow is the row of every sheet that holds the column names of its
// table. pandas counts from 0: read_excel(…, header=HeaderRow-1).
const HeaderRow = 8

const firstRow = HeaderRow + 1 // first row of data

// Sheet says where a table is in the workbook.
type Sheet struct {
	Name      string `json:"sheet"`
	Table     string `json:"table"` // name of the Excel table
	HeaderRow int    `json:"headerRow"`
	Rows      int    `json:"rows"`
}

// Book is a workbook being made. It is written once.
type Book struct {
	m      *compare.Model
	f      *excelize.File
	style  styles
	sheets []*sheet
	charts int // added so far
	edits  []edit

	complete int               // newest complete year; 0 without years
	words    *strings.Replacer // replaces the words in braces of sheets.csv and cover.csv

	offers []offer
	left   int               // series that are not offered, for room
	pairs  map[int]int       // row of Data_between by pairKey, from 1
	movers map[int]int       // row of Data_movers by moverKey, from 1
	judged map[[3]string]int // row of Data_verdicts by verdict and reasons, from 1
	choice choices

	// What formulas look up; byYear are the sheets of what movedBy lists.
	lists, verdicts, between, moved, series, lines *sheet
	byYear                                         []*sheet
}

// New plans the workbook of a model.
func New(m *compare.Model) *Book { return newBook(m, nil) }

// Sheets lists the sheets to read, in their order.
func (b *Book) Sheets() []Sheet {
	var list []Sheet
	for _, s := range b.sheets {
		if !strings.HasPrefix(s.name, "Data_") {
			list = append(list, Sheet{s.name, s.table(), HeaderRow, len(s.rows)})
		}
	}
	return list
}

// newBook plans a workbook. choose changes what its sheets open with; it may
// be nil.
func newBook(m *compare.Model, choose func(*Book, *choices)) *Book {
	b := &Book{m: m, f: excelize.NewFile(), complete: m.Complete(), pairs: map[int]int{}, movers: map[int]int{}, judged: map[[3]string]int{}}
	b.words = b.fillWords()
	b.chooseFrom()
	b.series = b.seriesSheet()
	b.choice = b.firstChoices()
	if choose != nil {
		choose(b, &b.choice)
	}
	b.byYear = []*sheet{b.platformsSheet(), b.companiesSheet(), b.categoriesSheet()}
	b.lines = b.linesData()
	b.sheets = b.plan()
	return b
}

func (b *Book) fillWords() *strings.Replacer {
	partial, warning := "", ""
	if ys := b.partialYears(); len(ys) > 0 {
		partial = " Partial years, in grey italics: " + yearRanges(ys) + "."
	}
	if b.m.Data.Worst() == pipeline.Fail {
		warning = "Some figures failed a check and may not be published as verified. Notes_and_findings says which."
	}
	return strings.NewReplacer("{span}", b.span(), "{complete}", strconv.Itoa(b.complete), "{largest}", strconv.Itoa(largestRows),
		"{movers}", strconv.Itoa(moverRows), "{base}", compare.SmallBase.String(), "{nowhere}", strconv.Itoa(b.nowhere()),
		"{header}", strconv.Itoa(HeaderRow), "{filter}", strconv.Itoa(filterOver), "{version}", b.m.Data.Version(),
		"{ncmec}", "NCMEC, CyberTipline Reports by ESP; documents, addresses and hashes on the sheet Editions.", "{partial}", partial,
		"{sorted}", fmt.Sprintf("Sorted by the reports of %d, the newest complete year, largest first. Look at marks before you compare two years.", b.complete),
		"{sure}", b.howSure(), "{warning}", warning,
		"{largest_message}", b.largestMessage(), "{meta_message}", b.metaMessage(), "{category_message}", b.categoryMessage())
}

// plan lists the sheets in the order of use. A sheet without rows is left out:
// there are no categories, or the largest companies have no Meta among them.
func (b *Book) plan() []*sheet {
	notes := b.notesSheet()
	list := []*sheet{
		b.largestSheet(), b.metaSheet(), b.compareSheet(), b.moversSheet(), b.profileSheet(),
		b.byYear[0], b.byYear[1], b.byYear[2], b.series,
		b.namesSheet(), b.breaksSheet(), b.editionsSheet(), b.ownCountsSheet(), b.allRowsSheet(), notes,
		b.lists, b.verdicts, b.between, b.moved, b.lines,
	}
	list = slices.DeleteFunc(list, func(s *sheet) bool { return len(s.rows) == 0 })
	list = slices.Insert(list, 0, b.coverSheet(list))
	cite(notes, list)
	return list
}

// Write writes the workbook. A sheet with more rows than Excel takes is an error.
func (b *Book) Write(w io.Writer) error {
	defer b.f.Close()
	if err := b.write(w); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

func (b *Book) write(w io.Writer) error {
	for i, s := range b.sheets {
		if s.last() > excelize.TotalRows {
			return fmt.Errorf("sheet %s would have %s rows, more than Excel takes: choose fewer platforms with --top or --platforms", s.name, pipeline.Count(s.last()))
		}
		if i == 0 {
			if err := b.f.SetSheetName("Sheet1", s.name); err != nil {
				return err
			}
		} else if _, err := b.f.NewSheet(s.name); err != nil {
			return err
		}
	}
	if err := b.makeStyles(); err != nil {
		return err
	}
	b.f.SetActiveSheet(0) // before the sheets are written: it would read each of them again
	for i, s := range b.sheets {
		if err := b.writeSheet(i, s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	if err := b.properties(); err != nil {
		return err
	}
	b.f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newParts(w, b.edits) })
	return b.f.Write(io.Discard)
}

// properties sets what the file says about itself.
func (b *Book) properties() error {
	stamp := b.dated().Format(time.RFC3339)
	return b.f.SetDocProps(&excelize.DocProperties{
		Title:          "CyberTipline reports by electronic service provider, " + b.span(),
		Subject:        "Reports of suspected child sexual exploitation made to NCMEC, by platform, company and year",
		Description:    "Unit: CyberTipline reports. Read from NCMEC's yearly tables; each figure with its document, page and row.",
		Keywords:       "NCMEC, CyberTipline, electronic service providers, statistics",
		Creator:        "espfigures",
		LastModifiedBy: "espfigures",
		Created:        stamp,
		Modified:       stamp,
		Language:       "en-GB",
		Category:       "Statistics",
		Version:        b.m.Data.Version(),
	})
}

// dated returns the newest date of the documents: the same data give the same
// date, whenever they are written.
func (b *Book) dated() time.Time {
	t := time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, e := range b.m.Data.Editions {
		for _, d := range []time.Time{e.Document.Dated, e.Document.Retrieved} {
			if d.After(t) {
				t = d.UTC()
			}
		}
	}
	return t
}

// span returns the years of the model: "2019–2025".
func (b *Book) span() string {
	if len(b.m.Years) == 0 {
		return "no years"
	}
	return yearRanges(b.m.Years)
}

func (b *Book) firstYear() int {
	if len(b.m.Years) == 0 {
		return 0
	}
	return b.m.Years[0]
}

// partial reports whether the year's source lists only some of the rows.
func (b *Book) partial(year int) bool {
	e := b.m.Data.Edition(year)
	return e != nil && e.Partial()
}

// partialYears lists the partial years.
func (b *Book) partialYears() []int {
	return slices.DeleteFunc(slices.Clone(b.m.Years), func(y int) bool { return !b.partial(y) })
}

// name returns a platform's name, or its id where nobody knows one.
func (b *Book) name(platform string) string {
	if p := b.m.Data.Platform(platform); p != nil && p.Name != "" {
		return p.Name
	}
	return platform
}

// company returns a company's name, "" where it has no series.
func (b *Book) company(id string) string {
	if s := b.m.Company(id); s != nil && !s.Alone {
		return s.Name
	}
	return ""
}
