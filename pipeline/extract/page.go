package extract

import (
	"math"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"espfigures/pipeline/pdf"
)

// unreadable stands for a character whose meaning the file does not give.
const unreadable = pdf.Unreadable

// overprinted stands for a character that another one is printed over.
const overprinted = '\uFFFC'

// isSpace reports whether the character prints nothing.
func isSpace(r rune) bool { return pdf.IsSpace(r) }

// A glyph is one character and its place in the order of drawing.
type glyph struct {
	pdf.Glyph
	seq int
}

// A word is a run of characters without a gap on one baseline.
type word struct {
	Text   string
	X0, X1 float64
	Y      float64 // baseline
	Size   float64
	Raised bool // a small mark above the baseline, such as a footnote's number
	Glued  bool // no space parts it from the word before, only a change of type size
	After  bool // a printed space follows
	Single bool // one space and nothing more parts it from the word before
	// Loose is true where only position parts it from the word before, and no
	// printed space. Swapped is true where its characters, or it and the word
	// before, are not drawn in the order in which they stand.
	Loose, Swapped bool
	Struck         bool    // a line runs through it
	Mono           float64 // the width of its characters where most are equal; 0 otherwise
	spaced         bool    // a printed space stands before it
}

// A line is a row of words on one baseline, left to right.
type line []word

func (l line) y() float64 { return l[0].Y }

// size returns the largest type on the line.
func (l line) size() float64 {
	s := 0.0
	for _, w := range l {
		s = math.Max(s, w.Size)
	}
	return s
}

func (l line) x0() float64 { return l[0].X0 }
func (l line) x1() float64 { return l[len(l)-1].X1 }

// String joins the line's words as they are printed.
func (l line) String() string { return joinWords(l) }

const (
	spaceGap    = 0.13 // of the font's height: a wider gap parts two words
	baselineTol = 0.22 // of the font's height: characters this close share a line
	raisedSize  = 0.86 // of its neighbour's height (browsers set 5/6): smaller characters may be a raised mark
)

// linesOf groups characters into lines of words, top to bottom.
func linesOf(drawn []pdf.Glyph) []line {
	drawn = withoutWatermark(drawn)
	gs := make([]glyph, 0, len(drawn))
	for i, g := range drawn {
		if g.X1 < g.X0 {
			g.X0, g.X1 = g.X1, g.X0
		}
		gs = append(gs, glyph{g, i})
	}
	sort.SliceStable(gs, func(i, j int) bool { return gs[i].Y > gs[j].Y })

	var out []line
	for start := 0; start < len(gs); {
		end := start + 1
		base, size := gs[start].Y, gs[start].Size
		for end < len(gs) {
			g := gs[end]
			if base-g.Y > baselineTol*math.Max(math.Min(size, g.Size), 1) {
				break
			}
			// The line's baseline is that of its largest type.
			if g.Size > size*1.15 {
				base, size = g.Y, g.Size
			}
			end++
		}
		if l := wordsOf(gs[start:end]); len(l) > 0 {
			out = append(out, l)
		}
		start = end
	}
	out = attachRaised(out)
	markSpaces(out)
	joinKerned(drawn, out)
	return out
}

// joinKerned joins what pairs of letters set far apart, such as a bold J and
// an a, have parted. On a page that prints its spaces, a gap of less than half
// of one is no space, and only a small letter goes on with the word before it.
// A wider gap that is not a whole space may be either: it counts as loose.
func joinKerned(drawn []pdf.Glyph, ls []line) {
	var spaces []float64 // widths of printed spaces, in parts of the font's box
	for _, g := range drawn {
		if g.R == ' ' && g.Size > 0 && g.X1 > g.X0 {
			spaces = append(spaces, (g.X1-g.X0)/g.Size)
		}
	}
	if len(spaces) < 10 {
		return
	}
	sort.Float64s(spaces)
	space := spaces[len(spaces)/2]
	kerned := func(l line, i int) bool {
		return i > 0 && !l[i].spaced && !l[i].Glued && !l[i].Loose
	}
	spaced, narrow := 0, 0
	for _, l := range ls {
		for i := 1; i < len(l); i++ {
			switch {
			case l[i].spaced:
				spaced++
			case kerned(l, i):
				narrow++
			}
		}
	}
	if spaced < 10 || narrow*10 > spaced {
		return
	}
	for k, l := range ls {
		out := l[:1]
		for i := 1; i < len(l); i++ {
			w, last := l[i], &out[len(out)-1]
			before, _ := utf8.DecodeLastRuneInString(last.Text)
			first, _ := utf8.DecodeRuneInString(w.Text)
			if !kerned(l, i) || !unicode.IsLetter(before) || !unicode.IsLower(first) {
				out = append(out, w)
				continue
			}
			if gap := (w.X0 - last.X1) / (space * math.Max(last.Size, w.Size)); gap >= 0.5 {
				w.Loose = w.Loose || gap < 0.8
				out = append(out, w)
				continue
			}
			last.Text += w.Text
			last.X1, last.Size, last.After = math.Max(last.X1, w.X1), math.Max(last.Size, w.Size), w.After
			last.Swapped = last.Swapped || w.Swapped
			last.Mono = 0
		}
		ls[k] = out
	}
}

