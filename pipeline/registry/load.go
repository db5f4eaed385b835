package registry

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"espfigures/pipeline"
)

// The files of a registry and their columns. One fact a row; every row has a source.
var columns = map[string][]string{
	"platforms.csv": {"id", "name", "kind", "note", "source"},
	"aliases.csv":   {"printed_name", "platform_id", "note", "source"},
	"companies.csv": {"id", "name", "source"},
	"owners.csv":    {"platform_id", "company_id", "from", "to", "source"},
	"breaks.csv":    {"id", "who", "from", "to", "kind", "description", "source", "forbids"},
	"combined.csv":  {"year", "platform_id", "member_id", "source"},
}

// UnmatchedPrefix begins the ids of names that no platform is known under; no
// registered id may begin with it.
const UnmatchedPrefix = "unmatched-"

// firstYear is the first year with a table of reports per provider.
const firstYear = 2019

// Load reads and checks a registry; tests pass fstest.MapFS. The error joins
// every fault found, each with file, line and what is wrong.
func Load(fsys fs.FS) (*Registry, error) {
	l := &loader{fsys: fsys, sources: map[string]error{}, reg: &Registry{
		platform: map[string]int{},
		company:  map[string]int{},
		owned:    map[string][]int{},
	}}
	// Ids first: the other files refer to them.
	l.each("platforms.csv", l.loadPlatform)
	l.each("companies.csv", l.loadCompany)
	l.each("aliases.csv", l.loadAlias)
	l.each("owners.csv", l.loadOwner)
	l.each("breaks.csv", l.loadBreak)
	l.each("combined.csv", l.loadCombined)
	l.checkNames()
	l.checkOwners()
	l.checkAlone()
	l.groupCombined()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return l.reg, nil
}

type loader struct {
	fsys   fs.FS
	reg    *Registry
	faults []error

	aliasLine, ownerLine, companyLine, platformLine []int
	breakIDs                                        map[string]int
	members                                         []member
	sources                                         map[string]error // what is wrong with each source; many rows share one
}

type member struct {
	year             int
	platform, member string
	source           string
	line             int
}

// row is a row of a file while it is loaded: cell is used again for the next.
type row struct {
	file string
	line int
	cell map[string]string
}

func (l *loader) fault(file string, line int, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s, line %d: %s", file, line, fmt.Sprintf(format, args...)))
}

// each hands the rows of a file to f, with the header checked.
func (l *loader) each(file string, f func(row)) {
	in, err := l.fsys.Open(file)
	if err != nil {
		l.faults = append(l.faults, fmt.Errorf("registry: %w", err))
		return
	}
	defer in.Close()
	want := columns[file]
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	head := true
	cells := make(map[string]string, len(want)) // of one row after the other
	for {
		rec, err := r.Read()
		if err == io.EOF {
			if head {
				l.fault(file, 1, "no header; want %s", strings.Join(want, ","))
			}
			return
		}
		if err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", file, err))
			return
		}
		line, _ := r.FieldPos(0)
		if head {
			head = false
			if strings.Join(rec, ",") != strings.Join(want, ",") {
				l.fault(file, line, "header %q; want %s", strings.Join(rec, ","), strings.Join(want, ","))
				return
			}
			continue
		}
		if len(rec) != len(want) {
			l.fault(file, line, "%d cells; want %d (%s)", len(rec), len(want), strings.Join(want, ","))
			continue
		}
		for i, name := range want {
			if !utf8.ValidString(rec[i]) {
				l.fault(file, line, "%s is not UTF-8", name)
			}
			if rec[i] != strings.TrimSpace(rec[i]) {
				l.fault(file, line, "%s %q begins or ends with a space", name, rec[i])
			}
			cells[name] = rec[i]
		}
		this := row{file, line, cells}
		err, known := l.sources[cells["source"]]
		if !known {
			err = checkSource(cells["source"])
			l.sources[cells["source"]] = err
		}
		if err != nil {
			l.fault(file, line, "%v", err)
		}
		f(this)
	}
}

