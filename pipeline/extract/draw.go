package extract

import (
	"bytes"
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

// A drawing gathers what the objects of a page draw beside type, in the
// coordinates of the file.
type drawing struct {
	lines     []rule // from any end to the other
	images    int
	invisible bool // some text is drawn invisibly
	left      int  // objects that may still be looked at
}

// objects records the lines that the first n objects of a page or form draw,
// and counts images.
func (r *recorder) objects(d *drawing, function string, of uint32, n int32, m matrix, depth int) error {
	for i := int32(0); i < n; i += objectsAtOnce {
		end := min(n, i+objectsAtOnce)
		if _, err := r.call(function, of, uint32(i), uint32(end), r.room); err != nil {
			return err
		}
		b, err := r.read(r.room, uint32(end-i)*objectSize)
		if err != nil {
			return err
		}
		b = bytes.Clone(b) // objects inside these come to stand there
		for ; len(b) > 0; b = b[objectSize:] {
			if err := r.object(d, answer(b), m, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// object records the lines of one object as the survey answered.
func (r *recorder) object(d *drawing, a answer, m matrix, depth int) error {
	o := a.uint(objectAddress)
	if o == 0 {
		return errors.New("could not get object")
	}
	if d.left--; d.left < 0 {
		return fail(ErrTooLarge, "more than %d objects on one page", maxObjects)
	}
	switch a.int(objectType) {
	case objText:
		d.invisible = d.invisible || a.int(objectMode) == modeInvisible
	case objImage:
		d.images++
	case objPath:
		if a.int(objectBounded) != 0 {
			return r.path(d, a, m)
		}
	case objForm:
		if depth >= maxDepth {
			return nil
		}
		inner, ok, err := r.matrix(o)
		if err != nil || !ok {
			return err
		}
		n, err := r.call("FPDFFormObj_CountObjects", o)
		if err != nil {
			return err
		}
		return r.objects(d, "formObjects", o, int32(n), inner.then(m), depth+1)
	}
	return nil
}

// matrix returns the transformation of an object, if it has one.
func (r *recorder) matrix(o uint32) (m matrix, ok bool, err error) {
	has, err := r.call("FPDFPageObj_GetMatrix", o, r.room)
	if err != nil || has == 0 {
		return m, false, err
	}
	b, err := r.read(r.room, 24)
	if err != nil {
		return m, false, err
	}
	a := answer(b)
	return matrix{a.float(0), a.float(4), a.float(8), a.float(12), a.float(16), a.float(20)}, true, nil
}

const (
	thin     = 2.6 // points: a path no thicker is one line
	shortest = 6   // points: shorter lines are ornaments

	maxSegments = 400 // of a path; one with more is a drawing
)

// path records the lines along the axes that a path draws: thin paths as one
// line, others by their edges.
func (r *recorder) path(d *drawing, a answer, m matrix) error {
	x0, y0 := m.apply(a.float(objectBounds), a.float(objectBounds+4))
	x1, y1 := m.apply(a.float(objectBounds+8), a.float(objectBounds+12))
	if math.Abs(x1-x0) <= thin || math.Abs(y1-y0) <= thin {
		d.lines = append(d.lines, rule{x0, y0, x1, y1})
		return nil
	}
	o := a.uint(objectAddress)
	om, ok, err := r.matrix(o)
	if err != nil {
		return err
	}
	if om = om.then(m); !ok {
		om = m
	}
	n, err := r.call("FPDFPath_CountSegments", o)
	if err != nil {
		return err
	}
	if int32(n) <= 0 || n > maxSegments {
		return nil
	}
	if _, err := r.call("segments", o, 0, n, r.room); err != nil {
		return err
	}
	b, err := r.read(r.room, n*segmentSize)
	if err != nil {
		return err
	}
	var sx, sy, px, py float64
	for ; len(b) > 0; b = b[segmentSize:] {
		s := answer(b)
		if s.uint(segmentAddress) == 0 || s.uint(segmentPlaced) == 0 {
			return nil
		}
		x, y := om.apply(s.float(segmentPoint), s.float(segmentPoint+4))
		switch s.int(segmentType) {
		case moveTo:
			sx, sy = x, y
		case lineTo:
			d.lines = append(d.lines, rule{px, py, x, y})
		}
		px, py = x, y
		if s.int(segmentClose) == 1 {
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
