package tables

import (
	"fmt"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

var (
	statuses = []Value{
		{string(pipeline.Verified), "read from NCMEC's document, whose rows sum to its printed total"},
		{string(pipeline.Checked), "the same, but the document came by hand and its bytes are not known"},
		{string(pipeline.Published), "read from NCMEC's document, which failed a check"},
		{string(pipeline.SecondaryHand), "transcribed by a third party"},
	}
	verdicts = []Value{
		{string(compare.Yes), "comparable"},
		{string(compare.Care), "comparable with care: see the reasons"},
		{string(compare.No), "not comparable: no change is given"},
	}
	whyBlank = []Value{
		{string(pipeline.NoRow), "the edition has no such row: nothing reported, or inside another row; not zero"},
		{string(pipeline.InsideRow), "likely inside a combined row"},
		{string(pipeline.NotCovered), "the year's only source lists some rows only, and not this one"},
		{string(pipeline.NoEdition), "no edition of the year"},
		{string(pipeline.NotInRollUp), "the company owned no listed platform on 31 December"},
	}
	kindField = Field{Name: "kind", Kind: Text, Enum: values(pipeline.Kinds, func(pipeline.Kind) string { return "" }),
		About: "What sort of reporter this is. NCMEC lists hotlines and its own services together with the platforms people use."}
	categoryField = Field{Name: "category", Kind: Text, About: "Category of the service by its own words, such as social, dating or gaming; blank where the members are of several."}
	marksField    = Field{Name: "marks", Kind: Text, Pattern: `[bcoprsuxz]( [bcoprsuxz])*`, About: "Shorthand letters separated by spaces. " + markCodebook()}
	statusField   = Field{Name: "status", Kind: Text, Enum: statuses, About: "How far the figure can be trusted: the weakest status of the rows added up."}
)

func markCodebook() string {
	var list []string
	for _, m := range pipeline.FlagMeanings {
		list = append(list, string(m.Flag)+": "+m.Meaning)
	}
	return strings.Join(list, ". ") + "."
}

// seriesFields are the columns of every table of series.
func seriesFields() []Field {
	return []Field{
		{Name: "id", Kind: Text, Required: true, About: "Stable identifier of the series."},
		{Name: "name", Kind: Text, Required: true, About: "Name of the platform, company, category, set or total."},
		categoryField,
		{Name: "year", Kind: Year, Required: true, About: "Calendar year the reports were made in."},
		{Name: "reports", Kind: Integer, Unit: "reports", About: "Number of CyberTipline reports. Not files, not images, not children. Blank where why_blank says why."},
		{Name: "why_blank", Kind: Text, Enum: whyBlank, About: "Why there is no number."},
		{Name: "share_percent", Kind: Number, Unit: "percent", About: "Part of all reports by providers in the year, by the printed total, in percent."},
		{Name: "rank", Kind: Integer, About: "1 is the largest reporter of the year; equal numbers share a rank. Blank where rows that a partial source does not list could change it."},
		{Name: "change", Kind: Integer, Unit: "reports", About: "Reports more than in the year before. Blank where either year has no number or the years are not comparable."},
		{Name: "change_percent", Kind: Number, Unit: "percent", About: "The same in percent: 32.4 means 32.4% more. Not meaningful on a base of fewer than 100 reports."},
		{Name: "comparable", Kind: Text, Enum: verdicts, About: "Whether the number of reports compares with the year before. Blank where either year has no number."},
		{Name: "reasons", Kind: Text, About: "Why it compares only with care, or not at all: ids of breaks.csv, or one of combined-row, ownership, partial-year, secondary, by-hand, not-verified, small-base; separated by \"; \", most serious first."},
		{Name: "like_for_like_percent", Kind: Number, Unit: "percent", About: "Change in percent over what the company owned on 31 December of both years, where what it owned changed."},
		marksField,
		statusField,
		{Name: "members", Kind: Text, About: "Ids of the platforms added up, largest first, separated by \";\". Blank for a single platform."},
	}
}

// Series returns the table of some series in some years, the form in which
// `compare` answers.
func Series(m *compare.Model, list []*compare.Series, years []int) Table {
	t := Table{Name: "series", Title: "Series", About: "Series with shares, ranks and changes from the year before.", Fields: seriesFields(), Key: []string{"id", "year"}}
	for _, s := range list {
		for _, year := range years {
			if p := s.At(year); p != nil {
				t.Rows = append(t.Rows, seriesRow(m, s, p))
			}
		}
	}
	return t
}

func seriesRow(m *compare.Model, s *compare.Series, p *compare.Point) Row {
	var share, change, percent, like any
	if p.Share != nil {
		share = 100 * *p.Share
	}
	b := m.Between(s, p.Year-1, p.Year, pipeline.MeasureReports)
	if b.Change != nil {
		change, percent = count(b.Change.Reports), number(b.Change.Percent)
	}
	if b.LikeForLike != nil {
		like = number(b.LikeForLike.Change.Percent)
	}
	members := ""
	if s.Type != compare.TypePlatform {
		members = strings.Join(p.Members, ";")
	}
	return Row{s.ID, s.Name, s.Category, p.Year, count(p.Reports), string(p.Missing), share, positive(p.Rank), change, percent,
		string(b.Verdict), b.Codes(), like, p.Marks.String(), string(p.Status), members}
}

func number(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// PlatformSeries has every platform in every year.
func PlatformSeries(m *compare.Model) Table {
	t := Series(m, m.Platforms, m.Years)
	t.Name, t.Title = "platform-series", "Platforms: every year, with shares, ranks and changes"
	t.About = "The wide table of platforms in long form, with what it cannot hold: why a value is blank, share, rank, change and whether it compares with the year before."
	t.Refs = []Reference{{"id", "platforms-by-year", "id"}}
	return t
}

// CompanySeries has every company in every year. It is a table of its own,
// because platforms and companies in one would sum to twice the total.
func CompanySeries(m *compare.Model) Table {
	t := Series(m, m.Companies, m.Years)
	t.Name, t.Title = "company-series", "Companies: every year, with shares, ranks and changes"
	t.About = "Each company's sum over the platforms it owned on 31 December, with its members. A platform without a known owner is in it under its own id, so that each year sums to its rows."
	t.Refs = []Reference{{"id", "companies-by-year", "id"}}
	return t
}

// ByYear is a wide table: one row a series, one column a year. who is
// "platforms" or "companies".
func ByYear(m *compare.Model, who string) Table {
	list := m.Platforms
	t := Table{Name: who + "-by-year", Key: []string{"id"}, Title: "Platforms by year",
		About: "Reports of each platform in each year, largest in the newest complete year first. A blank is not zero: platform-series.csv says why. Look at marks before you compare two years."}
	kind := kindField
	if who == "companies" {
		list = m.Companies
		t.Title, t.About = "Companies by year", "Reports of each company in each year: the sum over the platforms it owned on 31 December. company-series.csv names the members. A platform without a known owner is in it under its own id. Look at marks before you compare two years."
		kind = Field{Name: "kind", Kind: Text, Required: true, Enum: []Value{{"company", "sum of what it owned"}, {"alone", "a platform without a known owner"}}, About: "company, or alone: a platform without a known owner."}
	}
	t.Fields = []Field{
		{Name: "id", Kind: Text, Required: true, About: "Stable identifier."},
		{Name: "name", Kind: Text, Required: true, About: "Name as people know it."},
		kind, categoryField,
	}
	for _, y := range m.Years {
		t.Fields = append(t.Fields, Field{Name: fmt.Sprintf("reports_%d", y), Kind: Integer, Unit: "reports", About: fmt.Sprintf("CyberTipline reports in %d.", y)})
	}
	t.Fields = append(t.Fields, Field{Name: "marks", Kind: Text, About: "Marks of each year that has any, such as \"2021: b; 2024: p s\". " + markCodebook()})
	for _, s := range list {
		row := Row{s.ID, s.Name, kindOf(s), s.Category}
		var marks []string
		for _, p := range s.Points {
			row = append(row, count(p.Reports))
			if p.Marks != "" && p.Marks != "x" && p.Marks != "z" {
				marks = append(marks, fmt.Sprintf("%d: %s", p.Year, p.Marks))
			}
		}
		t.Rows = append(t.Rows, append(row, strings.Join(marks, "; ")))
	}
	return t
}

func kindOf(s *compare.Series) string {
	switch {
	case s.Type == compare.TypePlatform:
		return string(s.Kind)
	case s.Alone:
		return "alone"
	}
	return "company"
}

// Movers is the form in which `movers` answers: who moved, entered or left,
// and who is not comparable, each apart.
func Movers(v compare.Movers) Table {
	t := Table{Name: "movers", Title: "Movers", About: "Who rose and fell between two years.", Fields: moverFields()}
	for _, mv := range v.All() {
		t.Rows = append(t.Rows, moverRow(mv))
	}
	return t
}

func moverFields() []Field {
	return []Field{
		{Name: "id", Kind: Text, Required: true, About: "Stable identifier of the series."},
		{Name: "name", Kind: Text, Required: true, About: "Its name."},
		categoryField,
		{Name: "from", Kind: Integer, Unit: "reports", About: "Reports in the earlier year."},
		{Name: "to", Kind: Integer, Unit: "reports", About: "Reports in the later year."},
		{Name: "change", Kind: Integer, Unit: "reports", About: "Reports more. Blank where the years are not comparable or one has no number."},
		{Name: "change_percent", Kind: Number, Unit: "percent", About: "The same in percent."},
		{Name: "comparable", Kind: Text, Enum: verdicts, About: "Whether the two years compare."},
		{Name: "reasons", Kind: Text, About: "Why they compare only with care, or not at all, as in platform-series.csv; or why a value is blank."},
		{Name: "group", Kind: Text, Required: true, Enum: []Value{
			{string(compare.Moved), "comparable: rose, fell or stayed"},
			{string(compare.Entered), "a row in the later year, none in the earlier one"},
			{string(compare.Left), "a row in the earlier year, none in the later one"},
			{string(compare.NotComparable), "values that do not compare, or a value that is inside another row or not listed"},
		}, About: "Which part of the movers it is in."},
	}
}

func moverRow(mv compare.Mover) Row {
	var change, percent any
	if mv.Change != nil {
		change, percent = count(mv.Change.Reports), number(mv.Change.Percent)
	}
	reasons := mv.Codes()
	if reasons == "" {
		reasons = mv.Why
	}
	return Row{mv.Series.ID, mv.Series.Name, mv.Series.Category, count(mv.From.Reports), count(mv.To.Reports), change, percent,
		string(mv.Verdict), reasons, string(mv.Movement)}
}

// AllMovers has the movers of every two consecutive years among platforms.
func AllMovers(m *compare.Model) Table {
	t := Table{Name: "movers", Title: "Movers: who rose, fell, entered and left, year by year",
		About:  "Every platform between every two consecutive years, the largest falls first, then rises, entrants, leavers, and what is not comparable. Hotlines and NCMEC's own services are left out.",
		Fields: append(moverFields(), Field{Name: "from_year", Kind: Year, Required: true, About: "The earlier year."}, Field{Name: "to_year", Kind: Year, Required: true, About: "The later year."}),
		Key:    []string{"id", "from_year"}, Refs: []Reference{{"id", "platforms-by-year", "id"}}}
	for i := 1; i < len(m.Years); i++ {
		v := m.Movers(m.Years[i-1], m.Years[i], compare.MoversOptions{MinBase: 1})
		for _, mv := range v.All() {
			t.Rows = append(t.Rows, append(moverRow(mv), v.From, v.To))
		}
	}
	return t
}
