package claim

import (
	"slices"
	"strings"
	"unicode"

	"espfigures/pipeline/compare"
)

// context is what a sentence inherits from those before it.
type context struct {
	subject *subject // nil where nobody was named, or where several were
	several bool     // several were named, so that "it" can be any of them
	years   []int    // the year spoken of
	span    []int    // the two years of a change spoken of
	total   bool     // the CyberTipline or NCMEC was named
	fixed   bool     // given by the user: a few words are the whole claim
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
	if st.Measure == MeasureMultiple {
		st.Than = s.than(at)
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
	if whole {
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
	st.ID, st.company, st.counted, st.unclear = compare.TotalID, "", nil, ""
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
	case has(after, rates) || says(s.list[max(0, m.lead-3):m.lead], "average", "daily", "monthly", "weekly"):
		return "A rate or an average; the table has whole years."
	}
	return ""
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

// isCount reads what is said to be counted, and reports whether that may be
// reports at all: numbers of members, guests or dollars are left alone.
func (s *sentenceOf) isCount(q *Quantity, at int) bool {
	m := s.marks[at]
	begin := s.clauseBegin(at)
	next := lowerAt(s.list, m.end)
	for _, o := range s.marks[:at] { // "the number of Discord users"
		if o.kind == who && !o.weak && o.begin-2 > begin {
			begin = o.begin - 2
		}
	}
	if has(s.list[begin:max(begin, m.lead)], otherTopics) && !s.saysReports(m.end) {
		return false
	}
	switch q.Kind {
	case Place:
		return true
	case Multiple:
		if is(next, "its", "their", "the") && !is(lowerAt(s.list, m.end+1), "number", "total", "volume", "count", "figure", "rate", "amount", "level") && !s.saysReports(m.end+1) {
			return isNumber(lowerAt(s.list, m.end+1)) || s.markBegins(m.end+1)
		}
		return true
	case Percent:
		if next == "of" {
			return s.sharesReports(q, m.end+1)
		}
		return !isWord(next) || neutral[next] || risings[next] || fallings[next] || reportNouns[next] || is(next, "share", "increase", "points") || s.markBegins(m.end)
	}
	return s.countsReports(q, at)
}

// saysReports reports whether a noun for reports follows a token, with nothing
// but adjectives between.
func (s *sentenceOf) saysReports(i int) bool {
	for k := i; k < min(i+6, len(s.list)); k++ {
		switch w := s.list[k].lower; {
		case reportNouns[w]:
			return true
		case !adjectives[w]:
			return false
		}
	}
	return false
}

// sharesReports reports whether a share is one of reports, and notes where it
// is one of something that is taken for them.
func (s *sentenceOf) sharesReports(q *Quantity, i int) bool {
	for k := i; k < min(i+9, len(s.list)); k++ {
		w := s.list[k].lower
		switch {
		case reportNouns[w], w == "total" || w == "them" || w == "what" || w == "volume" || w == "overall" || w == "all" && k+1 == len(s.list), w == "ncmec", s.markBegins(k):
			return true
		case otherUnits[w] && w != "material":
			if !s.saysReports(k + 1) {
				q.Unit = w
			}
			return true
		case !adjectives[w] && !providers[w] && !providerKind[w] && !isNumber(w) && !is(w, "material", "world", "global", "worldwide", "country", "nation", "entire", "submitted", "'", "’"):
			return is(w, ",", ".", ";", ")") && k > i
		}
	}
	return false
}

// markBegins reports whether a name, year or number begins at a token.
func (s *sentenceOf) markBegins(i int) bool {
	return slices.ContainsFunc(s.marks, func(m mark) bool { return m.begin == i })
}

// countsReports is isCount for numbers that are no share, change or rank.
func (s *sentenceOf) countsReports(q *Quantity, at int) bool {
	m := s.marks[at]
	i := m.end
	adjective := false
	for k := i; k < min(i+7, len(s.list)); k++ {
		w := s.list[k].lower
		switch {
		case otherUnits[w] && !s.saysReports(k+1):
			q.Unit = s.unit(i, k+1)
			return s.isReported(at)
		case reportNouns[w]:
			return true
		case w == "times":
			return says(s.list[max(0, m.lead-3):m.lead], "reported", "reports", "reporting")
		case !adjectives[w]:
			k = len(s.list)
		default:
			adjective = adjective || !is(w, "of", "that", "more", "these", "those", "the", "them", "further", "total")
		}
	}
	next := lowerAt(s.list, i)
	if isWord(next) && !neutral[next] && !risings[next] && !fallings[next] && !adjectives[next] || adjective || providers[next] {
		// A name or year may follow at once; any other word is what is counted.
		if !s.markBegins(i) || providers[next] {
			return false
		}
	}
	if has(s.list[max(s.clauseBegin(at), m.lead-4):max(m.lead, s.clauseBegin(at))], otherVerbs) {
		return false
	}
	return s.ctx.fixed || q.scale != "" || q.Value >= 100 || reporting[lowerAt(s.list, m.lead-1)] && q.Value > 0 && has(s.list, reportNouns)
}

// isReported reports whether images and the like are said to be found or
// reported, so that reports may be meant.
func (s *sentenceOf) isReported(at int) bool {
	m := s.marks[at]
	begin := s.clauseBegin(at)
	before := s.list[max(begin, m.lead-7):max(m.lead, begin)]
	if s.ctx.fixed || strings.HasSuffix(lowerText(s.list[m.end:min(m.end+4, len(s.list))]), "incidents") || says(s.list[m.end:min(m.end+3, len(s.list))], "incidents") {
		return true
	}
	return !has(before, otherVerbs) && (has(before, reporting) || has(s.list[m.end:min(m.end+10, len(s.list))], reporting))
}

// isWord reports whether a token is a word and not a sign or number.
func isWord(s string) bool {
	return s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] > 127 && s != "–" && s != "—" && s != "”" && s != "’")
}

