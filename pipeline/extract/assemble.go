package extract

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"espfigures/pipeline"
)

// A printedRow is one row before its count is judged.
type printedRow struct {
	Page   int // from 0
	Name   string
	Marks  string // raised marks on the name
	Counts []string
	CMarks string // footnote marks on the counts
	Refuse string // why the counts may not be used, such as that they are struck through; "" where they may
	Doubt  string // why the name may be another one; "" where it is certain
	Total  bool
	Sub    bool // the total of a part

	Gaps, Loose, Swapped int // of the name, as in cellLine

	Spaced bool // a printed space ends a line of the name
	Slash  bool // a line ends with a slash and no printed space, and another follows
}

// printed takes the names and counts out of the rows of a reading.
func printed(by string, rows []gridRow) reading {
	r := reading{name: by}
	width := 0.0
	for _, row := range rows {
		for _, l := range row.Cells[0] {
			width = math.Max(width, l.X1-l.X0)
		}
	}
	full := true // every line that goes on fills the column, as where words are broken anywhere
	for _, row := range rows {
		c := row.Cells[0]
		for _, l := range c[:max(0, len(c)-1)] {
			full = full && l.X1-l.X0 > width-l.Size
		}
	}
	for _, row := range rows {
		c := row.Cells[0]
		p := printedRow{Page: row.Page, Name: c.String(), Marks: c.marks()}
		for i, l := range c {
			p.Gaps += l.Gaps
			p.Loose += l.Loose
			p.Spaced = p.Spaced || l.Spaced
			p.Doubt = cmp.Or(p.Doubt, l.Doubt)
			if i+1 < len(c) && !l.Spaced {
				p.Slash = p.Slash || strings.HasSuffix(l.Text, "/")
				p.Doubt = cmp.Or(p.Doubt, l.doubt(c[i+1], width, full))
			}
		}
		for _, count := range row.Cells[1:] {
			p.Counts = append(p.Counts, count.String())
			p.CMarks += count.marks()
		}
		for _, l := range slices.Concat(row.Cells...) {
			p.Swapped += l.Swapped
			p.Refuse = cmp.Or(p.Refuse, l.Refuse)
		}
		p.Total, p.Sub = totalLabel(p.Name)
		r.rows = append(r.rows, p)
	}
	return r
}

// doubt says why a word that ends a line may go on in the next; "" where it does
// not. full says that every line of the column that goes on fills it.
func (l cellLine) doubt(next cellLine, width float64, full bool) string {
	if first, _ := utf8.DecodeRuneInString(next.Text); !unicode.IsLower(first) || strings.HasSuffix(l.Text, "/") || strings.HasSuffix(l.Text, softHyphen) {
		return ""
	}
	word, _, _ := strings.Cut(next.Text, " ")
	switch {
	case l.breaks():
		return fmt.Sprintf("the hyphen that ends the line %q may be part of the name or only break a word", l.Text)
	case (full || l.Gaps == 0) && l.X1-l.X0 > width-l.Size && endsInLetter(l.Text) && !smallWords[strings.ToLower(word)]:
		return fmt.Sprintf("the last word of %q fills its line and may go on in the next", l.Text)
	}
	return ""
}

func endsInLetter(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(last)
}

// smallWords end no longer word.
var smallWords = set("an a and at by de der die del di du en et for in la le les of on or the to und with y d/b/a dba f/k/a a/k/a")

// A source says what the tables of a document are called and dated.
type source struct {
	Name     string // of the document, for findings
	Year     int
	Title    string
	Conflict bool // the document names several years
	Titled   bool // a title speaks of reports by provider
	Part     bool // a title says that they are of a part of a year
}

// A printedTable is what the tables of a document, or of a part of a page, are made of.
type printedTable struct {
	src     source
	heads   []head
	numbers []int // which of them are of counts
	rows    []printedRow
}

