package workbook

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// Other programs read the workbook: openpyxl as pandas does, LibreOffice as
// people do.

func TestWorkbookOpenpyxl(t *testing.T) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import openpyxl").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		t.Skip("openpyxl is not installed: apt-get install python3-openpyxl")
	}
	ds := testset.New()
	dir := t.TempDir()
	book, want := filepath.Join(dir, "w.xlsx"), filepath.Join(dir, "want.json")
	if err := os.WriteFile(book, workbook(t, ds), 0o644); err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for _, f := range ds.Figures {
		rows = append(rows, []any{f.Year, f.Name, f.Reports})
	}
	wide := map[string]map[string]pipeline.Count{}
	for _, s := range ds.ByPlatform.Series {
		of := map[string]pipeline.Count{}
		for _, p := range s.Points {
			if p.Reports != nil {
				of[fmt.Sprint(p.Year)] = *p.Reports
			}
		}
		wide[inLine(s.Name)] = of
	}
	j, err := json.Marshal(map[string]any{"rows": rows, "wide": wide})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(want, j, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "testdata/workbook.py", book, want).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if s := strings.TrimSpace(string(out)); s != "" {
		t.Error(s)
	}
}

// soffice converts files with a profile of the test's own that recalculates
// every formula of a workbook it loads.
func soffice(t *testing.T, program, profile, to, outDir string, files ...string) {
	t.Helper()
	user := filepath.Join(profile, "user")
	if err := os.MkdirAll(user, 0o755); err != nil {
		t.Fatal(err)
	}
	const always = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`
	settings := filepath.Join(user, "registrymodifications.xcu")
	if _, err := os.Stat(settings); err != nil {
		if err := os.WriteFile(settings, []byte(always), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program, append([]string{"-env:UserInstallation=file://" + filepath.ToSlash(profile), "--headless", "--convert-to", to, "--outdir", outDir}, files...)...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Contains(string(out), "Error") {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
}

func TestWorkbookLibreOffice(t *testing.T) {
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-calc")
	}
	if testing.Short() {
		t.Skip("LibreOffice takes seconds")
	}
	ds := testset.New()
	dir := t.TempDir()
	plain := workbook(t, ds)

	// The same workbook with other choices: what it says by its own values is
	// what LibreOffice must compute from the first one with the fields changed.
	chosen := newBook(ds)
	first := newBook(ds).compare
	c := chosen.compare
	c.measure, c.from, c.to = byIndex, 2020, 2021
	c.chosen[0], c.chosen[1] = chosen.series.find("meta", true), chosen.series.find("x", false)
	c.chosen[2] = chosen.series.find("hostile-9", false)
	if c.chosen[0]*c.chosen[1]*c.chosen[2] == 0 {
		t.Fatal("the test set lacks a series")
	}
	var other bytes.Buffer
	if err := chosen.make(); err != nil {
		t.Fatal(err)
	}
	if err := chosen.parts.write(&other); err != nil {
		t.Fatal(err)
	}
	book := newBook(ds)
	defer book.f.Close()
	fields := func(sheet string, cells map[string]any) {
		part := book.part(book.sheetNamed(sheet))
		for ref, v := range cells {
			re := regexp.MustCompile(`(<c r="` + ref + `" s="\d+")[^>]*>.*?</c>`)
			text := fmt.Sprintf(`$1><v>%v</v></c>`, v)
			if s, ok := v.(string); ok {
				var esc bytes.Buffer
				if err := xml.EscapeText(&esc, []byte(s)); err != nil {
					t.Fatal(err)
				}
				text = fmt.Sprintf(`$1 t="inlineStr"><is><t>%s</t></is></c>`, strings.ReplaceAll(esc.String(), "$", "$$"))
			}
			plain = change(t, plain, part, func(s string) string { return re.ReplaceAllString(s, text) })
		}
	}
	original := plain
	name := func(no int) string { return chosen.series.list[no-1].label }
	fields("Compare", map[string]any{cell(1, first.control): c.measures[byIndex], cell(1, first.control+1): 2020, cell(1, first.control+2): 2021,
		cell(1, first.first): name(c.chosen[0]), cell(1, first.first+1): name(c.chosen[1]), cell(1, first.first+2): name(c.chosen[2])})
	topField, profileField := fieldOf(t, original, "Top"), fieldOf(t, original, "Profile")
	fields("Top", map[string]any{cell(1, topField): 2021})
	fields("Profile", map[string]any{cell(1, profileField): name(c.chosen[0])})
	changed := plain
	fields("Top", map[string]any{cell(1, topField+1): "Companies"})

	out := filepath.Join(dir, "out")
	files := map[string][]byte{"same": original, "changed": changed, "companies": plain}
	var paths []string
	for name, b := range files {
		p := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(p, b, 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	soffice(t, program, filepath.Join(dir, "profile"), "xlsx:Calc MS Excel 2007 XML", out, paths...)
	read := func(name string) *excelize.File {
		b, err := os.ReadFile(filepath.Join(out, name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		return reopen(t, b)
	}
	if n := sameFormulas(t, reopen(t, original), read("same"), "as written"); n < 300 {
		t.Errorf("only %d formulas were compared", n)
	}
	sameFormulas(t, reopen(t, other.Bytes()), read("changed"), "with other choices")

	top, _ := tableOf(t, read("companies"), "Top")
	largestName := "Meta (company)"
	if got := top[1][columnOf(t, top, "Platform or company")]; got != largestName {
		t.Errorf("the largest company of 2021 is %q, not %q", got, largestName)
	}

	soffice(t, program, filepath.Join(dir, "profile"), "pdf", out, paths[:1]...)
	pdfs, _ := filepath.Glob(filepath.Join(out, "*.pdf"))
	if len(pdfs) != 1 {
		t.Fatalf("%d PDF files", len(pdfs))
	}
	if info, err := os.Stat(pdfs[0]); err != nil || info.Size() < 10000 {
		t.Errorf("the PDF is empty: %v", err)
	}
}

// fieldOf returns the row of a sheet's first field to choose in.
func fieldOf(t *testing.T, b []byte, sheet string) int {
	t.Helper()
	rows, err := reopen(t, b).GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if len(r) > 1 && strings.HasPrefix(r[1], "← ") {
			return i + 1
		}
	}
	t.Fatalf("%s has no field to choose in", sheet)
	return 0
}

// sameFormulas compares the values of all formulas of the first workbook with
// those in the second, and returns how many there are.
func sameFormulas(t *testing.T, want, got *excelize.File, when string) int {
	t.Helper()
	n, bad := 0, 0
	raw := excelize.Options{RawCellValue: true}
	for _, sheet := range want.GetSheetList() {
		rows, err := want.GetRows(sheet, raw)
		if err != nil {
			t.Fatal(err)
		}
		width := 0
		for _, r := range rows {
			width = max(width, len(r))
		}
		if !strings.Contains("Compare Compare_lines Top Profile", sheet) {
			continue
		}
		for r := range rows {
			for c := range width {
				ref := cell(c+1, r+1)
				if f, err := want.GetCellFormula(sheet, ref); err != nil || f == "" {
					continue
				}
				n++
				x, _ := want.GetCellValue(sheet, ref, raw)
				y, err := got.GetCellValue(sheet, ref, raw)
				if err != nil {
					t.Fatal(err)
				}
				fx, errX := strconv.ParseFloat(x, 64)
				fy, errY := strconv.ParseFloat(y, 64)
				if x == y || errX == nil && errY == nil && math.Abs(fx-fy) <= 1e-9*math.Max(1, math.Abs(fx)) {
					continue
				}
				if bad++; bad <= 10 {
					t.Errorf("%s, %s!%s: LibreOffice computes %q, not %q", when, sheet, ref, y, x)
				}
			}
		}
	}
	return n
}
