package extract

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// leftward reports whether a character belongs to a script that runs to the left.
func leftward(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// inReadingOrder returns a text that was read off the page from left to right in
// the order in which it is written.
func inReadingOrder(s string) string {
	if !strings.ContainsFunc(s, leftward) {
		return s
	}
	var p bidi.Paragraph
	if _, err := p.SetString(s, bidi.DefaultDirection(bidi.LeftToRight)); err != nil {
		return s
	}
	order, err := p.Order()
	if err != nil {
		return s
	}
	var b strings.Builder
	for i := range order.NumRuns() {
		run := order.Run(i)
		if run.Direction() == bidi.RightToLeft {
			b.WriteString(bidi.ReverseString(run.String()))
		} else {
			b.WriteString(run.String())
		}
	}
	return b.String()
}

// unspaced reports whether a character belongs to a script that has no spaces
// between words, so that a line may end anywhere.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3001 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60 || r == 'ー'
}
