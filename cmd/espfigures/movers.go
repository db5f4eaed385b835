package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// moversFlags are the flags of movers alone.
type moversFlags struct {
	compare.MoversOptions
	by, category, kind, format string
	minBase                    int
	top                        int
}

func newMovers(a *app) *cobra.Command {
	var f moversFlags
	cmd := &cobra.Command{
		Use:   "movers YEAR YEAR",
		Short: "Who rose and fell most between any two years, who entered and who left",
		Long: `Lists the largest falls and rises of reports between two years, in number and
percent; apart from these, who has a row in one of the two years only, and what
is not comparable, with the reason. Platforms with fewer than --min-base reports
in the earlier year are left out: a percentage of a small number says little.
Hotlines and NCMEC's own services are left out unless --kind asks for them.

CSV and JSON have one row each: from and to are the reports of the two years,
group is moved, entered, left or not-comparable.`,
		Example: `  espfigures movers 2022 2023
  espfigures movers 2019 2023 --by company
  espfigures movers 2021 2023 --category dating --min-base 1 --format csv`,
		Args: wants(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var years [2]int
			for i, s := range args {
				n, err := strconv.Atoi(s)
				if err != nil || !yearForm.MatchString(s) {
					return usage("%q is not a year", s)
				}
				years[i] = n
			}
			switch {
			case years[0] == years[1]:
				return usage("two different years are needed, %d was given twice", years[0])
			case f.minBase < 1:
				return usage("--min-base: %d is less than 1", f.minBase)
			case f.top < 0:
				return usage("--top: %d is not a number of rows", f.top)
			case f.format == "text" && !cmd.Flags().Changed("top"):
				f.top = 10
			}
			return a.movers(cmd, f, years)
		},
	}
	a.dataFlags(cmd)
	cmd.Flags().Lookup("years").Hidden = true
	chooseOne(cmd, &f.by, "by", "who: ", "platform", "company", "category")
	cmd.Flags().StringVar(&f.category, "category", "", "only a `category`, by id or name")
	cmd.Flags().StringVar(&f.kind, "kind", "", "only reporters of a `kind`: "+strings.Join(kindNames(), ", "))
	cmd.Flags().IntVar(&f.minBase, "min-base", int(compare.SmallBase), "least reports in the earlier year (of entrants and leavers in the year they have)")
	cmd.Flags().IntVar(&f.top, "top", 0, "at most `N` in each list; 0 for all (default 10 as text)")
	formatFlag(cmd, &f.format)
	complete(cmd, "category", a.completeCategories)
	complete(cmd, "kind", cobra.FixedCompletions(kindNames(), cobra.ShellCompDirectiveNoFileComp))
	cmd.ValidArgsFunction = a.completeYearArgs
	return cmd
}

func (a *app) movers(cmd *cobra.Command, f moversFlags, years [2]int) error {
	a.years = nil
	all, err := a.dataset(cmd.Context())
	if err != nil {
		return err
	}
	for _, y := range years {
		if all.Edition(y) == nil {
			return fmt.Errorf("no data for %d; years available: %s", y, yearsHeld(all.Dataset))
		}
	}
	filter := filterFlags{}
	if f.category != "" {
		filter.categories = []string{f.category}
	}
	if err := filter.check(all.Dataset); err != nil {
		return err
	}
	if f.kind != "" && !slices.Contains(kindNames(), f.kind) {
		return usage("--kind: %q is none of %s", f.kind, strings.Join(kindNames(), ", "))
	}
	opt := compare.MoversOptions{By: compare.Type(f.by), Kind: pipeline.Kind(f.kind), MinBase: pipeline.Count(f.minBase), Top: f.top}
	if len(filter.categories) > 0 {
		opt.Category = filter.categories[0]
	}
	v := all.model.Movers(years[0], years[1], opt)
	if f.format == "text" {
		return text.Movers(a.stdout, style, v, f.by, opt.MinBase)
	}
	return a.writeTable(tables.Movers(v), f.format)
}
