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
	"slices"
	"strings"
	"sync"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Match is what a printed name resolves to.
type Match struct {
	Printed  string // the name as given, without a trailing "*"
	Platform string // platform id; "" for NoMatch
	ID       string // under which its rows are counted: Platform, or UnmatchedID
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
	exact     map[string]Match    // by printed name; the others by normalised key
	keyed     map[string]Match    // names of platforms
	companies map[string]string   // company ids
	counted   map[string]string   // ids of services without a row
	short     map[string]Match    // what people type
	operators map[string][]string // platforms that an alias prints next to a legal name
	asked     sync.Map            // the Match of each name asked for: one is printed year after year
}

// New prepares a registry for looking names up.
func New(reg *registry.Registry) *Resolver {
	r := &Resolver{
		reg: reg, exact: map[string]Match{}, keyed: map[string]Match{}, short: map[string]Match{},
		companies: map[string]string{}, counted: map[string]string{}, operators: map[string][]string{},
	}
	for _, a := range reg.Aliases {
		m := Match{Platform: a.Platform, Alias: a.Printed, User: a.User}
		r.know(m)
		m.Kind = pipeline.Exact
		r.exact[a.Printed] = m
	}
	for _, p := range reg.Platforms {
		r.know(Match{Platform: p.ID, Alias: p.Name, User: p.User})
	}
	for _, c := range reg.Companies {
		names := append([]string{c.Name, c.ID}, c.Aliases...)
		if parts, joint := registry.Split(c.Name); joint == registry.Brand {
			names = append(names, parts[0])
		}
		for _, n := range names {
			r.companies[key(n)] = c.ID
		}
	}
	// "Animal Jam (WildWorks)" and "Flickr / SmugMug" are called by their first
	// part too, unless that is the name of another or of a company.
	for _, p := range reg.Platforms {
		parts, joint := registry.Split(p.Name)
		first := joint == registry.Brand || joint == registry.Several && !strings.Contains(parts[0], " ")
		if first && p.Rows == "" && r.companies[key(parts[0])] == "" {
			r.know(Match{Platform: p.ID, Alias: parts[0], User: p.User})
		}
	}
	for _, a := range reg.ShortNames {
		r.short[key(a.Name)] = Match{Platform: a.Platform, Alias: a.Name, User: a.User, Short: true}
	}
	for _, c := range reg.Counted {
		for _, n := range append([]string{c.ID, c.Name}, c.Aliases...) {
			r.counted[key(n)] = c.ID
		}
	}
	for _, a := range reg.Aliases {
		parts, joint := registry.Split(a.Printed)
		for _, p := range parts {
			if joint == registry.Brand && len(parts) == 2 && r.keyed[key(p)].Platform != a.Platform {
				r.operators[key(p)] = append(r.operators[key(p)], a.Platform)
			}
		}
	}
	return r
}

func key(name string) string { return registry.Normalise(name).Key }

// know enters a name under its normalised forms, unless they are taken.
func (r *Resolver) know(m Match) {
	forms := registry.Normalise(m.Alias)
	for _, k := range []string{forms.Key, forms.Whole} {
		if _, taken := r.keyed[k]; !taken && k != "" {
			r.keyed[k] = m
		}
	}
}

// Name resolves one printed name. One that resolves to nothing says what it means
// instead, or gets suggestions.
func (r *Resolver) Name(name string) Match {
	if m, ok := r.asked.Load(name); ok {
		return m.(Match)
	}
	text := strings.TrimSpace(name)
	printed := strings.TrimRight(text, "* ") // the mark of a combined row is no part of the name
	m := r.means(printed, strings.HasSuffix(text, "*"))
	m.Printed, m.ID = printed, m.Platform
	switch {
	case m.Platform == "":
		m.Kind, m.ID = pipeline.NoMatch, UnmatchedID(printed)
	case m.Kind == "":
		m.Kind = pipeline.Normalised
	}
	r.asked.Store(name, m)
	return m
}

// means says what a name means by the first of these that knows: an alias letter
// by letter, one once normalised, a short name, a brand with its operator, a
// service without a row, a company, several names in one, a longer form of a
// platform's or company's name.
func (r *Resolver) means(name string, starred bool) Match {
	if m, ok := r.exact[name]; ok {
		return m
	}
	if m, ok := r.normalised(name, starred); ok {
		return m
	}
	if m, ok := r.short[key(name)]; ok {
		return m
	}
	address := strings.TrimPrefix(strings.TrimPrefix(name, "http://"), "https://")
	parts, joint := registry.Split(strings.TrimRight(address, "/"))
	names := []string{name}
	if joint == registry.Brand {
		if m, ok := r.brand(parts); ok {
			return m
		}
		names = append(names, parts...)
	}
	for _, n := range names {
		if id := r.counted[key(n)]; id != "" {
			return Match{Counted: id}
		}
	}
	if id := r.companies[key(name)]; id != "" {
		return Match{Company: id}
	}
	m, ok := r.part(parts[0])
	for _, other := range parts[1:] { // only where all of them mean one platform is that meant
		o, known := r.part(other)
		ok = ok && known && o.Platform == m.Platform
	}
	company := r.companies[key(parts[0])]
	switch {
	case ok && joint != registry.Brand:
		return m
	case joint == registry.Several:
		return Match{Several: true} // what resembles a part of it is not what it means
	case joint == registry.Former && company != "":
		return Match{Company: company}
	}
	for _, base := range registry.Bases(parts[0]) { // Snap Interactive, Inc. is not Snap
		known := base.Local || len(base.Key) >= 5
		if id := r.companies[base.Key]; id != "" && joint == registry.Whole && known && !base.Group {
			return Match{Company: id}
		}
	}
	return Match{Suggestions: r.suggest(name, parts)}
}

