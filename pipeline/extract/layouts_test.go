package extract

import (
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// A title of two lines, set much larger and close above the header, is a title
// and no part of the header, although its second line could head a column.
func TestTitleCloseAbove(t *testing.T) {
	p := fpdf.New("P", "pt", "Letter", "")
	p.AddPage()
	p.SetFont("Times", "B", 24)
	p.Text(34, 65, "2021 CyberTipline Reports by Electronic Service")
	p.Text(34, 93, "Providers (ESP)")
	p.SetFont("Times", "", 12)
	y := 128.0
	for _, r := range append([]string{"ESP|Reports"}, tenRows...) {
		name, count, _ := strings.Cut(strings.NewReplacer("“", `"`, "”", `"`).Replace(r), "|")
		p.Text(36, y, name)
		p.Text(360-p.GetStringWidth(count), y, count)
		y += 16.5
	}
	res := mustRead(t, done(t, p))
	if tb := res.Tables[0]; tb.Year != 2021 || len(tb.Rows) != len(tenRows)-1 || codes(res.Findings, pipeline.Fail) != "" {
		t.Errorf("read %s, findings %v", print(tb), res.Findings)
	}
}

// A name broken behind a hyphen may go on with the hyphen or without it. Where
// the file does not say which, no name is guessed. Behind a slash it goes on
// without a space unless one is printed.
func TestBrokenNames(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, then string // the two lines
		other       string // another name
		want        string // "" to be refused
	}{
		{"slash, no space at any end", "Various, Inc. / FriendFinder/", "Tangotime", "Acme", "Various, Inc. / FriendFinder/Tangotime"},
		{"slash, spaces at ends are printed", "Various, Inc. / FriendFinder/", "Tangotime", "Acme ", "Various, Inc. / FriendFinder/Tangotime"},
		{"slash and space", "Various, Inc. / FriendFinder/ ", "Tangotime", "Acme", "Various, Inc. / FriendFinder/ Tangotime"},
		{"a broken word", "Absolute Software Corpora-", "tion", "Acme", ""},
		{"a hyphen before a capital", "Absolute Software Mercedes-", "Benz", "Acme", "Absolute Software Mercedes-Benz"},
		{"a word too long for its line", "NorfexHoldingsInternationalLimite", "d", "Acme", ""},
		{"a short word", "Norfex", "d/b/a Norfex International Corporation", "Acme", "Norfex d/b/a Norfex International Corporation"},
		{"a dash", "Absolute Software -", "online", "Acme", "Absolute Software - online"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := fpdf.New("P", "pt", "Letter", "")
			p.AddPage()
			p.SetFont("Helvetica", "B", 14)
			p.Text(60, 60, tenTitle[0])
			p.SetFont("Helvetica", "", 10)
			y := 100.0
			for _, r := range []string{"ESP|Reports", c.other + "|10", c.first + "|20", c.then + "|", "Zorg|30", "Total|60"} {
				name, count, _ := strings.Cut(r, "|")
				p.Text(60, y, name)
				p.Text(300-p.GetStringWidth(count), y, count)
				y += 12
				if name != c.first {
					p.Line(60, y-8, 300, y-8)
					y += 5
				}
			}
			res := mustRead(t, done(t, p))
			tb := res.Tables[0]
			if c.want == "" {
				if codes(res.Findings, pipeline.Fail) != "unreadable-text" {
					t.Errorf("read %s, findings %v", print(tb), res.Findings)
				}
			} else if len(tb.Rows) != 3 || tb.Rows[1].Name != c.want || codes(res.Findings, pipeline.Fail) != "" {
				t.Errorf("read %s, findings %v, want %q", print(tb), res.Findings, c.want)
			}
		})
	}
}

// On a page shown upside down PDFium gives a row's number before its name. A
// name of one letter is not swapped with it, only letters within a name are.
func TestShortNamesUpsideDown(t *testing.T) {
	at := func(r rune, x float64) pdf.Glyph { return pdf.Glyph{R: r, X: x, X0: x, X1: x + 6, Y: 100, Size: 12} }
	for _, c := range []struct {
		gs   []pdf.Glyph
		want bool
	}{
		{[]pdf.Glyph{at('7', 300), at('A', 60)}, false},
		{[]pdf.Glyph{at('B', 66), at('A', 60), at('7', 300)}, true},
	} {

		got := false
		for _, w := range linesOf(c.gs)[0] {
			got = got || w.Swapped
		}
		if got != c.want {
			t.Errorf("%v: swapped is %v", c.gs, got)
		}
	}
}
