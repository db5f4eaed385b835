package explain_test

import (
	"encoding/json"
	"errors"
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
	ds, err := build.Dataset(t.Context(), build.Inputs{Snapshot: snap, Resolver: resolve.New(reg)})
	if err != nil {
		t.Fatal(err)
	}
	return compare.New(ds), reg
}

func chain(t *testing.T, m *compare.Model, reg *registry.Registry, id string, year int) explain.Chain {
	t.Helper()
	s, err := m.Series(id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := explain.Figure(m, reg, s, year)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestChainLeadsToTheDocument(t *testing.T) {
	m, reg := model(t, nil)
	for id, want := range map[string][]string{
		"imgur":        {"Printed row|Imgur, LLC | 64,211", "Place|page 3, row 34 of the page", "Checks|the 236 rows sum exactly to the printed total, 31,802,525"},
		"company:meta": {"Sum|of 4 printed rows of what it owned on 31 December 2022", "Platform|Facebook (facebook)"},
		"total":        {"Source|OJJDP CY2023 Appendix A", "Of these|31,802,525 by providers"},
		"esp-total":    {"Document|2022 CyberTipline Reports"},
	} {
		text := ""
		for _, s := range chain(t, m, reg, id, 2022).Steps {
			text += s.Label + "|" + s.Text + "\n"
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", id, w, text)
			}
		}
	}
	_, err := explain.Figure(m, reg, m.Platform("instagram"), 2020)
	var none *explain.NoFigure
	if !errors.As(err, &none) || !strings.Contains(none.Text, "Likely inside the combined row \"Facebook\" of 2020. That row has 20,307,216 reports.") {
		t.Errorf("no figure: %v", err)
	}
}

func TestCitations(t *testing.T) {
	m, reg := model(t, nil)
	c := chain(t, m, reg, "imgur", 2022)
	for format, want := range map[string]string{
		"text":   `National Center for Missing & Exploited Children, 2022 CyberTipline Reports by Electronic Service Providers (ESP), dated 28 April 2023, p. 3, row 34 of the page, "Imgur, LLC": 64,211 reports. https://www.missingkids.org/`,
		"apa":    "National Center for Missing & Exploited Children. (2023, April 28). 2022 CyberTipline Reports by Electronic Service Providers (ESP). https://",
		"bibtex": "@misc{ncmec-esp-2022,\n  author = {{National Center for Missing \\& Exploited Children}},",
		"ris":    "TY  - RPRT\nID  - ncmec-esp-2022\nAU  - National Center",
	} {
		if got := explain.Write(c.Citations, format); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", format, got)
		}
	}
	var items []struct {
		Type, Title, URL string
		Author           []struct{ Literal string }
		Issued           struct {
			Parts [][]int `json:"date-parts"`
		}
	}
	if err := json.Unmarshal([]byte(explain.Write(c.Citations, "csl-json")), &items); err != nil || len(items) != 1 ||
		items[0].Type != "report" || items[0].Issued.Parts[0][0] != 2023 || !strings.HasPrefix(items[0].URL, "https://") {
		t.Errorf("csl-json: %+v, %v", items, err)
	}
	if got := explain.Write(chain(t, m, reg, "snapchat", 2024).Citations, "text"); !strings.HasPrefix(got, `"Snap", 2024: 1,174,698 reports. Transcription of part`) {
		t.Errorf("secondary: %q", got)
	}
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
		c := chain(t, m, reg, "imgur", 2022)
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
