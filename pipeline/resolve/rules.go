package resolve

import (
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// byRules resolves a name that no alias spells: a brand printed with its
// operator, the domain of a brand, or the legal name of a national company.
// Two services in one name resolve to neither.
func (r *Resolver) byRules(m Match) Match {
	text := strings.TrimPrefix(strings.TrimPrefix(m.Printed, "http://"), "https://")
	parts, joint := registry.Split(strings.TrimRight(text, "/"))
	switch {
	case joint == registry.Whole:
		if n, ok := r.longer(parts[0]); ok {
			return matched(m.Printed, n, pipeline.Normalised)
		}
		m.Company = r.company[legalName(parts[0])]
	case joint == registry.Several:
		if n, ok := r.oneService(parts); ok {
			return matched(m.Printed, n, pipeline.Normalised)
		}
		m.Several = true
		return m // what resembles a part of it is not what it means
	case joint == registry.Former:
		if n, ok := r.oneService(parts); ok {
			return matched(m.Printed, n, pipeline.Normalised)
		}
		m.Company = r.company[registry.Normalise(parts[0]).Key]
	case len(parts) == 2:
		if n, ok := r.branded(parts[0], parts[1]); ok {
			return matched(m.Printed, n, pipeline.Normalised)
		}
		for _, p := range parts {
			if c := r.counted[registry.Normalise(p).Key]; c != "" {
				m.Counted = c
				return m
			}
		}
	}
	if m.Company == "" {
		m.Suggestions = r.suggest(m.Printed, parts)
	}
	return m
}

// oneService returns the platform that every part names.
func (r *Resolver) oneService(parts []string) (name, bool) {
	first, ok := r.part(parts[0])
	for _, p := range parts[1:] {
		n, known := r.part(p)
		ok = ok && known && n.platform == first.platform
	}
	return first, ok
}

// branded resolves "operator (brand)", "brand (owner)" and "operator - brand":
// the brand wins over whoever owns it, on whichever side it is. An operator
// that is not known to run the brand gives no match: "Name.com (NameCheap)".
func (r *Resolver) branded(a, b string) (name, bool) {
	first, firstKnown := r.part(a)
	second, secondKnown := r.part(b)
	if firstKnown && secondKnown && first.platform == second.platform {
		return second, true
	}
	firstIsBrand := firstKnown && r.runs(b, first.platform)
	secondIsBrand := secondKnown && r.runs(a, second.platform)
	switch {
	case firstIsBrand && !secondIsBrand:
		return first, true
	case secondIsBrand && !firstIsBrand:
		return second, true
	}
	return name{}, false
}

// runs reports whether an operator is known to run the platform, or another
// platform that has at some time had the same owner.
func (r *Resolver) runs(operator, platform string) bool {
	list := r.operators[registry.Normalise(operator).Key]
	if base := legalName(operator); base != "" {
		list = append(slices.Clone(list), r.operators[base]...)
	}
	for _, p := range list {
		if p == platform || r.sameOwner(p, platform) {
			return true
		}
	}
	return false
}

func (r *Resolver) sameOwner(a, b string) bool {
	for _, x := range r.reg.OwnersOf(a) {
		for _, y := range r.reg.OwnersOf(b) {
			if x.Company == y.Company && x.Company != pipeline.Independent {
				return true
			}
		}
	}
	return false
}

// part finds the platform that one name means: by an alias once normalised, by
// a domain, or as the legal name of a national company.
func (r *Resolver) part(text string) (name, bool) {
	if n, ok := r.normalised(text, false); ok {
		return n, true
	}
	return r.longer(text)
}

// longer finds the platform that a longer form of its name means.
func (r *Resolver) longer(text string) (name, bool) {
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
			n, known := r.keyed[registry.Normalise(brand).Key]
			return n, known && len(r.reg.Platform(n.platform).Domains) == 0 && r.coined(n)
		}
	}
	return name{}, false
}

// coined reports whether a platform's name is enough to recognise it in a
// longer one: it is no group's row, not short, and not a common word, which the
// registry marks by a dash among the domains: Bark is bark.us, not Bark.com.
func (r *Resolver) coined(n name) bool {
	p := r.reg.Platform(n.platform)
	_, _, group := p.RowYears()
	return !group && len(n.key) >= 5 && !slices.Contains(p.Domains, "-")
}

// corporate are words between a brand and its legal form that say where or in
// which capacity the company acts, not what it offers.
var corporate = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`ireland uk usa us america germany deutschland france netherlands luxembourg spain italy
		europe emea india australia canada brazil brasil singapore switzerland sweden asia pacific international global
		technologies technology communications interactive holding holdings operations trading social opco`) {
		corporate[w] = true
	}
}

// ofLegalName finds the platform of a name such as "Google Ireland Limited".
func (r *Resolver) ofLegalName(text string) (name, bool) {
	base := legalName(text)
	n, ok := r.keyed[base]
	return n, ok && base != "" && r.coined(n)
}

// legalName returns the key of what comes before corporate words and a legal
// form, "google" in "Google Ireland Limited", or "" where there is none: a name
// without a legal form may be anything.
func legalName(text string) string {
	words := registry.Words(text)
	end := len(words)
	for end > 1 && corporate[words[end-1]] {
		end--
	}
	if end == len(words) {
		return ""
	}
	if forms := registry.Normalise(text); forms.Key == forms.Whole {
		return ""
	}
	return strings.Join(words[:end], "")
}
