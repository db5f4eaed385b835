package claim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline/compare"
)

// mark is something of a sentence that the rules know.
type mark struct {
	kind      markKind
	lead, end int // tokens, end not included; a number begins with the words of its sense
	subject   subject
	weak      bool  // who: only taken where nobody else is named
	aside     bool  // who: named in passing: "unlike Facebook"
	owner     bool  // who: written with a possessive ending
	years     []int // year: one, or the first and last of a range
	shift     int   // year: relative to the year spoken of
	base      bool  // year: the one a change starts from
	ago       bool  // year: the last one before the text was written
	listed    bool  // year: years are those of a list, not the ends of a range
	partial   bool  // year: only a month or half of it
	quantity  Quantity
}

type markKind int

const (
	who markKind = iota
	year
	number
)

// sentence finds what the rules know in a sentence, in order.
func (r *Reader) sentence(text string, ctx *context) *sentenceOf {
	s := &sentenceOf{text: text, list: tokens(text), ctx: ctx}
	for i := 0; i < len(s.list); {
		m, ok := s.markAt(r.names, i)
		if !ok {
			i++
			continue
		}
		if m.kind != number {
			m.lead = i
		}
		s.marks = append(s.marks, m)
		i = max(m.end, i+1)
	}
	s.number()
	s.join()
	s.number()
	return s
}

// number tells the tokens which marks they are in.
func (s *sentenceOf) number() {
	for k, m := range s.marks {
		for i := m.lead; i < m.end; i++ {
			s.list[i].mark = k + 1
			s.marks[k].owner = s.list[i].owner
		}
	}
}

func (s *sentenceOf) markAt(names *names, i int) (mark, bool) {
	if m, ok := s.topAt(i); ok {
		return m, true
	}
	if id, n := s.categoryAt(i, "category nouns"); n > 0 && s.about("all of it", i) != "no" {
		return mark{kind: who, end: i + n, subject: subject{id: id, plural: true}}, true
	}
	if m, ok := s.totalAt(i); ok {
		return m, true
	}
	if name, n := names.at(s.list, i, s.ctx.fixed && s.ctx.subject != nil); n > 0 {
		return mark{kind: who, end: i + n, subject: name}, true
	}
	if m, ok := s.yearAt(i); ok {
		return m, true
	}
	return s.quantityAt(i)
}

// about is the outcome of the rules around a token.
func (s *sentenceOf) about(part string, i int) string {
	outcome, _, _ := s.says(part, i, i+1)
	return outcome
}

func (s *sentenceOf) at(i int) string { return lowerAt(s.list, i) }

// countOf reads a small whole number in digits or in a word; 0 where it is none.
func countOf(w string) int {
	if n := small[w]; n > 0 {
		return int(n)
	}
	n, _ := strconv.Atoi(strings.TrimRight(w, "stndrh"))
	return n
}

// categoryAt finds "dating apps", or with other nouns "dating app".
func (s *sentenceOf) categoryAt(i int, nouns string) (id string, n int) {
	id, n = phrase(s.list, i, 1, classes["category"])
	if n == 0 || !in(nouns, s.at(i+n)) {
		return "", 0
	}
	return id, n + 1
}

// topAt finds "the five largest providers" and "the top five". To be among
// them is a rank.
func (s *sentenceOf) topAt(i int) (mark, bool) {
	word := s.at(i)
	if is(word, "largest", "biggest", "top") {
		word = s.at(i + 1)
	} else if !is(s.at(i+1), "largest", "biggest", "top") {
		return mark{}, false
	}
	among, end := s.about("top", i), i+2
	n := countOf(word)
	if n < 2 || n > 50 || isOrdinal(word) || among == "no" {
		return mark{}, false
	}
	if id, more := s.categoryAt(end, "category nouns"); more > 0 {
		return mark{kind: who, end: end + more, subject: subject{id: fmt.Sprintf("the %d largest of %s", n, id)}}, true
	}
	companies := false
	for ; in("providers", s.at(end)) || in("provider kind", s.at(end)); end++ {
		companies = companies || s.at(end) == "companies"
	}
	if among == "among" {
		q := rank("top "+strconv.Itoa(n), n)
		q.Sense = AtMost
		return mark{kind: number, lead: i, end: end, quantity: q}, true
	}
	return mark{kind: who, end: end, subject: subject{id: "top-" + strconv.Itoa(n), plural: companies}}, true
}

