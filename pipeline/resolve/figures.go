package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
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
	var figures []pipeline.Figure
	var findings []pipeline.Finding
	byYear := slices.Clone(eds)
	sort.SliceStable(byYear, func(i, j int) bool { return byYear[i].Year < byYear[j].Year })
	for _, ed := range byYear {
		for _, row := range ed.Rows {
			m := r.Name(row.Name)
			f := pipeline.Figure{
				Year: ed.Year, Name: row.Name, Reports: row.Reports, At: row.At, Combined: row.Combined,
				Platform: m.Platform, Match: m.Kind, Alias: m.Alias,
				Status: ed.Status, SHA256: ed.Document.SHA256, URL: ed.Document.Address(),
			}
			if ed.Status == pipeline.SecondaryHand {
				f.Flags = f.Flags.With(pipeline.FlagSecondary)
				f.SHA256 = ""
				if f.URL == "" {
					f.URL = ed.Source
				}
			}
			if m.Kind == pipeline.NoMatch {
				f.Platform = UnmatchedID(row.Name)
				findings = append(findings, r.unmatched(ed, row, m))
			}
			if row.Combined || r.reg.CombinedRow(ed.Year, f.Platform) != nil {
				f.Flags = f.Flags.With(pipeline.FlagCombined)
			}
			figures = append(figures, f)
		}
	}
	return figures, findings
}

