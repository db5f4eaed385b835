package claim

import (
	"fmt"
	"strconv"
	"strings"

	"espfigures/pipeline/compare"
)

// mark is something of a sentence that the rules know.
type mark struct {
	kind       markKind
	begin, end int // tokens, end not included
	subject    subject
	weak       bool  // who: only taken where nobody else is named
	aside      bool  // who: named in passing: "unlike Facebook"
	years      []int // year: one, or the first and last of a range
	shift      int   // year: relative to the year spoken of
	base       bool  // year: the one a change starts from
	ago        bool  // year: the last one before the text was written
	listed     bool  // year: years are those of a list, not the ends of a range
	partial    bool  // year: only a month or half of it
	quantity   Quantity
	lead       int // number: where the words of its sense begin
}

type markKind int

const (
	who markKind = iota
	year
	number
)

// scan finds what the rules know in a sentence, in order.
func (r *Reader) scan(list []token, fixed bool) []mark {
	var marks []mark
	for i := 0; i < len(list); {
		m, ok := r.markAt(list, i, fixed)
		if !ok {
			i++
			continue
		}
		m.begin = i
		if m.kind != number {
			m.lead = i
		}
		marks = append(marks, m)
		i = max(m.end, i+1)
	}
	return marks
}

func (r *Reader) markAt(list []token, i int, fixed bool) (mark, bool) {
	if m, ok := topAt(list, i); ok {
		return m, true
	}
	if id, n := categoryAt(list, i, categoryNouns); n > 0 {
		if _, part := phraseBefore(list, i, notAll); part == 0 && !isNumber(lowerAt(list, i-1)) {
			return mark{kind: who, end: i + n, subject: subject{id: id, plural: true}}, true
		}
	}
	if m, ok := totalAt(list, i); ok {
		return m, true
	}
	if s, n := r.names.at(list, i); n > 0 {
		return mark{kind: who, end: i + n, subject: s}, true
	}
	if m, ok := yearAt(list, i); ok {
		return m, true
	}
	return quantityAt(list, i, fixed)
}

// countOf reads a small whole number in digits or in a word; 0 where it is none.
func countOf(w string) int {
	if n := small[w]; n > 0 {
		return int(n)
	}
	n, err := strconv.Atoi(strings.TrimRight(w, "stndrh"))
	if err != nil {
		return 0
	}
	return n
}

// categoryAt finds "dating apps", or with other nouns "dating app".
func categoryAt(list []token, i int, nouns map[string]bool) (id string, n int) {
	id, n = phraseAt(list, i, categories)
	if n == 0 || !nouns[lowerAt(list, i+n)] {
		return "", 0
	}
	return id, n + 1
}

// topAt finds "the five largest providers" and "the top five". To be among
// them is a rank.
func topAt(list []token, i int) (mark, bool) {
	w, next := lowerAt(list, i), lowerAt(list, i+1)
	n, end := 0, i+2
	switch {
	case is(w, "largest", "biggest", "top"):
		n = countOf(next)
	case is(next, "largest", "biggest", "top"):
		n = countOf(w)
	}
	before := lowerAt(list, i-1)
	if isNumber(w) && strings.TrimLeft(w, "0123456789") != "" { // 7th largest
		return mark{}, false
	}
	if n < 2 || n > 50 || before == "its" || before == "their" || i > 0 && list[i-1].owner {
		return mark{}, false
	}
	if id, more := categoryAt(list, end, categoryNouns); more > 0 {
		return mark{kind: who, end: end + more, subject: subject{id: fmt.Sprintf("the %d largest of %s", n, id)}}, true
	}
	companies := false
	for providers[lowerAt(list, end)] || providerKind[lowerAt(list, end)] {
		companies = companies || lowerAt(list, end) == "companies"
		end++
	}
	if among := endsWith(list, i, "one of the", "among the", "in the", "within the", "one of"); among > 0 {
		return mark{kind: number, end: end, lead: i, quantity: Quantity{Text: "top " + strconv.Itoa(n), Kind: Place, Value: float64(n), Step: 1, grain: 1, Sense: AtMost}}, true
	}
	return mark{kind: who, end: end, subject: subject{id: "top-" + strconv.Itoa(n), plural: companies}}, true
}

// totalAt finds the CyberTipline and all providers. After "to" and the like
// they are the receiver and not the subject.
func totalAt(list []token, i int) (mark, bool) {
	article := endsWith(list, i, "the", "its", "ncmec", "a")
	receiver := endsWith(list, i-article, "to", "with", "of", "from", "via", "through", "in", "at", "according to")
	total := mark{kind: who, end: i + 1, subject: subject{id: compare.TotalID}, weak: receiver > 0}
	switch w := list[i].lower; {
	case w == "ncmec" || w == "national" && lowerAt(list, i+1) == "center" && lowerAt(list, i+3) == "missing":
		if w == "national" {
			total.end = min(i+7, len(list))
		}
		if list[total.end-1].owner && lowerAt(list, total.end) == "cybertipline" {
			total.end++
			return total, true
		}
		total.weak = total.weak || !has(list[total.end:min(total.end+4, len(list))], receiving)
		return total, true
	case w == "cybertipline":
		if reportNouns[lowerAt(list, i+1)] {
			total.weak = true
		}
		return total, true
	case providers[w]:
		return providersAt(list, i)
	}
	return mark{}, false
}

