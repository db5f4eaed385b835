package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	pdferrors "github.com/klippa-app/go-pdfium/errors"
)

// Limits on one page, far above what a table needs.
const (
	maxGlyphs  = 60_000
	maxObjects = 20_000
	maxDepth   = 6
	maxNodes   = 20_000
)

var (
	lastError     = pdfium("FPDF_GetLastError")
	loadDocument  = pdfium("FPDF_LoadMemDocument")
	closeDocument = pdfium("FPDF_CloseDocument")
	soundTable    = pdfium("FPDF_DocumentHasValidCrossReferenceTable")
	metaText      = pdfium("FPDF_GetMetaText")
	countPages    = pdfium("FPDF_GetPageCount")
	loadPage      = pdfium("FPDF_LoadPage")
	closePage     = pdfium("FPDF_ClosePage")
	boundingBox   = pdfium("FPDF_GetPageBoundingBox")

	loadText      = pdfium("FPDFText_LoadPage")
	closeText     = pdfium("FPDFText_ClosePage")
	countChars    = pdfium("FPDFText_CountChars")
	charUnicode   = pdfium("FPDFText_GetUnicode")
	charGenerated = pdfium("FPDFText_IsGenerated")
	charUnmapped  = pdfium("FPDFText_HasUnicodeMapError")
	charBox       = pdfium("FPDFText_GetLooseCharBox")
	charOrigin    = pdfium("FPDFText_GetCharOrigin")
	charObject    = pdfium("FPDFText_GetTextObject")
)

// unreadable stands for a character whose meaning the file does not give.
const unreadable = '\uFFFD'

// A recorder copies what PDFium sees in one document.
type recorder struct {
	*instance
	doc uint32
	// identity is true where the file maps every character code to itself in
	// one range, as the FPDF family of libraries does. PDFium takes only the
	// first 256 codes of such a range.
	identity bool
}

