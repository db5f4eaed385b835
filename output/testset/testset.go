// Package testset builds Datasets for the tests of the outputs: a small one that
// holds every awkward thing, and large ones.
package testset

import (
	"crypto/sha256"
	"fmt"
	"math/rand"
	"sort"
	"sync"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// Hostile holds printed names that do harm where an output forgets that names
// are other people's text. Each stands in the test set under its own platform.
var Hostile = []string{
	`=HYPERLINK("https://evil.invalid","click")`,
	`+1 Chat`,
	`-2+3+cmd|' /C calc'!A0`,
	`@SUM(A1:A9)`,
	`<img src=x onerror=alert(1)>`,
	`</script><script>alert(2)</script>`,
	"Right\u202eto left\u202c \u05e9\u05dc\u05d5\u05dd",
	`Commas, "quotes" & Co; it's`,
	`[note 1] *not a mark* {{template}} ${x}`,
	`C:\path\%TEMP%`,
	`1E5`,
	`Ünï çödé 聊天 🙂`,
}

// Shipped returns the real figures: those shipped with the program, by its
// registry. Callers share it and must not change it.
var Shipped = sync.OnceValue(func() *pipeline.Dataset { return shippedAnd() })

// Longer returns the shipped figures with two more years, which print the rows
// of 2023 again.
func Longer() *pipeline.Dataset { return shippedAnd(2026, 2027) }

func shippedAnd(more ...int) *pipeline.Dataset {
	snap, err := snapshot.Default()
	if err != nil {
		panic(err)
	}
	reg, err := registry.Default()
	if err != nil {
		panic(err)
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	for _, year := range more {
		e := *ds.Edition(2023)
		e.Year, e.Document.SHA256 = year, Hash(year)
		ds.Editions = append(ds.Editions, e)
	}
	ds.Findings = resolve.New(reg).Fill(ds)
	return ds
}

// printed is one row of the test set's tables.
type printed struct {
	name, platform string
	reports        pipeline.Count
	combined       bool
}

// New returns a small Dataset that holds every awkward thing: a combined
// row (2020) that is split afterwards, two rows of one platform (2022), a year
// without an edition (2023), a partial secondary year (2024), a name nobody
// knows, hostile names, breaks of every strength, a company with members and
// one that changes hands, a passed edition, a revision, findings and totals.
// Each call builds a new one, so a test may change its own.
func New() *pipeline.Dataset {
	const (
		meta  = "https://www.missingkids.org/content/dam/missingkids/pdfs/%d-reports-by-esp.pdf"
		cited = "https://example.org/transcription?years=2024&by=hand"
	)
	tables := map[int][]printed{
		2020: {
			{"Adult \"A\", Inc.", "adult", 13, false},
			{"Facebook", "facebook", 20307216, true},
			{"Kik", "kik", 1000, false},
			{"Twitter", "x", 65062, false},
			{"Zzz Video (unknown)", "unmatched-zzz-video-unknown", 7, false},
		},
		2021: {
			{"Facebook", "facebook", 22118952, false},
			{"Instagram, Inc.", "instagram", 3393654, false},
			{"Kik", "kik", 1200, false},
			{"Take It Down", "take-it-down", 1, false},
			{"Twitter", "x", 86666, false},
			{"WhatsApp Inc.", "whatsapp", 1372696, false},
		},
		2022: {
			{"Facebook", "facebook", 21165208, false},
			{"Instagram, Inc.", "instagram", 5007902, false},
			{"Kik", "kik", 1200, false},
			{"Twitter, Inc. / Vine.co", "x", 98050, false},
			{"WhatsApp Inc.", "whatsapp", 1017555, false},
			{"X Corp", "x", 2, false},
		},
		2024: {
			{"Facebook", "facebook", 8560000, false},
			{"Instagram", "instagram", 3300000, false},
			{"X", "x", 686000, false},
		},
	}
	for i, name := range Hostile {
		tables[2022] = append(tables[2022], printed{name, fmt.Sprintf("hostile-%d", i+1), pipeline.Count(10 + i), false})
	}
	ds := &pipeline.Dataset{
		Platforms: []pipeline.Platform{
			{ID: "adult", Name: `Adult "A"`, Kind: pipeline.KindHosting, Source: "https://example.org/adult"},
			{ID: "facebook", Name: "Facebook", Kind: pipeline.KindPlatform, Note: "In 2020 printed with related platforms in one row.", Source: "https://example.org/facebook"},
			{ID: "instagram", Name: "Instagram", Kind: pipeline.KindPlatform, Source: "https://example.org/instagram"},
			{ID: "kik", Name: "Kik", Kind: pipeline.KindPlatform, Source: "https://example.org/kik"},
			{ID: "take-it-down", Name: "Take It Down", Kind: pipeline.KindHotline, Note: "A service of NCMEC itself.", Source: "https://example.org/takeitdown"},
			{ID: "unmatched-zzz-video-unknown", Name: "Zzz Video (unknown)", Kind: pipeline.KindOther},
			{ID: "whatsapp", Name: "WhatsApp", Kind: pipeline.KindPlatform, Source: "https://example.org/whatsapp"},
			{ID: "x", Name: "X (Twitter)", Kind: pipeline.KindPlatform, Source: "https://example.org/x"},
		},
		Companies: []pipeline.Company{
			{ID: "medialab", Name: "MediaLab AI", Source: "https://example.org/medialab"},
			{ID: "meta", Name: "Meta", Source: "https://example.org/meta"},
			{ID: "oldco", Name: "=Old, Co", Source: "https://example.org/oldco"},
			{ID: "x-corp", Name: "X Corp", Source: "https://example.org/xcorp"},
		},
		Owners: []pipeline.Ownership{
			{Platform: "facebook", Company: "meta", Source: "https://example.org/meta"},
			{Platform: "instagram", Company: "meta", Source: "https://example.org/meta"},
			{Platform: "kik", Company: "medialab", From: "2021-06-01", Source: "https://example.org/medialab"},
			{Platform: "kik", Company: "oldco", To: "2021-05-31", Source: "https://example.org/oldco"},
			{Platform: "whatsapp", Company: "meta", Source: "https://example.org/meta"},
			{Platform: "x", Company: "x-corp", From: "2023-03-15", Source: "https://example.org/xcorp"},
		},
		Breaks: []pipeline.Break{
			{ID: "split-2021", Who: "all", From: 2020, To: 2021, Kind: "scope-split", Description: "From 2021 no row combines related platforms.", Source: "https://example.org/2021.pdf", Forbids: pipeline.ForbidsNothing},
			{ID: "meta-split-2021", Who: "facebook", From: 2020, To: 2021, Kind: "scope-split", Description: "Facebook's row of 2020 holds Instagram and WhatsApp; 2021 prints each.", Source: "https://example.org/meta-split", Forbids: pipeline.ForbidsPlatform},
			{ID: "x-method-2022", Who: "x", From: 2021, To: 2022, Kind: "method", Description: "X changed how it reports.", Source: "https://example.org/x-method", Forbids: pipeline.ForbidsChange},
			{ID: "bundling-2024", Who: "all", From: 2023, To: 2024, Kind: "method", Description: "Duplicate reports of one viral incident are bundled.", Source: "https://example.org/bundling", Forbids: pipeline.ForbidsChange},
		},
		Combined: []pipeline.CombinedRow{
			{Year: 2020, Platform: "facebook", Members: []string{"facebook", "instagram", "whatsapp"}, Source: "https://example.org/combined"},
		},
		Totals: []pipeline.YearTotal{
			{Year: 2019, CyberTipline: 16987361, Source: "https://example.org/totals"},
			{Year: 2020, CyberTipline: 21751085, ESP: Count(20373298), Public: Count(303299), Source: "https://example.org/totals"},
			{Year: 2021, CyberTipline: 29397681, ESP: Count(26973169), Public: Count(240598), Source: "https://example.org/totals"},
			{Year: 2022, CyberTipline: 32059029, ESP: Count(27290103), Public: Count(256504), Source: "https://example.org/totals"},
			{Year: 2024, CyberTipline: 20512803, ESP: Count(20348306), Public: Count(164497), Source: "https://example.org/totals"},
		},
		Findings: []pipeline.Finding{
			{Code: pipeline.YearMissing, Severity: pipeline.Fail, Year: 2023, What: "No edition of 2023 was found.", Mend: "give its address with --start"},
			{Code: pipeline.SeveralRows, Severity: pipeline.Warn, Year: 2022, Document: Hash(2022), At: pipeline.Place{Page: 1, Row: 4}, What: `Two rows belong to X (Twitter): "Twitter, Inc. / Vine.co", "X Corp".`},
			{Code: pipeline.UnmatchedName, Severity: pipeline.Warn, Year: 2020, Document: Hash(2020), At: pipeline.Place{Page: 1, Row: 5}, What: `No platform is known under "Zzz Video (unknown)".`, Mend: "Zzz Video (unknown),zzz-video"},
			{Code: pipeline.Secondary, Severity: pipeline.Note, Year: 2024, What: "The figures of 2024 are a third party's transcription.", Document: cited},
			{Code: pipeline.SourceFault, Severity: pipeline.Note, Document: "https://www.missingkids.org/gone", What: "=1+1 is what the address answered."},
		},
		Changes: []pipeline.Change{
			{Year: 2021, Kind: pipeline.RowRevised, Name: "Kik", Platform: "kik", Old: Count(1100), New: Count(1200), Before: Hash(1), After: Hash(2021)},
			{Year: 2022, Kind: pipeline.RowAdded, Name: "@SUM(A1:A9)", Platform: "hostile-4", New: Count(13), Before: "snapshot:" + Hash(2), After: Hash(2022)},
			{Year: 2022, Kind: pipeline.RowRemoved, Name: "Gone Corp", Platform: "gone", Old: Count(5), Before: "snapshot:" + Hash(2), After: Hash(2022)},
		},
	}
	for i, name := range Hostile {
		ds.Platforms = append(ds.Platforms, pipeline.Platform{ID: fmt.Sprintf("hostile-%d", i+1), Name: name, Kind: pipeline.KindOther, Note: name, Source: "https://example.org/hostile"})
	}
	sort.Slice(ds.Platforms, func(i, j int) bool { return ds.Platforms[i].ID < ds.Platforms[j].ID })

	for _, year := range []int{2020, 2021, 2022, 2024} {
		e := pipeline.Edition{Year: year, Title: fmt.Sprintf("%d CyberTipline Reports by ESP", year), Status: pipeline.Verified, Readings: []string{"rules", "structure"}}
		e.Document = pipeline.Document{SHA256: Hash(year), Name: fmt.Sprintf("%d-reports-by-esp.pdf", year), Size: 123456, URL: fmt.Sprintf(meta, year),
			Retrieved: time.Date(2026, 7, 1, 12, 30, 0, 0, time.UTC), Dated: time.Date(year+1, 3, 9, 8, 0, 0, 0, time.UTC)}
		if year == 2021 {
			e.Document.FinalURL = "https://ncmec.org/2021-reports-by-esp.pdf"
		}
		if year == 2024 {
			e.Status, e.Readings, e.Source = pipeline.SecondaryHand, nil, cited
			e.Document = pipeline.Document{Name: "secondary"}
		}
		for i, p := range tables[year] {
			at := pipeline.Place{Page: 1 + i/10, Row: 1 + i%10}
			e.Rows = append(e.Rows, pipeline.Row{Name: p.name, Combined: p.combined, Reports: p.reports, At: at})
			f := pipeline.Figure{Year: year, Name: p.name, Reports: p.reports, At: at, Combined: p.combined, Platform: p.platform,
				Match: pipeline.Exact, Alias: p.name, Status: e.Status, SHA256: e.Document.SHA256, URL: e.Document.Address()}
			if year == 2024 {
				f.URL, f.At, f.Flags = cited, pipeline.Place{}, f.Flags.With(pipeline.FlagSecondary)
			}
			if p.combined {
				f.Flags = f.Flags.With(pipeline.FlagCombined)
			}
			if p.platform == "facebook" && year == 2021 || p.platform == "x" && year == 2022 || year == 2024 {
				f.Flags = f.Flags.With(pipeline.FlagBreak)
			}
			if p.platform == "kik" && year == 2021 {
				f.Flags = f.Flags.With(pipeline.FlagRevised)
			}
			if p.platform == "unmatched-zzz-video-unknown" {
				f.Match, f.Alias = pipeline.NoMatch, ""
			}
			if p.name == "Instagram, Inc." {
				f.Match, f.Alias = pipeline.Normalised, "Instagram"
			}
			ds.Figures = append(ds.Figures, f)
		}
		sum := e.Sum()
		e.Total = &pipeline.Total{Label: "Totals:", Reports: sum, At: pipeline.Place{Page: 2}}
		if year == 2024 {
			e.Total = &pipeline.Total{Reports: 20348306}
		}
		ds.Editions = append(ds.Editions, e)
	}
	older := ds.Editions[1]
	older.Document.SHA256, older.Status = Hash(1), pipeline.Published
	older.Document.Mirror = "https://web.archive.org/web/2022/https://www.missingkids.org/2021.pdf"
	older.Total = nil
	ds.Passed = []pipeline.Edition{older}
	return ds
}

// Big returns a generated Dataset of that many platforms, each with a row
// in each of that many years, for benchmarks. The same arguments give the
// same Dataset.
func Big(platforms, years int) *pipeline.Dataset {
	r := rand.New(rand.NewSource(1))
	ds := &pipeline.Dataset{}
	names := make([]string, platforms)
	ids := make([]string, platforms)
	for i := range names {
		ids[i], names[i] = fmt.Sprintf("platform-%05d", i), fmt.Sprintf("Platform %05d, Inc.", i)
		ds.Platforms = append(ds.Platforms, pipeline.Platform{ID: ids[i], Name: names[i], Kind: pipeline.KindPlatform})
		if i%10 == 0 {
			ds.Companies = append(ds.Companies, pipeline.Company{ID: fmt.Sprintf("company-%04d", i/10), Name: fmt.Sprintf("Company %04d", i/10)})
		}
		ds.Owners = append(ds.Owners, pipeline.Ownership{Platform: ids[i], Company: fmt.Sprintf("company-%04d", i/10)})
	}
	ds.Figures = make([]pipeline.Figure, 0, platforms*years)
	for y := 0; y < years; y++ {
		year := 1976 + y
		e := pipeline.Edition{Year: year, Status: pipeline.Verified, Document: pipeline.Document{SHA256: Hash(year), URL: fmt.Sprintf("https://example.org/%d.pdf", year)}}
		e.Rows = make([]pipeline.Row, 0, platforms)
		for i := range names {
			at, n := pipeline.Place{Page: 1 + i/50, Row: 1 + i%50}, pipeline.Count(1+r.Intn(1000000))
			e.Rows = append(e.Rows, pipeline.Row{Name: names[i], Reports: n, At: at})
			ds.Figures = append(ds.Figures, pipeline.Figure{Year: year, Name: names[i], Reports: n, At: at, Platform: ids[i], Match: pipeline.Exact, Alias: names[i],
				Status: pipeline.Verified, SHA256: e.Document.SHA256, URL: e.Document.URL})
		}
		e.Total = &pipeline.Total{Label: "Total", Reports: e.Sum()}
		ds.Editions = append(ds.Editions, e)
	}
	return ds
}

// Count returns a pointer to a count.
func Count(n pipeline.Count) *pipeline.Count { return &n }

// Hash returns what looks like a SHA-256 sum and is made from a number.
func Hash(n int) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Append(nil, "test document ", n)))
}
