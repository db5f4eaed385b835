package resolve

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
)

func shipped(t testing.TB) *Resolver {
	t.Helper()
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	return New(reg)
}

// Names as NCMEC might print them: another spelling, a brand with its operator,
// a domain, a national company, services that resemble each other, and names
// close to known ones that mean somebody else. What means a company, a service
// without a row or two services means no platform.
func TestNames(t *testing.T) {
	r := shipped(t)
	file, err := os.Open("testdata/names.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	list, err := csv.NewReader(file).ReadAll()
	if err != nil || len(list) < 300 {
		t.Fatal(len(list), err)
	}
	for _, n := range []string{"Imgur\u200b", "\u200fImgur\u200e", "\ufeffImgur", "Im\u00adgur", "Imgur\u00a0LLC", "Imgur\tLLC"} {
		list = append(list, []string{n, "imgur"})
	}
	for _, c := range append(list[1:], []string{"\xff\xfe", ""}, []string{"Imgur\xff", ""}) {
		m := r.Name(c[0])
		means := m.Platform
		switch {
		case m.Company != "":
			means = "company:" + m.Company
		case m.Counted != "":
			means = "counted:" + m.Counted
		}
		if means != c[1] || (m.Kind == pipeline.NoMatch) != (m.Platform == "") {
			t.Errorf("%q is %q (%s, alias %q), want %q", c[0], means, m.Kind, m.Alias, c[1])
		}
		if (m.Company != "" || m.Several) && len(m.Suggestions) > 0 {
			t.Errorf("%q: %+v", c[0], m)
		}
	}
	if m := r.Name("Facebook & Instagram"); !m.Several {
		t.Errorf("%+v", m)
	}
}

// The name of a group's row means that row in its years only.
func TestGroupRowOfAnotherYear(t *testing.T) {
	r := shipped(t)
	for _, c := range []struct {
		row  pipeline.Row
		year int
		want string
	}{
		{pipeline.Row{Name: "Automattic", Combined: true}, 2020, "automattic"},
		{pipeline.Row{Name: "Amazon / Twitch"}, 2020, "amazon-twitch"},
		{pipeline.Row{Name: "Automattic", Combined: true}, 2027, "automattic"},
		{pipeline.Row{Name: "Automattic"}, 2027, "unmatched-automattic"},
		{pipeline.Row{Name: "Amazon / Twitch"}, 2024, "unmatched-amazontwitch"},
	} {
		figures, findings := r.Figures([]pipeline.Edition{{Year: c.year, Rows: []pipeline.Row{c.row}}})
		if figures[0].Platform != c.want || (len(findings) == 1) != strings.HasPrefix(c.want, "unmatched") {
			t.Errorf("%+v in %d: %+v %+v", c.row, c.year, figures[0], findings)
		}
	}
}

func TestSuggestions(t *testing.T) {
	r := shipped(t)
	for _, n := range []string{"ANTI CORPORATION", "Acme Widgets", "Zebra", "Some Unknown Media Group LLC", "", "Meta", "Amazon Web Services", "Verizon", "Box.com", "Rumble", "Match", "Snap Inc. (Spectacles)", "Tinker", "Twister", "Facebook Inc. (Portal)", "Mega Ltd (Megapersonals)", "Facebook & Discrod"} {
		if s := r.Name(n).Suggestions; len(s) > 0 {
			t.Errorf("%q: false suggestion %+v", n, s[0])
		}
	}
	for n, want := range map[string]string{
		"Instagramm":           "instagram",
		"Facebok":              "facebook",
		"Discrod Inc":          "discord",
		"Tumbler":              "tumblr",
		"Pinterist":            "pinterest",
		"Acme Ltd (Discord)":   "discord",
		"Acme Ltd dba Omegle":  "omegle",
		"Omegle (Acme Widget)": "omegle",
	} {
		s := r.Name(n).Suggestions
		if len(s) == 0 || s[0].Platform != want {
			t.Errorf("%q: %+v, want %s", n, s, want)
			continue
		}
		if s[0].Reason == "" {
			t.Errorf("%q: %+v", n, s[0])
		}
		if likeness := !strings.ContainsAny(n, "()") && !strings.Contains(n, "dba"); likeness != s[0].Likeness {
			t.Errorf("%q: %+v", n, s[0])
		}
	}
	rec, err := csv.NewReader(strings.NewReader(AliasLine("Acme, \"A\" Ltd", "discord", "SOURCE"))).Read()
	if err != nil || len(rec) != 4 || rec[0] != `Acme, "A" Ltd` || rec[1] != "discord" {
		t.Errorf("%q", rec)
	}
	if s := r.Name("Imgur").Suggestions; s != nil {
		t.Errorf("a known name needs no suggestion: %+v", s)
	}
}

// Every alias resolves to its platform, as printed and however it is spelled.
func TestEveryAliasInEverySpelling(t *testing.T) {
	r := shipped(t)
	for _, a := range r.reg.Aliases {
		if m := r.Name(a.Printed); m.Platform != a.Platform || m.Kind != pipeline.Exact || m.Alias != a.Printed {
			t.Errorf("%q: %+v", a.Printed, m)
		}
		group := r.reg.Platform(a.Platform).Rows != ""
		for _, n := range spellings(a.Printed) {
			if group && registry.Normalise(n).Whole != registry.Normalise(a.Printed).Whole {
				continue // with a legal form it is the company
			}
			if m := r.Name(n); m.Platform != a.Platform {
				t.Errorf("%q, a spelling of %q, is %q, want %q", n, a.Printed, m.Platform, a.Platform)
			}
		}
	}
}

func spellings(s string) []string {
	wide := strings.Map(func(c rune) rune {
		if c > ' ' && c <= '~' {
			return c + 0xFEE0
		}
		return c
	}, s)
	return []string{
		strings.ToUpper(s), strings.ToLower(s), " " + s + " ", "“" + s + "”", "\u200f" + s + "\u200e", wide, s + "*", "\ufeff" + s,
		strings.ReplaceAll(s, " ", "  "), strings.ReplaceAll(s, " ", "\u00a0"), strings.ReplaceAll(s, "/", " / "),
		strings.ReplaceAll(s, "'", "’"), strings.ReplaceAll(s, "-", "–"),
		s + ", LLC", s + " L.L.C.", s + " GmbH", s + " S.à r.l.", s + " Pte. Ltd.", s + " PBC", s + " Kft.", s + ", Inc.", s + " Limited",
		"The " + strings.TrimPrefix(s, "The "),
	}
}

func TestUnmatchedIDs(t *testing.T) {
	same := [][2]string{{"Foo Bar, LLC", "FOO-BAR"}, {"日本語", "日本語"}, {"Foo", "Foo*"}}
	for _, p := range same {
		if a, b := UnmatchedID(p[0]), UnmatchedID(p[1]); a != b {
			t.Errorf("%q is %s, %q is %s", p[0], a, p[1], b)
		}
	}
	seen := map[string]string{}
	for _, n := range []string{"Foo", "Foo Bar", "Fo Obarr", "日本", "日本語", "Foo日本", "Foo日本語", "", "!!", "??", strings.Repeat("a", 60), strings.Repeat("a", 61), strings.Repeat("a", 60) + "日", "Fée", "Фoo", "ВКонтакте", "e3ecb8bf3b6a0131", "name e3ecb8bf3b6a0131", "微信", "微博", "تويتر", "تُوِيتَر", "😀", "😁", "कि", "का", "ガ", "カ"} {
		id := UnmatchedID(n)
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q are both %s", n, other, id)
		}
		seen[id] = n
		if !strings.HasPrefix(id, registry.UnmatchedPrefix) || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q has the id %q", n, id)
		}
	}
}

