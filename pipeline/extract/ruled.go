package extract

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sort"

	"espfigures/pipeline/pdf"
)

var errNoRules = errors.New("no rule stands between the rows")

// readRuled reads the strips by the rules drawn between rows: a row is what
// stands between two rules.
func readRuled(ctx context.Context, pages []pdf.Page, strips []strip) (grid, error) {
	g := grid{Reading: "rules"}
	rules := make([][]pdf.Rule, len(pages)) // top to bottom
	for n, p := range pages {
		rules[n] = slices.Clone(p.Rules)
		slices.SortStableFunc(rules[n], func(a, b pdf.Rule) int { return cmp.Compare(b.Y0+b.Y1, a.Y0+a.Y1) })
	}
	for i := range strips {
		if err := ctx.Err(); err != nil {
			return grid{}, err
		}
		rows, err := ruledRows(rules[strips[i].Page], &strips[i])
		if err != nil {
			return grid{}, err
		}
		g.Rows = append(g.Rows, strips[i].attach(rows)...)
	}
	return g, nil
}

// ruledRows reads one strip.
func ruledRows(rules []pdf.Rule, s *strip) ([]gridRow, error) {
	counts := s.countLines()
	if len(counts) == 0 {
		return nil, nil
	}
	if err := s.cutLine(counts); err != nil {
		return nil, err
	}
	edges := s.edges(rules, counts)
	if len(edges) < 2 && len(counts) > 2 || len(edges) == 0 {
		return nil, errNoRules
	}
	// Bands from the header to the first rule, between rules, and below the
	// last one as far as lines follow each other closely.
	bounds := append([]float64{s.Top - 0.01}, edges...)
	bounds = append(bounds, s.openEnd(edges[len(edges)-1]))
	var out []gridRow
	for i := 1; i < len(bounds); i++ {
		row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
		for c := range s.Columns {
			row.Cells[c] = between(s.Cells[c], bounds[i-1], bounds[i])
		}
		keep, err := s.bandIsRow(row, i == 1, i == len(bounds)-1)
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, row)
		}
	}
	// A total may be by itself below the rules.
	if last := counts[len(counts)-1]; last.middle() <= bounds[len(bounds)-1] && s.totalBeside(last) {
		row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
		for c := range s.Columns {
			from, to := onLine(s.Cells[c], last)
			row.Cells[c] = s.Cells[c][from:to:to]
		}
		out = append(out, row)
	}
	return out, nil
}

// edges returns the heights of the rules below the header that run from the
// names to the numbers, of rules that run from top to bottom.
func (s *strip) edges(rules []pdf.Rule, counts []cellLine) (edges []float64) {
	x0, x1, low := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, c := range []int{s.Name, s.Numbers[0]} {
		for _, l := range s.Cells[c] {
			low = math.Min(low, l.Y-4*l.Size)
			if l.Y <= counts[0].Y+l.Size*3 && l.Y >= counts[len(counts)-1].Y-l.Size*3 {
				x0, x1 = math.Min(x0, l.X0), math.Max(x1, l.X1)
			}
		}
	}
	below := func(y float64) int {
		return sort.Search(len(rules), func(i int) bool { return (rules[i].Y0+rules[i].Y1)/2 < y })
	}
	return rulesAcross(rules[below(s.Top-0.5):below(low)], x0, x1)
}

// bandIsRow reports whether what is between two rules is a row. It fails where
// the rules cannot be those between rows.
func (s *strip) bandIsRow(row gridRow, first, open bool) (bool, error) {
	name, count := row.Cells[s.Name], row.Cells[s.Numbers[0]]
	switch {
	case len(count) > 1:
		return false, errNoRules
	case open:
		// Nothing closes this band: it is a row only with name and number.
		return len(count) == 1 && len(name) > 0 && numeric(count[0].Text), nil
	case len(name) == 0 && len(count) == 0:
		return false, nil
	case first && len(count) == 0:
		return false, errNoRules // a part of a name above the first rule
	}
	return true, nil
}

// openEnd returns how far a row reaches that begins below y and has no rule
// under it.
func (s *strip) openEnd(y float64) float64 {
	var ls []cellLine
	for _, c := range []int{s.Name, s.Numbers[0]} {
		for _, l := range s.Cells[c] {
			if l.middle() < y {
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
// runs from x0 to x1. The rules run from top to bottom.
func rulesAcross(rs []pdf.Rule, x0, x1 float64) []float64 {
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
