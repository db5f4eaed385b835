package compare_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
)

// edition makes the edition of a year from printed rows; a trailing "*" marks
// a combined row. The rows are a part of NCMEC's: the total is their sum.
func edition(year int, rows ...any) pipeline.Edition {
	ed := pipeline.Edition{Year: year, Status: pipeline.Verified}
	for i := 0; i < len(rows); i += 2 {
		name, combined := strings.CutSuffix(rows[i].(string), "*")
		ed.Rows = append(ed.Rows, pipeline.Row{Name: name, Combined: combined, Reports: pipeline.Count(rows[i+1].(int)), At: pipeline.Place{Page: 1, Row: i/2 + 1}})
	}
	ed.Total = &pipeline.Total{Label: "Total", Reports: ed.Sum()}
	return ed
}

// secondary makes an edition a partial transcription of one with this total.
func secondary(ed pipeline.Edition, total pipeline.Count) pipeline.Edition {
	ed.Status = pipeline.SecondaryHand
	ed.Source = src
	ed.Total = &pipeline.Total{Label: "ESP Total", Reports: total}
	return ed
}

func shipped(t *testing.T, eds ...pipeline.Edition) *pipeline.Dataset {
	t.Helper()
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	return filled(reg, eds...)
}

func filled(reg *registry.Registry, eds ...pipeline.Edition) *pipeline.Dataset {
	ds := &pipeline.Dataset{Editions: eds}
	resolve.New(reg).Fill(ds)
	compare.Fill(ds)
	return ds
}

func load(t *testing.T, files map[string]string) *registry.Registry {
	t.Helper()
	m := fstest.MapFS{}
	for name, head := range map[string]string{
		"platforms": "id,name,kind,note,source", "aliases": "printed_name,platform_id,note,source",
		"companies": "id,name,source", "owners": "platform_id,company_id,from,to,source",
		"breaks": "id,who,from,to,kind,description,source,forbids", "combined": "year,platform_id,member_id,source",
	} {
		body := head + "\n"
		for line := range strings.Lines(files[name]) {
			body += strings.TrimSpace(line) + "\n"
		}
		m[name+".csv"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(body, "SRC", src))}
	}
	reg, err := registry.Load(m)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func point(t *testing.T, c pipeline.Comparison, id string, year int) pipeline.Point {
	t.Helper()
	s := c.Find(id)
	if s == nil {
		t.Fatalf("no series %s", id)
	}
	for _, pt := range s.Points {
		if pt.Year == year {
			return pt
		}
	}
	t.Fatalf("%s has no point of %d", id, year)
	return pipeline.Point{}
}

func descriptions(ds *pipeline.Dataset, pt pipeline.Point) string {
	var s []string
	for _, b := range pt.Breaks {
		s = append(s, ds.Breaks[b].Description)
	}
	return strings.Join(s, "\n")
}

// The split of Facebook's row in 2021: no percentage for Facebook, one for
// Meta, whose members are named.
func TestFacebookBreaksMetaHolds(t *testing.T) {
	ds := shipped(t,
		edition(2020, "Facebook*", 20307216, "Giphy, Inc.", 1),
		edition(2021, "Facebook", 22118952, "Instagram, Inc.", 3393654, "WhatsApp Inc.", 1372696, "Giphy, Inc.", 1),
	)
	fb := point(t, ds.ByPlatform, "facebook", 2021)
	if !fb.Broken || fb.Percent != nil || fb.Change != nil || !fb.Flags.Has(pipeline.FlagBreak) {
		t.Errorf("facebook 2021: %+v", fb)
	}
	if !strings.Contains(descriptions(ds, fb), "combine") {
		t.Errorf("no reason: %q", descriptions(ds, fb))
	}
	if pt := point(t, ds.ByPlatform, "instagram", 2020); pt.Missing != pipeline.InsideRow || pt.Inside != "facebook" || pt.Reports != nil {
		t.Errorf("instagram 2020: %+v", pt)
	}
	if pt := point(t, ds.ByPlatform, "instagram", 2021); pt.Percent != nil || pt.Broken {
		t.Errorf("instagram 2021 has nothing before it: %+v", pt)
	}
	meta := point(t, ds.ByCompany, "meta", 2021)
	if meta.Percent == nil || math.Abs(*meta.Percent-32.4) > 0.05 || meta.Broken {
		t.Errorf("meta 2021: %+v", meta)
	}
	if want := []string{"facebook", "instagram", "whatsapp", "giphy"}; !slices.Equal(meta.Members, want) {
		t.Errorf("members %v, want %v", meta.Members, want)
	}
	if len(meta.Breaks) == 0 {
		t.Error("the roll-up does not mention the split")
	}
	for _, f := range ds.Figures {
		if f.Year == 2021 && f.Platform == "facebook" && !f.Flags.Has(pipeline.FlagBreak) {
			t.Errorf("figure %+v lacks flag b", f)
		}
	}
}

