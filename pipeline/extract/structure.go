package extract

import (
	"espfigures/pipeline/pdf"
)

// readStructure reads the tables that a tagged PDF marks as such: rows and
// cells are what the file says they are, wherever they are on the page. It
// returns no rows where there are none of a name and as many numbers as wanted.
func readStructure(pages []pdf.Page, cells int) (out []gridRow) {
	var blocks [][]column
	var at []int
	for n, p := range pages {
		byID := map[int][]pdf.Glyph{}
		for _, gl := range p.Glyphs {
			if gl.MCID >= 0 {
				byID[gl.MCID] = append(byID[gl.MCID], gl)
			}
		}
		for _, t := range find(p.Tree, "Table") {
			rows := taggedRows(t, byID, strikerOf(p))
			heads, first := headRows(textsOf(rows, cell.String))
			if heads != nil {
				var err error
				if blocks, at, err = blocksOf(heads); err != nil || len(at) != cells {
					return nil
				}
			}
			for b := range blocks {
				more, ok := taggedBlock(n, rows[first:], blocks, b, at)
				if !ok {
					return nil
				}
				out = append(out, more...)
			}
		}
	}
	return out
}

// taggedBlock returns the rows of one of the tables side by side; ok is false
// where a row has other cells than the header has.
func taggedBlock(page int, rows [][]cell, blocks [][]column, b int, at []int) (out []gridRow, ok bool) {
	width := len(blocks[0])
	for _, row := range rows {
		if len(row) != len(blocks)*width {
			return nil, false
		}
		r := gridRow{Page: page}
		for _, c := range at {
			r.Cells = append(r.Cells, row[b*width+c])
		}
		if r.Cells[0].String() != "" || r.Cells[1].String() != "" {
			out = append(out, r)
		}
	}
	return out, true
}

// taggedRows returns the cells of a tagged table's rows, without empty rows.
func taggedRows(table pdf.Node, byID map[int][]pdf.Glyph, struck striker) (rows [][]cell) {
	for _, tr := range find(table.Kids, "TR") {
		var row []cell
		text := false
		for _, td := range tr.Kids {
			if td.Type != "TD" && td.Type != "TH" {
				continue
			}
			var gs []pdf.Glyph
			for _, id := range ids(td) {
				gs = append(gs, byID[id]...)
			}
			var c cell
			ls := linesOf(gs)
			struck.mark(ls)
			for _, l := range ls {
				c = append(c, lineOf(l))
			}
			text = text || c.String() != ""
			row = append(row, c)
		}
		if text {
			rows = append(rows, row)
		}
	}
	return rows
}

// textsOf returns what the cells of rows say.
func textsOf[C any](rows [][]C, text func(C) string) (out [][]string) {
	for _, row := range rows {
		var texts []string
		for _, c := range row {
			texts = append(texts, text(c))
		}
		out = append(out, texts)
	}
	return out
}

// find returns the elements of a type, outermost first, without those inside
// one of them.
func find(ns []pdf.Node, kind string) (out []pdf.Node) {
	for _, n := range ns {
		if n.Type == kind {
			out = append(out, n)
			continue
		}
		out = append(out, find(n.Kids, kind)...)
	}
	return out
}

// ids returns the marked contents of an element and all inside it, in order.
func ids(n pdf.Node) []int {
	out := append([]int(nil), n.MCIDs...)
	for _, k := range n.Kids {
		out = append(out, ids(k)...)
	}
	return out
}
