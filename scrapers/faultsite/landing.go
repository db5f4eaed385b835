package faultsite

import (
	"fmt"
	"strings"
)

// Link is a link of a landing page.
type Link struct {
	Href, Text, Title string
}

// Sisters returns links to the documents that are published next to the tables of a
// year and must be skipped.
func Sisters(year int) []Link {
	return []Link{
		{fmt.Sprintf("/content/dam/missingkids/pdfs/%d-reports-by-country.pdf", year), fmt.Sprintf("%d CyberTipline Reports by Country", year), ""},
		{fmt.Sprintf("/content/dam/missingkids/pdfs/%d-reports-by-state.pdf", year), fmt.Sprintf("%d CyberTipline Reports by State", year), ""},
		{fmt.Sprintf("/content/dam/missingkids/pdfs/%d-notifications-by-ncmec-per-esp.pdf", year), fmt.Sprintf("%d Notifications Sent by NCMEC Per ESP", year), ""},
		{fmt.Sprintf("/content/dam/missingkids/pdfs/OJJDP-NCMEC-Transparency-CY-%d-Report.pdf", year), fmt.Sprintf("CY %d Report to OJJDP", year), ""},
		{fmt.Sprintf("/content/dam/missingkids/pdfs/%d-CyberTipline-Report.pdf", year), fmt.Sprintf("%d CyberTipline Report", year), ""},
	}
}

// ReportPath returns the path a year's table has on the real site.
func ReportPath(year int) string {
	return fmt.Sprintf("/content/dam/missingkids/pdfs/%d-reports-by-esp.pdf", year)
}

// Reports returns the links to the tables of some years as the real page has
// them.
func Reports(years ...int) []Link {
	var links []Link
	for _, y := range years {
		links = append(links, Link{ReportPath(y), fmt.Sprintf("%d CyberTipline Reports by Electronic Service Providers (ESP)", y), ""})
	}
	return links
}

// Landing returns a page of the real landing page's shape: some 700 KB, a
// headline on the newest year, accordions, tables of totals by category, and
// some 200 links, of which only those given lead to documents. Each year of
// sisters gets its sister documents.
func Landing(links []Link, sisters ...int) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>CyberTipline Data</title>\n")
	for i := range 30 {
		fmt.Fprintf(&b, "<link rel=\"stylesheet\" href=\"/etc.clientlibs/site-%02d.min.css\"><script src=\"/etc.clientlibs/site-%02d.min.js\"></script>\n", i, i)
	}
	b.WriteString("<script>window.model = {")
	for i := range 2600 {
		fmt.Fprintf(&b, "\"component-%04d\":{\"href\":\"/content/page-%04d.html\",\"title\":\"2022 reports by ESP, part %d\"},\n", i, i, i)
	}
	b.WriteString("};</script></head>\n<body class=\"page basicpage\">\n<nav>\n")
	for i := range 90 {
		fmt.Fprintf(&b, "<li class=\"cmp-navigation__item\"><a class=\"cmp-navigation__link\" href=\"/section-%02d/topic-%02d\">%s %d</a></li>\n",
			i/10, i, []string{"Get help now", "Report child exploitation", "Our work", "Education", "Support for ESPs", "Blog", "About the state of our work", "CyberTipline", "Volunteer"}[i%9], i)
	}
	b.WriteString("</nav>\n<main><h1>2025 CyberTipline Report</h1>\n<p>Totals for 2025, 2024 and 2023, with reports by electronic service providers and by the public.</p>\n")
	for t := range 4 {
		fmt.Fprintf(&b, "<h2>Reports by category, %d</h2><table class=\"totals\"><thead><tr><th>Category</th><th>%d</th><th>%d</th></tr></thead><tbody>\n", 2025-t, 2025-t, 2024-t)
		for i, c := range []string{"Possession, manufacture and distribution", "Online enticement", "Unsolicited material", "Trafficking", "Misleading words", "Total"} {
			fmt.Fprintf(&b, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n", c, grouped(35944826/(i+1)+t), grouped(31802525/(i+1)+t))
		}
		b.WriteString("</tbody></table>\n")
	}
	accordion := func(title string, links []Link) {
		fmt.Fprintf(&b, "<div class=\"cmp-accordion__item\"><h3 class=\"cmp-accordion__header\"><button class=\"cmp-accordion__button\"><span class=\"cmp-accordion__title\">%s</span></button></h3>\n<div class=\"cmp-accordion__panel\">\n", title)
		for range 6 {
			b.WriteString("<p class=\"cmp-text\">" + strings.Repeat("Each report is reviewed and made available to law enforcement. ", 60) + "</p>\n")
		}
		b.WriteString("<ul>\n")
		for _, l := range links {
			fmt.Fprintf(&b, "<li><a class=\"cmp-download__action\" href=\"%s\"", l.Href)
			if l.Title != "" {
				fmt.Fprintf(&b, " title=\"%s\"", l.Title)
			}
			fmt.Fprintf(&b, "><span>%s</span></a></li>\n", l.Text)
		}
		b.WriteString("</ul></div></div>\n")
	}
	accordion("By Electronic Service Providers (ESP)", links)
	for _, y := range sisters {
		accordion(fmt.Sprintf("More on %d", y), Sisters(y))
	}
	for i := range 12 {
		accordion(fmt.Sprintf("Question %d", i), []Link{
			{fmt.Sprintf("https://www.example.org/reports/%d", i), "A report of another organisation, 2022", ""},
			{fmt.Sprintf("/blog/2023/story-%d", i), "Read our 2023 story", ""},
			{"#top", "Back to top", ""},
			{"mailto:someone@example.org", "Write to us", ""},
		})
	}
	b.WriteString("</main>\n<footer>\n")
	for i := range 50 {
		fmt.Fprintf(&b, "<a href=\"/footer/%02d\">Footer %d</a>\n", i, i)
	}
	for b.Len() < 700_000 {
		b.WriteString("<!-- " + strings.Repeat("experience fragment ", 40) + "-->\n")
	}
	b.WriteString("</footer></body></html>\n")
	return b.String()
}
