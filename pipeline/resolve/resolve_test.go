package resolve

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// Names that are not printed this way, but mean a known platform.
func TestNormalisedNames(t *testing.T) {
	r := shipped(t)
	for want, names := range map[string][]string{
		"alterweb":         {"Alterweb", "ALTERWEB KFT"},
		"badeyra-services": {"Badeyra Services SA"},
		"bluesky":          {"Bluesky, Public Benefit Corporation"},
		"box":              {"Box, Inc./Box.com"},
		"clubhouse":        {"Alpha Exploration Co, Inc (d/b/a Clubhouse)", "Alpha Exploration Company dba “Clubhouse”"},
		"colocrossing":     {"Deluxe Corporation/ColoCrossing/HudsonValleyHost"},
		"digitalocean":     {"Digital-Ocean"},
		"discord":          {"‘Discord’", "\"Discord\"", "DISCORD INC", "(Discord Inc.)"},
		"disney":           {"Walt Disney Company"},
		"endurance":        {"Endurance Int’l Group Inc", "Endurance Int'l Group"},
		"facebook":         {"Facebook*", "Meta Platforms, Inc. (Facebook)"},
		"howlogic":         {"Howlogic Kft.", "HOWLOGICKFT", "Howlogic"},
		"imgur": {
			"Imgur", "  imgur ", "IMGUR, LLC.", "The Imgur", "Imgur\u200b", "\u200fImgur\u200e", "\ufeffImgur", "Im\u00adgur",
			"Imgur\u00a0LLC", "Imgur\tLLC", "Ｉｍｇｕｒ，　ＬＬＣ", "Imgur®", "Imgur™, LLC",
		},
		"instagram":    {"Instagram (Meta)"},
		"irl":          {"Get Together Inc dba IRL"},
		"jms-internet": {"JMS Internet", "JMS Internet, LLC"},
		"kik":          {"MediaLabKik", "medialab / KIK", "MediaLab - Kik"},
		"lego":         {"LEGO System AS"},
		"mailchimp":    {"The Rocket Science Group LLC dba MailChimp"},
		"mastodon":     {"Mastodon"},
		"match-group":  {"Match Group LLC *"},
		"meetme": {
			"MeetMe.com f/k/a myYearbook.com", "MeetMe.com (formerly myYearbook.com)",
			"MeetMe.com, formerly known as myYearbook.com",
		},
		"mocospace": {"JNJ Mobile d.b.a. MocoSpace"},
		"norfex":    {"Norfex Holdings Limited"},
		"omegle":    {"Omegle.com LLC (Omegle)"},
		"pokemon":   {"Pokémon", "Poke\u0301mon"},
		"pornhub": {
			"Aylo Freesites Ltd dba Pornhub", "Aylo Freesites Limited d/b/a Pornhub", "Aylo Freesites (D.B.A. Pornhub)",
			"Aylo Freesites, doing business as Pornhub", "Aylo Freesites (Pornhub)", "AYLO FREESITES LTD (DBA PORNHUB",
			"Aylo (Pornhub)",
		},
		"redtube":        {"MG Freesites Ltd d/b/a Redtube", "Aylo Freesites Ltd (dba Redtube)"},
		"second-life":    {"Linden Lab (Second Life)", "Linden Lab — SecondLife"},
		"snapchat":       {"Snap Inc. (Snapchat)", "Snap Inc. dba Snapchat", "Snapchat (Snap Inc.)"},
		"tagged":         {"Taggedcom", "TAGGED.COM"},
		"the-meet-group": {"Meet Group", "THE MEET GROUP, INC.*"},
		"truth-social":   {"TMTG"},
		"x":              {"X Corporation", "X CORP."},
		"yahoo":          {"Yahoo"},
		"yik-yak":        {"yikyak", "Yik Yak"},
		"youporn":        {"MG Freesites Ltd dba Youporn", "MindGeek dba Youporn"},
		"":               {"Four  chan", "Discord, a Limited Liability Company", "Discord AS"},
	} {
		for _, printed := range names {
			m := r.Name(printed)
			if m.Platform != want || (m.Kind == pipeline.NoMatch) != (want == "") {
				t.Errorf("%q is %q (%s, alias %q), want %q", printed, m.Platform, m.Kind, m.Alias, want)
			}
		}
	}
}

// A legal form behind a name, however it is written, is no part of it.
func TestLegalForms(t *testing.T) {
	r := shipped(t)
	const forms = ` LLC|, L.L.C.| L. L. C.| L L C| GmbH| G.m.b.H.| GmbH & Co. KG| S.à r.l.| S.à.r.l| SARL| Pte. Ltd.| Pte Ltd|
 Pte.Ltd.| Pty Ltd| PBC| Kft.| s.r.o.| S.R.O| A/S| S/A| S.A.| S.p.A.| Sp. z o.o.| S.A. de C.V.| Oy| AB|
 B.V.| N.V.| Co., Ltd.| Sdn. Bhd.| Private Limited| Incorporated|,Inc.| Limited Liability Company`
	for _, form := range strings.Split(forms, "|") {
		if m := r.Name("Discord" + strings.TrimPrefix(form, "\n")); m.Platform != "discord" {
			t.Errorf("Discord%s is %q", form, m.Platform)
		}
	}
}

