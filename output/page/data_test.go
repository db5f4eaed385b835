package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// shipped is the model of the figures shipped with the program: the real
// tables, so that tests can name real numbers.
var shipped = sync.OnceValue(func() *compare.Model { return compare.New(testset.Shipped()) })

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

// readBack is the page's JSON.
func readBack(t testing.TB, m *compare.Model) data {
	t.Helper()
	var w data
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

// index reads an entry as an index or a number; one that is left out is 0.
func index(row []any, i int) int {
	f, _ := at(row, i).(float64)
	return int(f)
}

// The page has every value, mark, verdict, reason and change of the model, for
// every series, pair of years and measure, to the last digit.
func TestDataIsTheModel(t *testing.T) {
	for name, m := range map[string]*compare.Model{"shipped": shipped(), "awkward": awkward(), "nothing": compare.New(&pipeline.Dataset{})} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, want := readBack(t, m).lines(), modelLines(m)
			if name == "shipped" && len(want) < 10000 {
				t.Errorf("only %d lines were compared", len(want))
			}
			differ := 0
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || got[i] != want[i] {
					t.Errorf("the page says\n%s\nthe model\n%s", line(got, i), line(want, i))
					if differ++; differ == 5 {
						t.FailNow()
					}
				}
			}
		})
	}
}

func line(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

// A page that has no room for every pair of years compares any two of the
// newest, and earlier years with the next; its data say from which year on.
func TestPairsAreBounded(t *testing.T) {
	m := compare.New(testset.Big(1000, 20))
	w := readBack(t, m)
	first := slices.Index(w.Years, w.AnyTwo)
	if n := len(w.Years) - first; first < 1 || n < 5 || len(w.Series)*n*(n-1)/2 > mostPairs {
		t.Fatalf("any two years from %d on, of %d to %d", w.AnyTwo, w.Years[0], w.Years[19])
	}
	held := map[[2]int]bool{}
	for _, p := range w.Series[0][10].([]any) {
		held[[2]int{index(p.([]any), 0), index(p.([]any), 1)}] = true
	}
	for to := range 20 {
		for from := range to {
			if want := from >= first || from == to-1; held[[2]int{from, to}] != want {
				t.Errorf("%d and %d are compared: %v", w.Years[from], w.Years[to], !want)
			}
		}
	}
}

// modelLines says all that a model says, a line each.
func modelLines(m *compare.Model) (out []string) {
	say := func(words ...any) { out = append(out, fmt.Sprintln(words...)) }
	for _, s := range allSeries(m) {
		say("series", s.ID, s.Type, s.Name, s.Category, s.Parent, s.Alone, s.User)
		for i := range s.Points {
			p := &s.Points[i]
			if p.Reports == nil {
				say(p.Year, p.Missing, m.WhyBlank(p), string(p.Marks))
				continue
			}
			say(p.Year, int(*p.Reports), pointed(p.Share), pointed(p.TotalShare), p.Rank, p.NoRank, p.Status, string(p.Marks), p.AtLeast)
			for _, f := range p.Figures {
				say(f.Year, f.Name, int(f.Reports), f.At.Page, f.At.Row)
			}
		}
		for to := range m.Years {
			for from := range to {
				for _, measure := range pipeline.Measures {
					if b := m.Between(s, m.Years[from], m.Years[to], measure); s.Points[from].Reports != nil && s.Points[to].Reports != nil {
						say(m.Years[from], m.Years[to], measure, verdictOf(b), changeOf(b.Change), len(b.Came), len(b.Left))
						if b.LikeForLike != nil {
							say("like for like", verdictOf(*b.LikeForLike), changeOf(b.LikeForLike.Change))
						}
					}
				}
			}
		}
	}
	for _, by := range []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory} {
		for to := range m.Years {
			for from := range to {
				v := m.Movers(m.Years[from], m.Years[to], compare.MoversOptions{By: by, MinBase: 1})
				say(by, m.Years[from], m.Years[to], v.Unchanged)
				for _, mv := range slices.Concat(v.Falls, v.Rises, v.Entered, v.Left, v.NotComparable) {
					say(mv.Movement, mv.Series.ID)
				}
			}
		}
	}
	return out
}

func verdictOf(b compare.Between) string {
	words := fmt.Sprint(b.Verdict)
	for _, r := range b.Reasons {
		words += fmt.Sprintf(" [%s %s %q %s %s %v]", r.Code, r.Verdict, strings.Trim(string(r.Mark), "\x00"), r.Text, r.Source, r.User)
	}
	return words
}

func changeOf(c *compare.Change) string {
	if c == nil {
		c = &compare.Change{}
	}
	return fmt.Sprint(pointed(c.Reports), pointed(c.Percent), pointed(c.Points), pointed(c.Places), pointed(c.Index))
}

