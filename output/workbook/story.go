package workbook

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The sheets that are read first: cover, contents, the three charts to publish,
// and the notes.

func (b *Book) coverSheet(others []*sheet) *sheet {
	s := b.sheet("Cover")
	has := func(name string) bool {
		return slices.ContainsFunc(others, func(x *sheet) bool { return x.name == name })
	}
	add := func(topic, text, sheet string) {
		if text == "" || sheet != "" && sheet != "Contents" && !has(sheet) {
			return
		}
		s.rows = append(s.rows, []any{topic, text, sheet})
		if sheet != "" {
			s.linkTo(3, HeaderRow+len(s.rows), sheet+"!A1", "Go to the sheet "+sheet)
		}
	}
	add("What it is", "How often each provider reported suspected child sexual exploitation to the National Center for Missing & Exploited Children (NCMEC), read from NCMEC's yearly tables.", "Contents")
	add("Unit", "CyberTipline reports: not files, not images, not children. Volume measures detection and reporting, not how much abuse there is, nor how safe a service is.", "Notes_and_findings")
	add("How sure", b.howSure(), "Editions")
	add("Comparing", "Years are not always comparable. Every change comes with a verdict: yes, care or no, and its reasons. A change that may not be shown is blank.", "Breaks")
	add("Tables", fmt.Sprintf("The column names of every table are in row %d of its sheet. Tables of more than %d rows have filters and a frozen header, for those who work with them.", HeaderRow, filterOver), "Series")
	add("Key message", b.largestMessage(), "Largest")
	add("Key message", b.metaMessage(), "Meta_and_others")
	add("Key message", b.categoryMessage(), "Categories")
	add("To explore", "Choose series, measure and years; chart, change and verdict follow.", "Compare")
	add("To explore", "Choose two years; largest falls and rises, entrants and leavers.", "Movers")
	add("To explore", "Choose one platform, company, category or total; every year of it.", "Profile")
	add("How to cite", fmt.Sprintf("A figure: National Center for Missing & Exploited Children, %d CyberTipline Reports by ESP, page and row as on All_rows, address and date as on Editions. A share, rank or change: the same, calculated by espfigures.", b.complete), "All_rows")
	add("Version", fmt.Sprintf("Version of the data: %s. The same documents and registry give the same version.", b.m.Data.Version()), "Editions")
	if b.m.Data.Worst() == pipeline.Fail {
		add("Warning", "Some figures failed a check and may not be published as verified. Notes_and_findings says which.", "Notes_and_findings")
	}
	return s
}