// unit writes "pieces of child abuse imagery".
func (s *sentenceOf) unit(i, k int) string {
	for k < len(s.list) && (adjectives[s.list[k].lower] || otherUnits[s.list[k].lower]) {
		k++
	}
	for k > i+1 && is(s.list[k-1].lower, "of", "that", "these", "those", "the") {
		k--
	}
	return lowerText(s.list[i:k])
}

// measure says what the quantity measures, "" where the words do not say.
func (s *sentenceOf) measure(q *Quantity, at int) Measure {
	m := s.marks[at]
	switch q.Kind {
	case Place:
		return MeasureRank
	case Multiple:
		return MeasureMultiple
	case Percent:
		return s.percentMeasure(q, m)
	}
	if q.up, q.down = s.signed(m); q.up != q.down {
		return MeasureChange
	}
	if after := lowerAt(s.list, m.end); is(after, "fewer", "more", "less") && lowerAt(s.list, m.end+1) != "than" {
		q.up, q.down = after == "more", after != "more"
		if q.up && !says(s.list[m.end:min(m.end+8, len(s.list))], "than") {
			q.up = false
			return MeasureReports // another 5 million more
		}
		return MeasureChange
	}
	if s.byHowMuch(m) {
		if q.up, q.down = s.direction(m); q.up != q.down {
			return MeasureChange
		}
	}
	q.up, q.down = false, false
	return MeasureReports
}

var (
	shareNouns = set("share, shares of, proportion, percentage")
	shareVerbs = set("accounted for, made up, makes up, make up, accounts for, account for, responsible for, represented, represent, represents, constituted, comprised, accounting for, making up")
)

// percentMeasure tells a share from a change.
func (s *sentenceOf) percentMeasure(q *Quantity, m mark) Measure {
	if q.points {
		return ""
	}
	after := lowerAt(s.list, m.end)
	before := s.list[max(0, m.lead-8):m.lead]
	value := is(lowerAt(s.list, m.lead-1), "from", "to", "at", "was", "is", "of", "with", "reached", "stood", "a", "its", "and")
	switch {
	case q.up != q.down:
		return MeasureChange
	case s.isSigned(m):
		q.up, q.down = s.signed(m)
		return MeasureChange
	case after == "of" && lowerAt(s.list, m.end+1) == "what" && !s.byProviders(m.end+2):
		return "" // half of what they were
	case after == "of" || after == "share" || q.fraction && is(after, "the", "all"):
		return MeasureShare
	case has(s.list[:m.lead], shareNouns):
		if value {
			return MeasureShare
		}
		return ""
	case has(before, shareVerbs) && !says(s.list[max(0, m.lead-2):m.lead], "by"):
		return MeasureShare
	}
	if q.up, q.down = s.direction(m); q.up != q.down {
		if is(lowerAt(s.list, m.lead-1), "to", "at", "was", "is", "with", "reached", "stood") && !risings[after] && !fallings[after] {
			return "" // fell to 42%
		}
		return MeasureChange
	}
	q.up, q.down = false, false
	if q.fraction || s.ctx.fixed {
		return MeasureShare
	}
	return ""
}

