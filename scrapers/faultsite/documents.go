package faultsite

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
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

// changed is the date of every document.
var changed = time.Date(2023, 4, 28, 14, 59, 42, 0, time.UTC)

// grouped writes a number with commas.
func grouped(n int) string { return message.NewPrinter(language.English).Sprint(n) }

func withTotal(rows []Row) []Row {
	sum := 0
	for _, r := range rows {
		sum += r.Reports
	}
	return append(rows[:len(rows):len(rows)], Row{"Total:", sum})
}

// PDF typesets a table of reports per ESP for a year, with its total. The
// same input gives the same bytes.
func PDF(year int, rows []Row) []byte {
	return typeset(fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", year), "ESP", rows)
}

// CountryPDF typesets the sister document of reports by country.
func CountryPDF(year int, rows []Row) []byte {
	return typeset(fmt.Sprintf("%d CyberTipline Reports by Country", year), "Country", rows)
}

func typeset(title, of string, rows []Row) []byte {
	p := fpdf.New("P", "mm", "Letter", "")
	p.SetTitle(title, true)
	p.SetAutoPageBreak(false, 0)
	p.SetFont("Helvetica", "", 10)
	line := func(name, number string) {
		p.CellFormat(110, 7, name, "1", 0, "L", false, 0, "")
		p.CellFormat(60, 7, number, "1", 1, "R", false, 0, "")
	}
	for i, r := range withTotal(rows) {
		if i%32 == 0 {
			p.AddPage()
			p.CellFormat(170, 14, title, "", 1, "C", false, 0, "")
			line(of, "Number of Reports")
		}
		line(r.Name, grouped(r.Reports))
	}
	return output(p)
}

func output(p *fpdf.Fpdf) []byte {
	p.SetCreationDate(changed)
	p.SetModificationDate(changed)
	p.SetCatalogSort(true)
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// PDFBomb returns a PDF of some kilobytes whose only page holds a stream that
// grows to the given size when decoded.
func PDFBomb(decoded int) []byte {
	p := fpdf.New("P", "mm", "Letter", "")
	p.AddPage()
	const lines = "0 0 m 9 9 l S\n"
	p.RawWriteBuf(bytes.NewReader(bytes.Repeat([]byte(lines), decoded/len(lines))))
	return output(p)
}
