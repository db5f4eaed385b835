package scrapers

import (
	"bytes"
	"cmp"
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

// get asks for a candidate through Colly. The error is a *Fault, or that of ctx.
func (r *run) get(ctx context.Context, of *Candidate) (*answer, error) {
	p := &answer{}
	var err error
	// Not NewCollector, which lets COLLY_* variables of the environment in.
	c := &colly.Collector{}
	c.Init()
	c.Context, c.UserAgent = ctx, r.wire.agent
	c.MaxBodySize = 0      // the wire caps, with an error
	c.SetRequestTimeout(0) // the wire has its own timers
	// The wire as Colly sees it: every answer is a status 200 with a content
	// type that the bytes themselves bear out.
	c.WithTransport(roundTrip(func(q *http.Request) (*http.Response, error) {
		if p, err = r.wire.get(ctx, r.wire.client, parsed(of.URL)); err != nil {
			return nil, err
		}
		kind := "application/pdf"
		if !isPDF(p.body) {
			_, name, _ := charset.DetermineEncoding(p.body, p.header.Get("Content-Type"))
			kind = "text/html; charset=" + name
		}
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(bytes.NewReader(p.body)),
			Request: (&http.Request{Method: http.MethodGet, URL: parsed(cmp.Or(of.copied(), p.final)), Header: http.Header{}}).WithContext(ctx),
		}, nil
	}))
	c.OnHTML("html", func(e *colly.HTMLElement) {
		if title := clean(e.DOM.Find("title").First().Text()); title != "" {
			p.title = fmt.Sprintf(", titled %.80q", title)
		}
		p.links, p.linked = linksOf(e, r.opts.Site.Sisters)
	})
	switch cerr := c.Visit(of.URL); {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, &Fault{URL: of.URL, Hops: p.hops, Tries: p.tries, Err: err}
	case cerr != nil: // an address or a page that Colly cannot read
		return nil, &Fault{URL: of.URL, Err: fmt.Errorf("%w: %w", errNotTable, cerr)}
	}
	return p, nil
}
