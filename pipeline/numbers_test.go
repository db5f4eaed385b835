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
	for in, want := range map[float64]string{1.26: "+1.3 pp", -0.004: "-0.004 pp", 0: "0.0 pp"} {
		if got := PointsText(in); got != want {
			t.Errorf("%v points: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[int]string{0: "same rank", 1: "up 1 place", -1: "down 1 place", 3: "up 3 places", -12: "down 12 places"} {
		if got := PlacesText(in); got != want {
			t.Errorf("%d places: %q, want %q", in, got, want)
		}
	}
}
