package workbook

import (
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// plan lists the sheets of this Dataset in their order: publication tables,
// then the sheets to explore them with. A sheet without content is not made.
func (b *book) plan() []*sheet {
	ds, span := b.ds, b.span()
	tabled := func(make func(*sheet) *table) func(*book, *sheet) error {
		return func(b *book, s *sheet) error { return b.writeTable(s, make(s)) }
	}
	sheets := []*sheet{
		newSheet("Cover", "CyberTipline reports by electronic service provider, "+span, "What this workbook is, and its key figures.", false, tabled(b.coverSheet)),
		newSheet("Contents", "Contents", "This list of sheets.", false, tabled(b.contentsSheet)),
		newSheet("Notes", "Notes", "Numbered notes, each with what it rests on.", false, tabled(b.notesSheet)),
		newSheet("Editions", "Editions: the document behind each year", "Document, hash, rows, printed total, sum and verdict of each year.", false, tabled(b.editionsSheet)),
		newSheet("Platforms_by_year", "Reports by platform and year, "+span, "Every platform in every year.", false, tabled(b.platformsSheet)),
		newSheet("Companies_by_year", "Reports by company and year, "+span, "Platforms added up under their owner on 31 December of the year, members named.", false, tabled(b.companiesSheet)),
		newSheet("Change_platforms", "Change of reports from the year before, by platform", "Change in reports and in percent, where no break forbids it.", false, tabled(b.changePlatforms)),
		newSheet("Change_companies", "Change of reports from the year before, by company", "Change in reports and in percent, where no break forbids it.", false, tabled(b.changeCompanies)),
		newSheet("Share_platforms", "Share of the ESP total and rank, by platform and year", "Share of the year's ESP total, and rank among platforms.", false, tabled(b.sharePlatforms)),
		newSheet("Share_companies", "Share of the ESP total and rank, by company and year", "Share of the year's ESP total, and rank among companies.", false, tabled(b.shareCompanies)),
		newSheet("Combined_rows", "Rows that combine platforms", "Rows printed for several platforms at once, with their likely members.", false, tabled(b.combinedSheet)),
		newSheet("Breaks", "Breaks in comparability", "Years that cannot be compared, or only with a caveat, and why.", false, tabled(b.breaksSheet)),
		newSheet("Names", "Names: from printed or transcribed name to platform and company", "What each printed or transcribed name resolves to, and why.", false, tabled(b.namesSheet)),
		newSheet("All_rows", "All rows, as printed or transcribed, with page and document", "One row for each printed or transcribed row: the tidy table behind everything else.", false, tabled(b.allRowsSheet)),
		newSheet("Totals", "CyberTipline totals by year", "Totals of the CyberTipline from NCMEC's other publications.", false, tabled(b.totalsSheet)),
		newSheet("Findings", "Findings", "What is odd in the data or its sources, and what would mend it.", false, tabled(b.findingsSheet)),
	}
	if len(ds.Changes) > 0 {
		sheets = append(sheets, newSheet("Revisions", "Revisions: rows that differ between versions of an edition", "Rows that NCMEC changed between versions of a year's table.", false, tabled(b.revisionsSheet)))
	}
	return append(sheets, b.exploreSheets(tabled)...)
}

// rowsOf turns a slice into the rows of a table.
func rowsOf[T any](list []T, row func(i int, v *T) []any) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for i := range list {
			if !yield(row(i, &list[i])) {
				return
			}
		}
	}
}

