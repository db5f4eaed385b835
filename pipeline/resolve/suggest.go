package resolve

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

// Suggestion is a known name that an unknown one may stand for. It is never
// taken by itself: somebody has to look, and add the line to the registry.
type Suggestion struct {
	Platform string
	Reason   string
	// Likeness is true where only the spelling resembles the known name: that
	// is no evidence, so that there is no line to paste.
	Likeness bool
}

// AliasLine returns what to add to aliases.csv to make a name mean a platform.
func AliasLine(name, platform, source string) string { return csvLine(name, platform, "", source) }

func csvLine(cells ...string) string {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	_ = w.Write(cells) // a bytes.Buffer does not fail
	w.Flush()
	return strings.TrimSuffix(text.String(), "\n")
}

// suggest returns the known names that an unknown one may stand for, at most
// three: its only part that is the name of a platform and not of an owner, else
// those that differ by a slip of spelling.
func (r *Resolver) suggest(printed string, parts []string) (list []Suggestion) {
	for _, p := range parts {
		if m, ok := r.keyed[key(p)]; ok && len(parts) > 1 && r.companies[key(p)] == "" {
			list = append(list, Suggestion{Platform: m.Platform, Reason: fmt.Sprintf("its part %q is the name %q", p, m.Alias)})
		}
	}
	if len(list) == 1 { // two names contradict each other
		return list
	}
	list = nil
	own := key(printed)
	for k, m := range r.keyed {
		if slip(own, k) {
			list = append(list, Suggestion{Platform: m.Platform, Reason: fmt.Sprintf("spelled almost like %q", m.Alias), Likeness: true})
		}
	}
	slices.SortFunc(list, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Reason, b.Reason))
	})
	list = slices.CompactFunc(list, func(a, b Suggestion) bool { return a.Platform == b.Platform })
	return list[:min(len(list), 3)]
}

// slip reports whether two keys differ by a slip of the pen: a letter left out,
// doubled or put in, two neighbours swapped, or one vowel for another. The
// first letter counts: Rumble is not Bumble. So does a consonant: Tinker is
// not Tinder. In a short word one letter makes another word.
func slip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 5 || len(b) < 6 || a[0] != b[0] || a == b {
		return false
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	const vowels = "aeiouy"
	switch {
	case len(a) == 0:
		return len(b) == 1
	case len(a) == 1:
		return len(b) == 1 && strings.Contains(vowels, a) && strings.Contains(vowels, b)
	}
	return len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
