package faultsite

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Row is a row of a table.
type Row struct {
	Name    string
	Reports int
}

// Rows returns n rows that a table could hold, the same ones for the same
// seed.
func Rows(n, seed int) []Row {
	rows := []Row{{"Facebook", 21165208 + seed}, {"Instagram, Inc.", 5007902 + seed}, {"Imgur, LLC", 64211 + seed}}
	for i := len(rows); i < n; i++ {
		rows = append(rows, Row{fmt.Sprintf("Example Service %03d", i), (i*i*37+seed*11)%90000 + 1})
	}
	return rows[:n]
}

// PDF typesets a table of reports per ESP for a year, with its total. The
// same input gives the same bytes.
func PDF(year int, rows []Row) []byte {
	return typeset(fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", year), "ESP", "Number of Reports", rows)
}

// CountryPDF typesets the sister document of reports by country.
func CountryPDF(year int, rows []Row) []byte {
	return typeset(fmt.Sprintf("%d CyberTipline Reports by Country", year), "Country", "Number of Reports", rows)
}

func typeset(title, left, right string, rows []Row) []byte {
	p := fpdf.New("P", "mm", "Letter", "")
	day := time.Date(2023, 4, 28, 14, 59, 42, 0, time.UTC)
	p.SetCreationDate(day)
	p.SetModificationDate(day)
	p.SetCatalogSort(true)
	p.SetTitle(title, true)
	p.SetMargins(20, 20, 20)
	p.SetAutoPageBreak(false, 20)
	const w1, w2, h = 110.0, 60.0, 7.0
	line := func(style, name, number string) {
		p.SetFont("Helvetica", style, 10)
		p.CellFormat(w1, h, name, "1", 0, "L", false, 0, "")
		p.CellFormat(w2, h, number, "1", 1, "R", false, 0, "")
	}
	total := 0
	for i, r := range rows {
		if i%32 == 0 {
			p.AddPage()
			if i == 0 {
				p.SetFont("Helvetica", "B", 14)
				p.CellFormat(w1+w2, 2*h, title, "", 1, "C", false, 0, "")
			}
			line("B", left, right)
		}
		line("", r.Name, grouped(r.Reports))
		total += r.Reports
	}
	line("B", "Total:", grouped(total))
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// PDFBomb returns a PDF of some kilobytes whose only page holds a stream that
// grows to the given size when decoded.
func PDFBomb(decoded int) []byte {
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.BestCompression)
	block := bytes.Repeat([]byte("0 0 m 9 9 l S\n"), 4096)
	for n := 0; n < decoded; n += len(block) {
		w.Write(block)
	}
	w.Close()
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(at)}, args...)...)
	}
	b.WriteString("%PDF-1.7\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>")
	object("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", z.Len(), z.String())
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// HTMLTable returns a table of reports per ESP as part of a web page.
func HTMLTable(year int, rows []Row) string {
	total := 0
	for _, r := range rows {
		total += r.Reports
	}
	return fill("table", struct {
		Year, Total int
		Rows        []Row
	}{year, total, rows})
}
