package extract

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"

	"espfigures/pipeline"
)

// A reading is a grid and what it says: rows of names and counts as printed.
type reading struct {
	name string
	rows []printedRow
}

// A printedRow is one row before its count is judged.
type printedRow struct {
	Page   int // from 0
	Name   string
	Marks  string // raised marks on the name
	Counts []string
	CMarks string
	Total  bool
	Sub    bool // the total of a part

	Gaps, Loose, Swapped int // of the name, as in cellLine
}

// printed takes the names and counts out of a grid.
func printed(g grid, name int, numbers []int) reading {
	r := reading{name: g.Reading}
	for _, row := range g.Rows {
		p := printedRow{Page: row.Page, Name: row.Cells[name].String(), Marks: row.Cells[name].marks()}
		for _, n := range numbers {
			p.Counts = append(p.Counts, row.Cells[n].String())
			p.CMarks += row.Cells[n].marks()
			for _, l := range row.Cells[n] {
				p.Swapped += l.Swapped
			}
		}
		for _, l := range row.Cells[name] {
			p.Gaps += l.Gaps
			p.Loose += l.Loose
			p.Swapped += l.Swapped
		}
		p.Total, p.Sub = totalLabel(p.Name)
		r.rows = append(r.rows, p)
	}
	return r
}

// squeeze drops all space, to compare readings that join words differently.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// disagree returns where two readings first differ; ok is true where they do not.
func disagree(a, b reading) (where printedRow, index int, what string, ok bool) {
	for i := 0; i < len(a.rows) && i < len(b.rows); i++ {
		x, y := a.rows[i], b.rows[i]
		if squeeze(x.Name) != squeeze(y.Name) {
			return x, i, fmt.Sprintf("%q against %q", x.Name, y.Name), false
		}
		for k := range x.Counts {
			if squeeze(x.Counts[k]) != squeeze(y.Counts[k]) {
				return x, i, fmt.Sprintf("%q: %q against %q", x.Name, x.Counts[k], y.Counts[k]), false
			}
		}
	}
	if len(a.rows) != len(b.rows) {
		i := min(len(a.rows), len(b.rows))
		w := printedRow{}
		if i < len(a.rows) {
			w = a.rows[i]
		} else if i < len(b.rows) {
			w = b.rows[i]
		}
		return w, i, fmt.Sprintf("%d rows against %d", len(a.rows), len(b.rows)), false
	}
	return printedRow{}, 0, "", true
}

// A source says what the tables of a document are called and dated.
type source struct {
	Name     string // of the document, for findings
	Year     int
	Title    string
	Conflict bool
}

