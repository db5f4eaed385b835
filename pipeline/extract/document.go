package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// readPages reads the tables of the pages of a PDF. The context is checked in
// all that takes longer the more the pages hold.
func readPages(ctx context.Context, name string, doc pdf.Document) (Result, error) {
	res := Result{Kind: "pdf", Title: doc.Title, Dated: doc.Dated}
	lines, err := linesOfPages(ctx, doc.Pages)
	if err != nil {
		return res, err
	}
	hs := headingsOfPages(ctx, lines)
	dropFurniture(lines)
	zones := zonesOf(ctx, doc.Pages, lines)
	if err := ctx.Err(); err != nil {
		return res, err
	}
	sister, phrase := sisterPhrase(hs, doc.Title)
	if len(zones) == 0 && sister == "" {
		sister, phrase = sisterColumn(lines)
	}
	if len(zones) > 0 {
		src := sourceOf(name, hs, doc.Title)
		read, err := readZones(ctx, src, doc.Pages, lines, zones)
		if ctx.Err() != nil {
			return res, ctx.Err()
		}
		res.Tables, res.Findings = read.Tables, read.Findings
		if sister == "" || err == nil && proven(res) && titleLike(src.Title) && sisterOf(src.Title) == "" {
			return res, err
		}
		res.Tables, res.Findings = nil, nil
	}
	if sister != "" {
		res.Sister = sister
		return res, fail(ErrSister, "%s, as %q says", sister, phrase)
	}
	return res, fail(ErrNoTable, "no header names a column of providers and one of reports")
}

// proven reports whether every table has a printed total that its rows sum to,
// and no reading failed. Words around such a table do not make it another.
func proven(res Result) bool {
	for _, t := range res.Tables {
		if t.Total == nil || t.Sum() != t.Total.Reports {
			return false
		}
	}
	return !slices.ContainsFunc(res.Findings, func(f pipeline.Finding) bool { return f.Severity == pipeline.Fail })
}

// linesOfPages groups the characters of each page into lines.
func linesOfPages(ctx context.Context, pages []pdf.Page) ([][]line, error) {
	lines := make([][]line, len(pages))
	words := 0
	for n := range pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lines[n] = splitHeadless(linesOf(pages[n].Glyphs))
		markStruck(lines[n], pages[n].Rules)
		for _, l := range lines[n] {
			words += len(l)
		}
	}
	if words == 0 {
		return nil, fail(ErrNoText, "the pages hold no text; a scanned document cannot be read")
	}
	return lines, nil
}

// headingsOfPages returns the headings of all pages; the headers of tables are
// none.
func headingsOfPages(ctx context.Context, lines [][]line) (hs []heading) {
	for n, ls := range lines {
		if ctx.Err() != nil {
			return nil // the caller looks too
		}
		var free []line
		at := 0
		for _, h := range findHeads(ls) {
			free = append(free, ls[at:h.From]...)
			at = h.To + 1
		}
		hs = append(hs, headingsOf(n, append(free, ls[at:]...))...)
	}
	return hs
}

// sisterPhrase finds a heading of the first page, or the title of the file, that
// names a sister publication.
func sisterPhrase(hs []heading, title string) (kind, phrase string) {
	for _, h := range append(hs[:len(hs):len(hs)], heading{Text: title}) {
		if k := sisterOf(h.Text); k != "" && h.Page == 0 && isHeading(h.Text) {
			return k, h.Text
		}
	}
	return "", ""
}

// sisterColumn finds a column's header that names a sister publication.
func sisterColumn(lines [][]line) (kind, phrase string) {
	for _, ls := range lines {
		for _, l := range ls {
			for _, s := range segments(l) {
				if k := sisterHead(s.String()); k != "" {
					return k, s.String()
				}
			}
		}
	}
	return "", ""
}

// sourceOf finds out which year a document is of: from its headings, from the
// publication's name above them, or from the title of the file.
func sourceOf(name string, hs []heading, title string) source {
	src := source{Name: name}
	for _, h := range append(hs[:len(hs):len(hs)], heading{Text: title}) {
		src.Titled = src.Titled || titleLike(h.Text)
	}
	src.Year, src.Title, src.Conflict = findYear(hs)
	if src.Year == 0 && !src.Conflict {
		src.Year, src.Title = seriesYear(hs)
	}
	if src.Year == 0 && !src.Conflict {
		src.Year, src.Title, src.Conflict = findYear([]heading{{Text: title}})
	}
	return src
}

