package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// version names the build, such as v1.4.0; "devel" where Go wrote no version
// into it, as go run does.
var version = buildInfoOf(debug.ReadBuildInfo()).version

// A buildInfo is what Go itself writes into a binary: no release script has to
// pass it on.
type buildInfo struct {
	version string
	commit  string    // "" where it was not built in a clone
	date    time.Time // of the commit
}

// buildInfoOf reads build information as debug.ReadBuildInfo returns it.
func buildInfoOf(info *debug.BuildInfo, ok bool) buildInfo {
	b := buildInfo{version: "devel"}
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.version = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.date, _ = time.Parse(time.RFC3339, s.Value)
		}
	}
	return b
}

func (b buildInfo) String() string {
	s := "espfigures " + b.version
	if b.commit != "" {
		s += fmt.Sprintf("\ncommit     %s\ndate       %s", b.commit, b.date.UTC().Format(time.DateOnly))
	}
	return s + fmt.Sprintf("\nbuilt with %s for %s/%s", runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, its commit and date",
		Example: "  espfigures version",
		Args:    wants(0, 0),
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.stdout, buildInfoOf(debug.ReadBuildInfo()))
			return nil
		},
	}
}
