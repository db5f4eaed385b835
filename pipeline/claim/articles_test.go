package claim_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"espfigures/pipeline/claim"
)

// Articles of 600 words with ten right and ten wrong statements among 40 other numbers: none is
// missed, none is invented, and none is judged the other way.
func TestArticles(t *testing.T) {
	files, err := filepath.Glob("testdata/article-*.md")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d articles, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, row := range readCSV(t, strings.TrimSuffix(file, ".md")+".csv") {
			want = append(want, strings.Join(row, " | "))
		}
		right, wrong := strings.Count(strings.Join(want, "\n"), "| holds"), strings.Count(strings.Join(want, "\n"), "| wrong")
		words, others := len(strings.Fields(string(text))), len(number.FindAllString(string(text), -1))-len(want)
		if words < 590 || right < 10 || wrong < 10 || others < 40 {
			t.Errorf("%s has %d words, %d right and %d wrong statements, %d other numbers", file, words, right, wrong, others)
		}
		var got []string
		for _, a := range reader(t).Text(plain(t, string(text))) {
			holds := "wrong"
			switch {
			case a.Verdict.Holds():
				holds = "holds"
			case a.Verdict == claim.NotUnderstood:
				holds = "not-understood"
			}
			got = append(got, strings.Join([]string{a.ID, a.YearsText(), string(a.Measure), a.Quantity.Text, holds}, " | "))
		}
		compareLists(t, file, got, want)
	}
}

var number = regexp.MustCompile(`\d[\d.,]*`)

func compareLists(t *testing.T, name string, got, want []string) {
	t.Helper()
	left := map[string]int{}
	for _, w := range want {
		left[w]++
	}
	for _, g := range got {
		if left[g]--; left[g] < 0 {
			t.Errorf("%s: invented or misread: %s", name, g)
		}
	}
	for w, n := range left {
		if n > 0 {
			t.Errorf("%s: missed: %s", name, w)
		}
	}
}
