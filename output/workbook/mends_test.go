package workbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// A company often has the name of its platform; the field to choose in says
// how the two differ.
func TestPromptNamesCompanies(t *testing.T) {
	f := reopen(t, workbook(t, testset.New()))
	for _, sheet := range []string{"Compare", "Profile"} {
		list, err := f.GetDataValidations(sheet)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, v := range list {
			found = found || v.Prompt != nil && strings.Contains(*v.Prompt, "(company)") && v.Error != nil && strings.Contains(*v.Error, "(company)")
			if v.Prompt != nil && len(*v.Prompt) > 255 || v.Error != nil && len(*v.Error) > 225 {
				t.Errorf("%s: Excel takes no such long prompt", sheet)
			}
		}
		if !found {
			t.Errorf("%s does not say how companies are called", sheet)
		}
	}
}

// The largest platform of each year stands in one column; what does not
// compare is marked there.
func TestCoverMarksTheLargest(t *testing.T) {
	ds := testset.New()
	f := reopen(t, workbook(t, ds))
	table, _ := tableOf(t, f, "Cover")
	platform, company := columnOf(t, table, "Marks of platform"), columnOf(t, table, "Marks of company")
	year, marked := columnOf(t, table, "Year"), 0
	for i, y := range ds.ByPlatform.Years {
		row := table[i+1]
		if row[year] != fmt.Sprint(y) {
			t.Fatalf("row %d is of %s, not %d", i+1, row[year], y)
		}
		want := ""
		if _, p := largest(ds.ByPlatform.Series, i); p != nil {
			want = marks(p.Flags)
		}
		if row[platform] != want {
			t.Errorf("%d: the platform is marked %q, want %q", y, row[platform], want)
		}
		want = ""
		if _, p := largest(ds.ByCompany.Series, i); p != nil {
			want = marks(p.Flags)
		}
		if row[company] != want {
			t.Errorf("%d: the company is marked %q, want %q", y, row[company], want)
		}
		marked += len(row[platform])
	}
	if marked == 0 {
		t.Error("no year is marked")
	}
	if text := leadOf(t, f, "Cover"); !strings.Contains(text, "[c] combined row") {
		t.Error("the cover does not explain its marks")
	}
}

// leadOf returns the texts of a sheet's first column.
func leadOf(t testing.TB, f *excelize.File, sheet string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		if len(row) > 0 {
			lines = append(lines, row[0])
		}
	}
	return strings.Join(lines, " ")
}

// Cells that people read say in words what a break does; its code stands on
// the sheet Breaks.
func TestBreaksInPlainWords(t *testing.T) {
	ds := testset.New()
	f := reopen(t, workbook(t, ds))
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, row := range rows {
			text += strings.Join(row, " ") + " "
		}
		if strings.Contains(text, "scope-split") != (sheet == "Breaks") {
			t.Errorf("%s: the code of a break stands there, or is missing on Breaks", sheet)
		}
	}
	table, _ := tableOf(t, f, "Change_platforms")
	name, own := columnOf(t, table, "Platform"), columnOf(t, table, "Breaks of its own")
	want := map[string]string{"Facebook": "2020→2021: not comparable for the platform (rows split)", "X (Twitter)": "2021→2022: not comparable (way of reporting changed)"}
	for _, row := range table[1:] {
		if w, ok := want[row[name]]; ok {
			if row[own] != w {
				t.Errorf("%s: %q, want %q", row[name], row[own], w)
			}
			delete(want, row[name])
		}
	}
	if len(want) > 0 {
		t.Errorf("no rows %v", want)
	}
	// The company holds where only its platform does not.
	b := newBook(ds)
	s := pipeline.Series{Points: []pipeline.Point{{Year: 2021, Breaks: []int{1}}}}
	if got, want := b.breaksShort(&s), "2020→2021: the company compares, its platforms do not (rows split)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A row whose text follows a choice has room for the longest text that any
