package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Fill sets the Figures, Platforms, Companies, Owners, Breaks and Combined of
// a dataset from its Editions and the registry, and returns what was found
// odd. It changes nothing else.
//
// Breaks holds the registry's breaks that concern the dataset, and one for
// every row whose composition differs between two neighbouring years while the
// registry says nothing on it (see scopeBreaks): a change of scope is never
// silently a change of volume.
func (r *Resolver) Fill(ds *pipeline.Dataset) []pipeline.Finding {
	figures, findings := r.figures(ds.Editions)
	ds.Figures = figures
	ds.Platforms = r.platforms(figures)
	r.fillOwners(ds)
	ds.Combined = r.combined(figures)
	ds.Breaks = r.breaks(ds)
	findings = append(findings, severalRows(ds)...)
	return append(findings, flagBreaks(ds)...)
}

// Figures turns the rows of editions into figures, in the order of the
// editions' years and of their rows, with the flags c (combined row), s
// (secondary source) and b (break with the year before). The findings are
// printed names nobody knows (each with the line to add to the registry),
// differently named rows of one platform, and breaks.
func (r *Resolver) Figures(eds []pipeline.Edition) ([]pipeline.Figure, []pipeline.Finding) {
	ds := &pipeline.Dataset{Editions: eds}
	findings := r.Fill(ds)
	return ds.Figures, findings
}

func (r *Resolver) figures(eds []pipeline.Edition) ([]pipeline.Figure, []pipeline.Finding) {
	byYear := slices.Clone(eds)
	sort.SliceStable(byYear, func(i, j int) bool { return byYear[i].Year < byYear[j].Year })
	// A name is printed year after year: what it means is found out once.
	known := map[string]*meaning{}
	rows, unknown := 0, 0
	for _, ed := range byYear {
		rows += len(ed.Rows)
		for _, row := range ed.Rows {
			m := known[row.Name]
			if m == nil {
				m = &meaning{Match: r.Name(row.Name)}
				if m.Kind == pipeline.NoMatch {
					m.unmatched(row.Name, r.reg)
				}
				known[row.Name] = m
			}
			if m.Kind == pipeline.NoMatch {
				unknown++
			}
		}
	}
	figures := make([]pipeline.Figure, 0, rows)
	findings := make([]pipeline.Finding, 0, unknown)
	for _, ed := range byYear {
		address := ed.Document.Address()
		cite := citer{ed: ed}
		combined := map[string]bool{}
		for _, c := range r.reg.Combined {
			if c.Year == ed.Year {
				combined[c.Platform] = true
			}
		}
		for _, row := range ed.Rows {
			m := known[row.Name]
			f := pipeline.Figure{
				Year: ed.Year, Name: row.Name, Reports: row.Reports, At: row.At, Combined: row.Combined,
				Platform: m.Platform, Match: m.Kind, Alias: m.Alias,
				Status: ed.Status, SHA256: ed.Document.SHA256, URL: address,
			}
			if ed.Status == pipeline.SecondaryHand {
				f.Flags = f.Flags.With(pipeline.FlagSecondary)
				f.SHA256 = ""
				if f.URL == "" {
					f.URL = ed.Source
				}
			}
			if m.Kind == pipeline.NoMatch {
				findings = append(findings, pipeline.Finding{
					Code: pipeline.UnmatchedName, Severity: pipeline.Warn, Year: ed.Year, At: row.At,
					Document: cmp.Or(ed.Document.SHA256, address, ed.Document.Name),
					What:     m.what[0] + row.Reports.String() + m.what[1],
					Mend:     m.mend(cite.cell(row.At)),
				})
			}
			if row.Combined || combined[f.Platform] {
				f.Flags = f.Flags.With(pipeline.FlagCombined)
			}
			figures = append(figures, f)
		}
	}
	return figures, findings
}

