package pipeline

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// PercentText writes a part of 1 as a percentage with one decimal, or more
// where one would make a part nothing or the whole.
func PercentText(part float64) string {
	return strconv.FormatFloat(100*part, 'f', decimals(100*part, 0, 100), 64) + "%"
}

// MaxDecimals is how many decimals a percentage has at most.
const MaxDecimals = 8

// ChangeDecimals returns how many decimals a change in percent needs so that
// reports which remain do not look gone and a change does not look like none.
func ChangeDecimals(percent float64) int { return decimals(percent, -100, 0) }

// decimals returns how many decimals tell a value from others, at least one.
func decimals(v float64, others ...float64) int {
	d := 1
	for d < MaxDecimals && slices.ContainsFunc(others, func(o float64) bool { return v != o && math.Abs(v-o) < 0.5*math.Pow10(-d) }) {
		d++
	}
	return d
}

// ChangeText writes a change in percent for people: "+32.4%", no decimals from a
// thousand percent on, and as many as ChangeDecimals says where one would not do.
func ChangeText(percent float64) string {
	text := strconv.FormatFloat(percent, 'f', ChangeDecimals(percent), 64)
	if math.Abs(percent) >= 999.95 {
		text = Count(math.Round(percent)).String()
	}
	if percent > 0 {
		text = "+" + text
	}
	return text + "%"
}

// And lists texts in a sentence: "A, B and C".
func And(list []string) string { return inWords(list, " and ") }

// Or lists texts to choose from: "A, B or C".
func Or(list []string) string { return inWords(list, " or ") }

func inWords(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + last + list[len(list)-1]
}

var address = regexp.MustCompile(`https?://[^\s;,"<>]*`)

// AddressIn returns the first web address in a text, "" if there is none.
func AddressIn(s string) string { return strings.TrimRight(address.FindString(s), ".):") }
