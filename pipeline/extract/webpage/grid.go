package webpage

import (
	"cmp"
	"iter"
	"regexp"
	"slices"
	"strconv"

	"golang.org/x/net/html"
)

// A Table is a table as it is drawn.
type Table struct {
	Captions []string
	Headings []Heading // above it, in the sections it is part of, outermost first
	Rows     [][]*Cell // from top to bottom; a cell that spans several places is in each; nil where there is none
}

// A Cell is one cell of a table.
type Cell struct {
	Text   string   // lines are separated by "\n"; one that ends with a space ended so on the page
	Marks  []string // its footnote marks
	Struck string   // what of its text is struck through
	Doubt  string   // a style of which it is not known whether it hides or changes a part of the text
	Row    int      // the first row it is in, from 0
}

// Browsers limit spans to these.
const (
	maxColspan = 1000
	maxRowspan = 65534
)

type kind int

const (
	other kind = iota
	table
	group
	row
	cell
)

var (
	kindByTag  = map[string]kind{"table": table, "dl": table, "thead": group, "tbody": group, "tfoot": group, "tr": row, "td": cell, "th": cell}
	kindByRole = map[string]kind{"table": table, "grid": table, "treegrid": table, "rowgroup": group, "row": row,
		"cell": cell, "gridcell": cell, "columnheader": cell, "rowheader": cell}
	kindByDisplay = map[string]kind{"table": table, "inline-table": table, "table-row-group": group, "table-header-group": group,
		"table-footer-group": group, "table-row": row, "table-cell": cell}
)

// kind tells the parts of tables, which are elements for tables, others with
// such a role, or others that a style sheet shows so.
func (r *reader) kind(n *html.Node) kind {
	if n.Type != html.ElementNode {
		return other
	}
	switch k, role := kindByTag[n.Data], attr(n.Attr, "role"); {
	case k != other:
		return k
	case role != "":
		return kindByRole[role]
	}
	return kindByDisplay[r.look(n).display]
}

// table reads a table without those inside it.
func (r *reader) table(n *html.Node) *Table {
	t := &Table{}
	for c := range r.children(n) {
		if c.Data == "caption" {
			t.Captions = append(t.Captions, r.textOf(c))
		}
	}
	if label := r.ids[attr(n.Attr, "aria-labelledby")]; label != nil && !r.look(label).gone && !r.tables[label] && r.kind(label) == other {
		t.Captions = append(t.Captions, r.textOf(label))
	}
	if n.Data == "dl" {
		t.Rows = r.terms(n, nil)
		return t
	}
	for _, g := range r.groups(n) {
		t.Rows = append(t.Rows, r.grid(g.rows, len(t.Rows))...)
	}
	r.fold(n, t)
	return t
}

// fold empties the columns that a style sheet collapses.
func (r *reader) fold(n *html.Node, t *Table) {
	at := 0
	for c := range n.Descendants() {
		if r.work.do(1); c.Data != "col" && c.Data != "colgroup" || c.FirstChild != nil {
			continue
		}
		span := max(1, spanOf(c, "span", maxColspan))
		if r.look(c).folded || r.look(c.Parent).folded && c.Parent.Data == "colgroup" {
			for _, row := range t.Rows {
				for i := at; i < min(at+span, len(row)); i++ {
					row[i] = &Cell{Row: len(t.Rows)}
				}
			}
		}
		at += span
	}
}

// A rowGroup is what row spans stay in.
type rowGroup struct {
	tag  string
	rows []*html.Node
}

// groups returns the groups of a table's rows. The first head is drawn on top
// and the first foot at the bottom, wherever they are.
func (r *reader) groups(n *html.Node) []rowGroup {
	body := r.collect(n, nil)
	first := func(tag string) (found []rowGroup) {
		if i := slices.IndexFunc(body, func(g rowGroup) bool { return g.tag == tag }); i >= 0 {
			found = []rowGroup{body[i]}
			body = slices.Delete(body, i, i+1)
		}
		return found
	}
	head, foot := first("thead"), first("tfoot")
	return slices.Concat(head, body, foot)
}

