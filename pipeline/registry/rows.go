package registry

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/pipeline"
)

// The load functions make a fact of a row whose cells were checked.

func (l *loader) loadCategory(r row) {
	l.categories.add(l, r, pipeline.Category{ID: r.cell["id"], Name: r.cell["name"], Definition: r.cell["definition"], User: r.user})
}

func (l *loader) loadPlatform(r row) {
	p := pipeline.Platform{
		ID: r.cell["id"], Name: r.cell["name"], Kind: pipeline.Kind(r.cell["kind"]), Category: cmp.Or(r.cell["category"], pipeline.OtherCategory),
		Note: r.cell["note"], Source: r.cell["source"], User: r.user,
	}
	l.domains[p.ID] = r.list("domains")
	if first, last, ok := yearsOf(r.cell["rows"]); ok {
		l.rowYears[p.ID] = [2]int{first, last}
	}
	l.platforms.add(l, r, p)
}

func (l *loader) loadCompany(r row) {
	l.called[r.cell["id"]] = r.list("aliases")
	l.companies.add(l, r, pipeline.Company{ID: r.cell["id"], Name: r.cell["name"], Source: r.cell["source"], User: r.user})
}

func (l *loader) loadAlias(r row) {
	l.aliases.add(l, r, Alias{Printed: r.cell["printed_name"], Platform: r.cell["platform_id"], Note: r.cell["note"], Source: r.cell["source"], User: r.user})
}

func (l *loader) loadShortName(r row) {
	l.short.add(l, r, Alias{Printed: r.cell["name"], Platform: r.cell["platform_id"], Source: r.cell["source"], User: r.user})
}

func (l *loader) loadOwner(r row) {
	l.replaced[r.cell["platform_id"]] = l.replaced[r.cell["platform_id"]] || r.user
	l.owners.add(l, r, pipeline.Ownership{
		Platform: r.cell["platform_id"], Company: r.cell["company_id"], From: r.cell["from"], To: r.cell["to"],
		Source: r.cell["source"], User: r.user,
	})
}

func (l *loader) loadBreak(r row) {
	b := pipeline.Break{
		ID: r.cell["id"], Who: r.cell["who"], From: r.number("from"), To: r.number("to"), Kind: r.cell["kind"],
		Description: r.cell["description"], Source: r.cell["source"], Forbids: pipeline.Forbids(r.cell["forbids"]), User: r.user,
	}
	for _, m := range r.list("measures") {
		b.Measures = append(b.Measures, pipeline.Measure(m))
	}
	l.breaks.add(l, r, b)
}

// member is a likely member of a combined row.
type member struct {
	year             int
	platform, member string
	source           string
}

func (l *loader) loadCombined(r row) {
	m := member{r.number("year"), r.cell["platform_id"], r.cell["member_id"], r.cell["source"]}
	for i, o := range l.members.rows {
		if o.year == m.year && o.member == m.member {
			l.fault(r.place, "member %q is already in a combined row of %d on line %d", m.member, m.year, l.members.at[i].line)
		}
	}
	l.members.add(l, r, m)
}

func (l *loader) loadCounted(r row) {
	l.counted.add(l, r, pipeline.Counted{
		ID: r.cell["id"], Name: r.cell["name"], Aliases: r.list("aliases"), Platform: r.cell["platform_id"],
		From: r.number("from"), To: r.number("to"), Note: r.cell["note"], Source: r.cell["source"], User: r.user,
	})
}

func (l *loader) loadOwnCount(r row) {
	c := pipeline.OwnCount{
		Platforms: r.list("platforms"), From: r.cell["from"], To: r.cell["to"], Reports: pipeline.Count(r.number("reports")), Covers: r.cell["covers"], Differs: r.cell["differs"],
		Rounded: r.cell["rounded"] == "yes", SecondHand: r.cell["second_hand"] == "yes",
		Title: r.cell["title"], Published: r.cell["published"], Source: r.cell["source"],
	}
	slices.Sort(c.Platforms)
	if !wholePeriod(c.From, c.To) {
		l.fault(r.place, "%s to %s is not a calendar year, half-year or quarter", c.From, c.To)
	}
	l.ownCounts.add(l, r, c)
}

// wholePeriod reports whether the days begin and end a calendar quarter,
// half-year or year.
func wholePeriod(from, to string) bool {
	first, err1 := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil || first.Day() != 1 {
		return false
	}
	for _, months := range []int{3, 6, 12} {
		if (int(first.Month())-1)%months == 0 && first.AddDate(0, months, -1).Equal(last) {
			return true
		}
	}
	return false
}

func (l *loader) loadGroup(r row) {
	g := pipeline.Group{ID: r.cell["id"], Name: r.cell["name"], Members: r.list("members"), Source: r.cell["source"], User: r.user}
	for i, m := range g.Members {
		if slices.Contains(g.Members[:i], m) {
			l.fault(r.place, "member %q is in group %q twice", m, g.ID)
		}
	}
	l.groups.add(l, r, g)
}

func (l *loader) loadRemark(r row) {
	l.remarks.add(l, r, pipeline.Remark{Who: r.cell["who"], Year: r.number("year"), Text: r.cell["text"], Source: r.cell["source"]})
}

// yearsOf reads "2019" or "2019-2020".
func yearsOf(s string) (first, last int, ok bool) {
	from, to, _ := strings.Cut(s, "-")
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(cmp.Or(to, from))
	return first, last, err1 == nil && err2 == nil && first >= firstYear && last >= first
}

// combined groups the likely members of combined rows by year and platform.
func (l *loader) combined() (list []pipeline.CombinedRow) {
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
