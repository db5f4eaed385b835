package scrapers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// retries tries again what may pass: no connection, an answer that was cut off,
// 408, 425, 429 and 5xx. Between tries it waits as long as the server asks for
// with Retry-After, at most RetryAfterMax, or else a doubling time with jitter.
// The pace of the host comes on top.
type retries struct {
	next   http.RoundTripper
	limits Limits
	hooks  Hooks
	event  func(Event)
}

func (t *retries) RoundTrip(r *http.Request) (*http.Response, error) {
	x := exchangeOf(r)
	for try := 1; ; try++ {
		x.tries = try
		resp, err := t.next.RoundTrip(r)
		if !mayPass(r.Context(), resp, err) {
			return resp, err
		}
		if try == t.limits.Tries {
			f := &Fault{Err: err}
			if err == nil {
				f.Status, f.Err = resp.StatusCode, fmt.Errorf("%w %s", errStatus, status(resp.StatusCode))
			} else if resp != nil {
				f.Status = resp.StatusCode
			}
			return nil, f
		}
		wait := t.wait(try, resp)
		t.event(Event{Kind: EventWait, URL: r.URL.Host, Wait: wait, Note: "before trying again"})
		if err := t.hooks.Sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// mayPass reports whether another try may do better.
func mayPass(ctx context.Context, resp *http.Response, err error) bool {
	var certificate *tls.CertificateVerificationError
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		return !errors.Is(err, errRefused) && !errors.Is(err, errTooBig) && !errors.As(err, &certificate)
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented
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
	if value == "" {
		return 0, false
	}
	if strings.Trim(value, "0123456789") == "" {
		n := time.Duration(0)
		for _, digit := range value {
			n = n*10 + time.Duration(digit-'0')
			if n >= longest/time.Second+1 {
				return longest, true
			}
		}
		return min(n*time.Second, longest), true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(0, at.Sub(now)), longest), true
}
