package scrapers

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

var errLeft = errors.New("the host is not asked again in this run")

// retry tries again what may pass: no connection, an answer that was cut off,
// 408, 425, 429 and 5xx. Between tries it waits as long as the server asks for
// with Retry-After, at most RetryAfterMax, or else a doubling time with jitter.
// The pace of the host comes on top. A host is left alone for the rest of the
// run once it asked for that (429 to the last try), or failed at three addresses
// in a row.
func (w *wire) retry(r *http.Request) (*http.Response, error) {
	host := w.host(r)
	for try := 1; host.closed == nil; try++ {
		answerOf(r).tries = try
		resp, err := w.send(r)
		wait := backoff(try, w.Limits)
		if err == nil && mayPass(resp.StatusCode) {
			if asked, ok := retryAfter(resp.Header.Get("Retry-After"), time.Now(), w.Limits.RetryAfterMax); ok {
				wait = asked
			}
			resp, err = nil, statusError(resp.StatusCode)
		}
		var certificate *tls.CertificateVerificationError
		final := err == nil || !passing(err) || errors.Is(err, errTooBig) || r.Context().Err() != nil
		last := errors.As(err, &certificate) || try == maxTries || try == 2 && !w.reached.Load()
		switch {
		case final, last && errors.Is(err, errTruncated):
			host.failing = 0
			return resp, err
		case last:
			host.failing++
			if errors.Is(err, statusError(http.StatusTooManyRequests)) || host.failing >= 3 {
				host.closed = fmt.Errorf("%w after: %w", errLeft, err)
			}
			return nil, err
		case !w.reached.Load(): // no network, it seems
			wait = 300 * time.Millisecond
		}
		w.Progress(fmt.Sprintf("waiting %s before trying %s again", wait, r.URL.Host))
		if err := sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
	return nil, host.closed
}

// mayPass reports whether an answer with the status may be another one soon.
func mayPass(status int) bool {
	again := []int{http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}
	return slices.Contains(again, status) || status >= 500 && status != http.StatusNotImplemented
}

// backoff returns how long to wait after the nth try: between a half and the
// whole of a time that doubles, so that two programs that failed together do not
// come back together.
func backoff(try int, limits Limits) time.Duration {
	wait := min(limits.RetryMax, limits.Delay<<min(try-1, 20))
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
	return min(max(0, at.Sub(now)), longest), err == nil
}
