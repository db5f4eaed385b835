// Package text writes the model of comparison for a terminal: tables of aligned
// numbers, movers, the chain behind a figure, and plain listings, which it also
// writes as CSV and JSON. It computes nothing: values, verdicts and marks come
// from the model.
package text

import (
	"strings"

	"golang.org/x/text/width"
)

// Style says how wide text may be.
type Style struct {
	Line     int // columns of a line of prose
	Terminal int // columns of the terminal; 0 where the text goes elsewhere, and tables may be as wide as they are
}

// Widest is how wide prose is set where the terminal allows it.
const Widest = 100

// Fit returns the style for a terminal of so many columns, 0 for none.
func Fit(columns int) Style {
	const narrowest = 40
	if columns <= 0 {
		return Style{Line: Widest}
	}
	return Style{Line: min(Widest, max(narrowest, columns)), Terminal: columns}
}

// Wrap sets a paragraph in lines; the first begins with first, the others with
// next.
func (s Style) Wrap(text, first, next string) string {
	var b strings.Builder
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		if !empty && columns(line)+1+columns(word) > s.Line {
			b.WriteString(line + "\n")
			line, empty = next, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(line + "\n")
	return b.String()
}

// columns returns how many terminal columns a text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
		n++
	}
	return n
}

func pad(s string, n int) string     { return s + strings.Repeat(" ", max(0, n-columns(s))) }
func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-columns(s))) + s }
