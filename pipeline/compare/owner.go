package compare

import "espfigures/pipeline"

// OwnerState tells three states apart: a platform that is owned, one that a
// source calls independent, and one whose owner nobody has established.
type OwnerState string

const (
	Owned          OwnerState = "owned"
	Independent    OwnerState = "independent"
	NotEstablished OwnerState = "not-established"
)

// Owner returns the company that owned a platform on 31 December of a year,
// nil unless the state is Owned.
func (m *Model) Owner(platform string, year int) (*pipeline.Company, OwnerState) {
	if id := m.f.owner[at{platform, year}]; id != "" {
		for i := range m.f.ds.Companies {
			if m.f.ds.Companies[i].ID == id {
				return &m.f.ds.Companies[i], Owned
			}
		}
	}
	for _, o := range m.f.ds.Owners {
		if o.Platform == platform && o.Company == pipeline.Independent && o.On(pipeline.LastDay(year)) {
			return nil, Independent
		}
	}
	return nil, NotEstablished
}
