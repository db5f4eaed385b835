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
type Link struct {
	Href, Text, Title string
}

// ReportPath returns the path a year's table has on the real site.
func ReportPath(year int) string {
	return fmt.Sprintf("/content/dam/missingkids/pdfs/%d-reports-by-esp.pdf", year)
}

// Reports returns the links to the tables of some years as the real page has
// them.
func Reports(years ...int) (links []Link) {
	for _, y := range years {
		links = append(links, Link{ReportPath(y), fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", y), ""})
	}
	return links
}

// Landing returns a page of the real landing page's shape: some 700 KB, a
// headline on the newest year, accordions, tables of totals by category, and
// some 200 links, of which only those given lead to documents. Each year of
// sisters gets its sister documents, which must be skipped.
func Landing(links []Link, sisters ...int) string {
	type accordion struct {
		Title string
		Links []Link
	}
	list := []accordion{{"By Electronic Service Providers (ESP)", links}}
	for _, y := range sisters {
		more := accordion{Title: fmt.Sprintf("More on %d", y)}
		for _, s := range [][2]string{
			{"%d-reports-by-country.pdf", "%d CyberTipline Reports by Country"},
			{"%d-reports-by-state.pdf", "%d CyberTipline Reports by State"},
			{"%d-notifications-by-ncmec-per-esp.pdf", "%d Notifications Sent by NCMEC Per ESP"},
			{"OJJDP-NCMEC-Transparency-CY-%d-Report.pdf", "CY %d Report to OJJDP"},
			{"%d-CyberTipline-Report.pdf", "%d CyberTipline Report"},
		} {
			more.Links = append(more.Links, Link{Href: fmt.Sprintf("/content/dam/missingkids/pdfs/"+s[0], y), Text: fmt.Sprintf(s[1], y)})
		}
		list = append(list, more)
	}
	for i := range 12 {
		list = append(list, accordion{fmt.Sprintf("Question %d", i), []Link{
			{fmt.Sprintf("https://www.example.org/reports/%d", i), "A report of another organisation, 2022", ""},
			{fmt.Sprintf("/blog/2023/story-%d", i), "Read our 2023 story", ""},
			{"#top", "Back to top", ""},
			{"mailto:someone@example.org", "Write to us", ""},
		}})
	}
	return fill("landing", list)
}
