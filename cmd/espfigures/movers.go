package main

import (
	"math"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

func newMovers(a *app) *cobra.Command {
	var category, kind, format string
	by, minBase, top := "platform", int(compare.SmallBase), -1
	cmd := a.answering("movers", 2, 2, func(all facts, args []string) error {
		var years [2]int
		for i, arg := range args {
			year, err := parseYear(arg)
			if err != nil {
				return usage("%w", err)
			}
			if all.Edition(year) == nil {
				return all.noData(year)
			}
			years[i] = year
		}
		if years[0] == years[1] {
			return usage("two different years are needed, %d was given twice", years[0])
		}
		if top < 0 && format == "text" {
			top = 10
		}
		category, err := categoryID(all.Dataset, category)
		if err != nil {
			return err
		}
		v := all.model.Movers(years[0], years[1], compare.MoversOptions{
			By: compare.Type(by), Category: category, Kind: pipeline.Kind(kind), MinBase: pipeline.Count(minBase), Top: top,
		})
		if format == "text" {
			return a.put(text.Movers(a.style, v, by, pipeline.Count(minBase)))
		}
		return a.writeTable(tables.Movers(v), format)
	})
	cmd.ValidArgsFunction = a.offer(yearsOf)
	cmd.Flags().Lookup("years").Hidden = true
	chooseOne(cmd, &by, "by", "who: ", "platform", "company", "category")
	cmd.Flags().StringVar(&category, "category", "", "only a `category`, by id or name")
	chooseOne(cmd, &kind, "kind", "only reporters of a kind: ", kindNames()...)
	numberFlag(cmd, &minBase, "min-base", "least `reports` in the earlier year (of entrants and leavers in the year they have) (default 100)", 1, math.MaxInt)
	numberFlag(cmd, &top, "top", "at most `N` in each list; 0 for all (default 10 as text)", 0, math.MaxInt)
	formatFlag(cmd, &format, "text", "csv", "json")
	complete(cmd, a.offer(categoriesOf), "category")
	return cmd
}
