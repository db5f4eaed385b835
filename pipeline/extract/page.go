package extract

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"espfigures/pipeline/pdf"
)

const (
	unreadable  = pdf.Unreadable // for a character whose meaning the file does not give
	overprinted = '\uFFFC'       // for a character that another one is printed over
)

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
	Small  bool // it may be such a mark: it is small, but hardly above the baseline
	Glued  bool // no space parts it from the word before, only a change of type size
	After  bool // a printed space follows
	Single bool // one space and nothing more parts it from the word before
	// Loose is true where only position parts it from the word before, and no
	// printed space. Swapped is true where its characters, or it and the word
	// before, are not drawn in the order in which they stand.
	Loose, Swapped bool
	Struck         bool // a line runs through it
	// Tight is true where a gap between two of its letters may be a narrow space.
	Tight bool
}

// A line is a row of words on one baseline, left to right.
type line []word

func (l line) x0() float64 { return l[0].X0 }
func (l line) x1() float64 { return l[len(l)-1].X1 }

// y is the baseline of the first word that is no raised mark.
func (l line) y() float64 {
	return l[max(0, slices.IndexFunc(l, func(w word) bool { return !w.Raised }))].Y
}

// size returns the largest type on the line.
func (l line) size() float64 {
	return slices.MaxFunc(l, func(a, b word) int { return cmp.Compare(a.Size, b.Size) }).Size
}

