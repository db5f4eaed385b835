// Package words says what several outputs say alike: texts that breaks share,
// who gives a year's totals, how many decimals a percentage needs.
package words

import (
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// TotalStatus is pipeline.TotalStatus.
func TotalStatus(ds *pipeline.Dataset, t *pipeline.YearTotal) pipeline.Status {
	return ds.TotalStatus(t)
}

// AddressIn is pipeline.AddressIn.
func AddressIn(s string) string { return pipeline.AddressIn(s) }

// PercentText is pipeline.PercentText.
func PercentText(part float64) string { return pipeline.PercentText(part) }

// MaxDecimals is pipeline.MaxDecimals.
const MaxDecimals = pipeline.MaxDecimals

// ChangeDecimals is pipeline.ChangeDecimals.
func ChangeDecimals(percent float64) int { return pipeline.ChangeDecimals(percent) }

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