func (b *book) coverSheet(s *sheet) *table {
	var verified, published, secondary []int
	for _, e := range b.ds.Editions {
		switch e.Status {
		case pipeline.Verified:
			verified = append(verified, e.Year)
		case pipeline.Published:
			published = append(published, e.Year)
		default:
			secondary = append(secondary, e.Year)
		}
	}
	lead := []string{
		"How often each platform reported suspected child sexual exploitation to the National Center for Missing & Exploited Children (NCMEC), read from NCMEC's yearly tables.",
	}
	lead = append(lead, b.headlines()...)
	if len(verified) > 0 {
		lead = append(lead, "Verified: "+yearRanges(verified)+". The rows of each of these editions sum exactly to the total it prints.")
	}
	if len(published) > 0 {
		lead = append(lead, "Published, not verified: "+yearRanges(published)+". A check of these editions failed; see Findings.")
	}
	if len(secondary) > 0 {
		lead = append(lead, "Partial: "+yearRanges(secondary)+". A third party's transcription of part of the table; shown in italics and marked on every chart.")
	}
	explore := "To explore: Compare (up to eight lines from dropdowns), Top (the largest of a year), Profile (one platform's page)."
	if len(b.ds.Figures) > maxExploreRows {
		explore = fmt.Sprintf("The sheets to choose and browse in are left out of a workbook of more than %s rows; explorer.html does what they do.", pipeline.Count(maxExploreRows))
	}
	lead = append(lead,
		"Reports measure detection and reporting practice: not how much abuse there is, not children, not safety.",
		"Years are not always comparable. Breaks lists where and why; a change across a break that forbids it is not shown.",
		explore,
		"To cite a figure: name NCMEC, the edition's title, page and row (sheet All_rows), and the date of the document (sheet Editions).",
		"Rights: the figures are facts; the documents they were read from are NCMEC's.",
	)
	cols := []column{{"Year", 8, kYear, false}, {"Edition", 28, kText, false}, {"Reports by ESPs", 15, kNum, false}, {"Rows", 8, kNum, false}, {"Largest company, by what it owned on 31 December", 26, kText, false}, {"Its reports", 14, kNum, false}, {"Marks of company", 12, kText, false}, {"Its share", 10, kShare, false}, {"The share is", 26, kText, false}, {"Largest platform", 22, kText, false}, {"Reports of platform", 14, kNum, false}, {"Marks of platform", 12, kText, false}}
	return &table{
		name: "key_figures", what: "The key figures of each year.", lead: lead, landscape: true, leadFirst: true, marks: true, blanks: "no edition of the year is held, it does not give the figure, the largest is not in a selection, or there is no mark.", source: "NCMEC's CyberTipline Reports by ESP; documents, addresses and hashes on the sheet Editions.",
		cols: cols,
		rows: func(yield func([]any) bool) {
			for i, y := range b.ds.ByPlatform.Years {
				row := make([]any, len(cols))
				row[0], row[1] = y, "no edition held"
				if e := b.editions[y]; e != nil {
					row[1] = b.verdictShort(e)
					if e.Total != nil {
						row[2] = e.Total.Reports
					}
					row[3] = len(e.Rows)
					if s, p := largest(b.ds.ByCompany.Series, i); s != nil {
						row[4], row[5], row[6] = inLine(s.Name), *p.Reports, marks(p.Flags)
						if p.Share != nil {
							row[7] = *p.Share
						}
					}
					if row[7] != nil && e.Partial() {
						row[8] = "at least (partial source)"
					} else if row[7] != nil {
						row[8] = "exact"
					}
					if s, p := largest(b.ds.ByPlatform.Series, i); s != nil {
						row[9], row[10], row[11] = inLine(s.Name), *p.Reports, marks(p.Flags)
					}
				}
				if !yield(row) {
					return
				}
			}
		},
	}
}

// headlines tells the newest complete year and the newest year in a sentence
// each.
func (b *book) headlines() []string {
	var out []string
	years := b.ds.ByPlatform.Years
	for i, y := range years {
		e := b.editions[y]
		if e == nil || e.Total == nil || y != b.newestComplete() && y != years[len(years)-1] {
			continue
		}
		part := ""
		if e.Partial() {
			part = " (partial: " + words.PercentText(e.Coverage()) + " of them listed by platform)"
		}
		text := fmt.Sprintf("In %d ESPs made %s reports%s.", y, e.Total.Reports, part)
		if s, p := largest(b.ds.ByCompany.Series, i); s != nil && p.Share != nil {
			who := fmt.Sprintf("%s (what it owned on 31 December %d)", inLine(s.Name), y)
			if s.Alone {
				who = inLine(s.Name)
			}
			if e.Partial() {
				text += fmt.Sprintf(" At least %s of them (partial source) came from %s.", words.PercentText(*p.Share), who)
			} else {
				text += fmt.Sprintf(" %s of them came from %s.", words.PercentText(*p.Share), who)
			}
		}
		out = append(out, text)
	}
	return out
}

