package main

import (
	"testing"
	"time"
)

func TestBenchmarked(t *testing.T) {
	r, err := benchmarked("goos: linux\nBenchmarkDataFiles-2   \t       1\t19364873967 ns/op\t       277.2 MB-dataset\t       386.7 MB-peak\t         7.880 processor-s/op\t    500000 rows\nPASS\n")
	if err != nil || r.wall != 19364873967 || r.cpu != 7880*time.Millisecond || r.memory != 386_700_000 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := benchmarked("PASS\n"); err == nil {
		t.Error("no benchmark, and no error")
	}
}
