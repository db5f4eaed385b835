package page

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// data is what the page's script reads: every point of every series, and what
// may be said between any two years of it. The script looks values up and
// formats them; it derives no share, rank, index, change or verdict.
//
// Lists are arrays and not objects, and defaults (null, "", 0, false) at the
// end of an array are left out, so that a page of 10,000 platforms still loads
// at once. A number that refers to something is its index in the list named.
// src/data.js reads this back, and data_test.go compares all of it with the
// model. Version changes with the form.
type data struct {
	Version   int            `json:"v"`
	Data      string         `json:"data"` // version of the data
	Years     []int          `json:"years"`
	Newest    int            `json:"newest"` // newest complete year
	AnyTwo    int            `json:"anyTwo"` // any two years from this one on are compared; earlier ones with the next
	SmallBase pipeline.Count `json:"smallBase"`

	Editions   []edition          `json:"editions"`
	Totals     [][]any            `json:"totals"` // year, CyberTipline, providers or null, public or null, source
	Kinds      []pipeline.Kind    `json:"kinds"`
	Categories [][]string         `json:"categories"` // id, name, definition
	Marks      [][2]string        `json:"marks"`      // letter, meaning
	Statuses   []pipeline.Status  `json:"statuses"`
	Missing    []pipeline.Missing `json:"missing"`
	Verdicts   []compare.Verdict  `json:"verdicts"`
	Types      []compare.Type     `json:"types"`

	Texts   []string    `json:"texts"`   // sentences, sources, addresses
	Names   []string    `json:"names"`   // printed names
	Figures lazy[[]any] `json:"figures"` // year (index of Years), name, reports, page, row, platform (series), address (text), status, marks

	// Series: id, type, name, kind, category, owner's id in its last year, note
	// (text), alone, user, points, pairs. The platforms come first, then
	// companies, categories, groups and totals, each in the model's order.
	//
	// A point is one of Blanks, as its index, or an array: reports, share,
	// part of the CyberTipline's total, rank, why there is no rank (text),
	// status, marks, at least, members (series): its figures are those of its
	// members, or of the platform itself. A platform without a known owner is
	// listed among the companies too (alone): its points there are rank, why
	// there is no rank, marks, and the rest is the platform's.
	//
	// Points, pairs and figures are texts that JSON reads, since the first chart
	// needs few of them.
	// A pair is two years that both have a value (see AnyTwo): index of the earlier year,
	// index of the later year, one of Judged, change in reports, change in
	// percent, change of the share in percentage points, places, index, who
	// came (series), who left (series), like for like. Like for like is an
	// array: judgement of reports, change, percent, judgement of the share,
	// percentage points, judgement of the index, index. Where alone is set, a
	// pair is the two years, one of Judged, places.
	Series [][]any `json:"series"`

	Blanks     [][]any  `json:"blanks"`     // why there is no value, sentence (text), combined row (series) or null, marks
	Reasons    [][]any  `json:"reasons"`    // code, verdict, mark, sentence (text), source (text), user
	Judgements [][]rune `json:"judgements"` // verdict, then reasons, most serious first
	Judged     [][4]int `json:"judged"`     // judgement of reports, share, rank, index

	// Movers by type of series: from (index of Years), to, who moved (falls
	// first, largest change first), who entered, who left, who may not be
	// compared, how many did not change.
	Movers  map[compare.Type][][]any `json:"movers"`
	Largest []int                    `json:"largest"` // providers by size, hotlines left out

	Owners   [][]any `json:"owners"`   // platform's id, company's id, from, to, source (text)
	Revised  [][]any `json:"revised"`  // year, platform's id, printed name, old, new
	Findings [][]any `json:"findings"` // severity, code, year, what; notes are left out
	Remarks  [][]any `json:"remarks"`  // the user's own: id, year or 0, text, source
	Counted  [][]any `json:"counted"`  // services without a row: name, other names, platform (series) or null, from, to, note, source (text)
	Short    [][]any `json:"short"`    // what people type: name, platform (series)
	// Own counts by year: year, who counted, own count, NCMEC's figure or null,
	// difference or null, in words, agreement, reason, platforms' names, series
	// that it bears on, series that have just its rows, sources (text), remarks.
	Own     [][]any  `json:"own"`
	Presets []preset `json:"presets"`
}

