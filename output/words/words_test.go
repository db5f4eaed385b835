package words

import (
	"testing"

	"espfigures/pipeline"
)

func TestBreakInWords(t *testing.T) {
	for kind, want := range map[string]string{"scope-split": "rows split", "unit": "what counts as a report changed", "made-up-kind": "made up kind", "": ""} {
		if got := BreakKind(kind); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	for want, b := range map[string]pipeline.Break{"2020→2021": {From: 2020, To: 2021}, "2023": {From: 2023, To: 2023}} {
		if got := BreakYears(&b); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
