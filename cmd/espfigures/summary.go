package main

import (
	"errors"
	"fmt"
	"strings"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// heldBy names what a run without a network works from.
func heldBy(arch *archive.Archive) string {
	const snapshot = "the snapshot shipped with the program"
	if arch != nil {
		if held, err := arch.All(); err == nil && len(held) > 0 {
			return fmt.Sprintf("the archive (%s) and %s", counted(len(held), "document"), snapshot)
		}
	}
	return snapshot
}

// line is one line of what a run says on standard error; aloud also with --quiet.
type line struct {
	Aloud bool
	Text  string
}

// summary is what a run says that it did. lastErr says why there is nothing to
// compare with.
func (a *app) summary(ds *pipeline.Dataset, changed []pipeline.Change, lastErr error, written output.Written) (lines []line) {
	say := func(aloud bool, format string, args ...any) {
		lines = append(lines, line{aloud, fmt.Sprintf(format, args...)})
	}
	for _, e := range ds.Editions {
		verdict := "rows sum to the printed total"
		switch e.Status {
		case pipeline.Published:
			verdict = "NOT VERIFIED, see findings.csv"
		case pipeline.SecondaryHand:
			verdict = fmt.Sprintf("a third party's transcription, %s of the total", pipeline.PercentText(e.Coverage()))
		case pipeline.Checked:
			verdict += ", from a file saved by hand"
		}
		if e.TotalAccepted {
			verdict += "; it contradicts the total on file, as accepted"
		}
		say(false, "  %d  %4d rows  %11s reports  %-9s  %s", e.Year, len(e.Rows), e.Sum(), e.Status, verdict)
	}
	first := errors.Is(lastErr, output.ErrNoLastRun)
	counts := map[pipeline.Severity]int{}
	lacking := false // something was looked for and not had
	for _, f := range ds.Findings {
		counts[f.Severity]++
		lacking = lacking || f.Severity != pipeline.Note && (f.Code == pipeline.SourceFault || f.Code == pipeline.SourceSkipped)
		if aloud(f, first) {
			say(true, "espfigures: %s", describeFinding(f))
		} else if f.Severity == pipeline.Warn && f.Code == pipeline.TotalsDisagree {
			say(false, "Warning: %s", describeFinding(f))
		}
	}
	say(false, "Findings: %d fail, %d warn, %d note (findings.csv names each).", counts[pipeline.Fail], counts[pipeline.Warn], counts[pipeline.Note])
	switch {
	case first:
		say(false, "First run in this folder: nothing to compare with.")
	case lastErr != nil:
		// A file that somebody edited is no reason not to replace it.
		say(false, "Not compared with the last run: its figures.csv cannot be read (%s).", words(lastErr))
	case len(changed) == 0 && lacking:
		say(false, "No figure changed since the last run, but not everything could be fetched.")
	case len(changed) == 0:
		say(false, "Nothing changed since the last run.")
	default:
		// It is what a scheduled run is for.
		say(true, "Changed since the last run: %d rows.", len(changed))
		for _, c := range changed {
			say(true, "  %s", c)
		}
	}
	if len(written.Changed) == 0 && len(written.Removed) == 0 {
		say(false, "%s: no changes; files left as they are.", a.out)
		return lines
	}
	say(false, "Wrote %s: %s.", a.out, strings.Join(written.Files, ", "))
	if len(written.Removed) > 0 {
		say(false, "Removed from %s, since this run does not write it and it would be out of date: %s.", a.out, strings.Join(written.Removed, ", "))
	}
	return lines
}

// aloud reports whether a finding is said with --quiet too: what failed, what was
// looked for and not had, two documents that contradict each other, and in a
// first run, which has nothing to compare with, a document that differs from the
// figures shipped with the program.
func aloud(f pipeline.Finding, first bool) bool {
	switch f.Code {
	case pipeline.SourceFault, pipeline.SourceSkipped, pipeline.EditionPassed:
		return f.Severity != pipeline.Note
	case pipeline.Revision:
		return f.Severity == pipeline.Fail || first && f.Severity == pipeline.Warn
	}
	return f.Severity == pipeline.Fail
}
