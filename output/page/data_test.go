package page

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// shipped is the model of the figures shipped with the program: the real
// tables, so that tests can name real numbers.
var shipped = sync.OnceValue(func() *compare.Model { return compare.New(testset.Shipped()) })

// awkward is the test set with what only some Datasets have.
func awkward() *compare.Model {
	ds := testset.New()
	ds.Categories = []pipeline.Category{{ID: "social", Name: "Social </script>", Definition: "Where people meet."}, {ID: pipeline.OtherCategory, Name: "Other"}}
	for i := range ds.Platforms {
		if id := ds.Platforms[i].ID; id == "facebook" || id == "instagram" || id == "x" {
			ds.Platforms[i].Category = "social"
		}
	}
	ds.Groups = []pipeline.Group{{ID: "mine", Name: "Mine", Members: []string{"kik", "x"}, User: true}}
	ds.Remarks = []pipeline.Remark{{Who: "kik", Year: 2021, Text: "A note <b>of mine</b>.", Source: "me"}}
	return compare.New(ds)
}

func pageOf(t testing.TB, m *compare.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// part returns the text between two others, the first time.
func part(t testing.TB, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	out, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("no %q … %q", from, to)
	}
	return out
}

// readBack is the page's JSON.
func readBack(t testing.TB, m *compare.Model) data {
	t.Helper()
	var w data
	if err := json.Unmarshal([]byte(part(t, pageOf(t, m), `id="data">`, "</script>")), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func (l *lazy[T]) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), (*[]T)(l))
}

// A page that has no room for every pair of years compares any two of the
// newest, and earlier years with the next; its data say from which year on.
func TestPairsAreBounded(t *testing.T) {
	m := compare.New(testset.Big(1000, 20))
	w := readBack(t, m)
	first := slices.Index(w.Years, w.AnyTwo)
	if n := len(w.Years) - first; first < 1 || n < 5 || len(w.Series)*n*(n-1)/2 > mostPairs {
		t.Fatalf("any two years from %d on, of %d to %d", w.AnyTwo, w.Years[0], w.Years[19])
	}
	held := map[[2]int]bool{}
	var pairs [][]any
	if err := json.Unmarshal([]byte(w.Series[0][10].(string)), &pairs); err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		from, to := p[0].(float64), p[1].(float64)
		held[[2]int{int(from), int(to)}] = true
	}
	for to := range 20 {
		for from := range to {
			if want := from >= first || from == to-1; held[[2]int{from, to}] != want {
				t.Errorf("%d and %d are compared: %v", w.Years[from], w.Years[to], !want)
			}
		}
	}
}
