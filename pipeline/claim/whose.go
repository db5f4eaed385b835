package claim

import (
	"slices"
	"strings"
	"unicode"

	"espfigures/pipeline/compare"
)

// subjectOf says whom a quantity is about. It fills st.unclear where the words
// leave a choice.
func (s *sentenceOf) subjectOf(st *Statement, at int) (subject, bool) {
	if who, ok := s.paired(at); ok {
		return who, true
	}
	if who, ok := s.linked(st, at); ok {
		return who, true
	}
	if who, ok := s.adjacent(at); ok {
		return who, true
	}
	for k := at - 1; k >= 0; k-- {
		if o := s.marks[k]; o.kind == who && !o.weak && !o.aside {
			if why := s.choice(st, k, at); why != "" {
				st.unclear = why
			}
			return o.subject, true
		}
	}
	m := s.marks[at]
	partitive := false // "32 million reports, most of them by Facebook"
	for i, o := range s.marks[at+1:] {
		if o.kind != who || o.weak || o.aside || at+1+i == st.ofMark || o.subject.id == st.Than || o.subject.id == compare.ESPTotalID && st.Measure == MeasureShare {
			continue
		}
		if o.subject.id == compare.ESPTotalID && s.wholeBetween(at, at+1+i) {
			continue // "29 million of the 32 million reports by providers"
		}
		if says(s.list[m.end:o.begin], "that", "wrote", "said", "says", "written", "because") {
			break
		}
		if partitive = partitive || has(s.list[m.end:o.begin], halves) && !says(s.list[m.end:o.begin], "as many"); !partitive {
			return o.subject, true
		}
	}
	if s.ctx.fixed && s.ctx.subject != nil {
		return *s.ctx.subject, true
	}
	if st.ofMark > 0 { // the only name: "95% of reports from Facebook"
		o := s.marks[st.ofMark]
		st.Of, st.ofMark = "", 0
		if o.subject.id != compare.TotalID && s.list[o.end-1].owner {
			st.unclear = "Whose share this is, the sentence does not say."
		}
		return o.subject, true
	}
	return s.inherited(st, at, partitive)
}

// wholeBetween reports whether a number that a part is taken of is between two
// marks.
func (s *sentenceOf) wholeBetween(from, to int) bool {
	for k := from + 1; k < to; k++ {
		if s.marks[k].kind == number && endsWith(s.list, s.marks[k].lead, "of the", "out of the") > 0 {
			return true
		}
	}
	return false
}

// choice says why the name in front of a number may not be the only one it is
// about; "" where nothing speaks for it.
func (s *sentenceOf) choice(st *Statement, name, at int) string {
	o := s.marks[name]
	between := s.list[o.end:max(o.end, s.marks[at].lead)]
	others, numbers := 0, 0
	for k, m := range s.marks[:at] {
		if m.kind == who && !m.weak && !m.aside && m.subject.id != o.subject.id {
			others++
		}
		if m.kind == number && k > name {
			numbers++
		}
	}
	switch {
	case says(s.list[max(o.end, s.clauseBegin(at)):max(o.end, s.marks[at].lead)], "of which", "of whom", "of these", "including"):
		return "A part of it, which the table does not tell."
	case startsWith(s.list, o.end, "users", "moderators", "customers") > 0:
		return "Reports by users are not those of the platform."
	case says(between, "including", "includes") && o.subject.company == "" && !o.subject.plural:
		return "Whether this is about one or several of those named is not clear."
	case has(between, othersToo):
		return "Others are named with it."
	case strings.Contains(o.subject.id, "+") && has(between, eachOf):
		return "It is said of each of several; give them one at a time."
	case others > 0 && says(between, ";") && has(between, pronouns),
		others > 0 && numbers > 0 && st.Measure != MeasureReports && lowerAt(s.list, o.begin-1) == "and" && s.marks[name-1].kind == number:
		return "Whether this is about one or several of those named is not clear."
	}
	return ""
}

// pronounIn reports whether tokens up to one speak of somebody named before:
// "it", "the company", but not "the number of".
func (s *sentenceOf) pronounIn(end int) bool {
	for i := range s.list[:end] {
		if _, n := phraseAt(s.list, i, pronouns); n > 0 && lowerAt(s.list, i+n) != "of" {
			return true
		}
	}
	return false
}

// inherited says whom a sentence is about that names nobody.
func (s *sentenceOf) inherited(st *Statement, at int, partitive bool) (subject, bool) {
	m := s.marks[at]
	reports := s.rule("other topic", at) == "no" || has(s.list[:m.lead], reportNouns) || st.Measure == MeasureReports && has(s.list[m.end:], reportNouns)
	pronoun := s.pronounIn(m.lead)
	if s.named && !partitive || s.stranger(m.lead) {
		return subject{}, false
	}
	for _, o := range s.marks {
		if o.kind == who && o.weak && !pronoun && reports && !is(lowerAt(s.list, m.lead-1), "made", "sent", "filed", "submitted", "reported") {
			st.either = o.subject.id == compare.TotalID
			return o.subject, true
		}
	}
	switch shifted := slices.ContainsFunc(s.marks, func(o mark) bool { return o.kind == year && o.shift != 0 }); {
	case pronoun || shifted && !reports:
		if s.ctx.several {
			st.unclear = "Several are named before it."
			return subject{}, true
		}
		if s.ctx.subject != nil {
			return s.oneOfTwo(*s.ctx.subject, at), true
		}
	case reports && s.ctx.total && !reporting[lowerAt(s.list, m.lead-1)] && st.Quantity.Unit == "" || strings.HasSuffix(st.Quantity.Unit, "incidents") && s.ctx.total:
		if s.ctx.subject == nil && !s.ctx.several || s.ctx.subject != nil && s.ctx.subject.id == compare.TotalID {
			return subject{id: compare.TotalID}, true
		}
		if st.Measure != MeasureReports || st.Quantity.scale == "" || st.Quantity.Value < 1e6 {
			return subject{}, false
		}
		st.unclear = "Whose reports these are, the sentence does not say."
		return subject{}, true
	}
	return subject{}, false
}

