package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// A form is a small table that a test typesets: titles, headers and rows as
// they are printed. The first column is 200 pt wide, the others 90.
type form struct {
	meta   string // title in the file's metadata
	titles []string
	heads  []string
	rows   []string // cells separated by "|"
	after  []string
	draw   func(*fpdf.Fpdf)
	no     bool // no rules
}

func (f form) pdf(t testing.TB) []byte {
	t.Helper()
	p := fpdf.New("P", "pt", "Letter", "")
	tr := p.UnicodeTranslatorFromDescriptor("")
	p.SetAutoPageBreak(false, 0)
	p.SetTitle(f.meta, true)
	p.AddPage()
	y := 60.0
	p.SetFont("Helvetica", "B", 14)
	for _, s := range f.titles {
		p.Text(60, y, tr(s))
		y += 40
	}
	y += 20
	width := func(i int) float64 {
		if i == 0 {
			return 200
		}
		return 90
	}
	row := func(cells []string, style string) {
		p.SetFont("Helvetica", style, 10)
		x := 60.0
		for i, c := range cells {
			if i > 0 {
				p.Text(x+width(i)-5-p.GetStringWidth(tr(c)), y, tr(c))
			} else {
				p.Text(x+5, y, tr(c))
			}
			x += width(i)
		}
		if !f.no {
			p.Line(60, y+5, x, y+5)
		}
		y += 17
		if y > 740 {
			p.AddPage()
			y = 60
		}
	}
	row(f.heads, "B")
	for _, r := range f.rows {
		row(strings.Split(r, "|"), "")
	}
	y += 30
	for _, s := range f.after {
		p.Text(60, y, tr(s))
		y += 14
	}
	if f.draw != nil {
		f.draw(p)
	}
	return done(t, p)
}

