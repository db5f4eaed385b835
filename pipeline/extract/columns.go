package extract

import (
	"errors"
	"fmt"
	"math"
)

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
	match := make([]cluster, len(heads))
	own := make([]int, len(cs)) // header of each cluster, -1 for none yet
	for j := range cs {
		own[j] = -1
		best := 0.0
		for i, h := range heads {
			if o := cs[j].overlap(span{h.HX0, h.HX1}); o > best {
				best, own[j] = o, i
			}
		}
	}
	// A header may claim several clusters, or none; see what lies between.
	claimed := make([][]int, len(heads))
	for j, i := range own {
		if i >= 0 {
			claimed[i] = append(claimed[i], j)
		}
	}
	for i := range heads {
		if len(claimed[i]) < 2 {
			continue
		}
		// Several clusters under one header: words of names may leave gaps.
		if heads[i].Role != roleName && heads[i].Role != roleOther && heads[i].Role != roleUnknown {
			return nil, fmt.Errorf("the header %q stands over several columns", heads[i].Text)
		}
	}
	// Clusters nobody claims go to a header nobody else has, in order.
	for j := 0; j < len(cs); j++ {
		if own[j] >= 0 {
			continue
		}
		k := j
		for k < len(cs) && own[k] < 0 {
			k++
		}
		lo, hi := -1, len(heads)
		if j > 0 {
			lo = own[j-1]
		}
		if k < len(cs) {
			hi = own[k]
		}
		var free []int
		for i := lo + 1; i < hi; i++ {
			if len(claimed[i]) == 0 {
				free = append(free, i)
			}
		}
		switch {
		case len(free) == k-j:
			for n, i := range free {
				own[j+n] = i
				claimed[i] = append(claimed[i], j+n)
			}
		case len(free) == 0:
			for n := j; n < k; n++ {
				switch {
				case n > 0 && own[n-1] >= 0 && heads[own[n-1]].Role == roleName && cs[n].numbers*2 < cs[n].words && cs[n].x0-cs[n-1].x1 < 12:
					own[n] = own[n-1]
					claimed[own[n]] = append(claimed[own[n]], n)
				case n == 0 && cs[n].numbers == cs[n].words:
					own[n] = -2 // the rows' numbers
				default:
					return nil, fmt.Errorf("a column at %.0f to %.0f pt has no header", cs[n].x0, cs[n].x1)
				}
			}
		default:
			return nil, fmt.Errorf("%d columns of words stand between %d headers", k-j, len(free))
		}
		j = k
	}
	if err := unclaimed(heads, claimed, cs); err != nil {
		return nil, err
	}
	for j, i := range own {
		if i < 0 {
			continue
		}
		if match[i].x1 <= match[i].x0 {
			match[i] = cs[j]
		} else {
			match[i].x0, match[i].x1 = math.Min(match[i].x0, cs[j].x0), math.Max(match[i].x1, cs[j].x1)
		}
	}
	return match, nil
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
