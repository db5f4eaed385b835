package workbook

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The sheets that are read first: the cover and the three charts to publish.

// What the cover says: topic, text, and the sheet that its row leads to.
//
//go:embed cover.csv
var coverFile []byte

// coverSheet says what the workbook is, and lists the other sheets.
func (b *Book) coverSheet(others []*sheet) *sheet {
	s := b.sheet("Cover")
	add := func(topic, text, leads string) {
		s.rows = append(s.rows, []any{topic, text, leads})
		if leads != "" {
			s.linkTo(3, s.last(), leads+"!A1", "Go to the sheet "+leads)
		}
	}
	for _, row := range tables.ReadRows(coverFile) {
		text, leads := b.words.Replace(row["text"]), row["go_to"]
		if text != "" && (leads == "" || slices.ContainsFunc(others, func(x *sheet) bool { return x.name == leads })) {
			add(row["topic"], text, leads)
		}
	}
	for _, x := range others {
		add("Sheet", x.texts["about"], x.name)
	}
	return s
}

// howSure says what each year rests on.
func (b *Book) howSure() string {
	var list []string
	for _, x := range []struct {
		status pipeline.Status
		text   string
	}{
		{pipeline.Verified, "Verified: %s; the rows sum exactly to the printed total."},
		{pipeline.Checked, "Checked: %s; the same, but the documents came by hand and their bytes are not known."},
		{pipeline.Published, "Not verified: %s; a check failed."},
		{pipeline.SecondaryHand, "Partial: %s; a third party's transcription of some of the rows."},
	} {
		years := slices.DeleteFunc(slices.Clone(b.m.Years), func(y int) bool {
			e := b.m.Data.Edition(y)
			return e == nil || e.Status != x.status
		})
		if len(years) > 0 {
			list = append(list, fmt.Sprintf(x.text, yearRanges(years)))
		}
	}
	return strings.Join(list, " ")
}

// said returns the reports of a series in the newest complete year and its
// share, "" where it has none.
func (b *Book) said(s *compare.Series) (reports, share string) {
	if s == nil {
		return "", ""
	}
	p := s.At(b.complete)
	if p == nil || p.Reports == nil || p.Share == nil {
		return "", ""
	}
	return p.Reports.String(), pipeline.PercentText(*p.Share)
}

