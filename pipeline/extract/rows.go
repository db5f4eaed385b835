package extract

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A cell is what stands in one row of one column: its lines, top to bottom.
type cell []cellLine

// A cellLine is one printed line of a cell.
type cellLine struct {
	Text   string // without raised marks
	Marks  string // raised marks, such as a footnote's number
	Y      float64
	X0, X1 float64
	Size   float64
	Spaced bool    // a printed space ends the line
	First  float64 // width of the first word

	Gaps    int  // between its words
	Loose   int  // of them without a printed space
	Struck  bool // a line runs through a word
	Swapped int  // places where it is not drawn in the order in which it stands
}

// String joins the lines of a cell: without a space after a slash or a hyphen
// that ends a line, or between Chinese and Japanese characters, unless one is
// printed there; with a space otherwise. A soft hyphen only breaks a word.
func (c cell) String() string {
	var b strings.Builder
	for i, l := range c {
		if i > 0 && c[i-1].spaceBefore(l) {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ReplaceAll(l.Text, softHyphen, ""))
	}
	return b.String()
}

const softHyphen = "\u00AD"

// spaceBefore reports whether a space is between a line and the next.
func (l cellLine) spaceBefore(next cellLine) bool {
	last, _ := utf8.DecodeLastRuneInString(l.Text)
	first, _ := utf8.DecodeRuneInString(next.Text)
	switch {
	case strings.HasSuffix(l.Text, softHyphen):
		return false
	case l.Spaced:
		return true
	}
	return !l.breaks() && !(unspaced(last) && unspaced(first))
}

// breaks reports whether the line ends where a word may be broken.
func (l cellLine) breaks() bool {
	rs := []rune(l.Text)
	if len(rs) == 0 {
		return false
	}
	switch rs[len(rs)-1] {
	case '/':
		return true
	case '-', '‐':
		return len(rs) > 1 && !unicode.IsSpace(rs[len(rs)-2])
	}
	return false
}

func (c cell) marks() string {
	var m []string
	for _, l := range c {
		if l.Marks != "" {
			m = append(m, l.Marks)
		}
	}
	return strings.Join(m, " ")
}

// lineOf makes one cell line of words.
func lineOf(ws line) cellLine {
	c := cellLine{Text: inReadingOrder(joinWords(ws)), Y: ws.y(), X0: ws.x0(), X1: ws.x1(), Size: ws.size(), Spaced: ws[len(ws)-1].After}
	var marks []string
	for _, w := range ws {
		if w.Raised {
			marks = append(marks, w.Text)
		}
	}
	c.Marks = strings.Join(marks, " ")
	c.First = ws[0].X1 - ws[0].X0
	for i, w := range ws {
		c.Struck = c.Struck || w.Struck
		if i > 0 && !w.Glued {
			c.Gaps++
			if w.Loose {
				c.Loose++
			}
		}
		if w.Swapped {
			c.Swapped++
		}
	}
	return c
}

// A gridRow is one row as a reading found it. Cells stand beside the columns
// of its block.
type gridRow struct {
	Page  int // from 0
	Cells []cell
	Alone bool // stands outside the rows' run, such as a total below the table
}

// A grid is what one reading makes of a document.
type grid struct {
	Reading string
	Columns []head // of one block
	Rows    []gridRow
}

// A strip is one block of one zone: one name column and what belongs to it.
type strip struct {
	Page     int
	Zone     int
	Columns  []column
	Name     int // index of the name column
	Numbers  []int
	Cells    [][]cellLine // per column, top to bottom
	Ordinals float64
	Top      float64
	Headed   bool
	Cut      []cellLine // lines of which a column's border cuts a word
	// Before and After are the parts of the first and the last row's name that
	// are in the strips next to this one.
	Before, After []cellLine
}

// blocksOf parts the columns of a header row into tables set side by side.
func blocksOf(cols []column) ([][]column, error) {
	names := 0
	for _, c := range cols {
		if c.Role == roleName {
			names++
		}
	}
	if names < 2 {
		return [][]column{cols}, nil
	}
	if len(cols)%names != 0 {
		return nil, errors.New("tables side by side have different columns")
	}
	n := len(cols) / names
	var out [][]column
	for k := 0; k < names; k++ {
		b := cols[k*n : (k+1)*n]
		for i := range b {
			if b[i].Role != cols[i].Role || b[i].Year != cols[i].Year {
				return nil, errors.New("tables side by side have different columns")
			}
		}
		out = append(out, b)
	}
	return out, nil
}