func (r *Resolver) unmatched(ed pipeline.Edition, row pipeline.Row, m Match) pipeline.Finding {
	source := Citation(ed, row.At)
	f := pipeline.Finding{
		Code: pipeline.UnmatchedName, Severity: pipeline.Warn, Year: ed.Year, At: row.At,
		Document: ed.Document.SHA256,
		What:     fmt.Sprintf("%q (%s reports) is no known name; the row stays under its printed name", row.Name, row.Reports),
	}
	if f.Document == "" {
		f.Document = cmp.Or(ed.Document.Address(), ed.Document.Name)
	}
	if len(m.Suggestions) > 0 {
		s := m.Suggestions[0]
		f.What += fmt.Sprintf("; it resembles %s (score %.2f, %s)", s.Platform, s.Score, s.Reason)
		f.Mend = "aliases.csv: " + AliasLine(row.Name, s.Platform, source)
		return f
	}
	id := NewID(row.Name)
	for n := 2; r.reg.Platform(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", NewID(row.Name), n)
	}
	f.Mend = "platforms.csv: " + csvLine(id, row.Name, string(pipeline.KindPlatform), "", source) +
		" and aliases.csv: " + AliasLine(row.Name, id, source)
	return f
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
	byID := map[string]pipeline.Platform{}
	for _, f := range figures {
		if p := r.reg.Platform(f.Platform); p != nil {
			byID[p.ID] = *p
			continue
		}
		// The newest printed form is the name to show.
		byID[f.Platform] = pipeline.Platform{ID: f.Platform, Name: f.Name, Kind: pipeline.KindPlatform, Note: "not in the registry: shown under its printed name", Source: f.URL}
	}
	list := make([]pipeline.Platform, 0, len(byID))
	for _, p := range byID {
		list = append(list, p)
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
	var list []pipeline.CombinedRow
	for _, c := range r.reg.Combined {
		if slices.ContainsFunc(figures, func(f pipeline.Figure) bool { return f.Year == c.Year && f.Platform == c.Platform }) {
			list = append(list, c)
		}
	}
	return list
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
	type at struct {
		platform string
		year     int
	}
	state := map[at]string{} // "" plain, "*" combined, with the members where known
	seen := map[at]pipeline.Figure{}
	for _, f := range ds.Figures {
		k := at{f.Platform, f.Year}
		if _, ok := seen[k]; !ok || f.Flags.Has(pipeline.FlagCombined) {
			seen[k] = f
		}
		if f.Flags.Has(pipeline.FlagCombined) {
			state[k] = "*"
		}
	}
	for _, c := range ds.Combined {
		state[at{c.Platform, c.Year}] = "*" + strings.Join(c.Members, ",")
	}
	var list []pipeline.Break
	for _, p := range ds.Platforms {
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
	type at struct {
		year     int
		platform string
	}
	rows := map[at][]pipeline.Figure{}
	var order []at
	for _, f := range ds.Figures {
		k := at{f.Year, f.Platform}
		if rows[k] == nil {
			order = append(order, k)
		}
		rows[k] = append(rows[k], f)
	}
	var findings []pipeline.Finding
	for _, k := range order {
		var words []string
		var sum pipeline.Count
		names := map[string]bool{}
		for _, f := range rows[k] {
			names[f.Name] = true
			sum += f.Reports
			words = append(words, fmt.Sprintf("%q (%s)", f.Name, f.Reports))
		}
		if len(names) < 2 {
			continue
		}
		f := rows[k][0]
		findings = append(findings, pipeline.Finding{
			Code: pipeline.SeveralRows, Severity: pipeline.Note, Year: k.year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
			What: fmt.Sprintf("%s has %d rows that add up to %s: %s", ds.Platform(k.platform).Name, len(words), sum, strings.Join(words, ", ")),
		})
	}
	return findings
}

// flagBreaks sets flag b on figures whose platform's series is broken between
// the year before and their year, and notes each such break.
func flagBreaks(ds *pipeline.Dataset) []pipeline.Finding {
	isPlatform := map[string]bool{}
	for _, p := range ds.Platforms {
		isPlatform[p.ID] = true
	}
	present := map[string]bool{}
	key := func(platform string, year int) string { return fmt.Sprint(platform, " ", year) }
	for _, f := range ds.Figures {
		present[key(f.Platform, f.Year)] = true
	}
	var findings []pipeline.Finding
	noted := map[string]bool{}
	for i := range ds.Figures {
		f := &ds.Figures[i]
		owner := ds.Owner(f.Platform, f.Year)
		for _, b := range ds.Breaks {
			if b.Forbids == pipeline.ForbidsNothing || !b.Spans(f.Year) {
				continue
			}
			// An id that a platform and a company share means the platform.
			if b.Who != pipeline.Everybody && b.Who != f.Platform && (owner == nil || b.Who != owner.ID || isPlatform[b.Who]) {
				continue
			}
			f.Flags = f.Flags.With(pipeline.FlagBreak)
			k := key(f.Platform, f.Year) + b.ID
			if noted[k] || !present[key(f.Platform, f.Year-1)] {
				continue
			}
			noted[k] = true
			scope := ""
			if b.Forbids == pipeline.ForbidsPlatform && companyHolds(ds, f.Platform, f.Year) {
				scope = " (platform; its company can be compared)"
			}
			findings = append(findings, pipeline.Finding{
				Code: pipeline.BreakCode, Severity: pipeline.Note, Year: f.Year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
				What: fmt.Sprintf("%s%s: %d and %d cannot be compared. %s", ds.Platform(f.Platform).Name, scope, f.Year-1, f.Year, b.Description),
			})
		}
	}
	return findings
}

// companyHolds reports whether the sum of a platform's company compares with
// the year before although the platform's own row does not: it holds another
// platform, all that its combined rows likely hold is its own, no source is
// partial and no break forbids any change of its platforms.
func companyHolds(ds *pipeline.Dataset, platform string, year int) bool {
	owner := ds.Owner(platform, year)
	if owner == nil {
		return false
	}
	owns := func(p string, y int) bool {
		o := ds.Owner(p, y)
		return o != nil && o.ID == owner.ID
	}
	members := map[string]bool{owner.ID: true}
	others := false
	for _, f := range ds.Figures {
		if (f.Year == year || f.Year == year-1) && owns(f.Platform, f.Year) {
			members[f.Platform] = true
			others = others || f.Platform != platform
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
