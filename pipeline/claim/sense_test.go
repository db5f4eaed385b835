package claim

import (
	"strings"
	"testing"

	"espfigures/pipeline"
)

// What the words beside a number claim of Facebook's 21,165,208 reports of
// 2022, and of other figures where that one cannot tell.
func TestSense(t *testing.T) {
	for _, c := range []struct {
		text      string
		published pipeline.Count
		sense     Sense
		want      Verdict
	}{
		{"over 21 million", 21165208, Above, Bound},
		{"over 21 million", 20900000, Above, Wrong}, // though it rounds to it
		{"over 21 million", 21000000, Above, Wrong},
		{"more than 21m reports", 21165208, Above, Bound},
		{"over 21.2m", 21165208, Above, Wrong},
		{"> 21m", 21165208, Above, Bound},
		{">21m", 21165208, Above, Bound},
		{"in excess of 21,165,207", 21165208, Above, Bound},
		{"over 21,165,208", 21165208, Above, Wrong},
		{"at least 21,165,208", 21165208, AtLeast, Bound},
		{"at least 21.2m", 21165208, AtLeast, Wrong},
		{"no fewer than 21m", 21165208, AtLeast, Bound},
		{">= 21m", 21165208, AtLeast, Bound},
		{"≥21m", 21165208, AtLeast, Bound},
		{"21m+", 21165208, AtLeast, Bound},
		{"21m+ reports", 21165208, AtLeast, Bound},
		{"21 million reports or more", 21165208, AtLeast, Bound},
		{"22m or more", 21165208, AtLeast, Wrong},
		{"less than 22m", 21165208, Below, Bound},
		{"under 21m", 21165208, Below, Wrong},
		{"fewer than 21,165,208", 21165208, Below, Wrong},
		{"up to 22m", 21165208, AtMost, Bound},
		{"up to 21m", 21165208, AtMost, Wrong},
		{"no more than 21,165,208", 21165208, AtMost, Bound},
		{"22m or less", 21165208, AtMost, Bound},
		// Almost and nearly: below, and only a little.
		{"almost 21.2m", 21165208, JustBelow, Bound},
		{"nearly 21.2 million", 21165208, JustBelow, Bound},
		{"nearly 21.1m", 21165208, JustBelow, Wrong}, // it is above
		{"nearly 5m", 5007902, JustBelow, Wrong},
		{"almost 22m", 21165208, JustBelow, Wrong}, // 21m it would round to
		{"almost 22m", 21700000, JustBelow, Bound},
		{"nearly 30m", 29400000, JustBelow, Bound},
		{"nearly 30.0m", 29400000, JustBelow, Wrong}, // the nought says how exact it is
		{"nearly 30m", 27191103, JustBelow, Wrong},   // rounds to 30m by tens, but a tenth off
		{"almost 21,165,209", 21165208, JustBelow, Bound},
		{"almost 21,165,208", 21165208, JustBelow, Wrong},
		{"nearly 200", 195, JustBelow, Bound},
		{"nearly 5,000", 4100, JustBelow, Wrong},
		{"just under 21.2m", 21165208, JustBelow, Bound},
		{"just over 21m", 21165208, JustAbove, Bound},
		{"just over 20m", 21165208, JustAbove, Wrong},
		{"just over 22m", 21165208, JustAbove, Wrong},
		{"a little over 21m", 21165208, JustAbove, Bound},
		{"well over 20m", 21165208, WellAbove, Bound},
		{"well over 21m", 21165208, WellAbove, Wrong},
		{"well over 22m", 21165208, WellAbove, Wrong},
		{"well under 30m", 21165208, WellBelow, Bound},
		{"well under 21.2m", 21165208, WellBelow, Wrong},
		// About is read like the number alone; exactly is exact.
		{"about 21m", 21165208, About, Rounded},
		{"about 21.1m", 21165208, About, Truncated},
		{"about 20m", 21165208, About, Wrong},
		{"~ 21.2m", 21165208, About, Rounded},
		{"ca. 21.2m", 21165208, About, Rounded},
		{"some 21m", 21165208, About, Rounded},
		{"21m", 21165208, Bare, Rounded},
		// Spoken numbers, and words that claim nothing.
		{"more than a million", 1174698, Above, Bound},
		{"half a million", 490000, Bare, Rounded},
		{"half a million reports", 610000, Bare, Wrong},
		{"over half a million", 490000, Above, Wrong},
		{"five million", 5007902, Bare, Rounded},
		{"almost twelve million reports", 11900000, JustBelow, Bound},
		{"one million or more", 1174698, AtLeast, Bound},
		{"just over a million", 1010000, JustAbove, Bound},
		{"only 234", 234, Bare, Exact},
		{"just 267", 267, Bare, Exact},
		{"just 267", 268, Bare, Wrong},
		{"just about 21m", 21165208, About, Rounded},
		{"only 21m+ reports", 21165208, AtLeast, Bound},
		// Trailing noughts say the same whatever the form.
		{"0.6m", 590376, Bare, Rounded},
		{"600,000", 590376, Bare, Rounded},
		{"600k", 590376, Bare, Rounded},
		{"around 600,000", 590376, About, Rounded},
		{"close to 600k", 590376, About, Rounded},
		{"590k", 590376, Bare, Rounded},
		{"591k", 590376, Bare, Wrong},
		{"exactly 600k", 590376, Precisely, Wrong},
		{"600k", 549999, Bare, Wrong},
		{"600k", 660000, Bare, Truncated},
		{"exactly 21m", 21165208, Precisely, Wrong},
		{"exactly 21,165,208", 21165208, Precisely, Exact},
		{"over 0", 0, Above, Wrong},
		{"at least 0", 5, AtLeast, Bound},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if got := hold(n, c.published); n.Sense != c.sense || got != c.want {
			t.Errorf("%q of %v: %q, %s; want %q, %s", c.text, c.published, n.Sense, got, c.sense, c.want)
		}
	}
	// Words on both sides, and words that only begin like one, are no number.
	for _, text := range []string{"over over 5m", "over 5m+", "overt 5m", "over", "almost", "+", "5m + 3", "not 5m", "underground 5", "only", "only only 5", "onlyfans 5", "a", "half", "five", "a few million", "five hundred thousand", "thirteen million"} {
		if n, err := ParseNumber(text); err == nil {
			t.Errorf("%q is %+v", text, n)
		}
	}
}