// record opens a PDF in a fresh instance, in the memory given, and records its
// pages. The instance is gone when it returns.
func record(ctx context.Context, s *sandbox, mem *sandboxMemory, body []byte) (sh sheet, dated time.Time, err error) {
	in, err := s.open(ctx, mem)
	if err != nil {
		return sh, dated, fail(ErrPDFium, "%v", oneLine(err))
	}
	defer in.close()
	r := &recorder{instance: in, identity: bytes.Contains(body, []byte("<0000> <FFFF> <0000>"))}
	if r.doc, err = in.load(body); err != nil {
		var e *Error
		if errors.As(err, &e) {
			return sh, dated, err
		}
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	if sh.Title, dated, err = r.about(); err != nil {
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	if ok, err := in.is(soundTable, r.doc); err != nil || !ok {
		return sh, dated, fail(ErrDamaged, "its table of objects is broken")
	}
	n, err := in.call(countPages, r.doc)
	if err != nil {
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	if n == 0 {
		return sh, dated, fail(ErrDamaged, "no pages")
	}
	if n > MaxPages {
		return sh, dated, fail(ErrTooLarge, "%d pages, at most %d are read", n, MaxPages)
	}
	for i := range n {
		p, err := r.page(i)
		if err != nil {
			var e *Error
			if errors.As(err, &e) {
				return sh, dated, err
			}
			return sh, dated, fail(ErrDamaged, "page %d: %v", i+1, oneLine(err))
		}
		sh.Pages = append(sh.Pages, p)
	}
	if _, err := in.call(closeDocument, r.doc); err != nil {
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	return sh, dated, nil
}

// load opens the document.
func (in *instance) load(body []byte) (uint32, error) {
	at, err := in.malloc(len(body))
	if err != nil {
		return 0, err
	}
	if err := in.write(at, body); err != nil {
		return 0, err
	}
	doc, err := in.call(loadDocument, at, uint32(len(body)), 0)
	if err != nil || doc != 0 {
		return doc, err
	}
	why, err := in.call(lastError)
	if err != nil {
		return 0, err
	}
	switch why {
	case 2:
		err = pdferrors.ErrFile
	case 3:
		err = pdferrors.ErrFormat
	case 4, 5: // a password, or a way of encryption that PDFium does not know
		return 0, &Error{Reason: ErrPassword}
	case 6:
		err = pdferrors.ErrPage
	default:
		err = pdferrors.ErrUnknown
	}
	return 0, err
}

// about returns the title of the document and when it was last changed or
// made, as far as it says.
func (r *recorder) about() (title string, dated time.Time, err error) {
	var values [3]string
	for i, tag := range []string{"Title", "ModDate", "CreationDate"} {
		// The text may take the place of the tag's name: PDFium has read it then.
		copy(r.answer, tag+"\x00")
		var ok bool
		if values[i], ok, err = r.text(metaText, r.doc, r.room); err != nil || !ok {
			return "", dated, err
		}
		values[i] = strings.ReplaceAll(values[i], "\x00", "")
	}
	if dated = pdfDate(values[1]); dated.IsZero() {
		dated = pdfDate(values[2])
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(values[0], "")), " "), dated, nil
}

// oneLine cuts what a sandbox reports down to its first line.
func oneLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

// page records one page.
func (r *recorder) page(i uint32) (p page, err error) {
	at, err := r.call(loadPage, r.doc, i)
	if err != nil {
		return p, err
	}
	if at == 0 {
		return p, pdferrors.ErrPage
	}
	f, err := r.frame(at)
	if err != nil {
		return p, err
	}
	d := drawing{left: maxObjects}
	if err := r.objects(&d, pageCount, pageObject, at, identity, 0); err != nil {
		return p, err
	}
	if p.Tree, err = r.tree(at); err != nil {
		return p, err
	}
	raw, err := r.glyphs(at, p.Tree != nil, d.invisible)
	if err != nil {
		return p, err
	}
	// The page is turned so that most of its type stands upright, whatever the
	// file says about showing it.
	f.turn = mostly(raw)
	p.W, p.H = f.size()
	p.Glyphs = upright(raw, f)
	for _, l := range d.lines {
		x0, y0 := f.show(l.X0, l.Y0)
		x1, y1 := f.show(l.X1, l.Y1)
		p.addLine(x0, y0, x1, y1)
	}
	p.Images = d.images
	_, err = r.call(closePage, at)
	return p, err
}

// frame returns the visible part of a page.
func (r *recorder) frame(page uint32) (frame, error) {
	ok, err := r.is(boundingBox, page, r.room)
	if err == nil && !ok {
		err = errors.New("could not get page bounding box")
	}
	return frame{x0: r.answer.float(0), y1: r.answer.float(4), x1: r.answer.float(8), y0: r.answer.float(12)}, err
}

// A rawGlyph is a character as the file places it.
type rawGlyph struct {
	c              rune
	x, y           float64 // origin
	x0, y0, x1, y1 float64 // box
	turn           int     // quarters counterclockwise that its type is turned by; -1 for a slant
	mcid           int
	hidden         bool
}

// glyphs records the characters of a page.
func (r *recorder) glyphs(page uint32, tagged, invisible bool) (out []rawGlyph, err error) {
	text, err := r.call(loadText, page)
	if err != nil {
		return nil, err
	}
	if text == 0 {
		return nil, errors.New("could not load text page")
	}
	n, err := r.count(countChars, text)
	if err != nil {
		return nil, err
	}
	if n == -1 {
		return nil, errors.New("could not get char count")
	}
	if n > maxGlyphs {
		return nil, fail(ErrTooLarge, "%d characters on one page, at most %d are read", n, maxGlyphs)
	}
	out = make([]rawGlyph, 0, max(n, 0))
	for i := range n {
		if out, err = r.glyph(out, text, uint32(i), tagged, invisible); err != nil {
			return nil, err
		}
	}
	_, err = r.call(closeText, text)
	return out, err
}

// glyph appends a character of a text page, if it is one that the file draws.
// What follows from the character before is not asked.
func (r *recorder) glyph(out []rawGlyph, text, i uint32, tagged, invisible bool) ([]rawGlyph, error) {
	code, err := r.call(charUnicode, text, i)
	if err != nil {
		return nil, err
	}
	c := rune(code)
	if c == '\r' || c == '\n' {
		return out, nil
	}
	if isSpace(c) {
		switch generated, err := r.count(charGenerated, text, i); {
		case err != nil:
			return nil, err
		case generated == -1:
			return nil, errors.New("could not get whether text is generated")
		case generated == 1:
			return out, nil
		}
	}
	unmapped, err := r.count(charUnmapped, text, i)
	bad := unmapped == 1
	switch {
	case err != nil:
		return nil, err
	case unmapped == -1:
		return nil, errors.New("could not get whether text has a unicode map error")
	case bad && r.identity && c >= 0x100:
		// The character's code is its meaning, as the file says.
	case bad, c == 0:
		c = unreadable
	case c == 2, c == 0xFFFE, c == 0xAD:
		c = '-' // a hyphen that ends a line
	}
	switch ok, err := r.is(charBox, text, i, r.room); {
	case err != nil:
		return nil, err
	case !ok:
		return nil, errors.New("could not get loose char box")
	}
	g := rawGlyph{c: c, mcid: -1,
		x0: r.answer.float(0), y1: r.answer.float(4), x1: r.answer.float(8), y0: r.answer.float(12)}
	var before *rawGlyph
	if len(out) > 0 {
		before = &out[len(out)-1]
	}
	if before != nil && before.turn == 0 && before.y0 == g.y0 && before.y1 == g.y1 && g.x1 > g.x0 {
		g.x, g.y = g.x0, before.y // the same type on the same line
	} else {
		switch ok, err := r.is(charOrigin, text, i, r.room, r.room+8); {
		case err != nil:
			return nil, err
		case !ok:
			return nil, errors.New("could not get char origin")
		}
		g.x, g.y = r.answer.double(0), r.answer.double(8)
		g.turn = g.turned()
	}
	// Marked content changes where the text jumps.
	if before != nil && before.follows(g) && !invisible {
		g.mcid = before.mcid
	} else if tagged || invisible {
		if g.mcid, g.hidden, err = r.drawn(text, i, tagged, invisible); err != nil {
			return nil, err
		}
	}
	return append(out, g), nil
}

// drawn returns the marked content that a character belongs to, -1 for none,
// and whether it is drawn invisibly, as far as asked.
func (r *recorder) drawn(text, i uint32, tagged, invisible bool) (mcid int, hidden bool, err error) {
	o, err := r.call(charObject, text, i)
	if err != nil {
		return -1, false, err
	}
	if o == 0 {
		return -1, false, errors.New("could not get object")
	}
	if invisible {
		mode, err := r.call(textMode, o)
		if err != nil {
			return -1, false, err
		}
		hidden = mode == modeInvisible
	}
	if !tagged {
		return -1, hidden, nil
	}
	mcid, err = r.count(objectMCID, o)
	return mcid, hidden, err
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

// follows reports whether b stands where a ends, on the same line.
func (a rawGlyph) follows(b rawGlyph) bool {
	return a.turn == b.turn && a.turn == 0 && a.y == b.y && a.y0 == b.y0 && math.Abs(b.x0-a.x1) < 0.12*(a.y1-a.y0)
}

// mostly returns how most of the visible characters are turned.
func mostly(gs []rawGlyph) int {
	var n [4]int
	for _, g := range gs {
		if g.turn >= 0 && !g.hidden && !isSpace(g.c) {
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

// upright returns the visible characters of the page that stand upright in the
// frame. A watermark or a word on its side is no part of a table.
func upright(raw []rawGlyph, f frame) []glyph {
	out := make([]glyph, 0, len(raw))
	for i, r := range raw {
		if r.turn != f.turn {
			// A character without a box of its own, such as the second letter of
			// a ligature, stands like the one before it.
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
				if math.Abs(y-oy) < 0.05*h && math.Abs(x-ox) < w+0.3*h {
					r.turn = f.turn
					r.x0, r.x1, r.y0, r.y1 = o.x0+r.x-o.x, o.x1+r.x-o.x, o.y0+r.y-o.y, o.y1+r.y-o.y
					raw[i] = r
					break
				}
			}
		}
		if r.hidden || r.turn != f.turn {
			continue
		}
		g := glyph{R: r.c, MCID: r.mcid}
		g.X, g.Y = f.show(r.x, r.y)
		x0, y0 := f.show(r.x0, r.y0)
		x1, y1 := f.show(r.x1, r.y1)
		g.X0, g.X1 = math.Min(x0, x1), math.Max(x0, x1)
		g.Size = math.Abs(y1 - y0)
		w, h := f.size()
		if g.X1 < -1 || g.X0 > w+1 || g.Y < -1 || g.Y > h+1 {
			continue // beyond the edge of the page
		}
		out = append(out, g)
	}
	return out
}

// modeInvisible is the way of drawing text that shows nothing, as under a scan.
const modeInvisible = 3

// pdfDate reads a PDF date such as D:20230412101500-04'00'; zero if it is none.
func pdfDate(s string) time.Time {
	s = strings.TrimPrefix(strings.TrimSpace(s), "D:")
	digits := 0
	for digits < len(s) && digits < 14 && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	layout := "20060102150405"
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
	t, err := time.ParseInLocation(layout[:digits], s[:digits], zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
