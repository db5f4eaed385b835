package extract

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// A reading is what one way of reading makes of a document: rows of names and
// counts as printed. Ways that the document does not allow have no rows.
type reading struct {
	name string
	rows []printedRow
}

var (
	errUnclear  = errors.New("which lines make a row cannot be told without rules")
	errLeftOver = errors.New("names and numbers do not pair")
)

// readings reads the strips in every way that the document allows. It fails
// where there is none.
func readings(pages []pdf.Page, strips []strip) (rs []reading, err error) {
	unruled, err := readUnruled(strips)
	rs = append(rs, printed("rules", readRuled(strips)), printed("lines", unruled))
	rs = append(rs, printed("structure", readStructure(pages, len(strips[0].At))))
	rs = slices.DeleteFunc(rs, func(r reading) bool { return len(r.rows) == 0 })
	if len(rs) == 0 {
		return nil, cmp.Or(err, errNoRows)
	}
	return rs, nil
}

// agreeing returns the names of the readings that agree with the first, and a
// finding for each that does not, or where there is only one reading.
func agreeing(src source, rs []reading) (names []string, found []pipeline.Finding) {
	report := func(code pipeline.Code, sev pipeline.Severity, at pipeline.Place, format string, args ...any) {
		found = append(found, pipeline.Finding{Code: code, Severity: sev, Year: src.Year, Document: src.Name, At: at, What: fmt.Sprintf(format, args...)})
	}
	for _, r := range rs {
		if page, n, what := disagree(rs[0].rows, r.rows); what != "" {
			report(pipeline.ReadingsDisagree, pipeline.Fail, pipeline.Place{Page: page + 1},
				"the readings by %s and by %s differ at row %d of the document: %s", rs[0].name, r.name, n+1, what)
			continue
		}
		names = append(names, r.name)
	}
	if len(rs) == 1 {
		report(pipeline.OneReading, pipeline.Note, pipeline.Place{}, "only the reading by %s was possible", rs[0].name)
	}
	return names, found
}

// disagree says what two readings first differ in, and where; what is "" where
// they do not. Readings may join words differently.
func disagree(a, b []printedRow) (page, row int, what string) {
	said := func(rows []printedRow, i int) string {
		if i >= len(rows) {
			return "no row"
		}
		return rows[i].Name + ": " + strings.Join(rows[i].Counts, ", ")
	}
	for i := range max(len(a), len(b)) {
		if x, y := said(a, i), said(b, i); squeeze(x) != squeeze(y) {
			return slices.Concat(a[min(i, len(a)):], b[min(i, len(b)):])[0].Page, i, fmt.Sprintf("%q against %q", x, y)
		}
	}
	return 0, 0, ""
}

// squeeze drops all space, to compare readings that join words differently.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// readRuled reads the strips by the rules drawn between rows: a row is what is
// between two rules. It returns no rows where the rules do not tell.
func readRuled(strips []strip) (out []gridRow) {
	for i := range strips {
		if len(strips[i].Counts) == 0 {
			continue
		}
		rows := strips[i].ruledRows()
		if rows == nil {
			return nil
		}
		out = append(out, strips[i].attach(rows)...)
	}
	return out
}

// fromTop sorts rules from top to bottom.
func fromTop(rules []pdf.Rule) []pdf.Rule {
	return slices.SortedStableFunc(slices.Values(rules), func(a, b pdf.Rule) int { return cmp.Compare(b.Y0+b.Y1, a.Y0+a.Y1) })
}

// ruledRows reads one strip: bands from the header to the first rule, between
// rules, and below the last one as far as lines follow each other closely.
func (s *strip) ruledRows() (out []gridRow) {
	if len(s.Edges) < min(2, max(1, len(s.Counts)-1)) {
		return nil
	}
	end := s.openEnd(s.Edges[len(s.Edges)-1])
	bounds := slices.Concat(s.Edges, []float64{end}) // the lower ends of the bands
	bands := make([]gridRow, len(bounds))
	for i := range bands {
		bands[i] = gridRow{s.Page, make([]cell, len(s.Cells))}
	}
	for c, ls := range s.Cells {
		for _, l := range ls {
			i := sort.Search(len(bounds), func(i int) bool { return bounds[i] < l.middle() })
			if i < len(bounds) && l.middle() < s.Top-0.01 {
				bands[i].Cells[c] = append(bands[i].Cells[c], l)
			}
		}
	}
	for i, r := range bands {
		name, count := r.Cells[0], r.Cells[1]
		switch {
		case len(count) > 1, len(name) > 0 && len(count) == 0 && i == 0:
			return nil // a part of a name above the first rule
		case i == len(bands)-1 && (len(count) == 0 || len(name) == 0 || !numeric(count[0].Text)):
			// Nothing closes this band: it is a row only with name and number.
		case len(name) > 0 || len(count) > 0:
			out = append(out, r)
		}
	}
	// A total may be by itself below the rules.
	if last := s.Counts[len(s.Counts)-1]; last.middle() <= end && s.totalBeside(last) {
		out = append(out, s.rowOn(last))
	}
	return out
}

