package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// shipped is the model of the figures shipped with the program: the real
// tables, so that tests can name real numbers.
var shipped = sync.OnceValues(func() (*compare.Model, error) {
	snap, err := snapshot.Default()
	if err != nil {
		return nil, err
	}
	reg, err := registry.Default()
	if err != nil {
		return nil, err
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	ds.Findings = resolve.New(reg).Fill(ds)
	// Services counted elsewhere, a category and an owner above it, as the
	// registry would give them.
	youtube := pipeline.Counted{ID: "youtube", Name: "YouTube", Aliases: []string{"yt"}, Platform: "google", From: 2019, To: 2025, Source: "https://example.org/youtube"}
	telegram := pipeline.Counted{ID: "telegram", Name: "Telegram", From: 2019, To: 2025, Source: "https://example.org/telegram"}
	for _, c := range []pipeline.Counted{youtube, telegram} {
		if !slices.ContainsFunc(ds.Counted, func(have pipeline.Counted) bool { return have.ID == c.ID }) {
			ds.Counted = append(ds.Counted, c)
		}
	}
	if len(ds.Categories) == 0 {
		ds.Categories = []pipeline.Category{{ID: "dating", Name: "Dating", Definition: "Services to meet partners."}, {ID: pipeline.OtherCategory, Name: "Other", Definition: "Everything else."}}
		for i := range ds.Platforms {
			if slices.Contains([]string{"bumble", "grindr", "tinder", "hinge", "okcupid", "badoo", "match-group"}, ds.Platforms[i].ID) {
				ds.Platforms[i].Category = "dating"
			}
		}
	}
	return compare.New(ds), nil
})

func shippedModel(t testing.TB) *compare.Model {
	t.Helper()
	m, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// awkward is the test set with what only some Datasets have.
func awkward() *compare.Model {
	ds := testset.New()
	ds.Categories = []pipeline.Category{{ID: "social", Name: "Social </script>", Definition: "Where people meet."}, {ID: pipeline.OtherCategory, Name: "Other"}}
	for i := range ds.Platforms {
		if id := ds.Platforms[i].ID; id == "facebook" || id == "instagram" || id == "x" {
			ds.Platforms[i].Category = "social"
		}
	}
	ds.Groups = []pipeline.Group{{ID: "mine", Name: "Mine", Members: []string{"kik", "x"}, User: true}}
	ds.Remarks = []pipeline.Remark{{Who: "kik", Year: 2021, Text: "A note <b>of mine</b>.", Source: "me"}}
	return compare.New(ds)
}

// written is the page's JSON, read back by what the documentation of data says.
type written struct {
	Years      []int              `json:"years"`
	Newest     int                `json:"newest"`
	Statuses   []string           `json:"statuses"`
	Missing    []string           `json:"missing"`
	Verdicts   []string           `json:"verdicts"`
	Types      []string           `json:"types"`
	Texts      []string           `json:"texts"`
	Names      []string           `json:"names"`
	Figures    [][]any            `json:"figures"`
	Series     [][]any            `json:"series"`
	Blanks     [][]any            `json:"blanks"`
	Reasons    [][]any            `json:"reasons"`
	Judgements [][]int            `json:"judgements"`
	Judged     [][4]int           `json:"judged"`
	Movers     map[string][][]any `json:"movers"`
	Presets    []map[string]any   `json:"presets"`
}

func pageOf(t testing.TB, m *compare.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// part returns the text between two others, the first time.
func part(t testing.TB, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	out, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q", from, to)
	}
	return out
}

func readBack(t testing.TB, m *compare.Model) written {
	t.Helper()
	var w written
	if err := json.Unmarshal([]byte(part(t, pageOf(t, m), `id="data">`, "</script>")), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// at returns an entry of a row, nil where it is left out.
func at(row []any, i int) any {
	if i < len(row) {
		return row[i]
	}
	return nil
}

func number(v any) float64 {
	f, _ := v.(float64)
	return f
}

// The page has every value, mark, verdict, reason and change of the model, for
// every series, pair of years and measure, to the last digit.
func TestDataIsTheModel(t *testing.T) {
	for name, m := range map[string]*compare.Model{"shipped": shippedModel(t), "awkward": awkward(), "nothing": compare.New(&pipeline.Dataset{})} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := readBack(t, m)
			list := allSeries(m)
			if len(w.Series) != len(list) {
				t.Fatalf("%d series, not %d", len(w.Series), len(list))
			}
			pairs := 0
			for i, s := range list {
				row := w.Series[i]
				if row[0] != s.ID || w.Types[int(number(row[1]))] != string(s.Type) || row[2] != s.Name || row[4] != s.Category || row[5] != s.Parent {
					t.Fatalf("series %d is %v, not %s", i, row[:6], s.ID)
				}
				for k := range s.Points {
					comparePoint(t, w, row, s, &s.Points[k], k, m)
				}
				pairs += comparePairs(t, w, row, m, s)
			}
			if name == "shipped" && pairs < 2000 {
				t.Errorf("only %d pairs of years were compared", pairs)
			}
			compareMovers(t, w, m)
		})
	}
}

// platformRow returns the series of a platform that stands alone among the companies.
func (w written) platformRow(id string) []any {
	for _, row := range w.Series {
		if row[0] == id && number(row[1]) == 0 {
			return row
		}
	}
	return nil
}

func comparePoint(t *testing.T, w written, row []any, s *compare.Series, p *compare.Point, k int, m *compare.Model) {
	t.Helper()
	encoded := row[9].([]any)[k]
	if blank, ok := encoded.(float64); ok {
		b := w.Blanks[int(blank)]
		if p.Reports != nil || w.Missing[int(number(b[0]))] != string(p.Missing) || w.Texts[int(number(b[1]))] != m.WhyBlank(p) || b[3] != string(p.Marks) {
			t.Errorf("%s %d: the page says %v", s.ID, p.Year, b)
		}
		return
	}
	v := encoded.([]any)
	rank, noRank, marks := at(v, 3), at(v, 4), at(v, 6)
	if s.Alone { // rank, why none and marks are its own, the rest is the platform's
		rank, noRank, marks = at(v, 0), at(v, 1), at(v, 2)
		v = w.platformRow(s.ID)[9].([]any)[k].([]any)
	}
	text, _ := marks.(string)
	got := fmt.Sprint(number(v[0]), at(v, 1), at(v, 2), number(rank), w.Texts[int(number(noRank))], w.Statuses[int(number(at(v, 5)))], text, at(v, 7) == true)
	want := fmt.Sprint(float64(*p.Reports), orNil(p.Share), orNil(p.TotalShare), float64(p.Rank), p.NoRank, string(p.Status), string(p.Marks), p.AtLeast)
	if got != want {
		t.Errorf("%s %d: %s, want %s", s.ID, p.Year, got, want)
	}
	figures, _ := at(v, 9).([]any)
	if len(figures) != len(p.Figures) {
		t.Fatalf("%s %d: %d figures, want %d", s.ID, p.Year, len(figures), len(p.Figures))
	}
	for i, f := range p.Figures {
		if row := w.Figures[int(number(figures[i]))]; w.Names[int(number(row[1]))] != f.Name || number(row[2]) != float64(f.Reports) || w.Years[int(number(row[0]))] != f.Year {
			t.Errorf("%s %d: figure %v, want %s %d", s.ID, p.Year, row, f.Name, f.Reports)
		}
	}
}

func orNil(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}

func comparePairs(t *testing.T, w written, row []any, m *compare.Model, s *compare.Series) int {
	t.Helper()
	find := func(of []any, from, to int) []any {
		for _, p := range of[10].([]any) {
			if p := p.([]any); int(number(p[0])) == from && int(number(p[1])) == to {
				return p
			}
		}
		return nil
	}
	n := 0
	for to := range m.Years {
		for from := range to {
			pair := find(row, from, to)
			both := s.Points[from].Reports != nil && s.Points[to].Reports != nil
			if (pair != nil) != both {
				t.Fatalf("%s %d/%d: a pair %v, values %v", s.ID, m.Years[from], m.Years[to], pair != nil, both)
			}
			if !both {
				continue
			}
			n++
			changes := slices.Concat([]any{}, pair)
			if s.Alone {
				changes = slices.Concat([]any{}, find(w.platformRow(s.ID), from, to))
				for len(changes) < 7 {
					changes = append(changes, nil)
				}
				changes[6] = at(pair, 3)
			}
			for i, measure := range pipeline.Measures {
				b := m.Between(s, m.Years[from], m.Years[to], measure)
				where := fmt.Sprintf("%s %d/%d by %s", s.ID, m.Years[from], m.Years[to], measure)
				compareJudgement(t, w, where, w.Judged[int(number(pair[2]))][i], b)
				like, _ := at(changes, 10).([]any)
				if b.Change == nil || b.Verdict == compare.No {
					b.Change = &compare.Change{}
				}
				c, cells := b.Change, [][]any{{at(changes, 3), at(changes, 4)}, {at(changes, 5)}, {at(changes, 6)}, {at(changes, 7)}}[i]
				if want := changeCells(c, measure); !reflect.DeepEqual(cells, want) && !(b.Verdict == compare.NoValue && measure != pipeline.MeasureReports) {
					t.Errorf("%s: change %v, want %v", where, cells, want)
				}
				compareLike(t, w, where, like, b)
			}
			b := m.Between(s, m.Years[from], m.Years[to], pipeline.MeasureReports)
			if got, _ := at(changes, 8).([]any); len(got) != len(b.Came) {
				t.Errorf("%s: came %v, want %v", s.ID, got, b.Came)
			}
			if got, _ := at(changes, 9).([]any); len(got) != len(b.Left) {
				t.Errorf("%s: left %v, want %v", s.ID, got, b.Left)
			}
		}
	}
	return n
}

// changeCells is what a change should look like in JSON.
func changeCells(c *compare.Change, measure pipeline.Measure) []any {
	switch measure {
	case pipeline.MeasureShare:
		return []any{orNil(c.Points)}
	case pipeline.MeasureRank:
		if c.Places == nil {
			return []any{nil}
		}
		return []any{float64(*c.Places)}
	case pipeline.MeasureIndex:
		return []any{orNil(c.Index)}
	}
	if c.Reports == nil {
		return []any{nil, nil}
	}
	return []any{float64(*c.Reports), orNil(c.Percent)}
}

func compareJudgement(t *testing.T, w written, where string, judged int, b compare.Between) {
	t.Helper()
	j := w.Judgements[judged]
	if w.Verdicts[j[0]] != string(b.Verdict) || len(j)-1 != len(b.Reasons) {
		t.Fatalf("%s: %v with %d reasons, want %q with %d", where, w.Verdicts[j[0]], len(j)-1, b.Verdict, len(b.Reasons))
	}
	for i, r := range b.Reasons {
		row := w.Reasons[j[i+1]]
		mark := ""
		if r.Mark != 0 {
			mark = string(r.Mark)
		}
		text, _ := at(row, 2).(string)
		if row[0] != r.Code || w.Verdicts[int(number(row[1]))] != string(r.Verdict) || text != mark || w.Texts[int(number(at(row, 3)))] != r.Text || w.Texts[int(number(at(row, 4)))] != r.Source || (at(row, 5) == true) != r.User {
			t.Errorf("%s: reason %v, want %+v", where, row, r)
		}
	}
}

func compareLike(t *testing.T, w written, where string, like []any, b compare.Between) {
	t.Helper()
	start := map[pipeline.Measure]int{pipeline.MeasureReports: 0, pipeline.MeasureShare: 3, pipeline.MeasureIndex: 5}
	i, ok := start[b.Measure]
	if !ok {
		return
	}
	if b.LikeForLike == nil {
		if at(like, i+1) != nil {
			t.Errorf("%s: like for like %v, want none", where, like)
		}
		return
	}
	compareJudgement(t, w, where+" like for like", int(number(at(like, i))), *b.LikeForLike)
	want := changeCells(b.LikeForLike.Change, b.Measure)
	for k, v := range want {
		if at(like, i+1+k) != v {
			t.Errorf("%s: like for like %v, want %v", where, like, want)
		}
	}
}

func compareMovers(t *testing.T, w written, m *compare.Model) {
	t.Helper()
	for by, rows := range w.Movers {
		for _, row := range rows {
			from, to := m.Years[int(number(row[0]))], m.Years[int(number(row[1]))]
			v := m.Movers(from, to, compare.MoversOptions{By: compare.Type(by), MinBase: 1})
			for i, want := range [][]compare.Mover{slices.Concat(v.Falls, v.Rises), v.Entered, v.Left, v.NotComparable} {
				got := row[2+i].([]any)
				if len(got) != len(want) {
					t.Fatalf("%s %d/%d: %d movers of sort %d, want %d", by, from, to, len(got), i, len(want))
				}
				for k := range got {
					if id := w.Series[int(number(got[k]))][0]; id != want[k].Series.ID {
						t.Errorf("%s %d/%d: mover %v, want %s", by, from, to, id, want[k].Series.ID)
					}
				}
			}
		}
	}
}