type edition struct {
	Year      int             `json:"y"`
	Title     string          `json:"title"`
	Name      string          `json:"name"`
	URL       string          `json:"url"`
	Mirror    string          `json:"mirror,omitempty"`
	SHA256    string          `json:"sha,omitempty"`
	Status    pipeline.Status `json:"status"`
	Total     *pipeline.Count `json:"total"`
	Sum       pipeline.Count  `json:"sum"`
	Coverage  float64         `json:"coverage"` // part of the total that the rows hold
	Rows      int             `json:"rows"`
	Partial   bool            `json:"partial,omitempty"`
	PDF       bool            `json:"pdf,omitempty"`
	Source    string          `json:"source,omitempty"`
	Dated     string          `json:"dated,omitempty"`
	Retrieved string          `json:"got,omitempty"`
	ByHand    string          `json:"hand,omitempty"` // when a copy saved by hand was taken in; Retrieved is then ""
}

// preset is a ready-made choice of series that answers a question. A key is a
// platform's id, "company:ID", "category:ID", or the id of a total. A "*"
// after it adds its largest members.
type preset struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Question string   `json:"question"`
	Series   []string `json:"series"`
}

// restOf is how many of the largest platforms the series of all others leaves out.
const restOf = 5

var (
	statuses = []pipeline.Status{"", pipeline.Verified, pipeline.Checked, pipeline.Published, pipeline.SecondaryHand}
	missing  = []pipeline.Missing{pipeline.NotMissing, pipeline.NoRow, pipeline.InsideRow, pipeline.NotCovered, pipeline.NoEdition, pipeline.NotInRollUp}
	verdicts = []compare.Verdict{compare.NoValue, compare.Yes, compare.Care, compare.No}
	types    = []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory, compare.TypeSet, compare.TypeTotal}
)

// encoder turns a model into data.
type encoder struct {
	m      *compare.Model
	out    data
	series []*compare.Series
	at     map[string]int // platform's id: index of its series
	any    int            // index of the year from which on any two are compared
	texts  numbered[string, string]
	names  numbered[string, string]
	blanks numbered[string, []any] // by what the row prints as
	facts  numbered[compare.Reason, []any]
	judges numbered[string, []rune] // by verdict and reasons, as the text that the numbers make
	quads  numbered[[4]int, [4]int]
}

func newData(m *compare.Model) data {
	e := &encoder{m: m, series: allSeries(m), at: map[string]int{}}
	e.any = anyTwo(len(e.series), len(m.Years))
	e.out = data{
		Version: 7, Data: m.Data.Version(), Years: append([]int{}, m.Years...), Newest: m.Complete(), SmallBase: compare.SmallBase,
		Kinds: pipeline.Kinds, Statuses: statuses, Missing: missing, Verdicts: verdicts, Types: types, Movers: map[compare.Type][][]any{}, Presets: []preset{},
	}
	if e.any < len(m.Years) {
		e.out.AnyTwo = m.Years[e.any]
	}
	for i, s := range m.Platforms {
		e.at[s.ID] = i
	}
	e.text("")
	for _, m := range pipeline.FlagMeanings {
		e.out.Marks = append(e.out.Marks, [2]string{string(m.Flag), m.Meaning})
	}
	e.around()
	e.out.Figures = rows(m.Data.Figures, func(f pipeline.Figure) []any {
		return trim([]any{slices.Index(m.Years, f.Year), e.names.index(f.Name, func() string { return f.Name }), f.Reports, f.At.Page, f.At.Row,
			e.platform(f.Platform), e.text(f.URL), slices.Index(statuses, f.Status), string(f.Flags)})
	})
	notes := map[string]string{}
	for _, p := range m.Data.Platforms {
		notes[p.ID] = p.Note
	}
	e.out.Series = rows(e.series, func(s *compare.Series) []any {
		note := ""
		if s.Type == compare.TypePlatform {
			note = notes[s.ID]
		}
		return []any{s.ID, slices.Index(types, s.Type), s.Name, s.Kind, s.Category, s.Parent, e.text(note), s.Alone, s.User, e.points(s), e.pairs(s)}
	})
	e.movers()
	e.presets()
	e.out.Texts, e.out.Names, e.out.Blanks = e.texts.all(), e.names.all(), e.blanks.all()
	e.out.Reasons, e.out.Judgements, e.out.Judged = e.facts.all(), e.judges.all(), e.quads.all()
	return e.out
}

// rows encodes a list, without those that have no row.
func rows[T, R any](list []T, row func(T) []R) [][]R {
	out := [][]R{}
	for _, v := range list {
		if r := row(v); r != nil {
			out = append(out, r)
		}
	}
	return out
}

