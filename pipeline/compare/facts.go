package compare

import (
	"cmp"
	"maps"
	"slices"

	"espfigures/pipeline"
)

// at is a platform in a year.
type at struct {
	id   string
	year int
}

// known is what a Dataset has of a platform in a year.
type known struct {
	figures []*pipeline.Figure // largest first
	sum     pipeline.Count
	owner   string // company id on 31 December; "" where there is none
	inside  string // the platform of the combined row that it is likely inside
}

// facts are the lookups of a Dataset that every series needs.
type facts struct {
	ds       *pipeline.Dataset
	ids      []string                  // of the platforms
	edition  map[int]*pipeline.Edition // one without year and rows for a year between others
	first    int                       // year of known
	known    map[string][]known        // by platform
	total    map[int]pipeline.YearTotal
	platform map[string]*pipeline.Platform
	combined map[at][]string     // combined row that was printed: its likely members, none where nobody knows them
	rows     []at                // those of combined, by year
	affected map[string][]string // platforms that something may happen to through a platform, combined row or company, by its id
}

// newFacts looks a Dataset through. years are those of its editions, and those between.
func newFacts(ds *pipeline.Dataset) (f facts, years []int) {
	f = facts{
		ds:       ds,
		edition:  map[int]*pipeline.Edition{},
		known:    map[string][]known{},
		total:    map[int]pipeline.YearTotal{},
		platform: map[string]*pipeline.Platform{},
		combined: map[at][]string{},
		affected: map[string][]string{},
	}
	for i := range ds.Editions { // by year
		e := &ds.Editions[i]
		if i == 0 {
			f.first = e.Year
		}
		for y := f.first + len(years); y < e.Year; y++ {
			years, f.edition[y] = append(years, y), &pipeline.Edition{}
		}
		years, f.edition[e.Year] = append(years, e.Year), e
	}
	for _, t := range ds.Totals {
		f.total[t.Year] = t
	}
	for i, p := range ds.Platforms {
		f.ids = append(f.ids, p.ID)
		f.platform[p.ID], f.known[p.ID] = &ds.Platforms[i], make([]known, len(years))
	}
	for i := range ds.Figures {
		fig := &ds.Figures[i]
		k := f.in(fig.Platform, fig.Year)
		k.figures, k.sum = append(k.figures, fig), k.sum+fig.Reports
		if fig.Flags.Has(pipeline.FlagCombined) {
			f.combined[at{fig.Platform, fig.Year}] = nil // members not known yet
		}
	}
	for _, list := range f.known {
		for _, k := range list {
			slices.SortStableFunc(k.figures, largestFirst)
		}
	}
	for _, c := range ds.Combined {
		row := at{c.Platform, c.Year}
		if len(f.in(c.Platform, c.Year).figures) == 0 {
			continue // the row was not printed, so nothing is inside it
		}
		for _, member := range c.Members {
			if member != c.Platform {
				f.in(member, c.Year).inside = c.Platform
				f.combined[row] = append(f.combined[row], member)
			}
		}
	}
	for _, o := range ds.Owners {
		for _, y := range years {
			if k := f.in(o.Platform, y); k.owner == "" && o.Company != pipeline.Independent && o.On(pipeline.LastDay(y)) {
				k.owner = o.Company
			}
		}
	}
	f.link(years)
	return f, years
}

// in is what is known of a platform in a year: nothing of one that has no row in
// any, or outside the editions' years.
func (f *facts) in(id string, year int) *known {
	if list, i := f.known[id], year-f.first; i >= 0 && i < len(list) {
		return &list[i]
	}
	return &known{}
}

// link finds out what each platform has to do with in any of the years.
func (f *facts) link(years []int) {
	for _, id := range f.ids {
		through := []string{id}
		for _, y := range years {
			k := f.in(id, y)
			through = append(through, k.inside, k.owner)
		}
		slices.Sort(through)
		for _, who := range slices.Compact(through) {
			f.affected[who] = append(f.affected[who], id)
		}
	}
	f.rows = slices.SortedFunc(maps.Keys(f.combined), func(a, b at) int { return cmp.Or(cmp.Compare(a.year, b.year), cmp.Compare(a.id, b.id)) })
}

func largestFirst(a, b *pipeline.Figure) int { return cmp.Compare(b.Reports, a.Reports) }

// absent says why a platform has no figure in a year.
func (f *facts) absent(platform string, year int) (why pipeline.Missing, inside string) {
	ed := f.edition[year]
	switch inside = f.in(platform, year).inside; {
	case ed.Year == 0:
		return pipeline.NoEdition, ""
	case inside != "":
		return pipeline.InsideRow, inside
	case ed.Partial():
		return pipeline.NotCovered, ""
	}
	return pipeline.NoRow, ""
}

// unlisted reports whether the source of a year does not list a platform, and
// returns what it last reported before: the size of what may be missing from a
// sum. That is 0 where the newest complete edition before has no such row either.
func (m *Model) unlisted(platform string, year int) (last pipeline.Count, is bool) {
	if why, _ := m.absent(platform, year); why != pipeline.NotCovered || len(m.in(platform, year).figures) > 0 {
		return 0, false
	}
	for y := year - 1; y >= m.Years[0] && last == 0; y-- {
		last = m.in(platform, y).sum
		if ed := m.edition[y]; ed.Year != 0 && !ed.Partial() {
			break
		}
	}
	return last, true
}

// OwnerState tells three states apart: a platform that is owned, one that a
// source calls independent, and one whose owner nobody has established.
type OwnerState string

const (
	Owned          OwnerState = "owned"
	Independent    OwnerState = "independent"
	NotEstablished OwnerState = "not-established"
)

// Owner returns the company that owned a platform on 31 December of a year,
// nil unless the state is Owned.
func (m *Model) Owner(platform string, year int) (*pipeline.Company, OwnerState) {
	if c := m.ds.Owner(platform, year); c != nil {
		return c, Owned
	}
	if slices.ContainsFunc(m.ds.Owners, func(o pipeline.Ownership) bool {
		return o.Platform == platform && o.Company == pipeline.Independent && o.On(pipeline.LastDay(year))
	}) {
		return nil, Independent
	}
	return nil, NotEstablished
}
