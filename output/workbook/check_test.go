package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"espfigures/output/testset"
)

// change returns the workbook with one part changed; a change that changes
// nothing fails the test, so that no case passes for nothing. A part that is
// not there is added.
func change(t *testing.T, b []byte, part string, edit func(string) string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	changed := false
	write := func(name, text string) {
		p, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			after := edit(string(text))
			changed = after != string(text)
			text = []byte(after)
		}
		write(f.Name, string(text))
	}
	if !changed {
		if after := edit(""); after != "" {
			write(part, after)
		} else {
			t.Fatalf("%s: the change changes nothing", part)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Each of the thirty items is a rule that a workbook can break: broken on
// purpose, the check names the item.
func TestCheckNamesEachItem(t *testing.T) {
	ds := testset.New()
	good := workbook(t, ds)
	book := newBook(ds)
	defer book.f.Close()
	sheetPart := func(name string) string { return book.part(book.sheetNamed(name)) }
	swap := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	sub := func(re, new string) func(string) string {
		first := regexp.MustCompile(re)
		return func(s string) string {
			at := first.FindStringIndex(s)
			if at == nil {
				return s
			}
			return s[:at[0]] + first.ReplaceAllString(s[at[0]:at[1]], new) + s[at[1]:]
		}
	}
	const wb = "xl/workbook.xml"
	cover, contents, notes, all, wide := sheetPart("Cover"), sheetPart("Contents"), sheetPart("Notes"), sheetPart("All_rows"), sheetPart("Platforms_by_year")
	compare, explore := sheetPart("Compare"), sheetPart("Platforms_explore")
	for _, c := range []struct {
		item int
		what string
		part string
		edit func(string) string
	}{
		{1, "no cover first", wb, swap(`name="Cover"`, `name="Start"`)},
		{1, "a filter on a publication table", "xl/tables/table1.xml", swap(`<tableColumns`, `<autoFilter ref="A1:B2"></autoFilter><tableColumns`)},
		{1, "frozen panes on a publication table", wide, swap(`<sheetView `, `<sheetView x="1"><pane ySplit="3"/></sheetView><sheetView `)},
		{2, "a blank in a sheet's name", wb, swap(`name="All_rows"`, `name="All rows"`)},
		{2, "a name too long", wb, swap(`name="All_rows"`, `name="`+strings.Repeat("A", 32)+`"`)},
		{3, "a blank sheet", notes, sub(`(?s)<sheetData>.*</sheetData>`, `<sheetData></sheetData>`)},
		{4, "no title", cover, sub(`<c r="A1".*?</c>`, ``)},
		{5, "no source above the table", wide, swap(`<t>Source: `, `<t>Taken from `)},
		{5, "nothing on the number of tables", wide, swap(`This sheet holds one table.`, `A table.`)},
		{6, "a table that starts in column B", "xl/tables/table1.xml", swap(`ref="A`, `ref="B`)},
		{7, "a second table", all, swap(`</tablePart>`, `</tablePart><tablePart r:id="rId2"></tablePart>`)},
		{7, "a cell beside the table", notes, swap(`</sheetData>`, `</sheetData><sheetData><row r="8"><c r="Z8" s="2"><v>1</v></c></row></sheetData>`)},
		{8, "a cell below the table", notes, swap(`</sheetData>`, `<row r="900"><c r="A900" s="2"><v>1</v></c></row></sheetData>`)},
		{9, "a link that leads nowhere", contents, swap(`location="Notes!A1"`, `location="Nowhere!A1"`)},
		{9, "an entry without a link", contents, sub(`<hyperlink ref="[^"]*" location="Notes!A1"[^>]*></hyperlink>`, ``)},
		{9, "a sheet that the contents do not name", contents, swap(`<t>Editions</t>`, `<t>Something</t>`)},
		{10, "no table", notes, sub(`<tableParts.*</tableParts>`, ``)},
		{11, "a dull name of a table", "xl/tables/table1.xml", swap(`displayName="key_figures"`, `displayName="Table1"`)},
		{11, "a name twice", "xl/tables/table1.xml", swap(`displayName="key_figures"`, `displayName="notes"`)},
		{12, "a header that is not the column's name", "xl/tables/table1.xml", swap(`name="Edition"`, `name="Edition 1"`)},
		{12, "a header twice", cover, swap(`<t>Its reports</t>`, `<t>Its share</t>`)},
		{13, "merged cells", cover, swap(`</sheetData>`, `</sheetData><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>`)},
		{14, "a blank row", wide, func(s string) string {
			rows := regexp.MustCompile(`<row .*?</row>`).FindAllString(s, -1)
			return strings.Replace(s, rows[len(rows)-2], "", 1)
		}},
		{15, "blanks without a reason", wide, sub(`<t>Blank cells: .*?</t>`, `<t>Blank cells: none.</t>`)},
		{16, "shorthand outside the set", wide, swap(`<t>2020: [c]`, `<t>2020: [q]`)},
		{16, "shorthand not explained", wide, swap(`<t>Shorthand: `, `<t>Letters: `)},
		{17, "a hidden sheet", wb, swap(`<sheet name="Names"`, `<sheet state="hidden" name="Names"`)},
		{17, "a hidden column", wide, swap(`<col min="1"`, `<col hidden="1" min="1"`)},
		{17, "a hidden row", wide, swap(`<row r="3"`, `<row r="3" hidden="1"`)},
		{18, "a column too wide", wide, sub(`(<col min="1" max="1" width=)"[^"]*"`, `$1"180"`)},
		{18, "a long text not wrapped", all, swap(`<t>Kik</t>`, `<t>`+strings.Repeat("Kik ", 60)+`</t>`)},
		{19, "a number aligned left", all, sub(`(<c r="D\d+" s=)"\d+"(><v>20307216)`, `$1"6"$2`)},
		{19, "a number without separators", all, sub(`(<c r="D\d+" s=)"\d+"(><v>20307216)`, fmt.Sprintf(`$1"%d"$2`, yearStyle(t, good)))},
		{20, "a note that is not there", wide, swap(`Notes: [note 1]`, `Notes: [note 77]`)},
		{20, "a note cited nowhere", notes, swap(`[note 1]`, `[note 99]`)},
		{21, "a marker in a data cell", wide, sub(`(<c r="D\d+" s="\d+")><v>20307216</v>`, `$1 t="inlineStr"><is><t>20307216 [c]</t></is>`)},
		{22, "another font", "xl/styles.xml", func(s string) string { return strings.ReplaceAll(s, `Arial`, `Calibri`) }},
		{23, "too little contrast", "xl/styles.xml", func(s string) string { return strings.ReplaceAll(s, `FF595959`, `FFCCCCCC`) }},
		{23, "lines that differ by colour alone", "xl/charts/chart1.xml", func(s string) string {
			return regexp.MustCompile(`<symbol val="[a-z]+">`).ReplaceAllString(s, `<symbol val="circle">`)
		}},
		{24, "a chart without alternative text", "xl/drawings/drawing1.xml", sub(`descr="[^"]*"`, `descr=""`)},
		{24, "an axis without a title", "xl/charts/chart1.xml", sub(`(<valAx>.*?)<title>.*?</title>`, `$1`)},
		{25, "a page header", cover, swap(`</sheetData>`, `</sheetData><headerFooter><oddHeader>x</oddHeader></headerFooter>`)},
		{25, "a text box", "xl/drawings/drawing1.xml", sub(`(</xdr:twoCellAnchor>|</twoCellAnchor>)`, `$1<xdr:absoluteAnchor><xdr:sp></xdr:sp></xdr:absoluteAnchor>`)},
		{26, "a macro", "xl/vbaProject.bin", func(string) string { return "macro" }},
		{27, "a link without a tip", explore, sub(`(<hyperlink [^>]*?) tooltip="[^"]*"`, `$1`)},
		{27, "a link to a script", "xl/worksheets/_rels/" + all[strings.LastIndex(all, "/")+1:] + ".rels", sub(`Target="https://[^"]*"`, `Target="javascript:alert(1)"`)},
		{28, "no language", "docProps/core.xml", sub(`<dc:language>.*?</dc:language>`, ``)},
		{29, "it opens elsewhere", wb, sub(`<workbookView `, `<workbookView activeTab="3" `)},
		{30, "an error value", compare, sub(`<v>20307216</v>`, `<v>#N/A</v>`)},
		{30, "a formula without a value", compare, sub(`</f><v>20307216</v>`, `</f>`)},
		{30, "a formula not every program knows", compare, sub(`<f>IFERROR`, `<f>_xlfn.XLOOKUP`)},
	} {
		t.Run(fmt.Sprint(c.item, " ", c.what), func(t *testing.T) {
			err := checkBytes(change(t, good, c.part, c.edit))
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("item %d:", c.item)) && !strings.Contains(err.Error(), fmt.Sprintf("item %d,", c.item)) {
				t.Errorf("the check says: %v", err)
			}
		})
	}
}

// yearStyle returns the style of a whole number without separators.
func yearStyle(t *testing.T, b []byte) int {
	t.Helper()
	f := reopen(t, b)
	_, head := tableOf(t, f, "All_rows")
	id, err := f.GetCellStyle("All_rows", cell(1, head+1))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// What is no workbook, or broken, is refused and does not crash the check.
func TestCheckDamaged(t *testing.T) {
	good := workbook(t, testset.New())
	for name, b := range map[string][]byte{
		"nothing":    nil,
		"a text":     []byte("not a workbook"),
		"half":       good[:len(good)/2],
		"empty zip":  []byte("PK\x05\x06" + strings.Repeat("\x00", 18)),
		"open tag":   change(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, "</worksheet>", "", 1) }),
		"wrong tag":  change(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, "</row>", "</c>", 1) }),
		"control":    change(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, "verified", "veri\x01fied", 1) }),
		"style":      change(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, ` s="2"`, ` s="999"`, 1) }),
		"no cell":    change(t, good, "xl/worksheets/sheet1.xml", func(s string) string { return strings.Replace(s, ` r="A1"`, ` r="1"`, 1) }),
		"cut styles": change(t, good, "xl/styles.xml", func(s string) string { return s[:len(s)/2] }),
	} {
		if err := checkBytes(b); err == nil {
			t.Errorf("%s: no fault is found", name)
		}
	}
}