// allSeries lists every series of the page in the order of data.Series.
func allSeries(m *compare.Model) []*compare.Series {
	list := slices.Concat(m.Platforms, m.Companies, m.Categories, m.Groups, []*compare.Series{m.ESPTotal, m.Total})
	if len(m.Platforms) > restOf {
		list = append(list, m.Rest(restOf))
	}
	return list
}

// platform returns the index of a platform's series, or its id where the page
// has no such series.
func (e *encoder) platform(id string) any {
	if i, ok := e.at[id]; ok {
		return i
	}
	return id
}

func (e *encoder) platforms(ids []string) any {
	if len(ids) == 0 {
		return nil
	}
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = e.platform(id)
	}
	return list
}

func (e *encoder) points(s *compare.Series) lazy[any] {
	out := make(lazy[any], 0, len(s.Points))
	for i := range s.Points {
		p := &s.Points[i]
		if p.Reports == nil {
			out = append(out, e.blank(p))
			continue
		}
		if s.Alone {
			out = append(out, trim([]any{p.Rank, e.text(p.NoRank), string(p.Marks)}))
			continue
		}
		var members any
		if s.Type != compare.TypePlatform && s.Type != compare.TypeTotal {
			members = e.platforms(p.Members)
		}
		out = append(out, trim([]any{*p.Reports, short(p.Share), short(p.TotalShare), p.Rank, e.text(p.NoRank), slices.Index(statuses, p.Status), string(p.Marks), p.AtLeast, members}))
	}
	return out
}

// blank returns the index of what a point without a value says.
func (e *encoder) blank(p *compare.Point) int {
	var inside any
	if p.Inside != "" {
		inside = e.platform(p.Inside)
	}
	row := []any{slices.Index(missing, p.Missing), e.text(e.m.WhyBlank(p)), inside, string(p.Marks)}
	return e.blanks.index(fmt.Sprint(row...), func() []any { return row })
}

// around encodes what a reader sees around the figures: editions, totals, and
// what is known of owners, revisions, findings and services without a row.
func (e *encoder) around() {
	ds := e.m.Data
	e.out.Editions = []edition{}
	for _, ed := range ds.Editions {
		e.out.Editions = append(e.out.Editions, newEdition(ed))
	}
	e.out.Totals = rows(ds.Totals, func(t pipeline.YearTotal) []any { return []any{t.Year, t.CyberTipline, t.ESP, t.Public, t.Source} })
	e.out.Categories = rows(ds.Categories, func(c pipeline.Category) []string { return []string{c.ID, c.Name, c.Definition} })
	e.out.Owners = rows(ds.Owners, func(o pipeline.Ownership) []any { return []any{o.Platform, o.Company, o.From, o.To, e.text(o.Source)} })
	e.out.Remarks = rows(ds.Remarks, func(r pipeline.Remark) []any { return []any{r.Who, r.Year, r.Text, r.Source} })
	e.out.Own = rows(e.m.Witnesses(), e.own)
	e.out.Largest = []int{}
	for _, s := range e.m.Largest(12) {
		e.out.Largest = append(e.out.Largest, e.at[s.ID])
	}
	e.out.Revised = rows(ds.Changes, func(c pipeline.Change) []any {
		if c.Kind != pipeline.RowRevised {
			return nil
		}
		return []any{c.Year, c.Platform, c.Name, c.Old, c.New}
	})
	e.out.Findings = rows(ds.Findings, func(f pipeline.Finding) []any {
		if f.Severity == pipeline.Note {
			return nil
		}
		return []any{f.Severity, f.Code, f.Year, f.What}
	})
	e.out.Counted = rows(ds.Counted, func(c pipeline.Counted) []any {
		var platform any
		if i, ok := e.at[c.Platform]; ok {
			platform = i
		}
		return []any{c.Name, append([]string{}, c.Aliases...), platform, c.From, c.To, c.Note, e.text(c.Source)}
	})
	e.out.Short = rows(ds.ShortNames, func(n pipeline.ShortName) []any {
		i, ok := e.at[n.Platform]
		if !ok {
			return nil
		}
		return []any{n.Name, i}
	})
}

