package registry

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
)

const src = "https://example.org/source"

// small is a registry without a fault.
var small = map[string]string{
	"platforms.csv": `id,name,kind,note,source
chat,Chat,platform,,SRC
photos,Photos,platform,,SRC
hotline,Hotline,hotline,,"NCMEC, 2022 CyberTipline Reports by ESP, p. 3"
`,
	"aliases.csv": `printed_name,platform_id,note,source
"Chat, Inc.",chat,,SRC
Photos LLC (dba Pics),photos,,SRC
`,
	"companies.csv": `id,name,source
holding,Holding Corp,SRC
`,
	"owners.csv": `platform_id,company_id,from,to,source
chat,holding,,2021-06-30,SRC
photos,holding,2020-01-01,,SRC
`,
	"breaks.csv": `id,who,from,to,kind,description,source,forbids
b1,chat,2020,2021,scope-split,It was split.,SRC,platform
b2,holding,2023,2023,method,It counts otherwise.,SRC,nothing
b3,all,2023,2024,law,A law.,"Somebody, 2024: SRC ; SRC",nothing
`,
	"combined.csv": `year,platform_id,members,source
2020,chat,photos,SRC
`,
	"categories.csv": `id,name,definition
talk,Talk,Where people talk.
other,Other,All else.
`,
	"counted.csv": `id,name,aliases,platform_id,from,to,note,source
chatty,Chatty,cy; Chatty Web,chat,2019,2025,,SRC
nowhere,Nowhere,,,2019,2025,,SRC
`,
	"own_counts.csv": `platforms,from,to,reports,unit,covers,rounded,second_hand,title,published,source
photos;chat,2022-01-01,2022-06-30,12,reports,,,yes,Report,2022-08,SRC
photos;chat,2022-07-01,2022-12-31,13,reports,,,,Report,2023-02-01,SRC
photos,2022-01-01,2022-12-31,20,reports,,yes,,Report,,SRC
`,
}

func filesOf(changes map[string]string) fs.FS {
	m := fstest.MapFS{}
	all := maps.Clone(small)
	for name, text := range changes {
		if more, ok := strings.CutPrefix(text, "+"); ok {
			text = all[name] + more
		}
		all[name] = text
	}
	for name, text := range all {
		m[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "SRC", src))}
	}
	return m
}

