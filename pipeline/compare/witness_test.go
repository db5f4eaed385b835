package compare_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Own counts of periods add up to years only where all of the year is there,
// and are set against the sum of the rows of just the platforms they cover.
func TestWitnesses(t *testing.T) {
	half := func(from, to string, n pipeline.Count, platforms ...string) pipeline.OwnCount {
		return pipeline.OwnCount{Platforms: platforms, From: from, To: to, Reports: n, Source: "https://example.org/"}
	}
	total := pipeline.Total{Reports: 3000}
	ds := &pipeline.Dataset{
		Editions: []pipeline.Edition{
			{Year: 2021, Status: pipeline.Verified, Total: &total, Rows: []pipeline.Row{{Reports: 1000}, {Reports: 2000}}},
			{Year: 2022, Status: pipeline.SecondaryHand, Source: "a third party", Total: &total, Rows: []pipeline.Row{{Reports: 900}}},
		},
		Platforms: []pipeline.Platform{{ID: "anvil", Name: "Anvil"}, {ID: "bell", Name: "Bell"}},
		Figures: []pipeline.Figure{
			{Year: 2021, Platform: "anvil", Reports: 1000, Status: pipeline.Verified},
			{Year: 2021, Platform: "bell", Reports: 2000, Status: pipeline.Verified},
			{Year: 2022, Platform: "anvil", Reports: 900, Status: pipeline.SecondaryHand},
		},
		OwnCounts: []pipeline.OwnCount{
			half("2021-07-01", "2021-12-31", 400, "anvil"),
			half("2021-01-01", "2021-06-30", 595, "anvil"),
			half("2022-01-01", "2022-06-30", 900, "anvil"),
			half("2021-01-01", "2021-12-31", 3100, "anvil", "bell"),
			half("2022-01-01", "2022-12-31", 950, "anvil", "bell"),
			half("2021-01-01", "2021-03-31", 100, "bell"),
		},
	}
	m := compare.New(ds)
	for i, want := range []struct {
		id, percent string
		own         pipeline.Count
		agreement   compare.Agreement
		reason      string
	}{
		{"anvil", "-0.50", 995, compare.Agrees, ""},
		{"anvil", "", 900, compare.Unfinished, ""}, // only half of the year, whatever its size
		{"anvil+bell", "3.33", 3100, compare.Close, ""},
		{"anvil+bell", "", 950, compare.Unfinished, ""}, // Bell may have reported too: the list is partial
		{"bell", "", 100, compare.Unfinished, ""},
	} {
		w := m.Witnesses()[i]
		percent := ""
		if w.Percent != nil {
			percent = fmt.Sprintf("%.2f", *w.Percent)
		}
		if w.Platforms.ID != want.id || w.Own != want.own || w.Agreement != want.agreement || percent != want.percent || w.Reason != want.reason {
			t.Errorf("%d: %s %d %s %q %q, want %+v", i, w.Platforms.ID, w.Own, w.Agreement, percent, w.Reason, want)
		}
	}
	if list := m.WitnessesOf(m.Platform("bell"), 2021); len(list) != 2 || list[0].Same(m.Platform("bell")) || !list[1].Same(m.Platform("bell")) {
		t.Errorf("own counts that bear on Bell in 2021: %+v", list)
	}
}

// The shipped own counts: Google's two half-years of 2024 bear the
// transcription out; every large difference has a reason or says it has none.
func TestShippedWitnesses(t *testing.T) {
	m := model(t)
	whole, who := 0, map[string]bool{}
	for _, w := range m.Witnesses() {
		if w.Percent != nil {
			whole++
			who[w.Platforms.ID] = true
		}
		if w.Agreement == compare.Differs && w.Reason == "" {
			t.Errorf("%s %d differs and says nothing", w.Who, w.Year)
		}
		if w.Platforms.ID == "google" && w.Year == 2024 {
			if w.Own != 1176026 || w.Agreement != compare.Agrees || fmt.Sprintf("%.2f", *w.Percent) != "0.08" {
				t.Errorf("Google 2024: %d, %s, %v", w.Own, w.Agreement, *w.Percent)
			}
		}
	}
	if whole < 50 || len(who) < 10 {
		t.Errorf("%d platform-years of %d platforms", whole, len(who))
	}
	if b := m.BorneOut(2024); b.Agree < 5 || b.Share < 0.05 {
		t.Errorf("2024 is borne out by %+v", b)
	}
}

// Every year that is made of half-years or quarters has the sum that a third
// party's collection gives for the year.
func TestSumsOfPeriods(t *testing.T) {
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "own-figures-draft.csv"))
	if err != nil {
		t.Skip("the draft of own counts is not at ../shared/data beside the repository")
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	draft := map[string]string{}
	for _, r := range rows[1:] {
		who, _, _ := strings.Cut(r[0], " (")
		draft[who+" "+r[1]] = r[2]
	}
	names := map[string]string{"Meta Platforms": "Meta", "Snapchat": "Snap"}
	compared := 0
	for _, w := range model(t).Witnesses() {
		months := 0
		for _, p := range w.Parts {
			months += p.Months()
		}
		key := fmt.Sprintf("%s %d", cmp.Or(names[w.Who], w.Who), w.Year)
		want, ok := draft[key]
		if months != 12 || !ok {
			continue
		}
		compared++
		if got := strconv.FormatInt(int64(w.Own), 10); got != want {
			t.Errorf("%s: the periods sum to %s, the draft has %s", key, got, want)
		}
	}
	if compared < 45 {
		t.Errorf("%d years compared", compared)
	}
}