// markSpaces marks words that one space parts where spaces are left to
// position and the type gives every character the same width, so that a space
// is wide.
func markSpaces(ls []line) {
	for _, l := range ls {
		for i := 1; i < len(l); i++ {
			a, b := l[i-1], l[i]
			if a.Mono == 0 || b.Mono == 0 || l[i].Single {
				continue
			}
			gap := b.X0 - a.X1
			if math.Abs(a.Mono-b.Mono) < 0.02*a.Mono && math.Abs(gap-a.Mono) < 0.1*a.Mono {
				l[i].Single = true
			}
		}
	}
}

// kernedSpace is the widest gap, in parts of the font's box, that a space
// leaves where the producer drew it by moving on, as kerning does. A wider one
// may be where a character was lost.
const kernedSpace = 0.26

// wordsOf parts the characters of one line into words.
func wordsOf(gs []glyph) line {
	gs = append([]glyph(nil), gs...)
	sort.SliceStable(gs, func(i, j int) bool { return gs[i].X < gs[j].X })
	gs = compose(dropLeaders(undouble(gs)))
	track := tracking(gs)
	var out line
	var cur []rune
	var w word
	var widths []float64
	flush := func() {
		if len(cur) > 0 {
			w.Text = string(cur)
			w.Mono = evenWidth(widths)
			widths = widths[:0]
			out = append(out, w)
			cur = nil
		}
	}
	spaces, spaceEnd := 0, 0.0 // printed since the word before
	swapped := false
	for k, g := range gs {
		if k > 0 {
			// A space may be drawn before or behind its neighbour: kerning does that.
			// What is in another column may be drawn in any order.
			d := gs[k-1].seq - g.seq
			swapped = swapped || d > 0 && d <= 2 && g.X0-gs[k-1].X1 < 1.5*g.Size && !isSpace(g.R) && !isSpace(gs[k-1].R) && !leftward(g.R)
		}
		if isSpace(g.R) {
			if len(cur) > 0 {
				w.After = true
				spaces = 0
			}
			flush()
			spaces++
			spaceEnd = g.X1
			continue
		}
		glued, wide := false, true
		if len(cur) > 0 {
			gap := g.X0 - w.X1
			wide = gap > kernedSpace*g.Size
			ratio := g.Size / w.Size
			switch {
			case gap-track[k] > wordGap(gs[k-1], g):
				flush()
				spaces = 0
			case ratio < raisedSize || ratio > 1/raisedSize:
				flush()
				glued = true
			}
		}
		if len(cur) == 0 {
			single := len(out) > 0 && spaces == 1 && g.X0-spaceEnd < 0.12*math.Max(g.Size, 1)+track[k]
			w = word{X0: g.X0, X1: g.X1, Y: g.Y, Size: g.Size, Glued: glued, Single: single && !glued, Loose: len(out) > 0 && spaces == 0 && !glued && wide, spaced: spaces > 0}
			spaces = 0
		}
		w.Swapped = w.Swapped || swapped
		swapped = false
		widths = append(widths, g.X1-g.X0)
		cur = append(cur, g.R)
		w.X1 = math.Max(w.X1, g.X1)
	}
	flush()
	markRaised(out)
	return out
}

