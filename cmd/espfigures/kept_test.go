package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/extract"
)

// keptResult is a reading with all that a reading may hold.
func keptResult() extract.Result {
	total := &pipeline.Total{Label: "Total", Reports: 1_234_567, At: pipeline.Place{Page: 2}}
	return extract.Result{
		Kind: "pdf", Title: "a <title>", Dated: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC),
		Findings: []pipeline.Finding{{Code: pipeline.OneReading, Severity: pipeline.Note, Year: 2022, Document: "x.pdf", What: "one\nreading"}},
		Tables: []pipeline.Table{
			{Year: 2022, Title: "2022", Columns: []string{"ESP", "Reports"}, Total: total, Readings: []string{"rules"}, Rows: []pipeline.Row{
				{Name: "Imgur, LLC", Reports: 64_211, At: pipeline.Place{Page: 1, Row: 1}},
				{Name: "Microsoft - Online Operations", Combined: true, Reports: 0, At: pipeline.Place{Page: 1, Row: 2}},
				{Name: `"quoted"`, Reports: 1}, {Name: `a "b`, Reports: 2}, {Name: "tab\tand\nline\r", Reports: 3}, {Name: "", Reports: 4}, {Name: " Ω—漢字 ", Reports: 9_223_372_036_854_775_807},
			}},
			{Year: 2021},
			{Year: 2020, Rows: []pipeline.Row{{Name: "*", Combined: true, Reports: 7}}},
		},
	}
}

func TestKeptReading(t *testing.T) {
	for _, want := range []extract.Result{keptResult(), {}, {Kind: "html", Tables: []pipeline.Table{{Year: 2019, Rows: []pipeline.Row{{Name: "A", Reports: 1}}}}}} {
		data, err := encodeReading(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeReading(data)
		if err != nil {
			t.Fatal(err)
		}
		// Lists that are nil or empty are the same reading.
		if a, b := jsonOf(t, got), jsonOf(t, want); a != b {
			t.Errorf("kept %s\nread %s", b, a)
		}
		old, err := decodeReading([]byte(jsonOf(t, want)))
		if err != nil || jsonOf(t, old) != jsonOf(t, want) {
			t.Errorf("what an earlier program kept is read as %s (%v)", jsonOf(t, old), err)
		}
	}
}

func jsonOf(t *testing.T, res extract.Result) string {
	t.Helper()
	if res.Tables == nil {
		res.Tables = []pipeline.Table{}
	}
	b, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A kept reading that was cut, or that says other than it holds, is read anew
// from the document and never taken for a smaller table.
func TestKeptReadingCut(t *testing.T) {
	data, err := encodeReading(keptResult())
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if res, err := decodeReading(data[:n]); err == nil {
			t.Errorf("cut to %d of %d bytes it is read as %d tables", n, len(data), len(res.Tables))
		}
	}
	for what, text := range map[string]string{
		"a row more":        string(data) + "1\t1\t1\t\tX\n",
		"a mark nobody set": strings.Replace(string(data), "\t*\tMicrosoft", "\tx\tMicrosoft", 1),
		"no number":         strings.Replace(string(data), "64211", "64k", 1),
		"another count":     strings.Replace(string(data), `"RowsOf":[7,0,1]`, `"RowsOf":[7,1]`, 1),
		"rows beyond all":   strings.Replace(string(data), `"RowsOf":[7,0,1]`, `"RowsOf":[7,0,1000000000]`, 1),
		"less than none":    strings.Replace(string(data), `"RowsOf":[7,0,1]`, `"RowsOf":[-1,7,1]`, 1),
	} {
		if text == string(data) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := decodeReading([]byte(text)); err == nil {
			t.Errorf("%s: it is read", what)
		}
	}
}

func TestShareNames(t *testing.T) {
	one, two := "Imgur, LLC", strings.Clone("Imgur, LLC")
	rows := [][]pipeline.Row{{{Name: one, Reports: 1}, {Name: "B"}}, {{Name: two, Reports: 2}}}
	shareNames(rows)
	if rows[0][0].Name != one || rows[1][0].Name != one || rows[0][1].Name != "B" || rows[0][0].Reports != 1 || rows[1][0].Reports != 2 {
		t.Errorf("the rows became %v", rows)
	}
}
