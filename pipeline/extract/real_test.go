package extract

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"espfigures/pipeline"
)

// shared returns a file of the reference material beside the repository, or
// skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	for _, up := range []string{"../../../shared", "../../shared"} {
		p := filepath.Join(up, name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("the reference material ../shared/%s is not beside the repository", name)
	return ""
}

var editions = []struct {
	year  int
	rows  int
	total pipeline.Count
}{
	{2019, 148, 16_836_694},
	{2020, 168, 21_447_786},
	{2021, 230, 29_157_083},
	{2022, 236, 31_802_525},
	{2023, 247, 35_944_826},
}

func editionFile(t testing.TB, year int) (string, []byte) {
	t.Helper()
	p := shared(t, fmt.Sprintf("ncmec/%d-reports-by-esp.pdf", year))
	b, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(p), b
}

// editionsRead holds what was read of the editions, so that each is read once.
var editionsRead = map[int]Result{}

func editionRead(t testing.TB, year int) Result {
	t.Helper()
	name, body := editionFile(t, year)
	if _, done := editionsRead[year]; !done {
		res, err := testReader.Read(context.Background(), name, body)
		if err != nil {
			t.Fatal(err)
		}
		editionsRead[year] = res
	}
	return editionsRead[year]
}

func TestEditions(t *testing.T) {
	for _, e := range editions {
		res := editionRead(t, e.year)
		for _, f := range res.Findings {
			t.Errorf("%d: finding %s (%s): %s", e.year, f.Code, f.Severity, f.What)
		}
		if len(res.Tables) != 1 {
			t.Fatalf("%d: %d tables", e.year, len(res.Tables))
		}
		tb := res.Tables[0]
		if tb.Year != e.year || len(tb.Rows) != e.rows || tb.Sum() != e.total || tb.Total == nil || tb.Total.Reports != e.total {
			t.Errorf("%d: year %d, %d rows, sum %v, total %+v", e.year, tb.Year, len(tb.Rows), tb.Sum(), tb.Total)
		}
		t.Log(e.year, tb.Title, tb.Columns, tb.Readings, res.Dated, res.Title, tb.Total)
	}
}

// Every name printed in the five editions is in the first mapping, and the
// other way round: no name is cut, run together or invented. The mapping was
// made from text that has a space wherever a line was broken after a slash;
// spaces after a slash are left out of the comparison.
func TestEditionNames(t *testing.T) {
	f, err := os.Open(shared(t, "data/platforms-draft.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	key := func(s string) string { return strings.ReplaceAll(s, "/ ", "/") }
	for _, rec := range records[1:] {
		want[key(rec[0])] = false
	}
	for _, e := range editions {
		res := editionRead(t, e.year)
		for _, row := range res.Tables[0].Rows {
			printed := key(row.Name + row.Mark())
			if _, ok := want[printed]; !ok {
				t.Errorf("%d, page %d, row %d: %q is not in the mapping", e.year, row.At.Page, row.At.Row, printed)
			}
			want[printed] = true
		}
	}
	for n, seen := range want {
		if !seen {
			t.Errorf("%q is in the mapping and was not read", n)
		}
	}
}
