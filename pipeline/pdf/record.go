package pdf

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Limits on one page, far above what a table needs.
const (
	maxGlyphs  = 60_000
	maxObjects = 20_000
	maxDepth   = 6
	maxNodes   = 20_000
)

// A recorder copies what PDFium sees in one document.
type recorder struct {
	pdfium.Pdfium
	doc references.FPDF_DOCUMENT
	// identity is true where the file maps every character code to itself in
	// one range, as the FPDF family of libraries does. PDFium takes only the
	// first 256 codes of such a range.
	identity bool
}

// record opens a PDF and records its pages.
func record(in pdfium.Pdfium, body []byte) (doc Document, err error) {
	r := &recorder{Pdfium: in, identity: bytes.Contains(body, []byte("<0000> <FFFF> <0000>"))}
	opened, err := in.OpenDocument(&requests.OpenDocument{File: &body})
	if err != nil {
		return doc, err
	}
	r.doc = opened.Document
	if doc.Title, doc.Dated, err = r.about(); err != nil {
		return doc, err
	}
	sound, err := r.FPDF_DocumentHasValidCrossReferenceTable(&requests.FPDF_DocumentHasValidCrossReferenceTable{Document: r.doc})
	if err != nil {
		return doc, err
	}
	if !sound.DocumentHasValidCrossReferenceTable {
		doc.Repairs = append(doc.Repairs, "its table of objects does not say where they are, and was made anew")
	}
	n, err := r.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	switch {
	case err != nil:
		return doc, err
	case n.PageCount == 0:
		return doc, fail(ErrDamaged, "no pages")
	case n.PageCount > MaxPages:
		return doc, fail(ErrTooLarge, "%d pages, at most %d are read", n.PageCount, MaxPages)
	}
	for i := range n.PageCount {
		p, err := r.page(i)
		if err != nil {
			return doc, fmt.Errorf("page %d: %w", i+1, err)
		}
		doc.Pages = append(doc.Pages, p)
	}
	return doc, nil
}

// about returns the title of the document and when it was last changed or
// made, as far as it says.
func (r *recorder) about() (title string, dated time.Time, err error) {
	var values [3]string
	for i, tag := range []string{"Title", "ModDate", "CreationDate"} {
		text, err := r.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: r.doc, Tag: tag})
		if broke(err) {
			return "", dated, err
		}
		if err != nil {
			continue // the file says nothing
		}
		values[i] = strings.ReplaceAll(text.Value, "\x00", "")
	}
	if dated = pdfDate(values[1]); dated.IsZero() {
		dated = pdfDate(values[2])
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(values[0], "")), " "), dated, nil
}

// page records one page.
func (r *recorder) page(i int) (p Page, err error) {
	loaded, err := r.shown(i)
	if err != nil {
		return p, err
	}
	of := requests.Page{ByReference: &loaded}
	box, err := r.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: of})
	if err != nil {
		return p, err
	}
	f := frame{x0: float64(box.Rect.Left), y0: float64(box.Rect.Bottom), x1: float64(box.Rect.Right), y1: float64(box.Rect.Top)}
	d, err := r.drawing(of)
	if err != nil {
		return p, err
	}
	if p.Tree, err = r.tree(of); err != nil {
		return p, err
	}
	raw, err := r.visible(of, f, &d, p.Tree != nil)
	if err != nil {
		return p, err
	}
	// The page is turned so that most of its type is upright, whatever the file
	// says about showing it.
	f.turn = mostly(raw)
	p.W, p.H = f.size()
	p.Glyphs = upright(raw, f)
	for _, l := range d.lines {
		x0, y0 := f.show(l.X0, l.Y0)
		x1, y1 := f.show(l.X1, l.Y1)
		p.addLine(x0, y0, x1, y1)
	}
	_, err = r.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded})
	return p, err
}

// shown loads a page as a viewer shows it: annotations and the values of form
// fields become part of it.
func (r *recorder) shown(i int) (references.FPDF_PAGE, error) {
	loaded, err := r.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: i})
	if err != nil {
		return "", err
	}
	of := requests.Page{ByReference: &loaded.Page}
	if has, err := r.annotated(of); err != nil || !has {
		return loaded.Page, err
	}
	if _, err := r.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: of, Usage: requests.FPDFPage_FlattenUsageNormalDisplay}); broke(err) {
		return "", err
	}
	if _, err := r.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}); err != nil {
		return "", err
	}
	again, err := r.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: i})
	if err != nil {
		return "", err
	}
	return again.Page, nil
}

// annotated reports whether a page has annotations that show something.
func (r *recorder) annotated(page requests.Page) (bool, error) {
	n, err := r.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})
	if err != nil {
		return false, err
	}
	for i := range min(n.Count, maxObjects) {
		a, err := r.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: page, Index: i})
		if broke(err) {
			return false, err
		}
		if err != nil {
			continue
		}
		kind, err := r.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
		if err != nil {
			return false, err
		}
		if _, err := r.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation}); err != nil {
			return false, err
		}
		if kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_LINK && kind.Subtype != enums.FPDF_ANNOT_SUBTYPE_POPUP {
			return true, nil
		}
	}
	return false, nil
}

