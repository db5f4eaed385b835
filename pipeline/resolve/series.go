package resolve

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Meant is the series that somebody means by a name.
type Meant struct {
	ID   string // as compare.Model.Series takes it: "facebook", "company:microsoft", "social", "total", "facebook+instagram"
	Name string
	Via  string // how it was found where that is not plain; "" otherwise
	// Counted is set where the name is of a service without a row of its own:
	// ID is then the platform in whose row its reports are counted, "" if in none.
	Counted *pipeline.Counted
}

// totals are the words for the totals.
var totals = map[string]Meant{
	"total": {ID: "total", Name: "CyberTipline total"}, "all": {ID: "total", Name: "CyberTipline total"},
	"cybertipline": {ID: "total", Name: "CyberTipline total"}, "cybertipline total": {ID: "total", Name: "CyberTipline total"},
	"esp-total": {ID: "esp-total", Name: "All providers"}, "all providers": {ID: "esp-total", Name: "All providers"},
}

// Series finds what somebody means by a name: a total, "top-5", a platform,
// company, category or group, a service without a row of its own, or several of
// them joined by "+". Where a platform and a company have one name, the platform
// is meant. The error is a *NotFound.
func (f *Finder) Series(query string) (Meant, error) {
	if m, ok := f.known(query); ok {
		return m, nil
	}
	if parts := strings.Split(query, "+"); len(parts) > 1 {
		return f.set(parts)
	}
	found, err := f.begins(query, func(Found) bool { return true })
	if err != nil {
		return Meant{}, err
	}
	return meant(found), nil
}

// SeriesBy is Series for names of one sort: "platform", "company" or "category".
// A platform's name stands for the companies that have owned it, or for its
// category.
func (f *Finder) SeriesBy(by, query string) ([]Meant, error) {
	one := func(m Meant, err error) ([]Meant, error) { return []Meant{m}, err }
	lower := strings.ToLower(query)
	_, isTotal := totals[lower]
	isTotal = isTotal || strings.HasPrefix(lower, "top-") || strings.Contains(query, "+")
	switch {
	case by == "company" && !isTotal:
		list, err := f.Companies(query)
		var all []Meant
		for _, c := range list {
			all = append(all, meant(c))
		}
		return all, err
	case by == "platform" && !isTotal:
		if c, ok := f.Counted(query); ok {
			return one(c, nil)
		}
		p, err := f.Platform(query)
		return one(meant(p), err)
	case by == "category" && !isTotal:
		m, err := f.Series(query)
		if p := f.ds.Platform(m.ID); err == nil && p != nil {
			for _, c := range f.ds.Categories {
				if c.ID == p.Category {
					return one(Meant{ID: c.ID, Name: c.Name, Via: "category of " + p.Name}, nil)
				}
			}
		}
		return one(m, err)
	}
	return one(f.Series(query))
}

// known finds what has exactly the name, case and punctuation aside.
func (f *Finder) known(query string) (Meant, bool) {
	lower := strings.ToLower(strings.TrimSpace(query))
	if t, ok := totals[lower]; ok {
		return t, true
	}
	if n, ok := strings.CutPrefix(lower, "top-"); ok {
		if k, err := strconv.Atoi(n); err == nil && k > 0 {
			return Meant{ID: lower, Name: fmt.Sprintf("The %d largest together", k)}, true
		}
	}
	if id, ok := strings.CutPrefix(lower, "company:"); ok {
		if c, ok := f.company(id); ok {
			return meant(c), true
		}
	}
	p, isPlatform := f.platform(query)
	c, isCompany := f.company(query)
	switch {
	case isPlatform && isCompany:
		m := meant(p)
		m.Via = fmt.Sprintf("the platform; the company is company:%s", c.ID)
		return m, true
	case isPlatform:
		return meant(p), true
	case isCompany:
		return meant(c), true
	}
	key := registry.Normalise(query).Key
	is := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool {
			return strings.EqualFold(n, lower) || key != "" && registry.Normalise(n).Key == key
		})
	}
	for _, c := range f.ds.Categories {
		if is(c.ID, c.Name) {
			return Meant{ID: c.ID, Name: c.Name}, true
		}
	}
	for _, g := range f.ds.Groups {
		if is(g.ID, g.Name) {
			return Meant{ID: g.ID, Name: g.Name}, true
		}
	}
	return f.Counted(query)
}

// Counted finds a service without a row of its own.
func (f *Finder) Counted(query string) (Meant, bool) {
	m := f.res.Name(query)
	for i := range f.ds.Counted {
		if c := &f.ds.Counted[i]; c.ID == m.Counted || strings.EqualFold(c.ID, strings.TrimSpace(query)) {
			m.Counted = c.ID
			return Meant{ID: c.Platform, Name: c.Name, Via: f.res.Meaning(m), Counted: c}, true
		}
	}
	return Meant{}, false
}

// set finds the parts of a sum.
func (f *Finder) set(parts []string) (Meant, error) {
	var ids, names []string
	for _, part := range parts {
		m, err := f.Series(strings.TrimSpace(part))
		if err == nil && m.ID == "" {
			err = &NotFound{Query: part, Why: m.Name + " " + m.Via}
		}
		if err == nil && (m.ID == "total" || m.ID == "esp-total") {
			err = errors.New("a total cannot be added to something else")
		}
		if err != nil {
			return Meant{}, err
		}
		ids, names = append(ids, m.ID), append(names, m.Name)
	}
	return Meant{ID: strings.Join(ids, "+"), Name: strings.Join(names, " + ")}, nil
}

func meant(found Found) Meant {
	m := Meant{ID: found.ID, Name: found.Name, Via: found.Via}
	if found.Company && m.ID != "" {
		m.ID = "company:" + found.ID
	}
	return m
}
