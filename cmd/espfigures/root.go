package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// app holds what commands share: streams and the common flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	width          int       // columns of the terminal that standard output is, else 0
	terminal       io.Writer // standard error as it is, for progress on a terminal

	out     string
	archive string
	// archiveGiven says that --archive was named: then a missing one is worth
	// a word.
	archiveGiven bool
	years        yearRange
	start        []string
	allowHosts   []string
	delay        time.Duration
	quiet        bool

	read sync.Map // SHA-256: extract.Result of a page that hasTable read
}

// say prints one line to standard error unless --quiet was given.
func (a *app) say(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "espfigures",
		Short: "NCMEC's CyberTipline reports per platform and year: found, read exactly, compared",
		Long: `espfigures finds NCMEC's yearly tables of CyberTipline reports per electronic
service provider (ESP), reads them exactly, and writes the workbook, data files
and page that compare platforms across years. Every number leads back to its
document and page. The unit is always reports: not images, not children.

Exit codes: 0 fine, 1 failed, 2 usage, 3 done but a finding of severity fail
stands (with --strict, any warning).`,
		Example: `  espfigures refresh                            # find, fetch, check, write everything to out/
  espfigures compare facebook instagram         # in the terminal
  espfigures explain imgur 2022                 # where a figure comes from
  espfigures claim Facebook 2022 21.1m          # is a quoted figure right?`,
		Version:       version,
		SilenceErrors: true,
		// One letter more, one less, or two in each other's place.
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
					return usage("unknown command %q; did you mean %s? See espfigures --help", args[0], or(near))
				}
				return usage("unknown command %q; see espfigures --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
		PersistentPreRun: func(cmd *cobra.Command, args []string) {
			a.archiveGiven = cmd.Flags().Changed("archive")
		},
	}
	root.SetVersionTemplate("espfigures {{.Version}}\n")
	root.SetFlagErrorFunc(flagFault)
	f := root.PersistentFlags()
	f.StringVar(&a.out, "out", "out", "folder the outputs are written to")
	f.StringVar(&a.archive, "archive", "archive", "folder that keeps every version of every document")
	f.Var(&a.years, "years", "years to use, such as 2019-2025 or 2022 (default all)")
	f.Var(addresses{&a.start}, "start", "address to start from instead of NCMEC's pages (repeatable)")
	f.Var(hosts{&a.allowHosts}, "allow-host", "host[:port] beyond NCMEC's own that may be asked, also a private one (repeatable)")
	f.DurationVar(&a.delay, "delay", 2*time.Second, "time between requests to a host")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but data and faults")

	root.AddCommand(
		newRefresh(a),
		newExtract(a),
		newSources(a),
		newCompare(a),
		newNames(a),
		newExplain(a),
		newClaim(a),
		newDiff(a),
		newServe(a),
		newVersion(a),
		newMan(a),
	)
	complete(root, "years", a.completeYears)
	for _, folder := range []string{"out", "archive"} {
		if err := root.MarkPersistentFlagDirname(folder); err != nil {
			panic(err) // no such flag: a slip in this program
		}
	}
	strictCommands(root)
	return root
}

// yearRange is the flag --years: "2019-2025", "2022", "2022-", "-2021". The
// zero value means all years.
type yearRange struct{ from, to int }

func (y *yearRange) Set(s string) error {
	first, last, isRange := strings.Cut(s, "-")
	if first == "" && last == "" {
		return fmt.Errorf("%q names no year", s)
	}
	if !isRange {
		last = first
	}
	parse := func(s string) (int, error) {
		if s == "" && isRange {
			return 0, nil
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 1998 || n > 2200 {
			return 0, fmt.Errorf("%q is not a year", s)
		}
		return n, nil
	}
	var err error
	if y.from, err = parse(first); err != nil {
		return err
	}
	if y.to, err = parse(last); err != nil {
		return err
	}
	if y.to != 0 && y.from > y.to {
		return fmt.Errorf("%d comes after %d", y.from, y.to)
	}
	return nil
}

func (y *yearRange) String() string {
	switch {
	case y == nil || y.from == 0 && y.to == 0:
		return ""
	case y.from == y.to:
		return strconv.Itoa(y.from)
	}
	part := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return part(y.from) + "-" + part(y.to)
}

func (y *yearRange) Type() string { return "years" }

// has reports whether the year is asked for.
func (y *yearRange) has(year int) bool {
	return (y.from == 0 || year >= y.from) && (y.to == 0 || year <= y.to)
}