func TestFigures(t *testing.T) {
	r := shipped(t)
	ed := pipeline.Edition{
		Year: 2022, Status: pipeline.Verified,
		Document: pipeline.Document{SHA256: strings.Repeat("ab", 32), URL: "https://example.org/2022.pdf"},
		Rows: []pipeline.Row{
			{Name: "Imgur, LLC", Reports: 64211, At: pipeline.Place{Page: 3, Row: 2}},
			{Name: "ANTI CORPORATION", Reports: 4, At: pipeline.Place{Page: 3, Row: 3}},
			{Name: "Instagramm", Reports: 5, At: pipeline.Place{Page: 4, Row: 1}},
		},
	}
	old := pipeline.Edition{Year: 2020, Status: pipeline.Verified, Rows: []pipeline.Row{{Name: "Amazon / Twitch", Reports: 2235}, {Name: "Facebook", Combined: true, Reports: 20307216}}}
	sec := pipeline.Edition{Year: 2024, Status: pipeline.SecondaryHand, Source: "https://example.org/data.py", Rows: []pipeline.Row{{Name: "Snap", Reports: 1174698}}}
	figures, findings := r.Figures([]pipeline.Edition{ed, old, sec}) // any order in, by year out
	if len(figures) != 6 || figures[0].Year != 2020 || figures[5].Year != 2024 {
		t.Fatalf("%+v", figures)
	}
	if f := figures[0]; !f.Flags.Has(pipeline.FlagCombined) || f.Combined {
		t.Errorf("a row the registry knows as combined, printed without a star: %+v", f)
	}
	if f := figures[1]; f.Flags != "c" || !f.Combined {
		t.Errorf("%+v", f)
	}
	if f := figures[2]; f.Platform != "imgur" || f.Match != pipeline.Exact || f.Alias != "Imgur, LLC" || f.SHA256 != ed.Document.SHA256 || f.URL != "https://example.org/2022.pdf" || f.At.Page != 3 {
		t.Errorf("%+v", f)
	}
	if f := figures[3]; f.Platform != "unmatched-anti" || f.Match != pipeline.NoMatch || f.Alias != "" {
		t.Errorf("%+v", f)
	}
	if f := figures[5]; f.Platform != "snapchat" || !f.Flags.Has(pipeline.FlagSecondary) || f.SHA256 != "" || f.URL != sec.Source {
		t.Errorf("%+v", f)
	}
	findings = slices.DeleteFunc(findings, func(f pipeline.Finding) bool { return f.Code != pipeline.UnmatchedName })
	if len(findings) != 2 {
		t.Fatalf("%+v", findings)
	}
	for i, want := range []string{
		`platforms.csv: anti,ANTI CORPORATION,platform,other,,"NCMEC, 2022 CyberTipline Reports by ESP, p. 3",, and aliases.csv: ANTI CORPORATION,anti,,"NCMEC, 2022 CyberTipline Reports by ESP, p. 3"`,
		`look at the document: if instagram is meant, add the name to aliases.csv, else to platforms.csv too`,
	} {
		f := findings[i]
		if f.Mend != want || f.Code != pipeline.UnmatchedName || f.Severity != pipeline.Warn || f.Year != 2022 || f.At.Page == 0 {
			t.Errorf("%+v, want mend %s", f, want)
		}
	}
}

