package pdf

import (
	"math"
	"unicode"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

const (
	softHyphen = '\u00AD' // only breaks a word; it is drawn where it ends a line
	lineEnd    = 2        // any hyphen that ends a line, as PDFium gives it
)

// A rawGlyph is a character as the file places it.
type rawGlyph struct {
	c      rune
	x, y   float64 // origin
	Rule           // its box
	turn   int     // quarters counterclockwise that its type is turned by; -1 for a slant
	space  float64 // width of the font's space
	mcid   int
	index  int  // among the characters of PDFium's text page
	hidden bool // it leaves no mark on the page
}

// glyphs records the characters of a page.
func (r *recorder) glyphs(text references.FPDF_TEXTPAGE, tagged bool) []rawGlyph {
	n := must(r.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})).Count
	if n > maxGlyphs {
		end(ErrTooLarge, "%d characters on one page, at most %d are read", n, maxGlyphs)
	}
	out := make([]rawGlyph, 0, n)
	before := &rawGlyph{turn: -1}
	for i := range n {
		c, ok := r.character(text, i)
		if !ok {
			continue
		}
		if utf16.IsSurrogate(before.c) && utf16.IsSurrogate(c) {
			before.c = utf16.DecodeRune(before.c, c) // PDFium gives its halves
			continue
		}
		g := r.glyph(text, i, c, before)
		if before.c == softHyphen && before.follows(g) && before.X1-before.X0 > 0.1*(g.Y1-g.Y0) {
			before.c = '-' // it is drawn, and ends no line
		}
		switch {
		case !tagged:
		case before.follows(g):
			g.mcid = before.mcid // marked content changes where the text jumps
		default:
			g.mcid = r.marked(text, i)
		}
		out = append(out, g)
		before = &out[len(out)-1]
	}
	return out
}

// character returns what a character of a text page means; ok is false for one
// that PDFium made up.
func (r *recorder) character(text references.FPDF_TEXTPAGE, i int) (c rune, ok bool) {
	c = rune(must(r.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})).Unicode)
	if c == '\r' || c == '\n' {
		return 0, false
	}
	if IsSpace(c) && must(r.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i})).IsGenerated {
		return 0, false
	}
	unmapped := must(r.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: text, Index: i}))
	switch bad := unmapped.HasUnicodeMapError; {
	case bad && r.identity && c >= 0x100:
		// The character's code is its meaning, as the file says.
	case bad, c == 0:
		c = Unreadable
	case c == 0xFFFE:
		c = lineEnd
	}
	return c, true
}

// glyph returns where a character is drawn; before is the one before it.
func (r *recorder) glyph(text references.FPDF_TEXTPAGE, i int, c rune, before *rawGlyph) rawGlyph {
	box := must(r.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: i})).Rect
	g := rawGlyph{c: c, mcid: -1, index: i,
		Rule: Rule{float64(box.Left), float64(box.Bottom), float64(box.Right), float64(box.Top)}}
	if before.turn == 0 && before.Y0 == g.Y0 && before.Y1 == g.Y1 && g.X1 > g.X0 {
		// The same type on the same line: half as much to ask PDFium.
		g.x, g.y, g.space = g.X0, before.y, before.space
		return g
	}
	origin := must(r.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: i}))
	g.x, g.y = origin.X, origin.Y
	g.turn = g.turned()
	g.space = r.space(text, i, g)
	return g
}

// space returns the width of a space in a character's type, 0 where the font
// does not say: its share of the character's own width on the page.
func (r *recorder) space(text references.FPDF_TEXTPAGE, i int, g rawGlyph) float64 {
	o, ok := may(r.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i}))
	if !ok {
		return 0
	}
	font, ok := may(r.FPDFTextObj_GetFont(&requests.FPDFTextObj_GetFont{PageObject: o.TextObject}))
	if !ok {
		return 0
	}
	width := func(c rune) float64 {
		w, ok := may(r.FPDFFont_GetGlyphWidth(&requests.FPDFFont_GetGlyphWidth{Font: font.Font, Glyph: uint32(c), FontSize: 1000}))
		if !ok {
			return 0
		}
		return float64(w.GlyphWidth)
	}
	space, own := width(' '), width(g.c)
	if own <= 0 || space < 100 || space > 700 {
		return 0
	}
	w := g.X1 - g.X0
	if g.turn%2 != 0 {
		w = g.Y1 - g.Y0
	}
	return math.Abs(w) * space / own
}