// tables makes one table for each column of counts.
func (t printedTable) tables(readings []string) (out []pipeline.Table, fs []pipeline.Finding) {
	var columns []string
	for _, h := range t.heads {
		columns = append(columns, h.Text)
	}
	rows := dropOrdinals(t.rows)
	for k, n := range t.numbers {
		a := assembly{src: t.src, rows: rows, column: k, several: len(t.numbers) > 1,
			table: pipeline.Table{Title: t.src.Title, Columns: columns, Readings: readings}}
		a.date(t.heads[n].Year)
		a.fill()
		out, fs = append(out, a.table), append(fs, a.found...)
	}
	return out, fs
}

// addsUp reports whether the rows add up to their total in each column of counts.
func (t printedTable) addsUp() bool {
	ts, fs := t.tables(nil)
	return proven(Result{Tables: ts, Findings: fs})
}

// withTotal adds to a table without a total the one of those printed apart from it
// that its rows add up to, or else the only one.
func (t printedTable) withTotal(apart []printedRow) printedTable {
	if len(t.numbers) != 1 || slices.ContainsFunc(t.rows, func(r printedRow) bool { return r.Total && !r.Sub }) {
		return t
	}
	with := t
	for _, total := range apart {
		if with.rows = append(slices.Clip(t.rows), total); with.addsUp() || len(apart) == 1 {
			return with
		}
	}
	return t
}

var totalTextRE = regexp.MustCompile(`(?i)^(.*?[^\d\s.,'’])\s*(\d[\d,.'’ ]*?)\s*(?:reports)?\s*\.?$`)

// totalText reads a total printed as a text, such as "Total: 1,234 reports".
func totalText(s string) (printedRow, bool) {
	m := totalTextRE.FindStringSubmatch(s)
	if len(s) > 200 || m == nil || yearOf(m[2]) != 0 {
		return printedRow{}, false
	}
	is, sub := totalLabel(m[1])
	return printedRow{Name: strings.TrimRight(m[1], ": "), Counts: []string{m[2]}, Total: is, Sub: sub}, is && !sub
}

// addTotal adds to totals that are printed as texts the one that a text is, if it is
// another one. More than a few are none.
func addTotal(totals []printedRow, text string, page int) []printedRow {
	t, ok := totalText(text)
	if !ok || len(totals) >= 10 || slices.ContainsFunc(totals, func(o printedRow) bool { return o.Counts[0] == t.Counts[0] }) {
		return totals
	}
	t.Page = page
	return append(totals, t)
}

// An assembly is one table in the making.
type assembly struct {
	src     source
	rows    []printedRow
	column  int  // which of the rows' counts
	several bool // the document has a table for each of several years

	table  pipeline.Table
	found  []pipeline.Finding
	totals []pipeline.Total
	marked []pipeline.Finding // counts with footnote marks: right only where the sum holds
	unread bool               // a count could not be used

	loose, swapped bool // words that no printed space parts, or drawn in another order, are common
	// Some producers print no space at the end of any line, so that "A/ B" and
	// "A/B" come out alike where they break.
	spaced bool
}

func (a *assembly) finding(code pipeline.Code, sev pipeline.Severity, at pipeline.Place, format string, args ...any) pipeline.Finding {
	return pipeline.Finding{Code: code, Severity: sev, Year: a.table.Year, Document: a.src.Name, At: at, What: fmt.Sprintf(format, args...)}
}

func (a *assembly) report(code pipeline.Code, sev pipeline.Severity, at pipeline.Place, format string, args ...any) {
	a.found = append(a.found, a.finding(code, sev, at, format, args...))
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
	case a.src.Part:
		a.table.Year = 0
		a.report(pipeline.YearUnknown, pipeline.Fail, pipeline.Place{}, "a title says that the reports are of a part of a year, or of no calendar year")
	case a.table.Year == 0 && conflict:
		a.report(pipeline.YearUnknown, pipeline.Fail, pipeline.Place{}, "the document names more than one year its reports may be of")
	case a.table.Year == 0:
		a.report(pipeline.YearUnknown, pipeline.Warn, pipeline.Place{}, "the document does not say which year its reports are of")
	}
}