// stripsOf fills the columns of each zone's blocks with their lines. Lines of
// which a word is cut by a column's border are prose and left out.
func stripsOf(zs []zone) ([]strip, error) {
	var out []strip
	for zi, z := range zs {
		blocks, err := blocksOf(z.Columns)
		if err != nil {
			return nil, err
		}
		for bi, b := range blocks {
			numbers, err := chooseCounts(b)
			if err != nil {
				return nil, err
			}
			s := strip{Page: z.Page, Zone: zi, Columns: b, Name: nameOf(b), Numbers: numbers, Ordinals: math.Inf(-1), Top: z.Top, Headed: z.Headed}
			if bi == 0 {
				s.Ordinals = z.Ordinals
			}
			if s.Name >= 0 && !b[s.Name].Empty {
				s.fill(z.Lines)
				out = append(out, s)
			}
		}
	}
	return out, nil
}

// nameOf returns the index of the column of names, -1 for none.
func nameOf(cols []column) int {
	name := -1
	for i, c := range cols {
		if c.Role == roleName {
			name = i
		}
	}
	return name
}

// fill deals lines to the strip's columns, top to bottom.
func (s *strip) fill(ls []line) {
	s.Cells = make([][]cellLine, len(s.Columns))
	for _, l := range ls {
		parts, ok := partLine(l, s.Columns, s.Ordinals)
		if !ok {
			s.Cut = append(s.Cut, lineOf(l))
			continue
		}
		for i, p := range parts {
			if len(p) > 0 {
				s.Cells[i] = append(s.Cells[i], lineOf(p))
			}
		}
	}
	for _, ls := range s.Cells {
		sort.SliceStable(ls, func(i, j int) bool { return ls[i].Y > ls[j].Y })
	}
}

// partLine deals the words of a line to columns; ok is false where a border
// cuts a word.
func partLine(l line, cols []column, left float64) (parts []line, ok bool) {
	parts = make([]line, len(cols))
	x0, x1 := math.Inf(1), math.Inf(-1)
	for _, c := range cols {
		if !c.Empty {
			x0, x1 = math.Min(x0, c.X0), math.Max(x1, c.X1)
		}
	}
	x0 = math.Max(x0, left)
	const slack = 0.3
	for _, w := range l {
		if w.X1 <= x0+slack || w.X0 >= x1-slack {
			continue
		}
		if w.X0 < x0-slack || w.X1 > x1+slack {
			return nil, false
		}
		in := -1
		for i, c := range cols {
			if !c.Empty && w.X0 >= c.X0-slack && w.X1 <= c.X1+slack {
				in = i
				break
			}
		}
		if in < 0 {
			return nil, false
		}
		parts[in] = append(parts[in], w)
	}
	return parts, true
}

// chooseCounts returns the columns that hold numbers of reports: one, or one
// for each year. It fails where the headers leave a choice.
func chooseCounts(cols []column) ([]int, error) {
	var reports, weak, years []int
	for i, c := range cols {
		switch c.Role {
		case roleReports:
			reports = append(reports, i)
		case roleWeak:
			weak = append(weak, i)
		case roleYear:
			years = append(years, i)
		}
	}
	distinct := func(is []int) bool {
		seen := map[int]bool{}
		for _, i := range is {
			if y := cols[i].Year; y == 0 || seen[y] {
				return false
			}
			seen[cols[i].Year] = true
		}
		return true
	}
	switch {
	case len(reports) == 1 && len(weak) == 0 && len(years) == 0:
		return reports, nil
	case len(reports)+len(years) > 1 && len(weak) == 0 && distinct(append(append([]int(nil), reports...), years...)):
		is := append(append([]int(nil), reports...), years...)
		sort.Ints(is)
		return is, nil
	case len(reports) == 0 && len(weak) == 0 && len(years) == 1:
		return years, nil
	case len(reports) == 0 && len(weak) == 1 && len(years) == 0:
		return weak, nil
	}
	var ts []string
	for _, i := range append(append(reports, weak...), years...) {
		ts = append(ts, fmt.Sprintf("%q", cols[i].Text))
	}
	return nil, fmt.Errorf("%w: %s", errAmbiguous, strings.Join(ts, ", "))
}

