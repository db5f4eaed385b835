package scrapers

import (
	"net/url"
	"strings"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// linksOf returns the links of a page in the order they stand there, each
// with the words around it. Addresses are made absolute as a browser would,
// <base href> included.
func linksOf(e *colly.HTMLElement) []link {
	var found []link
	heading := ""
	add := func(n *html.Node, href string, text string) {
		abs := e.Request.AbsoluteURL(strings.TrimSpace(href))
		u, err := url.Parse(abs)
		if abs == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" {
			return
		}
		u.Fragment, u.RawFragment = "", ""
		l := link{url: u, text: text, page: e.Request.URL.String(), heading: heading}
		for _, key := range []string{"title", "aria-label", "download"} {
			if l.title == "" {
				l.title = clean(attr(n, key))
			}
		}
		for p := n.Parent; p != nil; p = p.Parent {
			if p.DataAtom == atom.Tr || p.DataAtom == atom.Li {
				l.row = shorten(textOf(p), 300)
				break
			}
		}
		found = append(found, l)
	}
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		if depth > 400 { // hostile nesting; nobody reads a page like that
			return
		}
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Template:
				return
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Button, atom.Summary, atom.Caption, atom.Dt:
				if t := textOf(n); t != "" {
					heading = shorten(t, 200)
				}
			case atom.A, atom.Area:
				add(n, attr(n, "href"), textOf(n))
			case atom.Iframe, atom.Embed:
				add(n, attr(n, "src"), "")
			case atom.Object:
				add(n, attr(n, "data"), "")
			case atom.Meta:
				if strings.EqualFold(attr(n, "http-equiv"), "refresh") {
					if _, to, ok := strings.Cut(attr(n, "content"), "="); ok {
						add(n, strings.Trim(strings.TrimSpace(to), `'"`), "")
					}
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for _, n := range e.DOM.Nodes {
		walk(n, 0)
	}
	return found
}

// textOf returns the words inside an element, the alternative texts of images
// among them.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node, int)
	walk = func(n *html.Node, depth int) {
		if depth > 400 || b.Len() > 4000 {
			return
		}
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return
		case n.DataAtom == atom.Img:
			b.WriteString(" " + attr(n, "alt") + " ")
		case n.DataAtom == atom.Br || n.DataAtom == atom.Td || n.DataAtom == atom.Th || n.DataAtom == atom.P || n.DataAtom == atom.Div:
			b.WriteString(" ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(n, 0)
	return clean(b.String())
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
