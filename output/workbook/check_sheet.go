package workbook

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tableDef is a table's definition.
type tableDef struct {
	Name       string `xml:"displayName,attr"`
	Ref        string `xml:"ref,attr"`
	HeaderRows string `xml:"headerRowCount,attr"`
	Columns    []struct {
		Name string `xml:"name,attr"`
	} `xml:"tableColumns>tableColumn"`
	Filter *struct{} `xml:"autoFilter"`

	col1, row1, col2, row2 int
}

// sheet checks one sheet.
func (k *checker) sheet(s *checkedSheet) error {
	if !sheetName.MatchString(s.name) {
		k.fail(2, s.name, "the name is not 1 to 31 letters, digits and underscores")
	}
	if s.state != "" && s.state != "visible" {
		k.fail(17, s.name, "the sheet is hidden")
	}
	rels, err := k.parts.relations(s.part)
	if err != nil {
		return err
	}
	var table *tableDef
	for _, target := range rels {
		if !strings.HasPrefix(target, "xl/tables/") {
			continue
		}
		var t tableDef
		if err := k.parts.decode(target, &t); err != nil {
			return err
		}
		from, to, _ := strings.Cut(t.Ref, ":")
		t.col1, t.row1 = splitRef([]byte(from))
		if t.col2, t.row2 = splitRef([]byte(to)); t.col2 == 0 || t.col1 == 0 {
			k.fail(10, s.name, "the table's range is %q", t.Ref)
			continue
		}
		if table != nil {
			k.fail(7, s.name, "there are two tables")
		}
		table = &t
	}
	r, err := k.parts.open(s.part)
	if err != nil {
		return err
	}
	defer r.Close()
	c := &sheetCheck{k: k, s: s, t: table}
	if table != nil {
		c.heads = make([]string, table.col2-table.col1+1)
		c.numeric = make([]bool, len(c.heads))
		c.rowOf = -1
	}
	each := c.cell
	if k.figures != nil {
		each = func(x *cellRead) error {
			k.figures.cell(x)
			return c.cell(x)
		}
	}
	read, err := scanSheet(r, k.shared, each)
	if err != nil {
		return err
	}
	c.end(read, rels)
	return k.objects(s, read, rels)
}

// sheetCheck checks the cells of one sheet as they come.
type sheetCheck struct {
	k       *checker
	s       *checkedSheet
	t       *tableDef
	title   string
	above   []string
	heads   []string
	numeric []bool // columns whose header is right-aligned
	marks   []bool // columns of shorthand
	plain   []bool // columns of whole numbers that are no counts: years, keys, rows
	rowOf   int    // table row whose cells are being counted
	filled  int
	blanks  int
	rows    int // data rows with content
	marked  bool
	long    []longText
	cells   int
}

type longText struct {
	col, row, size int
}

func (c *sheetCheck) cell(x *cellRead) error {
	k, name := c.k, c.s.name
	if x.kind == "e" || x.hasFormula && len(x.value) > 0 && x.value[0] == '#' && errorValue.Match(x.value) {
		k.fail(30, name, "%s holds the error value %s", cell(x.col, x.row), x.value)
	}
	if x.hasFormula {
		if !x.hasValue {
			k.fail(30, name, "the formula in %s has no cached value", cell(x.col, x.row))
		}
		if newFormula(x.formula) {
			k.fail(30, name, "the formula in %s uses a function not every program knows", cell(x.col, x.row))
		}
		c.s.explores = "formulas"
	}
	if x.empty() {
		return nil
	}
	c.cells++
	c.s.rows, c.s.cols = max(c.s.rows, x.row), max(c.s.cols, x.col)
	if x.style >= len(k.styles) {
		return fmt.Errorf("%s has style %d, which is not there", cell(x.col, x.row), x.style)
	}
	st := &k.styles[x.style]
	if x.row == 1 && x.col == 1 {
		c.title = string(x.value)
		if st.size != 16 || !st.bold || st.font != "Arial" {
			k.fail(22, name, "the title is not Arial 16 bold")
		}
	} else if st.size != 12 || st.font != "Arial" {
		k.fail(22, name, "%s is in %s %v", cell(x.col, x.row), st.font, st.size)
	}
	t := c.t
	switch {
	case t == nil:
	case x.row < t.row1:
		if x.row > 1 && x.col == 1 {
			c.above = append(c.above, string(x.value))
		}
	case x.row > t.row2:
		k.fail(8, name, "%s stands below the table", cell(x.col, x.row))
	case x.col > t.col2 || x.col < t.col1:
		k.fail(7, name, "%s stands beside the table", cell(x.col, x.row))
	case x.row == t.row1:
		i := x.col - t.col1
		if x.number() {
			k.fail(12, name, "the header %s is a number", cell(x.col, x.row))
		}
		c.heads[i], c.numeric[i] = string(x.value), st.right
	default:
		c.body(x, st)
	}
	return nil
}