// pointed is what a pointer points to, as the JSON would have it.
func pointed[T int | float64 | pipeline.Count](p *T) any {
	if p == nil {
		return nil
	}
	return float64(*p)
}

// lines says all that the page says, as modelLines does.
func (w data) lines() (out []string) {
	say := func(words ...any) { out = append(out, fmt.Sprintln(words...)) }
	platform := map[string][]any{}
	for _, row := range w.Series {
		if index(row, 1) == 0 {
			platform[row[0].(string)] = row
		}
		alone := at(row, 7) == true
		say("series", row[0], w.Types[index(row, 1)], row[2], row[4], row[5], alone, row[8])
		for k, encoded := range row[9].([]any) {
			if blank, ok := encoded.(float64); ok {
				b := w.Blanks[int(blank)]
				say(w.Years[k], w.Missing[index(b, 0)], w.Texts[index(b, 1)], b[3])
				continue
			}
			p := encoded.([]any)
			if alone { // rank, why none and marks are its own, the rest is the platform's
				own := p
				p = append(slices.Clone(platform[row[0].(string)][9].([]any)[k].([]any)), nil, nil, nil, nil, nil, nil)
				p[3], p[4], p[6] = at(own, 0), at(own, 1), at(own, 2)
			}
			marks, _ := at(p, 6).(string)
			say(w.Years[k], index(p, 0), at(p, 1), at(p, 2), index(p, 3), w.Texts[index(p, 4)], w.Statuses[index(p, 5)], marks, at(p, 7) == true)
			figures, _ := at(p, 9).([]any)
			for i := range figures {
				f := w.Figures[index(figures, i)]
				say(w.Years[index(f, 0)], w.Names[index(f, 1)], index(f, 2), index(f, 3), index(f, 4))
			}
		}
		for _, encoded := range row[10].([]any) {
			pair := encoded.([]any)
			if alone {
				own := pair
				pair = nil
				for _, p := range platform[row[0].(string)][10].([]any) {
					if p := p.([]any); index(p, 0) == index(own, 0) && index(p, 1) == index(own, 1) {
						pair = append(slices.Clone(p), nil, nil, nil, nil)
						pair[2], pair[6] = own[2], at(own, 3)
					}
				}
			}
			out = append(out, w.pair(pair)...)
		}
	}
	for _, by := range []compare.Type{compare.TypePlatform, compare.TypeCompany, compare.TypeCategory} {
		for _, row := range w.Movers[by] {
			say(by, w.Years[index(row, 0)], w.Years[index(row, 1)], index(row, 6))
			for i, movement := range []string{"moved", "entered", "left", "not-comparable"} {
				for _, at := range row[2+i].([]any) {
					say(movement, w.Series[int(at.(float64))][0])
				}
			}
		}
	}
	return out
}

// pair says what two years say, a line for each measure.
func (w data) pair(p []any) (out []string) {
	count := func(i int) int { list, _ := at(p, i).([]any); return len(list) }
	like, _ := at(p, 10).([]any)
	for i, measure := range pipeline.Measures {
		judged := w.Judged[index(p, 2)][i]
		change := make([]any, 5)
		for _, k := range [][]int{{0, 1}, {2}, {3}, {4}}[i] {
			change[k] = at(p, 3+k)
		}
		came, left := count(8), count(9)
		if w.Verdicts[w.Judgements[judged][0]] == "" {
			came, left = 0, 0 // without a value in the measure nothing is compared
		}
		out = append(out, fmt.Sprintln(w.Years[index(p, 0)], w.Years[index(p, 1)], measure, w.judgement(judged), fmt.Sprint(change...), came, left))
		at0 := []int{0, 3, -1, 5}[i]
		if at0 < 0 || at(like, at0+1) == nil {
			continue
		}
		change = make([]any, 5)
		for n, k := range [][]int{{0, 1}, {2}, {3}, {4}}[i] {
			change[k] = at(like, at0+1+n)
		}
		out = append(out, fmt.Sprintln("like for like", w.judgement(index(like, at0)), fmt.Sprint(change...)))
	}
	return out
}

func (w data) judgement(i int) string {
	words := string(w.Verdicts[w.Judgements[i][0]])
	for _, k := range w.Judgements[i][1:] {
		r := w.Reasons[k]
		mark, _ := at(r, 2).(string)
		words += fmt.Sprintf(" [%s %s %q %s %s %v]", r[0], w.Verdicts[index(r, 1)], mark, w.Texts[index(r, 3)], w.Texts[index(r, 4)], at(r, 5) == true)
	}
	return words
}
