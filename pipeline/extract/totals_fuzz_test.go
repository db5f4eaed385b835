package extract

import (
	"strings"
	"testing"

	"espfigures/pipeline"
)

// FuzzTotals chooses among two printed totals. One of those printed is taken,
// and two that differ are never passed over in silence, unless one of them
// alone says that it is the providers'.
func FuzzTotals(f *testing.F) {
	for _, labels := range [][2]string{
		{"Totals:", "Total"}, {"Total ESP Reports", "Total CyberTipline Reports"}, {"Grand Total", "Subtotal"},
		{"Total Wireless", "Total:"}, {"All ESPs", "Total Providers"}, {"", "2023"},
	} {
		f.Add(labels[0], labels[1], int64(31_802_525), int64(31_802_525))
		f.Add(labels[0], labels[1], int64(31_802_525), int64(32_059_029))
	}
	f.Fuzz(func(t *testing.T, first, second string, a, b int64) {
		is, sub := totalLabel(first)
		if sub && !is {
			t.Errorf("%q is the total of a part and no total", first)
		}
		for _, word := range []string{"Facebook", "Wireless", "LLC"} {
			if is, _ := totalLabel(first + " " + word); is {
				t.Errorf("%q is taken for the label of a total", first+" "+word)
			}
		}
		am := assembly{totals: []pipeline.Total{{Label: first, Reports: pipeline.Count(a)}, {Label: second, Reports: pipeline.Count(b)}}}
		am.chooseTotal()
		got, said := am.table.Total, codes(am.found, pipeline.Fail)
		providers := func(label string) bool {
			l := strings.ToLower(label)
			return strings.Contains(l, "esp") || strings.Contains(l, "provider")
		}
		switch {
		case got == nil || int64(got.Reports) != a && int64(got.Reports) != b:
			t.Errorf("chose %+v of %d and %d", got, a, b)
		case a == b && said != "":
			t.Errorf("two equal totals: %s", said)
		case a != b && said == "" && !providers(got.Label):
			t.Errorf("%q %d was taken before %q %d in silence", got.Label, got.Reports, first+second, a)
		}
	})
}
