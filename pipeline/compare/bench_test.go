package compare_test

import (
	"fmt"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

// editionsOf makes 50 years of a table of many names nobody knows, each year's
// in another order.
func editionsOf(platforms int) []pipeline.Edition {
	var eds []pipeline.Edition
	for y := range 50 {
		e := pipeline.Edition{Year: 1998 + y, Status: pipeline.Verified, Rows: make([]pipeline.Row, platforms)}
		e.Document.SHA256, e.Document.URL = fmt.Sprintf("%064d", y), fmt.Sprintf("https://example.org/%d.html", y)
		var sum pipeline.Count
		for i := range e.Rows {
			n := (i*7 + y*11) % platforms
			e.Rows[i] = pipeline.Row{Name: fmt.Sprintf("Example Service %05d", n), Reports: pipeline.Count((n*37+y*11)%90000 + 1), At: pipeline.Place{Page: 1, Row: i + 1}}
			sum += e.Rows[i].Reports
		}
		e.Total = &pipeline.Total{Reports: sum}
		eds = append(eds, e)
	}
	return eds
}

// BenchmarkAssemble resolves and compares 50 years of ever more platforms. The
// time and memory of a row are to stay about the same.
func BenchmarkAssemble(b *testing.B) {
	reg, err := registry.Default()
	if err != nil {
		b.Fatal(err)
	}
	resolver := resolve.New(reg)
	for _, platforms := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("%dx50", platforms), func(b *testing.B) {
			eds := editionsOf(platforms)
			b.ReportAllocs()
			for b.Loop() {
				ds := &pipeline.Dataset{Editions: eds}
				ds.Findings = resolver.Fill(ds)
				compare.Fill(ds)
				if len(ds.ByPlatform.Series) != platforms {
					b.Fatalf("%d series", len(ds.ByPlatform.Series))
				}
			}
			rows := float64(platforms * len(eds))
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
