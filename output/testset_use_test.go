package output

import (
	"reflect"
	"testing"

	"espfigures/pipeline"
)

// The test set must be what its comment says, or the tests that stand on it
// prove nothing.
func TestTestSet(t *testing.T) {
	ds := testSet()
	if !reflect.DeepEqual(ds, testSet()) {
		t.Error("two builds differ")
	}
	for _, e := range ds.Editions {
		if e.Status == pipeline.Verified && (e.Total == nil || e.Sum() != e.Total.Reports) {
			t.Errorf("%d: sum %d", e.Year, e.Sum())
		}
	}
	meta := ds.ByCompany.Find("meta").Points[1]
	if *meta.Reports != 22118952+3393654+1372696 || len(meta.Members) != 3 || meta.Change == nil {
		t.Errorf("meta 2021: %+v", meta)
	}
	if p := ds.ByPlatform.Find("facebook").Points[1]; p.Change != nil || !p.Broken {
		t.Errorf("facebook 2021: %+v", p)
	}
	if p := ds.ByPlatform.Find("instagram").Points[0]; p.Missing != pipeline.InsideRow {
		t.Errorf("instagram 2020: %+v", p)
	}
	if p := ds.ByPlatform.Find("x").Points[2]; *p.Reports != 98052 || len(p.Figures) != 2 {
		t.Errorf("x 2022: %+v", p)
	}
}
