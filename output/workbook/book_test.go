package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// nasty are names that spreadsheet programs take for something else.
var nasty = []string{"#N/A", "TRUE", "=1+1", "#REF!", "2023", "a*?~b", strings.Repeat("Long name ", 30), "Facebook", "facebook "}

// testModel is of the test set, with categories and with names that have
// stopped workbooks before.
func testModel() *compare.Model {
	ds := testset.New()
	ds.Categories = []pipeline.Category{{ID: "social", Name: "Social", Definition: "Networks."}, {ID: "other", Name: "Other", Definition: "The rest."}}
	for i := range ds.Platforms {
		if ds.Platforms[i].Kind == pipeline.KindPlatform {
			ds.Platforms[i].Category = "social"
		}
	}
	ds.Counted = []pipeline.Counted{{ID: "youtube", Name: "YouTube", Platform: "facebook", From: 2020, To: 2024, Source: "https://example.org/yt"}}
	for i, name := range nasty {
		id := fmt.Sprintf("nasty-%d", i)
		ds.Platforms = append(ds.Platforms, pipeline.Platform{ID: id, Name: name, Kind: pipeline.KindOther})
		f := pipeline.Figure{Year: 2022, Name: name, Reports: pipeline.Count(500 + i), At: pipeline.Place{Page: 3, Row: 1 + i}, Platform: id, Match: pipeline.Exact, Status: pipeline.Verified, SHA256: testset.Hash(2022), URL: ds.Editions[2].Document.URL}
		ds.Figures = append(ds.Figures, f)
		ds.Editions[2].Rows = append(ds.Editions[2].Rows, pipeline.Row{Name: name, Reports: f.Reports, At: f.At})
	}
	ds.Editions[2].Total.Reports = ds.Editions[2].Sum()
	slices.SortStableFunc(ds.Figures, func(a, b pipeline.Figure) int { return a.Year - b.Year })
	return compare.New(ds)
}

// shipped is the model of the figures and the registry shipped with the program.
var shipped = sync.OnceValue(func() *compare.Model { return compare.New(testset.Shipped()) })

func write(t testing.TB, m *compare.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := New(m).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// rows are the table of a sheet, header first, without number formats.
func rows(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	all, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	table := all[HeaderRow-1:]
	for i := range table {
		for len(table[i]) < len(table[0]) {
			table[i] = append(table[i], "")
		}
	}
	return table
}

// partsOf returns the parts of a workbook by their names.
func partsOf(t testing.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		x, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(x)
	}
	return all
}

// The checklist of WORKBOOK.md, by its numbers, on made-up and on real data.
func TestChecklist(t *testing.T) {
	for name, m := range map[string]*compare.Model{"made up": testModel(), "real": shipped()} {
		t.Run(name, func(t *testing.T) {
			b := write(t, m)
			f := open(t, b)
			all := partsOf(t, b)
			book := newBook(m, nil)
			checkSheets(t, f, book)
			for i, s := range book.sheets {
				t.Run(s.name, func(t *testing.T) {
					checkSheet(t, f, s)
					checkCells(t, f, s)
					checkPart(t, all[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], s)
				})
			}
			checkNotes(t, f, book)
			checkFile(t, all, f)
		})
	}
}

