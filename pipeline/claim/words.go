package claim

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

//go:embed words.txt
var wordList string

// classes are the parts of words.txt by name: phrases with what each means.
var classes = func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, part := range strings.Split(wordList, "\n[")[1:] {
		name, body, _ := strings.Cut(part, "]\n")
		all[name] = map[string]string{}
		for line := range strings.Lines(body) {
			if strings.HasPrefix(line, "# ") {
				continue
			}
			value, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok {
				value, list = "", value
			}
			if all[name+" "+value] == nil {
				all[name+" "+value] = map[string]string{}
			}
			for _, p := range strings.Split(list, ",") {
				if p = strings.TrimSpace(p); p != "" {
					all[name][p], all[name+" "+value][p] = value, value
				}
			}
		}
	}
	return all
}()

func in(class, word string) bool {
	_, ok := classes[class][word]
	return ok
}

func numbers(class string) map[string]float64 {
	list := map[string]float64{}
	for p, text := range classes[class] {
		list[p], _ = strconv.ParseFloat(text, 64) // words.txt has numbers there
	}
	return list
}

var (
	turns, scales, small = numbers("turns"), numbers("scale"), numbers("number")
	fractions, multiples = numbers("fraction"), numbers("multiple")
	places, shifts       = numbers("place"), numbers("shift")
)

// sameYear is the shift of "that year".
const sameYear = 100

// longestPhrase is the most words of a phrase of these tables.
const longestPhrase = 5

// phrase finds the longest phrase of a table that begins (step 1) or ends (step
// -1) at a place between tokens, and returns how many it takes; 0 where none does.
func phrase[V any](list []token, at, step int, table map[string]V) (v V, n int) {
	for n = longestPhrase; n > 0; n-- {
		if from, to := min(at, at+n*step), max(at, at+n*step); from >= 0 && to <= len(list) {
			if v, ok := table[lowerText(list[from:to])]; ok {
				return v, n
			}
		}
	}
	return v, 0
}

// has reports whether a phrase of a class is among tokens.
func has(list []token, class string) bool {
	for i := range list {
		if _, n := phrase(list, i, 1, classes[class]); n > 0 {
			return true
		}
	}
	return false
}

func lowerText(list []token) string {
	if len(list) == 0 {
		return ""
	}
	last := list[len(list)-1]
	return list[0].rest[:len(list[0].rest)-len(last.rest)+len(last.lower)]
}

func lowerAt(list []token, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i].lower
}

func is(w string, list ...string) bool { return slices.Contains(list, w) }

func isWord(s string) bool {
	return s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] > 127 && s != "–" && s != "—" && s != "”" && s != "’")
}

func isUpper(s string) bool { return unicode.IsUpper([]rune(s)[0]) }
