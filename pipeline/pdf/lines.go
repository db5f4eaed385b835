package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// A drawing is what the objects of a page draw, in the coordinates of the file.
type drawing struct {
	lines  []Rule // from any end to the other
	texts  []references.FPDF_PAGEOBJECT
	boxes  []Rule                              // of the texts
	pale   []Rule                              // of the boxes, those of texts in a light colour
	others []references.FPDF_PAGEOBJECT        // that are no text
	at     map[references.FPDF_PAGEOBJECT]Rule // boxes of the others
	doubt  bool                                // some text may not show, or be covered by what is drawn later
	left   int                                 // objects that may still be looked at
}

// drawing records the lines that the objects of a page draw.
func (r *recorder) drawing(page requests.Page) drawing {
	d := drawing{left: maxObjects, at: map[references.FPDF_PAGEOBJECT]Rule{}}
	n := must(r.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})).Count
	for i := range n {
		o := must(r.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i}))
		r.object(&d, o.PageObject, identity, 0)
	}
	// Nothing that is not near a text bears on what shows of it: a table has more
	// rules than rows, and they take half of the time of drawing.
	d.others = slices.DeleteFunc(d.others, func(o references.FPDF_PAGEOBJECT) bool {
		box, is := d.at[o]
		if is = is && !slices.ContainsFunc(d.boxes, box.grown(1).meets); is {
			r.activate([]references.FPDF_PAGEOBJECT{o}, false)
		}
		return is
	})
	return d
}

// object records the lines of one object and of those inside it.
func (r *recorder) object(d *drawing, o references.FPDF_PAGEOBJECT, m matrix, depth int) {
	if d.left--; d.left < 0 {
		end(ErrTooLarge, "more than %d objects on one page", maxObjects)
	}
	switch must(r.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})).Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		r.asDrawn(o)
		d.texts = append(d.texts, o)
		box, _ := r.bounds(o, m)
		d.boxes = append(d.boxes, box)
		switch sure, pale := r.ink(o); {
		case !sure:
			d.doubt = true
		case pale:
			d.pale = append(d.pale, box.grown(1))
		}
	case enums.FPDF_PAGEOBJ_PATH:
		d.others = append(d.others, o)
		r.path(d, o, m)
	case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_SHADING:
		d.others = append(d.others, o)
		if box, ok := r.bounds(o, m); ok {
			d.at[o] = box
			d.cover(box)
		}
	case enums.FPDF_PAGEOBJ_FORM:
		if depth == maxDepth {
			return
		}
		inner := r.matrix(o).then(m)
		n := must(r.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})).Count
		for i := range n {
			k := must(r.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)}))
			r.object(d, k.PageObject, inner, depth+1)
		}
	}
}

// asDrawn makes PDFium read a text by what is drawn where the file claims that it
// says other words. What is said of one character stays: it may be all that tells
// its meaning, or that a hyphen is a soft one.
func (r *recorder) asDrawn(o references.FPDF_PAGEOBJECT) {
	const key = "ActualText"
	n, _ := may(r.FPDFPageObj_CountMarks(&requests.FPDFPageObj_CountMarks{PageObject: o}))
	if n == nil {
		return
	}
	for i := range min(n.Count, maxDepth) {
		m := must(r.FPDFPageObj_GetMark(&requests.FPDFPageObj_GetMark{PageObject: o, Index: uint64(i)})).Mark
		said, ok := may(r.FPDFPageObjMark_GetParamStringValue(&requests.FPDFPageObjMark_GetParamStringValue{PageObjectMark: m, Key: key}))
		if ok && utf8.RuneCountInString(strings.TrimRight(said.Value, "\x00")) > 1 {
			may(r.FPDFPageObjMark_RemoveParam(&requests.FPDFPageObjMark_RemoveParam{PageObject: o, PageObjectMark: m, Key: key}))
		}
	}
}

// ink reports whether a text is surely drawn in a full colour, and whether that is
// a light one.
func (r *recorder) ink(o references.FPDF_PAGEOBJECT) (sure, pale bool) {
	mode := must(r.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o}))
	colour, ok := may(r.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o}))
	if !ok || mode.TextRenderMode != enums.FPDF_TEXTRENDERMODE_FILL {
		return false, false // a pattern, or no ink
	}
	const light = 3 * 200
	c := colour.FillColor
	return c.A == 255, c.R+c.G+c.B > light
}

// cover notes that something is drawn in a box: it may cover text.
func (d *drawing) cover(box Rule) {
	d.doubt = d.doubt || slices.ContainsFunc(d.boxes, box.meets)
}

// meets reports whether two boxes overlap.
func (a Rule) meets(b Rule) bool {
	return a.X0 < b.X1 && b.X0 < a.X1 && a.Y0 < b.Y1 && b.Y0 < a.Y1
}

func (a Rule) grown(by float64) Rule { return Rule{a.X0 - by, a.Y0 - by, a.X1 + by, a.Y1 + by} }

