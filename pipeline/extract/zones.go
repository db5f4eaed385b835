package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"espfigures/pipeline/pdf"
)

// A column is one column of a table: its header and the strip of the page it
// fills, from X0 to X1.
type column struct {
	head
	HX0, HX1 float64 // where the header's words stand
	X0, X1   float64
	Empty    bool // no word stands under the header
}

// A zone is the part of one page that stands under one header row, or under
// no header where the table goes on from the page before.
type zone struct {
	Page    int // from 0
	Top     float64
	Columns []column
	Headed  bool
	Lines   []line // the words below the header, top to bottom
	// Ordinals is where a column without a header ends that numbers the rows;
	// minus infinity where there is none.
	Ordinals float64
}

// zonesOf finds the zones of all pages. Pages without a header that follow one
// go on with its columns.
func zonesOf(pages []pdf.Page, lines [][]line, found [][]headRow) (out []zone) {
	for n, ls := range lines {
		heads := found[n]
		if len(heads) == 0 && len(out) > 0 && len(ls) > 0 {
			last := &out[len(out)-1]
			next := zone{Page: n, Top: pages[n].H, Columns: slices.Clone(last.Columns), Lines: ls}
			if last.Headed && !slices.ContainsFunc(last.Lines, hasCount) { // a header alone at the foot of a page
				next.Headed = true
				*last = next
			} else {
				out = append(out, next)
			}
		}
		for k, h := range heads {
			end := len(ls)
			if k+1 < len(heads) {
				end = heads[k+1].From
			}
			out = append(out, zone{Page: n, Top: ls[h.To].y(), Columns: h.Columns, Headed: true, Lines: ls[h.To+1 : end]})
		}
	}
	return out
}

// segments splits a line into runs of words without a wide gap.
func segments(l line) []line {
	return splitLine(l, func(before, w word, gap float64) bool { return !w.Single && gap > 0.42 })
}

// segmentsTight splits a line at every gap wider than a space.
func segmentsTight(l line) []line {
	return splitLine(l, func(before, w word, gap float64) bool { return !(w.Single && before.After) && gap > 0.32 })
}

// splitLine splits a line where apart says so; gap is the distance of two words in heights of the type.
func splitLine(l line, apart func(before, w word, gap float64) bool) (out []line) {
	from := 0
	for i := 1; i < len(l); i++ {
		if apart(l[i-1], l[i], (l[i].X0-l[i-1].X1)/math.Max(l[i].Size, l[i-1].Size)) {
			out = append(out, l[from:i:i])
			from = i
		}
	}
	return append(out, l[from:])
}

// A headRow is a header row: lines From to To of a page.
type headRow struct {
	From, To int
	Columns  []column
}

// Limits on a header row: further lines, and runs of words on one line, are
// something else.
const (
	maxHeadLines = 6
	maxHeadRuns  = 40
)

// findHeads returns the header rows of a page as ranges of its lines, with
// their columns: from each line on the largest group that reads as a header.
func findHeads(ls []line) (heads []headRow) {
	part := func(i, first int) bool { // a line may be part of a header that begins at first
		return alike(ls[i], ls[first]) && !hasCount(ls[i]) && len(segments(ls[i])) <= maxHeadRuns
	}
	after := 0 // the first line that no header has taken
	for i := 0; i < len(ls); i++ {
		end := i
		for end < len(ls) && end-i < maxHeadLines && (end == i || near(ls[end-1], ls[end])) && part(end, i) {
			end++
		}
		if !mayHead(ls[i:end]) {
			continue
		}
		for ; end > i; end-- {
			cols := headColumns(ls[i:end])
			if cols == nil {
				continue
			}
			if i == after || !near(ls[i-1], ls[i]) || !part(i-1, i) || !qualified(ls[i-1], cols) {
				heads = append(heads, headRow{i, end - 1, cols})
				i, after = end-1, end
			}
			break
		}
	}
	return heads
}

// mayHead reports whether lines have a word of a header of names and one of a header
// of counts. Without these the columns of the lines need not be found.
func mayHead(ls []line) bool {
	names, counts := false, false
	for _, l := range ls {
		ws := headWords(l.String())
		names = names || hasAny(ws, nameCore, nameAlone) || slices.Contains(ws, "by")
		counts = counts || hasAny(ws, reportCore, weakWords) || slices.ContainsFunc(ws, func(w string) bool { return yearOf(w) != 0 })
	}
	return names && counts
}

