package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"espfigures/pipeline/explain"
)

// textFlag is a flag whose text a function reads, so that a fault is one of usage
// whatever the command does with it.
type textFlag struct {
	read       func(string) error
	standard   string // shown as the default
	kindOfText string
}

func (f textFlag) Set(s string) error { return f.read(s) }
func (f textFlag) String() string     { return f.standard }
func (f textFlag) Type() string       { return f.kindOfText }

// chooseOne gives a command a flag that takes one of a few words; *to has the
// default.
func chooseOne(cmd *cobra.Command, to *string, name, help string, of ...string) {
	choose(cmd, name, help+or(of), of, *to, func(s string) error {
		*to = s
		return oneOf(s, of)
	})
}

// chooseSome gives a command a flag that takes several of a few words,
// separated by commas or given one by one.
func chooseSome(cmd *cobra.Command, to *[]string, name, help string, of []string) {
	choose(cmd, name, help, of, "", func(s string) error {
		for w := range strings.SplitSeq(s, ",") {
			if err := oneOf(strings.TrimSpace(w), of); err != nil {
				return err
			}
			*to = append(*to, strings.TrimSpace(w))
		}
		return nil
	})
}

func choose(cmd *cobra.Command, name, help string, of []string, standard string, read func(string) error) {
	cmd.Flags().Var(textFlag{read, standard, "word"}, name, help)
	complete(cmd, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp), name)
}

func oneOf(s string, of []string) error {
	if !slices.Contains(of, s) {
		return fmt.Errorf("%q is not %s", s, or(of))
	}
	return nil
}

// formatFlag says what commands that print a table can print it as.
func formatFlag(cmd *cobra.Command, to *string) {
	*to = "text"
	chooseOne(cmd, to, "format", "", "text", "csv", "json")
}

// citeFlag prints citations alone.
func citeFlag(cmd *cobra.Command, to *string) {
	chooseOne(cmd, to, "cite", "print the citation alone: ", explain.Formats...)
}

// dataFlags gives a command the flags that say which figures it works from.
func (a *app) dataFlags(cmd *cobra.Command) {
	folderFlag(cmd, &a.archive, "archive", "archive", "folder that keeps every version of every document")
	folderFlag(cmd, &a.registry, "registry", "", "folder of your own aliases, owners, categories, groups and notes (see registry init)")
	a.yearsFlag(cmd)
	f := cmd.Flags()
	f.TimeVar(&a.asOf, "as-of", time.Time{}, []string{time.DateOnly}, "answer from what was known on that `DATE`, YYYY-MM-DD")
	f.Func("accept-total", "`year` whose printed total is accepted though it contradicts the total on file (repeatable)", func(s string) error {
		year, err := parseYear(s)
		a.acceptTotals = append(a.acceptTotals, year)
		return err
	})
	a.addresses = map[int]string{}
	f.Func("address", "`YEAR=URL`: the public address of a document saved by hand (repeatable)", func(s string) error {
		before, address, _ := strings.Cut(s, "=")
		year, err := parseYear(before)
		a.addresses[year] = address
		return errors.Join(err, isAddress(address))
	})
	complete(cmd, cobra.NoFileCompletions, "address", "accept-total", "as-of")
}

func (a *app) yearsFlag(cmd *cobra.Command) {
	cmd.Flags().Var(&a.years, "years", "years to use, such as 2019-2025, 2022 or 2019,2023 (default all)")
	complete(cmd, a.offer(yearsOf), "years")
}

// folderFlag gives a command a flag that names a folder. The environment
// variable of its name sets the default.
func folderFlag(cmd *cobra.Command, to *string, name, standard, help string) {
	if v := os.Getenv("ESPFIGURES_" + strings.ToUpper(name)); v != "" {
		standard = v
	}
	cmd.Flags().StringVar(to, name, standard, help)
	complete(cmd, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs), name)
}

func (a *app) outFlag(cmd *cobra.Command) {
	folderFlag(cmd, &a.out, "out", "out", "folder the outputs are written to")
}

// parseYear reads a year of four digits.
func parseYear(s string) (int, error) {
	if !yearForm.MatchString(s) {
		return 0, fmt.Errorf("%q is not a year", s)
	}
	return strconv.Atoi(s)
}

// isAddress refuses what is no address of a web page.
func isAddress(s string) error {
	if u, err := url.Parse(s); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("%q is not the address of a web page, such as https://www.missingkids.org/cybertiplinedata", s)
	}
	return nil
}

// flagFault says of a value that a flag does not take what the flag wants.
func flagFault(cmd *cobra.Command, err error) error {
	says := err.Error()
	if value := (*pflag.InvalidValueError)(nil); errors.As(err, &value) {
		flag := value.GetFlag()
		says = fmt.Sprintf("--%s: %v", flag.Name, value.Unwrap())
		if wanted := map[string]string{
			"int": "a usable whole number", "bool": "true or false", "time": "a day such as 2022-06-01", "duration": "a time such as 2s or 500ms",
		}[flag.Value.Type()]; wanted != "" {
			says = fmt.Sprintf("--%s: %q is not %s", flag.Name, value.GetValue(), wanted)
		}
	}
	return usage("%s; see %s --help", says, cmd.CommandPath())
}

// wants says how many arguments a command takes; most is -1 for any number.
func wants(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if n := len(args); n < least || most >= 0 && n > most {
			return usage("wrong number of arguments, %d; the form is %q; see %s --help", n, strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.CommandPath())
		}
		return nil
	}
}

// or joins words as a sentence does: "text, csv or json".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
