package scrapers

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// backoff returns how long to wait before the next try: what the server asks
// for with Retry-After, at most RetryAfterMax; else a doubling wait with
// jitter. The pace of the host comes on top.
func (w *wire) backoff(least, most time.Duration, try int, resp *http.Response) time.Duration {
	wait, asked := time.Duration(0), false
	host := ""
	if resp != nil {
		wait, asked = retryAfter(resp.Header.Get("Retry-After"), w.hooks.Now(), w.limits.RetryAfterMax)
		if resp.Request != nil {
			host = resp.Request.URL.Host
		}
	}
	if !asked {
		wait = most
		if try < 30 && least<<try > 0 {
			wait = min(most, least<<try)
		}
		// Between a half and the whole, so that two programs that failed
		// together do not come back together.
		wait = wait/2 + rand.N(wait/2+1)
	}
	w.event(Event{Kind: EventWait, URL: host, Wait: wait, Note: "before trying again"})
	return wait
}

// retryAfter reads a Retry-After header: seconds or a date. It reports
// whether the header asks for a wait, which is at most longest.
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
