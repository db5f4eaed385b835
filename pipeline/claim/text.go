package claim

import (
	"errors"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// PlainText makes the text that people read out of plain text, Markdown or
// HTML. Paragraphs are separated by blank lines.
func PlainText(source string) (string, error) {
	if !tag.MatchString(source) {
		for _, m := range markdown {
			source = m.pattern.ReplaceAllString(source, m.with)
		}
		return source, nil
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(strings.ReplaceAll(source, "\n", " ")))
	if err != nil {
		return "", errors.New("elements of the page are nested deeper than any page's are; save its text as plain text")
	}
	text := func(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }
	doc.Find(hidden).Remove()
	doc.Find("br").ReplaceWithNodes(text(" "))
	doc.Find("table tr").PrependNodes(text("\n| "))
	doc.Find("td, th").AppendNodes(text(" | "))
	doc.Find("table, caption").Add(blocks).Not("table :not(caption)").PrependNodes(text("\n\n")).AppendNodes(text("\n\n"))
	return doc.Text(), nil
}

var tag = regexp.MustCompile(`(?i)<(!doctype|html|body|p|div|article|h[1-6]|ul|table|br)\b`)

// What is no text, and what ends a paragraph.
const (
	hidden = "script, style, noscript, template, svg, nav"
	blocks = "p, div, li, h1, h2, h3, h4, h5, h6, tr, blockquote, section, article, header, footer, figcaption, dd, dt, title"
)

var markdown = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile("(?ms)^```.*?^```\\s*$"), "\n\n"},
	{regexp.MustCompile(`!\[[^\]]*\]\([^)\s]*\)`), ""},
	{regexp.MustCompile(`\[([^\]]+)\]\([^)\s]*(?: "[^"]*")?\)`), "$1"},
	{regexp.MustCompile(`(?m)^ {0,3}#{1,6} +(.*)$`), "$1\n"},
	{regexp.MustCompile(`(?m)^ {0,3}>+ ?`), ""},
	{regexp.MustCompile(`(?m)^ {0,3}(?:[-*+]|\d+[.)]) +`), "\n"},
	{regexp.MustCompile(`(\*\*|__)([^*_\n]+)(\*\*|__)`), "$2"},
	{regexp.MustCompile(`(^|[\s(])[*_]([^*_\n]+)[*_]`), "$1$2"},
	{regexp.MustCompile("`([^`\n]+)`"), "$1"},
	{regexp.MustCompile(`https?://\S+`), " "},
}
