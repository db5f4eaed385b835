package workbook

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// figureCheck holds the cells of the sheet All_rows against the figures: the
// same rows in the same order, with the same year, printed name and mark,
// number, status, platform, page and row.
type figureCheck struct {
	ds    *pipeline.Dataset
	head  int   // row of the header
	at    int   // row of the cells that come
	field []int // by column: one more than an index into figureFields, 0 for none
	row   [len(figureFields)][]byte
	seen  int
	err   error // the first difference
	text  []byte
}

// figureFields are the headers of the columns that are held against figures.
var figureFields = [...]string{"Year", "Name as printed or transcribed", "Reports", "Status", "Platform id", "Page", "Row", "Printed mark"}

// cell takes the next cell of the sheet.
func (c *figureCheck) cell(x *cellRead) {
	if x.row != c.at {
		c.close()
		c.at = x.row
	}
	if c.head == 0 || x.row == c.head {
		for i, w := range figureFields {
			if string(x.value) == w && (c.head > 0 || x.col == 1) {
				c.head = x.row
				for len(c.field) <= x.col {
					c.field = append(c.field, 0)
				}
				c.field[x.col] = i + 1
			}
		}
		return
	}
	if x.col < len(c.field) && c.field[x.col] > 0 {
		i := c.field[x.col] - 1
		if c.row[i] = append(c.row[i][:0], x.value...); bytes.Contains(x.value, []byte("_x")) {
			c.row[i] = append(c.row[i][:0], plainText(string(x.value))...)
		}
	}
}

// close compares the row that has been read.
func (c *figureCheck) close() {
	if c.err != nil || c.head == 0 || c.at <= c.head {
		return
	}
	if c.seen >= len(c.ds.Figures) {
		if text := string(slices.Concat(c.row[:]...)); c.seen > 0 || text != "none" {
			c.err = fmt.Errorf("the sheet All_rows has more rows than there are figures: %q", c.row)
		}
		return
	}
	f := &c.ds.Figures[c.seen]
	c.seen++
	c.whole(0, f.Year)
	c.same(1, cellText(f.Name))
	c.whole(2, int(f.Reports))
	c.same(3, string(f.Status))
	c.same(4, f.Platform)
	c.place(5, f.At.Page)
	c.place(6, f.At.Row)
	c.same(7, pipeline.Row{Combined: f.Combined}.Mark())
	for i := range c.row {
		c.row[i] = c.row[i][:0]
	}
}

func (c *figureCheck) same(i int, want string) {
	if string(c.row[i]) != want && c.err == nil {
		c.err = fmt.Errorf("the sheet All_rows, row %d: %s is %.80q, not %.80q", c.at, figureFields[i], c.row[i], want)
	}
}

func (c *figureCheck) whole(i, want int) {
	if c.text = strconv.AppendInt(c.text[:0], int64(want), 10); !bytes.Equal(c.row[i], c.text) {
		c.same(i, string(c.text))
	}
}

// place compares a page or row; a transcription has none.
func (c *figureCheck) place(i, want int) {
	if want != 0 {
		c.whole(i, want)
	} else {
		c.same(i, "")
	}
}

// end returns the first difference.
func (c *figureCheck) end() error {
	c.close()
	if c.err != nil {
		return c.err
	}
	if shown := min(len(c.ds.Figures), maxSheetRows-40); c.seen != shown {
		return fmt.Errorf("the sheet All_rows has %d rows for %d figures", c.seen, len(c.ds.Figures))
	}
	return nil
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// plainText undoes the escapes of a workbook's texts: "_x005F_" is "_".
func plainText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return string(escaped.ReplaceAllFunc([]byte(s), func(m []byte) []byte {
		n, err := strconv.ParseUint(string(m[2:6]), 16, 16)
		if err != nil {
			return bytes.Clone(m)
		}
		return []byte(string(rune(n)))
	}))
}