// oneOfTwo returns the former or the latter of two, where the words in front of
// a number say so.
func (s *sentenceOf) oneOfTwo(both subject, at int) subject {
	ids := strings.Split(both.id, "+")
	for k := s.marks[at].lead - 1; len(ids) == 2 && k >= s.clauseBegin(at); k-- {
		switch s.list[k].lower {
		case "former":
			return subject{id: ids[0]}
		case "latter":
			return subject{id: ids[1]}
		}
	}
	return both
}

// stranger reports whether somebody is named in front of a token whom the
// rules do not know.
func (s *sentenceOf) stranger(end int) bool {
	for k := 1; k < end; k++ {
		t := s.list[k]
		if first := []rune(t.text)[0]; !unicode.IsUpper(first) || months[t.lower] || is(t.lower, "i", "csam", "csem", "csea", "esp", "esps", "the", "a", "in") {
			continue
		}
		if !s.inMark(k) && !is(s.list[k-1].text, "|", ":", "“", "\"", "—", "–") {
			return true
		}
	}
	return false
}

// linked returns who is said to have made the reports behind their number: "5
// million reports came from Instagram".
func (s *sentenceOf) linked(st *Statement, at int) (subject, bool) {
	m := s.marks[at]
	before := slices.ContainsFunc(s.marks[:at], func(o mark) bool { return o.kind == who && !o.weak && !o.aside })
	for i, o := range s.marks[at+1:] {
		if o.kind == number || o.begin-m.end > 14 || st.Measure == MeasureMultiple {
			break
		}
		if o.kind != who || at+1+i == st.ofMark {
			continue
		}
		article := endsWith(s.list, o.begin, "the", "meta", "its")
		for o.begin-article > 0 && o.subject.id == compare.ESPTotalID && providerKind[s.list[o.begin-article-1].lower] {
			article++
		}
		link := lowerAt(s.list, o.begin-article-1)
		between := s.list[m.end:o.begin]
		if whole := o.subject.id == compare.ESPTotalID || o.subject.id == compare.TotalID; whole && st.Measure == MeasureShare && !says(between, "came", "come", "were") {
			continue
		}
		switch {
		case o.weak:
			continue
		case !is(link, "by", "from", "on", "of", "at", "through", "via", "for", "that", "which"), o.aside,
			link == "of" && st.Measure == MeasureShare, link == "from" && st.Measure == MeasureChange,
			has(between, halves), before && s.border(m.end, o.begin), before && is(link, "on", "of", "at", "that", "which"):
			return subject{}, false
		}
		return o.subject, true
	}
	return subject{}, false
}

// adjacent returns the name right in front of a number: "than Instagram's 5
// million", "Discord (169,800)".
func (s *sentenceOf) adjacent(at int) (subject, bool) {
	if at == 0 || s.marks[at-1].kind != who || s.marks[at-1].weak {
		return subject{}, false
	}
	o := s.marks[at-1]
	for _, t := range s.list[o.end:max(o.end, s.marks[at].lead)] {
		if !is(t.lower, "with", "(", ":", "at", "'", "’", "|", "on") {
			return subject{}, false
		}
	}
	return o.subject, true
}

// paired pairs names and numbers in their order, where the sentence says
// "respectively", or where a list of names meets a list of numbers.
func (s *sentenceOf) paired(at int) (subject, bool) {
	ids, first, last := s.listed(at)
	if first < last && len(ids) == last-first+1 {
		return subject{id: ids[at-first]}, true
	}
	if !says(s.list, "respectively") {
		return subject{}, false
	}
	var names []string
	numbers, place := 0, 0
	for i, m := range s.marks {
		switch {
		case m.kind == who && !m.weak:
			names = append(names, strings.Split(m.subject.id, "+")...)
		case m.kind == number:
			if i == at {
				place = numbers
			}
			numbers++
		}
	}
	if len(names) != numbers {
		return subject{}, false
	}
	return subject{id: names[place]}, true
}

// listed returns the names of a list in front of the list of numbers that a
// number belongs to, and the first and last mark of that list: "Tinder and
// Hinge made 3,642 and 6".
func (s *sentenceOf) listed(at int) (ids []string, first, last int) {
	first, last = at, at
	next := func(i int) bool {
		return i >= 0 && i+1 < len(s.marks) && s.marks[i].kind == number && s.marks[i+1].kind == number && joined(s.list[s.marks[i].end:s.marks[i+1].lead])
	}
	for next(first - 1) {
		first--
	}
	for next(last) {
		last++
	}
	k := first - 1
	for k >= 0 && s.marks[k].kind == year {
		k--
	}
	if k < 0 || s.marks[k].kind != who {
		return nil, first, last
	}
	return strings.Split(s.marks[k].subject.id, "+"), first, last
}
