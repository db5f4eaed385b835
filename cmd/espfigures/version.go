package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
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
	return command("version", 0, 0, func(*cobra.Command, []string) error {
		fmt.Fprintln(a.stdout, "espfigures", version)
		if commit != "" {
			fmt.Fprintf(a.stdout, "commit     %s\ndate       %s\n", commit, commitDate.UTC().Format(time.DateOnly))
		}
		fmt.Fprintf(a.stdout, "built with %s for %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return nil
	})
}

// newMan is the hidden command that writes the man pages of a release, one a
// command, from the same texts as --help.
func newMan(*app) *cobra.Command {
	cmd := command("man", 1, 1, func(cmd *cobra.Command, args []string) error {
		if err := os.MkdirAll(args[0], 0o755); err != nil {
			return err
		}
		root := cmd.Root()
		root.DisableAutoGenTag = true // its date would be today's
		return doc.GenManTree(root, &doc.GenManHeader{Source: "espfigures " + version, Manual: "espfigures", Date: &commitDate}, args[0])
	})
	cmd.Hidden = true
	return cmd
}
