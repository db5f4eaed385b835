package claim

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// A dateline is a line of a few words with a day, or one that begins with words
// such as "published".
var (
	dayForm  = regexp.MustCompile(`(?i)\b(?:\d{1,2}(?:st|nd|rd|th)?\.? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (20\d\d)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?, (20\d\d)|(20\d\d)-\d\d-\d\d)`)
	datelead = regexp.MustCompile(`(?i)^(?:first |last )?(?:published|posted|updated|date|by)\b`)
)

// published returns the year in which a text was written, by its dateline; 0
// where it has none.
func published(text string) int {
	for _, line := range strings.Split(text[:min(len(text), 4000)], "\n") {
		words := len(strings.Fields(line))
		if m := dayForm.FindStringSubmatch(line); m != nil && (words <= 8 || words <= 20 && datelead.MatchString(strings.TrimSpace(line))) {
			return asYear(m[1] + m[2] + m[3])
		}
	}
	return 0
}

// setYears says which years a statement is about.
func (s *sentenceOf) setYears(st *Statement, at int) {
	if (st.Measure == MeasureChange || st.Measure == MeasureMultiple) && st.Than == "" {
		st.Years = s.stepOf(st, at)
		return
	}
	if s.since(st, at) {
		return
	}
	m := s.yearOf(at)
	st.Years = s.ctx.years
	if m != nil {
		st.partial, st.Years = m.partial, s.resolve(*m)
	}
	spoken := 0
	for _, o := range s.marks {
		if o.kind == year {
			spoken++
		}
	}
	if len(st.Years) == 1 && spoken <= 1 && !s.ctx.fixed && s.rule("from", at) == "yes" {
		st.Years = []int{st.Years[0] - 1} // where a change starts: "doubled in 2022, from 3% to 6.8%"
	}
	if len(st.Years) < 2 || st.Measure == MeasureRank {
		return
	}
	if y, ok := s.inOrder(at, *m); ok {
		st.Years = []int{y}
	} else if !m.listed {
		st.addUp(m.years[0], m.years[1])
	}
}

// since reads "since 2020": added up to a later year that is spoken of.
func (s *sentenceOf) since(st *Statement, at int) bool {
	where, begin, end := s.says("since", s.marks[at].lead, s.marks[at].end)
	if st.Measure != MeasureReports || where == "" || where == "no" {
		return false
	}
	if begin++; where == "behind" {
		begin = end - 1
	}
	since := s.marks[s.list[begin].mark-1].years
	if len(since) != 1 {
		return false
	}
	first, last := since[0], 0
	for _, o := range s.marks {
		if y := s.resolve(o); len(y) == 1 && y[0] > first {
			last = y[0]
		}
	}
	if n := len(s.ctx.years); last == 0 && n > 0 && s.ctx.years[n-1] > first {
		last = s.ctx.years[n-1]
	}
	if last == 0 {
		st.Years = []int{first}
		st.unclear = cmp.Or(st.unclear, "Until which year this adds up, the sentence does not say.")
		return true
	}
	st.addUp(first, last)
	return true
}

// addUp makes a statement one about years together.
func (st *Statement) addUp(first, last int) {
	st.Years = nil
	for y := first; y <= last; y++ {
		st.Years = append(st.Years, y)
	}
}

// yearOf returns the year that goes with a quantity: the one behind it in its
// clause, else the last one in front of it, else any; nil where there is none.
func (s *sentenceOf) yearOf(at int) *mark {
	if where, last := s.ending("its year", at); where != "" {
		return &s.marks[last]
	}
	var best *mark
	for k := range s.marks {
		switch o := &s.marks[k]; {
		case o.kind != year:
		case best == nil, k < at && (best.base || !o.base):
			best = o
		}
	}
	return best
}

// resolve turns "the year before" into a year, and "last year" where the text
// has a date. It returns nil where it cannot.
func (s *sentenceOf) resolve(m mark) []int {
	switch {
	case m.ago && s.ctx.published > 0:
		return []int{s.ctx.published - 1}
	case m.shift == 0:
		return m.years
	}
	base := s.ctx.years
	first := m.lead <= 1 && len(base) > 0 // "The year before it was 234, and in 2021 only 160."
	for _, o := range s.marks {
		if o.kind == year && o.shift == 0 && len(o.years) > 0 && (m.shift != sameYear && !first || o.lead < m.lead) {
			base = o.years
		}
	}
	if len(base) == 0 {
		return nil
	}
	return []int{base[len(base)-1] + m.shift%sameYear}
}

// inOrder gives the numbers of a sentence the years of a range or list in their
// order: "rose from A to B between 2021 and 2023".
func (s *sentenceOf) inOrder(at int, years mark) (int, bool) {
	if before := lowerAt(s.list, s.marks[at].lead-1); !years.listed && before == "from" {
		return years.years[0], true
	} else if !years.listed {
		return years.years[1], before == "to"
	}
	var plain []int
	for i, m := range s.marks {
		if m.kind == number && m.quantity.Kind == s.marks[at].quantity.Kind && m.quantity.Kind != Multiple {
			plain = append(plain, i)
		}
	}
	place := slices.Index(plain, at)
	if place < 0 || len(plain) != len(years.years) || len(plain) < 2 {
		return 0, false
	}
	return years.years[place], true
}

// stepOf returns the two years of a change: the one it starts from, if named,
// is none of another change.
func (s *sentenceOf) stepOf(st *Statement, at int) []int {
	var base *mark
	later := s.yearOf(at)
	if later == nil || later.base {
		base, later = later, nil
		for i, o := range s.marks {
			if o.kind == year && !o.base && len(s.resolve(o)) == 1 && (later == nil || i < at) {
				later = &s.marks[i]
			}
		}
	} else {
		for _, step := range []int{1, -1} {
			for k := at + step; k >= 0 && k < len(s.marks) && (s.marks[k].kind != number || s.marks[k].quantity.Kind == Plain); k += step {
				if base == nil && s.marks[k].base {
					base = &s.marks[k]
				}
			}
		}
	}
	from, to := []int(nil), s.ctx.years
	if base != nil {
		from = s.resolve(*base)
	}
	if later != nil {
		st.partial, to = later.partial, s.resolve(*later)
	}
	switch {
	case later == nil && base == nil && len(s.ctx.span) == 2:
		return s.ctx.span
	case later != nil && len(to) > 2 && later.listed:
		return nil
	case later != nil && len(to) > 1:
		return to
	case len(to) == 1 && len(from) == 1 && from[0] < to[0]:
		return []int{from[0], to[0]}
	case base != nil:
		st.unclear = "Until which year the change goes, the sentence does not say."
		return from
	case len(to) == 1:
		return []int{to[0] - 1, to[0]}
	}
	return nil
}
