package pipeline

import (
	"strconv"
	"strings"
)

// Count is a number of reports. The unit is the CyberTipline report: not a
// file, not an image, not a child.
type Count int64

// String returns the count as NCMEC prints it: with commas between thousands.
func (c Count) String() string {
	text := strconv.FormatInt(int64(c), 10)
	digits := strings.TrimPrefix(text, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if c < 0 {
		return "-" + digits
	}
	return digits
}

// Place is where something is in a document. Pages and rows count from 1; rows
// count the data rows of one page in reading order. An HTML document has one page.
type Place struct {
	Page int
	Row  int
}

// Row is one printed row of a table: a provider and its number of reports.
type Row struct {
	Name     string // as printed, wrapped lines joined; a trailing "*" is not part of it
	Combined bool   // the row is printed with a "*": related platforms are combined in it
	Reports  Count
	At       Place

	// Secondary editions only.
	Source string // who transcribed this row, with the address, where it is not Edition.Source
	Note   string // what is known of the transcription, such as that a second one agrees
}

// Mark returns the mark printed with the row: "*" on a combined row, else "".
func (r Row) Mark() string {
	if r.Combined {
		return "*"
	}
	return ""
}

// Total is the total a table prints for itself. It is a claim to test.
type Total struct {
	Label   string // as printed, such as "Totals:"
	Reports Count
	At      Place // Row is 0
}

// Table is one table of reports per ESP as a document prints it, with its rows in
// printed order. One that runs over several pages is one Table.
type Table struct {
	Year     int      // calendar year the table reports on; 0 where the document does not say
	Title    string   // the printed title the year was read from
	Columns  []string // header words as printed, left to right
	Rows     []Row
	Total    *Total   // nil where none is printed
	Readings []string // the independent readings that agree on the rows, such as "rules", "structure"
}

// Sum returns the sum of the rows.
func (t Table) Sum() Count {
	var s Count
	for _, r := range t.Rows {
		s += r.Reports
	}
	return s
}
