package extract

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/extract/webpage"
)

var htmlRE = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|table|div|meta|title|p|h[1-6]|dl|section|main|article)\b`)

// looksHTML reports whether bytes may be an HTML page.
func looksHTML(body []byte) bool {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		head = bytes.ReplaceAll(head, []byte{0}, nil)[2:]
	}
	return bytes.HasPrefix(head, []byte("<")) && htmlRE.Match(head)
}

// readHTML reads the tables of an HTML page.
func readHTML(ctx context.Context, name, contentType string, body []byte) (Result, error) {
	res := Result{Kind: "html"}
	page, err := webpage.Read(ctx, body, contentType)
	if errors.Is(err, webpage.ErrTooLarge) {
		return res, fail(ErrTooLarge, "%s", strings.TrimPrefix(err.Error(), webpage.ErrTooLarge.Error()+": "))
	}
	if err != nil {
		return res, err
	}
	res.Title = page.Title
	p := htmlPage{name: name, title: page.Title, notes: footnotes{}}
	for _, b := range page.Blocks {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		if b.Table == nil {
			p.text(flow(b.Text))
			continue
		}
		if err := p.table(b.Table); err != nil {
			return res, err
		}
	}
	for _, run := range p.joined() {
		p.notes.unmark(run.rows)
		ts, fs := tables(run.src, run.heads, run.numbers, run.rows, []string{"markup"})
		if err := provides(ts); err != nil {
			p.refused = err
			continue
		}
		res.Tables = append(res.Tables, ts...)
		res.Findings = append(append(res.Findings, fs...), pipeline.Finding{
			Code: pipeline.OneReading, Severity: pipeline.Note, Year: run.src.Year, Document: name,
			What: "an HTML table has one reading",
		})
	}
	switch {
	case len(res.Tables) > 0:
		if err := sameYear(res.Tables); err != nil {
			return Result{Kind: res.Kind, Title: res.Title}, err
		}
		return res, nil
	case p.refused != nil:
		return Result{Kind: res.Kind, Title: res.Title}, p.refused
	case p.sister != "":
		res.Sister = p.sister
		return res, fail(ErrSister, "its tables are %s", p.sister)
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
			return fail(ErrNoTable, "two tables are both of %d, and no total says that they belong together", t.Year)
		}
		seen[t.Year] = true
	}
	return nil
}

// flow joins the lines of a text as a cell's lines are joined.
func flow(s string) string {
	var c cell
	for l := range strings.SplitSeq(s, "\n") {
		if text := strings.TrimSpace(l); text != "" {
			c = append(c, cellLine{Text: text, Spaced: strings.HasSuffix(l, " ")})
		}
	}
	return c.String()
}

// An htmlPage collects the tables of a page.
type htmlPage struct {
	name, title string
	parts       []htmlPart
	open        *htmlPart    // the last table with a header; tables without one may go on with it
	headline    string       // the last text that is a title of such a table
	near        bool         // no text came since the last part
	loose       []printedRow // totals printed as texts since the last part
	sister      string       // what other kind of table the page has
	refused     error        // why a table that looked right was left out
	notes       footnotes
}

// An htmlPart is one table of reports by provider, or a part of one.
type htmlPart struct {
	src      source
	heads    []head
	numbers  []int
	rows     []printedRow
	headless bool // it has no header of its own
	letter   bool // a letter of the alphabet or a range of letters heads it

	below  *printedRow  // a total printed right below it
	around []printedRow // totals printed in the texts between it and the tables above and below
}

// text takes in a text between tables.
func (p *htmlPage) text(s string) {
	p.notes.add(s)
	if titleLike(s) && isHeading(s) && len(titleYear(s)) > 0 {
		p.headline = s
	}
	near := p.near
	p.near = false
	t, ok := totalText(s)
	if !ok || len(p.loose) >= 10 {
		return
	}
	p.loose = append(p.loose, t)
	if len(p.parts) > 0 {
		last := &p.parts[len(p.parts)-1]
		last.around = append(last.around, t)
		if near {
			last.below = &t
		}
	}
}

var totalTextRE = regexp.MustCompile(`(?i)^(.*?[^\d\s.,'’])\s*(\d[\d,.'’ ]*?)\s*(?:reports)?\s*\.?$`)

// totalText reads a total printed as a text, such as "Total: 1,234 reports".
func totalText(s string) (printedRow, bool) {
	if len(s) > 200 {
		return printedRow{}, false
	}
	m := totalTextRE.FindStringSubmatch(s)
	if m == nil {
		return printedRow{}, false
	}
	is, sub := totalLabel(m[1])
	return printedRow{Name: strings.TrimRight(m[1], ": "), Counts: []string{m[2]}, Total: is, Sub: sub}, is && !sub
}

// table reads one table, and keeps it where it is one of reports by provider.
func (p *htmlPage) table(t *webpage.Table) error {
	p.near = false
	for _, c := range t.Captions {
		p.text(flow(c))
	}
	grid := unlabel(filled(t.Rows))
	for _, row := range grid {
		p.notes.add(textOf(row[0]))
	}
	cols, first := headRows(textsOf(grid, textOf))
	if cols == nil {
		p.headless(t, grid)
		return nil
	}
	blocks, at, err := blocksOf(cols)
	if err != nil {
		return fail(ErrNoTable, "%v", err)
	}
	nameCol, numbers := at[0], at[1:]
	part := htmlPart{numbers: numbers, letter: underLetter(t)}
	for _, c := range blocks[0] {
		part.heads = append(part.heads, c.head)
	}
	titles := p.titles(t, grid[:first])
	if k := sisterTitle(titles, part.heads[nameCol], part.heads[numbers[0]]); k != "" {
		p.sister = k
		return nil
	}
	if r := part.heads[numbers[0]].Role; (r == roleWeak || r == roleYear) && !titled(titles) {
		return nil
	}
	part.src = nearestSource(titles, p.name)
	for b := range blocks {
		part.rows = append(part.rows, part.read(grid[first:], b*len(blocks[0]), nameCol)...)
	}
	p.open = &part
	p.add(part)
	return nil
}

func (p *htmlPage) add(part htmlPart) {
	if len(part.rows) > 0 {
		part.around, p.loose = p.loose, nil
		p.parts = append(p.parts, part)
		p.near = true
	}
}

// headless takes in a table without a header: it goes on with the table before
// it, or is a list of names and numbers under a title that says what they are.
func (p *htmlPage) headless(t *webpage.Table, grid [][]*webpage.Cell) {
	for _, c := range slices.Concat(grid[:min(len(grid), 4)]...) {
		if k := sisterWhole("header", textOf(c)); k != "" {
			p.sister = k
			return
		}
	}
	part := htmlPart{headless: true, letter: underLetter(t)}
	titles := p.titles(t, nil)
	src := nearestSource(titles, p.name)
	switch {
	case p.open != nil && (src.Year == p.open.src.Year || src.Year == 0):
		part.src, part.heads, part.numbers = p.open.src, p.open.heads, p.open.numbers
	case titleLike(src.Title) && sisterOf(src.Title) == "":
		part.src, part.numbers = src, []int{1}
		part.heads = []head{{Text: "", Role: roleName}, {Text: "", Role: roleReports}}
	default:
		return
	}
	nameCol := slices.IndexFunc(part.heads, func(h head) bool { return h.Role == roleName })
	for _, row := range grid {
		if len(row) != len(part.heads) || !countLikeRE.MatchString(textOf(row[part.numbers[0]])) && !groupLetter(textOf(row[0])) {
			return
		}
	}
	part.rows = part.read(grid, 0, nameCol)
	p.add(part)
}

var countLikeRE = regexp.MustCompile(`^\d[\d,.'’ ]*\D{0,4}$`)

func underLetter(t *webpage.Table) bool {
	if len(t.Captions) > 0 {
		return groupLetter(t.Captions[0])
	}
	n := len(t.Headings)
	return n > 0 && groupLetter(t.Headings[n-1].Text)
}

// read takes the printed rows of one block of columns, which begins at off.
func (part *htmlPart) read(grid [][]*webpage.Cell, off, nameCol int) (rows []printedRow) {
	columns := append([]int{nameCol}, part.numbers...)
	label := map[int]string{}
	for _, i := range columns {
		label[i] = columnLabel(grid, off+i, part.heads[i].Text)
	}
	var above []*webpage.Cell
	for at, row := range grid {
		var cells []*webpage.Cell
		var texts []string
		whole, repeats, apart, struck, doubt := false, true, false, false, ""
		for _, i := range columns {
			c := &webpage.Cell{Row: at}
			if off+i < len(row) && row[off+i] != nil {
				c = row[off+i]
			}
			text := unlabelled(textOf(c), label[i])
			whole = whole || len(cells) > 0 && c == cells[0]
			apart = apart || len(cells) > 0 && c.Row != cells[0].Row
			repeats = repeats && text == part.heads[i].Text
			struck = struck || c.Struck != ""
			doubt = cmp.Or(doubt, c.Doubt)
			cells, texts = append(cells, c), append(texts, text)
		}
		p := printedRow{Name: texts[0], Marks: strings.Join(cells[0].Marks, " "), Counts: texts[1:]}
		for _, c := range cells[1:] {
			p.CMarks += strings.Join(c.Marks, " ")
		}
		same := slices.Equal(cells, above) // all span this row: it is the one above
		above = cells
		blank := strings.Join(p.Counts, "") == ""
		switch {
		case blank && (p.Name == "" || groupLetter(p.Name) || noteLike(p.Name)), repeats:
			continue
		case whole:
			// One cell over the whole row: a heading, a note, or a total.
			if t, ok := totalText(p.Name); ok && len(p.Counts) == 1 {
				rows = append(rows, t)
			}
			continue
		case apart:
			p.Refuse = "one cell spans several rows"
		case same:
			continue
		case struck:
			p.Refuse = "a part of the row is struck through"
		case doubt != "":
			p.Refuse = "what a person sees of the row cannot be told, because of " + doubt
		}
		p.Total, p.Sub = totalLabel(p.Name)
		rows = append(rows, p)
	}
	return rows
}

// noteLike reports whether a text in the column of names is a note below the
// table.
var noteLike = regexp.MustCompile(`(?i)^(?:\*|†|note:|source:)`).MatchString

// columnLabel returns the header of a column where each of its cells repeats
// it, for readers on narrow screens; "" otherwise.
func columnLabel(grid [][]*webpage.Cell, col int, header string) string {
	cells := 0
	for _, row := range grid {
		if total, _ := totalLabel(textOf(row[0])); total || col >= len(row) || textOf(row[col]) == "" {
			continue
		}
		if text := textOf(row[col]); header == "" || unlabelled(text, header) == text {
			return ""
		}
		cells++
	}
	if cells < 2 {
		return ""
	}
	return header
}

func unlabelled(text, label string) string {
	if n := len(label); n > 0 && len(text) > n && strings.EqualFold(text[:n], label) && strings.ContainsAny(text[n:n+1], ": ") {
		return strings.TrimLeft(text[n:], ": ")
	}
	return text
}

func textOf(c *webpage.Cell) string {
	if c == nil {
		return ""
	}
	return flow(c.Text)
}
