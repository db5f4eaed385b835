package faultsite

import (
	"fmt"
	"strings"
)

// HashedPath returns a path that names neither year nor content, as a document
// may have it in a media store.
func HashedPath(year int) string {
	return fmt.Sprintf("/content/dam/ncmec/media_%08x.pdf", (year*2654435761)&0xffffffff)
}

// Accordion returns a page with a report archive as the new front end builds it:
// for each year a plain <div> with a label, and after it a list of downloads
// whose words and addresses name no year.
func Accordion(years ...int) string {
	var b strings.Builder
	for _, y := range years {
		fmt.Fprintf(&b, `<div><div>%d CyberTipline Reports</div><div><ul>
<li><a href="%s">Reports by ESP</a></li><li><a href="/content/dam/ncmec/country-%x.pdf">Reports by Country</a></li><li><a href="/content/dam/ncmec/notices-%x.pdf">Notifications sent</a></li>
</ul></div></div>
`, y, HashedPath(y), y, y)
	}
	return block("Data archive", `<div class="report-archive accordion">`+b.String()+"</div>")
}

// FlatAccordion is Accordion with labels and lists as siblings.
func FlatAccordion(years ...int) string {
	var b strings.Builder
	for _, y := range years {
		fmt.Fprintf(&b, "<div>%d CyberTipline Reports</div>\n<ul><li><a href=%q>Reports by ESP (PDF)</a></li></ul>\n", y, HashedPath(y))
	}
	return block("Data archive", b.String())
}

// Carousel returns a page with historical reports as the new front end builds
// them: rows of cells with cover, alternative text, year, count, link text and
// link. Only the heading says what they are.
func Carousel(years ...int) string {
	var b strings.Builder
	for _, y := range years {
		fmt.Fprintf(&b, `<div><div><picture><img src="/cover.jpg" alt=""></picture></div><div>Cover</div><div>%d</div><div>%s</div><div>Download PDF</div><div><a href="%s">Download PDF</a></div></div>
`, y, grouped(20_000_000+y), HashedPath(y))
	}
	return block("CyberTipline reports by ESP", `<div class="historical-reports-carousel">`+b.String()+"</div>")
}

// ClickHere returns a page as that of 2019, whose links are two words in a
// sentence.
func ClickHere(years ...int) string {
	var b strings.Builder
	for _, y := range years {
		fmt.Fprintf(&b, "<p>To see the number of reports made by each electronic service provider in %d, <a href=%q>click here</a>.</p>\n", y, HashedPath(y))
	}
	return block("CyberTipline", b.String())
}

// WithJSON returns a page whose years are there as data for scripts too, with
// the links next to it.
func WithJSON(years ...int) string {
	links := ""
	for _, y := range years {
		links += fmt.Sprintf("<li><a href=%q>%d Reports by ESP</a></li>\n", HashedPath(y), y)
	}
	return block("Data", fmt.Sprintf(`<script type="application/json">{"years":[%d],"table":[["ESP","Reports"]]}</script><div data-model='{"rows":[["ESP","Number of Reports"],["Imgur","1"]]}'></div><ul>%s</ul>`, years[0], links))
}

// ManyLinks returns a page with n links of every kind that a large site has,
// and those given among them.
func ManyLinks(n int, links []Link) string {
	var b strings.Builder
	words := []string{"Annual report %d", "Support for ESPs, part %d", "Missing child %d", "State report %d", "News of 2023, no. %d", "Reporting to ESPs %d"}
	for i := range n {
		fmt.Fprintf(&b, "<li><a href=\"/page-%d.html\">"+words[i%len(words)]+"</a></li>\n", i, i)
		if i%500 == 250 && len(links) > 0 {
			fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", links[0].Href, links[0].Text)
			links = links[1:]
		}
	}
	for _, l := range links {
		fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", l.Href, l.Text)
	}
	return block("Everything", "<ul>"+b.String()+"</ul>")
}

// Safety returns a page with n links to reports on ESP safety, which are not
// reports by ESP, in front of those given.
func Safety(n int, links []Link) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<li><a href=\"/safety/part-%d.pdf\">2025 report on ESP safety, part %d</a></li>\n", i, i)
	}
	for _, l := range links {
		fmt.Fprintf(&b, "<li><a href=%q>%s</a></li>\n", l.Href, l.Text)
	}
	return block("Publications", "<ul>"+b.String()+"</ul>")
}

func block(heading, body string) string {
	return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>CyberTipline Data</title></head><body><main><div><h2>" + heading + "</h2></div>\n" + body + "</main></body></html>\n"
}
