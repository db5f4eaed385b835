package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"espfigures/pipeline"
)

// sheetOf returns a sheet's part as text.
func sheetOf(t *testing.T, b []byte, part string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open(part)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// odd are texts and numbers that are easily written wrong.
var oddTexts = []string{"plain", " space before", "space behind ", "\ttab", "line\nbreak", "line behind\n", "a & b < c > d \" e ' f", "=1+1", "–é日本😀", "_x0041_", "_x005F_", "_x005F_x0041_", "x_x000D_y", "_x004_", "]]>", "&amp;",
	"\xff\xfe", "a\x00b", "\uFFFE", strings.Repeat("w", 32768), strings.Repeat("😀", 16384)}

var oddNumbers = []float64{0, 1, -1, 0.1, 1.0 / 3, 2.0 / 3, -100.0 / 3, 1e15, 1e16, 123456789012345678, 0.1 + 0.2, 1e-7, 1.5e-12, 99.99999999999999, 0.000123456789012345678, 1e21, math.MaxInt64, 12345678901234.567, 1234567890123456.5, math.Copysign(0, -1)}

// The rows are those that excelize's streaming writer makes of the same
// cells, but for the value of a formula that gives the empty text, which it
// leaves out.
func TestRowsAreAsExcelizeWritesThem(t *testing.T) {
	b := newBook(&pipeline.Dataset{})
	if err := b.makeStyles(); err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for _, s := range oddTexts {
		rows = append(rows, []any{excelize.Cell{StyleID: 3, Value: s}, formula{`IF("a"<>"b",` + "1&2", s}, s, nil, excelize.Cell{StyleID: 4, Formula: "A1", Value: s}})
	}
	for _, v := range oddNumbers {
		rows = append(rows, []any{v, formula{"1+1", v}, nil, pipeline.Count(v), excelize.Cell{StyleID: 7, Value: v}})
	}
	rows = append(rows, []any{"", formula{"A1", nil}, strings.Repeat("word ", 30), 12, int64(math.MinInt64)}, []any{nil, formula{"A1", pipeline.Count(7)}, "https://example.org/" + strings.Repeat("x", 100), excelize.Cell{StyleID: 2}, 5},
		[]any{nil, nil, strings.Repeat("one line is not enough for it ", 5), nil, nil})
	tab := &table{name: "odd", cols: []column{{"A", 20, kText, false}, {"B", 20, kNum, true}, {"C", 20, kWrap, false}, {"D", 20, kInput, false}, {"E", 20, kOne, false}},
		rows: func(yield func([]any) bool) {
			for _, r := range rows {
				if !yield(r) {
					return
				}
			}
		}}
	sw, err := b.f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for r, values := range rows {
		cells := make([]any, len(values))
		lines := 1
		for i, v := range values {
			c := excelize.Cell{StyleID: b.colStyle(tab.cols[i]), Value: v}
			switch v := v.(type) {
			case nil:
				if tab.cols[i].kind != kInput {
					continue
				}
			case string:
				if v == "" {
					continue
				}
				c.Value = cellText(v)
				lines = max(lines, linesOf(v, 20))
			case formula:
				c.Formula, c.Value = v.f, v.v
				if v.v == nil {
					c.Value = ""
				}
				if n, ok := v.v.(pipeline.Count); ok {
					c.Value = int64(n)
				}
			case pipeline.Count:
				c.Value = int64(v)
			case excelize.Cell:
				c = v
			}
			cells[i] = c
		}
		var opt []excelize.RowOpts
		if lines > 1 {
			opt = append(opt, excelize.RowOpts{Height: min(lineHeight*float64(lines)+1, excelize.MaxRowHeight)})
		}
		if err := sw.SetRow(fmt.Sprint("A", r+1), cells, opt...); err != nil {
			t.Fatal(err)
		}
	}
	if err := sw.Flush(); err != nil {
		t.Fatal(err)
	}
	var theirs bytes.Buffer
	if err := b.f.Write(&theirs); err != nil {
		t.Fatal(err)
	}
	want := sheetOf(t, theirs.Bytes(), "xl/worksheets/sheet1.xml")
	want = want[strings.Index(want, "<sheetData>")+len("<sheetData>") : strings.Index(want, "</sheetData>")]
	want = strings.ReplaceAll(want, "</f></c>", "</f><v></v></c>")
	want = strings.ReplaceAll(want, "line&#xA;break</v>", "line\nbreak</v>") // the same text
	want = strings.ReplaceAll(want, "behind&#xA;</v>", "behind\n</v>")

	var ours bytes.Buffer
	b.parts = newZipParts(nil)
	w := b.rowsFrom(tab, 1)
	if err := w.all(); err != nil {
		t.Fatal(err)
	}
	if err := w.end("xl/worksheets/sheet1.xml"); err != nil {
		t.Fatal(err)
	}
	part, err := b.parts.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, "<sheetData></sheetData>")
	if err := b.parts.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.parts.write(&ours); err != nil {
		t.Fatal(err)
	}
	got := strings.TrimSuffix(strings.TrimPrefix(sheetOf(t, ours.Bytes(), "xl/worksheets/sheet1.xml"), "<sheetData>"), "</sheetData>")
	for i, row := range strings.SplitAfter(want, "</row>") {
		gotRow, rest, _ := strings.Cut(got, "</row>")
		if row != "" {
			gotRow += "</row>"
		}
		if got = rest; gotRow != row {
			t.Errorf("row %d:\n%.300q, excelize\n%.300q", i+1, gotRow, row)
		}
	}
	b.parts = newZipParts(nil)
	for _, bad := range []any{math.NaN(), math.Inf(1), true, formula{"A1", math.NaN()}, formula{"A1", []byte("x")}} {
		if err := b.rowsFrom(tab, 1).write([]any{nil, bad}); err == nil {
			t.Errorf("%v was written", bad)
		}
	}
}

