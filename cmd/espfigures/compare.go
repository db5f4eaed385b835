package main

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/output/text"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// compareFlags are the flags of compare alone.
type compareFlags struct {
	by           string
	metrics      []string
	top          int
	filter       filterFlags
	brief        bool
	format, cite string
}

func newCompare(a *app) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare [NAME...]",
		Short: "Platforms, companies, categories, sets and totals across years",
		Long: `Compares platforms, companies, categories, sets and totals across years, in one
table. A name is an id or a name as any output prints it. facebook+instagram is
the sum of both, top-5 the five largest of each year together, esp-total all
providers, total the whole CyberTipline. Where a platform and a company have one
name, the platform is meant; company:microsoft is the company.

Without a name, the twenty largest providers of the newest complete year within
--years; hotlines and NCMEC's own services are left out. --by turns names into
companies (the owners of a platform) or categories.

A company's value is the sum over the platforms it owned on 31 December. Where
two years are not comparable no change is shown but the mark of the reason:
[b] break, [o] ownership changed, [c] combined row, [p] partial year. The notes
below the table say why, each once; --brief leaves them out.

Metrics: reports; change, against the year to its left (the first against the
calendar year before), in percent, or in reports where the base has fewer than
100; share of all providers' reports, with its change in percentage points in
CSV and JSON; rank among all reporters. CSV has one row a series and year, with
every metric and the change against the calendar year before; JSON adds, for
each year, what may be said against every earlier year shown, by every measure.
--cite prints what to cite for the comparison alone.`,
		Example: `  espfigures compare facebook instagram whatsapp
  espfigures compare meta facebook total --years 2019-2023
  espfigures compare facebook+instagram social --years 2019,2023 --brief
  espfigures compare --by company --top 10 --format csv > companies.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.top < 0 || cmd.Flags().Changed("top") && f.top == 0 {
				return usage("--top: %d is not a number of rows", f.top)
			}
			if len(f.metrics) == 0 {
				f.metrics = []string{"reports", "change"}
			}
			return a.compare(cmd, f, args)
		},
		ValidArgsFunction: a.offer(namesOf),
	}
	a.dataFlags(cmd)
	cmd.Flags().IntVar(&f.top, "top", 0, "only the `N` largest of the newest complete year within --years, else of its newest")
	chooseOne(cmd, &f.by, "by", "what to compare: ", "platform", "company", "category")
	chooseSome(cmd, &f.metrics, "metric", "lines of the table: "+or(text.Metrics)+" (default reports,change); CSV and JSON have all", text.Metrics)
	f.filter.add(a, cmd)
	cmd.Flags().BoolVar(&f.brief, "brief", false, "the table and its marks only, without notes")
	formatFlag(cmd, &f.format)
	citeFlag(cmd, &f.cite)
	complete(cmd, cobra.NoFileCompletions, "top")
	return cmd
}

func (a *app) compare(cmd *cobra.Command, f compareFlags, names []string) error {
	shown := a.years
	a.years = yearList{} // a change needs the year before the first one shown
	all, err := a.dataset(cmd.Context())
	if err != nil {
		return err
	}
	for i, name := range f.filter.categories {
		if f.filter.categories[i], err = categoryID(all.Dataset, name); err != nil {
			return err
		}
	}
	v := text.Comparison{Model: all.model, Metrics: f.metrics, Brief: f.brief}
	for _, y := range v.Model.Years {
		if shown.has(y) {
			v.Years = append(v.Years, y)
		}
	}
	if len(v.Years) == 0 {
		return fmt.Errorf("no data for %s; years available: %s", shown.String(), yearsHeld(all.Dataset))
	}
	if v.Series, err = a.named(all, f.by, names); err != nil {
		return err
	}
	if len(names) == 0 && f.top == 0 {
		f.top = 20
	}
	v.Series, v.Notes = f.filter.apply(v.Series, len(names) == 0 && f.by != "category")
	if len(v.Series) == 0 {
		return usage("nothing is left to compare: no series is of %s", &f.filter)
	}
	if f.top > 0 {
		v.Largest = newestComplete(v.Model, v.Years)
		v.Series = largest(v.Series, v.Largest, f.top)
	}
	if f.cite != "" {
		fmt.Fprint(a.stdout, explain.Write(explain.Comparison(v.Model, v.Series, v.Years), f.cite))
		return nil
	}
	switch f.format {
	case "csv":
		return a.writeTable(tables.Series(v.Model, v.Series, v.Years), f.format)
	case "json":
		return a.writeTable(tables.SeriesAgainst(v.Model, v.Series, v.Years), f.format)
	}
	return v.Write(a.stdout, a.style)
}

// named returns the series that names mean, each once; without a name all of a
// sort.
func (a *app) named(all facts, by string, names []string) ([]*compare.Series, error) {
	if len(names) == 0 {
		switch by {
		case "company":
			return all.model.Companies, nil
		case "category":
			return all.model.Categories, nil
		}
		return all.model.Platforms, nil
	}
	finder := all.finder()
	var list []*compare.Series
	for _, n := range names {
		found, err := finder.SeriesBy(by, n)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			s, err := a.series(all, n, x)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
	}
	return list, nil
}

// newestComplete returns the newest of some years whose table is complete, or
// the newest where none is.
func newestComplete(m *compare.Model, years []int) int {
	for _, y := range slices.Backward(years) {
		if ed := m.Data.Edition(y); ed != nil && !ed.Partial() {
			return y
		}
	}
	return years[len(years)-1]
}

// largest returns the n largest series of a year. Series without a figure in it
// follow, in the order they had.
func largest(list []*compare.Series, year, n int) []*compare.Series {
	size := func(s *compare.Series) pipeline.Count {
		if r := s.At(year).Reports; r != nil {
			return *r
		}
		return -1
	}
	slices.SortStableFunc(list, func(a, b *compare.Series) int { return cmp.Compare(size(b), size(a)) })
	return list[:min(n, len(list))]
}
