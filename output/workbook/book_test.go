package workbook

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"espfigures/output/testset"
	"espfigures/output/words"
	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
)

// workbook writes the Dataset's workbook, and fails the test where the
// program's own check finds a fault.
func workbook(t testing.TB, ds *pipeline.Dataset) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, ds); err != nil {
		t.Fatal(err)
	}
	if err := checkBytes(buf.Bytes()); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func checkBytes(b []byte) error { return Check(bytes.NewReader(b), int64(len(b)), nil) }

func reopen(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// tableOf returns a sheet's table as rows of raw texts, header first, and the
// row the header stands in.
func tableOf(t testing.TB, f *excelize.File, sheet string) ([][]string, int) {
	t.Helper()
	tables, err := f.GetTables(sheet)
	if err != nil || len(tables) != 1 {
		t.Fatalf("%s: %d tables, %v", sheet, len(tables), err)
	}
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	from, to, _ := strings.Cut(tables[0].Range, ":")
	_, first := splitRef([]byte(from))
	width, last := splitRef([]byte(to))
	out := make([][]string, 0, last-first+1)
	for r := first; r <= last; r++ {
		row := make([]string, width)
		if r <= len(rows) {
			copy(row, rows[r-1])
		}
		out = append(out, row)
	}
	return out, first
}

// sameNumber compares two cells; excelize reads back fifteen digits of a
// number, one less than a float64 may need.
func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return a == b || errX == nil && errY == nil && math.Abs(x-y) <= 1e-13*math.Abs(y)
}

// columnOf returns the index of the header that begins with the text.
func columnOf(t testing.TB, table [][]string, head string) int {
	t.Helper()
	i := slices.IndexFunc(table[0], func(h string) bool { return strings.HasPrefix(h, head) })
	if i < 0 {
		t.Fatalf("no column %q in %q", head, table[0])
	}
	return i
}

func TestWorkbookOfAnyDataset(t *testing.T) {
	one := testset.New()
	one.Editions, one.Figures = one.Editions[:1], one.Figures[:5]
	testset.Fill(one)
	bare := testset.New()
	bare.Breaks, bare.Combined, bare.Totals, bare.Findings, bare.Changes, bare.Owners, bare.Companies = nil, nil, nil, nil, nil, nil, nil
	for i := range bare.Editions {
		bare.Editions[i].Total = nil
	}
	testset.Fill(bare)
	long := testset.New()
	long.Figures[0].Name = strings.Repeat("long name ", 4000)
	long.Platforms[0].Name = strings.Repeat("W", 300)
	long.Platforms[1].Name = strings.TrimSpace(strings.Repeat("Some Very Long Provider Name of Things ", 3))
	long.Platforms[2].Name = "_x0041_ Inc"
	long.Platforms[3].Name = strings.Repeat("_x0041_", 10)
	long.Figures[1].Name, long.Figures[2].Name, long.Figures[3].Name = long.Platforms[1].Name, long.Platforms[2].Name, long.Platforms[3].Name
	testset.Fill(long)
	for name, ds := range map[string]*pipeline.Dataset{"test set": testset.New(), "nothing": {}, "one year": one, "no registry": bare, "long names": long} {
		t.Run(name, func(t *testing.T) { workbook(t, ds) })
	}
}

