package scrapers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html/charset"
)

// Colly dispatches and parses pages; everything else is the wire's. Its own
// robots gate, cache, caps, redirects, retries and rewriting of bodies are off
// or never reached, because each of them has traps.

// page is an answer with the links of a web page.
type page struct {
	*answer
	title   string
	address string       // that its links are meant from
	links   []*Candidate // those that may concern the run
	count   int          // of all its links
}

// titled is a page's title as part of a message: `, titled "..."`.
func (p page) titled() string {
	if p.title == "" {
		return ""
	}
	return fmt.Sprintf(", titled %.80q", p.title)
}

// get asks for a candidate through Colly.
func (r *run) get(ctx context.Context, of *Candidate) (p page, err error) {
	u := parsed(of.URL)
	// Not NewCollector, which lets COLLY_* variables of the environment in.
	c := &colly.Collector{}
	c.Init()
	c.Context, c.UserAgent = ctx, r.wire.agent
	c.AllowURLRevisit = true // the run keeps track of visits
	c.MaxBodySize = 0        // the wire caps, with an error
	c.SetRequestTimeout(0)   // the wire has its own timers
	// The wire as Colly sees it: every answer is a status 200 with a content
	// type that the bytes themselves bear out.
	c.WithTransport(roundTrip(func(q *http.Request) (*http.Response, error) {
		if p.answer, err = r.wire.fetch(ctx, u); err != nil {
			return nil, err
		}
		if p.address = p.final; of.of != nil {
			p.address = of.published()
		}
		kind := "application/pdf"
		if !isPDF(p.body) {
			_, name, _ := charset.DetermineEncoding(p.body, p.header.Get("Content-Type"))
			kind = "text/html; charset=" + name
		}
		return &http.Response{
			Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {kind}},
			Body:          io.NopCloser(bytes.NewReader(p.body)),
			ContentLength: int64(len(p.body)),
			Uncompressed:  true,
			Request:       (&http.Request{Method: http.MethodGet, URL: parsed(p.address), Header: http.Header{}}).WithContext(ctx),
		}, nil
	}))
	c.OnHTML("html", func(e *colly.HTMLElement) {
		p.title = clean(e.DOM.Find("title").First().Text())
		p.links, p.count = linksOf(e, r.opts.Site.Sisters)
	})
	cerr := c.Visit(u.String())
	if ctx.Err() != nil {
		return p, context.Cause(ctx)
	}
	if err == nil && cerr != nil { // an address or a page that Colly cannot read
		err = &Fault{URL: u.String(), Err: fmt.Errorf("%w: %w", errNotTable, cerr)}
	}
	return p, err
}
