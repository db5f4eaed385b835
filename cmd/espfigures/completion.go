package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline/compare"
)

// What a shell offers when the tab key is pressed. The names and years are
// those of the figures held, so that a platform which only a document of last
// week names is offered too. Nothing is said on the way: a shell would show it.

type completions = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// complete says what a flag completes to.
func complete(cmd *cobra.Command, flag string, with completions) {
	if err := cmd.RegisterFlagCompletionFunc(flag, with); err != nil {
		panic(err) // no such flag: programmer error
	}
}

// names of what.
const (
	ofPlatforms = 1 << iota
	ofCompanies
	ofOthers // categories, groups and totals
)

// completeNames offers ids with their names, and names to whoever begins one
// with a capital.
func (a *app) completeNames(what func() int) completions {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		ds, err := a.dataset(cmd.Context())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nameCompletions(ds.model, what(), args, begun), cobra.ShellCompDirectiveNoFileComp
	}
}

// nameCompletions lists what begins like a text, the largest first: as ids, a
// platform before the company of the same id, then as names.
func nameCompletions(m *compare.Model, what int, given []string, begun string) []string {
	var ids, names []string
	seen := map[string]bool{}
	for _, s := range given {
		seen[strings.ToLower(s)] = true
	}
	add := func(s *compare.Series, sort string) {
		if strings.HasPrefix(s.ID, strings.ToLower(begun)) && begun == strings.ToLower(begun) && !seen[s.ID] {
			seen[s.ID] = true
			ids = append(ids, s.ID+"\t"+plainLine(s.Name)+sort)
		}
		if name := strings.ToLower(s.Name); begun != "" && strings.HasPrefix(s.Name, begun) && !seen[name] {
			seen[name] = true
			names = append(names, plainLine(s.Name)+"\t"+s.ID+sort)
		}
	}
	if what&ofPlatforms != 0 {
		for _, s := range m.Platforms {
			add(s, "")
		}
	}
	if what&ofCompanies != 0 {
		for _, s := range m.Companies {
			if !s.Alone {
				add(s, ", company")
			} else if what&ofPlatforms == 0 {
				add(s, "")
			}
		}
	}
	if what&ofOthers != 0 {
		for _, s := range slices.Concat(m.Categories, m.Groups, []*compare.Series{m.ESPTotal, m.Total}) {
			add(s, ", "+string(s.Type))
		}
	}
	return append(ids, names...)
}

// completeCategories offers the ids of categories.
func (a *app) completeCategories(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	all, err := a.dataset(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	for _, c := range all.Categories {
		list = append(list, c.ID+"\t"+plainLine(c.Name))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completeYearArgs offers years for the two arguments of movers.
func (a *app) completeYearArgs(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	all, err := a.dataset(cmd.Context())
	if err != nil || len(args) > 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var list []string
	for _, ed := range all.Editions {
		list = append(list, fmt.Sprint(ed.Year))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// plainLine is a name without what would end a line of completions or its
// first column.
func plainLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}

// completeNameYear offers names, and after a name the years that have a table.
func (a *app) completeNameYear(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	switch {
	case len(args) == 0:
		return a.completeNames(func() int { return ofPlatforms | ofCompanies })(cmd, args, begun)
	case slices.ContainsFunc(args[1:], yearForm.MatchString):
		return nil, none
	}
	ds, err := a.dataset(cmd.Context())
	if err != nil {
		return nil, none
	}
	var list []string
	for _, ed := range ds.Editions {
		list = append(list, fmt.Sprint(ed.Year))
	}
	return list, none
}

// completeYears offers years, and behind "2019-" the years from there on.
func (a *app) completeYears(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	const one, more = cobra.ShellCompDirectiveNoFileComp, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	a.years = nil
	ds, err := a.dataset(cmd.Context())
	if err != nil {
		return nil, one
	}
	first, _, isRange := strings.Cut(begun, "-")
	var list []string
	for _, ed := range ds.Editions {
		year := fmt.Sprint(ed.Year)
		switch {
		case !isRange:
			list = append(list, year)
		case year >= first:
			list = append(list, first+"-"+year)
		}
	}
	if isRange {
		return list, one
	}
	return list, more
}

// completePlatforms completes --platforms, behind a comma too.
func (a *app) completePlatforms(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	ds, err := a.dataset(cmd.Context())
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	given, last := "", begun
	if i := strings.LastIndexByte(begun, ','); i >= 0 {
		given, last = begun[:i+1], begun[i+1:]
	}
	list := nameCompletions(ds.model, ofPlatforms|ofCompanies, strings.Split(given, ","), last)
	for i := range list {
		list[i] = given + list[i]
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// strictCommands are cobra's own, which show their help and exit well where
// the shell or the command is not one they know.
func strictCommands(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Run = nil
			c.RunE = func(_ *cobra.Command, args []string) error {
				of, rest, err := root.Find(args)
				if err != nil || len(rest) > 0 {
					return usage("help: there is no command %q; see espfigures --help", strings.Join(args, " "))
				}
				of.InitDefaultHelpFlag()
				of.InitDefaultVersionFlag()
				return of.Help()
			}
			continue
		case "completion":
		default:
			continue
		}
		var shells []string
		for _, s := range c.Commands() {
			shells = append(shells, s.Name())
			s.Args = wants(0, 0)
		}
		c.Args = cobra.ArbitraryArgs
		c.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("completion: %q is not %s", args[0], or(shells))
			}
			return cmd.Help()
		}
	}
}
