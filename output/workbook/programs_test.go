package workbook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Programs that share no code with the writer read the workbook as their users
// do: pandas and openpyxl, ExcelJS and SheetJS, the Open XML SDK, LibreOffice.

// toFiles writes a workbook, and what a reader must find in it to a folder: the
// row of the column names, and every sheet with its columns and cells.
func toFiles(t *testing.T, m *compare.Model) (book, want string) {
	t.Helper()
	var sheets []map[string]any
	for _, s := range newBook(m, nil).sheets {
		columns, table := []string{}, [][]any{}
		for _, c := range s.cols {
			columns = append(columns, c.name)
		}
		for _, row := range s.rows {
			cells := make([]any, len(s.cols))
			for i, v := range row {
				if f, ok := v.(formula); ok {
					v = f.value
				}
				switch x := v.(type) {
				case bool:
					v = map[bool]string{true: "yes", false: "no"}[x]
				case string:
					if v = any(tables.Clean(x)); x == "" {
						v = nil
					}
				}
				cells[i] = v
			}
			table = append(table, cells)
		}
		sheets = append(sheets, map[string]any{"name": s.name, "table": s.table(), "columns": columns, "rows": table})
	}
	j, err := json.Marshal(map[string]any{"header": HeaderRow, "sheets": sheets})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	book, want = filepath.Join(dir, "book.xlsx"), filepath.Join(dir, "want.json")
	for path, b := range map[string][]byte{book: write(t, m), want: j} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return book, want
}

// run fails the test with what a reader prints.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("%s: %v\n%.3000s", filepath.Base(args[0]), err, out)
	}
}

func TestPython(t *testing.T) {
	needsLong(t)
	t.Parallel()
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import openpyxl, pandas").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		t.Skip("openpyxl and pandas are not installed: apt-get install python3-openpyxl python3-pandas")
	}
	book, want := toFiles(t, testModel())
	run(t, python, "testdata/read.py", book, want)
}

// node returns where the packages of output/testdata/node are installed.
func node(t *testing.T, packages ...string) string {
	t.Helper()
	program, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: apt-get install nodejs")
	}
	for _, p := range packages {
		if _, err := os.Stat(filepath.Join("../testdata/node/node_modules", p)); err != nil {
			t.Skipf("%s is not installed: run npm ci in output/testdata/node", p)
		}
	}
	return program
}

func TestJavaScript(t *testing.T) {
	needsLong(t)
	t.Parallel()
	program := node(t, "exceljs", "xlsx")
	book, want := toFiles(t, testModel())
	run(t, program, "../testdata/node/workbook.mjs", book, want)
}

// openXML returns what Microsoft's Open XML SDK finds wrong with a workbook.
// Excel offers to repair what its own format does not allow.
func openXML(t *testing.T, workbook []byte) (found []struct {
	Description string
	Path        struct{ XPath, PartURI string }
}) {
	t.Helper()
	program := node(t, "@ooxml-tools/validate")
	file := filepath.Join(t.TempDir(), "workbook.xlsx")
	if err := os.WriteFile(file, workbook, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "../testdata/node/ooxml.mjs", file, "Microsoft365").Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return found
}

func TestOpenXMLSDK(t *testing.T) {
	needsLong(t)
	t.Parallel() // most of the time is the SDK's
	for _, f := range openXML(t, write(t, testModel())) {
		t.Errorf("%s %s: %s", f.Path.PartURI, f.Path.XPath, f.Description)
	}
	b := newBook(compare.New(&pipeline.Dataset{}), nil)
	b.edits = append(b.edits, edit{"xl/workbook.xml", func(x []byte) []byte {
		return bytes.Replace(x, []byte("<sheets>"), []byte("<sheets><wrong/>"), 1)
	}})
	var bad bytes.Buffer
	if err := b.write(&bad); err != nil {
		t.Fatal(err)
	}
	if len(openXML(t, bad.Bytes())) == 0 {
		t.Error("the SDK finds nothing wrong with an element nobody knows: it does not look")
	}
}

