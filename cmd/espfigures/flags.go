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
	"espfigures/scrapers"
)

// The flags that take more than any text check it when they are read, so that
// a fault is one of usage whatever the command does with it.

// choice is a flag that takes one of a few words.
type choice struct {
	to *string
	of []string
}

func (c choice) Set(s string) error {
	if s == "table" && slices.Contains(c.of, "text") {
		s = "text" // as it was called before
	}
	if !slices.Contains(c.of, s) {
		return fmt.Errorf("%q is not %s", s, or(c.of))
	}
	*c.to = s
	return nil
}

func (c choice) String() string {
	if c.to == nil {
		return ""
	}
	return *c.to
}

func (c choice) Type() string { return "string" }

// chooseOne gives a command a flag that takes one of a few words, the first
// by default.
func chooseOne(cmd *cobra.Command, to *string, name, help string, of ...string) {
	*to = of[0]
	cmd.Flags().Var(choice{to, of}, name, help+or(of))
	complete(cmd, name, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp))
}

// formats are what commands that print a table can print it as.
func formatFlag(cmd *cobra.Command, to *string) {
	chooseOne(cmd, to, "format", "", "text", "csv", "json")
}

// citeFlag prints citations alone.
func citeFlag(cmd *cobra.Command, to *string) {
	cmd.Flags().Var(choice{to, explain.Formats}, "cite", "print the citation alone: "+or(explain.Formats))
	complete(cmd, "cite", cobra.FixedCompletions(explain.Formats, cobra.ShellCompDirectiveNoFileComp))
}

// choices is a flag that takes several of a few words, separated by commas or
// given one by one.
type choices struct {
	to *[]string
	of []string
}

func (c choices) Set(s string) error {
	for w := range strings.SplitSeq(s, ",") {
		if w = strings.TrimSpace(w); !slices.Contains(c.of, w) {
			return fmt.Errorf("%q is none of %s", w, strings.Join(c.of, ", "))
		}
		*c.to = append(*c.to, w)
	}
	return nil
}

func (c choices) String() string {
	if c.to == nil {
		return ""
	}
	return strings.Join(*c.to, ",")
}

func (c choices) Type() string { return "list" }

// chooseSome gives a command a flag that takes several of a few words.
func chooseSome(cmd *cobra.Command, to *[]string, name, help string, of []string) {
	cmd.Flags().Var(choices{to, of}, name, help)
	complete(cmd, name, func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		given := ""
		if i := strings.LastIndexByte(begun, ','); i >= 0 {
			given = begun[:i+1]
		}
		var list []string
		for _, w := range of {
			if !slices.Contains(strings.Split(given, ","), w) {
				list = append(list, given+w)
			}
		}
		return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// dataFlags gives a command the flags that say which figures it works from.
func (a *app) dataFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&a.archive, "archive", fromEnv("ESPFIGURES_ARCHIVE", "archive"), "folder that keeps every version of every document")
	f.StringVar(&a.registry, "registry", fromEnv("ESPFIGURES_REGISTRY", ""), "folder of your own aliases, owners, categories, groups and notes (see registry init)")
	f.Var(&a.years, "years", "years to use, such as 2019-2025, 2022 or 2019,2023 (default all)")
	f.TimeVar(&a.asOf, "as-of", time.Time{}, []string{time.DateOnly}, "answer from what was known on that `DATE`, YYYY-MM-DD")
	f.Var(yearNumbers{&a.acceptTotals}, "accept-total", "`year` whose printed total is accepted though it contradicts the total on file (repeatable)")
	f.Var(yearAddresses{&a.addresses}, "address", "`YEAR=URL`: the public address of a document saved by hand (repeatable)")
	complete(cmd, "years", a.completeYears)
	complete(cmd, "address", cobra.NoFileCompletions)
	complete(cmd, "accept-total", cobra.NoFileCompletions)
	complete(cmd, "as-of", cobra.NoFileCompletions)
	for _, folder := range []string{"archive", "registry"} {
		if err := cmd.MarkFlagDirname(folder); err != nil {
			panic(err) // no such flag: programmer error
		}
	}
}

// outFlag gives a command the flag --out.
func (a *app) outFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.out, "out", fromEnv("ESPFIGURES_OUT", "out"), "folder the outputs are written to")
	if err := cmd.MarkFlagDirname("out"); err != nil {
		panic(err) // no such flag: programmer error
	}
}