// done returns the document that was typeset.
func done(t testing.TB, p *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tenRows is a table of ten providers that sums to 12,345.
var tenRows = []string{
	"4chan|1,000", "Acme, Inc.|2,000", "Bluth Company*|3,000", "Initech|45", "Kik (d/b/a “Kik”)|300",
	"Total Wireless|1,000", "Umbrella|1,000", "Wonka / Oompa|1,500", "123|500", "Zorg|2,000", "Total|12,345",
}

var tenTitle = []string{"2022 CyberTipline Reports by ESP"}

func read(t testing.TB, pdf []byte) (Result, error) {
	t.Helper()
	return testReader.Read(context.Background(), "test.pdf", "", pdf)
}

func mustRead(t testing.TB, pdf []byte) Result {
	t.Helper()
	res, err := read(t, pdf)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// print writes a table as a test can compare it.
func print(tb pipeline.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", tb.Year)
	for _, r := range tb.Rows {
		fmt.Fprintf(&b, "; %s%s=%d", r.Name, r.Mark(), r.Reports)
	}
	if tb.Total != nil {
		fmt.Fprintf(&b, "; %s %d", tb.Total.Label, tb.Total.Reports)
	}
	return b.String()
}

func codes(fs []pipeline.Finding, sev pipeline.Severity) string {
	var s []string
	for _, f := range fs {
		if f.Severity == sev {
			s = append(s, string(f.Code))
		}
	}
	return strings.Join(s, " ")
}

const tenPrinted = "2022; 4chan=1000; Acme, Inc.=2000; Bluth Company*=3000; Initech=45; Kik (d/b/a “Kik”)=300; Total Wireless=1000; Umbrella=1000; Wonka / Oompa=1500; 123=500; Zorg=2000; Total 12345"

func TestColumnsByHeader(t *testing.T) {
	widen := func(f func(cells []string) []string) []string {
		var out []string
		for _, r := range tenRows {
			out = append(out, strings.Join(f(strings.Split(r, "|")), "|"))
		}
		return out
	}
	n := 0
	cases := []struct {
		name  string
		f     form
		want  string // printed table, or
		error string // a part of the reason
	}{
		{"plain", form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows}, tenPrinted, ""},
		{"no rules", form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows, no: true}, tenPrinted, ""},
		{"other words", form{titles: tenTitle, heads: []string{"Name of Electronic Service Provider", "# of Reports"}, rows: tenRows}, tenPrinted, ""},
		{"a whole year in dates", form{titles: tenTitle, heads: []string{"Submitted by", "Reports (January 1 - December 31, 2022)"}, rows: tenRows}, tenPrinted, ""},
		{"a whole year in figures", form{titles: tenTitle, heads: []string{"Registered ESP", "Reports 01/01/2022-12/31/2022"}, rows: tenRows}, tenPrinted, ""},
		{"a whole year in quarters", form{titles: tenTitle, heads: []string{"Reported by", "Reports Q1-Q4 2022"}, rows: tenRows}, tenPrinted, ""},
		{"submitted in a year", form{titles: tenTitle, heads: []string{"ESP", "Total Submitted (CY 2022)"}, rows: tenRows}, tenPrinted, ""},
		{"a part of a year", form{titles: tenTitle, heads: []string{"ESP", "Reports (January 1 - June 30, 2022)"}, rows: tenRows}, "", ""},
		{"two years in one", form{titles: tenTitle, heads: []string{"ESP", "Reports 01/01/2021-12/31/2022"}, rows: tenRows}, "", ""},
		{"a percent column", form{titles: tenTitle, heads: []string{"Company", "% of total", "Reports"}, rows: widen(func(c []string) []string { return []string{c[0], "1.5%", c[1]} })}, tenPrinted, ""},
		{"files", form{titles: tenTitle, heads: []string{"ESP", "Files", "Reports"}, rows: widen(func(c []string) []string { return []string{c[0], c[1] + ",000", c[1]} })}, tenPrinted, ""},
		{"referrals", form{titles: tenTitle, heads: []string{"ESP", "Total Reports", "Referrals", "Informational"}, rows: widen(func(c []string) []string { return []string{c[0], c[1], "12", "7"} })}, tenPrinted, ""},
		{"rank last", form{titles: tenTitle, heads: []string{"ESP", "Reports", "Rank"}, rows: widen(func(c []string) []string { n++; return []string{c[0], c[1], fmt.Sprint(n)} })}, tenPrinted, ""},
		{"only a total", form{titles: tenTitle, heads: []string{"ESP", "Total"}, rows: tenRows}, tenPrinted, ""},
		{"reports and total", form{titles: tenTitle, heads: []string{"ESP", "Reports", "Total"}, rows: widen(func(c []string) []string { return []string{c[0], c[1], c[1]} })}, "", "several columns may hold"},
		{"two kinds of reports", form{titles: tenTitle, heads: []string{"ESP", "Reports", "No. of Reports"}, rows: widen(func(c []string) []string { return []string{c[0], c[1], c[1]} })}, "", "several columns may hold"},
		{"only files", form{titles: tenTitle, heads: []string{"ESP", "Number of Files"}, rows: tenRows}, "", "no header names"},
		{"only referrals", form{titles: tenTitle, heads: []string{"ESP", "Referral Reports"}, rows: tenRows}, "", "no header names"},
		{"a number nobody names", form{titles: []string{"Providers in 2022"}, heads: []string{"ESP", "Total"}, rows: tenRows}, "", "no title says"},
		{"no header", form{titles: tenTitle, heads: []string{"", ""}, rows: tenRows}, "", "no header names"},
		{"a column without header", form{titles: tenTitle, heads: []string{"ESP", "", "Reports"}, rows: widen(func(c []string) []string { return []string{c[0], "8,888", c[1]} })}, "", ""},
		{"kinds of reporters", form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: []string{"Electronic Service Providers|1,000", "Public|12", "Total|1,012"}}, "", "kind of reporter"},
		{"by country", form{titles: []string{"2022 CyberTipline Reports by Country"}, heads: []string{"Country", "Reports"}, rows: tenRows}, "", "by country"},
		{"by state", form{heads: []string{"State", "Reports"}, rows: tenRows}, "", "by state"},
		{"notifications", form{titles: []string{"2022 Notifications Sent by NCMEC per ESP"}, heads: []string{"ESP", "Number"}, rows: tenRows}, "", "notifications"},
		{"notifications, by header", form{titles: tenTitle, heads: []string{"ESP", "Notifications"}, rows: tenRows}, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			res, err := read(t, c.f.pdf(t))
			if c.want == "" {
				if err == nil {
					t.Fatalf("read %v", res.Tables)
				}
				if !strings.Contains(err.Error(), c.error) || strings.Contains(err.Error(), "\n") {
					t.Errorf("refused for another reason: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := print(res.Tables[0]); got != c.want || codes(res.Findings, pipeline.Fail) != "" {
				t.Errorf("read %s, findings %v", got, res.Findings)
			}
		})
	}
}

