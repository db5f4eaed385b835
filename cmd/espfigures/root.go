package main

import (
	_ "embed"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// newRoot returns the program as a command with its arguments.
func newRoot(a *app, args []string) *cobra.Command {
	root := command("espfigures", 0, -1, func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage("unknown command %q; see espfigures --help", args[0])
		}
		return cmd.Help()
	})
	root.Version = version
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentPreRun = func(cmd *cobra.Command, args []string) {
		a.begun = true
		a.archiveGiven = cmd.Flags().Changed("archive") || os.Getenv("ESPFIGURES_ARCHIVE") != ""
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

// helpTexts has a section a command: its form, a line, paragraphs, examples.
//
//go:embed help.txt
var helpTexts string

// command returns a command with the texts that help.txt has for it. It takes
// from least to most arguments, any number where most is -1.
func command(name string, least, most int, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	for section := range strings.SplitSeq(helpTexts, "\n# ") {
		form, texts, _ := strings.Cut(section, "\n")
		if word, _, _ := strings.Cut(form, " "); word != name {
			continue
		}
		texts, examples, _ := strings.Cut(strings.TrimSpace(texts), "\n\nExamples:\n")
		short, long, _ := strings.Cut(texts, "\n\n")
		return &cobra.Command{Use: form, Short: short, Long: long, Example: examples, RunE: run, Args: func(cmd *cobra.Command, args []string) error {
			if n := len(args); n < least || most >= 0 && n > most {
				return usage("wrong number of arguments, %d; the form is %q; see %s --help", n, strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.CommandPath())
			}
			return nil
		}}
	}
	panic("programmer error: help.txt has no command " + name)
}

// answering returns a command that answers from the figures held, and its flags
// that say which.
func (a *app) answering(name string, least, most int, answer func(all facts, args []string) error) *cobra.Command {
	cmd := command(name, least, most, func(cmd *cobra.Command, args []string) error {
		all, err := a.dataset(cmd.Context())
		if err != nil {
			return err
		}
		return answer(all, args)
	})
	a.dataFlags(cmd)
	return cmd
}
