package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

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

// scopeBreaks makes a break wherever a row is combined in one of two
// neighbouring years and not in the other, or with other likely members, and
// no curated break of kind scope-… on that platform and step judges it: a
// change of scope is never silently a change of volume.
func scopeBreaks(ds *pipeline.Dataset, curated []pipeline.Break) (list []pipeline.Break) {
	scope := map[at]string{} // of combined rows: their members, "*" where nobody knows them
	row := map[at]pipeline.Figure{}
	for _, f := range ds.Figures {
		k := at{f.Platform, f.Year}
		combined := f.Flags.Has(pipeline.FlagCombined)
		if combined {
			scope[k] = "*"
		}
		if _, ok := row[k]; !ok || combined {
			row[k] = f
		}
	}
	for _, c := range ds.Combined {
		scope[at{c.Platform, c.Year}] = strings.Join(c.Members, ",")
	}
	for _, p := range ds.Platforms {
		for _, ed := range ds.Editions {
			before, now := at{p.ID, ed.Year - 1}, at{p.ID, ed.Year}
			old, after := row[before], row[now]
			x, y := scope[before], scope[now]
			switch {
			case old.Name == "" || after.Name == "" || x == y || x == "*" && y != "" || x != "" && y == "*":
				continue // also where the members are known for one of two combined rows only
			case slices.ContainsFunc(curated, func(b pipeline.Break) bool {
				return b.Who == p.ID && strings.HasPrefix(b.Kind, "scope") && b.From <= before.year && now.year <= b.To
			}):
				continue
			}
			text := fmt.Sprintf("The rows %q of %d and %q of %d combine different platforms.", old.Name, old.Year, after.Name, after.Year)
			if y == "" {
				text = fmt.Sprintf("The row %q of %d combines related platforms; the row %q of %d is %s alone.", old.Name, old.Year, after.Name, after.Year, p.Name)
			} else if x == "" {
				text = fmt.Sprintf("The row %q of %d is %s alone; the row %q of %d combines related platforms.", old.Name, old.Year, p.Name, after.Name, after.Year)
			}
			list = append(list, pipeline.Break{
				ID:  fmt.Sprintf("scope-%s-%d-%d", p.ID, before.year, now.year),
				Who: p.ID, From: before.year, To: now.year, Kind: "scope-combined", Forbids: pipeline.ForbidsPlatform,
				Description: text, Source: Citation(*ds.Edition(old.Year), old.At) + " ; " + Citation(*ds.Edition(after.Year), after.At),
			})
		}
	}
	return list
}
