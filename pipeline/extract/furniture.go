package extract

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline/pdf"
)

// dropFurniture takes running heads and feet off the pages: lines among the
// first or last of a page that stand at the same height with the same words on
// another page, page numbers aside. Imprints go too.
func dropFurniture(pages [][]line) {
	drop := make([]map[int]bool, len(pages))
	for n, ls := range pages {
		drop[n] = map[int]bool{}
		for i, l := range ls {
			if isImprint(l) {
				drop[n][i] = true
			}
		}
	}
	for n := range pages {
		for m := n + 1; m < len(pages) && m <= n+2; m++ {
			for _, i := range edgeLines(pages[n]) {
				for _, j := range edgeLines(pages[m]) {
					a, b := pages[n][i], pages[m][j]
					if math.Abs(a.y()-b.y()) <= 2 && sameFurniture(a.String(), b.String(), m-n) {
						drop[n][i], drop[m][j] = true, true
					}
				}
			}
		}
	}
	for n, ls := range pages {
		for _, h := range findHeads(ls) { // header rows repeat too, and must stay
			for i := h.From; i <= h.To; i++ {
				delete(drop[n], i)
			}
		}
		var keep []line
		for i, l := range ls {
			if !drop[n][i] {
				keep = append(keep, l)
			}
		}
		pages[n] = keep
	}
}

// isImprint reports whether a line says who has the copyright.
func isImprint(l line) bool {
	if t := strings.ToLower(l[0].Text); !strings.HasPrefix(t, "©") && !strings.HasPrefix(t, "copyright") {
		return false
	}
	t := l.String()
	ws := headWords(t)
	return strings.HasPrefix(t, "©") || len(ws) > 1 && (yearOf(ws[1]) != 0 || strings.Contains(t, "©"))
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

// sameFurniture reports whether two lines, pages apart, have the same words,
// or numbers that count the pages.
func sameFurniture(a, b string, pages int) bool {
	return a != "" && slices.EqualFunc(strings.Fields(a), strings.Fields(b), func(x, y string) bool { return x == y || countsPages(x, y, pages) })
}

var digitsRE = regexp.MustCompile(`\d+`)

// countsPages reports whether two words are the same but for one number that
// grows with the pages, such as "2/6" and "3/6" or "(2)" and "(3)".
func countsPages(a, b string, pages int) bool {
	if digitsRE.ReplaceAllString(a, "0") != digitsRE.ReplaceAllString(b, "0") {
		return false
	}
	grown := 0
	other := digitsRE.FindAllString(b, -1)
	for i, x := range digitsRE.FindAllString(a, -1) {
		if x == other[i] {
			continue
		}
		p, err1 := strconv.Atoi(x)
		q, err2 := strconv.Atoi(other[i])
		if err1 != nil || err2 != nil || q-p != pages || q > pdf.MaxPages*10 {
			return false
		}
		grown++
	}
	return grown == 1
}