// hyphens finds out which of the hyphens that end a line are soft. PDFium tells
// only where no other text is on the page. It leaves the page without text.
func (r *recorder) hyphens(page requests.Page, text references.FPDF_TEXTPAGE, d *drawing, raw []rawGlyph) {
	left := maxHyphens
	for i := range raw {
		if raw[i].c != lineEnd {
			continue
		}
		raw[i].c = '-'
		o, ok := may(r.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: raw[i].index}))
		if left--; !ok || left < 0 {
			continue
		}
		r.activate(d.texts, false)
		r.activate([]references.FPDF_PAGEOBJECT{o.TextObject}, true)
		alone := must(r.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})).TextPage
		n := must(r.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: alone})).Count
		if n > 0 && must(r.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: alone, Index: n - 1})).Unicode == softHyphen {
			raw[i].c = softHyphen
		}
		must(r.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: alone}))
	}
}

// marked returns the marked content that a character belongs to, -1 for none.
func (r *recorder) marked(text references.FPDF_TEXTPAGE, i int) int {
	o, ok := may(r.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i}))
	if !ok {
		return -1 // PDFium made it up, as between words that run to the left
	}
	return must(r.FPDFPageObj_GetMarkedContentID(&requests.FPDFPageObj_GetMarkedContentID{PageObject: o.TextObject})).MarkedContentID
}

// turned tells from a character's box how its type is turned: the origin is
// where the box begins.
func (g rawGlyph) turned() int {
	tol := 0.04 * math.Max(math.Abs(g.Y1-g.Y0), math.Abs(g.X1-g.X0))
	for turn, off := range []float64{g.x - g.X0, g.y - g.Y0, g.x - g.X1, g.y - g.Y1} {
		if math.Abs(off) <= tol {
			return turn
		}
	}
	return -1
}

// follows reports whether b begins where a ends, on the same line.
func (a rawGlyph) follows(b rawGlyph) bool {
	return a.turn == 0 && b.turn == 0 && a.y == b.y && a.Y0 == b.Y0 && math.Abs(b.X0-a.X1) < 0.12*(a.Y1-a.Y0)
}

// mostly returns how most of the visible characters are turned.
func mostly(gs []rawGlyph) (turn int) {
	var n [4]int
	for _, g := range gs {
		if g.turn >= 0 && !g.hidden && !IsSpace(g.c) {
			n[g.turn]++
		}
	}
	for i := range n {
		if n[i] > n[turn] {
			turn = i
		}
	}
	return turn
}

// upright returns the visible characters of the page that are upright in the
// frame. A watermark or a word on its side is no part of a table.
func upright(raw []rawGlyph, f frame) []Glyph {
	for i := range raw {
		raw[i].x, raw[i].y = f.show(raw[i].x, raw[i].y)
		raw[i].Rule = f.box(raw[i].Rule)
	}
	out := make([]Glyph, 0, len(raw))
	w, h := f.size()
	for i := range raw {
		if raw[i].turn != f.turn {
			raw[i].likeNeighbour(raw[max(0, i-1):min(i+2, len(raw))], f.turn)
		}
		g := raw[i]
		beyond := g.X1 < -1 || g.X0 > w+1 || g.y < -1 || g.y > h+1 // the edge of the page
		if !g.hidden && g.turn == f.turn && !beyond {
			out = append(out, Glyph{R: g.c, X: g.x, Y: g.y, X0: g.X0, X1: g.X1, Size: g.Y1 - g.Y0, Space: g.space, MCID: g.mcid})
		}
	}
	return out
}

// likeNeighbour turns a letter of a ligature, which has a box but no origin of
// its own, like an upright one next to it.
func (g *rawGlyph) likeNeighbour(near []rawGlyph, turn int) {
	for _, o := range near {
		w, h := o.X1-o.X0, o.Y1-o.Y0
		apart := math.Max(o.X0-g.X1, g.X0-o.X1)
		if o.turn != turn || math.Abs(g.y-o.y) >= 0.05*h || math.Abs(g.x-o.x) >= w+0.3*h && apart >= 0.3*h {
			continue
		}
		g.turn = turn
		if g.X1-g.X0 < 0.01 || g.Y1-g.Y0 < 0.01 {
			dx, dy := g.x-o.x, g.y-o.y
			g.Rule = Rule{o.X0 + dx, o.Y0 + dy, o.X1 + dx, o.Y1 + dy}
		}
		return
	}
}

// IsSpace reports whether the character prints nothing.
func IsSpace(r rune) bool { return unicode.IsSpace(r) || r == 0xFEFF || r == 0x200B || r == 0x2060 }
