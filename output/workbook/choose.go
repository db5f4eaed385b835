package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The sheets to choose in work by formulas that look values up on the sheets
// called Data_… and on Series. Nothing on those is computed by a formula that
// the model does not say.

// offer is a series that a person can choose on Compare and Profile.
type offer struct {
	*compare.Series
	label string // what the dropdown shows; unique
}

// What a workbook has room for: more pairs of years make it slow to open, and
// cost more time than all the other sheets. The real data have some 2,500.
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

// moverLists are the lists on Movers, in their order, with what those in them did.
var moverLists = []struct {
	word string
	did  compare.Movement
}{{"Falls", compare.Moved}, {"Rises", compare.Moved}, {"Entrants", compare.Entered}, {"Leavers", compare.Left}, {"Not comparable", compare.NotComparable}}

// movedBy are the types of series that Movers offers, with its word for them.
var movedBy = []struct {
	by   compare.Type
	word string
}{{compare.TypePlatform, "platforms"}, {compare.TypeCompany, "companies"}, {compare.TypeCategory, "categories"}}

// restOf is how many of the largest platforms the series of all others leaves out.
const restOf = 5

// seriesOffered are the series to choose, largest first, then by name. The rest
// is of all but the largest platforms.
func (b *Book) seriesOffered() []*compare.Series {
	m := b.m
	all := slices.Concat([]*compare.Series{m.ESPTotal, m.Total}, m.Platforms, m.Companies, m.Categories, m.Groups)
	if len(m.Platforms) > restOf {
		all = append(all, m.Rest(restOf))
	}
	// A platform without an owner is among the platforms.
	all = slices.DeleteFunc(all, func(s *compare.Series) bool { return s.Alone || s.Last == 0 })
	size := func(s *compare.Series) pipeline.Count {
		if p := s.At(b.complete); p != nil && p.Reports != nil {
			return *p.Reports
		}
		return -1
	}
	slices.SortStableFunc(all, func(a, b *compare.Series) int {
		return cmp.Or(cmp.Compare(size(b), size(a)), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return all
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

// chooseFrom fills the sheets that formulas look up: the series offered, what
// may be said between any two years of each, and who moved.
func (b *Book) chooseFrom() {
	b.lists, b.verdicts, b.between = b.sheet("Data_lists"), b.sheet("Data_verdicts"), b.sheet("Data_between")
	taken := map[string]bool{}
	for _, s := range b.seriesOffered() {
		var years []int
		for _, p := range s.Points {
			if p.Reports != nil {
				years = append(years, p.Year)
			}
		}
		if len(b.between.rows)+len(years)*(len(years)-1)/2 > maxPairs {
			b.left++
			continue
		}
		o := offer{s, uniqueLabel(s, taken)}
		b.offers = append(b.offers, o)
		b.lists.rows = append(b.lists.rows, []any{len(b.offers), o.label, s.ID, string(s.Type), yearMarks(s)})
		for k, to := range years {
			for _, from := range years[:k] {
				all, key := b.m.BetweenAll(s, from, to), pairKey(len(b.offers), from, to)
				shown := all[0].Shown()
				b.between.rows = append(b.between.rows, []any{key, b.verdict(all[0], all[0].Codes()), tables.Maybe(shown.Reports), tables.Maybe(shown.Percent),
					tables.Maybe(all[0].Like().Percent), tables.Maybe(all[3].Shown().Index),
					b.verdict(all[1], all[1].Codes()), tables.Maybe(all[1].Shown().Points), b.verdict(all[2], all[2].Codes()), tables.Maybe(all[2].Shown().Places)})
				b.pairs[key] = len(b.between.rows)
			}
		}
	}
	b.moversData()
}

// verdict returns the row of Data_verdicts, from 1, that says what a comparison
// says: many say the same.
func (b *Book) verdict(x compare.Between, reasons string) int {
	say := [3]string{string(x.Verdict), reasons, reasonTexts(x)}
	if b.judged[say] == 0 {
		b.judged[say] = len(b.judged) + 1
		b.verdicts.rows = append(b.verdicts.rows, []any{len(b.judged), say[0], say[1], say[2]})
	}
	return b.judged[say]
}

// moversData lists who moved between every two years, the newest pairs of years
// first, as far as there is room.
func (b *Book) moversData() {
	b.moved = b.sheet("Data_movers")
	looked := 0
	for _, to := range slices.Backward(b.m.Years) {
		for from := to - 1; from >= b.firstYear(); from-- {
			if looked += len(b.m.Platforms) + len(b.m.Companies); looked > maxMoves && len(b.moved.rows) > 0 {
				return
			}
			for by, which := range [][]*compare.Series{b.m.Platforms, b.m.Companies, b.m.Categories} {
				v := b.m.Movers(from, to, compare.MoversOptions{By: movedBy[by].by, Top: moverRows})
				for list, movers := range [][]*compare.Mover{v.Falls, v.Rises, v.Entered, v.Left, v.NotComparable} {
					for place, mv := range movers {
						key, change := moverKey(by+1, from, to, list+1, place+1), mv.Shown()
						b.moved.rows = append(b.moved.rows, []any{key, 1 + slices.Index(which, mv.Series), tables.Maybe(mv.From.Reports), tables.Maybe(mv.To.Reports),
							tables.Maybe(change.Reports), tables.Maybe(change.Percent), b.verdict(mv.Between, cmp.Or(mv.Codes(), mv.Why))})
						b.movers[key] = len(b.moved.rows)
					}
				}
			}
		}
	}
}

// find returns the number of an offer, 0 where the series is not offered.
func (b *Book) find(s *compare.Series) int {
	return 1 + slices.IndexFunc(b.offers, func(x offer) bool { return x.Series == s })
}

// choices are what the sheets open with.
type choices struct {
	measure  pipeline.Measure
	from, to int
	lines    [slots]int // numbers of offers; 0 for none
	profile  int
	moved    int // index into movedBy
}

func (b *Book) firstChoices() choices {
	c := choices{measure: pipeline.MeasureReports, to: b.complete, from: b.complete}
	for _, y := range b.m.Years {
		if y < b.complete && b.m.Data.Edition(y) != nil {
			c.from = y
		}
	}
	for k, s := range b.m.Largest(5) {
		c.lines[k] = b.find(s)
	}
	c.profile = max(1, c.lines[0])
	return c
}

// ordered returns the two years chosen, the earlier first.
func (c choices) ordered() (from, to int) { return min(c.from, c.to), max(c.from, c.to) }
