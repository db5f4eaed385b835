package pdf

import (
	"slices"
	"strings"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// tree records the structure tree of a page, nil where there is none.
func (r *recorder) tree(page requests.Page) (out []Node) {
	t, ok := may(r.FPDF_StructTree_GetForPage(&requests.FPDF_StructTree_GetForPage{Page: page}))
	if !ok {
		return nil // PDFium knows no other answer for a page without tags
	}
	n := must(r.FPDF_StructTree_CountChildren(&requests.FPDF_StructTree_CountChildren{StructTree: t.StructTree})).Count
	left := maxNodes
	for i := range min(n, left) {
		e, ok := may(r.FPDF_StructTree_GetChildAtIndex(&requests.FPDF_StructTree_GetChildAtIndex{StructTree: t.StructTree, Index: i}))
		if ok { // it is on this page
			out = append(out, r.element(e.StructElement, 0, &left))
		}
	}
	must(r.FPDF_StructTree_Close(&requests.FPDF_StructTree_Close{StructTree: t.StructTree}))
	return out
}

// element records an element of the structure tree and all inside it.
func (r *recorder) element(e references.FPDF_STRUCTELEMENT, depth int, left *int) (n Node) {
	if *left--; *left < 0 || depth > 40 {
		return n
	}
	// An element without a type is a group: what is inside it counts.
	if kind, ok := may(r.FPDF_StructElement_GetType(&requests.FPDF_StructElement_GetType{StructElement: e})); ok {
		n.Type = strings.TrimRight(strings.TrimSpace(kind.Type), "\x00")
	}
	count, ok := may(r.FPDF_StructElement_CountChildren(&requests.FPDF_StructElement_CountChildren{StructElement: e}))
	if !ok {
		return n // it has none
	}
	for i := range min(count.Count, *left+1) {
		kid, ok := may(r.FPDF_StructElement_GetChildAtIndex(&requests.FPDF_StructElement_GetChildAtIndex{StructElement: e, Index: i}))
		if ok {
			n.Kids = append(n.Kids, r.element(kid.StructElement, depth+1, left))
			continue
		}
		if *left--; *left < 0 {
			return n
		}
		id, ok := may(r.FPDF_StructElement_GetChildMarkedContentID(&requests.FPDF_StructElement_GetChildMarkedContentID{StructElement: e, Index: i}))
		if ok && id.ChildMarkedContentID >= 0 {
			n.MCIDs = append(n.MCIDs, id.ChildMarkedContentID)
		}
	}
	if n.MCIDs != nil {
		if actual, ok := may(r.FPDF_StructElement_GetActualText(&requests.FPDF_StructElement_GetActualText{StructElement: e})); ok {
			n.Actual = strings.TrimRight(actual.Actualtext, "\x00")
		}
	}
	return n
}

// spell makes the characters of elements what their tags say they are: what the
// file gives no meaning gets one, and a hyphen that is not part of the word is a
// soft one. Tags do not change what is drawn otherwise.
func (p *Page) spell(ns []Node) {
	for _, n := range ns {
		p.spell(n.Kids)
		if n.Actual == "" {
			continue
		}
		left := []rune(strings.NewReplacer(" ", "", "\u00AD", "").Replace(n.Actual))
		gs := slices.Clone(p.Glyphs)
		for i := range gs {
			g := &gs[i]
			switch {
			case IsSpace(g.R) || !slices.Contains(n.MCIDs, g.MCID):
			case len(left) > 0 && (g.R == left[0] || g.R == Unreadable):
				g.R, left = left[0], left[1:]
			case g.R == '-' || g.R == softHyphen:
				g.R = softHyphen
			default:
				left = []rune{0} // the drawing says another thing
			}
		}
		if len(left) == 0 {
			p.Glyphs = gs
		}
	}
}
