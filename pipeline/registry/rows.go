package registry

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/pipeline"
)

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

func (l *loader) loadCategory(r row) {
	c := pipeline.Category{ID: r.cell["id"], Name: r.cell["name"], Definition: r.cell["definition"], User: r.user}
	l.checkID(r, "id", c.ID)
	l.checkNamed(r, "category", c.ID, c.Name)
	if c.Definition == "" {
		l.fault(r.place, "category %q has no definition", c.ID)
	}
	l.categories.add(l, r, "category", c.ID, c)
}

// ensureOther adds the category that every registry needs where none is given.
func (l *loader) ensureOther() {
	if id := pipeline.OtherCategory; !l.categories.has(id) {
		l.categories.add(l, row{}, "category", id, pipeline.Category{ID: id, Name: "Other", Definition: "Everything that no other category covers."})
	}
}

func (l *loader) loadPlatform(r row) {
	p := pipeline.Platform{
		ID: r.cell["id"], Name: r.cell["name"], Kind: pipeline.Kind(r.cell["kind"]), Category: r.cell["category"],
		Note: r.cell["note"], Source: r.cell["source"], User: r.user,
	}
	l.checkID(r, "id", p.ID)
	l.checkNamed(r, "platform", p.ID, p.Name)
	if strings.HasPrefix(p.ID, UnmatchedPrefix) {
		l.fault(r.place, "id %q begins with %q, which is kept for unknown names", p.ID, UnmatchedPrefix)
	}
	if !slices.Contains(pipeline.Kinds, p.Kind) {
		l.fault(r.place, "kind %q is none of %v", p.Kind, pipeline.Kinds)
	}
	if p.Category == "" {
		p.Category = pipeline.OtherCategory
	}
	if p.Category != pipeline.OtherCategory && !l.categories.has(p.Category) {
		l.fault(r.place, "category %q is not in categories.csv", p.Category)
	}
	l.domains[p.ID] = r.list("domains")
	if years := r.cell["rows"]; years != "" {
		first, last, _ := strings.Cut(years, "-")
		y1, err1 := strconv.Atoi(first)
		y2, err2 := strconv.Atoi(cmp.Or(last, first))
		if err1 != nil || err2 != nil || y1 < firstYear || y2 < y1 {
			l.fault(r.place, "rows %q is neither a year nor two years such as 2019-2020", years)
		}
		l.rowYears[p.ID] = [2]int{y1, y2}
	}
	l.platforms.add(l, r, "platform", p.ID, p)
}

func (l *loader) loadCompany(r row) {
	c := pipeline.Company{ID: r.cell["id"], Name: r.cell["name"], Source: r.cell["source"], User: r.user}
	l.checkID(r, "id", c.ID)
	l.checkNamed(r, "company", c.ID, c.Name)
	l.called[c.ID] = r.list("aliases")
	l.companies.add(l, r, "company", c.ID, c)
}

func (l *loader) loadAlias(r row) {
	a := Alias{Printed: r.cell["printed_name"], Platform: r.cell["platform_id"], Note: r.cell["note"], Source: r.cell["source"], User: r.user}
	switch {
	case a.Printed == "":
		l.fault(r.place, "no printed name")
	case strings.HasSuffix(a.Printed, "*"):
		l.fault(r.place, `printed name %q ends with "*": the mark is not part of the name`, a.Printed)
	}
	l.wantPlatform(r, "platform", a.Platform)
	l.aliases.add(l, r, "printed name", a.Printed, a)
}

func (l *loader) loadShortName(r row) {
	a := Alias{Printed: r.cell["name"], Platform: r.cell["platform_id"], Source: r.cell["source"], User: r.user}
	if a.Printed == "" {
		l.fault(r.place, "no name")
	}
	l.wantPlatform(r, "platform", a.Platform)
	l.short.add(l, r, "short name", a.Printed, a)
}

