package pipeline

import "testing"

func TestFlagsWith(t *testing.T) {
	for _, c := range []struct {
		flags Flags
		with  rune
		want  string
	}{{"", 'b', "b"}, {"z", 'c', "c z"}, {"zb", 'c', "b c z"}, {"c", 'c', "c"}, {"", '?', ""}} {
		if got := c.flags.With(c.with).String(); got != c.want {
			t.Errorf("%q with %q is %q, want %q", c.flags, c.with, got, c.want)
		}
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
