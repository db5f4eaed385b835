package compare

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// Series returns the series with an id: of a platform, company, category,
// group or total; "a+b" for several together, "top-5" for the five largest.
// Where a platform and a company have one id, the platform is meant;
// "company:ID" means the company. To find a series by name, see package
// resolve.
func (m *Model) Series(id string) (*Series, error) {
	if n, ok := strings.CutPrefix(id, "top-"); ok {
		if k, err := strconv.Atoi(n); err == nil && k > 0 {
			return m.Top(k), nil
		}
	}
	if parts := strings.Split(id, "+"); len(parts) > 1 {
		var list []*Series
		for _, part := range parts {
			s, err := m.Series(part)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
		}
		return m.Union(list...), nil
	}
	if s := m.series[id]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("no series has the id %q", id)
}

const companyPrefix = "company:"

// Platform returns the series of a platform, or nil. It finds every platform of
// the Dataset, also in a model of which Select shows a part.
func (m *Model) Platform(id string) *Series {
	if s := m.series[id]; s != nil && s.Type == TypePlatform {
		return s
	}
	return nil
}

// Company returns the series of a company, or of a platform that stands alone
// among the companies, or nil.
func (m *Model) Company(id string) *Series { return m.series[companyPrefix+id] }

// Select returns a model that shows only some platforms: those named, which
// may be ids of platforms, companies, categories or groups, and the top
// largest providers of the newest complete year. Without either it returns m.
//
// What stays keeps its meaning: shares and ranks are of the whole table,
// editions keep all their rows and totals, and a company's sum is of all it
// owned, with every member named. A note among the findings says what was left
// out.
func (m *Model) Select(ids []string, top int) (*Model, error) {
	if len(ids) == 0 && top <= 0 {
		return m, nil
	}
	keep := map[string]bool{}
	for _, id := range ids {
		s, err := m.Series(id)
		if err != nil {
			return nil, err
		}
		for _, p := range s.list {
			keep[p] = true
		}
	}
	for _, s := range m.Largest(top) {
		keep[s.ID] = true
	}
	out, ds := *m, *m.Data
	holdsKept := func(s *Series) bool { return slices.ContainsFunc(s.list, func(p string) bool { return keep[p] }) }
	out.Platforms, out.Companies = filter(m.Platforms, holdsKept), filter(m.Companies, holdsKept)
	out.Categories, out.Groups = filter(m.Categories, holdsKept), filter(m.Groups, holdsKept)
	out.Data = &ds
	named := maps.Clone(keep)  // platforms that what stays speaks of
	shown := map[string]bool{} // ids of the series that stay
	for _, s := range slices.Concat(out.Platforms, out.Companies) {
		shown[s.ID] = true
		for _, p := range s.Points {
			named[p.Inside] = true
			for _, id := range p.Members {
				named[id] = true
			}
		}
	}
	ds.Figures = filter(ds.Figures, func(f pipeline.Figure) bool { return keep[f.Platform] })
	ds.Changes = filter(ds.Changes, func(c pipeline.Change) bool { return keep[c.Platform] })
	ds.Breaks = filter(ds.Breaks, func(b pipeline.Break) bool { return b.Who == pipeline.Everybody || keep[b.Who] || shown[b.Who] })
	ds.Platforms = filter(ds.Platforms, func(p pipeline.Platform) bool { return named[p.ID] })
	ds.Owners = filter(ds.Owners, func(o pipeline.Ownership) bool { return named[o.Platform] })
	ds.Companies = filter(ds.Companies, func(c pipeline.Company) bool {
		return slices.ContainsFunc(ds.Owners, func(o pipeline.Ownership) bool { return o.Company == c.ID })
	})
	ds.Combined = filter(ds.Combined, func(c pipeline.CombinedRow) bool {
		return keep[c.Platform] || slices.ContainsFunc(c.Members, func(id string) bool { return keep[id] })
	})
	ds.Findings = append(slices.Clone(ds.Findings), pipeline.Finding{Code: pipeline.Selection, Severity: pipeline.Note,
		What: fmt.Sprintf("These outputs have %d of %d platforms and %d of %d rows, as asked. Shares and ranks are of the full tables, totals and editions are complete, and a company's value is the sum of all it owned, including members that are left out.",
			len(out.Platforms), len(m.Platforms), len(ds.Figures), len(m.Data.Figures))})
	return &out, nil
}

func filter[T any](list []T, keep func(T) bool) []T {
	var out []T
	for _, v := range list {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}
