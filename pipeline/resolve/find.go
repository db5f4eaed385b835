package resolve

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
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
	"total": {ID: "total", Name: "CyberTipline total"}, "all": {ID: "total", Name: "CyberTipline total"},
	"cybertipline": {ID: "total", Name: "CyberTipline total"}, "cybertipline total": {ID: "total", Name: "CyberTipline total"},
	"esp-total": {ID: "esp-total", Name: "All providers"}, "all providers": {ID: "esp-total", Name: "All providers"},
}

// NotFound says that nothing, or more than one thing, goes by a name.
type NotFound struct {
	Query string
	Why   string  // "" where simply nothing has the name
	Near  []Meant // what may be meant, best first
}

func (e *NotFound) Error() string {
	text := cmp.Or(e.Why, fmt.Sprintf("%q is not a known platform or company", e.Query))
	var near []string
	for _, m := range e.Near {
		id, company := m.Company()
		if company {
			id += " (company)"
		}
		near = append(near, id)
	}
	if len(near) == 0 {
		return text
	}
	return text + "; did you mean " + strings.Join(near, ", ") + "?"
}

// Finder finds what people mean by an id, a name, a printed name, or the
// beginning of one where that means only one thing.
type Finder struct {
	ds    *pipeline.Dataset
	res   *Resolver
	ids   map[string]Meant // platforms and companies
	names map[string][]Meant
}

// NewFinder prepares a filled dataset for looking names up.
func NewFinder(ds *pipeline.Dataset, r *Resolver) *Finder {
	f := &Finder{ds: ds, res: r, ids: map[string]Meant{}, names: map[string][]Meant{}}
	add := func(m Meant, key string) {
		if key != "" && !slices.Contains(f.names[key], m) {
			f.names[key] = append(f.names[key], m)
		}
	}
	learn := func(m Meant, id string) {
		f.ids[m.ID] = m
		for _, text := range []string{id, m.Name} {
			forms := registry.Normalise(text)
			add(m, forms.Key)
			add(m, forms.Whole)
			if parts, joint := registry.Split(text); joint == registry.Brand || joint == registry.Former {
				for _, p := range parts {
					add(m, registry.Normalise(p).Key)
				}
			}
		}
	}
	for _, p := range ds.Platforms {
		learn(Meant{ID: p.ID, Name: p.Name}, p.ID)
	}
	for _, fig := range ds.Figures {
		// The parts of a printed name ("MG Freesites (Pornhub)") name the
		// operator of several platforms, so the whole counts alone.
		if m, ok := f.ids[fig.Platform]; ok {
			add(m, registry.Normalise(fig.Name).Key)
		}
	}
	for _, c := range ds.Companies {
		learn(Meant{ID: companyPrefix + c.ID, Name: c.Name}, c.ID)
	}
	return f
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
	return f.begins(query, "")
}

// SeriesBy is Series for names of one sort: "platform", "company" or "category".
// A platform's name stands for the companies that have owned it, or for its
// category.
func (f *Finder) SeriesBy(by, query string) ([]Meant, error) {
	one := func(m Meant, err error) ([]Meant, error) { return []Meant{m}, err }
	lower := strings.ToLower(query)
	if _, total := totals[lower]; total || strings.HasPrefix(lower, "top-") || strings.Contains(query, "+") {
		by = ""
	}
	switch by {
	case "company":
		return f.companies(query)
	case "platform":
		if c, ok := f.counted(query); ok {
			return one(c, nil)
		}
		return one(f.platformOf(query))
	case "category":
		m, err := f.Series(query)
		if p := f.ds.Platform(m.ID); err == nil && p != nil {
			if c, ok := f.category(p.Category); ok {
				c.Via = "category of " + p.Name
				return one(c, nil)
			}
		}
		return one(m, err)
	}
	return one(f.Series(query))
}

