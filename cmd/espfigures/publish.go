package main

import (
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/site"
)

func newPublish(a *app) *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "publish FOLDER",
		Short: "A static site of the outputs: latest, dated versions, one JSON a platform, a feed",
		Long: `Writes the outputs to FOLDER as a site that any web server or Pages host serves:
latest/ has the newest outputs, v/DATE/ each version by the day it was published,
platforms/ID.json one platform, feed.xml an Atom feed of changes, index.html and
datapackage.json lead to everything. It works from the archive and the figures
shipped with the program: run refresh first. A version is never changed; where
nothing is new, no byte changes. Other files in FOLDER are left alone.`,
		Example: `  espfigures refresh && espfigures publish docs
  espfigures publish site --site https://example.org/esp/`,
		Args: wants(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			p, err := site.Publish(args[0], all.model, site.Options{Today: today(), Address: address})
			if err != nil {
				return err
			}
			switch {
			case p.New:
				a.say("%s: version %s published.", args[0], p.Version)
			case len(p.Changed) > 0:
				a.say("%s: version %s is the newest; %s written again.", args[0], p.Version, counted(len(p.Changed), "file"))
			default:
				a.say("%s: nothing new since version %s; files left as they are.", args[0], p.Version)
			}
			return nil
		},
	}
	a.dataFlags(cmd)
	cmd.Flags().Func("site", "`address` at which the folder is served; makes the links of the feed absolute", func(s string) error {
		address = strings.TrimSuffix(s, "/") + "/"
		return isAddress(s)
	})
	complete(cmd, cobra.NoFileCompletions, "site")
	return cmd
}
