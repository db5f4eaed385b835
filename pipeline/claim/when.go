package claim

import (
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
	m, ok := s.yearOf(at)
	st.Years = s.ctx.years
	if ok {
		st.partial, st.Years = m.partial, s.resolve(m)
	}
	if s.isFrom(at) && len(st.Years) == 1 {
		st.Years = []int{st.Years[0] - 1}
	}
	if len(st.Years) < 2 || st.Measure == MeasureRank {
		return
	}
	if y, ok := s.inOrder(at, m); ok {
		st.Years = []int{y}
		return
	}
	if st.Sum = true; !m.listed {
		st.addUp(m.years[0], m.years[1])
	}
}

// isFrom reports whether a number is where a change starts of which one year is
// named or spoken of: "doubled in 2022, from 3% to 6.8%".
func (s *sentenceOf) isFrom(at int) bool {
	years := 0
	for _, m := range s.marks {
		if m.kind == year {
			years++
		}
	}
	return years <= 1 && !s.ctx.fixed && lowerAt(s.list, s.marks[at].lead-1) == "from" && at+1 < len(s.marks) && s.marks[at+1].kind == number && lowerAt(s.list, s.marks[at+1].lead-1) == "to"
}

// since reads "since 2020" near a number of reports: added up to a later year
// that the sentence or those before it speak of, or, where none is named, to
// whichever fits.
func (s *sentenceOf) since(st *Statement, at int) bool {
	from := -1
	for i, o := range s.marks {
		if i > 0 && s.marks[i-1].kind == number && i <= at && !s.border(s.marks[i-1].end, o.begin-1) {
			continue // "have doubled since 2019, to 2 million"
		}
		if o.kind == year && len(o.years) == 1 && lowerAt(s.list, o.begin-1) == "since" && st.Measure == MeasureReports &&
			(i < at && s.neighbours(i, at) || i > at && !s.border(s.marks[at].end, o.begin)) {
			from = i
		}
	}
	if from < 0 {
		return false
	}
	first, last := s.marks[from].years[0], 0
	for i, o := range s.marks {
		if y := s.resolve(o); o.kind == year && i != from && len(y) == 1 && y[0] > first {
			last = y[0]
		}
	}
	if n := len(s.ctx.years); last == 0 && n > 0 && s.ctx.years[n-1] > first {
		last = s.ctx.years[n-1]
	}
	if st.Years = []int{first}; last == 0 {
		st.since = first
		return true
	}
	st.addUp(first, last)
	return true
}

// neighbours reports whether no other number is between two marks.
func (s *sentenceOf) neighbours(i, k int) bool {
	between := s.marks[min(i, k)+1 : max(i, k)]
	return !slices.ContainsFunc(between, func(m mark) bool { return m.kind == number })
}

// addUp makes a statement one about years together.
func (st *Statement) addUp(first, last int) {
	st.Sum, st.Years = true, nil
	for y := first; y <= last; y++ {
		st.Years = append(st.Years, y)
	}
}

// yearOf returns the mark of the year that goes with a quantity: the one
// behind it in its clause, else the last one in front of it, else any behind.
func (s *sentenceOf) yearOf(at int) (mark, bool) {
	m := s.marks[at]
	var behind *mark
	for i, o := range s.marks[at+1:] {
		if o.kind == number && (behind != nil || !joined(s.list[s.marks[at+i].end:o.lead])) {
			break
		}
		if o.kind == year {
			behind = &s.marks[at+1+i]
			break
		}
	}
	bracket := behind != nil && behind.begin == m.end+1 && lowerAt(s.list, m.end) == "(" && lowerAt(s.list, behind.end) == ")"
	if bracket || behind != nil && !s.border(m.end, behind.begin) {
		return *behind, true
	}
	for _, bases := range []bool{false, true} {
		for k := at - 1; k >= 0; k-- {
			if o := s.marks[k]; o.kind == year && (bases || !o.base) {
				return o, true
			}
		}
	}
	if behind != nil {
		return *behind, true
	}
	for _, o := range s.marks[at+1:] {
		if o.kind == year {
			return o, true
		}
	}
	return mark{}, false
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
	first := m.begin <= 1 && len(base) > 0 // "The year before it was 234, and in 2021 only 160."
	for _, o := range s.marks {
		if o.kind == year && o.shift == 0 && len(o.years) > 0 && (m.shift != sameYear && !first || o.begin < m.begin) {
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

// stepOf returns the two years of a change.
func (s *sentenceOf) stepOf(st *Statement, at int) []int {
	base, later := s.ends(at)
	if later != nil {
		st.partial = later.partial
		if years := s.resolve(*later); len(years) > 2 && later.listed {
			return nil
		} else if len(years) > 1 {
			return years
		}
	}
	return s.step(st, base, later)
}

// ends returns the years that a change starts from and ends with, nil where
// one is not named.
func (s *sentenceOf) ends(at int) (base, later *mark) {
	near, ok := s.yearOf(at)
	switch {
	case !ok:
		return nil, nil
	case near.base: // the year it is compared with
		for i, o := range s.marks {
			if o.kind == year && !o.base && len(s.resolve(o)) == 1 && (later == nil || o.begin < s.marks[at].begin) {
				later = &s.marks[i]
			}
		}
		return &near, later
	}
	for i, o := range s.marks[at+1:] {
		if o.kind == number && o.quantity.Kind != Plain {
			break
		}
		if o.kind == year && o.base {
			base = &s.marks[at+1+i]
		}
	}
	if base == nil {
		base = s.baseBefore(at)
	}
	return base, &near
}

// baseBefore returns the year that a change starts from where that is named
// just in front of the change: "compared with 2021, reports fell 4%".
func (s *sentenceOf) baseBefore(at int) *mark {
	for k := at - 1; k >= 0 && (s.marks[k].kind != number || s.marks[k].quantity.Kind == Plain); k-- {
		if s.marks[k].kind == year && s.marks[k].base {
			return &s.marks[k]
		}
	}
	return nil
}

// step makes the two years of a change of where it starts and ends.
func (s *sentenceOf) step(st *Statement, base, later *mark) []int {
	var from, to []int
	if base != nil {
		from = s.resolve(*base)
	}
	if later != nil {
		to = s.resolve(*later)
	} else if to = s.ctx.years; base == nil && len(s.ctx.span) == 2 {
		return s.ctx.span
	}
	switch {
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
