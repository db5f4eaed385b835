package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress returns what shows the address that a refresh is waiting for, and
// what ends it. On a terminal it is a spinner; elsewhere, and with --quiet,
// nothing, so that logs stay readable.
func (a *app) progress() (show func(text string), done func()) {
	if f, ok := a.terminal.(*os.File); !ok || a.quiet || !term.IsTerminal(int(f.Fd())) {
		return nil, func() {}
	}
	bar := progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(a.terminal),
		progressbar.OptionSetDescription("looking for documents"),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(),
	)
	show = func(text string) {
		bar.Describe(text)
		_ = bar.Add(1)
	}
	return show, func() { _ = bar.Finish() }
}
