package extract

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

var errNoRows = errors.New("no row is under the header")

// maxLayouts is how many different header rows a document may have.
const maxLayouts = 200

// place places the columns of all zones: zones of one layout together, zones
// without a header with the layout before them.
func place(zones []zone) error {
	layouts, err := byLayout(zones)
	if err != nil {
		return err
	}
	for _, zs := range layouts {
		err := placeColumns(zs)
		if errors.Is(err, errNoRows) {
			for _, z := range zs {
				z.Lines = nil
				for c := range z.Columns {
					z.Columns[c].Empty = true
				}
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("page %d: %w", zs[0].Page+1, err)
		}
	}
	for i := range zones {
		if !zones[i].Headed && i > 0 {
			zones[i].Columns = slices.Clone(zones[i-1].Columns)
			zones[i].Ordinals = zones[i-1].Ordinals
		}
	}
	return nil
}

// byLayout groups the zones that have a header by their layout, the widest
// header rows first. The last page of tables set side by side may have fewer of
// them.
func byLayout(zones []zone) (layouts [][]*zone, err error) {
	var headed []*zone
	for i := range zones {
		if zones[i].Headed {
			headed = append(headed, &zones[i])
		}
	}
	slices.SortStableFunc(headed, func(a, b *zone) int { return len(b.Columns) - len(a.Columns) })
	for _, z := range headed {
		k := slices.IndexFunc(layouts, func(l []*zone) bool { return sameLayout(l[0].Columns[:len(z.Columns)], z.Columns) })
		switch {
		case k >= 0:
			layouts[k] = append(layouts[k], z)
		case len(layouts) == maxLayouts:
			return nil, fmt.Errorf("more than %d header rows that differ", maxLayouts)
		default:
			layouts = append(layouts, []*zone{z})
		}
	}
	return layouts, nil
}

// sameLayout reports whether two header rows have the same words at the same
// places.
func sameLayout(a, b []column) bool {
	return slices.EqualFunc(a, b, func(x, y column) bool { return x.Text == y.Text && math.Abs(x.HX0-y.HX0) <= 3 })
}

// placeColumns gives each header of the zones, which share one layout, the
// stretch of the page its column fills. It fails where header and numbers can
// be matched in more than one way.
func placeColumns(zs []*zone) error {
	heads := zs[0].Columns
	cs, rows := clustersOf(zs)
	if len(rows) == 0 {
		return errNoRows
	}
	match, err := matchColumns(heads, cs)
	if err != nil {
		return err
	}
	// The borders between the stretches are where the fewest words are cut, and
	// there in the middle of the widest gap.
	var filled []int
	for i, m := range match {
		if m.filled() {
			filled = append(filled, i)
		}
	}
	border := make([]float64, len(filled)+1)
	border[0], border[len(filled)] = math.Inf(-1), math.Inf(1)
	if len(filled) > 0 && cs[0].x1 <= match[filled[0]].x0 {
		border[0] = bestBorder(rows, cs[0].span, match[filled[0]])
	}
	for k := 1; k < len(filled); k++ {
		border[k] = bestBorder(rows, match[filled[k-1]], match[filled[k]])
	}
	for _, z := range zs {
		z.Ordinals = border[0]
		for i := range z.Columns {
			k, ok := slices.BinarySearch(filled, i)
			z.Columns[i].Empty = !ok
			if ok {
				z.Columns[i].X0, z.Columns[i].X1 = border[k], border[k+1]
			}
		}
	}
	return nil
}

// Owners of a cluster that are no header.
const (
	nobody   = -1
	ordinals = -2 // the cluster numbers the rows
)

// A matching says which header each cluster of words belongs to.
type matching struct {
	heads []column
	cs    []cluster
	own   []int  // header of each cluster, or one of the above
	fills []span // what the clusters of each header fill
}

func (m *matching) give(j, head int) {
	if m.own[j] = head; head >= 0 {
		m.fills[head] = m.fills[head].with(m.cs[j].span)
	}
}

// matchColumns gives each header its clusters, and returns the stretch that they
// fill. Headers and clusters keep their order. A header may stay without; a
// cluster may not, unless it is a gap in the names that happens to run down the
// page, or numbers the rows.
func matchColumns(heads []column, cs []cluster) ([]span, error) {
	m := &matching{heads, cs, make([]int, len(cs)), make([]span, len(heads))}
	for j, c := range cs {
		most, over := 0.0, nobody
		for i, h := range heads {
			if o := c.overlap(span{h.HX0, h.HX1}); o > most {
				most, over = o, i
			}
		}
		// Words of names may leave gaps, so that they make several clusters.
		if over != nobody && m.fills[over].filled() && heads[over].Role != roleName && heads[over].Role != roleOther && heads[over].Role != roleUnknown {
			return nil, fmt.Errorf("the header %q is over several columns", heads[over].Text)
		}
		m.give(j, over)
	}
	for j := range cs {
		if m.own[j] != nobody {
			continue
		}
		k := j
		for k < len(cs) && m.own[k] == nobody {
			k++
		}
		if err := m.assign(j, k); err != nil {
			return nil, err
		}
	}
	return m.fills, unclaimed(heads, m.fills, cs)
}

// assign gives the clusters from j to before k, over which there is no header, to
// the headers between their neighbours' that have no cluster, in order.
func (m *matching) assign(j, k int) error {
	lo, hi := 0, len(m.heads)
	if j > 0 {
		lo = max(0, m.own[j-1]+1)
	}
	if k < len(m.cs) {
		hi = m.own[k]
	}
	var free []int
	for i := lo; i < hi; i++ {
		if !m.fills[i].filled() {
			free = append(free, i)
		}
	}
	if len(free) > 0 && len(free) != k-j {
		return fmt.Errorf("%d columns of words are between %d headers", k-j, len(free))
	}
	for n := j; n < k; n++ {
		c := m.cs[n]
		switch {
		case len(free) > 0:
			m.give(n, free[n-j])
		case n > 0 && m.own[n-1] >= 0 && m.heads[m.own[n-1]].Role == roleName && c.numbers*2 < c.words && c.x0-m.cs[n-1].x1 < 12:
			m.give(n, m.own[n-1]) // the other side of a gap in the names
		case n == 0 && c.numbers == c.words:
			m.give(n, ordinals)
		default:
			return fmt.Errorf("a column at %.0f to %.0f pt has no header", c.x0, c.x1)
		}
	}
	return nil
}

// unclaimed refuses headers without words under them: what should stand there
// may have run into a neighbour. Only a whole table set beside others may be
// empty, or a column beyond all words.
func unclaimed(heads []column, match []span, cs []cluster) error {
	blocks, _, err := blocksOf(heads)
	if err != nil {
		return err
	}
	at := 0
	for _, b := range blocks {
		own := match[at : at+len(b)]
		at += len(b)
		if !slices.ContainsFunc(own, span.filled) {
			continue
		}
		for i, h := range b {
			beyond := len(cs) > 0 && (h.HX0 > cs[len(cs)-1].x1 || h.HX1 < cs[0].x0)
			if !own[i].filled() && !(beyond && h.Role == roleOther) {
				return fmt.Errorf("no column of words stands under the header %q", h.Text)
			}
		}
	}
	return nil
}

// bestBorder finds the x between two stretches that cuts the fewest words.
func bestBorder(rows []line, a, b span) float64 {
	best, bestCut, bestRoom := (a.x1+b.x0)/2, math.MaxInt, 0.0
	lo, hi := math.Min(a.x1, b.x0), math.Max(a.x1, b.x0)
	for i := 0; i <= 40; i++ {
		x := lo + (hi-lo)*float64(i)/40
		cut, room := 0, math.Inf(1)
		for _, l := range rows {
			for _, w := range l {
				if w.X0 < x && x < w.X1 {
					cut++
				} else {
					room = math.Min(room, math.Min(math.Abs(w.X0-x), math.Abs(w.X1-x)))
				}
			}
		}
		if cut < bestCut || cut == bestCut && room > bestRoom {
			best, bestCut, bestRoom = x, cut, room
		}
	}
	return best
}

// numeric reports whether a word is made like a number: digits with signs
// between, or a dash that stands for none.
func numeric(s string) bool {
	digits := false
	for _, r := range s {
		digits = digits || isDigit(r)
		if !isDigit(r) && !strings.ContainsRune(",.'’%-–—+()*", r) {
			return false
		}
	}
	return digits || s == "-" || s == "–" || s == "—"
}

// A span is a stretch of the x axis.
type span struct{ x0, x1 float64 }

func (a span) filled() bool { return a.x1 > a.x0 }

// with returns the stretch from where the first of two begins to where the last one ends.
func (a span) with(b span) span {
	if !a.filled() {
		return b
	}
	return span{math.Min(a.x0, b.x0), math.Max(a.x1, b.x1)}
}

func (a span) overlap(b span) float64 { return math.Min(a.x1, b.x1) - math.Max(a.x0, b.x0) }

// A cluster is a stretch of the page's width that words of the rows fill.
type cluster struct {
	span
	words   int
	numbers int
}

// clustersOf finds the stretches that the rows of the zones fill, and returns
// these rows. Lines with a number count as rows; a few lines of prose among them
// do no harm.
func clustersOf(zs []*zone) (cs []cluster, rows []line) {
	rows = rowsOf(zs)
	size := 0.0
	for _, l := range rows {
		size += l.size()
	}
	cs = mergeSpans(covered(rows), 0.24*size/float64(max(1, len(rows))))
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
func rowsOf(zs []*zone) (rows []line) {
	stretches := numberStretches(zs)
	for _, z := range zs {
		first, last := -1, -1
		for i, l := range z.Lines {
			if !crosses(l, z.Columns) && slices.ContainsFunc(l, func(w word) bool {
				at := firstOver(stretches, w.X0)
				return numeric(w.Text) && !w.Raised && at < len(stretches) && stretches[at].x0 < w.X1
			}) {
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
func numberStretches(zs []*zone) []cluster {
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
	return slices.DeleteFunc(all, func(s cluster) bool { return s.words*5 < most })
}

// firstOver returns the index of the first cluster that ends beyond x. The
// clusters run from left to right and do not overlap.
func firstOver(cs []cluster, x float64) int {
	return sort.Search(len(cs), func(i int) bool { return cs[i].x1 > x })
}

// covered returns the stretches that more than a few of the lines fill.
func covered(rows []line) (cs []cluster) {
	// Where a run of words begins one more line is there, where it ends one less.
	type edge struct {
		x    float64
		more int
	}
	var edges []edge
	for _, l := range rows {
		for _, s := range segmentsTight(l) {
			edges = append(edges, edge{s.x0(), 1}, edge{s.x1(), -1})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.x, b.x), b.more-a.more) })
	few, lines := len(rows)/25, 0
	for _, e := range edges {
		before := lines
		lines += e.more
		switch {
		case before <= few && lines > few:
			cs = append(cs, cluster{span: span{e.x, e.x}})
		case before > few && lines <= few:
			cs[len(cs)-1].x1 = e.x
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

// mergeSpans joins clusters that overlap or stand closer than gap.
func mergeSpans(cs []cluster, gap float64) (out []cluster) {
	slices.SortStableFunc(cs, func(a, b cluster) int { return cmp.Compare(a.x0, b.x0) })
	for _, c := range cs {
		if n := len(out); n > 0 && c.x0-out[n-1].x1 < gap {
			out[n-1].x1 = math.Max(out[n-1].x1, c.x1)
			out[n-1].words += c.words
			continue
		}
		out = append(out, c)
	}
	return out
}
