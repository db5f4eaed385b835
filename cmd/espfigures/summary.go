package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
)

// without names what a run without a network works from.
func (a *app) without(arch *archive.Archive) string {
	if arch == nil {
		return "the snapshot shipped with the program"
	}
	if held, err := arch.All(); err == nil && len(held) > 0 {
		return fmt.Sprintf("the archive (%s) and the snapshot shipped with the program", counted(len(held), "document"))
	}
	return "the snapshot shipped with the program"
}

// sinceLastRun compares the figures with those the folder holds from the last
// run. Where there is nothing to compare with it says why, else why is "".
func sinceLastRun(dir string, ds *pipeline.Dataset) (changed []pipeline.Change, why string, err error) {
	file, err := os.Open(filepath.Join(dir, "figures.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "First run in this folder: nothing to compare with.", nil
	}
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	last, err := output.ReadFigures(file)
	if err != nil {
		// A file that somebody edited is no reason not to replace it.
		return nil, fmt.Sprintf("Not compared with the last run: its figures.csv cannot be read (%s).", words(err)), nil
	}
	// The last run may have written a selection, or this one does: only what
	// both hold tells of a change of a figure.
	selected := slices.ContainsFunc(ds.Findings, func(f pipeline.Finding) bool { return f.Code == pipeline.Selection })
	if selected || output.IsSelection(dir) {
		last, ds = common(last, ds)
	}
	return check.Between(last, ds.Figures), "", nil
}

// common leaves of two sets of figures the platforms that both have.
func common(last []pipeline.Figure, ds *pipeline.Dataset) ([]pipeline.Figure, *pipeline.Dataset) {
	had, has := map[string]bool{}, map[string]bool{}
	for _, f := range last {
		had[f.Platform] = true
	}
	for _, f := range ds.Figures {
		has[f.Platform] = true
	}
	notInBoth := func(f pipeline.Figure) bool { return !had[f.Platform] || !has[f.Platform] }
	return slices.DeleteFunc(slices.Clone(last), notInBoth), &pipeline.Dataset{Figures: slices.DeleteFunc(slices.Clone(ds.Figures), notInBoth)}
}

// saidAloud are the warnings that go to standard error, and not only to
// findings.csv.
var saidAloud = []pipeline.Code{pipeline.SourceFault, pipeline.SourceSkipped, pipeline.EditionPassed}

// summary says on standard error what a run did.
func (a *app) summary(ds *pipeline.Dataset, changed []pipeline.Change, why string, written output.Written) {
	for _, e := range ds.Editions {
		verdict := "rows sum to the printed total"
		switch e.Status {
		case pipeline.Published:
			verdict = "NOT VERIFIED, see findings.csv"
		case pipeline.SecondaryHand:
			verdict = fmt.Sprintf("a third party's transcription, %.1f%% of the total", 100*e.Coverage())
		}
		a.say("  %d  %4d rows  %11s reports  %-9s  %s", e.Year, len(e.Rows), e.Sum(), e.Status, verdict)
	}
	counts := map[pipeline.Severity]int{}
	for _, f := range ds.Findings {
		counts[f.Severity]++
		switch {
		case f.Severity == pipeline.Fail, f.Severity == pipeline.Warn && (slices.Contains(saidAloud, f.Code) || f.Code == pipeline.Revision && why != ""):
			// With --quiet too: what failed, and what could not be had from the
			// web or the folder. A revision is said here if no earlier run said
			// it below.
			a.complain(errors.New(describeFinding(f)))
		case f.Severity == pipeline.Warn && f.Code == pipeline.TotalsDisagree:
			a.say("Warning: %s", oneLine(describeFinding(f)))
		}
	}
	a.say("Findings: %d fail, %d warn, %d note (findings.csv names each).", counts[pipeline.Fail], counts[pipeline.Warn], counts[pipeline.Note])
	switch {
	case why != "":
		a.say("%s", why)
	case len(changed) == 0 && slices.ContainsFunc(ds.Findings, notFetched):
		a.say("No figure changed since the last run, but not everything could be fetched.")
	case len(changed) == 0:
		a.say("Nothing changed since the last run.")
	default:
		// Said with --quiet too: it is what a scheduled run is for.
		fmt.Fprintf(a.stderr, "Changed since the last run: %d rows.\n", len(changed))
		for _, c := range changed {
			fmt.Fprintln(a.stderr, "  "+describeChange(c))
		}
	}
	if len(written.Changed) == 0 && len(written.Removed) == 0 {
		a.say("%s: no changes; files left as they are.", a.out)
		return
	}
	a.say("Wrote %s: %s.", a.out, strings.Join(written.Files, ", "))
	if len(written.Removed) > 0 {
		a.say("Removed from %s, since this run does not write it and it would be out of date: %s.", a.out, strings.Join(written.Removed, ", "))
	}
}

// notFetched reports whether a finding says that a document could not be had.
func notFetched(f pipeline.Finding) bool {
	return f.Severity == pipeline.Warn && (f.Code == pipeline.SourceFault || f.Code == pipeline.SourceSkipped)
}

func describeFinding(f pipeline.Finding) string {
	s := string(f.Code)
	if f.Year != 0 {
		s = fmt.Sprintf("%d %s", f.Year, s)
	}
	if !strings.HasPrefix(f.What, "page ") { // such a text names its place itself
		s += place(f.At)
	}
	s += ": " + f.What
	if f.Document != "" && !strings.HasPrefix(f.What, f.Document) {
		s += " (" + short(f.Document) + ")"
	}
	return s
}

// short cuts a hash to what names a document; other texts stay whole.
func short(document string) string {
	if len(document) == 64 && !strings.ContainsAny(document, ":/.") {
		return document[:12]
	}
	return document
}

func describeChange(c pipeline.Change) string {
	count := func(n *pipeline.Count) string {
		if n == nil {
			return "no row"
		}
		return n.String()
	}
	return fmt.Sprintf("%d  %-8s  %s: %s -> %s", c.Year, c.Kind, c.Name, count(c.Old), count(c.New))
}
