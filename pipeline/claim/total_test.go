package claim

import (
	"strings"
	"testing"
)

func TestCheckTotal(t *testing.T) {
	ds := dataset(t)
	for _, c := range []struct {
		year    int
		text    string
		want    Verdict
		instead string
	}{
		{2023, "36 million", Rounded, ""},
		{2023, "36,210,368", Exact, ""},
		{2023, "over 36m", Bound, ""},
		{2023, "36m images", WrongUnit, ""},
		{2023, "35,944,826", Wrong, "reports by electronic service providers"},
		{2022, "36.2m", Wrong, "36,210,368 is the total of 2023"},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := CheckTotal(ds, c.year, n)
		if err != nil || r.Verdict != c.want || !strings.Contains(strings.Join(r.Instead, "\n"), c.instead) || c.instead == "" && r.Instead != nil {
			t.Errorf("%d %q: %s, %q (%v), want %s", c.year, c.text, r.Verdict, r.Instead, err, c.want)
		}
	}
	n, _ := ParseNumber("5m")
	if _, err := CheckTotal(ds, 1980, n); err == nil || !strings.Contains(err.Error(), "1980") {
		t.Errorf("1980: %v", err)
	}
}
