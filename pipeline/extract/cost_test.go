package extract

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline/pdf"
)

// Reading grows little more than with what the document holds: sixteen times as
// long for four times as much would be with its square. Other programs on the
// machine may slow one of a few attempts.
func grows(t *testing.T, name string, small int, read func(n int)) {
	t.Helper()
	took := func(n int) time.Duration {
		best := time.Hour
		for range 3 {
			began := time.Now()
			read(n)
			best = min(best, time.Since(began))
		}
		return best
	}
	var once, four time.Duration
	for range 5 {
		if once, four = took(small), took(4*small); four <= 9*once {
			return
		}
	}
	t.Errorf("%s: %d take %v, four times as many %v", name, small, once, four)
}

func TestReadingGrows(t *testing.T) {
	rows := func(i int, text string) string { return []string{"ESP\tReports", text}[min(i, 1)] }
	for name, text := range map[string]func(i int) string{
		"rows":           func(i int) string { return rows(i, fmt.Sprintf("Acme %d\t%d", i, i%1000)) },
		"headers":        func(i int) string { return "ESP\tReports" },
		"names":          func(i int) string { return rows(i, fmt.Sprintf("ESP %d", i)) },
		"numbers":        func(i int) string { return rows(i, fmt.Sprintf("\t%d", i)) },
		"letters":        func(i int) string { return rows(i, []string{"A", "A\t1"}[i%2]) },
		"header and row": func(i int) string { return rows(i%2, fmt.Sprintf("A%d\t%d", i, i%1000)) },
	} {
		docs := map[int]pdf.Document{}
		for _, lines := range []int{200, 800} {
			p := pdf.Page{W: 612, H: float64(lines)}
			for i := range lines {
				x, y := 50.0, float64(lines-i)
				for _, r := range text(i) {
					if r == '\t' {
						x = 400
						continue
					}
					p.Glyphs = append(p.Glyphs, pdf.Glyph{R: r, X: x, X0: x, X1: x + 0.5, Y: y - 1, Size: 0.8, MCID: -1})
					x += 0.5
				}
				p.Rules = append(p.Rules, pdf.Rule{X0: 40, Y0: y - 1.2, X1: 450, Y1: y - 1.2})
			}
			docs[lines] = pdf.Document{Pages: []pdf.Page{p, p}}
		}
		grows(t, name, 200, func(lines int) { _, _ = readPages(context.Background(), "big.pdf", docs[lines]) })
	}
	table := func(rows string) string {
		return "<table>" + htmlHead + "<tr><td>A</td><td>1</td></tr>" + rows + "</table>"
	}
	for name, part := range map[string]string{
		"tables":              table("<tr><td>Total</td><td>1</td></tr>"),
		"headings and tables": "<h3>Reports by ESP</h3><p>Total: 7" + table(""),
		"totals":              "<p>Total: 5",
		"unclosed links":      "<p><a><b><i>",
		"rows of one table":   "<tr><td>A</td><td>1</td></tr>",
		"cells of one header": "<th>ESP</th><th>Reports</th>",
	} {
		before := "<!doctype html><h1>2022 Reports by ESP</h1>" + table("")
		if strings.HasPrefix(part, "<tr>") || strings.HasPrefix(part, "<th>") {
			before += "<table>" + htmlHead
		}
		grows(t, name, 300, func(n int) {
			_, _ = readHTML(context.Background(), "page.html", "", []byte(before+strings.Repeat(part, n)))
		})
	}
}
