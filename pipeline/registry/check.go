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
	"unicode/utf8"

	"espfigures/pipeline"
)

// firstYear is the first year with a table of reports per provider.
const firstYear = 2019

// UnmatchedPrefix begins the ids of names that no platform is known under; no
// registered id may begin with it.
const UnmatchedPrefix = "unmatched-"

// reserved are ids that mean something else in a comparison or a registry.
var reserved = []string{pipeline.Everybody, pipeline.Independent, "total", "esp-total"}

// checks are the checks that columns name. wrong is the rest of a sentence that
// begins with the cell's column and value.
var checks = map[string]struct {
	wrong string
	ok    func(v string) bool
}{
	"text":      {"is empty", func(v string) bool { return v != "" }},
	"unstarred": {`ends with "*": the mark is not part of the name`, func(v string) bool { return !strings.HasSuffix(v, "*") }},
	"id":        {"is not lower-case letters, digits and single dashes", idForm.MatchString},
	"free": {"is reserved: it has a meaning of its own", func(v string) bool {
		return !slices.Contains(reserved, v) && !strings.HasPrefix(v, UnmatchedPrefix)
	}},
	"source": {"holds neither an address nor a citation of NCMEC's document with year and page", isSource},
	"kind":   {fmt.Sprintf("is none of %v", pipeline.Kinds), func(v string) bool { return slices.Contains(pipeline.Kinds, pipeline.Kind(v)) }},
	"count":  {"is not a whole number", func(v string) bool { n, err := strconv.Atoi(v); return err == nil && n >= 0 }},
	"year":   {"is not a year", func(v string) bool { return isDay(v+"-01-01") && v >= "1998" && v <= "2100" }},
	"years":  {"is neither a year nor two years such as 2019-2020", func(v string) bool { _, _, ok := yearsOf(v); return ok }},
	"day":    {"is not a day (YYYY-MM-DD)", isDay},
	"month":  {"is neither a day (YYYY-MM-DD) nor a month (YYYY-MM)", func(v string) bool { return isDay(v) || isDay(v+"-01") }},
}

func (l *loader) checkCell(r row, c column) {
	cell := r.cell[c.name]
	label, values := strings.TrimSuffix(c.name, "_id"), []string{cell}
	if c.list {
		label, values = strings.TrimSuffix(label, "s"), r.list(c.name)
	}
	switch unique := slices.Compact(slices.Sorted(slices.Values(values))); {
	case !utf8.ValidString(cell):
		l.fault(r.place, "%s is not UTF-8", c.name)
	case cell != strings.TrimSpace(cell):
		l.fault(r.place, "%s %q begins or ends with a space", c.name, cell)
	case c.optional && cell == "":
		return
	case len(values) == 0:
		l.fault(r.place, "no %s", c.name)
	case len(unique) < len(values):
		l.fault(r.place, "%s %q is named twice", label, cell)
	}
	for _, v := range values {
		for _, name := range c.checks {
			if wrong := l.wrong(name, v); wrong != "" {
				l.fault(r.place, "%s %q %s", label, v, wrong)
				break
			}
		}
	}
}