// Pairs of services that resemble each other and must stay apart.
func TestDistinctServices(t *testing.T) {
	r := shipped(t)
	for _, group := range [][]string{
		{"Name.com", "NameCheap"},
		{"Amazon", "Amazon Photos", "Amazon Games", "Amazon / Twitch", "Twitch"},
		{"Verizon Online", "Verizon Wireless", "Verizon Media"},
		{"Box", "Dropbox"},
		{"Mega", "Megapersonals"},
		{"MG Freesites Ltd", "MG Freesites Ltd (dba Pornhub)", "MG Freesites Ltd (dba Redtube)", "MG Freesites Ltd (dba Tube8)", "MG Freesites Ltd (dba Youporn)", "MindGeek"},
		{"New Meta AB", "Facebook"},
		{"Cloudflare", "Cloudmark, Inc.", "Padlet/Wallwisher/Cloudfront"},
		{"GoDaddy", "Registry Services, LLC (GoDaddy Registry)", "Neustar"},
		{"Microsoft", "Microsoft - Xbox", "Microsoft- other products", "LinkedIn", "GitHub"},
		{"Streamable (Apricot Mountain Inc.)", "Apricot Digitals"},
		{"PocketStars", "PocketzWorld Inc"},
		{"WildWorks", "Wildlife Studios"},
		{"TECH MEDIALAND KFT", "MediaLab AI", "MediaLab (Kik)"},
		{"Visual Lead", "Visual Supply Company"},
		{"Chatango", "Chatrandom", "chat4free"},
		{"Globtech", "Luftgescheft", "Forward Handle, LLC", "Digital Nomad, Ltd", "Nektun Limited", "Digital Ocean"},
		{"Norfex Services Ltd", "Northlock Holdings Limited"},
		{"Bumble", "Badoo"},
		{"Afilias USA", "Donuts"},
		{"Match Group", "Tinder", "Okcupid", "Hinge.co", "People Media"},
		{"The Meet Group", "MeetMe", "Skout", "Tagged"},
		{"Endurance Int'l Group, Inc.", "Web.com/Network Solutions/ Register/NameBargain"},
		{"Yahoo!", "Verizon Online"},
		{"Pokemon", "Niantic Labs"},
		{"Automattic", "Tumblr", "WordPress.com/Automattic"},
		{"X Corp", "X.AI"},
		{"Synchronoss Technologies", "Verizon Wireless"},
	} {
		by := map[string]string{}
		for _, n := range group {
			m := r.Name(n)
			if m.Kind == pipeline.NoMatch {
				t.Errorf("%q does not resolve", n)
			}
			if other, ok := by[m.Platform]; ok {
				t.Errorf("%q and %q are both %s", other, n, m.Platform)
			}
			by[m.Platform] = n
		}
	}
}