func TestMatchGroupHasNoFalseFall(t *testing.T) {
	ds := shipped(t,
		edition(2020, "Match Group*", 3387),
		edition(2021, "Match Group, LLC", 158, "Tinder, Inc.", 3642, "Okcupid", 178, "Hinge.co", 6, "People Media", 1),
	)
	if pt := point(t, ds.ByPlatform, "match-group", 2021); pt.Percent != nil || !pt.Broken {
		t.Errorf("the remainder compares with the group: %+v", pt)
	}
	pt := point(t, ds.ByCompany, "match-group", 2021)
	if pt.Percent == nil || *pt.Reports != 3985 || *pt.Percent < 17 || *pt.Percent > 18 {
		t.Errorf("the group: %+v", pt)
	}
}

func TestTwoRowsOfOneServiceAddUp(t *testing.T) {
	ds := shipped(t,
		edition(2022, "Twitter, Inc. / Vine.co", 98050, "MG Freesites Ltd (dba Pornhub)", 1996),
		edition(2023, "Twitter, Inc. / Vine.co", 597087, "X Corp", 273416,
			"MG Freesites Ltd (dba Pornhub)", 2487, "Aylo Freesites Ltd (dba Pornhub)", 16),
	)
	x := point(t, ds.ByPlatform, "x", 2023)
	if *x.Reports != 870503 || len(x.Figures) != 2 {
		t.Errorf("x 2023: %+v", x)
	}
	if x.Percent == nil {
		t.Error("Twitter and X are one continuing service")
	}
	if p := point(t, ds.ByPlatform, "pornhub", 2023); *p.Reports != 2503 || len(p.Figures) != 2 {
		t.Errorf("pornhub 2023: %+v", p)
	}
}

// A split of the row Microsoft says nothing on LinkedIn, which always had its
// own, though both belong to a company of the same id.
func TestBreakOfAPlatformIsNotItsOwnersOtherPlatforms(t *testing.T) {
	ds := shipped(t,
		edition(2020, "Microsoft*", 96776, "LinkedIn Corporation", 24),
		edition(2021, "Microsoft", 78603, "Microsoft - Xbox", 170, "LinkedIn Corporation", 110),
	)
	if pt := point(t, ds.ByPlatform, "linkedin", 2021); pt.Percent == nil || pt.Broken {
		t.Errorf("linkedin 2021: %+v", pt)
	}
	if pt := point(t, ds.ByPlatform, "microsoft", 2021); pt.Percent != nil {
		t.Errorf("microsoft 2021: %+v", pt)
	}
	if pt := point(t, ds.ByCompany, "microsoft", 2021); pt.Percent == nil {
		t.Errorf("the company compares: %+v", pt)
	}
}

