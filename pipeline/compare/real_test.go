package compare_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// shipped is the model of the figures and the registry shipped with the program.
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
	resolve.New(reg).Fill(ds)
	return compare.New(ds), nil
})

func model(t *testing.T) *compare.Model {
	t.Helper()
	m, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// show writes an answer as "verdict change mark,mark: like for like".
func show(b compare.Between) string {
	s := string(b.Verdict)
	if b.Verdict == compare.NoValue {
		s = "none"
	}
	if b.Change != nil {
		s += " " + showChange(b)
	}
	var marks []string
	for _, r := range b.Reasons {
		if r.Verdict == compare.No && r.Mark != 0 && !strings.Contains(strings.Join(marks, ""), string(r.Mark)) {
			marks = append(marks, string(r.Mark))
		}
	}
	if len(marks) > 0 {
		s += " " + strings.Join(marks, ",")
	}
	if b.LikeForLike != nil {
		s += " like for like " + showChange(*b.LikeForLike)
	}
	return s
}

func showChange(b compare.Between) string {
	c := b.Change
	switch {
	case c.Percent != nil:
		return fmt.Sprintf("%+.1f%%", *c.Percent)
	case c.Points != nil:
		return fmt.Sprintf("%+.2f points", *c.Points)
	case c.Places != nil:
		return fmt.Sprintf("%+d places", *c.Places)
	case c.Index != nil:
		return fmt.Sprintf("index %.1f", *c.Index)
	}
	return ""
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
			t.Errorf("%s %d-%d %s: %s, want %s\n%s", c.id, c.from, c.to, c.measure, got, c.want, reasons(b))
		}
	}
}

func reasons(b compare.Between) string {
	var list []string
	for _, r := range b.Reasons {
		list = append(list, fmt.Sprintf("  %s %s: %s", r.Verdict, r.Code, r.Text))
	}
	return strings.Join(list, "\n")
}
