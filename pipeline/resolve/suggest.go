package resolve

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"sort"
	"strings"
	"sync"

	"espfigures/pipeline/registry"
)

// SuggestAbove is the score a similar name must exceed to be suggested; 1 is the most.
const SuggestAbove = 0.75

// maxSuggestions is how many suggestions a name gets.
const maxSuggestions = 3

// Suggestion is a known name that resembles an unknown one. It is never taken
// by itself: somebody has to look, and add the line to the registry.
type Suggestion struct {
	Platform string
	Alias    string  // the known name
	Score    float64 // above SuggestAbove, at most 1
	Reason   string

	printed string // the unknown name
}

// Line returns what to add to aliases.csv to accept the suggestion; its source
// is still to be put in, and the registry refuses the line until it is.
func (s Suggestion) Line() string { return AliasLine(s.printed, s.Platform, "SOURCE") }

// AliasLine returns a line of aliases.csv.
func AliasLine(printed, platform, source string) string {
	return csvLine(printed, platform, "", source)
}

func csvLine(cells ...string) string {
	l := lines.Get().(*lineWriter)
	defer lines.Put(l)
	l.text.Reset()
	l.csv.Write(cells) // a bytes.Buffer does not fail
	l.csv.Flush()
	return strings.TrimSuffix(l.text.String(), "\n")
}

// lines keeps writers of CSV lines: each has a buffer of four kilobytes, and
// there may be a line for each of many thousand names.
var lines = sync.Pool{New: func() any {
	l := &lineWriter{}
	l.csv = csv.NewWriter(&l.text)
	return l
}}

type lineWriter struct {
	text bytes.Buffer
	csv  *csv.Writer
}

// index finds known names that share trigrams with an unknown one.
type index struct {
	names []name
	grams [][]uint16 // by trigram of the key, the names that have it
}

// symbols is the size of the alphabet that trigrams are made of: letters,
// digits, the padding at both ends, and one for everything else.
const symbols = 39

func symbol(c byte) int {
	switch {
	case 'a' <= c && c <= 'z':
		return int(c - 'a')
	case '0' <= c && c <= '9':
		return 26 + int(c-'0')
	}
	return symbols - 1
}

func newIndex(all []name) *index {
	x := &index{grams: make([][]uint16, symbols*symbols*symbols)}
	seen := map[string]bool{}
	for _, n := range all {
		if n.key == "" || seen[n.key] || len(x.names) == 1<<16 {
			continue
		}
		seen[n.key] = true
		at := uint16(len(x.names))
		x.names = append(x.names, n)
		eachGram(n.key, func(g int) {
			if l := x.grams[g]; len(l) == 0 || l[len(l)-1] != at {
				x.grams[g] = append(l, at)
			}
		})
	}
	return x
}

// eachGram hands over the trigrams of a key, one for each of its bytes.
func eachGram(key string, f func(int)) {
	const begin, end = 36, 37
	before, this := begin, symbol(key[0])
	for i := 0; i < len(key); i++ {
		next := end
		if i+1 < len(key) {
			next = symbol(key[i+1])
		}
		f((before*symbols+this)*symbols + next)
		before, this = this, next
	}
}

type candidate struct {
	at     uint16
	shared uint16
}

// near returns the names that share most trigrams with the key.
func (x *index) near(key string) []candidate {
	const most = 8
	var some [1024]uint16
	counts := some[:]
	if len(x.names) > len(counts) {
		counts = make([]uint16, len(x.names))
	}
	counts = counts[:len(x.names)]
	eachGram(key, func(g int) {
		for _, at := range x.grams[g] {
			counts[at]++
		}
	})
	best := make([]candidate, 0, most+1)
	for at, n := range counts {
		// A name that shares less than a quarter cannot score enough.
		if n == 0 || int(n)*4 < min(len(key), len(x.names[at].key)) {
			continue
		}
		i := len(best)
		for i > 0 && x.better(candidate{uint16(at), n}, best[i-1]) {
			i--
		}
		if i == most {
			continue
		}
		best = append(best, candidate{})
		copy(best[i+1:], best[i:])
		best[i] = candidate{uint16(at), n}
		if len(best) > most {
			best = best[:most]
		}
	}
	return best
}

// better orders candidates by the part of the longer name that is shared.
func (x *index) better(a, b candidate) bool {
	return int(a.shared)*len(x.names[b.at].key) > int(b.shared)*len(x.names[a.at].key)
}

func (r *Resolver) suggest(printed string, forms registry.Forms) []Suggestion {
	key := forms.Key
	if key == "" {
		return nil
	}
	var list []Suggestion
	add := func(n name, score float64, reason string) {
		if score <= SuggestAbove {
			return
		}
		for i := range list {
			if list[i].Platform == n.platform {
				if score > list[i].Score {
					list[i].Alias, list[i].Score, list[i].Reason = n.text, score, reason
				}
				return
			}
		}
		list = append(list, Suggestion{Platform: n.platform, Alias: n.text, Score: score, Reason: reason, printed: printed})
	}
	// A part in brackets or after "dba" that is a known name by itself.
	for i, p := range forms.Parts {
		if n, ok := r.keyed[p]; ok {
			score := 0.85
			if i == len(forms.Parts)-1 {
				score = 0.9
			}
			add(n, score, fmt.Sprintf("its part %q is the name %q", p, n.text))
		}
	}
	for _, c := range r.similar.near(key) {
		n := r.similar.names[c.at]
		longest := max(len(key), len(n.key))
		// At most this many edits still score enough; more than two are another
		// word, not a slip ("Amazon Web Services" is not "Amazon AI Services").
		allowed := min(int(float64(longest)*(1-SuggestAbove)), 2)
		// There is a trigram for each letter, and an edit spoils four at most.
		if abs(len(key)-len(n.key)) <= allowed && int(c.shared) >= longest-4*allowed {
			d := edits(key, n.key)
			if score := 1 - float64(d)/float64(longest); d <= allowed {
				add(n, score, fmt.Sprintf("%s from %q", letters(d), n.text))
			}
		}
		// "Photobucket Online" begins with a known name.
		if len(n.key) >= 5 && len(n.key) < len(key) && strings.HasPrefix(key, n.key) {
			if score := 0.6 + 0.3*float64(len(n.key))/float64(len(key)); score > SuggestAbove {
				add(n, score, fmt.Sprintf("begins with the name %q", n.text))
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Score != list[j].Score {
			return list[i].Score > list[j].Score
		}
		return list[i].Platform < list[j].Platform
	})
	if len(list) > maxSuggestions {
		list = list[:maxSuggestions]
	}
	return list
}

func letters(d int) string {
	if d == 1 {
		return "one letter away"
	}
	return fmt.Sprintf("%d letters away", d)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// edits counts the insertions, deletions, substitutions and swaps of
// neighbours that turn one key into the other (optimal string alignment).
func edits(a, b string) int {
	var buf [3][64]int
	rows := [3][]int{}
	if len(b) < len(buf[0]) {
		for i := range rows {
			rows[i] = buf[i][:len(b)+1]
		}
	} else {
		for i := range rows {
			rows[i] = make([]int, len(b)+1)
		}
	}
	before, last, this := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		this[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, this[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			this[j] = d
		}
		before, last, this = last, this, before
	}
	return last[len(b)]
}
