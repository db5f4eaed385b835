package extract

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"espfigures/pipeline"
)

// Limits on one HTML table, far above what a real one needs.
const (
	maxSpan  = 100
	maxCells = 200_000
	maxDeep  = 400 // elements inside each other
)

var (
	htmlRE  = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|table|div|meta|title|p)\b`)
	mediaRE = regexp.MustCompile(`(?s)@[a-z-]+[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}`)
	hideRE  = regexp.MustCompile(`([.#][\w-]+)\s*\{[^}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)`)
	noneRE  = regexp.MustCompile(`(?i)(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))`)
)

// looksHTML reports whether bytes may be an HTML page.
func looksHTML(body []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head = bytes.ReplaceAll(head, []byte{0}, nil)[2:]
	}
	return bytes.HasPrefix(head, []byte("<")) && htmlRE.Match(head)
}

// A hcell is one cell of an HTML table as a reader of the page sees it.
type hcell struct {
	text   string
	marks  string // text of footnote marks
	header bool
	// id tells cells apart where one spans several places of the grid.
	id       int
	rowsOver bool // continues from the row above
}

// A page of HTML in reading.
type htmlPage struct {
	hidden map[string]bool // ".class" and "#id" that style sheets hide
}

// hides reports whether an element is not shown.
func (h *htmlPage) hides(n *html.Node) bool {
	switch n.Data {
	case "script", "style", "template", "noscript", "head":
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return a.Val != "until-found"
		case "style":
			if noneRE.MatchString(a.Val) {
				return true
			}
		case "class":
			for _, c := range strings.Fields(a.Val) {
				switch strings.ToLower(c) {
				case "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader", "d-none", "is-hidden":
					return true
				}
				if h.hidden["."+c] {
					return true
				}
			}
		case "id":
			if h.hidden["#"+a.Val] {
				return true
			}
		}
	}
	return false
}

// shown reports whether an element and all around it are shown. Folded parts,
// such as those of an accordion, count as shown where only their own state
// hides them: the reader can open them.
func (h *htmlPage) shown(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && h.hides(n) {
			return false
		}
	}
	return true
}

// text returns the shown text of an element without nested tables; line breaks
// become "\n". Footnote marks go to marks.
func (h *htmlPage) text(n *html.Node, marks *strings.Builder) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if depth > maxDeep {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.Type {
			case html.TextNode:
				b.WriteString(strings.Map(func(r rune) rune {
					if isSpace(r) {
						return ' '
					}
					return r
				}, c.Data))
			case html.ElementNode:
				if h.hides(c) {
					continue
				}
				switch c.Data {
				case "table":
					continue
				case "br", "wbr":
					if c.Data == "br" {
						b.WriteByte('\n')
					}
					continue
				case "sup":
					if marks != nil {
						t := strings.Join(strings.Fields(h.text(c, nil)), "")
						marks.WriteString(t)
					}
					continue
				case "del", "s", "strike":
					if marks != nil {
						marks.WriteString("struck out: " + h.text(c, nil))
					}
					continue
				}
				block := false
				switch c.Data {
				case "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt":
					block = true
				}
				if block {
					b.WriteByte('\n')
				}
				walk(c, depth+1)
				if block {
					b.WriteByte('\n')
				}
			}
		}
	}
	walk(n, 0)
	return b.String()
}

// flow joins the lines of a text as a cell's lines are joined.
func flow(s string) string {
	var c cell
	for _, l := range strings.Split(s, "\n") {
		spaced := strings.HasSuffix(l, " ")
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			c = append(c, cellLine{Text: l, Spaced: spaced})
		}
	}
	return c.String()
}

// gridOf lays out the rows of a table, its spans filled.
func (h *htmlPage) gridOf(table *html.Node) ([][]hcell, error) {
	var rows []*html.Node
	var collect func(n *html.Node)
	collect = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || h.hides(c) {
				continue
			}
			switch c.Data {
			case "thead", "tbody", "tfoot", "form":
				collect(c)
			case "tr":
				rows = append(rows, c)
			}
		}
	}
	collect(table)
	var grid [][]hcell
	type carry struct {
		cell hcell
		left int
	}
	carried := map[int]*carry{}
	id, cells := 0, 0
	for _, tr := range rows {
		var row []hcell
		col := 0
		put := func(c hcell) {
			row = append(row, c)
			cells++
			col++
		}
		fill := func() {
			for {
				k, ok := carried[col]
				if !ok || k.left == 0 {
					return
				}
				k.left--
				c := k.cell
				c.rowsOver = true
				put(c)
			}
		}
		for td := tr.FirstChild; td != nil; td = td.NextSibling {
			if td.Type != html.ElementNode || td.Data != "td" && td.Data != "th" || h.hides(td) {
				continue
			}
			fill()
			var marks strings.Builder
			c := hcell{text: flow(h.text(td, &marks)), header: td.Data == "th", id: id}
			c.marks = marks.String()
			id++
			cs, rs := spanOf(td, "colspan"), spanOf(td, "rowspan")
			for range cs {
				if rs > 1 {
					carried[col] = &carry{c, rs - 1}
				} else {
					delete(carried, col)
				}
				put(c)
			}
			if cells > maxCells {
				return nil, fail(ErrTooLarge, "a table of more than %d cells", maxCells)
			}
		}
		fill()
		grid = append(grid, row)
	}
	return grid, nil
}

