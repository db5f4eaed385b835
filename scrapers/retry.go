package scrapers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

var errLeft = errors.New("the host is not asked again in this run")

// retries tries again what may pass: no connection, an answer that was cut off,
// 408, 425, 429 and 5xx. Between tries it waits as long as the server asks for
// with Retry-After, at most RetryAfterMax, or else a doubling time with jitter.
// The pace of the host comes on top. A host is left alone for the rest of the
// run once it asked for that (429 to the last try), or failed at three addresses
// in a row.
type retries struct {
	next    http.RoundTripper
	limits  Limits
	hooks   Hooks
	event   func(Event)
	closed  map[string]error // by host and port
	failing map[string]int   // addresses of a host that failed one after another
}

func newRetries(next http.RoundTripper, opts Options, event func(Event)) *retries {
	return &retries{next, opts.Limits, opts.Hooks, event, map[string]error{}, map[string]int{}}
}

// RoundTrip implements http.RoundTripper.
func (t *retries) RoundTrip(r *http.Request) (*http.Response, error) {
	host := hostPort(r.URL)
	if err := t.closed[host]; err != nil {
		return nil, err
	}
	resp, err := t.try(r)
	var f *Fault
	if !errors.As(err, &f) || !f.Passing() || errors.Is(err, errTruncated) || errors.Is(err, errTooBig) || r.Context().Err() != nil {
		t.failing[host] = 0
		return resp, err
	}
	t.failing[host]++
	if f.Status == http.StatusTooManyRequests || t.failing[host] >= 3 {
		t.closed[host] = fmt.Errorf("%w after: %w", errLeft, f.Err)
	}
	return nil, err
}

func (t *retries) try(r *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		exchangeOf(r).tries = try
		resp, err := t.next.RoundTrip(r)
		if err == nil && mayPass(resp.StatusCode) {
			err = &Fault{Status: resp.StatusCode, Err: fmt.Errorf("%w %s", errStatus, status(resp.StatusCode))}
		}
		if try == t.limits.Tries || !worthRetry(r.Context(), err) {
			return resp, err
		}
		wait := t.wait(try, resp)
		t.event(Event{Kind: EventWait, URL: r.URL.Host, Wait: wait, Note: "before trying again"})
		if err := t.hooks.Sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// mayPass reports whether an answer with the status may be another one soon.
func mayPass(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500 && status != http.StatusNotImplemented
}

func worthRetry(ctx context.Context, err error) bool {
	var certificate *tls.CertificateVerificationError
	return err != nil && ctx.Err() == nil && !errors.Is(err, errRefused) && !errors.Is(err, errTooBig) && !errors.As(err, &certificate)
}

// wait returns how long to wait after the nth try.
func (t *retries) wait(try int, resp *http.Response) time.Duration {
	if resp != nil {
		if wait, asked := retryAfter(resp.Header.Get("Retry-After"), t.hooks.Now(), t.limits.RetryAfterMax); asked {
			return wait
		}
	}
	wait := t.limits.RetryMax
	if doubled := t.limits.RetryMin << min(try-1, 20); doubled > 0 {
		wait = min(wait, doubled)
	}
	// Between a half and the whole, so that two programs that failed together
	// do not come back together.
	return wait/2 + rand.N(wait/2+1)
}

// retryAfter reads a Retry-After header: seconds or a date. It reports whether
// the header asks for a wait, which is at most longest.
func retryAfter(value string, now time.Time, longest time.Duration) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	n, err := strconv.ParseUint(value, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && n > uint64(longest/time.Second):
		return longest, true
	case err == nil:
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(0, at.Sub(now)), longest), true
}