// wrong says what is wrong with a value, as the rest of a sentence, by a check of
// a column.
func (l *loader) wrong(check, v string) string {
	if c, ok := checks[check]; ok {
		if c.ok(v) {
			return ""
		}
		return c.wrong
	}
	wanted := strings.Split(check, "|")
	for i, w := range wanted {
		f := l.files[w]
		if f == nil && v == w {
			return ""
		} else if f == nil {
			continue
		}
		if _, ok := f.at[v]; ok {
			return ""
		}
		wanted[i] = "in " + w
	}
	return "is not " + strings.Join(wanted, " or ")
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
func isSource(source string) bool {
	for s := range strings.SplitSeq(source, " ; ") {
		u, err := url.Parse(address.FindString(s))
		if !citation.MatchString(s) && (err != nil || !strings.Contains(u.Hostname(), ".")) {
			return false
		}
	}
	return true
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
	owners := l.files["owners.csv"]
	theirs := map[string]bool{}
	for _, o := range owners.rows {
		theirs[o.cell["platform_id"]] = theirs[o.cell["platform_id"]] || o.user
	}
	owners.rows = slices.DeleteFunc(owners.rows, func(o row) bool { return !o.user && theirs[o.cell["platform_id"]] })
}

// checkIDs makes sure that an id means one thing in a comparison: a category,
// a group and a service without a row share none with anything else, and a
// company none with a platform that is without an owner in some year. Such a
// platform is a series among the companies.
func (l *loader) checkIDs(reg *Registry) {
	taken := map[string]string{}
	for _, name := range []string{"platforms.csv", "companies.csv", "categories.csv", "groups.csv", "counted.csv"} {
		f := l.files[name]
		for _, r := range f.rows {
			id := r.cell["id"]
			by, ok := taken[id]
			switch {
			case ok && f.noun != "company":
				l.fault(r.place, "%s %q has the id of a %s", f.noun, id, by)
			case ok && !alwaysOwned(reg.OwnersOf(id)):
				l.fault(r.place, "company %q has the id of a platform that no owner is named for on every 31 December since %d; give the company another id, or the platform its owners", id, firstYear)
			}
			taken[id] = f.noun
		}
	}
}

// alwaysOwned reports whether a platform has one of the owners on every 31
// December. Yearly sums look at that day only: a gap within a year does not matter.
func alwaysOwned(owners []pipeline.Ownership) bool {
	for y := firstYear; y <= 2100; y++ {
		if !slices.ContainsFunc(owners, func(o pipeline.Ownership) bool {
			return o.Company != pipeline.Independent && o.On(pipeline.LastDay(y))
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
	var shipped, users []claim
	for _, name := range []string{"aliases.csv", "platforms.csv", "short_names.csv", "counted.csv"} {
		f := l.files[name]
		for _, r := range f.rows {
			for _, column := range f.calls[1:] {
				for _, n := range r.list(column) {
					if c := (claim{r.place, r.cell[f.calls[0]], n}); r.user {
						users = append(users, c)
					} else {
						shipped = append(shipped, c)
					}
				}
			}
		}
	}
	first := map[string]claim{} // by normalised form
	for _, c := range append(shipped, users...) {
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

// periods are the periods of own counts.
const periods = "01-01/12-31 01-01/06-30 07-01/12-31 01-01/03-31 04-01/06-30 07-01/09-30 10-01/12-31"

// checkPeriods makes sure that a platform has one owner on any day, and is in one
// combined row of a year, and that own counts are of usual periods and no
// half-year is added to the year that holds it.
func (l *loader) checkPeriods(reg *Registry) {
	type period struct {
		place
		of, from, to string
	}
	var list []period
	for i, o := range reg.Owners {
		list = append(list, period{l.files["owners.csv"].rows[i].place, fmt.Sprintf("ownership of %q", o.Platform), o.From, o.To})
	}
	for i, c := range reg.Combined {
		for _, m := range c.Members {
			year := strconv.Itoa(c.Year)
			list = append(list, period{l.files["combined.csv"].rows[i].place, fmt.Sprintf("combined row with %q", m), year, year})
		}
	}
	for i, c := range reg.OwnCounts {
		at := l.files["own_counts.csv"].rows[i].place
		list = append(list, period{at, "own count of " + strings.Join(c.Platforms, ";"), c.From, c.To})
		if isDay(c.From) && isDay(c.To) && (c.From[:4] != c.To[:4] || !strings.Contains(periods, c.From[5:]+"/"+c.To[5:])) {
			l.fault(at, "%s to %s is not a calendar year, half-year or quarter", c.From, c.To)
		}
	}
	for i, a := range list {
		for _, b := range list[:i] {
			if a.of == b.of && (a.to == "" || b.from <= a.to) && (b.to == "" || a.from <= b.to) {
				l.fault(a.place, "%s from %s to %s overlaps line %d", a.of, cmp.Or(a.from, "open"), cmp.Or(a.to, "open"), b.line)
			}
		}
	}
}