// What a claim says beyond the number is not thrown away.
func TestFurtherWords(t *testing.T) {
	for _, text := range []string{"21.2m reports", "21.2m reports to NCMEC", "over 21m reports of suspected CSAM to the CyberTipline", "21.2m reports of child sexual abuse material"} {
		if n, err := ParseNumber(text); err != nil || n.Counted != "" {
			t.Errorf("%q: %+v, %v", text, n, err)
		}
	}
	for _, text := range []string{"21.2m reports in 2021", "21.2m reports by Instagram", "21.2m reports from Instagram and WhatsApp", "21.2m referrals by Google", "over 21m reports in the US alone", "21.2m tips to police", "21.2 million reports to NCMEC in the first half of the year"} {
		if n, err := ParseNumber(text); err == nil {
			t.Errorf("%q is %+v", text, n)
		}
	}
}

// Of a platform inside a row that combines related ones, the row is an upper
// bound: more than a number is not certain of it.
func TestBoundsOfCombinedRows(t *testing.T) {
	ds := dataset(t)
	for text, want := range map[string]Verdict{"20,307,216": Exact, "20.3m": Rounded, "over 20 million": Open, "at least 20,307,216": Open, "less than 21m": Bound, "over 30 million": Wrong} {
		n, err := ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Check(ds, "facebook", false, 2020, n); err != nil || !r.Point.Flags.Has(pipeline.FlagCombined) || r.Verdict != want {
			t.Errorf("%q: %s of %v (%v), want %s", text, r.Verdict, r.Published, err, want)
		}
	}
}

// Of a sum that is only a lower bound nothing is certain below a number, nor
// that the figure does not reach a higher one.
func TestBoundsOfLowerBounds(t *testing.T) {
	ds := dataset(t)
	for text, want := range map[string]Verdict{"less than 80,000": Open, "up to 80,000": Open, "almost 76,000": Open, "over 75,000": Bound, "less than 70,000": Wrong,
		"over 90,000": Open, "at least 90,000": Open, "90,000": Open, "50,000": Wrong} {
		n, err := ParseNumber(text)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Check(ds, "amazon", true, 2024, n); err != nil || !r.Point.Flags.Has(pipeline.FlagMissing) || r.Verdict != want || r.Verdict.Holds() != (want == Bound) {
			t.Errorf("%q: %s of %v (%v), want %s", text, r.Verdict, r.Published, err, want)
		}
	}
}