var errAmbiguous = errors.New("several columns may hold the number of reports")

// countLines returns the strip's lines of the (first) column of counts, from
// the first that is a number to the last. Numbers far below the others, such
// as a page's, are left out, and so is what follows the total.
func (s *strip) countLines() []cellLine {
	cs := s.Cells[s.Numbers[0]]
	var nums []int
	for i, c := range cs {
		if numeric(strings.ReplaceAll(c.Text, " ", "")) {
			nums = append(nums, i)
		}
	}
	if len(nums) == 0 {
		return nil
	}
	var pitches []float64
	for k := 1; k < len(nums); k++ {
		pitches = append(pitches, cs[nums[k-1]].Y-cs[nums[k]].Y)
	}
	sort.Float64s(pitches)
	last, done := nums[0], false
	for k := 1; k < len(nums); k++ {
		i := nums[k]
		total := s.totalBeside(cs[i])
		far := cs[nums[k-1]].Y-cs[i].Y > 4*math.Max(pitches[len(pitches)/2], cs[i].Size)
		if !total && (done || far) {
			break
		}
		last = i
		done = done || total
	}
	return cs[nums[0] : last+1]
}

// cutLine refuses a line among the rows that belongs to no column: it may be a
// part of a name. It refuses figures above the first number too, which would
// leave names without numbers to run together.
func (s *strip) cutLine(counts []cellLine) error {
	if len(counts) == 0 {
		return nil
	}
	top, bottom := counts[0], counts[len(counts)-1]
	for _, c := range s.Cells[s.Numbers[0]] {
		if s.Headed && c.Y > top.Y && strings.ContainsAny(c.Text, "0123456789") {
			return fmt.Errorf("page %d: %q stands in the column of reports and is no number of them", s.Page+1, c.Text)
		}
	}
	for _, c := range s.Cut {
		above := top.Y + 1.5*top.Size
		if s.Headed {
			above = math.Inf(1)
		}
		below := bottom.Y - 1.5*bottom.Size
		if s.totalBeside(bottom) {
			below = bottom.Y - 0.3*bottom.Size
		}
		if c.Y < above && c.Y > below {
			return fmt.Errorf("page %d: the line %q runs across the columns", s.Page+1, c.Text)
		}
	}
	return nil
}

// totalBeside reports whether the name on the line of a count is the label of
// a total.
func (s *strip) totalBeside(c cellLine) bool {
	names := s.Cells[s.Name]
	from, to := onLine(names, c)
	if from == to {
		return false
	}
	is, sub := totalLabel(names[from].Text)
	return is && !sub
}

// onLine returns which of the lines, that run from top to bottom, share a
// baseline with c: those from the first index to before the second.
func onLine(ls []cellLine, c cellLine) (from, to int) {
	reach := 0.3 * math.Max(c.Size, 1)
	from = sort.Search(len(ls), func(i int) bool { return ls[i].Y <= c.Y+reach })
	for from < len(ls) && ls[from].Y >= c.Y-reach && !sameLine(ls[from], c) {
		from++
	}
	to = from
	for to < len(ls) && sameLine(ls[to], c) {
		to++
	}
	return from, to
}

// between returns the lines whose middle is below hi and above lo, of lines that
// run from top to bottom.
func between(ls []cellLine, hi, lo float64) (out []cellLine) {
	const slack = 30 // points that a middle may be above its baseline
	for i := sort.Search(len(ls), func(i int) bool { return ls[i].Y < hi }); i < len(ls) && ls[i].Y > lo-slack; i++ {
		if mid := ls[i].middle(); mid < hi && mid > lo {
			out = append(out, ls[i])
		}
	}
	return out
}

// middle returns the height of the middle of the line's letters.
func (l cellLine) middle() float64 { return l.Y + 0.3*l.Size }

// sameLine reports whether two lines share a baseline.
func sameLine(a, b cellLine) bool {
	return math.Abs(a.Y-b.Y) <= 0.3*math.Max(math.Min(a.Size, b.Size), 1)
}
