package claim

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"espfigures/pipeline/compare"
)

// Model gives tests the model that a Reader compares with.
func (r *Reader) Model() *compare.Model { return r.model }

// A misspelled sort, name of a part of patterns, or part of rules.txt is found:
// it would match nothing, and nobody would notice.
func TestRules(t *testing.T) {
	for part, list := range rules() {
		for _, r := range list {
			for _, e := range slices.Concat(r.before, r.behind) {
				for _, a := range e.alternatives {
					if sort := a.token != nil || a.mark != nil; !sort && (strings.ToLower(a.word) != a.word || strings.Contains(a.word, "<")) {
						t.Errorf("[%s] %s: %q is no word", part, r.outcome, a.word)
					}
				}
			}
		}
	}
	asked := regexp.MustCompile(`\b(?:says|rule|about|yes)\("([a-z ]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	parts := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(source), -1) {
			if parts++; rules()[m[1]] == nil && !strings.HasSuffix(m[1], " ") {
				t.Errorf("%s asks for [%s], which rules.txt does not have", file, m[1])
			}
		}
	}
	if parts < 30 {
		t.Errorf("only %d parts are asked for", parts)
	}
}
