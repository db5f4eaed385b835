package main

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"espfigures/pipeline"
	"espfigures/pipeline/explain"
)

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

// chooseOne gives a command a flag that takes one of a few words; *to has the
// default.
func chooseOne(cmd *cobra.Command, to *string, name, help string, of ...string) {
	help += pipeline.Or(of)
	if *to != "" {
		help += " (default " + *to + ")"
	}
	cmd.Flags().Func(name, help, func(s string) error {
		*to = s
		return oneOf(s, of)
	})
	complete(cmd, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp), name)
}

// chooseSome gives a command a flag that takes several of a few words,
// separated by commas or given one by one.
func chooseSome(cmd *cobra.Command, to *[]string, name, help string, of []string) {
	cmd.Flags().Func(name, help, func(s string) (err error) {
		for w := range strings.SplitSeq(s, ",") {
			w = strings.TrimSpace(w)
			*to, err = append(*to, w), errors.Join(err, oneOf(w, of))
		}
		return err
	})
	complete(cmd, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp), name)
}

func oneOf(s string, of []string) error {
	if !slices.Contains(of, s) {
		return fmt.Errorf("%q is not %s", s, pipeline.Or(of))
	}
	return nil
}

// formatFlag says what an answer can be printed as; the first is the default.
func formatFlag(cmd *cobra.Command, to *string, formats ...string) {
	*to = formats[0]
	chooseOne(cmd, to, "format", "", formats...)
}

// citeFlag prints citations alone.
func citeFlag(cmd *cobra.Command, to *string) {
	chooseOne(cmd, to, "cite", "print the citation alone: ", explain.Formats...)
}

// numberFlag gives a command a flag that takes a whole number.
func numberFlag(cmd *cobra.Command, to *int, name, help string, least, most int) {
	cmd.Flags().Func(name, help, func(s string) (err error) {
		if *to, err = strconv.Atoi(s); err != nil || *to < least || *to > most {
			return fmt.Errorf("%q is not a usable whole number", s)
		}
		return nil
	})
	complete(cmd, cobra.NoFileCompletions, name)
}

func (a *app) yearsFlag(cmd *cobra.Command) {
	cmd.Flags().Func("years", "`years` to use, such as 2019-2025, 2022 or 2019,2023 (default all)", a.years.set)
	complete(cmd, a.offer(yearsOf), "years")
}

var yearForm = regexp.MustCompile(`^(19|20)\d\d$`)

// parseYear reads a year of four digits.
func parseYear(s string) (int, error) {
	if !yearForm.MatchString(s) {
		return 0, fmt.Errorf("%q is not a year", s)
	}
	return strconv.Atoi(s)
}

// yearList is years and spans of years, separated by commas, such as
// "2019-2025", "2022", "2022-", "-2021" or "2019,2023". Empty means all years.
type yearList struct {
	text  string
	spans [][2]int // first and last year
}

func (y *yearList) set(s string) error {
	*y = yearList{text: s}
	for part := range strings.SplitSeq(s, ",") {
		first, last, isSpan := strings.Cut(strings.TrimSpace(part), "-")
		if !isSpan {
			last = first
		}
		span := [2]int{0, math.MaxInt}
		for i, text := range []string{first, last} {
			if text == "" && first != last {
				continue // an open end
			}
			year, err := parseYear(text)
			if err != nil {
				return fmt.Errorf("%q is not a year or a span of years", part)
			}
			span[i] = year
		}
		if span[0] > span[1] {
			return fmt.Errorf("%d comes after %d", span[0], span[1])
		}
		y.spans = append(y.spans, span)
	}
	return nil
}

// has reports whether the user wants the year.
func (y *yearList) has(year int) bool {
	return len(y.spans) == 0 || slices.ContainsFunc(y.spans, func(s [2]int) bool { return s[0] <= year && year <= s[1] })
}

// bounds returns the first and last year of all; 0 leaves an end open.
func (y *yearList) bounds() (from, to int) {
	for i, s := range y.spans {
		if to = max(to, s[1]); i == 0 || s[0] < from {
			from = s[0]
		}
	}
	if to == math.MaxInt {
		to = 0
	}
	return from, to
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
			"bool": "true or false", "time": "a day such as 2022-06-01", "duration": "a time such as 2s or 500ms",
		}[flag.Value.Type()]; wanted != "" {
			says = fmt.Sprintf("--%s: %q is not %s", flag.Name, value.GetValue(), wanted)
		}
	}
	return usage("%s; see %s --help", says, cmd.CommandPath())
}
