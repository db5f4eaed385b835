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

// fill takes rows from a table that the data files have too, so that both use
// the same names. more fills in columns that only the sheet has.
func (s *sheet) fill(t tables.Table, more func(k int) map[string]any) {
	from := make([]int, len(s.cols))
	at := map[string]int{}
	for i, c := range s.cols {
		at[c.name] = i
		from[i] = slices.IndexFunc(t.Fields, func(f tables.Field) bool { return f.Name == c.name })
	}
	for k, row := range t.Rows {
		cells := make([]any, len(s.cols))
		for i, j := range from {
			if j < 0 {
				continue
			}
			cells[i] = row[j]
			if moment, ok := row[j].(time.Time); ok {
				cells[i] = tables.Day(moment)
			}
			if m, ok := row[j].(string); ok && t.Fields[j].Name == "marks" {
				cells[i] = markLetter.ReplaceAllString(m, "[$0]")
			}
		}
		if more != nil {
			for name, v := range more(k) {
				cells[at[name]] = v
			}
		}
		s.rows = append(s.rows, cells)
	}
}

// markLetter is one mark as the data files write it; a sheet has "[b]".
var markLetter = regexp.MustCompile(`\b[a-z]\b`)

func reportsOf(s *compare.Series) []any {
	var row []any
	for i := range s.Points {
		row = append(row, tables.Maybe(s.Points[i].Reports))
	}
	return row
}

func (b *Book) platformsSheet() *sheet {
	s := b.sheet("Platforms")
	s.fill(tables.ByYear(b.m, "platforms"), func(k int) map[string]any { return map[string]any{"company": b.company(b.m.Platforms[k].Parent)} })
	printed := map[string]int{} // first row of All_rows of each platform and year
	for i, f := range b.m.Data.Figures {
		if k := f.Platform + strconv.Itoa(f.Year); printed[k] == 0 {
			printed[k] = firstRow + i
		}
	}
	first := s.yearCol("reports_", b.firstYear())
	for k, x := range b.m.Platforms {
		for i, p := range x.Points {
			if row := printed[x.ID+strconv.Itoa(p.Year)]; row > 0 && len(s.links) < mostLinks {
				s.linkTo(first+i, firstRow+k, fmt.Sprintf("All_rows!A%d", row), fmt.Sprintf("%s, %d: go to the printed row", x.Name, p.Year))
			}
		}
	}
	return s
}

func (b *Book) companiesSheet() *sheet {
	s := b.sheet("Companies")
	s.fill(tables.ByYear(b.m, "companies"), func(k int) map[string]any { return map[string]any{"members": b.allMembers(b.m.Companies[k])} })
	return s
}