// choice can give it, and no more.
func TestRowsFitWhatCanBeChosen(t *testing.T) {
	ds := testset.New()
	long := strings.Repeat("The row of this year holds more than that of the year before. ", 12)
	for i := range ds.Breaks {
		if ds.Breaks[i].Who == "x" {
			ds.Breaks[i].Description = long
		}
	}
	testset.Fill(ds)
	f := reopen(t, workbook(t, ds))
	table, head := tableOf(t, f, "Profile")
	texts, _ := tableOf(t, f, "Series_by_year")
	year, breaks, needed := columnOf(t, texts, "Year"), columnOf(t, texts, "Breaks at this year"), map[string]int{}
	for _, row := range texts[1:] {
		needed[row[year]] = max(needed[row[year]], linesOf(row[breaks], breaksWidth))
	}
	if rowHeight(maxLines) >= excelize.MaxRowHeight || rowHeight(maxLines+1) < excelize.MaxRowHeight {
		t.Errorf("a row has no room for just %d lines", maxLines)
	}
	high := 0
	for i, row := range table[1:] {
		height, err := f.GetRowHeight("Profile", head+1+i)
		if err != nil {
			t.Fatal(err)
		}
		y := row[0][:4]
		if height < rowHeight(needed[y]) || needed[y] == 1 && height > rowHeight(3) {
			t.Errorf("%s: %v points for %d lines", y, height, needed[y])
		}
		high = max(high, needed[y])
	}
	if high < 5 {
		t.Errorf("the longest text has %d lines: nothing is tried", high)
	}
	for i := range ds.Breaks {
		ds.Breaks[i].Description = "First of all. " + strings.Repeat("much more ", 400)
	}
	b := newBook(ds)
	cut := false
	for i := range b.series.list {
		for k := range b.series.list[i].Points {
			text := b.pointBreaks(&b.series.list[i].Points[k])
			cut = cut || strings.HasSuffix(text, "First of all.")
			if linesOf(text, breaksWidth) > maxLines {
				t.Errorf("%d lines do not fit a row", linesOf(text, breaksWidth))
			}
		}
	}
	if !cut {
		t.Error("no text is cut to its first sentence")
	}
	if got := fit(long+long+long+long+long, 40, "(all: Breaks)"); linesOf(got, 40) > maxLines || linesOf(got, 40) < maxLines-1 || !strings.HasSuffix(got, " … (all: Breaks)") {
		t.Errorf("%d lines: %q", linesOf(got, 40), got)
	}
}

// The chart of Profile tells breaks, combined rows and partial years apart,
// whatever is chosen; lines of the largest are dashed where they touch a
// partial year.
func TestChartsShowPartialYears(t *testing.T) {
	ds := testset.New()
	out := workbook(t, ds)
	f := reopen(t, out)
	table, head := tableOf(t, f, "Profile")
	label, signs := columnOf(t, table, "On the chart"), columnOf(t, table, "Marks")
	for i, y := range ds.ByPlatform.Years {
		row := table[i+1]
		if !strings.HasPrefix(row[label], fmt.Sprint(y)) || !strings.HasSuffix(row[label], row[signs]) {
			t.Errorf("%d with the marks %q is %q on the chart", y, row[signs], row[label])
		}
		if got, err := f.CalcCellValue("Profile", cell(label+1, head+1+i)); err != nil || got != row[label] {
			t.Errorf("%d: the label is computed as %q, written as %q, %v", y, got, row[label], err)
		}
	}
	var profile, largest string
	for n := 1; n < 10; n++ {
		part := sheetOf(t, out, fmt.Sprintf("xl/charts/chart%d.xml", n))
		switch {
		case strings.Contains(part, "<f>Profile!"):
			profile = part
		case strings.Contains(part, "<f>Largest_over_time!"):
			largest = part
		}
		if profile != "" && largest != "" {
			break
		}
	}
	light := 0
	for _, y := range ds.ByPlatform.Years {
		if newBook(ds).partial(y) {
			light++
		}
	}
	if got := strings.Count(profile, "<dPt>"); got != light || light == 0 {
		t.Errorf("%d columns look different, %d years are partial", got, light)
	}
	if want := fmt.Sprintf("<cat><strRef><f>Profile!$%s$%d:", colName(label+1), head+1); !strings.Contains(profile, want) {
		t.Error("the columns are not labelled by the column On the chart")
	}
	table, head = tableOf(t, f, "Largest_over_time")
	dashed := 0
	for _, ser := range strings.Split(largest, "<ser>")[1:] {
		column := ""
		for i, h := range table[0] {
			if strings.Contains(ser, fmt.Sprintf("<val><numRef><f>Largest_over_time!$%s$%d:", colName(i+1), head+1)) {
				column = h
				touches := false
				for k, y := range ds.ByPlatform.Years {
					touches = touches || newBook(ds).partial(y) && table[k+1][i] != ""
				}
				if touches != strings.Contains(ser, `<a:prstDash val="sysDash">`) {
					t.Errorf("%s: dashed only where it touches a partial year", h)
				}
				if touches {
					dashed++
				}
			}
		}
		if column == "" {
			t.Error("a line without a column")
		}
	}
	if dashed == 0 {
		t.Error("no line is dashed")
	}
}

