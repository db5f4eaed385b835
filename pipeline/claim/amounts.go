package claim

import (
	"strings"
	"unicode"
)

// What finds numbers in a sentence: counts, shares, changes, multiples, ranks.

// isSenseBefore reports whether words such as "over" end in front of a token.
func isSenseBefore(list []token, i int) bool {
	_, n := phraseBefore(list, i, senseWords)
	return n > 0
}

// quantityAt finds a quantity of any kind.
func quantityAt(list []token, i int, fixed bool) (mark, bool) {
	before, after := lowerAt(list, i-1), lowerAt(list, i+1)
	if i+1 < len(list) && len(list[i+1].text) == 1 && is(list[i+1].text, "A", "C", "D", "E", "F", "G", "H", "P", "U") {
		return mark{}, false // 2258A
	}
	if asYear(list[i].lower) > 0 && !fixed && !(reportNouns[after] && (reporting[before] || isSenseBefore(list, i))) && after != "%" && scales[after] == 0 {
		return mark{}, false
	}
	if labels[before] || isNumber(list[i].lower) && (months[after] && after != "may" || months[before] && len(list[i].lower) <= 2) {
		return mark{}, false
	}
	for _, read := range []func([]token, int, bool) (Quantity, int, bool){placeAt, fractionAt, factorAt, numberAt} {
		q, end, ok := read(list, i, fixed)
		if !ok {
			continue
		}
		lead := i
		if q.Sense == Bare {
			q.Sense, lead = senseAt(list, i)
		}
		if behind, n := phraseAt(list, end, sensesBehind); n > 0 && q.Sense == Bare {
			q.Sense, end = Sense(behind), end+n
		}
		if q.Kind == Multiple && q.Value < 1 {
			q.Sense = q.Sense.turned()
		}
		return mark{kind: number, end: end, quantity: q, lead: lead}, true
	}
	return mark{}, false
}

// senseAt reads the words in front of a quantity, and returns where they begin.
func senseAt(list []token, i int) (Sense, int) {
	for end := i; end > 0; {
		if sense, n := phraseBefore(list, end, senseWords); n > 0 {
			if Sense(sense) == AtMost && list[end-1].lower == "to" && says(list[max(0, end-3):end-1], "went", "shot", "rose", "jumped", "gone", "climbed", "was", "is") {
				return Bare, i // went up to 2.2 million
			}
			return Sense(sense), end - n
		}
		_, n := phraseBefore(list, end, belittling)
		if n == 0 {
			break
		}
		end -= n
	}
	return Bare, i
}

func rank(text string, n, end int) (Quantity, int, bool) {
	return Quantity{Text: text, Kind: Place, Value: float64(n), Step: 1, grain: 1}, end, n > 0 && n < 400
}

// placeAt finds a rank: "second largest", "ranked third", "number two", "the
// largest reporter", "the largest dating app".
func placeAt(list []token, i int, fixed bool) (Quantity, int, bool) {
	w, before, after := list[i].lower, lowerAt(list, i-1), lowerAt(list, i+1)
	if _, n := phraseAt(list, i, largestWords); n > 0 {
		return rank(lowerText(list[i:i+n]), 1, i+n)
	}
	if w == "no" && after == "." && countOf(lowerAt(list, i+2)) > 0 {
		return rank("no. "+list[i+2].lower, countOf(list[i+2].lower), i+3)
	}
	if is(w, "number", "no", "#") && countOf(after) > 0 && (fixed || is(before, "ranked", "was", "at", "is", "the", "as", "ranks", "ranking", "came")) {
		return rank(w+" "+after, countOf(after), i+2)
	}
	largest, place, end := is(w, "largest", "biggest"), int(places[w]), i+1
	if place == 0 && isNumber(w) && strings.TrimRight(w, "0123456789") != "" {
		place = countOf(w) // 24th
	}
	if place > 0 && !largest && superlatives[after] {
		end++
	}
	if id, n := categoryAt(list, end, categoryNoun); n > 0 && before != "of" && (largest || end > i+1) {
		q, _, ok := rank(w, place, end+n)
		q.category = id
		return q, end + n, ok
	}
	few := fixed && len(list) <= 3
	if largest && (few || isReporter(list, i)) || place > 0 && !largest && (few || end > i+1 || isPlace(list, i, place)) {
		return rank(w, place, end)
	}
	return Quantity{}, 0, false
}