func (l *loader) loadPlatform(r row) {
	id := r.cell["id"]
	l.checkID(r, "id", id)
	if strings.HasPrefix(id, UnmatchedPrefix) {
		l.fault(r.file, r.line, "id %q begins with %q, which is kept for unknown names", id, UnmatchedPrefix)
	}
	if at, ok := l.reg.platform[id]; ok {
		l.fault(r.file, r.line, "platform %q is already on line %d", id, l.platformLine[at])
		return
	}
	if r.cell["name"] == "" {
		l.fault(r.file, r.line, "platform %q has no name", id)
	}
	kind := pipeline.Kind(r.cell["kind"])
	known := false
	for _, k := range pipeline.Kinds {
		known = known || k == kind
	}
	if !known {
		l.fault(r.file, r.line, "kind %q is none of %v", kind, pipeline.Kinds)
	}
	l.reg.platform[id] = len(l.reg.Platforms)
	l.platformLine = append(l.platformLine, r.line)
	l.reg.Platforms = append(l.reg.Platforms, pipeline.Platform{ID: id, Name: r.cell["name"], Kind: kind, Note: r.cell["note"], Source: r.cell["source"]})
}

func (l *loader) loadCompany(r row) {
	id := r.cell["id"]
	l.checkID(r, "id", id)
	if at, ok := l.reg.company[id]; ok {
		l.fault(r.file, r.line, "company %q is already on line %d", id, l.companyLine[at])
		return
	}
	if id == pipeline.Everybody {
		l.fault(r.file, r.line, "id %q is kept for breaks that concern every series", id)
	}
	if r.cell["name"] == "" {
		l.fault(r.file, r.line, "company %q has no name", id)
	}
	l.reg.company[id] = len(l.reg.Companies)
	l.companyLine = append(l.companyLine, r.line)
	l.reg.Companies = append(l.reg.Companies, pipeline.Company{ID: id, Name: r.cell["name"], Source: r.cell["source"]})
}

func (l *loader) loadAlias(r row) {
	a := Alias{Printed: r.cell["printed_name"], Platform: r.cell["platform_id"], Note: r.cell["note"], Source: r.cell["source"]}
	switch {
	case a.Printed == "":
		l.fault(r.file, r.line, "no printed name")
	case strings.HasSuffix(a.Printed, "*"):
		l.fault(r.file, r.line, `printed name %q ends with "*": the mark is not part of the name`, a.Printed)
	}
	l.wantPlatform(r, "platform", a.Platform)
	l.aliasLine = append(l.aliasLine, r.line)
	l.reg.Aliases = append(l.reg.Aliases, a)
}

func (l *loader) loadOwner(r row) {
	o := pipeline.Ownership{Platform: r.cell["platform_id"], Company: r.cell["company_id"], From: r.cell["from"], To: r.cell["to"], Source: r.cell["source"]}
	l.wantPlatform(r, "platform", o.Platform)
	if l.reg.Company(o.Company) == nil {
		l.fault(r.file, r.line, "company %q is not in companies.csv", o.Company)
	}
	for _, c := range []string{"from", "to"} {
		day := r.cell[c]
		if t, err := time.Parse(time.DateOnly, day); day != "" && (err != nil || t.Format(time.DateOnly) != day) {
			l.fault(r.file, r.line, "%s %q is not a day (YYYY-MM-DD)", c, day)
		}
	}
	if o.To != "" && o.From > o.To {
		l.fault(r.file, r.line, "ownership of %q ends on %s before it begins on %s", o.Platform, o.To, o.From)
	}
	l.reg.owned[o.Platform] = append(l.reg.owned[o.Platform], len(l.reg.Owners))
	l.ownerLine = append(l.ownerLine, r.line)
	l.reg.Owners = append(l.reg.Owners, o)
}