// meaning is what one printed name resolves to, with the words that say so
// where nobody knows it: what was found, around the number of reports, and
// what would mend it, around the citation, which stands there twice where the
// platform is new.
type meaning struct {
	Match
	what     [2]string
	platform string // the line of platforms.csv up to its source; "" where a platform is suggested
	alias    string // the line of aliases.csv up to its source
}

// unmatched makes the words for a name nobody knows. The id that is
// proposed is none of the registry's.
func (m *meaning) unmatched(printed string, reg *registry.Registry) {
	m.Platform = UnmatchedID(printed)
	m.what[0] = strconv.Quote(printed) + " ("
	m.what[1] = " reports) is no known name; the row stays under its printed name"
	if len(m.Suggestions) > 0 {
		s := m.Suggestions[0]
		m.what[1] += fmt.Sprintf("; it resembles %s (score %.2f, %s)", s.Platform, s.Score, s.Reason)
		m.alias = "aliases.csv: " + csvLine(printed, s.Platform, "") + ","
		return
	}
	id := NewID(printed)
	for n := 2; reg.Platform(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", NewID(printed), n)
	}
	m.platform = "platforms.csv: " + csvLine(id, printed, string(pipeline.KindPlatform), "") + ","
	m.alias = " and aliases.csv: " + csvLine(printed, id, "") + ","
}

// mend returns the lines that would make the name known; cite is the cell of
// their source.
func (m *meaning) mend(cite string) string {
	if m.platform == "" {
		return m.alias + cite
	}
	return m.platform + cite + m.alias + cite
}

// citer gives the citation of a row of an edition as a cell of a CSV line. It
// is the same for all rows of a page.
type citer struct {
	ed   pipeline.Edition
	page int
	text string
}

func (c *citer) cell(at pipeline.Place) string {
	if c.text == "" || c.page != at.Page {
		c.page, c.text = at.Page, csvLine(Citation(c.ed, at))
	}
	return c.text
}

// NewID proposes a platform id for a name: its words in lower case, accents
// dropped. Of letters that an id cannot hold a hash stands in, as in
// UnmatchedID, so that two names never have one id for the letters they share.
func NewID(printed string) string {
	lost := false
	id := strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c > unicode.MaxASCII && unicode.In(c, unicode.Mn, unicode.Me):
			return -1
		case c > unicode.MaxASCII && unicode.In(c, unicode.L, unicode.N, unicode.Mc):
			lost = true
			return '-'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		case c == '\'' || c == '’':
			return -1
		}
		return '-'
	}, norm.NFKD.String(strings.ReplaceAll(printed, "ß", "ss"))), "-")
	for strings.Contains(id, "--") {
		id = strings.ReplaceAll(id, "--", "-")
	}
	if id == "" || lost {
		return strings.TrimPrefix(UnmatchedID(printed), registry.UnmatchedPrefix)
	}
	return id
}

