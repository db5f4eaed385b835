package claim

import (
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

func TestParseNumber(t *testing.T) {
	for text, want := range map[string][2]pipeline.Count{ // value, step
		"21,165,208":           {21165208, 1},
		"21165208":             {21165208, 1},
		"21 165 208":           {21165208, 1},
		"21\u00a0165\u202f208": {21165208, 1},
		"21'165'208":           {21165208, 1},
		"21’165’208":           {21165208, 1},
		"21_165_208":           {21165208, 1},
		"21.165.208":           {21165208, 1},
		"２１，１６５，２０８":           {21165208, 1},
		"21.1m":                {21100000, 100000},
		"21.1M":                {21100000, 100000},
		"21.1 million":         {21100000, 100000},
		"21.10 million":        {21100000, 10000},
		"21,1 million":         {21100000, 100000},
		"21.1mn":               {21100000, 100000},
		"5M":                   {5000000, 1000000},
		"5 Million reports":    {5000000, 1000000},
		"1.2bn":                {1200000000, 100000000},
		"1.2 billion":          {1200000000, 100000000},
		"870k":                 {870000, 1000},
		"870.503k":             {870503, 1},
		"870 thousand":         {870000, 1000},
		"1,234k":               {1234000, 1000},
		"1,234.5k":             {1234500, 100},
		"1.234,5k":             {1234500, 100},
		"870,503":              {870503, 1},
		"about 21.1m":          {21100000, 100000},
		"~5m":                  {5000000, 1000000},
		"more than 5 million":  {5000000, 1000000},
		"21,100,000":           {21100000, 100000},
		"30,000,000":           {30000000, 1000000},
		"870,000":              {870000, 1000},
		"600,000":              {600000, 100000},
		"600k":                 {600000, 100000},
		"0.6m":                 {600000, 100000},
		"600 thousand":         {600000, 100000},
		"0.60m":                {600000, 10000},
		"600.0k":               {600000, 100},
		"590k":                 {590000, 1000},
		"590,000":              {590000, 1000},
		"90k":                  {90000, 1000},
		"1,100k":               {1100000, 1000},
		"1,500":                {1500, 100},
		"500":                  {500, 1},
		"0":                    {0, 1},
	} {
		n, err := ParseNumber(text)
		if err != nil || n.Value != want[0] || n.Step != want[1] {
			t.Errorf("%q: %v step %v (%v), want %v", text, n.Value, n.Step, err, want)
		}
	}
	for _, text := range []string{"", "m", "million", "-5", "21%", "5x", "5 apples", "870.503", "21.5", "1,23", "1,2345", "12,34,567", "1.2.3", "1..2m", "1,,2", "1.", "5.m", ",5m", "1.23456789m", "1e6", "99999999999999999999", "9999999bn", "NaN", "1 2 3"} {
		if n, err := ParseNumber(text); err == nil {
			t.Errorf("%q was read as %v", text, n.Value)
		} else if text != "" && !strings.Contains(err.Error(), text) {
			t.Errorf("%q: error %v does not quote it", text, err)
		}
	}
}

// Who writes a number that is not read learns how to write it.
func TestHowToWrite(t *testing.T) {
	for _, text := range []string{"a few million", "lots", "5 mio5", "5 lakh"} {
		if _, err := ParseNumber(text); err == nil || !strings.Contains(err.Error(), `"over 5 million"`) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ParseNumber("5 lakh"); err == nil || !strings.Contains(err.Error(), " mio,") {
		t.Errorf("%v", err)
	}
}

func TestLike(t *testing.T) {
	for _, c := range []struct {
		text  string
		value pipeline.Count
		want  string
	}{
		{"21.1m", 21200000, "21.2m"}, {"21.1 million", 21200000, "21.2 million"}, {"5M", 27000000, "27m"}, {"1.05bn", 1000000000, "1.00bn"},
		{"870k", 1234000, "1,234k"}, {"870,000", 871000, "871,000"}, {"1.234m", 2005000, "2.005m"},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Like(c.value); got != c.want {
			t.Errorf("%v like %q is %q, want %q", c.value, c.text, got, c.want)
		}
	}
}

// The right figure is rounded as the quoted one, but never to nothing.
func TestRight(t *testing.T) {
	for _, c := range []struct {
		text  string
		value pipeline.Count
		want  string
	}{
		{"21.1m", 21165208, "21.2m"}, {"0.1m", 435, "435"}, {"0.1m", 50000, "0.1m"}, {"5k", 0, "0"}, {"1bn", 499999999, "499,999,999"},
	} {
		n, err := ParseNumber(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Right(c.value); got != c.want {
			t.Errorf("%v for %q: %s, want %s", c.value, c.text, got, c.want)
		}
	}
}

func TestRounding(t *testing.T) {
	n, err := ParseNumber("3k")
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range map[pipeline.Count][2]pipeline.Count{2500: {3000, 2000}, 2499: {2000, 2000}, 3499: {3000, 3000}, 3500: {4000, 3000}, 0: {0, 0}} {
		if r, cut := n.Rounded(c), n.Truncated(c); r != want[0] || cut != want[1] {
			t.Errorf("%v: %v and %v, want %v", c, r, cut, want)
		}
	}
}

func dataset(t *testing.T) *pipeline.Dataset {
	t.Helper()
	snap, err := snapshot.Default()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	resolve.New(reg).Fill(ds)
	legacy.Fill(ds)
	return ds
}

func TestCheck(t *testing.T) {
	ds := dataset(t)
	for _, c := range []struct {
		id      string
		company bool
		year    int
		number  string
		verdict Verdict
		instead string
		caveat  string
	}{
		{"facebook", false, 2022, "21.1m", Truncated, "", "not images"},
		{"facebook", false, 2022, "21.2m", Rounded, "", ""},
		{"facebook", false, 2022, "21,165,208", Exact, "", ""},
		{"facebook", false, 2022, "21,165,209", Wrong, "", ""},
		{"facebook", false, 2022, "21m", Rounded, "", ""},
		{"instagram", false, 2022, "5m", Rounded, "", ""},
		{"instagram", false, 2022, "5,007,902", Exact, "", ""},
		{"x", false, 2023, "597,087", Part, "one of 2 printed rows", ""},
		{"x", false, 2023, "597k", Part, "together they are 870,503", ""},
		{"x", false, 2023, "almost 600k", Part, "597,087 is one of 2 printed rows", ""},
		{"x", false, 2023, "nearly 600,000", Part, "597,087 is one of 2 printed rows", ""},
		{"x", false, 2023, "just under 597,500", Part, "597,087 is one of 2 printed rows", ""},
		{"x", false, 2023, "almost 700k", Wrong, "", ""},
		{"x", false, 2023, "870,503", Exact, "", "automated"},
		{"meta", true, 2022, "30m", Wrong, "", ""},
		{"meta", true, 2022, "27.2m", Rounded, "", ""},
		{"meta", true, 2022, "21,165,208", Part, "is Facebook alone", ""},
		{"facebook", false, 2022, "27,191,103", Wrong, "sum of all platforms of Meta", ""},
		{"facebook", false, 2022, "17,838,422", Wrong, "figure of 2023", ""},
		{"facebook", false, 2022, "31,802,525", Wrong, "total of all providers", ""},
		{"facebook", false, 2020, "20.3m", Rounded, "", "likely with Instagram and WhatsApp"},
		{"facebook", false, 2021, "22.1m", Rounded, "", "Not comparable with 2020"},
		{"instagram", false, 2020, "5m", NoFigure, "", "inside the combined row of Facebook"},
		{"flickr", false, 2024, "50k", NoFigure, "", "partial"},
		{"facebook", false, 2024, "8.6m", Rounded, "", "third party"},
		{"facebook", false, 2024, "8.6m", Rounded, "", "1 error in 154 figures"},
		{"facebook", false, 2025, "4.9m", Rounded, "", "one report may bundle"},
		{"meta", true, 2021, "26.9m", Rounded, "", "Caveat against 2020: The 2020 row Facebook"},
		{"meta", true, 2024, "13.8m", Rounded, "", "Not comparable with 2023: Facebook"},
		{"meta", true, 2024, "13.8m", Rounded, "", "Not comparable with 2023: Instagram: Meta bundled"},
		{"medialab", true, 2021, "81k", Rounded, "", "the members of MediaLab changed. From 2021 on Amino and Imgur belong to MediaLab too."},
		{"iac", true, 2021, "2", Exact, "", "Vimeo is independent from 2021 on."},
		{"amazon-twitch", false, 2020, "2,235", Exact, "", "is one row for Amazon and Twitch, as its printed name says"},
		{"amazon", false, 2020, "2,235", NoFigure, "", "it is inside the row \"Amazon / Twitch\""},
		{"facebook", false, 2020, "20.3m", Rounded, "", "The row \"Facebook*\" of 2020 combines"},
		{"amazon", false, 2025, "0.0m", Wrong, "", ""},
		{"pornhub", false, 2023, "2,503", Exact, "", ""},
		{"pornhub", false, 2023, "2,487", Part, "MG Freesites", ""},
	} {
		n, err := ParseNumber(c.number)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Check(ds, c.id, c.company, c.year, n)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != c.verdict {
			t.Errorf("%s %d %s: %s (published %v), want %s", c.id, c.year, c.number, r.Verdict, r.Published, c.verdict)
		}
		if got := strings.Join(r.Instead, "\n"); !strings.Contains(got, c.instead) {
			t.Errorf("%s %d %s: instead %q, want %q", c.id, c.year, c.number, got, c.instead)
		}
		if got := strings.Join(r.Caveats, "\n"); !strings.Contains(got, c.caveat) {
			t.Errorf("%s %d %s: caveats %q, want %q", c.id, c.year, c.number, got, c.caveat)
		}
	}
	for _, c := range []struct {
		platform, company string
		year              int
		number            string
		verdict           Verdict
		published         pipeline.Count
		reading, instead  string
	}{
		{"amazon", "amazon", 2021, "99", Exact, 99, "", ""},
		{"amazon", "amazon", 2021, "33,848", Exact, 33848, "the company Amazon, not as the row", ""},
		{"amazon", "amazon", 2021, "33.8k", Rounded, 33848, "the company Amazon, not as the row", ""},
		{"amazon", "amazon", 2021, "40k", Wrong, 99, "", "The company Amazon has 33,848"},
		{"amazon", "amazon", 2020, "2,235", Exact, 2235, "", "Held against the company Amazon, since"},
		{"microsoft", "microsoft", 2022, "107k", Rounded, 107274, "", ""},
		{"microsoft", "microsoft", 2022, "109k", Rounded, 108804, "not as the row", ""},
		{"automattic", "automattic", 2023, "19,591", Exact, 19591, "", "the platform Automattic (combined row) has no figure of its own in 2023"},
		{"automattic", "automattic", 2023, "19,335", Part, 19591, "", "Tumblr alone"},
		{"medialab", "medialab", 2021, "1", Part, 80969, "", "Held against the company"},
		{"mindgeek", "aylo", 2022, "5", Wrong, 2095, "", "Held against the company"},
		{"mindgeek", "aylo", 2020, "13,229", Exact, 13229, "", ""},
	} {
		n, err := ParseNumber(c.number)
		if err != nil {
			t.Fatal(err)
		}
		r, err := CheckBoth(ds, c.platform, c.company, c.year, n)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict != c.verdict || r.Published != c.published || (r.Reading == "") != (c.reading == "") || !strings.Contains(r.Reading, c.reading) {
			t.Errorf("%s %d %s: %s %v as %q", c.platform, c.year, c.number, r.Verdict, r.Published, r.Reading)
		}
		if got := strings.Join(r.Instead, "\n"); !strings.Contains(got, c.instead) || c.instead == "" && got != "" {
			t.Errorf("%s %d %s: instead %q, want %q", c.platform, c.year, c.number, got, c.instead)
		}
	}
	n, _ := ParseNumber("5")
	if _, err := Check(ds, "facebook", false, 2018, n); err == nil || !strings.Contains(err.Error(), "2019") {
		t.Errorf("2018: %v", err)
	}
	if _, err := Check(ds, "nobody", false, 2022, n); err == nil {
		t.Error("nobody has a series")
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"21.1m", "1,234.5k", "21 165 208", "~5 million", "９", "over 5m", "5m+", "almost 5 reports"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber(s)
		if err != nil {
			return
		}
		if n.Value < 0 || n.Step < 1 || n.Value%n.Step != 0 {
			t.Fatalf("%q: %+v", s, n)
		}
		// What is quoted exactly holds of itself.
		n.Sense = Bare
		if hold(n, n.Value) != Exact {
			t.Fatalf("%q is not itself", s)
		}
		n.Like(n.Value)
	})
}
