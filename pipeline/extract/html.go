package extract

import (
	"bytes"
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
	p := htmlPage{name: name, title: page.Title, totals: make([][]printedRow, 1), notes: footnotes{}}
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
		ts, fs := run.tables([]string{"markup"})
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
	totals      [][]printedRow // printed as texts above each part, and below the last one
	open        *htmlPart      // the last table with a header; tables without one may go on with it
	headline    string         // the last text that is a title of such a table
	sister      string         // what other kind of table the page has
	refused     error          // why a table that looked right was left out
	notes       footnotes
}

// An htmlPart is one table of reports by provider, or a part of one.
type htmlPart struct {
	printedTable
	headless bool         // it has no header of its own
	letter   bool         // a letter of the alphabet or a range of letters heads it
	apart    []printedRow // totals printed in the texts between it and the tables above and below
}

// text takes in a text between tables.
func (p *htmlPage) text(s string) {
	p.notes.add(s)
	if titleLike(s) && isHeading(s) && len(titleYear(s)) > 0 {
		p.headline = s
	}
	last := &p.totals[len(p.totals)-1]
	*last = addTotal(*last, s, 0)
}

// table reads one table, and keeps it where it is one of reports by provider.
func (p *htmlPage) table(t *webpage.Table) error {
	for _, c := range t.Captions {
		p.text(flow(c))
	}
	grid := unlabel(filled(t.Rows))
	for _, row := range grid {
		p.notes.add(row[0].Text)
	}
	cols, first := headRows(textsOf(grid, func(c *webpage.Cell) string { return c.Text }))
	if cols == nil {
		p.headless(t, grid)
		return nil
	}
	blocks, at, err := blocksOf(cols)
	if err != nil {
		return fail(ErrNoTable, "%v", err)
	}
	nameCol, numbers := at[0], at[1:]
	part := htmlPart{letter: underLetter(t)}
	part.numbers = numbers
	for _, c := range blocks[0] {
		part.heads = append(part.heads, c.head)
	}
	titles := p.titles(t, grid[:first])
	if k := sisterTitle(titles, part.heads[nameCol], part.heads[numbers[0]]); k != "" {
		p.sister = k
		return nil
	}
	part.src = nearestSource(titles, p.name)
	if r := part.heads[numbers[0]].Role; (r == roleWeak || r == roleYear) && !part.src.Titled {
		return nil
	}
	for b := range blocks {
		part.rows = append(part.rows, part.read(grid[first:], b*len(blocks[0]), nameCol)...)
	}
	p.open = &part
	p.add(part)
	return nil
}

func (p *htmlPage) add(part htmlPart) {
	if len(part.rows) > 0 {
		p.parts = append(p.parts, part)
		p.totals = append(p.totals, nil)
	}
}

// headless takes in a table without a header: it goes on with the table before
// it, or is a list of names and numbers under a title that says what they are.
func (p *htmlPage) headless(t *webpage.Table, grid [][]*webpage.Cell) {
	for _, c := range slices.Concat(grid[:min(len(grid), 4)]...) {
		if k := sisterWhole("header", c.Text); k != "" {
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
		if len(row) != len(part.heads) || !countLikeRE.MatchString(row[part.numbers[0]].Text) && !groupLetter(row[0].Text) {
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
	var read []gridRow
	var above []*webpage.Cell
	for _, row := range grid {
		var cells []*webpage.Cell
		var r gridRow
		said, repeats := "", true
		for _, i := range columns {
			c := &webpage.Cell{Row: row[0].Row}
			if off+i < len(row) {
				c = row[off+i]
			}
			l := cellLine{Text: unlabelled(c.Text, label[i]), Marks: strings.Join(c.Marks, " ")}
			switch {
			case len(cells) > 0 && c.Row != cells[0].Row:
				l.Refuse = "one cell spans several rows"
			case c.Struck != "":
				l.Refuse = "a part of the row is struck through"
			case c.Doubt != "":
				l.Refuse = "what a person sees of the row cannot be told, because of " + c.Doubt
			}
			repeats = repeats && l.Text == part.heads[i].Text
			if len(cells) > 0 {
				said += l.Text
			}
			cells, r.Cells = append(cells, c), append(r.Cells, cell{l})
		}
		name := r.Cells[0].String()
		same := slices.Equal(cells, above) // all span this row: it is the one above
		above = cells
		switch {
		case said == "" && (name == "" || groupLetter(name) || noteLike(name)), repeats, same:
		case slices.Contains(cells[1:], cells[0]):
			// One cell over the whole row: a heading, a note, or a total.
			if t, ok := totalText(name); ok && len(columns) == 2 {
				read = append(read, gridRow{Cells: []cell{{{Text: t.Name}}, {{Text: t.Counts[0]}}}})
			}
		default:
			read = append(read, r)
		}
	}
	return printed("markup", read).rows
}

// noteLike reports whether a text in the column of names is a note below the
// table.
var noteLike = regexp.MustCompile(`(?i)^(?:\*|†|note:|source:)`).MatchString

// columnLabel returns the header of a column where each of its cells repeats
// it, for readers on narrow screens; "" otherwise.
func columnLabel(grid [][]*webpage.Cell, col int, header string) string {
	cells := 0
	for _, row := range grid {
		if total, _ := totalLabel(row[0].Text); total || col >= len(row) || row[col].Text == "" {
			continue
		}
		if text := row[col].Text; header == "" || unlabelled(text, header) == text {
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
