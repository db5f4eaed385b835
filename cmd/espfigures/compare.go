package main

import (
	"cmp"
	"math"
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
	var shown yearList
	cmd := a.answering("compare", 0, -1, func(all facts, args []string) error {
		return a.compare(all, f, shown, args)
	})
	cmd.PreRun = func(*cobra.Command, []string) {
		shown, a.years = a.years, yearList{} // a change needs the year before the first one shown
	}
	cmd.ValidArgsFunction = a.offer(namesOf)
	numberFlag(cmd, &f.top, "top", "only the `N` largest of the newest complete year within --years, else of its newest", 1, math.MaxInt)
	chooseOne(cmd, &f.by, "by", "what to compare: ", "platform", "company", "category")
	chooseSome(cmd, &f.metrics, "metric", "lines of the table: "+or(text.Metrics)+" (default reports,change); CSV and JSON have all", text.Metrics)
	f.filter.add(a, cmd)
	cmd.Flags().BoolVar(&f.brief, "brief", false, "the table and its marks only, without notes")
	formatFlag(cmd, &f.format, "text", "csv", "json")
	citeFlag(cmd, &f.cite)
	return cmd
}

func (a *app) compare(all facts, f compareFlags, shown yearList, names []string) (err error) {
	for i, name := range f.filter.categories {
		if f.filter.categories[i], err = categoryID(all.Dataset, name); err != nil {
			return err
		}
	}
	v := text.Comparison{Model: all.model, Metrics: f.metrics, Brief: f.brief}
	if len(v.Metrics) == 0 {
		v.Metrics = text.Metrics[:2]
	}
	for _, y := range v.Model.Years {
		if shown.has(y) {
			v.Years = append(v.Years, y)
		}
	}
	if len(v.Years) == 0 {
		return all.noData(shown.text)
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
	switch {
	case f.cite != "":
		return a.put(explain.Write(explain.Comparison(v.Model, v.Series, v.Years), f.cite))
	case f.format == "csv":
		return a.writeTable(tables.Series(v.Model, v.Series, v.Years), f.format)
	case f.format == "json":
		return a.writeTable(tables.SeriesAgainst(v.Model, v.Series, v.Years), f.format)
	}
	return a.put(v.Text(a.style))
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