// fill reads the rows and the total.
func (a *assembly) fill() {
	written := writtenIn(a.rows, a.column)
	a.setHabits()
	onPage := map[int]int{}
	for _, r := range a.rows {
		at := pipeline.Place{Page: r.Page + 1}
		if !r.Total {
			onPage[r.Page]++
			at.Row = onPage[r.Page]
		}
		switch {
		case r.Sub:
			a.report(pipeline.SeveralTotals, pipeline.Note, at, "%q is the total of a part and was left out", r.Name)
		case none(r.Counts[a.column]) && a.several && !r.Total: // the provider has no row in that year
		default:
			if c, ok := a.count(r, at, written); ok {
				a.judgeName(r, at)
				a.add(r, at, c)
			}
		}
	}
	a.chooseTotal()
	a.prove(written)
}

// where names a row in a message.
func where(r printedRow, at pipeline.Place) string {
	return fmt.Sprintf("page %d, row %d, %q", at.Page, at.Row, r.Name)
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
		a.report(pipeline.BadCount, pipeline.Fail, at, "%s: count %q is %v", where(r, at), raw, err)
		return 0, false
	case r.Refuse != "":
		a.report(pipeline.BadCount, pipeline.Fail, at, "%s: count %q cannot be used: %s", where(r, at), raw, r.Refuse)
		return 0, false
	}
	if marks != "" {
		a.marked = append(a.marked, a.finding(pipeline.FootnoteMark, pipeline.Warn, at, "%s: count %q has the footnote mark %q", where(r, at), raw, marks))
	}
	return c, true
}

// setHabits finds out what the names of a document have throughout; else it is damaged
// where they have it.
func (a *assembly) setHabits() {
	gaps, loose, swapped := 0, 0, 0
	for _, r := range a.rows {
		gaps += r.Gaps
		loose += r.Loose
		if r.Swapped > 0 {
			swapped++
		}
		a.spaced = a.spaced || r.Spaced
	}
	a.loose, a.swapped = loose*5 > gaps, swapped*5 > len(a.rows)
}

