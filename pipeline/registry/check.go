package registry

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/pipeline"
)

// firstYear is the first year with a table of reports per provider.
const firstYear = 2019

// UnmatchedPrefix begins the ids of names that no platform is known under; no
// registered id may begin with it.
const UnmatchedPrefix = "unmatched-"

// reserved are ids that mean something else in a comparison or a registry.
var reserved = []string{pipeline.Everybody, pipeline.Independent, "total", "esp-total"}

// check is what a cell has to pass. wrong is the rest of a sentence that begins
// with the cell's column and value.
type check struct {
	wrong string
	ok    func(l *loader, v string) bool
}

// checks are the checks that columns name.
var checks = map[string]check{
	"text":      plain("is empty", func(v string) bool { return v != "" }),
	"unstarred": plain(`ends with "*": the mark is not part of the name`, func(v string) bool { return !strings.HasSuffix(v, "*") }),
	"id":        plain("is not lower-case letters, digits and single dashes", idForm.MatchString),
	"free":      plain("is reserved: it has a meaning of its own", func(v string) bool { return !slices.Contains(reserved, v) }),
	"matched": plain("begins with "+UnmatchedPrefix+", which is kept for unknown names", func(v string) bool {
		return !strings.HasPrefix(v, UnmatchedPrefix)
	}),

	"source": {"holds neither an address nor a citation of NCMEC's document with year and page", (*loader).isSource},
	"kind": plain(fmt.Sprintf("is none of %v", pipeline.Kinds), func(v string) bool {
		return slices.Contains(pipeline.Kinds, pipeline.Kind(v))
	}),
	"forbids": oneOf("is none of platform, change, nothing", "platform", "change", "nothing"),
	"measure": oneOf("is none of reports, share, rank", "reports", "share", "rank"),
	"yes":     oneOf("is neither yes nor no", "yes", "no"),
	"reports": oneOf("is not reports: other units are not comparable with NCMEC's table", "reports"),

	"count": plain("is not a whole number", func(v string) bool { n, err := strconv.Atoi(v); return err == nil && n >= 0 }),
	"year":  plain("is not a year", func(v string) bool { return isDay(v+"-01-01") && v >= "1998" && v <= "2100" }),
	"years": plain("is neither a year nor two years such as 2019-2020", func(v string) bool { _, _, ok := yearsOf(v); return ok }),
	"day":   plain("is not a day (YYYY-MM-DD)", isDay),
	"month": plain("is neither a day (YYYY-MM-DD) nor a month (YYYY-MM)", func(v string) bool { return isDay(v) || isDay(v+"-01") }),

	"platform": {"is not in platforms.csv", func(l *loader, v string) bool { return l.platforms.has(v) }},
	"category": {"is not in categories.csv", func(l *loader, v string) bool { return v == pipeline.OtherCategory || l.categories.has(v) }},
	"owner": {`is not in companies.csv ("independent" says that a platform has no owner)`, func(l *loader, v string) bool {
		return v == pipeline.Independent || l.companies.has(v)
	}},
	"reporter": {"is neither a platform, nor a company, nor all", func(l *loader, v string) bool {
		return v == pipeline.Everybody || l.platforms.has(v) || l.companies.has(v)
	}},
	"series": {"is neither a platform, nor a company, nor a category", func(l *loader, v string) bool {
		return l.platforms.has(v) || l.companies.has(v) || l.categories.has(v)
	}},
}

// plain is a check that needs nothing but the cell.
func plain(wrong string, ok func(v string) bool) check {
	return check{wrong, func(_ *loader, v string) bool { return ok(v) }}
}

func oneOf(wrong string, values ...string) check {
	return plain(wrong, func(v string) bool { return slices.Contains(values, v) })
}

func (l *loader) checkCell(r row, c column) {
	label, values := strings.TrimSuffix(c.name, "_id"), []string{r.cell[c.name]}
	if c.list {
		label, values = strings.TrimSuffix(label, "s"), r.list(c.name)
	}
	if c.optional && r.cell[c.name] == "" {
		return
	}
	if len(values) == 0 {
		l.fault(r.place, "no %s", c.name)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(values))); len(unique) < len(values) {
		l.fault(r.place, "%s %q is named twice", label, r.cell[c.name])
	}
	for _, v := range values {
		for _, name := range c.checks {
			if check := checks[name]; !check.ok(l, v) {
				l.fault(r.place, "%s %q %s", label, v, check.wrong)
				break
			}
		}
	}
}

var (
	idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// citation is a reference to one of NCMEC's documents, with year and page:
	// "NCMEC, 2022 CyberTipline Reports by ESP, p. 3".
	citation = regexp.MustCompile(`\bNCMEC,.*\b(19|20)\d\d\b.*, pp?\. ?\d+`)
	address  = regexp.MustCompile(`https?://[^\s<>"]+`)
)

