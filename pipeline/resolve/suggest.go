package resolve

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline/registry"
)

// SuggestAbove is the score a similar name must exceed to be suggested; 1 is the most.
const SuggestAbove = 0.75

// Suggestion is a known name that an unknown one may stand for. It is never
// taken by itself: somebody has to look, and add the line to the registry.
type Suggestion struct {
	Platform string
	Alias    string  // the known name
	Score    float64 // above SuggestAbove, at most 1
	Reason   string
	// Likeness is true where only the spelling resembles the known name: that
	// is no evidence, so that there is no line to paste.
	Likeness bool

	printed string // the unknown name
}

// Line returns what to add to aliases.csv to accept the suggestion; its source
// is still to be put in, and the registry refuses the line until it is. It is
// "" where nothing but the spelling speaks for the suggestion.
func (s Suggestion) Line() string {
	if s.Likeness {
		return ""
	}
	return csvLine(s.printed, s.Platform, "", "SOURCE")
}

func csvLine(cells ...string) string {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	_ = w.Write(cells) // a bytes.Buffer does not fail
	w.Flush()
	return strings.TrimSuffix(text.String(), "\n")
}

// suggest returns the known names that an unknown one may stand for: one of
// its parts, where that is the name of a platform and not of an owner, or a
// name that differs by a slip of spelling.
func (r *Resolver) suggest(printed string, parts []string) []Suggestion {
	var list []Suggestion
	add := func(s Suggestion) {
		if !slices.ContainsFunc(list, func(o Suggestion) bool { return o.Platform == s.Platform }) {
			s.printed = printed
			list = append(list, s)
		}
	}
	var known []Suggestion
	for _, p := range parts {
		key := registry.Normalise(p).Key
		n, ok := r.keyed[key]
		if _, owner := r.company[key]; ok && len(parts) > 1 && !owner {
			known = append(known, Suggestion{Platform: n.platform, Alias: n.text, Score: 0.9, Reason: fmt.Sprintf("its part %q is the name %q", p, n.text)})
		}
	}
	if len(known) == 1 { // two names contradict each other
		add(known[0])
	}
	key := registry.Normalise(printed).Key
	for _, n := range r.spellings {
		if slip(key, n.key) {
			add(Suggestion{Platform: n.platform, Alias: n.text, Score: 1 - 1/float64(max(len(key), len(n.key))), Reason: fmt.Sprintf("spelled almost like %q", n.text), Likeness: true})
		}
	}
	slices.SortStableFunc(list, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Platform, b.Platform))
	})
	return list[:min(len(list), 3)]
}

// shortest is the length of a key under which one letter makes another word.
const shortest = 6

// slip reports whether two keys differ by a slip of the pen: a letter left out,
// doubled or put in, two neighbours swapped, or one vowel for another. The
// first letter counts: Rumble is not Bumble. So does a consonant: Tinker is
// not Tinder.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < shortest-1 || len(b) < shortest || len(b)-len(a) > 1 || a[0] != b[0] || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	x, y := a[i:len(a)-j], b[i:len(b)-j]
	switch {
	case x == "" && len(y) == 1:
		return true
	case len(x) == 1 && len(y) == 1:
		return strings.Contains("aeiouy", x) && strings.Contains("aeiouy", y)
	}
	return len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]
}
