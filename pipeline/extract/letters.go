package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dropLetters takes the letters out of the names' columns that head the groups
// of an alphabetical list: "A" above the names with A. All of these must hold:
// a letter stands on a line without a number, the next name begins with it,
// the letters rise, and there are three of them or more. Otherwise nothing is
// taken out, and the readings meet a name without a number.
func dropLetters(ss []strip) {
	keep := make([][]cellLine, len(ss))
	groups := 0
	var last, above rune // the last letter; the one right above a line, 0 for none
	for i, s := range ss {
		for _, n := range s.Cells[0] {
			if above != 0 && initial(n.Text) != above {
				return
			}
			above = 0
			if !groupLetter(n.Text) || s.beside(n) {
				keep[i] = append(keep[i], n)
				continue
			}
			if above = initial(n.Text); above < last {
				return
			}
			if above > last {
				groups++
			}
			last = above
		}
	}
	if groups < 3 || above != 0 {
		return
	}
	for i, s := range ss {
		s.Cells[0] = keep[i]
	}
}

var groupRE = regexp.MustCompile(`(?i)^(?:\pL|#|123|[a-z]\s*(?:[-–—]|to|through)\s*[a-z]|\d(?:\s*[-–—]\s*\d)?|#\s*[-–—]\s*[a-z]|\d\s*[-–—]\s*[a-z]|numbers|symbols|numeric)$`)

// groupLetter reports whether a text heads a group of an alphabetical list.
func groupLetter(s string) bool { return groupRE.MatchString(strings.TrimSpace(s)) }

// initial returns the capital that a name is listed under, '0' for digits and
// signs.
func initial(s string) rune {
	s = strings.TrimLeft(s, "\"'“‘(*")
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.IsLetter(r) {
		return unicode.ToUpper(r)
	}
	return '0'
}

// beside reports whether a column of numbers has words on the line of a name.
func (s *strip) beside(n cellLine) bool {
	return slices.ContainsFunc(s.Cells[1:], func(ls []cellLine) bool { return len(onLine(ls, n)) > 0 })
}
