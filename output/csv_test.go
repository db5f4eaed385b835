package output

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"espfigures/output/testset"
	"espfigures/output/words"
	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
)

func figuresCSV(t testing.TB, ds *pipeline.Dataset, opt Options) string {
	t.Helper()
	return tableCSV(t, &figuresTable, ds, opt)
}

func tableCSV(t testing.TB, tab *csvTable, ds *pipeline.Dataset, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := writeCSV(&b, tab, ds, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// records parses strictly: every record has the fields of the header.
func records(t testing.TB, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestFiguresCSV(t *testing.T) {
	text := figuresCSV(t, testset.New(), Options{})
	lines := strings.Split(text, "\r\n")
	if lines[0] != "year,platform_id,platform,company_id,company,kind,esp_name,reports,unit,status,flags,page,source_url,source_sha256,mark" {
		t.Errorf("header: %s", lines[0])
	}
	for _, want := range []string{
		"2020,facebook,Facebook,meta,Meta,platform,Facebook,20307216,reports,verified,c,1,https://www.missingkids.org/content/dam/missingkids/pdfs/2020-reports-by-esp.pdf," + testset.Hash(2020) + ",*",
		// the owner on 31 December: it changed hands in 2021
		`2020,kik,Kik,oldco,"'=Old, Co",platform,Kik,1000,reports,verified,,1,https://www.missingkids.org/content/dam/missingkids/pdfs/2020-reports-by-esp.pdf,` + testset.Hash(2020) + ",",
		"2021,kik,Kik,medialab,MediaLab AI,platform,Kik,1200,reports,verified,r,1,https://ncmec.org/2021-reports-by-esp.pdf," + testset.Hash(2021) + ",",
		// no owner known; a third party's transcription has no page and no hash
		"2022,x,X (Twitter),,,platform,X Corp,2,reports,verified,b,1,https://www.missingkids.org/content/dam/missingkids/pdfs/2022-reports-by-esp.pdf," + testset.Hash(2022) + ",",
		"2024,x,X (Twitter),x-corp,X Corp,platform,X,686000,reports,secondary,b s,,https://example.org/transcription?years=2024&by=hand,,",
		`2020,adult,"Adult ""A""",,,hosting,"Adult ""A"", Inc.",13,reports,verified,,1,https://www.missingkids.org/content/dam/missingkids/pdfs/2020-reports-by-esp.pdf,` + testset.Hash(2020) + ",",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %s", want)
		}
	}
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a line does not end with CR LF")
	}
	if with := figuresCSV(t, testset.New(), Options{BOM: true}); with != "\xef\xbb\xbf"+text {
		t.Error("the byte order mark is not the only difference")
	}
}

func TestWideTables(t *testing.T) {
	ds := testset.New()
	for _, c := range []struct {
		tab  *csvTable
		want []string
	}{
		{&platformsTable, []string{"id,name,kind,2020,2021,2022,2023,2024", "facebook,Facebook,platform,20307216,22118952,21165208,,8560000", "instagram,Instagram,platform,,3393654,5007902,,3300000", "x,X (Twitter),platform,65062,86666,98052,,686000", "hostile-2,'+1 Chat,other,,,11,,"}},
		{&companiesTable, []string{"id,name,kind,2020,2021,2022,2023,2024", "meta,Meta,company,20307216,26885302,27190665,,11860000", "x,X (Twitter),alone,65062,86666,98052,,", "x-corp,X Corp,company,,,,,686000"}},
	} {
		lines := strings.Split(tableCSV(t, c.tab, ds, Options{}), "\r\n")
		for i, want := range c.want {
			if !slices.Contains(lines, want) || i == 0 && lines[0] != want {
				t.Errorf("%s: no line %s", c.tab.name, want)
			}
		}
		for _, row := range records(t, strings.Join(lines, "\n"))[1:] {
			for _, v := range row[3:] {
				if v == "0" || v != "" && strings.Trim(v, "0123456789") != "" {
					t.Errorf("%s: %v: a value that is neither a number nor blank", c.tab.name, row)
				}
			}
		}
	}
}

// The wide tables are sums of figures.csv: whoever adds up the tidy file by
// platform, or by company, gets the same numbers.
func TestWideTablesAreSumsOfTheTidyOne(t *testing.T) {
	ds := testset.New()
	platforms, companies := map[string]string{}, map[string]string{}
	add := func(sums map[string]string, id, year, reports string) {
		a, _ := plainInt("0" + sums[id+" "+year])
		if old := sums[id+" "+year]; old != "" {
			a, _ = plainInt(old)
		}
		b, err := plainInt(reports)
		if err != nil {
			t.Fatal(err)
		}
		c := pipeline.Count(a + b)
		sums[id+" "+year] = digits(&c)
	}
	for _, r := range records(t, figuresCSV(t, ds, Options{}))[1:] {
		add(platforms, r[1], r[0], r[7])
		if r[3] != "" {
			add(companies, r[3], r[0], r[7])
		} else {
			add(companies, r[1], r[0], r[7])
		}
	}
	for _, c := range []struct {
		tab  *csvTable
		sums map[string]string
	}{{&platformsTable, platforms}, {&companiesTable, companies}} {
		rows := records(t, tableCSV(t, c.tab, ds, Options{}))
		seen := 0
		for _, row := range rows[1:] {
			for i, year := range rows[0][3:] {
				if row[3+i] != c.sums[row[0]+" "+year] {
					t.Errorf("%s: %s %s: %q, figures.csv adds up to %q", c.tab.name, row[0], year, row[3+i], c.sums[row[0]+" "+year])
				}
				if row[3+i] != "" {
					seen++
				}
			}
		}
		if seen != len(c.sums) {
			t.Errorf("%s: %d values, figures.csv has %d", c.tab.name, seen, len(c.sums))
		}
	}
}

func TestOtherTables(t *testing.T) {
	ds := testset.New()
	for tab, want := range map[*csvTable][]string{
		&pointsTable: {
			"by,id,name,year,reports,missing,inside,share,rank,change,percent,broken,breaks,status,flags,members,joined,left",
			"platform,instagram,Instagram,2020,,inside-row,facebook,,,,,false,,,z,,,",
			"platform,facebook,Facebook,2021,22118952,,,0.8200353470,1,,,true,split-2021 meta-split-2021,verified,b,,,",
			"platform,facebook,Facebook,2022,21165208,,,0.7755635074,1,-953744,-4.3119,false,,verified,,,,",
			"platform,whatsapp,WhatsApp,2024,,not-covered,,,,,,true,bundling-2024,,x,,,",
			"company,meta,Meta,2021,26885302,,,0.9967424295,1,6578086,32.3928,false,split-2021 meta-split-2021,verified,b,facebook instagram whatsapp,,",
			"company,medialab,MediaLab AI,2021,1200,,,0.0000444887,3,,,false,split-2021,verified,r,kik,kik,",
			`company,oldco,"'=Old, Co",2021,,not-owned,,,,,,false,split-2021,,z,,,kik`,
			"company,x,X (Twitter),2023,,no-edition,,,,,,false,,,x,,,",
		},
		&editionsTable: {
			"2021,false,published,2021 CyberTipline Reports by ESP,https://ncmec.org/2021-reports-by-esp.pdf," + testset.Hash(1) + ",https://web.archive.org/web/2022/https://www.missingkids.org/2021.pdf,,2026-07-01T12:30:00Z,2022-03-09T08:00:00Z,123456,6,0,,26973169,,rules structure",
			"2024,true,secondary,2024 CyberTipline Reports by ESP,,,,https://example.org/transcription?years=2024&by=hand,,,,3,0,20348306,12546000,0.6165623812,",
		},
		&findingsTable: {
			"severity,code,year,document,page,row,what,mend",
			"fail,year-missing,2023,,,,No edition of 2023 was found.,give its address with --start",
			"note,source-fault,,https://www.missingkids.org/gone,,,'=1+1 is what the address answered.,",
		},
		&changesTable: {
			"year,kind,esp_name,platform_id,old_reports,new_reports,before,after",
			"2021,revised,Kik,kik,1100,1200," + testset.Hash(1) + "," + testset.Hash(2021),
			"2022,removed,Gone Corp,gone,5,,snapshot:" + testset.Hash(2) + "," + testset.Hash(2022),
		},
		&breaksTable: {"x-method-2022,x,2021,2022,method,change,X changed how it reports.,https://example.org/x-method"},
		&totalsTable: {"year,cybertipline,esp,public,source,status,source_url", "2019,16987361,,,https://example.org/totals,published,https://example.org/totals", "2020,21751085,20373298,303299,https://example.org/totals,published,https://example.org/totals"},
	} {
		lines := strings.Split(tableCSV(t, tab, ds, Options{}), "\r\n")
		for _, line := range want {
			if !slices.Contains(lines, line) {
				t.Errorf("%s: no line %s", tab.name, line)
			}
		}
	}
}

// A total given by a third party is not passed off as NCMEC's.
func TestTotalStatus(t *testing.T) {
	ds := testset.New()
	cited := ds.Edition(2024).Source
	for source, want := range map[string]struct {
		status  pipeline.Status
		address string
	}{
		"NCMEC, Appendix A: https://example.org/a.pdf": {pipeline.Published, "https://example.org/a.pdf"},
		"Somebody, data.py (secondary)":                {pipeline.SecondaryHand, ""},
		"see " + cited:                                 {pipeline.SecondaryHand, cited},
		"(https://example.org/b); and more":            {pipeline.Published, "https://example.org/b"},
		"":                                             {pipeline.Published, ""},
	} {
		if got := words.TotalStatus(ds, &pipeline.YearTotal{Source: source}); got != want.status || words.AddressIn(source) != want.address {
			t.Errorf("%q: %s, %q", source, got, words.AddressIn(source))
		}
	}
}

// A total that is missed by one must not look like a whole one.
func TestCoverageShowsOneReport(t *testing.T) {
	ds := testset.New()
	ds.Editions[2].Total.Reports = 35944826
	ds.Editions[2].Rows = []pipeline.Row{{Name: "A", Reports: 35944825}}
	if text := tableCSV(t, &editionsTable, ds, Options{}); !strings.Contains(text, ",35944826,35944825,0.9999999722,") {
		t.Error(text)
	}
}

// No field of any CSV file starts a formula, whatever the sources print.
func TestNoFormulaInAnyCSV(t *testing.T) {
	ds := testset.New()
	for i := range ds.Figures {
		ds.Figures[i].Name = "=" + ds.Figures[i].Name
		ds.Figures[i].URL = "\t" + ds.Figures[i].URL
	}
	for i := range ds.Editions {
		ds.Editions[i].Title = "+" + ds.Editions[i].Title
		ds.Editions[i].Source = " -" + ds.Editions[i].Source
		ds.Editions[i].Document.URL = "＝" + ds.Editions[i].Document.URL
	}
	for i := range ds.Breaks {
		ds.Breaks[i].Description, ds.Breaks[i].Source = "@x", "\rx"
	}
	ds.Totals[0].Source, ds.Findings[0].Mend, ds.Changes[0].Before = "=a", "-b", "+c"
	for _, tab := range tables {
		columns := tab.columns(ds)
		for _, row := range records(t, tableCSV(t, tab, ds, Options{}))[1:] {
			for i, v := range row {
				if columns[i].kind == "string" && v != "" && strings.ContainsAny(v[:1], "=+-@\t\r\n") {
					t.Errorf("%s: %s: %q", tab.name, columns[i].name, v)
				}
			}
		}
	}
}

func TestGuarded(t *testing.T) {
	ds := testset.New()
	found := Guarded(ds)
	var figures string
	for _, f := range found {
		if f.Code != pipeline.FormulaGuard || f.Severity != pipeline.Note {
			t.Errorf("%+v", f)
		}
		if f.Document == "figures.csv" && strings.Contains(f.What, "column esp_name") {
			figures = f.What
		}
	}
	if !strings.Contains(figures, "4 cells begin") || !strings.Contains(figures, `"=HYPERLINK(\"https://evil.invalid\",\"click\")"`) {
		t.Errorf("figures.csv: %q", figures)
	}
	ds.Findings = append(ds.Findings, found...)
	if diff := cmp.Diff(found, Guarded(ds)); diff != "" {
		t.Errorf("asked twice: %s", diff)
	}
	ds = testset.Big(3, 2)
	if found := Guarded(ds); found != nil {
		t.Errorf("nothing to guard: %v", found)
	}
}

// The numbers of the notes are those of the cells in the files, all files and
// columns together: an apostrophe that nobody counted is one nobody can undo.
func TestGuardedCountsCells(t *testing.T) {
	ds := testset.New()
	// A name that stands in several rows of several files, and one that only
	// begins with an apostrophe.
	ds.Figures = append(slices.Clone(ds.Figures), ds.Figures[0], ds.Figures[0], ds.Figures[0])
	for i := range 3 {
		ds.Figures[len(ds.Figures)-1-i].Name = []string{"=1+1", "=1+1", "'s Cloud"}[i]
	}
	found := Guarded(ds)
	ds.Findings = append(ds.Findings, found...)
	said := map[string]int{}
	form := regexp.MustCompile(`^In the column (\S+) of (\S+) (\d+) cells? `)
	for _, f := range found {
		m := form.FindStringSubmatch(f.What)
		if m == nil {
			t.Fatalf("%q", f.What)
		}
		n, err := strconv.Atoi(m[3])
		if err != nil {
			t.Fatal(err)
		}
		said[m[2]+" "+m[1]] = n
	}
	counted := map[string]int{}
	for _, tab := range tables {
		rows := records(t, tableCSV(t, tab, ds, Options{}))
		for _, r := range rows[1:] {
			for i, v := range r {
				if Unguard(v) != v {
					counted[tab.name+".csv "+rows[0][i]]++
				}
			}
		}
	}
	if diff := cmp.Diff(counted, said); diff != "" {
		t.Errorf("in the files, and in the notes: %s", diff)
	}
	if counted["figures.csv esp_name"] != 6 {
		t.Errorf("%v", counted)
	}
}

func TestReadFigures(t *testing.T) {
	ds := testset.New()
	for _, opt := range []Options{{}, {BOM: true}} {
		got, err := ReadFigures(strings.NewReader(figuresCSV(t, ds, opt)))
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(ds.Figures)
		for i := range want { // what the file does not hold
			want[i].Match, want[i].Alias, want[i].At.Row = "", "", 0
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A file of schema version 1.0 has no column mark; the flag c stands for it.
func TestReadFiguresOfVersion10(t *testing.T) {
	ds := testset.New()
	var old strings.Builder
	for _, line := range strings.SplitAfter(figuresCSV(t, ds, Options{}), "\r\n") {
		if i := strings.LastIndex(line, ","); i >= 0 {
			old.WriteString(line[:i] + "\r\n")
		}
	}
	got, err := ReadFigures(strings.NewReader(old.String()))
	if err != nil || len(got) != len(ds.Figures) {
		t.Fatal(len(got), err)
	}
	for i, f := range got {
		if f.Name != ds.Figures[i].Name || f.Combined != ds.Figures[i].Combined || f.SHA256 != ds.Figures[i].SHA256 {
			t.Errorf("%+v, want %+v", f, ds.Figures[i])
		}
	}
}

// A row that combines platforms without a printed star has the flag and no mark.
func TestMarkIsThePrintedStar(t *testing.T) {
	ds := testset.New()
	for i := range ds.Figures {
		if ds.Figures[i].Name == "Kik" && ds.Figures[i].Year == 2020 {
			ds.Figures[i].Flags = ds.Figures[i].Flags.With(pipeline.FlagCombined)
		}
	}
	got, err := ReadFigures(strings.NewReader(figuresCSV(t, ds, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for i, f := range got {
		if f.Combined != ds.Figures[i].Combined || f.Flags != ds.Figures[i].Flags {
			t.Errorf("%d %q: combined %t, flags %q", f.Year, f.Name, f.Combined, f.Flags)
		}
		if f.Combined != f.Flags.Has(pipeline.FlagCombined) {
			seen++
		}
	}
	if seen != 1 {
		t.Errorf("%d rows combine platforms without a star, want 1", seen)
	}
}

func TestReadFiguresIsStrict(t *testing.T) {
	good := figuresCSV(t, testset.New(), Options{})
	header, rest, _ := strings.Cut(good, "\r\n")
	row := "2020,a,A,,,platform,A,13,reports,verified,,1,https://example.org/a.pdf," + testset.Hash(1) + ","
	if f, err := ReadFigures(strings.NewReader(header + "\n" + row + "\n")); err != nil || len(f) != 1 {
		t.Fatal(f, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "empty"},
		"no header":       {rest, "line 1"},
		"other columns":   {strings.Replace(good, "reports,unit", "unit,reports", 1), `line 1: column 8 is "unit"`},
		"columns missing": {"year,reports\r\n2020,1\r\n", "line 1: 2 columns"},
		"thousands":       {header + "\n" + strings.Replace(row, ",13,", `,"1,300",`, 1), "line 2: reports"},
		"decimal":         {header + "\n" + strings.Replace(row, ",13,", ",13.0,", 1), "line 2: reports"},
		"negative":        {header + "\n" + strings.Replace(row, ",13,", ",-13,", 1), "line 2: reports"},
		"leading zero":    {header + "\n" + strings.Replace(row, ",13,", ",013,", 1), "line 2: reports"},
		"space":           {header + "\n" + strings.Replace(row, ",13,", ", 13,", 1), "line 2: reports"},
		"blank":           {header + "\n" + strings.Replace(row, ",13,", ",,", 1), "line 2: reports is blank"},
		"huge":            {header + "\n" + strings.Replace(row, ",13,", ",99999999999999999999,", 1), "line 2: reports"},
		"year":            {header + "\n" + strings.Replace(row, "2020", "20", 1), "line 2: year"},
		"status":          {header + "\n" + strings.Replace(row, "verified", "Verified", 1), `line 2: status: "Verified"`},
		"unit":            {header + "\n" + strings.Replace(row, "reports", "images", 1), "line 2: unit"},
		"flags":           {header + "\n" + strings.Replace(row, "verified,", "verified,q", 1), "line 2: flags"},
		"flags order":     {header + "\n" + strings.Replace(row, "verified,", "verified,c b", 1), "line 2: flags"},
		"page":            {header + "\n" + strings.Replace(row, ",1,https", ",0,https", 1), "line 2: page"},
		"hash":            {header + "\n" + strings.Replace(row, testset.Hash(1), "ABC", 1), "line 2: source_sha256"},
		"mark":            {header + "\n" + row + "+", "line 2: mark"},
		"later line":      {header + "\n" + row + "\n" + row + "\n2021,x\n", "line 4: 2 fields"},
		"after a break":   {header + "\n" + strings.Replace(row, ",A,,", ",\"A\nB\",,", 1) + "\n2021,x\n", "line 4: 2 fields"},
		"open quote":      {header + "\n2020,\"a", "line 2"},
		"not UTF-8":       {header + "\n" + strings.Replace(row, ",A,13", ",\xff,13", 1), "line 2: esp_name"},
	} {
		if _, err := ReadFigures(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestGuardComesOffAgain(t *testing.T) {
	for _, s := range []string{"", "'", "''", "a", "=a", "'=a", "''=a", " =a", "' =a", "'a", "=", "-1", "\t", "\r", "\n=", "＝1", "'＠x", "\u00a0=1", "É", "\xef", "=\x00"} {
		g := Guard(s)
		if Unguard(g) != s {
			t.Errorf("%q became %q and then %q", s, g, Unguard(g))
		}
		if g == s && isFormula(s) {
			t.Errorf("%q is not guarded", s)
		}
	}
}

func FuzzReadFigures(f *testing.F) {
	f.Add(figuresCSV(f, testset.New(), Options{}))
	f.Add(figuresCSV(f, smaller(), Options{BOM: true}))
	f.Add("year,\"")
	f.Fuzz(func(t *testing.T, text string) {
		figures, err := ReadFigures(strings.NewReader(text))
		if err != nil {
			return
		}
		// What was accepted can be written and is then read the same.
		again, err := ReadFigures(strings.NewReader(figuresCSV(t, &pipeline.Dataset{Figures: figures}, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		for i := range figures {
			figures[i].Name, figures[i].Platform, figures[i].URL = clean(figures[i].Name), clean(figures[i].Platform), clean(figures[i].URL)
		}
		if diff := cmp.Diff(figures, again); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzGuard(f *testing.F) {
	for _, s := range testset.Hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if g := Guard(s); Unguard(g) != s || g == s && isFormula(s) || g != s && g != "'"+s {
			t.Errorf("%q became %q", s, g)
		}
		// Guarded counts texts as they are, the files hold them cleaned.
		if isFormula(clean(s)) != isFormula(s) {
			t.Errorf("%q is a formula: %v; cleaned it is: %v", s, isFormula(s), isFormula(clean(s)))
		}
		if isPlain(s) && clean(s) != s {
			t.Errorf("%q is taken for plain and is cleaned to %q", s, clean(s))
		}
	})
}

// Every table of a selection can be written: what it leaves out is not spoken
// of by index any more.
func TestSelectionCSV(t *testing.T) {
	ds, err := legacy.Select(testset.New(), []string{"instagram", "kik", "x"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, tab := range tables {
		if records(t, tableCSV(t, tab, ds, Options{})) == nil {
			t.Errorf("%s is empty", tab.name)
		}
	}
}
