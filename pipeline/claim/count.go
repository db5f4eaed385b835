package claim

import (
	"slices"
	"strings"
)

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
		return !isWord(next) || neutral[next] || turns[next] != 0 || reportNouns[next] || is(next, "share", "increase", "points") || s.markBegins(m.end)
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
		case !adjectives[w] && !providers[w] && !providerKind[w] && !isNumber(w) && !is(w, "material", "world", "global", "worldwide", "country", "nation", "entire", "submitted", "made", "filed", "sent", "received", "by", "'", "’"):
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
			return says(s.list[:m.lead], "reported", "reports", "reporting")
		case !adjectives[w]:
			k = len(s.list)
		default:
			adjective = adjective || !is(w, "of", "that", "more", "these", "those", "the", "them", "further", "total")
		}
	}
	next := lowerAt(s.list, i)
	if isWord(next) && !neutral[next] && turns[next] == 0 && !adjectives[next] || adjective || providers[next] {
		// A name or year may follow at once; any other word is what is counted.
		if !s.markBegins(i) || providers[next] {
			return false
		}
	}
	if has(s.list[max(s.clauseBegin(at), m.lead-4):max(m.lead, s.clauseBegin(at))], otherVerbs) {
		return false
	}
	return s.ctx.fixed || q.scale != "" || q.Value >= 100 || is(next, "more", "fewer") && lowerAt(s.list, i+1) == "than" || reporting[lowerAt(s.list, m.lead-1)] && q.Value > 0 && has(s.list, reportNouns)
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
