package main

import (
	"io"
	"os"

	"golang.org/x/term"

	"espfigures/output/text"
)

// style is how wide text is set; run sets it from the terminal.
var style = text.Fit(0)

// fitTerminal returns the columns of the terminal that a writer is, else 0.
func fitTerminal(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	return 0
}

// isTerminal reports whether a writer is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