func spanOf(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if a.Key == key {
			v, err := strconv.Atoi(strings.TrimSpace(a.Val))
			if err == nil && v > 1 {
				return min(v, maxSpan)
			}
		}
	}
	return 1
}

// headRows finds the header rows of a grid: the first rows that together name
// the columns. It returns the columns and the index of the first row below.
func headRows(grid [][]hcell) ([]column, int) {
	for from := 0; from < len(grid) && from < 6; from++ {
		for n := 3; n >= 1; n-- {
			if from+n > len(grid) {
				continue
			}
			if cols := headerCells(grid[from : from+n]); cols != nil {
				return cols, from + n
			}
		}
	}
	return nil, 0
}

func headerCells(rows [][]hcell) []column {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
		for _, c := range r {
			if _, err := parseCount(c.text); err == nil && yearOf(c.text) == 0 {
				return nil
			}
		}
	}
	if width > maxSpan {
		return nil
	}
	cols := make([]column, width)
	names, counts := 0, 0
	for i := range cols {
		var parts []string
		seen := map[int]bool{}
		for _, r := range rows {
			if i < len(r) && !seen[r[i].id] {
				seen[r[i].id] = true
				if r[i].text != "" {
					parts = append(parts, r[i].text)
				}
			}
		}
		cols[i].head = classify(strings.Join(parts, " "))
		switch cols[i].Role {
		case roleName:
			names++
		case roleReports, roleWeak, roleYear:
			counts++
		}
	}
	if names == 0 || counts == 0 {
		return nil
	}
	return cols
}

// readHTML reads the tables of an HTML page.
func readHTML(name string, body []byte) (Result, error) {
	res := Result{Kind: "html"}
	rd, err := charset.NewReader(bytes.NewReader(body), "text/html")
	if err != nil {
		return res, fail(ErrNotDocument, "its characters cannot be read: %v", err)
	}
	doc, err := goquery.NewDocumentFromReader(rd)
	if err != nil {
		return res, fail(ErrNotDocument, "%v", err)
	}
	h := &htmlPage{hidden: map[string]bool{}}
	doc.Find("style").Each(func(_ int, s *goquery.Selection) {
		for _, m := range hideRE.FindAllStringSubmatch(mediaRE.ReplaceAllString(s.Text(), ""), -1) {
			h.hidden[m[1]] = true
		}
	})
	res.Title = strings.Join(strings.Fields(doc.Find("title").First().Text()), " ")

	// Headings and tables in the order of the page. A page without a table, as
	// landing pages are, has no headings that matter, nor has what follows the
	// last table.
	var waiting []*html.Node // what may be a heading, since the last table
	var before []string      // headings so far, nearest last
	var refused error
	sister := ""
	doc.Find("h1, h2, h3, h4, h5, h6, summary, legend, button, caption, figcaption, p, table").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		n := s.Nodes[0]
		if n.Data != "table" {
			waiting = append(waiting, n)
			return true
		}
		for _, w := range waiting {
			if w.Data == "caption" || !h.shown(w) {
				continue
			}
			if t := flow(h.text(w, nil)); isHeading(t) && (w.Data != "p" || titleLike(t)) {
				before = append(before, t)
			}
		}
		waiting = waiting[:0]
		if !h.shown(n) {
			return true
		}
		t, fs, kind, err := h.table(name, n, before, res.Title)
		if err != nil {
			refused = err
			return false
		}
		if kind != "" {
			sister = kind
		}
		res.Tables = append(res.Tables, t...)
		res.Findings = append(res.Findings, fs...)
		return true
	})
	switch {
	case refused != nil:
		res.Tables, res.Findings = nil, nil
		return res, refused
	case len(res.Tables) > 0:
		return res, sameYear(res.Tables)
	case sister != "":
		res.Sister = sister
		return res, fail(ErrSister, "its tables are %s", sister)
	}
	return res, fail(ErrNoTable, "the page has no table with a column of providers and one of reports")
}

// sameYear refuses two tables of one year on a page.
func sameYear(ts []pipeline.Table) error {
	seen := map[int]bool{}
	for _, t := range ts {
		if seen[t.Year] {
			if t.Year == 0 {
				return fail(ErrNoTable, "several tables do not say which year they are of")
			}
			return fail(ErrNoTable, "two tables are both of %d", t.Year)
		}
		seen[t.Year] = true
	}
	return nil
}

