package claim_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"sync"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

var shipped = sync.OnceValues(func() (*claim.Reader, error) {
	snap, err := snapshot.Default()
	if err != nil {
		return nil, err
	}
	reg, err := registry.Default()
	if err != nil {
		return nil, err
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	resolver := resolve.New(reg)
	resolver.Fill(ds)
	return claim.NewReader(compare.New(ds), resolve.NewFinder(ds, resolver)), nil
})

func reader(t testing.TB) *claim.Reader {
	t.Helper()
	r, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The statements of the shared cases are found and judged as given.
func TestSharedCases(t *testing.T) {
	const file = "../../../shared/cases/claims.csv"
	if _, err := os.Stat(file); err != nil {
		t.Skip("needs the reference material: ../shared/cases/claims.csv")
	}
	rows := readCSV(t, file)
	want := map[string][][]string{}
	var texts []string
	for _, row := range rows[1:] {
		if _, ok := want[row[1]]; !ok {
			texts = append(texts, row[1])
			want[row[1]] = nil
		}
		if row[6] != "none" {
			want[row[1]] = append(want[row[1]], row)
		}
	}
	for _, text := range texts {
		got := reader(t).Text(text)
		if len(got) != len(want[text]) {
			t.Errorf("%s\n  %d statements, want %d: %v", text, len(got), len(want[text]), lines(got))
			continue
		}
		for _, row := range want[text] {
			line := strings.Join([]string{row[2], row[3], row[4], row[5], row[6]}, " | ")
			if !strings.Contains(strings.Join(lines(got), "\n")+"\n", line+"\n") {
				t.Errorf("%s\n  want %s\n  got  %s", text, line, strings.Join(lines(got), "\n       "))
			}
		}
	}
}

func lines(list []claim.Answer) []string {
	var out []string
	for _, a := range list {
		out = append(out, strings.Join([]string{a.ID, a.YearsText(), string(a.Measure), a.Quantity.Text, string(a.Verdict)}, " | "))
	}
	return out
}
