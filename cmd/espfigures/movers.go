package main

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

func newMovers(a *app) *cobra.Command {
	opt := compare.MoversOptions{}
	var category, kind, format string
	by, minBase := "platform", 0
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
			from, err1 := parseYear(args[0])
			to, err2 := parseYear(args[1])
			switch {
			case errors.Join(err1, err2) != nil:
				return usage("%w", cmp.Or(err1, err2))
			case from == to:
				return usage("two different years are needed, %d was given twice", from)
			case minBase < 1:
				return usage("--min-base: %d is less than 1", minBase)
			case opt.Top < 0:
				return usage("--top: %d is not a number of rows", opt.Top)
			case format == "text" && !cmd.Flags().Changed("top"):
				opt.Top = 10
			}
			all, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			for _, y := range []int{from, to} {
				if all.Edition(y) == nil {
					return fmt.Errorf("no data for %d; years available: %s", y, yearsHeld(all.Dataset))
				}
			}
			if category != "" {
				if opt.Category, err = categoryID(all.Dataset, category); err != nil {
					return err
				}
			}
			opt.By, opt.Kind, opt.MinBase = compare.Type(by), pipeline.Kind(kind), pipeline.Count(minBase)
			v := all.model.Movers(from, to, opt)
			if format == "text" {
				return text.Movers(a.stdout, a.style, v, by, opt.MinBase)
			}
			return a.writeTable(tables.Movers(v), format)
		},
		ValidArgsFunction: a.offer(yearsOf),
	}
	a.dataFlags(cmd)
	cmd.Flags().Lookup("years").Hidden = true
	chooseOne(cmd, &by, "by", "who: ", "platform", "company", "category")
	cmd.Flags().StringVar(&category, "category", "", "only a `category`, by id or name")
	chooseOne(cmd, &kind, "kind", "only reporters of a kind: ", kindNames()...)
	cmd.Flags().IntVar(&minBase, "min-base", int(compare.SmallBase), "least reports in the earlier year (of entrants and leavers in the year they have)")
	cmd.Flags().IntVar(&opt.Top, "top", 0, "at most `N` in each list; 0 for all (default 10 as text)")
	formatFlag(cmd, &format)
	complete(cmd, a.offer(categoriesOf), "category")
	return cmd
}