// A partial year never counts as a fall for what it does not list.
func TestPartialYears(t *testing.T) {
	reg := load(t, map[string]string{
		"platforms": `big,Big,platform,,SRC
			small,Small,platform,,SRC
			other,Other,platform,,SRC
			part,Part,platform,,SRC`,
		"companies": "holding,Holding,SRC",
		"owners": `big,holding,,,SRC
			small,holding,,,SRC
			part,holding,2024-01-01,,SRC`,
	})
	full := edition(2023, "Big", 1000, "Small", 9, "Other", 500, "Part", 300)

	t.Run("hidden member is small", func(t *testing.T) {
		ds := filled(reg, edition(2023, "Big", 1000, "Small", 9, "Other", 500), secondary(edition(2024, "Big", 800), 1400))
		if pt := point(t, ds.ByPlatform, "other", 2024); pt.Missing != pipeline.NotCovered || pt.Change != nil || pt.Percent != nil {
			t.Errorf("other: %+v", pt)
		}
		if pt := point(t, ds.ByPlatform, "big", 2024); pt.Percent == nil || *pt.Percent != -20 || pt.Flags != "s" || pt.Status != pipeline.SecondaryHand {
			t.Errorf("big: %+v", pt)
		}
		pt := point(t, ds.ByCompany, "holding", 2024)
		if pt.Percent == nil || !pt.Flags.Has(pipeline.FlagMissing) {
			t.Errorf("0.9%% is hidden: shown and flagged, got %+v", pt)
		}
	})
	t.Run("hidden member is large", func(t *testing.T) {
		ds := filled(reg, full, secondary(edition(2024, "Big", 800, "Small", 5), 1400))
		pt := point(t, ds.ByCompany, "holding", 2024)
		if pt.Change != nil || pt.Percent != nil || !pt.Flags.Has(pipeline.FlagMissing) || *pt.Reports != 805 {
			t.Errorf("Part (300), bought in 2024, is not listed: withheld, got %+v", pt)
		}
	})
	t.Run("listed again", func(t *testing.T) {
		ds := filled(reg, edition(2022, "Big", 1000, "Small", 400), secondary(edition(2023, "Big", 1000), 2000), secondary(edition(2024, "Big", 1000, "Small", 400), 2000))
		if pt := point(t, ds.ByCompany, "holding", 2024); pt.Change != nil || !pt.Flags.Has(pipeline.FlagMissing) {
			t.Errorf("a member not listed the year before is no rise: %+v", pt)
		}
	})
	t.Run("gone for good", func(t *testing.T) {
		ds := filled(reg, edition(2022, "Big", 1000, "Small", 400), edition(2023, "Big", 1000), secondary(edition(2024, "Big", 900), 1000))
		if pt := point(t, ds.ByCompany, "holding", 2024); pt.Percent == nil || pt.Flags.Has(pipeline.FlagMissing) {
			t.Errorf("Small had no row in the complete 2023: %+v", pt)
		}
	})
	t.Run("nothing listed", func(t *testing.T) {
		ds := filled(reg, full, secondary(edition(2024, "Other", 500), 1400))
		if pt := point(t, ds.ByCompany, "holding", 2024); pt.Missing != pipeline.NotCovered || pt.Reports != nil {
			t.Errorf("%+v", pt)
		}
		if pt := point(t, ds.ByPlatform, "other", 2024); pt.Rank != 0 {
			t.Errorf("900 reports are not listed; rank %d is not certain", pt.Rank)
		}
	})
}

// A combined row that mixes two owners' platforms gives neither a change.
func TestCombinedRowOfTwoOwners(t *testing.T) {
	files := map[string]string{
		"platforms": `a,A,platform,,SRC
			b,B,platform,,SRC
			c,C,platform,,SRC`,
		"companies": `one,One,SRC
			two,Two,SRC`,
		"owners": `a,one,,,SRC
			c,one,,,SRC
			b,two,,,SRC`,
		"combined": "2020,a,b,SRC",
	}
	eds := []pipeline.Edition{edition(2020, "A*", 100, "C", 5), edition(2021, "A", 60, "B", 50, "C", 6)}
	ds := filled(load(t, files), eds...)
	pt := point(t, ds.ByCompany, "one", 2021)
	if !pt.Broken || pt.Percent != nil || descriptions(ds, pt) == "" {
		t.Errorf("one: %+v", pt)
	}
	if pt := point(t, ds.ByCompany, "two", 2020); pt.Missing != pipeline.InsideRow || pt.Inside != "a" {
		t.Errorf("two 2020: %+v", pt)
	}
	if pt := point(t, ds.ByPlatform, "c", 2021); pt.Percent == nil {
		t.Errorf("c is not concerned: %+v", pt)
	}
	// The owner of the hidden member has no change either: its B was in A's row.
	more := maps.Clone(files)
	more["platforms"] += "\nd,D,platform,,SRC"
	more["owners"] += "\nd,two,,,SRC"
	ds = filled(load(t, more), edition(2020, "A*", 100, "D", 5), edition(2021, "A", 60, "B", 50, "D", 6))
	if pt := point(t, ds.ByCompany, "two", 2021); !pt.Broken || pt.Percent != nil || *pt.Reports != 56 {
		t.Errorf("two: %+v", pt)
	}
	files["owners"] = "a,one,,,SRC\nb,one,,,SRC\nc,one,,,SRC"
	ds = filled(load(t, files), eds...)
	if pt := point(t, ds.ByCompany, "one", 2021); pt.Percent == nil || *pt.Change != 11 {
		t.Errorf("one owner of all: %+v", pt)
	}
}