// largest returns the series that ranks first in the i-th year; nil where a
// selection does not hold it.
func largest(list []pipeline.Series, i int) (*pipeline.Series, *pipeline.Point) {
	for k := range list {
		if i < len(list[k].Points) && list[k].Points[i].Rank == 1 && list[k].Points[i].Reports != nil {
			return &list[k], &list[k].Points[i]
		}
	}
	return nil, nil
}

func (b *book) verdictShort(e *pipeline.Edition) string {
	switch {
	case e.Partial() && e.Coverage() > 0:
		return "partial: " + words.PercentText(e.Coverage()) + " of the total"
	case e.Partial():
		return "partial"
	case e.Status == pipeline.Verified:
		return "verified"
	}
	return "published, not verified"
}

func (b *book) verdict(e *pipeline.Edition) string {
	switch {
	case e.Partial():
		return b.verdictShort(e) + "; a third party's transcription"
	case e.Total == nil:
		return "not verified: the document prints no total"
	case e.Sum() > e.Total.Reports:
		return fmt.Sprintf("not verified: the rows sum to %s more than the printed total", e.Sum()-e.Total.Reports)
	case e.Sum() < e.Total.Reports:
		return fmt.Sprintf("not verified: the rows sum to %s less than the printed total", e.Total.Reports-e.Sum())
	case e.Status == pipeline.Verified:
		return "verified: the rows sum exactly to the printed total"
	}
	return "not verified: the rows sum to the printed total, but a check failed; see Findings"
}

func (b *book) contentsSheet(s *sheet) *table {
	t := &table{
		name: "contents", what: "Every sheet with what it holds; each name in the first column leads to its sheet.", noUnit: true, source: "this workbook.",
		cols: []column{{"Sheet", 24, kLink, false}, {"What it holds", 82, kWrap, false}, {"For", 14, kText, false}},
		rows: func(yield func([]any) bool) {
			for _, s := range b.sheets {
				use := "reading"
				if s.explore {
					use = "exploring"
				}
				if !yield([]any{s.name, s.about, use}) {
					return
				}
			}
		},
	}
	t.finish = func(head, last int) error {
		for i, to := range b.sheets {
			b.linkTo(s, cell(1, head+1+i), to.name+"!A1", "Go to the sheet "+to.name+": "+to.title)
		}
		return nil
	}
	return t
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func (b *book) editionsSheet(s *sheet) *table {
	type held struct {
		*pipeline.Edition
		use string
	}
	var list []held
	for i := range b.ds.Editions {
		list = append(list, held{&b.ds.Editions[i], "used"})
	}
	for i := range b.ds.Passed {
		list = append(list, held{&b.ds.Passed[i], "held, not used"})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Year < list[j].Year })
	t := &table{
		name: "editions", what: "One row for each version of each year's table that is held.", landscape: true,
		blanks: "the document gives no such value: no printed total, no date of its own, not fetched but shipped with the program, or a transcription without a document.",
		source: "the addresses in the table.",
		cols: []column{{"Year", 7, kYear, false}, {"Use", 10, kWrap, false}, {"Title", 26, kWrap, false}, {"Verdict", 30, kWrap, false}, {"Rows", 7, kNum, false}, {"Sum of rows", 14, kNum, false}, {"Printed total", 14, kNum, false}, {"Missing from total", 12, kNum, false},
			{"Part of total held", 10, kShare, false}, {"Readings that agree", 15, kWrap, false}, {"Address", 50, kLink, false}, {"Copy or transcription", 30, kWrap, false}, {"Dated", 12, kText, false}, {"Retrieved", 12, kText, false}, {"SHA-256", 36, kWrap, false}},
		rows: rowsOf(list, func(_ int, h *held) []any {
			e := h.Edition
			var total, missing, part any
			if e.Total != nil {
				total, missing = e.Total.Reports, e.Total.Reports-e.Sum()
				if e.Total.Reports > 0 {
					part = e.Coverage()
				}
			}
			verdict := b.verdict(e)
			if h.use != "used" {
				verdict = b.verdictShort(e)
			}
			return []any{e.Year, h.use, e.Title, verdict, len(e.Rows), e.Sum(), total, missing, part, strings.Join(e.Readings, ", "), editionAddress(e), copyOf(e), day(e.Document.Dated), day(e.Document.Retrieved), e.Document.SHA256}
		}),
	}
	t.finish = func(head, last int) error {
		for i, h := range list {
			a := editionAddress(h.Edition)
			if !strings.HasPrefix(a, "http") || strings.ContainsAny(a, " ,;") || len(a) > 2000 {
				continue
			}
			b.linkTo(s, cell(11, head+1+i), a, "Open "+a)
		}
		return nil
	}
	return t
}

