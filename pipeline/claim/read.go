package claim

import (
	"slices"
	"strings"
	"unicode"

	"espfigures/pipeline/compare"
)

// context is what a sentence inherits from those before it.
type context struct {
	subject   *subject // nil where nobody was named, or where several were
	several   bool     // several were named, so that "it" can be any of them
	years     []int    // the year spoken of
	span      []int    // the two years of a change spoken of
	total     bool     // the CyberTipline or NCMEC was named
	published int      // the year in which the text was written; 0 where it does not say
	fixed     bool     // given by the user: a few words are the whole claim
}

// sentenceOf is one sentence while it is read.
type sentenceOf struct {
	text  string
	list  []token
	marks []mark
	ctx   *context
	named bool // somebody is named in it, not only in passing
}

// read returns the statements of a sentence, and leaves for the next one whom
// and which year it was about.
func (r *Reader) read(text string, ctx *context) []Statement {
	s := sentenceOf{text: text, list: tokens(text), ctx: ctx}
	s.marks = joinYears(s.list, joinSubjects(s.list, r.scan(s.list, ctx.fixed)))
	lendScale(s.list, s.marks)
	for _, m := range s.marks {
		s.named = s.named || m.kind == who && !m.weak && !m.aside
		ctx.total = ctx.total || m.kind == who && m.subject.id == compare.TotalID
	}
	var out []Statement
	for i, m := range s.marks {
		if m.kind != number {
			continue
		}
		if st, ok := r.statement(&s, i); ok {
			out = append(out, st)
		}
	}
	s.leave()
	return out
}

// statement reads the quantity of a mark.
func (r *Reader) statement(s *sentenceOf, at int) (Statement, bool) {
	st := Statement{Sentence: s.text, Quantity: s.marks[at].quantity}
	if !s.isCount(&st.Quantity, at) {
		return st, false
	}
	st.Measure = s.measure(&st.Quantity, at)
	st.unclear = s.doubt(at)
	if st.Measure == MeasureShare {
		s.shareOf(&st, at)
	}
	if st.Measure == MeasureMultiple || st.Measure == MeasureChange {
		st.Than = s.than(st.Measure, at)
	}
	who, found := s.subjectOf(&st, at)
	whole := st.Measure == MeasureReports && s.isWhole(at)
	if !found && !whole {
		return st, false
	}
	st.ID, st.company, st.counted, st.companies = who.id, who.company, who.counted, who.plural
	if st.Than == st.ID {
		st.Than = ""
	}
	s.setYears(&st, at)
	if st.Measure == MeasureShare && st.ID == compare.TotalID && st.unclear == "" {
		st.unclear = "It is not clear whose share of the reports this is."
	}
	if whole {
		st.company, st.counted, st.unclear = "", nil, ""
	}
	if whole || st.either && st.Measure == MeasureReports {
		r.ofAll(&st)
	}
	if st.Measure == MeasureReports && strings.HasSuffix(st.Quantity.Unit, "incidents") && (st.ID == compare.TotalID || st.ID == compare.ESPTotalID) {
		st.Measure = MeasureIncidents
	}
	return st, true
}

// ofAll makes a statement one about all reports: whichever total of the year
// the number is.
func (r *Reader) ofAll(st *Statement) {
	st.ID = compare.TotalID
	if len(st.Years) == 1 && r.whichTotal(st.Quantity, st.Years[0]) == compare.ESPTotalID {
		st.ID = compare.ESPTotalID
	}
}

// doubt says why a sentence may say something else than that a number was
// reported in a year; "" where nothing speaks for it.
func (s *sentenceOf) doubt(at int) string {
	m := s.marks[at]
	before := s.list[s.clauseBegin(at):max(m.lead, s.clauseBegin(at))]
	after := s.list[m.end:min(m.end+7, len(s.list))]
	if at+1 < len(s.marks) && s.marks[at+1].kind == number {
		after = s.list[m.end:min(m.end+7, s.marks[at+1].begin)]
	}
	may := slices.ContainsFunc(before, func(t token) bool { return t.text == "may" })
	switch {
	case has(before, denials):
		return "The sentence denies something; read it yourself."
	case has(before, guesses) || may || says(after, "if", "expected", "forecast", "projected"):
		return "The sentence says what could be, not what was."
	case says(s.list, "excluding", "not counting", "not including", "leaving out", "apart from", "except", "minus", "without counting", "all but"):
		return "Something is left out, which the sentence does not put in numbers."
	case s.region(at):
		return "A part of the world; the table counts all of it."
	case has(s.list[max(s.clauseBegin(at), m.lead-2):m.lead], otherVerbs):
		return "The sentence says that something else was done with the reports."
	case s.ofThem(m.end), s.ofAKind(m.end):
		return "A part of it, which the table does not tell."
	case has(after, rates) || startsWith(after, 0, "a year", "per year", "each year", "every year") == 2 && startsWith(after, 2, "earlier", "before", "later", "ago", "on") == 0 || says(s.list[max(0, m.lead-3):m.lead], "average", "daily", "monthly", "weekly"):
		return "A rate or an average; the table has whole years."
	}
	return ""
}

