package faultsite

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed pages.html
var pages string

var forms = template.Must(template.New("").Funcs(template.FuncMap{
	"words": func(s string) []string { return strings.Split(s, ", ") }, "grouped": grouped,
}).Parse(pages))

func fill(name string, data any) string {
	var b strings.Builder
	if err := forms.ExecuteTemplate(&b, name, data); err != nil {
		panic(err)
	}
	return b.String()
}

// Link is a link of a landing page.
type Link struct{ Href, Text string }

// ReportPath returns the path a year's table has on the real site.
func ReportPath(year int) string {
	return fmt.Sprintf("/content/dam/missingkids/pdfs/%d-reports-by-esp.pdf", year)
}

// Reports returns the links to the tables of some years as the real page has
// them.
func Reports(years ...int) (links []Link) {
	for _, y := range years {
		links = append(links, Link{ReportPath(y), fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", y)})
	}
	return links
}

// Landing returns a page of the real landing page's shape: some 700 KB, a
// headline on the newest year, accordions, tables of totals by category, and
// some 200 links, of which only those given lead to documents. Each year of
// sisters gets its sister documents, which must be skipped.
func Landing(links []Link, sisters ...int) string {
	return fill("landing", map[string]any{"Links": links, "Sisters": sisters})
}

// HTMLTable returns a table of reports per ESP as part of a web page.
func HTMLTable(year int, rows []Row) string {
	return fill("table", map[string]any{"Year": year, "Rows": withTotal(rows)})
}