func (l *loader) loadBreak(r row) {
	b := pipeline.Break{
		ID: r.cell["id"], Who: r.cell["who"], From: l.year(r, "from"), To: l.year(r, "to"), Kind: r.cell["kind"],
		Description: r.cell["description"], Source: r.cell["source"], Forbids: pipeline.Forbids(r.cell["forbids"]),
	}
	l.checkID(r, "id", b.ID)
	l.checkID(r, "kind", b.Kind)
	if l.breakIDs == nil {
		l.breakIDs = map[string]int{}
	}
	if at, ok := l.breakIDs[b.ID]; ok {
		l.fault(r.file, r.line, "break %q is already on line %d", b.ID, at)
	}
	l.breakIDs[b.ID] = r.line
	if b.Who != pipeline.Everybody && l.reg.Platform(b.Who) == nil && l.reg.Company(b.Who) == nil {
		l.fault(r.file, r.line, "who %q is neither a platform, nor a company, nor all", b.Who)
	}
	if b.From > b.To {
		l.fault(r.file, r.line, "break %q runs from %d back to %d", b.ID, b.From, b.To)
	}
	if b.Description == "" {
		l.fault(r.file, r.line, "break %q has no description", b.ID)
	}
	switch b.Forbids {
	case pipeline.ForbidsPlatform, pipeline.ForbidsChange, pipeline.ForbidsNothing:
	default:
		l.fault(r.file, r.line, "forbids %q is none of platform, change, nothing", b.Forbids)
	}
	l.reg.Breaks = append(l.reg.Breaks, b)
}

func (l *loader) loadCombined(r row) {
	m := member{l.year(r, "year"), r.cell["platform_id"], r.cell["member_id"], r.cell["source"], r.line}
	l.wantPlatform(r, "platform", m.platform)
	l.wantPlatform(r, "member", m.member)
	for _, o := range l.members {
		if o.year == m.year && o.member == m.member {
			l.fault(r.file, r.line, "member %q is already in a combined row of %d on line %d", m.member, m.year, o.line)
		}
	}
	l.members = append(l.members, m)
}

func (l *loader) groupCombined() {
	ms := l.members
	sort.SliceStable(ms, func(i, j int) bool {
		if ms[i].year != ms[j].year {
			return ms[i].year < ms[j].year
		}
		if ms[i].platform != ms[j].platform {
			return ms[i].platform < ms[j].platform
		}
		return ms[i].member < ms[j].member
	})
	for _, m := range ms {
		n := len(l.reg.Combined)
		if n == 0 || l.reg.Combined[n-1].Year != m.year || l.reg.Combined[n-1].Platform != m.platform {
			l.reg.Combined = append(l.reg.Combined, pipeline.CombinedRow{Year: m.year, Platform: m.platform})
			n++
		}
		c := &l.reg.Combined[n-1]
		c.Members = append(c.Members, m.member)
		for _, s := range strings.Split(m.source, " ; ") {
			if !strings.Contains(" ; "+c.Source+" ; ", " ; "+s+" ; ") {
				c.Source = strings.TrimPrefix(c.Source+" ; "+s, " ; ")
			}
		}
	}
}

