package extract

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

var (
	countRE = regexp.MustCompile(`^(?:\d{1,3}|\d{1,3}(?:,\d{3})+)$`)
)

var errCount = errors.New("not digits in groups of three")

// parseCount reads a count as NCMEC prints it: one to three digits, then
// groups of three parted by commas. Nothing else is a count: not "-", not a
// blank, not "1,23", not "1 234", not "1.234". Four and more digits without a
// comma are refused too: in a table that parts thousands by commas, they are
// two numbers run together or a misprint.
func parseCount(s string) (pipeline.Count, error) {
	if len(s) > 25 || !countRE.MatchString(s) {
		return 0, errCount
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
	if err != nil || n > 1e15 {
		return 0, errCount
	}
	if len(s) > 1 && s[0] == '0' {
		return 0, errCount
	}
	return pipeline.Count(n), nil
}

var (
	totalCore  = set("total totals sum")
	totalWords = set("total totals sum grand overall all of number numbers no report reports cybertipline esp esps electronic service provider providers company companies by from in for the to ncmec submitted made received combined count and s")
	subWords   = set("sub subtotal subtotals page carried brought")
)

// totalLabel reports whether a text is the label of a total row and not a
// provider's name: "Totals:", "Grand Total", "Total ESP Reports". A provider
// such as "Total Wireless" is not. sub is true for the total of a part.
func totalLabel(s string) (is, sub bool) {
	ws := headWords(s)
	if len(ws) == 0 || len(ws) > 10 {
		return false, false
	}
	core := false
	for _, w := range ws {
		switch {
		case totalCore[w]:
			core = true
		case w == "subtotal" || w == "subtotals":
			core, sub = true, true
		case subWords[w]:
			sub = true
		case totalWords[w] || yearOf(w) != 0:
		default:
			return false, false
		}
	}
	if !core && (strings.Join(ws, " ") == "all esps" || strings.Join(ws, " ") == "all providers" || strings.Join(ws, " ") == "all electronic service providers") {
		core = true
	}
	return core, sub && core
}