func TestLoad(t *testing.T) {
	r, err := Load(filesOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c := r.CombinedRow(2020, "chat"); c == nil || len(c.Members) != 1 || c.Members[0] != "photos" || r.CombinedRow(2021, "chat") != nil {
		t.Errorf("combined: %+v", c)
	}
	if r.Platform("hotline").Kind != pipeline.KindHotline || r.Platform("nobody") != nil || r.Company("holding") == nil || r.Company("chat") != nil {
		t.Error("lookups")
	}
	if p := r.Platform("chat"); p.Category != "other" {
		t.Errorf("%+v", p)
	}
	if c := r.Counted[0]; c.Platform != "chat" || len(c.Aliases) != 2 || c.Aliases[1] != "Chatty Web" || c.From != 2019 || r.Counted[1].Platform != "" {
		t.Errorf("counted: %+v", r.Counted)
	}
	if c := r.OwnCounts[0]; len(r.OwnCounts) != 3 || c.Reports != 12 || !c.SecondHand || c.Platforms[0] != "chat" || !r.OwnCounts[2].Rounded {
		t.Errorf("own counts: %+v", r.OwnCounts)
	}
	if b := r.Breaks[0]; b.Forbids != pipeline.ForbidsPlatform || b.From != 2020 || b.To != 2021 {
		t.Errorf("%+v", b)
	}
}

// Every fault names file and line, and what is wrong.
func TestLoadRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		file, text, want string
	}{
		"an unknown platform in an alias":   {"aliases.csv", "+Foo,nobody,,SRC\n", `aliases.csv, line 4: platform "nobody" is not in platforms.csv`},
		"an unknown who":                    {"breaks.csv", "+b9,nobody,2020,2021,law,Text.,SRC,nothing\n", `breaks.csv, line 5: who "nobody" is not all or in platforms.csv or in companies.csv`},
		"an unknown kind":                   {"platforms.csv", "+x1,X1,social,,SRC\n", `platforms.csv, line 5: kind "social" is none of`},
		"no source":                         {"platforms.csv", "+x1,X1,platform,,\n", `platforms.csv, line 5: source "" holds neither`},
		"a source nobody can open":          {"platforms.csv", "+x1,X1,platform,,general knowledge\n", `platforms.csv, line 5: source "general knowledge" holds neither`},
		"one of two sources missing":        {"companies.csv", "+c2,C2,SRC ; press\n", `companies.csv, line 3: source "https://example.org/source ; press" holds neither`},
		"a citation without a page":         {"platforms.csv", "+x1,X1,platform,,\"NCMEC, 2022 CyberTipline Reports by ESP\"\n", `holds neither`},
		"an overlap of owners":              {"owners.csv", "+chat,holding,2021-06-30,,SRC\n", `owners.csv, line 4: ownership of "chat" from 2021-06-30 to open overlaps line 2`},
		"an end before the beginning":       {"owners.csv", "+hotline,holding,2021-02-01,2021-01-31,SRC\n", `ownership runs from 2021-02-01 back to 2021-01-31`},
		"a day that is none":                {"owners.csv", "+hotline,holding,2021-02-30,,SRC\n", `owners.csv, line 4: from "2021-02-30" is not a day`},
		"an alias twice":                    {"aliases.csv", "+\"Chat, Inc.\",chat,,SRC\n", `aliases.csv, line 4: printed name "Chat, Inc." is already on line 2`},
		"one alias once normalised":         {"aliases.csv", "+CHAT LLC,photos,,SRC\n", `aliases.csv, line 4: "CHAT LLC" (photos) and "Chat, Inc." (chat; aliases.csv, line 2) are one name once normalised ("chat")`},
		"a star in an alias":                {"aliases.csv", "+Chat Group*,chat,,SRC\n", `ends with "*"`},
		"a company of a lone platform's id": {"companies.csv", "+hotline,Hotline Ltd,SRC\n", `companies.csv, line 3: company "hotline" has the id of a platform`},
		"a break that forbids nonsense":     {"breaks.csv", "+b9,all,2020,2021,law,Text.,SRC,everything\n", `forbids "everything" is not platform or change or nothing`},
		"a year that is none":               {"breaks.csv", "+b9,all,20,2021,law,Text.,SRC,nothing\n", `from "20" is not a year`},
		"a member in two rows":              {"combined.csv", "+2020,hotline,photos,SRC\n", `combined.csv, line 3: combined row with "photos" from 2020 to 2020 overlaps line 2`},
		"an id with capitals":               {"platforms.csv", "+Foo,Foo,platform,,SRC\n", `id "Foo" is not lower-case letters`},
		"an id kept for unknown names":      {"platforms.csv", "+unmatched-foo,Foo,platform,,SRC\n", `id "unmatched-foo" is reserved`},
		"a company called all":              {"companies.csv", "+all,All Inc,SRC\n", `id "all" is reserved`},
		"no name":                           {"platforms.csv", "+foo,,platform,,SRC\n", `name "" is empty`},
		"a cell too many":                   {"platforms.csv", "+foo,Foo,platform,,SRC,more\n", `platforms.csv, line 5: 6 cells; want 5`},
		"another header":                    {"platforms.csv", "id,title\n", `platforms.csv, line 1: header "id,title"; want id,name,kind,category,note,source`},
		"no header":                         {"breaks.csv", "", `breaks.csv, line 1: header ""; want id,who,`},
		"a stray space":                     {"aliases.csv", "+ Foo,chat,,SRC\n", `begins or ends with a space`},
		"broken quotes":                     {"aliases.csv", "+\"Foo,chat,,SRC\n", `aliases.csv: parse error on line 4`},
		"a category of a platform's id":     {"categories.csv", "+chat,Chat,Talk.\n", `categories.csv, line 4: category "chat" has the id of a platform`},
		"a measure that is none":            {"breaks.csv", "id,who,from,to,kind,description,source,forbids,measures\nb9,all,2020,2021,law,Text.,SRC,change,share;level\n", `breaks.csv, line 2: measure "level" is not reports or share or rank`},
		"a service of a platform's name":    {"counted.csv", "+other-name,Photos,,chat,2019,2025,,SRC\n", `counted.csv, line 4: "Photos" (other-name) and "Photos" (photos; platforms.csv, line 3) are one name`},
		"an own count of five months":       {"own_counts.csv", "+chat,2022-01-01,2022-05-31,5,reports,,,,Report,,SRC\n", `is not a calendar year, half-year or quarter`},
		"own counts that overlap":           {"own_counts.csv", "+chat;photos,2022-04-01,2022-06-30,5,reports,,,,Report,,SRC\n", `own_counts.csv, line 5: own count of chat;photos from 2022-04-01 to 2022-06-30 overlaps line 2`},
		"an own count that is no number":    {"own_counts.csv", "+chat,2022-01-01,2022-12-31,1.5,reports,,,,Report,,SRC\n", `reports "1.5" is not a whole number`},
		"no UTF-8":                          {"aliases.csv", "+Foo\xff,chat,,SRC\n", `printed_name is not UTF-8`},
	} {
		if _, err := Load(filesOf(map[string]string{c.file: c.text})); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", what, err, c.want)
		}
	}
	// All faults are reported at once: nobody mends a registry one run a line.
	files := filesOf(map[string]string{"aliases.csv": "+A,nobody,,SRC\nB,chat,,\n"}).(fstest.MapFS)
	delete(files, "owners.csv")
	_, err := Load(files)
	for _, want := range []string{"aliases.csv, line 4", "aliases.csv, line 5", "owners.csv"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
}

