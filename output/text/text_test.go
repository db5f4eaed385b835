package text

import (
	"fmt"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	style := Fit(0)
	text := strings.Repeat("word ", 60)
	for i, line := range strings.Split(strings.TrimSpace(style.Wrap(text, "- ", "  ")), "\n") {
		if len(line) > style.Line || i > 0 && !strings.HasPrefix(line, "  word") {
			t.Errorf("%q", line)
		}
	}
	if got := style.Wrap(strings.Repeat("x", 150), "- ", "  "); strings.Count(got, "\n") != 1 {
		t.Errorf("%q", got)
	}
}

// A table wider than the terminal is cut into parts of years, and no line wraps;
// what goes elsewhere is whole.
func TestWideTable(t *testing.T) {
	lines := []line{{}, {label: "Name", bars: "▁▂▃▄"}}
	for i := range 4 {
		lines[0].cells = append(lines[0].cells, cell{text: fmt.Sprint(2019 + i)})
		lines[1].cells = append(lines[1].cells, cell{text: "12,345"})
	}
	for width, parts := range map[int]int{0: 1, 80: 1, 30: 2, 1: 4} {
		table := setTable(lines, width)
		if got := strings.Count(table, "\n\n"); got != parts {
			t.Errorf("width %d: %d parts, want %d:\n%s", width, got, parts, table)
		}
		for _, l := range strings.Split(table, "\n") {
			if width > 12 && columns(l) > width {
				t.Errorf("width %d: %q", width, l)
			}
		}
		if strings.Contains(table, "▁▂▃▄") != (width != 1) {
			t.Errorf("width %d: the bars:\n%s", width, table)
		}
	}
}
