package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// A book is a table that a test typesets: what is printed, and what must be
// read.
type book struct {
	Year  int
	Rows  []bookRow
	Title string
}

type bookRow struct {
	Name    string
	Reports int
	Extra   []string // further columns, by their order in layout.Columns
}

func (b book) total() (n int) {
	for _, r := range b.Rows {
		n += r.Reports
	}
	return n
}

func commas(n int) string { return pipeline.Count(n).String() }

// A layout says how a book is typeset.
type layout struct {
	Orientation, Paper string
	Font               string // a core font, or "go" for an embedded TrueType font
	Size               float64
	Leading            float64 // between lines of a name, in type sizes
	Gap                float64 // further space between rows, in points
	Columns            []layoutColumn
	Blocks             int    // tables side by side; 0 is 1
	Rules              string // "", "rows", "segments", "boxes", "thinrects", "zebra", "books"
	NumberAt           wrap
	HeadOnce           bool // the header stands on the first page only
	TotalFirst         bool
	TotalApart         bool // the total stands in a table of its own below
	TotalLabel         string
	Prose              bool // paragraphs with numbers before the table
	Running            bool // heads and feet with numbers on every page
	Footnote           bool
	NumbersFirst       bool   // every number of a page is drawn before the names
	Glyphs             string // "", "words", "glyphs": what one drawing operator prints
	Left               float64
	BoldTotal          bool
	HeadAlign          string // of number headers; "" is the column's own
	BandHead           bool   // a dark band behind the header
}

type layoutColumn struct {
	Role  string // "name", "reports", or the index of an extra column: "0", "1"
	Head  string // may hold "\n"
	Width float64
	Align string // "L", "C", "R"
}

// A press typesets one book.
type press struct {
	*fpdf.Fpdf
	l                 layout
	year              int
	tr                func(string) string
	y, top            float64
	block, heads, row int
	names, numbers    []func() // drawn at the end of a page
}

const cellPad = 4.0

// pdf typesets the book.
func (l layout) pdf(t testing.TB, b book) []byte {
	t.Helper()
	p := &press{Fpdf: fpdf.New(l.Orientation, "pt", l.Paper, ""), l: l, year: b.Year, tr: func(s string) string { return s }}
	p.SetAutoPageBreak(false, 0)
	if l.Font == "go" {
		p.AddUTF8FontFromBytes("go", "", goregular.TTF)
		p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	} else {
		p.tr = p.UnicodeTranslatorFromDescriptor("")
	}
	p.l.Blocks = max(l.Blocks, 1)
	p.newPage()
	p.front(b.Title)
	p.startBlock()
	total := func() {
		p.put(cmp.Or(l.TotalLabel, "Total"), map[string]string{"reports": commas(b.total())}, l.BoldTotal)
	}
	if l.TotalFirst {
		total()
	}
	for i, r := range b.Rows {
		cells := map[string]string{"reports": commas(r.Reports), "no": fmt.Sprint(i + 1)}
		for k, e := range r.Extra {
			cells[fmt.Sprint(k)] = e
		}
		p.put(r.Name, cells, false)
	}
	if l.TotalApart && !l.TotalFirst {
		if p.y += 30; p.y+30 > p.bottom() {
			p.newPage()
		}
	}
	if !l.TotalFirst {
		total()
	}
	p.flush()
	if l.Footnote {
		p.SetFont(l.Font, "", 7)
		p.text(l.Left, p.bottom()+12, "* Report totals for related platforms and companies have been combined; 12 of 1,400 were reviewed in 2023.")
	}
	return done(t, p.Fpdf)
}

func (p *press) bottom() float64 {
	_, h := p.GetPageSize()
	return h - 50
}

// text prints at a baseline, by as many operators as the layout says.
func (p *press) text(x, y float64, s string) {
	parts := []string{s}
	switch p.l.Glyphs {
	case "glyphs":
		parts = strings.Split(s, "")
	case "words":
		parts = strings.SplitAfter(s, " ")
	}
	for _, part := range parts {
		p.Text(x, y, p.tr(part))
		x += p.GetStringWidth(p.tr(part))
	}
}

