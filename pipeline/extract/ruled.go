package extract

import (
	"errors"
	"math"
	"sort"

	"espfigures/pipeline/pdf"
)

var errNoRules = errors.New("no rule stands between the rows")

// readRuled reads the strips by the rules drawn between rows: a row is what
// stands between two rules.
func readRuled(pages []pdf.Page, strips []strip) (grid, error) {
	g := grid{Reading: "rules"}
	for i := range strips {
		rows, err := ruledRows(&pages[strips[i].Page], &strips[i])
		if err != nil {
			return grid{}, err
		}
		g.Rows = append(g.Rows, rows...)
	}
	return g, nil
}

// ruledRows reads one strip.
func ruledRows(p *pdf.Page, s *strip) ([]gridRow, error) {
	counts := s.countLines()
	if len(counts) == 0 {
		return nil, nil
	}
	if err := s.cutLine(counts); err != nil {
		return nil, err
	}
	// The rules must run from the names to the numbers.
	x0, x1 := math.Inf(1), math.Inf(-1)
	for _, c := range []int{s.Name, s.Numbers[0]} {
		for _, l := range s.Cells[c] {
			if l.Y <= counts[0].Y+l.Size*3 && l.Y >= counts[len(counts)-1].Y-l.Size*3 {
				x0, x1 = math.Min(x0, l.X0), math.Max(x1, l.X1)
			}
		}
	}
	ys := rulesAcross(p.Rules, x0, x1)
	var edges []float64
	for _, y := range ys {
		if y < s.Top-0.5 {
			edges = append(edges, y)
		}
	}
	if len(edges) < 2 && len(counts) > 2 || len(edges) == 0 {
		return nil, errNoRules
	}
	// Bands from the header to the first rule, between rules, and below the
	// last one as far as lines follow each other closely.
	bounds := append([]float64{s.Top - 0.01}, edges...)
	bounds = append(bounds, s.openEnd(edges[len(edges)-1]))
	var out []gridRow
	for i := 1; i < len(bounds); i++ {
		hi, lo := bounds[i-1], bounds[i]
		row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
		for c := range s.Columns {
			for _, l := range s.Cells[c] {
				if mid := l.Y + 0.3*l.Size; mid < hi && mid > lo { // the middle of its letters
					row.Cells[c] = append(row.Cells[c], l)
				}
			}
		}
		name, count := row.Cells[s.Name], row.Cells[s.Numbers[0]]
		if len(count) > 1 {
			return nil, errNoRules
		}
		if i == len(bounds)-1 {
			// Nothing closes this band: it is a row only with name and number.
			if len(count) != 1 || len(name) == 0 || !numeric(count[0].Text) {
				continue
			}
		}
		if len(name) == 0 && len(count) == 0 {
			continue
		}
		if i == 1 && len(count) == 0 {
			return nil, errNoRules // a part of a name above the first rule
		}
		out = append(out, row)
	}
	// A total may stand by itself below the rules.
	if last := counts[len(counts)-1]; last.Y+0.3*last.Size <= bounds[len(bounds)-1] && s.totalBeside(last) {
		row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
		for c := range s.Columns {
			for _, l := range s.Cells[c] {
				if sameLine(l, last) {
					row.Cells[c] = append(row.Cells[c], l)
				}
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// openEnd returns how far a row reaches that begins below y and has no rule
// under it.
func (s *strip) openEnd(y float64) float64 {
	var ls []cellLine
	for _, c := range []int{s.Name, s.Numbers[0]} {
		for _, l := range s.Cells[c] {
			if l.Y+0.3*l.Size < y {
				ls = append(ls, l)
			}
		}
	}
	sort.SliceStable(ls, func(i, j int) bool { return ls[i].Y > ls[j].Y })
	at := y
	for i, l := range ls {
		room := 1.5
		if i == 0 {
			room = 2.5
		}
		if at-l.Y > room*l.Size {
			break
		}
		at = l.Y
	}
	return at - 0.1
}

// rulesAcross returns the heights at which a rule, in one piece or several,
// runs from x0 to x1, top to bottom.
func rulesAcross(rules []pdf.Rule, x0, x1 float64) []float64 {
	rs := append([]pdf.Rule(nil), rules...)
	sort.SliceStable(rs, func(i, j int) bool { return rs[i].Y0+rs[i].Y1 > rs[j].Y0+rs[j].Y1 })
	var out []float64
	for i := 0; i < len(rs); {
		y := (rs[i].Y0 + rs[i].Y1) / 2
		j := i
		var ss []cluster
		for j < len(rs) && y-(rs[j].Y0+rs[j].Y1)/2 < 1.6 {
			ss = append(ss, cluster{span: span{rs[j].X0, rs[j].X1}})
			j++
		}
		for _, m := range mergeSpans(ss, 4) {
			if m.x0 <= x0+4 && m.x1 >= x1-4 {
				out = append(out, y)
				break
			}
		}
		i = j
	}
	return out
}
