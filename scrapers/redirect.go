package scrapers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

var (
	errCircle = errors.New("redirected in a circle")
	errHops   = errors.New("too many redirects")
)

// redirects follows redirects. Every hop passes the list of hosts and the rest
// of the chain, so that robots.txt and the pace apply to it too. Errors are
// Faults that name all addresses of the way.
type redirects struct {
	next    http.RoundTripper
	hosts   *hostList
	jar     http.CookieJar
	maxHops int
}

func (t redirects) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchangeOf(r)
	x.hops = nil
	asked := r.URL.String()
	seen := map[string]bool{t.state(r.URL): true}
	for {
		x.tries = 0
		resp, err := t.next.RoundTrip(r)
		status := 0
		if resp != nil {
			status = resp.StatusCode
		}
		var to *url.URL
		switch {
		case err != nil:
		case status == http.StatusOK || status == http.StatusNotModified:
			return resp, nil
		default:
			to, err = t.target(r.URL, resp)
		}
		if to != nil {
			x.hops = append(x.hops, to.String())
			switch state := t.state(to); {
			case err != nil:
			case seen[state]:
				err = errCircle
			case len(x.hops) > t.maxHops:
				err = fmt.Errorf("%w: more than %d", errHops, t.maxHops)
			default:
				seen[state] = true
			}
		}
		if err != nil {
			f := &Fault{URL: asked, Hops: x.hops, Status: status, Tries: x.tries, Err: err}
			if inner, ok := err.(*Fault); ok {
				f.Status, f.Err = inner.Status, inner.Err
			}
			return nil, f
		}
		r = r.Clone(r.Context())
		r.URL, r.Host = to, to.Host
	}
}

// target returns where an answer redirects to; with an error the address that
// may not be asked, nil if there is none.
func (t redirects) target(from *url.URL, resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case 301, 302, 303, 307, 308:
	default:
		return nil, fmt.Errorf("%w %s", errStatus, status(resp.StatusCode))
	}
	location := resp.Header.Get("Location")
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return nil, fmt.Errorf("%w: redirected to %q, which is not an address", errRefused, location)
	}
	next, err := t.hosts.ask(to)
	if err != nil {
		return to, err
	}
	if from.Scheme == "https" && next.Scheme != "https" {
		return next, fmt.Errorf("%w: redirected from https to http", errRefused)
	}
	return next, nil
}

// state is an address with the cookies that go with it: a site may set a cookie
// and redirect to the same address.
func (t redirects) state(u *url.URL) string { return fmt.Sprint(u, t.jar.Cookies(u)) }