// copyOf names where an edition's bytes or rows came from, where that is not
// NCMEC's own document at its own address.
func copyOf(e *pipeline.Edition) string {
	if e.Document.Mirror != "" {
		return e.Document.Mirror
	}
	return e.Source
}

// editionAddress returns where the edition can be seen.
func editionAddress(e *pipeline.Edition) string {
	if a := e.Document.Address(); a != "" || e.Source == "" {
		return a
	}
	return e.Source
}

// yearCols returns one column for each year.
func (b *book) yearCols(k kind, width float64) []column {
	var cols []column
	for _, y := range b.ds.ByPlatform.Years {
		cols = append(cols, column{b.yearHead(y), width, k, b.yearTag(y) != ""})
	}
	return cols
}

// partialLead names the years above a table that are not verified, if there
// are any.
func (b *book) partialLead() []string {
	var lead, parts []string
	for _, y := range b.partialYears() {
		parts = append(parts, fmt.Sprintf("%d (%s of the year's total)", y, words.PercentText(b.editions[y].Coverage())))
	}
	if len(parts) > 0 {
		lead = append(lead, "Partial years, in italics: "+strings.Join(parts, ", ")+", transcribed by a third party.")
	}
	var doubtful []int
	for _, e := range b.ds.Editions {
		if e.Status == pipeline.Published {
			doubtful = append(doubtful, e.Year)
		}
	}
	if len(doubtful) > 0 {
		lead = append(lead, "Not verified, in italics: "+yearRanges(doubtful)+". A check of the edition failed; see Findings.")
	}
	return lead
}

func (b *book) order() string {
	return fmt.Sprintf("Sorted by the reports of %d, the newest complete year, largest first.", b.newestComplete())
}

const blankSeries = "no row in that year; the column Why blank says why. Never zero. A blank mark or owner: there is none, or no source names it."

func (b *book) platformsSheet(s *sheet) *table {
	cols := append([]column{{"Platform", 32, kWrap, false}, {ownerHead, 22, kWrap, false}, {"Kind", 18, kWrap, false}}, b.yearCols(kNum, 13)...)
	cols = append(cols, column{"Marks", 26, kWrap, false}, column{"Why blank", 34, kWrap, false}, column{"Platform id", 26, kWrap, false})
	return &table{
		name: "platforms_by_year", what: "One row for each platform, one column for each year.", landscape: true, marks: true,
		lead:   append([]string{b.order() + " Rows of one platform in one year are added up. The last listed year is the last one in which the platform has a figure."}, b.partialLead()...),
		blanks: blankSeries, source: "NCMEC's CyberTipline Reports by ESP; each row with page and document on All_rows." + map[bool]string{true: " Platforms_explore leads from each figure to its row."}[b.sheetNamed("Platforms_explore") != nil],
		cols: cols,
		rows: rowsOf(b.ds.ByPlatform.Series, func(_ int, s *pipeline.Series) []any {
			row := append(make([]any, 0, len(cols)), inLine(s.Name), b.parentName(s), kindText(s.Kind))
			return append(reportCells(row, s), marksText(s), b.blanksText(s), s.ID)
		}),
		finish: func(head, _ int) error {
			for i := range b.ds.ByPlatform.Series {
				b.platformRow[b.ds.ByPlatform.Series[i].ID] = head + 1 + i
			}
			return nil
		},
	}
}

