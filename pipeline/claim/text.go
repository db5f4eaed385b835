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
	if isHTML(source) {
		return htmlText(source)
	}
	return markdownText(source)
}

var tag = regexp.MustCompile(`(?i)<(!doctype|html|body|p|div|article|h[1-6]|ul|table|br)\b`)

func isHTML(s string) bool { return tag.MatchString(s) }

// blocks end a paragraph; hidden are not text.
var (
	blocks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Li: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Tr: true, atom.Blockquote: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Figcaption: true, atom.Dd: true, atom.Dt: true, atom.Title: true}
	hidden = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Nav: true}
)

func htmlText(source string) string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return source
	}
	var b strings.Builder
	for n := root; n != nil; n = following(n, &b) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(strings.Join(strings.Fields(" "+n.Data+" "), " "))
			if strings.TrimSpace(n.Data) == "" || strings.HasSuffix(n.Data, " ") || strings.HasSuffix(n.Data, "\n") {
				b.WriteString(" ")
			}
		case n.DataAtom == atom.Br:
			b.WriteString(" ")
		case blocks[n.DataAtom]:
			b.WriteString("\n\n")
		case n.DataAtom == atom.Td || n.DataAtom == atom.Th:
			b.WriteString(" | ")
		}
	}
	return b.String()
}

// following returns the next node in the order of the document, and ends the
// paragraph of every block that it leaves. It uses no stack of calls: a page
// can be nested deeply.
func following(n *html.Node, b *strings.Builder) *html.Node {
	if n.FirstChild != nil && !hidden[n.DataAtom] {
		return n.FirstChild
	}
	for n != nil {
		if blocks[n.DataAtom] {
			b.WriteString("\n\n")
		}
		if n.NextSibling != nil {
			if next := n.NextSibling; next.Type == html.TextNode && next.Data != "" && (next.Data[0] == ' ' || next.Data[0] == '\n') {
				b.WriteString(" ")
			}
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
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
