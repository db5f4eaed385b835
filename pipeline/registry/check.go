package registry

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// firstYear is the first year with a table of reports per provider.
const firstYear = 2019

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
// service without a row has names of its own.
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
	// The user's rows come last: a clash is a fault of theirs.
	slices.SortStableFunc(claims, func(a, b claim) int {
		switch {
		case a.at.user == b.at.user:
			return 0
		case b.at.user:
			return -1
		}
		return 1
	})
	first := map[string]claim{} // by normalised form
	for _, c := range claims {
		l.checkName(first, c)
	}
}

func (l *loader) checkName(first map[string]claim, c claim) {
	forms := Normalise(c.name)
	keys := slices.Compact([]string{forms.Key, forms.Whole})
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

// checkOwners makes sure that a platform has one owner on any day.
func (l *loader) checkOwners() {
	for i, a := range l.owners.rows {
		for j, b := range l.owners.rows[:i] {
			if a.Platform == b.Platform && (a.To == "" || b.From <= a.To) && (b.To == "" || a.From <= b.To) {
				l.fault(l.owners.at[i], "ownership of %q by %q (%s to %s) overlaps line %d, by %q (%s to %s)",
					a.Platform, a.Company, cmp.Or(a.From, "open"), cmp.Or(a.To, "open"),
					l.owners.at[j].line, b.Company, cmp.Or(b.From, "open"), cmp.Or(b.To, "open"))
			}
		}
	}
}

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
	var owners []pipeline.Ownership
	for _, o := range l.owners.rows {
		if o.Platform == platform && o.Company != pipeline.Independent {
			owners = append(owners, o)
		}
	}
	slices.SortFunc(owners, func(a, b pipeline.Ownership) int { return cmp.Compare(a.From, b.From) })
	next := fmt.Sprintf("%d-12-31", firstYear) // the first such day not yet covered
	for _, o := range owners {
		if o.From > next {
			return false
		}
		if o.To == "" {
			return true
		}
		if o.To >= next {
			next = yearEndAfter(o.To)
		}
	}
	return false
}

// yearEndAfter returns the first 31 December after the day.
func yearEndAfter(day string) string {
	year, err := strconv.Atoi(day[:min(4, len(day))])
	if err != nil {
		return day
	}
	if strings.HasSuffix(day, "-12-31") {
		year++
	}
	return fmt.Sprintf("%04d-12-31", year)
}

// checkOwnCounts makes sure that no two own counts of the same platforms
// overlap: half-years would be added to the year that holds them.
func (l *loader) checkOwnCounts() {
	for i, a := range l.ownCounts.rows {
		for j, b := range l.ownCounts.rows[:i] {
			if slices.Equal(a.Platforms, b.Platforms) && a.From <= b.To && b.From <= a.To {
				l.fault(l.ownCounts.at[i], "own count of %s from %s to %s overlaps line %d, %s to %s",
					strings.Join(a.Platforms, ";"), a.From, a.To, l.ownCounts.at[j].line, b.From, b.To)
			}
		}
	}
}

// combined groups the likely members of combined rows by year and platform.
func (l *loader) combined() []pipeline.CombinedRow {
	var list []pipeline.CombinedRow
	slices.SortStableFunc(l.members.rows, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.year, b.year), cmp.Compare(a.platform, b.platform), cmp.Compare(a.member, b.member))
	})
	for _, m := range l.members.rows {
		n := len(list)
		if n == 0 || list[n-1].Year != m.year || list[n-1].Platform != m.platform {
			list = append(list, pipeline.CombinedRow{Year: m.year, Platform: m.platform})
			n++
		}
		c := &list[n-1]
		c.Members = append(c.Members, m.member)
		for _, s := range strings.Split(m.source, " ; ") {
			if !strings.Contains(" ; "+c.Source+" ; ", " ; "+s+" ; ") {
				c.Source = strings.TrimPrefix(c.Source+" ; "+s, " ; ")
			}
		}
	}
	return list
}

// citation is a reference to one of NCMEC's documents, with year and page:
// "NCMEC, 2022 CyberTipline Reports by ESP, p. 3".
var citation = regexp.MustCompile(`\bNCMEC,.*\b(19|20)\d\d\b.*, pp?\. ?\d+`)

// address is what a browser can open.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// checkSource wants in each part of a source, separated by " ; ", an address
// someone can open or a citation with year and page. Words around it (who
// says it, when) are welcome.
func checkSource(source string) error {
	if source == "" {
		return errors.New("no source")
	}
	for _, s := range strings.Split(source, " ; ") {
		if citation.MatchString(s) {
			continue
		}
		u, err := url.Parse(address.FindString(s))
		if err != nil || !strings.Contains(u.Hostname(), ".") {
			return fmt.Errorf("source %q holds neither an address nor a citation of NCMEC's document with year and page", s)
		}
	}
	return nil
}
