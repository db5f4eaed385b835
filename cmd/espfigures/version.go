package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// version names the build, such as v1.4.0; "devel" where Go wrote no version
// into it, as go run does. Go itself writes version, commit and date into a
// binary: no release script has to pass them on.
var version, commit, commitDate = buildOf(debug.ReadBuildInfo())

func buildOf(info *debug.BuildInfo, ok bool) (version, commit string, date time.Time) {
	if !ok {
		return "devel", "", date
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.time":
			date, _ = time.Parse(time.RFC3339, s.Value)
		}
	}
	return cmp.Or(strings.Trim(info.Main.Version, "()"), "devel"), commit, date
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, its commit and date",
		Example: "  espfigures version",
		Args:    wants(0, 0),
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.stdout, "espfigures", version)
			if commit != "" {
				fmt.Fprintf(a.stdout, "commit     %s\ndate       %s\n", commit, commitDate.UTC().Format(time.DateOnly))
			}
			fmt.Fprintf(a.stdout, "built with %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