func TestYears(t *testing.T) {
	cases := []struct {
		name   string
		f      form
		year   int
		warn   string
		failed string
	}{
		{"title", form{titles: []string{"2024 CyberTipline Reports by ESP"}}, 2024, "", ""},
		{"title behind", form{titles: []string{"CyberTipline 2024: Reports by Electronic Service Providers"}}, 2024, "", ""},
		{"above the title", form{titles: []string{"CyberTipline 2024", "Reports by Electronic Service Providers"}}, 2024, "", ""},
		{"revised later", form{titles: []string{"2022 CyberTipline Reports by ESP (revised 2023)"}}, 2022, "", ""},
		{"revised below", form{titles: []string{"2022 CyberTipline Reports by ESP", "Revised in June 2023"}}, 2022, "", ""},
		{"copyright only", form{titles: []string{"CyberTipline Reports by ESP"}, after: []string{"Copyright © 2023 National Center. All rights reserved."}}, 0, "year-unknown", ""},
		{"none", form{titles: []string{"CyberTipline Reports by ESP"}}, 0, "year-unknown", ""},
		{"metadata", form{titles: []string{"CyberTipline Reports by ESP"}, meta: "2021 CyberTipline Reports by ESP"}, 2021, "", ""},
		{"metadata of another year", form{titles: []string{"2022 CyberTipline Reports by ESP"}, meta: "2021 CyberTipline Reports by ESP"}, 2022, "", ""},
		{"two titles", form{titles: []string{"2022 CyberTipline Reports by ESP", "2023 Reports by ESP"}}, 0, "", "year-unknown"},
		{"two years in one", form{titles: []string{"2019-2023 CyberTipline Reports by ESP"}}, 0, "", "year-unknown"},
		{"half a year", form{titles: []string{"January - June 2026 CyberTipline Reports by ESP"}}, 0, "", "year-unknown"},
		{"half a year below", form{titles: []string{"2026 CyberTipline Reports by ESP", "First half of the year"}, heads: []string{"ESP", "2026 Reports"}}, 0, "", "year-unknown"},
		{"a year in months", form{titles: []string{"2026 CyberTipline Reports by ESP", "January 1 through December 31, 2026"}}, 2026, "", ""},
		{"marketing and decisions are no months", form{titles: []string{"2026 CyberTipline Reports by ESP: Marketing Decisions"}}, 2026, "", ""},
		{"in the header", form{titles: []string{"CyberTipline Reports by ESP"}, heads: []string{"ESP", "2023 Reports"}}, 2023, "", ""},
		{"header against title", form{titles: []string{"2022 CyberTipline Reports by ESP"}, heads: []string{"ESP", "2023 Reports"}}, 0, "", "year-unknown"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.f.rows = tenRows
			if c.f.heads == nil {
				c.f.heads = []string{"ESP", "Reports"}
			}
			res := mustRead(t, c.f.pdf(t))
			if res.Tables[0].Year != c.year || codes(res.Findings, pipeline.Warn) != c.warn || codes(res.Findings, pipeline.Fail) != c.failed {
				t.Errorf("year %d, findings %v", res.Tables[0].Year, res.Findings)
			}
		})
	}
}

