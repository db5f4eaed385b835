package main

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/resolve"
)

// findPlatforms returns the ids of the platforms and companies a user named.
func findPlatforms(f facts, names []string) ([]string, error) {
	finder := f.finder()
	whole := wholeNames(f.Dataset, f.resolver)
	var ids []string
	for _, given := range names {
		for _, n := range splitNames(given, whole, func(n string) bool {
			found, err := finder.Any(n)
			return err == nil && found.Via == ""
		}) {
			found, err := finder.Any(n)
			if err != nil {
				return nil, fmt.Errorf("--platforms: %w", err)
			}
			ids = append(ids, found.ID)
		}
	}
	return ids, nil
}

// wholeNames tells the names that are known letter by letter, commas included.
func wholeNames(ds *pipeline.Dataset, resolver *resolve.Resolver) func(string) bool {
	return func(n string) bool {
		return resolver.Name(n).Kind == pipeline.Exact ||
			slices.ContainsFunc(ds.Platforms, func(p pipeline.Platform) bool { return p.Name == n }) ||
			slices.ContainsFunc(ds.Companies, func(c pipeline.Company) bool { return c.Name == n }) ||
			slices.ContainsFunc(ds.Figures, func(f pipeline.Figure) bool { return f.Name == n })
	}
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
