package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Found is the platform or company that somebody means.
type Found struct {
	ID      string
	Name    string
	Company bool   // a series of the comparison by company; else a platform
	Via     string // how it was found where that is not plain, such as `owner of Instagram`; "" otherwise
}

// NotFound says that nothing, or more than one thing, goes by a name.
type NotFound struct {
	Query string
	Why   string  // "" where simply nothing has the name
	Near  []Found // what may be meant, best first
}

func (e *NotFound) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q is not a known platform or company", e.Query)
	if e.Why != "" {
		b.Reset()
		b.WriteString(e.Why)
	}
	if len(e.Near) > 0 {
		b.WriteString("; did you mean ")
		for i, f := range e.Near {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.ID)
			if f.Company {
				b.WriteString(" (company)")
			}
		}
		b.WriteString("?")
	}
	return b.String()
}

// Finder finds the platforms and companies of a dataset by what people type:
// an id, a name, a printed name, or the beginning of one where that means only
// one thing.
type Finder struct {
	ds  *pipeline.Dataset
	res *Resolver

	platforms map[string]Found // by id
	companies map[string]Found // by id
	names     map[string][]Found
}

// NewFinder prepares a filled dataset for looking names up.
func NewFinder(ds *pipeline.Dataset, r *Resolver) *Finder {
	f := &Finder{ds: ds, res: r, platforms: map[string]Found{}, companies: map[string]Found{}, names: map[string][]Found{}}
	add := func(text string, found Found) {
		forms := registry.Normalise(text)
		keys := []string{forms.Key, forms.Whole}
		if parts, joint := registry.Split(text); joint == registry.Brand || joint == registry.Former {
			for _, p := range parts {
				keys = append(keys, registry.Normalise(p).Key)
			}
		}
		for _, k := range keys {
			if k != "" && !slices.Contains(f.names[k], found) {
				f.names[k] = append(f.names[k], found)
			}
		}
	}
	for _, p := range ds.Platforms {
		found := Found{ID: p.ID, Name: p.Name}
		f.platforms[p.ID] = found
		add(p.ID, found)
		add(p.Name, found)
	}
	for _, fig := range ds.Figures {
		// The parts of a printed name ("MG Freesites (Pornhub)") name the
		// operator of several platforms, so the whole counts alone.
		if found, ok := f.platforms[fig.Platform]; ok {
			if k := registry.Normalise(fig.Name).Key; k != "" && !slices.Contains(f.names[k], found) {
				f.names[k] = append(f.names[k], found)
			}
		}
	}
	for _, c := range ds.Companies {
		found := Found{ID: c.ID, Name: c.Name, Company: true}
		f.companies[c.ID] = found
		add(c.ID, found)
		add(c.Name, found)
	}
	return f
}

// Any finds a platform, or else a company. Where a platform and a company have
// one name, the platform is meant.
func (f *Finder) Any(query string) (Found, error) {
	if p, ok := f.platform(query); ok {
		return p, nil
	}
	if c, ok := f.company(query); ok {
		return c, nil
	}
	return f.begins(query, func(Found) bool { return true })
}

// SameName returns the company that goes by the query too, where Any took it
// for a platform: "amazon" is a row and a company.
func (f *Finder) SameName(query string) (Found, bool) { return f.company(query) }

// SameID returns the company that has the id of a platform.
func (f *Finder) SameID(platform string) (Found, bool) {
	c, ok := f.companies[platform]
	return c, ok
}

// Platform finds a platform.
func (f *Finder) Platform(query string) (Found, error) {
	if p, ok := f.platform(query); ok {
		return p, nil
	}
	if c, ok := f.company(query); ok {
		return Found{}, &NotFound{Query: query, Why: fmt.Sprintf("%q is a company, not a platform", query), Near: append(f.owned(c.ID), c)}
	}
	return f.begins(query, func(f Found) bool { return !f.Company })
}

// Companies finds a company, or those that have owned the platform that goes
// by the name, or the platform itself where it stands alone.
func (f *Finder) Companies(query string) ([]Found, error) {
	if c, ok := f.company(query); ok {
		return []Found{c}, nil
	}
	if p, ok := f.platform(query); ok {
		return f.owners(p), nil
	}
	found, err := f.begins(query, func(Found) bool { return true })
	if err != nil {
		return nil, err
	}
	if !found.Company {
		return f.owners(found), nil
	}
	return []Found{found}, nil
}

