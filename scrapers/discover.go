package scrapers

import (
	"net/url"
	"strings"
	"unicode"

	"espfigures/pipeline"
	"espfigures/pipeline/link"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of what is looked at around a link.
const (
	maxDepth  = 400 // hostile nesting; nobody reads a page like that
	maxBlock  = 300 // bytes of a block that a link is in
	maxLabel  = 200 // bytes of a label before a link
	maxLabels = 3   // labels looked at on each level of nesting
	maxAround = 12  // texts around a link
)

// pageLink is a link of a page that may concern the run.
type pageLink struct {
	link.Judgement
	url         *url.URL
	text, title string
	page        string
}

// reader reads the links of one page, each with the text around it, whatever
// tags the page uses: the block that a link is in, the labels before it (text
// without links, on any level of nesting), and the nearest heading.
type reader struct {
	sisters []pipeline.SisterWord
	page    string
	abs     func(string) string // makes an address absolute, <base href> included

	heading string
	labels  [][]string   // on each level of nesting, the last texts without links
	open    []*link.Link // whose block is not complete yet
	links   []pageLink
	count   int // of all links of the page
}

// linksOf returns the links of a page that may concern the run, in the order of
// the page, and how many links it has in all.
func linksOf(e *colly.HTMLElement, sisters []pipeline.SisterWord) (links []pageLink, count int) {
	r := &reader{sisters: sisters, page: e.Request.URL.String(), abs: e.Request.AbsoluteURL}
	for _, n := range e.DOM.Nodes {
		r.node(n, 0)
	}
	r.close(0, "", true)
	return r.links, r.count
}

// node reads a node. It returns its text, cut off beyond maxBlock, and whether
// there is a link in it.
func (r *reader) node(n *html.Node, depth int) (text string, linked bool) {
	if n.Type == html.TextNode {
		return squeeze(n.Data[:min(len(n.Data), 4*maxBlock)]), false
	}
	if depth > maxDepth {
		return "", false
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template:
		return "", false
	case atom.Br:
		return " ", false
	case atom.Img:
		return " " + attr(n, "alt") + " ", false
	}
	first := len(r.open)
	r.labels = append(r.labels, nil)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		t, l := r.node(c, depth+1)
		linked = linked || l
		if !l && clean(t) != "" {
			r.label(depth, clean(t))
		}
		if len(text) <= maxBlock {
			text = squeeze(text + t)
		}
	}
	r.labels = r.labels[:depth]
	text = text[:min(len(text), maxBlock+1)] // one more than is used, if it is cut off
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Button, atom.Summary, atom.Caption, atom.Dt:
		if t := clean(text); t != "" {
			r.heading = t[:min(len(t), maxLabel)]
		}
	}
	switch n.DataAtom {
	case atom.Li, atom.Tr, atom.P, atom.Dt, atom.Dd, atom.Div, atom.Section, atom.Article, atom.Figure, atom.Td, atom.Th, atom.Ul, atom.Ol, atom.Table,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.close(first, clean(text), false)
		text = " " + text + " "
	}
	if href := hrefOf(n); href != "" {
		linked = true
		r.add(n, href, clean(text))
	}
	return text, linked
}

// label records a text without links for the links that follow it.
func (r *reader) label(level int, text string) {
	l := append(r.labels[level], text[:min(len(text), maxLabel)])
	r.labels[level] = l[max(0, len(l)-maxLabels):]
}

// hrefOf returns where an element leads, "" if nowhere.
func hrefOf(n *html.Node) string {
	switch n.DataAtom {
	case atom.A, atom.Area:
		return attr(n, "href")
	case atom.Iframe, atom.Embed:
		return attr(n, "src")
	case atom.Object:
		return attr(n, "data")
	case atom.Meta:
		if _, to, ok := strings.Cut(attr(n, "content"), "="); ok && strings.EqualFold(attr(n, "http-equiv"), "refresh") {
			return strings.Trim(strings.TrimSpace(to), `'"`)
		}
	}
	return ""
}

// add records a link with the labels before it, nearest first.
func (r *reader) add(n *html.Node, href, text string) {
	abs := r.abs(strings.TrimSpace(href))
	u, err := url.Parse(abs)
	if abs == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	r.count++
	u.Fragment, u.RawFragment = "", ""
	l := &link.Link{URL: u, Text: text}
	for _, key := range []string{"title", "aria-label", "download"} {
		if l.Title == "" {
			l.Title = clean(attr(n, key))
		}
	}
	for level := len(r.labels) - 1; level >= 0; level-- {
		for i := len(r.labels[level]) - 1; i >= 0 && len(l.Around) < maxAround; i-- {
			l.Around = append(l.Around, r.labels[level][i])
		}
	}
	if r.heading != "" {
		l.Around = append(l.Around, r.heading)
	}
	r.open = append(r.open, l)
}

// close gives the links from the first on the text of the block that ends, if
// it says more than they do, and judges those whose block is known.
func (r *reader) close(first int, block string, last bool) {
	still := r.open[:first]
	for _, l := range r.open[first:] {
		if block == l.Text && !last {
			still = append(still, l)
			continue
		}
		if len(block) <= maxBlock {
			l.Around = append([]string{block}, l.Around...)
		}
		if j := link.Judge(*l, r.sisters); j.Verdict != link.Unrelated {
			r.links = append(r.links, pageLink{j, l.URL, l.Text, l.Title, r.page})
		}
	}
	r.open = still
}

// squeeze replaces runs of white space by one space.
func squeeze(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}

func clean(s string) string { return strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "") }

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