// fromEnv returns an environment variable, or else a default.
func fromEnv(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// yearNumbers is the flag --accept-total.
type yearNumbers struct{ to *[]int }

func (y yearNumbers) Set(s string) error {
	if !yearForm.MatchString(s) {
		return fmt.Errorf("%q is not a year", s)
	}
	n, err := strconv.Atoi(s)
	*y.to = append(*y.to, n)
	return err
}

func (y yearNumbers) String() string { return "" }
func (y yearNumbers) Type() string   { return "year" }

// yearAddresses is the flag --address.
type yearAddresses struct{ to *map[int]string }

func (y yearAddresses) Set(s string) error {
	year, address, ok := strings.Cut(s, "=")
	if !ok || !yearForm.MatchString(year) {
		return fmt.Errorf("%q is not YEAR=URL, such as 2024=https://www.missingkids.org/report.pdf", s)
	}
	var list []string
	if err := (addresses{&list}).Set(address); err != nil {
		return err
	}
	n, err := strconv.Atoi(year)
	if *y.to == nil {
		*y.to = map[int]string{}
	}
	(*y.to)[n] = address
	return err
}

func (y yearAddresses) String() string { return "" }
func (y yearAddresses) Type() string   { return "YEAR=URL" }

// addresses is the flag --start.
type addresses struct{ to *[]string }

func (a addresses) Set(s string) error {
	u, err := url.Parse(s)
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("the address is empty")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("%q is no address of a web page, such as https://www.missingkids.org/cybertiplinedata", s)
	}
	*a.to = append(*a.to, s)
	return nil
}

func (a addresses) String() string { return "" }
func (a addresses) Type() string   { return "address" }

// hosts is the flag --allow-host.
type hosts struct{ to *[]string }

func (h hosts) Set(s string) error {
	if _, err := scrapers.ParseHost(s); err != nil {
		return err
	}
	*h.to = append(*h.to, s)
	return nil
}

func (h hosts) String() string { return "" }
func (h hosts) Type() string   { return "host" }

// flagFault words a fault in the flags for people.
func flagFault(cmd *cobra.Command, err error) error {
	var (
		value   *pflag.InvalidValueError
		lacking *pflag.ValueRequiredError
		unknown *pflag.NotExistError
		syntax  *pflag.InvalidSyntaxError
	)
	says := err.Error()
	switch {
	case errors.As(err, &value):
		says = "--" + value.GetFlag().Name + ": " + valueFault(value)
	case errors.As(err, &lacking):
		says = "--" + lacking.GetFlag().Name + ": its value is missing"
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		says = fmt.Sprintf("unknown flag: -%.1s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		return usage("unknown flag: --%s%s", name, didYouMean(nearFlags(cmd, name), cmd.CommandPath()))
	case errors.As(err, &syntax):
		says = fmt.Sprintf("%q is no flag", syntax.GetSpecifiedFlag())
	}
	return usage("%s; see %s --help", says, cmd.CommandPath())
}

// nearFlags returns the flags of a command that a misspelt one may mean. Cobra
// knows such a thing of commands only, so each flag is one for the moment.
func nearFlags(cmd *cobra.Command, name string) []string {
	flags := &cobra.Command{SuggestionsMinimumDistance: min(2, len(name)/2)}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			flags.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
		}
	})
	var near []string
	for _, n := range flags.SuggestionsFor(name) {
		near = append(near, "--"+n)
	}
	return near
}

// didYouMean ends a message on an unknown word.
func didYouMean(near []string, command string) string {
	if len(near) == 0 {
		return "; see " + command + " --help"
	}
	return "; did you mean " + or(near) + "? See " + command + " --help"
}

func valueFault(f *pflag.InvalidValueError) string {
	v := f.GetValue()
	switch f.GetFlag().Value.Type() {
	case "int":
		if errors.Is(f.Unwrap(), strconv.ErrRange) || strings.Contains(f.Unwrap().Error(), "out of range") {
			return fmt.Sprintf("%q is too large a number", v)
		}
		return fmt.Sprintf("%q is not a whole number", v)
	case "bool":
		return fmt.Sprintf("%q is neither true nor false", v)
	case "time":
		return fmt.Sprintf("%q is not a day such as 2022-06-01", v)
	case "duration":
		return fmt.Sprintf("%q is not a time such as 2s or 500ms", v)
	}
	return f.Unwrap().Error()
}

// longestDelay is as long as anybody waits for a page.
const longestDelay = time.Hour

// wants says how many arguments a command takes, in the words of its usage.
func wants(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		n := len(args)
		if n >= least && (most < 0 || n <= most) {
			return nil
		}
		form := strings.TrimPrefix(strings.TrimSuffix(cmd.UseLine(), " [flags]"), cmd.Root().Name()+" ")
		if most == 0 {
			return usage("%s takes no arguments, %q was given; see %s --help", form, args[0], cmd.CommandPath())
		}
		given := strconv.Itoa(n) + " were"
		switch n {
		case 0:
			given = "none was"
		case 1:
			given = "1 was"
		}
		kind := "requires at least"
		if least == most {
			kind = "requires"
		}
		return usage("%s %s %d %s, %s given; see %s --help", form, kind, least, argumentWord(least), given, cmd.CommandPath())
	}
}

func argumentWord(n int) string {
	if n == 1 {
		return "argument"
	}
	return "arguments"
}

// or joins words as a sentence does: "text, csv or json".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
