package pipeline

import "testing"

func TestNumbersInWords(t *testing.T) {
	for in, want := range map[float64]string{
		32.44: "+32.4%", 0: "0.0%", -99.97: "-99.97%", -100: "-100.0%", 0.004: "+0.004%", 999.94: "+999.9%", 1234.4: "+1,234%", -3.25: "-3.2%",
	} {
		if got := ChangeText(in); got != want {
			t.Errorf("%v%%: %q, want %q", in, got, want)
		}
	}
}
