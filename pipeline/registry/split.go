package registry

import (
	"regexp"
	"strings"
)

// Joint says how the parts of a printed name hang together.
type Joint string

const (
	Whole   Joint = ""        // one name
	Brand   Joint = "brand"   // brackets, a dash or "dba" set an operator and a brand apart
	Former  Joint = "former"  // "fka" or "formerly" comes before the second part
	Several Joint = "several" // a slash, "&" or "and": more than one service, or more than one name of one
)

// The words between a legal name and a trade or former name.
const (
	trade  = `(?:d[./ ]*b[./ ]*a\b\.?|doing business as|trading as|t ?/ ?a|a[./]*k[./]*a\b\.?|also known as)`
	former = `(?:[fn][./ ]*k[./ ]*a\b\.?|formerly known as|formerly|previously known as|now known as)`
)

var (
	inBrackets = regexp.MustCompile(`^(.*?)[(\[](.*)$`)
	tradeName  = regexp.MustCompile(`(?i)[\s,(]+` + trade + `[\s:]+`)
	formerName = regexp.MustCompile(`(?i)[\s,(]+` + former + `[\s:]+`)
	between    = regexp.MustCompile(`(?i)\b[\s,(.]+(?:` + trade + `|` + former + `)[\s:]+\b`) // either, with a name on both sides
	dashed     = regexp.MustCompile(`\s+[-‐‑‒–—―]\s*|\s*[-‐‑‒–—―]\s+`)
	joined     = regexp.MustCompile(`(?i)\s*/\s*|\s+(?:&|\+|and)\s+`)
)

// Split takes a printed name apart into the names it holds. A part may still
// bear a legal form; none is empty.
func Split(name string) ([]string, Joint) {
	name = fold(name)
	for _, by := range []struct {
		mark  *regexp.Regexp
		joint Joint
	}{{formerName, Former}, {tradeName, Brand}} {
		if parts := partsOf(by.mark.Split(name, -1)); len(parts) > 1 {
			return parts, by.joint
		}
	}
	if m := inBrackets.FindStringSubmatch(name); m != nil {
		if parts := partsOf(m[1:]); len(parts) == 2 {
			return parts, Brand
		}
	}
	if parts := partsOf(joined.Split(name, -1)); len(parts) > 1 {
		return parts, Several
	}
	if parts := partsOf(dashed.Split(name, -1)); len(parts) > 1 {
		return parts, Brand
	}
	return []string{name}, Whole
}

func partsOf(list []string) []string {
	var parts []string
	for _, p := range list {
		if p = strings.Trim(p, " ,;:.()[]\"'“”‘’"); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}
