package legacy

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// Select returns a smaller Dataset for a question: the platforms named, by id
// or by name without regard to case, a company's name or id standing for every
// platform it owned, and the top largest platforms of the newest complete year.
// Without either it returns ds itself. It never changes ds. A name nobody
// knows is an error.
//
// What stays keeps its meaning: shares and ranks are of the full table,
// editions keep all their rows and totals, and a company's value is the sum of
// all it owned, with every member named, also where a member's own rows are
// left out (so Figures of its Points may add up to less than Reports). A note
// among the findings says what was left out.
func Select(ds *pipeline.Dataset, platforms []string, top int) (*pipeline.Dataset, error) {
	if len(platforms) == 0 && top <= 0 {
		return ds, nil
	}
	keep, err := selected(ds, platforms, top)
	if err != nil {
		return nil, err
	}
	out := *ds

	// Figures, breaks and points name each other by index, so each list that
	// becomes shorter gives its new indexes.
	figureAt := map[int]int{}
	out.Figures = nil
	for i, f := range ds.Figures {
		if keep[f.Platform] {
			figureAt[i] = len(out.Figures)
			out.Figures = append(out.Figures, f)
		}
	}
	companies := map[string]bool{}
	for _, o := range ds.Owners {
		if keep[o.Platform] {
			companies[o.Company] = true
		}
	}
	breakAt := map[int]int{}
	out.Breaks = nil
	for i, b := range ds.Breaks {
		if b.Who == "all" || keep[b.Who] || companies[b.Who] {
			breakAt[i] = len(out.Breaks)
			out.Breaks = append(out.Breaks, b)
		}
	}
	named := map[string]bool{} // platforms that what stays speaks of
	series := func(c pipeline.Comparison, stays func(pipeline.Series) bool) pipeline.Comparison {
		small := pipeline.Comparison{Years: c.Years}
		for _, s := range c.Series {
			if !stays(s) {
				continue
			}
			points := make([]pipeline.Point, len(s.Points))
			for i, p := range s.Points {
				p.Figures, p.Breaks = moved(p.Figures, figureAt), moved(p.Breaks, breakAt)
				named[p.Inside] = true
				for _, m := range p.Members {
					named[m] = true
				}
				points[i] = p
			}
			s.Points = points
			small.Series = append(small.Series, s)
		}
		return small
	}
	out.ByPlatform = series(ds.ByPlatform, func(s pipeline.Series) bool { return keep[s.ID] })
	out.ByCompany = series(ds.ByCompany, func(s pipeline.Series) bool { return s.Alone && keep[s.ID] || !s.Alone && companies[s.ID] })

	out.Platforms = kept(ds.Platforms, func(p pipeline.Platform) bool { return keep[p.ID] || named[p.ID] })
	out.Owners = kept(ds.Owners, func(o pipeline.Ownership) bool { return keep[o.Platform] || named[o.Platform] })
	for _, o := range out.Owners {
		companies[o.Company] = true
	}
	out.Companies = kept(ds.Companies, func(c pipeline.Company) bool { return companies[c.ID] })
	out.Combined = kept(ds.Combined, func(c pipeline.CombinedRow) bool {
		return keep[c.Platform] || slices.ContainsFunc(c.Members, func(m string) bool { return keep[m] })
	})
	out.Changes = kept(ds.Changes, func(c pipeline.Change) bool { return keep[c.Platform] })
	out.Findings = append(slices.Clone(ds.Findings), pipeline.Finding{Code: pipeline.Selection, Severity: pipeline.Note,
		What: fmt.Sprintf("These outputs hold %d of %d platforms and %d of %d rows, as asked. Shares and ranks are of the full tables, totals and editions are complete, and a company's value is the sum of all it owned, members that are left out included.",
			len(out.ByPlatform.Series), len(ds.ByPlatform.Series), len(out.Figures), len(ds.Figures))})
	return &out, nil
}

// selected returns the ids of the platforms asked for.
func selected(ds *pipeline.Dataset, names []string, top int) (map[string]bool, error) {
	ids := map[string][]string{} // id or folded name: platforms
	add := func(name, id string) { ids[strings.ToLower(name)] = append(ids[strings.ToLower(name)], id) }
	for _, o := range ds.Owners {
		for _, c := range ds.Companies {
			if c.ID == o.Company {
				add(c.ID, o.Platform)
				add(c.Name, o.Platform)
			}
		}
	}
	// A platform of the same name is meant rather than the company.
	for _, p := range ds.Platforms {
		ids[strings.ToLower(p.Name)] = nil
	}
	for _, p := range ds.Platforms {
		add(p.Name, p.ID)
	}
	for _, p := range ds.Platforms {
		ids[strings.ToLower(p.ID)] = []string{p.ID}
	}
	keep := map[string]bool{}
	for _, name := range names {
		found := ids[strings.ToLower(strings.TrimSpace(name))]
		if len(found) == 0 {
			return nil, fmt.Errorf("no platform or company is called %q", name)
		}
		for _, id := range found {
			keep[id] = true
		}
	}
	for i := 0; i < top && i < len(ds.ByPlatform.Series); i++ {
		keep[ds.ByPlatform.Series[i].ID] = true
	}
	return keep, nil
}

func moved(indexes []int, to map[int]int) []int {
	var list []int
	for _, i := range indexes {
		if n, ok := to[i]; ok {
			list = append(list, n)
		}
	}
	return list
}

func kept[T any](list []T, keep func(T) bool) []T {
	var out []T
	for _, v := range list {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}
