// Package registry holds the curated facts that comparisons rest on: which
// service a printed name means, who owned it when, which years cannot be
// compared, and what is likely inside a combined row.
//
// In: CSV files, one fact a row with its source; those shipped with the program
// and, over them, the user's own. Out: a Registry, or every fault found in the
// files at once. It matches no names and changes no figure.
package registry

import (
	"embed"
	"io/fs"
	"sort"
	"sync"

	"espfigures/pipeline"
)

//go:embed data/*.csv
var data embed.FS

// Alias says which platform a printed name means.
type Alias struct {
	Printed  string // as printed, without a trailing "*"
	Platform string // platform id
	Note     string // who is meant, where that is not plain
	Source   string
	User     bool // from the user's own layer
}

// Registry is a set of facts that was checked when it was loaded. Its slices
// are in the order of the files, except Combined, which has one entry a row of
// NCMEC's table, by year and platform.
type Registry struct {
	Platforms []pipeline.Platform
	Aliases   []Alias
	Companies []pipeline.Company
	Owners    []pipeline.Ownership
	Breaks    []pipeline.Break
	Combined  []pipeline.CombinedRow
	// ShortNames are what people type ("fb"). No table prints them, so they
	// never resolve a printed row.
	ShortNames []Alias

	Categories []pipeline.Category // in the order outputs show them
	Counted    []pipeline.Counted
	OwnCounts  []pipeline.OwnCount
	Groups     []pipeline.Group
	Remarks    []pipeline.Remark

	Called   map[string][]string // by company id: further names of the company
	Domains  map[string][]string // by platform id: its domains, where its name alone does not tell
	RowYears map[string][2]int   // by platform id: first and last year of a row that combined several and is no service itself

	platform map[string]int
	company  map[string]int
	owned    map[string][]int // by platform id, indexes into Owners
}

// Default returns the registry shipped with the program.
func Default() (*Registry, error) { return shipped() }

var shipped = sync.OnceValues(func() (*Registry, error) {
	files, err := fs.Sub(data, "data")
	if err != nil {
		return nil, err
	}
	return Load(files)
})

// Platform returns the platform with the id, or nil.
func (r *Registry) Platform(id string) *pipeline.Platform {
	if i, ok := r.platform[id]; ok {
		return &r.Platforms[i]
	}
	return nil
}

// Company returns the company with the id, or nil.
func (r *Registry) Company(id string) *pipeline.Company {
	if i, ok := r.company[id]; ok {
		return &r.Companies[i]
	}
	return nil
}

// CountedService returns the service without a row that has the id, or nil.
func (r *Registry) CountedService(id string) *pipeline.Counted {
	for i := range r.Counted {
		if r.Counted[i].ID == id {
			return &r.Counted[i]
		}
	}
	return nil
}

// OwnersOf returns the ownership of a platform over time, earliest first.
func (r *Registry) OwnersOf(platform string) []pipeline.Ownership {
	var list []pipeline.Ownership
	for _, i := range r.owned[platform] {
		list = append(list, r.Owners[i])
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].From < list[j].From })
	return list
}

// CombinedRow returns the row of the year that resolves to the platform and
// combines several, or nil.
func (r *Registry) CombinedRow(year int, platform string) *pipeline.CombinedRow {
	for i := range r.Combined {
		if c := &r.Combined[i]; c.Year == year && c.Platform == platform {
			return c
		}
	}
	return nil
}