// rowOn returns the row of what shares a baseline with a line.
func (s *strip) rowOn(l cellLine) gridRow {
	r := gridRow{Page: s.Page}
	for _, ls := range s.Cells {
		r.Cells = append(r.Cells, onLine(ls, l))
	}
	return r
}

// edges returns the heights of the rules below the header that run from the
// names to the numbers, of rules that run from top to bottom.
func (s *strip) edges(rules []pdf.Rule) []float64 {
	x0, x1, low := math.Inf(1), math.Inf(-1), math.Inf(1)
	for _, ls := range s.Cells[:2] {
		for _, l := range ls {
			low = math.Min(low, l.Y-4*l.Size)
			if l.Y <= s.Counts[0].Y+l.Size*3 && l.Y >= s.Counts[len(s.Counts)-1].Y-l.Size*3 {
				x0, x1 = math.Min(x0, l.X0), math.Max(x1, l.X1)
			}
		}
	}
	below := func(y float64) int {
		return sort.Search(len(rules), func(i int) bool { return (rules[i].Y0+rules[i].Y1)/2 < y })
	}
	return rulesAcross(rules[below(s.Top-0.5):below(low)], x0, x1)
}

// openEnd returns how far a row reaches that begins below y and has no rule
// under it.
func (s *strip) openEnd(y float64) float64 {
	ls := slices.Concat(s.Cells[0], s.Cells[1])
	ls = slices.DeleteFunc(ls, func(l cellLine) bool { return l.middle() >= y })
	slices.SortStableFunc(ls, func(a, b cellLine) int { return cmp.Compare(b.Y, a.Y) })
	room := 2.5
	for _, l := range ls {
		if y-l.Y > room*l.Size {
			break
		}
		y, room = l.Y, 1.5
	}
	return y - 0.1
}

// rulesAcross returns the heights at which a rule, in one piece or several,
// runs from x0 to x1. The rules run from top to bottom.
func rulesAcross(rs []pdf.Rule, x0, x1 float64) []float64 {
	var out []float64
	for i := 0; i < len(rs); {
		y := (rs[i].Y0 + rs[i].Y1) / 2
		var ss []cluster
		for ; i < len(rs) && y-(rs[i].Y0+rs[i].Y1)/2 < 1.6; i++ {
			ss = append(ss, cluster{span: span{rs[i].X0, rs[i].X1}})
		}
		if slices.ContainsFunc(mergeSpans(ss, 4), func(m cluster) bool { return m.x0 <= x0+4 && m.x1 >= x1-4 }) {
			out = append(out, y)
		}
	}
	return out
}

// The reading without rules goes by the type alone. Where each name has one
// line, a row is a baseline. Where names wrap, the number stands on the first
// line of its row, the last, or in the middle, and a document keeps to one of
// these; each is tried, and one that contradicts the page is dropped:
//
//   - a row has one number, and no line of a name is left over;
//   - lines of one row stand no wider apart than rows do;
//   - where lines and rows stand equally wide apart, a line was broken because
//     what follows did not fit.
//
// What is left must be one way to part the lines into rows. If it is not, this
// reading has no result.

// wrap says where a row's number is next to a name of several lines.
type wrap int

const (
	wrapTop wrap = iota
	wrapMiddle
	wrapBottom
)

// A group is one row of a strip: name lines From to To.
type group struct{ From, To int }

