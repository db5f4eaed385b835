package scrapers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"
	"time"
)

// probe finds out whether there is a network before anything is asked, by
// opening a connection to a host of the start pages and closing it again. It
// returns nil as soon as one host can be reached, or is there but refuses:
// that is no missing network. It takes at most Limits.Probe.
func (w *wire) probe(ctx context.Context, start []string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, w.limits.Probe, fmt.Errorf("no answer within %s", w.limits.Probe))
	defer cancel()
	asked := map[string]bool{}
	answers := make(chan error)
	n := 0
	d := newDialer(w.hosts, w.limits, w.hooks)
	for _, address := range start {
		u, err := w.hosts.parse(address)
		if err != nil {
			continue
		}
		if proxy, err := d.proxyOf(u); err == nil && proxy != nil {
			u = &url.URL{Scheme: proxy.Scheme, Host: proxy.Host}
		}
		if at := hostPort(u); !asked[at] {
			asked[at] = true
			n++
			go func() {
				err := d.reach(ctx, at)
				select {
				case answers <- err:
				case <-ctx.Done():
				}
			}()
		}
	}
	if n == 0 {
		return nil // nothing may be asked at all; the run says why
	}
	var errs []error
	for range n {
		select {
		case err := <-answers:
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		case <-ctx.Done():
			return errors.Join(append(errs, context.Cause(ctx))...)
		}
	}
	return errors.Join(errs...)
}

// reach tries to open a connection, twice if the first try fails at once. It
// returns nil where someone is there.
func (d *dialer) reach(ctx context.Context, at string) error {
	var err error
	for try := range 2 {
		if try > 0 && sleep(ctx, 300*time.Millisecond) != nil {
			break
		}
		var conn net.Conn
		if conn, err = d.DialContext(ctx, "tcp", at); err == nil {
			conn.Close()
			return nil
		}
		var dns *net.DNSError
		switch {
		case errors.As(err, &dns):
		case errors.Is(err, errRefused), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET):
			return nil // a host is there, or its address is refused: not a missing network
		}
	}
	return fmt.Errorf("%s: %w", at, err)
}
