package resolve

import (
	"cmp"
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

const companyPrefix = "company:"

// Company returns the id of the company that is meant, false for anything else.
func (m Meant) Company() (id string, ok bool) { return strings.CutPrefix(m.ID, companyPrefix) }

// totals are the words for the totals.
var totals = map[string]Meant{
	"total": cyberTipline, "all": cyberTipline, "cybertipline": cyberTipline, "cybertipline total": cyberTipline,
	"esp-total": allProviders, "all providers": allProviders,
}

var (
	cyberTipline = Meant{ID: "total", Name: "CyberTipline total"}
	allProviders = Meant{ID: "esp-total", Name: "All providers"}
)

// The sorts of things that have names, in the order in which one is meant.
const (
	platforms = iota
	companies
	categories // and the user's own groups
	sorts
)

// Finder finds what people mean by an id, a name or a printed name.
type Finder struct {
	ds    *pipeline.Dataset
	res   *Resolver
	ids   [sorts]map[string]Meant
	names [sorts]map[string][]Meant // by normalised name
}

// NewFinder prepares a filled dataset for looking names up.
func NewFinder(ds *pipeline.Dataset, r *Resolver) *Finder {
	f := &Finder{ds: ds, res: r}
	for i := range sorts {
		f.ids[i], f.names[i] = map[string]Meant{}, map[string][]Meant{}
	}
	for _, p := range ds.Platforms {
		f.learn(platforms, p.ID, Meant{ID: p.ID, Name: p.Name})
	}
	for _, fig := range ds.Figures {
		// The parts of a printed name ("MG Freesites (Pornhub)") name the
		// operator of several platforms, so the whole counts alone.
		if m, ok := f.ids[platforms][fig.Platform]; ok {
			f.call(platforms, m, key(fig.Name))
		}
	}
	for _, c := range ds.Companies {
		f.learn(companies, c.ID, Meant{ID: companyPrefix + c.ID, Name: c.Name})
	}
	for _, c := range ds.Categories {
		f.learn(categories, c.ID, Meant{ID: c.ID, Name: c.Name})
	}
	for _, g := range ds.Groups {
		f.learn(categories, g.ID, Meant{ID: g.ID, Name: g.Name})
	}
	return f
}

func (f *Finder) learn(sort int, id string, m Meant) {
	f.ids[sort][id] = m
	for _, text := range []string{id, m.Name} {
		forms := registry.Normalise(text)
		f.call(sort, m, forms.Key)
		f.call(sort, m, forms.Whole)
		if parts, joint := registry.Split(text); joint == registry.Brand || joint == registry.Former {
			for _, p := range parts {
				f.call(sort, m, key(p))
			}
		}
	}
}

func (f *Finder) call(sort int, m Meant, key string) {
	if key != "" && !slices.Contains(f.names[sort][key], m) {
		f.names[sort][key] = append(f.names[sort][key], m)
	}
}

// find finds the only thing of a sort that has an id or name, case and
// punctuation aside.
func (f *Finder) find(sort int, query string) (Meant, bool) {
	if m, ok := f.ids[sort][strings.ToLower(strings.TrimSpace(query))]; ok {
		return m, true
	}
	if m := f.res.Name(query); sort == platforms && m.Kind != pipeline.NoMatch {
		p, ok := f.ids[platforms][m.Platform]
		return p, ok
	}
	forms := registry.Normalise(query)
	for _, k := range []string{forms.Whole, forms.Key} {
		if hits := f.names[sort][k]; len(hits) == 1 {
			return hits[0], true
		}
	}
	return Meant{}, false
}

// Company finds a company: the one that goes by the query too, where Series
// took it for a platform.
func (f *Finder) Company(query string) (Meant, bool) { return f.find(companies, query) }

// Series finds what somebody means by a name: a total, "top-5", a platform,
// company, category or group, a service without a row of its own, or several of
// them joined by "+". Where a platform and a company have one name, the platform
// is meant.
func (f *Finder) Series(query string) (Meant, error) {
	lower := strings.ToLower(strings.TrimSpace(query))
	if t, ok := totals[lower]; ok {
		return t, nil
	}
	if k, err := strconv.Atoi(strings.TrimPrefix(lower, "top-")); err == nil && k > 0 && strings.HasPrefix(lower, "top-") {
		return Meant{ID: lower, Name: fmt.Sprintf("The %d largest together", k)}, nil
	}
	if id, ok := strings.CutPrefix(lower, companyPrefix); ok {
		if c, ok := f.Company(id); ok {
			return c, nil
		}
	}
	for sort := range sorts {
		m, ok := f.find(sort, query)
		if c, both := f.Company(query); ok && both && sort == platforms {
			m.Via = "the platform; the company is " + c.ID
		}
		if ok {
			return m, nil
		}
	}
	if m, ok := f.counted(query); ok {
		return m, nil
	}
	if parts := strings.Split(query, "+"); len(parts) > 1 {
		return f.set(parts)
	}
	return Meant{}, f.notFound(query)
}

// SeriesBy is Series for names of one sort: "platform", "company" or "category".
// A platform's name means the companies that have owned it, or its category.
func (f *Finder) SeriesBy(by, query string) ([]Meant, error) {
	lower := strings.ToLower(query)
	_, total := totals[lower]
	m, err := f.Series(query)
	switch {
	case total || strings.HasPrefix(lower, "top-") || strings.Contains(query, "+"):
	case by == "company":
		return f.companies(query)
	case by == "platform" && err == nil && m.Counted == nil:
		if m, ok := f.find(platforms, query); ok {
			return []Meant{m}, nil
		}
		return nil, didYouMean(fmt.Sprintf("%q is not a platform", query), m)
	case by == "category" && err == nil:
		if p := f.ds.Platform(m.ID); p != nil {
			m = f.ids[categories][p.Category]
			m.Via = "category of " + p.Name
		}
	}
	return []Meant{m}, err
}

// List finds what a list of names separated by commas means. A list that is a
// name itself ("Imgur, LLC") stays whole. The error names the first part that
// nobody knows.
func (f *Finder) List(list string) (all []Meant, err error) {
	names := strings.Split(list, ",")
	if _, err := f.Series(list); err == nil {
		names = []string{list}
	}
	for _, n := range names {
		m, err := f.withRow(n)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// withRow is Series, but for a service that is in no row.
func (f *Finder) withRow(name string) (Meant, error) {
	m, err := f.Series(strings.TrimSpace(name))
	if err == nil && m.ID == "" {
		err = errors.New(m.Name + " " + m.Via)
	}
	return m, err
}

// counted finds a service without a row of its own.
func (f *Finder) counted(query string) (Meant, bool) {
	m := f.res.Name(query)
	if c := f.res.reg.CountedService(m.Counted); c != nil {
		return Meant{ID: c.Platform, Name: c.Name, Via: f.res.Meaning(m), Counted: c}, true
	}
	return Meant{}, false
}

// set finds the parts of a sum.
func (f *Finder) set(parts []string) (Meant, error) {
	var ids, names []string
	for _, part := range parts {
		m, err := f.withRow(part)
		if m.ID == cyberTipline.ID || m.ID == allProviders.ID {
			err = errors.New("a total cannot be added to something else")
		}
		if err != nil {
			return Meant{}, err
		}
		ids, names = append(ids, m.ID), append(names, m.Name)
	}
	return Meant{ID: strings.Join(ids, "+"), Name: strings.Join(names, " + ")}, nil
}

// companies finds a company, or those that have owned the platform that goes
// by the name on a 31 December, in the order of the years, and the platform
// itself for years without an owner.
func (f *Finder) companies(query string) (list []Meant, err error) {
	if c, ok := f.Company(query); ok {
		return []Meant{c}, nil
	}
	p, ok := f.find(platforms, query)
	if !ok {
		return nil, f.notFound(query)
	}
	for _, ed := range f.ds.Editions {
		c := Meant{ID: companyPrefix + p.ID, Name: p.Name}
		if o := f.ds.Owner(p.ID, ed.Year); o != nil {
			c = Meant{ID: companyPrefix + o.ID, Name: o.Name, Via: "owner of " + p.Name}
		}
		if !slices.ContainsFunc(list, func(l Meant) bool { return l.ID == c.ID }) {
			list = append(list, c)
		}
	}
	return list, nil
}

// notFound says what may be meant by a name that nothing has: at most six
// platforms and companies that have a name which begins with it, else one that is
// spelled almost like it, those with the shortest ids first.
func (f *Finder) notFound(query string) error {
	if c, ok := f.counted(query); ok {
		return didYouMean(fmt.Sprintf("%q %s", query, c.Via), f.ids[platforms][c.ID])
	}
	key := key(query)
	bare := func(m Meant) string { return strings.TrimPrefix(m.ID, companyPrefix) }
	var near []Meant
	for _, match := range []func(name string) bool{
		func(name string) bool { return len(key) >= 2 && strings.HasPrefix(name, key) },
		func(name string) bool { return slip(key, name) },
	} {
		for _, names := range f.names[:categories] {
			for name, meant := range names {
				if match(name) {
					near = append(near, meant...)
				}
			}
		}
		if len(near) > 0 {
			break
		}
	}
	slices.SortFunc(near, func(a, b Meant) int {
		return cmp.Or(cmp.Compare(len(bare(a)), len(bare(b))), cmp.Compare(bare(a), bare(b)), cmp.Compare(len(a.ID), len(b.ID)))
	})
	near = slices.CompactFunc(near, func(a, b Meant) bool { return bare(a) == bare(b) }) // one thing to whoever types it
	return didYouMean(fmt.Sprintf("%q is not a known platform or company", query), near[:min(len(near), 6)]...)
}

// didYouMean is the error of a name, with what may be meant by it.
func didYouMean(why string, near ...Meant) error {
	var ids []string
	for _, m := range near {
		id, company := m.Company()
		if company {
			id += " (company)"
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		why += "; did you mean " + strings.Join(ids, ", ") + "?"
	}
	return errors.New(why)
}
