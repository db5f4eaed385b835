package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// offer is a series that a person can choose on Compare and Profile.
type offer struct {
	*compare.Series
	label string // what the dropdown shows; unique
}

// pair is what the model says about two years of an offer, by measure.
type pair struct {
	no                   int // of the offer, from 1
	from, to             int
	reports, share, rank compare.Between
	index                *float64
}

// offers are the series to choose, largest first, then by name.
type offers struct {
	list   []offer
	pairs  []pair
	row    map[int]int // by key: row of the pair, from 1
	left   int         // series that are not offered, for room
	movers []listed
}

// listed is one line of the lists on Movers, with where it is listed.
type listed struct {
	key      int
	by       compare.Type
	from, to int
	list     int // index into moverLists
	place    int
	compare.Mover
}

// What a workbook has room for: more pairs make it slow to open, and cost more
// time than all the other sheets. The real data have some 2,500.
const (
	maxPairs  = 6000
	maxMoves  = 16000 // series looked at for the lists of movers
	moverRows = 10    // of each list
)

// pairKey numbers a pair of years of an offer; formulas make the same number.
func pairKey(no, from, to int) int { return no*1e8 + from*1e4 + to }

// moverKey numbers a line of the lists of movers; formulas make the same number.
func moverKey(by, from, to, list, place int) int {
	return by*1e12 + from*1e8 + to*1e4 + list*100 + place
}

// newOffers chooses what is offered, and asks the model about all of it.
func newOffers(m *compare.Model) *offers {
	o := &offers{row: map[int]int{}}
	all := []*compare.Series{m.ESPTotal, m.Total}
	all = append(all, m.Platforms...)
	for _, c := range m.Companies {
		if !c.Alone { // is among the platforms
			all = append(all, c)
		}
	}
	all = slices.Concat(all, m.Categories, m.Groups)
	all = slices.DeleteFunc(all, func(s *compare.Series) bool { return s == nil || s.Last == 0 })
	complete := m.Complete()
	size := func(s *compare.Series) pipeline.Count {
		if p := s.At(complete); p != nil && p.Reports != nil {
			return *p.Reports
		}
		return -1
	}
	slices.SortStableFunc(all, func(a, b *compare.Series) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	taken := map[string]bool{}
	for _, s := range all {
		pairs := o.pairsOf(m, s)
		if pairs == nil {
			o.left++
			continue
		}
		for _, p := range pairs {
			o.row[pairKey(p.no, p.from, p.to)] = len(o.row) + 1
		}
		o.pairs = append(o.pairs, pairs...)
		o.list = append(o.list, offer{s, uniqueLabel(s, taken)})
	}
	o.addMovers(m)
	return o
}

// pairsOf asks the model about every two years of a series that have values;
// nil where there is no room left.
func (o *offers) pairsOf(m *compare.Model, s *compare.Series) []pair {
	list := []pair{}
	for i := range s.Points {
		for k := i + 1; k < len(s.Points); k++ {
			if s.Points[i].Reports == nil || s.Points[k].Reports == nil {
				continue
			}
			if len(o.pairs)+len(list) >= maxPairs {
				return nil
			}
			p := pair{no: len(o.list) + 1, from: s.Points[i].Year, to: s.Points[k].Year}
			p.reports = m.Between(s, p.from, p.to, pipeline.MeasureReports)
			p.share = m.Between(s, p.from, p.to, pipeline.MeasureShare)
			p.rank = m.Between(s, p.from, p.to, pipeline.MeasureRank)
			if b := m.Between(s, p.from, p.to, pipeline.MeasureIndex); b.Change != nil {
				p.index = b.Change.Index
			}
			list = append(list, p)
		}
	}
	return list
}

// find returns the number of an offer, 0 where the series is not offered.
func (o *offers) find(s *compare.Series) int {
	return 1 + slices.IndexFunc(o.list, func(x offer) bool { return x.Series == s })
}

// pair returns what the model says about two years of an offer, nil where one
// of them has no value.
func (o *offers) pair(no, from, to int) *pair {
	if row := o.row[pairKey(no, from, to)]; row > 0 {
		return &o.pairs[row-1]
	}
	return nil
}

func uniqueLabel(s *compare.Series, taken map[string]bool) string {
	name := label(s.Name)
	switch s.Type {
	case compare.TypeCompany, compare.TypeCategory, compare.TypeSet:
		name += " (" + string(s.Type) + ")"
	}
	key := func() string { return strings.ToLower(name) } // lookups take no notice of case
	if taken[key()] {
		name += " [" + label(s.ID) + "]"
	}
	for n := 2; taken[key()]; n++ {
		name += fmt.Sprintf(" %d", n)
	}
	taken[key()] = true
	return name
}

// moverLists are the lists on Movers, in their order.
var moverLists = []string{"Falls", "Rises", "Entrants", "Leavers", "Not comparable"}

// movedBy are the types of series that Movers offers, with its word for them.
var movedBy = []struct {
	by   compare.Type
	word string
}{{compare.TypePlatform, "platforms"}, {compare.TypeCompany, "companies"}, {compare.TypeCategory, "categories"}}

// addMovers lists who moved between every two years, the newest pairs of years
// first, as far as there is room.
func (o *offers) addMovers(m *compare.Model) {
	looked := 0
	for k := len(m.Years) - 1; k > 0; k-- {
		for i := k - 1; i >= 0; i-- {
			if looked += len(m.Platforms) + len(m.Companies); looked > maxMoves && len(o.movers) > 0 {
				return
			}
			for by, which := range movedBy {
				v := m.Movers(m.Years[i], m.Years[k], compare.MoversOptions{By: which.by, Top: moverRows})
				for list, movers := range [][]compare.Mover{v.Falls, v.Rises, v.Entered, v.Left, v.NotComparable} {
					for place, mv := range movers {
						o.movers = append(o.movers, listed{moverKey(by+1, v.From, v.To, list+1, place+1), which.by, v.From, v.To, list, place + 1, mv})
					}
				}
			}
		}
	}
}