// own encodes what a platform says of itself next to NCMEC's figure.
func (e *encoder) own(w compare.Witness) []any {
	bears, same := []int{}, []int{}
	for i, s := range e.series {
		if w.Bears(s) {
			bears = append(bears, i)
			if w.Same(s) {
				same = append(same, i)
			}
		}
	}
	if len(bears) == 0 {
		return nil // of platforms that Select leaves out
	}
	var names, remarks []string
	for _, id := range w.Parts[0].Platforms {
		if p := e.m.Platform(id); p != nil {
			names = append(names, p.Name)
		}
	}
	for _, o := range w.Parts {
		if o.Covers != "" && !slices.Contains(remarks, o.Covers) {
			remarks = append(remarks, o.Covers)
		}
	}
	if w.Rounded {
		remarks = append(remarks, "rounded")
	}
	if w.SecondHand {
		remarks = append(remarks, "known from a third party's collection")
	}
	return []any{w.Year, w.Who, w.Own, w.NCMEC, w.Difference, w.Words(), w.Agreement, w.Reason,
		names, bears, same, e.text(w.Sources()), strings.Join(remarks, "; ")}
}

// presets keeps of each curated choice what the page has, and adds the largest companies.
func (e *encoder) presets() {
	known := map[string]bool{}
	for _, s := range e.series {
		known[seriesKey(s)] = true
	}
	add := func(id, label, question string, keys []string) {
		if keys = slices.DeleteFunc(keys, func(key string) bool { return !known[strings.TrimSuffix(key, "*")] }); len(keys) > 0 {
			e.out.Presets = append(e.out.Presets, preset{id, label, question, keys})
		}
	}
	for _, p := range tables.ReadRows(presetsFile) {
		add(p["preset"], p["label"], p["question"], strings.Fields(p["series"]))
	}
	var companies []string
	for _, s := range e.m.Companies {
		if len(companies) < 5 && s.Kind != pipeline.KindHotline {
			companies = append(companies, seriesKey(s))
		}
	}
	add("companies", "Largest companies", fmt.Sprintf("The five companies with most reports in %d", e.out.Newest), companies)
}

// seriesKey is how an address of the page names a series.
func seriesKey(s *compare.Series) string {
	switch s.Type {
	case compare.TypePlatform, compare.TypeTotal:
		return s.ID
	case compare.TypeSet:
		return "group:" + s.ID
	}
	return string(s.Type) + ":" + s.ID
}

func newEdition(ed pipeline.Edition) edition {
	out := edition{
		Year: ed.Year, Title: ed.Title, Name: ed.Document.Name, URL: ed.Document.Address(), Mirror: ed.Document.Mirror,
		SHA256: ed.Document.SHA256, Status: ed.Status, Sum: ed.Sum(), Coverage: ed.Coverage(), Rows: len(ed.Rows), Partial: ed.Partial(), Source: ed.Source,
		Dated: tables.Day(ed.Document.Dated), Retrieved: tables.Day(ed.Document.Retrieved),
	}
	if ed.Document.ByHand() || ed.Document.Origin == pipeline.FromHand { // nobody asked the address that day
		out.Mirror, out.Retrieved, out.ByHand = "", "", out.Retrieved
	}
	if strings.HasPrefix(out.URL, "file:") { // means nothing on another machine
		out.URL = ""
	}
	if ed.Total != nil {
		out.Total = &ed.Total.Reports
	}
	// A reader can be sent to a page of a PDF, not to one of a transcription.
	path, _, _ := strings.Cut(out.URL, "?")
	out.PDF = !out.Partial && (strings.HasSuffix(strings.ToLower(path), ".pdf") || strings.HasSuffix(strings.ToLower(out.Name), ".pdf"))
	return out
}

// numbered numbers values in the order their keys first come.
type numbered[K comparable, T any] struct {
	list []T
	at   map[K]int
}

func (n *numbered[K, T]) index(key K, value func() T) int {
	i, ok := n.at[key]
	if !ok {
		if n.at == nil {
			n.at = map[K]int{}
		}
		v := value() // may number other values
		i = len(n.list)
		n.at[key], n.list = i, append(n.list, v)
	}
	return i
}

// all lists the values; the script wants an empty list, not null.
func (n *numbered[K, T]) all() []T { return append([]T{}, n.list...) }

// short rounds a number to ten decimals: more than anybody is shown, and fewer to
// load. It returns nil where there is none.
func short(v *float64) any {
	if v == nil {
		return nil
	}
	return math.Round(*v*1e10) / 1e10
}

// text numbers a text.
func (e *encoder) text(s string) int { return e.texts.index(s, func() string { return s }) }

// trim leaves out the defaults at the end of a row.
func trim(row []any) []any {
	for len(row) > 0 {
		last := row[len(row)-1]
		if _, counted := last.(pipeline.Count); counted || last != nil && !reflect.ValueOf(last).IsZero() {
			break // 0 reports are a value
		}
		row = row[:len(row)-1]
	}
	return row
}
