package pdf

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// A drawing is what the objects of a page draw, in the coordinates of the file.
type drawing struct {
	lines  []Rule // from any end to the other
	texts  []references.FPDF_PAGEOBJECT
	boxes  []Rule                       // of the texts
	others []references.FPDF_PAGEOBJECT // that are no text
	images []references.FPDF_PAGEOBJECT // of the others, those behind all text
	doubt  bool                         // some text may not show, or be covered by what is drawn later
	left   int                          // objects that may still be looked at
}

// drawing records the lines that the objects of a page draw.
func (r *recorder) drawing(page requests.Page) (drawing, error) {
	d := drawing{left: maxObjects}
	n, err := r.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return d, err
	}
	for i := range n.Count {
		o, err := r.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			return d, err
		}
		if err := r.lines(&d, o.PageObject, identity, 0); err != nil {
			return d, err
		}
	}
	return d, nil
}

// lines records the lines of one object and of those inside it.
func (r *recorder) lines(d *drawing, o references.FPDF_PAGEOBJECT, m matrix, depth int) error {
	if d.left--; d.left < 0 {
		return fail(ErrTooLarge, "more than %d objects on one page", maxObjects)
	}
	kind, err := r.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return err
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		return r.text(d, o, m)
	case enums.FPDF_PAGEOBJ_PATH:
		d.others = append(d.others, o)
		return r.path(d, o, m)
	case enums.FPDF_PAGEOBJ_FORM:
		if depth < maxDepth {
			return r.form(d, o, m, depth)
		}
	case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_SHADING:
		box, _, err := r.bounds(o, m)
		if err != nil {
			return err
		}
		d.others = append(d.others, o)
		if !d.cover(box) {
			d.images = append(d.images, o)
		}
	}
	return nil
}

// text notes a text, and whether it may not show.
func (r *recorder) text(d *drawing, o references.FPDF_PAGEOBJECT, m matrix) error {
	d.texts = append(d.texts, o)
	box, _, err := r.bounds(o, m)
	if err != nil {
		return err
	}
	d.boxes = append(d.boxes, box)
	if d.doubt {
		return nil
	}
	mode, err := r.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o})
	if err != nil {
		return err
	}
	colour, err := r.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o})
	if broke(err) {
		return err
	}
	const pale = 3 * 200
	c := structs.FPDF_COLOR{R: 255, G: 255, B: 255} // a pattern
	if err == nil {
		c = colour.FillColor
	}
	d.doubt = mode.TextRenderMode != enums.FPDF_TEXTRENDERMODE_FILL || c.A < 255 || c.R+c.G+c.B > pale
	return nil
}

// cover notes that something is drawn in a box, and reports whether it may cover
// text.
func (d *drawing) cover(box Rule) bool {
	for _, b := range d.boxes {
		if box.X0 < b.X1 && b.X0 < box.X1 && box.Y0 < b.Y1 && b.Y0 < box.Y1 {
			d.doubt = true
			return true
		}
	}
	return false
}

// bounds returns the box of an object; ok is false where it draws nothing.
func (r *recorder) bounds(o references.FPDF_PAGEOBJECT, m matrix) (box Rule, ok bool, err error) {
	b, err := r.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if broke(err) {
		return box, false, err
	}
	if err != nil {
		return box, false, nil
	}
	x0, y0 := m.apply(float64(b.Left), float64(b.Bottom))
	x1, y1 := m.apply(float64(b.Right), float64(b.Top))
	return Rule{math.Min(x0, x1), math.Min(y0, y1), math.Max(x0, x1), math.Max(y0, y1)}, true, nil
}

// form records the lines of the objects inside a form.
func (r *recorder) form(d *drawing, o references.FPDF_PAGEOBJECT, m matrix, depth int) error {
	inner, err := r.matrix(o)
	if err != nil {
		return err
	}
	n, err := r.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
	if err != nil {
		return err
	}
	for i := range n.Count {
		k, err := r.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
		if err != nil {
			return err
		}
		if err := r.lines(d, k.PageObject, inner.then(m), depth+1); err != nil {
			return err
		}
	}
	return nil
}

const (
	thin     = 2.6 // points: a path no thicker is one line
	shortest = 6   // points: shorter lines are ornaments

	maxSegments = 400 // of a path; one with more is a drawing
)

// path records the lines along the axes that a path draws: thin paths as one
// line, others by their edges.
func (r *recorder) path(d *drawing, o references.FPDF_PAGEOBJECT, m matrix) error {
	box, ok, err := r.bounds(o, m)
	if err != nil || !ok {
		return err
	}
	if box.X1-box.X0 <= thin || box.Y1-box.Y0 <= thin {
		d.lines = append(d.lines, box)
		return nil
	}
	if !d.doubt {
		d.cover(box)
	}
	own, err := r.matrix(o)
	if err != nil {
		return err
	}
	n, err := r.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})
	if err != nil || n.Count > maxSegments {
		return err
	}
	return r.edges(d, o, n.Count, own.then(m))
}

// edges records the straight segments of a path.
func (r *recorder) edges(d *drawing, o references.FPDF_PAGEOBJECT, n int, m matrix) error {
	var sx, sy, px, py float64
	for i := range n {
		s, err := r.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i})
		if err != nil {
			return err
		}
		at, err := r.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s.PathSegment})
		if err != nil {
			return err
		}
		kind, err := r.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s.PathSegment})
		if err != nil {
			return err
		}
		end, err := r.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s.PathSegment})
		if err != nil {
			return err
		}
		x, y := m.apply(float64(at.X), float64(at.Y))
		switch kind.Type {
		case enums.FPDF_SEGMENT_MOVETO:
			sx, sy = x, y
		case enums.FPDF_SEGMENT_LINETO:
			d.lines = append(d.lines, Rule{px, py, x, y})
		}
		px, py = x, y
		if end.IsClose {
			d.lines = append(d.lines, Rule{px, py, sx, sy})
		}
	}
	return nil
}

// addLine keeps a line that runs along an axis.
func (p *Page) addLine(x0, y0, x1, y1 float64) {
	l := Rule{math.Min(x0, x1), math.Min(y0, y1), math.Max(x0, x1), math.Max(y0, y1)}
	w, h := l.X1-l.X0, l.Y1-l.Y0
	switch {
	case math.IsNaN(w) || math.IsNaN(h) || math.IsInf(w, 0) || math.IsInf(h, 0):
	case h <= thin && w >= shortest:
		p.Rules = append(p.Rules, l)
	case w <= thin && h >= shortest:
		p.Walls = append(p.Walls, l)
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

func (f frame) size() (w, h float64) {
	w, h = f.x1-f.x0, f.y1-f.y0
	if f.turn%2 == 1 {
		w, h = h, w
	}
	return w, h
}

// A matrix is a PDF transformation.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

// matrix returns the transformation of an object.
func (r *recorder) matrix(o references.FPDF_PAGEOBJECT) (matrix, error) {
	m, err := r.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
	if broke(err) {
		return identity, err
	}
	if err != nil {
		return identity, nil // it has none
	}
	return matrix{float64(m.Matrix.A), float64(m.Matrix.B), float64(m.Matrix.C), float64(m.Matrix.D), float64(m.Matrix.E), float64(m.Matrix.F)}, nil
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// then returns the transformation that applies m first, then n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}