// brand knows "operator (brand)", "brand (owner)" and "operator - brand". The
// brand wins over whoever owns it, on whichever side it is. An operator that is
// not known to run the brand gives no match: "Name.com (NameCheap)".
func (r *Resolver) brand(parts []string) (Match, bool) {
	if len(parts) != 2 {
		return Match{}, false
	}
	first, firstKnown := r.part(parts[0])
	second, secondKnown := r.part(parts[1])
	if firstKnown && secondKnown && first.Platform == second.Platform {
		return second, true
	}
	firstIsBrand := firstKnown && r.runs(parts[1], first.Platform)
	secondIsBrand := secondKnown && r.runs(parts[0], second.Platform)
	if secondIsBrand {
		first = second
	}
	return first, firstIsBrand != secondIsBrand
}

// runs reports whether an operator is known to run the platform: a company that
// has owned it, or the legal name that an alias prints next to it or to another
// platform that has at some time had the same owner.
func (r *Resolver) runs(operator, platform string) bool {
	names := append([]registry.Base{{Key: key(operator)}}, registry.Bases(operator)...)
	return slices.ContainsFunc(names, func(b registry.Base) bool {
		return r.owned(platform, r.companies[b.Key]) || slices.ContainsFunc(r.operators[b.Key], func(p string) bool {
			return p == platform || slices.ContainsFunc(r.reg.OwnersOf(p), func(o pipeline.Ownership) bool { return r.owned(platform, o.Company) })
		})
	})
}

// owned reports whether a company has owned a platform at some time.
func (r *Resolver) owned(platform, company string) bool {
	return company != pipeline.Independent && slices.ContainsFunc(r.reg.OwnersOf(platform), func(o pipeline.Ownership) bool { return o.Company == company })
}

// part finds the platform that one name means: by an alias once normalised, by
// a domain, or as the legal name of a national company.
func (r *Resolver) part(text string) (Match, bool) {
	if m, ok := r.normalised(text, false); ok {
		return m, true
	}
	if m, ok := r.ofDomain(text); ok {
		return m, true
	}
	return r.ofLegalName(text)
}

// normalised finds a name by its forms. The row of a group is meant only under
// its printed name or with the star: "Automattic, Inc." is the company, and
// "Amazon (Twitch)" is not "Amazon / Twitch".
func (r *Resolver) normalised(text string, starred bool) (Match, bool) {
	forms := registry.Normalise(text)
	for _, k := range []string{forms.Whole, forms.Key} {
		if m, ok := r.keyed[k]; ok {
			_, joint := registry.Split(text)
			_, known := registry.Split(m.Alias)
			return m, r.reg.Platform(m.Platform).Rows == "" || starred || k == forms.Whole && joint == known
		}
	}
	return Match{}, false
}

// endings are the domain endings under which a brand of its own usually is.
var endings = []string{".com", ".net", ".org", ".io", ".co", ".tv", ".app"}

// ofDomain finds a platform by its domain: one that the registry lists, or,
// where it lists none, its name with a usual ending.
func (r *Resolver) ofDomain(text string) (Match, bool) {
	host, form, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(text, ",", " ")), " ")
	if !strings.Contains(host, ".") || key("x, "+form) != "x" {
		return Match{}, false // more than a domain and a legal form
	}
	host = strings.TrimPrefix(host, "www.")
	for _, p := range r.reg.Platforms {
		if slices.Contains(p.Domains, host) {
			return Match{Platform: p.ID, Alias: host}, true
		}
	}
	for _, e := range endings {
		if brand, ok := strings.CutSuffix(host, e); ok {
			m, known := r.keyed[key(brand)]
			return m, known && len(r.reg.Platform(m.Platform).Domains) == 0 && r.coined(key(brand), m)
		}
	}
	return Match{}, false
}

// coined reports whether a platform's name is enough to recognise it in a
// longer one: it is no group's row, not short, and not a common word, which the
// registry marks by a dash among the domains: Bark is bark.us, not Bark.com.
func (r *Resolver) coined(key string, m Match) bool {
	p := r.reg.Platform(m.Platform)
	return p.Rows == "" && len(key) >= 5 && !slices.Contains(p.Domains, "-")
}

// ofLegalName finds the platform of a name such as "Google Ireland Limited". A
// short name, and one with "Group", counts only where a company of that name
// owns the platform and nothing but a place follows: "Snap Group Limited", not
// "Snap Interactive, Inc.". A telecom's national companies are operators of
// their own.
func (r *Resolver) ofLegalName(text string) (Match, bool) {
	for _, base := range registry.Bases(text) {
		if m, ok := r.keyed[base.Key]; ok {
			p := r.reg.Platform(m.Platform)
			owned := base.Local && len(base.Key) > 2 && p.Rows == "" && r.owned(m.Platform, r.companies[base.Key])
			return m, p.Kind != pipeline.KindTelecom && (owned || r.coined(base.Key, m) && !base.Group)
		}
	}
	return Match{}, false
}

// UnmatchedID returns the id of a name nobody knows: the same for names that
// differ only in what normalising drops, another one for any other name.
func UnmatchedID(printed string) string {
	key := key(printed)
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
