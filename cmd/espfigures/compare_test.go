package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"espfigures/pipeline"
)

// sumYearsCommand is "sumyears FILE YEAR=SUM...": the columns of a wide CSV
// file sum to these numbers, and there are no other years.
func sumYearsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sumyears FILE YEAR=SUM...")
	}
	recs, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	var got []string
	for i, year := range recs[0] {
		if i < 2 {
			continue
		}
		sum := 0
		for _, r := range recs[1:] {
			if r[i] == "" {
				continue
			}
			n, err := strconv.Atoi(r[i])
			ts.Check(err)
			sum += n
		}
		got = append(got, fmt.Sprintf("%s=%d", year, sum))
	}
	if !slices.Equal(got, args[1:]) {
		ts.Fatalf("%v, want %v", got, args[1:])
	}
}

func TestPercentAndShareForPeople(t *testing.T) {
	for p, want := range map[float64]string{32.4: "+32.4%", -0.04: "-0.04%", 0.0002: "+0.0002%", -100: "-100.0%", -99.994: "-99.99%", -99.9996: "-99.9996%", -99.9: "-99.9%", 999.94: "+999.9%", 999.96: "+1,000%", 267972.2: "+267,972%", -99.96: "-99.96%", 0: "+0.0%"} {
		if got := percent(p); got != want {
			t.Errorf("%v: %s, want %s", p, got, want)
		}
	}
	for s, want := range map[float64]string{0.66552: "66.6%", 0.0997: "9.97%", 0.000051: "0.01%", 0.00001: "<0.01%", 0: "0.00%", 1: "100.0%"} {
		if got := share(s); got != want {
			t.Errorf("%v: %s, want %s", s, got, want)
		}
	}
}

func TestSparkline(t *testing.T) {
	n := func(c pipeline.Count) *pipeline.Count { return &c }
	s := &pipeline.Series{Points: []pipeline.Point{{Reports: n(0)}, {}, {Reports: n(70)}, {Reports: n(35), Broken: true}}}
	v := view{years: []int{0, 1, 2, 3}}
	if got := v.spark(s, "reports"); got != "▁ █┆▅" {
		t.Errorf("%q", got)
	}
	v.years = []int{3}
	if got := v.spark(s, "reports"); got != "█" {
		t.Errorf("%q", got)
	}
	// The bars are of the metric that is shown.
	share := func(f float64) *float64 { return &f }
	s = &pipeline.Series{Points: []pipeline.Point{
		{Reports: n(10), Share: share(0.5), Rank: 3}, {Reports: n(100), Share: share(0.25), Rank: 10}, {Reports: n(50)}, {Reports: n(1), Share: share(0), Rank: 1, Broken: true},
	}}
	v.years = []int{0, 1, 2, 3}
	for metric, want := range map[string]string{"reports": "▂█▅┆▁", "share": "█▅ ┆▁", "rank": "▆▁ ┆█", "change": ""} {
		if got := v.spark(s, metric); got != want {
			t.Errorf("%s: %q, want %q", metric, got, want)
		}
	}
	v.years = []int{0}
	if got := v.spark(s, "rank"); got != "█" {
		t.Errorf("%q", got)
	}
	v.years = []int{2}
	if got := v.spark(s, "rank"); got != "" {
		t.Errorf("nothing to draw: %q", got)
	}
}

func TestWrapped(t *testing.T) {
	text := strings.Repeat("word ", 60)
	for i, line := range strings.Split(strings.TrimSpace(wrapped(text, "- ", "  ")), "\n") {
		if len(line) > lineWidth || i > 0 && !strings.HasPrefix(line, "  word") {
			t.Errorf("%q", line)
		}
	}
	if got := wrapped(strings.Repeat("x", 150), "- ", "  "); strings.Count(got, "\n") != 1 {
		t.Errorf("%q", got)
	}
}

// The numbers of a column end in one place, whatever stands beside them.
func TestNumbersAreAligned(t *testing.T) {
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if code := run([]string{"compare", "--top", "12"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	lines := strings.Split(out.String(), "\n")[2:]
	head := []rune(lines[0])
	var ends []int // where the numbers of each year end
	for i, r := range head {
		if r == '2' && i > 0 && head[i-1] == ' ' {
			ends = append(ends, i+3)
		}
	}
	if len(ends) < 7 {
		t.Fatalf("head %q", lines[0])
	}
	checked := 0
	for _, line := range lines[1:] {
		if line == "" {
			break
		}
		runes := []rune(line)
		for _, e := range ends {
			if e >= len(runes) || runes[e] == ' ' {
				continue
			}
			// A number ends here: a flag, a space or nothing follows.
			if e+1 < len(runes) && (runes[e+1] >= '0' && runes[e+1] <= '9' || runes[e+1] == ',') {
				t.Errorf("a number goes on beyond its column: %q", line)
			}
			checked++
		}
	}
	if checked < 60 {
		t.Errorf("%d numbers looked at", checked)
	}
}

func TestNameYear(t *testing.T) {
	for in, want := range map[string]string{
		"Facebook|2022|21.1m":       "Facebook 2022 [21.1m]",
		"Match|Group|2021|158":      "Match Group 2021 [158]",
		"Meta|2022|21.1|million":    "Meta 2022 [21.1 million]",
		"2020|Companies|2021|2,021": "2020 Companies 2021 [2,021]",
		"Facebook|2022|2021":        "Facebook 2022 [2021]",
		"Facebook|22|5":             "",
		"2022|5|6":                  "",
	} {
		name, year, rest, err := nameYear(strings.Split(in, "|"))
		got := fmt.Sprintf("%s %d %v", name, year, rest)
		if err != nil {
			got = ""
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A table wider than the terminal is cut into parts of years; what is not
// shown on a terminal is whole.
func TestParts(t *testing.T) {
	wide := []int{10, 10, 10, 10}
	for _, c := range []struct {
		width, sparks int
		want          string
	}{
		{0, 7, "[{0 4 true}]"},
		{60, 7, "[{0 4 true}]"},
		{59, 7, "[{0 4 false}]"},
		{50, 0, "[{0 4 true}]"},
		{49, 0, "[{0 3 false} {3 4 true}]"},
		{30, 20, "[{0 2 false} {2 4 false}]"},
		{1, 7, "[{0 1 false} {1 2 false} {2 3 false} {3 4 false}]"},
	} {
		v := view{width: c.width}
		if got := fmt.Sprint(v.parts(wide, 10, c.sparks)); got != c.want {
			t.Errorf("width %d, bars %d: %s, want %s", c.width, c.sparks, got, c.want)
		}
	}
}
