package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
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
		return writeMovers(a.stdout, v, f)
	}
	return a.writeTable(tables.Movers(v), f.format)
}

// writeMovers writes the lists one below the other.
func writeMovers(w io.Writer, v compare.Movers, f moversFlags) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Reports to NCMEC's CyberTipline, %d to %d, by %s. Unit: reports, not images, not children.\n", v.From, v.To, f.by)
	for _, list := range []struct {
		title string
		of    []compare.Mover
	}{
		{"Falls", v.Falls},
		{"Rises", v.Rises},
		{fmt.Sprintf("Entered: a row in %d, none in %d", v.To, v.From), v.Entered},
		{fmt.Sprintf("Left: a row in %d, none in %d; not zero", v.From, v.To), v.Left},
		{"Not comparable", v.NotComparable},
	} {
		if len(list.of) == 0 {
			continue
		}
		t := table{header: []string{list.title, fmt.Sprint(v.From), fmt.Sprint(v.To), "change", "percent", ""}, right: []int{1, 2, 3, 4}}
		for _, mv := range list.of {
			t.add(moverCells(mv)...)
		}
		b.WriteString("\n")
		if err := t.writeText(&b); err != nil {
			return err
		}
	}
	b.WriteString("\n")
	for _, n := range moverNotes(v, f) {
		b.WriteString(wrapped(n, "- ", "  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func moverCells(mv compare.Mover) []string {
	count := func(p *compare.Point) string {
		if p.Reports == nil {
			return blankWords[p.Missing]
		}
		return p.Reports.String()
	}
	cells := []string{mv.Series.Name, count(mv.From), count(mv.To), "", "", ""}
	if mv.Movement == compare.Entered || mv.Movement == compare.Left {
		return cells
	}
	if c := mv.Change; c != nil {
		cells[3] = signed(*c.Reports)
		if c.Percent != nil && !mv.OnSmallBase() {
			cells[4] = pipeline.ChangeText(*c.Percent)
		}
		return cells
	}
	var marks pipeline.Flags
	for _, r := range mv.Reasons {
		if r.Verdict == compare.No && r.Mark != 0 {
			marks = marks.With(r.Mark)
		}
	}
	cells[5] = strings.TrimSpace(brackets(marks) + " " + mv.Why)
	return cells
}

// moverNotes says each reason once, with whom it concerns.
func moverNotes(v compare.Movers, f moversFlags) []string {
	var order []string
	who := map[string][]string{}
	listed := 0
	for _, mv := range v.All() {
		listed++
		for _, r := range mv.Reasons {
			if r.Code == compare.BecauseSmallBase || mv.Verdict == compare.No && r.Verdict != compare.No {
				continue
			}
			text := r.Text
			if r.User {
				text += " [user]"
			}
			if who[text] == nil {
				order = append(order, text)
			}
			who[text] = append(who[text], mv.Series.Name)
		}
	}
	var notes []string
	for _, text := range order {
		name := strings.Join(who[text], ", ")
		if len(who[text]) > 3 {
			name = fmt.Sprintf("%s and %d more", strings.Join(who[text][:3], ", "), len(who[text])-3)
		}
		if len(who[text]) == listed {
			name = "All"
		}
		notes = append(notes, name+": "+text)
	}
	if v.LeftOut > 0 {
		notes = append(notes, fmt.Sprintf("Left out: %d with fewer than %s reports to start from, or in both years (--min-base).", v.LeftOut, pipeline.Count(f.minBase)))
	}
	if v.Hotlines {
		notes = append(notes, "Left out: hotlines and NCMEC's own services (--kind hotline shows them).")
	}
	return notes
}