// wordGap returns the widest gap between two characters of one word: half a
// space of the font. Where digits and the signs between them are set apart, only
// a whole space ends a number.
func wordGap(a, b glyph) float64 {
	space := math.Min(a.Space, b.Space)
	if space == 0 {
		return spaceGap * math.Max(math.Min(a.Size, b.Size), 1)
	}
	sign := func(r rune) bool { return r == ',' || r == '.' || r == '’' || r == '\'' }
	switch {
	case isDigit(a.R) && sign(b.R) || sign(a.R) && isDigit(b.R):
		return 0.8 * space
	case isDigit(a.R) && isDigit(b.R):
		return 0.7 * space
	}
	return 0.5 * space
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// tracking returns the extra distance that each character has from the one
// before it where a run of them is set apart: what nearly all gaps of the run
// have, if that is less than a space.
func tracking(gs []glyph) []float64 {
	out := make([]float64, len(gs))
	for from := 0; from < len(gs); {
		to := from + 1
		var gaps []float64
		for to < len(gs) && gs[to].Space > 0 && gs[to].X0-gs[to-1].X1 < 4*gs[to].Space && alikeSize(gs[to], gs[to-1]) {
			if gap := gs[to].X0 - gs[to-1].X1; !isSpace(gs[to].R) && !isSpace(gs[to-1].R) && gap < 0.8*gs[to].Space {
				gaps = append(gaps, gap)
			}
			to++
		}
		// Fewer do not show a habit.
		if sort.Float64s(gaps); len(gaps) >= 3 {
			extra := gaps[len(gaps)/5]
			for i := from + 1; i < to && extra > 0; i++ {
				out[i] = extra
			}
		}
		from = to
	}
	return out
}

func alikeSize(a, b glyph) bool { return math.Abs(a.Size-b.Size) < 0.3*math.Max(a.Size, b.Size) }

// evenWidth returns the width that most of the characters have, 0 where they
// differ.
func evenWidth(ws []float64) float64 {
	ws = append([]float64(nil), ws...)
	sort.Float64s(ws)
	mid := ws[len(ws)/2]
	same := 0
	for _, w := range ws {
		if math.Abs(w-mid) < 0.02*mid {
			same++
		}
	}
	if same*5 < len(ws)*3 {
		return 0
	}
	return mid
}

// markRaised finds small characters set above the baseline of the larger ones
// they are attached to.
func markRaised(l line) {
	for i := range l {
		w := &l[i]
		for _, n := range []int{i - 1, i + 1} {
			if n < 0 || n >= len(l) {
				continue
			}
			o := l[n]
			gap := math.Max(w.X0-o.X1, o.X0-w.X1)
			if w.Size < raisedSize*o.Size && w.Y > o.Y+0.08*o.Size && gap < 0.5*o.Size {
				w.Raised = true
			}
		}
	}
}

// attachRaised moves raised marks that stand on a line of their own to the
// line below that they belong to.
func attachRaised(ls []line) []line {
	for i := range ls {
		keep := ls[i][:0:0]
		for _, w := range ls[i] {
			moved := false
			for j := i + 1; j < len(ls) && j <= i+3 && !moved; j++ {
				for k, o := range ls[j] {
					dy := w.Y - o.Y
					gap := w.X0 - o.X1
					if w.Size < raisedSize*o.Size && dy > 0 && dy < 0.65*o.Size && gap > -0.2*o.Size && gap < 0.35*o.Size {
						w.Raised, w.Glued = true, true
						l := append(line(nil), ls[j][:k+1]...)
						l = append(l, w)
						ls[j] = append(l, ls[j][k+1:]...)
						moved = true
						break
					}
				}
			}
			if !moved {
				keep = append(keep, w)
			}
		}
		ls[i] = keep
	}
	out := ls[:0]
	for _, l := range ls {
		if len(l) > 0 {
			out = append(out, l)
		}
	}
	return out
}

// joinWords joins words of one line, with a space where one is printed or
// where a gap stands for it. Raised marks are left out.
func joinWords(ws []word) string {
	var b strings.Builder
	for _, w := range ws {
		if w.Raised {
			continue
		}
		if b.Len() > 0 && !w.Glued {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// dropLeaders takes out rows of dots that lead the eye from a name to its
// number.
func dropLeaders(gs []glyph) []glyph {
	dot := func(r rune) bool { return r == '.' || r == '·' || r == '…' || r == '_' }
	out := gs[:0:0]
	for i := 0; i < len(gs); {
		j, dots := i, 0
		for j < len(gs) && (dot(gs[j].R) || dots > 0 && isSpace(gs[j].R)) {
			if dot(gs[j].R) {
				dots++
				if gs[j].R == '…' {
					dots += 2
				}
			}
			j++
		}
		if dots < 4 {
			j = max(j, i+1)
			out = append(out, gs[i:j]...)
		} else if i > 0 && !isSpace(gs[i-1].R) && isSpace(gs[i+1].R) {
			out = append(out, gs[i], gs[i+1]) // the dot of "Inc."
		}
		i = j
	}
	return out
}
