package extract

import (
	"errors"
	"math"
)

// The reading without rules goes by the type alone. Where each name has one
// line, a row is a baseline. Where names wrap, the number stands on the first
// line of its row, the last, or in the middle, and a document keeps to one of
// these; each is tried, and one that contradicts the page is dropped:
//
//   - a row has one number, and no line of a name is left over;
//   - lines of one row stand no wider apart than rows do;
//   - where lines and rows stand equally wide apart, a line was broken because
//     what follows did not fit.
//
// What is left must be one way to part the lines into rows. If it is not, this
// reading has no result.

// wrap says where a row's number stands beside a name of several lines.
type wrap int

const (
	wrapTop wrap = iota
	wrapMiddle
	wrapBottom
)

// group is one row of a strip: name lines From to To, and its number.
type group struct{ From, To, Count int }

var (
	errUnclear  = errors.New("which lines make a row cannot be told without rules")
	errLeftOver = errors.New("names and numbers do not pair")
)

// readUnruled reads the strips by their type alone.
func readUnruled(strips []strip) (grid, error) {
	type lines struct{ names, counts []cellLine }
	all := make([]lines, 0, len(strips))
	for i := range strips {
		cs := strips[i].countLines()
		if err := strips[i].cutLine(cs); err != nil {
			return grid{}, err
		}
		ns := rowLines(strips[i].Cells[strips[i].Name], cs, strips[i].Headed)
		all = append(all, lines{ns, cs})
	}
	var found [][][]group
	for _, w := range []wrap{wrapTop, wrapMiddle, wrapBottom} {
		var gs [][]group
		ok := true
		for _, l := range all {
			g := groupLines(l.names, l.counts, w)
			if g == nil && len(l.counts) > 0 {
				ok = false
				break
			}
			gs = append(gs, g)
		}
		if !ok {
			continue
		}
		// A letter by itself heads a group, it does not begin a name that wraps.
		for i, l := range all {
			for _, g := range gs[i] {
				ok = ok && (g.From == g.To || !groupLetter(l.names[g.From].Text))
			}
		}
		if !ok {
			continue
		}
		// Distances within and between rows, over the whole document.
		within, between, width := 0.0, math.Inf(1), 0.0
		for i, l := range all {
			for k, g := range gs[i] {
				for n := g.From; n < g.To; n++ {
					within = math.Max(within, l.names[n].Y-l.names[n+1].Y)
				}
				if k > 0 {
					between = math.Min(between, l.names[g.From-1].Y-l.names[g.From].Y)
				}
			}
			for _, n := range l.names {
				width = math.Max(width, n.X1-n.X0)
			}
			if h := strips[i].Columns[strips[i].Name]; strips[i].Headed {
				width = math.Max(width, h.HX1-h.HX0)
			}
		}
		if within > between+0.6 {
			continue
		}
		if within > 0 && between-within < 1 {
			for i, l := range all {
				for _, g := range gs[i] {
					for n := g.From; n < g.To; n++ {
						a, b := l.names[n], l.names[n+1]
						if a.X1-a.X0+0.15*a.Size+b.First < width-1 {
							ok = false
						}
					}
				}
			}
			if !ok {
				continue
			}
		}
		same := false
		for _, f := range found {
			same = same || equalGroups(f, gs)
		}
		if !same {
			found = append(found, gs)
		}
	}
	switch len(found) {
	case 0:
		return grid{}, errLeftOver
	case 1:
	default:
		return grid{}, errUnclear
	}
	g := grid{Reading: "lines"}
	for i := range strips {
		s := &strips[i]
		l := all[i]
		for k, gr := range found[0][i] {
			row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
			row.Cells[s.Name] = cell(l.names[gr.From : gr.To+1])
			row.Cells[s.Numbers[0]] = cell{l.counts[gr.Count]}
			// Other columns: lines between this row and its neighbours.
			hi, lo := math.Inf(1), math.Inf(-1)
			if k > 0 {
				p := found[0][i][k-1]
				hi = (l.names[p.To].Y + l.names[gr.From].Y) / 2
			}
			if k+1 < len(found[0][i]) {
				q := found[0][i][k+1]
				lo = (l.names[gr.To].Y + l.names[q.From].Y) / 2
			}
			for c := range s.Columns {
				if c == s.Name || c == s.Numbers[0] {
					continue
				}
				for _, x := range s.Cells[c] {
					if x.Y < hi && x.Y > lo && (k > 0 || x.Y < l.names[gr.From].Y+x.Size*2) && (k+1 < len(found[0][i]) || x.Y > l.names[gr.To].Y-x.Size*2) {
						row.Cells[c] = append(row.Cells[c], x)
					}
				}
			}
			g.Rows = append(g.Rows, row)
		}
	}
	return g, nil
}

