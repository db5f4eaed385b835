package workbook

import (
	"fmt"
	"sort"
	"strings"

	"github.com/xuri/excelize/v2"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// The publication sheets that list: combined rows, breaks, names, all rows,
// totals, findings and revisions.

func (b *book) combinedSheet(s *sheet) *table {
	type combined struct {
		*pipeline.Figure
		members, source string
	}
	named := map[string]*pipeline.CombinedRow{}
	for i, c := range b.ds.Combined {
		named[fmt.Sprint(c.Year, " ", c.Platform)] = &b.ds.Combined[i]
	}
	var list []combined
	for i := range b.ds.Figures {
		f := &b.ds.Figures[i]
		c := named[fmt.Sprint(f.Year, " ", f.Platform)]
		if c == nil && !f.Combined {
			continue
		}
		row := combined{Figure: f}
		if c != nil {
			names := make([]string, len(c.Members))
			for k, m := range c.Members {
				names[k] = inLine(b.platformName(m))
			}
			row.members, row.source = strings.Join(names, ", "), c.Source
		}
		list = append(list, row)
	}
	return &table{
		name: "combined_rows", what: "Every row that is printed for several platforms at once.", landscape: true,
		lead:   []string{"NCMEC marks such rows with * and does not print their members. The likely members are inferred from the sources named."},
		blanks: "no source names the members; or page and row of a transcription.", source: "NCMEC's documents on the sheet Editions, and the column Source of members.",
		cols: []column{{"Year", 7, kYear, false}, {"Printed name", 30, kWrap, false}, {"Printed mark", 10, kText, false}, {"Reports", 14, kNum, false}, {"Platform", 28, kText, false}, {"Likely members", 36, kWrap, false}, {"Source of members", 100, kWrap, false}, {"Page", 7, kYear, false}, {"Row", 8, kNum, false}},
		rows: rowsOf(list, func(_ int, c *combined) []any {
			mark := "none"
			if c.Combined {
				mark = "*"
			}
			return []any{c.Year, c.Name, mark, c.Reports, inLine(b.platformName(c.Platform)), c.members, c.source, yearOrNil(c.At.Page), yearOrNil(c.At.Row)}
		}),
	}
}

// whoName names the series a break concerns.
func (b *book) whoName(id string) string {
	if id == "all" {
		return "all"
	}
	if c := b.index.Company(id); c != nil && b.index.Platform(id) == nil {
		return inLine(c.Name) + " (company)"
	}
	return inLine(b.platformName(id))
}

func (b *book) breaksSheet(s *sheet) *table {
	return &table{
		name: "breaks", what: "Each break, the years it lies between, what it forbids, and its source.", noUnit: true, landscape: true, source: "the column Source.",
		blanks: "not given.",
		cols:   []column{{"Concerns", 28, kWrap, false}, {"From year", 8, kYear, false}, {"To year", 8, kYear, false}, {"Kind", 16, kWrap, false}, {"What it forbids", 26, kWrap, false}, {"Description", 70, kWrap, false}, {"Source", 50, kWrap, false}, {"Id", 28, kWrap, false}},
		rows: rowsOf(b.ds.Breaks, func(_ int, br *pipeline.Break) []any {
			return []any{b.whoName(br.Who), br.From, br.To, br.Kind, forbidsText(br.Forbids), br.Description, br.Source, br.ID}
		}),
	}
}

func (b *book) namesSheet(s *sheet) *table {
	type name struct {
		f     *pipeline.Figure
		years []int
	}
	at := map[[2]string]int{}
	var list []name
	for i := range b.ds.Figures {
		f := &b.ds.Figures[i]
		k := [2]string{f.Name, f.Platform}
		n, ok := at[k]
		if !ok {
			n = len(list)
			at[k] = n
			list = append(list, name{f: f})
		}
		if ys := list[n].years; len(ys) == 0 || ys[len(ys)-1] != f.Year {
			list[n].years = append(ys, f.Year)
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, c := strings.ToLower(list[i].f.Name), strings.ToLower(list[j].f.Name)
		if a != c {
			return a < c
		}
		return list[i].f.Name < list[j].f.Name
	})
	why := func(f *pipeline.Figure) string {
		switch f.Match {
		case pipeline.Exact:
			return "a known alias, exact"
		case pipeline.Normalised:
			return "the alias " + inLine(f.Alias) + " but for spelling"
		}
		return "unknown name: stays as printed"
	}
	return &table{
		name: "names", what: "Each name, as printed or for secondary figures as transcribed, with the platform and company it resolves to.", noUnit: true, landscape: true, source: "the column Source; printed names from the documents on the sheet Editions.",
		lead:   []string{"The last listed year is the last one in which the name is printed or transcribed."},
		blanks: "no source names an owner, no further source, or nothing to note.",
		cols:   []column{{"Name as printed or transcribed", 38, kWrap, false}, {"Platform", 30, kWrap, false}, {ownerHead, 26, kWrap, false}, {"Kind", 18, kWrap, false}, {"Years", 20, kWrap, false}, {"Why", 32, kWrap, false}, {"Scope note", 40, kWrap, false}, {"Source", 60, kWrap, false}, {"Source of owner", 60, kWrap, false}, {"Platform id", 28, kText, false}},
		rows: rowsOf(list, func(_ int, n *name) []any {
			company, ownerSource, note, source, kind := "", "", "", "", ""
			last := n.years[len(n.years)-1]
			if c := b.index.Owner(n.f.Platform, last); c != nil {
				company, ownerSource = inLine(c.Name), b.ownerSource(n.f.Platform, last)
			}
			if p := b.index.Platform(n.f.Platform); p != nil {
				note, source, kind = p.Note, p.Source, kindText(p.Kind)
			}
			return []any{n.f.Name, inLine(b.platformName(n.f.Platform)), company, kind, yearRanges(n.years), why(n.f), note, source, ownerSource, n.f.Platform}
		}),
	}
}

func (b *book) ownerSource(platform string, year int) string {
	day := pipeline.LastDay(year)
	for _, o := range b.index.Owners(platform) {
		if o.On(day) {
			return o.Source
		}
	}
	return ""
}

// rowOf is what All_rows repeats of a platform.
type rowOf struct {
	name, kind string
	year       int // that the owner is of
	owner      *pipeline.Company
}

func (b *book) allRowsSheet(s *sheet) *table {
	lead := []string{"In printed order. Page and row count from 1, so that a figure can be found with a finger; * is the mark NCMEC prints with a combined row."}
	b.shown = min(len(b.ds.Figures), maxSheetRows-40)
	links := len(b.ds.Figures) <= maxSheetLinks
	if b.shown < len(b.ds.Figures) {
		lead = append(lead, fmt.Sprintf("Excel takes no more than 1,048,576 rows: this sheet holds the first %s of %s rows. figures.csv and figures.parquet hold all.", pipeline.Count(b.shown), pipeline.Count(len(b.ds.Figures))))
	}
	addresses := len(b.ds.Figures) <= maxAddressRows
	source := "the column Document."
	if !addresses {
		source = "the documents on the sheet Editions, by year; the addresses are left out here to keep the sheet in bounds."
	} else if links {
		lead = append(lead, "Each address leads to the document, a PDF at the page named.")
	} else {
		lead = append(lead, "The addresses are texts, not links: a sheet with so many links would not open in reasonable time.")
	}
	lead = append(lead, b.partialLead()...)
	t := &table{
		name: "all_rows", what: "One row for each row as NCMEC printed it or, where the status is secondary, as a third party transcribed it.", lead: lead, landscape: true, marks: true,
		blanks: "no mark, no owner named by a source, or page and row of a transcription, which names none.", source: source,
		cols: []column{{"Year", 7, kYear, false}, {"Name as printed or transcribed", 38, kText, false}, {"Printed mark", 10, kText, false}, {"Reports", 14, kNum, false}, {"Platform", 30, kText, false}, {"Owner on 31 December of the year", 26, kText, false}, {"Kind", 18, kText, false},
			{"Status", 11, kText, false}, {"Marks", 10, kText, false}, {"Page", 7, kYear, false}, {"Row", 8, kNum, false}, {"Platform id", 28, kText, false}, {"Company id", 24, kText, false}, {"Document", 84, kText, false}},
	}
	t.rows = func(yield func([]any) bool) {
		row := make([]any, len(t.cols))
		known := map[string]*rowOf{}
		for i := range b.ds.Figures[:b.shown] {
			f := &b.ds.Figures[i]
			of := known[f.Platform]
			if of == nil {
				of = &rowOf{name: b.platformName(f.Platform), year: -1}
				if p := b.index.Platform(f.Platform); p != nil {
					of.kind = kindText(p.Kind)
				}
				known[f.Platform] = of
			}
			if of.year != f.Year {
				of.year, of.owner = f.Year, b.index.Owner(f.Platform, f.Year)
			}
			clear(row)
			row[0], row[1], row[3], row[4], row[6] = &f.Year, &f.Name, &f.Reports, &of.name, &of.kind
			if f.Combined {
				row[2] = "*"
			}
			if f.Status != pipeline.Verified {
				row[3] = excelize.Cell{StyleID: b.style.partNum, Value: int64(f.Reports)}
			}
			if of.owner != nil {
				row[5], row[12] = &of.owner.Name, &of.owner.ID
			}
			row[7], row[8], row[11] = (*string)(&f.Status), marks(f.Flags), &f.Platform
			if f.At.Page != 0 {
				row[9] = &f.At.Page
			}
			if f.At.Row != 0 {
				row[10] = &f.At.Row
			}
			if addresses {
				if row[13] = figureLink(f); row[13] == "" {
					row[13] = f.URL
				}
			}
			if !yield(row) {
				return
			}
		}
	}
	if links {
		t.cols[13].kind = kLinkLine
	}
	t.finish = func(head, last int) error {
		b.firstRow = head + 1
		for i := range b.ds.Figures[:b.shown] {
			f := &b.ds.Figures[i]
			target := figureLink(f)
			if !links || target == "" {
				continue
			}
			tip := fmt.Sprintf("Open the document of %d", f.Year)
			if f.At.Page > 0 {
				tip += fmt.Sprintf(", page %d, row %d", f.At.Page, f.At.Row)
			}
			b.linkTo(s, cell(14, head+1+i), target, tip)
		}
		return nil
	}
	return t
}

func (b *book) totalsSheet(s *sheet) *table {
	t := &table{
		name: "totals", what: "All reports to the CyberTipline by year, and those by ESPs and by the public where they are given.", source: "the column Source.", landscape: true,
		lead:   []string{"Status published: given by NCMEC in another publication. Status secondary: given by a third party. None is verified: no rows stand behind these totals here; the sheet Editions holds printed totals against their rows."},
		blanks: "the source does not give the part by ESPs and by the public for that year, or names no address.",
		cols:   []column{{"Year", 8, kYear, false}, {"All reports", 16, kNum, false}, {"Reports by ESPs", 16, kNum, false}, {"Reports by the public", 16, kNum, false}, {"Status", 12, kText, false}, {"Source", 40, kWrap, false}, {"Address", 106, kLink, false}},
		rows: rowsOf(b.ds.Totals, func(_ int, t *pipeline.YearTotal) []any {
			return []any{t.Year, t.CyberTipline, countOrNil(t.ESP), countOrNil(t.Public), string(words.TotalStatus(b.ds, t)), withoutAddress(t.Source), words.AddressIn(t.Source)}
		}),
	}
	t.finish = func(head, _ int) error {
		for i := range b.ds.Totals {
			a := words.AddressIn(b.ds.Totals[i].Source)
			if a == "" || len(a) > 2000 {
				continue
			}
			b.linkTo(s, cell(7, head+1+i), a, "Open "+a)
		}
		return nil
	}
	return t
}

// withoutAddress returns a source's words without the first address in it.
func withoutAddress(s string) string {
	if rest := strings.Trim(strings.Replace(s, words.AddressIn(s), "", 1), " :;,"); rest != "" {
		return rest
	}
	return s
}

func countOrNil(c *pipeline.Count) any {
	if c == nil {
		return nil
	}
	return *c
}

func (b *book) findingsSheet(s *sheet) *table {
	return &table{
		name: "findings", what: "One row for each finding, the gravest first.", noUnit: true, landscape: true, source: "the checks of espfigures on the documents on the sheet Editions.",
		blanks: "the finding concerns no one year, document or place, or nothing would mend it.",
		cols:   []column{{"Severity", 10, kText, false}, {"Code", 20, kText, false}, {"Year", 7, kYear, false}, {"What was found", 80, kWrap, false}, {"What would mend it", 50, kWrap, false}, {"Document", 40, kWrap, false}, {"Page", 7, kYear, false}, {"Row", 8, kNum, false}},
		rows: rowsOf(b.ds.Findings, func(_ int, f *pipeline.Finding) []any {
			return []any{string(f.Severity), string(f.Code), yearOrNil(f.Year), f.What, f.Mend, f.Document, yearOrNil(f.At.Page), yearOrNil(f.At.Row)}
		}),
	}
}

func (b *book) revisionsSheet(s *sheet) *table {
	return &table{
		name: "revisions", what: "Each row that differs between two versions held of one year's table.", landscape: true, source: "the versions named by their SHA-256; sheet Editions.",
		blanks: "the row was not there in that version.",
		cols:   []column{{"Year", 7, kYear, false}, {"What happened", 14, kText, false}, {"Name as printed or transcribed", 36, kWrap, false}, {"Before", 14, kNum, false}, {"After", 14, kNum, false}, {"Version before", 40, kWrap, false}, {"Version after", 40, kWrap, false}, {"Platform id", 26, kText, false}},
		rows: rowsOf(b.ds.Changes, func(_ int, c *pipeline.Change) []any {
			return []any{c.Year, string(c.Kind), c.Name, countOrNil(c.Old), countOrNil(c.New), c.Before, c.After, c.Platform}
		}),
	}
}