// readZones reads the tables under the headers of the pages.
func readZones(ctx context.Context, src source, pages []pdf.Page, lines [][]line, zones []zone) (res Result, err error) {
	if err := place(zones); err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	strips, err := stripsOf(zones)
	if err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	if len(strips) == 0 {
		return res, fail(ErrNoTable, "no row is under the header")
	}
	if err := ctx.Err(); err != nil {
		return res, err
	}
	dropLetters(strips)
	if err := joinBroken(strips); err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	s0 := strips[0]
	if h := s0.Columns[s0.Numbers[0]]; (h.Role == roleWeak || h.Role == roleYear) && !src.Titled {
		return res, fail(ErrNoTable, "the column %q may hold reports or something else, and no title says which", h.Text)
	}
	rs, err := readings(ctx, pages, strips)
	if err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	names, found := agreeing(src, rs)
	rows := rs[0].rows
	if len(s0.Numbers) == 1 && !slices.ContainsFunc(rows, func(r printedRow) bool { return r.Total && !r.Sub }) {
		if t, ok := looseTotal(lines); ok {
			rows = append(rows[:len(rows):len(rows)], t)
		}
	}
	var cols []head
	for _, c := range s0.Columns {
		cols = append(cols, c.head)
	}
	ts, more := tables(src, cols, s0.Numbers, rows, names)
	if k := generic(ts); k != "" {
		return res, fail(ErrNoTable, "the row %q is a kind of reporter, not a provider", k)
	}
	if !slices.ContainsFunc(ts, func(t pipeline.Table) bool { return len(t.Rows) > 0 }) {
		return res, fail(ErrNoTable, "no row is under the header")
	}
	return Result{Tables: ts, Findings: append(found, more...)}, nil
}

// readings reads the strips in every way that the document allows. It fails
// where there is none.
func readings(ctx context.Context, pages []pdf.Page, strips []strip) (rs []reading, err error) {
	s0 := strips[0]
	var why error
	for _, read := range []func() (grid, error){
		func() (grid, error) { return readRuled(ctx, pages, strips) },
		func() (grid, error) { return readUnruled(strips) },
	} {
		g, err := read()
		switch {
		case err == nil && len(g.Rows) > 0:
			rs = append(rs, printed(g, s0.Name, s0.Numbers))
		case err != nil && (why == nil || !errors.Is(err, errNoRules)):
			why = err
		}
	}
	if g, n, numbers, err := readStructure(pages); err == nil && len(numbers) == len(s0.Numbers) {
		rs = append(rs, printed(g, n, numbers))
	}
	if len(rs) == 0 {
		return nil, cmp.Or(why, errNoRows)
	}
	return rs, nil
}

// agreeing returns the names of the readings that agree with the first, and a
// finding for each that does not, or where there is only one reading.
func agreeing(src source, rs []reading) (names []string, found []pipeline.Finding) {
	for i, r := range rs {
		if i > 0 {
			if at, n, what, ok := disagree(rs[0], r); !ok {
				found = append(found, pipeline.Finding{
					Code: pipeline.ReadingsDisagree, Severity: pipeline.Fail, Year: src.Year, Document: src.Name,
					At:   pipeline.Place{Page: at.Page + 1},
					What: fmt.Sprintf("the readings by %s and by %s differ at row %d of the document: %s", rs[0].name, r.name, n+1, what),
				})
				continue
			}
		}
		names = append(names, r.name)
	}
	if len(rs) == 1 {
		found = append(found, pipeline.Finding{
			Code: pipeline.OneReading, Severity: pipeline.Note, Year: src.Year, Document: src.Name,
			What: fmt.Sprintf("only the reading by %s was possible", rs[0].name),
		})
	}
	return names, found
}

// looseTotal finds a total printed apart from the table: a label and a number
// on one line, anywhere. It finds none where two such lines differ.
func looseTotal(pages [][]line) (t printedRow, ok bool) {
	for n, ls := range pages {
		for _, l := range ls {
			from := 0
			for i, w := range l {
				text := strings.TrimRight(w.Text, ".")
				if c, err := parseCount(text); err != nil || c < 1000 && yearOf(text) != 0 {
					continue
				}
				label := joinWords(l[from:i])
				from = i + 1
				if is, sub := totalLabel(label); !is || sub {
					continue
				}
				if ok && t.Counts[0] != text {
					return printedRow{}, false
				}
				t, ok = printedRow{Page: n, Name: label, Counts: []string{text}, Total: true}, true
			}
		}
	}
	return t, ok
}