// howSure says what each year rests on.
func (b *Book) howSure() string {
	years := map[pipeline.Status][]int{}
	for _, e := range b.m.Data.Editions {
		years[e.Status] = append(years[e.Status], e.Year)
	}
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
		if ys := years[x.status]; len(ys) > 0 {
			slices.Sort(ys)
			list = append(list, fmt.Sprintf(x.text, yearRanges(ys)))
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
	if i := slices.Index(b.m.Years, b.complete); i >= 0 && i+1 < len(b.m.Years) {
		next := b.m.Between(meta, b.complete, b.m.Years[i+1], pipeline.MeasureReports)
		if next.Verdict == compare.No {
			least := ""
			if next.To.AtLeast {
				least = "at least "
			}
			text += fmt.Sprintf(" The %s%s of %d do not compare with that.", least, *next.To.Reports, next.To.Year)
		}
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

func (b *Book) contentsSheet() *sheet {
	return b.sheet("Contents")
}

const largestRows = 15

func (b *Book) largestSheet() *sheet {
	s := b.sheet("Largest")
	for _, x := range b.m.Largest(largestRows) {
		p := x.At(b.complete)
		if p == nil || p.Reports == nil {
			continue
		}
		s.rows = append(s.rows, slices.Concat([]any{x.ID, inLine(x.Name), x.Category, b.company(x.Parent)}, reportsOf(x), []any{percent(p.Share), tables.Positive(p.Rank), yearMarks(x)}))
	}
	s.draw = func() error {
		return b.barChart(s, s.span("name"), s.span(fmt.Sprint("reports_", b.complete)), fmt.Sprintf("The %d providers with most CyberTipline reports, %d", len(s.rows), b.complete),
			"Bar chart of the providers with most CyberTipline reports in the newest complete year. "+b.largestMessage(), false, nil)
	}
	return s
}

// metaSheet sets Meta's services against all other providers: the question
// that most readers come with.
func (b *Book) metaSheet() *sheet {
	s := b.sheet("Meta_and_others")
	meta := b.m.Company("meta")
	if meta == nil || meta.Alone {
		return s
	}
	members := b.mainMembers(meta)
	s.cols = []column{{"year", 16, plain}, {"Combined row", 15, whole}} // named as the legend shows them
	for _, id := range members {
		s.cols = append(s.cols, column{label(b.name(id)), 15, whole})
	}
	s.cols = append(s.cols, column{"Other services of Meta", 15, whole}, column{"All other providers", 15, whole}, column{"Not listed by the source", 15, whole}, column{"comparable", 13, text}, column{"marks", 16, text}, column{"label", 18, text}, column{"reasons", 120, text})
	for i := range meta.Points {
		if row := b.metaRow(meta, members, i); row != nil {
			s.rows = append(s.rows, row)
		}
	}
	s.draw = func() error {
		colours := []string{"4A6FA5", "0B3C6F", "C44E00", "00735C", "7A4E9E", "9A9A9A", "DDDDDD"}
		var stack []bar
		for k := 1; k < len(members)+5; k++ {
			c := s.cols[k]
			colour := colours[min(k-1, 3)]
			if from := len(members) + 2; k >= from {
				colour = colours[4+k-from]
			}
			stack = append(stack, bar{fmt.Sprintf("Meta_and_others!$%s$%d", column26(k+1), HeaderRow), s.span(c.name), colour})
		}
		return b.columnChart(s, s.span("label"), stack, "Meta's services and all other providers: CyberTipline reports by calendar year", "Meta and others",
			"Stacked column chart of CyberTipline reports by calendar year: Meta's services, all other providers, and what a partial source does not list. "+b.metaMessage()+" [b] or [o] below a column: Meta's sum does not compare with the year before. [p]: partial year.", nil)
	}
	return s
}

// mainMembers are the largest members that have rows of their own.
func (b *Book) mainMembers(s *compare.Series) []string {
	var list []string
	for i := len(s.Points) - 1; i >= 0; i-- {
		for _, f := range s.Points[i].Figures {
			if !f.Combined && !slices.Contains(list, f.Platform) && len(list) < 3 {
				list = append(list, f.Platform)
			}
		}
	}
	return list
}

func (b *Book) metaRow(meta *compare.Series, members []string, i int) []any {
	p, total := &meta.Points[i], &b.m.ESPTotal.Points[i]
	e := b.m.Data.Edition(p.Year)
	if e == nil {
		return nil
	}
	parts := make([]pipeline.Count, len(members)+2) // combined, members, others
	for _, f := range p.Figures {
		k := 1 + slices.Index(members, f.Platform)
		switch {
		case f.Combined || f.Flags.Has(pipeline.FlagCombined):
			k = 0
		case k == 0:
			k = len(parts) - 1
		}
		parts[k] += f.Reports
	}
	row := []any{p.Year}
	var sum pipeline.Count
	for _, n := range parts {
		if sum += n; n > 0 {
			row = append(row, n)
		} else {
			row = append(row, nil)
		}
	}
	row = append(row, e.Sum()-sum)
	if total.Reports != nil && *total.Reports > e.Sum() {
		row = append(row, *total.Reports-e.Sum())
	} else {
		row = append(row, nil)
	}
	var before compare.Between
	if i > 0 {
		before = b.m.Between(meta, b.m.Years[i-1], p.Year, pipeline.MeasureReports)
	}
	return append(row, string(before.Verdict), marks(p.Marks), strings.TrimSpace(fmt.Sprint(p.Year, " ", marks(chartMarks(p)))), reasonTexts(before))
}

// chartMarks are the marks that change how a column of the chart is read.
func chartMarks(p *compare.Point) pipeline.Flags {
	var f pipeline.Flags
	for _, mark := range []rune{pipeline.FlagBreak, pipeline.FlagOwner, pipeline.FlagPartial} {
		if p.Marks.Has(mark) {
			f = f.With(mark)
		}
	}
	return f
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
			share, rank = percent(p.Share), tables.Positive(p.Rank)
		}
		members, n := b.categoryMembers(x.ID)
		s.rows = append(s.rows, slices.Concat([]any{x.ID, inLine(x.Name), n}, reportsOf(x), []any{share, rank, yearMarks(x), members, definition[x.ID]}))
	}
	s.draw = func() error {
		return b.barChart(s, s.span("name"), s.span(fmt.Sprint("reports_", b.complete)), fmt.Sprintf("CyberTipline reports by category of provider, %d", b.complete),
			"Bar chart of the CyberTipline reports of each category of provider in the newest complete year. "+b.categoryMessage(), false, nil)
	}
	return s
}

// categoryMembers names the largest members of a category, and counts all.
func (b *Book) categoryMembers(id string) (string, int) {
	var list []string
	n := 0
	for _, x := range b.m.Platforms { // largest first
		if x.Category != id {
			continue
		}
		if n++; n <= 12 {
			list = append(list, inLine(x.Name))
		}
	}
	text := strings.Join(list, ", ")
	if n > len(list) {
		text += fmt.Sprintf(" and %d more", n-len(list))
	}
	return text, n
}
