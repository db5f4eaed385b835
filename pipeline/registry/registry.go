// Package registry holds the curated facts that comparisons rest on: which
// service a printed name means, who owned it when, which years cannot be
// compared, and what is likely inside a combined row.
//
// In: CSV files, one fact a row with its source; those shipped with the program
// and, over them, the user's own. Out: a Registry, or every fault found in the
// files at once. It matches no names and changes no figure.
package registry

import (
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"sync"

	"espfigures/pipeline"
)

//go:embed data
var data embed.FS

// Platform is a service with what resolving its name needs.
type Platform struct {
	pipeline.Platform
	Domains []string // its domains, where its name alone does not tell; "-" for a name that is a common word
	Rows    string   // the years of a row that combined several and is no service itself: "2019-2020"
}

// Company is a company with its further names.
type Company struct {
	pipeline.Company
	Aliases []string
}

// Alias says which platform a printed name means.
type Alias struct {
	Printed  string // as printed, without a trailing "*"
	Platform string // platform id
	Note     string // who is meant, where that is not plain
	Source   string
	User     bool // from the user's own layer
}

// Registry is a set of facts that was checked when it was loaded. Its slices
// have the names of the files and are in their order.
type Registry struct {
	Platforms  []Platform
	Aliases    []Alias
	Companies  []Company
	Owners     []pipeline.Ownership
	Breaks     []pipeline.Break
	Combined   []pipeline.CombinedRow
	ShortNames []pipeline.ShortName
	Categories []pipeline.Category // in the order outputs show them
	Counted    []pipeline.Counted
	OwnCounts  []pipeline.OwnCount
	Groups     []pipeline.Group
	Notes      []pipeline.Remark
}

// Default returns the registry shipped with the program.
var Default = sync.OnceValues(func() (*Registry, error) { return Load(shippedFiles()) })

func shippedFiles() fs.FS {
	files, err := fs.Sub(data, "data")
	if err != nil {
		panic(err) // the name of the folder is a valid one
	}
	return files
}

// Platform returns the platform with the id, or nil.
func (r *Registry) Platform(id string) *Platform {
	return pipeline.Find(r.Platforms, func(p *Platform) bool { return p.ID == id })
}

// Company returns the company with the id, or nil.
func (r *Registry) Company(id string) *Company {
	return pipeline.Find(r.Companies, func(c *Company) bool { return c.ID == id })
}

// CountedService returns the service without a row that has the id, or nil.
func (r *Registry) CountedService(id string) *pipeline.Counted {
	return pipeline.Find(r.Counted, func(c *pipeline.Counted) bool { return c.ID == id })
}

// OwnersOf returns the ownership of a platform over time, earliest first.
func (r *Registry) OwnersOf(platform string) (list []pipeline.Ownership) {
	for _, o := range r.Owners {
		if o.Platform == platform {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b pipeline.Ownership) int { return cmp.Compare(a.From, b.From) })
	return list
}

// CombinedRow returns the row of the year that resolves to the platform and
// combines several, or nil.
func (r *Registry) CombinedRow(year int, platform string) *pipeline.CombinedRow {
	return pipeline.Find(r.Combined, func(c *pipeline.CombinedRow) bool { return c.Year == year && c.Platform == platform })
}

// RowYears returns the first and last year of a row that combined several
// services and is no service itself.
func (p *Platform) RowYears() (first, last int, ok bool) { return yearsOf(p.Rows) }