func (r *Resolver) platforms(figures []pipeline.Figure) []pipeline.Platform {
	last := map[string]int{} // platform id: its newest figure
	for i := range figures {
		last[figures[i].Platform] = i
	}
	list := make([]pipeline.Platform, 0, len(last))
	for id, i := range last {
		if p := r.reg.Platform(id); p != nil {
			list = append(list, *p)
			continue
		}
		// The newest printed form is the name to show.
		list = append(list, pipeline.Platform{ID: id, Name: figures[i].Name, Kind: pipeline.KindPlatform, Note: "not in the registry: shown under its printed name", Source: figures[i].URL})
	}
	slices.SortFunc(list, func(a, b pipeline.Platform) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (r *Resolver) fillOwners(ds *pipeline.Dataset) {
	ds.Owners, ds.Companies = nil, nil
	seen := map[string]bool{}
	for _, p := range ds.Platforms {
		for _, o := range r.reg.OwnersOf(p.ID) {
			ds.Owners = append(ds.Owners, o)
			if c := r.reg.Company(o.Company); c != nil && !seen[c.ID] {
				seen[c.ID] = true
				ds.Companies = append(ds.Companies, *c)
			}
		}
	}
	slices.SortFunc(ds.Companies, func(a, b pipeline.Company) int { return cmp.Compare(a.ID, b.ID) })
}

// combined returns the combined rows that the figures hold.
func (r *Resolver) combined(figures []pipeline.Figure) []pipeline.CombinedRow {
	of := map[int][]string{} // year: platforms whose row combines several
	for _, c := range r.reg.Combined {
		of[c.Year] = append(of[c.Year], c.Platform)
	}
	held := map[at]bool{}
	for i := range figures {
		if f := &figures[i]; len(of[f.Year]) > 0 && slices.Contains(of[f.Year], f.Platform) {
			held[at{f.Platform, f.Year}] = true
		}
	}
	var list []pipeline.CombinedRow
	for _, c := range r.reg.Combined {
		if held[at{c.Platform, c.Year}] {
			list = append(list, c)
		}
	}
	return list
}

// at names what stands for a platform in a year.
type at struct {
	platform string
	year     int
}

// breaks returns the registry's breaks that concern the dataset and those its
// combined rows make.
func (r *Resolver) breaks(ds *pipeline.Dataset) []pipeline.Break {
	known := map[string]bool{pipeline.Everybody: true}
	for _, p := range ds.Platforms {
		known[p.ID] = true
	}
	for _, c := range ds.Companies {
		known[c.ID] = true
	}
	var list []pipeline.Break
	for _, b := range r.reg.Breaks {
		if known[b.Who] {
			list = append(list, b)
		}
	}
	list = append(list, scopeBreaks(ds, list)...)
	slices.SortFunc(list, func(a, b pipeline.Break) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// ScopeDerived is the kind of the breaks that combined rows make by themselves.
const ScopeDerived = "scope-combined"

// scopeBreaks makes a break wherever a row is combined in one of two
// neighbouring years and not in the other, or with other likely members, and
// no curated break of kind scope-… on that platform and step judges it.
func scopeBreaks(ds *pipeline.Dataset, curated []pipeline.Break) []pipeline.Break {
	state := map[at]string{} // "" plain, "*" combined, with the members where known
	changes := map[string]bool{}
	for i := range ds.Figures {
		if f := &ds.Figures[i]; f.Flags.Has(pipeline.FlagCombined) {
			state[at{f.Platform, f.Year}], changes[f.Platform] = "*", true
		}
	}
	for _, c := range ds.Combined {
		state[at{c.Platform, c.Year}], changes[c.Platform] = "*"+strings.Join(c.Members, ","), true
	}
	if len(changes) == 0 {
		return nil
	}
	seen := map[at]pipeline.Figure{}
	for _, f := range ds.Figures {
		if !changes[f.Platform] {
			continue
		}
		k := at{f.Platform, f.Year}
		if _, ok := seen[k]; !ok || f.Flags.Has(pipeline.FlagCombined) {
			seen[k] = f
		}
	}
	var list []pipeline.Break
	for _, p := range ds.Platforms {
		if !changes[p.ID] {
			continue // never combined: its scope is the same in every year
		}
		for _, ed := range ds.Editions {
			before, this := at{p.ID, ed.Year - 1}, at{p.ID, ed.Year}
			old, ok1 := seen[before]
			now, ok2 := seen[this]
			if !ok1 || !ok2 || state[before] == state[this] {
				continue
			}
			if state[before] != "" && state[this] != "" && (state[before] == "*" || state[this] == "*") {
				continue // combined in both years, members known for one only
			}
			if slices.ContainsFunc(curated, func(b pipeline.Break) bool {
				return b.Who == p.ID && strings.HasPrefix(b.Kind, "scope") && b.From <= before.year && this.year <= b.To
			}) {
				continue
			}
			list = append(list, pipeline.Break{
				ID:  fmt.Sprintf("scope-%s-%d-%d", p.ID, before.year, this.year),
				Who: p.ID, From: before.year, To: this.year, Kind: ScopeDerived,
				Description: scopeWords(p.Name, state[before], state[this], old, now),
				Source:      sourceOf(ds, old) + " ; " + sourceOf(ds, now),
				Forbids:     pipeline.ForbidsPlatform,
			})
		}
	}
	return list
}

func scopeWords(name, before, this string, old, now pipeline.Figure) string {
	switch {
	case this == "":
		return fmt.Sprintf("The row %q of %d combines related platforms; the row %q of %d is %s alone.", old.Name, old.Year, now.Name, now.Year, name)
	case before == "":
		return fmt.Sprintf("The row %q of %d is %s alone; the row %q of %d combines related platforms.", old.Name, old.Year, name, now.Name, now.Year)
	}
	return fmt.Sprintf("The rows %q of %d and %q of %d combine different platforms.", old.Name, old.Year, now.Name, now.Year)
}

func sourceOf(ds *pipeline.Dataset, f pipeline.Figure) string {
	if ed := ds.Edition(f.Year); ed != nil {
		return Citation(*ed, f.At)
	}
	return f.URL
}

// severalRows notes where differently named rows of a year belong to one
// platform: whoever takes the first for the whole is wrong.
func severalRows(ds *pipeline.Dataset) []pipeline.Finding {
	var findings []pipeline.Finding
	for _, year := range years(ds.Figures) {
		first := make(map[string]int, year.to-year.from) // platform: its first row
		several := map[int][]int{}                       // first row: all of the platform's
		for i := year.from; i < year.to; i++ {
			id := ds.Figures[i].Platform
			at, again := first[id]
			switch {
			case !again:
				first[id] = i
			case several[at] == nil:
				several[at] = []int{at, i}
			default:
				several[at] = append(several[at], i)
			}
		}
		for _, at := range slices.Sorted(maps.Keys(several)) {
			var words []string
			var sum pipeline.Count
			names := map[string]bool{}
			for _, i := range several[at] {
				f := &ds.Figures[i]
				names[f.Name] = true
				sum += f.Reports
				words = append(words, fmt.Sprintf("%q (%s)", f.Name, f.Reports))
			}
			if len(names) < 2 {
				continue
			}
			f := &ds.Figures[at]
			findings = append(findings, pipeline.Finding{
				Code: pipeline.SeveralRows, Severity: pipeline.Note, Year: year.year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
				What: fmt.Sprintf("%s has %d rows that add up to %s: %s", ds.Platform(f.Platform).Name, len(words), sum, strings.Join(words, ", ")),
			})
		}
	}
	return findings
}

// span is where the figures of a year stand: those from from up to to.
type span struct{ year, from, to int }

// years returns where the figures of each year stand. They are ordered by year.
func years(figures []pipeline.Figure) []span {
	var list []span
	for i := range figures {
		if n := len(list); n == 0 || list[n-1].year != figures[i].Year {
			list = append(list, span{figures[i].Year, i, i})
		}
		list[len(list)-1].to = i + 1
	}
	return list
}

// flagBreaks sets flag b on figures whose platform's series is broken between
// the year before and their year, and notes each such break.
func flagBreaks(ds *pipeline.Dataset) []pipeline.Finding {
	platforms := make(map[string]*pipeline.Platform, len(ds.Platforms))
	for i := range ds.Platforms {
		platforms[ds.Platforms[i].ID] = &ds.Platforms[i]
	}
	owners := newOwners(ds)
	spans := years(ds.Figures)
	var findings []pipeline.Finding
	var before map[string]bool // platforms with a figure in the year before
	for n, year := range spans {
		var forbidding []pipeline.Break
		for _, b := range ds.Breaks {
			if b.Forbids != pipeline.ForbidsNothing && b.Spans(year.year) {
				forbidding = append(forbidding, b)
			}
		}
		if len(forbidding) == 0 {
			continue
		}
		before = map[string]bool{}
		if n > 0 && spans[n-1].year == year.year-1 {
			for i := spans[n-1].from; i < spans[n-1].to; i++ {
				before[ds.Figures[i].Platform] = true
			}
		}
		type noting struct{ platform, id string }
		noted := map[noting]bool{}
		for i := year.from; i < year.to; i++ {
			f := &ds.Figures[i]
			owner := owners.of(f.Platform, f.Year)
			for _, b := range forbidding {
				// An id that a platform and a company share means the platform.
				if b.Who != pipeline.Everybody && b.Who != f.Platform && (owner == "" || b.Who != owner || platforms[b.Who] != nil) {
					continue
				}
				f.Flags = f.Flags.With(pipeline.FlagBreak)
				k := noting{f.Platform, b.ID}
				if noted[k] || !before[f.Platform] {
					continue
				}
				noted[k] = true
				scope := ""
				if b.Forbids == pipeline.ForbidsPlatform && companyHolds(ds, owners, spans, f.Platform, f.Year) {
					scope = " (platform; its company can be compared)"
				}
				findings = append(findings, pipeline.Finding{
					Code: pipeline.BreakCode, Severity: pipeline.Note, Year: f.Year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
					What: fmt.Sprintf("%s%s: %d and %d cannot be compared. %s", platforms[f.Platform].Name, scope, f.Year-1, f.Year, b.Description),
				})
			}
		}
	}
	return findings
}

// owners answers what Dataset.Owner answers, without looking through all owners.
type owners struct {
	company map[string]bool                 // those in the dataset
	held    map[string][]pipeline.Ownership // by platform id
}

func newOwners(ds *pipeline.Dataset) owners {
	o := owners{map[string]bool{}, map[string][]pipeline.Ownership{}}
	for _, c := range ds.Companies {
		o.company[c.ID] = true
	}
	for _, w := range ds.Owners {
		o.held[w.Platform] = append(o.held[w.Platform], w)
	}
	return o
}

// of returns the id of the company that owned the platform on 31 December of
// the year, "" where no source names one.
func (o owners) of(platform string, year int) string {
	list := o.held[platform]
	if len(list) == 0 {
		return ""
	}
	day := fmt.Sprintf("%04d-12-31", year)
	for _, w := range list {
		if w.From <= day && (w.To == "" || w.To >= day) && o.company[w.Company] {
			return w.Company
		}
	}
	return ""
}

// companyHolds reports whether the sum of a platform's company compares with
// the year before although the platform's own row does not: it holds another
// platform, all that its combined rows likely hold is its own, no source is
// partial and no break forbids any change of its platforms.
func companyHolds(ds *pipeline.Dataset, owners owners, spans []span, platform string, year int) bool {
	owner := owners.of(platform, year)
	if owner == "" {
		return false
	}
	owns := func(p string, y int) bool { return owners.of(p, y) == owner }
	members := map[string]bool{owner: true}
	others := false
	for _, s := range spans {
		if s.year != year && s.year != year-1 {
			continue
		}
		for i := s.from; i < s.to; i++ {
			if f := &ds.Figures[i]; owns(f.Platform, f.Year) {
				members[f.Platform] = true
				others = others || f.Platform != platform
			}
		}
	}
	for _, y := range []int{year - 1, year} {
		if ed := ds.Edition(y); ed == nil || ed.Partial() {
			return false
		}
		for _, c := range ds.Combined {
			if c.Year != year && c.Year != year-1 {
				continue
			}
			for _, m := range c.Members {
				if owns(m, y) != owns(c.Platform, y) {
					return false
				}
			}
		}
	}
	return others && !slices.ContainsFunc(ds.Breaks, func(b pipeline.Break) bool {
		return b.Forbids == pipeline.ForbidsChange && b.Spans(year) && (members[b.Who] || b.Who == pipeline.Everybody)
	})
}