// body checks a cell of the table.
func (c *sheetCheck) body(x *cellRead, st *checkedStyle) {
	k, name, t := c.k, c.s.name, c.t
	if c.marks == nil {
		c.marks, c.plain = make([]bool, len(c.heads)), make([]bool, len(c.heads))
		for i, h := range c.heads {
			c.marks[i] = h == "Marks" || strings.HasPrefix(h, "Printed mark")
			c.plain[i] = slices.ContainsFunc([]string{"Key", "Place", "Year", "From year", "To year", "First", "Last year", "Found", "X "}, func(p string) bool { return strings.HasPrefix(h, p) })
		}
	}
	c.countRow(x.row)
	c.filled++
	i := x.col - t.col1
	switch {
	case x.number():
		if !st.right {
			k.fail(19, name, "the number in %s is not right-aligned", cell(x.col, x.row))
		}
		v := float64(wholeNumber(x.value))
		if v < 0 {
			var err error
			if v, err = strconv.ParseFloat(string(x.value), 64); err != nil {
				k.fail(19, name, "%s holds %q as a number", cell(x.col, x.row), x.value)
				break
			}
		}
		if math.Abs(v) >= 10000 && !c.plain[i] && !strings.Contains(st.format, "#,##0") {
			k.fail(19, name, "the number in %s has no separators", cell(x.col, x.row))
		}
	case c.numeric[i]:
		k.fail(21, name, "%s in a column of numbers holds the text %.40q", cell(x.col, x.row), x.value)
	case c.marks[i]:
		for _, m := range shorthand.FindAll(x.value, -1) {
			c.marked = true
			if !closedSet.Match(m) {
				k.fail(16, name, "%s holds %s, which is not in the closed set", cell(x.col, x.row), m)
			}
		}
	default:
		n := len(x.value)
		if n > 60 && !st.wrap && !bytes.Contains(x.value, []byte("://")) {
			if n = utf8.RuneCount(bytes.ReplaceAll(x.value, []byte("_x005F"), nil)); n > 60 && len(c.long) < 1000 {
				c.long = append(c.long, longText{x.col, x.row, n})
			}
		}
	}
	switch name {
	case "Contents":
		if i == 0 {
			k.contents = append(k.contents, contentsRow{name: string(x.value), row: x.row})
		} else if n := len(k.contents); i == len(c.heads)-1 && n > 0 {
			k.contents[n-1].use = string(x.value)
		}
	case "Notes":
		if text := string(x.value); i == 0 {
			m := noteMark.FindStringSubmatch(text)
			if m == nil || m[0] != text {
				k.fail(20, name, "%s holds %q, not the number of a note", cell(x.col, x.row), x.value)
				break
			}
			n, _ := strconv.Atoi(m[1])
			if k.notes[n] {
				k.fail(20, name, "note %d stands twice", n)
			}
			k.notes[n] = true
		}
	}
}

// countRow closes the count of the row before, when a new row begins.
func (c *sheetCheck) countRow(row int) {
	if row == c.rowOf {
		return
	}
	if c.rowOf > 0 {
		c.blanks += len(c.heads) - c.filled
	}
	last := c.rowOf
	if last < 0 {
		last = c.t.row1
	}
	if row > last+1 {
		c.k.fail(14, c.s.name, "row %d inside the table is blank", last+1)
	}
	c.rowOf, c.filled = row, 0
	c.rows++
}

