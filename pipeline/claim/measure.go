package claim

import (
	"strings"

	"espfigures/pipeline/compare"
)

// measure says what the quantity measures, "" where the words do not say.
func (s *sentenceOf) measure(q *Quantity, at int) Measure {
	m := s.marks[at]
	switch q.Kind {
	case Place:
		return MeasureRank
	case Multiple:
		q.ofShare = has(s.list[s.clauseBegin(at):max(m.lead, s.clauseBegin(at))], shareNouns)
		return MeasureMultiple
	case Percent:
		return s.percentMeasure(q, m)
	}
	after := lowerAt(s.list, m.end)
	compared := lowerAt(s.list, m.end+1) != "than" || s.markBegins(m.end+2) || lowerAt(s.list, m.end+2) == "in"
	switch than := says(s.list[m.end:min(m.end+8, len(s.list))], "than"); {
	case s.signed(m) != 0:
		q.turn = s.signed(m)
	case is(after, "fewer", "less") && compared:
		q.turn = -1
	case after == "more" && compared && than: // else it is another 5 million
		q.turn = 1
	case s.byHowMuch(m):
		q.turn = s.direction(m)
	}
	if q.turn != 0 {
		return MeasureChange
	}
	return MeasureReports
}

// percentMeasure tells a share from a change.
func (s *sentenceOf) percentMeasure(q *Quantity, m mark) Measure {
	before, after := lowerAt(s.list, m.lead-1), lowerAt(s.list, m.end)
	standing := is(before, "to", "at", "was", "is", "with", "reached", "stood")
	switch {
	case q.points:
	case q.turn != 0:
		return MeasureChange
	case s.signed(m) != 0:
		q.turn = s.signed(m)
		return MeasureChange
	case after == "of" && lowerAt(s.list, m.end+1) == "what" && !s.byProviders(m.end+2):
		return "" // half of what they were
	case after == "of" || after == "share" || q.fraction && is(after, "the", "all"):
		return MeasureShare
	case has(s.list[:m.lead], shareNouns):
		if standing || is(before, "from", "of", "a", "its", "and") {
			return MeasureShare
		}
		return ""
	case has(s.list[max(0, m.lead-8):m.lead], shareVerbs) && !says(s.list[max(0, m.lead-2):m.lead], "by"):
		return MeasureShare
	}
	turn := s.direction(m)
	switch {
	case turn != 0 && (q.points || !standing || turns[after] != 0):
		q.turn = turn
		return MeasureChange
	case turn == 0 && !q.points && (q.fraction || s.ctx.fixed):
		return MeasureShare
	}
	return "" // fell to 42%
}

// signed reads a plus or minus in front of a number.
func (s *sentenceOf) signed(m mark) (turn int) {
	switch sign, before := lowerAt(s.list, m.begin-1), lowerAt(s.list, m.begin-2); {
	case sign == "+":
		return 1
	case sign == "−" || sign == "-" && (m.begin == 1 || before == "("):
		return -1
	}
	return 0
}

// byHowMuch reports whether a plain number is a difference: "by 3 million",
// "an increase of 3.3m".
func (s *sentenceOf) byHowMuch(m mark) bool {
	before := lowerAt(s.list, m.lead-1)
	return before == "by" || before == "of" && is(lowerAt(s.list, m.lead-2), "increase", "rise", "fall", "drop", "decline", "decrease", "growth", "jump", "gain", "reduction")
}

// direction looks for a rise (1) or a fall (-1) near a quantity: before it,
// else behind.
func (s *sentenceOf) direction(m mark) int {
	for k := m.lead - 1; k >= max(0, m.lead-8); k-- {
		w := s.list[k].lower
		if w == "up" && is(lowerAt(s.list, k-1), "made", "make", "makes", "making") || is(w, "more", "less", "fewer") && lowerAt(s.list, k+1) == "than" {
			continue
		}
		if turns[w] != 0 {
			return int(turns[w])
		}
	}
	for k := m.end; k < min(len(s.list), m.end+3); k++ {
		if w := s.list[k].lower; turns[w] != 0 {
			return int(turns[w])
		}
	}
	return 0
}

