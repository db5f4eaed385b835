package extract

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// place places the columns of all zones: zones of one layout together, zones
// without a header with the layout before them.
func place(zones []zone) error {
	groups, err := byLayout(zones)
	if err != nil {
		return err
	}
	var placed []layoutZones
	for _, g := range groups {
		// The last page of tables set side by side may have fewer of them.
		if asPartOf(zones, placed, g) {
			continue
		}
		zs := make([]zone, len(g))
		for k, i := range g {
			zs[k] = zones[i]
		}
		err := placeColumns(zs)
		if errors.Is(err, errNoRows) {
			for _, i := range g {
				zones[i].Lines = nil
				for c := range zones[i].Columns {
					zones[i].Columns[c].Empty = true
				}
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("page %d: %w", zones[g[0]].Page+1, err)
		}
		for k, i := range g {
			zones[i] = zs[k]
		}
		placed = append(placed, g)
	}
	for i := range zones {
		if !zones[i].Headed && i > 0 {
			zones[i].Columns = append([]column(nil), zones[i-1].Columns...)
			zones[i].Ordinals = zones[i-1].Ordinals
		}
	}
	return nil
}

// maxLayouts is how many different header rows a document may have.
const maxLayouts = 200

// layoutZones are the indexes of the zones that share one layout.
type layoutZones []int

// byLayout groups the zones that have a header by their layout, the widest
// header rows first.
func byLayout(zones []zone) (groups []layoutZones, err error) {
	byText := map[string][]int{} // groups with the same words in their headers
	for i, z := range zones {
		if !z.Headed {
			continue
		}
		var text strings.Builder
		for _, c := range z.Columns {
			text.WriteString(c.Text + "\n")
		}
		same := byText[text.String()]
		k := slices.IndexFunc(same, func(g int) bool { return sameLayout(zones[groups[g][0]].Columns, z.Columns) })
		switch {
		case k >= 0:
			groups[same[k]] = append(groups[same[k]], i)
		case len(groups) == maxLayouts:
			return nil, fmt.Errorf("more than %d header rows that differ", maxLayouts)
		default:
			byText[text.String()] = append(same, len(groups))
			groups = append(groups, layoutZones{i})
		}
	}
	sort.SliceStable(groups, func(a, b int) bool { return len(zones[groups[a][0]].Columns) > len(zones[groups[b][0]].Columns) })
	return groups, nil
}

// asPartOf places the columns of a group like those of a placed one that begins
// with the same columns, and reports whether there is one.
func asPartOf(zones []zone, placed []layoutZones, g layoutZones) bool {
	n := len(zones[g[0]].Columns)
	for _, p := range placed {
		like := zones[p[0]]
		if n >= len(like.Columns) || !sameLayout(like.Columns[:n], zones[g[0]].Columns) {
			continue
		}
		for _, i := range g {
			cols := zones[i].Columns
			for k := range cols {
				hx0, hx1 := cols[k].HX0, cols[k].HX1
				cols[k] = like.Columns[k]
				cols[k].HX0, cols[k].HX1 = hx0, hx1
			}
			zones[i].Ordinals = like.Ordinals
		}
		return true
	}
	return false
}

// sameLayout reports whether two header rows have the same words at the same
// places.
func sameLayout(a, b []column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Text != b[i].Text || a[i].HX0-b[i].HX0 > 3 || b[i].HX0-a[i].HX0 > 3 {
			return false
		}
	}
	return true
}

// placeColumns gives each header of the zones, which share one layout, the
// stretch of the page its column fills. It fails where header and numbers can
// be matched in more than one way.
func placeColumns(zs []zone) error {
	heads := zs[0].Columns
	cs, rows := clustersOf(zs)
	if len(rows) == 0 {
		return errNoRows
	}
	match, err := matchColumns(heads, cs)
	if err != nil {
		return err
	}
	// Each column's stretch, then the borders between: where the fewest words
	// are cut, and there in the middle of the widest gap.
	var filled []int
	for i := range heads {
		if match[i].x1 > match[i].x0 {
			filled = append(filled, i)
		}
	}
	border := make([]float64, len(filled)+1)
	border[0], border[len(filled)] = math.Inf(-1), math.Inf(1)
	if len(filled) > 0 && cs[0].x1 <= match[filled[0]].x0 {
		border[0] = bestBorder(rows, cs[0].span, match[filled[0]].span)
	}
	for k := 1; k < len(filled); k++ {
		border[k] = bestBorder(rows, match[filled[k-1]].span, match[filled[k]].span)
	}
	for z := range zs {
		zs[z].Ordinals = border[0]
		for k, i := range filled {
			zs[z].Columns[i].X0, zs[z].Columns[i].X1 = border[k], border[k+1]
			zs[z].Columns[i].Empty = false
		}
		for i := range heads {
			if match[i].x1 <= match[i].x0 {
				zs[z].Columns[i].Empty = true
			}
		}
	}
	return nil
}

