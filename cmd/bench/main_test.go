package main

import (
	"strings"
	"testing"
	"time"
)

// Only cases of one series and one unit are set beside each other.
func TestGrowth(t *testing.T) {
	row := func(series, unit string, n int, cpu time.Duration, memory int64) result {
		return result{cpu: cpu, memory: memory, per: per{series, unit, n}}
	}
	got := growth([]result{
		row("warm", "row", 1000, 100*ms, 20*mb),
		row("warm", "document", 5, 100*ms, 20*mb),
		row("cold", "row", 1000, 100*ms, 20*mb),
		{cpu: time.Second, memory: mb},
		row("warm", "row", 10_000, 900*ms, 300*mb),
	})
	const want = "| warm | 1000 rows | 10000 | 100.0 and 90.0 µs | 0.90 | 20.0 and 30.0 kB | 1.50 |\n"
	if !strings.HasSuffix(got, want) || strings.Count(got, "\n| ") != 2 {
		t.Errorf("got %s\nwant one line of figures: %s", got, want)
	}
	if got := growth([]result{{cpu: ms}, {cpu: ms}}); got != "" {
		t.Errorf("cases of no series: %s", got)
	}
}
