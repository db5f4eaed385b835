package main

import (
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/site"
)

func newPublish(a *app) *cobra.Command {
	var address string
	cmd := a.answering("publish", 1, 1, func(all facts, args []string) error {
		p, err := site.Publish(args[0], all.model, site.Options{Today: today(), Address: address})
		switch {
		case err != nil:
			return err
		case p.New:
			a.say("%s: version %s published.", args[0], p.Version)
		case len(p.Changed) > 0:
			a.say("%s: version %s is the newest; %s written again.", args[0], p.Version, counted(len(p.Changed), "file"))
		default:
			a.say("%s: nothing new since version %s; files left as they are.", args[0], p.Version)
		}
		return nil
	})
	cmd.Flags().Func("site", "`address` at which the folder is served; makes the links of the feed absolute", func(s string) error {
		address = strings.TrimSuffix(s, "/") + "/"
		return isAddress(s)
	})
	complete(cmd, cobra.NoFileCompletions, "site")
	return cmd
}
