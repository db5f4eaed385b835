package extract

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// A grouping is one way of writing thousands.
type grouping struct {
	name string // for messages: "thousands separated by ..."
	re   *regexp.Regexp
}

// byCommas is how NCMEC groups thousands. The other ways count only where a whole
// table keeps to one of them.
var (
	byCommas  = grouping{"a comma", regexp.MustCompile(`^(?:\d{1,3}|\d{1,3}(?:,\d{3})+)$`)}
	groupings = []grouping{
		byCommas,
		{"nothing", regexp.MustCompile(`^\d+$`)},
		{"a space", regexp.MustCompile(`^(?:\d{1,3}|\d{1,3}(?:[ \x{a0}\x{2009}\x{202f}]\d{3})+)$`)},
		{"a point", regexp.MustCompile(`^(?:\d{1,3}|\d{1,3}(?:\.\d{3})+)$`)},
		{"an apostrophe", regexp.MustCompile(`^(?:\d{1,3}|\d{1,3}(?:['’]\d{3})+)$`)},
		{"a comma in the Indian way", regexp.MustCompile(`^(?:\d{1,3}|\d{1,2}(?:,\d{2})*,\d{3})$`)},
	}
	notDigits = regexp.MustCompile(`\D`)
)

var errCount = errors.New("not digits in groups of three")

// writtenIn returns the one way in which all counts of a column of rows are
// written; byCommas where there is none, so that each count that differs is
// refused.
func writtenIn(rows []printedRow, column int) grouping {
	for _, g := range groupings {
		if !slices.ContainsFunc(rows, func(r printedRow) bool {
			raw, _ := cutCountMarks(r.Counts[column])
			return !r.Sub && !none(raw) && !g.re.MatchString(raw)
		}) {
			return g
		}
	}
	return byCommas
}

// none reports whether a cell says that there is no number.
func none(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "-", "–", "—", "n/a", "na", "*":
		return true
	}
	return false
}

// parse reads a count written in this way. Nothing else is a count: not "-",
// not a blank, not "1,23". In a table that groups thousands, four digits in a
// row are two numbers run together or a misprint.
func (g grouping) parse(s string) (pipeline.Count, error) {
	if len(s) == 0 || len(s) > 25 || !isDigit(rune(s[0])) || !g.re.MatchString(s) || len(s) > 1 && s[0] == '0' {
		return 0, errCount
	}
	n, err := strconv.ParseInt(notDigits.ReplaceAllString(s, ""), 10, 64)
	if err != nil || n > 1e15 {
		return 0, errCount
	}
	return pipeline.Count(n), nil
}

// parseCount reads a count as NCMEC prints it: one to three digits, then
// groups of three separated by commas.
func parseCount(s string) (pipeline.Count, error) { return byCommas.parse(s) }

var countMarks = regexp.MustCompile(`^(.*?\d)\s*((?:[*∗＊†‡§¶⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ]|\s*[\[(]\w{1,2}[\])])+)$`)

// cutCountMarks separates a printed count from the footnote marks behind it.
func cutCountMarks(s string) (count, marks string) {
	if m := countMarks.FindStringSubmatch(s); m != nil {
		return m[1], m[2]
	}
	return s, ""
}

var (
	totalCore  = set("total totals sum subtotal subtotals")
	totalWords = set("total totals sum grand overall all of number numbers no report reports cybertipline esp esps electronic service provider providers company companies by from in for the to ncmec submitted made received combined count and s")
	carryCore  = set("carried brought carry bring")
	carryWords = set("carried brought carry bring forward over down balance amount total totals subtotal running from to page previous next preceding following last")
	subWords   = set("sub subtotal subtotals page carried brought running")
)

var (
	pageNo     = regexp.MustCompile(`(?i)\bpage\s+\d+\b`)
	carryShort = regexp.MustCompile(`(?i)\b[bc]/[df]\b`)
)

// totalLabel reports whether a text is the label of a total row and not a
// provider's name: "Totals:", "Grand Total", "Total ESP Reports". A provider
// such as "Total Wireless" is not. sub is true for the total of a part.
func totalLabel(s string) (is, sub bool) {
	ws := headWords(carryShort.ReplaceAllString(pageNo.ReplaceAllString(s, "page"), "carried forward"))
	if len(ws) == 0 || len(ws) > 10 {
		return false, false
	}
	if len(ws) > 1 && allIn(ws, carryWords) && hasAny(ws, carryCore) {
		return true, true
	}
	if text := strings.Join(ws, " "); text == "all esps" || text == "all providers" || text == "all electronic service providers" {
		return true, false
	}
	core := false
	for i, w := range ws {
		if i > 0 && i+1 < len(ws) && providers[ws[i+1]] && strings.Trim(w, "0123456789") == "" {
			continue // how many providers there are
		}
		if !totalCore[w] && !subWords[w] && !totalWords[w] && yearOf(w) == 0 {
			return false, false
		}
		core = core || totalCore[w]
		sub = sub || subWords[w]
	}
	return core, sub && core
}