func (b *book) parentName(s *pipeline.Series) string {
	if c := b.index.Company(s.Parent); c != nil {
		return inLine(c.Name)
	}
	return ""
}

// reportCells adds a series' reports, a blank cell where there are none.
func reportCells(row []any, s *pipeline.Series) []any {
	for i := range s.Points {
		if p := &s.Points[i]; p.Reports != nil {
			row = append(row, p.Reports)
		} else {
			row = append(row, nil)
		}
	}
	return row
}

// membersText names a company's members over the years.
func (b *book) membersText(s *pipeline.Series) string {
	if s.Alone {
		return "stands for itself: no source names an owner"
	}
	years, texts := make([]int, len(s.Points)), make([]string, len(s.Points))
	for i, p := range s.Points {
		years[i] = p.Year
		names := make([]string, len(p.Members))
		for k, m := range p.Members {
			names[k] = inLine(b.platformName(m))
		}
		sort.Strings(names)
		texts[i] = strings.Join(names, ", ")
	}
	return byYears(years, texts)
}

func (b *book) companiesSheet(s *sheet) *table {
	cols := append([]column{{"Company", 30, kWrap, false}}, b.yearCols(kNum, 13)...)
	cols = append(cols, column{"Members", 46, kWrap, false}, column{membersHead, 34, kWrap, false}, column{"Marks", 26, kWrap, false}, column{"Why blank", 34, kWrap, false}, column{"Company id", 26, kWrap, false})
	return &table{
		name: "companies_by_year", what: "One row for each company, one column for each year.", landscape: true, marks: true,
		lead:   append([]string{b.order() + " A company's value adds up the platforms it owned on 31 December of the year. Platforms without a known owner stand for themselves. " + membersLead}, b.partialLead()...),
		blanks: blankSeries + " A blank under " + membersHead + ": none did.", source: "NCMEC's CyberTipline Reports by ESP; owners from the sources on the sheet Names.",
		cols: cols,
		rows: rowsOf(b.ds.ByCompany.Series, func(_ int, s *pipeline.Series) []any {
			row := reportCells(append(make([]any, 0, len(cols)), inLine(s.Name)), s)
			return append(row, b.membersText(s), b.memberChanges(s), marksText(s), b.blanksText(s), s.ID)
		}),
	}
}

func (b *book) changePlatforms(s *sheet) *table {
	return b.changeSheet("Platform", "change_platforms", b.ds.ByPlatform.Series)
}
func (b *book) changeCompanies(s *sheet) *table {
	return b.changeSheet("Company", "change_companies", b.ds.ByCompany.Series)
}

func (b *book) changeSheet(what, name string, all []pipeline.Series) *table {
	list := slices.DeleteFunc(slices.Clone(all), func(s pipeline.Series) bool {
		return !slices.ContainsFunc(s.Points, func(p pipeline.Point) bool { return p.Change != nil || p.Broken && p.Reports != nil })
	})
	left := len(all) - len(list)
	lead := []string{fmt.Sprintf("%s Left out: %d with no two neighbouring years to compare.", b.order(), left)}
	list, lead = cutList(list, lead)
	lead = append(append(lead, b.partialLead()...), b.forAll()...)
	years := b.ds.ByPlatform.Years
	cols := []column{{what, 32, kWrap, false}}
	for i := 1; i < len(years); i++ {
		tag := b.yearTag(years[i])
		if tag == "" {
			tag = b.yearTag(years[i-1])
		}
		p := tag != ""
		head := fmt.Sprint(years[i]) + tag
		cols = append(cols, column{head + " change", 14, kNum, p}, column{head + " change, %", 11, kOne, p})
	}
	company := what == "Company"
	if company {
		cols = append(cols, column{membersHead, 34, kWrap, false})
		lead = append(lead, membersLead)
	}
	cols = append(cols, column{smallHead, 20, kWrap, false}, column{"Breaks of its own", 60, kWrap, false})
	lead = append(lead, smallLead)
	return &table{
		name: name, what: fmt.Sprintf("The change from the year before, in reports and in percent, one row for each %s.", strings.ToLower(what)), landscape: true,
		lead: lead, blanks: "one of the two years has no value, or a break forbids the comparison; the last column says which, the sheet Breaks why. A blank there: none is known beside those for all. A blank under " + smallHead + ": no change rests on so few." + map[bool]string{true: " A blank under " + membersHead + ": none did."}[company],
		source: "computed from " + map[string]string{"Platform": "Platforms_by_year", "Company": "Companies_by_year"}[what] + " and Breaks.",
		cols:   cols,
		rows: rowsOf(list, func(_ int, s *pipeline.Series) []any {
			row := append(make([]any, 0, len(cols)), inLine(s.Name))
			for i := 1; i < len(s.Points); i++ {
				var c, p any
				if s.Points[i].Change != nil {
					c = s.Points[i].Change
				}
				if s.Points[i].Percent != nil {
					p = b.percentCell(*s.Points[i].Percent, b.yearTag(s.Points[i].Year) != "" || b.yearTag(s.Points[i-1].Year) != "")
				}
				row = append(row, c, p)
			}
			if company {
				row = append(row, b.memberChanges(s))
			}
			return append(row, smallBases(s), b.breaksShort(s))
		}),
	}
}

