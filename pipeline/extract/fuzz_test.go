package extract

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// Recorded characters to tables: whatever stands on a page, the reading ends,
// and what it returns keeps its word: rows with names, places and positive
// counts, errors in one line.
func FuzzLayout(f *testing.F) {
	for _, fm := range []form{
		{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows},
		{titles: tenTitle, heads: []string{"ESP", "Files", "Reports"}, rows: []string{"Acme|7|1", "Zorg|8|2", "Total|15|3"}, no: true},
	} {
		packed, err := json.Marshal(pagesOf(f, fm.pdf(f)).Pages)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sh, ok := unpackSheet(b)
		if !ok {
			return
		}
		began := time.Now()
		res, err := readPages(context.Background(), "fuzz.pdf", sh)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		holds(t, res, err)
	})
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<!doctype html><h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(plainCells) + "</table>"))
	f.Add([]byte("<table><tr><th rowspan=9 colspan=9>ESP<th>Reports<tr><td>A<td>1<table><tr><td>2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		began := time.Now()
		res, err := readHTML(context.Background(), "fuzz.html", "", b)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		holds(t, res, err)
	})
}

func holds(t *testing.T, res Result, err error) {
	t.Helper()
	if err != nil {
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("an error of several lines: %q", err)
		}
		return
	}
	if len(res.Tables) == 0 {
		t.Error("no error and no table")
	}
	for _, tb := range res.Tables {
		for _, r := range tb.Rows {
			if r.Name == "" || r.Name != strings.TrimSpace(r.Name) || r.Reports < 0 || r.At.Page < 1 || r.At.Row < 1 {
				t.Errorf("row %+v", r)
			}
			if is, sub := totalLabel(r.Name); is && !sub && codes(res.Findings, pipeline.Fail) == "" && tb.Total == nil {
				t.Errorf("the total %+v became a row", r)
			}
		}
	}
}

// unpackSheet reads recorded pages that a fuzzer may have changed.
func unpackSheet(b []byte) (sh pdf.Document, ok bool) {
	if len(b) > 4<<20 || json.Unmarshal(b, &sh.Pages) != nil || len(sh.Pages) > 10 {
		return sh, false
	}
	for _, p := range sh.Pages {
		for _, g := range p.Glyphs {
			if math.Max(math.Abs(g.X), math.Abs(g.Y)) > 1e5 || math.Max(math.Abs(g.X0), math.Abs(g.X1)) > 1e5 || g.Size < 0 || g.Size > 1e5 {
				return sh, false
			}
		}
	}
	return sh, true
}