// A company whose sum is one row, the same in both years, compares no better
// than that row; with a second member, what is in its rows stayed together.
func TestCompanyOfOneRow(t *testing.T) {
	files := map[string]string{
		"platforms": "a,A,platform,,SRC\nb,B,platform,,SRC",
		"companies": "one,One,SRC",
		"owners":    "a,one,,,SRC\nb,one,,,SRC",
		"breaks":    "split,a,2020,2021,scope-split,Something was split off.,SRC,platform",
	}
	alone := filled(load(t, files), edition(2020, "A*", 100), edition(2021, "A", 60))
	if pt := point(t, alone.ByCompany, "one", 2021); !pt.Broken || pt.Percent != nil || !pt.Flags.Has(pipeline.FlagBreak) {
		t.Errorf("one row: %+v", pt)
	}
	for _, eds := range [][]pipeline.Edition{
		{edition(2020, "A*", 100), edition(2021, "A", 60, "B", 50)},
		{edition(2020, "A*", 100, "B", 5), edition(2021, "A", 60, "B", 50)},
	} {
		ds := filled(load(t, files), eds...)
		if pt := point(t, ds.ByCompany, "one", 2021); pt.Broken || pt.Percent == nil {
			t.Errorf("%v: %+v", eds[1].Rows, pt)
		}
	}
	// A break of everybody's rows is one of this row too.
	files["breaks"] = "unit,all,2020,2021,unit,Another unit.,SRC,platform"
	ds := filled(load(t, files), edition(2020, "B", 100), edition(2021, "B", 60))
	if pt := point(t, ds.ByCompany, "one", 2021); !pt.Broken {
		t.Errorf("a break of all: %+v", pt)
	}
}

// What the stars of Google, TikTok and MediaLab meant is not printed: neither
// the row nor the company compares.
func TestStarsOfUnknownMeaning(t *testing.T) {
	ds := shipped(t,
		edition(2019, "Google*", 449283, "TikTok", 596, "MediaLab AI*", 100),
		edition(2020, "Google", 546704, "TikTok*", 22692, "MediaLab AI*", 14515),
		edition(2021, "Google", 875783, "TikTok", 154618),
	)
	for _, c := range []struct {
		id   string
		year int
	}{{"google", 2020}, {"tiktok", 2020}, {"tiktok", 2021}, {"medialab", 2020}} {
		if pt := point(t, ds.ByPlatform, c.id, c.year); !pt.Broken || pt.Percent != nil {
			t.Errorf("%s %d: %+v", c.id, c.year, pt)
		}
		owner := ds.Owner(c.id, c.year)
		if owner == nil {
			t.Fatalf("%s has no owner", c.id)
		}
		if pt := point(t, ds.ByCompany, owner.ID, c.year); !pt.Broken || pt.Percent != nil {
			t.Errorf("%s %d: %+v", owner.ID, c.year, pt)
		}
	}
	if pt := point(t, ds.ByPlatform, "google", 2021); pt.Percent == nil {
		t.Errorf("google 2021 is plain in both years: %+v", pt)
	}
}

