// Package pdf turns the bytes of a PDF into pages of glyphs, rules and tags,
// as values that need no PDF library any more. PDFium does the reading; it runs
// as WebAssembly in a sandbox without files or network, with at most 64 MB of
// memory a document. The package knows nothing of tables.
package pdf

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxPages is the most pages a document may have. Real ones have 8.
const MaxPages = 100

// A Document is what the pages of a PDF draw.
type Document struct {
	Title string    // from the file's metadata; "" if it has none
	Dated time.Time // when the file says it was last changed or made; zero if it does not say
	Pages []Page
	// Repairs says, one line each, what had to be ignored to read the file.
	Repairs []string
}

// A Page is what one page draws. Coordinates are points from the lower left
// corner of the page as it is shown: x runs to the right, y upwards.
type Page struct {
	W, H   float64
	Glyphs []Glyph // in the order they are drawn
	Rules  []Rule  // horizontal lines
	Walls  []Rule  // vertical lines
	Slants []Rule  // other straight lines, each from its left end to its right one
	Tree   []Node  // the structure tree; nil where the page has no tags
}

// Unreadable stands for a character whose meaning the file does not give, or that
// does not show in a word of which other characters do.
const Unreadable = '\uFFFD'

// A Glyph is one character on a page.
type Glyph struct {
	R      rune
	X, Y   float64 // origin on the baseline
	X0, X1 float64 // from the origin to where the next character would start
	Size   float64 // height of the font's box, about 1.2 times the type size
	Space  float64 // width of a space in its font; 0 where the font does not say
	MCID   int     // marked content that the structure tree refers to; -1 for none
}

// A Rule is a straight line.
type Rule struct {
	X0, Y0, X1, Y1 float64 // X0 <= X1; along an axis Y0 <= Y1
}

// A Node is one element of a page's structure tree.
type Node struct {
	Type  string // such as "Table", "TR", "TD"
	MCIDs []int
	Kids  []Node
	// Actual is what the tag says that its characters are; "" for nothing.
	Actual string
}

// Reasons why a PDF cannot be read. Every error of a reading wraps one of them.
var (
	ErrDamaged   = errors.New("damaged PDF")
	ErrTruncated = errors.New("truncated PDF")
	ErrPassword  = errors.New("the PDF needs a password")
	ErrTooLarge  = errors.New("too large")
	ErrStart     = errors.New("PDFium cannot be started")
	ErrClosed    = errors.New("the reader is closed")
)

var reasons = []error{ErrDamaged, ErrTruncated, ErrPassword, ErrTooLarge, ErrStart, ErrClosed}

func fail(reason error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", reason, fmt.Sprintf(format, args...))
}

// known reports whether an error wraps one of the reasons.
func known(err error) bool {
	return slices.ContainsFunc(reasons, func(reason error) bool { return errors.Is(err, reason) })
}