// allMembers names the platforms that were ever added up, with their years
// where those are not all of the series'.
func (b *Book) allMembers(s *compare.Series) string {
	var order []string
	years := map[string][]int{}
	valued := 0
	for _, p := range slices.Backward(s.Points) {
		if p.Reports != nil {
			valued++
		}
		for _, id := range p.Members {
			if years[id] == nil {
				order = append(order, id)
			}
			years[id] = append([]int{p.Year}, years[id]...)
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
		s.texts["lead"] += fmt.Sprintf(" The largest %d series; platform-series.csv and company-series.csv have the other %s.", len(b.offers), pipeline.Count(b.left))
	}
	var list []*compare.Series
	for _, o := range b.offers {
		list = append(list, o.Series)
	}
	s.fill(tables.Series("series", b.m, list, b.m.Years), func(k int) map[string]any {
		no, i := k/len(b.m.Years), k%len(b.m.Years)
		x := list[no]
		p := &x.Points[i]
		more := map[string]any{"type": string(x.Type), "why_blank_in_words": b.m.WhyBlank(p), "printed_as": printedAs(x, p)}
		if row := b.pairs[pairKey(no+1, p.Year-1, p.Year)]; row > 0 {
			said := func(by, what string) any { return b.verdicts.value(what, b.between.value(by, row).(int)) }
			more["share_comparable"], more["rank_comparable"] = said("share_verdict", "comparable"), said("rank_verdict", "comparable")
			more["reasons_in_words"] = said("verdict", "reasons_in_words")
		}
		return more
	})
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
	years := map[[2]string][]int{} // of each printed name and its platform
	var first []*pipeline.Figure
	for i := range b.m.Data.Figures {
		f := &b.m.Data.Figures[i]
		k := [2]string{f.Name, f.Platform}
		if years[k] == nil {
			first = append(first, f)
		}
		if !slices.Contains(years[k], f.Year) {
			years[k] = append(years[k], f.Year)
		}
	}
	slices.SortStableFunc(first, func(x, y *pipeline.Figure) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), cmp.Compare(x.Name, y.Name))
	})
	for _, f := range first {
		p := b.m.Data.Platform(f.Platform)
		if p == nil {
			p = &pipeline.Platform{ID: f.Platform, Name: f.Name}
		}
		list := slices.Sorted(slices.Values(years[[2]string{f.Name, f.Platform}]))
		company, source := b.owner(p.ID, list[len(list)-1])
		s.rows = append(s.rows, []any{f.Name, p.ID, p.Name, company, string(p.Kind), p.Category, string(f.Match), yearRanges(list), p.Note, p.Source, source, p.User})
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
	t := tables.Breaks(b.m)
	for _, c := range b.m.Data.Combined {
		var names []string
		for _, id := range c.Members {
			names = append(names, inLine(b.name(id)))
		}
		what := fmt.Sprintf("The %d row of %s combines related platforms; NCMEC does not print the members.", c.Year, inLine(b.name(c.Platform)))
		if len(names) > 0 {
			what += " Likely members: " + strings.Join(names, ", ") + "."
		}
		t.Rows = append(t.Rows, tables.BreakRow(pipeline.Break{ID: fmt.Sprintf("combined-%s-%d", c.Platform, c.Year), Who: c.Platform, From: c.Year, To: c.Year,
			Kind: "combined-row", Forbids: pipeline.ForbidsNothing, Description: what, Source: c.Source}))
	}
	s.fill(t, nil)
	return s
}

func (b *Book) editionsSheet() *sheet {
	s := b.sheet("Editions")
	t := tables.Editions(b.m)
	totals := map[int]map[string]any{}
	for i := range b.m.Data.Totals {
		y := &b.m.Data.Totals[i]
		totals[y.Year] = map[string]any{"cybertipline_total": y.CyberTipline, "from_public": tables.Maybe(y.Public), "totals_status": string(y.Status()), "totals_source": y.Source}
		if b.m.Data.Edition(y.Year) == nil { // there are totals only
			t.Rows = append(t.Rows, append(tables.Row{y.Year}, make(tables.Row, len(t.Fields)-1)...))
		}
	}
	slices.SortStableFunc(t.Rows, func(x, y tables.Row) int { return y[0].(int) - x[0].(int) })
	s.fill(t, func(k int) map[string]any {
		if t.Rows[k][1] == false { // a version that is not used
			return nil
		}
		return totals[t.Rows[k][0].(int)]
	})
	url := s.col("source_url")
	for k, row := range s.rows {
		if a, _ := row[url-1].(string); strings.HasPrefix(a, "http") && !strings.ContainsAny(a, " \"<>") && len(a) < 2000 {
			s.linkTo(url, firstRow+k, a, "Open "+a)
		}
	}
	return s
}

func (b *Book) ownCountsSheet() *sheet {
	s := b.sheet("Own_counts")
	s.fill(tables.OwnYears(b.m), nil)
	return s
}

func (b *Book) allRowsSheet() *sheet {
	s := b.sheet("All_rows")
	s.fill(tables.Figures(b.m), func(k int) map[string]any { return map[string]any{"open": openFormula(&b.m.Data.Figures[k])} })
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
