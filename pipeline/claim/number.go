package claim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"espfigures/pipeline"
)

// Number is a quoted number and how exactly it was quoted.
type Number struct {
	Text  string         // as quoted, spaces tidied
	Value pipeline.Count // in reports
	// Step is the smallest difference the quoted form can tell: 100,000 for
	// "21.1m", 1 for "21,165,208". Round thousands and millions written out
	// are read as their short form: "30,000,000" is as exact as "30m", and
	// "600,000" and "600k" are as exact as "0.6m".
	Step pipeline.Count
	// Sense is what the words around the number claim: "over 21m" is another
	// claim than "almost 21m".
	Sense Sense
	// Counted is what is said to be counted where that is not reports:
	// "images", "pieces of child abuse imagery"; "" mostly.
	Counted string

	// grain is the place of the last digit that says something: 10,000,000
	// for "30m", 100,000 for "30.0m".
	grain pipeline.Count
	unit  pipeline.Count // what the digits are multiplied with: 1, 1e3, 1e6, 1e9
	word  string         // the unit as quoted: "m", " million"; "" where there was none
}

var units = map[string]pipeline.Count{
	"":  1,
	"k": 1e3, "thousand": 1e3, "thousands": 1e3, "tsd": 1e3,
	"m": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "mm": 1e6, "mil": 1e6, "million": 1e6, "millions": 1e6,
	"b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9,
}

// form is a number in digits and its unit.
var form = regexp.MustCompile(`^([0-9][0-9.,'’ _]*)\s*([a-z]*)\.?$`)

// spoken is a small number in words and its unit: "five million", "half a
// million". Words that go on ("five hundred thousand") are not read.
var spoken = regexp.MustCompile(`^(half an?|half|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -](thousand|million|billion)$`)

// small are the spoken numbers from one on.
var small = []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// inDigits writes a spoken number in digits, and leaves any other text.
func inDigits(s string) string {
	m := spoken.FindStringSubmatch(s)
	switch {
	case m == nil:
		return s
	case strings.HasPrefix(m[1], "half"):
		return "0.5 " + m[2]
	case m[1] == "a", m[1] == "an":
		return "1 " + m[2]
	}
	return fmt.Sprintf("%d %s", slices.Index(small, m[1])+1, m[2])
}

// ParseNumber reads a number as people quote it: 21.1m, 21.1 million,
// 21,165,208, 21 165 208, 21.165.208, 5M, 870k, 1.2bn, about 5 million, over
// 21m, almost 30 million, 5m or more, half a million, five million.
//
// A single point before exactly three digits and no unit ("870.503") is either
// a part of one report or a thousands separator, and refused.
func ParseNumber(s string) (Number, error) {
	text := strings.Join(strings.Fields(norm.NFKC.String(s)), " ")
	low, counted := withoutOther(strings.ToLower(text))
	sense, low := senseOf(low)
	low = inDigits(low)
	m := form.FindStringSubmatch(low)
	if w := furtherWords.FindStringSubmatch(low); m == nil && w != nil {
		return Number{}, fmt.Errorf("%q: what %q claims cannot be held against one figure; name the platform and the year before the number", s, w[1])
	}
	if m == nil {
		return Number{}, fmt.Errorf("%q is not a number of reports; write it in digits, such as 21.1m, 21,165,208 or \"over 5 million\"", s)
	}
	unit, ok := units[m[2]]
	if !ok {
		return Number{}, fmt.Errorf("%q: %q is no unit; known are k, m, mio, bn, thousand, million, billion, as in \"over 5 million\"", s, m[2])
	}
	whole, decimals, err := digits(strings.TrimSpace(m[1]), unit > 1)
	if err != nil {
		return Number{}, fmt.Errorf("%q: %w", s, err)
	}
	n := Number{Text: text, Sense: sense, Counted: counted, unit: unit}
	if m[2] != "" {
		n.word = m[2]
		if strings.Contains(low, " "+m[2]) {
			n.word = " " + n.word
		}
	}
	if len(whole)+len(decimals) > 15 {
		return Number{}, fmt.Errorf("%q is larger than any number of reports", s)
	}
	var value pipeline.Count
	for _, d := range whole + decimals {
		value = value*10 + pipeline.Count(d-'0')
	}
	step := unit
	for range decimals {
		if step%10 != 0 {
			return Number{}, fmt.Errorf("%q is not a whole number of reports", s)
		}
		step /= 10
	}
	if value > 1e15/step {
		return Number{}, fmt.Errorf("%q is larger than any number of reports", s)
	}
	n.Value, n.Step = value*step, step
	switch {
	case decimals != "":
	case n.Value > 0 && n.Value < 1e6 && n.Value%tenthOfMillion == 0:
		n.Step = tenthOfMillion
	case unit == 1:
		n.Step = roundness(n.Value)
	}
	if n.grain = n.Step; decimals == "" {
		n.grain = lastDigit(n.Value)
	}
	return n, nil
}