// end checks what can only be said when all cells are read.
func (c *sheetCheck) end(read *sheetRead, rels map[string]string) {
	k, name, t := c.k, c.s.name, c.t
	if c.cells == 0 {
		k.fail(3, name, "the sheet is blank")
	}
	if strings.TrimSpace(c.title) == "" {
		k.fail(4, name, "A1 holds no title")
	}
	c.s.title = c.title
	if read.found["mergeCell"] > 0 {
		k.fail(13, name, "cells are merged")
	}
	if read.hidden {
		k.fail(17, name, "a row or column is hidden")
	}
	if read.found["headerFooter"] > 0 {
		k.fail(25, name, "the sheet has a page header or footer")
	}
	if t == nil || len(read.tables) == 0 {
		k.fail(10, name, "the sheet holds no real table")
		return
	}
	if len(read.tables) > 1 {
		k.fail(7, name, "the sheet holds %d tables", len(read.tables))
	}
	if c.rowOf > 0 {
		c.blanks += len(c.heads) - c.filled
	}
	if last := max(c.rowOf, t.row1); last < t.row2 {
		k.fail(14, name, "row %d inside the table is blank", last+1)
	}
	if t.col1 != 1 {
		k.fail(6, name, "the table starts in column %s", colName(t.col1))
	}
	if !tableName.MatchString(t.Name) || dullName.MatchString(t.Name) {
		k.fail(11, name, "the table is called %q", t.Name)
	}
	c.s.table = t.Name
	if t.HeaderRows == "0" {
		k.fail(12, name, "the table has no header row")
	}
	seen := map[string]bool{}
	for i, h := range c.heads {
		switch {
		case strings.TrimSpace(h) == "":
			k.fail(12, name, "column %s has no header", colName(t.col1+i))
		case seen[strings.ToLower(h)]:
			k.fail(12, name, "two columns are headed %q", h)
		case i >= len(t.Columns) || t.Columns[i].Name != h:
			k.fail(12, name, "the header %q is not the name of the table's column", h)
		}
		seen[strings.ToLower(h)] = true
		if w := read.widths[t.col1+i]; w < 4 || w > 110 {
			k.fail(18, name, "column %s is %v characters wide", colName(t.col1+i), w)
		}
	}
	for _, l := range c.long {
		if float64(l.size) > 2.2*read.widths[l.col] {
			k.fail(18, name, "the %d characters in %s are not wrapped", l.size, cell(l.col, l.row))
		}
	}
	c.lead()
	c.look(read, rels)
}

// lead checks what stands above the table.
func (c *sheetCheck) lead() {
	k, name := c.k, c.s.name
	text := strings.Join(c.above, " ")
	for _, want := range []string{"This sheet holds one table.", "Blank cells: ", "Notes: ", "Source: "} {
		if !strings.Contains(text, want) {
			k.fail(5, name, "nothing above the table says %q", want)
		}
	}
	if c.blanks > 0 && strings.Contains(text, "Blank cells: none.") {
		k.fail(15, name, "%d cells are blank, and nothing says why", c.blanks)
	}
	if c.marked && !strings.Contains(text, "Shorthand: [b]") {
		k.fail(16, name, "shorthand is used and not explained above the table")
	}
	for _, m := range noteMark.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		k.cited[n] = true
	}
}

// look checks views, links and features.
func (c *sheetCheck) look(read *sheetRead, rels map[string]string) {
	k, s := c.k, c.s
	if s == &k.sheets[0] && (read.selection != "" && read.selection != "A1" || read.topLeft != "" && read.topLeft != "A1") {
		k.fail(29, s.name, "the cover opens at %s", read.selection+read.topLeft)
	}
	for _, l := range read.links {
		if l.tip == "" && l.display == "" {
			k.fail(27, s.name, "the link in %s does not say where it leads", l.ref)
		}
		if l.id != "" {
			if a := rels[l.id]; !strings.HasPrefix(a, "https://") && !strings.HasPrefix(a, "http://") {
				k.fail(27, s.name, "the link in %s leads to %q", l.ref, a)
			}
			continue
		}
		k.links = append(k.links, checkedLink{s.name, l.location, l.ref})
	}
	switch {
	case c.t.Filter != nil || read.filtered:
		s.explores = "filters"
	case read.sparklines:
		s.explores = "sparklines"
	case read.frozen:
		s.explores = "frozen panes"
	case read.drawing != "":
		s.explores = "a chart"
	case read.found["dataValidation"] > 0:
		s.explores = "dropdowns"
	case read.found["conditionalFormatting"] > 0:
		s.explores = "conditional formats"
	}
	for _, what := range []string{"legacyDrawing", "picture", "oleObject", "control"} {
		if read.found[what] > 0 {
			k.fail(25, s.name, "the sheet holds a %s", what)
		}
	}
}