// A rawGlyph is a character as the file places it.
type rawGlyph struct {
	c              rune
	x, y           float64 // origin
	x0, y0, x1, y1 float64 // box
	turn           int     // quarters counterclockwise that its type is turned by; -1 for a slant
	space          float64 // width of the font's space
	mcid           int
	index          int  // among the characters of PDFium's text page
	hidden         bool // it leaves no mark on the page
}

// glyphs records the characters of a page.
func (r *recorder) glyphs(text references.FPDF_TEXTPAGE, tagged bool) (out []rawGlyph, err error) {
	n, err := r.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return nil, err
	}
	if n.Count > maxGlyphs {
		return nil, fail(ErrTooLarge, "%d characters on one page, at most %d are read", n.Count, maxGlyphs)
	}
	out = make([]rawGlyph, 0, n.Count)
	for i := range n.Count {
		c, ok, err := r.character(text, i)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if len(out) > 0 && utf16.IsSurrogate(out[len(out)-1].c) && utf16.IsSurrogate(c) {
			out[len(out)-1].c = utf16.DecodeRune(out[len(out)-1].c, c) // PDFium gives its halves
			continue
		}
		var before *rawGlyph
		if len(out) > 0 {
			before = &out[len(out)-1]
		}
		g, err := r.glyph(text, i, c, before)
		if err != nil {
			return nil, err
		}
		if tagged {
			// Marked content changes where the text jumps.
			if before != nil && before.follows(g) {
				g.mcid = before.mcid
			} else if g.mcid, err = r.marked(text, i); err != nil {
				return nil, err
			}
		}
		out = append(out, g)
	}
	return out, nil
}

// character returns what a character of a text page means; ok is false for one
// that PDFium made up.
func (r *recorder) character(text references.FPDF_TEXTPAGE, i int) (c rune, ok bool, err error) {
	code, err := r.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
	if err != nil {
		return 0, false, err
	}
	c = rune(code.Unicode)
	if c == '\r' || c == '\n' {
		return 0, false, nil
	}
	if IsSpace(c) {
		made, err := r.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i})
		if err != nil || made.IsGenerated {
			return 0, false, err
		}
	}
	unmapped, err := r.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: text, Index: i})
	if err != nil {
		return 0, false, err
	}
	switch bad := unmapped.HasUnicodeMapError; {
	case bad && r.identity && c >= 0x100:
		// The character's code is its meaning, as the file says.
	case bad, c == 0:
		c = Unreadable
	case c == 2, c == 0xFFFE, c == 0xAD:
		c = '-' // a hyphen that ends a line
	}
	return c, true, nil
}

// glyph returns where a character is drawn; before is the one before it, if any.
func (r *recorder) glyph(text references.FPDF_TEXTPAGE, i int, c rune, before *rawGlyph) (rawGlyph, error) {
	box, err := r.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: i})
	if err != nil {
		return rawGlyph{}, err
	}
	g := rawGlyph{c: c, mcid: -1, index: i,
		x0: float64(box.Rect.Left), y0: float64(box.Rect.Bottom), x1: float64(box.Rect.Right), y1: float64(box.Rect.Top)}
	if before != nil && before.turn == 0 && before.y0 == g.y0 && before.y1 == g.y1 && g.x1 > g.x0 {
		// The same type on the same line: half as much to ask PDFium.
		g.x, g.y, g.space = g.x0, before.y, before.space
		return g, nil
	}
	origin, err := r.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: i})
	if err != nil {
		return rawGlyph{}, err
	}
	g.x, g.y = origin.X, origin.Y
	g.turn = g.turned()
	g.space, err = r.space(text, i, g)
	return g, err
}

// space returns the width of a space in a character's type, 0 where the font
// does not say: its share of the character's own width on the page.
func (r *recorder) space(text references.FPDF_TEXTPAGE, i int, g rawGlyph) (float64, error) {
	o, err := r.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i})
	if err != nil {
		return 0, onlyBroke(err)
	}
	font, err := r.FPDFTextObj_GetFont(&requests.FPDFTextObj_GetFont{PageObject: o.TextObject})
	if err != nil {
		return 0, onlyBroke(err)
	}
	space, err := r.FPDFFont_GetGlyphWidth(&requests.FPDFFont_GetGlyphWidth{Font: font.Font, Glyph: ' ', FontSize: 1000})
	if err != nil {
		return 0, onlyBroke(err)
	}
	own, err := r.FPDFFont_GetGlyphWidth(&requests.FPDFFont_GetGlyphWidth{Font: font.Font, Glyph: uint32(g.c), FontSize: 1000})
	if err != nil || own.GlyphWidth <= 0 || space.GlyphWidth < 100 || space.GlyphWidth > 700 {
		return 0, onlyBroke(err)
	}
	w := g.x1 - g.x0
	if g.turn%2 != 0 {
		w = g.y1 - g.y0
	}
	return math.Abs(w) * float64(space.GlyphWidth) / float64(own.GlyphWidth), nil
}

// onlyBroke returns an error only where it is the end of the sandbox.
func onlyBroke(err error) error {
	if broke(err) {
		return err
	}
	return nil
}