func (l *loader) loadOwner(r row) {
	o := pipeline.Ownership{
		Platform: r.cell["platform_id"], Company: r.cell["company_id"], From: r.cell["from"], To: r.cell["to"],
		Source: r.cell["source"], User: r.user,
	}
	l.wantPlatform(r, "platform", o.Platform)
	if o.Company != pipeline.Independent && !l.companies.has(o.Company) {
		l.fault(r.place, "company %q is not in companies.csv (%q says that a platform has no owner)", o.Company, pipeline.Independent)
	}
	for _, c := range []string{"from", "to"} {
		if r.cell[c] != "" {
			l.day(r, c)
		}
	}
	if o.To != "" && o.From > o.To {
		l.fault(r.place, "ownership of %q ends on %s before it begins on %s", o.Platform, o.To, o.From)
	}
	l.replaced[o.Platform] = l.replaced[o.Platform] || r.user
	l.owners.add(l, r, "", "", o)
}

func (l *loader) loadBreak(r row) {
	b := pipeline.Break{
		ID: r.cell["id"], Who: r.cell["who"], From: l.year(r, "from"), To: l.year(r, "to"), Kind: r.cell["kind"],
		Description: r.cell["description"], Source: r.cell["source"], Forbids: pipeline.Forbids(r.cell["forbids"]), User: r.user,
	}
	l.checkID(r, "id", b.ID)
	l.checkID(r, "kind", b.Kind)
	if b.Who != pipeline.Everybody && !l.platforms.has(b.Who) && !l.companies.has(b.Who) {
		l.fault(r.place, "who %q is neither a platform, nor a company, nor all", b.Who)
	}
	if b.From > b.To {
		l.fault(r.place, "break %q runs from %d back to %d", b.ID, b.From, b.To)
	}
	if b.Description == "" {
		l.fault(r.place, "break %q has no description", b.ID)
	}
	switch b.Forbids {
	case pipeline.ForbidsPlatform, pipeline.ForbidsChange, pipeline.ForbidsNothing:
	default:
		l.fault(r.place, "forbids %q is none of platform, change, nothing", b.Forbids)
	}
	for _, m := range r.list("measures") {
		switch m := pipeline.Measure(m); m {
		case pipeline.MeasureReports, pipeline.MeasureShare, pipeline.MeasureRank:
			b.Measures = append(b.Measures, m)
		default:
			l.fault(r.place, "measure %q is none of reports, share, rank", m)
		}
	}
	l.breaks.add(l, r, "break", b.ID, b)
}

func (l *loader) loadCombined(r row) {
	m := member{l.year(r, "year"), r.cell["platform_id"], r.cell["member_id"], r.cell["source"]}
	l.wantPlatform(r, "platform", m.platform)
	l.wantPlatform(r, "member", m.member)
	for i, o := range l.members.rows {
		if o.year == m.year && o.member == m.member {
			l.fault(r.place, "member %q is already in a combined row of %d on line %d", m.member, m.year, l.members.at[i].line)
		}
	}
	l.members.add(l, r, "", "", m)
}

func (l *loader) loadCounted(r row) {
	c := pipeline.Counted{
		ID: r.cell["id"], Name: r.cell["name"], Aliases: r.list("aliases"), Platform: r.cell["platform_id"],
		From: l.year(r, "from"), To: l.year(r, "to"), Note: r.cell["note"], Source: r.cell["source"], User: r.user,
	}
	l.checkID(r, "id", c.ID)
	l.checkNamed(r, "service", c.ID, c.Name)
	if c.Platform != "" {
		l.wantPlatform(r, "platform", c.Platform)
	}
	if c.From > c.To {
		l.fault(r.place, "service %q runs from %d back to %d", c.ID, c.From, c.To)
	}
	l.counted.add(l, r, "service", c.ID, c)
}