// isSource wants in each part of a source, separated by " ; ", an address
// someone can open or a citation with year and page. Words around it (who
// says it, when) are welcome.
func (l *loader) isSource(source string) bool {
	ok, known := l.sources[source]
	if known {
		return ok
	}
	ok = true
	for _, s := range strings.Split(source, " ; ") {
		u, err := url.Parse(address.FindString(s))
		ok = ok && (citation.MatchString(s) || err == nil && strings.Contains(u.Hostname(), "."))
	}
	l.sources[source] = ok
	return ok
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// yearsOf reads "2019" or "2019-2020".
func yearsOf(s string) (first, last int, ok bool) {
	from, to, _ := strings.Cut(s, "-")
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(cmp.Or(to, from))
	return first, last, err1 == nil && err2 == nil && first >= firstYear && last >= first
}

// dropReplacedOwners removes the shipped owners of platforms whose owners the
// user gives.
func (l *loader) dropReplacedOwners() {
	replaced := map[string]bool{}
	for _, o := range l.owners.rows {
		replaced[o.fact.Platform] = replaced[o.fact.Platform] || o.user
	}
	l.owners.rows = slices.DeleteFunc(l.owners.rows, func(o located[pipeline.Ownership]) bool { return !o.user && replaced[o.fact.Platform] })
}

// checkIDs makes sure that an id means one thing in a comparison: a category,
// a group and a service without a row share none with anything else, and a
// company none with a platform that is without an owner in some year. Such a
// platform is a series among the companies.
func (l *loader) checkIDs() {
	taken := map[string]string{}
	claim := func(what, id string, at place) {
		if by, ok := taken[id]; ok {
			l.fault(at, "%s %q has the id of a %s", what, id, by)
		}
		taken[id] = what
	}
	for _, p := range l.platforms.rows {
		taken[p.fact.ID] = "platform"
	}
	for _, c := range l.companies.rows {
		if l.platforms.has(c.fact.ID) && !l.alwaysOwned(c.fact.ID) {
			l.fault(c.place, "company %q has the id of a platform that no owner is named for on every 31 December since %d; give the company another id, or the platform its owners", c.fact.ID, firstYear)
		}
		taken[c.fact.ID] = "company"
	}
	for _, c := range l.categories.rows {
		claim("category", c.fact.ID, c.place)
	}
	for _, g := range l.groups.rows {
		claim("group", g.fact.ID, g.place)
	}
	for _, c := range l.counted.rows {
		claim("service", c.fact.ID, c.place)
	}
}

// alwaysOwned reports whether a platform has an owner on every 31 December.
// Yearly sums look at that day only: a gap within a year does not matter.
func (l *loader) alwaysOwned(platform string) bool {
	for y := firstYear; y <= 2100; y++ {
		if !slices.ContainsFunc(l.owners.rows, func(o located[pipeline.Ownership]) bool {
			return o.fact.Platform == platform && o.fact.Company != pipeline.Independent && o.fact.On(pipeline.LastDay(y))
		}) {
			return false
		}
	}
	return true
}

// checkNames makes sure that no name leads to two platforms, neither as
// printed nor once normalised. A platform's own name leads to it too, and a
// service without a row has names of its own. The user's rows come last: a
// clash is a fault of theirs.
func (l *loader) checkNames() {
	type claim struct {
		place
		id, name string
	}
	var claims []claim
	for _, a := range l.aliases.rows {
		claims = append(claims, claim{a.place, a.fact.Platform, a.fact.Printed})
	}
	for _, p := range l.platforms.rows {
		claims = append(claims, claim{p.place, p.fact.ID, p.fact.Name})
	}
	for _, a := range l.short.rows {
		claims = append(claims, claim{a.place, a.fact.Platform, a.fact.Name})
	}
	for _, c := range l.counted.rows {
		for _, n := range append([]string{c.fact.Name}, c.fact.Aliases...) {
			claims = append(claims, claim{c.place, c.fact.ID, n})
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int {
		if a.user == b.user {
			return 0
		} else if b.user {
			return -1
		}
		return 1
	})
	first := map[string]claim{} // by normalised form
	for _, c := range claims {
		forms := Normalise(c.name)
		for _, k := range []string{forms.Key, forms.Whole} {
			o, ok := first[k]
			if !ok {
				first[k] = c
			} else if o.id != c.id {
				l.fault(c.place, "%q (%s) and %q (%s; %s) are one name once normalised (%q)", c.name, c.id, o.name, o.id, o.place, k)
				break
			}
		}
	}
}

// checkPeriods makes sure that a platform has one owner on any day, and that no
// half-year is added to the year that holds it.
func (l *loader) checkPeriods() {
	type period struct {
		place
		of, from, to string
	}
	var list []period
	for _, o := range l.owners.rows {
		list = append(list, period{o.place, fmt.Sprintf("ownership of %q", o.fact.Platform), o.fact.From, o.fact.To})
	}
	for _, c := range l.ownCounts.rows {
		list = append(list, period{c.place, "own count of " + strings.Join(c.fact.Platforms, ";"), c.fact.From, c.fact.To})
	}
	for i, a := range list {
		for _, b := range list[:i] {
			if a.of == b.of && (a.to == "" || b.from <= a.to) && (b.to == "" || a.from <= b.to) {
				l.fault(a.place, "%s from %s to %s overlaps line %d", a.of, cmp.Or(a.from, "open"), cmp.Or(a.to, "open"), b.line)
			}
		}
	}
}