// Names as NCMEC might print them: a brand with its operator, a domain, a
// national company. What means a company or two services means no platform.
func TestRules(t *testing.T) {
	r := shipped(t)
	for printed, want := range map[string]string{
		"Amazon (Twitch)": "twitch", "Amazon - Twitch": "twitch", "Twitch (Amazon)": "twitch",
		"Tumblr (Automattic)": "tumblr", "Instagram (Facebook)": "instagram", "Imgur (MediaLab)": "imgur", "Microsoft (LinkedIn)": "linkedin",
		"Facebook, Inc. (Instagram)": "instagram", "Xbox (Microsoft)": "xbox", "Match Group - Hinge": "hinge", "Alphabet (Google)": "google",
		"Meta Platforms, Inc. - Instagram": "instagram", "Bluesky Social, PBC": "bluesky", "GoDaddy.com, LLC": "godaddy", "Pornhub.com": "pornhub",
		"Imgur (imgur.com)": "imgur", "https://www.imgur.com/": "imgur", "Bark.us": "bark", "Mega.nz": "mega", "Twitch.tv": "twitch",
		"Google Ireland Limited": "google", "Discord Netherlands B.V.": "discord", "Twitter International Company": "x", "Dropbox International Unlimited Company": "dropbox",
		"X Corp. (f/k/a Twitter, Inc.)": "x", "Aylo Freesites Ltd / Pornhub": "pornhub", "Automattic, Inc.*": "automattic",
		"Vimeo (IAC)": "vimeo", "Meta Platforms Ireland Ltd (Instagram)": "instagram", "MeWe.com": "mewe", "Twitter, Inc. n/k/a X Corp.": "x",

		"Meta Platforms, Inc. (f/k/a Facebook, Inc.)": "", "Automattic Inc.": "", "MediaLab AI, Inc.": "", "Rumble": "", "Kick": "", "Match": "", "Sony": "",
		"Stability AI": "", "Facebook & Instagram": "", "Google / YouTube": "", "Instagram and Threads": "", "Dropbox / Box": "", "Facebook, Instagram": "",
		"Bark.com": "", "Byte.com": "", "Box UK Ltd": "", "Thorn Technologies LLC": "", "Discord Media LLC": "", "Google Ireland": "", "Threads (Instagram)": "",
		"Discord (f/k/a Guilded)": "", "Yahoo! Japan Corporation": "", "Snap Interactive, Inc.": "", "imgur.com/facebook": "",
	} {
		if m := r.Name(printed); m.Platform != want {
			t.Errorf("%q is %q (%s, alias %q), want %q", printed, m.Platform, m.Kind, m.Alias, want)
		}
	}
	for printed, company := range map[string]string{
		"Meta Platforms, Inc. (f/k/a Facebook, Inc.)": "meta", "Automattic Inc.": "automattic", "Sony": "sony", "Meta Platforms": "meta", "Trump Media & Technology Group": "tmtg", "IAC": "iac", "Meta Platforms Ireland Limited": "meta",
	} {
		if m := r.Name(printed); m.Company != company || len(m.Suggestions) > 0 {
			t.Errorf("%q: %+v, want the company %s", printed, m, company)
		}
	}
	if m := r.Name("Facebook & Instagram"); !m.Several || len(m.Suggestions) > 0 {
		t.Errorf("%+v", m)
	}
}

