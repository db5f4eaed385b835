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

// facts are the lookups of a Dataset that every series needs.
type facts struct {
	ds       *pipeline.Dataset
	years    []int
	ids      []string // of the platforms
	edition  map[int]*pipeline.Edition
	total    map[int]*pipeline.YearTotal
	platform map[string]*pipeline.Platform
	figures  map[at][]pipeline.Figure // largest first
	owner    map[at]string            // company id on 31 December; absent where there is none
	inside   map[at]string            // platform likely inside a combined row of the year: the row's platform
	combined map[at][]string          // combined row that was printed: its likely members, none where nobody knows them
	affected map[string][]string      // platforms that something may happen to through a platform, combined row or company, by its id
}

func newFacts(ds *pipeline.Dataset) *facts {
	f := &facts{
		ds:       ds,
		edition:  map[int]*pipeline.Edition{},
		total:    map[int]*pipeline.YearTotal{},
		platform: map[string]*pipeline.Platform{},
		figures:  map[at][]pipeline.Figure{},
		owner:    map[at]string{},
		inside:   map[at]string{},
		combined: map[at][]string{},
	}
	for i := range ds.Editions {
		f.edition[ds.Editions[i].Year] = &ds.Editions[i]
	}
	if held := slices.Sorted(maps.Keys(f.edition)); len(held) > 0 {
		for y := held[0]; y <= held[len(held)-1]; y++ {
			f.years = append(f.years, y)
		}
	}
	for i := range ds.Totals {
		f.total[ds.Totals[i].Year] = &ds.Totals[i]
	}
	for i := range ds.Platforms {
		f.ids = append(f.ids, ds.Platforms[i].ID)
		f.platform[ds.Platforms[i].ID] = &ds.Platforms[i]
	}
	for _, fig := range ds.Figures {
		k := at{fig.Platform, fig.Year}
		f.figures[k] = append(f.figures[k], fig)
		if fig.Flags.Has(pipeline.FlagCombined) {
			f.combined[k] = nil // members not known yet
		}
	}
	for _, list := range f.figures {
		slices.SortStableFunc(list, func(a, b pipeline.Figure) int { return cmp.Compare(b.Reports, a.Reports) })
	}
	for _, c := range ds.Combined {
		k := at{c.Platform, c.Year}
		if len(f.figures[k]) == 0 {
			continue // the row was not printed, so nothing is inside it
		}
		for _, member := range c.Members {
			if member != c.Platform {
				f.combined[k] = append(f.combined[k], member)
				f.inside[at{member, c.Year}] = c.Platform
			}
		}
	}
	for _, id := range f.ids {
		for _, y := range f.years {
			if c := ds.Owner(id, y); c != nil {
				f.owner[at{id, y}] = c.ID
			}
		}
	}
	f.affected = map[string][]string{}
	for _, id := range f.ids {
		through := map[string]bool{id: true}
		for _, y := range f.years {
			through[f.inside[at{id, y}]], through[f.owner[at{id, y}]] = true, true
		}
		for who := range through {
			f.affected[who] = append(f.affected[who], id)
		}
	}
	return f
}

// sum returns the reports of a platform in a year, 0 where it has no figure.
func (f *facts) sum(platform string, year int) pipeline.Count {
	var n pipeline.Count
	for _, fig := range f.figures[at{platform, year}] {
		n += fig.Reports
	}
	return n
}

// absent says why a platform has no figure in a year.
func (f *facts) absent(platform string, year int) (why pipeline.Missing, inside string) {
	ed := f.edition[year]
	switch {
	case ed == nil:
		return pipeline.NoEdition, ""
	case f.inside[at{platform, year}] != "":
		return pipeline.InsideRow, f.inside[at{platform, year}]
	case ed.Partial():
		return pipeline.NotCovered, ""
	}
	return pipeline.NoRow, ""
}

// unlisted returns what a platform last reported before a year whose source
// does not list it: the size of what may be missing from a sum. It is 0 where
// the newest complete edition before that year has no such row either.
func (f *facts) unlisted(platform string, year int) pipeline.Count {
	if why, _ := f.absent(platform, year); why != pipeline.NotCovered || len(f.figures[at{platform, year}]) > 0 {
		return 0
	}
	for y := year - 1; y >= f.years[0]; y-- {
		if n := f.sum(platform, y); n > 0 || f.edition[y] != nil && !f.partial(y) {
			return n
		}
	}
	return 0
}

// partial reports whether the year's source lists only some of the rows.
func (f *facts) partial(year int) bool {
	ed := f.edition[year]
	return ed != nil && ed.Partial()
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
	if c := m.f.ds.Owner(platform, year); c != nil {
		return c, Owned
	}
	if slices.ContainsFunc(m.f.ds.Owners, func(o pipeline.Ownership) bool {
		return o.Platform == platform && o.Company == pipeline.Independent && o.On(pipeline.LastDay(year))
	}) {
		return nil, Independent
	}
	return nil, NotEstablished
}
