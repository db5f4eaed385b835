package tables_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"espfigures/output/tables"
	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The column names are a contract.
func TestColumns(t *testing.T) {
	m := compare.New(testset.New())
	for name, want := range map[string]string{
		"platform-series": "id,name,category,year,reports,why_blank,share_percent,rank,change,change_percent,comparable,reasons,like_for_like_percent,marks,status,members",
		"company-series":  "id,name,category,year,reports,why_blank,share_percent,rank,change,change_percent,comparable,reasons,like_for_like_percent,marks,status,members",
		"movers":          "id,name,category,from,to,change,change_percent,comparable,reasons,group,from_year,to_year",
	} {
		for _, tab := range tables.All(m) {
			if tab.Name != name {
				continue
			}
			var b bytes.Buffer
			if err := tab.WriteCSV(&b, false); err != nil {
				t.Fatal(err)
			}
			if got, _, _ := strings.Cut(b.String(), "\r\n"); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}

// Each of the series tables sums to the rows of its year, in the wide form too,
// with the defaults of a reader that adds up a column.
func TestTablesSumToTheYears(t *testing.T) {
	m := compare.New(testset.New())
	for _, tab := range []tables.Table{tables.Series("platform-series", m, m.Platforms, m.Years), tables.Series("company-series", m, m.Companies, m.Years), tables.ByYear(m, "platforms"), tables.ByYear(m, "companies"), tables.Figures(m)} {
		sums := map[string]int{}
		for _, row := range tab.Rows {
			year := ""
			for i, f := range tab.Fields {
				n, _ := strconv.Atoi(tables.Cell(row[i]))
				if wide, ok := strings.CutPrefix(f.Name, "reports_"); ok {
					sums[wide] += n
				} else if f.Name == "year" {
					year = tables.Cell(row[i])
				} else if f.Name == "reports" {
					sums[year] += n
				}
			}
		}
		for _, ed := range m.Data.Editions {
			if got := sums[strconv.Itoa(ed.Year)]; pipeline.Count(got) != ed.Sum() {
				t.Errorf("%s: %d sums to %d, want %s", tab.Name, ed.Year, got, ed.Sum())
			}
		}
	}
}

// Each reason is named once, also where both years have it.
func TestReasonsOnce(t *testing.T) {
	m := compare.New(testset.Shipped())
	tab := tables.Series("platform-series", m, m.Platforms, m.Years)
	for i, f := range tab.Fields {
		for _, row := range tab.Rows {
			if codes := strings.Split(tables.Cell(row[i]), "; "); f.Name == "reasons" && len(slices.Compact(slices.Sorted(slices.Values(codes)))) != len(codes) {
				t.Errorf("%v: %s", row[:4], row[i])
			}
		}
	}
}

func TestJSONHasEveryColumn(t *testing.T) {
	for _, tab := range tables.All(compare.New(testset.New())) {
		var b bytes.Buffer
		if err := tab.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		var list []map[string]any
		if err := json.Unmarshal(b.Bytes(), &list); err != nil {
			t.Fatalf("%s: %v", tab.Name, err)
		}
		if len(list) != len(tab.Rows) {
			t.Errorf("%s: %d objects, %d rows", tab.Name, len(list), len(tab.Rows))
		}
		for _, o := range list {
			if len(o) != len(tab.Fields) {
				t.Errorf("%s: %v", tab.Name, o)
			}
		}
	}
}

func TestCell(t *testing.T) {
	for want, v := range map[string]any{"": nil, "0": 0.0, "32.4": 32.4, "-0.00000278": -0.00000278, "100": 100.0, "7": pipeline.Count(7), "true": true} {
		if got := tables.Cell(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	if got := tables.Cell(-1e-12); got != "0" {
		t.Errorf("a number that rounds to none is %q", got)
	}
}

// No text leaves as a formula, and every guard can be undone.
func FuzzGuard(f *testing.F) {
	for _, s := range append(testset.Hostile, "'", "''=1", " =1", "＝1", "plain") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g := tables.Guard(s)
		if tables.Unguard(g) != s {
			t.Errorf("%q is %q and then %q", s, g, tables.Unguard(g))
		}
		if strings.HasPrefix(g, "=") || strings.HasPrefix(g, "+") || strings.HasPrefix(g, "@") {
			t.Errorf("%q leaves as a formula", g)
		}
	})
}
