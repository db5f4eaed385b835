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
var reserved = map[string]string{
	pipeline.Everybody:   "breaks that concern every series",
	pipeline.Independent: "platforms without an owner",
	"total":              "the CyberTipline total",
	"esp-total":          "the total of all providers",
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checks say what is wrong with a cell, as the rest of a sentence that begins
// with its column and value; "" where nothing is.
var checks = map[string]func(l *loader, v string) string{
	"text": func(_ *loader, v string) string { return unless(v != "", "is empty") },
	"id":   checkID,
	"platform-id": func(l *loader, v string) string {
		return cmp.Or(checkID(l, v), unless(!strings.HasPrefix(v, UnmatchedPrefix), "begins with "+UnmatchedPrefix+", which is kept for unknown names"))
	},
	"printed": func(_ *loader, v string) string {
		return cmp.Or(unless(v != "", "is empty"), unless(!strings.HasSuffix(v, "*"), `ends with "*": the mark is not part of the name`))
	},
	"source": (*loader).checkSource,
	"kind": func(_ *loader, v string) string {
		return unless(slices.Contains(pipeline.Kinds, pipeline.Kind(v)), fmt.Sprintf("is none of %v", pipeline.Kinds))
	},
	"forbids": oneOf("platform", "change", "nothing"),
	"measure": oneOf("reports", "share", "rank"),
	"yes":     func(_ *loader, v string) string { return unless(v == "yes" || v == "no", "is neither yes nor no") },
	"reports": func(_ *loader, v string) string {
		return unless(v == "reports", "is not reports: other units are not comparable with NCMEC's table")
	},
	"count": func(_ *loader, v string) string {
		n, err := strconv.Atoi(v)
		return unless(err == nil && n >= 0, "is not a whole number")
	},
	"year": func(_ *loader, v string) string {
		y, err := strconv.Atoi(v)
		return unless(err == nil && len(v) == 4 && y >= 1998 && y <= 2100, "is not a year")
	},
	"years": func(_ *loader, v string) string {
		_, _, ok := yearsOf(v)
		return unless(ok, "is neither a year nor two years such as 2019-2020")
	},
	"day": func(_ *loader, v string) string { return unless(isDay(v), "is not a day (YYYY-MM-DD)") },
	"month": func(_ *loader, v string) string {
		return unless(isDay(v) || isDay(v+"-01"), "is neither a day (YYYY-MM-DD) nor a month (YYYY-MM)")
	},

	"platform": func(l *loader, v string) string { return unless(l.platforms.has(v), "is not in platforms.csv") },
	"category": func(l *loader, v string) string {
		return unless(v == pipeline.OtherCategory || l.categories.has(v), "is not in categories.csv")
	},
	"owner": func(l *loader, v string) string {
		return unless(v == pipeline.Independent || l.companies.has(v), fmt.Sprintf("is not in companies.csv (%q says that a platform has no owner)", pipeline.Independent))
	},
	"reporter": func(l *loader, v string) string {
		return unless(v == pipeline.Everybody || l.platforms.has(v) || l.companies.has(v), "is neither a platform, nor a company, nor all")
	},
	"series": func(l *loader, v string) string {
		return unless(l.platforms.has(v) || l.companies.has(v) || l.categories.has(v), "is neither a platform, nor a company, nor a category")
	},
}

func unless(ok bool, wrong string) string {
	if ok {
		return ""
	}
	return wrong
}

func oneOf(values ...string) func(*loader, string) string {
	return func(_ *loader, v string) string {
		return unless(slices.Contains(values, v), "is none of "+strings.Join(values, ", "))
	}
}

func checkID(_ *loader, v string) string {
	if meaning, ok := reserved[v]; ok {
		return "is kept for " + meaning
	}
	return unless(idForm.MatchString(v), "is not lower-case letters, digits and single dashes")
}

func isDay(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Format(time.DateOnly) == s
}

// citation is a reference to one of NCMEC's documents, with year and page:
// "NCMEC, 2022 CyberTipline Reports by ESP, p. 3".
var citation = regexp.MustCompile(`\bNCMEC,.*\b(19|20)\d\d\b.*, pp?\. ?\d+`)

// address is what a browser can open.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// checkSource wants in each part of a source, separated by " ; ", an address
// someone can open or a citation with year and page. Words around it (who
// says it, when) are welcome.
func (l *loader) checkSource(source string) string {
	wrong, known := l.sources[source]
	if known {
		return wrong
	}
	for _, s := range strings.Split(source, " ; ") {
		u, err := url.Parse(address.FindString(s))
		if !citation.MatchString(s) && (err != nil || !strings.Contains(u.Hostname(), ".")) {
			wrong = fmt.Sprintf("holds neither an address nor a citation of NCMEC's document with year and page: %q", s)
		}
	}
	l.sources[source] = wrong
	return wrong
}

// checkIDs makes sure that an id means one thing in a comparison: a category,
// a group and a service without a row share none with anything else.
func (l *loader) checkIDs() {
	taken := map[string]string{}
	for _, p := range l.platforms.rows {
		taken[p.ID] = "platform"
	}
	for _, c := range l.companies.rows {
		taken[c.ID] = "company"
	}
	claim := func(what, id string, at place) {
		if by, ok := taken[id]; ok {
			l.fault(at, "%s %q has the id of a %s", what, id, by)
		}
		taken[id] = what
	}
	for i, c := range l.categories.rows {
		claim("category", c.ID, l.categories.at[i])
	}
	for i, g := range l.groups.rows {
		claim("group", g.ID, l.groups.at[i])
	}
	for i, c := range l.counted.rows {
		claim("service", c.ID, l.counted.at[i])
	}
}

// claim is a name that leads to a platform, or to a service without a row.
type claim struct {
	id, name string
	at       place
}

// checkNames makes sure that no name leads to two platforms, neither as
// printed nor once normalised. A platform's own name leads to it too, and a
// service without a row has names of its own. The user's rows come last: a
// clash is a fault of theirs.
func (l *loader) checkNames() {
	var claims []claim
	for i, a := range l.aliases.rows {
		claims = append(claims, claim{a.Platform, a.Printed, l.aliases.at[i]})
	}
	for i, p := range l.platforms.rows {
		claims = append(claims, claim{p.ID, p.Name, l.platforms.at[i]})
	}
	for i, a := range l.short.rows {
		claims = append(claims, claim{a.Platform, a.Printed, l.short.at[i]})
	}
	for i, c := range l.counted.rows {
		for _, n := range append([]string{c.Name}, c.Aliases...) {
			claims = append(claims, claim{c.ID, n, l.counted.at[i]})
		}
	}
	first := map[string]claim{} // by normalised form
	for _, user := range []bool{false, true} {
		for _, c := range claims {
			if c.at.user == user {
				l.checkName(first, c)
			}
		}
	}
}

func (l *loader) checkName(first map[string]claim, c claim) {
	forms := Normalise(c.name)
	keys := []string{forms.Key, forms.Whole}
	for _, k := range keys {
		if o, ok := first[k]; ok && o.id != c.id {
			l.fault(c.at, "%q (%s) and %q (%s; %s) are one name once normalised (%q)", c.name, c.id, o.name, o.id, o.at, k)
			return
		}
	}
	for _, k := range keys {
		if _, ok := first[k]; !ok {
			first[k] = c
		}
	}
}

// dropReplacedOwners removes the shipped owners of platforms whose owners the
// user gives.
func (l *loader) dropReplacedOwners() {
	kept := table[pipeline.Ownership]{}
	for i, o := range l.owners.rows {
		if at := l.owners.at[i]; at.user || !l.replaced[o.Platform] {
			kept.rows, kept.at = append(kept.rows, o), append(kept.at, at)
		}
	}
	l.owners = kept
}

// overlaps reports the rows of a table whose periods overlap: a platform has
// one owner on any day, and half-years would be added to the year that holds
// them.
func overlaps[T any](l *loader, t table[T], overlap func(a, b T) bool, text func(T) string) {
	for i, a := range t.rows {
		for j, b := range t.rows[:i] {
			if overlap(a, b) {
				l.fault(t.at[i], "%s overlaps line %d, %s", text(a), t.at[j].line, text(b))
			}
		}
	}
}

func spanText(from, to string) string { return cmp.Or(from, "open") + " to " + cmp.Or(to, "open") }

// checkAlone makes sure that no company has the id of a platform that stands
// for itself in some year: the comparison by company would have two series of
// one id.
func (l *loader) checkAlone() {
	for i, c := range l.companies.rows {
		if l.platforms.has(c.ID) && !l.alwaysOwned(c.ID) {
			l.fault(l.companies.at[i], "company %q has the id of a platform that no owner is named for on every 31 December since %d; give the company another id, or the platform its owners", c.ID, firstYear)
		}
	}
}

// alwaysOwned reports whether a platform has an owner on every 31 December.
// Yearly sums look at that day only: a gap within a year does not matter.
func (l *loader) alwaysOwned(platform string) bool {
	for y := firstYear; y <= 2100; y++ {
		if !slices.ContainsFunc(l.owners.rows, func(o pipeline.Ownership) bool {
			return o.Platform == platform && o.Company != pipeline.Independent && o.On(pipeline.LastDay(y))
		}) {
			return false
		}
	}
	return true
}
