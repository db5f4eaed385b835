package output

import (
	"path/filepath"
	"runtime"
	"testing"
)

// BenchmarkDataFiles writes every CSV and Parquet file, checked and swapped,
// of 10,000 platforms in 50 years: 500,000 rows. It reports the peak of the
// program's memory beyond the Dataset itself.
func BenchmarkDataFiles(b *testing.B) {
	ds := bigSet(10000, 50)
	b.ReportAllocs()
	for b.Loop() {
		runtime.GC()
		dir := filepath.Join(b.TempDir(), "out")
		if _, err := WriteSet(dir, ds, Options{Only: []string{"csv", "parquet"}, Partition: true}); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MB-held")
}
