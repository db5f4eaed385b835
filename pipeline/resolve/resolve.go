// Package resolve says which platform a printed name means, and turns the rows
// of editions into figures.
//
// In: a registry, printed names, editions. Out: matches with the reason,
// figures, findings. A name is taken only where it is an alias letter by
// letter or once both are normalised; a name that is merely similar is
// suggested, never taken.
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
	// Suggestions are the similar names, best first; only for NoMatch.
	Suggestions []Suggestion
}

// Resolver finds platforms by printed name. It may be used by several
// goroutines at once.
type Resolver struct {
	reg   *registry.Registry
	exact map[string]name // by printed name
	keyed map[string]name // by normalised key

	// operators holds, by key, the platforms a company or the legal name in
	// front of a bracket is known to run: "snap" runs Snapchat.
	operators map[string][]string

	similar *index
}

// name is one way to write a platform: an alias or the platform's own name.
type name struct {
	platform string
	text     string
	key      string
	printed  bool // an alias, not only the platform's own name
}

// New prepares a registry for looking names up.
func New(reg *registry.Registry) *Resolver {
	r := &Resolver{
		reg:       reg,
		exact:     make(map[string]name, len(reg.Aliases)),
		keyed:     make(map[string]name, 2*len(reg.Aliases)),
		operators: map[string][]string{},
	}
	var all []name
	add := func(platform, text string, printed bool) {
		forms := registry.Normalise(text)
		n := name{platform, text, forms.Key, printed}
		if _, ok := r.exact[text]; !ok && printed {
			r.exact[text] = n
		}
		for _, k := range []string{forms.Key, forms.Whole} {
			if _, ok := r.keyed[k]; !ok {
				r.keyed[k] = n
			}
		}
		all = append(all, n)
	}
	for _, a := range reg.Aliases {
		add(a.Platform, a.Printed, true)
	}
	for _, p := range reg.Platforms {
		add(p.ID, p.Name, false)
	}
	r.learnOperators(all)
	r.similar = newIndex(all)
	return r
}

// Name resolves one printed name.
func (r *Resolver) Name(printed string) Match {
	if n, ok := r.exact[printed]; ok {
		return Match{Printed: printed, Platform: n.platform, Kind: pipeline.Exact, Alias: n.text}
	}
	// The mark of a combined row is not part of the name.
	text := strings.TrimRight(strings.TrimSpace(printed), "* ")
	if n, ok := r.exact[text]; ok && text != "" && strings.HasPrefix(printed, text) && strings.Trim(printed[len(text):], "*") == "" {
		return Match{Printed: text, Platform: n.platform, Kind: pipeline.Exact, Alias: n.text}
	}
	forms := registry.Normalise(text)
	for _, k := range []string{forms.Whole, forms.Key} {
		if n, ok := r.keyed[k]; ok && k != "" {
			return Match{Printed: text, Platform: n.platform, Kind: pipeline.Normalised, Alias: n.text}
		}
	}
	if n, ok := r.operated(forms.Parts); ok {
		return Match{Printed: text, Platform: n.platform, Kind: pipeline.Normalised, Alias: n.text}
	}
	return Match{Printed: text, Kind: pipeline.NoMatch, Suggestions: r.suggest(text, forms)}
}

// learnOperators notes who is known to run which platform: owners by company
// name, and the legal names that aliases print before a bracket or "dba".
func (r *Resolver) learnOperators(all []name) {
	learn := func(key, platform string) {
		for _, p := range r.operators[key] {
			if p == platform {
				return
			}
		}
		r.operators[key] = append(r.operators[key], platform)
	}
	for _, o := range r.reg.Owners {
		if c := r.reg.Company(o.Company); c != nil {
			forms := registry.Normalise(c.Name)
			for _, key := range append([]string{forms.Key, forms.Whole, registry.Normalise(c.ID).Key}, forms.Parts...) {
				learn(key, o.Platform)
			}
		}
	}
	for _, n := range all {
		if parts := registry.Normalise(n.text).Parts; len(parts) == 2 && n.printed {
			learn(parts[0], n.platform)
			learn(parts[1], n.platform)
		}
	}
}

// operated resolves "operator (brand)" and "operator dba brand" where exactly
// one of the two parts is the name of a platform and the other is known to run
// that very platform, or is another name of it. An unknown operator, or one
// that is itself another platform, gives no match: "Name.com (NameCheap)".
func (r *Resolver) operated(parts []string) (name, bool) {
	if len(parts) != 2 {
		return name{}, false
	}
	a, aKnown := r.keyed[parts[0]]
	b, bKnown := r.keyed[parts[1]]
	switch {
	case aKnown && bKnown:
		return b, a.platform == b.platform
	case bKnown:
		return b, r.runs(parts[0], b.platform)
	case aKnown:
		return a, r.runs(parts[1], a.platform)
	}
	return name{}, false
}

// runs reports whether the operator is known to run the platform, or another
// platform that has at some time had the same owner.
func (r *Resolver) runs(operator, platform string) bool {
	for _, p := range r.operators[operator] {
		if p == platform || r.sameOwner(p, platform) {
			return true
		}
	}
	return false
}

func (r *Resolver) sameOwner(a, b string) bool {
	for _, x := range r.reg.OwnersOf(a) {
		for _, y := range r.reg.OwnersOf(b) {
			if x.Company == y.Company {
				return true
			}
		}
	}
	return false
}

// UnmatchedID returns the id of a name nobody knows: the same for names that
// differ only in what normalising drops, another one for any other name.
func UnmatchedID(printed string) string {
	key := registry.Normalise(printed).Key
	var b strings.Builder
	for _, c := range key {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteRune(c)
		}
	}
	const longest = 48
	if b.Len() == len(key) && b.Len() > 0 && b.Len() <= longest {
		return registry.UnmatchedPrefix + key
	}
	// Letters that an id cannot hold are told apart by a hash of the key.
	h := fnv.New64a()
	h.Write([]byte(key))
	readable := b.String()
	if len(readable) > longest {
		readable = readable[:longest]
	}
	if readable == "" {
		readable = "name" // so that no name spelled like a hash has this id too
	}
	return registry.UnmatchedPrefix + readable + "-" + hex.EncodeToString(h.Sum(nil))
}

// Citation cites the place of a row in its document, as a registry's source
// column wants it.
func Citation(ed pipeline.Edition, at pipeline.Place) string {
	if ed.Source != "" {
		if a := ed.Document.Address(); a != "" && !strings.Contains(ed.Source, a) {
			return ed.Source + ": " + a
		}
		return ed.Source
	}
	if at.Page == 0 {
		return fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP", ed.Year)
	}
	return fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP, p. %d", ed.Year, at.Page)
}