// table reads one table. kind names what a table of another kind is.
func (h *htmlPage) table(name string, n *html.Node, before []string, pageTitle string) (ts []pipeline.Table, fs []pipeline.Finding, kind string, err error) {
	grid, err := h.gridOf(n)
	if err != nil {
		return nil, nil, "", err
	}
	cols, first := headRows(grid)
	if cols == nil {
		for _, row := range grid[:min(len(grid), 4)] {
			for _, c := range row {
				if k := sisterHead(c.text); k != "" {
					return nil, nil, k, nil
				}
			}
		}
		return nil, nil, "", nil
	}
	// What the table is called: its caption, its first rows, then headings,
	// the nearest first.
	var titles []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == "caption" && !h.hides(c) {
			titles = append(titles, flow(h.text(c, nil)))
		}
	}
	for _, row := range grid[:first] {
		if len(row) > 0 && row[0].id == row[len(row)-1].id && row[0].text != "" {
			titles = append(titles, row[0].text)
		}
	}
	for i := len(before) - 1; i >= 0; i-- {
		titles = append(titles, before[i])
	}
	src := source{Name: name}
	titled := false
	for i, t := range append(titles, pageTitle) {
		if k := sisterOf(t); k != "" && (i < 1 || i < len(titles)-len(before)+1) {
			return nil, nil, k, nil
		}
		titled = titled || titleLike(t)
		if src.Year != 0 || src.Conflict || !isHeading(t) {
			continue
		}
		switch ys := titleYear(t); len(ys) {
		case 0:
		case 1:
			src.Year, src.Title = ys[0], t
		default:
			src.Conflict, src.Title = true, t
		}
	}
	blocks, err := blocksOf(cols)
	if err != nil {
		return nil, nil, "", fail(ErrNoTable, "%v", err)
	}
	numbers, err := chooseCounts(blocks[0])
	if err != nil {
		return nil, nil, "", fail(ErrNoTable, "%v", err)
	}
	if r := blocks[0][numbers[0]].Role; (r == roleWeak || r == roleYear) && !titled {
		return nil, nil, "", nil
	}
	nameCol := -1
	var heads []head
	for i, c := range blocks[0] {
		if c.Role == roleName {
			nameCol = i
		}
		heads = append(heads, c.head)
	}
	var rows []printedRow
	for b := range blocks {
		off := b * len(blocks[0])
		for _, row := range grid[first:] {
			get := func(i int) hcell {
				if off+i < len(row) {
					return row[off+i]
				}
				return hcell{id: -1 - i}
			}
			nc := get(nameCol)
			p := printedRow{Name: nc.text, Marks: nc.marks}
			blank, spans, repeats := nc.text == "", false, headOf(nc.text) == heads[nameCol].Text
			for _, i := range numbers {
				c := get(i)
				p.Counts = append(p.Counts, c.text)
				p.CMarks += c.marks
				blank = blank && c.text == ""
				spans = spans || c.id == nc.id
				repeats = repeats && headOf(c.text) == heads[i].Text
				if c.rowsOver || nc.rowsOver {
					p.Refuse = "one cell spans several rows"
				}
			}
			if blank || repeats {
				continue
			}
			if spans {
				// One cell over the whole row: a heading, a note, or a total.
				if label, count, ok := strings.Cut(nc.text, ":"); ok {
					if is, _ := totalLabel(label); is {
						p.Name = label
						for k := range p.Counts {
							p.Counts[k] = strings.TrimSpace(count)
						}
						p.Total, p.Sub = totalLabel(label)
						rows = append(rows, p)
					}
				}
				continue
			}
			p.Total, p.Sub = totalLabel(p.Name)
			rows = append(rows, p)
		}
	}
	ts, fs = tables(src, heads, numbers, rows, []string{"markup"})
	if len(ts) > 0 && len(ts[0].Rows) == 0 {
		return nil, nil, "", nil
	}
	if k := generic(ts); k != "" {
		return nil, nil, "", fail(ErrNoTable, "the row %q is a kind of reporter, not a provider", k)
	}
	fs = append(fs, pipeline.Finding{
		Code: pipeline.OneReading, Severity: pipeline.Note, Year: src.Year, Document: name,
		What: "an HTML table has one reading",
	})
	return ts, fs, "", nil
}

func headOf(s string) string { return strings.Join(strings.Fields(s), " ") }

// generic returns the name of a row that stands for a kind of reporter: the
// table is then one of categories and not of providers.
func generic(ts []pipeline.Table) string {
	for _, t := range ts {
		for _, r := range t.Rows {
			switch strings.Join(headWords(r.Name), " ") {
			case "esp", "esps", "electronic service provider", "electronic service providers", "electronic service providers esps", "electronic service providers esp",
				"public", "the public", "general public", "members of the public", "non esp", "non esps", "other reporters":
				return r.Name
			}
		}
	}
	return ""
}
