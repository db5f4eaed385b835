package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

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
		lacking = lacking || f.Severity != pipeline.Note && slices.Contains([]pipeline.Code{pipeline.SourceFault, pipeline.SourceSkipped, pipeline.Damaged}, f.Code)
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
		say(false, "No figure changed since the last run, but not every document could be fetched and read.")
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

// lastRun is what a refresh leaves for the next one, among the readings of the
// archive: if nothing it depended on has changed and its files are as it wrote
// them, there is nothing to read, check or write.
type lastRun struct {
	State  string // of everything the outputs depend on
	Output string // the hash of datapackage.json, which names those of all files
	Worst  pipeline.Severity
	Said   []line // what the next run says if it changes nothing
}

// stateOf hashes everything that the outputs of a run depend on. It is "" where
// it cannot be told: then the run is made.
func (a *app) stateOf(arch *archive.Archive, found []pipeline.Finding, f refreshFlags) string {
	program, err := os.Executable()
	if err != nil || arch == nil {
		return ""
	}
	binary, err := os.Stat(program) // two builds can have one version
	if err != nil {
		return ""
	}
	layer := map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(cmp.Or(a.registry, "no layer"), "*.csv"))
	for _, name := range files {
		body, fault := os.ReadFile(name)
		layer[name], err = body, errors.Join(err, fault)
	}
	state, fault := json.Marshal([]any{
		version, binary.Size(), binary.ModTime(), today().Year(), layer, arch.All(), found,
		a.out, a.asOf, a.years.text, a.acceptTotals, a.addresses, fmt.Sprintf("%+v", f),
	})
	if errors.Join(err, fault) != nil {
		return ""
	}
	return archive.Hash(state)
}

// sameAgain returns the last run into the folder if this one would change
// nothing. A run in which something failed is always made again.
func (a *app) sameAgain(arch *archive.Archive, state string) (last lastRun, same bool) {
	if state == "" {
		return last, false
	}
	kept, ok := arch.CachedReading(a.outKey(), "last run")
	if !ok || json.Unmarshal(kept, &last) != nil || last.State != state || last.Worst == pipeline.Fail {
		return last, false
	}
	sha, whole := output.Whole(a.out)
	return last, whole && sha == last.Output
}

// remember leaves a run for the next one. That it cannot costs time, not facts.
func (a *app) remember(arch *archive.Archive, state string, ds *pipeline.Dataset) {
	sha, whole := output.Whole(a.out)
	kept, err := json.Marshal(lastRun{state, sha, ds.Worst(), a.summary(ds, nil, nil, output.Written{})})
	if state != "" && whole && err == nil {
		_ = arch.CacheReading(a.outKey(), "last run", kept)
	}
}

// outKey names the output folder.
func (a *app) outKey() string {
	abs, _ := filepath.Abs(a.out) // that it can be told was checked
	return archive.Hash([]byte(abs))
}
