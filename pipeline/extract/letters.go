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
	drop := make([]map[int]bool, len(ss))
	found := 0
	var last rune
	for i, s := range ss {
		drop[i] = map[int]bool{}
		names := s.Cells[0]
		for k, n := range names {
			if !groupLetter(n.Text) || s.beside(n) {
				continue
			}
			// The name below may stand at the head of the next strip.
			next := ""
			if k+1 < len(names) {
				next = names[k+1].Text
			} else if i+1 < len(ss) && len(ss[i+1].Cells[0]) > 0 {
				next = ss[i+1].Cells[0][0].Text
			}
			a, b := initial(n.Text), initial(next)
			if a != b || a < last {
				return
			}
			if a > last {
				found++
			}
			last = a
			drop[i][k] = true
		}
	}
	if found < 3 {
		return
	}
	for i, s := range ss {
		var keep []cellLine
		for k, n := range s.Cells[0] {
			if !drop[i][k] {
				keep = append(keep, n)
			}
		}
		s.Cells[0] = keep
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
	switch {
	case s == "":
		return 0
	case unicode.IsLetter(r):
		return unicode.ToUpper(r)
	}
	return '0'
}

// beside reports whether a column of numbers has words on the line of a name.
func (s *strip) beside(n cellLine) bool {
	return slices.ContainsFunc(s.Cells[1:], func(ls []cellLine) bool { return len(onLine(ls, n)) > 0 })
}