// marked returns the marked content that a character belongs to, -1 for none.
func (r *recorder) marked(text references.FPDF_TEXTPAGE, i int) (int, error) {
	o, err := r.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i})
	if broke(err) {
		return -1, err
	}
	if err != nil {
		return -1, nil // PDFium made it up, as between words that run to the left
	}
	mcid, err := r.FPDFPageObj_GetMarkedContentID(&requests.FPDFPageObj_GetMarkedContentID{PageObject: o.TextObject})
	if err != nil {
		return -1, err
	}
	return mcid.MarkedContentID, nil
}

// turned tells from a character's box how its type is turned: the origin is
// where the box begins.
func (g rawGlyph) turned() int {
	tol := 0.04 * math.Max(math.Abs(g.y1-g.y0), math.Abs(g.x1-g.x0))
	switch {
	case math.Abs(g.x-g.x0) <= tol:
		return 0
	case math.Abs(g.y-g.y0) <= tol:
		return 1
	case math.Abs(g.x-g.x1) <= tol:
		return 2
	case math.Abs(g.y-g.y1) <= tol:
		return 3
	}
	return -1
}

// follows reports whether b begins where a ends, on the same line.
func (a rawGlyph) follows(b rawGlyph) bool {
	return a.turn == b.turn && a.turn == 0 && a.y == b.y && a.y0 == b.y0 && math.Abs(b.x0-a.x1) < 0.12*(a.y1-a.y0)
}

// mostly returns how most of the visible characters are turned.
func mostly(gs []rawGlyph) int {
	var n [4]int
	for _, g := range gs {
		if g.turn >= 0 && !g.hidden && !IsSpace(g.c) {
			n[g.turn]++
		}
	}
	best := 0
	for i := range n {
		if n[i] > n[best] {
			best = i
		}
	}
	return best
}

// upright returns the visible characters of the page that are upright in the
// frame. A watermark or a word on its side is no part of a table.
func upright(raw []rawGlyph, f frame) []Glyph {
	out := make([]Glyph, 0, len(raw))
	w, h := f.size()
	for i, r := range raw {
		if r.turn != f.turn {
			r = likeNeighbour(raw, i, f)
			raw[i] = r
		}
		if r.hidden || r.turn != f.turn {
			continue
		}
		g := Glyph{R: r.c, MCID: r.mcid, Space: r.space}
		g.X, g.Y = f.show(r.x, r.y)
		x0, y0 := f.show(r.x0, r.y0)
		x1, y1 := f.show(r.x1, r.y1)
		g.X0, g.X1 = math.Min(x0, x1), math.Max(x0, x1)
		g.Size = math.Abs(y1 - y0)
		if g.X1 < -1 || g.X0 > w+1 || g.Y < -1 || g.Y > h+1 {
			continue // beyond the edge of the page
		}
		out = append(out, g)
	}
	return out
}

// likeNeighbour turns a letter of a ligature, which has a box but no origin of
// its own, like an upright one next to it.
func likeNeighbour(raw []rawGlyph, i int, f frame) rawGlyph {
	r := raw[i]
	for _, n := range []int{i - 1, i + 1} {
		if n < 0 || n >= len(raw) || raw[n].turn != f.turn {
			continue
		}
		o := raw[n]
		w, h := math.Abs(o.x1-o.x0), math.Abs(o.y1-o.y0)
		if f.turn%2 == 1 {
			w, h = h, w
		}
		x, y := f.show(r.x, r.y)
		ox, oy := f.show(o.x, o.y)
		if math.Abs(y-oy) >= 0.05*h || math.Abs(x-ox) >= w+0.3*h {
			continue
		}
		r.turn = f.turn
		if math.Abs(r.x1-r.x0) < 0.01 || math.Abs(r.y1-r.y0) < 0.01 {
			r.x0, r.x1, r.y0, r.y1 = o.x0+r.x-o.x, o.x1+r.x-o.x, o.y0+r.y-o.y, o.y1+r.y-o.y
		}
		break
	}
	return r
}

// IsSpace reports whether the character prints nothing.
func IsSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\v', '\f', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF, 0x200B, 0x2060:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// pdfDate reads a PDF date such as D:20230412101500-04'00'; zero if it is none.
func pdfDate(s string) time.Time {
	s = strings.TrimPrefix(strings.TrimSpace(s), "D:")
	digits := 0
	for digits < len(s) && digits < 14 && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits < 4 || digits%2 != 0 {
		return time.Time{}
	}
	zone := time.UTC
	if rest := s[digits:]; len(rest) >= 3 && (rest[0] == '+' || rest[0] == '-') {
		var h, m int
		if _, err := fmt.Sscanf(strings.ReplaceAll(rest[1:], "'", " "), "%d %d", &h, &m); err == nil || h > 0 {
			off := h*3600 + m*60
			if rest[0] == '-' {
				off = -off
			}
			if h < 24 && m < 60 {
				zone = time.FixedZone("", off)
			}
		}
	}
	t, err := time.ParseInLocation("20060102150405"[:digits], s[:digits], zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
