package scrapers

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// conditions asks only for what changed: it sends the validators of what the
// archive has of an address, and answers "not modified" (304) with the
// archive's bytes.
type conditions struct {
	next  http.RoundTripper
	known Known
}

func (t conditions) RoundTrip(r *http.Request) (*http.Response, error) {
	if exchangeOf(r).purpose != forDocument {
		return t.next.RoundTrip(r)
	}
	v, stored, ok := t.known.Condition(r.URL.String())
	asked := r
	if ok {
		asked = r.Clone(r.Context())
		if v.ETag != "" {
			asked.Header.Set("If-None-Match", v.ETag)
		}
		if v.LastModified != "" {
			asked.Header.Set("If-Modified-Since", v.LastModified)
		}
	}
	resp, err := t.next.RoundTrip(asked)
	if err != nil || resp.StatusCode != http.StatusNotModified {
		return resp, err
	}
	if ok {
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(stored)), int64(len(stored))
		return resp, nil
	}
	// "Not modified", although no condition was sent: a cache in between may
	// be confused. Ask once more.
	resp, err = t.next.RoundTrip(r)
	if err == nil && resp.StatusCode == http.StatusNotModified {
		return nil, &Fault{Status: resp.StatusCode, Err: fmt.Errorf("%w %s to a request without a condition", errStatus, status(resp.StatusCode))}
	}
	return resp, err
}