// Legal and national names that no table prints: of a platform, of a service
// without a row, or of somebody else. A few are real companies that are not the
// service whose name they begin with.
func TestLegalAndNationalNames(t *testing.T) {
	r := shipped(t)
	for want, names := range map[string]string{
		"snapchat":  "Snap Group Limited|Snap Inc.|Snap International Ltd.|Snap Germany GmbH|Snap, Incorporated|Snap Netherlands B.V.",
		"discord":   "Discord FZ-LLC|Discord FZE|Discord PJSC|Discord N.V.|Discord Pty. Ltd.|Discord Private Ltd|Discord Netherlands B.V.|Discord UK Limited",
		"reddit":    "Reddit Netherlands B.V.|Reddit Ireland Unlimited Company|Reddit UK Limited|Reddit Singapore Pte. Ltd.",
		"tiktok":    "TikTok Technology Limited|TikTok Information Technologies UK Limited|TikTok Pte. Ltd.|TikTok FZCO|TikTok Australia Pty Limited",
		"pinterest": "Pinterest Europe Ltd.|Pinterest Mexico S. de R.L. de C.V.|Pinterest France, SAS|Pinterest Spain, S.L.",
		"linkedin":  "LinkedIn Ireland Unlimited Company|LinkedIn Singapore Pte. Ltd.|LinkedIn Technology Information Services India Private Limited",
		"dropbox":   "Dropbox International Unlimited Company|Dropbox International Holdings Ltd",
		"x":         "Twitter International Unlimited Company|Twitter Asia Pacific Pte. Ltd.|Twitter UK Ltd",
		"spotify":   "Spotify AB|Spotify GmbH|Spotify Sweden AB|Spotify USA Inc.",
		"roblox":    "Roblox Corporation|Roblox Netherlands B.V.|Roblox International LLC",
		"whatsapp":  "WhatsApp Ireland Limited|WhatsApp L.L.C.",
		"apple":     "Apple Ireland Limited|Apple Distribution International Limited|Apple Canada Inc.",
		"slack":     "Slack Technologies Limited|Slack UK Ltd|Slack Netherlands B.V.",
		"google":    "Google Ireland Limited|Google Asia Pacific Pte. Ltd.|Google Italy S.r.l.|Google Switzerland GmbH",
		"":          "Apple Group Holdings Ltd|Telegram FZ-LLC|Telegram FZE|Meta Platforms Ireland Limited|Verizon Wireless Germany GmbH|Comcast UK Limited|Box UK Ltd|Snap Interactive, Inc.|Snap Technologies LLC|Snap-on Incorporated|X Holdings Corp|Yahoo Japan Corporation|Match Ireland Ltd|Bark Group Limited|Byte Technologies Inc.|Thorn Group Limited|Kik Group Limited|Mega International Ltd|Line Group Limited|Automattic Ireland Limited|MindGeek Ireland Limited|Discord Media Group|Apple Bank Limited|Reddit Inc. & Discord Inc.|Google Ireland|Discordia Group Limited|Wiko Germany GmbH|Medium Group Ltd|Discord Group Ltd|Meta Group Limited|Stripe Group LLC|Threads Group Ltd|Apple Group Limited",
	} {
		for _, n := range strings.Split(names, "|") {
			if m := r.Name(n); m.Platform != want {
				t.Errorf("%q is %q (alias %q), want %q", n, m.Platform, m.Alias, want)
			}
		}
	}
	for _, n := range []string{"Snap Interactive, Inc.", "Snap Technologies LLC", "Meta Group Limited", "Sony Music Ltd"} {
		if m := r.Name(n); m.Company != "" {
			t.Errorf("%q is taken for the company %s", n, m.Company)
		}
	}
	for _, n := range []string{"Telegram FZ-LLC", "Telegram FZE", "Telegram Messenger Inc."} {
		if m := r.Name(n); m.Counted != "telegram" {
			t.Errorf("%q: %+v", n, m)
		}
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

// Names close to known ones that mean somebody else, or that nobody knows.
func TestNearMissesStayUnmatched(t *testing.T) {
	r := shipped(t)
	for _, n := range []string{
		"ANTI CORPORATION", "Meta", "Meta AB", "Name", "Amazon Prime", "Amazon Music", "Amazon Web Services",
		"Google+", "Disney+", "Verizon", "Verizon Fios", "Megaphone", "Boxed", "Drop Box Storage", "MG Freesites (SpankWire)",
		"Facebook Gaming", "Instagram Threads Ltd", "Xbox Live Gold", "Discordia", "Discord Bots", "Kikstarter", "Snap Inc. (Spectacles)",
		"Name.com (NameCheap)", "NameCheap (Name.com)", "Acme Widgets (Snapchat)", "Meta (Mega)", "Snap Inc. (Instagram)", "Alphabet (Snapchat)", "Mega Ltd (Megapersonals)",
		"Wiko", "CloudFront", "Cloud Flare Systems", "Twitter Clone", "Digital Ocean Nomad", "Imgurr", "TikTok Shop",
		"Tik", "Апple", "Facebоok", "", "   ", "*", "()", "Inc.", "LLC", "The", "dba", "🙂", "\xff\xfe", "Imgur\xff",
	} {
		if m := r.Name(n); m.Kind != pipeline.NoMatch {
			t.Errorf("%q was taken for %s (alias %q)", n, m.Platform, m.Alias)
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
		// Nothing but a likeness is no line to paste.
		if likeness := !strings.ContainsAny(n, "()") && !strings.Contains(n, "dba"); likeness != s[0].Likeness || likeness != (s[0].Line() == "") {
			t.Errorf("%q: %+v", n, s[0])
		} else if likeness {
			continue
		}
		rec, err := csv.NewReader(strings.NewReader(s[0].Line())).Read()
		if err != nil || len(rec) != 4 || rec[0] != n || rec[1] != want {
			t.Errorf("%q: line %q", n, s[0].Line())
		}
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
		_, _, group := r.reg.Platform(a.Platform).RowYears()
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

// All names that the five documents print are known letter by letter.
func TestAllPrintedNamesResolve(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "platforms-draft.csv"))
	if err != nil {
		t.Skip("no list of printed names beside the repository")
	}
	defer f.Close()
	recs, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	r := shipped(t)
	names := 0
	for _, rec := range recs[1:] {
		names++
		if m := r.Name(rec[0]); m.Kind != pipeline.Exact {
			t.Errorf("%q: %s", rec[0], m.Kind)
		}
	}
	if names < 520 {
		t.Fatalf("%d names", names)
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

// Who asks for a service without a row hears where it is counted.
func TestFinderOfServicesCountedElsewhere(t *testing.T) {
	r := shipped(t)
	ds := &pipeline.Dataset{Editions: []pipeline.Edition{{Year: 2022, Rows: []pipeline.Row{{Name: "Google", Reports: 5}, {Name: "Facebook", Reports: 6}}}}}
	r.Fill(ds)
	f := NewFinder(ds, r)
	m, err := f.Series("YouTube")
	if err != nil || m.ID != "google" || m.Counted == nil || !strings.Contains(m.Via, "counted in the row of Google") {
		t.Errorf("%+v %v", m, err)
	}
	var miss *NotFound
	if _, err := f.SeriesBy("company", "YouTube"); !errors.As(err, &miss) || len(miss.Near) != 1 || miss.Near[0].ID != "google" {
		t.Errorf("%v", err)
	}
	if m, err := f.Series("Telegram"); err != nil || m.ID != "" || !strings.Contains(m.Via, "has no row from 2019 to 2025") {
		t.Errorf("%+v %v", m, err)
	}
	if p, err := f.Series("fb"); err != nil || p.ID != "facebook" {
		t.Errorf("%+v %v", p, err)
	}
}