// Every figure of the Dataset stands on its sheets, and nothing else does.
func TestWorkbookNumbers(t *testing.T) {
	ds := testset.New()
	f := reopen(t, workbook(t, ds))

	rows, _ := tableOf(t, f, "All_rows")
	if len(rows)-1 != len(ds.Figures) {
		t.Fatalf("All_rows has %d rows, the Dataset %d figures", len(rows)-1, len(ds.Figures))
	}
	year, name, reports, id, status := columnOf(t, rows, "Year"), columnOf(t, rows, "Name as printed or transcribed"), columnOf(t, rows, "Reports"), columnOf(t, rows, "Platform id"), columnOf(t, rows, "Status")
	for i, fig := range ds.Figures {
		got := rows[i+1]
		want := []string{fmt.Sprint(fig.Year), fig.Name, fmt.Sprint(int64(fig.Reports)), fig.Platform, string(fig.Status)}
		if have := []string{got[year], got[name], got[reports], got[id], got[status]}; !slices.Equal(have, want) {
			t.Errorf("All_rows, figure %d: %q, want %q", i, have, want)
		}
	}

	wide := func(sheet string, c pipeline.Comparison, value func(p pipeline.Point) []string, head func(y int) []string) {
		t.Helper()
		rows, _ := tableOf(t, f, sheet)
		key := 0
		byKey := map[string][]string{}
		for _, r := range rows[1:] {
			byKey[r[key]] = r
		}
		for _, s := range c.Series {
			r := byKey[inLine(s.Name)]
			if r == nil {
				if strings.HasPrefix(sheet, "Change") {
					for _, p := range s.Points {
						if p.Change != nil {
							t.Errorf("%s: %s is missing", sheet, s.ID)
						}
					}
					continue
				}
				t.Errorf("%s: %s is missing", sheet, s.ID)
				continue
			}
			for _, p := range s.Points {
				want := value(p)
				for k, h := range head(p.Year) {
					i := slices.IndexFunc(rows[0], func(x string) bool { return regexp.MustCompile("^" + h + "$").MatchString(x) })
					if i < 0 {
						if want[k] != "" {
							t.Errorf("%s: no column %s", sheet, h)
						}
						continue
					}
					if !sameNumber(r[i], want[k]) {
						t.Errorf("%s, %s, %s: %q, want %q", sheet, s.ID, h, r[i], want[k])
					}
				}
			}
		}
	}
	count := func(c *pipeline.Count) string {
		if c == nil {
			return ""
		}
		return fmt.Sprint(int64(*c))
	}
	float := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	one := func(p pipeline.Point) []string { return []string{count(p.Reports)} }
	oneHead := func(y int) []string { return []string{fmt.Sprintf("%d( no edition| partial [0-9.]+%%)?", y)} }
	wide("Platforms_by_year", ds.ByPlatform, one, oneHead)
	wide("Companies_by_year", ds.ByCompany, one, oneHead)
	wide("Platforms_explore", ds.ByPlatform, one, oneHead)
	change := func(p pipeline.Point) []string { return []string{count(p.Change), float(p.Percent)} }
	changeHead := func(y int) []string {
		return []string{fmt.Sprintf("%d( partial)? change", y), fmt.Sprintf("%d( partial)? change, %%", y)}
	}
	wide("Change_platforms", ds.ByPlatform, change, changeHead)
	wide("Change_companies", ds.ByCompany, change, changeHead)
	share := func(p pipeline.Point) []string {
		rank := ""
		if p.Rank > 0 {
			rank = fmt.Sprint(p.Rank)
		}
		return []string{float(p.Share), rank}
	}
	shareHead := func(y int) []string {
		return []string{fmt.Sprintf("%d( partial)? share", y), fmt.Sprintf("%d( partial)? rank", y)}
	}
	wide("Share_platforms", ds.ByPlatform, share, shareHead)
	wide("Share_companies", ds.ByCompany, share, shareHead)
}

