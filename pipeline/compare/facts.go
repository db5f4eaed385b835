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
	figures []pipeline.Figure // largest first
	sum     pipeline.Count
	owner   string // company id on 31 December; "" where there is none
	inside  string // the platform of the combined row that it is likely inside
}

// facts are the lookups of a Dataset that every series needs.
type facts struct {
	ds       *pipeline.Dataset
	ids      []string                 // of the platforms
	edition  map[int]pipeline.Edition // absent is an edition without year and rows
	total    map[int]pipeline.YearTotal
	platform map[string]*pipeline.Platform
	known    map[at]known
	combined map[at][]string     // combined row that was printed: its likely members, none where nobody knows them
	rows     map[int][]at        // those of combined in a year
	affected map[string][]string // platforms that something may happen to through a platform, combined row or company, by its id
}

// newFacts looks a Dataset through. years are those of its editions, and those between.
func newFacts(ds *pipeline.Dataset) (f facts, years []int) {
	f = facts{
		ds:       ds,
		edition:  map[int]pipeline.Edition{},
		total:    map[int]pipeline.YearTotal{},
		platform: map[string]*pipeline.Platform{},
		known:    map[at]known{},
		combined: map[at][]string{},
		rows:     map[int][]at{},
		affected: map[string][]string{},
	}
	for _, e := range ds.Editions {
		f.edition[e.Year] = e
	}
	if held := slices.Sorted(maps.Keys(f.edition)); len(held) > 0 {
		for y := held[0]; y <= held[len(held)-1]; y++ {
			years = append(years, y)
		}
	}
	for _, t := range ds.Totals {
		f.total[t.Year] = t
	}
	for i, p := range ds.Platforms {
		f.ids = append(f.ids, p.ID)
		f.platform[p.ID] = &ds.Platforms[i]
	}
	for _, fig := range ds.Figures {
		key := at{fig.Platform, fig.Year}
		k := f.known[key]
		k.figures, k.sum = append(k.figures, fig), k.sum+fig.Reports
		f.known[key] = k
		if fig.Flags.Has(pipeline.FlagCombined) {
			f.combined[key] = nil // members not known yet
		}
	}
	for _, k := range f.known {
		slices.SortStableFunc(k.figures, largestFirst)
	}
	for _, c := range ds.Combined {
		row := at{c.Platform, c.Year}
		if len(f.known[row].figures) == 0 {
			continue // the row was not printed, so nothing is inside it
		}
		for _, member := range c.Members {
			if member != c.Platform {
				k := f.known[at{member, c.Year}]
				k.inside = c.Platform
				f.known[at{member, c.Year}] = k
				f.combined[row] = append(f.combined[row], member)
			}
		}
	}
	for _, o := range ds.Owners {
		for _, y := range years {
			key := at{o.Platform, y}
			if k := f.known[key]; k.owner == "" && o.Company != pipeline.Independent && o.On(pipeline.LastDay(y)) {
				k.owner = o.Company
				f.known[key] = k
			}
		}
	}
	f.link(years)
	return f, years
}

// link finds out what each platform has to do with in any of the years.
func (f *facts) link(years []int) {
	for _, id := range f.ids {
		through := []string{id}
		for _, y := range years {
			k := f.known[at{id, y}]
			through = append(through, k.inside, k.owner)
			if _, printed := f.combined[at{id, y}]; printed {
				f.rows[y] = append(f.rows[y], at{id, y})
			}
		}
		slices.Sort(through)
		for _, who := range slices.Compact(through) {
			f.affected[who] = append(f.affected[who], id)
		}
	}
}

func largestFirst(a, b pipeline.Figure) int { return cmp.Compare(b.Reports, a.Reports) }

// absent says why a platform has no figure in a year.
func (f *facts) absent(platform string, year int) (why pipeline.Missing, inside string) {
	ed := f.edition[year]
	switch inside = f.known[at{platform, year}].inside; {
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
	if why, _ := m.absent(platform, year); why != pipeline.NotCovered || len(m.known[at{platform, year}].figures) > 0 {
		return 0, false
	}
	for y := year - 1; y >= m.Years[0] && last == 0; y-- {
		last = m.known[at{platform, y}].sum
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
