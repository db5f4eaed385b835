package compare

import (
	"cmp"
	"slices"

	"espfigures/pipeline"
)

// Movement says which part of a Movers a series is in.
type Movement string

const (
	Moved         Movement = "moved"
	Entered       Movement = "entered"        // a row in the later year, none in the earlier one
	Left          Movement = "left"           // a row in the earlier year, none in the later one
	NotComparable Movement = "not-comparable" // values that may not be compared, or a value that is inside another row or not listed
)

// Mover is one series between the two years of a Movers.
type Mover struct {
	Movement Movement
	Between
	Why string // for NotComparable without a verdict: why one of the values is missing
}

// MoversOptions choose who is looked at.
type MoversOptions struct {
	By       Type           // TypePlatform (also ""), TypeCompany or TypeCategory
	Category string         // only series of this category; "" for all
	Kind     pipeline.Kind  // only platforms of this kind; "" for all but hotlines
	MinBase  pipeline.Count // least reports on the larger side to be listed at all, and in the earlier year to have moved; 0 means SmallBase
	Top      int            // at most so many in each list; 0 for all
}

// Movers lists who rose and fell between two years.
type Movers struct {
	From, To                     int
	Rises, Falls                 []Mover // largest change first
	Unchanged                    int
	Entered, Left, NotComparable []Mover // largest first
	// LeftOut counts series that moved from a base under MinBase, or are under
	// it in both years.
	LeftOut int
	// Hotlines is true where hotlines and NCMEC's own services were left out.
	Hotlines bool
}

// Movers compares two years of every series. The earlier year is From.
func (m *Model) Movers(year1, year2 int, o MoversOptions) Movers {
	from, to := min(year1, year2), max(year1, year2)
	v := Movers{From: from, To: to}
	base := cmp.Or(o.MinBase, SmallBase)
	lists := map[Movement]*[]Mover{Entered: &v.Entered, Left: &v.Left, NotComparable: &v.NotComparable}
	for _, s := range m.moving(o, &v) {
		mv, ok := m.mover(s, from, to)
		list := lists[mv.Movement]
		switch {
		case !ok:
			continue
		case mv.larger() < base, mv.Movement == Moved && *mv.From.Reports < base:
			v.LeftOut++
			continue
		case mv.Movement == Moved && *mv.Change.Reports == 0:
			v.Unchanged++
			continue
		case mv.Movement == Moved && *mv.Change.Reports > 0:
			list = &v.Rises
		case mv.Movement == Moved:
			list = &v.Falls
		}
		*list = append(*list, mv)
	}
	for _, list := range []*[]Mover{&v.Rises, &v.Falls, &v.Entered, &v.Left, &v.NotComparable} {
		slices.SortFunc(*list, func(a, b Mover) int {
			return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.Series.ID, b.Series.ID))
		})
		if o.Top > 0 {
			*list = (*list)[:min(o.Top, len(*list))]
		}
	}
	return v
}

// All returns every mover, in the order falls, rises, entered, left, not comparable.
func (v Movers) All() []Mover {
	return slices.Concat(v.Falls, v.Rises, v.Entered, v.Left, v.NotComparable)
}

// moving returns the series that a question is about.
func (m *Model) moving(o MoversOptions, v *Movers) []*Series {
	list := m.Platforms
	switch o.By {
	case TypeCompany:
		list = m.Companies
	case TypeCategory:
		list = m.Categories
	}
	return filter(list, func(s *Series) bool {
		hotline := o.Kind == "" && s.Kind == pipeline.KindHotline && (o.Category == "" || s.Category == o.Category)
		v.Hotlines = v.Hotlines || hotline
		return !hotline && (o.Category == "" || s.Category == o.Category) && (o.Kind == "" || s.Kind == o.Kind)
	})
}

// mover says what a series did between two years; not ok where it has no value
// in either.
func (m *Model) mover(s *Series, from, to int) (mv Mover, ok bool) {
	mv.Between = m.Between(s, from, to, pipeline.MeasureReports)
	if mv.From == nil || mv.To == nil {
		return mv, false
	}
	old, now := mv.From, mv.To
	switch {
	case mv.Verdict == No:
		mv.Movement = NotComparable
	case mv.Verdict != NoValue:
		mv.Movement = Moved
	case old.Missing == pipeline.NoRow:
		mv.Movement = Entered
	case now.Missing == pipeline.NoRow:
		mv.Movement = Left
	default:
		mv.Movement, mv.Why = NotComparable, cmp.Or(m.WhyBlank(old), m.WhyBlank(now))
	}
	return mv, old.Reports != nil || now.Reports != nil
}

// size is what a list of movers is sorted by.
func (mv Mover) size() pipeline.Count {
	if mv.Movement == Moved {
		return max(*mv.Change.Reports, -*mv.Change.Reports)
	}
	return mv.larger()
}

func (mv Mover) larger() pipeline.Count { return max(mv.From.size(), mv.To.size()) }
