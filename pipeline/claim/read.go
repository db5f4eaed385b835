package claim

import (
	"slices"
	"strings"

	"espfigures/pipeline/compare"
)

// context is what a sentence inherits from those before it.
type context struct {
	subject *subject
	years   []int
	fixed   bool // given by the user: a few words are the whole claim
}

// sentenceOf is one sentence while it is read.
type sentenceOf struct {
	text    string
	list    []token
	marks   []mark
	ctx     *context
	named   bool // somebody is named in it
	pronoun bool // it speaks of somebody named before
}

// read returns the statements of a sentence, and leaves for the next one whom
// and which year it was about.
func (r *Reader) read(text string, ctx *context) []Statement {
	s := sentenceOf{text: text, list: tokens(text), ctx: ctx}
	s.marks = joinSubjects(s.list, r.scan(s.list, ctx.fixed))
	for _, t := range s.list {
		s.pronoun = s.pronoun || pronouns[t.lower]
	}
	for _, m := range s.marks {
		s.named = s.named || m.kind == who && !m.weak
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
	inOrder(&s, out)
	s.leave()
	return out
}

// joinSubjects makes one subject of names that a list joins: "Facebook,
// Instagram and Google". Where each has a number of its own, they stay apart.
func joinSubjects(list []token, marks []mark) []mark {
	var out []mark
	numbers := 0
	for _, m := range marks {
		if m.kind == number {
			numbers++
		}
	}
	respectively := slices.ContainsFunc(list, func(t token) bool { return t.lower == "respectively" })
	for _, m := range marks {
		last := len(out) - 1
		if m.kind == who && !m.weak && last >= 0 && out[last].kind == who && !out[last].weak && !respectively && joined(list[out[last].end:m.begin]) &&
			m.subject.id != compare.TotalID && out[last].subject.id != m.subject.id {
			out[last].subject = subject{id: out[last].subject.id + "+" + m.subject.id}
			out[last].end = m.end
			continue
		}
		out = append(out, m)
	}
	return out
}

// joined reports whether only a comma or "and" is between two names.
func joined(between []token) bool {
	if len(between) == 0 || len(between) > 2 {
		return false
	}
	for _, t := range between {
		if t.text != "," && t.lower != "and" && t.text != "&" && t.text != "+" {
			return false
		}
	}
	return true
}

// statement reads the quantity of a mark.
func (r *Reader) statement(s *sentenceOf, at int) (Statement, bool) {
	m := s.marks[at]
	st := Statement{Sentence: s.text, Quantity: m.quantity}
	if !s.counts(&st, m) {
		return st, false
	}
	st.Measure = s.measure(&st, m)
	subject, ok := s.subjectOf(at, st.Measure)
	if !ok {
		if st.Measure != MeasureReports || s.denominator(at) == nil {
			return st, false
		}
	}
	whole := s.denominator(at) != nil && st.Measure == MeasureReports && st.Quantity.Kind == Plain
	st.ID, st.company, st.counted = subject.id, subject.company, subject.counted
	if st.Measure == MeasureShare {
		st.Of, st.OfNumber = s.shareOf(at)
	}
	if st.Measure == MeasureMultiple {
		st.Than = s.than(at)
	}
	if st.Measure == MeasureReports && st.Quantity.Unit == "incidents" && (st.ID == compare.TotalID || st.ID == compare.ESPTotalID) {
		st.Measure = MeasureIncidents
	}
	s.setYears(&st, at, r.model)
	if whole { // "95 percent of the 21.7 million reports"
		st.ID, st.company, st.counted = compare.TotalID, "", nil
		if len(st.Years) == 1 && r.whichTotal(st.Quantity, st.Years[0]) == compare.ESPTotalID {
			st.ID = compare.ESPTotalID
		}
	}
	return st, true
}

// counts reads what is said to be counted, and reports whether that may be
// reports at all: numbers of members, guests or dollars are left alone.
func (s *sentenceOf) counts(st *Statement, m mark) bool {
	q := &st.Quantity
	if q.Kind != Plain {
		return true
	}
	i := m.end
	if reportNouns[lowerAt(s.list, i)] {
		return true
	}
	adjective := false
	for k := i; k < min(i+6, len(s.list)); k++ {
		w := s.list[k].lower
		switch {
		case wrongUnits[w]:
			var text []string
			for _, t := range s.list[i : k+1] {
				text = append(text, t.lower)
			}
			q.Unit = strings.Join(text, " ")
			if w == "pieces" || w == "piece" {
				q.Unit = s.until(i, k+1)
			}
			return true
		case reportNouns[w]:
			return true
		case !adjectives[w]:
			k = len(s.list)
		default:
			adjective = adjective || w != "of" && w != "that" && w != "more"
		}
	}
	next := lowerAt(s.list, i)
	if i < len(s.list) && !neutral[next] && !risings[next] && !fallings[next] && isWord(next) || adjective {
		// A name or year may follow at once; any other word is what is counted.
		if !slices.ContainsFunc(s.marks, func(o mark) bool { return o.begin == i }) {
			return false
		}
	}
	return s.ctx.fixed || q.scale != "" || q.Value >= 100 || sending[lowerAt(s.list, m.begin-1)] && q.Value > 0 && s.hasReports()
}

func isWord(s string) bool { return s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] > 127) }