// Percentages that rest on few reports are shown, and named in a column of
// their own: the change in reports beside them says what they are worth.
var (
	smallHead = "Base below " + pipeline.SmallBase.String()
	smallLead = smallHead + ": the year before has fewer than " + pipeline.SmallBase.String() + " reports; such a percentage says little."
	smallText = "below " + pipeline.SmallBase.String()
)

// smallBases names the years whose change in percent rests on few reports.
func smallBases(s *pipeline.Series) string {
	var years []int
	for i := range s.Points {
		if s.Points[i].OnSmallBase() {
			years = append(years, s.Points[i].Year)
		}
	}
	return yearRanges(years)
}

// smallBase is what the explore sheets say beside a point's change in percent.
func smallBase(p *pipeline.Point) string {
	if p.OnSmallBase() {
		return smallText
	}
	return ""
}

// cutList keeps a derived table within a size that spreadsheet programs show
// at once; the rest stands on the wide sheet it is derived from.
func cutList(list []pipeline.Series, lead []string) ([]pipeline.Series, []string) {
	if len(list) <= maxDerivedRows {
		return list, lead
	}
	return list[:maxDerivedRows], append(lead, fmt.Sprintf("Only the %d largest of %d are shown here.", maxDerivedRows, len(list)))
}

func (b *book) sharePlatforms(s *sheet) *table {
	return b.shareSheet("Platform", "share_platforms", b.ds.ByPlatform.Series)
}
func (b *book) shareCompanies(s *sheet) *table {
	return b.shareSheet("Company", "share_companies", b.ds.ByCompany.Series)
}

func (b *book) shareSheet(what, name string, list []pipeline.Series) *table {
	list, lead := cutList(list, []string{b.order() + " Rank 1 is the largest reporter of the year; equal values share a rank. In a partial year a rank counts only the rows that are held."})
	lead = append(lead, b.partialLead()...)
	cols := []column{{what, 32, kWrap, false}}
	for _, y := range b.ds.ByPlatform.Years {
		p := b.yearTag(y) != ""
		head := fmt.Sprint(y) + b.yearTag(y)
		cols = append(cols, column{head + " share", 11, kShare, p}, column{head + " rank", 9, kNum, p})
	}
	return &table{
		name: name, what: fmt.Sprintf("Share of the year's ESP total and rank, one row for each %s.", strings.ToLower(what)), landscape: true, lead: lead,
		blanks: "no row in that year (see the column Why blank of the sheet with the reports), or no total is printed.",
		source: "computed from the reports by year and the totals on the sheet Editions.",
		cols:   cols,
		rows: rowsOf(list, func(_ int, s *pipeline.Series) []any {
			row := append(make([]any, 0, len(cols)), inLine(s.Name))
			for _, p := range s.Points {
				var share, rank any
				if p.Share != nil {
					share = *p.Share
				}
				if p.Rank > 0 {
					rank = p.Rank
				}
				row = append(row, share, rank)
			}
			return row
		}),
	}
}