func checkSheets(t *testing.T, f *excelize.File, b *Book) {
	names := f.GetSheetList() // 1: the cover first, and machinery last
	if names[0] != "Cover" {
		t.Errorf("the first sheet is %s", names[0])
	}
	data := 0
	for i, name := range names {
		if !regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,30}$`).MatchString(name) { // 2
			t.Errorf("sheet name %q", name)
		}
		if strings.HasPrefix(name, "Data_") {
			data++
		} else if data > 0 {
			t.Errorf("%s, sheet %d, comes after a sheet of data for formulas", name, i+1)
		}
		if d, err := f.GetSheetDimension(name); err != nil || !strings.HasPrefix(d, "A1:") {
			t.Errorf("%s: dimension %q: openpyxl's read-only mode would lose its columns", name, d)
		}
		if v, err := f.GetSheetVisible(name); err != nil || !v { // 17
			t.Errorf("%s is hidden", name)
		}
	}
	if n := len(names) - data; n > 16 {
		t.Errorf("%d sheets to read", n)
	}
	var listed []string // 9
	for i, row := range rows(t, f, "Cover")[1:] {
		ok, target, err := f.GetCellHyperLink("Cover", cell(3, firstRow+i))
		if leads := row[2] != ""; err != nil || ok != leads || leads && target != row[2]+"!A1" {
			t.Errorf("Cover, row %d: %q leads to %q", i+1, row[2], target)
		}
		if row[0] == "Sheet" {
			listed = append(listed, row[2])
		}
	}
	if !slices.Equal(listed, names[1:]) {
		t.Errorf("the cover lists %v of %v", listed, names)
	}
	if f.GetActiveSheetIndex() != 0 { // 29
		t.Error("the workbook does not open on the cover")
	}
	tables := map[string]bool{} // 11
	for _, s := range b.sheets {
		if tables[s.table()] {
			t.Errorf("the table name %q is not unique", s.table())
		}
		tables[s.table()] = true
	}
}

func checkSheet(t *testing.T, f *excelize.File, s *sheet) {
	head := func(row int) string {
		v, err := f.GetCellValue(s.name, cell(1, row))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if head(1) == "" || !strings.HasPrefix(head(2), "This sheet has one table: ") || !strings.Contains(head(3), "blank") || !strings.HasPrefix(head(4), "Source: ") { // 4, 5
		t.Errorf("the rows above the table are %q, %q, %q, %q", head(1), head(2), head(3), head(4))
	}
	ok, target, err := f.GetCellHyperLink(s.name, "A5")
	if err != nil || s.name != "Cover" && (head(5) != "Cover" || !ok || target != "Cover!A1") {
		t.Errorf("A5 is %q and leads to %q", head(5), target)
	}
	tables, err := f.GetTables(s.name)
	if err != nil || len(tables) != 1 { // 7, 10
		t.Fatalf("%d tables: %v", len(tables), err)
	}
	want := fmt.Sprintf("A%d:%s", HeaderRow, cell(len(s.cols), HeaderRow+len(s.rows))) // 6, 8
	if tables[0].Range != want || tables[0].Name != s.table() {
		t.Errorf("the table is %s at %s, not %s", tables[0].Name, tables[0].Range, want)
	}
	if merged, err := f.GetMergeCells(s.name); err != nil || len(merged) > 0 { // 13
		t.Errorf("%d merged cells: %v", len(merged), err)
	}
	if hf, err := f.GetHeaderFooter(s.name); err != nil || hf != nil && hf.OddHeader+hf.OddFooter != "" { // 25
		t.Error("there is page furniture")
	}
}

var errorValue = regexp.MustCompile(`^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)$`)

func checkCells(t *testing.T, f *excelize.File, s *sheet) {
	table := rows(t, f, s.name)
	seen := map[string]bool{}
	for i, name := range table[0] { // 12
		if name == "" || seen[strings.ToLower(name)] || name != s.cols[i].name {
			t.Errorf("column %d is called %q", i+1, name)
		}
		seen[strings.ToLower(name)] = true
	}
	blank := false
	for i, row := range table[1:] { // 14
		if strings.Join(row, "") == "" {
			t.Errorf("row %d is blank", firstRow+i)
		}
		for k, v := range row {
			blank = blank || v == ""
			checkCell(t, f, s, k, firstRow+i, v)
		}
	}
	if above, _ := f.GetCellValue(s.name, "A3"); blank && !strings.HasPrefix(above, "A blank means: ") { // 15
		t.Error("the table has blanks, and A3 does not say what they mean")
	}
	checkFonts(t, f, s)
}

func checkCell(t *testing.T, f *excelize.File, s *sheet, k, row int, v string) {
	switch s.cols[k].kind { // 19, 21
	case whole, grey, plain, share, fine:
		if _, err := strconv.ParseFloat(v, 64); v != "" && err != nil {
			t.Errorf("%s holds %q", cell(k+1, row), v)
		}
	}
	if s.cols[k].name == "marks" { // 16
		checkMarks(t, v)
	}
	if errorValue.MatchString(v) { // 30: a name may look like an error, but is a text
		if kind, err := f.GetCellType(s.name, cell(k+1, row)); err != nil || kind == excelize.CellTypeError {
			t.Errorf("%s is an error value", cell(k+1, row))
		}
	}
}

func checkFonts(t *testing.T, f *excelize.File, s *sheet) { // 22
	for _, ref := range []string{"A1", "A2", cell(1, HeaderRow), cell(1, firstRow)} {
		id, err := f.GetCellStyle(s.name, ref)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || style.Font == nil || style.Font.Family != "Arial" || style.Font.Size != map[bool]float64{true: 16, false: 12}[ref == "A1"] {
			t.Errorf("%s is not in Arial 12, the title in 16", ref)
		}
	}
}

func checkMarks(t *testing.T, v string) {
	letters := ""
	for _, m := range pipeline.FlagMeanings {
		letters += string(m.Flag)
	}
	one := `(\[[` + letters + `]\])( \[[` + letters + `]\])*`
	if !regexp.MustCompile(`^(` + one + `|\d{4}: ` + one + `(; \d{4}: ` + one + `)*)?$`).MatchString(v) {
		t.Errorf("marks %q", v)
	}
}

var formulaCell = regexp.MustCompile(`<c [^>]*><f>[^<]*</f>(<v>)?`)

func checkPart(t *testing.T, x string, s *sheet) {
	for _, m := range formulaCell.FindAllStringSubmatch(x, -1) { // 30
		if m[1] == "" {
			t.Errorf("a formula without a value: %.200s", m[0])
		}
	}
	if strings.Contains(x, ` t="e"`) {
		t.Error("a cell is an error")
	}
	if strings.Contains(x, "hidden=") { // 17
		t.Error("something is hidden")
	}
	if frozen := strings.Contains(x, `state="frozen"`); frozen != (len(s.rows) > filterOver) {
		t.Errorf("%d rows; frozen header: %v", len(s.rows), frozen)
	}
	if n := strings.Count(x, "<hyperlink "); n != strings.Count(x, "tooltip=") { // 27
		t.Error("a link does not say where it leads")
	}
}

func checkNotes(t *testing.T, f *excelize.File, b *Book) { // 20
	cited := map[string][]string{}
	marker := regexp.MustCompile(`\[note \d+\]`)
	for _, s := range b.sheets {
		above, err := f.GetCellValue(s.name, "A3")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range marker.FindAllString(above, -1) {
			cited[m] = append(cited[m], s.name)
		}
	}
	table := rows(t, f, "Notes_and_findings")
	on := slices.Index(table[0], "cited_on")
	for _, row := range table[1:] {
		if row[1] != "note" {
			continue
		}
		if want := strings.Join(cited[row[0]], ", "); row[on] != want || want == "" {
			t.Errorf("%s says it is cited on %q, and is cited on %q", row[0], row[on], want)
		}
		delete(cited, row[0])
	}
	if len(cited) > 0 {
		t.Errorf("notes that are not there: %v", cited)
	}
}

func checkFile(t *testing.T, all map[string]string, f *excelize.File) {
	props, err := f.GetDocProps() // 28
	if err != nil || props.Title == "" || props.Language == "" || props.Subject == "" {
		t.Errorf("properties %+v, %v", props, err)
	}
	charts := 0
	for name, x := range all {
		if strings.Contains(strings.ToLower(name), "vba") { // 26
			t.Errorf("%s holds macros", name)
		}
		switch {
		case strings.HasPrefix(name, "xl/drawings/drawing"): // 24
			if strings.Count(x, "<xdr:graphicFrame") != strings.Count(x, ` descr="`) {
				t.Errorf("%s: a chart without alternative text", name)
			}
		case strings.HasPrefix(name, "xl/charts/chart"):
			charts++
			if !strings.Contains(x, "Source: NCMEC") || !strings.Contains(x, "documents as of") {
				t.Errorf("%s has no source and date", name)
			}
			if !strings.Contains(x, "<chart><title>") {
				t.Errorf("%s has no title", name)
			}
		case strings.HasPrefix(name, "xl/tables/table"):
			size := regexp.MustCompile(` ref="A\d+:[A-Z]+(\d+)"`).FindStringSubmatch(x)
			last, _ := strconv.Atoi(size[1])
			if filter := strings.Contains(x, "<autoFilter"); filter != (last-HeaderRow > filterOver) {
				t.Errorf("%s: %d rows; filter: %v", name, last-HeaderRow, filter)
			}
		}
	}
	if charts < 8 {
		t.Errorf("only %d charts", charts)
	}
}

func TestSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, testModel()), write(t, testModel())) {
		t.Error("two workbooks of the same model differ")
	}
}

// Each printed row is on All_rows, in its order. That the other sheets say what
// the model says is proven with all other outputs, in cmd/espfigures.
func TestAllRows(t *testing.T) {
	m := shipped()
	all := rows(t, open(t, write(t, m)), "All_rows")
	if len(all)-1 != len(m.Data.Figures) {
		t.Fatalf("All_rows has %d rows of %d", len(all)-1, len(m.Data.Figures))
	}
	for i, fig := range m.Data.Figures {
		if row := all[1+i]; row[0] != strconv.Itoa(fig.Year) || row[1] != fig.Name || row[2] != strconv.FormatInt(int64(fig.Reports), 10) {
			t.Errorf("All_rows, row %d: %v", i+1, row)
		}
	}
}

// The list to choose from is largest first, then by name, and each entry finds
// its own series again.
func TestOffers(t *testing.T) {
	m := testModel()
	o := New(m)
	seen := map[string]bool{}
	complete := m.Complete()
	last := pipeline.Count(math.MaxInt64)
	for i, x := range o.offers {
		if k := strings.ToLower(x.label); seen[k] || strings.ContainsAny(x.label, "*?~\"\n") || len([]rune(x.label)) > maxLabel+40 {
			t.Errorf("label %q", x.label)
		} else {
			seen[k] = true
		}
		if o.find(x.Series) != i+1 {
			t.Errorf("%q is not found again", x.label)
		}
		size := pipeline.Count(-1)
		if p := x.At(complete); p.Reports != nil {
			size = *p.Reports
		}
		if size > last {
			t.Errorf("%q comes after a smaller one", x.label)
		}
		last = size
	}
	for _, name := range []string{"=1+1", "#N/A", "TRUE", "2023", "", "-2", "a\u202eb"} {
		if l := label(name); strings.ContainsAny(l[:1], "=#-0123456789T") || strings.Contains(l, "\u202e") {
			t.Errorf("label(%q) is %q", name, l)
		}
	}
}

