package extract

import (
	"bytes"
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
	Title string // printed; "" prints none
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
	NoTotal            bool
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

// pdf typesets the book. It returns the document and, where the printed order
// is not the book's, the rows in printed order.
func (l layout) pdf(t testing.TB, b book) []byte {
	t.Helper()
	p := fpdf.New(l.Orientation, "pt", l.Paper, "")
	p.SetCompression(true)
	p.SetAutoPageBreak(false, 0)
	font := l.Font
	if font == "go" {
		p.AddUTF8FontFromBytes("go", "", goregular.TTF)
		p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	}
	tr := func(s string) string { return s }
	if font != "go" {
		tr = p.UnicodeTranslatorFromDescriptor("")
	}
	blocks := max(l.Blocks, 1)
	leading := l.Leading * l.Size
	pageW, pageH := p.GetPageSize()
	var y, top float64
	page := 0
	const pad = 4.0

	text := func(x, y float64, s string) { // baseline
		switch l.Glyphs {
		case "glyphs":
			for _, r := range s {
				p.Text(x, y, tr(string(r)))
				x += p.GetStringWidth(tr(string(r)))
			}
		case "words":
			for _, w := range strings.SplitAfter(s, " ") {
				p.Text(x, y, tr(w))
				x += p.GetStringWidth(tr(w))
			}
		default:
			p.Text(x, y, tr(s))
		}
	}
	type later struct{ draw []func() }
	var numbers, names later
	flush := func() {
		first, second := names.draw, numbers.draw
		if l.NumbersFirst {
			first, second = second, first
		}
		for _, f := range append(append([]func(){}, first...), second...) {
			f()
		}
		names.draw, numbers.draw = nil, nil
	}
	wrapText := func(s string, w float64) []string {
		var out []string
		cur := ""
		for _, word := range strings.Fields(s) {
			try := word
			if cur != "" {
				try = cur + " " + word
			}
			if p.GetStringWidth(tr(try)) > w && cur != "" {
				out = append(out, cur)
				cur = word
			} else {
				cur = try
			}
		}
		return append(out, cur)
	}
	place := func(c layoutColumn, align string, x float64, s string) float64 {
		w := p.GetStringWidth(tr(s))
		switch align {
		case "R":
			return x + c.Width - pad - w
		case "C":
			return x + (c.Width-w)/2
		}
		return x + pad
	}
	blockW := 0.0
	for _, c := range l.Columns {
		blockW += c.Width
	}
	const gutter = 24.0
	blockX := func(k int) float64 { return l.Left + float64(k)*(blockW+gutter) }
	hline := func(x, w, y float64) {
		switch l.Rules {
		case "thinrects":
			p.SetFillColor(60, 60, 60)
			p.Rect(x, y-0.4, w, 0.8, "F")
		default:
			p.SetLineWidth(0.6)
			p.Line(x, y, x+w, y)
		}
	}
	rowRule := func(k int, y0, y1 float64, n int, cellsOnly bool) {
		x := blockX(k)
		switch l.Rules {
		case "rows", "thinrects":
			hline(x, blockW, y1)
		case "segments":
			for _, c := range l.Columns {
				hline(x, c.Width, y1)
				x += c.Width
			}
		case "boxes":
			for _, c := range l.Columns {
				p.SetLineWidth(0.5)
				p.Rect(x, y0, c.Width, y1-y0, "D")
				x += c.Width
			}
		case "zebra":
			if n%2 == 1 {
				p.SetFillColor(230, 230, 240)
				p.Rect(x, y0, blockW, y1-y0, "F")
			}
		}
	}
	header := func(k int) {
		p.SetFont(font, "B", l.Size)
		lines := 1
		for _, c := range l.Columns {
			lines = max(lines, strings.Count(c.Head, "\n")+1)
		}
		h := float64(lines)*l.Size*1.2 + 6
		x := blockX(k)
		if l.BandHead {
			p.SetFillColor(200, 210, 220)
			p.Rect(x, y, blockW, h, "F")
		}
		if l.Rules != "" && l.Rules != "zebra" {
			hline(x, blockW, y)
			hline(x, blockW, y+h)
		}
		for _, c := range l.Columns {
			hs := strings.Split(c.Head, "\n")
			align := c.Align
			if l.HeadAlign != "" && c.Role != "name" {
				align = l.HeadAlign
			}
			for i, s := range hs {
				off := float64(lines-len(hs))*l.Size*1.2/2 + float64(i)*l.Size*1.2
				text(place(c, align, x, s), y+off+l.Size+2, s)
			}
			x += c.Width
		}
		p.SetFont(font, "", l.Size)
		y += h
	}
	newPage := func() {
		if page > 0 {
			flush()
		}
		p.AddPage()
		page++
		y = 60
		p.SetFont(font, "", 8)
		if l.Running {
			text(l.Left, 30, fmt.Sprintf("%d Reports by ESP %d", b.Year, page))
			text(l.Left+120, pageH-24, fmt.Sprintf("© %d National Center 1,234 of 5,678", b.Year+1))
			text(l.Left+300, pageH-24, fmt.Sprint(page))
		}
		if page == 1 {
			if b.Title != "" {
				size := 18.0
				p.SetFont(font, "B", size)
				for p.GetStringWidth(tr(b.Title)) > pageW-l.Left-40 {
					size--
					p.SetFont(font, "B", size)
				}
				text(l.Left+30, y, b.Title)
				y += 24
			}
			p.SetFont(font, "", 9)
			if l.Prose {
				for _, s := range []string{
					fmt.Sprintf("In %d, the CyberTipline received more than 32 million reports. 31,802,525 of these reports", b.Year),
					"were from Electronic Service Providers that report instances of apparent child sexual abuse",
					"material that they become aware of on their systems. In 2018 there were 1,234 of them.",
				} {
					text(l.Left, y, s)
					y += 12
				}
				y += 14
			}
		}
		p.SetFont(font, "", l.Size)
		top = y
	}
	newPage()
	block := 0
	heads := 0
	startBlock := func() {
		y = top
		if !l.HeadOnce || heads < blocks {
			header(block)
			heads++
		} else if l.HeadOnce {
			y = top
		}
	}
	startBlock()
	bottom := pageH - 50
	n := 0
	put := func(name string, cells map[string]string, bold bool) {
		var nameCol layoutColumn
		for _, c := range l.Columns {
			if c.Role == "name" {
				nameCol = c
			}
		}
		style := ""
		if bold {
			style = "B"
		}
		p.SetFont(font, style, l.Size)
		ls := wrapText(name, nameCol.Width-2*pad)
		h := float64(len(ls)-1)*leading + math.Max(leading, l.Size*1.2) + l.Gap
		if y+h > bottom {
			block++
			if block == blocks {
				block = 0
				newPage()
				p.SetFont(font, style, l.Size)
			}
			startBlock()
			p.SetFont(font, style, l.Size)
		}
		y0 := y
		k := block
		x := blockX(k)
		base := y0 + l.Size + l.Gap/2
		if l.Rules == "zebra" || l.Rules == "boxes" {
			rowRule(k, y0, y0+h, n, false)
		}
		for _, c := range l.Columns {
			c, x0 := c, x
			if c.Role == "name" {
				for i, s := range ls {
					i, s := i, s
					names.draw = append(names.draw, func() {
						p.SetFont(font, style, l.Size)
						text(place(c, c.Align, x0, s), base+float64(i)*leading, s)
					})
				}
			} else {
				s := cells[c.Role]
				at := base
				switch l.NumberAt {
				case wrapMiddle:
					at += float64(len(ls)-1) * leading / 2
				case wrapBottom:
					at += float64(len(ls)-1) * leading
				}
				numbers.draw = append(numbers.draw, func() {
					p.SetFont(font, style, l.Size)
					text(place(c, c.Align, x0, s), at, s)
				})
			}
			x += c.Width
		}
		y += h
		if l.Rules != "zebra" && l.Rules != "boxes" {
			rowRule(k, y0, y, n, false)
		}
		n++
	}
	label := l.TotalLabel
	if label == "" {
		label = "Total"
	}
	total := func() {
		if l.NoTotal {
			return
		}
		cells := map[string]string{"reports": commas(b.total())}
		put(label, cells, l.BoldTotal)
	}
	if l.TotalFirst {
		total()
	}
	for i, r := range b.Rows {
		cells := map[string]string{"reports": commas(r.Reports), "no": fmt.Sprint(i + 1)}
		for k, e := range r.Extra {
			cells[fmt.Sprint(k)] = e
		}
		put(r.Name, cells, false)
	}
	if !l.TotalFirst {
		if l.TotalApart {
			y += 30
			if y+30 > bottom {
				newPage()
				y = top
			}
		}
		total()
	}
	flush()
	if l.Footnote {
		p.SetFont(font, "", 7)
		text(l.Left, pageH-38, "* Report totals for related platforms and companies have been combined; 12 of 1,400 were reviewed in 2023.")
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
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
		if is, _ := totalLabel(name); is || seen[name] {
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
func judge(t testing.TB, b book, pdf []byte, wantTotal bool) (verdict, string) {
	t.Helper()
	res, err := testReader.Read(context.Background(), "test.pdf", pdf)
	if err != nil {
		if !reasoned(err) {
			t.Fatalf("an error without a reason: %v", err)
		}
		return refused, err.Error()
	}
	return judgeResult(b, res, wantTotal)
}

func judgeResult(b book, res Result, wantTotal bool) (verdict, string) {
	for _, f := range res.Findings {
		if f.Severity == pipeline.Fail {
			return refused, f.What
		}
	}
	if len(res.Tables) != 1 {
		return wrong, fmt.Sprintf("%d tables", len(res.Tables))
	}
	tb := res.Tables[0]
	if tb.Year == 0 {
		return refused, "year unknown"
	}
	if tb.Total == nil && wantTotal {
		return refused, "no total found"
	}
	if tb.Total != nil && tb.Sum() != tb.Total.Reports {
		return refused, fmt.Sprintf("the sum %v is not the total %v", tb.Sum(), tb.Total.Reports)
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
		{"boxes", short, with(func(l *layout) { l.Rules = "boxes" })},
		{"thin rectangles", short, with(func(l *layout) { l.Rules = "thinrects" })},
		{"zebra", short, with(func(l *layout) { l.Rules = "zebra" })},
		{"rules around the header only", short, with(func(l *layout) { l.Rules = "books" })},
		{"TrueType, A4", short, with(func(l *layout) { l.Font, l.Paper = "go", "A4" })},
		{"Times, landscape", short, with(func(l *layout) { l.Font, l.Orientation = "Times", "L" })},
		{"Courier, legal", short, with(func(l *layout) { l.Font, l.Paper, l.Size = "Courier", "Legal", 9 })},
		{"small type", short, with(func(l *layout) { l.Size, l.Gap = 6, 1 })},
		{"numbers left", short, with(func(l *layout) { l.Columns[1].Align = "L" })},
		{"numbers centred", short, with(func(l *layout) { l.Columns[1].Align = "C" })},
		{"header left over numbers right", short, with(func(l *layout) { l.HeadAlign, l.Rules = "L", "" })},
		{"numbers before names", short, with(func(l *layout) {
			l.Columns = []layoutColumn{{"reports", "Reports", 100, "R"}, {"name", "Electronic Service Provider", 240, "L"}}
		})},
		{"header once", short, with(func(l *layout) { l.HeadOnce = true })},
		{"header once, unruled", short, with(func(l *layout) { l.HeadOnce, l.Rules = true, "" })},
		{"total first", short, with(func(l *layout) { l.TotalFirst = true })},
		{"total first, unruled, bold", short, with(func(l *layout) { l.TotalFirst, l.BoldTotal, l.Rules = true, true, "" })},
		{"total in a table of its own", short, with(func(l *layout) { l.TotalApart, l.TotalLabel = true, "Grand Total:" })},
		{"sorted by count", sorted, plainLayout()},
		{"running heads and feet", short, with(func(l *layout) { l.Running, l.Prose, l.Footnote = true, true, true })},
		{"running heads and feet, unruled", short, with(func(l *layout) { l.Running, l.Prose, l.Footnote, l.Rules = true, true, true, "" })},
		{"numbers drawn first", short, with(func(l *layout) { l.NumbersFirst = true })},
		{"word by word", short, with(func(l *layout) { l.Glyphs = "words" })},
		{"glyph by glyph", short, with(func(l *layout) { l.Glyphs, l.Rules = "glyphs", "" })},
		{"wraps, number first line", long, with(func(l *layout) { l.Columns = narrow })},
		{"wraps, number first line, unruled", long, with(func(l *layout) { l.Columns, l.Rules = narrow, "" })},
		{"wraps, number centred", long, with(func(l *layout) { l.Columns, l.NumberAt = narrow, wrapMiddle })},
		{"wraps, number centred, unruled", long, with(func(l *layout) { l.Columns, l.NumberAt, l.Rules = narrow, wrapMiddle, "" })},
		{"wraps, number last line", long, with(func(l *layout) { l.Columns, l.NumberAt = narrow, wrapBottom })},
		{"wraps, number last line, unruled", long, with(func(l *layout) { l.Columns, l.NumberAt, l.Rules = narrow, wrapBottom, "" })},
		{"wraps, even pitch, number first line, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap = narrow, "", 0 })},
		{"wraps, even pitch, number centred, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap, l.NumberAt = narrow, "", 0, wrapMiddle })},
		{"wraps, even pitch, number last line, unruled", long, with(func(l *layout) { l.Columns, l.Rules, l.Gap, l.NumberAt = narrow, "", 0, wrapBottom })},
		{"side by side", short, with(func(l *layout) { l.Columns, l.Blocks, l.Left = twoColumns(130, 100), 2, 40 })},
		{"side by side, unruled", short, with(func(l *layout) { l.Columns, l.Blocks, l.Left, l.Rules = twoColumns(130, 100), 2, 40, "" })},
		{"three side by side, unruled", short, with(func(l *layout) {
			l.Columns, l.Blocks, l.Left, l.Rules, l.Orientation = twoColumns(130, 90), 3, 30, "", "L"
		})},
		{"side by side, wraps", long, with(func(l *layout) { l.Columns, l.Blocks, l.Left = twoColumns(110, 100), 2, 40 })},
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
			v, what := judge(t, c.b, c.l.pdf(t, c.b), true)
			if v != exactly {
				t.Errorf("%s: %s", []string{"", "refused", "WRONG"}[v], what)
			} else {
				t.Log(what)
			}
		})
	}
}