func (b *Book) largestMessage() string {
	var said []string
	for _, s := range b.m.Largest(3) {
		if n, share := b.said(s); n != "" {
			said = append(said, fmt.Sprintf("%s (%s; %s)", inLine(s.Name), n, share))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return fmt.Sprintf("In %d the most reports came from %s; shares are of all reports by providers.", b.complete, strings.Join(said, ", "))
}

func (b *Book) metaMessage() string {
	meta := b.m.Company("meta")
	n, share := b.said(meta)
	if n == "" || meta.Alone {
		return ""
	}
	text := fmt.Sprintf("In %d the services of %s made %s reports, %s of all reports by providers.", b.complete, inLine(meta.Name), n, share)
	next := b.m.Between(meta, b.complete, b.complete+1, pipeline.MeasureReports)
	if next.Verdict == compare.No {
		least := ""
		if next.To.AtLeast {
			least = "at least "
		}
		text += fmt.Sprintf(" The %s%s of %d do not compare with that.", least, *next.To.Reports, next.To.Year)
	}
	return text
}

func (b *Book) categoryMessage() string {
	if len(b.m.Categories) == 0 {
		return ""
	}
	s := b.m.Categories[0]
	n, share := b.said(s)
	if n == "" {
		return ""
	}
	return fmt.Sprintf("In %d the category %s made most reports: %s, %s of all reports by providers.", b.complete, inLine(s.Name), n, share)
}

const largestRows = 15

func (b *Book) largestSheet() *sheet {
	s := b.sheet("Largest")
	for _, x := range b.m.Largest(largestRows) {
		p := x.At(b.complete)
		if p == nil || p.Reports == nil {
			continue
		}
		s.rows = append(s.rows, slices.Concat([]any{x.ID, inLine(x.Name), x.Category, b.company(x.Parent)}, reportsOf(x), []any{tables.Percent(p.Share), tables.Positive(p.Rank), yearMarks(x)}))
	}
	s.draw = func() error {
		return b.barChart(s, s.span("name"), s.span(fmt.Sprint("reports_", b.complete)), fmt.Sprintf("The %d providers with most CyberTipline reports, %d", len(s.rows), b.complete),
			"Bar chart of the providers with most CyberTipline reports in the newest complete year. "+b.largestMessage())
	}
	return s
}

func (b *Book) categoriesSheet() *sheet {
	s := b.sheet("Categories")
	definition := map[string]string{}
	for _, c := range b.m.Data.Categories {
		definition[c.ID] = c.Definition
	}
	for _, x := range b.m.Categories {
		var share, rank any
		if p := x.At(b.complete); p != nil {
			share, rank = tables.Percent(p.Share), tables.Positive(p.Rank)
		}
		members, n := b.categoryMembers(x.ID)
		s.rows = append(s.rows, slices.Concat([]any{x.ID, inLine(x.Name), n}, reportsOf(x), []any{share, rank, yearMarks(x), members, definition[x.ID]}))
	}
	s.draw = func() error {
		return b.barChart(s, s.span("name"), s.span(fmt.Sprint("reports_", b.complete)), fmt.Sprintf("CyberTipline reports by category of provider, %d", b.complete),
			"Bar chart of the CyberTipline reports of each category of provider in the newest complete year. "+b.categoryMessage())
	}
	return s
}

// categoryMembers names the largest members of a category, and counts all.
func (b *Book) categoryMembers(id string) (string, int) {
	var list []string
	for _, x := range b.m.Platforms { // largest first
		if x.Category == id {
			list = append(list, inLine(x.Name))
		}
	}
	const most = 12
	if len(list) <= most {
		return strings.Join(list, ", "), len(list)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most), len(list)
}

// metaSheet sets Meta's services against all other providers: the question
// that most readers come with.
func (b *Book) metaSheet() *sheet {
	s := b.sheet("Meta_and_others")
	meta := b.m.Company("meta")
	if meta == nil || meta.Alone {
		return s
	}
	members := mainMembers(meta)
	names := []string{"Combined row"} // as the legend shows them
	colours := []string{"4A6FA5", "0B3C6F", "C44E00", "00735C"}[:1+len(members)]
	for _, id := range members {
		names = append(names, label(b.name(id)))
	}
	names = append(names, "Other services of Meta", "All other providers", "Not listed by the source")
	colours = append(colours, "7A4E9E", "9A9A9A", "DDDDDD")
	for i, name := range names {
		s.cols = slices.Insert(s.cols, 1+i, column{name, 15, whole})
	}
	for i := range meta.Points {
		if row := b.metaRow(meta, members, i); row != nil {
			s.rows = append(s.rows, row)
		}
	}
	s.draw = func() error {
		var stack []bar
		for i, name := range names {
			stack = append(stack, bar{s.name + "!" + fixed(2+i, HeaderRow), s.span(name), colours[i]})
		}
		return b.columnChart(s, stack, "Meta's services and all other providers: CyberTipline reports by calendar year",
			"Stacked column chart of CyberTipline reports by calendar year: Meta's services, all other providers, and what a partial source does not list. "+b.metaMessage()+" [b] or [o] below a column: Meta's sum does not compare with the year before. [p]: partial year.")
	}
	return s
}

// mainMembers are the largest members that have rows of their own, newest first.
func mainMembers(s *compare.Series) []string {
	var list []string
	for _, p := range slices.Backward(s.Points) {
		for _, f := range p.Figures {
			if !f.Combined && !slices.Contains(list, f.Platform) && len(list) < 3 {
				list = append(list, f.Platform)
			}
		}
	}
	return list
}

func (b *Book) metaRow(meta *compare.Series, members []string, i int) []any {
	p, total := &meta.Points[i], b.m.ESPTotal.Points[i].Reports
	e := b.m.Data.Edition(p.Year)
	if e == nil {
		return nil
	}
	parts := make([]pipeline.Count, len(members)+4) // combined, members, other services, others, not listed
	other := len(members) + 1
	for _, f := range p.Figures {
		k := 1 + slices.Index(members, f.Platform)
		switch {
		case f.Combined || f.Flags.Has(pipeline.FlagCombined):
			k = 0
		case k == 0:
			k = other
		}
		parts[k] += f.Reports
	}
	parts[other+1] = e.Sum()
	if p.Reports != nil {
		parts[other+1] -= *p.Reports
	}
	if total != nil {
		parts[other+2] = max(0, *total-e.Sum())
	}
	row := []any{p.Year}
	for _, n := range parts {
		row = append(row, tables.Positive(n))
	}
	shown := pipeline.Flags("") // marks that change how a column of the chart is read
	for _, mark := range []rune{pipeline.FlagBreak, pipeline.FlagOwner, pipeline.FlagPartial} {
		if p.Marks.Has(mark) {
			shown = shown.With(mark)
		}
	}
	before := b.m.Between(meta, p.Year-1, p.Year, pipeline.MeasureReports)
	return append(row, string(before.Verdict), marks(p.Marks), strings.TrimSpace(fmt.Sprint(p.Year, " ", marks(shown))), reasonTexts(before))
}
