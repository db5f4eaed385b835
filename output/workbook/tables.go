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

func (b *Book) yearNames() []string {
	var list []string
	for _, y := range b.m.Years {
		list = append(list, fmt.Sprint("reports_", y))
	}
	return list
}

func reportsOf(s *compare.Series) []any {
	var row []any
	for i := range s.Points {
		row = append(row, tables.Maybe(s.Points[i].Reports))
	}
	return row
}

func (b *Book) platformsSheet() *sheet {
	s := b.sheet("Platforms")
	b.fill(s, tables.ByYear(b.m, "platforms"))
	s.cols = append(s.cols, column{"company", 24, text})
	for k, x := range b.m.Platforms {
		s.rows[k] = append(s.rows[k], b.company(x.Parent))
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
	s := b.sheet("Companies")
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
	s := b.sheet("Series")
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
	s := b.sheet("Names")
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
		p := b.m.Data.Platform(n.f.Platform)
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
	for _, o := range b.m.Data.Owners {
		if o.Platform == platform && o.On(pipeline.LastDay(year)) {
			return cmp.Or(b.company(o.Company), o.Company), o.Source
		}
	}
	return "", ""
}

func (b *Book) breaksSheet() *sheet {
	s := b.sheet("Breaks")
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
	return s
}

func (b *Book) editionsSheet() *sheet {
	s := b.sheet("Editions")
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
	s := b.sheet("Own_counts")
	b.fill(s, tables.OwnYears(b.m))
	for _, name := range []string{"periods", "source"} {
		s.cols[s.col(name)-1].kind = text // long, and not on paper
	}
	s.arrange("counted_by", "year", "own_reports", "reports", "difference", "difference_percent", "agreement", "reason")
	return s
}

func (b *Book) allRowsSheet() *sheet {
	s := b.sheet("All_rows")
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
