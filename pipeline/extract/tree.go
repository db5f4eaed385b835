package extract

var (
	treeOfPage   = pdfium("FPDF_StructTree_GetForPage")
	treeClose    = pdfium("FPDF_StructTree_Close")
	treeCount    = pdfium("FPDF_StructTree_CountChildren")
	treeChild    = pdfium("FPDF_StructTree_GetChildAtIndex")
	elementType  = pdfium("FPDF_StructElement_GetType")
	elementCount = pdfium("FPDF_StructElement_CountChildren")
	elementChild = pdfium("FPDF_StructElement_GetChildAtIndex")
	elementMCID  = pdfium("FPDF_StructElement_GetChildMarkedContentID")
)

// tree records the structure tree of a page, nil where there is none.
func (r *recorder) tree(page uint32) ([]node, error) {
	t, err := r.call(treeOfPage, page)
	if err != nil || t == 0 {
		return nil, err
	}
	n, err := r.count(treeCount, t)
	if err != nil {
		return nil, err
	}
	left := maxNodes
	var out []node
	for i := range min(n, left) {
		e, err := r.call(treeChild, t, uint32(i))
		if err != nil {
			return nil, err
		}
		if e == 0 {
			continue
		}
		k, err := r.element(e, 0, &left)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	_, err = r.call(treeClose, t)
	return out, err
}

// element records an element of the structure tree and all inside it.
func (r *recorder) element(e uint32, depth int, left *int) (n node, err error) {
	if *left--; *left < 0 || depth > 40 {
		return n, nil
	}
	kind, _, err := r.text(elementType, e)
	if err != nil {
		return n, err
	}
	n.Type = tagName(kind)
	count, err := r.count(elementCount, e)
	if err != nil {
		return n, err
	}
	for i := range min(count, *left+1) {
		kid, err := r.call(elementChild, e, uint32(i))
		if err != nil {
			return n, err
		}
		if kid != 0 {
			k, err := r.element(kid, depth+1, left)
			if err != nil {
				return n, err
			}
			n.Kids = append(n.Kids, k)
			continue
		}
		if *left--; *left < 0 {
			return n, nil
		}
		mcid, err := r.count(elementMCID, e, uint32(i))
		if err != nil {
			return n, err
		}
		if mcid >= 0 {
			n.MCIDs = append(n.MCIDs, mcid)
		}
	}
	return n, nil
}
