package resolve

import (
	"slices"
	"strings"

	"espfigures/pipeline"
)

// List finds what a list of names separated by commas means. A name that has a
// comma itself ("Imgur, LLC") stays whole. The error names the first part that
// nobody knows.
func (f *Finder) List(list string) ([]Meant, error) {
	known := func(n string) bool {
		m, err := f.Series(n)
		return err == nil && (m.Via == "" || m.Counted != nil || !strings.HasPrefix(m.Via, "the only one"))
	}
	var all []Meant
	for _, n := range splitNames(list, f.whole, known) {
		m, err := f.Series(n)
		if err == nil && m.ID == "" {
			err = &NotFound{Query: n, Why: m.Name + " " + m.Via}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// whole reports whether a name is known letter by letter, commas included.
func (f *Finder) whole(n string) bool {
	return f.res.Name(n).Kind == pipeline.Exact ||
		slices.ContainsFunc(f.ds.Platforms, func(p pipeline.Platform) bool { return p.Name == n }) ||
		slices.ContainsFunc(f.ds.Companies, func(c pipeline.Company) bool { return c.Name == n }) ||
		slices.ContainsFunc(f.ds.Figures, func(x pipeline.Figure) bool { return x.Name == n })
}

// splitNames splits a list at its commas, but keeps the commas of a name: what is
// known as a whole is one name ("Imgur, LLC"), and else the parts are joined again,
// as few as may be, until each is known. Where that cannot be done, the parts
// stay parts, so that the message names the one nobody knows.
func splitNames(list string, whole, known func(string) bool) []string {
	if list = strings.TrimSpace(list); whole(list) || !strings.Contains(list, ",") {
		return []string{list}
	}
	parts := strings.Split(list, ",")
	var solve func(i int) []string
	dead := map[int]bool{} // from where no names can be made
	solve = func(i int) []string {
		if i == len(parts) {
			return []string{}
		}
		const longest = 6 // parts of one name
		for j := i + 1; j <= min(i+longest, len(parts)) && !dead[i]; j++ {
			name := strings.TrimSpace(strings.Join(parts[i:j], ","))
			if !known(name) {
				continue
			}
			if rest := solve(j); rest != nil {
				return append([]string{name}, rest...)
			}
		}
		dead[i] = true
		return nil
	}
	if names := solve(0); names != nil {
		return names
	}
	var names []string
	for _, p := range parts {
		names = append(names, strings.TrimSpace(p))
	}
	return names
}