// readUnruled reads the strips by their type alone.
func readUnruled(strips []strip) (out []gridRow, err error) {
	type result struct {
		strips []strip
		names  [][]cellLine
		groups [][]group
	}
	var found []result
	for _, w := range []wrap{wrapTop, wrapMiddle, wrapBottom} {
		r := result{strips: strips}
		doubtful := w == wrapTop && slices.ContainsFunc(strips, func(s strip) bool { return s.Doubtful > 0 })
		if doubtful { // a name begins on the line of its number, and not above it
			r.strips = slices.Clone(strips)
			for i := range r.strips[1:] {
				r.strips[i].takeOver(&r.strips[i+1], r.strips[i+1].Doubtful)
			}
		}
		for i := range r.strips {
			r.names = append(r.names, r.strips[i].rowLines())
		}
		r.groups = groupsOf(r.strips, r.names, w)
		if r.groups == nil || !plausible(r.strips, r.names, r.groups) {
			continue
		}
		same := func(f result) bool { return slices.EqualFunc(f.groups, r.groups, slices.Equal[[]group]) }
		if doubtful || !slices.ContainsFunc(found, same) {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, errLeftOver
	case 1:
	default:
		return nil, errUnclear
	}
	r := found[0]
	for i := range r.strips {
		out = append(out, r.strips[i].attach(r.strips[i].grouped(r.names[i], r.groups[i]))...)
	}
	return out, nil
}

// groupsOf groups the lines of all strips into rows that have their number
// where w says, nil where that is impossible.
func groupsOf(strips []strip, names [][]cellLine, w wrap) [][]group {
	gs := make([][]group, len(strips))
	for i, s := range strips {
		gs[i] = groupLines(names[i], s.Counts, w)
		if gs[i] == nil && len(s.Counts) > 0 {
			return nil
		}
		for _, g := range gs[i] {
			// A letter by itself heads a group, it does not begin a name that wraps.
			if g.From < g.To && groupLetter(names[i][g.From].Text) || strings.HasSuffix(names[i][g.To].Text, softHyphen) {
				return nil
			}
		}
	}
	return gs
}

// goesOn begins a line that goes on with the name above it, and no name.
var goesOn = regexp.MustCompile(`(?i)^(?:[(&,/]|(?:d/?b/?a|[af]/?k/?a|formerly|and|of)\b)`)

// plausible reports whether the lines and their distances allow the groups.
func plausible(strips []strip, names [][]cellLine, gs [][]group) bool {
	within, between, width := 0.0, math.Inf(1), 0.0
	fitted := false // what follows a line would have had room on it
	for i, ls := range names {
		for _, n := range ls {
			width = math.Max(width, n.X1-n.X0)
		}
		if h := strips[i].Columns[strips[i].At[0]]; strips[i].Headed {
			width = math.Max(width, h.HX1-h.HX0)
		}
	}
	for i, ls := range names {
		for k, g := range gs[i] {
			if g.From < g.To && goesOn.MatchString(ls[g.From].Text) {
				return false
			}
			for n := g.From; n < g.To; n++ {
				within = math.Max(within, ls[n].Y-ls[n+1].Y)
				fitted = fitted || ls[n].fits(ls[n+1], width)
			}
			if k > 0 {
				between = math.Min(between, ls[g.From-1].Y-ls[g.From].Y)
			}
		}
	}
	return within <= between+0.6 && (within == 0 || between-within >= 1 || !fitted)
}

// grouped returns the rows of a strip.
func (s *strip) grouped(names []cellLine, gs []group) (rows []gridRow) {
	for k, g := range gs {
		row := s.rowOn(s.Counts[k])
		row.Cells[0], row.Cells[1] = names[g.From:g.To+1:g.To+1], cell{s.Counts[k]}
		rows = append(rows, row)
	}
	return rows
}

// rowLines returns the name lines that stand in the rows' run: from the first
// number to the last, and what follows closely above and below.
func (s *strip) rowLines() []cellLine {
	names := s.Cells[0]
	if len(s.Counts) == 0 || len(names) == 0 {
		return nil
	}
	top, bottom := s.Counts[0], s.Counts[len(s.Counts)-1]
	// A number may be next to the middle of a wrapped name.
	in := func(n cellLine) bool { return n.Y < top.Y+n.Size && n.Y > bottom.Y-n.Size }
	a := slices.IndexFunc(names, in)
	if a < 0 {
		return nil
	}
	b := a
	for b+1 < len(names) && in(names[b+1]) {
		b++
	}
	follows := func(i int) bool {
		return names[i].Y-names[i+1].Y <= math.Max(s.reach(names[i]), s.reach(names[i+1]))
	}
	// No line between the header and the first number may be lost: it can only
	// be a part of the first name.
	for a > 0 && (s.Headed || follows(a-1)) {
		a--
	}
	if total, _ := totalLabel(cell(onLine(names, bottom)).String()); !total {
		for b+1 < len(names) && follows(b) {
			b++
		}
	}
	return names[a : b+1]
}

// groupLines groups name lines into rows that have their number where w says.
// It returns nil where that is impossible.
func groupLines(names, counts []cellLine, w wrap) (out []group) {
	at := 0
	for k, c := range counts {
		on := func(c cellLine) int { // the next line next to a number
			return at + slices.IndexFunc(names[at:], func(n cellLine) bool { return sameLine(n, c) })
		}
		to := len(names) - 1
		switch {
		case w == wrapBottom:
			to = on(c)
		case w == wrapMiddle:
			to = aroundMiddle(names, c, at)
		case on(c) != at:
			return nil
		case k+1 < len(counts):
			to = on(counts[k+1]) - 1
		}
		if to < at || to >= len(names) {
			return nil
		}
		out = append(out, group{From: at, To: to})
		at = to + 1
	}
	if at != len(names) {
		return nil
	}
	return out
}

// aroundMiddle returns the last line of the name that begins at a line and whose
// middle is next to a count; -1 for none.
func aroundMiddle(names []cellLine, c cellLine, at int) int {
	sum, to, nearest := 0.0, -1, math.Inf(1)
	for e := at; e < len(names); e++ {
		sum += names[e].Y
		off := math.Abs(sum/float64(e-at+1) - c.Y)
		if off >= nearest {
			break
		}
		to, nearest = e, off
	}
	if to < 0 || nearest > 0.3*names[to].Size {
		return -1
	}
	return to
}