// bounds returns the box of an object; ok is false where it draws nothing.
func (r *recorder) bounds(o references.FPDF_PAGEOBJECT, m matrix) (box Rule, ok bool) {
	b, ok := may(r.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o}))
	if !ok {
		return box, false
	}
	x0, y0 := m.apply(float64(b.Left), float64(b.Bottom))
	x1, y1 := m.apply(float64(b.Right), float64(b.Top))
	return boxOf(x0, y0, x1, y1), true
}

// boxOf returns the box that two of its corners make.
func boxOf(x0, y0, x1, y1 float64) Rule {
	return Rule{math.Min(x0, x1), math.Min(y0, y1), math.Max(x0, x1), math.Max(y0, y1)}
}

const (
	thin     = 2.6 // points: a path no thicker is one line
	shortest = 6   // points: shorter lines are ornaments

	maxSegments = 400 // of a path; one with more is a drawing
)

// path records the lines that a path draws: thin paths as one line, others by
// their edges.
func (r *recorder) path(d *drawing, o references.FPDF_PAGEOBJECT, m matrix) {
	box, ok := r.bounds(o, m)
	if !ok {
		return
	}
	d.at[o] = box
	if box.X1-box.X0 <= thin || box.Y1-box.Y0 <= thin {
		d.lines = append(d.lines, box)
		return
	}
	d.cover(box)
	if n := must(r.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})).Count; n <= maxSegments {
		r.edges(d, o, n, r.matrix(o).then(m))
	}
}

// edges records the straight segments of a path.
func (r *recorder) edges(d *drawing, o references.FPDF_PAGEOBJECT, n int, m matrix) {
	var sx, sy, px, py float64
	for i := range n {
		s := must(r.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i})).PathSegment
		at := must(r.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s}))
		x, y := m.apply(float64(at.X), float64(at.Y))
		switch must(r.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s})).Type {
		case enums.FPDF_SEGMENT_MOVETO:
			sx, sy = x, y
		case enums.FPDF_SEGMENT_LINETO:
			d.lines = append(d.lines, Rule{px, py, x, y})
		}
		px, py = x, y
		if must(r.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s})).IsClose {
			d.lines = append(d.lines, Rule{px, py, sx, sy})
		}
	}
}

// addLine keeps a line by its direction.
func (p *Page) addLine(x0, y0, x1, y1 float64) {
	l := boxOf(x0, y0, x1, y1)
	w, h := l.X1-l.X0, l.Y1-l.Y0
	switch {
	case math.IsNaN(w) || math.IsNaN(h) || math.IsInf(w, 0) || math.IsInf(h, 0):
	case h <= thin && w >= shortest:
		p.Rules = append(p.Rules, l)
	case w <= thin && h >= shortest:
		p.Walls = append(p.Walls, l)
	case w > thin && h > thin && (x0 < x1) == (y0 < y1):
		p.Slants = append(p.Slants, l)
	case w > thin && h > thin:
		p.Slants = append(p.Slants, Rule{l.X0, l.Y1, l.X1, l.Y0})
	}
}

// A frame turns the coordinates of a page's content into those of the page as
// it is shown: cropped, and rotated by turn quarters clockwise.
type frame struct {
	x0, y0, x1, y1 float64
	turn           int
}

func (f frame) show(x, y float64) (float64, float64) {
	switch f.turn {
	case 1:
		return y - f.y0, f.x1 - x
	case 2:
		return f.x1 - x, f.y1 - y
	case 3:
		return f.y1 - y, x - f.x0
	}
	return x - f.x0, y - f.y0
}

func (f frame) box(b Rule) Rule {
	x0, y0 := f.show(b.X0, b.Y0)
	x1, y1 := f.show(b.X1, b.Y1)
	return boxOf(x0, y0, x1, y1)
}

func (f frame) size() (w, h float64) {
	w, h = f.x1-f.x0, f.y1-f.y0
	if f.turn%2 == 1 {
		w, h = h, w
	}
	return w, h
}

// A matrix is a PDF transformation.
type matrix structs.FPDF_FS_MATRIX

var identity = matrix{A: 1, D: 1}

// matrix returns the transformation of an object.
func (r *recorder) matrix(o references.FPDF_PAGEOBJECT) matrix {
	m, ok := may(r.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o}))
	if !ok {
		return identity // it has none
	}
	return matrix(m.Matrix)
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return float64(m.A)*x + float64(m.C)*y + float64(m.E), float64(m.B)*x + float64(m.D)*y + float64(m.F)
}

// then returns the transformation that applies m first, then n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		A: m.A*n.A + m.B*n.C, B: m.A*n.B + m.B*n.D,
		C: m.C*n.A + m.D*n.C, D: m.C*n.B + m.D*n.D,
		E: m.E*n.A + m.F*n.C + n.E, F: m.E*n.B + m.F*n.D + n.F,
	}
}
