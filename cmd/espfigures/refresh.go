package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"espfigures/output"
	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/build"
	"espfigures/pipeline/check"
	"espfigures/pipeline/compare"
	"espfigures/scrapers"
)

// refreshFlags are the flags of refresh alone.
type refreshFlags struct {
	offline, dryRun, wayback bool
	from, contact            string
	strict, failOnChange     bool
	only, platforms          []string
	top                      int
	bom, partition           bool
}

func newRefresh(a *app) *cobra.Command {
	var f refreshFlags
	cmd := command("refresh", 0, 0, func(cmd *cobra.Command, args []string) error {
		if err := f.check(a, cmd.Flags().Changed); err != nil {
			return err
		}
		return a.refresh(cmd.Context(), f)
	})
	a.dataFlags(cmd)
	a.outFlag(cmd)
	fs := cmd.Flags()
	fs.Func("start", "`address` to start from instead of NCMEC's pages (repeatable)", func(s string) error {
		a.start = append(a.start, s)
		return isAddress(s)
	})
	fs.Func("allow-host", "`host[:port]` beyond NCMEC's own that may be asked, also a private one (repeatable)", func(s string) error {
		a.allowHosts = append(a.allowHosts, s)
		_, err := scrapers.ParseHost(s)
		return err
	})
	fs.DurationVar(&a.delay, "delay", 2*time.Second, "time between requests to a host")
	fs.BoolVar(&f.offline, "offline", false, "use no network: archive and snapshot only")
	fs.BoolVar(&f.dryRun, "dry-run", false, "print what would be fetched and why, and write nothing")
	fs.BoolVar(&f.wayback, "wayback", false, "look the documents up in the Internet Archive too")
	folderFlag(cmd, &f.from, "from", "", "`folder` of documents saved by hand; folders inside it are not opened, and no network is used")
	fs.StringVar(&f.contact, "contact", os.Getenv("ESPFIGURES_CONTACT"), "address or page named to the asked hosts in the User-Agent")
	fs.BoolVar(&f.strict, "strict", false, "exit 3 on warnings too")
	fs.BoolVar(&f.failOnChange, "fail-on-change", false, "exit 3 if a figure changed since the last run")
	chooseSome(cmd, &f.only, "only", "outputs to write: "+pipeline.Or(output.Names())+" (default all)", output.Names())
	fs.StringArrayVar(&f.platforms, "platforms", nil, "write these platforms only: `names` or ids, separated by commas or repeated; a name that has a comma needs a flag of its own")
	numberFlag(cmd, &f.top, "top", "write only the `N` largest platforms of the newest complete year within --years, else of its newest", 1, math.MaxInt)
	fs.BoolVar(&f.bom, "bom", false, "begin CSV files with a byte order mark, for old versions of Excel")
	fs.BoolVar(&f.partition, "partition", false, "write Parquet as year=YYYY/ folders too")
	complete(cmd, a.offer(namesOf), "platforms")
	complete(cmd, cobra.NoFileCompletions, "contact", "start", "allow-host", "delay")
	return cmd
}

// check refuses flags of which one makes another pointless: whoever gives both
// expects something that does not happen.
func (f refreshFlags) check(a *app, given func(flag string) bool) error {
	for _, pair := range [][2]string{
		{"offline", "wayback"}, {"offline", "start"}, {"offline", "dry-run"},
		{"from", "wayback"}, {"from", "start"}, {"from", "dry-run"},
		{"as-of", "wayback"}, {"as-of", "start"}, {"as-of", "dry-run"}, {"as-of", "from"},
	} {
		if given(pair[0]) && given(pair[1]) {
			return usage("--%s and --%s contradict each other; see espfigures refresh --help", pair[0], pair[1])
		}
	}
	for _, needs := range [][2]string{{"fail-on-change", "csv"}, {"bom", "csv"}, {"partition", "parquet"}} {
		if given(needs[0]) && len(f.only) > 0 && !slices.Contains(f.only, needs[1]) {
			return usage("--%s needs the output %s: add it to --only", needs[0], needs[1])
		}
	}
	switch {
	case scrapers.CheckContact(f.contact) != nil:
		return usage("--contact: %q is not a mail or web address in plain letters", f.contact)
	case a.delay < 0 || a.delay > time.Hour:
		return usage("--delay: %s is not between nothing and an hour", a.delay)
	case given("from") && f.from == "":
		return usage("--from: the name of the folder is empty")
	}
	return a.checkFolders()
}

func (a *app) refresh(ctx context.Context, f refreshFlags) error {
	f.offline = f.offline || !a.asOf.IsZero()
	arch, err := a.openArchive(ctx, f)
	if err != nil {
		return err
	}
	if arch != nil {
		defer arch.Close()
	}
	reader := build.NewReader(arch)
	reader.Retry = true
	defer reader.Close()
	fetched, err := a.fetch(ctx, arch, reader, f)
	if err != nil || f.dryRun {
		return err
	}
	state := a.stateOf(arch, fetched, f)
	if last, same := a.sameAgain(arch, state); same {
		a.print(last.Said)
		return f.verdict(last.Worst, nil)
	}
	facts, err := a.build(ctx, arch, reader, fetched)
	if err != nil {
		return err
	}
	m, err := f.chosen(facts)
	if err != nil {
		return err
	}
	ds, all := m.Data, tables.All(m)
	ds.Findings = build.Sort(append(ds.Findings, output.Guarded(all)...))
	last, now, lastErr := output.LastRun(a.out, ds)
	var changed []pipeline.Change
	for _, y := range check.ByYear(last, now) {
		changed = append(changed, y.Changes...)
	}
	written, err := output.WriteSet(a.out, m, all, output.Options{BOM: f.bom, Partition: f.partition, Only: f.only})
	if err != nil {
		return err
	}
	a.print(a.summary(ds, changed, lastErr, written))
	a.remember(arch, state, ds)
	return f.verdict(ds.Worst(), changed)
}

// verdict is the exit code of a run that came to its end.
func (f refreshFlags) verdict(worst pipeline.Severity, changed []pipeline.Change) error {
	if worst == pipeline.Fail || f.strict && worst == pipeline.Warn || f.failOnChange && len(changed) > 0 {
		return &exitError{exitFinding, nil}
	}
	return nil
}

// print says the lines of a summary: with --quiet those that are said aloud.
func (a *app) print(lines []line) {
	for _, l := range lines {
		if l.Aloud || !a.quiet {
			fmt.Fprintln(a.stderr, l.Text)
		}
	}
}

// chosen returns the part of the model that --platforms and --top name.
func (f refreshFlags) chosen(all facts) (*compare.Model, error) {
	var ids []string
	for _, list := range f.platforms {
		found, err := all.finder().List(list)
		if err != nil {
			return nil, fmt.Errorf("--platforms: %w", err)
		}
		for _, m := range found {
			ids = append(ids, m.ID)
		}
	}
	return all.model.Select(ids, f.top)
}

// checkFolders refuses folders that an empty variable or a slip gives, before
// anything is written into them.
func (a *app) checkFolders() error {
	for name, dir := range map[string]string{"--out": a.out, "--archive": a.archive} {
		if abs, err := filepath.Abs(dir); dir == "" || err != nil || filepath.Dir(abs) == abs {
			return usage("%s: %q is not a folder to write to", name, dir)
		}
		if err := isFolder(name, dir); err != nil {
			return err
		}
	}
	if rel, err := filepath.Rel(a.archive, a.out); err == nil && filepath.IsLocal(rel) {
		return usage("--out: %s is inside the archive %s, which holds nothing but documents", a.out, a.archive)
	}
	return nil
}