func (s *sentenceOf) totalAt(i int) (mark, bool) {
	m := mark{kind: who, end: i + 1, subject: subject{id: compare.TotalID}}
	sort := s.at(i)
	switch next := s.at(i + 1); {
	case in("providers", sort):
		sort, m.subject.id = "providers", compare.ESPTotalID
	case sort == "ncmec" && s.list[i].owner && next == "cybertipline":
		sort, m.end = next, i+2
	case sort == "national" && is(next, "center", "centre") && s.at(i+3) == "missing":
		sort, m.end = "ncmec", min(i+7, len(s.list))
	case sort != "ncmec" && sort != "cybertipline":
		return m, false
	}
	after := m.end
	if sort == "providers" {
		after = i
	}
	sort, _, _ = s.says(sort, i, after)
	m.weak = sort == "weak"
	return m, sort != "no"
}

// asYear reads a year of the CyberTipline.
func asYear(s string) int {
	if n, _ := strconv.Atoi(s); len(s) == 4 && n >= 1990 && n <= 2035 {
		return n
	}
	return 0
}

// yearAt finds a year, a range of years, or a year told by another.
func (s *sentenceOf) yearAt(i int) (mark, bool) {
	if _, n := phrase(s.list, i, 1, classes["unknown years"]); n > 0 {
		return mark{kind: year, end: i + n, ago: lowerText(s.list[i:i+n]) == "last year"}, true
	}
	if shift, n := phrase(s.list, i, 1, shifts); n > 0 {
		return mark{kind: year, end: i + n, shift: int(shift), base: shift < 0 && s.about("near base", i) == "yes"}, true
	}
	y := asYear(s.at(i))
	if y == 0 || s.about("year", i) == "no" {
		return mark{}, false
	}
	m := mark{kind: year, end: i + 1, years: []int{y}, partial: s.about("partial", i) == "yes"}
	if n := countOf(s.at(i - 3)); n > 1 && s.at(i-2) == "years" && s.at(i-1) == "to" { // the three years to 2023
		m.years = []int{y - n + 1, y}
		return m, true
	}
	joint, last := s.at(i+1), s.at(i+2)
	to := asYear(last)
	if len(last) == 2 && is(joint, "-", "–") { // 2021-22
		to = asYear(strconv.Itoa(y)[:2] + last)
	}
	if to > y && (is(joint, "to", "-", "–", "until", "through", "till") || joint == "and" && s.at(i-1) == "between") {
		m.years, m.end = []int{y, to}, i+3
		return m, true
	}
	m.base = s.about("base", i) == "yes"
	return m, true
}

// join makes one mark of names or years of a list: "Facebook, Instagram and
// Google", and tells which names are named in passing.
func (s *sentenceOf) join() {
	var out []mark
	for i, m := range s.marks {
		m.aside = m.kind == who && s.rule("in passing", i) == "yes"
		last := len(out) - 1
		// "Unlike Facebook, Instagram …" names two, "which owns Facebook, Instagram and WhatsApp" a list
		ends := i+1 == len(s.marks) || s.rule("joined", i+1) != "yes"
		if last < 0 || out[last].kind != m.kind || s.rule("joined", i) != "yes" {
			out = append(out, m)
			continue
		}
		switch before := &out[last]; {
		case m.kind == who && m.single() && before.single() && !(before.aside && ends && s.at(m.lead-1) == "," && s.at(before.lead-1) != "("):
			if !slices.Contains(strings.Split(before.subject.id, "+"), m.subject.id) {
				before.subject = subject{id: before.subject.id + "+" + m.subject.id}
			}
			before.end = m.end
		case m.kind == year && len(m.years) == 1 && (before.listed || len(before.years) == 1) && m.years[0] > before.years[len(before.years)-1]:
			before.years = append(slices.Clone(before.years), m.years...)
			before.end, before.listed = m.end, true
		default:
			out = append(out, m)
		}
	}
	s.marks = out
}

// alone returns the name that a sentence is up to a token.
func (s *sentenceOf) alone(end int) (mark, bool) {
	if len(s.marks) != 1 || s.marks[0].kind != who || s.marks[0].lead != 0 || s.marks[0].end != end {
		return mark{}, false
	}
	return s.marks[0], true
}

// single reports whether a name may be one of a list.
func (m mark) single() bool {
	return !m.weak && !m.subject.total() && topOf(m.subject.id) == 0
}

// named reports whether a mark is a name, and not in passing only.
func (m mark) named() bool { return m.kind == who && !m.weak && !m.aside }
