package extract

import (
	"errors"

	"espfigures/pipeline/pdf"
)

var errNoStructure = errors.New("no table is tagged")

// readStructure reads the tables that a tagged PDF marks as such: rows and
// cells are what the file says they are, wherever they are on the page. It
// returns the grid with the columns of one block, the column of names and those
// of numbers.
func readStructure(pages []pdf.Page) (g grid, name int, numbers []int, err error) {
	g.Reading = "structure"
	name = -1
	var heads []column
	for n := range pages {
		byID := map[int][]pdf.Glyph{}
		for _, gl := range pages[n].Glyphs {
			if gl.MCID >= 0 {
				byID[gl.MCID] = append(byID[gl.MCID], gl)
			}
		}
		for _, t := range find(pages[n].Tree, "Table") {
			rows := taggedRows(t, byID, pages[n].Rules)
			cols, first := headTags(rows)
			if cols != nil {
				heads = cols
			}
			if heads == nil {
				continue
			}
			blocks, err := blocksOf(heads)
			if err != nil {
				return g, -1, nil, err
			}
			if numbers, err = chooseCounts(blocks[0]); err != nil {
				return g, -1, nil, err
			}
			name = nameOf(blocks[0])
			more, err := taggedBlocks(n, rows[first:], len(blocks), len(heads), name, numbers[0])
			if err != nil {
				return g, -1, nil, err
			}
			g.Rows = append(g.Rows, more...)
		}
	}
	if len(g.Rows) == 0 || name < 0 {
		return g, -1, nil, errNoStructure
	}
	return g, name, numbers, nil
}

// taggedRows returns the cells of a tagged table's rows, without empty rows.
func taggedRows(table pdf.Node, byID map[int][]pdf.Glyph, rules []pdf.Rule) (rows [][]cell) {
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
			markStruck(ls, rules)
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

// taggedBlocks returns the rows of the tables side by side that tagged rows make.
func taggedBlocks(page int, rows [][]cell, blocks, columns, name, number int) (out []gridRow, err error) {
	width := columns / blocks
	for b := range blocks {
		for _, row := range rows {
			if len(row) != columns {
				return nil, errors.New("a tagged row has other cells than its header")
			}
			cells := row[b*width : (b+1)*width]
			if cells[name].String() != "" || cells[number].String() != "" {
				out = append(out, gridRow{Page: page, Cells: cells})
			}
		}
	}
	return out, nil
}

// headTags finds the header among the first rows of a tagged table.
func headTags(rows [][]cell) ([]column, int) {
	for from := 0; from < len(rows) && from < 3; from++ {
		cols := make([]column, len(rows[from]))
		names, counts := 0, 0
		for i, c := range rows[from] {
			cols[i].head = classify(c.String())
			switch cols[i].Role {
			case roleName:
				names++
			case roleReports, roleWeak, roleYear:
				counts++
			}
		}
		if names > 0 && counts > 0 {
			return cols, from + 1
		}
	}
	return nil, 0
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
