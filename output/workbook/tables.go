package workbook

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

const (
	fromSheets = "NCMEC, CyberTipline Reports by ESP; documents, addresses and hashes on the sheet Editions."
	manyFigure = 6    // figures of a point that are named in one cell
	mostLinks  = 5000 // links on a sheet; Excel grows slow before its limit
)

// widths are those of columns that are wider than others of their kind.
var widths = map[string]float64{"id": 28, "name": 34, "platform": 34, "esp_name": 44, "title": 40, "source_url": 60, "source_sha256": 68, "cited": 60, "description": 60, "source": 56, "category": 20, "marks": 22, "reasons": 44, "members": 50, "platform_ids": 34, "counted_by": 22, "periods": 26, "reason": 44}

// fill takes columns and rows from a table that the data files have too, so
// that both use the same names.
func (b *Book) fill(s *sheet, t tables.Table) {
	for _, f := range t.Fields {
		c := column{f.Name, max(widths[f.Name], 15), text}
		year, wide := strings.CutPrefix(f.Name, "reports_")
		switch {
		case wide:
			c.kind = whole
			if y, err := strconv.Atoi(year); err == nil && b.partial(y) {
				c.kind = grey
			}
		case f.Name == "share_percent":
			c.kind = share
		case f.Unit == "percent":
			c.kind = fine
		case f.Kind == tables.Integer && f.Unit != "", strings.HasSuffix(f.Name, "_count"), strings.HasSuffix(f.Name, "_rows"):
			c.kind = whole
		case f.Kind == tables.Integer || f.Kind == tables.Year:
			c.kind, c.width = plain, 10
		case slices.Contains([]string{"title", "description", "source", "cited", "reason", "periods"}, f.Name):
			c.kind = wrapped
		}
		s.cols = append(s.cols, c)
	}
	marked := s.col("marks") - 1
	for _, row := range t.Rows {
		cells := make([]any, len(row), len(row)+4)
		for k, v := range row {
			if at, ok := v.(time.Time); ok {
				v = day(at)
			}
			if m, ok := v.(string); ok && k == marked {
				v = markLetter.ReplaceAllString(m, "[$0]")
			}
			cells[k] = v
		}
		s.rows = append(s.rows, cells)
	}
}

// markLetter is one mark as the data files write it; a sheet has "[b]".
var markLetter = regexp.MustCompile(`\b[a-z]\b`)

// yearCols is one column for each year; those of partial years are grey and
// in italics.
func (b *Book) yearCols() []column {
	var list []column
	for _, y := range b.m.Years {
		k := whole
		if b.partial(y) {
			k = grey
		}
		list = append(list, column{fmt.Sprint("reports_", y), 15, k})
	}
	return list
}

func (b *Book) yearNames() []string {
	var list []string
	for _, c := range b.yearCols() {
		list = append(list, c.name)
	}
	return list
}

// wideLead says what the years of a wide table are.
func (b *Book) wideLead(order string) string {
	s := order
	if ys := b.partialYears(); len(ys) > 0 {
		s += " Partial years, in grey italics: " + yearRanges(ys) + "."
	}
	return s
}

func (b *Book) bySize() string {
	return fmt.Sprintf("Sorted by the reports of %d, the newest complete year, largest first. Look at marks before you compare two years.", b.complete)
}

func reportsOf(s *compare.Series) []any {
	var row []any
	for i := range s.Points {
		row = append(row, tables.Maybe(s.Points[i].Reports))
	}
	return row
}

const noRow = "no row in that year, which is not zero; why_blank on the sheet Series says why."

// blankWide is what a blank means in a wide table.
const blankWide = noRow + " Or no mark."

func (b *Book) platformsSheet() *sheet {
	s := &sheet{name: "Platforms", title: "CyberTipline reports by platform, " + b.span(), about: "Every platform in every year; each number leads to its printed row.",
		what: "one row for each platform, one column for each year. A number leads to its row on All_rows.", blanks: blankWide + " Or no owner is known.", notes: []int{1, 3, 5, 6, 8},
		source: fromSheets, lead: b.wideLead(b.bySize())}
	b.fill(s, tables.ByYear(b.m, "platforms"))
	s.cols = append(s.cols, column{"company", 24, text})
	for k, x := range b.m.Platforms {
		s.rows[k] = append(s.rows[k], b.company[x.Parent])
	}
	s.arrange(slices.Concat([]string{"id", "name", "category"}, b.yearNames(), []string{"marks"})...)
	first, printed := s.col(fmt.Sprint("reports_", b.firstYear())), b.printedRows()
	for k, x := range b.m.Platforms {
		for i, p := range x.Points {
			if row := printed[x.ID+strconv.Itoa(p.Year)]; row > 0 && len(s.links) < mostLinks {
				s.linkTo(first+i, firstRow+k, fmt.Sprintf("All_rows!A%d", row), fmt.Sprintf("%s, %d: go to the printed row", x.Name, p.Year))
			}
		}
	}
	return s
}