// digits parts a written number into the digits before and after the decimal
// mark, with thousands separators gone.
func digits(s string, hasUnit bool) (whole, decimals string, err error) {
	marks := ""
	for _, c := range s {
		if (c < '0' || c > '9') && !strings.ContainsRune(marks, c) {
			marks += string(c)
		}
	}
	grouped := func(s, sep string) bool {
		groups := strings.Split(s, sep)
		for i, g := range groups {
			if i > 0 && len(g) != 3 || len(g) == 0 || len(g) > 3 {
				return false
			}
		}
		return true
	}
	last := strings.LastIndexAny(s, ".,")
	switch runes := []rune(marks); {
	case marks == "":
		return s, "", nil
	case len(runes) == 1:
		sep := marks
		n := strings.Count(s, sep)
		switch {
		case sep == "." && n == 1 && grouped(s, sep) && !hasUnit:
			return "", "", fmt.Errorf("a single point before three digits can mean thousands or a fraction; write %s or %s", strings.Replace(s, ".", ",", 1), strings.Replace(s, ".", "", 1))
		case sep == "." && n == 1, sep == "," && n == 1 && hasUnit && !grouped(s, sep):
			return s[:last], s[last+1:], isDecimals(s[last+1:])
		case grouped(s, sep):
			return strings.ReplaceAll(s, sep, ""), "", nil
		}
	case len(runes) == 2 && last > 0 && strings.Count(s, s[last:last+1]) == 1:
		// Groups by one mark, decimals by the other: 1,234.5 or 1.234,5.
		head := s[:last]
		sep := strings.Replace(marks, s[last:last+1], "", 1)
		if grouped(head, sep) {
			return strings.ReplaceAll(head, sep, ""), s[last+1:], isDecimals(s[last+1:])
		}
	}
	return "", "", fmt.Errorf("its digits are not in groups of three")
}

// isDecimals returns an error where something else than digits, or nothing,
// stands behind the decimal mark: "1, 5m" is no number.
func isDecimals(s string) error {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return fmt.Errorf("what stands behind the decimal mark is not digits alone")
	}
	return nil
}

// tenthOfMillion is what a number below a million is exact to that has no
// other digit: nobody who says "600k" claims more than who says "0.6m".
const tenthOfMillion = 1e5

// roundness returns how exactly a number written out in full is meant: to the
// place of its last digit that is not 0, but no coarser than its short form.
func roundness(n pipeline.Count) pipeline.Count {
	step := lastDigit(n)
	for _, unit := range []pipeline.Count{1e9, 1e6, 1e3} {
		if n >= unit {
			return min(step, unit)
		}
	}
	return 1
}

// lastDigit returns the place of the last digit that is not 0.
func lastDigit(n pipeline.Count) pipeline.Count {
	place := pipeline.Count(1)
	for n != 0 && n%(place*10) == 0 {
		place *= 10
	}
	return place
}

// Rounded returns the count rounded as the number was quoted, half up.
func (n Number) Rounded(c pipeline.Count) pipeline.Count { return (c + n.Step/2) / n.Step * n.Step }

// Truncated returns the count cut off as the number was quoted.
func (n Number) Truncated(c pipeline.Count) pipeline.Count { return c / n.Step * n.Step }

// Right returns the count as it should have been quoted: rounded in the form
// of the quoted number, in full where that would leave nothing of it.
func (n Number) Right(c pipeline.Count) string {
	if r := n.Rounded(c); r != 0 {
		return n.Like(r)
	}
	return c.String()
}

// Like writes another value in the form of the quoted number: "21.2m".
func (n Number) Like(c pipeline.Count) string {
	if n.unit <= 1 {
		return c.String()
	}
	s := (c / n.unit).String()
	if rest := c % n.unit; n.Step < n.unit {
		width := len(fmt.Sprint(int64(n.unit / n.Step)))
		s += "." + fmt.Sprintf("%0*d", width-1, int64(rest/n.Step))
	}
	return s + n.word
}
