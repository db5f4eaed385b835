package pipeline_test

import (
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// What an Index answers agrees with the Dataset's own answers.
func TestIndex(t *testing.T) {
	ds := testset.New()
	index := pipeline.NewIndex(ds)
	owned := 0
	for _, p := range ds.Platforms {
		for year := 2018; year < 2026; year++ {
			if a, b := ds.Owner(p.ID, year), index.Owner(p.ID, year); a != b {
				t.Errorf("%s %d: %v, %v", p.ID, year, a, b)
			} else if a != nil {
				owned++
			}
		}
	}
	if owned == 0 {
		t.Error("nobody owns anything")
	}
}