func (p *press) flush() {
	first, second := p.names, p.numbers
	if p.l.NumbersFirst {
		first, second = second, first
	}
	for _, draw := range slices.Concat(first, second) {
		draw()
	}
	p.names, p.numbers = nil, nil
}

func (p *press) newPage() {
	p.flush()
	p.AddPage()
	if p.l.Running {
		p.SetFont(p.l.Font, "", 8)
		p.text(p.l.Left, 30, fmt.Sprintf("%d Reports by ESP %d", p.year, p.PageNo()))
		p.text(p.l.Left+120, p.bottom()+26, fmt.Sprintf("© %d National Center 1,234 of 5,678", p.year+1))
		p.text(p.l.Left+300, p.bottom()+26, fmt.Sprint(p.PageNo()))
	}
	p.y, p.top = 60, 60
}

// front prints what stands above the table on the first page.
func (p *press) front(title string) {
	w, _ := p.GetPageSize()
	size := 18.0
	for p.SetFont(p.l.Font, "B", size); p.GetStringWidth(p.tr(title)) > w-p.l.Left-40; p.SetFont(p.l.Font, "B", size) {
		size--
	}
	p.text(p.l.Left+30, p.y, title)
	p.y += 24
	if p.l.Prose {
		p.SetFont(p.l.Font, "", 9)
		for _, s := range []string{
			fmt.Sprintf("In %d, the CyberTipline received more than 32 million reports. 31,802,525 of these reports", p.year),
			"were from Electronic Service Providers that report instances of apparent child sexual abuse",
			"material that they become aware of on their systems. In 2018 there were 1,234 of them.",
		} {
			p.text(p.l.Left, p.y, s)
			p.y += 12
		}
		p.y += 14
	}
	p.top = p.y
}

// place returns where a text begins in a column that begins at x.
func (p *press) place(c layoutColumn, align string, x float64, s string) float64 {
	w := p.GetStringWidth(p.tr(s))
	switch align {
	case "R":
		return x + c.Width - cellPad - w
	case "C":
		return x + (c.Width-w)/2
	}
	return x + cellPad
}

// span returns where the current block begins, and its width.
func (p *press) span() (x, w float64) {
	for _, c := range p.l.Columns {
		w += c.Width
	}
	return p.l.Left + float64(p.block)*(w+24), w
}

func (p *press) line(x, w, y float64) {
	if p.l.Rules == "thinrects" {
		p.SetFillColor(60, 60, 60)
		p.Rect(x, y-0.4, w, 0.8, "F")
		return
	}
	p.SetLineWidth(0.6)
	p.Line(x, y, x+w, y)
}

// rules draws the lines of a row.
func (p *press) rules(y0, y1 float64) {
	x, w := p.span()
	switch p.l.Rules {
	case "rows", "thinrects":
		p.line(x, w, y1)
	case "segments", "boxes":
		for _, c := range p.l.Columns {
			if p.l.Rules == "boxes" {
				p.Rect(x, y0, c.Width, y1-y0, "D")
			} else {
				p.line(x, c.Width, y1)
			}
			x += c.Width
		}
	case "zebra":
		if p.row%2 == 1 {
			p.SetFillColor(230, 230, 240)
			p.Rect(x, y0, w, y1-y0, "F")
		}
	}
}

func (p *press) startBlock() {
	p.y = p.top
	if p.l.HeadOnce && p.heads >= p.l.Blocks {
		return
	}
	p.heads++
	p.SetFont(p.l.Font, "B", p.l.Size)
	lines := 1
	for _, c := range p.l.Columns {
		lines = max(lines, strings.Count(c.Head, "\n")+1)
	}
	step := p.l.Size * 1.2
	h := float64(lines)*step + 6
	x, w := p.span()
	if p.l.BandHead {
		p.SetFillColor(200, 210, 220)
		p.Rect(x, p.y, w, h, "F")
	}
	if p.l.Rules != "" && p.l.Rules != "zebra" {
		p.line(x, w, p.y)
		p.line(x, w, p.y+h)
	}
	for _, c := range p.l.Columns {
		align := c.Align
		if c.Role != "name" {
			align = cmp.Or(p.l.HeadAlign, align)
		}
		heads := strings.Split(c.Head, "\n")
		for i, s := range heads {
			off := (float64(lines-len(heads))/2 + float64(i)) * step
			p.text(p.place(c, align, x, s), p.y+off+p.l.Size+2, s)
		}
		x += c.Width
	}
	p.y += h
}

