package extract

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline"
)

// A reading is a grid and what it says: rows of names and counts as printed.
type reading struct {
	name string
	rows []printedRow
}

const struckThrough = "a line runs through the row"

// A printedRow is one row before its count is judged.
type printedRow struct {
	Page   int // from 0
	Name   string
	Marks  string // raised marks on the name
	Counts []string
	CMarks string // footnote marks on the counts
	Refuse string // why the counts may not be used, such as that they are struck through; "" where they may
	Total  bool
	Sub    bool // the total of a part

	Gaps, Loose, Swapped int // of the name, as in cellLine

	Spaced int    // lines of the name that a printed space ends
	Slash  bool   // a line ends with a slash and no printed space, and another follows
	Hyphen string // a line that ends with a hyphen the name may not have; "" if none
	Cut    string // a line that fills the column with one word, which may go on below; "" if none
}

// printed takes the names and counts out of a grid.
func printed(g grid, name int, numbers []int) reading {
	r := reading{name: g.Reading}
	width := 0.0
	for _, row := range g.Rows {
		for _, l := range row.Cells[name] {
			width = math.Max(width, l.X1-l.X0)
		}
	}
	for _, row := range g.Rows {
		p := printedRow{Page: row.Page, Name: row.Cells[name].String(), Marks: row.Cells[name].marks()}
		for _, n := range numbers {
			p.Counts = append(p.Counts, row.Cells[n].String())
			p.CMarks += row.Cells[n].marks()
			for _, l := range row.Cells[n] {
				p.Swapped += l.Swapped
				if l.Struck {
					p.Refuse = struckThrough
				}
			}
		}
		for i, l := range row.Cells[name] {
			if l.Struck {
				p.Refuse = struckThrough
			}
			if l.Spaced {
				p.Spaced++
			} else if i+1 < len(row.Cells[name]) {
				next, _ := utf8.DecodeRuneInString(row.Cells[name][i+1].Text)
				switch {
				case strings.HasSuffix(l.Text, "/"):
					p.Slash = true
				case l.breaks() && unicode.IsLower(next):
					p.Hyphen = l.Text
				case l.Gaps == 0 && l.X1-l.X0 > width-l.Size && !l.breaks() && unicode.IsLower(next) && !startsSmall(row.Cells[name][i+1].Text):
					p.Cut = l.Text
				}
			}
			p.Gaps += l.Gaps
			p.Loose += l.Loose
			p.Swapped += l.Swapped
		}
		p.Total, p.Sub = totalLabel(p.Name)
		r.rows = append(r.rows, p)
	}
	return r
}

var smallWords = set("a an and at by de der die del di du en et for in la le les of on or the to und with y d/b/a dba f/k/a a/k/a")

// startsSmall reports whether a text begins with a small word, which ends no
// longer one.
func startsSmall(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	return smallWords[strings.ToLower(first)]
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
	Conflict bool // the document names several years
	Titled   bool // a title speaks of reports by provider
}

// tables makes one table for each column of counts from the printed rows.
func tables(src source, cols []head, numbers []int, rows []printedRow, names []string) (out []pipeline.Table, fs []pipeline.Finding) {
	var columns []string
	for _, c := range cols {
		columns = append(columns, c.Text)
	}
	rows = dropOrdinals(rows)
	for k, n := range numbers {
		a := assembly{src: src, rows: rows, column: k, several: len(numbers) > 1,
			table: pipeline.Table{Title: src.Title, Columns: columns, Readings: names}}
		a.looseIsOdd, a.swappedIsOdd = oddities(rows)
		for _, r := range rows {
			a.endsPrinted = a.endsPrinted || r.Spaced > 0
		}
		a.date(cols[n].Year)
		a.fill()
		out, fs = append(out, a.table), append(fs, a.found...)
	}
	return out, fs
}

// An assembly is one table in the making.
type assembly struct {
	src     source
	rows    []printedRow
	column  int  // which of the rows' counts
	several bool // the document has a table for each of several years

	looseIsOdd, swappedIsOdd bool // see oddities
	// Some producers print no space at the end of any line, so that "A/ B" and
	// "A/B" come out alike where they break.
	endsPrinted bool

	table  pipeline.Table
	found  []pipeline.Finding
	totals []pipeline.Total
	marked []pipeline.Finding // counts with footnote marks: right only where the sum holds
	unread bool               // a count could not be used
}

func (a *assembly) report(code pipeline.Code, sev pipeline.Severity, at pipeline.Place, format string, args ...any) {
	a.found = append(a.found, pipeline.Finding{Code: code, Severity: sev, Year: a.table.Year, Document: a.src.Name, At: at, What: fmt.Sprintf(format, args...)})
}

// date sets the table's year: that of its column's header, or the document's.
func (a *assembly) date(ofColumn int) {
	conflict := a.src.Conflict
	a.table.Year = a.src.Year
	if ofColumn != 0 {
		a.table.Year = ofColumn
		if a.src.Year != 0 && a.src.Year != ofColumn && !a.several {
			a.table.Year, conflict = 0, true
		}
	}
	switch {
	case a.table.Year == 0 && conflict:
		a.report(pipeline.YearUnknown, pipeline.Fail, pipeline.Place{}, "the document names more than one year its reports may be of")
	case a.table.Year == 0:
		a.report(pipeline.YearUnknown, pipeline.Warn, pipeline.Place{}, "the document does not say which year its reports are of")
	}
}

