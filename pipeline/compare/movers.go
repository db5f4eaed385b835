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

	size pipeline.Count // lists are sorted by it
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
	Rises, Falls                 []*Mover // largest change first
	Unchanged                    int
	Entered, Left, NotComparable []*Mover // largest first
	// LeftOut counts series that moved from a base under MinBase, or are under
	// it in both years.
	LeftOut int
	// Hotlines is true where hotlines and NCMEC's own services were left out.
	Hotlines bool
}

// Movers compares two years of every series. The earlier year is From.
func (m *Model) Movers(year1, year2 int, o MoversOptions) Movers {
	v := Movers{From: min(year1, year2), To: max(year1, year2)}
	base := cmp.Or(o.MinBase, SmallBase)
	lists := map[Movement]*[]*Mover{Entered: &v.Entered, Left: &v.Left, NotComparable: &v.NotComparable}
	for _, s := range map[Type][]*Series{"": m.Platforms, TypePlatform: m.Platforms, TypeCompany: m.Companies, TypeCategory: m.Categories}[o.By] {
		if o.Category != "" && s.Category != o.Category || o.Kind != "" && s.Kind != o.Kind {
			continue
		}
		if s.Kind == pipeline.KindHotline && o.Kind == "" {
			v.Hotlines = true
			continue
		}
		old, now := s.At(v.From), s.At(v.To)
		if old == nil || now == nil || old.Reports == nil && now.Reports == nil {
			continue
		}
		if max(old.size(), now.size()) < base {
			v.LeftOut++
			continue
		}
		mv := m.mover(s, old, now)
		list := lists[mv.Movement]
		switch {
		case mv.Movement == Moved && *old.Reports < base:
			v.LeftOut++
			continue
		case mv.Movement == Moved:
			change := *mv.Change.Reports
			if mv.size = max(change, -change); change == 0 {
				v.Unchanged++
				continue
			}
			if list = &v.Falls; change > 0 {
				list = &v.Rises
			}
		}
		*list = append(*list, mv)
	}
	for _, list := range []*[]*Mover{&v.Rises, &v.Falls, &v.Entered, &v.Left, &v.NotComparable} {
		slices.SortFunc(*list, func(a, b *Mover) int {
			return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.Series.ID, b.Series.ID))
		})
		if o.Top > 0 {
			*list = (*list)[:min(o.Top, len(*list))]
		}
	}
	return v
}

// All returns every mover, in the order falls, rises, entered, left, not comparable.
func (v Movers) All() []*Mover {
	return slices.Concat(v.Falls, v.Rises, v.Entered, v.Left, v.NotComparable)
}

// mover says what a series did between two years. Its size is the larger value.
func (m *Model) mover(s *Series, old, now *Point) *Mover {
	mv := &Mover{Between: m.Between(s, old.Year, now.Year, pipeline.MeasureReports), size: max(old.size(), now.size())}
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
	return mv
}
