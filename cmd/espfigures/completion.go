package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline/compare"
)

// What a shell offers when the tab key is pressed. The names and years are
// those of the figures held, so that a platform which only a document of last
// week names is offered too. Nothing is said on the way: a shell would show it.

// complete says what flags complete to.
func complete(cmd *cobra.Command, with cobra.CompletionFunc, flags ...string) {
	for _, f := range flags {
		if err := cmd.RegisterFlagCompletionFunc(f, with); err != nil {
			panic(err) // no such flag: programmer error
		}
	}
}

// offer completes to what a function lists of the figures held.
func (a *app) offer(list func(f facts, args []string, begun string) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		a.years = yearList{}
		f, err := a.dataset(cmd.Context())
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return list(f, args, begun), cobra.ShellCompDirectiveNoFileComp
	}
}

// namesOf offers the ids of series, the largest first.
func namesOf(f facts, _ []string, begun string) (list []string) {
	m := f.model
	for _, s := range slices.Concat(m.Platforms, m.Companies, m.Categories, m.Groups, []*compare.Series{m.ESPTotal, m.Total}) {
		if strings.HasPrefix(s.ID, begun) && !s.Alone {
			// What would end a line, or its first column, is a space here.
			list = append(list, s.ID+"\t"+strings.Join(strings.Fields(s.Name), " ")+", "+string(s.Type))
		}
	}
	return list
}

func categoriesOf(f facts, _ []string, _ string) (list []string) {
	for _, c := range f.Categories {
		list = append(list, c.ID+"\t"+c.Name)
	}
	return list
}

func yearsOf(f facts, _ []string, _ string) (list []string) {
	for _, ed := range f.Editions {
		list = append(list, strconv.Itoa(ed.Year))
	}
	return list
}

// nameThenYear offers names, and after a name the years that have a table.
func nameThenYear(f facts, args []string, begun string) []string {
	if len(args) == 0 {
		return namesOf(f, args, begun)
	}
	return yearsOf(f, args, begun)
}
