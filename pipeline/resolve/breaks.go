package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// at names what stands for a platform in a year.
type at struct {
	platform string
	year     int
}

// breaks returns the registry's breaks that concern the dataset and those its
// combined rows make.
func (r *Resolver) breaks(ds *pipeline.Dataset) []pipeline.Break {
	known := map[string]bool{pipeline.Everybody: true}
	for _, p := range ds.Platforms {
		known[p.ID] = true
	}
	for _, c := range ds.Companies {
		known[c.ID] = true
	}
	var list []pipeline.Break
	for _, b := range r.reg.Breaks {
		if known[b.Who] {
			list = append(list, b)
		}
	}
	list = append(list, scopeBreaks(ds, list)...)
	slices.SortFunc(list, func(a, b pipeline.Break) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// ScopeDerived is the kind of the breaks that combined rows make by themselves.
const ScopeDerived = "scope-combined"

// scopeBreaks makes a break wherever a row is combined in one of two
// neighbouring years and not in the other, or with other likely members, and
// no curated break of kind scope-… on that platform and step judges it.
func scopeBreaks(ds *pipeline.Dataset, curated []pipeline.Break) []pipeline.Break {
	state := map[at]string{} // "" plain, "*" combined, with the members where known
	changes := map[string]bool{}
	for i := range ds.Figures {
		if f := &ds.Figures[i]; f.Flags.Has(pipeline.FlagCombined) {
			state[at{f.Platform, f.Year}], changes[f.Platform] = "*", true
		}
	}
	for _, c := range ds.Combined {
		state[at{c.Platform, c.Year}], changes[c.Platform] = "*"+strings.Join(c.Members, ","), true
	}
	if len(changes) == 0 {
		return nil
	}
	seen := map[at]pipeline.Figure{}
	for _, f := range ds.Figures {
		if !changes[f.Platform] {
			continue
		}
		k := at{f.Platform, f.Year}
		if _, ok := seen[k]; !ok || f.Flags.Has(pipeline.FlagCombined) {
			seen[k] = f
		}
	}
	var list []pipeline.Break
	for _, p := range ds.Platforms {
		if !changes[p.ID] {
			continue // never combined: its scope is the same in every year
		}
		for _, ed := range ds.Editions {
			before, this := at{p.ID, ed.Year - 1}, at{p.ID, ed.Year}
			old, ok1 := seen[before]
			now, ok2 := seen[this]
			if !ok1 || !ok2 || state[before] == state[this] {
				continue
			}
			if state[before] != "" && state[this] != "" && (state[before] == "*" || state[this] == "*") {
				continue // combined in both years, members known for one only
			}
			if slices.ContainsFunc(curated, func(b pipeline.Break) bool {
				return b.Who == p.ID && strings.HasPrefix(b.Kind, "scope") && b.From <= before.year && this.year <= b.To
			}) {
				continue
			}
			list = append(list, pipeline.Break{
				ID:  fmt.Sprintf("scope-%s-%d-%d", p.ID, before.year, this.year),
				Who: p.ID, From: before.year, To: this.year, Kind: ScopeDerived,
				Description: scopeWords(p.Name, state[before], state[this], old, now),
				Source:      sourceOf(ds, old) + " ; " + sourceOf(ds, now),
				Forbids:     pipeline.ForbidsPlatform,
			})
		}
	}
	return list
}

func scopeWords(name, before, this string, old, now pipeline.Figure) string {
	switch {
	case this == "":
		return fmt.Sprintf("The row %q of %d combines related platforms; the row %q of %d is %s alone.", old.Name, old.Year, now.Name, now.Year, name)
	case before == "":
		return fmt.Sprintf("The row %q of %d is %s alone; the row %q of %d combines related platforms.", old.Name, old.Year, name, now.Name, now.Year)
	}
	return fmt.Sprintf("The rows %q of %d and %q of %d combine different platforms.", old.Name, old.Year, now.Name, now.Year)
}

func sourceOf(ds *pipeline.Dataset, f pipeline.Figure) string {
	if ed := ds.Edition(f.Year); ed != nil {
		return Citation(*ed, f.At)
	}
	return f.URL
}
