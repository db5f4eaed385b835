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
	ds.Combined = r.combined(figures)
	ds.Breaks = r.breaks(ds)
	ds.Categories, ds.Groups, ds.Remarks = r.reg.Categories, r.reg.Groups, r.reg.Remarks
	ds.Counted, ds.OwnCounts = r.reg.Counted, r.reg.OwnCounts
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
