package extract

import (
	"fmt"
	"math"
)

// joinBroken finds the rows that are broken over two pages or columns: the first
// lines of a name at the end of a strip, the others at the head of the next, the
// number next to either part. The part without the number moves to the other
// strip. A line without a number that does not go on is refused: it may be a part
// of a name all the same.
func joinBroken(strips []strip) error {
	width := 0.0
	for i := range strips {
		for _, l := range strips[i].Cells[strips[i].Name] {
			width = math.Max(width, l.X1-l.X0)
		}
	}
	// fits reports whether the first word of the next line had room on the line.
	fits := func(l, next cellLine) bool { return l.X1-l.X0+0.15*l.Size+next.First < width-1 }
	for i := 0; i+1 < len(strips); i++ {
		a, b := &strips[i], &strips[i+1]
		above, below := a.countLines(), b.countLines()
		if len(above) == 0 || len(below) == 0 || a.totalBeside(above[len(above)-1]) {
			continue
		}
		names, next := a.Cells[a.Name], b.Cells[b.Name]
		if len(names) == 0 || len(next) == 0 {
			continue
		}
		end := a.newRow(above, fits)
		switch {
		case end < len(names):
			if last := names[len(names)-1]; fits(last, next[0]) || !sameType(last, next[0]) {
				return fmt.Errorf("page %d: the line %q has no number, and it is not clear that the name goes on", a.Page+1, last.Text)
			}
			b.Before = names[end:]
			a.Cells[a.Name] = names[:end:end]
		default:
			head := 0 // lines above the first number
			for head < len(next) && next[head].Y > below[0].Y && !sameLine(next[head], below[0]) {
				head++
			}
			if last := names[len(names)-1]; head > 0 && head < len(next) && fits(next[head-1], next[head]) && !fits(last, next[0]) && sameType(last, next[0]) {
				a.After = next[:head:head]
				b.Cells[b.Name] = next[head:]
			}
		}
	}
	return nil
}

// newRow returns the index of the first name line below the last number that
// begins a row of its own; that behind the last line where none does.
func (s *strip) newRow(counts []cellLine, fits func(l, next cellLine) bool) int {
	names := s.Cells[s.Name]
	last := counts[len(counts)-1]
	for i := 1; i < len(names); i++ {
		before, l := names[i-1], names[i]
		switch {
		case l.Y >= last.Y || sameLine(l, last):
		case before.Y-l.Y > loose*math.Max(l.Size, before.Size) || !sameType(before, l):
			return len(names) // what follows is no part of the table
		case fits(before, l):
			return i
		}
	}
	return len(names)
}

// sameType reports whether two lines are set in type of one size.
func sameType(a, b cellLine) bool { return math.Abs(a.Size-b.Size) < 0.03*math.Max(a.Size, b.Size) }

// attach puts the parts of names that are in the strips next to this one to its
// first and last row.
func (s *strip) attach(rows []gridRow) []gridRow {
	if len(rows) == 0 {
		return rows
	}
	first, last := rows[0].Cells, rows[len(rows)-1].Cells
	first[s.Name] = append(s.Before[:len(s.Before):len(s.Before)], first[s.Name]...)
	last[s.Name] = append(last[s.Name][:len(last[s.Name]):len(last[s.Name])], s.After...)
	return rows
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
		n := 0
		for n < len(runs) && !hasCount(runs[n]) && n < maxHeadRuns {
			n++
		}
		// The last run without a number is the name in the row.
		n--
		if n < 2 || len(runs)%n != 0 || len(runs) == n || headColumns([]line{joined(runs[:n])}) == nil || !repeats(runs, n) {
			continue
		}
		var head, row line
		for k, r := range runs {
			if k >= n {
				row = append(row, r...)
			}
			for _, w := range runs[k%n] {
				by := 0.0
				if k >= n {
					by = r.x0() - runs[k%n].x0()
					if hasCount(r) {
						by = r.x1() - runs[k%n].x1()
					}
				}
				w.X0, w.X1, w.Y = w.X0+by, w.X1+by, w.Y+0.45*w.Size
				head = append(head, w)
			}
		}
		out := append(append([]line{}, ls[:i]...), head, row)
		return append(out, ls[i+1:]...)
	}
	return ls
}

func joined(runs []line) (l line) {
	for _, r := range runs {
		l = append(l, r...)
	}
	return l
}

// repeats reports whether the runs behind the first n are rows under columns of
// their roles: words under names, a number under numbers.
func repeats(runs []line, n int) bool {
	for k := n; k < len(runs); k++ {
		role := classify(runs[k%n].String()).Role
		if (role == roleName) == hasCount(runs[k]) {
			return false
		}
	}
	return true
}