// A company may have the id of a platform that it owned on every 31 December.
func TestCompanyOfAPlatformsID(t *testing.T) {
	for what, c := range map[string]struct {
		owners string
		ok     bool
	}{
		"always":                       {"+hotline,hotline,,,SRC\n", true},
		"handed over within a year":    {"+hotline,holding,,2020-03-31,SRC\nhotline,hotline,2020-10-01,,SRC\n", true},
		"a gap over a 31 December":     {"+hotline,hotline,,2020-03-31,SRC\nhotline,hotline,2021-01-01,,SRC\n", false},
		"sold to nobody":               {"+hotline,hotline,,2022-03-31,SRC\n", false},
		"since 2020":                   {"+hotline,hotline,2020-01-01,,SRC\n", false},
		"since before the end of 2019": {"+hotline,hotline,2019-12-31,,SRC\n", true},
	} {
		_, err := Load(filesOf(map[string]string{"companies.csv": "+hotline,Hotline Ltd,SRC\n", "owners.csv": c.owners}))
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The registry shipped with the program loads, no source is a place on somebody's
// disk, and no cell of the own counts repeats another period's: that is a slip of
// whoever collected it.
func TestDefault(t *testing.T) {
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Platforms) < 300 || len(r.Aliases) < 520 {
		t.Errorf("%d platforms, %d aliases", len(r.Platforms), len(r.Aliases))
	}
	machine := regexp.MustCompile(`/(tmp|work|home)/`)
	for _, p := range r.Platforms {
		if machine.MatchString(p.Source) {
			t.Errorf("%s: source %s", p.ID, p.Source)
		}
	}
	for _, c := range r.OwnCounts {
		for _, d := range r.OwnCounts {
			if !c.Rounded && c.Reports > 1000 && c.Reports == d.Reports && c.Platforms[0] == d.Platforms[0] && c.From != d.From {
				t.Errorf("%v: %d in both %s and %s", c.Platforms, c.Reports, c.From, d.From)
			}
		}
	}
}

// The pages are at the publisher's own hosts, whatever else an address holds.
func TestSite(t *testing.T) {
	s, err := Site()
	if err != nil || len(s.Hosts) < 4 || len(s.Start) < 5 || len(s.Patterns) < 2 || len(s.Sisters) < 10 {
		t.Fatalf("%+v %v", s, err)
	}
	for _, a := range s.Start {
		if !s.Publisher(a) || !strings.HasPrefix(a, "https://") {
			t.Errorf("start %s", a)
		}
	}
	for _, a := range s.Patterns {
		if !strings.HasPrefix(a, "/") || !strings.Contains(a, "YEAR") {
			t.Errorf("pattern %s", a)
		}
	}
	for _, a := range []string{"https://www.missingkids.org.evil.example/", "file:x.pdf", "::"} {
		if s.Publisher(a) {
			t.Errorf("%s is no address of the publisher", a)
		}
	}
}

func TestNormalise(t *testing.T) {
	for name, want := range map[string]Forms{
		"Imgur, LLC":               {Key: "imgur", Whole: "imgurllc"},
		"Snap Inc. (Snapchat)":     {Key: "snapsnapchat", Whole: "snapincsnapchat"},
		"HowlogicKFT":              {Key: "howlogickft", Whole: "howlogickft"},
		"Alterweb Kft":             {Key: "alterweb", Whole: "alterwebkft"},
		"Amazon / Twitch":          {Key: "amazontwitch", Whole: "amazontwitch"},
		"Hinge.co":                 {Key: "hingeco", Whole: "hingeco"},
		"Foo Pte.Ltd.":             {Key: "foo", Whole: "foopteltd"},
		"Google+":                  {Key: "googleplus", Whole: "googleplus"},
		"The Meet Group":           {Key: "meetgroup", Whole: "meetgroup"},
		"The":                      {Key: "the", Whole: "the"},
		"LLC":                      {Key: "llc", Whole: "llc"},
		"A dba B dba C":            {Key: "abc", Whole: "abc"},
		"dba Foo":                  {Key: "dbafoo", Whole: "dbafoo"},
		"Foo dba":                  {Key: "foodba", Whole: "foodba"},
		"(Foo)":                    {Key: "foo", Whole: "foo"},
		"Straße GmbH":              {Key: "strasse", Whole: "strassegmbh"},
		"日本 (語)":                   {Key: "日本語", Whole: "日本語"},
		"Йод":                      {Key: "йод", Whole: "йод"},
		"!!":                       {Key: "!!", Whole: "!!"},
		"":                         {},
		"Multi Media, LLC/Zm, LLC": {Key: "multimediazm", Whole: "multimediallczmllc"},
	} {
		got := Normalise(name)
		if got.Key != want.Key || got.Whole != want.Whole {
			t.Errorf("%q: %+v, want %+v", name, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for name, want := range map[string]struct {
		parts string
		joint Joint
	}{
		"Imgur, LLC":                              {"Imgur, LLC", Whole},
		"Snap Inc. (Snapchat)":                    {"Snap Inc|Snapchat", Brand},
		"Alpha Co, Inc (d/b/a “Clubhouse":         {"Alpha Co, Inc|Clubhouse", Brand},
		"MG Freesites Ltd dba Youporn":            {"MG Freesites Ltd|Youporn", Brand},
		"Meta Platforms, Inc. - Instagram":        {"Meta Platforms, Inc|Instagram", Brand},
		"Microsoft- other products":               {"Microsoft|other products", Brand},
		"Meta Platforms (f/k/a Facebook, Inc.)":   {"Meta Platforms|Facebook, Inc", Former},
		"MeetMe, formerly known as myYearbook":    {"MeetMe|myYearbook", Former},
		"Amazon / Twitch":                         {"Amazon|Twitch", Several},
		"Facebook & Instagram":                    {"Facebook|Instagram", Several},
		"Facebook and Instagram":                  {"Facebook|Instagram", Several},
		"Multi Media, LLC/Zmedianow, LLC/Chatter": {"Multi Media, LLC|Zmedianow, LLC|Chatter", Several},
		"Discord A/S":                             {"Discord A.S.", Whole},
		"yik-yak":                                 {"yik-yak", Whole},
		"AT&T WorldNet":                           {"AT&T WorldNet", Whole},
		"(Foo)":                                   {"(Foo)", Whole},
	} {
		parts, joint := Split(name)
		if strings.Join(parts, "|") != want.parts || joint != want.joint {
			t.Errorf("%q: %q %q, want %q %q", name, parts, joint, want.parts, want.joint)
		}
	}
}

// The user's own files are loaded over the shipped ones and checked alike.
func TestLoadLayer(t *testing.T) {
	layer := func(files map[string]string) fs.FS {
		m := fstest.MapFS{}
		for name, text := range files {
			m[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return m
	}
	reg, err := LoadLayer(layer(map[string]string{
		"companies.csv":  "\ufeffid,name,source\nmeta,Meta of Mine,https://example.org/m\nnewco,New Co,https://example.org/n\n",
		"owners.csv":     "# nobody reads this\nplatform_id,company_id,source\nimgur,newco,https://example.org/sold\n",
		"aliases.csv":    "printed_name,platform_id,source\nFenix International Limited,discord,https://example.org/a\nBrand New Chat,discord,https://example.org/a\n",
		"platforms.csv":  "id,name,kind,category,source\ndiscord,Discord of Mine,platform,mine,https://example.org/d\n",
		"categories.csv": "id,name,definition\nmine,Mine,What I say.\n",
		"groups.csv":     "id,name,members\nmine-two,Mine too,discord; imgur\n",
		"notes.csv":      "who,year,text\nimgur,2024,Ask first.\nmeta,,Always.\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if c := reg.Company("meta"); c.Name != "Meta of Mine" || !c.User || shipped.Company("meta").User {
		t.Errorf("%+v", c)
	}
	if o := reg.OwnersOf("imgur"); len(o) != 1 || o[0].Company != "newco" || !o[0].User {
		t.Errorf("%+v", o)
	}
	if p := reg.Platform("discord"); p.Name != "Discord of Mine" || !p.User || p.Category != "mine" || len(reg.Platforms) != len(shipped.Platforms) {
		t.Errorf("%+v", p)
	}
	if g := reg.Groups; len(g) != 1 || !g[0].User || strings.Join(g[0].Members, " ") != "discord imgur" {
		t.Errorf("%+v", g)
	}
	if n := reg.Notes; len(n) != 2 || n[0].Year != 2024 || n[1].Year != 0 {
		t.Errorf("%+v", n)
	}
	users := 0
	for _, a := range reg.Aliases {
		if a.User {
			users++
		}
	}
	if users != 2 || len(reg.Aliases) != len(shipped.Aliases)+1 {
		t.Errorf("%d aliases of the user's among %d", users, len(reg.Aliases))
	}
	if _, err := LoadLayer(layer(nil)); err != nil {
		t.Errorf("an empty folder: %v", err)
	}

	for what, c := range map[string]struct{ file, text, want string }{
		"a platform of a shipped name": {"platforms.csv", "id,name,kind,source\nmine,IMGUR,platform,https://example.org/\n", `platforms.csv, line 2: "IMGUR" (mine) and "Imgur" (imgur; aliases.csv of the shipped registry, line`},
		"a member named twice":         {"groups.csv", "id,name,members\nmine,Mine,imgur;imgur\n", `groups.csv, line 2: member "imgur;imgur" is named twice`},
		"a group of a platform's id":   {"groups.csv", "id,name,members\nimgur,Mine,imgur\n", `groups.csv, line 2: group "imgur" has the id of a platform`},
		"a group of a category's id":   {"groups.csv", "id,name,members\ndating,Mine,tinder\n", `groups.csv, line 2: group "dating" has the id of a category`},
		"a note on nobody":             {"notes.csv", "who,text\nnobody,Text\n", `notes.csv, line 2: who "nobody" is not in platforms.csv or in companies.csv or in categories.csv`},
		"a row twice":                  {"categories.csv", "id,name,definition\na,A,D\na,A,D\n", `categories.csv, line 3: category "a" is already on line 2`},
		"a column nobody knows":        {"notes.csv", "who,text,colour\nimgur,T,red\n", `notes.csv, line 1: header "who,text,colour"; want who,year,text,source`},
		"a file nobody reads":          {"alias.csv", "printed_name,platform_id,source\nImgr,imgur,https://example.org/\n", `alias.csv, line 1: no file of a registry has this name`},
		"semicolons for commas":        {"notes.csv", "who;text\nimgur;T\n", `notes.csv, line 1: header "who;text"; want`},
	} {
		_, err := LoadLayer(layer(map[string]string{c.file: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", what, err, c.want)
		} else if strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: more than one line: %v", what, err)
		}
	}
}

// What registry init writes loads as it is, and with its examples.
func TestTemplate(t *testing.T) {
	for _, prefix := range []string{"", "# "} {
		m := fstest.MapFS{}
		for name, text := range Template() {
			m[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, "\n"+prefix, "\n"))}
		}
		reg, err := LoadLayer(m)
		if err != nil {
			t.Fatalf("with %q removed: %v", prefix, err)
		}
		if prefix != "" && (len(reg.Groups) != 1 || reg.Platform("chat-example") == nil || len(reg.Notes) != 1) {
			t.Error("the examples were not read")
		}
	}
	if len(Template()) != 8 {
		t.Errorf("%d files", len(Template()))
	}
}

// The README defines every category in the words of categories.csv, each has
// a member, and who is not a provider is in none of them but other.
func TestCategories(t *testing.T) {
	reg, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]int{}
	for _, p := range reg.Platforms {
		members[p.Category]++
		if p.Kind == pipeline.KindHotline && p.Category != pipeline.OtherCategory {
			t.Errorf("%s is a hotline in the category %s", p.ID, p.Category)
		}
		if strings.Contains(p.Note, "not been established") && p.Category != pipeline.OtherCategory {
			t.Errorf("%s is not established, and in the category %s", p.ID, p.Category)
		}
	}
	for _, c := range reg.Categories {
		if members[c.ID] == 0 {
			t.Errorf("nothing is in the category %s", c.ID)
		}
		if !strings.Contains(string(readme), "| `"+c.ID+"` | "+c.Definition+" |") {
			t.Errorf("the README does not define %s as categories.csv does", c.ID)
		}
	}
}
