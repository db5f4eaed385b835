package scrapers

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/gocolly/colly/v2"
	"golang.org/x/net/html/charset"
)

// Colly dispatches and parses pages; everything else is the wire's. Its own
// robots gate, cache, caps, redirects, retries and rewriting of bodies are off
// or never reached, because each of them has traps.

// visit carries a request through Colly to the wire and its answer back.
type visit struct {
	url  *url.URL
	base string // where the page's links are meant from, if not from the address that answers
	ans  *answer
	err  error
}

type visitKey struct{}

// collyTransport is the wire as Colly sees it: every answer is a status 200
// with a content type that the bytes themselves bear out.
type collyTransport struct{ wire *wire }

func (t collyTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return nil, fmt.Errorf("%w: %s was not asked for", errRefused, r.URL)
	}
	if v.ans, v.err = t.wire.fetch(r.Context(), v.url, forDocument); v.err != nil {
		return nil, v.err
	}
	base, err := url.Parse(cmp.Or(v.base, v.ans.final))
	if err != nil {
		return nil, err
	}
	kind := "application/pdf"
	if !isPDF(v.ans.body) {
		_, name, _ := charset.DetermineEncoding(v.ans.body, v.ans.header.Get("Content-Type"))
		kind = "text/html; charset=" + name
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {kind}},
		Body:          io.NopCloser(bytes.NewReader(v.ans.body)),
		ContentLength: int64(len(v.ans.body)),
		Uncompressed:  true,
		Request:       (&http.Request{Method: http.MethodGet, URL: base, Header: http.Header{}}).WithContext(r.Context()),
	}, nil
}

// newCollector returns a Colly collector over the wire that hands every page to
// read. Fields are set after NewCollector, which lets COLLY_* variables of the
// environment override its options.
func newCollector(w *wire, read func(*colly.HTMLElement)) *colly.Collector {
	c := colly.NewCollector()
	c.UserAgent = w.agent
	c.IgnoreRobotsTxt = true // the wire has its own gate, for redirects too
	c.AllowURLRevisit = true // the run keeps track of visits
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.CacheDir = ""
	c.MaxBodySize = 0 // the wire caps, with an error
	c.MaxDepth = 0
	c.MaxRequests = 0
	c.Async = false
	c.DetectCharset = false
	c.ParseHTTPErrorResponse = false
	c.SetRequestTimeout(0) // the wire has its own timers
	c.WithTransport(collyTransport{w})
	c.OnHTML("html", read)
	return c
}

// get asks an address through Colly and returns what came back, with the links
// of a page. base is where its links are meant from, "" for the address that
// answers.
func (r *run) get(ctx context.Context, u *url.URL, base string) (*answer, []pageLink, error) {
	v := &visit{url: u, base: base}
	r.links = nil
	r.colly.Context = context.WithValue(ctx, visitKey{}, v)
	err := r.colly.Visit(u.String())
	links := r.links
	r.links = nil
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case v.err != nil:
		return nil, nil, v.err
	case err != nil && v.ans == nil: // an address that Colly cannot read
		return nil, nil, &Fault{URL: u.String(), Err: fmt.Errorf("%w: %w", errRefused, err)}
	case err != nil: // a page that Colly cannot read
		return nil, nil, &Fault{URL: u.String(), Status: v.ans.status, Err: fmt.Errorf("%w: %w", errNotTable, err)}
	}
	return v.ans, links, nil
}
