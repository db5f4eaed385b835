package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

// at is a platform in a year.
type at struct {
	platform string
	year     int
}

// Fill sets the Figures of a dataset from its Editions, in the order of their
// years and rows, and all that the registry knows of them. It returns what was
// found odd: printed names nobody knows, each with the line to add to the
// registry, and differently named rows of one platform.
func (r *Resolver) Fill(ds *pipeline.Dataset) []pipeline.Finding {
	findings := r.fillFigures(ds)
	r.fillPlatforms(ds)
	ds.Combined = slices.DeleteFunc(slices.Clone(r.reg.Combined), func(c pipeline.CombinedRow) bool {
		return !slices.ContainsFunc(ds.Figures, func(f pipeline.Figure) bool { return f.Year == c.Year && f.Platform == c.Platform })
	})
	ds.Breaks = slices.DeleteFunc(slices.Clone(r.reg.Breaks), func(b pipeline.Break) bool {
		return b.Who != pipeline.Everybody && ds.Platform(b.Who) == nil && !slices.ContainsFunc(ds.Companies, func(c pipeline.Company) bool { return c.ID == b.Who })
	})
	slices.SortFunc(ds.Breaks, func(a, b pipeline.Break) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.ID, b.ID))
	})
	ds.Categories, ds.Groups, ds.Remarks = r.reg.Categories, r.reg.Groups, r.reg.Notes
	ds.Counted, ds.ShortNames, ds.OwnCounts = r.reg.Counted, r.reg.ShortNames, r.reg.OwnCounts
	return append(findings, severalRows(ds)...)
}

// Figures returns the figures of editions alone.
func (r *Resolver) Figures(eds []pipeline.Edition) ([]pipeline.Figure, []pipeline.Finding) {
	ds := &pipeline.Dataset{Editions: eds}
	findings := r.Fill(ds)
	return ds.Figures, findings
}

func (r *Resolver) fillFigures(ds *pipeline.Dataset) (findings []pipeline.Finding) {
	byYear := slices.Clone(ds.Editions)
	slices.SortStableFunc(byYear, func(a, b pipeline.Edition) int { return cmp.Compare(a.Year, b.Year) })
	ds.Figures = nil
	for _, ed := range byYear {
		for _, row := range ed.Rows {
			m := r.inYear(r.Name(row.Name), row, ed.Year)
			f := r.figure(ed, row, m)
			if m.Kind == pipeline.NoMatch {
				findings = append(findings, pipeline.Finding{
					Code: pipeline.UnmatchedName, Severity: pipeline.Warn, Year: ed.Year, At: row.At,
					Document: cmp.Or(ed.Document.SHA256, f.URL, ed.Document.Name),
					What:     fmt.Sprintf("%q (%s reports) %s; the row stays under its printed name", row.Name, row.Reports, cmp.Or(r.Meaning(m), "is not a known name")),
					Mend:     r.lines(m, row.Name, Citation(ed, row.At)),
				})
			}
			ds.Figures = append(ds.Figures, f)
		}
	}
	return findings
}

// inYear drops what is no match for a printed row: a short name, and a row that
// combined several services in other years. Without its star, the name is then
// the company's.
func (r *Resolver) inYear(m Match, row pipeline.Row, year int) Match {
	if m.Short {
		likely := Suggestion{Platform: m.Platform, Reason: "a short name for it", Likeness: true}
		return Match{Printed: m.Printed, ID: UnmatchedID(m.Printed), Kind: pipeline.NoMatch, Suggestions: []Suggestion{likely}}
	}
	p := r.reg.Platform(m.Platform)
	if p == nil || row.Combined {
		return m
	}
	if first, last, group := p.RowYears(); !group || first <= year && year <= last {
		return m
	}
	return Match{Printed: m.Printed, ID: UnmatchedID(m.Printed), Kind: pipeline.NoMatch, Company: r.companies[key(m.Printed)], Several: true}
}

