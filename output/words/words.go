// Package words says what several outputs say alike: texts that breaks share,
// who gives a year's totals, how many decimals a percentage needs.
package words

import (
	"math"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// TotalStatus says who gives a year's totals: secondary where the source is
// marked so, or is the one a third party's edition cites; else published.
func TotalStatus(ds *pipeline.Dataset, t *pipeline.YearTotal) pipeline.Status {
	if strings.Contains(t.Source, "(secondary)") {
		return pipeline.SecondaryHand
	}
	for i := range ds.Editions {
		e := &ds.Editions[i]
		if a := AddressIn(e.Source); e.Partial() && a != "" && a == AddressIn(t.Source) {
			return pipeline.SecondaryHand
		}
	}
	return pipeline.Published
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

// BreakKind says in plain words what a kind of break is, such as "rows split"
// for scope-split. A kind it does not know loses its hyphens.
func BreakKind(kind string) string {
	switch kind {
	case "scope-split":
		return "rows split"
	case "scope-combined":
		return "rows combined"
	case "rename":
		return "renamed"
	case "method":
		return "way of reporting changed"
	case "unit":
		return "what counts as a report changed"
	case "law":
		return "law changed"
	case "detection":
		return "what can be detected changed"
	case "shutdown":
		return "shut down"
	case "new-reporter":
		return "new reporter"
	case "low-information":
		return "reports with little information"
	}
	return strings.ReplaceAll(kind, "-", " ")
}

// BreakYears writes the years a break lies between, or its year: "2020→2021".
func BreakYears(b *pipeline.Break) string {
	if b.From == b.To {
		return strconv.Itoa(b.From)
	}
	return strconv.Itoa(b.From) + "→" + strconv.Itoa(b.To)
}