// tables makes one table for each column of counts from the printed rows.
func tables(src source, cols []head, numbers []int, rows []printedRow, names []string) ([]pipeline.Table, []pipeline.Finding) {
	var columns []string
	for _, c := range cols {
		columns = append(columns, c.Text)
	}
	var fs []pipeline.Finding
	rows = dropOrdinals(rows)
	looseIsOdd, swappedIsOdd := oddities(rows)
	var out []pipeline.Table
	for k, n := range numbers {
		t := pipeline.Table{Year: src.Year, Title: src.Title, Columns: columns, Readings: names}
		if y := cols[n].Year; y != 0 {
			if src.Year != 0 && src.Year != y && len(numbers) == 1 {
				src.Conflict = true
				t.Year = 0
			} else {
				t.Year = y
			}
		}
		find := func(code pipeline.Code, sev pipeline.Severity, at pipeline.Place, format string, args ...any) {
			fs = append(fs, pipeline.Finding{Code: code, Severity: sev, Year: t.Year, Document: src.Name, At: at, What: fmt.Sprintf(format, args...)})
		}
		switch {
		case t.Year == 0 && src.Conflict:
			find(pipeline.YearUnknown, pipeline.Fail, pipeline.Place{}, "the document names more than one year its reports may be of")
		case t.Year == 0:
			find(pipeline.YearUnknown, pipeline.Warn, pipeline.Place{}, "the document does not say which year its reports are of")
		}
		var totals []pipeline.Total
		onPage := map[int]int{}
		for _, r := range rows {
			raw := r.Counts[k]
			at := pipeline.Place{Page: r.Page + 1}
			if !r.Total {
				onPage[r.Page]++
				at.Row = onPage[r.Page]
			}
			if r.Sub {
				find(pipeline.SeveralTotals, pipeline.Note, at, "%q is the total of a part and was left out", r.Name)
				continue
			}
			if none(raw) && len(numbers) > 1 && !r.Total {
				continue // the provider has no row in that year
			}
			c, err := parseCount(raw)
			switch {
			case err != nil:
				find(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d, %q: count %q is %v", at.Page, at.Row, r.Name, raw, err)
				continue
			case r.CMarks != "":
				find(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d, %q: count %q bears the mark %q", at.Page, at.Row, r.Name, raw, r.CMarks)
				continue
			case strings.TrimSpace(r.Name) == "":
				find(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d: the count %q has no name", at.Page, at.Row, raw)
				continue
			}
			if looseIsOdd && r.Loose > 0 || swappedIsOdd && r.Swapped > 0 {
				find(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: its characters do not stand as they are drawn; the document may be damaged", at.Page, at.Row, r.Name)
			}
			if bad := strings.IndexFunc(r.Name, illegible); bad >= 0 {
				find(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: the file does not say which characters these are", at.Page, at.Row, r.Name)
			}
			if r.Total {
				totals = append(totals, pipeline.Total{Label: r.Name, Reports: c, At: at})
				continue
			}
			name, combined, marks := splitMarks(r.Name, r.Marks)
			if marks != "" {
				find(pipeline.FootnoteMark, pipeline.Warn, at, "page %d, row %d, %q: the mark %q is not part of the name kept", at.Page, at.Row, name, marks)
			}
			if name == "" {
				find(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d: the count %q has no name", at.Page, at.Row, raw)
				continue
			}
			t.Rows = append(t.Rows, pipeline.Row{Name: name, Combined: combined, Reports: c, At: at})
		}
		t.Total = chooseTotal(totals, func(what string) {
			find(pipeline.SeveralTotals, pipeline.Fail, pipeline.Place{}, "%s", what)
		})
		if t.Total == nil {
			find(pipeline.TotalMissing, pipeline.Warn, pipeline.Place{}, "no total is printed")
		}
		out = append(out, t)
	}
	return out, fs
}

// oddities reports whether names whose words no printed space parts, or that
// are drawn in another order than they stand, are exceptions in the table: a
// document does this throughout, or not at all, or it is damaged.
func oddities(rows []printedRow) (loose, swapped bool) {
	gaps, looseGaps, swappedRows := 0, 0, 0
	for _, r := range rows {
		gaps += r.Gaps
		looseGaps += r.Loose
		if r.Swapped > 0 {
			swappedRows++
		}
	}
	return looseGaps*5 <= gaps, swappedRows*5 <= len(rows)
}

// none reports whether a cell says that there is no number.
func none(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "-", "–", "—", "n/a", "na", "*":
		return true
	}
	return false
}

// chooseTotal returns the table's total. Equal totals, as on every page, are
// one; of several that differ, the one that speaks of providers is the table's.
func chooseTotal(ts []pipeline.Total, report func(string)) *pipeline.Total {
	if len(ts) == 0 {
		return nil
	}
	same := true
	var esp []int
	for i, t := range ts {
		same = same && t.Reports == ts[0].Reports
		for _, w := range headWords(t.Label) {
			if w == "esp" || w == "esps" || strings.HasPrefix(w, "provider") {
				esp = append(esp, i)
				break
			}
		}
	}
	switch {
	case same:
		return &ts[0]
	case len(esp) == 1:
		return &ts[esp[0]]
	}
	var s []string
	for _, t := range ts {
		s = append(s, fmt.Sprintf("%q %s", t.Label, t.Reports))
	}
	report("several totals are printed: " + strings.Join(s, ", "))
	return &ts[len(ts)-1]
}

// illegible reports whether a character cannot be part of a printed name.
func illegible(r rune) bool {
	return r == unreadable || unicode.IsControl(r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cs, r)
}

const daggers = "†‡§¶"

// splitMarks parts a printed name from its footnote marks. "*" says that
// related platforms are combined in the row. Other marks are returned.
func splitMarks(name, raised string) (plain string, combined bool, marks string) {
	for _, r := range raised {
		switch {
		case r == '*':
			combined = true
		case r != ' ':
			marks += string(r)
		}
	}
	for {
		name = strings.TrimSpace(name)
		n := strings.TrimRight(name, "*∗＊")
		if n == name {
			n = strings.TrimLeft(name, "*∗＊")
		}
		if n != name {
			name, combined = n, true
			continue
		}
		n = strings.TrimRight(name, daggers)
		if n != name {
			marks += name[len(n):]
			name = n
			continue
		}
		return name, combined, marks
	}
}

// dropOrdinals takes "1." to "n." off the names where every row has one, in
// order: the rows are numbered.
func dropOrdinals(rows []printedRow) []printedRow {
	n := 0
	for _, r := range rows {
		if r.Total {
			continue
		}
		n++
		num, rest, ok := strings.Cut(r.Name, " ")
		if !ok || strings.TrimSpace(rest) == "" || strings.TrimRight(num, ".)") != fmt.Sprint(n) {
			return rows
		}
	}
	if n < 3 {
		return rows
	}
	out := append([]printedRow(nil), rows...)
	for i := range out {
		if !out[i].Total {
			_, rest, _ := strings.Cut(out[i].Name, " ")
			out[i].Name = strings.TrimSpace(rest)
		}
	}
	return out
}

// readSheet reads the tables of a PDF's recorded pages.
func readSheet(name string, sh sheet) (Result, error) {
	res := Result{Kind: "pdf", Title: sh.Title}
	var hs, before []heading
	words := 0
	all := make([][]line, len(sh.Pages))
	for n := range sh.Pages {
		all[n] = sh.Pages[n].lines()
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
	for _, h := range append(before, heading{Text: sh.Title}) {
		if s := sisterOf(h.Text); s != "" && isHeading(h.Text) {
			res.Sister = s
			return res, fail(ErrSister, "this is a document of reports %s, not of reports by provider: %q", s, h.Text)
		}
	}
	zones := zonesOf(sh.Pages, all)
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
		src.Year, src.Title, src.Conflict = findYear([]heading{{Text: sh.Title}})
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
	s0 := strips[0]
	titled := false
	for _, h := range append(hs, heading{Text: sh.Title}) {
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
		func() (grid, error) { return readRuled(sh.Pages, strips) },
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
	if g, n, numbers, err := readStructure(sh.Pages); err == nil && len(numbers) == len(s0.Numbers) {
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
		return Result{Kind: res.Kind, Title: res.Title}, fail(ErrNoTable, "the row %q is a kind of reporter, not a provider", k)
	}
	rowsRead := 0
	for _, t := range ts {
		rowsRead += len(t.Rows)
	}
	if rowsRead == 0 {
		return Result{Kind: res.Kind, Title: res.Title}, fail(ErrNoTable, "no row stands under the header")
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