// What is counted may be said. Where it is not reports, a number that holds of
// reports is still not what was claimed.
func TestUnits(t *testing.T) {
	ds := dataset(t)
	for _, c := range []struct {
		text    string
		counted string
		want    Verdict
		fits    Verdict
	}{
		{"21.1 million pieces of child abuse imagery", "pieces of child abuse imagery", WrongUnit, Truncated},
		{"over 21 million images", "images", WrongUnit, Bound},
		{"21.2m files", "files", WrongUnit, Rounded},
		{"21,165,208 cases", "cases", WrongUnit, Exact},
		{"21m abuse images", "abuse images", WrongUnit, Rounded},
		{"21m+ videos", "videos", WrongUnit, Bound},
		{"21 million images or more", "images or more", WrongUnit, Rounded},
		{"30m images", "images", WrongUnit, Wrong},
		{"almost 21 million images", "images", WrongUnit, Wrong},
		{"nearly 21m photos and videos", "photos and videos", WrongUnit, Wrong},
		{"nearly 21.2m photos and videos", "photos and videos", WrongUnit, Bound},
		{"21.2m reports", "", Rounded, ""},
		{"21.2m reports of suspected child abuse", "", Rounded, ""},
		{"21.2m CyberTipline reports", "", Rounded, ""},
		{"21.2m CyberTips", "", Rounded, ""},
		{"21.2m tips", "", Rounded, ""},
		{"more than 21 million reports to NCMEC", "", Bound, ""},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		r, err := Check(ds, "facebook", false, 2022, n)
		if err != nil {
			t.Fatal(err)
		}
		if n.Counted != c.counted || r.Verdict != c.want || r.Fits != c.fits || r.Verdict == WrongUnit && r.Verdict.Holds() {
			t.Errorf("%q: %q, %s (%s); want %q, %s (%s)", c.text, n.Counted, r.Verdict, r.Fits, c.counted, c.want, c.fits)
		}
	}
	for _, text := range []string{"5 apples", "images", "reports", "5m imagesque", "21m reportage", "filesystem 5"} {
		if n, err := ParseNumber(text); err == nil {
			t.Errorf("%q is %+v", text, n)
		}
	}
}

// No word belongs to two claims.
func TestSensesAreApart(t *testing.T) {
	seen := map[string]Sense{}
	for _, m := range []map[Sense][]string{sensesBefore, sensesBehind} {
		for s, list := range m {
			for _, w := range list {
				if other, ok := seen[w]; ok {
					t.Errorf("%q is %q and %q", w, s, other)
				}
				seen[w] = s
			}
		}
	}
}

// A bound that says little is called loose, and what the number is is said.
func TestLooseBounds(t *testing.T) {
	ds := dataset(t)
	for _, c := range []struct {
		id      string
		year    int
		text    string
		loose   bool
		instead string
	}{
		{"facebook", 2022, "over 20 million", false, ""},
		{"facebook", 2022, "over 5m", true, ""},
		{"facebook", 2022, "less than 100m", true, ""},
		{"x", 2023, "over 597,000", true, "597,087 is one of 2 printed rows"},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Check(ds, c.id, false, c.year, n)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != Bound || r.Loose != c.loose || !strings.Contains(strings.Join(r.Instead, "\n"), c.instead) {
			t.Errorf("%s %d %q: %s, loose %v, %q", c.id, c.year, c.text, r.Verdict, r.Loose, r.Instead)
		}
	}
	// Where a bound says little of a row, the company of its name is given too.
	few, err := ParseNumber("less than 80,000")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := CheckBoth(ds, "amazon", "amazon", 2024, few); err != nil || !r.Loose || !strings.Contains(strings.Join(r.Instead, ""), "The company Amazon has 75,501") {
		t.Errorf("%+v, %v", r, err)
	}
	// Of a row and a company of one name, the tighter fit is meant.
	n, err := ParseNumber("over 33,000")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := CheckBoth(ds, "amazon", "amazon", 2021, n); err != nil || r.Verdict != Bound || r.Published != 33848 || r.Reading == "" {
		t.Errorf("%+v, %v", r, err)
	}
}