// figure is a row with its meaning. It is the user's where their own layer decided
// on the name, the platform, its category, or who owned it at the end of the year.
func (r *Resolver) figure(ed pipeline.Edition, row pipeline.Row, m Match) pipeline.Figure {
	f := pipeline.Figure{
		Year: ed.Year, Name: row.Name, Reports: row.Reports, At: row.At, Combined: row.Combined,
		Platform: m.ID, Match: m.Kind, Alias: m.Alias, User: m.User,
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
	if p := r.reg.Platform(f.Platform); p != nil {
		f.User = f.User || p.User || slices.ContainsFunc(r.reg.Categories, func(c pipeline.Category) bool { return c.User && c.ID == p.Category })
	}
	for _, o := range r.reg.OwnersOf(f.Platform) {
		c := r.reg.Company(o.Company)
		f.User = f.User || o.On(pipeline.LastDay(ed.Year)) && (o.User || c != nil && c.User)
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
		return fmt.Sprintf("is not a known name; it resembles %s (%s)", m.Suggestions[0].Platform, m.Suggestions[0].Reason)
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
		return "aliases.csv: " + AliasLine(printed, m.Suggestions[0].Platform, source)
	}
	id := strings.TrimPrefix(m.ID, registry.UnmatchedPrefix)
	return "platforms.csv: " + csvLine(id, printed, string(pipeline.KindPlatform), pipeline.OtherCategory, "", source, "", "") +
		" and aliases.csv: " + AliasLine(printed, id, source)
}

// fillPlatforms sets the platforms that have a figure, who owned them, and those
// companies, each by id. A name that nobody knows is shown in its newest form.
func (r *Resolver) fillPlatforms(ds *pipeline.Dataset) {
	platforms, companies := map[string]pipeline.Platform{}, map[string]pipeline.Company{}
	for _, f := range ds.Figures {
		platforms[f.Platform] = pipeline.Platform{
			ID: f.Platform, Name: f.Name, Kind: pipeline.KindPlatform, Category: pipeline.OtherCategory,
			Note: "not in the registry: shown under its printed name", Source: f.URL,
		}
		if p := r.reg.Platform(f.Platform); p != nil {
			platforms[f.Platform] = p.Platform
		}
	}
	ds.Platforms = inOrder(platforms)
	ds.Owners = nil
	for _, p := range ds.Platforms {
		for _, o := range r.reg.OwnersOf(p.ID) {
			ds.Owners = append(ds.Owners, o)
			if c := r.reg.Company(o.Company); c != nil {
				companies[c.ID] = c.Company
			}
		}
	}
	ds.Companies = inOrder(companies)
}

func inOrder[T any](byID map[string]T) (list []T) {
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		list = append(list, byID[id])
	}
	return list
}

// severalRows notes where differently named rows of a year belong to one
// platform: whoever takes the first for the whole is wrong.
func severalRows(ds *pipeline.Dataset) (findings []pipeline.Finding) {
	rows := map[at][]pipeline.Figure{}
	for _, f := range ds.Figures {
		rows[at{f.Platform, f.Year}] = append(rows[at{f.Platform, f.Year}], f)
	}
	for _, f := range ds.Figures {
		same := rows[at{f.Platform, f.Year}]
		delete(rows, at{f.Platform, f.Year}) // the first of them says it
		if !slices.ContainsFunc(same, func(o pipeline.Figure) bool { return o.Name != f.Name }) {
			continue
		}
		var words []string
		var sum pipeline.Count
		for _, o := range same {
			sum += o.Reports
			words = append(words, fmt.Sprintf("%q (%s)", o.Name, o.Reports))
		}
		findings = append(findings, pipeline.Finding{
			Code: pipeline.SeveralRows, Severity: pipeline.Note, Year: f.Year, At: f.At, Document: cmp.Or(f.SHA256, f.URL),
			What: fmt.Sprintf("%s has %d rows that add up to %s: %s", ds.Platform(f.Platform).Name, len(words), sum, strings.Join(words, ", ")),
		})
	}
	return findings
}
