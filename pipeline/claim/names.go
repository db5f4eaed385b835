package claim

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/resolve"
)

// subject is who a statement is about.
type subject struct {
	id      string
	company string            // id of the company that goes by the name too; "" where none does
	counted *pipeline.Counted // a service without a row of its own
	plural  bool              // "Meta's platforms": the company is meant
}

// total reports whether all who report are meant.
func (s subject) total() bool { return s.id == compare.TotalID || s.id == compare.ESPTotalID }

// names finds subjects in a sentence.
type names struct {
	phrase map[string]subject // by lower-case words joined with spaces
	asIs   map[string]string  // by phrase of one word: the spelling that is taken whatever the case
	words  int                // most words of a phrase
}

// newNames collects the names of a model: of platforms first, so that a name
// of a platform and a company means the platform.
func newNames(m *compare.Model, finder *resolve.Finder) *names {
	n := &names{phrase: map[string]subject{}, asIs: map[string]string{}}
	company := func(name string) string { // the id of the one that goes by a name; "" where none does
		c, _ := finder.Company(name)
		id, _ := c.Company()
		return id
	}
	for _, s := range slices.Concat(m.Platforms, m.Companies, m.Groups) {
		who := subject{id: s.ID, plural: s.Type == compare.TypeCompany}
		if !who.plural {
			who.company = cmp.Or(company(s.ID), company(s.Name))
		}
		if before, _, _ := strings.Cut(s.Name, " ("); !s.Alone {
			n.add(who, s.Name, before, strings.ReplaceAll(s.ID, "-", " "))
		}
	}
	for i := range m.Data.Counted {
		c := &m.Data.Counted[i]
		n.add(subject{id: c.ID, counted: c}, append([]string{c.Name}, c.Aliases...)...)
	}
	for _, f := range m.Data.Figures {
		if m.Platform(f.Platform) != nil {
			n.add(subject{id: f.Platform, company: company(f.Platform)}, f.Name)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(classes["short names"])) {
		if found, err := finder.Series(text); err == nil && found.Via == "" {
			id, company := strings.CutPrefix(found.ID, "company:")
			n.add(subject{id: id, plural: company}, text)
		}
	}
	return n
}

// add adds names of a subject that nobody else has.
func (n *names) add(s subject, forms ...string) {
	for _, form := range forms {
		list := slices.DeleteFunc(tokens(form), func(t token) bool { return t.text == "," || t.text == "." })
		words := make([]string, len(list))
		for i, t := range list {
			words[i] = t.lower
		}
		key := strings.Join(words, " ")
		if _, taken := n.phrase[key]; taken || len(list) > 6 || len(key) < 2 && key != "x" {
			continue
		}
		n.phrase[key] = s
		n.words = max(n.words, len(list))
		if len(list) == 1 {
			n.asIs[key] = form
		}
	}
}

// at finds the longest name that begins at a token; typed, in small letters too.
func (n *names) at(list []token, i int, typed bool) (s subject, length int) {
	for length = min(n.words, len(list)-i); length > 0; length-- {
		s, ok := n.phrase[lowerText(list[i:i+length])]
		if !ok || length == 1 && !(typed && !in("common", list[i].lower)) && !n.spelled(list[i], i, lowerAt(list, i+1)) {
			continue
		}
		if !s.plural && list[i+length-1].owner && i+length < len(list) && s.company != "" && in("plurals", list[i+length].lower) {
			s.id, s.company = s.company, ""
		}
		return s, length
	}
	return subject{}, 0
}

// spelled reports whether one word is spelled as a name is: with a capital
// letter, or as the name itself is written.
func (n *names) spelled(t token, i int, next string) bool {
	if t.text == n.asIs[t.lower] {
		return !(i == 0 && in("common", t.lower) && !in("reporting", next))
	}
	return isUpper(t.text) && !in("common", t.lower) || t.lower == "x" && t.text == "X"
}
