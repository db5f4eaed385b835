package scrapers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

var errLeft = errors.New("the host is not asked again in this run")

// giveUp leaves a host alone for the rest of the run once it asked for that
// (429 to the last try), or failed at three addresses in a row.
type giveUp struct {
	next    http.RoundTripper
	closed  map[string]error // by host and port
	failing map[string]int   // addresses of a host that failed one after another
}

func newGiveUp(next http.RoundTripper) *giveUp {
	return &giveUp{next, map[string]error{}, map[string]int{}}
}

func (t *giveUp) RoundTrip(r *http.Request) (*http.Response, error) {
	host := hostPort(r.URL)
	if err := t.closed[host]; err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(r)
	f := &Fault{Err: err}
	errors.As(err, &f)
	switch {
	case err == nil || !f.Passing() || errors.Is(err, errTruncated) || errors.Is(err, errTooBig) || context.Cause(r.Context()) != nil:
		t.failing[host] = 0
		return resp, err
	}
	t.failing[host]++
	if f.Status == http.StatusTooManyRequests || t.failing[host] >= 3 {
		t.closed[host] = fmt.Errorf("%w after: %w", errLeft, f.Err)
	}
	return resp, err
}