// loose is the widest that lines of one name may stand apart, in heights of
// the type. What stands further off is not part of the rows.
const loose = 2.2

// rowLines returns the name lines that stand in the rows' run: from the first
// number to the last, and what follows closely above and below.
func rowLines(names, counts []cellLine, headed bool) []cellLine {
	if len(counts) == 0 || len(names) == 0 {
		return nil
	}
	top, bottom := counts[0], counts[len(counts)-1]
	a, b := len(names), -1
	for i, n := range names {
		if n.Y <= top.Y+0.3*n.Size && n.Y >= bottom.Y-0.3*n.Size {
			a, b = min(a, i), max(b, i)
		}
	}
	if b < 0 {
		// One number beside the middle of a wrapped name.
		for i, n := range names {
			if math.Abs(n.Y-top.Y) < n.Size {
				a, b = min(a, i), max(b, i)
			}
		}
		if b < 0 {
			return nil
		}
	}
	// No line between the header and the first number may be lost: it can only
	// be a part of the first name.
	for a > 0 && (headed || names[a-1].Y-names[a].Y <= loose*math.Max(names[a].Size, names[a-1].Size)) {
		a--
	}
	last := ""
	for i := a; i <= b; i++ {
		if sameLine(names[i], bottom) {
			last = names[i].Text
		}
	}
	if is, _ := totalLabel(last); !is {
		for b+1 < len(names) && names[b].Y-names[b+1].Y <= loose*math.Max(names[b].Size, names[b+1].Size) {
			b++
		}
	}
	return names[a : b+1]
}

// groupLines parts name lines into rows that have their number where w says.
// It returns nil where that is impossible.
func groupLines(names, counts []cellLine, w wrap) []group {
	if len(names) < len(counts) || len(counts) == 0 {
		return nil
	}
	var out []group
	at := 0
	for k, c := range counts {
		g := group{From: at, To: -1, Count: k}
		switch w {
		case wrapTop:
			if at >= len(names) || !sameLine(names[at], c) {
				return nil
			}
			g.To = at
			for g.To+1 < len(names) && (k+1 == len(counts) || !sameLine(names[g.To+1], counts[k+1])) {
				if k+1 < len(counts) && names[g.To+1].Y < counts[k+1].Y {
					break
				}
				g.To++
			}
		case wrapBottom:
			g.To = at
			for g.To < len(names) && !sameLine(names[g.To], c) {
				g.To++
			}
			if g.To >= len(names) {
				return nil
			}
		case wrapMiddle:
			sum := 0.0
			for e := at; e < len(names); e++ {
				sum += names[e].Y
				mean := sum / float64(e-at+1)
				if math.Abs(mean-c.Y) <= 0.3*names[e].Size {
					g.To = e
					// A further line may bring the mean closer.
					if e+1 < len(names) {
						next := (sum + names[e+1].Y) / float64(e-at+2)
						if math.Abs(next-c.Y) < math.Abs(mean-c.Y) {
							continue
						}
					}
					break
				}
				if mean < c.Y {
					break
				}
			}
			if g.To < 0 {
				return nil
			}
		}
		out = append(out, g)
		at = g.To + 1
	}
	if at != len(names) {
		return nil
	}
	return out
}

func equalGroups(a, b [][]group) bool {
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return false
		}
		for j := range a[i] {
			if a[i][j] != b[i][j] {
				return false
			}
		}
	}
	return true
}