// LibreOffice computes from the formulas what they were written with, whatever
// is chosen.
func TestLibreOfficeComputesTheSame(t *testing.T) {
	needsLong(t)
	t.Parallel()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-calc")
	}
	m := testModel()
	pick := func(o *Book, ids ...string) (lines [slots]int) {
		for k, id := range ids {
			kind, id, _ := strings.Cut(id, ":")
			if lines[k] = o.find(seriesOf(m, kind, id)); lines[k] == 0 {
				t.Fatalf("the test set has no %s %s", kind, id)
			}
		}
		return lines
	}
	dir := t.TempDir()
	var files []string
	want := map[string]*excelize.File{}
	for name, choose := range map[string]func(*Book, *choices){
		"reports": nil,
		"share": func(o *Book, c *choices) {
			c.measure, c.from, c.to, c.moved = pipeline.MeasureShare, 2022, 2021, 1
			c.lines = pick(o, "company:meta", "platform:x", "total:esp-total")
		},
		"rank": func(o *Book, c *choices) {
			c.measure, c.from, c.to, c.moved = pipeline.MeasureRank, 2020, 2024, 2
			c.lines = pick(o, "platform:kik", "category:social", "platform:nasty-2")
			c.profile = pick(o, "company:meta")[0]
		},
		"index": func(o *Book, c *choices) {
			c.measure, c.from, c.to = pipeline.MeasureIndex, 2021, 2024
			c.lines = pick(o, "platform:facebook", "platform:whatsapp", "total:total", "company:medialab")
		},
	} {
		b := newBook(m, choose)
		var out bytes.Buffer
		if err := b.write(&out); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		files, want[name] = append(files, path), open(t, out.Bytes())
	}
	recalculate(t, program, dir, files)
	for name, f := range want {
		b, err := os.ReadFile(filepath.Join(dir, "out", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		if n := sameFormulas(t, name, f, open(t, b)); n < 1000 {
			t.Errorf("%s: only %d formulas were compared", name, n)
		}
	}
}

// seriesOf finds a series by the type and id of a row.
func seriesOf(m *compare.Model, kind, id string) *compare.Series {
	for _, list := range [][]*compare.Series{m.Platforms, m.Companies, m.Categories, m.Groups, {m.ESPTotal, m.Total, m.Rest(restOf)}} {
		for _, s := range list {
			if s.ID == id && string(s.Type) == kind && !s.Alone {
				return s
			}
		}
	}
	return nil
}

// recalculate lets LibreOffice convert workbooks into workbooks, with a
// profile of the test's own that computes every formula anew.
func recalculate(t *testing.T, program, dir string, files []string) {
	t.Helper()
	user := filepath.Join(dir, "profile", "user")
	if err := os.MkdirAll(user, 0o755); err != nil {
		t.Fatal(err)
	}
	const always = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>`
	if err := os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(always), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	args := append([]string{"-env:UserInstallation=file://" + filepath.ToSlash(filepath.Dir(user)), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out")}, files...)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = 5 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "Error") {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
}

// sameFormulas compares the values of all formulas, and returns how many there are.
func sameFormulas(t *testing.T, name string, want, got *excelize.File) int {
	t.Helper()
	n, bad := 0, 0
	raw := excelize.Options{RawCellValue: true}
	for _, sheet := range []string{"Compare", "Movers", "Profile", "Data_lines"} {
		table, err := want.GetRows(sheet, raw)
		if err != nil {
			t.Fatal(err)
		}
		width := len(table[HeaderRow-1])
		for r := range table {
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
					t.Errorf("%s, %s!%s: LibreOffice computes %q, written is %q", name, sheet, ref, y, x)
				}
			}
		}
	}
	if bad > 10 {
		t.Error(fmt.Sprint(bad-10, " more"))
	}
	return n
}

// needsLong leaves a test that starts other programs to make long.
func needsLong(t *testing.T) {
	t.Helper()
	if os.Getenv("ESPFIGURES_CHECK") == "" {
		t.Skip("other programs take long: make check runs them")
	}
}
