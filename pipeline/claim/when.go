package claim

import "slices"

// setYears says which years a statement is about.
func (s *sentenceOf) setYears(st *Statement, at int) {
	if (st.Measure == MeasureChange || st.Measure == MeasureMultiple) && st.Than == "" {
		st.Years = s.stepOf(st, at)
		return
	}
	m, ok := s.yearOf(at)
	if !ok {
		st.Years = s.ctx.years
		return
	}
	st.partial = m.partial
	st.Years = s.resolve(m)
	if lowerAt(s.list, m.begin-1) == "since" {
		st.unclear = "Until which year this adds up, the sentence does not say."
	}
	if len(st.Years) < 2 || st.Measure == MeasureRank {
		return
	}
	if y, ok := s.inOrder(at, m); ok {
		st.Years = []int{y}
		return
	}
	st.Sum = true
	if !m.listed {
		from, to := m.years[0], m.years[1]
		for st.Years = nil; from <= to; from++ {
			st.Years = append(st.Years, from)
		}
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

// resolve turns "the year before" into a year. It returns nil for "last year".
func (s *sentenceOf) resolve(m mark) []int {
	if m.shift == 0 {
		return m.years
	}
	base := s.ctx.years
	for _, o := range s.marks {
		if o.kind == year && o.shift == 0 && len(o.years) > 0 && (m.shift != sameYear || o.begin < m.begin) {
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
	if from, to, ok := s.fromTo(); ok {
		return []int{from, to}
	}
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

// fromTo returns the years of "from A in 2021 to B in 2022".
func (s *sentenceOf) fromTo() (from, to int, ok bool) {
	single := func(i int) bool { return s.marks[i].kind == year && len(s.marks[i].years) == 1 }
	for i := 0; i+3 < len(s.marks); i++ {
		a, b := s.marks[i], s.marks[i+2]
		if a.kind == number && b.kind == number && single(i+1) && single(i+3) && lowerAt(s.list, a.lead-1) == "from" && lowerAt(s.list, b.lead-1) == "to" {
			return s.marks[i+1].years[0], s.marks[i+3].years[0], s.marks[i+1].years[0] < s.marks[i+3].years[0]
		}
	}
	return 0, 0, false
}
