package extract

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// leftward reports whether a character belongs to a script that runs to the left.
func leftward(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// inReadingOrder returns a text that was read off the page from left to right in
// the order in which it is written. doubt says why it may be another one.
func inReadingOrder(text string) (written, doubt string) {
	if !strings.ContainsFunc(text, leftward) {
		return text, ""
	}
	rs := []rune(text)
	for i := 0; i < len(rs); i++ {
		if !leftward(rs[i]) {
			continue
		}
		from, to := i, i // of what runs to the left
		for k := i; k < len(rs) && !(unicode.IsLetter(rs[k]) && !leftward(rs[k])); k++ {
			if leftward(rs[k]) {
				to = k
			}
		}
		from, to = withBrackets(rs, from, to)
		beside := strings.TrimSpace(string(rs[:from]))
		if beside != "" && isDigit(rune(beside[len(beside)-1])) {
			doubt = "whether the number is before or behind the words that run to the left cannot be told"
		}
		turnRound(rs[from : to+1])
		i = to
	}
	if strings.ContainsFunc(text, func(r rune) bool { return leftward(r) && unicode.Is(unicode.Mn, r) }) {
		doubt = "which letters its points belong to cannot be told"
	}
	if strings.Count(text, "(") != strings.Count(text, ")") {
		doubt = "a bracket is missing"
	}
	return string(rs), doubt
}

// withBrackets makes a part of a text take in a bracket next to it whose other
// one is inside.
func withBrackets(rs []rune, from, to int) (int, int) {
	open, shut := strings.Count(string(rs[from:to+1]), "("), strings.Count(string(rs[from:to+1]), ")")
	left, right := from > 0 && rs[from-1] == '(', to+1 < len(rs) && rs[to+1] == ')'
	if left && (shut > open || right && open == shut) {
		from--
	}
	if right && (open > shut || left && open == shut) {
		to++
	}
	return from, to
}

// turnRound reverses a text but for the numbers in it, and mirrors its brackets.
func turnRound(rs []rune) {
	slices.Reverse(rs)
	for i := 0; i < len(rs); i++ {
		if p, _ := bidi.LookupRune(rs[i]); p.IsBracket() {
			rs[i] = []rune(bidi.ReverseString(string(rs[i])))[0]
		}
		end := i
		for end < len(rs) && unicode.IsDigit(rs[end]) {
			end++
		}
		slices.Reverse(rs[i:end])
		i = max(i, end-1)
	}
}

// unspaced reports whether a character belongs to a script that has no spaces
// between words, so that a line may end anywhere.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60 || r == 'ー'
}
