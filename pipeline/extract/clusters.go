package extract

import (
	"math"
	"sort"
	"strings"
)

// numeric reports whether a word is made like a number: digits with signs
// between, or a dash that stands for none.
func numeric(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune(",.'’%-–—+()*", r):
		default:
			return false
		}
	}
	return digits > 0 || s == "-" || s == "–" || s == "—"
}

// A span is a stretch of the x axis.
type span struct{ x0, x1 float64 }

func (a span) overlap(b span) float64 {
	return math.Min(a.x1, b.x1) - math.Max(a.x0, b.x0)
}

// A cluster is a stretch of the page's width that words of the rows fill.
type cluster struct {
	span
	words   int
	numbers int
}

// clustersOf finds the stretches that the rows of the zones fill, and returns
// these rows. Lines with a number count as rows; a few lines of prose among them
// do no harm.
func clustersOf(zs []zone) (cs []cluster, rows []line) {
	rows = rowsOf(zs)
	if len(rows) == 0 {
		return nil, nil
	}
	size := 0.0
	for _, l := range rows {
		size += l.size()
	}
	cs = mergeSpans(covered(rows), 0.24*size/float64(len(rows)))
	for i := range cs {
		cs[i].words = 0
	}
	for _, l := range rows {
		for _, w := range l {
			for i := firstOver(cs, w.X0); i < len(cs) && cs[i].x0 < w.X1; i++ {
				cs[i].words++
				if numeric(w.Text) {
					cs[i].numbers++
				}
			}
		}
	}
	return cs, rows
}

// rowsOf returns the lines of the zones from the first to the last that has a
// number where most numbers are, with the lines of names close to these.
func rowsOf(zs []zone) (rows []line) {
	supports := numberStretches(zs)
	for _, z := range zs {
		first, last := -1, -1
		for i, l := range z.Lines {
			if hasNumberIn(l, supports) && !crosses(l, z.Columns) {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first < 0 {
			continue
		}
		// Lines of names that wrap hold no number.
		for first > 0 && near(z.Lines[first-1], z.Lines[first]) {
			first--
		}
		for last+1 < len(z.Lines) && near(z.Lines[last], z.Lines[last+1]) {
			last++
		}
		for _, l := range z.Lines[first : last+1] {
			if !crosses(l, z.Columns) {
				rows = append(rows, l)
			}
		}
	}
	return rows
}

// numberStretches returns the stretches of the page's width that hold many of
// the zones' numbers.
func numberStretches(zs []zone) (out []cluster) {
	var all []cluster
	for _, z := range zs {
		for _, l := range z.Lines {
			if crosses(l, z.Columns) {
				continue
			}
			for _, w := range l {
				if numeric(w.Text) && !w.Raised {
					all = append(all, cluster{span: span{w.X0, w.X1}, words: 1})
				}
			}
		}
	}
	all = mergeSpans(all, 0)
	most := 0
	for _, s := range all {
		most = max(most, s.words)
	}
	for _, s := range all {
		if s.words*5 >= most {
			out = append(out, s)
		}
	}
	return out
}

// hasNumberIn reports whether a number of the line is in one of the stretches.
func hasNumberIn(l line, stretches []cluster) bool {
	for _, w := range l {
		if !numeric(w.Text) || w.Raised {
			continue
		}
		if i := firstOver(stretches, w.X0); i < len(stretches) && stretches[i].x0 < w.X1 {
			return true
		}
	}
	return false
}

// firstOver returns the index of the first cluster that ends beyond x. The
// clusters run from left to right and do not overlap.
func firstOver(cs []cluster, x float64) int {
	return sort.Search(len(cs), func(i int) bool { return cs[i].x1 > x })
}

// covered returns the stretches that more than a few of the lines fill, in steps
// of half a point.
func covered(rows []line) (cs []cluster) {
	const step = 0.5
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, l := range rows {
		lo, hi = math.Min(lo, l.x0()), math.Max(hi, l.x1())
	}
	n := int((hi-lo)/step) + 2
	if n < 0 || n > 100_000 {
		return nil
	}
	cover := make([]int, n)
	for _, l := range rows {
		last := -1
		for _, s := range segmentsTight(l) {
			for i := max(int((s.x0()-lo)/step), last+1, 0); i < n && float64(i)*step+lo < s.x1(); i++ {
				cover[i]++
				last = i
			}
		}
	}
	few := len(rows) / 25
	for i := 0; i < n; i++ {
		from := i
		for i < n && cover[i] > few {
			i++
		}
		if i > from {
			cs = append(cs, cluster{span: span{lo + float64(from)*step, lo + float64(i)*step}})
		}
	}
	return cs
}

// crosses reports whether a run of words on the line stands under two headers,
// as prose does and no row.
func crosses(l line, cols []column) bool {
	for _, s := range segmentsTight(l) {
		under := 0
		for _, c := range cols {
			if math.Min(s.x1(), c.HX1)-math.Max(s.x0(), c.HX0) > 1 {
				under++
			}
		}
		if under > 1 {
			return true
		}
	}
	return false
}

// segmentsTight parts a line at every gap wider than a space.
func segmentsTight(l line) []line {
	var out []line
	for i, w := range l {
		if i == 0 || !(w.Single && l[i-1].After) && w.X0-l[i-1].X1 > 0.32*math.Max(w.Size, l[i-1].Size) {
			out = append(out, line{})
		}
		out[len(out)-1] = append(out[len(out)-1], w)
	}
	return out
}

// mergeSpans joins clusters that overlap or stand closer than gap.
func mergeSpans(cs []cluster, gap float64) []cluster {
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].x0 < cs[j].x0 })
	var out []cluster
	for _, c := range cs {
		if len(out) > 0 && c.x0-out[len(out)-1].x1 < gap {
			o := &out[len(out)-1]
			o.x1 = math.Max(o.x1, c.x1)
			o.words += c.words
			continue
		}
		out = append(out, c)
	}
	return out
}
