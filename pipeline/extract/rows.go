package extract

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline/pdf"
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

	Gaps    int    // between its words
	Loose   int    // of them without a printed space
	Refuse  string // why the row may not be used, such as that a line runs through a word; "" where it may
	Doubt   string // why the text may be another one; "" where it is certain
	Swapped int    // places where it is not drawn in the order in which it stands
}

// lineOf makes one cell line of words.
func lineOf(ws line) cellLine {
	text, doubt := inReadingOrder(ws.String())
	c := cellLine{Text: text, Doubt: doubt, Y: ws.y(), X0: ws.x0(), X1: ws.x1(), Size: ws.size(),
		Spaced: ws[len(ws)-1].After, First: ws[0].X1 - ws[0].X0}
	for i, w := range ws {
		if w.Struck {
			c.Refuse = "a line runs through the row"
		}
		if w.Tight {
			c.Doubt = "whether there is one more space cannot be told"
		}
		if w.Raised {
			c.Marks = strings.TrimSpace(c.Marks + " " + w.Text)
		} else if w.Small {
			c.Doubt = "whether the small " + w.Text + " is a part of it cannot be told"
		}
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

// middle returns the height of the middle of the line's letters.
func (l cellLine) middle() float64 { return l.Y + 0.3*l.Size }

// sameLine reports whether two lines share a baseline.
func sameLine(a, b cellLine) bool {
	return math.Abs(a.Y-b.Y) <= 0.3*math.Max(math.Min(a.Size, b.Size), 1)
}

// overlaps reports whether a line stands so close below another one that their
// letters touch: which rows they belong to, their places do not tell.
func (l cellLine) overlaps(above cellLine) bool {
	return !sameLine(l, above) && above.Y-l.Y < 0.6*math.Min(l.Size, above.Size)
}

// onLine returns those of the lines, that run from top to bottom, that share a
// baseline with c.
func onLine(ls []cellLine, c cellLine) (out []cellLine) {
	reach := 0.3 * math.Max(c.Size, 1)
	for i := sort.Search(len(ls), func(i int) bool { return ls[i].Y <= c.Y+reach }); i < len(ls) && ls[i].Y >= c.Y-reach; i++ {
		if sameLine(ls[i], c) {
			out = append(out, ls[i])
		}
	}
	return out
}

// A gridRow is one row as a reading found it: the cell of the name, then those
// of the numbers.
type gridRow struct {
	Page  int // from 0
	Cells []cell
}

// A strip is one block of one zone: one name column and what belongs to it.
type strip struct {
	Page    int
	Columns []column
	At      []int        // which of them hold the names and the numbers
	Cells   [][]cellLine // of these, top to bottom
	// Counts are the lines of the (first) column of numbers that are in the rows.
	Counts []cellLine
	Edges  []float64 // heights of the rules between rows, from top to bottom
	Top    float64
	Pitch  float64 // how far apart rows are, roughly
	Headed bool
	// Before and After are the parts of the first and the last row's name that
	// are in the strips next to this one.
	Before, After []cellLine
	// Doubtful is how many name lines above the first number may end the last
	// name of the strip before as well as begin the first name of this one.
	Doubtful int
}

// stripsOf fills the columns of each zone's blocks with their lines, without the
// letters that head groups, and joins the rows that are broken over two of them.
func stripsOf(zs []zone, pages []pdf.Page) (out []strip, err error) {
	rules := make([][]pdf.Rule, len(pages))
	for n, p := range pages {
		rules[n] = fromTop(p.Rules)
	}
	for _, z := range zs {
		blocks, at, err := blocksOf(z.Columns)
		if err != nil {
			return nil, err
		}
		left := z.Ordinals
		for _, b := range blocks {
			s := strip{Page: z.Page, Columns: b, At: at, Top: z.Top, Headed: z.Headed}
			if b[at[0]].Empty {
				continue
			}
			if err := s.fill(z.Lines, left); err != nil {
				return nil, err
			}
			if len(s.Counts) > 0 {
				s.Edges = s.edges(rules[z.Page])
			}
			out = append(out, s)
			left = math.Inf(-1)
		}
	}
	if len(out) == 0 {
		return nil, errNoRows
	}
	dropLetters(out)
	return out, joinBroken(out)
}

// blocksOf parts the columns of a header row into tables set side by side. It
// also returns which columns of each hold the names and the numbers of reports.
func blocksOf(cols []column) (blocks [][]column, at []int, err error) {
	names := 0
	for _, c := range cols {
		if c.Role == roleName {
			names++
		}
	}
	n := len(cols) / names
	for i, c := range cols {
		if like := cols[i%n]; len(cols)%names != 0 || c.Role != like.Role || c.Year != like.Year {
			return nil, nil, errors.New("tables side by side have different columns")
		}
	}
	numbers, err := chooseCounts(cols[:n])
	return slices.Collect(slices.Chunk(cols, n)), append([]int{nameOf(cols)}, numbers...), err
}

// nameOf returns the index of the column of names, -1 for none.
func nameOf(cols []column) int {
	return slices.IndexFunc(cols, func(c column) bool { return c.Role == roleName })
}

// fill deals lines to the strip's columns, top to bottom; what is left of left
// numbers the rows.
func (s *strip) fill(ls []line, left float64) error {
	s.Cells = make([][]cellLine, len(s.At))
	var cut []cellLine
	for _, l := range ls {
		parts, ok := partLine(l, s.Columns, left)
		if !ok {
			cut = append(cut, lineOf(l))
			continue
		}
		for i, c := range s.At {
			if len(parts[c]) > 0 {
				s.Cells[i] = append(s.Cells[i], lineOf(parts[c]))
			}
		}
	}
	for _, ls := range s.Cells {
		slices.SortStableFunc(ls, func(a, b cellLine) int { return cmp.Compare(b.Y, a.Y) })
	}
	if s.Counts = s.countLines(); len(s.Counts) == 0 {
		return nil
	}
	return s.sound(cut)
}

// sound refuses what may hide a part of a name among the rows or close to them:
// lines of which a column's border cuts a word (further off they are prose), words in
// the column of numbers, and lines over each other. Figures above the first number
// would leave names without numbers to run together.
func (s *strip) sound(cut []cellLine) error {
	top, bottom := s.Counts[0], s.Counts[len(s.Counts)-1]
	if n := len(s.Counts); n > 1 {
		s.Pitch = (top.Y - bottom.Y) / float64(n-1)
	} else if s.Headed {
		s.Pitch = s.Top - top.Y
	}
	above, tight, below := top.Y+1.5*top.Size, bottom.Y-1.5*bottom.Size, bottom.Y-s.reach(bottom)
	if s.totalBeside(bottom) {
		tight, below = bottom.Y-0.3*bottom.Size, bottom.Y
	}
	if s.Headed {
		above = math.Inf(1)
	}
	for _, c := range s.Cells[1] {
		over := s.Headed && c.Y > top.Y && strings.ContainsAny(c.Text, "0123456789")
		under := c.Y < bottom.Y && c.Y > below && !numeric(c.Text)
		if over || under {
			return fmt.Errorf("page %d: %q is in the column of reports, and is not one of its numbers", s.Page+1, c.Text)
		}
	}
	for i, n := range s.Cells[0] {
		if i > 0 && n.Y > below && n.overlaps(s.Cells[0][i-1]) {
			return fmt.Errorf("page %d: the line %q is printed over the one above it", s.Page+1, n.Text)
		}
	}
	for _, c := range cut {
		beside := c.X1 < bottom.X0 || c.X0 > bottom.X1 // as a name is, and prose is not
		if c.Y < above && (c.Y > tight || c.Y > below && beside && !noteLike(c.Text)) {
			return fmt.Errorf("page %d: the line %q runs across the columns", s.Page+1, c.Text)
		}
	}
	return nil
}

// loose is the widest that lines of one name may stand apart, in heights of
// the type. What stands further off is not part of the rows, unless these stand as
// far apart.
const loose = 2.2

// reach returns how far below a line another one may be that goes on with it.
func (s *strip) reach(l cellLine) float64 { return math.Max(loose*l.Size, 1.2*s.Pitch) }

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
		in := slices.IndexFunc(cols, func(c column) bool { return !c.Empty && w.X0 >= c.X0-slack && w.X1 <= c.X1+slack })
		if in < 0 || w.X0 < x0-slack || w.X1 > x1+slack {
			return nil, false
		}
		parts[in] = append(parts[in], w)
	}
	return parts, true
}

