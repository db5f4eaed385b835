package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/resolve"
)

// The metrics that compare can show, in the order the help lists them.
var metrics = []string{"reports", "change", "share", "rank"}

// compareFlags are the flags of compare alone.
type compareFlags struct {
	by      string
	byGiven bool
	metrics []string
	top     int
	filter  filterFlags
	brief   bool
	format  string
}

func newCompare(a *app) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare [NAME...]",
		Short: "Platforms, companies, categories, sets and totals across years",
		Long: `Compares platforms, companies, categories, sets and totals across years, in one
table. A name is an id or a name as any output prints it, or the beginning of
one that means only one thing. facebook+instagram is the sum of both, top-5 the
five largest of each year together, esp-total all providers, total the whole
CyberTipline. Where a platform and a company have one name, the platform is
meant; company:microsoft is the company.

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
each year, what may be said against every earlier year shown, by every measure.`,
		Example: `  espfigures compare facebook instagram whatsapp
  espfigures compare meta facebook total --years 2019-2023
  espfigures compare facebook+instagram social --years 2019,2023 --brief
  espfigures compare --by company --top 10 --format csv > companies.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.byGiven = cmd.Flags().Changed("by")
			if f.top < 0 || cmd.Flags().Changed("top") && f.top == 0 {
				return usage("--top: %d is not a number of rows", f.top)
			}
			if len(f.metrics) == 0 {
				f.metrics = []string{"reports", "change"}
			}
			return a.compare(cmd, f, args)
		},
	}
	a.dataFlags(cmd)
	cmd.Flags().IntVar(&f.top, "top", 0, "only the `N` largest of the newest complete year within --years, else of its newest")
	chooseOne(cmd, &f.by, "by", "what to compare: ", "platform", "company", "category")
	chooseSome(cmd, &f.metrics, "metric", "lines of the table: "+strings.Join(metrics, ", ")+" (default reports,change); CSV and JSON have all", metrics)
	f.filter.add(a, cmd)
	cmd.Flags().BoolVar(&f.brief, "brief", false, "the table and its marks only, without notes")
	formatFlag(cmd, &f.format)
	complete(cmd, "top", cobra.NoFileCompletions)
	cmd.ValidArgsFunction = a.completeNames(func() int {
		switch {
		case !f.byGiven && !cmd.Flags().Changed("by"):
			return ofPlatforms | ofCompanies | ofOthers
		case f.by == "company":
			return ofCompanies
		}
		return ofPlatforms
	})
	return cmd
}

func (a *app) compare(cmd *cobra.Command, f compareFlags, names []string) error {
	shown := a.years
	a.years = nil // a change needs the year before the first one shown
	all, err := a.dataset(cmd.Context())
	if err != nil {
		return err
	}
	if err := f.filter.check(all.Dataset); err != nil {
		return err
	}
	v := view{m: all.model, metrics: f.metrics, width: a.width, brief: f.brief}
	for _, y := range v.m.Years {
		if shown.has(y) {
			v.years = append(v.years, y)
		}
	}
	if len(v.years) == 0 {
		return fmt.Errorf("no data for %s; years available: %s", shown.String(), yearsHeld(all.Dataset))
	}
	if len(names) > 0 {
		v.series, err = a.named(all, f, names)
	} else {
		v.series = listOf(v.m, f.by)
		if f.top == 0 {
			f.top = 20
		}
	}
	if err != nil {
		return err
	}
	v.filter(f.filter, len(names) == 0 && f.by != "category")
	if len(v.series) == 0 {
		return usage("nothing is left to compare: no series is of %s", f.filter)
	}
	if f.top > 0 {
		v.largest(f.top)
	}
	if f.format == "text" {
		return v.writeText(a.stdout)
	}
	t := tables.Series(v.m, v.series, v.years)
	if f.format == "json" {
		t = v.withPairs(t)
	}
	return a.writeTable(t, f.format)
}

// listOf returns every series of a sort.
func listOf(m *compare.Model, by string) []*compare.Series {
	switch by {
	case "company":
		return m.Companies
	case "category":
		return m.Categories
	}
	return m.Platforms
}

// named returns the series that names mean, each once, and says how a name was
// found where that is not plain.
func (a *app) named(all facts, f compareFlags, names []string) ([]*compare.Series, error) {
	finder := all.finder()
	by := ""
	if f.byGiven {
		by = f.by
	}
	var list []*compare.Series
	for _, n := range names {
		found, err := finder.SeriesBy(by, n)
		if err != nil {
			return nil, notFound(finder, n, err)
		}
		for _, x := range found {
			if x.Via != "" {
				a.say("%s: %s, %s", n, x.Name, x.Via)
			}
			if x.ID == "" {
				return nil, fmt.Errorf("%s %s", x.Name, x.Via)
			}
			s, err := all.model.Series(x.ID)
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

// notFound says of a list separated by commas that names are separated by spaces.
func notFound(finder *resolve.Finder, name string, err error) error {
	var parts []string
	known := false
	for part := range strings.SplitSeq(name, ",") {
		if part = strings.TrimSpace(part); part != "" {
			_, unknown := finder.Series(part)
			known = known || unknown == nil
			parts = append(parts, inShell(part))
		}
	}
	if len(parts) > 1 && known {
		return usage("%w; separate names by spaces: %s", err, strings.Join(parts, " "))
	}
	return err
}

// view is what one run of compare shows.
type view struct {
	m        *compare.Model
	metrics  []string
	series   []*compare.Series
	years    []int
	width    int  // of the terminal, 0 where there is none
	brief    bool // no notes
	largeIn  int  // the year whose largest are shown, 0 where names were given alone
	hotlines bool // hotlines and NCMEC's own services were left out, as nobody asked for them
	leftOut  string
}

// filter leaves the series that the user wants. Of a list that nobody named, it
// leaves out hotlines, unless the user asks for them.
func (v *view) filter(f filterFlags, unnamed bool) {
	v.series = slices.DeleteFunc(slices.Clone(v.series), func(s *compare.Series) bool {
		if unnamed && s.Kind == pipeline.KindHotline && !f.wantsKind(pipeline.KindHotline) {
			v.hotlines = true
			return true
		}
		return !f.has(s)
	})
	v.leftOut = f.String()
}

// largest leaves the n largest series of the newest complete year shown, or of
// the newest year shown where none is complete. Series without a figure in that
// year follow, in the order they had.
func (v *view) largest(n int) {
	v.largeIn = v.years[len(v.years)-1]
	for _, y := range slices.Backward(v.years) {
		if ed := v.m.Data.Edition(y); ed != nil && !ed.Partial() {
			v.largeIn = y
			break
		}
	}
	slices.SortStableFunc(v.series, func(a, b *compare.Series) int {
		x, y := a.At(v.largeIn).Reports, b.At(v.largeIn).Reports
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil:
			return 1
		case y == nil:
			return -1
		}
		return cmp.Compare(*y, *x)
	})
	v.series = v.series[:min(n, len(v.series))]
}

// before returns the year that the change of a shown year is against: the year
// to its left, or the calendar year before the first.
func (v *view) before(year int) int {
	if i := slices.Index(v.years, year); i > 0 {
		return v.years[i-1]
	}
	return year - 1
}

// A jsonPair is what may be said about two years by one measure.
type jsonPair struct {
	From       int              `json:"from_year"`
	Measure    pipeline.Measure `json:"measure"`
	Comparable compare.Verdict  `json:"comparable"`
	Reasons    []string         `json:"reasons,omitempty"`
	Change     *pipeline.Count  `json:"change,omitempty"`
	Percent    *float64         `json:"change_percent,omitempty"`
	Points     *float64         `json:"change_points,omitempty"`
	Places     *int             `json:"change_places,omitempty"`
	Index      *float64         `json:"index,omitempty"`
	Like       *float64         `json:"like_for_like_percent,omitempty"`
}

// withPairs adds a column to a table of series: what may be said against every
// earlier year shown.
func (v *view) withPairs(t tables.Table) tables.Table {
	t.Fields = append(slices.Clone(t.Fields), tables.Field{Name: "against"})
	row := 0
	for _, s := range v.series {
		for k, year := range v.years {
			pairs := []jsonPair{}
			for _, from := range v.years[:k] {
				for _, measure := range pipeline.Measures {
					pairs = append(pairs, pairOf(v.m.Between(s, from, year, measure)))
				}
			}
			text, err := json.Marshal(pairs)
			if err != nil {
				panic(err) // programmer error: strings and numbers only
			}
			t.Rows[row] = append(t.Rows[row], json.RawMessage(text))
			row++
		}
	}
	return t
}

func pairOf(b compare.Between) jsonPair {
	p := jsonPair{From: b.From.Year, Measure: b.Measure, Comparable: b.Verdict}
	for _, r := range b.Reasons {
		p.Reasons = append(p.Reasons, r.Code)
	}
	if c := b.Change; c != nil {
		p.Change, p.Percent, p.Points, p.Places, p.Index = c.Reports, c.Percent, c.Points, c.Places, c.Index
	}
	if b.LikeForLike != nil && b.LikeForLike.Change != nil {
		p.Like = b.LikeForLike.Change.Percent
	}
	return p
}