// hasCount reports whether a word of the line looks like a number of reports
// rather than a year or a part of a header.
func hasCount(l line) bool {
	return slices.ContainsFunc(l, func(w word) bool {
		day := w.Text == "1" || w.Text == "31"
		return countNoYear(w.Text) && !(day && hasAny(headWords(l.String()), months))
	})
}

// countNoYear reports whether a text is a number of reports that can be no year.
func countNoYear(s string) bool {
	_, err := parseCount(s)
	return err == nil && yearOf(s) == 0
}

// near reports whether two lines follow each other as lines of one cell do.
func near(a, b line) bool {
	return a.y()-b.y() <= 1.4*math.Max(a.size(), b.size())
}

// alike reports whether two lines are set in type near enough in size to be
// lines of one header. A title close above a table is set larger.
func alike(a, b line) bool {
	return math.Max(a.size(), b.size()) < 1.6*math.Min(a.size(), b.size())
}

// headColumns judges whether the lines together are a header row: it has a
// column of names and one that may hold reports. It returns the columns, left
// to right, or nil.
func headColumns(band []line) []column {
	type run struct {
		line
		order int  // from top to bottom
		alone bool // on its line
	}
	var runs []run
	for _, l := range band {
		parts := segments(l)
		for _, p := range parts {
			runs = append(runs, run{p, len(runs), len(parts) == 1})
		}
	}
	// Narrow runs make the columns; a run over several of them is a heading
	// that belongs to each.
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.x1()-a.x0(), b.x1()-b.x0()) })
	type col struct {
		span
		parts []run
	}
	var cols []*col
	for _, r := range runs {
		at := span{r.x0(), r.x1()}
		var over []*col
		for _, c := range cols {
			if c.overlap(at) > 0.5 {
				over = append(over, c)
			}
		}
		if len(over) == 0 {
			over = []*col{{span: at}}
			cols = append(cols, over[0])
		}
		if len(over) == 1 {
			over[0].span = over[0].with(at)
		}
		for _, c := range over {
			c.parts = append(c.parts, r)
		}
	}
	slices.SortFunc(cols, func(a, b *col) int { return cmp.Compare(a.x0, b.x0) })
	var out []column
	for _, c := range cols {
		slices.SortFunc(c.parts, func(a, b run) int { return a.order - b.order })
		var t []string
		for _, r := range c.parts {
			t = append(t, r.String())
		}
		h := classify(strings.Join(t, " "))
		if h.Role == roleUnknown && len(band) > 1 && len(c.parts) == 1 && c.parts[0].alone {
			return nil // a line with nothing of a header on it
		}
		out = append(out, column{head: h, HX0: c.x0, HX1: c.x1})
	}
	return headed(out)
}

// qualified reports whether the line above a header row says that its numbers
// are not reports: words over a column of numbers alone, such as "Referred"
// over "Reports", that the header could not take in.
func qualified(above line, cols []column) bool {
	for _, s := range segments(above) {
		var over []column
		for _, c := range cols {
			if math.Min(s.x1(), c.HX1)-math.Max(s.x0(), c.HX0) > 0.5 {
				over = append(over, c)
			}
		}
		if len(over) == 1 && over[0].Role.counts() && !classify(s.String()+" "+over[0].Text).Role.counts() {
			return true
		}
	}
	return false
}

// splitHeadless finds header lines that hold more than a header: where the table
// goes on in columns further right that have no header, their first row is on
// the header's line. The header is set over all columns then, a little higher,
// and the row is a line of its own.
func splitHeadless(ls []line) []line {
	for i, l := range ls {
		if !hasCount(l) {
			continue
		}
		runs := segments(l)
		// The last run without a number is the name in the row.
		n := slices.IndexFunc(runs, hasCount) - 1
		if n < 2 || n > maxHeadRuns || len(runs)%n != 0 || headColumns([]line{slices.Concat(runs[:n]...)}) == nil {
			continue
		}
		head, row := line{}, slices.Concat(runs[n:]...)
		rows := true // the runs behind the header are rows under columns of their roles
		for k, r := range runs {
			under := runs[k%n]
			by := r.x0() - under.x0()
			if hasCount(r) {
				by = r.x1() - under.x1()
			}
			rows = rows && (k < n || (classify(under.String()).Role == roleName) != hasCount(r))
			for _, w := range under {
				w.X0, w.X1, w.Y = w.X0+by, w.X1+by, w.Y+0.45*w.Size
				head = append(head, w)
			}
		}
		if rows {
			return slices.Replace(ls, i, i+1, head, row)
		}
	}
	return ls
}
