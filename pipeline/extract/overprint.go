package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"espfigures/pipeline/pdf"
)

// What is printed over something else: large words behind a table, second passes,
// accents over their letters, characters over others, lines through words.

// withoutWatermark drops large type that is printed over or under smaller type:
// a word behind the table is no part of its lines.
func withoutWatermark(drawn []pdf.Glyph) []pdf.Glyph {
	if len(drawn) == 0 {
		return drawn
	}
	sizes := make([]float64, len(drawn))
	for i, g := range drawn {
		sizes[i] = g.Size
	}
	large := 1.8 * median(sizes)
	const band = 10 // points of height
	small := map[int][]pdf.Glyph{}
	for _, g := range drawn {
		if g.Size < large && !pdf.IsSpace(g.R) {
			small[int(g.Y/band)] = append(small[int(g.Y/band)], g)
		}
	}
	type run struct{ y, size float64 }
	runOf := func(g pdf.Glyph) run { return run{math.Round(g.Y), math.Round(g.Size)} }
	behind := map[run]bool{}
	for _, g := range drawn {
		if g.Size < large || g.Size > 2000 || pdf.IsSpace(g.R) {
			continue
		}
		for at := int((g.Y - 0.1*g.Size) / band); at <= int((g.Y+0.6*g.Size)/band) && !behind[runOf(g)]; at++ {
			behind[runOf(g)] = slices.ContainsFunc(small[at], func(s pdf.Glyph) bool {
				mid := s.Y + 0.3*s.Size
				return mid > g.Y && mid < g.Y+0.6*g.Size && s.X0 > g.X0 && s.X1 < g.X1
			})
		}
	}
	return slices.DeleteFunc(slices.Clone(drawn), func(g pdf.Glyph) bool { return g.Size >= large && behind[runOf(g)] })
}

// undouble drops characters printed twice on the same spot or a little apart, as
// some programs do to make type look bold or to give it a shadow. The letters of
// a ligature share a spot too, and stay: they follow each other in the order of
// drawing. A figure like that may be struck twice or be half of one character
// that means two: nothing tells which, so it is unreadable.
func undouble(gs []glyph) []glyph {
	out := gs[:0]
	for _, g := range gs {
		twice := false
		reach := math.Min(0.1*g.Size, 0.6*(g.X1-g.X0))
		for j := len(out) - 1; j >= 0 && g.X-out[j].X <= 0.1*g.Size && !twice; j-- {
			o := out[j]
			if o.R != g.R || pdf.IsSpace(g.R) || math.Abs(o.Y-g.Y) >= 0.12*g.Size {
				continue
			}
			switch one := (g.seq-o.seq == 1 || o.seq-g.seq == 1) && math.Abs(g.X-o.X) < 0.001*g.Size; {
			case one && unicode.IsLetter(g.R):
			case one:
				g.R = unreadable
			default:
				twice = g.X-o.X <= reach
			}
		}
		if !twice {
			out = append(out, g)
		}
	}
	markOverprinted(out)
	return out
}

// markOverprinted finds characters that are printed over each other, drawn at
// different times: nobody can read these. Neighbours in the order of drawing may
// only have a font whose widths are wrong.
func markOverprinted(gs []glyph) {
	over := make([]bool, len(gs))
	for i, g := range gs {
		for j := max(0, i-4); j < i; j++ {
			o := gs[j]
			apart := g.seq - o.seq
			if pdf.IsSpace(g.R) || pdf.IsSpace(o.R) || apart <= 3 && apart >= -3 || accents[g.R] != 0 || accents[o.R] != 0 || !alikeSize(g, o) {
				continue
			}
			w := math.Min(g.X1, o.X1) - math.Max(g.X0, o.X0)
			if w > 0.6*math.Min(g.X1-g.X0, o.X1-o.X0) && math.Abs(g.Y-o.Y) < 0.12*g.Size {
				over[i], over[j] = true, true
			}
		}
	}
	for i := range gs {
		if over[i] {
			gs[i].R = overprinted
		}
	}
}

// A striker knows the lines of a page, the horizontal ones from below to above.
type striker struct{ rules, slants []pdf.Rule }

func strikerOf(p pdf.Page) striker {
	rules := slices.Clone(p.Rules)
	slices.SortFunc(rules, func(a, b pdf.Rule) int { return cmp.Compare(a.Y0, b.Y0) })
	return striker{rules, p.Slants}
}

// mark marks the words of a page that a line runs through: along the words over
// most of their width, or slanted over much of their letters.
func (s striker) mark(ls []line) {
	for _, l := range ls {
		for i := range l {
			w := &l[i]
			lo, hi := w.Y+0.12*w.Size, w.Y+0.5*w.Size
			from, _ := slices.BinarySearchFunc(s.rules, lo, func(r pdf.Rule, y float64) int { return cmp.Compare(r.Y0, y) })
			for _, r := range s.rules[from:] {
				if r.Y0 > hi || w.Struck {
					break
				}
				w.Struck = r.Y1 < hi && math.Min(r.X1, w.X1)-math.Max(r.X0, w.X0) > 0.6*(w.X1-w.X0)
			}
			w.Struck = w.Struck || slices.ContainsFunc(s.slants, w.slashed)
		}
	}
}

// slashed reports whether a slanted line runs through a word.
func (w word) slashed(r pdf.Rule) bool {
	run := (r.X1 - r.X0) / (r.Y1 - r.Y0)
	lo, hi := r.X0+(w.Y-0.2*w.Size-r.Y0)*run, r.X0+(w.Y+0.8*w.Size-r.Y0)*run
	from := max(min(lo, hi), r.X0, w.X0)
	to := min(max(lo, hi), r.X1, w.X1)
	return to-from > 0.5*min(w.Size, w.X1-w.X0)
}

// accents are the marks that some programs print over a letter, and what they
// are as a part of it.
var accents = map[rune]rune{
	'´': 0x301, '`': 0x300, '^': 0x302, 'ˆ': 0x302, '~': 0x303, '˜': 0x303, '¨': 0x308, '˚': 0x30A,
	'¸': 0x327, 'ˇ': 0x30C, '˘': 0x306, '¯': 0x304, '˙': 0x307, '˝': 0x30B, '˛': 0x328,
}

// compose joins accents with the letters they are printed over. The characters
// run from left to right.
func compose(gs []glyph) []glyph {
	out := gs[:0]
	for i, g := range gs {
		mark, is := accents[g.R]
		if !is {
			mark, is = g.R, unicode.Is(unicode.Mn, g.R)
		}
		if is && len(out) > 0 && accented(&out[len(out)-1], g, mark) || is && i+1 < len(gs) && accented(&gs[i+1], g, mark) {
			continue
		}
		out = append(out, g)
	}
	return out
}

// dotless are letters that lose their dot under an accent.
var dotless = strings.NewReplacer("ı", "i", "ȷ", "j")

// accented makes a letter one with the accent over it, if there is one.
func accented(letter *glyph, accent glyph, mark rune) bool {
	mid := (accent.X0 + accent.X1) / 2
	if !unicode.IsLetter(letter.R) || mid <= letter.X0 || mid >= letter.X1 || math.Abs(accent.Y-letter.Y) >= 0.5*letter.Size {
		return false
	}
	rs := []rune(norm.NFC.String(dotless.Replace(string(letter.R)) + string(mark)))
	if len(rs) != 1 {
		return false
	}
	letter.R, letter.seq = rs[0], min(letter.seq, accent.seq)
	return true
}