func (b *Book) firstYear() int {
	if len(b.m.Years) == 0 {
		return 0
	}
	return b.m.Years[0]
}

// printedRows is the first row of All_rows of each platform and year.
func (b *Book) printedRows() map[string]int {
	at := map[string]int{}
	for i := range b.m.Data.Figures {
		f := &b.m.Data.Figures[i]
		if k := f.Platform + strconv.Itoa(f.Year); at[k] == 0 {
			at[k] = firstRow + i
		}
	}
	return at
}

func (b *Book) companiesSheet() *sheet {
	s := &sheet{name: "Companies", title: "CyberTipline reports by company, " + b.span(), about: "What each company owned on 31 December, added up, with its members.",
		what: "one row for each company, and for each platform without a known owner (kind alone), one column for each year.", blanks: blankWide + " Or its members are of several categories.", notes: []int{1, 3, 7},
		source: fromSheets, lead: b.wideLead(b.bySize())}
	b.fill(s, tables.ByYear(b.m, "companies"))
	s.cols = append(s.cols, column{"members", 60, text})
	for k, x := range b.m.Companies {
		s.rows[k] = append(s.rows[k], b.allMembers(x))
	}
	s.arrange(slices.Concat([]string{"id", "name", "category"}, b.yearNames(), []string{"marks"})...)
	return s
}

// allMembers names the platforms that were ever added up, with their years
// where those are not all of the series'.
func (b *Book) allMembers(s *compare.Series) string {
	var order []string
	years := map[string][]int{}
	valued := 0
	for i := len(s.Points) - 1; i >= 0; i-- {
		if s.Points[i].Reports != nil {
			valued++
		}
		for _, id := range s.Points[i].Members {
			if years[id] == nil {
				order = append(order, id)
			}
			years[id] = append([]int{s.Points[i].Year}, years[id]...)
		}
	}
	var list []string
	for _, id := range order {
		name := inLine(b.name(id))
		if len(years[id]) < valued {
			name += " (" + yearRanges(years[id]) + ")"
		}
		list = append(list, name)
	}
	return strings.Join(list, "; ")
}

func (b *Book) seriesSheet() *sheet {
	s := &sheet{name: "Series", title: "Every series in every year, with share, rank, change and verdict, " + b.span(), about: "Platforms, companies, categories and totals in long form; change and comparable are against the year before.",
		what: "one row for each series and year. Choose one type before you add up reports: platforms and companies each sum to the total.", blanks: "no value, which why_blank explains; no change, because the years are not comparable; or no such mark or member.", notes: []int{3, 4, 7, 9},
		source: fromSheets, lead: "Largest series first. A platform without a known owner stands for itself: it has rows of type platform only."}
	if b.left > 0 {
		s.lead += fmt.Sprintf(" The largest %d series; platform-series.csv and company-series.csv have the other %s.", len(b.offers), pipeline.Count(b.left))
	}
	var list []*compare.Series
	for _, o := range b.offers {
		list = append(list, o.Series)
	}
	b.fill(s, tables.Series(b.m, list, b.m.Years))
	s.cols = append(s.cols, column{"type", 12, text}, column{"share_comparable", 13, text}, column{"rank_comparable", 13, text}, column{"why_blank_in_words", 60, text}, column{"printed_as", 60, text})
	k := 0
	for no, x := range list {
		for i := range x.Points {
			p := &x.Points[i]
			pair := b.pairs[pairKey(no+1, p.Year-1, p.Year)]
			s.rows[k] = append(s.rows[k], string(x.Type), b.between.value("share_comparable", pair), b.between.value("rank_comparable", pair), b.m.WhyBlank(p), printedAs(x, p))
			k++
		}
	}
	s.arrange("type", "id", "name", "category", "year", "reports", "why_blank", "share_percent", "rank", "change", "change_percent", "comparable", "marks")
	return s
}

