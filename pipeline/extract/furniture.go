package extract

import (
	"math"
	"strconv"
	"strings"

	"espfigures/pipeline/pdf"
)

// dropFurniture takes running heads and feet off the pages: lines among the
// first or last of a page that stand at the same height with the same words on
// another page, page numbers aside. Imprints go too.
func dropFurniture(pages [][]line) {
	const edge = 4
	drop := make([]map[int]bool, len(pages))
	for n := range drop {
		drop[n] = map[int]bool{}
		for i, l := range pages[n] {
			t := l.String()
			ws := headWords(t)
			if strings.HasPrefix(t, "©") || len(ws) > 1 && ws[0] == "copyright" && (yearOf(ws[1]) != 0 || strings.Contains(t, "©")) {
				drop[n][i] = true
			}
		}
	}
	for n := range pages {
		for i, l := range pages[n] {
			if i >= edge && i < len(pages[n])-edge {
				continue
			}
			for m := n + 1; m < len(pages) && m <= n+2; m++ {
				for j, k := range pages[m] {
					if j >= edge && j < len(pages[m])-edge || math.Abs(l.y()-k.y()) > 2 {
						continue
					}
					if sameFurniture(l.String(), k.String(), m-n) {
						drop[n][i], drop[m][j] = true, true
					}
				}
			}
		}
	}
	for n := range pages {
		if len(drop[n]) == 0 {
			continue
		}
		keep := make([]line, 0, len(pages[n]))
		for i, l := range pages[n] {
			// A header row repeats too, and must stay.
			if !drop[n][i] || headColumns([]line{l}) != nil || headPart(l) {
				keep = append(keep, l)
			}
		}
		pages[n] = keep
	}
}

// headPart reports whether every run of words on the line may be a part of a
// column's header.
func headPart(l line) bool {
	for _, s := range segments(l) {
		for _, w := range headWords(s.String()) {
			if !nameWords[w] && !nameAlone[w] && !reportWords[w] && !weakWords[w] && !otherWords[w] && yearOf(w) == 0 {
				return false
			}
		}
	}
	return len(segments(l)) > 1 || len(l) < 4
}

// sameFurniture reports whether two lines, pages apart, have the same words,
// or numbers that count the pages.
func sameFurniture(a, b string, pages int) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) != len(y) || len(x) == 0 {
		return false
	}
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if !countsPages(x[i], y[i], pages) {
			return false
		}
	}
	return true
}

// countsPages reports whether two words are the same but for one number that
// grows with the pages, such as "2/6" and "3/6" or "(2)" and "(3)".
func countsPages(a, b string, pages int) bool {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	notDigit := func(r rune) bool { return !isDigit(r) }
	x, y := strings.FieldsFunc(a, notDigit), strings.FieldsFunc(b, notDigit)
	if len(x) != len(y) || strings.Join(strings.FieldsFunc(a, isDigit), "0") != strings.Join(strings.FieldsFunc(b, isDigit), "0") {
		return false
	}
	grown := 0
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		p, err1 := strconv.Atoi(x[i])
		q, err2 := strconv.Atoi(y[i])
		if err1 != nil || err2 != nil || q-p != pages || q > pdf.MaxPages*10 {
			return false
		}
		grown++
	}
	return grown == 1
}