// Owners are those of 31 December; a platform bought or sold is named, and no
// break; a platform without a known owner stands alone.
func TestOwnersOn31December(t *testing.T) {
	reg := load(t, map[string]string{
		"platforms": `keep,Keep,platform,,SRC
			sold,Sold,platform,,SRC
			free,Free,platform,,SRC`,
		"companies": `one,One,SRC
			two,Two,SRC`,
		"owners": `keep,one,,,SRC
			sold,one,,2021-12-30,SRC
			sold,two,2021-12-31,,SRC`,
	})
	ds := filled(reg, edition(2020, "Keep", 10, "Sold", 20, "Free", 1), edition(2021, "Keep", 11, "Sold", 22, "Free", 2))
	one := point(t, ds.ByCompany, "one", 2021)
	if *one.Reports != 11 || !slices.Equal(one.Members, []string{"keep"}) || one.Change == nil || *one.Change != -19 {
		t.Errorf("one 2021: %+v", one)
	}
	if !slices.Equal(one.Left, []string{"sold"}) || one.Joined != nil {
		t.Errorf("one 2021: joined %v, left %v", one.Joined, one.Left)
	}
	if two := point(t, ds.ByCompany, "two", 2021); !slices.Equal(two.Joined, []string{"sold"}) || two.Left != nil {
		t.Errorf("two 2021: joined %v, left %v", two.Joined, two.Left)
	}
	if one := point(t, ds.ByCompany, "one", 2020); one.Joined != nil || one.Left != nil {
		t.Errorf("the first year has nothing before it: %+v", one)
	}
	if two := point(t, ds.ByCompany, "two", 2020); two.Missing != pipeline.NotInRollUp || two.Flags != "z" {
		t.Errorf("two 2020: %+v", two)
	}
	if two := point(t, ds.ByCompany, "two", 2021); *two.Reports != 22 || two.Change != nil {
		t.Errorf("two 2021: %+v", two)
	}
	free := ds.ByCompany.Find("free")
	if free == nil || !free.Alone || *free.Points[1].Reports != 2 {
		t.Errorf("free: %+v", free)
	}
	if s := ds.ByPlatform.Find("sold"); s.Parent != "two" {
		t.Errorf("parent of sold is %q", s.Parent)
	}
	if ds.ByPlatform.Series[0].ID != "sold" || ds.ByPlatform.Series[2].ID != "free" {
		t.Errorf("order: %s first, %s last", ds.ByPlatform.Series[0].ID, ds.ByPlatform.Series[2].ID)
	}
}

// A platform whose row comes or goes has not changed hands.
func TestNoRowIsNoSale(t *testing.T) {
	reg := load(t, map[string]string{
		"platforms": `keep,Keep,platform,,SRC
			comes,Comes,platform,,SRC
			goes,Goes,platform,,SRC
			never,Never,platform,,SRC`,
		"companies": `one,One,SRC`,
		"owners": `keep,one,,,SRC
			comes,one,,,SRC
			goes,one,,,SRC
			never,one,2021-05-01,,SRC`,
	})
	ds := filled(reg, edition(2020, "Keep", 10, "Goes", 5), edition(2021, "Keep", 11, "Comes", 2), edition(2022, "Keep", 11, "Never", 2))
	for _, year := range []int{2020, 2021, 2022} {
		// Never, bought in 2021, has no figure in either year of that step.
		if pt := point(t, ds.ByCompany, "one", year); pt.Joined != nil || pt.Left != nil {
			t.Errorf("%d: joined %v, left %v", year, pt.Joined, pt.Left)
		}
	}
}

// The last day of an ownership belongs to it.
func TestSoldOn31December(t *testing.T) {
	reg := load(t, map[string]string{
		"platforms": "a,A,platform,,SRC",
		"companies": "one,One,SRC\ntwo,Two,SRC",
		"owners":    "a,one,,2021-12-31,SRC\na,two,2022-01-01,,SRC",
	})
	ds := filled(reg, edition(2021, "A", 1), edition(2022, "A", 2))
	if one := ds.ByCompany.Find("one"); one == nil || one.First != 2021 || one.Last != 2021 {
		t.Errorf("one: %+v", one)
	}
	if two := ds.ByCompany.Find("two"); two == nil || two.First != 2022 {
		t.Errorf("two: %+v", two)
	}
}

// In a partial year a value no larger than what is not listed has no rank.
func TestRanksOfPartialYears(t *testing.T) {
	reg := load(t, map[string]string{"platforms": "a,A,platform,,SRC\nb,B,platform,,SRC\nc,C,platform,,SRC\nd,D,platform,,SRC"})
	ds := filled(reg, secondary(edition(2024, "A", 101, "B", 101, "C", 100, "D", 99), 501))
	for id, want := range map[string]int{"a": 1, "b": 1, "c": 0, "d": 0} {
		if pt := point(t, ds.ByPlatform, id, 2024); pt.Rank != want {
			t.Errorf("%s: rank %d, want %d", id, pt.Rank, want)
		}
	}
}

