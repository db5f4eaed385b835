package compare

import (
	"fmt"
	"strconv"
	"strings"
)

// Series returns the series with an id: of a platform, company, category,
// group or total; "a+b" for several together, "top-5" for the five largest.
// Where a platform and a company have one id, the platform is meant;
// "company:ID" means the company. To find a series by name, see package
// resolve.
func (m *Model) Series(id string) (*Series, error) {
	if n, ok := strings.CutPrefix(id, "top-"); ok {
		if k, err := strconv.Atoi(n); err == nil && k > 0 {
			return m.Top(k), nil
		}
	}
	if parts := strings.Split(id, "+"); len(parts) > 1 {
		var list []*Series
		for _, part := range parts {
			s, err := m.Series(part)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
		}
		return m.Union(list...), nil
	}
	if company, ok := strings.CutPrefix(id, "company:"); ok {
		if s := m.Company(company); s != nil {
			return s, nil
		}
	}
	for _, list := range [][]*Series{m.Platforms, m.Companies, m.Categories, m.Groups, {m.ESPTotal, m.Total}} {
		if s := byID(list, id); s != nil {
			return s, nil
		}
	}
	return nil, fmt.Errorf("no series has the id %q", id)
}

// Platform returns the series of a platform, or nil. It finds every platform of
// the Dataset, also in a model of which Select shows a part.
func (m *Model) Platform(id string) *Series { return m.platform[id] }

// Company returns the series of a company, or of a platform that stands alone
// among the companies, or nil.
func (m *Model) Company(id string) *Series { return m.company[id] }

func byID(list []*Series, id string) *Series {
	for _, s := range list {
		if s.ID == id {
			return s
		}
	}
	return nil
}
