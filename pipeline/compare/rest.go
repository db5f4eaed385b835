package compare

import (
	"fmt"

	"espfigures/pipeline"
)

// Rest adds up all platforms but the n largest of the newest complete year,
// the same ones in every year. Its id is "rest-n".
func (m *Model) Rest(n int) *Series {
	largest := map[string]bool{}
	for _, s := range m.Largest(n) {
		largest[s.ID] = true
	}
	var others []string
	for _, s := range m.Platforms {
		if !largest[s.ID] {
			others = append(others, s.ID)
		}
	}
	return m.set(fmt.Sprintf("rest-%d", n), fmt.Sprintf("All but the %s largest", pipeline.Count(n)), others)
}
