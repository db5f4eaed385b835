package extract

import (
	"errors"
	"math"
)

// Kinds of objects and of segments, as PDFium numbers them.
const (
	objText  = 1
	objPath  = 2
	objImage = 3
	objForm  = 5

	lineTo = 0
	moveTo = 2
)

var (
	pageCount    = pdfium("FPDFPage_CountObjects")
	pageObject   = pdfium("FPDFPage_GetObject")
	formCount    = pdfium("FPDFFormObj_CountObjects")
	formObject   = pdfium("FPDFFormObj_GetObject")
	objectType   = pdfium("FPDFPageObj_GetType")
	objectMatrix = pdfium("FPDFPageObj_GetMatrix")
	objectBounds = pdfium("FPDFPageObj_GetBounds")
	objectMCID   = pdfium("FPDFPageObj_GetMarkedContentID")
	textMode     = pdfium("FPDFTextObj_GetTextRenderMode")
	pathCount    = pdfium("FPDFPath_CountSegments")
	pathSegment  = pdfium("FPDFPath_GetPathSegment")
	segmentPoint = pdfium("FPDFPathSegment_GetPoint")
	segmentType  = pdfium("FPDFPathSegment_GetType")
	segmentClose = pdfium("FPDFPathSegment_GetClose")
)

// A drawing gathers what the objects of a page draw beside type, in the
// coordinates of the file.
type drawing struct {
	lines     []rule // from any end to the other
	images    int
	invisible bool // some text is drawn invisibly
	left      int  // objects that may still be looked at
}

// objects records the lines that the objects of a page or form draw, and counts
// images.
func (r *recorder) objects(d *drawing, count, object function, of uint32, m matrix, depth int) error {
	n, err := r.count(count, of)
	if err != nil {
		return err
	}
	for i := range n {
		o, err := r.call(object, of, uint32(i))
		if err != nil {
			return err
		}
		if o == 0 {
			return errors.New("could not get object")
		}
		if err := r.object(d, o, m, depth); err != nil {
			return err
		}
	}
	return nil
}

// object records the lines of one object.
func (r *recorder) object(d *drawing, o uint32, m matrix, depth int) error {
	if d.left--; d.left < 0 {
		return fail(ErrTooLarge, "more than %d objects on one page", maxObjects)
	}
	kind, err := r.call(objectType, o)
	if err != nil {
		return err
	}
	switch kind {
	case objText:
		mode, err := r.call(textMode, o)
		d.invisible = d.invisible || mode == modeInvisible
		return err
	case objImage:
		d.images++
	case objPath:
		return r.path(d, o, m)
	case objForm:
		if depth >= maxDepth {
			return nil
		}
		inner, ok, err := r.matrix(o)
		if err != nil || !ok {
			return err
		}
		return r.objects(d, formCount, formObject, o, inner.then(m), depth+1)
	}
	return nil
}

// matrix returns the transformation of an object, if it has one.
func (r *recorder) matrix(o uint32) (m matrix, ok bool, err error) {
	if ok, err = r.is(objectMatrix, o, r.room); err != nil || !ok {
		return m, false, err
	}
	a := r.answer
	return matrix{a.float(0), a.float(4), a.float(8), a.float(12), a.float(16), a.float(20)}, true, nil
}

const (
	thin     = 2.6 // points: a path no thicker is one line
	shortest = 6   // points: shorter lines are ornaments

	maxSegments = 400 // of a path; one with more is a drawing
)

// path records the lines along the axes that a path draws: thin paths as one
// line, others by their edges.
func (r *recorder) path(d *drawing, o uint32, m matrix) error {
	ok, err := r.is(objectBounds, o, r.room, r.room+4, r.room+8, r.room+12)
	if err != nil || !ok {
		return err
	}
	x0, y0 := m.apply(r.answer.float(0), r.answer.float(4))
	x1, y1 := m.apply(r.answer.float(8), r.answer.float(12))
	if math.Abs(x1-x0) <= thin || math.Abs(y1-y0) <= thin {
		d.lines = append(d.lines, rule{x0, y0, x1, y1})
		return nil
	}
	om, ok, err := r.matrix(o)
	if err != nil {
		return err
	}
	if om = om.then(m); !ok {
		om = m
	}
	n, err := r.count(pathCount, o)
	if err != nil || n > maxSegments {
		return err
	}
	var sx, sy, px, py float64
	for i := range n {
		s, err := r.call(pathSegment, o, uint32(i))
		if err != nil || s == 0 {
			return err
		}
		ok, err := r.is(segmentPoint, s, r.room, r.room+4)
		if err != nil || !ok {
			return err
		}
		x, y := om.apply(r.answer.float(0), r.answer.float(4))
		kind, err := r.call(segmentType, s)
		if err != nil {
			return err
		}
		switch kind {
		case moveTo:
			sx, sy = x, y
		case lineTo:
			d.lines = append(d.lines, rule{px, py, x, y})
		}
		px, py = x, y
		closed, err := r.is(segmentClose, s)
		if err != nil {
			return err
		}
		if closed {
			d.lines = append(d.lines, rule{px, py, sx, sy})
		}
	}
	return nil
}

// addLine keeps a line that runs along an axis.
func (p *page) addLine(x0, y0, x1, y1 float64) {
	l := rule{math.Min(x0, x1), math.Min(y0, y1), math.Max(x0, x1), math.Max(y0, y1)}
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
