package workbook

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"espfigures/pipeline"
)

// Check reads a workbook that Write wrote and holds it against the
// thirty items of a publication-grade workbook: the guidance of the UK
// Government Analysis Function on spreadsheets, and this project's own. It
// returns nil where all hold, else an error that names the items, the sheets
// and what is wrong.
//
// Items: 1 sheets in order, 2 sheet names, 3 no blank sheet, 4 a title in A1,
// 5 what stands above a table, 6 tables start in column A, 7 one table a
// sheet, 8 nothing below it, 9 contents with links that resolve, 10 real
// tables, 11 their names, 12 one header row of unique texts, 13 no merged
// cells, 14 no blank rows or columns inside, 15 blanks with a stated reason,
// 16 shorthand from a closed set, 17 nothing hidden, 18 wrapped text and
// sensible widths, 19 numbers are numbers, right-aligned, with separators, 20
// notes match both ways, 21 no markers inside data cells, 22 Arial 12, title
// 16 bold, 23 contrast, and colour never alone, 24 charts with alternative
// text, 25 no page furniture or floating text, 26 no macros, 27 links say
// where they lead, 28 properties, 29 opens on the cover at A1, 30 no error
// values, every formula with its cached value.
//
// Where there is a Dataset, Check also holds the rows of All_rows against its
// figures; it may be nil.
func Check(r io.ReaderAt, size int64, ds *pipeline.Dataset) error {
	p, err := openParts(r, size)
	if err != nil {
		return fmt.Errorf("not a workbook: %w", err)
	}
	k := newChecker(checkedBook{parts: p})
	if err := k.open(); err != nil {
		return err
	}
	all, err := k.eachSheet(ds)
	if err != nil {
		return err
	}
	k.whole()
	if err := errors.Join(k.errs...); err != nil || ds == nil {
		return err
	}
	if all == nil {
		return errors.New("there is no sheet All_rows")
	}
	return all.end()
}

// eachSheet checks the sheets, two at a time, and gathers what was found in
// their order. It returns what was found of All_rows, where there is a Dataset.
func (k *checker) eachSheet(ds *pipeline.Dataset) (all *figureCheck, err error) {
	bySize := make([]int, len(k.sheets)) // the longest first
	for i := range bySize {
		bySize[i] = i
	}
	size := func(i int) uint64 {
		if f := k.parts.files[k.sheets[i].part]; f != nil {
			return f.UncompressedSize64
		}
		return 0
	}
	slices.SortStableFunc(bySize, func(a, b int) int { return cmp.Compare(size(b), size(a)) })
	found, errs := make([]*checker, len(k.sheets)), make([]error, len(k.sheets))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(bySize) {
					return
				}
				i := bySize[n]
				found[i] = newChecker(k.checkedBook)
				if ds != nil && k.sheets[i].name == "All_rows" {
					found[i].figures = &figureCheck{ds: ds}
				}
				errs[i] = found[i].sheet(&k.sheets[i])
			}
		})
	}
	wait.Wait()
	titles, tables := map[string]string{}, map[string]string{}
	for i, f := range found {
		s := &k.sheets[i]
		if errs[i] != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.name, errs[i])
		}
		k.errs = append(k.errs, f.errs[:min(len(f.errs), max(0, maxFaults-len(k.errs)))]...)
		k.contents, k.links = append(k.contents, f.contents...), append(k.links, f.links...)
		maps.Copy(k.cited, f.cited)
		maps.Copy(k.notes, f.notes)
		if other := titles[s.title]; other != "" && s.title != "" {
			k.fail(4, s.name, "the title is that of the sheet %s", other)
		}
		titles[s.title] = s.name
		if other := tables[strings.ToLower(s.table)]; other != "" && s.table != "" {
			k.fail(11, s.name, "the table has the name of that on the sheet %s", other)
		}
		tables[strings.ToLower(s.table)] = s.name
		if f.figures != nil {
			all = f.figures
		}
	}
	return all, nil
}

// checkedBook is what the checks of all sheets look up.
type checkedBook struct {
	parts  *workbookParts
	sheets []checkedSheet
	shared []string
	styles []checkedStyle
}

// checker gathers what is wrong with a workbook, or with one of its sheets.
type checker struct {
	checkedBook
	errs   []error
	faults map[string]int // item and sheet: how often, so that one fault does not drown the others

	contents []contentsRow
	links    []checkedLink
	cited    map[int]bool // notes cited above tables
	notes    map[int]bool // notes on the sheet Notes
	figures  *figureCheck // of the sheet All_rows, where it is held against figures
}

func newChecker(b checkedBook) *checker {
	return &checker{checkedBook: b, faults: map[string]int{}, cited: map[int]bool{}, notes: map[int]bool{}}
}

// maxFaults is how many faults are told.
const maxFaults = 40

type checkedSheet struct {
	name, part, state string
	rows, cols        int // extent of its cells
	explores          string
	title, table      string // the text of A1, and the table's name
}

type checkedStyle struct {
	font       string
	size       float64
	bold       bool
	right      bool
	wrap       bool
	format     string
	ink, paper string
}

type contentsRow struct {
	name, use string
	row       int
}

type checkedLink struct {
	sheet    string
	location string
	ref      string
}

// fail notes that an item does not hold.
func (k *checker) fail(item int, sheet, format string, a ...any) {
	key := fmt.Sprint(item, " ", sheet)
	k.faults[key]++
	if k.faults[key] > 3 || len(k.errs) >= maxFaults {
		return
	}
	where := ""
	if sheet != "" {
		where = ", sheet " + sheet
	}
	k.errs = append(k.errs, fmt.Errorf("item %d%s: %s", item, where, fmt.Sprintf(format, a...)))
}

var (
	sheetName  = regexp.MustCompile(`^[A-Za-z0-9_]{1,31}$`)
	tableName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{1,254}$`)
	dullName   = regexp.MustCompile(`(?i)^table_?\d*$`)
	noteMark   = regexp.MustCompile(`\[note (\d+)\]`)
	shorthand  = regexp.MustCompile(`\[[^\]]*\]`)
	closedSet  = regexp.MustCompile(`^\[[bcrsxz]\]$`)
	errorValue = regexp.MustCompile(`^#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!)`)
)

// newFunctions are those that not every spreadsheet program knows.
var newFunctions = []string{"FILTER", "XLOOKUP", "LET", "LAMBDA", "SORT", "UNIQUE", "SEQUENCE"}

// newFormula reports whether a formula calls one of them, or anything under a
// name with the prefix that programs write before newer functions.
func newFormula(f []byte) bool {
	inWord := func(c byte) bool { return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i, c := range f {
		switch c {
		case '_':
			if len(f) > i+2 && f[i+1]|0x20 == 'x' && f[i+2]|0x20 == 'l' {
				return true
			}
		case '(':
			word := bytes.TrimRight(f[:i], " \t\r\n\f")
			from := len(word)
			for from > 0 && inWord(word[from-1]) {
				from--
			}
			word = word[from:]
			for _, name := range newFunctions {
				if len(word) == len(name) && strings.EqualFold(string(word), name) {
					return true
				}
			}
		}
	}
	return false
}
