package extract

import (
	"math"
	"regexp"
	"slices"
	"strconv"

	"espfigures/pipeline/pdf"
)

// dropFurniture takes running heads and feet off the pages: the first or last lines
// of a page that stand at the same height with the same words on another page, page
// numbers aside, and apart from what is between them. Imprints go too, and what
// only says that the table goes on.
func dropFurniture(pages [][]line, heads [][]headRow) {
	again := repeated(pages)
	for n, ls := range pages {
		from, to := edges(ls, again[n])
		var keep []line
		now := make([]int, len(ls)) // the index of each line among those kept
		for i, l := range ls {
			// Header rows repeat too, and must stay.
			inHead := slices.ContainsFunc(heads[n], func(h headRow) bool { return h.From <= i && i <= h.To })
			now[i] = len(keep)
			if inHead || i >= from && i < to && !besideTable(l) {
				keep = append(keep, l)
			}
		}
		for k, h := range heads[n] {
			heads[n][k].From, heads[n][k].To = now[h.From], now[h.To]
		}
		pages[n] = keep
	}
}

// edges returns which lines of a page are between its running head and its foot.
// A line as close to the next as the lines of the page mostly are is a part of
// these: two names may end alike at the end of two pages.
func edges(ls []line, again map[int]bool) (from, to int) {
	gaps := []float64{0}
	for i := 1; i < len(ls); i++ {
		gaps = append(gaps, ls[i-1].y()-ls[i].y())
	}
	apart := 1.3 * median(slices.Clone(gaps))
	to = len(ls)
	for i := 1; i <= len(ls) && again[i-1]; i++ {
		if i == len(ls) || gaps[i] > apart {
			from = i
		}
	}
	for i := len(ls) - 1; i >= from && again[i]; i-- {
		if i == 0 || gaps[i] > apart {
			to = i
		}
	}
	return from, to
}

// repeated returns which lines at the edges of each page stand on one of the next
// pages too.
func repeated(pages [][]line) []map[int]bool {
	again := make([]map[int]bool, len(pages))
	for n := range pages {
		again[n] = map[int]bool{}
	}
	for n := range pages {
		for m := n + 1; m < min(len(pages), n+3); m++ {
			for _, i := range edgeLines(pages[n]) {
				for _, j := range edgeLines(pages[m]) {
					a, b := pages[n][i], pages[m][j]
					if math.Abs(a.y()-b.y()) <= 2 && sameFurniture(a.String(), b.String(), m-n) {
						again[n][i], again[m][j] = true, true
					}
				}
			}
		}
	}
	return again
}

// goesOnRE is the text of a line that only says that a table goes on, or which
// page this is.
var goesOnRE = regexp.MustCompile(`(?i)^[(\[]?(?:(?:table )?cont(?:inued|inues|['’]?d)?\.*(?: (?:on|from) (?:the )?(?:next|previous) page)?|page \d+(?: (?:of|/) \d+)?)[)\]]?[.…]*$`)

// imprintRE is the beginning of a line that says who has the copyright.
var imprintRE = regexp.MustCompile(`(?i)^(?:©|copyright\b.*©|copyright\W+(?:19|20)\d\d\b)`)

// besideTable reports whether a line is no part of a table wherever it is.
func besideTable(l line) bool {
	t := l.String()
	return imprintRE.MatchString(t) || goesOnRE.MatchString(t)
}

// edgeLines returns the indexes of the first and last lines of a page.
func edgeLines(ls []line) (at []int) {
	const edge = 4
	for i := range ls {
		if i < edge || i >= len(ls)-edge {
			at = append(at, i)
		}
	}
	return at
}

var digitsRE = regexp.MustCompile(`\d+`)

// sameFurniture reports whether two lines, pages apart, say the same but for
// numbers that count the pages, such as "2/6" and "3/6".
func sameFurniture(a, b string, pages int) bool {
	if digitsRE.ReplaceAllString(a, "0") != digitsRE.ReplaceAllString(b, "0") {
		return false
	}
	other := digitsRE.FindAllString(b, -1)
	for i, x := range digitsRE.FindAllString(a, -1) {
		p, _ := strconv.Atoi(x)
		q, _ := strconv.Atoi(other[i])
		if x != other[i] && (q-p != pages || q > pdf.MaxPages*10) {
			return false
		}
	}
	return true
}
