package extract

import (
	"errors"
	"math"
	"slices"
	"sort"
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

// stripLines are the lines of a strip's names and numbers.
type stripLines struct{ names, counts []cellLine }

// readUnruled reads the strips by their type alone.
func readUnruled(strips []strip) (grid, error) {
	all := make([]stripLines, len(strips))
	for i := range strips {
		cs := strips[i].countLines()
		if err := strips[i].cutLine(cs); err != nil {
			return grid{}, err
		}
		all[i] = stripLines{rowLines(strips[i].Cells[strips[i].Name], cs, strips[i].Headed), cs}
	}
	var found [][][]group
	for _, w := range []wrap{wrapTop, wrapMiddle, wrapBottom} {
		gs := groupsOf(all, w)
		if gs == nil || !plausible(strips, all, gs) {
			continue
		}
		if !slices.ContainsFunc(found, func(f [][]group) bool { return slices.EqualFunc(f, gs, slices.Equal[[]group]) }) {
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
		g.Rows = append(g.Rows, strips[i].attach(strips[i].grouped(all[i], found[0][i]))...)
	}
	return g, nil
}

// groupsOf groups the lines of all strips into rows that have their number
// where w says, nil where that is impossible.
func groupsOf(all []stripLines, w wrap) [][]group {
	gs := make([][]group, len(all))
	for i, l := range all {
		gs[i] = groupLines(l.names, l.counts, w)
		if gs[i] == nil && len(l.counts) > 0 {
			return nil
		}
		for _, g := range gs[i] {
			// A letter by itself heads a group, it does not begin a name that wraps.
			if g.From < g.To && groupLetter(l.names[g.From].Text) {
				return nil
			}
		}
	}
	return gs
}

// plausible reports whether the distances of the lines allow the groups.
func plausible(strips []strip, all []stripLines, gs [][]group) bool {
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
		return false
	}
	if within == 0 || between-within >= 1 {
		return true
	}
	for i, l := range all {
		for _, g := range gs[i] {
			for n := g.From; n < g.To; n++ {
				a, b := l.names[n], l.names[n+1]
				if a.X1-a.X0+0.15*a.Size+b.First < width-1 {
					return false // what follows would have fitted
				}
			}
		}
	}
	return true
}

// grouped returns the rows of a strip. Cells of other columns are the lines
// between a row's neighbours.
func (s *strip) grouped(l stripLines, gs []group) (rows []gridRow) {
	for k, g := range gs {
		row := gridRow{Page: s.Page, Cells: make([]cell, len(s.Columns))}
		top, bottom := l.names[g.From], l.names[g.To]
		hi, lo := top.Y+2*top.Size, bottom.Y-2*bottom.Size
		if k > 0 {
			hi = (l.names[gs[k-1].To].Y + top.Y) / 2
		}
		if k+1 < len(gs) {
			lo = (bottom.Y + l.names[gs[k+1].From].Y) / 2
		}
		for c := range s.Columns {
			switch c {
			case s.Name:
				row.Cells[c] = l.names[g.From : g.To+1 : g.To+1]
			case s.Numbers[0]:
				row.Cells[c] = cell{l.counts[g.Count]}
			default:
				ls := s.Cells[c]
				from := sort.Search(len(ls), func(i int) bool { return ls[i].Y < hi })
				to := sort.Search(len(ls), func(i int) bool { return ls[i].Y <= lo })
				if from < to {
					row.Cells[c] = ls[from:to:to]
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
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

// groupLines groups name lines into rows that have their number where w says.
// It returns nil where that is impossible.
func groupLines(names, counts []cellLine, w wrap) []group {
	if len(names) < len(counts) || len(counts) == 0 {
		return nil
	}
	var out []group
	at := 0
	for k, c := range counts {
		to := -1
		switch w {
		case wrapTop:
			to = underTop(names, counts[k:], at)
		case wrapBottom:
			to = at
			for to < len(names) && !sameLine(names[to], c) {
				to++
			}
		case wrapMiddle:
			to = aroundMiddle(names, c, at)
		}
		if to < at || to >= len(names) {
			return nil
		}
		out = append(out, group{From: at, To: to, Count: k})
		at = to + 1
	}
	if at != len(names) {
		return nil
	}
	return out
}

// underTop returns the last line of the name that begins at a line, next to the
// first of the counts; -1 if it does not.
func underTop(names, counts []cellLine, at int) int {
	if at >= len(names) || !sameLine(names[at], counts[0]) {
		return -1
	}
	to := at
	for to+1 < len(names) {
		if len(counts) > 1 && (sameLine(names[to+1], counts[1]) || names[to+1].Y < counts[1].Y) {
			break
		}
		to++
	}
	return to
}

// aroundMiddle returns the last line of the name that begins at a line and whose
// middle is next to a count; -1 for none.
func aroundMiddle(names []cellLine, c cellLine, at int) int {
	sum, to := 0.0, -1
	for e := at; e < len(names); e++ {
		sum += names[e].Y
		mean := sum / float64(e-at+1)
		if math.Abs(mean-c.Y) > 0.3*names[e].Size {
			if mean < c.Y {
				break
			}
			continue
		}
		to = e
		// A further line may bring the middle closer.
		if e+1 == len(names) || math.Abs((sum+names[e+1].Y)/float64(e-at+2)-c.Y) >= math.Abs(mean-c.Y) {
			break
		}
	}
	return to
}
