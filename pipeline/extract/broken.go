package extract

import (
	"fmt"
	"math"
	"slices"
)

// joinBroken finds the rows that are broken over two pages or columns: the first
// lines of a name at the end of a strip, the others at the head of the next, the
// number next to either part. The part without the number moves to the other
// strip. Lines at the head of a strip of which it is not clear whose they are
// are its Doubtful ones.
func joinBroken(strips []strip) error {
	width, pitch := 0.0, math.Inf(1)
	for i := range strips {
		for _, l := range strips[i].Cells[0] {
			width = math.Max(width, l.X1-l.X0)
		}
		for k, c := range strips[i].Counts[min(1, len(strips[i].Counts)):] {
			pitch = math.Min(pitch, strips[i].Counts[k].Y-c.Y)
		}
	}
	for i := 0; i+1 < len(strips); i++ {
		a, b := &strips[i], &strips[i+1]
		names, next := a.Cells[0], b.Cells[0]
		if len(a.Counts) == 0 || len(b.Counts) == 0 || len(names) == 0 || len(next) == 0 || a.totalBeside(a.Counts[len(a.Counts)-1]) {
			continue
		}
		last := names[len(names)-1]
		goesOn := last.room(next[0], width) <= 1 && sameType(last, next[0])
		end, clear := a.newRow(width)
		if end < len(names) {
			if !goesOn || !clear {
				return fmt.Errorf("page %d: the line %q has no number, and it is not clear that the name goes on", a.Page+1, last.Text)
			}
			b.Before = names[end:]
			a.Cells[0] = names[:end:end]
			continue
		}
		head := 0 // lines above the first number
		for head < len(next) && next[head].Y > b.Counts[0].Y && !sameLine(next[head], b.Counts[0]) {
			head++
		}
		if head == 0 || head == len(next) || !goesOn {
			continue
		}
		switch apart, clear := b.apart(next[head-1], next[head], width, pitch); {
		case !clear:
			b.Doubtful = head
		case apart:
			a.takeOver(b, head)
		}
	}
	return nil
}

// takeOver gives the first n name lines of the next strip to the last row of
// this one.
func (s *strip) takeOver(next *strip, n int) {
	if n == 0 {
		return
	}
	names := next.Cells[0]
	s.After = names[:n:n]
	next.Cells = slices.Clone(next.Cells)
	next.Cells[0] = names[n:]
}

// apart reports whether two lines of names that follow each other are of two
// rows, and whether that is clear: by the rules between rows, by the distance of
// rows where that is more than the one of lines, or because a name would not have
// been broken there. Pitch is the distance of the closest rows.
func (s *strip) apart(l, next cellLine, width, pitch float64) (apart, clear bool) {
	if len(s.Edges) >= max(1, len(s.Counts)-1) {
		return slices.ContainsFunc(s.Edges, func(y float64) bool { return y < l.middle() && y > next.middle() }), true
	}
	gap, roomy := l.Y-next.Y, pitch >= 1.5*l.Size
	apart = roomy && gap >= pitch-0.6 || l.fits(next, width)
	return apart, apart || roomy && gap < pitch-1
}

// room returns how much of a column's width the first word of the next line would
// have left on the line: less than nothing where the line had to be broken. A space
// may be wider than the one that is counted with.
func (l cellLine) room(next cellLine, width float64) float64 {
	return width - (l.X1 - l.X0 + 0.15*l.Size + next.First)
}

// fits reports whether the first word of the next line surely had room on the line.
func (l cellLine) fits(next cellLine, width float64) bool { return l.room(next, width) > 0.6*l.Size }

// sameType reports whether two lines are set in type of one size.
func sameType(a, b cellLine) bool { return math.Abs(a.Size-b.Size) < 0.03*math.Max(a.Size, b.Size) }

// newRow returns the index of the first name line below the last number that
// may begin a row of its own, and whether it surely does; that behind the last line
// where none does.
func (s *strip) newRow(width float64) (at int, clear bool) {
	names := s.Cells[0]
	last := s.Counts[len(s.Counts)-1]
	for i := 1; i < len(names); i++ {
		before, l := names[i-1], names[i]
		switch {
		case l.Y >= last.Y || sameLine(l, last):
		case before.Y-l.Y > math.Max(s.reach(l), s.reach(before)) || !sameType(before, l):
			return len(names), true // what follows is no part of the table
		case before.room(l, width) > 1:
			return i, before.fits(l, width)
		}
	}
	return len(names), true
}

// attach puts the parts of names that are in the strips next to this one to its
// first and last row.
func (s *strip) attach(rows []gridRow) []gridRow {
	if len(rows) > 0 {
		first, last := rows[0].Cells, rows[len(rows)-1].Cells
		first[0] = slices.Concat(s.Before, first[0])
		last[0] = slices.Concat(last[0], s.After)
	}
	return rows
}