// What is not listed may belong to any company: it has a rank only where it
// could neither pass the next larger one nor be passed by the next smaller.
func TestCompanyRanksOfPartialYears(t *testing.T) {
	files := map[string]string{"platforms": "", "companies": "", "owners": ""}
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		files["platforms"] += id + "," + strings.ToUpper(id) + ",platform,,SRC\n"
		files["companies"] += "of-" + id + ",Of " + strings.ToUpper(id) + ",SRC\n"
		files["owners"] += id + ",of-" + id + ",,,SRC\n"
	}
	files["platforms"] += "free,Free,platform,,SRC\n" // stands alone
	reg := load(t, files)
	for name, c := range map[string]struct {
		rows []any
		want map[string]int
	}{
		"apart":         {[]any{"A", 1000, "B", 700, "C", 400}, map[string]int{"of-a": 1, "of-b": 2, "of-c": 3}},
		"could pass":    {[]any{"A", 1000, "B", 950, "C", 400}, map[string]int{"of-a": 0, "of-b": 0, "of-c": 3}},
		"could reach":   {[]any{"A", 1000, "B", 900, "C", 400}, map[string]int{"of-a": 0, "of-b": 0, "of-c": 3}},
		"just not":      {[]any{"A", 1001, "B", 900, "C", 400}, map[string]int{"of-a": 1, "of-b": 2, "of-c": 3}},
		"equal":         {[]any{"A", 1000, "B", 1000, "C", 400}, map[string]int{"of-a": 0, "of-b": 0, "of-c": 3}},
		"alone smaller": {[]any{"A", 1000, "Free", 950, "C", 400}, map[string]int{"of-a": 1, "free": 2, "of-c": 3}},
		"alone larger":  {[]any{"Free", 1000, "A", 950, "C", 400}, map[string]int{"free": 0, "of-a": 0, "of-c": 3}},
		"chain":         {[]any{"A", 1000, "B", 940, "C", 880, "D", 820, "E", 101}, map[string]int{"of-a": 0, "of-b": 0, "of-c": 0, "of-d": 0, "of-e": 5}},
		"unlisted":      {[]any{"A", 1000, "B", 100, "C", 50}, map[string]int{"of-a": 1, "of-b": 0, "of-c": 0}},
	} {
		ed := edition(2024, c.rows...)
		ds := filled(reg, secondary(ed, ed.Sum()+100))
		for id, want := range c.want {
			if pt := point(t, ds.ByCompany, id, 2024); pt.Rank != want {
				t.Errorf("%s: %s has rank %d, want %d", name, id, pt.Rank, want)
			}
		}
		if ds := filled(reg, ed); point(t, ds.ByCompany, "of-a", 2024).Rank == 0 {
			t.Errorf("%s: a complete year leaves no rank open", name)
		}
	}
}

func TestMissingYears(t *testing.T) {
	ds := shipped(t, edition(2019, "Imgur", 5, "Omegle", 7), edition(2021, "Imgur, LLC", 8))
	if want := []int{2019, 2020, 2021}; !slices.Equal(ds.ByPlatform.Years, want) {
		t.Fatalf("years %v", ds.ByPlatform.Years)
	}
	if pt := point(t, ds.ByPlatform, "imgur", 2020); pt.Missing != pipeline.NoEdition {
		t.Errorf("%+v", pt)
	}
	if pt := point(t, ds.ByPlatform, "imgur", 2021); pt.Change != nil {
		t.Errorf("a change over two years: %+v", pt)
	}
	s := ds.ByPlatform.Find("omegle")
	if s.Points[2].Missing != pipeline.NoRow || s.Points[2].Flags != "x" || s.First != 2019 || s.Last != 2019 {
		t.Errorf("omegle: %+v", s)
	}
}

func TestEmptyDataset(t *testing.T) {
	var ds pipeline.Dataset
	compare.Fill(&ds)
	if len(ds.ByPlatform.Series)+len(ds.ByCompany.Series) != 0 {
		t.Error("series from nothing")
	}
}