// providersAt finds "electronic service providers", "tech companies" and the
// like, where all of them are meant.
func providersAt(list []token, i int) (mark, bool) {
	k, kind := i, lowerAt(list, i) == "providers" || lowerAt(list, i) == "esps"
	for k > 0 && providerKind[list[k-1].lower] {
		k--
		kind = kind || list[k].lower != "the" && list[k].lower != "together"
	}
	before, after := lowerAt(list, k-1), lowerAt(list, i+1)
	m := mark{kind: who, end: i + 1, subject: subject{id: compare.ESPTotalID}}
	switch {
	case is(before, "by", "from") && is(lowerAt(list, k-2), "came", "come", "made", "sent", "filed", "submitted") && after != "such":
		return m, true
	case !kind || list[i].owner && k > 0 || is(before, "of", "what", "to", "other", "most", "some", "these", "such", "no", "more", "many", "several", "few", "fewer", "two", "three", "four", "five", "ten", "media", "gaming", "dating", "all of", "largest", "biggest", "top", "among") || isNumber(before) || small[before] > 0:
		return mark{}, false
	case before == "by" || before == "from":
		return m, true
	}
	m.weak = !reporting[after] && !is(after, "together", "have", "had")
	return m, true
}

// asYear reads a year of the CyberTipline.
func asYear(s string) int {
	n, err := strconv.Atoi(s)
	if len(s) != 4 || err != nil || n < 1990 || n > 2035 {
		return 0
	}
	return n
}

// yearAt finds a year, a range of years, or a year told by another.
func yearAt(list []token, i int) (mark, bool) {
	if _, n := phraseAt(list, i, unknownYears); n > 0 {
		return mark{kind: year, end: i + n, ago: lowerText(list[i:i+n]) == "last year"}, true
	}
	if shift, n := phraseAt(list, i, shifts); n > 0 {
		return mark{kind: year, end: i + n, shift: int(shift), base: shift < 0 && has(list[max(0, i-3):i], yearBases)}, true
	}
	y, before, joint := asYear(list[i].lower), lowerAt(list, i-1), lowerAt(list, i+1)
	switch {
	case y == 0, scales[joint] > 0, joint == "%", labels[before] && before != "table":
		return mark{}, false
	case is(before, "in", "of") && publishing[lowerAt(list, i-2)] || has(list[min(i+1, len(list)):min(i+4, len(list))], publications):
		return mark{}, false // when something was said, not when it happened
	case reportNouns[joint] && before != "in" && before != "the" && (reporting[before] || isSenseBefore(list, i)):
		return mark{}, false // made 2022 reports
	}
	m := mark{kind: year, end: i + 1, years: []int{y}, partial: months[before] && !(is(before, "december", "dec") && says(list[max(0, i-5):i], "year to", "year ending", "year ended")) || has(list[max(0, i-5):i], parts) || has(list[i+1:min(i+4, len(list))], parts)}
	if n := countOf(lowerAt(list, i-3)); n > 1 && before == "to" && lowerAt(list, i-2) == "years" { // the three years to 2023
		m.years = []int{y - n + 1, y}
		return m, true
	}
	to := asYear(lowerAt(list, i+2))
	if short := lowerAt(list, i+2); to == 0 && len(short) == 2 && (joint == "-" || joint == "–") { // 2021-22
		if n, err := strconv.Atoi(short); err == nil {
			to = y/100*100 + n
		}
	}
	if to > y && (is(joint, "to", "-", "–", "until", "through", "till") || joint == "and" && before == "between") {
		m.years, m.end = []int{y, to}, i+3
		return m, true
	}
	_, base := phraseBefore(list, i, yearBases)
	in := endsWith(list, i, "in", "for", "the", "of")
	m.base = base > 0 || in > 0 && basedNumber(list, i-in)
	return m, true
}

// basedNumber reports whether a number that ends at a token is one that a
// change starts from: "up from 3,000 in 2022".
func basedNumber(list []token, end int) bool {
	for k := end - 1; k >= max(0, end-7); k-- {
		switch w, next := list[k].lower, lowerAt(list, k+1); {
		case is(w, "from", "against", "versus", "with"), w == "than" && next == "the":
			for n := k + 1; n < min(end, k+4); n++ {
				if _, lead := senseAt(list, n); isNumber(list[n].lower) && lead <= k+1 {
					return true
				}
			}
			return small[next] > 0
		case is(w, "to", ","):
			return false
		}
	}
	return false
}
