package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// benchmark runs a benchmark of the package output once, as a process of its
// own, and reads what it reports. The Dataset is generated there, outside the
// time measured, and counts into the memory.
func (b *bench) benchmark(name string) (result, error) {
	out, err := exec.Command("go", "test", "./output", "-run", "^$", "-bench", "^"+name+"$", "-benchtime", "1x", "-timeout", "30m").CombinedOutput()
	if err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, out)
	}
	return benchmarked(string(out))
}

// benchmarked reads the line of a benchmark.
func benchmarked(out string) (result, error) {
	unit := func(unit string) float64 {
		m := regexp.MustCompile(`(?m)^Benchmark.*\s([0-9.e+]+) ` + regexp.QuoteMeta(unit) + `(\s|$)`).FindStringSubmatch(out)
		if m == nil {
			return 0
		}
		v, _ := strconv.ParseFloat(m[1], 64)
		return v
	}
	wall := unit("ns/op")
	if wall == 0 {
		return result{}, fmt.Errorf("the benchmark says no time:\n%s", out)
	}
	return result{
		wall:   time.Duration(wall),
		cpu:    time.Duration(unit("processor-s/op") * float64(time.Second)),
		memory: int64(unit("MB-peak") * float64(mb)),
	}, nil
}