var errNoRows = errors.New("no rows under the header")

// matchColumns gives each header its cluster. Headers and clusters keep their
// order. A header may stay without; a cluster may not, unless it is a gap in
// the names that happens to run down the page, or numbers the rows.
func matchColumns(heads []column, cs []cluster) ([]cluster, error) {
	m := newMatching(heads, cs)
	for i, h := range heads {
		// Words of names may leave gaps, so that they make several clusters.
		if len(m.claimed[i]) > 1 && h.Role != roleName && h.Role != roleOther && h.Role != roleUnknown {
			return nil, fmt.Errorf("the header %q is over several columns", h.Text)
		}
	}
	for j := 0; j < len(cs); j++ {
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
		j = k
	}
	if err := unclaimed(heads, m.claimed, cs); err != nil {
		return nil, err
	}
	out := make([]cluster, len(heads))
	for i, js := range m.claimed {
		for n, j := range js {
			if n == 0 {
				out[i] = cs[j]
			}
			out[i].x0, out[i].x1 = math.Min(out[i].x0, cs[j].x0), math.Max(out[i].x1, cs[j].x1)
		}
	}
	return out, nil
}

// A matching says which header each cluster of words belongs to.
type matching struct {
	heads   []column
	cs      []cluster
	own     []int   // header of each cluster, or one of the following
	claimed [][]int // clusters of each header
}

const (
	nobody   = -1
	ordinals = -2 // the cluster numbers the rows
)

// newMatching gives each cluster to the header that is over most of it.
func newMatching(heads []column, cs []cluster) *matching {
	m := &matching{heads, cs, make([]int, len(cs)), make([][]int, len(heads))}
	for j := range cs {
		m.own[j] = nobody
		best := 0.0
		for i, h := range heads {
			if o := cs[j].overlap(span{h.HX0, h.HX1}); o > best {
				best, m.own[j] = o, i
			}
		}
		if i := m.own[j]; i >= 0 {
			m.claimed[i] = append(m.claimed[i], j)
		}
	}
	return m
}

func (m *matching) give(j, head int) {
	m.own[j] = head
	m.claimed[head] = append(m.claimed[head], j)
}

// assign gives the clusters from j to before k, over which there is no header,
// to the headers between their neighbours' that have no cluster, in order.
func (m *matching) assign(j, k int) error {
	lo, hi := -1, len(m.heads)
	if j > 0 {
		lo = m.own[j-1]
	}
	if k < len(m.cs) {
		hi = m.own[k]
	}
	var free []int
	for i := lo + 1; i < hi; i++ {
		if len(m.claimed[i]) == 0 {
			free = append(free, i)
		}
	}
	switch len(free) {
	case k - j:
		for n, i := range free {
			m.give(j+n, i)
		}
		return nil
	case 0:
		return m.explain(j, k)
	}
	return fmt.Errorf("%d columns of words are between %d headers", k-j, len(free))
}

// explain finds out why no header is left for the clusters from j to before k.
func (m *matching) explain(j, k int) error {
	for n := j; n < k; n++ {
		c := m.cs[n]
		switch {
		case n > 0 && m.own[n-1] >= 0 && m.heads[m.own[n-1]].Role == roleName && c.numbers*2 < c.words && c.x0-m.cs[n-1].x1 < 12:
			m.give(n, m.own[n-1]) // the other side of a gap in the names
		case n == 0 && c.numbers == c.words:
			m.own[n] = ordinals
		default:
			return fmt.Errorf("a column at %.0f to %.0f pt has no header", c.x0, c.x1)
		}
	}
	return nil
}

// unclaimed refuses headers without words under them: what should stand there
// may have run into a neighbour. Only a whole table set beside others may be
// empty, or a column beyond all words.
func unclaimed(heads []column, claimed [][]int, cs []cluster) error {
	blocks, err := blocksOf(heads)
	if err != nil {
		return err
	}
	at := 0
	for _, b := range blocks {
		empty := 0
		for i := range b {
			if len(claimed[at+i]) == 0 {
				empty++
			}
		}
		if empty > 0 && empty < len(b) {
			for i, h := range b {
				beyond := len(cs) > 0 && (h.HX0 > cs[len(cs)-1].x1 || h.HX1 < cs[0].x0)
				if len(claimed[at+i]) == 0 && !(beyond && h.Role == roleOther) {
					return fmt.Errorf("no column of words stands under the header %q", h.Text)
				}
			}
		}
		at += len(b)
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
