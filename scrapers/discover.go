package scrapers

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/link"

	"github.com/PuerkitoBio/goquery"
	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of what is looked at around a link.
const (
	maxBlock  = 300 // bytes of a block that a link is in
	maxLabel  = 200 // bytes of a label before a link
	maxLabels = 3   // labels looked at on each level of nesting
	maxLevels = 25  // of nesting
	maxBack   = 200 // nodes before, on each level
	maxAround = 12  // texts around a link
)

// headings are elements that name what follows them.
const headings = "h1,h2,h3,h4,h5,h6,button,summary,caption,dt"

// blocks are elements that are a line or more of their own.
var blocks = strings.Fields("li tr p dt dd div section article figure td th ul ol table h1 h2 h3 h4 h5 h6")

// target is the attribute in which an element says where it leads.
var target = map[atom.Atom]string{atom.A: "href", atom.Area: "href", atom.Iframe: "src", atom.Embed: "src", atom.Object: "data", atom.Meta: "content"}

// reader reads the links of one page, each with the text around it, whatever
// tags the page uses.
type reader struct {
	linked map[*html.Node]bool   // there is a link in it
	texts  map[*html.Node]string // as text gave them
}

// linksOf returns the links of a page that may concern the run, in the order of
// the page, and how many links it has in all.
func linksOf(e *colly.HTMLElement, sisters []pipeline.SisterWord) (links []*Candidate, count int) {
	r := &reader{linked: map[*html.Node]bool{}, texts: map[*html.Node]string{}}
	e.DOM.Find("a[href],area[href],iframe,embed,object").Each(func(_ int, s *goquery.Selection) {
		for n := s.Nodes[0]; n != nil && !r.linked[n]; n = n.Parent {
			r.linked[n] = true
		}
	})
	var heading, earlier *html.Node
	e.DOM.Find("a[href],area[href],iframe,embed,object,meta[http-equiv]," + headings).Each(func(_ int, s *goquery.Selection) {
		n := s.Nodes[0]
		key, leads := target[n.DataAtom]
		if !leads {
			heading, earlier = n, heading
			return
		}
		href := attr(n, key)
		if n.DataAtom == atom.Meta {
			_, to, _ := strings.Cut(href, "=")
			href = strings.Trim(strings.TrimSpace(to), `'"`)
		}
		address := e.Request.AbsoluteURL(strings.TrimSpace(href)) // <base href> included
		u, err := url.Parse(address)
		if href == "" || address == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return
		}
		count++
		l := link.Link{URL: u, Text: r.text(n), Title: clean(cmp.Or(attr(n, "title"), attr(n, "aria-label"), attr(n, "download")))}
		l.Around = r.around(n, l.Text, heading, earlier)
		if c := candidate(l, sisters); c != nil {
			links = append(links, c)
		}
	})
	return links, count
}

// around returns the texts around a link: the block that it is in, if that says
// more than the link, the labels before it (texts without links, on any level of
// nesting), nearest first, and the nearest heading that it is not in itself.
func (r *reader) around(n *html.Node, text string, heading, earlier *html.Node) []string {
	var block, labels []string
	enclosed := false
	for level := 0; n != nil; n, level = n.Parent, level+1 {
		if n == heading {
			heading = earlier
		}
		if slices.Contains(blocks, n.Data) && !enclosed && r.text(n) != text {
			enclosed = true
			if t := r.text(n); len(t) <= maxBlock {
				block = []string{t}
			}
		}
		before := n.PrevSibling
		for back, found := 0, 0; before != nil && level < maxLevels && back < maxBack && found < maxLabels && len(labels) < maxAround; back++ {
			if t := r.text(before); t != "" && !r.linked[before] {
				labels = append(labels, t[:min(len(t), maxLabel)])
				found++
			}
			before = before.PrevSibling
		}
	}
	if heading != nil && r.text(heading) != "" {
		t := r.text(heading)
		labels = append(labels, t[:min(len(t), maxLabel)])
	}
	return append(block, labels...)
}

var spaces = regexp.MustCompile(`\s+`)

// text returns the text of a node, with alternative texts; of a long one more
// than maxBlock bytes, but not all.
func (r *reader) text(n *html.Node) string {
	if t, known := r.texts[n]; known {
		return t
	}
	var b strings.Builder
	var write func(n *html.Node)
	write = func(n *html.Node) {
		switch {
		case b.Len() > maxBlock:
			return
		case n.Type == html.TextNode:
			b.WriteString(spaces.ReplaceAllString(n.Data[:min(len(n.Data), 4*maxBlock)], " "))
		case n.DataAtom == atom.Script, n.DataAtom == atom.Style, n.DataAtom == atom.Template:
			return
		case n.DataAtom == atom.Img:
			b.WriteString(" " + attr(n, "alt") + " ")
		}
		apart := ""
		if n.DataAtom == atom.Br || slices.Contains(blocks, n.Data) {
			apart = " "
		}
		b.WriteString(apart)
		for c := range n.ChildNodes() {
			write(c)
		}
		b.WriteString(apart)
	}
	write(n)
	r.texts[n] = clean(b.String())
	return r.texts[n]
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