// hasReports reports whether the sentence speaks of reports.
func (s *sentenceOf) hasReports() bool {
	return slices.ContainsFunc(s.list, func(t token) bool { return reportNouns[t.lower] && t.lower != "times" })
}

// until writes "pieces of child abuse imagery".
func (s *sentenceOf) until(i, k int) string {
	for k < len(s.list) && (adjectives[s.list[k].lower] || wrongUnits[s.list[k].lower]) {
		k++
	}
	var text []string
	for _, t := range s.list[i:k] {
		text = append(text, t.lower)
	}
	for len(text) > 1 && (text[len(text)-1] == "of" || text[len(text)-1] == "that") {
		text = text[:len(text)-1]
	}
	return strings.Join(text, " ")
}

// measure says what the quantity measures, "" where the words do not say.
func (s *sentenceOf) measure(st *Statement, m mark) Measure {
	q := &st.Quantity
	switch q.Kind {
	case Place:
		return MeasureRank
	case Multiple:
		return MeasureMultiple
	case Plain:
		if after := lowerAt(s.list, m.end); after == "fewer" || after == "more" || after == "less" {
			q.up, q.down = after == "more", after != "more"
			return MeasureChange
		}
		if s.byHowMuch(m) {
			q.up, q.down = s.direction(m)
			if q.up != q.down {
				return MeasureChange
			}
		}
		return MeasureReports
	}
	after := lowerAt(s.list, m.end)
	if after == "of" || after == "share" {
		return MeasureShare
	}
	q.up, q.down = s.direction(m)
	if q.up != q.down && !(q.fraction && (after == "the" || after == "all")) {
		return MeasureChange
	}
	q.up, q.down = false, false
	for k := max(0, m.begin-7); k < m.begin; k++ {
		if words("accounted", "made", "share", "responsible", "represented", "represent", "proportion", "accounts", "makes", "account")[s.list[k].lower] {
			return MeasureShare
		}
	}
	if q.fraction {
		return MeasureShare
	}
	return ""
}

// byHowMuch reports whether a plain number is a difference: "by 3 million",
// "an increase of 3.3m".
func (s *sentenceOf) byHowMuch(m mark) bool {
	for k := m.begin - 1; k >= max(0, m.begin-4); k-- {
		switch w := s.list[k].lower; {
		case w == "by":
			return true
		case w == "of" && (words("increase", "rise", "fall", "drop", "decline", "decrease", "growth", "jump", "gain")[lowerAt(s.list, k-1)]):
			return true
		case !neutral[w] && !isSenseWord(w):
			return false
		}
	}
	return false
}

func isSenseWord(w string) bool {
	for _, list := range sensesBefore {
		for _, p := range list {
			if slices.Contains(strings.Fields(p), w) {
				return true
			}
		}
	}
	return slices.Contains(belittling, w)
}

// direction looks for a rise or a fall near a quantity.
func (s *sentenceOf) direction(m mark) (up, down bool) {
	senseful := m.quantity.Sense != Bare
	look := func(from, to int) bool {
		for k := from; k >= 0 && k < len(s.list) && k != to; {
			w := s.list[k].lower
			if (w == "more" || w == "less" || w == "fewer") && (lowerAt(s.list, k+1) == "than" && k < m.begin && senseful) {
				w = ""
			}
			up, down = up || risings[w], down || fallings[w]
			if up || down {
				return true
			}
			if from < to {
				k++
			} else {
				k--
			}
		}
		return false
	}
	if !look(m.begin-1, max(-1, m.begin-8)) {
		look(m.end, min(len(s.list), m.end+3))
	}
	return up, down
}

