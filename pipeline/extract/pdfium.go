package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
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

// unreadable stands for a character whose meaning the file does not give.
const unreadable = '\uFFFD'

// A recorder copies what PDFium sees in one document.
type recorder struct {
	ctx  context.Context
	inst pdfium.Pdfium
	doc  references.FPDF_DOCUMENT
	// identity is true where the file maps every character code to itself in
	// one range, as the FPDF family of libraries does. PDFium takes only the
	// first 256 codes of such a range.
	identity bool
}

// record opens a PDF in a fresh instance and records its pages.
func record(ctx context.Context, pool pdfium.Pool, body []byte) (sh sheet, dated time.Time, err error) {
	inst, err := pool.GetInstance(10 * time.Second)
	if err != nil {
		return sh, dated, fail(ErrPDFium, "%v", oneLine(err))
	}
	defer func() {
		if cerr := inst.Close(); err == nil && cerr != nil {
			err = fail(ErrDamaged, "%v", oneLine(cerr))
		}
	}()
	doc, err := inst.OpenDocument(&requests.OpenDocument{File: &body})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return sh, dated, &Error{Reason: ErrPassword}
	case err != nil:
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	r := &recorder{ctx: ctx, inst: inst, doc: doc.Document, identity: bytes.Contains(body, []byte("<0000> <FFFF> <0000>"))}
	if meta, err := inst.GetMetaData(&requests.GetMetaData{Document: r.doc, Tags: &[]string{"Title", "ModDate", "CreationDate"}}); err == nil {
		for _, t := range meta.Tags {
			switch t.Tag {
			case "Title":
				sh.Title = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(t.Value, "\x00", ""), "")), " ")
			case "ModDate", "CreationDate":
				if d := pdfDate(strings.ReplaceAll(t.Value, "\x00", "")); t.Tag == "ModDate" && !d.IsZero() || dated.IsZero() {
					dated = d
				}
			}
		}
	}
	if x, err := inst.FPDF_DocumentHasValidCrossReferenceTable(&requests.FPDF_DocumentHasValidCrossReferenceTable{Document: r.doc}); err != nil || !x.DocumentHasValidCrossReferenceTable {
		return sh, dated, fail(ErrDamaged, "its table of objects is broken")
	}
	n, err := inst.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})
	if err != nil {
		return sh, dated, fail(ErrDamaged, "%v", oneLine(err))
	}
	if n.PageCount == 0 {
		return sh, dated, fail(ErrDamaged, "no pages")
	}
	if n.PageCount > MaxPages {
		return sh, dated, fail(ErrTooLarge, "%d pages, at most %d are read", n.PageCount, MaxPages)
	}
	for i := range n.PageCount {
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
	return sh, dated, nil
}

// oneLine cuts what a sandbox reports down to its first line.
func oneLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

// page records one page.
func (r *recorder) page(i int) (p page, err error) {
	loaded, err := r.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: i})
	if err != nil {
		return p, err
	}
	ref := requests.Page{ByReference: &loaded.Page}
	defer r.inst.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})

	box, err := r.inst.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return p, err
	}
	f := frame{
		x0: float64(box.Rect.Left), y0: float64(box.Rect.Bottom),
		x1: float64(box.Rect.Right), y1: float64(box.Rect.Top),
	}
	d := drawing{left: maxObjects}
	count, err := r.inst.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return p, err
	}
	for k := 0; k < count.Count; k++ {
		o, err := r.inst.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: k})
		if err != nil {
			return p, err
		}
		if err := r.object(&d, o.PageObject, identity, 0); err != nil {
			return p, err
		}
	}
	if p.Tree, err = r.tree(ref); err != nil {
		return p, err
	}
	raw, err := r.glyphs(ref, p.Tree != nil, d.invisible)
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
	return p, nil
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