func TestSeveralYears(t *testing.T) {
	for _, heads := range [][]string{{"ESP", "2022", "2023"}, {"ESP", "2022 Reports", "2023 Reports"}} {
		res := mustRead(t, form{
			titles: []string{"CyberTipline Reports by ESP"}, heads: heads,
			rows: []string{"Acme|10|20", "Bluth|-|5", "Initech|7|", "Zorg|1,000|3", "Total|1,017|28"},
		}.pdf(t))
		var got []string
		for _, tb := range res.Tables {
			got = append(got, print(tb))
		}
		want := "2022; Acme=10; Initech=7; Zorg=1000; Total 1017 / 2023; Acme=20; Bluth=5; Zorg=3; Total 28"
		if s := strings.Join(got, " / "); s != want || codes(res.Findings, pipeline.Fail) != "" {
			t.Errorf("%v: read %s, findings %v", heads, s, res.Findings)
		}
	}
}

func TestTotals(t *testing.T) {
	few := []string{"Acme|10", "Bluth|20", "Total Wireless|30"}
	cases := []struct {
		name  string
		rows  []string
		after []string
		want  string
		fails string
		warns string
	}{
		{"last", append(few[:3:3], "Totals:|60"), nil, "Totals: 60", "", ""},
		{"first", append([]string{"All ESPs|60"}, few...), nil, "All ESPs 60", "", ""},
		{"first and last", append(append([]string{"Total|60"}, few...), "Total|60"), nil, "Total 60", "", ""},
		{"missing", few, nil, "", "", "total-missing"},
		{"in a sentence", few, []string{"Total number of reports: 60."}, "Total number of reports 60", "", ""},
		{"a year", few, []string{"Total number of reports in 2022"}, "", "", "total-missing"},
		{"two that differ", append(few[:3:3], "Total|60", "Total Reports|70"), nil, "Total Reports 70", "several-totals", ""},
		{"of providers and of all", append(few[:3:3], "Total ESP Reports|60", "Total CyberTipline Reports|75"), nil, "Total ESP Reports 60", "", ""},
		{"with how many there are", append(few[:3:3], "Total (3 ESPs)|60"), nil, "Total (3 ESPs) 60", "", ""},
		{"of parts", append([]string{"Acme|10", "Subtotal|10", "Bluth|20", "Total Wireless|30"}, "Grand Total|60"), nil, "Grand Total 60", "", ""},
	}
	for _, c := range cases {
		for _, no := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " no rules: ", no), func(t *testing.T) {
				res := mustRead(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: c.rows, after: c.after, no: no}.pdf(t))
				tb := res.Tables[0]
				got := ""
				if tb.Total != nil {
					got = tb.Total.Label + " " + tb.Total.Reports.String()
				}
				if got != c.want || tb.Sum() != 60 || len(tb.Rows) != 3 || codes(res.Findings, pipeline.Fail) != c.fails || codes(res.Findings, pipeline.Warn) != c.warns {
					t.Errorf("read %s, findings %v", print(tb), res.Findings)
				}
			})
		}
	}
}

