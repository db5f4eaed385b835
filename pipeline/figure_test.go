package pipeline

import "testing"

// The letters are those of FlagMeanings, and With gives the same flags on
// every way it can take.
func TestFlagsWith(t *testing.T) {
	all := ""
	for _, m := range FlagMeanings {
		all += string(m.Flag)
	}
	if all != flagLetters {
		t.Fatalf("flagLetters is %q, FlagMeanings has %q", flagLetters, all)
	}
	for i, m := range FlagMeanings {
		if got := Flags("").With(m.Flag); got != Flags(all[i:i+1]) {
			t.Errorf("With(%q) of no flags is %q", m.Flag, got)
		}
		if got := Flags("z").With(m.Flag, 'b'); !got.Has(m.Flag) || !got.Has('b') || !got.Has('z') {
			t.Errorf("With(%q, 'b') of z is %q", m.Flag, got)
		}
	}
	if got := Flags("").With('?'); got != "" {
		t.Errorf("a letter that is no flag gives %q", got)
	}
	if got := Flags("zb").With('c'); got != "bcz" || got.String() != "b c z" {
		t.Errorf("With sorts the letters to %q, written %q", got, got.String())
	}
	if got := Flags("s").String(); got != "s" {
		t.Errorf("one letter is written %q", got)
	}
}

func TestCountString(t *testing.T) {
	for n, want := range map[Count]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", -1: "-1", -999: "-999", -1000: "-1,000", 123456: "123,456", 21108635: "21,108,635",
		9223372036854775807: "9,223,372,036,854,775,807", -9223372036854775808: "-9,223,372,036,854,775,808",
	} {
		if got := n.String(); got != want {
			t.Errorf("%d is printed %q, want %q", int64(n), got, want)
		}
	}
}