// glyphs records the characters of a page. Every question to the sandbox takes
// time; what follows from the character before is not asked.
func (r *recorder) glyphs(ref requests.Page, tagged, invisible bool) (out []rawGlyph, err error) {
	loaded, err := r.inst.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return nil, err
	}
	text := loaded.TextPage
	defer r.inst.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text})
	n, err := r.inst.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return nil, err
	}
	if n.Count > maxGlyphs {
		return nil, fail(ErrTooLarge, "%d characters on one page, at most %d are read", n.Count, maxGlyphs)
	}
	for i := range n.Count {
		if i%256 == 0 && r.ctx.Err() != nil {
			return nil, r.ctx.Err()
		}
		u, err := r.inst.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
		if err != nil {
			return nil, err
		}
		c := rune(u.Unicode)
		if c == '\r' || c == '\n' {
			continue
		}
		if isSpace(c) {
			g, err := r.inst.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i})
			if err != nil {
				return nil, err
			}
			if g.IsGenerated {
				continue
			}
		}
		switch bad, err := r.inst.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: text, Index: i}); {
		case err != nil:
			return nil, err
		case bad.HasUnicodeMapError && r.identity && c >= 0x100:
			// The character's code is its meaning, as the file says.
		case bad.HasUnicodeMapError, c == 0:
			c = unreadable
		case c == 2, c == 0xFFFE, c == 0xAD:
			c = '-' // a hyphen that ends a line
		}
		b, err := r.inst.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: i})
		if err != nil {
			return nil, err
		}
		g := rawGlyph{c: c, mcid: -1,
			x0: float64(b.Rect.Left), y0: float64(b.Rect.Bottom), x1: float64(b.Rect.Right), y1: float64(b.Rect.Top)}
		var before *rawGlyph
		if len(out) > 0 {
			before = &out[len(out)-1]
		}
		if before != nil && before.turn == 0 && before.y0 == g.y0 && before.y1 == g.y1 && g.x1 > g.x0 {
			g.x, g.y = g.x0, before.y // the same type on the same line
		} else {
			o, err := r.inst.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: i})
			if err != nil {
				return nil, err
			}
			g.x, g.y = o.X, o.Y
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
		out = append(out, g)
	}
	return out, nil
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

// invisible is the way of drawing text that shows nothing, as under a scan.
const invisible = 3

// drawn returns the marked content that a character belongs to, -1 for none,
// and whether it is drawn invisibly, as far as asked.
func (r *recorder) drawn(text references.FPDF_TEXTPAGE, i int, tagged, hidable bool) (mcid int, hidden bool, err error) {
	mcid = -1
	o, err := r.inst.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i})
	if err != nil {
		return -1, false, err
	}
	if hidable {
		mode, err := r.inst.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o.TextObject})
		if err != nil {
			return -1, false, err
		}
		hidden = mode.TextRenderMode == invisible
	}
	if tagged {
		m, err := r.inst.FPDFPageObj_GetMarkedContentID(&requests.FPDFPageObj_GetMarkedContentID{PageObject: o.TextObject})
		if err != nil {
			return -1, false, err
		}
		mcid = m.MarkedContentID
	}
	return mcid, hidden, nil
}

// tree records the structure tree of a page, nil where there is none.
func (r *recorder) tree(ref requests.Page) ([]node, error) {
	t, err := r.inst.FPDF_StructTree_GetForPage(&requests.FPDF_StructTree_GetForPage{Page: ref})
	if err != nil {
		return nil, nil
	}
	defer r.inst.FPDF_StructTree_Close(&requests.FPDF_StructTree_Close{StructTree: t.StructTree})
	n, err := r.inst.FPDF_StructTree_CountChildren(&requests.FPDF_StructTree_CountChildren{StructTree: t.StructTree})
	if err != nil {
		return nil, nil
	}
	left := maxNodes
	var out []node
	for i := range n.Count {
		e, err := r.inst.FPDF_StructTree_GetChildAtIndex(&requests.FPDF_StructTree_GetChildAtIndex{StructTree: t.StructTree, Index: i})
		if err != nil {
			continue
		}
		k, err := r.element(e.StructElement, 0, &left)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// element records an element of the structure tree and all inside it.
func (r *recorder) element(e references.FPDF_STRUCTELEMENT, depth int, left *int) (n node, err error) {
	if *left--; *left < 0 || depth > 40 {
		return n, nil
	}
	if *left%64 == 0 && r.ctx.Err() != nil {
		return n, r.ctx.Err()
	}
	if t, err := r.inst.FPDF_StructElement_GetType(&requests.FPDF_StructElement_GetType{StructElement: e}); err == nil {
		n.Type = tagName(t.Type)
	}
	c, err := r.inst.FPDF_StructElement_CountChildren(&requests.FPDF_StructElement_CountChildren{StructElement: e})
	if err != nil {
		return n, nil
	}
	for i := range c.Count {
		if kid, err := r.inst.FPDF_StructElement_GetChildAtIndex(&requests.FPDF_StructElement_GetChildAtIndex{StructElement: e, Index: i}); err == nil {
			k, err := r.element(kid.StructElement, depth+1, left)
			if err != nil {
				return n, err
			}
			n.Kids = append(n.Kids, k)
			continue
		}
		if *left--; *left < 0 {
			return n, nil
		}
		if m, err := r.inst.FPDF_StructElement_GetChildMarkedContentID(&requests.FPDF_StructElement_GetChildMarkedContentID{StructElement: e, Index: i}); err == nil && m.ChildMarkedContentID >= 0 {
			n.MCIDs = append(n.MCIDs, m.ChildMarkedContentID)
		}
	}
	return n, nil
}

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