var errAmbiguous = errors.New("several columns may hold the number of reports")

// chooseCounts returns the columns that hold numbers of reports: one, or one
// for each year. It fails where the headers leave a choice.
func chooseCounts(cols []column) ([]int, error) {
	var of [roleOther + 1][]int
	for i, c := range cols {
		of[c.Role] = append(of[c.Role], i)
	}
	dated := slices.Sorted(slices.Values(slices.Concat(of[roleReports], of[roleYear])))
	years := map[int]bool{}
	for _, i := range dated {
		if cols[i].Year != 0 {
			years[cols[i].Year] = true
		}
	}
	switch weak := of[roleWeak]; {
	case len(weak) == 0 && (len(dated) == 1 || len(dated) > 1 && len(years) == len(dated)):
		return dated, nil
	case len(weak) == 1 && len(dated) == 0:
		return weak, nil
	}
	var ts []string
	for _, i := range slices.Concat(of[roleReports], of[roleWeak], of[roleYear]) {
		ts = append(ts, fmt.Sprintf("%q", cols[i].Text))
	}
	return nil, fmt.Errorf("%w: %s", errAmbiguous, strings.Join(ts, ", "))
}

// countLines returns the strip's lines of the (first) column of counts, from
// the first that is a number to the last. Numbers far below the others, such
// as a page's, are left out, and so is what follows the total.
func (s *strip) countLines() []cellLine {
	cs := s.Cells[1]
	var nums []int
	for i, c := range cs {
		if numeric(strings.ReplaceAll(c.Text, " ", "")) {
			nums = append(nums, i)
		}
	}
	if len(nums) == 0 {
		return nil
	}
	pitches := []float64{0}
	for k := 1; k < len(nums); k++ {
		pitches = append(pitches, cs[nums[k-1]].Y-cs[nums[k]].Y)
	}
	pitch := median(pitches[min(1, len(pitches)-1):])
	last, done := nums[0], false
	for k := 1; k < len(nums); k++ {
		c := cs[nums[k]]
		total := s.totalBeside(c)
		far := cs[nums[k-1]].Y-c.Y > 4*math.Max(pitch, c.Size)
		if !total && (done || far) {
			break
		}
		last = nums[k]
		done = done || total
	}
	return cs[nums[0] : last+1]
}

// totalBeside reports whether the name on the line of a count is the label of
// a total.
func (s *strip) totalBeside(c cellLine) bool {
	names := onLine(s.Cells[0], c)
	if len(names) == 0 {
		return false
	}
	is, sub := totalLabel(names[0].Text)
	return is && !sub
}