func TestBadCounts(t *testing.T) {
	for _, bad := range []string{"1,23", "1 234", "-", "", "1234", "12a", "1.234", "1,2345", "12*", "01", "N/A", "(12)", "-5"} {
		for _, no := range []bool{false, true} {
			rows := append(append([]string{}, tenRows[:4]...), "Kik|"+bad)
			rows = append(rows, tenRows[5:]...)
			res, err := read(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: rows, no: no}.pdf(t))
			if err != nil {
				if !strings.Contains(err.Error(), "test.pdf") {
					t.Errorf("%q: %v", bad, err)
				}
				continue
			}
			found := false
			for _, f := range res.Findings {
				found = found || f.Code == pipeline.BadCount && f.Severity == pipeline.Fail && f.At == pipeline.Place{Page: 1, Row: 5} && strings.Contains(f.What, "Kik")
			}
			if !found {
				t.Errorf("%q (no rules: %v): no finding names page and row: %v", bad, no, res.Findings)
			}
			for _, r := range res.Tables[0].Rows {
				if r.Name == "Kik" {
					t.Errorf("%q became %v", bad, r.Reports)
				}
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	var rows []string
	for i := range 70 {
		rows = append(rows, fmt.Sprintf("Company %d|%d", i+1, i+1))
	}
	res := mustRead(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: append(rows, "Total|2,485")}.pdf(t))
	page, row := 1, 0
	for i, r := range res.Tables[0].Rows {
		if r.At.Page != page {
			page, row = r.At.Page, 0
		}
		row++
		if r.At.Row != row || int(r.Reports) != i+1 {
			t.Errorf("%q stands at %v, counted %d", r.Name, r.At, row)
		}
	}
	if page != 2 || res.Tables[0].Total.At != (pipeline.Place{Page: 2}) {
		t.Errorf("%d pages, total at %v", page, res.Tables[0].Total.At)
	}
}

func TestMarks(t *testing.T) {
	cases := []struct {
		in       string
		name     string
		combined bool
		mark     string
	}{
		{"Facebook*", "Facebook", true, ""},
		{"Facebook *", "Facebook", true, ""},
		{"*Facebook", "Facebook", true, ""},
		{"Facebook†", "Facebook", false, "†"},
		{"Facebook*†", "Facebook", true, "†"},
		{"E*TRADE", "E*TRADE", false, ""},
		{"Kik [b]", "Kik", false, " [b]"},
		{"Kik⁽²⁾ᵃ", "Kik", false, "⁽²⁾ᵃ"},
		{"Kik [us]", "Kik [us]", false, ""},
		{"JMS Internet,", "JMS Internet,", false, ""},
	}
	for _, c := range cases {
		name, combined, marks := splitMarks(c.in, "")
		if name != c.name || combined != c.combined || marks != c.mark {
			t.Errorf("%q: %q %v %q", c.in, name, combined, marks)
		}
	}
	// A footnote's number stands raised behind a name, and is not a part of it.
	res := mustRead(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: []string{"Acme|10", "Bluth|20", "Zorg|30", "Total|60"}, draw: func(p *fpdf.Fpdf) {
		p.SetFont("Helvetica", "", 6)
		p.Text(65+26, 137-4+17, "1")
	}}.pdf(t))
	if got := print(res.Tables[0]); got != "2022; Acme=10; Bluth=20; Zorg=30; Total 60" || codes(res.Findings, pipeline.Warn) != "footnote-mark" {
		t.Errorf("read %s, findings %v", got, res.Findings)
	}
}

// Pages on their side, whether the file says so or not, read like others; a
// watermark across the table is no part of it.
func TestTurned(t *testing.T) {
	for _, angle := range []float64{0, 90, 180, 270} {
		p := fpdf.New("P", "pt", "A3", "")
		p.AddPage()
		p.SetFont("Helvetica", "", 10)
		p.TransformBegin()
		p.TransformRotate(angle, 420, 595)
		y := 500.0
		p.Text(320, y-40, tenTitle[0])
		for _, r := range append([]string{"ESP|Reports"}, tenRows...) {
			name, count, _ := strings.Cut(r, "|")
			p.Text(320, y, strings.NewReplacer("“", `"`, "”", `"`).Replace(name))
			p.Text(560-p.GetStringWidth(count), y, count)
			p.Line(320, y+4, 560, y+4)
			y += 16
		}
		p.TransformEnd()
		p.SetFont("Helvetica", "B", 60)
		p.TransformBegin()
		p.TransformRotate(45, 420, 595)
		p.Text(300, 600, "DRAFT 2021")
		p.TransformEnd()
		res := mustRead(t, done(t, p))
		want := strings.NewReplacer("“", `"`, "”", `"`).Replace(tenPrinted)
		if got := print(res.Tables[0]); got != want || codes(res.Findings, pipeline.Fail) != "" || len(res.Tables[0].Readings) != 2 {
			t.Errorf("turned by %v: read %s, findings %v", angle, got, res.Findings)
		}
	}
}

