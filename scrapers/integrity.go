package scrapers

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
)

var pdfDate = regexp.MustCompile(`/ModDate\s*\(D:(\d{14})(Z|[+-]\d{2}'?\d{2})?`)

// innerDate returns the date a PDF gives for its last change, as far as it
// stands in the open; the zero time where it does not.
func innerDate(body []byte) time.Time {
	var last time.Time
	for _, m := range pdfDate.FindAllSubmatch(body, -1) {
		zone := strings.ReplaceAll(string(m[2]), "'", "")
		if zone == "" || zone == "Z" {
			zone = "+0000"
		}
		if t, err := time.Parse("20060102150405-0700", string(m[1])+zone); err == nil && t.After(last) {
			last = t.UTC()
		}
	}
	return last
}

// titled returns a page's title as the end of a message: `, titled "..."`.
func titled(body []byte) string {
	if title := pageTitle(body); title != "" {
		return `, titled "` + title + `"`
	}
	return ""
}

func pageTitle(body []byte) string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body[:min(len(body), 64<<10)]))
	if err != nil {
		return ""
	}
	return shorten(strings.Join(strings.Fields(doc.Find("title").First().Text()), " "), 80)
}

func shorten(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
