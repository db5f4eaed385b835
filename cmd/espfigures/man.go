package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is the hidden command that writes the man pages of a release, one a
// command, from the same texts as --help.
func newMan(*app) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "Write the man pages to a folder",
		Hidden: true,
		Args:   wants(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // its date would be today's
			return doc.GenManTree(root, &doc.GenManHeader{Source: "espfigures " + version, Manual: "espfigures", Date: &commitDate}, args[0])
		},
	}
}
