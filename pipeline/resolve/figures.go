package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// Fill sets the Figures of a dataset from its Editions, and from the registry
// all that is curated: Platforms, Companies, Owners, Breaks, Combined,
// Categories, Groups, Counted, Remarks and OwnCounts. It returns what was found
// odd, and changes nothing else.
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
	r.markUser(ds)
	ds.Combined = r.combined(figures)
	ds.Breaks = r.breaks(ds)
	ds.Categories, ds.Groups, ds.Remarks = r.reg.Categories, r.reg.Groups, r.reg.Remarks
	ds.Counted, ds.ShortNames, ds.OwnCounts = r.reg.Counted, r.reg.ShortNames, r.reg.OwnCounts
	findings = append(findings, severalRows(ds)...)
	return findings
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
	var figures []pipeline.Figure
	var findings []pipeline.Finding
	known := map[string]Match{} // a name is printed year after year
	for _, ed := range byYear {
		for _, row := range ed.Rows {
			m, ok := known[row.Name]
			if !ok {
				m = r.Name(row.Name)
				known[row.Name] = m
			}
			m = r.inYear(m, row, ed.Year)
			f := r.figure(ed, row, m)
			if m.Kind == pipeline.NoMatch {
				f.Platform = UnmatchedID(row.Name)
				findings = append(findings, pipeline.Finding{
					Code: pipeline.UnmatchedName, Severity: pipeline.Warn, Year: ed.Year, At: row.At,
					Document: cmp.Or(ed.Document.SHA256, f.URL, ed.Document.Name),
					What:     fmt.Sprintf("%q (%s reports) %s; the row stays under its printed name", row.Name, row.Reports, cmp.Or(r.Meaning(m), "is not a known name")),
					Mend:     r.lines(m, row.Name, Citation(ed, row.At)),
				})
			}
			figures = append(figures, f)
		}
	}
	return figures, findings
}

// inYear drops what is no match for a printed row: a short name, and a row that
// combined several services in other years. Without its star, the name is then
// the company's.
func (r *Resolver) inYear(m Match, row pipeline.Row, year int) Match {
	if m.Short {
		return Match{Printed: m.Printed, Kind: pipeline.NoMatch, Suggestions: []Suggestion{{Platform: m.Platform, Alias: m.Alias, Reason: "a short name for it", Likeness: true}}}
	}
	p := r.reg.Platform(m.Platform)
	if p == nil {
		return m
	}
	if first, last, group := p.RowYears(); !group || row.Combined || first <= year && year <= last {
		return m
	}
	return Match{Printed: m.Printed, Kind: pipeline.NoMatch, Company: r.company[registry.Normalise(m.Printed).Key], Several: true}
}

func (r *Resolver) figure(ed pipeline.Edition, row pipeline.Row, m Match) pipeline.Figure {
	f := pipeline.Figure{
		Year: ed.Year, Name: row.Name, Reports: row.Reports, At: row.At, Combined: row.Combined,
		Platform: m.Platform, Match: m.Kind, Alias: m.Alias, User: m.User,
		Status: ed.Status, SHA256: ed.Document.SHA256, URL: ed.Document.Address(),
	}
	if ed.Status == pipeline.SecondaryHand {
		f.Flags = f.Flags.With(pipeline.FlagSecondary)
		f.SHA256 = ""
		f.URL = cmp.Or(row.Source, f.URL, ed.Source)
		f.Note = row.Note
	}
	if row.Combined || r.reg.CombinedRow(ed.Year, f.Platform) != nil {
		f.Flags = f.Flags.With(pipeline.FlagCombined)
	}
	return f
}

// Meaning says what is known of a name that resolves to nothing, as the rest of
// a sentence that begins with the name; "" where nothing is.
func (r *Resolver) Meaning(m Match) string {
	company := r.reg.Company(m.Company)
	switch {
	case m.Counted != "":
		c := r.reg.CountedService(m.Counted)
		if p := r.reg.Platform(c.Platform); p != nil {
			return fmt.Sprintf("has no row of its own from %d to %d: it is counted in the row of %s", c.From, c.To, p.Name)
		}
		return fmt.Sprintf("has no row from %d to %d", c.From, c.To)
	case m.Several && company != nil:
		return fmt.Sprintf("is the name of a row that combined services of %s in other years", company.Name)
	case company != nil:
		return fmt.Sprintf("names the company %s, not one of its services", company.Name)
	case m.Several:
		return "names more than one service"
	case len(m.Suggestions) > 0:
		s := m.Suggestions[0]
		return fmt.Sprintf("is not a known name; it resembles %s (%s)", s.Platform, s.Reason)
	}
	return ""
}

// lines returns the lines that would make an unknown name known, or what to
// look up first where more than likeness is needed.
func (r *Resolver) lines(m Match, printed, source string) string {
	switch {
	case m.Company != "" || m.Several:
		return "find out which services the row covers before you add it to platforms.csv and aliases.csv"
	case len(m.Suggestions) > 0 && m.Suggestions[0].Likeness:
		return fmt.Sprintf("look at the document: if %s is meant, add the name to aliases.csv, else to platforms.csv too", m.Suggestions[0].Platform)
	case len(m.Suggestions) > 0:
		return "aliases.csv: " + csvLine(printed, m.Suggestions[0].Platform, "", source)
	}
	id := NewID(printed)
	for n := 2; r.reg.Platform(id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", NewID(printed), n)
	}
	return "platforms.csv: " + csvLine(id, printed, string(pipeline.KindPlatform), pipeline.OtherCategory, "", source, "", "") +
		" and aliases.csv: " + csvLine(printed, id, "", source)
}

// NewID proposes a platform id for a name: its words in lower case, without
// accents and legal forms. Of letters that an id cannot hold a hash stands in,
// as in UnmatchedID, so that two names never have one id for the letters they
// share.
func NewID(printed string) string {
	id := strings.Join(registry.Words(printed), "-")
	if id == "" || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
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
			list = append(list, p.Platform)
			continue
		}
		// The newest printed form is the name to show.
		list = append(list, pipeline.Platform{ID: id, Name: figures[i].Name, Kind: pipeline.KindPlatform, Category: pipeline.OtherCategory, Note: "not in the registry: shown under its printed name", Source: figures[i].URL})
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
				ds.Companies = append(ds.Companies, c.Company)
			}
		}
	}
	slices.SortFunc(ds.Companies, func(a, b pipeline.Company) int { return cmp.Compare(a.ID, b.ID) })
}

// markUser marks the figures that the user's own layer bears on: by the alias,
// the platform, its category, or who owned it at the end of the year.
func (r *Resolver) markUser(ds *pipeline.Dataset) {
	category := map[string]bool{}
	for _, c := range r.reg.Categories {
		category[c.ID] = c.User
	}
	for i := range ds.Figures {
		f := &ds.Figures[i]
		if p := r.reg.Platform(f.Platform); p != nil {
			f.User = f.User || p.User || category[p.Category]
		}
		for _, o := range r.reg.OwnersOf(f.Platform) {
			if o.On(pipeline.LastDay(f.Year)) {
				c := r.reg.Company(o.Company)
				f.User = f.User || o.User || c != nil && c.User
			}
		}
	}
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

// severalRows notes where differently named rows of a year belong to one
// platform: whoever takes the first for the whole is wrong.
func severalRows(ds *pipeline.Dataset) []pipeline.Finding {
	rows := map[at][]*pipeline.Figure{}
	var order []at // of the first rows
	for i := range ds.Figures {
		f := &ds.Figures[i]
		k := at{f.Platform, f.Year}
		if len(rows[k]) == 0 {
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
