package claim

import (
	"slices"
	"strings"

	"espfigures/pipeline/compare"
)

// joinSubjects makes one subject of names that a list joins: "Facebook,
// Instagram and Google". Names behind words such as "unlike" or "which owns",
// and in brackets behind another name, are named in passing only.
func joinSubjects(list []token, marks []mark) []mark {
	var out []mark
	for _, run := range runs(list, marks) {
		first := &run[0]
		if len(run) == 1 && first.kind != who {
			out = append(out, run...)
			continue
		}
		first.aside = inPassing(list, *first, out)
		if first.aside && commasOnly(list, run) { // "Unlike Facebook, Instagram …"
			out = append(out, *first)
			out = append(out, run[1:]...)
			continue
		}
		for _, m := range run[1:] {
			if !slices.Contains(strings.Split(first.subject.id, "+"), m.subject.id) {
				first.subject = subject{id: first.subject.id + "+" + m.subject.id}
			}
			first.end = m.end
		}
		out = append(out, *first)
	}
	return out
}

// runs splits marks so that names which a list joins are together.
func runs(list []token, marks []mark) [][]mark {
	named := func(m mark) bool {
		return m.kind == who && !m.weak && m.subject.id != compare.TotalID && m.subject.id != compare.ESPTotalID && !strings.HasPrefix(m.subject.id, "top-")
	}
	var all [][]mark
	for i, m := range marks {
		if i > 0 && named(m) && named(marks[i-1]) && joined(list[marks[i-1].end:m.begin]) {
			last := len(all) - 1
			all[last] = append(all[last], m)
			continue
		}
		all = append(all, []mark{m})
	}
	return all
}

// joined reports whether only what joins the names of a list is between two of
// them.
func joined(between []token) bool {
	if len(between) > 0 && between[0].text == "," {
		between = between[1:]
		if len(between) == 0 {
			return true
		}
	}
	if _, n := phraseAt(between, 0, joints); n > 0 {
		rest := between[n:]
		return len(rest) == 0 || is(rest[0].lower, "its", "the") && len(rest) <= 3 && !has(rest, reporting)
	}
	return false
}

// commasOnly reports whether a list of names has no "and", so that it may be
// none: "Unlike Facebook, Instagram …".
func commasOnly(list []token, run []mark) bool {
	return len(run) == 2 && !has(list[run[0].end:run[1].begin], joints)
}

// inPassing reports whether a name is no subject: behind words such as
// "unlike", in brackets behind another name, or as "Facebook's owner".
func inPassing(list []token, m mark, before []mark) bool {
	begin := m.begin
	if n := endsWith(list, begin, "formerly known as", "once known as", "known as"); n > 0 && !slices.ContainsFunc(before, func(o mark) bool { return o.kind == who }) {
		return false // the platform formerly known as Twitter
	}
	for begin > 0 && is(list[begin-1].lower, "the", "its", "a", "\"", "“", "that", "those", "of", "by") {
		if _, n := phraseBefore(list, begin, asides); n > 0 {
			return true
		}
		begin--
	}
	_, n := phraseBefore(list, begin, asides)
	bracket := lowerAt(list, m.begin-1) == "(" && len(before) > 0 && before[len(before)-1].kind == who && before[len(before)-1].end == m.begin-1
	slash := lowerAt(list, m.begin-1) == "/" && len(before) > 0 && before[len(before)-1].kind == who
	owner := list[m.end-1].owner && is(lowerAt(list, m.end), "parent", "owner", "rival", "rivals", "competitor", "competitors")
	return n > 0 || bracket || slash || owner
}

// joinYears makes one mark of years that a list joins: "in 2022 and 2023".
func joinYears(list []token, marks []mark) []mark {
	var out []mark
	for _, m := range marks {
		last := len(out) - 1
		if m.kind == year && last >= 0 && out[last].kind == year && len(m.years) == 1 && len(out[last].years) > 0 && (out[last].listed || len(out[last].years) == 1) &&
			joined(list[out[last].end:m.begin]) && m.years[0] > out[last].years[len(out[last].years)-1] {
			out[last].years = append(slices.Clone(out[last].years), m.years...)
			out[last].end, out[last].listed = m.end, true
			continue
		}
		out = append(out, m)
	}
	return out
}

// lendScale gives "21 of the 32 million" its millions.
func lendScale(list []token, marks []mark) {
	for i := 0; i+1 < len(marks); i++ {
		a, b := &marks[i], marks[i+1]
		if a.kind != number || b.kind != number || a.quantity.Kind != Plain || a.quantity.scale != "" || b.quantity.scale == "" || a.quantity.Value >= 1000 {
			continue
		}
		if !is(lowerText(list[a.end:b.lead]), "of the", "of", "out of", "out of the") {
			continue
		}
		unit := scales[strings.TrimSpace(b.quantity.scale)]
		if a.quantity.Value*unit > b.quantity.Value { // 234 of the 32 million
			continue
		}
		q := &a.quantity
		q.Value, q.Step, q.grain, q.scale = q.Value*unit, q.Step*unit, q.grain*unit, b.quantity.scale
	}
}
