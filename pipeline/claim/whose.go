package claim

import (
	"cmp"
	"slices"
	"strings"

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
	if named, begin, _ := s.says("adjacent", s.marks[at].lead, s.marks[at].end); named != "" {
		return s.marks[s.list[begin].mark-1].subject, true
	}
	for _, o := range slices.Backward(s.marks[:at]) {
		if o.named() {
			why := s.rule("choice", at)
			if st.Measure != MeasureReports {
				why = cmp.Or(why, s.rule("choice of a change", at))
			}
			st.unclear = cmp.Or(why, st.unclear)
			return o.subject, true
		}
	}
	m := s.marks[at]
	partitive := false // "32 million reports, most of them by Facebook"
	for i, o := range s.marks[at+1:] {
		all := o.subject.id == compare.ESPTotalID && (st.Measure == MeasureShare || s.rule("of a whole", at) == "yes")
		if !o.named() || at+1+i == st.ofMark || o.subject.id == st.Than || all {
			continue
		}
		between := s.list[m.end:o.lead]
		if has(between, "telling") {
			break
		}
		if partitive = partitive || has(between, "halves") && !has(between, "as many"); !partitive {
			return o.subject, true
		}
	}
	if s.ctx.fixed && s.ctx.subject != nil {
		return *s.ctx.subject, true
	}
	if st.ofMark > 0 { // the only name: "95% of reports from Facebook"
		o := s.marks[st.ofMark]
		st.Of, st.ofMark = "", 0
		if o.owner {
			st.unclear = "Whose share this is, the sentence does not say."
		}
		return o.subject, true
	}
	return s.inherited(st, at, partitive)
}

// inherited says whom a sentence is about that names nobody.
func (s *sentenceOf) inherited(st *Statement, at int, partitive bool) (subject, bool) {
	yes := func(part string) bool { return s.rule(part, at) == "yes" }
	if slices.ContainsFunc(s.marks, mark.named) && !partitive || yes("stranger") {
		return subject{}, false
	}
	reports := yes("of reports") || st.Measure == MeasureReports && has(s.list[s.marks[at].end:], "report nouns")
	pronoun := s.rule("pronoun", at)
	for _, o := range s.marks {
		if o.kind == who && o.weak && pronoun == "" && reports && !yes("sent") {
			st.either = o.subject.id == compare.TotalID
			return o.subject, true
		}
	}
	last, incidents := s.ctx.subject, strings.HasSuffix(st.Quantity.Unit, "incidents")
	switch shifted := slices.ContainsFunc(s.marks, func(o mark) bool { return o.shift != 0 }); {
	case (pronoun != "" || shifted && !reports) && s.ctx.several:
		st.unclear = "Several are named before it."
		return subject{}, true
	case (pronoun != "" || shifted && !reports) && last != nil:
		ids, i := strings.Split(last.id, "+"), slices.Index([]string{"former", "latter"}, pronoun)
		if i >= 0 && len(ids) == 2 {
			return subject{id: ids[i]}, true
		}
		return *last, true
	case pronoun != "", shifted && !reports, !s.ctx.total, !incidents && (!reports || st.Quantity.Unit != "" || in("reporting", lowerAt(s.list, s.marks[at].lead-1))):
		return subject{}, false
	case last == nil && !s.ctx.several || last != nil && last.id == compare.TotalID:
		return subject{id: compare.TotalID}, true
	case st.Measure != MeasureReports || st.Quantity.scale == "" || st.Quantity.Value < 1e6:
		return subject{}, false
	}
	st.unclear = "Whose reports these are, the sentence does not say."
	return subject{}, true
}

// linked returns who is said to have made the reports behind their number: "5
// million reports came from Instagram".
func (s *sentenceOf) linked(st *Statement, at int) (subject, bool) {
	part := "linked"
	if slices.ContainsFunc(s.marks[:at], mark.named) {
		part = "linked again"
	}
	for i, o := range s.marks[at+1:] {
		if o.kind == number || st.Measure == MeasureMultiple {
			break
		}
		share := st.Measure == MeasureShare
		if (o.kind != who || o.weak) || at+1+i == st.ofMark || share && o.subject.total() && !has(s.list[s.marks[at].end:o.lead], "came") {
			continue
		}
		link := s.rule(part, at+1+i)
		return o.subject, !o.aside && link != "" && !(link == "of" && share) && !(link == "from" && st.Measure == MeasureChange)
	}
	return subject{}, false
}

// paired pairs the names of a list with the numbers of a list behind it: "Tinder
// and Hinge made 3,642 and 6".
func (s *sentenceOf) paired(at int) (subject, bool) {
	first, last := at, at
	for first > 0 && s.marks[first-1].kind == number && s.rule("joined", first) == "yes" {
		first--
	}
	for last+1 < len(s.marks) && s.marks[last+1].kind == number && s.rule("joined", last+1) == "yes" {
		last++
	}
	for _, o := range slices.Backward(s.marks[:first]) {
		if ids := strings.Split(o.subject.id, "+"); len(ids) > 1 && len(ids) == last-first+1 {
			return subject{id: ids[at-first]}, true
		} else if o.kind != year {
			break
		}
	}
	return subject{}, false
}