// signed reads a plus or minus in front of a number.
func (s *sentenceOf) signed(m mark) (up, down bool) {
	sign, before := lowerAt(s.list, m.begin-1), lowerAt(s.list, m.begin-2)
	return sign == "+", sign == "−" || sign == "-" && (m.begin == 1 || before == "(")
}

func (s *sentenceOf) isSigned(m mark) bool {
	up, down := s.signed(m)
	return up || down
}

// byHowMuch reports whether a plain number is a difference: "by 3 million",
// "an increase of 3.3m".
func (s *sentenceOf) byHowMuch(m mark) bool {
	before := lowerAt(s.list, m.lead-1)
	return before == "by" || before == "of" && is(lowerAt(s.list, m.lead-2), "increase", "rise", "fall", "drop", "decline", "decrease", "growth", "jump", "gain", "reduction")
}

// direction looks for a rise or a fall near a quantity: before it, else behind.
func (s *sentenceOf) direction(m mark) (up, down bool) {
	for k := m.lead - 1; k >= max(0, m.lead-8); k-- {
		w := s.list[k].lower
		if w == "up" && is(lowerAt(s.list, k-1), "made", "make", "makes", "making") || is(w, "more", "less", "fewer") && lowerAt(s.list, k+1) == "than" {
			continue
		}
		if risings[w] || fallings[w] {
			return risings[w], fallings[w]
		}
	}
	for k := m.end; k < min(len(s.list), m.end+3); k++ {
		if w := s.list[k].lower; risings[w] || fallings[w] {
			return risings[w], fallings[w]
		}
	}
	return false, false
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

// than returns the other series of a multiple within a year: "35 times that of
// Google".
func (s *sentenceOf) than(at int) string {
	m := s.marks[at]
	if multiples[m.quantity.Text] > 0 && !is(m.quantity.Text, "twice", "thrice", "double", "triple") || strings.HasSuffix(m.quantity.Text, "fold") {
		return ""
	}
	for _, o := range s.marks[at+1:] {
		if o.kind == who && !o.weak && o.begin-m.end <= 9 {
			return o.subject.id
		}
		if o.kind == number {
			break
		}
	}
	return ""
}

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
		if says(s.list[m.end:o.begin], "that", "wrote", "said", "says", "written", "because") {
			break
		}
		if partitive = partitive || has(s.list[m.end:o.begin], halves); !partitive {
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
	reports := s.saysReports(m.end) || has(s.list[:m.lead], reportNouns) || st.Measure == MeasureReports && has(s.list[m.end:], reportNouns)
	pronoun := s.pronounIn(m.lead)
	if s.named && !partitive || s.stranger(m.lead) {
		return subject{}, false
	}
	for _, o := range s.marks {
		if o.kind == who && o.weak && !pronoun && reports && !is(lowerAt(s.list, m.lead-1), "made", "sent", "filed", "submitted", "reported") {
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
			return *s.ctx.subject, true
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

// stranger reports whether somebody is named in front of a token whom the
// rules do not know.
func (s *sentenceOf) stranger(end int) bool {
	for k := 1; k < end; k++ {
		t := s.list[k]
		if first := []rune(t.text)[0]; !unicode.IsUpper(first) || months[t.lower] || is(t.lower, "i", "csam", "csem", "csea", "esp", "esps", "the", "a", "in") {
			continue
		}
		if !slices.ContainsFunc(s.marks, func(m mark) bool { return m.begin <= k && k < m.end }) && !is(s.list[k-1].text, "|", ":", "“", "\"", "—", "–") {
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
		link := lowerAt(s.list, o.begin-article-1)
		between := s.list[m.end:o.begin]
		if o.subject.id == compare.ESPTotalID && st.Measure == MeasureShare && !says(between, "came", "come", "were") {
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
	for _, m := range s.marks {
		if m.kind != year || m.base || m.partial {
			continue
		}
		if y := s.resolve(m); len(y) == 1 {
			s.ctx.years, s.ctx.span = y, nil
		} else {
			s.ctx.years, s.ctx.span = nil, y
		}
	}
}