// fill reads the rows and the total.
func (a *assembly) fill() {
	var raws []string
	for _, r := range a.rows {
		if raw, _ := cutCountMarks(r.Counts[a.column]); !none(raw) {
			raws = append(raws, raw)
		}
	}
	written := groupingOf(raws)
	onPage := map[int]int{}
	for _, r := range a.rows {
		at := pipeline.Place{Page: r.Page + 1}
		if !r.Total {
			onPage[r.Page]++
			at.Row = onPage[r.Page]
		}
		if r.Sub {
			a.report(pipeline.SeveralTotals, pipeline.Note, at, "%q is the total of a part and was left out", r.Name)
			continue
		}
		if none(r.Counts[a.column]) && a.several && !r.Total {
			continue // the provider has no row in that year
		}
		if c, ok := a.count(r, at, written); ok {
			a.judgeName(r, at)
			a.add(r, at, c)
		}
	}
	a.table.Total = chooseTotal(a.totals, func(what string) {
		a.report(pipeline.SeveralTotals, pipeline.Fail, pipeline.Place{}, "%s", what)
	})
	if a.table.Total == nil {
		a.report(pipeline.TotalMissing, pipeline.Warn, pipeline.Place{}, "no total is printed")
	}
	a.prove(written)
}

// count reads the count of a row; ok is false, and the reason a finding, where
// it may not be used.
func (a *assembly) count(r printedRow, at pipeline.Place, written grouping) (c pipeline.Count, ok bool) {
	raw, marks := cutCountMarks(r.Counts[a.column])
	marks += r.CMarks
	c, err := written.parse(raw)
	a.unread = a.unread || err != nil || r.Refuse != ""
	switch {
	case err != nil:
		a.report(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d, %q: count %q is %v", at.Page, at.Row, r.Name, raw, err)
		return 0, false
	case r.Refuse != "":
		a.report(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d, %q: count %q cannot be used: %s", at.Page, at.Row, r.Name, raw, r.Refuse)
		return 0, false
	case strings.TrimSpace(r.Name) == "":
		a.report(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d: the count %q has no name", at.Page, at.Row, raw)
		return 0, false
	}
	if marks != "" {
		a.marked = append(a.marked, pipeline.Finding{Code: pipeline.FootnoteMark, Severity: pipeline.Warn, Year: a.table.Year, Document: a.src.Name, At: at,
			What: fmt.Sprintf("page %d, row %d, %q: count %q has the footnote mark %q", at.Page, at.Row, r.Name, raw, marks)})
	}
	return c, true
}

// judgeName reports what makes the name of a row doubtful.
func (a *assembly) judgeName(r printedRow, at pipeline.Place) {
	if a.looseIsOdd && r.Loose > 0 || a.swappedIsOdd && r.Swapped > 0 {
		a.report(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: the order or the spaces of its characters differ from those of the other rows", at.Page, at.Row, r.Name)
	}
	switch {
	case strings.ContainsRune(r.Name, overprinted):
		a.report(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: characters are printed over each other", at.Page, at.Row, r.Name)
	case strings.ContainsFunc(r.Name, illegible):
		a.report(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: the file does not say which characters these are", at.Page, at.Row, r.Name)
	}
	switch {
	case r.Total:
	case r.Hyphen != "":
		a.report(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: the hyphen that ends the line %q may be part of the name or only break a word", at.Page, at.Row, r.Name, r.Hyphen)
	case r.Cut != "":
		a.report(pipeline.UnreadableText, pipeline.Fail, at, "page %d, row %d, %q: the word %q fills its line and may go on in the next", at.Page, at.Row, r.Name, r.Cut)
	case r.Slash && !a.endsPrinted:
		// Joined without a space, as names with a slash are mostly printed;
		// nobody's identity hangs on that space.
		a.report(pipeline.UnreadableText, pipeline.Note, at, "page %d, row %d, %q: a line ends with a slash, and the file does not say whether a space follows it", at.Page, at.Row, r.Name)
	}
}

// add adds a row or a total to the table.
func (a *assembly) add(r printedRow, at pipeline.Place, c pipeline.Count) {
	if r.Total {
		a.totals = append(a.totals, pipeline.Total{Label: r.Name, Reports: c, At: at})
		return
	}
	name, combined, marks := splitMarks(r.Name, r.Marks)
	if marks != "" {
		a.report(pipeline.FootnoteMark, pipeline.Warn, at, "page %d, row %d, %q: the mark %q is not part of the name kept", at.Page, at.Row, name, marks)
	}
	if name == "" {
		a.report(pipeline.BadCount, pipeline.Fail, at, "page %d, row %d: the count %q has no name", at.Page, at.Row, c)
		return
	}
	a.table.Rows = append(a.table.Rows, pipeline.Row{Name: name, Combined: combined, Reports: c, At: at})
}

// prove takes back what only a total that the rows sum to could confirm.
func (a *assembly) prove(written grouping) {
	t := &a.table
	proven := !a.unread && t.Total != nil && t.Sum() == t.Total.Reports
	for _, f := range a.marked {
		if !proven {
			f.Code, f.Severity, f.What = pipeline.BadCount, pipeline.Fail, f.What+", and no total confirms where the number ends"
			t.Rows = slices.DeleteFunc(t.Rows, func(r pipeline.Row) bool { return r.At == f.At })
		}
		a.found = append(a.found, f)
	}
	if written.name != byCommas.name && !proven {
		a.report(pipeline.BadCount, pipeline.Fail, pipeline.Place{}, "thousands are separated by %s, and no total confirms the numbers", written.name)
	}
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

// nameMarks are the footnote marks that end a name, "*" apart.
var nameMarks = regexp.MustCompile(`(?:[†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹]|\s*\[\d{1,2}\])+$`)

// splitMarks separates a printed name from its footnote marks. "*" says that
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
		if at := nameMarks.FindStringIndex(name); at != nil {
			marks += name[at[0]:]
			name = name[:at[0]]
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
