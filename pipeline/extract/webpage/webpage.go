// Package webpage reads an HTML page as a browser with a wide screen shows it:
// bytes go in; the headings, lines and tables that a person sees come out, in
// the order of the page. It knows nothing of reports or providers.
//
// Style sheets of the page decide what is seen. Those that a page only links
// to are not fetched: default.css names the classes that hide an element in the
// common ones.
package webpage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// A Page is what a person sees of a page.
type Page struct {
	Title  string  // the text of <title>
	Blocks []Block // from top to bottom
}

// A Block is a line of text or a table.
type Block struct {
	Text  string // one line; lines of a heading are separated by "\n"
	Table *Table // nil for a text
}

// A Heading is a text above a table.
type Heading struct {
	Text  string
	Level int // 1 to 6; Label for what heads a part in another way; Plain for a line of text
}

// Levels of texts that are no h1 to h6.
const (
	Label = 7 // such as the summary of a folded part, a legend or a button
	Plain = 8
)

// ErrTooLarge says that a page asks for more work than any real one does.
var ErrTooLarge = errors.New("too large")

// Limits on one page, far above what a real one needs.
const (
	maxBytes = 8 << 20
	maxTags  = 400_000
	maxWork  = 50_000_000 // elements and rules looked at
	maxCells = 200_000    // places in the grids of all tables, were there no other work
	maxTitle = 500        // bytes of a text that may be a heading
	maxNear  = 8          // lines kept as headings below the last h1 to h6
)

// Read reads a page. contentType is the header that came with it, "" if it is
// not known. Errors are ErrTooLarge and the context's.
func Read(ctx context.Context, body []byte, contentType string) (page Page, err error) {
	page, _, err = read(ctx, body, contentType)
	return page, err
}

// read also returns how much work it was, for tests.
func read(ctx context.Context, body []byte, contentType string) (page Page, w *work, err error) {
	w = &work{ctx: ctx}
	defer func() {
		if r := recover(); r != nil {
			stopped, ok := r.(stop)
			if !ok {
				panic(r)
			}
			page, err = Page{}, stopped.err
		}
	}()
	if len(body) > maxBytes {
		return Page{}, w, fmt.Errorf("%w: a page of more than %d MB", ErrTooLarge, maxBytes>>20)
	}
	body = decode(body, contentType)
	if bytes.Count(body, []byte("<")) > maxTags {
		return Page{}, w, fmt.Errorf("%w: a page of more than %d tags", ErrTooLarge, maxTags)
	}
	doc, err := html.Parse(bytes.NewReader(body))
	switch {
	case ctx.Err() != nil:
		return Page{}, w, ctx.Err()
	case err != nil: // the parser has no other reason
		return Page{}, w, fmt.Errorf("%w: its elements are nested more than 512 deep", ErrTooLarge)
	}
	r := newReader(doc, w)
	r.walk(doc)
	r.endLine()
	return r.page, w, nil
}

// work counts what reading a page costs and stops it by a panic, which read
// recovers, when the context ends or the page asks too much: the steps are deep
// inside recursive functions that have nothing to do with errors.
type work struct {
	ctx   context.Context
	done  int
	asked int // work done when the context was last asked
}

type stop struct{ err error }

func (w *work) do(steps int) {
	if w == nil {
		return
	}
	w.done += steps
	if w.done > maxWork {
		panic(stop{fmt.Errorf("%w: its elements, cells and style sheets are too many to read", ErrTooLarge)})
	}
	if w.done-w.asked > 10_000 {
		w.asked = w.done
		if err := w.ctx.Err(); err != nil {
			panic(stop{err})
		}
	}
}

// cell counts a place in the grid of a table.
func (w *work) cell() { w.do(maxWork / maxCells) }

// A reader walks through a page.
type reader struct {
	*styles
	page   Page
	tables map[*html.Node]bool // elements with a table inside
	ids    map[string]*html.Node

	line     strings.Builder // of the text between two blocks
	headings []Heading       // of the place the walk has come to, outermost first
}

func newReader(doc *html.Node, w *work) *reader {
	var elements []*html.Node
	for n := range doc.Descendants() {
		w.do(1)
		if n.Type == html.ElementNode {
			elements = append(elements, n)
		}
	}
	r := &reader{styles: newStyles(elements, w), tables: map[*html.Node]bool{}, ids: map[string]*html.Node{}}
	for _, n := range elements {
		if n.Data == "title" && r.page.Title == "" && n.FirstChild != nil {
			r.page.Title = strings.Join(strings.Fields(n.FirstChild.Data), " ")
		}
		if id := attr(n.Attr, "id"); id != "" {
			r.ids[id] = n
		}
		if r.kind(n) == table {
			for p := n.Parent; p != nil && !r.tables[p]; p = p.Parent {
				r.tables[p] = true
			}
		}
	}
	return r
}

