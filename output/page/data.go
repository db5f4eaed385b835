package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// explorerData is what the page's script reads. Figures and points are arrays
// and not objects, and defaults at the end of an array are left out: a page
// of 10,000 platforms must still load at once. src/data.js reads it back;
// Version changes with the form.
type explorerData struct {
	Version int   `json:"v"`
	Years   []int `json:"years"`
	Newest  int   `json:"newest"` // newest complete year
	// SmallBase is the number of reports under which a percentage on it says little.
	SmallBase pipeline.Count `json:"smallBase"`

	Editions []explorerEdition `json:"editions"`
	Totals   [][]any           `json:"totals"` // year, CyberTipline, ESP or null, public or null, source
	Kinds    []string          `json:"kinds"`
	Flags    [][2]string       `json:"flags"` // letter, meaning
	Statuses []pipeline.Status `json:"statuses"`

	Names   []string `json:"names"` // printed names
	URLs    []string `json:"urls"`
	Figures [][]any  `json:"figures"` // year index, name, reports, page, row, platform, URL, status, flags

	Platforms [][]any            `json:"platforms"` // id, name, kind, parent, note, points
	Companies [][]any            `json:"companies"` // id, name, alone, points
	Missing   []pipeline.Missing `json:"missing"`

	Owners   [][]any          `json:"owners"` // platform, company, from, to, source
	Breaks   []explorerBreak  `json:"breaks"`
	Said     [][2]string      `json:"said"`     // begin and end of texts that several breaks share
	Combined [][]any          `json:"combined"` // year, platform, members, source
	Revised  [][]any          `json:"revised"`  // year, platform, printed name, old, new
	Findings [][]any          `json:"findings"` // severity, code, year, what; notes are left out
	Presets  []explorerPreset `json:"presets"`
}

// write writes what json.Marshal gives, an entry of a list at a time: the lists
// of 10,000 platforms are a hundred megabytes. json.Marshal writes <, > and & as
// escapes, so no name can end the script element.
func (d explorerData) write(w io.Writer) error {
	v := reflect.ValueOf(d)
	next := "{"
	for i := range v.NumField() {
		key, value := v.Type().Field(i).Tag.Get("json"), v.Field(i)
		if err := writeStrings(w, next, `"`, key, `":`); err != nil {
			return err
		}
		next = ","
		if value.Kind() != reflect.Slice || value.IsNil() {
			if err := writeJSON(w, value); err != nil {
				return err
			}
			continue
		}
		begin := "["
		for k := range value.Len() {
			if err := writeStrings(w, begin); err != nil {
				return err
			}
			if err := writeJSON(w, value.Index(k)); err != nil {
				return err
			}
			begin = ","
		}
		if begin == "[" {
			begin = "[]"
		} else {
			begin = "]"
		}
		if err := writeStrings(w, begin); err != nil {
			return err
		}
	}
	return writeStrings(w, "}")
}

