package output

import (
	"path/filepath"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline/compare"
)

// BenchmarkSet writes every output of 20,000 rows: 2,000 platforms in ten years.
func BenchmarkSet(b *testing.B) {
	ds := testset.Big(2000, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := WriteSet(filepath.Join(b.TempDir(), "out"), compare.New(ds), Options{Partition: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(ds.Figures)), "rows")
}