// ofThem reports whether a part of what was counted is spoken of that the words
// do not give to somebody: "4 million of them duplicates".
func (s *sentenceOf) ofThem(end int) bool {
	n := startsWith(s.list, end, "of them", "of these", "of those", "of which")
	next := lowerAt(s.list, end+n)
	return n > 0 && isWord(next) && !neutral[next] && !reporting[next] && !reportNouns[next] && !s.markBegins(end+n)
}

// ofAKind reports whether the reports behind a number are only those of some
// kind: "67,000 reports involving generative AI", "reports of online enticement",
// "63,892 reports were urgent", "90% of the reports resolved to other countries".
func (s *sentenceOf) ofAKind(k int) bool {
	of := startsWith(s.list, k, "of the", "of all", "of") // a share
	k += of
	for ; k < len(s.list) && (adjectives[s.list[k].lower] || s.list[k].lower == "all"); k++ {
	}
	if !reportNouns[lowerAt(s.list, k)] {
		return false
	}
	k++
	for is(lowerAt(s.list, k), "in", "of", "for", "during", "to") && s.inMark(k+1) {
		for k++; k < len(s.list) && s.inMark(k); k++ {
		}
	}
	next, then := lowerAt(s.list, k), lowerAt(s.list, k+1)
	switch {
	case kinds[next]:
		return !s.markBegins(k + 1)
	case next == "of":
		for k++; k < len(s.list) && (adjectives[s.list[k].lower] || otherUnits[s.list[k].lower]); k++ {
		}
		return isWord(lowerAt(s.list, k)) && !s.ordinary(k)
	case is(next, "that", "which") && is(then, "were", "are", "was"):
		return !s.ordinary(k + 2)
	case is(next, "were", "are", "was"):
		return !s.ordinary(k + 1)
	}
	return of > 0 && isWord(next) && !s.ordinary(k)
}

// ordinary reports whether a token says nothing of what kind a report is.
func (s *sentenceOf) ordinary(k int) bool {
	w := lowerAt(s.list, k)
	return neutral[w] || reporting[w] || adjectives[w] || receiving[w] || s.inMark(k)
}

// region reports whether a number is of some country only: "reports from
// Germany". Behind the number any name that is not known counts.
func (s *sentenceOf) region(at int) bool {
	m := s.marks[at]
	if at == 0 || s.marks[0].begin > 2 {
		if _, n := phraseAt(s.list, 0, regions); n > 0 {
			next := lowerAt(s.list, n) // "In the UK parliament, a minister said"
			return !isWord(next) || next != s.list[n].text || is(next, "alone", "only", "and", "or")
		}
	}
	for k := m.end; k+1 < min(m.end+8, len(s.list)) && !is(s.list[k].text, ",", ";", ".", "and"); k++ {
		if !is(s.list[k].lower, "in", "from", "about", "concerning", "within", "for") {
			continue
		}
		next := k + 1
		if s.list[next].lower == "the" && next+1 < len(s.list) {
			next++
		}
		if unicode.IsUpper([]rune(s.list[next].text)[0]) && !months[s.list[next].lower] && !s.inMark(next) {
			return true
		}
	}
	return false
}

// inMark reports whether a token is part of something that the rules know.
func (s *sentenceOf) inMark(k int) bool {
	return slices.ContainsFunc(s.marks, func(m mark) bool { return m.begin <= k && k < m.end })
}

// clauseBegin returns the token at which the clause of a number begins.
func (s *sentenceOf) clauseBegin(at int) int {
	from := 0
	for _, m := range s.marks[:at] {
		if m.kind == number {
			from = m.end
		}
	}
	for k := s.marks[at].begin - 1; k > from; k-- {
		if is(s.list[k].lower, ";", "while", "whereas", "but", "although", ":") {
			return k + 1
		}
	}
	return from
}

// border reports whether a clause may end between two tokens.
func (s *sentenceOf) border(from, to int) bool {
	return slices.ContainsFunc(s.list[from:max(from, to)], func(t token) bool {
		return is(t.lower, ",", ";", "and", "while", "but", "whereas", "although", ":", "–", "—", "(")
	})
}

// leave hands the subject and year to the next sentence.
func (s *sentenceOf) leave() {
	if s.ctx.fixed {
		return
	}
	var main *subject
	several := false
	for i, m := range s.marks {
		if m.kind != who || m.weak || m.aside {
			continue
		}
		several = several || main != nil && main.id != m.subject.id
		main = &s.marks[i].subject
	}
	if main != nil {
		s.ctx.subject, s.ctx.several = main, several
		if several {
			s.ctx.subject = nil
		}
	}
	// The last year is spoken of, or the years of a change.
	last, span, years := 0, []int(nil), false
	for _, m := range s.marks {
		if m.kind != year || m.base || m.partial {
			continue
		}
		years = true
		if y := s.resolve(m); len(y) == 1 {
			last, span = max(last, y[0]), nil
		} else {
			last, span = 0, y
		}
	}
	if years {
		s.ctx.years, s.ctx.span = nil, span
	}
	if last > 0 {
		s.ctx.years = []int{last}
	}
}