func writeJSON(w io.Writer, v reflect.Value) error {
	b, err := json.Marshal(v.Interface())
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

type explorerEdition struct {
	Year      int             `json:"y"`
	Title     string          `json:"title"`
	Name      string          `json:"name"`
	URL       string          `json:"url"`
	Mirror    string          `json:"mirror,omitempty"`
	SHA256    string          `json:"sha,omitempty"`
	Status    pipeline.Status `json:"status"`
	Total     *pipeline.Count `json:"total"`
	Sum       pipeline.Count  `json:"sum"`
	Rows      int             `json:"rows"`
	Partial   bool            `json:"partial,omitempty"`
	PDF       bool            `json:"pdf,omitempty"`
	Source    string          `json:"source,omitempty"`
	Dated     string          `json:"dated,omitempty"`
	Retrieved string          `json:"got,omitempty"`
	TakenIn   string          `json:"hand,omitempty"` // when a copy saved by hand was taken in; Retrieved is then ""
}

type explorerBreak struct {
	ID          string           `json:"id"`
	Who         string           `json:"who"`
	From        int              `json:"from"`
	To          int              `json:"to"`
	Kind        string           `json:"kind"`
	Description string           `json:"what"`
	Source      string           `json:"source"`
	Forbids     pipeline.Forbids `json:"forbids"`
	Said        int              `json:"said,omitempty"` // place of the shared text in Said, from 1
	Own         string           `json:"own,omitempty"`  // what stands between its begin and end
}

// explorerPreset is a ready-made choice of platforms that answers a question.
type explorerPreset struct {
	ID        string   `json:"id"`
	Label     string   `json:"label"`
	Question  string   `json:"question"`
	Platforms []string `json:"platforms"`
}

var (
	explorerStatuses = []pipeline.Status{"", pipeline.Verified, pipeline.Published, pipeline.SecondaryHand}
	explorerMissing  = []pipeline.Missing{pipeline.NotMissing, pipeline.NoRow, pipeline.InsideRow, pipeline.NotCovered, pipeline.NoEdition, pipeline.NotInRollUp}
)

func newExplorerData(ds *pipeline.Dataset, presets []explorerPreset) explorerData {
	d := explorerData{
		Version: 2, Years: ds.ByPlatform.Years, Newest: newestComplete(ds), SmallBase: pipeline.SmallBase,
		Statuses: explorerStatuses, Missing: explorerMissing,
		Editions: []explorerEdition{}, Totals: [][]any{}, Names: []string{}, URLs: []string{}, Figures: [][]any{},
		Platforms: [][]any{}, Companies: [][]any{}, Owners: [][]any{}, Breaks: []explorerBreak{}, Said: [][2]string{},
		Combined: [][]any{}, Revised: [][]any{}, Findings: [][]any{}, Presets: []explorerPreset{},
	}
	if d.Years == nil {
		d.Years = []int{}
	}
	for _, k := range pipeline.Kinds {
		d.Kinds = append(d.Kinds, string(k))
	}
	for _, m := range pipeline.FlagMeanings {
		d.Flags = append(d.Flags, [2]string{string(m.Flag), m.Meaning})
	}
	for _, e := range ds.Editions {
		d.Editions = append(d.Editions, newExplorerEdition(e))
	}
	for _, t := range ds.Totals {
		d.Totals = append(d.Totals, []any{t.Year, t.CyberTipline, t.ESP, t.Public, t.Source})
	}

	yearAt := map[int]int{}
	for i, y := range d.Years {
		yearAt[y] = i
	}
	platformAt := map[string]int{}
	for i, s := range ds.ByPlatform.Series {
		platformAt[s.ID] = i
	}
	place := func(id string) any { // an index where there is a series, else the id itself
		if i, ok := platformAt[id]; ok {
			return i
		}
		return id
	}

	names, urls := interner{into: &d.Names}, interner{into: &d.URLs}
	for _, f := range ds.Figures {
		at, ok := yearAt[f.Year]
		if !ok {
			at = -1
		}
		row := []any{at, names.index(f.Name), f.Reports, f.At.Page, f.At.Row, place(f.Platform), urls.index(f.URL), indexOf(explorerStatuses, f.Status), string(f.Flags)}
		d.Figures = append(d.Figures, trimmed(row))
	}
	denominators := shareDenominators(ds)
	notes := make(map[string]string, len(ds.Platforms))
	for _, p := range ds.Platforms {
		notes[p.ID] = p.Note
	}
	for _, s := range ds.ByPlatform.Series {
		note := notes[s.ID]
		d.Platforms = append(d.Platforms, []any{s.ID, s.Name, string(s.Kind), s.Parent, note, explorerPoints(s.Points, denominators, place)})
	}
	for _, s := range ds.ByCompany.Series {
		d.Companies = append(d.Companies, []any{s.ID, s.Name, s.Alone, explorerPoints(s.Points, denominators, place)})
	}

	for _, o := range ds.Owners {
		d.Owners = append(d.Owners, []any{o.Platform, o.Company, o.From, o.To, o.Source})
	}
	texts, textOf := words.SharedTexts(ds.Breaks)
	place1 := map[int]int{} // text: place in Said, from 1
	for i, b := range ds.Breaks {
		out := explorerBreak{ID: b.ID, Who: b.Who, From: b.From, To: b.To, Kind: b.Kind, Description: b.Description, Source: b.Source, Forbids: b.Forbids}
		if t := texts[textOf[i]]; len(t.Members) > 1 {
			if place1[textOf[i]] == 0 {
				d.Said = append(d.Said, [2]string{t.Before, t.After})
				place1[textOf[i]] = len(d.Said)
			}
			out.Said, out.Own = place1[textOf[i]], t.Own[slices.Index(t.Members, i)]
		}
		d.Breaks = append(d.Breaks, out)
	}
	for _, c := range ds.Combined {
		d.Combined = append(d.Combined, []any{c.Year, c.Platform, c.Members, c.Source})
	}
	for _, c := range ds.Changes {
		if c.Kind == pipeline.RowRevised {
			d.Revised = append(d.Revised, []any{c.Year, c.Platform, c.Name, c.Old, c.New})
		}
	}
	for _, f := range ds.Findings {
		if f.Severity != pipeline.Note {
			d.Findings = append(d.Findings, []any{f.Severity, f.Code, f.Year, f.What})
		}
	}
	for _, p := range presets {
		held := []string{}
		for _, id := range p.Platforms {
			if _, ok := platformAt[id]; ok {
				held = append(held, id)
			}
		}
		if len(held) > 0 {
			p.Platforms = held
			d.Presets = append(d.Presets, p)
		}
	}
	return d
}

func newExplorerEdition(e pipeline.Edition) explorerEdition {
	out := explorerEdition{
		Year: e.Year, Title: e.Title, Name: e.Document.Name, URL: e.Document.Address(), Mirror: e.Document.Mirror,
		SHA256: e.Document.SHA256, Status: e.Status, Sum: e.Sum(), Rows: len(e.Rows), Partial: e.Partial(), Source: e.Source,
		Dated: isoDate(e.Document.Dated), Retrieved: isoDate(e.Document.Retrieved),
	}
	if e.Document.ByHand() { // nobody asked the address that day
		out.Mirror, out.Retrieved, out.TakenIn = "", "", out.Retrieved
	}
	if e.Total != nil {
		t := e.Total.Reports
		out.Total = &t
	}
	// A reader can be sent to a page of a PDF, not to one of a transcription.
	path, _, _ := strings.Cut(e.Document.Address(), "?")
	out.PDF = !e.Partial() && (strings.HasSuffix(strings.ToLower(path), ".pdf") || strings.HasSuffix(strings.ToLower(e.Document.Name), ".pdf"))
	return out
}

// explorerPoints gives one entry a year. A year without a value is the index
// of its reason, or an array {null, reason, inside, flags, breaks, broken}
// where there is more to say. A year with one is {reports, rank, figures,
// change, status, flags, breaks, broken, members, share}. Both end with the
// platforms that joined and left a company, where there are any. The percentage
// follows from the change; the share stands there only where it is not
// reports divided by the year's ESP total.
func explorerPoints(points []pipeline.Point, denominators map[int]pipeline.Count, place func(string) any) []any {
	out := make([]any, 0, len(points))
	for _, p := range points {
		flags := string(p.Flags)
		var breaks any
		if len(p.Breaks) > 0 {
			breaks = p.Breaks
		}
		broken := 0
		if p.Broken {
			broken = 1
		}
		places := func(ids []string) any {
			if len(ids) == 0 {
				return nil
			}
			list := make([]any, len(ids))
			for i, id := range ids {
				list[i] = place(id)
			}
			return list
		}
		if p.Reports == nil {
			row := trimmed([]any{nil, indexOf(explorerMissing, p.Missing), p.Inside, strings.Trim(flags, "xz"), breaks, broken, places(p.Joined), places(p.Left)})
			if len(row) == 2 {
				out = append(out, row[1])
			} else {
				out = append(out, row)
			}
			continue
		}
		var change any
		if p.Change != nil {
			change = *p.Change
		}
		out = append(out, trimmed([]any{*p.Reports, p.Rank, p.Figures, change, indexOf(explorerStatuses, p.Status), flags, breaks, broken, places(p.Members), shareOf(p, denominators), places(p.Joined), places(p.Left)}))
	}
	return out
}

// shareOf returns nil where the share is reports / denominator of the year,
// -1 where there is none, and the share itself where it is something else.
func shareOf(p pipeline.Point, denominators map[int]pipeline.Count) any {
	of := denominators[p.Year]
	switch {
	case p.Share == nil && of == 0:
		return nil
	case p.Share == nil:
		return -1
	case of != 0 && math.Abs(*p.Share-float64(*p.Reports)/float64(of)) < 1e-12:
		return nil
	}
	return *p.Share
}

// shareDenominators gives the ESP total of each year: the one its edition
// prints, else the one of NCMEC's other publications. The page divides by it
// so that shares need no place of their own in the file.
func shareDenominators(ds *pipeline.Dataset) map[int]pipeline.Count {
	out := map[int]pipeline.Count{}
	for _, t := range ds.Totals {
		if t.ESP != nil {
			out[t.Year] = *t.ESP
		}
	}
	for _, e := range ds.Editions {
		if e.Total != nil {
			out[e.Year] = e.Total.Reports
		}
	}
	return out
}

// newestComplete is the newest year whose edition lists all its rows, else
// the newest year held, else 0.
func newestComplete(ds *pipeline.Dataset) int {
	newest, complete := 0, 0
	for _, e := range ds.Editions {
		newest = max(newest, e.Year)
		if !e.Partial() {
			complete = max(complete, e.Year)
		}
	}
	if complete != 0 {
		return complete
	}
	return newest
}

// readPresets reads the curated presets: one platform a line, as
// preset,label,question,platform_id. Lines of one preset stand together.
func readPresets(text []byte) ([]explorerPreset, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = 4
	lines, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("explorer/presets.csv: %w", err)
	}
	var out []explorerPreset
	for _, l := range lines[min(1, len(lines)):] {
		if len(out) == 0 || out[len(out)-1].ID != l[0] {
			out = append(out, explorerPreset{ID: l[0], Label: l[1], Question: l[2]})
		}
		p := &out[len(out)-1]
		p.Platforms = append(p.Platforms, l[3])
	}
	return out, nil
}

// interner numbers texts in the order they first come.
type interner struct {
	into *[]string
	at   map[string]int
}

func (n *interner) index(s string) int {
	if i, ok := n.at[s]; ok {
		return i
	}
	if n.at == nil {
		n.at = map[string]int{}
	}
	n.at[s] = len(*n.into)
	*n.into = append(*n.into, s)
	return n.at[s]
}

// trimmed leaves out the defaults (nil, "", 0) at the end.
func trimmed(row []any) []any {
	for len(row) > 0 {
		switch row[len(row)-1] {
		case nil, "", 0:
			row = row[:len(row)-1]
		default:
			return row
		}
	}
	return row
}

func indexOf[T comparable](list []T, v T) int {
	for i, have := range list {
		if have == v {
			return i
		}
	}
	return 0
}

func isoDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02")
}