func TestBadDocuments(t *testing.T) {
	good := typesetGood(t)
	locked := func() []byte {
		p := fpdf.New("P", "pt", "Letter", "")
		p.SetProtection(fpdf.CnProtectPrint, "user", "owner")
		p.AddPage()
		p.SetFont("Helvetica", "", 12)
		p.Text(60, 60, "ESP")
		return done(t, p)
	}
	scan := func() []byte {
		img := image.NewGray(image.Rect(0, 0, 40, 40))
		img.Set(3, 3, color.White)
		var pic bytes.Buffer
		if err := png.Encode(&pic, img); err != nil {
			t.Fatal(err)
		}
		p := fpdf.New("P", "pt", "Letter", "")
		p.AddPage()
		p.RegisterImageOptionsReader("scan", fpdf.ImageOptions{ImageType: "PNG"}, &pic)
		p.ImageOptions("scan", 0, 0, 612, 792, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		p.SetTextRenderingMode(3) // text recognised under a scan
		p.SetFont("Helvetica", "", 12)
		p.Text(60, 60, "ESP")
		p.Text(260, 60, "Reports")
		return done(t, p)
	}
	pages := func(n int) []byte {
		p := fpdf.New("P", "pt", "Letter", "")
		for range n {
			p.AddPage()
		}
		return done(t, p)
	}
	cases := []struct {
		name   string
		body   []byte
		reason error
	}{
		{"empty.pdf", nil, ErrEmpty},
		{"text.pdf", []byte("ESP,Reports\nAcme,1\n"), ErrNotDocument},
		{"zip.pdf", []byte("PK\x03\x04 and more"), ErrNotDocument},
		{"page.pdf", []byte("<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>"), ErrNoTable},
		{"cut.pdf", good[:len(good)-1024], ErrTruncated},
		{"half.pdf", good[:len(good)/2], ErrTruncated},
		{"head.pdf", []byte("%PDF-1.4\n%%EOF\n"), ErrDamaged},
		{"locked.pdf", locked(), ErrPassword},
		{"scan.pdf", scan(), ErrNoText},
		{"blank.pdf", pages(1), ErrNoText},
		{"long.pdf", pages(pdf.MaxPages + 1), ErrTooLarge},
		{"big.pdf", append([]byte("%PDF-1.4\n"), make([]byte, MaxBytes)...), ErrTooLarge},
		{"deep.html", []byte("<!doctype html>" + strings.Repeat("<div>", 10_000)), ErrTooLarge},
		{"prose.pdf", form{titles: []string{"A letter about reports", "It has no table."}, heads: []string{"", ""}}.pdf(t), ErrNoTable},
		{"country.pdf", form{titles: []string{"2022 CyberTipline Reports by Country"}, heads: []string{"Country", "Reports"}, rows: tenRows}.pdf(t), ErrSister},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			res, err := testReader.Read(context.Background(), c.name, "", c.body)
			if !errors.Is(err, c.reason) {
				t.Fatalf("%v, want %v", err, c.reason)
			}
			if s := err.Error(); !strings.HasPrefix(s, c.name+": ") || strings.Contains(s, "\n") {
				t.Errorf("the message does not name the file in one line: %q", s)
			}
			if len(res.Tables) != 0 {
				t.Error("tables beside an error")
			}
			if c.reason == ErrSister && res.Sister != "by country" {
				t.Errorf("sister %q", res.Sister)
			}
		})
	}
	// After each of them the reader still reads.
	if got := print(mustRead(t, good).Tables[0]); got != tenPrinted {
		t.Error(got)
	}
}

