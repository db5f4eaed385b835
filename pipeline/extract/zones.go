package extract

import (
	"context"
	"math"
	"slices"
	"sort"
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
	Bottom  float64
	Columns []column
	Headed  bool
	Lines   []line // the words below the header, top to bottom
	// Ordinals is where a column without a header ends that numbers the rows;
	// minus infinity where there is none.
	Ordinals float64
}

// segments parts a line into runs of words without a wide gap.
func segments(l line) []line {
	var out []line
	for i, w := range l {
		if i == 0 || !w.Single && w.X0-l[i-1].X1 > 0.42*math.Max(w.Size, l[i-1].Size) {
			out = append(out, line{})
		}
		out[len(out)-1] = append(out[len(out)-1], w)
	}
	return out
}

// headColumns judges whether the lines together are a header row: it has a
// column of names and one that may hold reports. It returns the columns, left
// to right, or nil.
func headColumns(band []line) []column {
	type seg struct {
		line
		text string
	}
	var segs []seg
	for _, l := range band {
		for _, s := range segments(l) {
			segs = append(segs, seg{s, s.String()})
		}
	}
	// Narrow runs make the columns; a run over several of them is a heading
	// that belongs to each.
	order := make([]int, len(segs))
	for i := range order {
		order[i] = i
	}
	width := func(i int) float64 { return segs[i].x1() - segs[i].x0() }
	sort.SliceStable(order, func(a, b int) bool { return width(order[a]) < width(order[b]) })
	type col struct {
		x0, x1 float64
		parts  []int
	}
	var cols []*col
	for _, i := range order {
		s := segs[i]
		var over []*col
		for _, c := range cols {
			if math.Min(c.x1, s.x1())-math.Max(c.x0, s.x0()) > 0.5 {
				over = append(over, c)
			}
		}
		switch len(over) {
		case 0:
			cols = append(cols, &col{s.x0(), s.x1(), []int{i}})
		case 1:
			over[0].x0, over[0].x1 = math.Min(over[0].x0, s.x0()), math.Max(over[0].x1, s.x1())
			over[0].parts = append(over[0].parts, i)
		default:
			for _, c := range over {
				c.parts = append(c.parts, i)
			}
		}
	}
	sort.Slice(cols, func(i, j int) bool { return cols[i].x0 < cols[j].x0 })
	var out []column
	names, counts := 0, 0
	perLine := map[float64]int{}
	for _, s := range segs {
		perLine[s.y()]++
	}
	for _, c := range cols {
		sort.Ints(c.parts) // band lines run top to bottom
		var t []string
		for _, i := range c.parts {
			t = append(t, segs[i].text)
		}
		h := classify(strings.Join(t, " "))
		switch h.Role {
		case roleName:
			names++
		case roleReports, roleWeak, roleYear:
			counts++
		}
		if h.Role == roleUnknown && len(band) > 1 && len(c.parts) == 1 && perLine[segs[c.parts[0]].y()] == 1 {
			return nil // a line with nothing of a header on it
		}
		out = append(out, column{head: h, HX0: c.x0, HX1: c.x1})
	}
	if names == 0 || counts == 0 {
		return nil
	}
	return out
}

// hasCount reports whether a word of the line looks like a number of reports
// rather than a year or a part of a header.
func hasCount(l line) bool {
	for _, w := range l {
		if _, err := parseCount(w.Text); err == nil && yearOf(w.Text) == 0 {
			return true
		}
	}
	return false
}

// Limits on a header row: further lines, and runs of words on one line, are
// something else.
const (
	maxHeadLines = 4
	maxHeadRuns  = 40
)

// findHeads returns the header rows of a page as ranges of its lines, with
// their columns.
func findHeads(ls []line) (heads []headRow) {
	after := 0 // the first line that no header has taken
	for i := 0; i < len(ls); i++ {
		if !namesColumn(ls[i]) {
			continue
		}
		from, to := headReach(ls, i)
		if !slices.ContainsFunc(ls[from:to+1], namesCounts) {
			continue
		}
		h, ok := largestHead(ls, max(from, after), i, to)
		if !ok || h.From > from && qualified(ls[h.From-1], h.Columns) {
			continue
		}
		heads = append(heads, h)
		i, after = h.To, h.To+1
	}
	return heads
}

// namesColumn reports whether a line has words that may head a column of names.
func namesColumn(l line) bool {
	if hasCount(l) {
		return false
	}
	runs := segments(l)
	if len(runs) > maxHeadRuns {
		return false
	}
	for _, s := range runs {
		if hasAny(headWords(s.String()), nameCore, nameAlone) {
			return true
		}
	}
	return false
}

// namesCounts reports whether a line has a word that may head a column of
// numbers of reports.
func namesCounts(l line) bool {
	ws := headWords(l.String())
	return hasAny(ws, reportCore, weakWords) || slices.ContainsFunc(ws, func(w string) bool { return yearOf(w) != 0 })
}

// headReach returns the lines around line i that may belong to one header.
func headReach(ls []line, i int) (from, to int) {
	from, to = i, i
	part := func(l line) bool { return alike(l, ls[i]) && !hasCount(l) && len(l) <= 4*maxHeadRuns }
	for from > 0 && i-from < maxHeadLines && near(ls[from-1], ls[from]) && part(ls[from-1]) {
		from--
	}
	for to+1 < len(ls) && to-i < maxHeadLines && near(ls[to], ls[to+1]) && part(ls[to+1]) {
		to++
	}
	return from, to
}

// largestHead returns the largest group of lines around line i that reads as a
// header.
func largestHead(ls []line, from, i, to int) (headRow, bool) {
	for size := to - from; size >= 0; size-- {
		for a := max(from, i-size); a <= i && a+size <= to; a++ {
			if cols := headColumns(ls[a : a+size+1]); cols != nil {
				return headRow{a, a + size, cols}, true
			}
		}
	}
	return headRow{}, false
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
		if len(over) != 1 {
			continue
		}
		switch over[0].Role {
		case roleReports, roleWeak, roleYear:
		default:
			continue
		}
		switch classify(s.String() + " " + over[0].Text).Role {
		case roleReports, roleWeak, roleYear:
		default:
			return true
		}
	}
	return false
}

// A headRow is a header row: lines From to To of a page.
type headRow struct {
	From, To int
	Columns  []column
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

func hasAny(ws []string, ms ...map[string]bool) bool {
	for _, w := range ws {
		for _, m := range ms {
			if m[w] {
				return true
			}
		}
	}
	return false
}

// zonesOf finds the zones of all pages. Pages without a header that follow one
// go on with its columns.
func zonesOf(ctx context.Context, pages []pdf.Page, lines [][]line) []zone {
	var out []zone
	var last *zone
	for n := range pages {
		if ctx.Err() != nil {
			return nil
		}
		ls := lines[n]
		heads := findHeads(ls)
		if len(heads) == 0 {
			if last != nil && len(ls) > 0 {
				out = append(out, zone{Page: n, Top: pages[n].H, Columns: append([]column(nil), last.Columns...), Lines: ls})
			}
			continue
		}
		for k, h := range heads {
			end, bottom := len(ls), 0.0
			if k+1 < len(heads) {
				end = heads[k+1].From
				bottom = ls[end].y()
			}
			z := zone{Page: n, Top: ls[h.To].y(), Bottom: bottom, Columns: h.Columns, Headed: true, Lines: ls[h.To+1 : end]}
			out = append(out, z)
			last = &zone{Columns: h.Columns}
		}
	}
	return out
}
