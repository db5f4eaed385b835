package output

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"espfigures/output/testset"
	"espfigures/output/workbook"
	"espfigures/pipeline/compare"
)

// softLimit leaves room for what lies outside the heap below 400 MB.
const softLimit = 365e6

// BenchmarkDataFiles writes every CSV and Parquet file, partitions included,
// checked and swapped, of 10,000 platforms in 50 years: 500,000 rows. It
// reports the largest memory the whole process held, the Dataset included,
// under a soft limit that keeps it below the 400 MB a run of this size may take.
func BenchmarkDataFiles(b *testing.B) {
	benchmarkSet(b, Options{Only: []string{"csv", "parquet"}, Partition: true})
}

// BenchmarkDataFilesAndWorkbook writes the whole workbook beside them, whose
// largest sheet is the tidy one.
func BenchmarkDataFilesAndWorkbook(b *testing.B) {
	benchmarkSet(b, Options{Only: []string{"csv", "parquet", "xlsx"}, Partition: true})
}

func benchmarkSet(b *testing.B, opt Options) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(softLimit))
	ds := testset.Big(10000, 50)
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)

	resetPeak()
	start := processor()
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "out")
		if _, err := WriteSet(dir, ds, opt); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processor()-start)/float64(b.N), "processor-s/op")
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-dataset")
	b.ReportMetric(peak(), "MB-peak")
	b.ReportMetric(float64(len(ds.Figures)), "rows")
	runtime.KeepAlive(ds)
}

// processor is the processor time of the process so far in seconds, where
// Linux tells; else 0.
func processor() float64 {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return float64(user+system) / 100
}

// resetPeak and peak use Linux's own count of the process's resident memory;
// elsewhere peak is 0.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kb) * 1024 / 1e6
		}
	}
	return 0
}

// BenchmarkWorkbook writes the workbook of 10,000 platforms in 50 years. It
// reports the largest memory the whole process held, the Dataset included,
// under the same soft limit, and the size of the file.
func BenchmarkWorkbook(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(softLimit))
	ds := testset.Big(10000, 50)
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)

	resetPeak()
	var size counter
	for b.Loop() {
		size = 0
		if err := workbook.Write(&size, compare.New(ds)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-dataset")
	b.ReportMetric(peak(), "MB-peak")
	b.ReportMetric(float64(size)/1e6, "MB-file")
	runtime.KeepAlive(ds)
}
