package compare_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// shipped is the model of the figures and the registry shipped with the program.
var shipped = sync.OnceValues(func() (*compare.Model, error) { return modelOf(registry.Default()) })

func modelOf(reg *registry.Registry, err error) (*compare.Model, error) {
	if err != nil {
		return nil, err
	}
	snap, err := snapshot.Default()
	if err != nil {
		return nil, err
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	resolve.New(reg).Fill(ds)
	return compare.New(ds), nil
}

// The sums hold for the shipped figures too, also with a user's layer that moves
// names, owners and categories.
func TestShippedFiguresAreConserved(t *testing.T) {
	conserved(t, model(t))
	m, err := modelOf(registry.LoadLayer(fstest.MapFS{
		"categories.csv": {Data: []byte("id,name,definition\nmine,Mine,What I say.\n")},
		"companies.csv":  {Data: []byte("id,name,source\nnewco,New Co,https://example.org/\n")},
		"platforms.csv":  {Data: []byte("id,name,kind,category,source\ntinder,Tinder,platform,mine,https://example.org/\nfresh,Fresh,platform,,https://example.org/\n")},
		"aliases.csv":    {Data: []byte("printed_name,platform_id,source\n\"Twitter, Inc. / Vine.co\",fresh,https://example.org/\n")},
		"owners.csv":     {Data: []byte("platform_id,company_id,from,to,source\ninstagram,newco,2022-05-01,2023-05-01,https://example.org/\n")},
	}))
	if err != nil {
		t.Fatal(err)
	}
	conserved(t, m)
	if s := m.Company("newco"); s == nil || s.At(2022).Reports == nil || s.At(2023).Reports != nil || m.Platform("fresh") == nil {
		t.Errorf("the layer is not in the model: %+v", s)
	}
}

func model(t *testing.T) *compare.Model {
	t.Helper()
	m, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// show writes an answer as "verdict change mark,mark".
func show(b compare.Between) string {
	s := string(b.Verdict)
	if b.Verdict == compare.NoValue {
		s = "none"
	}
	if p := b.Shown().Percent; p != nil {
		s += fmt.Sprintf(" %+.1f%%", *p)
	}
	var marks []string
	for _, r := range b.Reasons {
		if mark := string(r.Mark); r.Verdict == compare.No && r.Mark != 0 && !slices.Contains(marks, mark) {
			marks = append(marks, mark)
		}
	}
	return strings.TrimSpace(s + " " + strings.Join(marks, ","))
}

// The comparisons that people get wrong, on the real figures.
func TestRealComparisons(t *testing.T) {
	for _, c := range []struct {
		id       string
		from, to int
		measure  pipeline.Measure
		want     string
	}{
		{"facebook", 2020, 2021, pipeline.MeasureReports, "no b"},
		{"facebook", 2019, 2020, pipeline.MeasureReports, "care +27.8%"},
		{"facebook", 2021, 2022, pipeline.MeasureReports, "yes -4.3%"},
		{"facebook", 2019, 2023, pipeline.MeasureReports, "no b"},
		{"facebook", 2020, 2021, pipeline.MeasureShare, "no b"},
		{"facebook", 2023, 2024, pipeline.MeasureReports, "no b"},
		{"meta", 2020, 2021, pipeline.MeasureReports, "care +32.4%"},
		{"meta", 2019, 2021, pipeline.MeasureReports, "care +69.3%"},
		{"facebook+instagram+whatsapp", 2020, 2021, pipeline.MeasureReports, "care +32.4%"},
		{"facebook+instagram", 2020, 2021, pipeline.MeasureReports, "no b"},
		{"facebook+instagram", 2022, 2023, pipeline.MeasureReports, "yes +11.8%"},
		{"instagram", 2020, 2021, pipeline.MeasureReports, "none"},
		{"company:iac", 2020, 2021, pipeline.MeasureReports, "no o"},
		{"company:verizon", 2020, 2021, pipeline.MeasureReports, "no o"},
		{"linkedin", 2022, 2023, pipeline.MeasureReports, "yes"},
		{"google", 2020, 2021, pipeline.MeasureReports, "yes +60.2%"},
		{"x", 2022, 2023, pipeline.MeasureReports, "care +787.8%"},
		{"tiktok", 2023, 2024, pipeline.MeasureReports, "care +130.3%"},
		{"roblox", 2022, 2023, pipeline.MeasureReports, "yes"},
		{"esp-total", 2022, 2023, pipeline.MeasureReports, "yes +13.0%"},
		{"total", 2022, 2023, pipeline.MeasureReports, "yes +12.9%"},
		{"total", 2023, 2024, pipeline.MeasureReports, "no b"},
		{"esp-total", 2019, 2020, pipeline.MeasureReports, "yes +27.4%"},
	} {
		m := model(t)
		s, err := m.Series(c.id)
		if err != nil {
			t.Error(err)
			continue
		}
		b := m.Between(s, c.from, c.to, c.measure)
		if got := show(b); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %d-%d %s: %s, want %s\n%+v", c.id, c.from, c.to, c.measure, got, c.want, b.Reasons)
		}
	}
}

// A break of a platform says that its company compares, but only where it does.
func TestBreakNotesSayWhatStillCompares(t *testing.T) {
	const holds = "(the platform; its company can be compared)"
	total := &pipeline.Total{Label: "Total", Reports: 1}
	before := pipeline.Edition{Year: 2020, Total: total, Rows: []pipeline.Row{{Name: "Facebook", Combined: true, Reports: 20307216}, {Name: "TikTok", Combined: true, Reports: 5}}}
	after := pipeline.Edition{Year: 2021, Total: total, Rows: []pipeline.Row{{Name: "Facebook", Reports: 22118952}, {Name: "TikTok", Reports: 6}}}
	whole := after
	whole.Rows = append(slices.Clone(after.Rows), pipeline.Row{Name: "Instagram, Inc.", Reports: 3393654}, pipeline.Row{Name: "WhatsApp Inc.", Reports: 1372696})
	partial := whole
	partial.Status = pipeline.SecondaryHand
	for name, c := range map[string]struct {
		after pipeline.Edition
		want  bool
	}{"one row": {after, false}, "its members": {whole, true}, "partial, with all members listed": {partial, true}} {
		reg, err := registry.Default()
		if err != nil {
			t.Fatal(err)
		}
		ds := &pipeline.Dataset{Editions: []pipeline.Edition{before, c.after}}
		resolve.New(reg).Fill(ds)
		findings := compare.New(ds).MarkBreaks()
		notes := 0
		for _, f := range findings {
			if f.Code != pipeline.BreakCode {
				continue
			}
			notes++
			if got, want := strings.Contains(f.What, holds), c.want && strings.HasPrefix(f.What, "Facebook"); got != want {
				t.Errorf("%s: %q", name, f.What)
			}
		}
		if notes != 2 {
			t.Errorf("%s: %d breaks noted, want those of Facebook and TikTok", name, notes)
		}
	}
}
