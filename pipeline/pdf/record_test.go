package pdf

import (
	"testing"
	"time"
)

func TestDated(t *testing.T) {
	for in, want := range map[string]string{
		"D:20230428145942-04'00'": "2023-04-28T18:59:42Z",
		"D:20230428":              "2023-04-28T00:00:00Z",
		"20230428145942Z":         "2023-04-28T14:59:42Z",
		"":                        "0001-01-01T00:00:00Z",
		"yesterday":               "0001-01-01T00:00:00Z",
	} {
		if got := pdfDate(in).Format(time.RFC3339); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