// sectioning elements end what their headings say.
var sectioning = setOf("details fieldset figure section article aside nav dialog")

// labelling elements head what follows them, as headings do.
var labelling = setOf("summary legend button figcaption dt caption label")

// walk reads what an element holds.
func (r *reader) walk(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.work.do(1)
		switch c.Type {
		case html.TextNode:
			if r.look(n).unseen == 0 {
				r.line.WriteString(spaces.Replace(c.Data))
			}
		case html.ElementNode:
			if !r.look(c).gone || r.opens(c) {
				r.element(c)
			}
		}
	}
}

func (r *reader) element(n *html.Node) {
	level := headingLevel(n)
	if level == 0 && labelling[n.Data] {
		level = Label
	}
	switch {
	case r.kind(n) == table:
		r.endLine()
		t := r.table(n)
		if t.Headings = r.headings; len(t.Rows) > 0 {
			r.page.Blocks = append(r.page.Blocks, Block{Table: t})
		}
		if r.tables[n] {
			r.walk(n) // a table that only lays out the page
			r.endLine()
		}
	case n.Data == "br":
		r.endLine()
	case n.Data == "select" || n.Data == "textarea" || n.Data == "caption":
	case !r.tables[n] && (level > 0 || n.Data == "p"):
		r.endLine()
		if !r.look(n).gone {
			r.heading(Heading{r.textOf(n), cmp.Or(level, Plain)})
		}
	case isBlock(n, r.look(n).display) || r.tables[n]:
		r.endLine()
		outer := r.headings
		r.walk(n)
		r.endLine()
		if sectioning[n.Data] {
			r.headings = outer
		}
	default:
		r.walk(n)
	}
}

// endLine ends a line of text that is no element of its own.
func (r *reader) endLine() {
	if r.line.Len() > 0 {
		text := tidy(r.line.String())
		r.line.Reset()
		r.heading(Heading{text, Plain})
	}
}

// heading adds a text to the page and to the headings of what follows.
func (r *reader) heading(h Heading) {
	if strings.TrimSpace(h.Text) == "" {
		return
	}
	r.page.Blocks = append(r.page.Blocks, Block{Text: h.Text})
	if len(h.Text) > maxTitle {
		return
	}
	keep := len(r.headings)
	if h.Level < Label {
		for keep > 0 && r.headings[keep-1].Level >= h.Level {
			keep--
		}
	}
	// Only the nearest lines that are no headings count. Slices that other
	// tables keep are not written to.
	hs := r.headings[:keep:keep]
	if n := len(hs); n >= maxNear && hs[n-maxNear].Level >= Label && h.Level >= Label {
		hs = append(append([]Heading(nil), hs[:n-maxNear]...), hs[n-maxNear+1:]...)
	}
	r.headings = append(hs, h)
}

func headingLevel(n *html.Node) int {
	if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	if attr(n.Attr, "role") == "heading" {
		if l, err := strconv.Atoi(attr(n.Attr, "aria-level")); err == nil && l >= 1 {
			return min(l, 6)
		}
		return 2
	}
	return 0
}

// opens reports whether an element that is not shown is a folded part that a
// person can open, such as that of an accordion, and holds a table; it is then
// shown.
func (r *reader) opens(n *html.Node) bool {
	if !r.tables[n] || r.kind(n) != other || r.look(n.Parent).gone {
		return false
	}
	folded := r.controlled[attr(n.Attr, "id")] || attr(n.Attr, "role") == "tabpanel" || attr(n.Attr, "hidden") == "until-found"
	for p := n.PrevSibling; p != nil && !folded; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			folded = p.Data == "button" || attr(p.Attr, "role") == "button" || headingLevel(p) > 0 && p.FirstChild != nil && p.FirstChild.Data == "button"
			break
		}
	}
	if !folded {
		return false
	}
	own := r.look(n)
	own.gone, own.unseen = false, r.look(n.Parent).unseen
	r.looks[n] = own
	for d := range n.Descendants() {
		r.work.do(1)
		delete(r.looks, d)
	}
	return true
}