// printedAs names the printed rows behind a value, with their pages.
func printedAs(s *compare.Series, p *compare.Point) string {
	switch {
	case s.Type == compare.TypeTotal:
		return ""
	case len(p.Figures) > manyFigure:
		return fmt.Sprintf("%d rows; see All_rows", len(p.Figures))
	}
	var list []string
	for _, f := range p.Figures {
		text := fmt.Sprintf("%s %s", inLine(f.Name), f.Reports)
		if f.At.Page > 0 {
			text += fmt.Sprintf(" (p. %d, row %d)", f.At.Page, f.At.Row)
		}
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

func (b *Book) namesSheet() *sheet {
	s := &sheet{name: "Names", title: "Names: from printed name to platform and company", about: "What each printed name resolves to, and where the reports of services without a row are counted.",
		what: "one row for each printed or transcribed name, then one for each service whose reports are counted elsewhere.", blanks: "no owner is known, or there is nothing to note.", notes: []int{6, 8},
		source: "the column source, and the sheet All_rows for where a name is printed.", printed: "years",
		cols: []column{{"esp_name", 44, text}, {"platform_id", 28, text}, {"platform", 34, text}, {"company", 24, text}, {"kind", 15, text}, {"category", 20, text}, {"match", 18, text}, {"years", 18, text}, {"note", 60, wrapped}, {"source", 60, wrapped}, {"owner_source", 60, wrapped}, {"from_user", 10, text}}}
	type named struct {
		f     *pipeline.Figure
		years []int
	}
	var order []*named
	known := map[string]*named{}
	for i := range b.m.Data.Figures {
		f := &b.m.Data.Figures[i]
		n := known[f.Name+"\x00"+f.Platform]
		if n == nil {
			n = &named{f: f}
			known[f.Name+"\x00"+f.Platform], order = n, append(order, n)
		}
		if !slices.Contains(n.years, f.Year) {
			n.years = append(n.years, f.Year)
		}
	}
	slices.SortStableFunc(order, func(x, y *named) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x.f.Name), strings.ToLower(y.f.Name)), cmp.Compare(x.f.Name, y.f.Name))
	})
	for _, n := range order {
		slices.Sort(n.years)
		p := b.platform[n.f.Platform]
		if p == nil {
			p = &pipeline.Platform{ID: n.f.Platform, Name: n.f.Name}
		}
		last := n.years[len(n.years)-1]
		company, source := b.owner(p.ID, last)
		s.rows = append(s.rows, []any{n.f.Name, p.ID, p.Name, company, string(p.Kind), p.Category, string(n.f.Match), yearRanges(n.years), p.Note, p.Source, source, p.User})
	}
	for _, c := range b.m.Data.Counted {
		note := fmt.Sprintf("Counted in the row of %s, %d–%d. %s", b.name(c.Platform), c.From, c.To, c.Note)
		if c.Platform == "" {
			note = fmt.Sprintf("No row, %d–%d. %s", c.From, c.To, c.Note)
		}
		s.rows = append(s.rows, []any{c.Name, c.Platform, b.name(c.Platform), "", "", "", "counted-elsewhere", "", strings.TrimSpace(note), c.Source, "", c.User})
	}
	return s
}

// owner returns who owned a platform on 31 December of a year, with the source.
func (b *Book) owner(platform string, year int) (company, source string) {
	for _, o := range b.owners[platform] {
		if o.On(pipeline.LastDay(year)) {
			return cmp.Or(b.company[o.Company], o.Company), o.Source
		}
	}
	return "", ""
}

func (b *Book) breaksSheet() *sheet {
	s := &sheet{name: "Breaks", title: "Breaks in comparability", about: "Years that cannot be compared, or only with care, and why; rows that combine platforms.",
		what: "one row for each break, then one for each combined row (break_kind combined-row) with its likely members.", blanks: "the break touches every measure.", notes: []int{5, 9},
		source: "the column source."}
	b.fill(s, tables.Breaks(b.m))
	for _, c := range b.m.Data.Combined {
		var names []string
		for _, id := range c.Members {
			names = append(names, inLine(b.name(id)))
		}
		what := fmt.Sprintf("The %d row of %s combines related platforms; NCMEC does not print the members.", c.Year, inLine(b.name(c.Platform)))
		if len(names) > 0 {
			what += " Likely members: " + strings.Join(names, ", ") + "."
		}
		row := make([]any, len(s.cols))
		for name, v := range map[string]any{"id": fmt.Sprintf("combined-%s-%d", c.Platform, c.Year), "who": c.Platform, "from_year": c.Year, "to_year": c.Year,
			"break_kind": "combined-row", "forbids": string(pipeline.ForbidsNothing), "description": what, "source": c.Source, "from_user": false} {
			row[s.col(name)-1] = v
		}
		s.rows = append(s.rows, row)
	}
	s.printed = "source"
	return s
}