// collect adds the rows inside an element to those before.
func (r *reader) collect(n *html.Node, groups []rowGroup) []rowGroup {
	for c := range r.children(n) {
		switch r.kind(c) {
		case row:
			if len(groups) == 0 {
				groups = append(groups, rowGroup{})
			}
			last := &groups[len(groups)-1]
			last.rows = append(last.rows, c)
		case group:
			groups = r.collect(c, append(groups, rowGroup{tag: c.Data}))
			groups = append(groups, rowGroup{})
		case other:
			groups = r.collect(c, groups)
		}
	}
	return groups
}

// children returns the elements right inside one that are on the page.
func (r *reader) children(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for c := range n.ChildNodes() {
			r.work.do(1)
			if c.Type == html.ElementNode && !r.look(c).gone && !yield(c) {
				return
			}
		}
	}
}

// A hanging cell reaches into rows below.
type hanging struct {
	cell *Cell
	left int // rows below that it still fills
}

// grid lays out the rows of one group. at is the number of rows above it.
func (r *reader) grid(rows []*html.Node, at int) [][]*Cell {
	var above []hanging // by column
	var grid [][]*Cell
	for i, tr := range rows {
		var line []*Cell
		put := func(c *Cell) {
			r.work.cell()
			line = append(line, c)
		}
		fill := func() {
			for len(line) < len(above) && above[len(line)].left > 0 {
				above[len(line)].left--
				put(above[len(line)].cell)
			}
		}
		for _, td := range r.cells(tr, nil) {
			fill()
			c := r.cell(td, at+i)
			down := spanOf(td, "rowspan", maxRowspan)
			if down == 0 || down > len(rows)-i {
				down = len(rows) - i
			}
			for range max(1, spanOf(td, "colspan", maxColspan)) {
				if len(line) < len(above) && above[len(line)].left > 0 {
					break // two cells in one place: the upper one stays
				}
				for len(above) <= len(line) {
					above = append(above, hanging{})
				}
				above[len(line)] = hanging{c, down - 1}
				put(c)
			}
		}
		for len(above) > 0 && above[len(above)-1].left == 0 {
			above = above[:len(above)-1]
		}
		for fill(); len(line) < len(above); fill() {
			put(nil) // no cell fills this place
		}
		grid = append(grid, line)
	}
	return grid
}

var spanRE = regexp.MustCompile(`^\s*\+?(\d{1,9})`)

// spanOf reads a span as browsers do, which take "2px" for 2.
func spanOf(n *html.Node, key string, most int) int {
	m := spanRE.FindStringSubmatch(cmp.Or(attr(n.Attr, key), attr(n.Attr, "aria-"+key)))
	if m == nil {
		return 1
	}
	v, _ := strconv.Atoi(m[1])
	return min(v, most)
}

// cells returns the cells of a row.
func (r *reader) cells(n *html.Node, found []*html.Node) []*html.Node {
	for c := range r.children(n) {
		switch r.kind(c) {
		case cell:
			found = append(found, c)
		case other:
			found = r.cells(c, found)
		}
	}
	return found
}

func (r *reader) cell(n *html.Node, row int) *Cell {
	c := r.content(n, true)
	text, marks := cutMarks(c.String())
	return &Cell{Text: text, Marks: append(marks, c.marks...), Struck: tidy(c.struck.String()), Doubt: c.doubt, Row: row}
}

// terms reads a definition list: a row for each term, with what follows it.
func (r *reader) terms(n *html.Node, rows [][]*Cell) [][]*Cell {
	for c := range r.children(n) {
		last := len(rows) - 1
		switch {
		case c.Data == "dt":
			r.work.cell()
			rows = append(rows, []*Cell{r.cell(c, len(rows))})
		case c.Data == "dd" && last >= 0:
			r.work.cell()
			rows[last] = append(rows[last], r.cell(c, last))
		case c.Data == "div":
			rows = r.terms(c, rows)
		}
	}
	return rows
}
