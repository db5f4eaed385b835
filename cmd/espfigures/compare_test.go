package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

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

// A table wider than the terminal is cut into parts of years, and no line wraps;
// what goes elsewhere is whole.
func TestWideTable(t *testing.T) {
	v := view{years: []int{2019, 2020, 2021, 2022}}
	lines := []line{{label: "", cells: make([]cell, 4)}, {label: "Name", cells: make([]cell, 4), spark: "▁▂▃▄"}}
	for i := range 4 {
		lines[0].cells[i].text, lines[1].cells[i].text = fmt.Sprint(2019+i), "12,345"
	}
	for width, parts := range map[int]int{0: 1, 80: 1, 30: 2, 1: 4} {
		v.width = width
		var b strings.Builder
		v.writeLines(&b, lines)
		if got := strings.Count(b.String(), "\n\n"); got != parts {
			t.Errorf("width %d: %d parts, want %d:\n%s", width, got, parts, b.String())
		}
		for _, l := range strings.Split(b.String(), "\n") {
			if width > 12 && columns(l) > width {
				t.Errorf("width %d: %q", width, l)
			}
		}
		if strings.Contains(b.String(), "▁▂▃▄") != (width != 1) {
			t.Errorf("width %d: the bars:\n%s", width, b.String())
		}
	}
}
