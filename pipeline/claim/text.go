package claim

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// PlainText makes the text that people read out of plain text, Markdown or
// HTML. Paragraphs are separated by blank lines.
func PlainText(source string) string {
	if tag.MatchString(source) {
		return htmlText(source)
	}
	return markdownText(source)
}

var tag = regexp.MustCompile(`(?i)<(!doctype|html|body|p|div|article|h[1-6]|ul|table|br)\b`)

// blocks end a paragraph; hidden are not text.
var (
	blocks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Tr: true, atom.Blockquote: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Figcaption: true, atom.Dd: true, atom.Dt: true, atom.Title: true}
	hidden = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Nav: true}
)

func htmlText(source string) string {
	var b strings.Builder
	rows := false // inside a table
	inside := 0   // of elements whose text nobody sees
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken: // the end
			return b.String()
		case html.TextToken:
			if inside == 0 {
				b.WriteString(strings.ReplaceAll(string(z.Text()), "\n", " "))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch tag := atom.Lookup(name); {
			case hidden[tag] && kind == html.StartTagToken:
				inside++
			case hidden[tag] && kind == html.EndTagToken:
				inside = max(0, inside-1)
			case tag == atom.Br:
				b.WriteString(" ")
			case tag == atom.Table:
				rows = kind == html.StartTagToken
				b.WriteString("\n\n")
			case rows && tag == atom.Tr && kind == html.StartTagToken:
				b.WriteString("\n| ")
			case rows && (tag == atom.Td || tag == atom.Th) && kind == html.EndTagToken:
				b.WriteString(" | ")
			case tag == atom.Caption, blocks[tag] && !rows:
				b.WriteString("\n\n")
			}
		}
	}
}

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

func markdownText(s string) string {
	for _, m := range markdown {
		s = m.pattern.ReplaceAllString(s, m.with)
	}
	return s
}
