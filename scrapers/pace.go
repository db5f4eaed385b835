package scrapers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// pace sends one request at a time to a host, keeps the delay between them, and
// ends an answer that stalls or takes too long. Retries and redirects pass it
// too.
type pace struct {
	next   http.RoundTripper
	limits Limits
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	event  func(Event) // told of waits, requests and bytes that arrive
	sent   func()      // told of every request

	mu    sync.Mutex
	hosts map[string]*hostPace
}

// hostPace is the pace of one host. turn is taken from the request until the
// end of its answer, so that there is one at a time.
type hostPace struct {
	turn  chan struct{}
	delay time.Duration
	limit *rate.Limiter
}

func (p *pace) host(name string) *hostPace {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.hosts[name]
	if h == nil {
		h = &hostPace{turn: make(chan struct{}, 1), delay: p.limits.Delay, limit: rate.NewLimiter(rate.Every(p.limits.Delay), 1)}
		if p.hosts == nil {
			p.hosts = map[string]*hostPace{}
		}
		p.hosts[name] = h
	}
	return h
}

// slowDown sets a host's delay where it is longer than the one in use.
func (p *pace) slowDown(host string, delay time.Duration) {
	h := p.host(host)
	p.mu.Lock()
	defer p.mu.Unlock()
	if delay > h.delay {
		h.delay = delay
		// The answer that told of the delay has just ended; the delay counts
		// from it.
		h.restart(p.now())
	}
}

// restart makes the next request wait the whole delay from now.
func (h *hostPace) restart(now time.Time) {
	h.limit = rate.NewLimiter(rate.Every(h.delay), 1)
	h.limit.AllowN(now, 1)
}

var (
	errStalled  = errors.New("the answer stalled")
	errDeadline = errors.New("the answer took too long")
)

// RoundTrip implements http.RoundTripper.
func (p *pace) RoundTrip(r *http.Request) (*http.Response, error) {
	h := p.host(hostPort(r.URL))
	select {
	case h.turn <- struct{}{}:
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
	done := sync.OnceFunc(func() {
		p.mu.Lock()
		h.restart(p.now())
		p.mu.Unlock()
		<-h.turn
	})
	p.mu.Lock()
	now := p.now()
	delay := h.limit.ReserveN(now, 1).DelayFrom(now)
	p.mu.Unlock()
	if delay > 0 {
		p.event(Event{Kind: EventWait, URL: hostPort(r.URL), Wait: delay})
		if err := p.sleep(r.Context(), delay); err != nil {
			done()
			return nil, err
		}
	}

	ctx, cancel := context.WithCancelCause(r.Context())
	w := &watched{ctx: ctx, url: r.URL.String(), event: p.event, release: done}
	w.deadline = time.AfterFunc(p.limits.Deadline, func() {
		cancel(fmt.Errorf("%w: more than %s", errDeadline, p.limits.Deadline))
	})
	w.stall = time.NewTimer(p.limits.Stall)
	go w.watch(p.limits.Stall, p.limits.StallBytes, cancel)

	p.sent()
	p.event(Event{Kind: EventAsk, URL: r.URL.String()})
	resp, err := p.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && r.Context().Err() == nil {
			err = cause
		}
		w.stop()
		cancel(nil)
		return nil, err
	}
	w.body, w.cancel = resp.Body, cancel
	resp.Body = w
	return resp, nil
}

// watched is a body that is cut off when it stalls.
type watched struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	url      string
	body     io.ReadCloser
	read     atomic.Int64
	deadline *time.Timer
	stall    *time.Timer
	event    func(Event)
	release  func()
}

// watch ends the answer when fewer than least bytes arrive in a span of time.
// A trickle that keeps a plain read timeout happy is a stall too.
func (w *watched) watch(span time.Duration, least int64, cancel context.CancelCauseFunc) {
	before := int64(0)
	for {
		select {
		case <-w.ctx.Done():
			w.stall.Stop()
			return
		case <-w.stall.C:
			n := w.read.Load()
			if n-before < least {
				cancel(fmt.Errorf("%w: %d bytes in %s", errStalled, n-before, span))
				return
			}
			before = n
			w.stall.Reset(span)
		}
	}
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.body.Read(b)
	total := w.read.Add(int64(n))
	if n > 0 {
		w.event(Event{Kind: EventBytes, URL: w.url, Bytes: total})
	}
	if err != nil && err != io.EOF {
		if cause := context.Cause(w.ctx); cause != nil {
			err = cause
		}
	}
	return n, err
}

func (w *watched) Close() error {
	err := w.body.Close()
	w.cancel(nil)
	w.stop()
	return err
}

func (w *watched) stop() {
	w.deadline.Stop()
	w.release()
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