// isWhole reports whether a number is what a part is taken of: "95 percent of
// the 21.7 million reports", "Of the 32 million reports, 21 million …".
func (s *sentenceOf) isWhole(at int) bool {
	m := s.marks[at]
	n := endsWith(s.list, m.lead, "of", "of the", "of all", "of all the", "out of", "out of the", "of some", "of a total of", "of these")
	if n == 0 {
		return false
	}
	begin := m.lead - n
	part := at > 0 && s.marks[at-1].kind == number && begin-s.marks[at-1].end <= 2 && s.marks[at-1].end <= begin
	_, some := phraseBefore(s.list, begin, halves)
	return (part || begin == 0 || some > 0 || lowerAt(s.list, begin-1) == "all") && !s.madeBy(at)
}

// madeBy reports whether it is said at once who made the reports: "1.47
// million reports by Google".
func (s *sentenceOf) madeBy(at int) bool {
	m := s.marks[at]
	if at+1 >= len(s.marks) || s.marks[at+1].kind != who || s.marks[at+1].weak {
		return false
	}
	between := s.list[m.end:s.marks[at+1].begin]
	return len(between) <= 4 && says(between, "by", "from", "of") && !says(between, "came", "were", "was", "are", "is")
}

// shareOf reads what a share is part of: a total, a number, or the reports of
// somebody.
func (s *sentenceOf) shareOf(st *Statement, at int) {
	m := s.marks[at]
	end := min(m.end+10, len(s.list))
	for k := m.end; k < end; k++ {
		if is(s.list[k].text, ",", ";", ".") {
			end = k
		}
	}
	for i, o := range s.marks[at+1:] {
		between := s.list[m.end:max(m.end, o.begin)]
		if o.begin >= end || says(between, "came", "come", "were", "was", "are", "is", "originated", "stemmed") {
			break
		}
		if o.kind == number && s.isWhole(at+1+i) {
			st.OfNumber = &s.marks[at+1+i].quantity
			return
		}
		if o.kind == who && !o.weak && o.subject.id != compare.TotalID && o.subject.id != compare.ESPTotalID && lowerAt(s.list, m.end) == "of" {
			if is(lowerAt(s.list, m.end+1), "all", "total") && !s.list[o.end-1].owner {
				break // 95% of all reports from Facebook
			}
			st.Of, st.ofMark = o.subject.id, at+1+i
			return
		}
	}
	for k := m.end; k < end; k++ {
		w := s.list[k].lower
		switch {
		case k > m.end && providers[w]:
			st.Of = compare.ESPTotalID
			return
		case is(w, "cybertipline", "ncmec"), w == "all" && reportNouns[lowerAt(s.list, k+1)] && !s.byProviders(k+2):
			st.Of = compare.TotalID
			return
		}
	}
}

// byProviders reports whether "by providers" follows within a few tokens.
func (s *sentenceOf) byProviders(i int) bool {
	return has(s.list[min(i, len(s.list)):min(i+6, len(s.list))], providers)
}

// than returns whom a multiple or difference within a year is compared with:
// "35 times that of Google", "16 million more reports than Instagram".
func (s *sentenceOf) than(measure Measure, at int) string {
	m := s.marks[at]
	word := m.quantity.Text
	alone := multiples[word] > 0 && !is(word, "twice", "thrice", "double", "triple") || strings.HasSuffix(word, "fold")
	for _, o := range s.marks[at+1:] {
		between := s.list[m.end:max(m.end, o.begin)]
		switch {
		case o.kind == number || o.begin-m.end > 9:
			return ""
		case o.kind != who || o.weak:
			continue
		case says(between, "came from", "come from", "were from", "came by") && !says(between, "as from"):
			continue // "ten times as many came from A as from B"
		case measure == MeasureMultiple && !alone, measure == MeasureChange && says(between, "than", "below", "above", "as"):
			return o.subject.id
		}
	}
	return ""
}
