package extract

import (
	"context"
	"slices"

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
	heads := make([][]headRow, len(lines))
	for n, ls := range lines {
		if err := ctx.Err(); err != nil {
			return res, err
		}
		heads[n] = findHeads(ls)
	}
	hs := headingsOfPages(lines, heads)
	dropFurniture(lines, heads)
	zones := zonesOf(doc.Pages, lines, heads)
	sister, phrase := sisterPhrase(hs, doc.Title, lines, len(zones) > 0)
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
	for n, p := range pages {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lines[n] = splitHeadless(linesOf(p.Glyphs))
		strikerOf(p).mark(lines[n])
		words += len(lines[n])
	}
	if words == 0 {
		return nil, fail(ErrNoText, "the pages hold no text; a scanned document cannot be read")
	}
	return lines, nil
}

// headingsOfPages returns the headings of all pages; the headers of tables are
// none.
func headingsOfPages(lines [][]line, heads [][]headRow) (hs []heading) {
	for n, ls := range lines {
		var free []line
		at := 0
		for _, h := range heads[n] {
			free = append(free, ls[at:h.From]...)
			at = h.To + 1
		}
		hs = append(hs, headingsOf(n, append(free, ls[at:]...))...)
	}
	return hs
}

// sisterPhrase finds a heading of the first page, or the title of the file, that
// names a sister publication; or, where no header is that of a table, the header of a
// column.
func sisterPhrase(hs []heading, title string, lines [][]line, tables bool) (kind, phrase string) {
	for _, h := range append(slices.Clip(hs), heading{Text: title}) {
		if k := sisterOf(h.Text); k != "" && h.Page == 0 && isHeading(h.Text) {
			return k, h.Text
		}
	}
	if tables {
		return "", ""
	}
	for _, l := range slices.Concat(lines...) {
		for _, s := range segments(l) {
			if k := sisterWhole("header", s.String()); k != "" {
				return k, s.String()
			}
		}
	}
	return "", ""
}

// readZones reads the tables under the headers of the pages.
func readZones(ctx context.Context, src source, pages []pdf.Page, lines [][]line, zones []zone) (Result, error) {
	if err := place(zones); err != nil {
		return Result{}, fail(ErrNoTable, "%v", err)
	}
	strips, err := stripsOf(zones, pages)
	if err != nil {
		return Result{}, fail(ErrNoTable, "%v", err)
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	s0 := strips[0]
	if h := s0.Columns[s0.At[1]]; (h.Role == roleWeak || h.Role == roleYear) && !src.Titled {
		return Result{}, fail(ErrNoTable, "the column %q may hold reports or something else, and no title says which", h.Text)
	}
	rs, err := readings(pages, strips)
	if err != nil {
		return Result{}, fail(ErrNoTable, "%v", err)
	}
	names, found := agreeing(src, rs)
	t := printedTable{src: src, numbers: s0.At[1:], rows: rs[0].rows}
	for _, c := range s0.Columns {
		t.heads = append(t.heads, c.head)
	}
	notes := footnotes{}
	var apart []printedRow
	for n, ls := range lines {
		for _, l := range ls {
			notes.add(l.String())
			apart = addTotal(apart, l.String(), n)
		}
	}
	notes.unmark(t.rows)
	ts, more := t.withTotal(apart).tables(names)
	if err := provides(ts); err != nil {
		return Result{}, err
	}
	if !slices.ContainsFunc(ts, func(t pipeline.Table) bool { return len(t.Rows) > 0 }) {
		return Result{}, fail(ErrNoTable, "no row is under the header")
	}
	return Result{Tables: ts, Findings: append(found, more...)}, nil
}
