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

func newCompare(a *app) *cobra.Command {
	var v text.Comparison
	var filter filterFlags
	var shown yearList
	var by, format, cite string
	top := 0
	cmd := a.answering("compare", 0, -1, func(all facts, names []string) (err error) {
		if len(v.Metrics) == 0 {
			v.Metrics = text.Metrics[:2]
		}
		v.Model = all.model
		for _, y := range v.Model.Years {
			if shown.has(y) {
				v.Years = append(v.Years, y)
			}
		}
		if len(v.Years) == 0 {
			return all.noData(shown.text)
		}
		if v.Series, err = a.named(all, by, names); err != nil {
			return err
		}
		if v.Series, v.Notes, err = filter.apply(all, v.Series, len(names) == 0 && by != "category"); err != nil {
			return err
		}
		if len(names) == 0 {
			top = cmp.Or(top, 20)
		}
		if top > 0 {
			v.Largest, v.Series = largest(v.Model, v.Years, v.Series, top)
		}
		switch {
		case cite != "":
			return a.put(explain.Write(explain.Comparison(v.Model, v.Series, v.Years), cite))
		case format == "csv":
			return a.writeTable(tables.Series("series", v.Model, v.Series, v.Years), format)
		case format == "json":
			return a.writeTable(tables.SeriesAgainst(v.Model, v.Series, v.Years), format)
		}
		return a.put(v.Text(a.style))
	})
	cmd.PreRun = func(*cobra.Command, []string) {
		shown, a.years = a.years, yearList{} // a change needs the year before the first one shown
	}
	cmd.ValidArgsFunction = a.offer(namesOf)
	numberFlag(cmd, &top, "top", "only the `N` largest of the newest complete year within --years, else of its newest", 1, math.MaxInt)
	chooseOne(cmd, &by, "by", "what to compare: ", "platform", "company", "category")
	chooseSome(cmd, &v.Metrics, "metric", "lines of the table: "+pipeline.Or(text.Metrics)+" (default reports,change); CSV and JSON have all", text.Metrics)
	filter.add(a, cmd)
	cmd.Flags().BoolVar(&v.Brief, "brief", false, "the table and its marks only, without notes")
	formatFlag(cmd, &format, "text", "csv", "json")
	citeFlag(cmd, &cite)
	return cmd
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

// largest returns the newest of some years whose table is complete, the newest
// where none is, and the n largest series of it. Series without a figure in it
// follow, in the order they had.
func largest(m *compare.Model, years []int, list []*compare.Series, n int) (int, []*compare.Series) {
	year := years[len(years)-1]
	for _, y := range slices.Backward(years) {
		if ed := m.Data.Edition(y); ed != nil && !ed.Partial() {
			year = y
			break
		}
	}
	size := func(s *compare.Series) pipeline.Count {
		if r := s.At(year).Reports; r != nil {
			return *r
		}
		return -1
	}
	slices.SortStableFunc(list, func(a, b *compare.Series) int { return cmp.Compare(size(b), size(a)) })
	return year, list[:min(n, len(list))]
}
