package claim

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed rules.txt
var ruleList string

// rule is a pattern of tokens around a place in a sentence, and what it means.
// rules.txt says how patterns are written.
type rule struct {
	outcome        string
	before, behind []element // before: the nearest first
}

// element is a step of a pattern: one of some alternatives, how often.
type element struct {
	alternatives []alternative
	not          bool // a token that is none of them
	least, most  int
}

// alternative is a word, a phrase of a class, or a sort of token or mark.
type alternative struct {
	word  string
	class map[string]string
	token func(token) bool
	mark  func(mark) bool
}

// The sorts of tokens and marks that patterns name in capitals.
var (
	tokenSorts = map[string]func(token) bool{
		"NONE":   func(token) bool { return false },
		"WORD":   func(t token) bool { return isWord(t.lower) },
		"SIGN":   func(t token) bool { return !isWord(t.lower) },
		"DIGITS": func(t token) bool { return isNumber(t.lower) },
		"OWNED":  func(t token) bool { return t.owner },
		"CAPITAL": func(t token) bool {
			return t.mark == 0 && isUpper(t.text) && !in("months", t.lower) && !in("no names", t.lower)
		},
	}
	markSorts = map[string]func(mark) bool{
		"MARK":  func(mark) bool { return true },
		"NUM":   func(m mark) bool { return m.kind == number },
		"YEAR":  func(m mark) bool { return m.kind == year },
		"NAME":  func(m mark) bool { return m.kind == who && !m.weak },
		"WHO":   mark.named,
		"SET":   func(m mark) bool { return m.named() && strings.Contains(m.subject.id, "+") },
		"SOME":  func(m mark) bool { return m.named() && !m.subject.total() },
		"OWNER": func(m mark) bool { return m.named() && !m.subject.total() && m.owner },
	}
)

const unlimited = 1 << 20

// rules are the parts of rules.txt by name.
var rules = sync.OnceValue(func() map[string][]rule {
	parts := map[string][]rule{}
	var macros []string
	part, outcome := "", ""
	for line := range strings.Lines(ruleList) {
		line = strings.TrimRight(line, "\n")
		pattern, isPattern := strings.CutPrefix(line, "\t")
		switch name, value, isMacro := strings.Cut(line, " = "); {
		case line == "" || strings.HasPrefix(line, "# "):
		case isPattern:
			before, behind, _ := strings.Cut(strings.NewReplacer(macros...).Replace(pattern), "#")
			r := rule{outcome: outcome, before: elements(before), behind: elements(behind)}
			slices.Reverse(r.before)
			parts[part] = append(parts[part], r)
		case strings.HasPrefix(line, "["):
			part = strings.Trim(line, "[]")
		case isMacro:
			macros = append([]string{name, strings.NewReplacer(macros...).Replace(value)}, macros...)
		default:
			outcome = line
		}
	}
	return parts
})

func elements(pattern string) (list []element) {
	for _, text := range strings.Fields(pattern) {
		e := element{least: 1, most: 1}
		if limit, ok := strings.CutPrefix(text, ".."); ok {
			text = "!NUM*" + limit
		}
		if cut, times, ok := strings.Cut(text, "*"); ok {
			text, e.least, e.most = cut, 0, unlimited
			if n, err := strconv.Atoi(times); err == nil {
				e.most = n
			}
		} else if cut, ok := strings.CutSuffix(text, "?"); ok {
			text, e.least = cut, 0
		}
		text, e.not = strings.CutPrefix(text, "!")
		for _, word := range strings.Split(text, "|") {
			a := alternative{word: word, token: tokenSorts[word], mark: markSorts[word]}
			if name, ok := strings.CutPrefix(word, "{"); ok {
				if a.class = classes[strings.ReplaceAll(strings.Trim(name, "}"), "-", " ")]; a.class == nil {
					panic("rules.txt: no class " + word) // programmer error
				}
			}
			e.alternatives = append(e.alternatives, a)
		}
		list = append(list, e)
	}
	return list
}

// says returns the outcome of the first rule of a part that fits around some
// tokens, "" where none does, and where the tokens that it takes begin and end.
func (s *sentenceOf) says(part string, from, to int) (outcome string, begin, end int) {
	for _, r := range rules()[part] {
		begin, before := s.match(r.before, from, -1)
		if !before {
			continue
		}
		if end, behind := s.match(r.behind, to, 1); behind {
			return r.outcome, begin, end
		}
	}
	return "", from, to
}

// rule is says around a mark, the outcome alone.
func (s *sentenceOf) rule(part string, at int) string {
	outcome, _ := s.ending(part, at)
	return outcome
}

// ending is says around a mark, with the last mark of the tokens it takes.
func (s *sentenceOf) ending(part string, at int) (outcome string, last int) {
	outcome, _, end := s.says(part, s.marks[at].lead, s.marks[at].end)
	for end > 1 && s.list[end-1].mark == 0 {
		end--
	}
	return outcome, s.list[end-1].mark - 1
}

// match reads elements from a place on, forwards or backwards, the most tokens
// first, and returns where they end.
func (s *sentenceOf) match(list []element, at, step int) (int, bool) {
	if len(list) == 0 {
		return at, true
	}
	e, n := list[0], 0
	ends := [16]int{at}
	more := ends[:1]
	for ; n < e.most; n++ {
		next, ok := s.take(e, more[n], step)
		if !ok {
			break
		}
		more = append(more, next)
	}
	for ; n >= e.least; n-- {
		if end, ok := s.match(list[1:], more[n], step); ok {
			return end, true
		}
	}
	return at, false
}

func (s *sentenceOf) take(e element, at, step int) (int, bool) {
	for _, a := range e.alternatives {
		if n, ok := s.length(a, at, step, e.not); ok {
			return at + step*n, !e.not
		}
	}
	next := at + step
	return next, e.not && min(at, next) >= 0 && max(at, next) <= len(s.list)
}

// length returns how many tokens an alternative takes. inside takes a token in
// the midst of a mark for the mark.
func (s *sentenceOf) length(a alternative, at, step int, inside bool) (n int, ok bool) {
	i := min(at, at+step) // the token
	switch {
	case a.word == "^":
		return 0, at == 0
	case a.word == "$":
		return 0, at == len(s.list)
	case i < 0 || i >= len(s.list):
		return 0, false
	case a.class != nil:
		_, n = phrase(s.list, at, step, a.class)
		return n, n > 0
	case a.token != nil:
		return 1, a.token(s.list[i])
	case a.mark == nil:
		return 1, s.list[i].lower == a.word
	case s.list[i].mark == 0:
		return 0, false
	}
	m := s.marks[s.list[i].mark-1]
	if step > 0 {
		return m.end - at, a.mark(m) && (inside || m.lead == at)
	}
	return at - m.lead, a.mark(m) && (inside || m.end == at)
}
