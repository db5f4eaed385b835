package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"espfigures/pipeline/registry"
)

func newRegistry(a *app) *cobra.Command {
	cmd := command("registry", 0, 0, func(cmd *cobra.Command, _ []string) error { return cmd.Help() })
	cmd.AddCommand(command("init", 1, 1, func(_ *cobra.Command, args []string) error { return a.registryInit(args[0]) }))
	return cmd
}

// registryInit writes the files that are not there yet; it replaces none.
func (a *app) registryInit(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	written := 0
	files := registry.Template()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			a.say("%s exists; left as it is.", path)
			continue
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			return err
		}
		written++
	}
	a.say("Wrote %s to %s. Use it with --registry %s; README.md has an example of each.", counted(written, "file"), dir, dir)
	return nil
}