// A selection keeps every number what it is in full: what is left out of a
// company goes to its other services, never to others, and nobody is called
// the largest who is not.
func TestWorkbookOfASelection(t *testing.T) {
	full := testset.New()
	ds, err := legacy.Select(full, []string{"instagram", "kik"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	f := reopen(t, workbook(t, ds))
	rows, _ := tableOf(t, f, "Meta_and_others")
	others, own := columnOf(t, rows, "All other ESPs"), columnOf(t, rows, "Other services of Meta")
	for _, r := range rows[1:] {
		year, err := strconv.Atoi(r[0][:min(4, len(r[0]))])
		if err != nil {
			continue
		}
		e := full.Edition(year)
		if e == nil {
			continue
		}
		meta := *pointOf(full.ByCompany.Find("meta"), year).Reports
		if r[others] != fmt.Sprint(int64(e.Sum()-meta)) {
			t.Errorf("%d: all other ESPs %s, want %d", year, r[others], e.Sum()-meta)
		}
		if year == 2022 && r[own] != fmt.Sprint(int64(meta-5007902)) {
			t.Errorf("%d: other services of Meta %s", year, r[own])
		}
	}
	cover, head := tableOf(t, f, "Cover")
	for _, r := range cover[1:] {
		if got := r[columnOf(t, cover, "Largest platform")]; got != "" {
			t.Errorf("%s: the largest platform is %q, which is only the largest of the selection", r[0], got)
		}
	}
	said := false
	for r := 2; r < head; r++ {
		text, _ := f.GetCellValue("Cover", cell(1, r))
		said = said || strings.HasPrefix(text, fmt.Sprintf("This workbook is a selection: %d of 32 rows.", len(ds.Figures)))
	}
	if !said {
		t.Error("the cover does not say that this is a selection")
	}
}

// Other people's names do no harm and lose nothing.
func TestWorkbookHostileNames(t *testing.T) {
	ds := testset.New()
	control := "bell\x07 null\x00 vertical\x0b end"
	ds.Figures[0].Name = control
	b := workbook(t, ds)
	f := reopen(t, b)
	rows, head := tableOf(t, f, "All_rows")
	name := columnOf(t, rows, "Name as printed or transcribed")
	seen := map[string]bool{}
	for i, r := range rows[1:] {
		seen[r[name]] = true
		ref := cell(name+1, head+1+i)
		if formula, _ := f.GetCellFormula("All_rows", ref); formula != "" {
			t.Errorf("%s is a formula: %s", ref, formula)
		}
		if typ, _ := f.GetCellType("All_rows", ref); typ != excelize.CellTypeInlineString && typ != excelize.CellTypeSharedString {
			t.Errorf("%s is of type %v", ref, typ)
		}
	}
	for _, h := range testset.Hostile {
		if !seen[h] {
			t.Errorf("%q is not there as printed", h)
		}
	}
	if seen[control] || !seen["bell\ufffd null\ufffd vertical\ufffd end"] {
		t.Errorf("control characters: %q", rows[1][name])
	}
	list, _ := tableOf(t, f, "Series")
	labels := map[string]bool{}
	for _, r := range list[1:] {
		l := r[1]
		if labels[strings.ToLower(l)] {
			t.Errorf("two series are labelled %q", l)
		}
		labels[strings.ToLower(l)] = true
		if strings.ContainsAny(l, "*?~\"\u202e") || strings.ContainsAny(l[:1], "=+-@") || plainNumber.MatchString(l) {
			t.Errorf("the label %q is not safe to choose", l)
		}
	}
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range r.File {
		rc, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("<img")) || bytes.Contains(text, []byte("</script>")) || bytes.ContainsAny(text, "\x00\x07\x0b") {
			t.Errorf("%s holds a testset.Hostile name unescaped", part.Name)
		}
	}
}

func TestWorkbookSameBytes(t *testing.T) {
	hashes := map[[32]byte]int{}
	for range 20 {
		h := sha256.New()
		if err := Write(h, testset.New()); err != nil {
			t.Fatal(err)
		}
		hashes[[32]byte(h.Sum(nil))]++
	}
	if len(hashes) != 1 {
		t.Errorf("20 runs gave %d different workbooks", len(hashes))
	}
}

// The figure of the wide table leads to its printed row, and that to the document.
func TestWorkbookLinks(t *testing.T) {
	ds := testset.New()
	f := reopen(t, workbook(t, ds))
	wide, head := tableOf(t, f, "Platforms_explore")
	rows, rowsHead := tableOf(t, f, "All_rows")
	links := 0
	for r := range ds.ByPlatform.Series {
		s := &ds.ByPlatform.Series[r]
		for i, p := range s.Points {
			ok, target, err := f.GetCellHyperLink("Platforms_explore", cell(3+i, head+1+r))
			if err != nil {
				t.Fatal(err)
			}
			if ok != (p.Reports != nil) {
				t.Errorf("%s %d: link %v", wide[r+1][0], p.Year, ok)
			}
			if !ok {
				continue
			}
			links++
			fig := ds.Figures[p.Figures[0]]
			row, _ := strconv.Atoi(strings.TrimPrefix(target, "All_rows!A"))
			if got := rows[row-rowsHead]; got[1] != fig.Name || got[0] != fmt.Sprint(fig.Year) {
				t.Errorf("%s %d leads to %q", s.ID, p.Year, got[:2])
			}
			_, address, err := f.GetCellHyperLink("All_rows", fmt.Sprint("N", row))
			if err != nil || address != figureLink(&fig) || address == "" {
				t.Errorf("All_rows row %d leads to %q, want %q (%v)", row, address, figureLink(&fig), err)
			}
		}
	}
	if links == 0 {
		t.Error("no figure is linked")
	}
}

// Partial years are named and look different, and no blank is a zero.
func TestWorkbookPartialYears(t *testing.T) {
	f := reopen(t, workbook(t, testset.New()))
	rows, head := tableOf(t, f, "Platforms_by_year")
	col := columnOf(t, rows, "2024")
	if !strings.Contains(rows[0][col], "partial 61.7%") {
		t.Errorf("header of 2024: %q", rows[0][col])
	}
	style := func(col int) *excelize.Style {
		for r := 1; r < len(rows); r++ {
			if rows[r][col] != "" {
				id, err := f.GetCellStyle("Platforms_by_year", cell(col+1, head+r))
				if err != nil {
					t.Fatal(err)
				}
				s, err := f.GetStyle(id)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
		}
		t.Fatal("a year without a figure")
		return nil
	}
	if !style(col).Font.Italic || style(columnOf(t, rows, "2022")).Font.Italic {
		t.Error("a partial year does not look different")
	}
	for _, r := range rows[1:] {
		for i, h := range rows[0] {
			if strings.HasPrefix(h, "20") && r[i] == "0" {
				t.Errorf("%s has 0 in %s", r[0], h)
			}
		}
	}
	why := columnOf(t, rows, "Why blank")
	for _, r := range rows[1:] {
		if r[0] == "Instagram" && !strings.Contains(r[why], "2020: likely inside the row of Facebook") {
			t.Errorf("Instagram: %q", r[why])
		}
	}
}

// Nobody takes an edition that failed a check for a verified one.
func TestWorkbookUnverifiedYear(t *testing.T) {
	ds := testset.New()
	ds.Editions[1].Status = pipeline.Published
	ds.Editions[1].Total.Reports += 5
	for i := range ds.Figures {
		if ds.Figures[i].Year == 2021 {
			ds.Figures[i].Status = pipeline.Published
		}
	}
	f := reopen(t, workbook(t, ds))
	rows, _ := tableOf(t, f, "Platforms_by_year")
	columnOf(t, rows, "2021 not verified")
	rows, _ = tableOf(t, f, "Editions")
	for _, r := range rows[1:] {
		verdict := r[columnOf(t, rows, "Verdict")]
		if wrong := strings.HasPrefix(verdict, "not verified: the rows sum to 5 less"); r[0] == "2021" && r[1] == "used" && !wrong {
			t.Errorf("2021: %q", verdict)
		}
	}
	rows, _ = tableOf(t, f, "Cover")
	if got := rows[2][columnOf(t, rows, "Edition")]; got != "published, not verified" {
		t.Errorf("the cover says of 2021: %q", got)
	}
}

// The formulas give the values they are written with, by excelize's own
// calculation. It reads no maximum over cells with formulas, which
// Compare_lines needs; the test with LibreOffice recalculates all sheets.
func TestWorkbookFormulas(t *testing.T) {
	f := reopen(t, workbook(t, testset.New()))
	n := 0
	for _, sheet := range []string{"Compare", "Top", "Profile"} {
		rows, head := tableOf(t, f, sheet)
		for r := range rows[1:] {
			if r > 5 {
				break
			}
			for c := range rows[0] {
				ref := cell(c+1, head+1+r)
				formula, err := f.GetCellFormula(sheet, ref)
				if err != nil {
					t.Fatal(err)
				}
				if formula == "" || strings.Contains(formula, "HYPERLINK") {
					continue
				}
				n++
				got, err := f.CalcCellValue(sheet, ref, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Errorf("%s!%s: %v: %.120s", sheet, ref, err, formula)
					continue
				}
				want := rows[r+1][c]
				if !sameNumber(got, want) {
					t.Errorf("%s!%s: computed %q, written %q: %.200s", sheet, ref, got, want, formula)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d formulas", n)
	}
}

// A break or a year without a value cuts a line in two: no pair of points
// that the chart joins lies across one.
func TestCompareLinesStopAtBreaks(t *testing.T) {
	ds := testset.New()
	f := reopen(t, workbook(t, ds))
	rows, _ := tableOf(t, f, "Compare_lines")
	name, x := columnOf(t, rows, "Platform or company"), columnOf(t, rows, "X ")
	years := ds.ByPlatform.Years
	joined := 0
	for _, r := range rows[1 : len(rows)-1] {
		var s *pipeline.Series
		for i := range ds.ByPlatform.Series {
			if label(ds.ByPlatform.Series[i].Name) == r[name] {
				s = &ds.ByPlatform.Series[i]
			}
		}
		if s == nil {
			t.Fatalf("no series %q", r[name])
		}
		for i := range years[1:] {
			a, _ := strconv.Atoi(r[x+i])
			b, _ := strconv.Atoi(r[x+i+1])
			if a == b {
				continue
			}
			joined++
			p, q := pointOf(s, a), pointOf(s, b)
			if b != a+1 || p == nil || q == nil || p.Reports == nil || q.Reports == nil || q.Broken {
				t.Errorf("%s: the line joins %d and %d", r[name], a, b)
			}
			y := columnOf(t, rows, "Y ")
			if r[y+i] != fmt.Sprint(int64(*p.Reports)) || r[y+i+1] != fmt.Sprint(int64(*q.Reports)) {
				t.Errorf("%s %d, %d: drawn at %s and %s", r[name], a, b, r[y+i], r[y+i+1])
			}
		}
	}
	if joined == 0 {
		t.Error("no two points are joined")
	}
}

// Reports that remain never look gone, and a change never looks like none.
func TestChangeDecimals(t *testing.T) {
	for percent, want := range map[float64]string{
		-100: "-100.0", -99.94: "-99.9", -99.99362: "-99.99", -99.9999: "-99.9999", -99.96: "-99.96", 0: "0.0", 0.04: "0.04", -0.0004: "-0.0004", 32.39: "32.4", 100.04: "100.0",
	} {
		if got := strconv.FormatFloat(percent, 'f', words.ChangeDecimals(percent), 64); got != want {
			t.Errorf("%v is written %s, want %s", percent, got, want)
		}
	}
	for part, want := range map[float64]string{1: "100.0%", 0.99999: "99.999%", 0.9994: "99.9%", 0.0004: "0.04%", 0: "0.0%", 0.519: "51.9%"} {
		if got := words.PercentText(part); got != want {
			t.Errorf("%v is written %s, want %s", part, got, want)
		}
	}
	ds := testset.New()
	for i := range ds.ByPlatform.Series {
		if p := &ds.ByPlatform.Series[i].Points[2]; p.Percent != nil && ds.ByPlatform.Series[i].ID == "kik" {
			*p.Percent, *p.Change = -99.99362, -18809000
		}
	}
	f := reopen(t, workbook(t, ds))
	rows, head := tableOf(t, f, "Change_platforms")
	col := columnOf(t, rows, "2022 change, %")
	for i, r := range rows[1:] {
		if r[0] != "Kik" {
			continue
		}
		got, err := f.GetCellValue("Change_platforms", cell(col+1, head+1+i))
		if err != nil || got != "-99.99" {
			t.Errorf("Kik's change is shown as %q, %v", got, err)
		}
		return
	}
	t.Error("no row of Kik")
}

// Who was bought and who was sold stands beside the company's sums and changes.
func TestWorkbookMembersJoinedOrLeft(t *testing.T) {
	f := reopen(t, workbook(t, testset.New()))
	for sheet, want := range map[string]map[string]string{
		"Companies_by_year": {"MediaLab AI": "2021: Kik joined", "=Old, Co": "2021: Kik left", "Meta": ""},
		"Change_companies":  {"MediaLab AI": "2021: Kik joined", "Meta": ""},
	} {
		rows, _ := tableOf(t, f, sheet)
		col, seen := columnOf(t, rows, membersHead), 0
		for _, r := range rows[1:] {
			if text, ok := want[r[0]]; ok {
				if seen++; r[col] != text {
					t.Errorf("%s, %s: %q, want %q", sheet, r[0], r[col], text)
				}
			}
		}
		if seen != len(want) {
			t.Errorf("%s: %d of %d companies", sheet, seen, len(want))
		}
	}
}

// Totals say who gives them, and an address in their source can be followed.
func TestWorkbookTotals(t *testing.T) {
	ds := testset.New()
	ds.Totals[4].Source = "Somebody's transcription (secondary): https://example.org/by-hand"
	f := reopen(t, workbook(t, ds))
	rows, head := tableOf(t, f, "Totals")
	status := columnOf(t, rows, "Status")
	if rows[1][status] != "published" || rows[5][status] != "secondary" {
		t.Errorf("status %q and %q", rows[1][status], rows[5][status])
	}
	if got := rows[5][columnOf(t, rows, "Source")]; got != "Somebody's transcription (secondary)" {
		t.Errorf("the source is %q", got)
	}
	ok, target, err := f.GetCellHyperLink("Totals", cell(columnOf(t, rows, "Address")+1, head+5))
	if !ok || target != "https://example.org/by-hand" || err != nil {
		t.Errorf("the source leads to %q, %v", target, err)
	}
}

// A share of a partial year is a lower bound, and a company's is by ownership.
func TestCoverSaysAtLeast(t *testing.T) {
	ds := testset.New()
	var text strings.Builder
	rows, err := reopen(t, workbook(t, ds)).GetRows("Cover")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		text.WriteString(strings.Join(row, " ") + " ")
	}
	for _, want := range []string{"% of them came from Meta (what it owned on 31 December 2022).", "At least 58.3% of them (partial source) came from Meta (what it owned on 31 December 2024)."} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the cover does not say %q: %s", want, text.String())
		}
	}
}

// BenchmarkWrite writes a workbook of the real size, and reads it back as the
// program does before it replaces the previous one.
func BenchmarkWrite(b *testing.B) {
	ds := testset.Big(157, 7)
	for b.Loop() {
		var out bytes.Buffer
		if err := Write(&out, ds); err != nil {
			b.Fatal(err)
		}
		if err := checkBytes(out.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

// A workbook beyond the size that can be browsed has no sheets to browse in,
// and says so.
func TestWorkbookWithoutExploreSheets(t *testing.T) {
	defer func(n int) { maxExploreRows = n }(maxExploreRows)
	maxExploreRows = 1000
	f := reopen(t, workbook(t, testset.Big(101, 10)))
	names := f.GetSheetList()
	for _, want := range []string{"Compare", "Series_by_year", "Platforms_explore"} {
		if slices.Contains(names, want) {
			t.Errorf("the sheet %s is there", want)
		}
	}
	if !slices.Contains(names, "All_rows") || !slices.Contains(names, "Largest_over_time") {
		t.Errorf("sheets: %v", names)
	}
	rows, err := f.GetRows("Cover")
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(rows); !strings.Contains(text, "left out of a workbook of more than 1,000 rows") {
		t.Errorf("the cover does not say that sheets are left out: %s", text)
	}
}

// A spool gives back what was written to it, from memory and from a file, and
// leaves no file behind.
func TestSpool(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, size := range []int{0, 1000, maxSpool + 12345} {
		var s spool
		want := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		for part := range slices.Chunk(want, 100000) {
			if n, err := s.Write(part); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		got, err := io.ReadAll(io.NewSectionReader(&s, 0, s.size))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d were read back, %v", size, len(got), err)
		}
		s.drop()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	t.Setenv("TMPDIR", dir+"/gone") // no file can be made
	var s spool
	for range 2 {
		if _, err := s.Write(make([]byte, maxSpool)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := io.ReadAll(io.NewSectionReader(&s, 0, s.size)); err != nil || len(got) != 2*maxSpool {
		t.Errorf("%d bytes from memory, %v", len(got), err)
	}
}

// BenchmarkLarge writes 10,000 platforms over 50 years.
func BenchmarkLarge(b *testing.B) {
	ds := testset.Big(10000, 50)
	for b.Loop() {
		if err := Write(io.Discard, ds); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckLarge reads that workbook back.
func BenchmarkCheckLarge(b *testing.B) {
	var out bytes.Buffer
	if err := Write(&out, testset.Big(10000, 50)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := checkBytes(out.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
