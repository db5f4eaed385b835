package main

import "github.com/schollz/progressbar/v3"

// progress shows what a refresh is waiting for. On a terminal it is a
// spinner with the address asked; elsewhere, and with --quiet, nothing, so
// that logs stay readable.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(a *app) *progress {
	if a.quiet || !isTerminal(a.terminal) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(a.terminal),
		progressbar.OptionSetDescription("looking for documents"),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionClearOnFinish(),
	)}
}

func (p *progress) tell(text string) {
	if p.bar != nil {
		p.bar.Describe(text)
		_ = p.bar.Add(1)
	}
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