// A reader that is out of time, cancelled or closed says so; closing twice is
// no error.
func TestDeadline(t *testing.T) {
	r := New()
	r.timeout = time.Microsecond
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	page := []byte("<!doctype html><h1>2022 Reports by ESP</h1><table>" + htmlHead + htmlRows(plainCells) + "</table>")
	for _, c := range []struct {
		ctx  context.Context
		body []byte
		want error
	}{
		{t.Context(), page, ErrTimeout}, {t.Context(), typesetGood(t), ErrTimeout},
		{cancelled, typesetGood(t), context.Canceled}, {t.Context(), typesetGood(t), ErrClosed},
	} {
		if c.want == ErrClosed {
			if err := errors.Join(r.Close(), r.Close()); err != nil {
				t.Error(err)
			}
		}
		if _, err := r.Read(c.ctx, "slow", "", c.body); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
}

// The letters of a ligature share a spot and both stay; a character printed
// twice to look bold counts once. A ligature's letters can lie a rounding
// apart. Two figures on one spot may be either, and are not guessed.
func TestUndouble(t *testing.T) {
	set := func(text string, x ...float64) (gs []glyph) {
		for i, r := range []rune(text) {
			gs = append(gs, glyph{pdf.Glyph{R: r, X: x[i], X0: x[i], X1: x[i] + 6, Size: 12}, i})
		}
		return gs
	}
	for _, c := range []struct {
		name string
		gs   []glyph
		want string
	}{
		{"ligature", set("Office", 0, 6, 6, 12, 18, 24), "Office"},
		{"ligature, rounded", set("Office", 0, 6, 6.0000004, 12, 18, 24), "Office"},
		{"figures on one spot", set("110", 0, 0, 6), "1\uFFFD0"},
		{"figures struck twice", set("1212", 0, 6, 0.2, 6.2), "12"},
		{"a second pass", set("OctOct", 0, 6, 12, 0.2, 6.2, 12.2), "Oct"},
	} {
		var words []string
		for _, w := range wordsOf(c.gs) {
			words = append(words, w.Text)
		}
		if got := strings.Join(words, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A pair of letters set far apart is no space on a page that prints its
// spaces, a gap as wide as a space is one, and what lies between is not
// guessed; where spaces are left to position, all are.
func TestKernedPair(t *testing.T) {
	page := func(space bool, gap float64) (gs []pdf.Glyph) {
		for row := range 12 {
			x := 50.0
			for _, r := range "Traffic Jam" {
				if row == 0 && r == 'a' && x > 80 {
					x += gap
				}
				if r != ' ' || space {
					gs = append(gs, pdf.Glyph{R: r, X: x, X0: x, X1: x + 4, Y: 700 - 20*float64(row), Size: 10})
				}
				x += 4
				if r == ' ' && !space {
					x -= 1.8 // a gap of 2.2
				}
			}
		}
		return gs
	}
	for _, c := range []struct {
		space bool
		gap   float64
		want  string
		loose bool
	}{
		{true, 1.5, "Traffic Jam", false},
		{true, 2.4, "Traffic J am", true},
		{true, 3.6, "Traffic J am", true}, // wider than any space left to position
		{false, 1.5, "Traffic J am", false},
	} {
		l := linesOf(page(c.space, c.gap))[0]
		if got := l.String(); got != c.want || l[len(l)-1].Loose != c.loose {
			t.Errorf("spaces printed %v, gap %v: %q, loose %v; want %q, %v", c.space, c.gap, got, l[len(l)-1].Loose, c.want, c.loose)
		}
	}
}