// String joins the line's words as they are printed: with a space where one is
// printed or where a gap stands for it, and without raised marks.
func (l line) String() string {
	var b strings.Builder
	for _, w := range l {
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

const (
	spaceGap    = 0.13 // of the font's height: a wider gap parts two words
	baselineTol = 0.22 // of the font's height: characters this close share a line
	raisedSize  = 0.86 // of its neighbour's height (browsers set 5/6): smaller characters may be a raised mark
	// kernedSpace is the widest gap, in parts of the font's height, that a space
	// leaves where the producer drew it by moving on, as kerning does. A wider one
	// may be where a character was lost.
	kernedSpace = 0.26
)

// linesOf groups characters into lines of words, top to bottom.
func linesOf(drawn []pdf.Glyph) []line {
	drawn = withoutWatermark(drawn)
	space := printedSpace(drawn)
	gs := make([]glyph, 0, len(drawn))
	for i, g := range drawn {
		if g.X1 < g.X0 {
			g.X0, g.X1 = g.X1, g.X0
		}
		if g.Space == 0 {
			g.Space = space * g.Size
		}
		gs = append(gs, glyph{g, i})
	}
	slices.SortStableFunc(gs, func(a, b glyph) int { return cmp.Compare(b.Y, a.Y) })
	var out []line
	for start := 0; start < len(gs); {
		end := start + 1
		base, size := gs[start].Y, gs[start].Size
		for ; end < len(gs); end++ {
			g := gs[end]
			if base-g.Y > baselineTol*math.Max(math.Min(size, g.Size), 1) {
				break
			}
			// The line's baseline is that of its largest type.
			if g.Size > size*1.15 {
				base, size = g.Y, g.Size
			}
		}
		if l := wordsOf(gs[start:end]); len(l) > 0 {
			out = append(out, l)
		}
		start = end
	}
	return attachRaised(out)
}

// printedSpace returns how wide the spaces are that a page prints, in parts of
// the type's height; 0 where it leaves them to position.
func printedSpace(drawn []pdf.Glyph) float64 {
	var widths []float64
	for _, g := range drawn {
		if g.R == ' ' && g.Size > 0 && g.X1 > g.X0 {
			widths = append(widths, (g.X1-g.X0)/g.Size)
		}
	}
	if len(widths) < 10 {
		return 0
	}
	return median(widths)
}

// median returns the middle one of some numbers, and sorts them.
func median(ns []float64) float64 {
	slices.Sort(ns)
	return ns[len(ns)/2]
}

// leftToRight returns the characters of one line in the order of their places,
// without those that are no part of its words.
func leftToRight(gs []glyph) []glyph {
	gs = slices.Clone(gs)
	slices.SortStableFunc(gs, func(a, b glyph) int {
		if a.X == b.X && leftward(a.R) && leftward(b.R) { // a ligature is written to the left too
			return cmp.Compare(b.seq, a.seq)
		}
		return cmp.Compare(a.X, b.X)
	})
	if slices.ContainsFunc(gs, func(g glyph) bool { return leftward(g.R) }) {
		// PDFium makes up spaces between words that run to the left, not where they are.
		gs = slices.DeleteFunc(gs, func(g glyph) bool { return pdf.IsSpace(g.R) && g.X0 == g.X1 && g.Size == 0 })
	}
	return compose(dropLeaders(dropBullets(undouble(gs))))
}

// wordsOf parts the characters of one line into words.
func wordsOf(gs []glyph) line {
	gs = leftToRight(gs)
	track := tracking(gs)
	var out line
	spaces, spaceEnd := 0, 0.0 // printed since the last character
	for k, g := range gs {
		if pdf.IsSpace(g.R) {
			if n := len(out); n > 0 {
				out[n-1].After = true
			}
			spaces++
			spaceEnd = g.X1
			continue
		}
		swapped := k > 0 && swappedWith(gs[k-1], g)
		if len(out) > 0 {
			w := &out[len(out)-1]
			gap := g.X0 - w.X1
			alike := g.Size >= raisedSize*w.Size && w.Size >= raisedSize*g.Size
			spaced := spaces > 0 || gap-track[k] > wordGap(gs[k-1], g)
			if !spaced && alike {
				w.Text += string(g.R)
				w.X1 = math.Max(w.X1, g.X1)
				w.Swapped = w.Swapped || swapped
				tight := gap-track[k] > 0.33*g.Space && gap-track[k] > 0.08*g.Size
				w.Tight = w.Tight || tight && unicode.IsLetter(gs[k-1].R) && unicode.IsUpper(g.R)
				continue
			}
			n := word{Glued: !spaced, Swapped: swapped}
			if spaces == 1 {
				n.Single = g.X0-spaceEnd < 0.12*math.Max(g.Size, 1)+track[k]
			} else if spaced && spaces == 0 {
				n.Single = gap-2*track[k] < 1.1*g.Space
				kerned := unicode.IsLetter(gs[k-1].R) && unicode.IsLower(g.R) && gap < 0.8*math.Min(gs[k-1].Space, g.Space)
				n.Loose = gap-2*track[k] > kernedSpace*g.Size || kerned
			}
			out = append(out, n)
		} else {
			out = append(out, word{Swapped: swapped})
		}
		w := &out[len(out)-1]
		w.Text, w.X0, w.X1, w.Y, w.Size = string(g.R), g.X0, g.X1, g.Y, g.Size
		spaces = 0
	}
	markSmall(out)
	return out
}

// markSmall finds small characters next to larger ones, before or behind them: above
// their baseline they are a mark. A small digit or sign on the baseline may be one too.
func markSmall(l line) {
	for i := range l {
		w := &l[i]
		for _, o := range l[max(0, i-1):min(i+2, len(l))] {
			gap := math.Max(w.X0-o.X1, o.X0-w.X1)
			if w.Size >= raisedSize*o.Size || gap >= 0.5*o.Size {
				continue
			}
			w.Raised = w.Raised || w.Y > o.Y+0.08*o.Size
			w.Small = w.Small || gap < spaceGap*o.Size && !strings.ContainsFunc(w.Text, unicode.IsLetter) && strings.ContainsAny(w.Text, "0123456789*†‡§")
		}
	}
}

// swappedWith reports whether a character is drawn shortly before the one to the
// left of it. A space may be drawn before or behind its neighbour: kerning does
// that. What is in another column may be drawn in any order.
func swappedWith(left, g glyph) bool {
	d := left.seq - g.seq
	return d > 0 && d <= 2 && g.X0-left.X1 < 1.5*g.Size && !pdf.IsSpace(g.R) && !pdf.IsSpace(left.R) && !leftward(g.R)
}

// wordGap returns the widest gap between two characters of one word: half a
// space of the font. Where digits and the signs between them are set apart, only
// a whole space ends a number.
func wordGap(a, b glyph) float64 {
	space := math.Max(a.Space, b.Space) // a ligature has its own, narrower measure
	if a.Space == 0 || b.Space == 0 {
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
			if gap := gs[to].X0 - gs[to-1].X1; !pdf.IsSpace(gs[to].R) && !pdf.IsSpace(gs[to-1].R) {
				gaps = append(gaps, gap)
			}
			to++
		}
		extra := habit(gaps, gs[from].Space)
		for i := from + 1; i < to; i++ {
			out[i] = extra
		}
		from = to
	}
	return out
}

// habit returns how far apart the characters of a run are set: less than a space,
// or, where nearly all are as far apart, more. Few gaps show no habit.
func habit(gaps []float64, space float64) float64 {
	slices.Sort(gaps)
	if narrow, _ := slices.BinarySearch(gaps, 0.8*space); narrow >= 3 {
		return math.Max(0, gaps[narrow/5])
	}
	if n := len(gaps); n >= 6 && gaps[n*7/10]-gaps[n/10] < 0.3*space {
		return gaps[n/5]
	}
	return 0
}

func alikeSize(a, b glyph) bool { return math.Abs(a.Size-b.Size) < 0.3*math.Max(a.Size, b.Size) }

// attachRaised moves raised marks that stand on a line of their own to the
// line below that they belong to.
func attachRaised(ls []line) []line {
	for i := range ls {
		ls[i] = slices.DeleteFunc(ls[i], func(w word) bool {
			for j := i + 1; j < len(ls) && j <= i+3; j++ {
				for k, o := range ls[j] {
					dy := w.Y - o.Y
					near := func(gap float64) bool { return gap > -0.2*o.Size && gap < 0.35*o.Size }
					behind, before := near(w.X0-o.X1), near(o.X0-w.X1)
					if w.Size < raisedSize*o.Size && dy > 0 && dy < 0.65*o.Size && (behind || before) {
						if behind {
							k++
						}
						w.Raised, w.Glued = true, true
						ls[j] = slices.Insert(ls[j], k, w)
						return true
					}
				}
			}
			return false
		})
	}
	return slices.DeleteFunc(ls, func(l line) bool { return len(l) == 0 })
}

// leaders are the characters of which rows lead the eye from a name to its number.
const leaders = ".·…_-–—"

// abbreviated ends a name that has a dot of its own before the leaders.
var abbreviated = regexp.MustCompile(`(?i)\b(?:inc|ltd|corp|co|bros|s\.[al]|b\.v|n\.v)$`)

// dropLeaders takes out rows of dots or dashes that lead the eye from a name to
// its number. A dot that is closer to the name than to the others, or that its
// last word wants, is the name's.
func dropLeaders(gs []glyph) []glyph {
	kind := func(g glyph) rune {
		if g.R == '…' {
			return '.'
		}
		return g.R
	}
	out := gs[:0:0]
	for i := 0; i < len(gs); {
		marks, j := 0, i
		var at []int
		for ; strings.ContainsRune(leaders, gs[i].R) && j < len(gs) && (kind(gs[j]) == kind(gs[i]) || pdf.IsSpace(gs[j].R)); j++ {
			switch {
			case pdf.IsSpace(gs[j].R):
				continue
			case gs[j].R == '…':
				marks += 2
			}
			marks++
			at = append(at, j)
		}
		if marks < 4 {
			j = max(j, i+1)
			out = append(out, gs[i:j]...)
		} else if gs[i].R == '.' && i > 0 && len(at) > 2 && gs[i].X0-gs[i-1].X1 < wordGap(gs[i-1], gs[i]) {
			before := ""
			for _, g := range gs[max(0, i-6):i] {
				before += string(g.R)
			}
			pitch := gs[at[2]].X - gs[at[1]].X
			apart := gs[at[1]].X-gs[i].X > 1.2*pitch || gs[at[1]].X-gs[i].X < 0.8*pitch
			if !pdf.IsSpace(gs[i-1].R) && (apart || abbreviated.MatchString(before)) {
				out = append(out, gs[i])
			}
		}
		i = j
	}
	return out
}

// bullets begin the lines of a list, and no name.
const bullets = "•◦▪▫■□●○▸►▶▷‣⁃➤✓✔❖\uF0B7\uF0A7\uF0D8"

// dropBullets takes out the bullets before names.
func dropBullets(gs []glyph) []glyph {
	out := gs[:0:0]
	for i, g := range gs {
		first := i == 0 || pdf.IsSpace(gs[i-1].R) || g.X0-gs[i-1].X1 > g.Size
		if !first || !strings.ContainsRune(bullets, g.R) {
			out = append(out, g)
		}
	}
	return out
}