func (l *loader) loadOwnCount(r row) {
	c := pipeline.OwnCount{
		Platforms: r.list("platforms"), From: l.day(r, "from"), To: l.day(r, "to"), Covers: r.cell["covers"],
		Rounded: l.yes(r, "rounded"), SecondHand: l.yes(r, "second_hand"),
		Title: r.cell["title"], Published: r.cell["published"], Source: r.cell["source"],
	}
	if len(c.Platforms) == 0 {
		l.fault(r.place, "no platforms")
	}
	for _, p := range c.Platforms {
		l.wantPlatform(r, "platform", p)
	}
	slices.Sort(c.Platforms)
	if unit := r.cell["unit"]; unit != "reports" {
		l.fault(r.place, "unit %q is not reports: other units are not comparable with NCMEC's table", unit)
	}
	n, err := strconv.ParseInt(r.cell["reports"], 10, 64)
	if err != nil || n < 0 {
		l.fault(r.place, "reports %q is not a whole number", r.cell["reports"])
	}
	c.Reports = pipeline.Count(n)
	if !wholePeriod(c.From, c.To) {
		l.fault(r.place, "%s to %s is not a calendar year, half-year or quarter", c.From, c.To)
	}
	if p := c.Published; p != "" && !isDay(p) && !isDay(p+"-01") {
		l.fault(r.place, "published %q is neither a day (YYYY-MM-DD) nor a month (YYYY-MM)", p)
	}
	if c.Title == "" {
		l.fault(r.place, "no title")
	}
	l.ownCounts.add(l, r, "", "", c)
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
	l.checkID(r, "id", g.ID)
	l.checkNamed(r, "group", g.ID, g.Name)
	if len(g.Members) == 0 {
		l.fault(r.place, "group %q has no members", g.ID)
	}
	for i, m := range g.Members {
		l.wantPlatform(r, "member", m)
		if slices.Contains(g.Members[:i], m) {
			l.fault(r.place, "member %q is in group %q twice", m, g.ID)
		}
	}
	l.groups.add(l, r, "group", g.ID, g)
}

func (l *loader) loadRemark(r row) {
	m := pipeline.Remark{Who: r.cell["who"], Text: r.cell["text"], Source: r.cell["source"]}
	if r.cell["year"] != "" {
		m.Year = l.year(r, "year")
	}
	if !l.platforms.has(m.Who) && !l.companies.has(m.Who) && !l.categories.has(m.Who) {
		l.fault(r.place, "who %q is neither a platform, nor a company, nor a category", m.Who)
	}
	if m.Text == "" {
		l.fault(r.place, "no text")
	}
	l.remarks.add(l, r, "", "", m)
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) checkID(r row, what, id string) {
	if !idForm.MatchString(id) {
		l.fault(r.place, "%s %q is not lower-case letters, digits and single dashes", what, id)
	}
}

// checkNamed wants a name, and an id that means nothing else.
func (l *loader) checkNamed(r row, what, id, name string) {
	if name == "" {
		l.fault(r.place, "%s %q has no name", what, id)
	}
	if meaning, ok := reserved[id]; ok {
		l.fault(r.place, "id %q is kept for %s", id, meaning)
	}
}

func (l *loader) wantPlatform(r row, what, id string) {
	if !l.platforms.has(id) {
		l.fault(r.place, "%s %q is not in platforms.csv", what, id)
	}
}

func (l *loader) year(r row, column string) int {
	y, err := strconv.Atoi(r.cell[column])
	if err != nil || len(r.cell[column]) != 4 || y < 1998 || y > 2100 {
		l.fault(r.place, "%s %q is not a year", column, r.cell[column])
	}
	return y
}

func (l *loader) day(r row, column string) string {
	if !isDay(r.cell[column]) {
		l.fault(r.place, "%s %q is not a day (YYYY-MM-DD)", column, r.cell[column])
	}
	return r.cell[column]
}

func isDay(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Format(time.DateOnly) == s
}

func (l *loader) yes(r row, column string) bool {
	switch r.cell[column] {
	case "yes":
		return true
	case "", "no":
	default:
		l.fault(r.place, "%s %q is neither yes nor no", column, r.cell[column])
	}
	return false
}
