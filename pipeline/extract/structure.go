package extract

import (
	"errors"
	"slices"

	"espfigures/pipeline/pdf"
)

// readStructure reads the tables that a tagged PDF marks as such: rows and
// cells are what the file says they are, wherever they are on the page. It
// returns the rows, the column of names and those of numbers.
func readStructure(pages []pdf.Page) (out []gridRow, name int, numbers []int, err error) {
	var heads []column
	for n, p := range pages {
		byID := map[int][]pdf.Glyph{}
		for _, gl := range p.Glyphs {
			if gl.MCID >= 0 {
				byID[gl.MCID] = append(byID[gl.MCID], gl)
			}
		}
		for _, t := range find(p.Tree, "Table") {
			rows := taggedRows(t, byID, strikerOf(p))
			cols, first := headRows(textsOf(rows, cell.String))
			if cols != nil {
				heads = cols
			}
			if heads == nil {
				continue
			}
			blocks, err := blocksOf(heads)
			if err != nil {
				return nil, -1, nil, err
			}
			if numbers, err = chooseCounts(blocks[0]); err != nil {
				return nil, -1, nil, err
			}
			name = nameOf(blocks[0])
			more, err := taggedBlocks(n, rows[first:], len(heads), len(blocks[0]))
			if err != nil {
				return nil, -1, nil, err
			}
			out = append(out, more...)
		}
	}
	out = slices.DeleteFunc(out, func(r gridRow) bool { return r.Cells[name].String() == "" && r.Cells[numbers[0]].String() == "" })
	if len(out) == 0 {
		return nil, -1, nil, errNoStructure
	}
	return out, name, numbers, nil
}

// taggedBlocks returns the rows of the tables side by side that tagged rows make.
func taggedBlocks(page int, rows [][]cell, columns, width int) (out []gridRow, err error) {
	for at := 0; at < columns; at += width {
		for _, row := range rows {
			if len(row) != columns {
				return nil, errors.New("a tagged row has other cells than its header")
			}
			out = append(out, gridRow{Page: page, Cells: row[at : at+width]})
		}
	}
	return out, nil
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
