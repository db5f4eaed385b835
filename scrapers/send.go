package scrapers

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

var (
	errTooBig   = errors.New("too large")
	errStalled  = errors.New("the answer stalled")
	errDeadline = errors.New("the answer took too long")
)

// sender is the link before the transport. It asks nothing but the list of
// hosts, keeps the delay between two requests to a host (retries, redirects and
// robots.txt among them), ends an answer that stalls or takes too long, and
// reads the body within the caps: one that was cut off is an error. A run asks
// one address at a time. Errors are Faults.
type sender struct {
	next     http.RoundTripper
	hosts    *hostList
	limits   Limits
	hooks    Hooks
	event    func(Event)
	pace     map[string]*pace // by host and port
	requests int              // sent, robots.txt and retries included
}

// pace is when a host may be asked again.
type pace struct {
	delay time.Duration
	next  time.Time
}

func newSender(next http.RoundTripper, hosts *hostList, opts Options, event func(Event)) *sender {
	return &sender{next: next, hosts: hosts, limits: opts.Limits, hooks: opts.Hooks, event: event, pace: map[string]*pace{}}
}

func (s *sender) paceOf(host string) *pace {
	if s.pace[host] == nil {
		s.pace[host] = &pace{delay: s.limits.Delay}
	}
	return s.pace[host]
}

// slowDown sets a host's delay where it is longer than the one in use. The
// answer that told of it has just ended; the delay counts from it.
func (s *sender) slowDown(host string, delay time.Duration) {
	p := s.paceOf(host)
	p.next = p.next.Add(max(0, delay-p.delay))
	p.delay = max(p.delay, delay)
}

// RoundTrip implements http.RoundTripper.
func (s *sender) RoundTrip(r *http.Request) (*http.Response, error) {
	u, err := s.hosts.ask(r.URL)
	if err == nil && u.String() != r.URL.String() {
		err = fmt.Errorf("%w: %s would have to be asked as %s", errRefused, r.URL, u)
	}
	if err != nil {
		return nil, &Fault{Err: err}
	}
	host := hostPort(r.URL)
	p := s.paceOf(host)
	if wait := p.next.Sub(s.hooks.Now()); wait > 0 {
		s.event(Event{Kind: EventWait, URL: host, Wait: wait})
		if err := s.hooks.Sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
	defer func() { p.next = s.hooks.Now().Add(p.delay) }()

	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	in := &arriving{told: func(n int64) { s.event(Event{Kind: EventBytes, URL: r.URL.String(), Bytes: n}) }}
	go s.watch(ctx, cancel, in)
	s.requests++
	s.event(Event{Kind: EventAsk, URL: r.URL.String()})
	resp, err := s.next.RoundTrip(r.WithContext(ctx))
	code := 0
	if err == nil {
		in.r, code = resp.Body, resp.StatusCode
		var body []byte
		body, err = s.read(resp, exchangeOf(r).robots, in)
		resp.Body.Close()
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		if _, lerr := resp.Location(); err == nil && lerr != nil && lerr != http.ErrNoLocation {
			err = fmt.Errorf("%w: redirected to %q, which is not an address", errRefused, resp.Header.Get("Location"))
		}
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, &Fault{Status: code, Err: err}
	}
	return resp, nil
}

// watch ends the answer when fewer than StallBytes arrive in a span of time, or
// when it takes too long. A trickle that keeps a plain read timeout happy is a
// stall too.
func (s *sender) watch(ctx context.Context, cancel context.CancelCauseFunc, in *arriving) {
	tick, deadline := time.NewTicker(s.limits.Stall), time.NewTimer(s.limits.Deadline)
	defer tick.Stop()
	defer deadline.Stop()
	for before := int64(0); ; before = in.n.Load() {
		select {
		case <-ctx.Done():
			return
		case <-deadline.C:
			cancel(fmt.Errorf("%w: more than %s", errDeadline, s.limits.Deadline))
		case <-tick.C:
			if n := in.n.Load() - before; n < s.limits.StallBytes {
				cancel(fmt.Errorf("%w: %d bytes in %s", errStalled, n, s.limits.Stall))
			}
		}
	}
}

// arriving counts the bytes of a body as they come.
type arriving struct {
	r    io.Reader
	n    atomic.Int64
	told func(n int64)
}

func (a *arriving) Read(b []byte) (int, error) {
	n, err := a.r.Read(b)
	a.told(a.n.Add(int64(n)))
	return n, err
}

// read reads a body whole, and says why it is not.
func (s *sender) read(resp *http.Response, robots bool, in *arriving) ([]byte, error) {
	switch {
	case resp.StatusCode != http.StatusOK: // only status and headers count
		_, err := io.Copy(io.Discard, io.LimitReader(in, 64<<10))
		return nil, err
	case robots: // the rest of a longer one is not read, as RFC 9309 wants
		return io.ReadAll(io.LimitReader(in, maxRobots))
	case resp.ContentLength > s.limits.MaxBytes:
		return nil, fmt.Errorf("%w: %d bytes announced, the limit is %d", errTooBig, resp.ContentLength, s.limits.MaxBytes)
	}
	var from io.Reader = io.LimitReader(in, s.limits.MaxBytes+1)
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(from)
		if err != nil {
			return nil, fmt.Errorf("the gzip encoding is broken: %w", err)
		}
		from = z
	default:
		return nil, fmt.Errorf("%w: it is encoded as %q, which was not asked for", errRefused, encoding)
	}
	body, err := io.ReadAll(io.LimitReader(from, s.limits.MaxDecoded+1))
	sent := in.n.Load()
	switch {
	case sent > s.limits.MaxBytes:
		return nil, fmt.Errorf("%w: more than %d bytes", errTooBig, s.limits.MaxBytes)
	case int64(len(body)) > s.limits.MaxDecoded:
		return nil, fmt.Errorf("%w: more than %d bytes when decoded", errTooBig, s.limits.MaxDecoded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body ends after %d bytes, before its announced end: %w", sent, err)
	case err != nil:
		return nil, err
	}
	// Only an answer whose end is the end of the connection can be cut off
	// without a sign: the others have a length, chunks or frames.
	framed := resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || resp.ProtoMajor > 1
	if isPDF(body) && !endsPDF(body) && !(framed && hasEndMark(body)) {
		return nil, errTruncated
	}
	return body, nil
}

// sleep waits, or returns early with the error of the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
