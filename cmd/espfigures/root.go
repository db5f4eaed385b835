package main

import (
	"os"

	"github.com/spf13/cobra"
)

// newRoot returns the program as a command with its arguments.
func newRoot(a *app, args []string) *cobra.Command {
	root := &cobra.Command{
		Use:   "espfigures",
		Short: "NCMEC's CyberTipline reports per platform and year: found, read exactly, compared",
		Long: `espfigures finds NCMEC's yearly tables of CyberTipline reports per electronic
service provider (ESP), reads them exactly, and writes the workbook, data files
and page that compare platforms across years. Every number leads back to its
document and page. The unit is always reports: not images, not children.

ESPFIGURES_ARCHIVE, ESPFIGURES_OUT, ESPFIGURES_CONTACT and ESPFIGURES_REGISTRY set
the defaults of the flags of these names.

Exit codes: 0 fine, 1 failed, 2 usage, 3 done but a finding of severity fail
stands (with --strict, any warning).`,
		Example: `  espfigures refresh                            # find, fetch, check, write everything to out/
  espfigures compare facebook instagram         # in the terminal
  espfigures movers 2022 2023                   # who rose and who fell
  espfigures explain imgur 2022                 # where a figure comes from
  espfigures claim Facebook 2022 21.1m          # is a quoted figure right?`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("unknown command %q; see espfigures --help", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
		PersistentPreRun: func(cmd *cobra.Command, args []string) {
			a.begun = true
			a.archiveGiven = cmd.Flags().Changed("archive") || os.Getenv("ESPFIGURES_ARCHIVE") != ""
		},
	}
	root.SetVersionTemplate("espfigures {{.Version}}\n")
	root.SetFlagErrorFunc(flagFault)
	root.PersistentFlags().BoolVarP(&a.quiet, "quiet", "q", false, "print nothing but data and faults")

	root.AddCommand(
		newRefresh(a),
		newExtract(a),
		newSources(a),
		newCompare(a),
		newMovers(a),
		newNames(a),
		newExplain(a),
		newClaim(a),
		newDiff(a),
		newPublish(a),
		newRegistry(a),
		newServe(a),
		newVersion(a),
		newMan(a),
	)
	root.SetArgs(minusAsNumber(args))
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	return root
}
