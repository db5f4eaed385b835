// Package text writes the model of comparison for a terminal: tables of aligned
// numbers, movers, the chain behind a figure, and plain listings, which it also
// writes as CSV and JSON. It computes nothing: values, verdicts and marks come
// from the model.
package text

import (
	"fmt"
	"strings"

	"github.com/rivo/uniseg"
)

// Style says how wide text may be.
type Style struct {
	Line     int // columns of a line of prose
	Terminal int // columns of the terminal; 0 where the text goes elsewhere, and tables may be as wide as they are
}

// widest and narrowest bound the lines of prose, whatever the terminal has.
const widest, narrowest = 100, 40

// Fit returns the style for a terminal of so many columns, 0 for none.
func Fit(columns int) Style {
	if columns <= 0 {
		return Style{Line: widest}
	}
	return Style{Line: min(widest, max(narrowest, columns)), Terminal: columns}
}

// Wrap sets a paragraph in lines; the first begins with first, the others with
// next.
func (s Style) Wrap(text, first, next string) string {
	set, line, sep := "", first, ""
	for _, word := range strings.Fields(text) {
		if sep != "" && columns(line)+1+columns(word) > s.Line {
			set += line + "\n"
			line, sep = next, ""
		}
		line, sep = line+sep+word, " "
	}
	return set + line + "\n"
}

// field sets a paragraph with a label to its left.
func (s Style) field(label, text string) string {
	return s.Wrap(text, fmt.Sprintf("%-11s ", label), strings.Repeat(" ", 12))
}

// list sets paragraphs as the items of a list.
func (s Style) list(items []string) (set string) {
	for _, item := range items {
		set += s.Wrap(item, "- ", "  ")
	}
	return set
}

// columns returns how many terminal columns a text takes.
func columns(s string) int { return uniseg.StringWidth(s) }

func pad(s string, n int) string     { return s + strings.Repeat(" ", max(0, n-columns(s))) }
func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-columns(s))) + s }