// judgeName reports what makes the name of a row doubtful.
func (a *assembly) judgeName(r printedRow, at pipeline.Place) {
	report := func(sev pipeline.Severity, what string) {
		a.report(pipeline.UnreadableText, sev, at, "%s: %s", where(r, at), what)
	}
	if !a.loose && r.Loose > 0 || !a.swapped && r.Swapped > 0 {
		report(pipeline.Fail, "the order or the spaces of its characters differ from those of the other rows")
	}
	switch {
	case strings.ContainsRune(r.Name, overprinted):
		report(pipeline.Fail, "characters are printed over each other")
	case strings.ContainsFunc(r.Name, illegible):
		report(pipeline.Fail, "not all of its characters can be read: the file does not say which they are, or something covers them")
	}
	switch {
	case r.Total:
	case r.Doubt != "":
		report(pipeline.Fail, r.Doubt)
	case r.Slash && !a.spaced:
		// Joined without a space, as names with a slash are mostly printed;
		// nobody's identity hangs on that space.
		report(pipeline.Note, "a line ends with a slash, and the file does not say whether a space follows it")
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

// chooseTotal sets the table's total. Equal totals, as on every page, are one;
// of several that differ, the one that speaks of providers is the table's.
func (a *assembly) chooseTotal() {
	if len(a.totals) == 0 {
		a.report(pipeline.TotalMissing, pipeline.Warn, pipeline.Place{}, "no total is printed")
		return
	}
	same := true
	var said []string
	var esp []int
	for i, t := range a.totals {
		same = same && t.Reports == a.totals[0].Reports
		said = append(said, fmt.Sprintf("%q %s", t.Label, t.Reports))
		if slices.ContainsFunc(headWords(t.Label), func(w string) bool { return strings.HasPrefix(w, "esp") || strings.HasPrefix(w, "provider") }) {
			esp = append(esp, i)
		}
	}
	chosen := len(a.totals) - 1
	switch {
	case same:
		chosen = 0
	case len(esp) == 1:
		chosen = esp[0]
	default:
		a.report(pipeline.SeveralTotals, pipeline.Fail, pipeline.Place{}, "several totals are printed: %s", strings.Join(said, ", "))
	}
	a.table.Total = &a.totals[chosen]
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

// illegible reports whether a character cannot be part of a printed name.
func illegible(r rune) bool {
	return r == unreadable || unicode.In(r, unicode.Cc, unicode.Co, unicode.Cs)
}

var (
	noteStartRE = regexp.MustCompile(`^(\(\w{1,2}\)|\[\w{1,2}\]|[#^]|\d{1,2}|[a-z])[.:)]?\s`)
	noteEndRE   = regexp.MustCompile(`\s*(\(\w{1,2}\)|\[\w{1,2}\]|[#^])$`)
	inWordRE    = regexp.MustCompile(`[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃ-ᶻ]`)
)

// footnotes are the marks that begin a text on a page, which explains them.
type footnotes map[string]bool

// add keeps the mark that a text explains.
func (f footnotes) add(s string) {
	if m := noteStartRE.FindStringSubmatch(s); m != nil {
		f[m[1]] = true
	}
}

// unmark takes the marks off names that a text on the page explains.
func (f footnotes) unmark(rows []printedRow) {
	for i := range rows {
		r := &rows[i]
		if m := noteEndRE.FindStringSubmatchIndex(r.Name); m != nil && f[r.Name[m[2]:m[3]]] {
			r.Marks += " " + r.Name[m[2]:m[3]]
			r.Name = r.Name[:m[0]]
		}
		if raised := inWordRE.FindString(r.Name); raised != "" && r.Refuse == "" && f[norm.NFKC.String(raised)] {
			r.Refuse = "the raised " + raised + " in the name may be a footnote mark"
		}
	}
}

// nameMarks are the footnote marks that end a name, "*" apart.
var nameMarks = regexp.MustCompile(`(?:[†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ᵃ-ᶻ]|\s*\[(?:\d{1,2}|[a-z])\])+$`)

const stars = "*∗＊"

var noStars = strings.NewReplacer("*", "", " ", "")

// splitMarks separates a printed name from its footnote marks. "*" says that
// related platforms are combined in the row. Other marks are returned.
func splitMarks(name, raised string) (plain string, combined bool, marks string) {
	combined = strings.Contains(raised, "*")
	marks = noStars.Replace(raised)
	for {
		name = strings.TrimSpace(name)
		n := strings.TrimRight(name, stars)
		if n == name {
			n = strings.TrimLeft(name, stars)
		}
		at := nameMarks.FindStringIndex(name)
		switch {
		case n != name:
			name, combined = n, true
		case at != nil:
			marks += name[at[0]:]
			name = name[:at[0]]
		default:
			return name, combined, marks
		}
	}
}

// dropOrdinals takes "1." to "n." off the names where every row has one, in
// order: the rows are numbered.
func dropOrdinals(rows []printedRow) []printedRow {
	n := 0
	out := slices.Clone(rows)
	for i, r := range rows {
		if r.Total {
			continue
		}
		n++
		m := ordinalRE.FindStringSubmatch(r.Name)
		if m == nil || m[1] != fmt.Sprint(n) {
			return rows
		}
		out[i].Name = m[2]
	}
	if n < 3 {
		return rows
	}
	return out
}

// ordinalRE is a name with a number before it.
var ordinalRE = regexp.MustCompile(`^(\d+)(?:[.)]\s*|\s+)(\S.*)$`)