// A gap between stacked columns says whether their sum compares across it:
// what the company's own point knows.
func TestGapSaysWhetherTheTotalCompares(t *testing.T) {
	ds := testset.New()
	b := newBook(ds)
	meta := ds.ByCompany.Find("meta")
	i := slices.Index(ds.ByCompany.Years, 2021)
	meta.Points[i].Broken = false
	if got, want := b.gapLabel(meta, i), "before 2021: rows split, total compares"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	table, _ := tableOf(t, reopen(t, workbook(t, ds)), "Meta_and_others")
	if !slices.ContainsFunc(table, func(row []string) bool { return row[0] == "before 2021: rows split, total compares" }) {
		t.Errorf("the sheet has no such gap: %q", table)
	}
	meta.Points[i].Broken = true
	if got, want := b.gapLabel(meta, i), "break before 2021"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A percentage that rests on few reports is shown and named as such, by value
// and by formula.
func TestSmallBases(t *testing.T) {
	ds := testset.New()
	few := pipeline.Count(7)
	for _, c := range []*pipeline.Comparison{&ds.ByPlatform, &ds.ByCompany} {
		for i := range c.Series {
			for k := range c.Series[i].Points {
				if p := &c.Series[i].Points[k]; p.Change != nil && p.Year == 2022 && *p.Reports > 1000000 {
					change := *p.Reports - few
					percent := 100 * float64(change) / float64(few)
					p.Change, p.Percent = &change, &percent
				}
			}
		}
	}
	f := reopen(t, workbook(t, ds))
	for sheet, want := range map[string]string{"Change_platforms": "2022", "Change_companies": "2022", "Top": "below 100", "Profile": "below 100"} {
		table, head := tableOf(t, f, sheet)
		base, percent := columnOf(t, table, "Base below 100"), -1
		if sheet == "Top" || sheet == "Profile" {
			percent = slices.IndexFunc(table[0], func(h string) bool { return strings.HasPrefix(h, "Change") && strings.HasSuffix(h, "%") })
		}
		named := 0
		for i, row := range table[1:] {
			if row[base] == want {
				named++
				if percent >= 0 && row[percent] == "" {
					t.Errorf("%s, row %d: a base without a percentage", sheet, i)
				}
			}
			if percent < 0 || row[1] == "" && sheet == "Top" { // excelize computes an error for a place that nobody has
				continue
			}
			if got, err := f.CalcCellValue(sheet, cell(base+1, head+1+i)); err != nil || got != row[base] {
				t.Errorf("%s, row %d: computed as %q, written as %q, %v", sheet, i, got, row[base], err)
			}
		}
		if named == 0 || named == len(table)-1 {
			t.Errorf("%s: %d of %d rows are named", sheet, named, len(table)-1)
		}
	}
	b := newBook(testset.New())
	e := &b.series.list[b.compare.chosen[0]-1]
	first := b.ds.ByPlatform.Years[0]
	b.compare.from, b.compare.to = 2021, 2022
	e.Points[2021-first].Reports = &few
	e.Points[2022-first].Broken = false
	if text, _, _ := b.comparable(e, b.compare); !strings.HasSuffix(text, "; base below 100") {
		t.Errorf("Compare says %q", text)
	}
}
