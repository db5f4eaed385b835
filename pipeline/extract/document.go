package extract

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// readPages reads the tables of the pages of a PDF.
func readPages(name string, doc pdf.Document) (Result, error) {
	res := Result{Kind: "pdf", Title: doc.Title, Dated: doc.Dated}
	var hs, before []heading
	words := 0
	all := make([][]line, len(doc.Pages))
	for n := range doc.Pages {
		all[n] = linesOf(doc.Pages[n].Glyphs)
		for _, l := range all[n] {
			words += len(l)
		}
	}
	if words == 0 {
		return res, fail(ErrNoText, "the pages hold no text; a scanned document cannot be read")
	}
	for n := range all {
		var free []line // lines that are not a table's header
		at := 0
		for _, h := range findHeads(all[n]) {
			free = append(free, all[n][at:h.From]...)
			at = h.To + 1
		}
		free = append(free, all[n][at:]...)
		hs = append(hs, headingsOf(n, free)...)
		if n == 0 {
			before = hs
		}
	}
	dropFurniture(all)
	for _, h := range append(before, heading{Text: doc.Title}) {
		if s := sisterOf(h.Text); s != "" && isHeading(h.Text) {
			res.Sister = s
			return res, fail(ErrSister, "this is a document of reports %s, not of reports by provider: %q", s, h.Text)
		}
	}
	zones := zonesOf(doc.Pages, all)
	if len(zones) == 0 {
		for _, ls := range all {
			for _, l := range ls {
				for _, s := range segments(l) {
					if k := sisterHead(s.String()); k != "" {
						res.Sister = k
						return res, fail(ErrSister, "a column is headed %q: this is a document of %s", s.String(), k)
					}
				}
			}
		}
		return res, fail(ErrNoTable, "no header names a column of providers and one of reports")
	}
	src := source{Name: name}
	src.Year, src.Title, src.Conflict = findYear(hs)
	if src.Year == 0 && !src.Conflict {
		src.Year, src.Title = seriesYear(hs)
	}
	if src.Year == 0 && !src.Conflict {
		src.Year, src.Title, src.Conflict = findYear([]heading{{Text: doc.Title}})
	}
	if err := place(zones); err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	strips, err := stripsOf(zones)
	if err != nil {
		return res, fail(ErrNoTable, "%v", err)
	}
	if len(strips) == 0 {
		return res, fail(ErrNoTable, "no row stands under the header")
	}
	dropLetters(strips)
	s0 := strips[0]
	titled := false
	for _, h := range append(hs, heading{Text: doc.Title}) {
		titled = titled || titleLike(h.Text)
	}
	if r := s0.Columns[s0.Numbers[0]].Role; (r == roleWeak || r == roleYear) && !titled {
		return res, fail(ErrNoTable, "the column %q may hold reports or something else, and no title says which", s0.Columns[s0.Numbers[0]].Text)
	}
	var cols []head
	for _, c := range s0.Columns {
		cols = append(cols, c.head)
	}
	var rs []reading
	var why error
	for _, read := range []func() (grid, error){
		func() (grid, error) { return readRuled(doc.Pages, strips) },
		func() (grid, error) { return readUnruled(strips) },
	} {
		g, err := read()
		if err != nil {
			if why == nil || !errors.Is(err, errNoRules) {
				why = err
			}
			continue
		}
		if len(g.Rows) > 0 {
			rs = append(rs, printed(g, s0.Name, s0.Numbers))
		}
	}
	if g, n, numbers, err := readStructure(doc.Pages); err == nil && len(numbers) == len(s0.Numbers) {
		rs = append(rs, printed(g, n, numbers))
	}
	if len(rs) == 0 {
		return res, fail(ErrNoTable, "%v", cmp.Or(why, errNoRows))
	}
	var names []string
	for i, r := range rs {
		if i > 0 {
			if at, n, what, ok := disagree(rs[0], r); !ok {
				res.Findings = append(res.Findings, pipeline.Finding{
					Code: pipeline.ReadingsDisagree, Severity: pipeline.Fail, Year: src.Year, Document: name,
					At:   pipeline.Place{Page: at.Page + 1},
					What: fmt.Sprintf("the readings by %s and by %s differ at row %d of the document: %s", rs[0].name, r.name, n+1, what),
				})
				continue
			}
		}
		names = append(names, r.name)
	}
	rows := rs[0].rows
	if len(s0.Numbers) == 1 && !slices.ContainsFunc(rows, func(r printedRow) bool { return r.Total && !r.Sub }) {
		if t, ok := looseTotal(all); ok {
			rows = append(rows[:len(rows):len(rows)], t)
		}
	}
	ts, fs := tables(src, cols, s0.Numbers, rows, names)
	res.Tables, res.Findings = ts, append(res.Findings, fs...)
	if k := generic(ts); k != "" {
		return Result{Kind: res.Kind, Title: res.Title, Dated: res.Dated}, fail(ErrNoTable, "the row %q is a kind of reporter, not a provider", k)
	}
	rowsRead := 0
	for _, t := range ts {
		rowsRead += len(t.Rows)
	}
	if rowsRead == 0 {
		return Result{Kind: res.Kind, Title: res.Title, Dated: res.Dated}, fail(ErrNoTable, "no row stands under the header")
	}
	if len(rs) == 1 {
		res.Findings = append(res.Findings, pipeline.Finding{
			Code: pipeline.OneReading, Severity: pipeline.Note, Year: src.Year, Document: name,
			What: fmt.Sprintf("only the reading by %s was possible", rs[0].name),
		})
	}
	return res, nil
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

// place places the columns of all zones: zones of one layout together, zones
// without a header with the layout before them.
func place(zones []zone) error {
	done := make([]bool, len(zones))
	order := make([]int, len(zones)) // the widest header rows first
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return len(zones[order[a]].Columns) > len(zones[order[b]].Columns) })
	var placed []int
	for _, i := range order {
		if done[i] || !zones[i].Headed {
			continue
		}
		// The last page of tables set side by side may have fewer of them.
		if p := partOf(zones, placed, i); p {
			done[i] = true
			continue
		}
		var idx []int
		var zs []zone
		for j := range zones {
			if !done[j] && zones[j].Headed && sameLayout(zones[i].Columns, zones[j].Columns) {
				idx, zs, done[j] = append(idx, j), append(zs, zones[j]), true
			}
		}
		err := placeColumns(zs)
		if errors.Is(err, errNoRows) {
			for _, j := range idx {
				zones[j].Lines = nil
				for c := range zones[j].Columns {
					zones[j].Columns[c].Empty = true
				}
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("page %d: %w", zones[i].Page+1, err)
		}
		for k, j := range idx {
			zones[j] = zs[k]
			placed = append(placed, j)
		}
	}
	for i := range zones {
		if !zones[i].Headed && i > 0 {
			zones[i].Columns = append([]column(nil), zones[i-1].Columns...)
			zones[i].Ordinals = zones[i-1].Ordinals
		}
	}
	return nil
}

// partOf places the columns of zone i like those of a placed zone that begins
// with the same columns, and reports whether there is one.
func partOf(zones []zone, placed []int, i int) bool {
	cols := zones[i].Columns
	for _, j := range placed {
		if n := len(cols); n < len(zones[j].Columns) && sameLayout(zones[j].Columns[:n], cols) {
			for k := range cols {
				hx0, hx1 := cols[k].HX0, cols[k].HX1
				cols[k] = zones[j].Columns[k]
				cols[k].HX0, cols[k].HX1 = hx0, hx1
			}
			zones[i].Ordinals = zones[j].Ordinals
			return true
		}
	}
	return false
}

// sameLayout reports whether two header rows have the same words at the same
// places.
func sameLayout(a, b []column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Text != b[i].Text || a[i].HX0-b[i].HX0 > 3 || b[i].HX0-a[i].HX0 > 3 {
			return false
		}
	}
	return true
}
