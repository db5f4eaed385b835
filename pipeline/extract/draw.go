package extract

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

const (
	objText  = 1
	objPath  = 2
	objImage = 3
	objForm  = 5
)

// A drawing gathers what the objects of a page draw beside type, in the
// coordinates of the file.
type drawing struct {
	lines     []rule // from any end to the other
	images    int
	invisible bool // some text is drawn invisibly
	left      int  // objects that may still be looked at
}

// object records the lines that an object of a page draws, and counts images.
func (r *recorder) object(d *drawing, o references.FPDF_PAGEOBJECT, m matrix, depth int) error {
	if d.left--; d.left < 0 {
		return fail(ErrTooLarge, "more than %d objects on one page", maxObjects)
	}
	if d.left%64 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	t, err := r.inst.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return err
	}
	switch t.Type {
	case objText:
		mode, err := r.inst.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o})
		if err != nil {
			return err
		}
		d.invisible = d.invisible || mode.TextRenderMode == invisible
	case objImage:
		d.images++
	case objPath:
		return r.path(d, o, m)
	case objForm:
		if depth >= maxDepth {
			return nil
		}
		fm, err := r.inst.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
		if err != nil {
			return nil
		}
		inner := matrix{float64(fm.Matrix.A), float64(fm.Matrix.B), float64(fm.Matrix.C), float64(fm.Matrix.D), float64(fm.Matrix.E), float64(fm.Matrix.F)}.then(m)
		n, err := r.inst.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
		if err != nil {
			return nil
		}
		for k := range n.Count {
			kid, err := r.inst.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(k)})
			if err != nil {
				return err
			}
			if err := r.object(d, kid.PageObject, inner, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	thin     = 2.6 // points: a path no thicker is one line
	shortest = 6   // points: shorter lines are ornaments
)

// path records the lines along the axes that a path draws: thin paths as one
// line, others by their edges.
func (r *recorder) path(d *drawing, o references.FPDF_PAGEOBJECT, m matrix) error {
	b, err := r.inst.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: o})
	if err != nil {
		return nil
	}
	x0, y0 := m.apply(float64(b.Left), float64(b.Bottom))
	x1, y1 := m.apply(float64(b.Right), float64(b.Top))
	if math.Abs(x1-x0) <= thin || math.Abs(y1-y0) <= thin {
		d.lines = append(d.lines, rule{x0, y0, x1, y1})
		return nil
	}
	om := m
	if pm, err := r.inst.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o}); err == nil {
		om = matrix{float64(pm.Matrix.A), float64(pm.Matrix.B), float64(pm.Matrix.C), float64(pm.Matrix.D), float64(pm.Matrix.E), float64(pm.Matrix.F)}.then(m)
	}
	n, err := r.inst.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})
	if err != nil || n.Count > 400 {
		return nil
	}
	var sx, sy, px, py float64
	for k := range n.Count {
		seg, err := r.inst.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: k})
		if err != nil {
			return nil
		}
		pt, err := r.inst.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: seg.PathSegment})
		if err != nil {
			return nil
		}
		kind, err := r.inst.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: seg.PathSegment})
		if err != nil {
			return nil
		}
		x, y := om.apply(float64(pt.X), float64(pt.Y))
		switch kind.Type {
		case enums.FPDF_SEGMENT_MOVETO:
			sx, sy = x, y
		case enums.FPDF_SEGMENT_LINETO:
			d.lines = append(d.lines, rule{px, py, x, y})
		}
		px, py = x, y
		if c, err := r.inst.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: seg.PathSegment}); err == nil && c.IsClose {
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