// List finds what a list of names separated by commas means. A name that has a
// comma itself ("Imgur, LLC") stays whole. The error names the first part that
// nobody knows.
func (f *Finder) List(list string) (all []Meant, err error) {
	known := func(n string) bool {
		m, err := f.Series(n)
		return err == nil && !strings.HasPrefix(m.Via, onlyOne)
	}
	for _, n := range splitNames(list, known) {
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

// splitNames splits a list at its commas, but keeps those of a name: parts that
// nobody knows by themselves belong to the name that they complete.
func splitNames(list string, known func(string) bool) (names []string) {
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	const longest = 6 // parts of one name
	for i := 0; i < len(parts); {
		n := min(longest, len(parts)-i)
		for ; n > 1; n-- {
			if name := strings.Join(parts[i:i+n], ", "); !known(parts[i+n-1]) && known(name) {
				break
			}
		}
		names = append(names, strings.Join(parts[i:i+n], ", "))
		i += n
	}
	return names
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
	if id, ok := strings.CutPrefix(lower, companyPrefix); ok {
		if c, ok := f.Company(id); ok {
			return c, true
		}
	}
	p, isPlatform := f.platform(query)
	c, isCompany := f.Company(query)
	switch {
	case isPlatform && isCompany:
		p.Via = "the platform; the company is " + c.ID
		return p, true
	case isPlatform:
		return p, true
	case isCompany:
		return c, true
	}
	if m, ok := f.category(query); ok {
		return m, true
	}
	return f.counted(query)
}

// category finds a category or group by its id or name.
func (f *Finder) category(query string) (Meant, bool) {
	key := registry.Normalise(query).Key
	is := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool {
			return strings.EqualFold(n, strings.TrimSpace(query)) || key != "" && registry.Normalise(n).Key == key
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
	return Meant{}, false
}

// counted finds a service without a row of its own.
func (f *Finder) counted(query string) (Meant, bool) {
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

func (f *Finder) platform(query string) (Meant, bool) {
	if p, ok := f.ids[strings.ToLower(strings.TrimSpace(query))]; ok {
		_, company := p.Company()
		return p, !company
	}
	if m := f.res.Name(query); m.Kind != pipeline.NoMatch {
		p, ok := f.ids[m.Platform]
		return p, ok
	}
	return f.named(query, false)
}

// Company finds a company: the one that goes by the query too, where Series
// took it for a platform.
func (f *Finder) Company(query string) (Meant, bool) {
	if c, ok := f.ids[companyPrefix+strings.ToLower(strings.TrimSpace(query))]; ok {
		return c, true
	}
	return f.named(query, true)
}

// named finds the one platform or company whose name is the query, once both
// are normalised.
func (f *Finder) named(query string, company bool) (Meant, bool) {
	forms := registry.Normalise(query)
	for _, k := range []string{forms.Whole, forms.Key} {
		hits := slices.DeleteFunc(slices.Clone(f.names[k]), func(m Meant) bool {
			_, is := m.Company()
			return is != company
		})
		if len(hits) == 1 {
			return hits[0], true
		}
	}
	return Meant{}, false
}

// platformOf finds a platform.
func (f *Finder) platformOf(query string) (Meant, error) {
	if p, ok := f.platform(query); ok {
		return p, nil
	}
	c, ok := f.Company(query)
	if !ok {
		return f.begins(query, "platform")
	}
	id, _ := c.Company()
	var owned []Meant
	for _, o := range f.ds.Owners {
		if p, ok := f.ids[o.Platform]; ok && o.Company == id && !slices.Contains(owned, p) {
			owned = append(owned, p)
		}
	}
	return Meant{}, &NotFound{Query: query, Why: fmt.Sprintf("%q is a company, not a platform", query), Near: append(owned, c)}
}

// companies finds a company, or those that have owned the platform that goes
// by the name on a 31 December, in the order of the years, and the platform
// itself for years without an owner.
func (f *Finder) companies(query string) (list []Meant, err error) {
	if c, ok := f.Company(query); ok {
		return []Meant{c}, nil
	}
	p, ok := f.platform(query)
	if !ok {
		if p, err = f.begins(query, ""); err != nil {
			return nil, err
		}
	}
	if _, company := p.Company(); company {
		return []Meant{p}, nil
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

// onlyOne begins the Via of what was found by the beginning of its name.
const onlyOne = "the only one that begins with "

// begins finds the only thing whose id or name begins with the query, and
// otherwise says what may be meant. by is "platform" where only platforms are
// wanted.
func (f *Finder) begins(query, by string) (Meant, error) {
	if m := f.res.Name(query); m.Counted != "" {
		miss := &NotFound{Query: query, Why: fmt.Sprintf("%q %s", query, f.res.Meaning(m))}
		if p, ok := f.ids[f.res.reg.CountedService(m.Counted).Platform]; ok {
			miss.Near = []Meant{p}
		}
		return Meant{}, miss
	}
	key := registry.Normalise(query).Key
	hits := f.matching(by, func(name string) bool { return len(key) >= 2 && strings.HasPrefix(name, key) })
	// A platform and the company of the same id are one thing to whoever types it.
	hits = slices.DeleteFunc(hits, func(h Meant) bool {
		id, company := h.Company()
		return company && slices.ContainsFunc(hits, func(o Meant) bool { return o.ID == id })
	})
	bare := func(m Meant) string { return strings.TrimPrefix(m.ID, companyPrefix) }
	slices.SortFunc(hits, func(a, b Meant) int {
		return cmp.Or(cmp.Compare(len(bare(a)), len(bare(b))), cmp.Compare(bare(a), bare(b)))
	})
	miss := &NotFound{Query: query, Near: hits}
	switch len(hits) {
	case 1:
		hits[0].Via = onlyOne + strconv.Quote(query)
		return hits[0], nil
	case 0: // what resembles it
		for _, s := range f.res.Name(query).Suggestions {
			if p, ok := f.ids[s.Platform]; ok {
				miss.Near = append(miss.Near, p)
			}
		}
		for _, m := range f.matching(by, func(name string) bool { return slip(key, name) }) {
			if !slices.Contains(miss.Near, m) {
				miss.Near = append(miss.Near, m)
			}
		}
	default:
		miss.Why = fmt.Sprintf("%q begins several names", query)
	}
	const most = 6
	miss.Near = miss.Near[:min(most, len(miss.Near))]
	return Meant{}, miss
}

// matching returns what has a matching name, in the order of the names.
func (f *Finder) matching(by string, match func(name string) bool) (list []Meant) {
	for _, k := range slices.Sorted(maps.Keys(f.names)) {
		for _, m := range f.names[k] {
			_, company := m.Company()
			if match(k) && (by == "" || !company) && !slices.Contains(list, m) {
				list = append(list, m)
			}
		}
	}
	return list
}