func (b *Book) editionsSheet() *sheet {
	s := &sheet{name: "Editions", title: "Editions and totals: the documents behind each year", about: "Document, hash, rows, printed total and verdict of each year; CyberTipline totals since 1998.",
		what: "one row for each version of each year's table, and one for each year of which there are totals only.", blanks: "there is no table of that year here, or the source does not give the value.", notes: []int{4, 10},
		source: "source_url for the table, totals_source for the totals."}
	b.fill(s, tables.Editions(b.m))
	own := len(s.cols)
	s.cols = append(s.cols, column{"cybertipline_total", 16, whole}, column{"from_public", 14, whole}, column{"totals_status", 14, text}, column{"totals_source", 90, text})
	used := s.col("used") - 1
	for i := range b.m.Data.Totals {
		t := &b.m.Data.Totals[i]
		cells := []any{t.CyberTipline, tables.Maybe(t.Public), string(b.m.Data.TotalStatus(t)), t.Source}
		k := slices.IndexFunc(s.rows, func(row []any) bool { return row[0] == t.Year && row[used] == true })
		if k < 0 {
			row := make([]any, own)
			row[0] = t.Year
			s.rows, k = append(s.rows, row), len(s.rows)
		}
		s.rows[k] = append(s.rows[k], cells...)
	}
	slices.SortStableFunc(s.rows, func(x, y []any) int { return y[0].(int) - x[0].(int) })
	s.arrange("year", "used", "status", "row_count", "combined_rows", "printed_total", "row_sum", "coverage_percent", "cybertipline_total", "from_public", "dated", "title")
	url := s.col("source_url")
	s.cols[url-1].kind = go2
	for k, row := range s.rows {
		if a, _ := row[url-1].(string); strings.HasPrefix(a, "http") && !strings.ContainsAny(a, " \"<>") && len(a) < 2000 {
			s.linkTo(url, firstRow+k, a, "Open "+a)
		}
	}
	return s
}

func (b *Book) ownCountsSheet() *sheet {
	s := &sheet{name: "Own_counts", title: "What platforms say they reported, next to NCMEC's figures", about: "Platforms' own yearly counts, how far NCMEC's figures agree with them, and why not.",
		what: "one row for each year of each platform, or of several counted together. difference is the own count less NCMEC's figure.", blanks: "the own counts on file do not make up the year, or NCMEC's table may lack rows.", notes: []int{1, 10},
		source: "the column source.", lead: "agrees: within 1% of NCMEC's figure. close: within 5%. differs: by more."}
	b.fill(s, tables.OwnYears(b.m))
	for _, name := range []string{"periods", "source"} {
		s.cols[s.col(name)-1].kind = text // long, and not on paper
	}
	s.arrange("counted_by", "year", "own_reports", "reports", "difference", "difference_percent", "agreement", "reason")
	return s
}

func (b *Book) allRowsSheet() *sheet {
	s := &sheet{name: "All_rows", title: "All rows, as printed or transcribed, with page and document", about: "One row for each printed or transcribed row: what everything else is made of.",
		what: "one row for each row of NCMEC's yearly tables. open leads to the document, at its page.", blanks: "no owner is known, no mark, or a transcription, which has no pages and no hash.", notes: []int{1, 5, 6, 10},
		source: "source_url in each row."}
	b.fill(s, tables.Figures(b.m))
	s.cols = append(s.cols, column{"open", 18, go2})
	for i := range s.rows {
		s.rows[i] = append(s.rows[i], openFormula(&b.m.Data.Figures[i]))
	}
	s.arrange("year", "esp_name", "reports", "page", "row", "platform", "company", "category", "status", "marks")
	return s
}

// openFormula leads to the document of a figure, at its page. A formula takes
// texts of up to 255 characters.
func openFormula(f *pipeline.Figure) any {
	url, said := f.URL, fmt.Sprint(f.Year, " source")
	if f.At.Page > 0 {
		url, said = fmt.Sprintf("%s#page=%d", url, f.At.Page), fmt.Sprintf("%d, page %d", f.Year, f.At.Page)
	}
	if !strings.HasPrefix(url, "http") || strings.ContainsAny(url, "\" \n") || len(url) > 250 {
		return nil
	}
	return formula{fmt.Sprintf(`HYPERLINK("%s","%s")`, url, said), said}
}