// A text that looks like a spreadsheet program's escape is read as it stands,
// also where such texts share a character.
func TestEscapeMarks(t *testing.T) {
	for in, want := range map[string]string{"_x0041_": "_x005F_x0041_", "_x0041_x0042_": "_x005F_x0041_x005F_x0042_", "_x005F_": "_x005F_x005F_", "_x00G1_": "_x00G1_", "__x0041_": "__x005F_x0041_", "_x0041": "_x0041"} {
		got := string(appendText(nil, in))
		if got != want {
			t.Errorf("%s is written %s, not %s", in, got, want)
		}
		if back := plainText(got); back != in {
			t.Errorf("%s is read back as %s", in, back)
		}
	}
}

func TestJoinSums(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	for range 300 {
		text := make([]byte, r.Intn(100000))
		r.Read(text)
		var sum uint32
		for rest := text; len(rest) > 0; {
			n := 1 + r.Intn(len(rest))
			if r.Intn(4) == 0 {
				n = 0
			}
			sum = joinSums(sum, crc32.ChecksumIEEE(rest[:n]), int64(n))
			rest = rest[n:]
		}
		if want := crc32.ChecksumIEEE(text); sum != want {
			t.Fatalf("%d bytes: %08x, want %08x", len(text), sum, want)
		}
	}
	// Beyond what fits 32 bits: zeros move a sum like their count.
	long := uint32(0xdeadbeef)
	for range 5 {
		long = joinSums(long, joinSums(0, 0, 1<<30), 1<<30)
	}
	if got := joinSums(0xdeadbeef, 0, 5<<30); got != long {
		t.Errorf("%08x, want %08x", got, long)
	}
}

// Stretches that are compressed apart are one stream, whatever their lengths.
func TestZipPartsJoinStretches(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for range 30 {
		rows := make([]byte, r.Intn(200000))
		for i := range rows {
			rows[i] = byte('a' + r.Intn(1+r.Intn(20)))
		}
		var out bytes.Buffer
		z := newZipParts(nil)
		z.begin()
		for rest := rows; len(rest) > 0; {
			n := min(len(rest), 1+r.Intn(50000))
			if err := z.pack(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		var err error
		if z.rows["xl/worksheets/sheet1.xml"], err = z.end(false); err != nil {
			t.Fatal(err)
		}
		before, behind := strings.Repeat("before ", r.Intn(9000)), strings.Repeat("behind ", r.Intn(9000))
		for _, part := range []string{"b.xml", "xl/worksheets/sheet1.xml", "a.xml", "empty.xml"} {
			w, err := z.Create(part)
			if err != nil {
				t.Fatal(err)
			}
			if part != "empty.xml" {
				_, _ = io.WriteString(w, before+"</sheetData>"+behind)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := z.write(&out); err != nil {
			t.Fatal(err)
		}
		if got := sheetOf(t, out.Bytes(), "xl/worksheets/sheet1.xml"); got != before+string(rows)+"</sheetData>"+behind {
			t.Fatal("the part is not what was written")
		}
		if got := sheetOf(t, out.Bytes(), "a.xml"); got != before+"</sheetData>"+behind {
			t.Fatal("another part is not what was written")
		}
		if got := sheetOf(t, out.Bytes(), "empty.xml"); got != "" {
			t.Fatal("the empty part is not empty")
		}
	}
	z := newZipParts(nil)
	z.begin()
	z.rows["xl/worksheets/sheet1.xml"], _ = z.end(false)
	if _, err := z.Create("xl/worksheets/sheet1.xml"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err == nil {
		t.Error("a sheet without a place for its rows is written without them")
	}
}