func TestNotes(t *testing.T) {
	r := shipped(t)
	_, findings := r.Figures([]pipeline.Edition{
		{Year: 2020, Rows: []pipeline.Row{{Name: "Facebook", Combined: true, Reports: 20307216}, {Name: "Reddit", Reports: 1}}},
		{Year: 2021, Rows: []pipeline.Row{{Name: "Facebook", Reports: 22118952}, {Name: "Reddit", Reports: 2}}},
		{Year: 2023, Rows: []pipeline.Row{{Name: "Twitter, Inc. / Vine.co", Reports: 597087}, {Name: "X Corp", Reports: 273416}}},
	})
	codes := map[pipeline.Code]string{}
	for _, f := range findings {
		if f.Severity != pipeline.Note || codes[f.Code] != "" {
			t.Errorf("%+v", f)
		}
		codes[f.Code] = f.What
	}
	if !strings.Contains(codes[pipeline.SeveralRows], "870,503") {
		t.Errorf("%v", codes)
	}
}

func TestDatasetOfARegistry(t *testing.T) {
	r := shipped(t)
	ds := &pipeline.Dataset{Editions: []pipeline.Edition{{Year: 2022, Rows: []pipeline.Row{{Name: "Instagram, Inc.", Reports: 1}, {Name: "Nobody Knows", Reports: 1}, {Name: "Nobody knows LLC", Reports: 1}}}}}
	r.Fill(ds)
	if len(ds.Platforms) != 2 || ds.Platforms[0].ID != "instagram" || ds.Platforms[1].ID != "unmatched-nobodyknows" || ds.Platforms[1].Name != "Nobody knows LLC" {
		t.Errorf("%+v", ds.Platforms)
	}
	if len(ds.Companies) != 1 || ds.Companies[0].ID != "meta" || ds.Owner("instagram", 2022) == nil {
		t.Errorf("%+v %+v", ds.Companies, ds.Owners)
	}
	for _, b := range ds.Breaks {
		if b.Who != "all" && b.Who != "instagram" && b.Who != "meta" {
			t.Errorf("break %s concerns %s", b.ID, b.Who)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"Imgur, LLC", "S.à r.l.", "a/b/c", "(dba )", "x dba", "Sp. z o.o.", "\xff", "日本 (語)", "The", "A.B.C.D.E.F"} {
		f.Add(s)
	}
	r := shipped(f)
	f.Fuzz(func(t *testing.T, s string) {
		m := r.Name(s)
		if (m.Platform == "") != (m.Kind == pipeline.NoMatch) {
			t.Fatalf("%q: %+v", s, m)
		}
		f := registry.Normalise(s)
		key, whole := f.Key, f.Whole
		if key != "" && registry.Normalise(key).Key == "" || len(key) > len(whole) {
			t.Fatalf("%q: key %q, whole %q", s, key, whole)
		}
		if id := UnmatchedID(s); id != UnmatchedID(s) || !strings.HasPrefix(id, registry.UnmatchedPrefix) {
			t.Fatalf("%q: %s", s, id)
		}
	})
}

// Figures say where the user's own layer decided: on the name, the platform,
// its category, or who owned it that year. Owned, independent and not
// established are three states.
func TestUserLayerMarksFigures(t *testing.T) {
	reg, err := registry.LoadLayer(fstest.MapFS{
		"aliases.csv":    {Data: []byte("printed_name,platform_id,source\nMy Chat,discord,https://example.org/\n")},
		"owners.csv":     {Data: []byte("platform_id,company_id,from,source\nimgur,independent,2022-01-01,https://example.org/\n")},
		"categories.csv": {Data: []byte("id,name,definition\ndating,Dating,Mine.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	row := func(n string) pipeline.Row { return pipeline.Row{Name: n, Reports: 1} }
	ds := &pipeline.Dataset{Editions: []pipeline.Edition{
		{Year: 2021, Rows: []pipeline.Row{row("Imgur"), row("Reddit")}},
		{Year: 2022, Rows: []pipeline.Row{row("Imgur"), row("Discord"), row("My Chat"), row("Tinder"), row("fb")}},
	}}
	New(reg).Fill(ds)
	got := ""
	for _, f := range ds.Figures {
		got += fmt.Sprintf("%d %s %v\n", f.Year, f.Name, f.User)
	}
	if want := "2021 Imgur false\n2021 Reddit false\n2022 Imgur true\n2022 Discord false\n2022 My Chat true\n2022 Tinder true\n2022 fb false\n"; got != want {
		t.Errorf("%s", got)
	}
	if f := ds.Figures[6]; f.Match != pipeline.NoMatch {
		t.Errorf("a short name was taken for a printed one: %+v", f)
	}
	states := map[string]string{}
	for _, o := range ds.Owners {
		states[o.Platform] = o.Company
	}
	if states["reddit"] != pipeline.Independent || states["tinder"] != "match-group" || ds.Owner("reddit", 2021) != nil || ds.Owner("tinder", 2022) == nil {
		t.Errorf("%v", states)
	}
	if slices.ContainsFunc(ds.Companies, func(c pipeline.Company) bool { return c.ID == pipeline.Independent }) {
		t.Error("independent is no company")
	}
}