// isReporter reports whether "largest" is said of a reporter.
func isReporter(list []token, i int) bool {
	noun := lowerAt(list, i+1)
	if noun == "single" {
		noun = lowerAt(list, i+2)
	}
	return reporterNouns[noun] && lowerAt(list, i+2) != "after" && !is(lowerAt(list, i-1), "of", "next")
}

// isPlace reports whether a word such as "third" is a rank by itself: "ranked
// third", "was third.", "Instagram second, Google third".
func isPlace(list []token, i, place int) bool {
	before, after := lowerAt(list, i-1), lowerAt(list, i+1)
	if is(before, "ranked", "rank", "came", "ranks", "placed", "finished", "ranking") {
		return true
	}
	ends := i+1 >= len(list) || is(after, ".", ",", ";", ")", "in", "and", "with", "behind", "for", "last")
	among := i > 1 && (before == "to" || unicode.IsUpper([]rune(list[i-1].text)[0])) && has(list[:i-1], places)
	return place > 1 && ends && (is(before, "was", "were", "is") || among)
}

// fractionAt finds a part of a whole in words: "two thirds of", "one in three".
func fractionAt(list []token, i int, _ bool) (Quantity, int, bool) {
	v, n := phraseAt(list, i, fractions)
	if n == 0 {
		return partAt(list, i)
	}
	text, next := lowerText(list[i:i+n]), lowerAt(list, i+n)
	around := list[max(0, i-5):i]
	q := percentage(text, v, 0)
	q.fraction = true
	switch {
	case is(lowerAt(list, i-1), "first", "second", "other", "last", "latter", "another", "third", "final"):
		return Quantity{}, 0, false
	case next == "as" && lowerAt(list, i+n+1) == "many":
		return multiple(text+" as many", v/100, 0), i + n, true
	case is(next, "more", "fewer", "less", "lower", "higher", "below", "above", "smaller", "larger"):
		if q.turn = -1; is(next, "more", "higher", "above", "larger") {
			q.turn = 1
		}
		return q, i + n, true
	case next == "of" || next == "the" || next == "all" || next == "from" && is(lowerAt(list, i-1), ",", "and"):
		return q, i + n, true
	case scales[lowerAt(list, i+n+1)] == 0 && (has(around, turns) || says(around, "by")):
		return q, i + n, true
	}
	return Quantity{}, 0, false
}

// partAt finds "one in three" and "nine out of ten".
func partAt(list []token, i int) (Quantity, int, bool) {
	joint := startsWith(list, i+1, "in", "in every", "out of", "out of every")
	n, of := countOf(list[i].lower), countOf(lowerAt(list, i+1+joint))
	if joint == 0 || n == 0 || of <= n || of > 100 || scales[lowerAt(list, i+2+joint)] > 0 {
		return Quantity{}, 0, false
	}
	q := percentage(lowerText(list[i:i+joint+2]), 100*float64(n)/float64(of), 0)
	q.fraction = true
	return q, i + joint + 2, true
}

// factorAt finds a multiple in one word: "doubled", "thirteenfold".
func factorAt(list []token, i int, _ bool) (Quantity, int, bool) {
	w := list[i].lower
	if v, ok := multiples[w]; ok {
		return multiple(w, v, 0), i + 1, true
	}
	head, ok := strings.CutSuffix(w, "fold")
	head = strings.TrimSuffix(head, "-")
	if !ok || head == "" {
		return Quantity{}, 0, false
	}
	if said, n := spoken(tokens(head)); n == 1 && said.Value > 1 {
		return multiple(w, said.Value, 0), i + 1, true
	}
	return Quantity{}, 0, false
}

// numberAt finds a number in digits or words with what follows it: a scale,
// percent, times, or the end of a range.
func numberAt(list []token, i int, fixed bool) (Quantity, int, bool) {
	read := spokenAt
	if isNumber(list[i].lower) {
		read = digitsAt
	}
	q, end, ok := read(list, i)
	if !ok {
		return Quantity{}, 0, false
	}
	q, end = rangeAt(list, q, i, end)
	value, decimals, known := parseDigits(list[i].lower, true)
	if !known {
		value = q.Value
	}
	if n := startsWith(list, end, "%", "percent", "percentage", "pc", "pct", "per cent", "prozent"); n > 0 {
		p := percentage("", value, decimals)
		if p.points = is(lowerAt(list, end+n), "points", "point"); p.points {
			n++
		}
		p.To, p.Text = q.To, strings.Replace(q.Text+" "+lowerText(list[end:end+n]), " %", "%", 1)
		return p, end + n, true
	}
	if n, word := timesAt(list, i, end, fixed); n > 0 && q.Value < 1000 {
		m := multiple(q.Text+word, value, decimals)
		m.To = q.To
		return m, end + n, true
	}
	if n := endsWith(list, i, "factor of"); n > 0 {
		return multiple("a factor of "+q.Text, value, decimals), end, true
	}
	if decimals > 0 && q.scale == "" && q.Step < 1 {
		return Quantity{}, 0, false // no count has a fraction
	}
	return q, end, true
}

