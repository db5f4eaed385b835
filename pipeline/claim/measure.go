package claim

import "strings"

// isCount reads what is said to be counted, and reports whether that may be
// reports at all: numbers of members, guests or dollars are left alone.
func (s *sentenceOf) isCount(q *Quantity, at int) bool {
	m := s.marks[at]
	if s.rule("other topic", at) == "yes" {
		return false
	}
	counted, _, end := s.says("counts "+string(q.Kind), m.lead, m.end)
	if counted != "unit" {
		return counted == "yes" || counted == "maybe" && (s.ctx.fixed || q.scale != "" || q.Value >= 100)
	}
	begin := m.end
	if q.Kind == Percent {
		begin = end - 1
	}
	q.Unit = lowerText(s.list[begin:end])
	return q.Kind == Percent || s.ctx.fixed || s.rule("reported", at) == "yes"
}

// turnOf is the sign of a change that the rules tell.
var turnOf = map[string]int{"rise": 1, "fall": -1}

// measure says what the quantity measures, "" where the words do not say.
func (s *sentenceOf) measure(q *Quantity, at int) Measure {
	m := s.marks[at]
	means := s.rule("means "+string(q.Kind), at)
	switch {
	case q.Kind == Place:
		return MeasureRank
	case q.Kind == Multiple:
		q.ofShare = means == "share"
		return MeasureMultiple
	case q.points, q.turn != 0:
		means = "change"
	case q.fraction && is(lowerAt(s.list, m.end), "the", "all"):
		means = "share"
	}
	switch turn := turnOf[means]; {
	case turn != 0:
		q.turn = turn
	case means == "share" || means == "unclear":
		return Measure(strings.TrimPrefix(means, "unclear"))
	case q.turn == 0 && (means == "change" || q.Kind == Percent):
		q.turn = s.direction(m)
	}
	switch {
	case q.turn != 0 && means != "level":
		return MeasureChange
	case q.Kind == Plain:
		return MeasureReports
	case q.turn == 0 && !q.points && (q.fraction || s.ctx.fixed):
		return MeasureShare
	}
	return "" // fell to 42%
}

// direction looks for a rise (1) or a fall (-1) near a quantity: before it,
// else behind.
func (s *sentenceOf) direction(m mark) int {
	for k := m.lead; k > max(0, m.lead-8); {
		turn, n := phrase(s.list, k, -1, turns)
		if turn != 0 {
			return int(turn)
		}
		k -= max(n, 1)
	}
	for _, t := range s.list[m.end:min(len(s.list), m.end+3)] {
		if turns[t.lower] != 0 {
			return int(turns[t.lower])
		}
	}
	return 0
}

// shareOf reads what a share is part of: a total, a number, or the reports of
// somebody.
func (s *sentenceOf) shareOf(st *Statement, at int) {
	switch of, last := s.ending("share of", at); of {
	case "number":
		st.OfNumber = &s.marks[last].quantity
	case "somebody":
		st.Of, st.ofMark = s.marks[last].subject.id, last
	default:
		st.Of = of
	}
}

// than returns whom a multiple or difference within a year is compared with:
// "35 times that of Google", "16 million more reports than Instagram".
func (s *sentenceOf) than(measure Measure, at int) string {
	word := s.marks[at].quantity.Text
	if multiples[word] > 0 && !is(word, "twice", "thrice", "double", "triple") || strings.HasSuffix(word, "fold") {
		return "" // doubled
	}
	if named, last := s.ending("than "+string(measure), at); named != "" {
		return s.marks[last].subject.id
	}
	return ""
}