// wrap breaks a name into lines that fit a width.
func (p *press) wrap(s string, w float64) (lines []string) {
	for i, word := range strings.Fields(s) {
		if last := len(lines) - 1; i > 0 && p.GetStringWidth(p.tr(lines[last]+" "+word)) <= w {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// put sets a row, in the next block or on the next page if this one is full.
func (p *press) put(name string, cells map[string]string, bold bool) {
	style := map[bool]string{true: "B"}[bold]
	p.SetFont(p.l.Font, style, p.l.Size)
	var lines []string
	for _, c := range p.l.Columns {
		if c.Role == "name" {
			lines = p.wrap(name, c.Width-2*cellPad)
		}
	}
	leading := p.l.Leading * p.l.Size
	h := float64(len(lines)-1)*leading + math.Max(leading, p.l.Size*1.2) + p.l.Gap
	if p.y+h > p.bottom() {
		if p.block++; p.block == p.l.Blocks {
			p.block = 0
			p.newPage()
		}
		p.startBlock()
	}
	p.rules(p.y, p.y+h)
	x, _ := p.span()
	base := p.y + p.l.Size + p.l.Gap/2
	for _, c := range p.l.Columns {
		later, texts, at := &p.numbers, []string{cells[c.Role]}, base
		switch {
		case c.Role == "name":
			later, texts = &p.names, lines
		case p.l.NumberAt == wrapMiddle:
			at += float64(len(lines)-1) * leading / 2
		case p.l.NumberAt == wrapBottom:
			at += float64(len(lines)-1) * leading
		}
		x0 := x
		*later = append(*later, func() {
			p.SetFont(p.l.Font, style, p.l.Size)
			for i, s := range texts {
				p.text(p.place(c, c.Align, x0, s), at+float64(i)*leading, s)
			}
		})
		x += c.Width
	}
	p.y += h
	p.row++
}

// wide and narrow columns of the common table.
func twoColumns(name, count float64) []layoutColumn {
	return []layoutColumn{
		{"name", "ESP", name, "L"},
		{"reports", "Number of Reports", count, "R"},
	}
}

func plainLayout() layout {
	return layout{Orientation: "P", Paper: "Letter", Font: "Helvetica", Size: 10, Leading: 1.2, Gap: 4, Columns: twoColumns(240, 130), Rules: "rows", Left: 72}
}

var nameParts = strings.Fields("Acme Globex Initech Umbrella Hooli Vandelay Soylent Stark Wayne Wonka Cyberdyne Tyrell Oscorp Massive Dynamic Aperture Gekko Duff Monsters Virtucon Zorg Nakatomi Bluth Sterling Cooper Dunder Mifflin Pied Piper Prestige Gringotts Ollivanders Krusty Sirius Cybernetics Rekall Octan Yoyodyne Sliders Media Online Services Holdings International Communications Technologies Networks 4chan 7web 9Cloud x-up.ws Web.com/Register (OnlyFans) O’Brien d/b/a Int’l & Co, Company #2 Studio 71 LLC")

// randomBook makes names of one to many words; no two are equal.
func randomBook(rng *rand.Rand, rows, longest int, stars bool) book {
	b := book{Year: 2019 + rng.IntN(12)}
	b.Title = fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", b.Year)
	seen := map[string]bool{}
	for len(b.Rows) < rows {
		var ws []string
		for range 1 + rng.IntN(longest) {
			ws = append(ws, nameParts[rng.IntN(len(nameParts))])
		}
		name := strings.Join(ws, " ")
		if is, _ := totalLabel(name); is || seen[name] || goesOn.MatchString(name) {
			continue
		}
		seen[name] = true
		if stars && rng.IntN(9) == 0 {
			name += "*"
		}
		n := 1 + rng.IntN(9)
		for range rng.IntN(7) {
			n = n*10 + rng.IntN(10)
		}
		b.Rows = append(b.Rows, bookRow{Name: name, Reports: n, Extra: []string{
			commas(rng.IntN(2_000_000)), fmt.Sprintf("%.1f%%", rng.Float64()*100), commas(rng.IntN(500)),
		}})
	}
	sort.Slice(b.Rows, func(i, j int) bool { return b.Rows[i].Name < b.Rows[j].Name })
	return b
}

// verdict compares what was read with what was typeset.
type verdict int

const (
	exactly verdict = iota
	refused
	wrong
)

var testReader = New()

// pagesOf records the pages of a PDF.
func pagesOf(t testing.TB, body []byte) pdf.Document {
	t.Helper()
	process, err := testReader.pdf.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()
	doc, err := process.Read(context.Background(), body)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// reasoned reports whether an error wraps one of the reasons of the package.
func reasoned(err error) bool {
	return slices.ContainsFunc([]error{ErrNotDocument, ErrEmpty, ErrTruncated, ErrDamaged, ErrPassword, ErrTooLarge,
		ErrTimeout, ErrNoText, ErrNoTable, ErrSister, ErrPDFium, ErrClosed}, func(reason error) bool { return errors.Is(err, reason) })
}

// judge reads a typeset book. wrong means a table that no check would hold
// back: no failing finding, the sum right, the year known.
func judge(t testing.TB, b book, pdf []byte) (verdict, string) {
	t.Helper()
	res, err := read(t, pdf)
	if err != nil {
		if !reasoned(err) {
			t.Fatalf("an error without a reason: %v", err)
		}
		return refused, err.Error()
	}
	if codes(res.Findings, pipeline.Fail) != "" {
		return refused, fmt.Sprint(res.Findings)
	}
	if len(res.Tables) != 1 {
		return wrong, fmt.Sprintf("%d tables", len(res.Tables))
	}
	tb := res.Tables[0]
	if tb.Year == 0 || tb.Total == nil || tb.Sum() != tb.Total.Reports {
		return refused, "no year, no total, or not the sum"
	}
	if tb.Year != b.Year {
		return wrong, fmt.Sprintf("year %d for %d", tb.Year, b.Year)
	}
	for i := range min(len(tb.Rows), len(b.Rows)) {
		name, star := strings.CutSuffix(b.Rows[i].Name, "*")
		r := tb.Rows[i]
		if r.Name != name || r.Combined != star || int(r.Reports) != b.Rows[i].Reports {
			return wrong, fmt.Sprintf("row %d: read %q %v %v, typeset %q %d", i, r.Name, r.Combined, r.Reports, b.Rows[i].Name, b.Rows[i].Reports)
		}
	}
	if len(tb.Rows) != len(b.Rows) {
		return wrong, fmt.Sprintf("%d rows for %d", len(tb.Rows), len(b.Rows))
	}
	return exactly, strings.Join(tb.Readings, "+")
}

func TestTypesetLayouts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	short := randomBook(rng, 90, 2, false)
	long := randomBook(rng, 60, 9, true)
	sorted := randomBook(rng, 80, 2, true)
	sort.Slice(sorted.Rows, func(i, j int) bool { return sorted.Rows[i].Reports > sorted.Rows[j].Reports })
	with := func(f func(*layout)) layout {
		l := plainLayout()
		f(&l)
		return l
	}
	narrow := twoColumns(130, 90)
	cases := []struct {
		name string
		b    book
		l    layout
	}{
		{"plain", short, plainLayout()},
		{"unruled", short, with(func(l *layout) { l.Rules = "" })},
		{"segments", short, with(func(l *layout) { l.Rules = "segments" })},
		{"thin rectangles", short, with(func(l *layout) { l.Rules = "thinrects" })},
		{"boxes", short, with(func(l *layout) { l.Rules = "boxes" })},
		{"zebra", short, with(func(l *layout) { l.Rules = "zebra" })},
		{"rules around the header only", short, with(func(l *layout) { l.Rules = "books" })},
		{"TrueType, A4", short, with(func(l *layout) { l.Font, l.Paper = "go", "A4" })},
		{"Times, landscape", short, with(func(l *layout) { l.Font, l.Orientation = "Times", "L" })},
		{"Courier, legal", short, with(func(l *layout) { l.Font, l.Paper, l.Size = "Courier", "Legal", 9 })},
		{"numbers centred", short, with(func(l *layout) { l.Columns[1].Align = "C" })},
		{"header left over numbers right", short, with(func(l *layout) { l.HeadAlign, l.Rules = "L", "" })},
		{"numbers before names", short, with(func(l *layout) {
			l.Columns = []layoutColumn{{"reports", "Reports", 100, "R"}, {"name", "Electronic Service Provider", 240, "L"}}
		})},
		{"header once, unruled", short, with(func(l *layout) { l.HeadOnce, l.Rules = true, "" })},
		{"total in a table of its own", short, with(func(l *layout) { l.TotalApart, l.TotalLabel = true, "Grand Total:" })},
		{"sorted by count", sorted, plainLayout()},
		{"running heads and feet, unruled", short, with(func(l *layout) { l.Running, l.Prose, l.Footnote, l.Rules = true, true, true, "" })},
		{"numbers drawn first", short, with(func(l *layout) { l.NumbersFirst = true })},
		{"glyph by glyph", short, with(func(l *layout) { l.Glyphs, l.Rules = "glyphs", "" })},
		{"wraps, number first line, unruled", long, with(func(l *layout) { l.Columns, l.Rules = narrow, "" })},
		{"wraps, number centred, unruled", long, with(func(l *layout) { l.Columns, l.NumberAt, l.Rules = narrow, wrapMiddle, "" })},
		{"wraps, number last line, unruled", long, with(func(l *layout) { l.Columns, l.NumberAt, l.Rules = narrow, wrapBottom, "" })},
		{"wraps, even pitch, number first line, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap = narrow, "", 0 })},
		{"wraps, even pitch, number centred, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap, l.NumberAt = narrow, "", 0, wrapMiddle })},
		{"wraps, even pitch, number last line, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap, l.NumberAt = narrow, "", 0, wrapBottom })},
		{"side by side, unruled", short, with(func(l *layout) { l.Columns, l.Blocks, l.Left, l.Rules = twoColumns(130, 100), 2, 40, "" })},
		{"three side by side, unruled", short, with(func(l *layout) {
			l.Columns, l.Blocks, l.Left, l.Rules, l.Orientation = twoColumns(130, 90), 3, 30, "", "L"
		})},
		{"side by side, wraps, unruled, centred", long, with(func(l *layout) {
			l.Columns, l.Blocks, l.Left, l.Rules, l.NumberAt = twoColumns(110, 100), 2, 40, "", wrapMiddle
		})},
		{"extra columns", short, with(func(l *layout) {
			l.Columns = []layoutColumn{{"no", "#", 30, "R"}, {"name", "Electronic Service Provider (ESP)", 190, "L"}, {"0", "Informational\nReports", 80, "R"}, {"reports", "Total\nCyberTipline\nReports", 80, "R"}, {"1", "Percent\nof Total", 70, "R"}}
		})},
		{"extra columns, unruled", short, with(func(l *layout) {
			l.Rules = ""
			l.Columns = []layoutColumn{{"name", "Company", 160, "L"}, {"0", "Referrals", 80, "R"}, {"2", "Files", 60, "R"}, {"reports", "Number of\nReports", 80, "R"}}
		})},
		{"row numbers without a header", short, with(func(l *layout) {
			l.Rules = ""
			l.Columns = []layoutColumn{{"no", "", 30, "R"}, {"name", "Reporting ESP", 190, "L"}, {"reports", "Reports", 80, "R"}}
		})},
		{"band behind the header", short, with(func(l *layout) { l.BandHead, l.Rules = true, "zebra" })},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v, what := judge(t, c.b, c.l.pdf(t, c.b))
			if v != exactly {
				t.Errorf("%s: %s", []string{"", "refused", "WRONG"}[v], what)
			} else {
				t.Log(what)
			}
		})
	}
}
