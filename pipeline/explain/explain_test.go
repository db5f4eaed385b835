package explain_test

import (
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/build"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// model is what the program makes of the figures shipped with it, once change
// has had its way with the editions.
func model(t *testing.T, change func(*pipeline.Edition)) (*compare.Model, *registry.Registry) {
	t.Helper()
	snap, err := snapshot.Default()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	for i := range snap.Editions {
		if change != nil {
			change(&snap.Editions[i])
		}
	}
	m, err := build.Model(t.Context(), build.Inputs{Snapshot: snap, Resolver: resolve.New(reg)})
	if err != nil {
		t.Fatal(err)
	}
	return m, reg
}

// A document that somebody saved is cited as such, with the address where the
// user gives it, and never with a place on somebody's disk.
func TestCitationByHand(t *testing.T) {
	for _, address := range []string{"", "https://www.missingkids.org/2022.pdf"} {
		m, reg := model(t, func(e *pipeline.Edition) {
			if e.Year == 2022 {
				e.Document.Origin, e.Document.URL, e.Document.Mirror = pipeline.FromHand, address, "file:saved.pdf"
				e.Document.Retrieved, e.Status = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), pipeline.Checked
			}
		})
		c, err := explain.Figure(m, reg, m.Platform("imgur"), 2022)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range explain.Formats {
			got := explain.Write(c.Citations, format)
			if strings.Contains(got, "file:") || strings.Contains(got, "2026") {
				t.Errorf("%s names a file, or a day on which nobody asked:\n%s", format, got)
			}
			if !strings.Contains(got, "saved by hand") || strings.Contains(got, "https://") != (address != "") {
				t.Errorf("%s, address %q:\n%s", format, address, got)
			}
		}
	}
}

// Notes say each thing once, and only of what is shown.
func TestNotes(t *testing.T) {
	m, _ := model(t, nil)
	list := explain.Notes(m, []*compare.Series{m.Platform("facebook"), m.Platform("instagram"), m.Company("meta")}, []int{2020, 2021}, [][2]int{{2020, 2021}}, []pipeline.Measure{pipeline.MeasureReports})
	seen := map[string]bool{}
	all := ""
	for _, n := range list {
		_, said, _ := strings.Cut(n, ": ")
		if seen[said] {
			t.Errorf("said twice: %s", n)
		}
		seen[said] = true
		all += n + "\n"
	}
	for _, want := range []string{"Facebook 2020 to 2021: not comparable: The 2020 row Facebook*", "Instagram 2020: no row of its own", "Meta Platforms 2021: sum of "} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	for _, not := range []string{"2023", "TikTok", "2024"} {
		if strings.Contains(all, not) {
			t.Errorf("%q is not shown, and is in\n%s", not, all)
		}
	}
}