// timesAt finds "times" or "-fold" behind a number where that makes a multiple
// and does not say how often somebody reported.
func timesAt(list []token, i, end int, fixed bool) (n int, word string) {
	next, beyond := lowerAt(list, end), lowerAt(list, end+1)
	switch {
	case next == "fold":
		return 1, "-fold"
	case next == "-" && beyond == "fold":
		return 2, "-fold"
	case next == "x" && (end < len(list) && list[end].text == "x" || fixed):
		return 1, " times"
	case next != "times":
		return 0, ""
	case is(beyond, "as", "that", "those", "more", "higher", "larger", "the", "its", "what", "greater", "over", "fewer", "less"):
		return 1, " times"
	}
	for k := max(0, i-5); k < i; k++ {
		if turns[list[k].lower] > 0 && list[k].lower != "more" || is(list[k].lower, "multiplied", "by") {
			return 1, " times"
		}
	}
	return 0, ""
}

// digitsAt reads digits and their scale.
func digitsAt(list []token, i int) (Quantity, int, bool) {
	scale, end := scaleAt(list, i+1), i+1
	if scale != "" {
		end++
		if lowerAt(list, end) == "." && is(strings.TrimSpace(scale), "mio", "mrd", "tsd", "mn", "bn") {
			end++
		}
	}
	v, decimals, known := parseDigits(list[i].lower, scale != "")
	q, ok := makeNumber(list[i].lower+scale, v, decimals, scale)
	return q, end, ok && known
}

// scaleAt returns the scale at a token as it follows a number: "m", " million".
func scaleAt(list []token, i int) string {
	scale := lowerAt(list, i)
	switch {
	case scales[scale] == 0:
		return ""
	case len(scale) > 2:
		return " " + scale
	}
	return scale
}

// spokenAt reads a number in words. Without a scale it is one only in front of
// what makes it a count or a share: "one of" is none.
func spokenAt(list []token, i int) (Quantity, int, bool) {
	q, n := spoken(list[i:min(i+8, len(list))])
	if n == 0 || q.Value == 0 {
		return Quantity{}, 0, false
	}
	next := lowerAt(list, i+n)
	if q.scale == "" && !strings.Contains(q.Text, "hundred") && !is(next, "percent", "per", "times", "%", "pc", "to", "and", "fold", "-") && !reportNouns[next] && startsWith(list, i+n, "more than", "fewer than") == 0 {
		return Quantity{}, 0, false
	}
	if q.scale == "" && (next == "to" || next == "and") && scales[lowerAt(list, i+n+2)] == 0 {
		return Quantity{}, 0, false
	}
	return q, i + n, true
}

// rangeAt reads the end of a range: "21 and 22 million", "5-6m". "from 3,000
// to 13,000" is no range but a change.
func rangeAt(list []token, q Quantity, i, end int) (Quantity, int) {
	joint, before := lowerAt(list, end), lowerAt(list, i-1)
	if !(joint == "and" && before == "between" || joint == "-" || joint == "–" || joint == "to" && before != "from" && !says(list[max(0, i-4):i], "from")) {
		return q, end
	}
	to, toEnd, ok := Quantity{}, 0, false
	switch next := lowerAt(list, end+1); {
	case isNumber(next) && asYear(next) == 0 || asYear(next) > 0 && scaleAt(list, end+2) != "":
		to, toEnd, ok = digitsAt(list, end+1)
	case end+1 < len(list) && joint != "-":
		to, toEnd, ok = spokenAt(list, end+1)
	}
	if dash := joint == "-" || joint == "–"; !ok || to.scale == "" && dash && (q.Value < 100 || to.Value <= q.Value) && !is(lowerAt(list, toEnd), "%", "percent", "per") {
		return q, end
	}
	from := q
	if q.scale == "" && to.scale != "" {
		unit := scales[strings.TrimSpace(to.scale)]
		from.Value, from.Step, from.grain, from.scale = q.Value*unit, q.Step*unit, q.grain*unit, to.scale
	}
	if to.Value <= from.Value {
		return q, end
	}
	from.Text = q.Text + " " + joint + " " + to.Text
	from.To, from.Sense = to.Value, Bare
	return from, toEnd
}