// denominator returns the share whose whole the number at the place is: "95
// percent of the 21.7 million reports".
func (s *sentenceOf) denominator(at int) *mark {
	if at == 0 || s.marks[at-1].kind != number || s.marks[at-1].quantity.Kind != Percent {
		return nil
	}
	before := &s.marks[at-1]
	if lowerAt(s.list, before.end) == "of" && s.marks[at].begin-before.end <= 4 {
		return before
	}
	return nil
}

// shareOf returns what the words say a share is part of.
func (s *sentenceOf) shareOf(at int) (id string, of *Quantity) {
	m := s.marks[at]
	if at+1 < len(s.marks) && s.marks[at+1].kind == number && s.denominator(at+1) != nil {
		of = &s.marks[at+1].quantity
	}
	for k := m.end; k < min(m.end+9, len(s.list)); k++ {
		switch w := s.list[k].lower; {
		case k > m.end && providers[w]:
			return compare.ESPTotalID, of
		case w == "cybertipline" || w == "ncmec" || w == "all" && reportNouns[lowerAt(s.list, k+1)] || w == "total" && k > m.end:
			return compare.TotalID, of
		}
		if w := s.list[k].text; w == "," || w == ";" || w == "." {
			break
		}
	}
	return "", of
}

// than returns the other series of a multiple within a year: "35 times that of
// Google".
func (s *sentenceOf) than(at int) string {
	m := s.marks[at]
	if !words("as", "that", "those", "the", "what", "more", "of")[lowerAt(s.list, m.end)] {
		return ""
	}
	for _, o := range s.marks[at+1:] {
		if o.kind == who && !o.weak && o.begin-m.end <= 8 {
			return o.subject.id
		}
		if o.kind != year {
			break
		}
	}
	return ""
}

// subjectOf says whom a quantity is about: who follows it with "by" or "from",
// else who was named last before it, else who follows, else whom the text was
// about.
func (s *sentenceOf) subjectOf(at int, measure Measure) (subject, bool) {
	m := s.marks[at]
	if who, ok := s.respectively(at); ok {
		return who, true
	}
	link := words("by", "from", "on", "of", "at", "through", "via", "that", "which", "to")
	for _, o := range s.marks[at+1:] {
		if o.kind == number || o.begin-m.end > 14 || measure == MeasureMultiple {
			break
		}
		if o.kind != who {
			continue
		}
		before := lowerAt(s.list, o.begin-1)
		if before == "the" {
			before = lowerAt(s.list, o.begin-2)
		}
		if o.subject.id == compare.ESPTotalID && !o.weak {
			return o.subject, true
		}
		if o.weak || !link[before] || before == "to" || before == "of" && measure == MeasureShare || before == "from" && measure == MeasureChange {
			if o.weak {
				continue
			}
			break
		}
		return o.subject, true
	}
	for k := at - 1; k >= 0; k-- {
		if o := s.marks[k]; o.kind == who && !o.weak {
			return o.subject, true
		}
	}
	for _, o := range s.marks[at+1:] {
		if o.kind == who && !o.weak && measure != MeasureMultiple {
			return o.subject, true
		}
	}
	if s.ctx.fixed && s.ctx.subject != nil {
		return *s.ctx.subject, true
	}
	for _, o := range s.marks[:at] { // "Reports to the CyberTipline rose by …"
		if o.kind == who && o.weak && !s.named && (o.begin <= 6 || !s.pronoun) {
			return o.subject, true
		}
	}
	if !s.named && s.ctx.subject != nil && s.pronoun {
		return *s.ctx.subject, true
	}
	return subject{}, false
}

