package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
	"espfigures/pipeline/resolve"
)

// The metrics that compare can show, in the order the help lists them.
var metrics = []string{"reports", "change", "share", "rank"}

func newCompare(a *app) *cobra.Command {
	var (
		by      string
		metric  []string
		top     int
		exclude []string
		format  string
	)
	cmd := &cobra.Command{
		Use:   "compare [NAME...]",
		Short: "Platforms or companies across years",
		Long: `Sets platforms, or companies with --by company, beside each other across years.
Names are ids, names, printed names, or the beginning of one that means only one
thing. Without a name, the largest twenty. The largest are those of the newest
complete year within --years, one whose table is held whole; where the years are
all partial, of the newest. The line above the table names that year.

A company's value is the sum over the platforms it owned on 31 December; the
notes name them. A change across a break in comparability is shown as a break,
with its reason below, never as a percentage. Where a year's source is partial,
what it does not list is blank, and counts as no fall.

Metrics: reports; change (percent against the year before; marked where that has
fewer than 100 reports); share (of the year's total of all providers); rank
(among all reporters, those of --exclude-kind included; none where a partial
source leaves it open, or where a part of a company is left out). The bars
behind a line show the figures of that line: for ranks the best stands highest,
changes have none. CSV holds bare numbers, id,name and one column a year:
change in percent, share as a part of 1; with several metrics a column "metric"
follows the name, and without --metric it holds reports.`,
		Example: `  espfigures compare facebook instagram whatsapp
  espfigures compare --by company meta
  espfigures compare --top 10 --exclude-kind hotline --years 2021-2023
  espfigures compare --by company --metric share --format csv > shares.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(metric) == 0 {
				metric = []string{"reports", "change"}
				if format == "csv" {
					metric = []string{"reports"}
				}
			}
			if top < 0 || cmd.Flags().Changed("top") && top == 0 {
				return usage("--top: %d is not a number of rows", top)
			}
			var kinds []pipeline.Kind
			for _, k := range exclude {
				kinds = append(kinds, pipeline.Kind(k))
			}
			// Changes need the year before the first one shown.
			shown := a.years
			a.years = nil
			ds, err := a.dataset(cmd.Context())
			if err != nil {
				return err
			}
			if len(kinds) > 0 {
				opt := legacy.Options{ExcludeKinds: kinds}
				ds.ByPlatform, ds.ByCompany = legacy.Platforms(ds.Dataset, opt), legacy.Companies(ds.Dataset, opt)
			}
			finder := ds.finder()
			v := view{ds: ds.Dataset, metrics: metric, company: by == "company", leftOut: exclude, width: a.width}
			if err := v.choose(a, finder, args, cmd.Flags().Changed("by")); err != nil {
				return err
			}
			if len(v.series) == 0 {
				return usage("--exclude-kind: %s leave nobody to compare", strings.Join(exclude, ", "))
			}
			for i, y := range v.comparison().Years {
				if shown.has(y) {
					v.years = append(v.years, i)
				}
			}
			if len(v.years) == 0 {
				return fmt.Errorf("no data for %s; years available: %s", shown.String(), yearsHeld(ds.Dataset))
			}
			if len(args) == 0 && top == 0 {
				top = 20
			}
			if top > 0 {
				v.largest(top)
			}
			switch format {
			case "csv":
				return v.writeCSV(a.stdout)
			case "json":
				return v.writeJSON(a.stdout)
			}
			return v.writeText(a.stdout)
		},
	}
	cmd.Flags().IntVar(&top, "top", 0, "only the `N` largest of the newest complete year within --years, else of its newest")
	chooseOne(cmd, &by, "by", "what to compare: ", "platform", "company")
	chooseSome(cmd, &metric, "metric", "what to show: "+strings.Join(metrics, ", ")+" (default reports,change)", metrics)
	chooseSome(cmd, &exclude, "exclude-kind", "leave out reporters of a kind: "+strings.Join(kindNames(), ", "), kindNames())
	formatFlag(cmd, &format)
	complete(cmd, "top", cobra.NoFileCompletions)
	cmd.ValidArgsFunction = a.completeNames(func(*cobra.Command) int {
		switch {
		case !cmd.Flags().Changed("by"):
			return ofPlatforms | ofCompanies
		case by == "company":
			return ofCompanies
		}
		return ofPlatforms
	})
	return cmd
}

func kindNames() []string {
	var s []string
	for _, k := range pipeline.Kinds {
		s = append(s, string(k))
	}
	return s
}

// view is what one run of compare shows.
type view struct {
	ds      *pipeline.Dataset
	company bool
	metrics []string
	series  []*pipeline.Series
	years   []int    // indexes into the comparison's years
	width   int      // of the terminal, 0 where there is none
	leftOut []string // kinds of reporters that --exclude-kind names
	largeIn int      // the year whose largest are shown, 0 where names were given alone
}

func (v *view) comparison() *pipeline.Comparison {
	if v.company {
		return &v.ds.ByCompany
	}
	return &v.ds.ByPlatform
}

// choose picks the series that the names mean. Names that are all companies
// are compared as such even where --by was not given.
func (v *view) choose(a *app, finder *resolve.Finder, names []string, byGiven bool) error {
	if !byGiven && len(names) > 0 {
		companies := 0
		for _, n := range names {
			if f, err := finder.Any(n); err == nil && f.Company {
				companies++
			}
		}
		if companies == len(names) {
			v.company = true
			a.say("%s: compared by company", strings.Join(names, ", "))
		}
	}
	c := v.comparison()
	if len(names) == 0 {
		for i := range c.Series {
			v.series = append(v.series, &c.Series[i])
		}
		return nil
	}
	for _, n := range names {
		var found []resolve.Found
		var err error
		if v.company {
			found, err = finder.Companies(n)
		} else {
			var f resolve.Found
			f, err = finder.Platform(n)
			found = append(found, f)
		}
		if err != nil && slices.ContainsFunc(strings.Split(n, ","), func(part string) bool {
			_, unknown := finder.Any(strings.TrimSpace(part))
			return unknown == nil
		}) {
			return usage("%w; names are parted by spaces: %s", err, strings.Join(spaced(n), " "))
		}
		if err != nil {
			return err
		}
		for _, f := range found {
			if f.Via != "" {
				a.say("%s: %s, %s", n, f.Name, f.Via)
			}
			s := c.Find(f.ID)
			if s == nil {
				return fmt.Errorf("%s is of a kind that --exclude-kind leaves out", f.Name)
			}
			if !slices.Contains(v.series, s) {
				v.series = append(v.series, s)
			}
		}
	}
	return nil
}

// spaced returns the names of a list parted by commas, as a shell takes them.
func spaced(list string) []string {
	var names []string
	for n := range strings.SplitSeq(list, ",") {
		if n = strings.TrimSpace(n); n != "" {
			names = append(names, inShell(n))
		}
	}
	return names
}

// largest leaves the n largest series of the newest complete year shown, one
// whose table is held whole; of the newest year shown where none is. Series
// without a figure in that year follow, in the order they had.
func (v *view) largest(n int) {
	c := v.comparison()
	of := v.years[len(v.years)-1]
	for _, i := range slices.Backward(v.years) {
		if ed := v.ds.Edition(c.Years[i]); ed != nil && !ed.Partial() {
			of = i
			break
		}
	}
	v.largeIn = c.Years[of]
	slices.SortStableFunc(v.series, func(a, b *pipeline.Series) int {
		x, y := a.Points[of].Reports, b.Points[of].Reports
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

func (v *view) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	head := []string{"id", "name"}
	if len(v.metrics) > 1 {
		head = append(head, "metric")
	}
	for _, i := range v.years {
		head = append(head, strconv.Itoa(v.comparison().Years[i]))
	}
	if err := c.Write(head); err != nil {
		return err
	}
	for _, s := range v.series {
		for _, m := range v.metrics {
			row := []string{s.ID, s.Name}
			if len(v.metrics) > 1 {
				row = append(row, m)
			}
			for _, i := range v.years {
				row = append(row, bare(s.Points[i], m))
			}
			if err := c.Write(row); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// bare writes a metric of a point as a plain number, "" where there is none.
func bare(pt pipeline.Point, metric string) string {
	decimals := func(f *float64, places int) string {
		if f == nil {
			return ""
		}
		pow := math.Pow10(places)
		return strconv.FormatFloat(math.Round(*f*pow)/pow, 'f', -1, 64)
	}
	switch metric {
	case "reports":
		if pt.Reports != nil {
			return number(*pt.Reports)
		}
	case "change":
		return decimals(pt.Percent, 2)
	case "share":
		return decimals(pt.Share, 8)
	case "rank":
		if pt.Rank > 0 {
			return strconv.Itoa(pt.Rank)
		}
	}
	return ""
}

// The JSON form of a comparison. Numbers are bare; null means no value, and
// "missing" says why.
type (
	jsonComparison struct {
		Unit     string        `json:"unit"`
		By       string        `json:"by"`
		Years    []int         `json:"years"`
		Series   []jsonSeries  `json:"series"`
		Breaks   []jsonBreak   `json:"breaks"`
		Editions []jsonEdition `json:"editions"`
	}
	jsonSeries struct {
		ID     string      `json:"id"`
		Name   string      `json:"name"`
		Kind   string      `json:"kind,omitempty"`
		Owner  string      `json:"company_id,omitempty"`
		Alone  bool        `json:"alone,omitempty"`
		First  int         `json:"first_year"`
		Last   int         `json:"last_year"`
		Points []jsonPoint `json:"points"`
	}
	jsonPoint struct {
		Year    int             `json:"year"`
		Reports *pipeline.Count `json:"reports"`
		Missing string          `json:"missing,omitempty"`
		Inside  string          `json:"inside,omitempty"`
		Status  string          `json:"status,omitempty"`
		Flags   string          `json:"flags,omitempty"`
		Change  *pipeline.Count `json:"change"`
		Percent *float64        `json:"change_percent"`
		Small   bool            `json:"small_base,omitempty"` // the percentage stands on fewer than pipeline.SmallBase reports
		Broken  bool            `json:"broken,omitempty"`
		Breaks  []string        `json:"breaks,omitempty"`
		Share   *float64        `json:"share"`
		Rank    *int            `json:"rank"`
		Members []string        `json:"members,omitempty"`
		Joined  []string        `json:"joined,omitempty"`
		Left    []string        `json:"left,omitempty"`
		Rows    []jsonRow       `json:"rows,omitempty"`
	}
	jsonRow struct {
		Name    string         `json:"esp_name"`
		Reports pipeline.Count `json:"reports"`
		Page    int            `json:"page,omitempty"`
		Row     int            `json:"row,omitempty"`
	}
	jsonBreak struct {
		ID          string `json:"id"`
		Who         string `json:"who"`
		From        int    `json:"from"`
		To          int    `json:"to"`
		Kind        string `json:"kind"`
		Forbids     string `json:"forbids"`
		Description string `json:"description"`
		Source      string `json:"source"`
	}
	jsonEdition struct {
		Year     int            `json:"year"`
		Status   string         `json:"status"`
		Reports  pipeline.Count `json:"reports"`
		Total    pipeline.Count `json:"printed_total"`
		Coverage float64        `json:"coverage"`
		Source   string         `json:"source"`
		SHA256   string         `json:"sha256,omitempty"`
	}
)

func (v *view) writeJSON(w io.Writer) error {
	c := v.comparison()
	out := jsonComparison{Unit: "reports", By: "platform", Series: []jsonSeries{}, Breaks: []jsonBreak{}, Editions: []jsonEdition{}}
	if v.company {
		out.By = "company"
	}
	used := map[int]bool{}
	for _, i := range v.years {
		out.Years = append(out.Years, c.Years[i])
		if ed := v.ds.Edition(c.Years[i]); ed != nil {
			e := jsonEdition{Year: ed.Year, Status: string(ed.Status), Reports: ed.Sum(), Coverage: ed.Coverage(), Source: ed.Source, SHA256: ed.Document.SHA256}
			if e.Source == "" {
				e.Source = ed.Document.Address()
			} else {
				e.Source = sourceWords(*ed)
			}
			if ed.Total != nil {
				e.Total = ed.Total.Reports
			}
			out.Editions = append(out.Editions, e)
		}
	}
	for _, s := range v.series {
		js := jsonSeries{ID: s.ID, Name: s.Name, Kind: string(s.Kind), Owner: s.Parent, Alone: s.Alone, First: s.First, Last: s.Last}
		for _, i := range v.years {
			pt := s.Points[i]
			jp := jsonPoint{
				Year: pt.Year, Reports: pt.Reports, Missing: string(pt.Missing), Inside: pt.Inside, Status: string(pt.Status),
				Flags: pt.Flags.String(), Change: pt.Change, Percent: pt.Percent, Small: pt.OnSmallBase(), Broken: pt.Broken, Share: pt.Share,
				Members: pt.Members, Joined: pt.Joined, Left: pt.Left,
			}
			if pt.Rank > 0 {
				jp.Rank = &pt.Rank
			}
			for _, b := range pt.Breaks {
				used[b] = true
				jp.Breaks = append(jp.Breaks, v.ds.Breaks[b].ID)
			}
			for _, i := range pt.Figures {
				f := v.ds.Figures[i]
				jp.Rows = append(jp.Rows, jsonRow{f.Name, f.Reports, f.At.Page, f.At.Row})
			}
			js.Points = append(js.Points, jp)
		}
		out.Series = append(out.Series, js)
	}
	for i, b := range v.ds.Breaks {
		if used[i] {
			out.Breaks = append(out.Breaks, jsonBreak{b.ID, b.Who, b.From, b.To, b.Kind, string(b.Forbids), b.Description, b.Source})
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
