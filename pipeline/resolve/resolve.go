// Package resolve says which platform a printed name means, and turns the rows
// of editions into figures.
//
// In: a registry, printed names, editions. Out: matches, figures, findings. A
// name is taken only where it is an alias letter by letter, once both are
// normalised, or by a rule; a name that is merely similar is suggested, never
// taken.
package resolve

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Match is what a printed name resolves to.
type Match struct {
	Printed  string // the name as given, without a trailing "*"
	Platform string // platform id; "" for NoMatch
	Kind     pipeline.Match
	Alias    string // the alias or platform name that matched; "" for NoMatch
	User     bool   // an alias of the user's own layer decided
	Short    bool   // a short name that people type and no table prints

	// For NoMatch, what the name means instead, where that is known.
	Company string // id of a company that is no reporter by itself
	Counted string // id of a service that has no row of its own (pipeline.Counted)
	Several bool   // the name holds more than one service
	// Suggestions are the known names it may stand for, best first.
	Suggestions []Suggestion
}

// Resolver finds platforms by printed name. It may be used by several
// goroutines at once.
type Resolver struct {
	reg       *registry.Registry
	exact     map[string]name   // by printed name
	keyed     map[string]name   // by normalised key
	companies map[string]string // company id, by normalised key
	counted   map[string]string // id of a service without a row, by normalised key
	short     map[string]name   // by normalised key

	operators map[string][]string // platforms that an alias prints next to a legal name, by its key
}

// name is one way to write a platform: an alias or the platform's own name.
type name struct {
	platform string
	text     string
	user     bool
}

// New prepares a registry for looking names up.
func New(reg *registry.Registry) *Resolver {
	r := &Resolver{
		reg: reg, exact: map[string]name{}, keyed: map[string]name{},
		companies: map[string]string{}, counted: map[string]string{}, short: map[string]name{}, operators: map[string][]string{},
	}
	for _, a := range reg.Aliases {
		r.exact[a.Printed] = r.know(name{platform: a.Platform, text: a.Printed, user: a.User})
	}
	for _, p := range reg.Platforms {
		r.know(name{platform: p.ID, text: p.Name, user: p.User})
	}
	for _, c := range reg.Companies {
		for _, n := range companyNames(c) {
			r.companies[registry.Normalise(n).Key] = c.ID
		}
	}
	// "Animal Jam (WildWorks)" and "Flickr / SmugMug" are called by their first
	// part too, unless that is the name of another or of a company.
	for _, p := range reg.Platforms {
		parts, joint := registry.Split(p.Name)
		first := joint == registry.Brand || joint == registry.Several && !strings.Contains(parts[0], " ")
		if first && p.Rows == "" && r.companies[registry.Normalise(parts[0]).Key] == "" {
			r.know(name{platform: p.ID, text: parts[0], user: p.User})
		}
	}
	for _, a := range reg.ShortNames {
		r.short[registry.Normalise(a.Name).Key] = name{platform: a.Platform, text: a.Name, user: a.User}
	}
	for _, c := range reg.Counted {
		for _, n := range append([]string{c.ID, c.Name}, c.Aliases...) {
			r.counted[registry.Normalise(n).Key] = c.ID
		}
	}
	for _, a := range reg.Aliases {
		parts, joint := registry.Split(a.Printed)
		for _, p := range parts {
			key := registry.Normalise(p).Key
			if n := r.keyed[key]; joint == registry.Brand && len(parts) == 2 && n.platform != a.Platform {
				r.operators[key] = append(r.operators[key], a.Platform)
			}
		}
	}
	return r
}

// know enters a name under its normalised forms, unless they are taken.
func (r *Resolver) know(n name) name {
	forms := registry.Normalise(n.text)
	for _, k := range []string{forms.Key, forms.Whole} {
		if _, taken := r.keyed[k]; !taken && k != "" {
			r.keyed[k] = n
		}
	}
	return n
}

func companyNames(c registry.Company) []string {
	names := append([]string{c.Name, c.ID}, c.Aliases...)
	if parts, joint := registry.Split(c.Name); joint == registry.Brand {
		names = append(names, parts[0])
	}
	return names
}

// Name resolves one printed name: to an alias letter by letter, else by the first
// of the rules that knows it. A name that resolves to nothing says what it means instead, or gets
// suggestions.
func (r *Resolver) Name(text string) Match {
	p := printed{text: strings.TrimRight(strings.TrimSpace(text), "* "), starred: strings.HasSuffix(strings.TrimSpace(text), "*")}
	if n, ok := r.exact[p.text]; ok {
		m := found(n, pipeline.Exact)
		m.Printed = p.text
		return m
	}
	p.key = registry.Normalise(p.text).Key
	address := strings.TrimPrefix(strings.TrimPrefix(p.text, "http://"), "https://")
	p.parts, p.joint = registry.Split(strings.TrimRight(address, "/"))
	m, known := Match{}, false
	for i := 0; i < len(rules) && !known; i++ {
		m, known = rules[i](r, p)
	}
	if !known {
		m = Match{Suggestions: r.suggest(p.text, p.parts)}
	}
	if m.Platform == "" {
		m.Kind = pipeline.NoMatch
	}
	m.Printed = p.text
	return m
}

func found(n name, kind pipeline.Match) Match {
	return Match{Platform: n.platform, Kind: kind, Alias: n.text, User: n.user}
}

// normalised finds a name by its forms. The row of a group is meant only under
// its printed name or with the star: "Automattic, Inc." is the company, and
// "Amazon (Twitch)" is not "Amazon / Twitch".
func (r *Resolver) normalised(text string, starred bool) (name, bool) {
	forms := registry.Normalise(text)
	for _, k := range []string{forms.Whole, forms.Key} {
		if n, ok := r.keyed[k]; ok && k != "" {
			return n, r.reg.Platform(n.platform).Rows == "" || starred || k == forms.Whole && sameJoint(text, n.text)
		}
	}
	return name{}, false
}

func sameJoint(a, b string) bool {
	_, x := registry.Split(a)
	_, y := registry.Split(b)
	return x == y
}

// UnmatchedID returns the id of a name nobody knows: the same for names that
// differ only in what normalising drops, another one for any other name.
func UnmatchedID(printed string) string {
	key := registry.Normalise(printed).Key
	readable := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, key)
	const longest = 48
	if readable == key && key != "" && len(key) <= longest {
		return registry.UnmatchedPrefix + key
	}
	// Letters that an id cannot hold are told apart by a hash of the key.
	h := fnv.New64a()
	h.Write([]byte(key))
	if readable == "" {
		readable = "name" // so that no name spelled like a hash has this id too
	}
	return registry.UnmatchedPrefix + readable[:min(len(readable), longest)] + "-" + hex.EncodeToString(h.Sum(nil))
}

// Citation cites the place of a row in its document, as a registry's source
// column wants it.
func Citation(ed pipeline.Edition, at pipeline.Place) string {
	text := ed.Source
	if a := ed.Document.Address(); text != "" && a != "" && !strings.Contains(text, a) {
		text += ": " + a
	}
	if text == "" {
		text = fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP", ed.Year)
		if at.Page != 0 {
			text += fmt.Sprintf(", p. %d", at.Page)
		}
	}
	return text
}