// checkNames sees to it that no name leads to two platforms, neither as
// printed nor once normalised. A platform's own name leads to it too.
func (l *loader) checkNames() {
	type user struct {
		platform, name, file string
		line                 int
	}
	printed := map[string]user{}
	keyed := map[string]user{}
	claim := func(u user) {
		forms := Normalise(u.name)
		for _, k := range []string{forms.Key, forms.Whole} {
			if o, ok := keyed[k]; ok && o.platform != u.platform {
				l.fault(u.file, u.line, "%q (%s) and %q (%s; %s, line %d) are one name once normalised (%q)", u.name, u.platform, o.name, o.platform, o.file, o.line, k)
				return
			}
		}
		for _, k := range []string{forms.Key, forms.Whole} {
			if _, ok := keyed[k]; !ok {
				keyed[k] = u
			}
		}
	}
	for i, a := range l.reg.Aliases {
		u := user{a.Platform, a.Printed, "aliases.csv", l.aliasLine[i]}
		if o, ok := printed[a.Printed]; ok {
			l.fault(u.file, u.line, "%q is already on line %d (%s)", a.Printed, o.line, o.platform)
			continue
		}
		printed[a.Printed] = u
		claim(u)
	}
	for i, p := range l.reg.Platforms {
		claim(user{p.ID, p.Name, "platforms.csv", l.platformLine[i]})
	}
}

// checkOwners sees to it that a platform has one owner on any day.
func (l *loader) checkOwners() {
	for i, a := range l.reg.Owners {
		for _, j := range l.reg.owned[a.Platform] {
			if j >= i {
				break
			}
			b := l.reg.Owners[j]
			if (a.To == "" || b.From <= a.To) && (b.To == "" || a.From <= b.To) {
				l.fault("owners.csv", l.ownerLine[i], "ownership of %q by %q (%s to %s) overlaps line %d, by %q (%s to %s)",
					a.Platform, a.Company, orOpen(a.From), orOpen(a.To), l.ownerLine[j], b.Company, orOpen(b.From), orOpen(b.To))
			}
		}
	}
}

// checkAlone sees to it that no company has the id of a platform that stands
// for itself in some year: the comparison by company would have two series of
// one id.
func (l *loader) checkAlone() {
	for i, c := range l.reg.Companies {
		if l.reg.Platform(c.ID) == nil {
			continue
		}
		first := fmt.Sprintf("%d-12-31", firstYear)
		covered := ""
		open := false
		for _, o := range l.reg.OwnersOf(c.ID) {
			if o.To != "" && o.To < first {
				continue
			}
			// Yearly sums look at 31 December only: a gap within a year is none.
			if covered == "" && o.From > first || covered != "" && o.From > nextYearEnd(covered) {
				break
			}
			covered, open = o.To, o.To == ""
			if open {
				break
			}
		}
		if !open {
			l.fault("companies.csv", l.companyLine[i], "company %q has the id of a platform that no owner is named for on every 31 December since %d; give the company another id, or the platform its owners", c.ID, firstYear)
		}
	}
}

// nextYearEnd returns the first 31 December after the day.
func nextYearEnd(day string) string {
	year, err := strconv.Atoi(day[:min(4, len(day))])
	if err != nil {
		return day
	}
	if strings.HasSuffix(day, "-12-31") {
		year++
	}
	return fmt.Sprintf("%04d-12-31", year)
}

func (l *loader) wantPlatform(r row, what, id string) {
	if l.reg.Platform(id) == nil {
		l.fault(r.file, r.line, "%s %q is not in platforms.csv", what, id)
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) checkID(r row, what, id string) {
	if !idForm.MatchString(id) {
		l.fault(r.file, r.line, "%s %q is not lower-case letters, digits and single dashes", what, id)
	}
}

func (l *loader) year(r row, what string) int {
	y, err := strconv.Atoi(r.cell[what])
	if err != nil || len(r.cell[what]) != 4 || y < 1998 || y > 2100 {
		l.fault(r.file, r.line, "%s %q is not a year", what, r.cell[what])
	}
	return y
}

func orOpen(day string) string {
	if day == "" {
		return "open"
	}
	return day
}

// citation is a reference to one of NCMEC's documents that a reader can find
// with a finger: "NCMEC, 2022 CyberTipline Reports by ESP, p. 3".
var citation = regexp.MustCompile(`\bNCMEC,.*\b(19|20)\d\d\b.*, pp?\. ?\d+`)

// address is what a browser can open.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// checkSource wants in each part of a source, parted by " ; ", an address
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