func (f *Finder) platform(query string) (Found, bool) {
	if p, ok := f.platforms[strings.ToLower(strings.TrimSpace(query))]; ok {
		return p, true
	}
	if m := f.res.Name(query); m.Kind != pipeline.NoMatch {
		p, ok := f.platforms[m.Platform]
		return p, ok
	}
	return f.named(query, false)
}

func (f *Finder) company(query string) (Found, bool) {
	if c, ok := f.companies[strings.ToLower(strings.TrimSpace(query))]; ok {
		return c, true
	}
	return f.named(query, true)
}

// named finds the one platform or company whose name is the query, once both
// are normalised.
func (f *Finder) named(query string, company bool) (Found, bool) {
	forms := registry.Normalise(query)
	for _, k := range []string{forms.Whole, forms.Key} {
		var hits []Found
		for _, found := range f.names[k] {
			if found.Company == company {
				hits = append(hits, found)
			}
		}
		if len(hits) == 1 {
			return hits[0], true
		}
	}
	return Found{}, false
}

// owners returns the companies that have owned a platform on a 31 December, in
// the order of the years, and the platform itself for years without an owner.
func (f *Finder) owners(p Found) []Found {
	var list []Found
	for _, ed := range f.ds.Editions {
		c := Found{ID: p.ID, Name: p.Name, Company: true}
		if o := f.ds.Owner(p.ID, ed.Year); o != nil {
			c = Found{ID: o.ID, Name: o.Name, Company: true, Via: "owner of " + p.Name}
		}
		if !slices.ContainsFunc(list, func(l Found) bool { return l.ID == c.ID }) {
			list = append(list, c)
		}
	}
	return list
}

func (f *Finder) owned(company string) []Found {
	var list []Found
	for _, o := range f.ds.Owners {
		if p, ok := f.platforms[o.Platform]; ok && o.Company == company && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// begins finds the only thing whose id or name begins with the query, and
// otherwise says what may be meant.
func (f *Finder) begins(query string, wanted func(Found) bool) (Found, error) {
	if m := f.res.Name(query); m.Counted != "" {
		miss := &NotFound{Query: query, Why: fmt.Sprintf("%q %s", query, f.res.Meaning(m))}
		if p, ok := f.platforms[f.res.reg.CountedService(m.Counted).Platform]; ok {
			miss.Near = []Found{p}
		}
		return Found{}, miss
	}
	key := registry.Normalise(query).Key
	var hits []Found
	if len(key) >= 2 {
		for k, list := range f.names {
			if !strings.HasPrefix(k, key) {
				continue
			}
			for _, found := range list {
				if wanted(found) && !slices.Contains(hits, found) {
					hits = append(hits, found)
				}
			}
		}
	}
	// A platform and the company of the same id are one thing to whoever types it.
	hits = slices.DeleteFunc(hits, func(h Found) bool { return h.Company && slices.Contains(hits, f.platforms[h.ID]) })
	slices.SortFunc(hits, func(a, b Found) int { return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID)) })
	if len(hits) == 1 {
		hits[0].Via = fmt.Sprintf("the only one that begins with %q", query)
		return hits[0], nil
	}
	miss := &NotFound{Query: query, Near: hits}
	if len(hits) > 1 {
		miss.Why = fmt.Sprintf("%q begins several names", query)
	} else {
		miss.Near = f.near(query, key, wanted)
	}
	const most = 6
	miss.Near = miss.Near[:min(most, len(miss.Near))]
	return Found{}, miss
}

// near returns what resembles a query that nothing goes by.
func (f *Finder) near(query, key string, wanted func(Found) bool) []Found {
	var list []Found
	for _, s := range f.res.Name(query).Suggestions {
		if p, ok := f.platforms[s.Platform]; ok && wanted(p) {
			list = append(list, p)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(f.names)) {
		if !slip(key, k) {
			continue
		}
		for _, x := range f.names[k] {
			if wanted(x) && !slices.Contains(list, x) {
				list = append(list, x)
			}
		}
	}
	return list
}
