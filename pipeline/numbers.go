package pipeline

import (
	"math"
	"strconv"
	"strings"
)

// PercentText writes a part of 1 as a percentage with one decimal, or more
// where one would make a part nothing or the whole.
func PercentText(part float64) string {
	p, d := 100*part, 1
	for d < MaxDecimals && (rounds(p, 0, d) || rounds(p, 100, d)) {
		d++
	}
	return strconv.FormatFloat(p, 'f', d, 64) + "%"
}

// MaxDecimals is how many decimals a percentage has at most.
const MaxDecimals = 8

// rounds reports whether v looks like another value when written with that
// many decimals.
func rounds(v, like float64, decimals int) bool {
	return v != like && math.Abs(v-like) < 0.5*math.Pow10(-decimals)
}

// ChangeDecimals returns how many decimals a change in percent needs so that
// reports which remain do not look gone and a change does not look like none.
func ChangeDecimals(percent float64) int {
	d := 1
	for d < MaxDecimals && (rounds(percent, -100, d) || rounds(percent, 0, d)) {
		d++
	}
	return d
}

// ChangeText writes a change in percent for people: "+32.4%", no decimals from a
// thousand percent on, and as many as ChangeDecimals says where one would not do.
func ChangeText(percent float64) string {
	if math.Abs(percent) >= 999.95 {
		sign := ""
		if percent > 0 {
			sign = "+"
		}
		return sign + Count(math.Round(percent)).String() + "%"
	}
	return signed(percent, ChangeDecimals(percent)) + "%"
}

func signed(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if v > 0 {
		s = "+" + s
	}
	return s
}

// And lists texts in a sentence: "A, B and C".
func And(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// TotalStatus says who gives a year's totals: secondary where the source is
// marked so, or is the one a third party's edition cites; else published.
func (d *Dataset) TotalStatus(t *YearTotal) Status {
	if strings.Contains(t.Source, "(secondary)") {
		return SecondaryHand
	}
	for i := range d.Editions {
		e := &d.Editions[i]
		if a := AddressIn(e.Source); e.Partial() && a != "" && a == AddressIn(t.Source) {
			return SecondaryHand
		}
	}
	return Published
}

// AddressIn returns the first web address in a text, "" if there is none.
func AddressIn(s string) string {
	i := strings.Index(s, "https://")
	if i < 0 {
		i = strings.Index(s, "http://")
	}
	if i < 0 {
		return ""
	}
	s = s[i:]
	if end := strings.IndexAny(s, " \t\r\n;,\"<>"); end >= 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, ".):")
}