// respectively pairs names and numbers in their order, where the sentence says
// so, or where as many numbers as names follow one another.
func (s *sentenceOf) respectively(at int) (subject, bool) {
	if who, ok := s.listed(at); ok {
		return who, true
	}
	if !slices.ContainsFunc(s.list, func(t token) bool { return t.lower == "respectively" }) {
		return subject{}, false
	}
	var names []subject
	numbers, place := 0, 0
	for i, m := range s.marks {
		switch {
		case m.kind == who && !m.weak:
			names = append(names, m.subject)
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
	return names[place], true
}

// listed pairs "Tinder and Hinge" with "3,642 and 6".
func (s *sentenceOf) listed(at int) (subject, bool) {
	first := at
	for first > 0 && s.marks[first-1].kind == number && joined(s.list[s.marks[first-1].end:s.marks[first].begin]) {
		first--
	}
	last := at
	for last+1 < len(s.marks) && s.marks[last+1].kind == number && joined(s.list[s.marks[last].end:s.marks[last+1].begin]) {
		last++
	}
	if first == last || first == 0 || s.marks[first-1].kind != who {
		return subject{}, false
	}
	ids := strings.Split(s.marks[first-1].subject.id, "+")
	if len(ids) != last-first+1 {
		return subject{}, false
	}
	return subject{id: ids[at-first]}, true
}

// setYears says which years a statement is about.
func (s *sentenceOf) setYears(st *Statement, at int, m *compare.Model) {
	if st.Measure == MeasureChange || st.Measure == MeasureMultiple && st.Than == "" {
		st.Years = s.stepOf(at, m)
		return
	}
	st.Years = s.yearsOf(at)
	if len(st.Years) == 2 && st.Measure != MeasureRank {
		st.Sum = true
		var all []int
		for y := st.Years[0]; y <= st.Years[1]; y++ {
			all = append(all, y)
		}
		st.Years = all
	}
}

// yearsOf returns the year or range that goes with a quantity.
func (s *sentenceOf) yearsOf(at int) []int {
	for _, o := range s.marks[at+1:] {
		if o.kind == number {
			break
		}
		if o.kind == year {
			return s.resolve(o)
		}
	}
	for k := at - 1; k >= 0; k-- {
		if s.marks[k].kind == year {
			return s.resolve(s.marks[k])
		}
	}
	for _, o := range s.marks[at+1:] {
		if o.kind == year {
			return s.resolve(o)
		}
	}
	return s.ctx.years
}

// resolve turns "the year before" into a year.
func (s *sentenceOf) resolve(m mark) []int {
	if m.shift == 0 {
		return m.years
	}
	base := s.ctx.years
	for _, o := range s.marks {
		if o.kind == year && o.shift == 0 {
			base = o.years
		}
	}
	if len(base) == 0 {
		return nil
	}
	return []int{base[len(base)-1] + m.shift}
}

// stepOf returns the two years of a change.
func (s *sentenceOf) stepOf(at int, m *compare.Model) []int {
	var distinct []int
	for _, o := range s.marks {
		if o.kind != year {
			continue
		}
		for _, y := range s.resolve(o) {
			if !slices.Contains(distinct, y) {
				distinct = append(distinct, y)
			}
		}
	}
	near := s.yearsOf(at)
	switch {
	case len(near) == 2:
		return near
	case len(distinct) == 2:
		slices.Sort(distinct)
		return distinct
	case len(near) == 1:
		for _, o := range s.marks {
			if o.kind == year && len(o.years) == 1 && o.years[0] == near[0] && lowerAt(s.list, o.begin-1) == "since" {
				if last := m.Complete(); last > near[0] {
					return []int{near[0], last}
				}
			}
		}
		return []int{near[0] - 1, near[0]}
	}
	return nil
}

// inOrder gives the two numbers of "rose from A to B" the two years of the
// sentence, where neither number has a year of its own.
func inOrder(s *sentenceOf, out []Statement) {
	var years []int
	for _, m := range s.marks {
		if m.kind == year && len(m.years) == 2 {
			years = m.years
		}
	}
	if years == nil || len(out) < 2 {
		return
	}
	for i := 0; i+1 < len(out); i++ {
		a, b := &out[i], &out[i+1]
		if a.Sum && b.Sum && a.ID == b.ID && a.Quantity.Kind == Plain && b.Quantity.Kind == Plain && strings.Contains(strings.ToLower(s.text), "from "+a.Quantity.Text) {
			a.Years, b.Years, a.Sum, b.Sum = years[:1], years[1:], false, false
		}
	}
}

// leave hands the subject and year to the next sentence.
func (s *sentenceOf) leave() {
	if s.ctx.fixed {
		return
	}
	for i := len(s.marks) - 1; i >= 0; i-- {
		if m := s.marks[i]; m.kind == who && !m.weak {
			s.ctx.subject = &s.marks[i].subject
			break
		}
	}
	for _, m := range s.marks {
		if m.kind == year {
			s.ctx.years = s.resolve(m)
		}
	}
}
