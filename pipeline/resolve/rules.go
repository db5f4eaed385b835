package resolve

import (
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// printed is a name that somebody looks up.
type printed struct {
	text    string // without the mark of a combined row, which is no part of the name
	starred bool
	key     string
	parts   []string
	joint   registry.Joint
}

// rules say what a printed name means. They are tried in order, and the first
// that knows decides: whether the name means a platform, or something that is
// none.
var rules = []func(*Resolver, printed) (Match, bool){
	(*Resolver).spelling,
	(*Resolver).shortName,
	(*Resolver).brand,
	(*Resolver).countedElsewhere,
	(*Resolver).company,
	(*Resolver).several,
	(*Resolver).longer,
	(*Resolver).longerCompany,
}

// spelling: the name is an alias or platform once normalised.
func (r *Resolver) spelling(p printed) (Match, bool) {
	n, ok := r.normalised(p.text, p.starred)
	return found(n, pipeline.Normalised), ok
}

func (r *Resolver) shortName(p printed) (Match, bool) {
	n, ok := r.short[p.key]
	m := found(n, pipeline.Normalised)
	m.Short = true
	return m, ok
}

// brand: "operator (brand)", "brand (owner)" or "operator - brand". The brand
// wins over whoever owns it, on whichever side it is. An operator that is not
// known to run the brand gives no match: "Name.com (NameCheap)".
func (r *Resolver) brand(p printed) (Match, bool) {
	if p.joint != registry.Brand || len(p.parts) != 2 {
		return Match{}, false
	}
	first, firstKnown := r.part(p.parts[0])
	second, secondKnown := r.part(p.parts[1])
	if firstKnown && secondKnown && first.platform == second.platform {
		return found(second, pipeline.Normalised), true
	}
	firstIsBrand := firstKnown && r.runs(p.parts[1], first.platform)
	secondIsBrand := secondKnown && r.runs(p.parts[0], second.platform)
	if secondIsBrand {
		first = second
	}
	return found(first, pipeline.Normalised), firstIsBrand != secondIsBrand
}

// countedElsewhere: the name, or one next to its operator, is that of a service
// without a row of its own.
func (r *Resolver) countedElsewhere(p printed) (Match, bool) {
	keys := []string{p.key}
	for _, part := range p.parts {
		if p.joint == registry.Brand {
			keys = append(keys, registry.Normalise(part).Key)
		}
	}
	for _, key := range keys {
		if id := r.counted[key]; id != "" {
			return Match{Counted: id}, true
		}
	}
	return Match{}, false
}

// company: the name is that of a company, and of none of its services.
func (r *Resolver) company(p printed) (Match, bool) {
	id := r.companies[p.key]
	return Match{Company: id}, id != ""
}

// several: the name holds several names, or a former one. Only where all of
// them mean one platform is that meant.
func (r *Resolver) several(p printed) (Match, bool) {
	if p.joint != registry.Several && p.joint != registry.Former {
		return Match{}, false
	}
	first, ok := r.part(p.parts[0])
	for _, text := range p.parts[1:] {
		n, known := r.part(text)
		ok = ok && known && n.platform == first.platform
	}
	if ok {
		return found(first, pipeline.Normalised), true
	}
	company := r.companies[registry.Normalise(p.parts[0]).Key]
	if p.joint == registry.Former {
		return Match{Company: company}, company != ""
	}
	return Match{Several: true}, true // what resembles a part of it is not what it means
}

// longer: the name is a domain of a platform, or its name with words that say
// where and in which form a company acts.
func (r *Resolver) longer(p printed) (Match, bool) {
	n, ok := r.part(p.parts[0])
	return found(n, pipeline.Normalised), ok && p.joint == registry.Whole
}

// longerCompany is the same for the name of a company: Snap Interactive, Inc. is
// not Snap.
func (r *Resolver) longerCompany(p printed) (Match, bool) {
	for _, base := range bases(p.parts[0]) {
		known := base.local || len(base.key) >= 5
		if id := r.companies[base.key]; id != "" && p.joint == registry.Whole && known && !base.group {
			return Match{Company: id}, true
		}
	}
	return Match{}, false
}

// runs reports whether an operator is known to run the platform: a company that
// has owned it, or the legal name that an alias prints next to it or to another
// platform that has at some time had the same owner.
func (r *Resolver) runs(operator, platform string) bool {
	keys := []base{{key: registry.Normalise(operator).Key}}
	return slices.ContainsFunc(append(keys, bases(operator)...), func(b base) bool {
		return r.owned(platform, r.companies[b.key]) || slices.ContainsFunc(r.operators[b.key], func(p string) bool {
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
func (r *Resolver) part(text string) (name, bool) {
	if n, ok := r.normalised(text, false); ok {
		return n, true
	}
	if n, ok := r.ofDomain(text); ok {
		return n, true
	}
	return r.ofLegalName(text)
}

// endings are the domain endings under which a brand of its own usually is.
var endings = []string{".com", ".net", ".org", ".io", ".co", ".tv", ".app"}

// ofDomain finds a platform by its domain: one that the registry lists, or,
// where it lists none, its name with a usual ending.
func (r *Resolver) ofDomain(text string) (name, bool) {
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(text, ",", " ")))
	if len(words) == 0 || !strings.Contains(words[0], ".") || registry.Normalise("x, "+strings.Join(words[1:], " ")).Key != "x" {
		return name{}, false // more than a domain and a legal form
	}
	host := strings.TrimPrefix(words[0], "www.")
	for _, p := range r.reg.Platforms {
		if slices.Contains(p.Domains, host) {
			return name{platform: p.ID, text: host}, true
		}
	}
	for _, e := range endings {
		if brand, ok := strings.CutSuffix(host, e); ok {
			key := registry.Normalise(brand).Key
			n, known := r.keyed[key]
			return n, known && len(r.reg.Platform(n.platform).Domains) == 0 && r.coined(key, n)
		}
	}
	return name{}, false
}

// coined reports whether a platform's name is enough to recognise it in a
// longer one: it is no group's row, not short, and not a common word, which the
// registry marks by a dash among the domains: Bark is bark.us, not Bark.com.
func (r *Resolver) coined(key string, n name) bool {
	p := r.reg.Platform(n.platform)
	return p.Rows == "" && len(key) >= 5 && !slices.Contains(p.Domains, "-")
}

// Words between a brand and its legal form that say where the company acts, or
// in which capacity, not what it offers. Japan, China and Korea are not among
// the places: Yahoo! Japan is another company than Yahoo.
var (
	places = strings.Fields(`ireland uk usa us america germany deutschland france netherlands nederland belgium luxembourg spain
		espana italy italia portugal austria denmark norway sweden finland poland romania greece switzerland turkey
		israel europe eu emea india australia canada mexico brazil brasil argentina chile singapore taiwan thailand
		indonesia malaysia philippines vietnam hong kong new zealand south africa uae asia pacific international global
		worldwide`)
	capacities = strings.Fields(`technologies technology communications interactive holding holdings operations trading social opco
		distribution information services`)
)

// ofLegalName finds the platform of a name such as "Google Ireland Limited". A
// short name, and one with "Group", counts only where a company of that name
// owns the platform and nothing but a place follows: "Snap Group Limited", not
// "Snap Interactive, Inc.". A telecom's national companies are operators of
// their own.
func (r *Resolver) ofLegalName(text string) (name, bool) {
	for _, base := range bases(text) {
		if n, ok := r.keyed[base.key]; ok {
			p := r.reg.Platform(n.platform)
			owned := base.local && len(base.key) > 2 && p.Rows == "" && r.owned(n.platform, r.companies[base.key])
			return n, p.Kind != pipeline.KindTelecom && (owned || r.coined(base.key, n) && !base.group)
		}
	}
	return name{}, false
}

// base is what comes before places and capacities in a legal name.
type base struct {
	key   string
	local bool // only places follow, or "Group"
	group bool // "Group" follows: another company may be called so
}

// bases returns what may be the brand in a legal name, longest first: "google"
// in "Google Ireland Limited". A name without a legal form has none: it may be
// anything.
func bases(text string) (list []base) {
	words := registry.Words(text)
	b := base{local: true}
	if forms := registry.Normalise(text); forms.Key == forms.Whole {
		return nil
	}
	for end := len(words) - 1; end > 0; end-- {
		place, capacity, group := slices.Contains(places, words[end]), slices.Contains(capacities, words[end]), words[end] == "group"
		if !place && !capacity && !group {
			break
		}
		b = base{strings.Join(words[:end], ""), b.local && !capacity, b.group || group}
		list = append(list, b)
	}
	return list
}
