package resolve

import (
	"strings"
	"testing"
)

func TestSplitNames(t *testing.T) {
	known := map[string]bool{"facebook": true, "Facebook": true, "Foo, Inc.": true, "Foo": true, "Imgur, LLC": true, "amazon": true, "twitch": true, "amazon, twitch": true, "Acme, Bar, Ltd": true, "Bar": true}
	for in, want := range map[string]string{
		"facebook":                             "facebook",
		"facebook,amazon":                      "facebook|amazon",
		" facebook , amazon ":                  "facebook|amazon",
		"Foo, Inc.":                            "Foo, Inc.",
		"Foo, Inc.,facebook":                   "Foo, Inc.|facebook",
		"facebook,Foo, Inc., Imgur, LLC":       "facebook|Foo, Inc.|Imgur, LLC",
		"Acme, Bar, Ltd,amazon":                "Acme, Bar, Ltd|amazon",
		"amazon, twitch":                       "amazon|twitch", // both are known by themselves
		"facebook,nobody":                      "facebook|nobody",
		"facebook,":                            "facebook|",
		strings.Repeat("facebook,", 500) + "x": strings.Repeat("facebook|", 500) + "x",
	} {
		got := strings.Join(splitNames(in, func(n string) bool { return known[n] }), "|")
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
