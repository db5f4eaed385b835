package extract

// tree records the structure tree of a page, nil where there is none.
func (r *recorder) tree(page uint32) ([]node, error) {
	t, err := r.call("FPDF_StructTree_GetForPage", page)
	if err != nil || t == 0 {
		return nil, err
	}
	n, err := r.call("FPDF_StructTree_CountChildren", t)
	if err != nil {
		return nil, err
	}
	left := maxNodes
	kids, err := r.kids("treeKids", t, min(int(int32(n)), left))
	if err != nil {
		return nil, err
	}
	var out []node
	for _, k := range kids {
		if k.element == 0 {
			continue
		}
		e, err := r.element(k, 0, &left)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	_, err = r.call("FPDF_StructTree_Close", t)
	return out, err
}

// A kid is a child in a structure tree.
type kid struct {
	element uint32 // 0 for marked content
	count   int    // children of the element
	kind    string // of the element
	mcid    int    // of the marked content; negative for none
}

// kids returns the first n children of a structure tree or an element.
func (r *recorder) kids(function string, of uint32, n int) ([]kid, error) {
	var out []kid
	for i := 0; i < n; i += kidsAtOnce {
		end := min(n, i+kidsAtOnce)
		if _, err := r.call(function, of, uint32(i), uint32(end), r.room); err != nil {
			return nil, err
		}
		b, err := r.read(r.room, uint32(end-i)*kidSize)
		if err != nil {
			return nil, err
		}
		var long []int // the kids with a type that found no place in the answer
		for ; len(b) > 0; b = b[kidSize:] {
			a := answer(b)
			k := kid{element: a.uint(kidAddress), mcid: -1}
			if k.element == 0 {
				k.mcid = a.int(kidMCID)
			} else {
				k.count = a.int(kidCount)
				if size := a.uint(kidTypeLen); size <= kidTypeMax {
					k.kind = tagName(fromUTF16(b[kidType : kidType+size]))
				} else {
					long = append(long, len(out))
				}
			}
			out = append(out, k)
		}
		for _, l := range long {
			kind, _, err := r.text("FPDF_StructElement_GetType", out[l].element)
			if err != nil {
				return nil, err
			}
			out[l].kind = tagName(kind)
		}
	}
	return out, nil
}

// element records an element of the structure tree and all inside it.
func (r *recorder) element(k kid, depth int, left *int) (n node, err error) {
	if *left--; *left < 0 || depth > 40 {
		return n, nil
	}
	n.Type = k.kind
	kids, err := r.kids("elementKids", k.element, min(k.count, *left+1))
	if err != nil {
		return n, err
	}
	for _, k := range kids {
		if k.element != 0 {
			e, err := r.element(k, depth+1, left)
			if err != nil {
				return n, err
			}
			n.Kids = append(n.Kids, e)
			continue
		}
		if *left--; *left < 0 {
			return n, nil
		}
		if k.mcid >= 0 {
			n.MCIDs = append(n.MCIDs, k.mcid)
		}
	}
	return n, nil
}
