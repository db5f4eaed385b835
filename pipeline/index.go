package pipeline

// An Index answers what Dataset.Platform and Dataset.Owner answer, from maps:
// for who asks once for each of some hundred thousand rows. It is of the
// Dataset as it was when the Index was made.
type Index struct {
	platforms map[string]*Platform
	companies map[string]*Company
	owners    map[string][]Ownership
}

// NewIndex makes the index of a Dataset.
func NewIndex(d *Dataset) *Index {
	x := &Index{
		platforms: make(map[string]*Platform, len(d.Platforms)),
		companies: make(map[string]*Company, len(d.Companies)),
		owners:    make(map[string][]Ownership, len(d.Platforms)),
	}
	for i := range d.Platforms {
		x.platforms[d.Platforms[i].ID] = &d.Platforms[i]
	}
	for i := range d.Companies {
		x.companies[d.Companies[i].ID] = &d.Companies[i]
	}
	for _, o := range d.Owners {
		x.owners[o.Platform] = append(x.owners[o.Platform], o)
	}
	return x
}

// Platform returns the platform with the id, or nil.
func (x *Index) Platform(id string) *Platform { return x.platforms[id] }

// Company returns the company with the id, or nil.
func (x *Index) Company(id string) *Company { return x.companies[id] }

// Owners returns who owned the platform when, in the order of the Dataset.
func (x *Index) Owners(platform string) []Ownership { return x.owners[platform] }

// Owner returns the company that owned the platform on 31 December of the
// year, or nil where no source names one.
func (x *Index) Owner(platform string, year int) *Company {
	list := x.owners[platform]
	if len(list) == 0 {
		return nil
	}
	day := LastDay(year)
	for _, o := range list {
		if c := x.companies[o.Company]; c != nil && o.On(day) {
			return c
		}
	}
	return nil
}

// On reports whether the ownership held on a day, as YYYY-MM-DD.
func (o Ownership) On(day string) bool { return o.From <= day && (o.To == "" || o.To >= day) }

// LastDay returns 31 December of a year, as YYYY-MM-DD.
func LastDay(year int) string {
	const digits = "0123456789"
	return string([]byte{digits[year/1000%10], digits[year/100%10], digits[year/10%10], digits[year%10]}) + "-12-31"
}
