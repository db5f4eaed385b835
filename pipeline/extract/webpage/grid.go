package webpage

import (
	"iter"
	"regexp"
	"strconv"

	"golang.org/x/net/html"
)

// A Table is a table as it is drawn.
type Table struct {
	Captions []string
	Headings []Heading // above it, in the sections it is part of, outermost first
	List     bool      // a definition list: each term and what follows it are a row
	Rows     [][]*Cell // from top to bottom; a cell that spans several places is in each; nil where there is none
}

// A Cell is one cell of a table.
type Cell struct {
	Text   string   // lines are separated by "\n"; one that ends with a space ended so on the page
	Marks  []string // its footnote marks
	Struck string   // what of its text is struck through
	Header bool     // it is marked as a header
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
	if k := kindByTag[n.Data]; k != other {
		return k
	}
	if role := attr(n.Attr, "role"); role != "" {
		return kindByRole[role]
	}
	if r.cssTables {
		return kindByDisplay[r.look(n).display]
	}
	return other
}

// table reads a table without those inside it.
func (r *reader) table(n *html.Node) *Table {
	t := &Table{Headings: r.headings, List: n.Data == "dl"}
	for c := range r.children(n) {
		if c.Data == "caption" {
			t.Captions = append(t.Captions, r.textOf(c))
		}
	}
	if label := r.ids[attr(n.Attr, "aria-labelledby")]; label != nil && !r.look(label).gone && !r.tables[label] && r.kind(label) == other {
		t.Captions = append(t.Captions, r.textOf(label))
	}
	if t.List {
		t.Rows = r.terms(n, nil)
		return t
	}
	for _, g := range r.groups(n) {
		t.Rows = append(t.Rows, r.grid(g.rows, len(t.Rows))...)
	}
	return t
}

// A rowGroup is what row spans stay in.
type rowGroup struct {
	tag  string
	rows []*html.Node
}

// groups returns the groups of a table's rows. The first head is drawn on top
// and the first foot at the bottom, wherever they are.
func (r *reader) groups(n *html.Node) []rowGroup {
	var head, body, foot []rowGroup
	for _, g := range r.collect(n, nil) {
		switch {
		case g.tag == "thead" && head == nil:
			head = []rowGroup{g}
		case g.tag == "tfoot" && foot == nil:
			foot = []rowGroup{g}
		default:
			body = append(body, g)
		}
	}
	return append(append(head, body...), foot...)
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
	s := attr(n.Attr, key)
	if s == "" {
		s = attr(n.Attr, "aria-"+key)
	}
	m := spanRE.FindStringSubmatch(s)
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
	role := attr(n.Attr, "role")
	return &Cell{Text: c.String(), Marks: c.marks, Struck: tidy(c.struck.String()), Header: n.Data == "th" || role == "columnheader", Row: row}
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