// Hotlines and NCMEC's own services are in no list of the largest, and the
// sheets say so.
func TestLargestLeavesOutHotlines(t *testing.T) {
	m := shipped()
	f := open(t, write(t, m))
	for sheet, id := range map[string]int{"Largest": 0, "Movers": 2} {
		said, _ := f.GetCellValue(sheet, "A2")
		if !strings.Contains(said, "left out") {
			t.Errorf("%s does not say who is left out: %q", sheet, said)
		}
		for _, row := range rows(t, f, sheet)[1:] {
			if s := m.Platform(row[id]); s != nil && s.Kind == pipeline.KindHotline {
				t.Errorf("%s lists %s", sheet, s.Name)
			}
		}
	}
}

// A dataset may have no years, one year, or no value that compares.
func TestLittleData(t *testing.T) {
	one := testset.New()
	one.Editions, one.Figures = one.Editions[:1], one.Figures[:5]
	for name, ds := range map[string]*pipeline.Dataset{"nothing": {}, "one year": one} {
		t.Run(name, func(t *testing.T) {
			f := open(t, write(t, compare.New(ds)))
			if f.GetSheetList()[0] != "Cover" {
				t.Error("there is no cover")
			}
		})
	}
}

// Data that Excel cannot hold are refused before anything is written.
func TestTooMuch(t *testing.T) {
	b := newBook(compare.New(testset.New()), nil)
	b.sheets[2].rows = make([][]any, excelize.TotalRows)
	var out bytes.Buffer
	if err := b.Write(&out); err == nil || !strings.Contains(err.Error(), b.sheets[2].name+" would have 1,048,584 rows") || out.Len() > 0 {
		t.Errorf("error %v, %d bytes", err, out.Len())
	}
}

// The names of columns do not depend on the data, but for the years in them.
func TestColumnsStayTheSame(t *testing.T) {
	names := func(m *compare.Model) map[string]string {
		all := map[string]string{}
		for _, s := range newBook(m, nil).sheets {
			var list []string
			for _, c := range s.cols {
				if name := regexp.MustCompile(`_\d{4}$`).ReplaceAllString(c.name, ""); !slices.Contains(list, name) {
					list = append(list, name)
				}
			}
			all[s.name] = strings.Join(list, " ")
		}
		return all
	}
	small, large := testset.New(), testset.Big(30, 9)
	a, b := names(compare.New(small)), names(compare.New(large))
	for sheet, cols := range b {
		if a[sheet] != cols && a[sheet] != "" {
			t.Errorf("%s: %s\nand: %s", sheet, a[sheet], cols)
		}
	}
}
