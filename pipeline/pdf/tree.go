package pdf

import (
	"strings"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// tree records the structure tree of a page, nil where there is none.
func (r *recorder) tree(page requests.Page) ([]Node, error) {
	t, err := r.FPDF_StructTree_GetForPage(&requests.FPDF_StructTree_GetForPage{Page: page})
	if broke(err) {
		return nil, err
	}
	if err != nil {
		return nil, nil // PDFium knows no other answer for a page without tags
	}
	n, err := r.FPDF_StructTree_CountChildren(&requests.FPDF_StructTree_CountChildren{StructTree: t.StructTree})
	if err != nil {
		return nil, err
	}
	left := maxNodes
	var out []Node
	for i := range min(n.Count, left) {
		e, err := r.FPDF_StructTree_GetChildAtIndex(&requests.FPDF_StructTree_GetChildAtIndex{StructTree: t.StructTree, Index: i})
		if broke(err) {
			return nil, err
		}
		if err != nil {
			continue // it is on another page
		}
		k, err := r.element(e.StructElement, 0, &left)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	_, err = r.FPDF_StructTree_Close(&requests.FPDF_StructTree_Close{StructTree: t.StructTree})
	return out, err
}

// element records an element of the structure tree and all inside it.
func (r *recorder) element(e references.FPDF_STRUCTELEMENT, depth int, left *int) (n Node, err error) {
	if *left--; *left < 0 || depth > 40 {
		return n, nil
	}
	// An element without a type is a group: what is inside it counts.
	kind, err := r.FPDF_StructElement_GetType(&requests.FPDF_StructElement_GetType{StructElement: e})
	if broke(err) {
		return n, err
	}
	if err == nil {
		n.Type = strings.TrimRight(strings.TrimSpace(kind.Type), "\x00")
	}
	count, err := r.FPDF_StructElement_CountChildren(&requests.FPDF_StructElement_CountChildren{StructElement: e})
	if broke(err) {
		return n, err
	}
	if err != nil {
		return n, nil // it has none
	}
	for i := range min(count.Count, *left+1) {
		kid, err := r.FPDF_StructElement_GetChildAtIndex(&requests.FPDF_StructElement_GetChildAtIndex{StructElement: e, Index: i})
		if broke(err) {
			return n, err
		}
		if err == nil {
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
		id, err := r.FPDF_StructElement_GetChildMarkedContentID(&requests.FPDF_StructElement_GetChildMarkedContentID{StructElement: e, Index: i})
		if broke(err) {
			return n, err
		}
		if err == nil && id.ChildMarkedContentID >= 0 {
			n.MCIDs = append(n.MCIDs, id.ChildMarkedContentID)
		}
	}
	return n, nil
}
