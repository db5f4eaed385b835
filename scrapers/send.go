package scrapers

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

var (
	errTooBig   = errors.New("too large")
	errStalled  = errors.New("the answer stalled")
	errDeadline = errors.New("the answer took too long")
)

// send asks nothing but the list of hosts, keeps the delay between two requests
// to a host (retries, redirects and robots.txt among them), ends an answer that
// stalls or takes too long, and reads the body within the caps: one that was cut
// off is an error.
func (w *wire) send(r *http.Request) (resp *http.Response, err error) {
	if u, err := w.hosts.ask(r.URL); err != nil || u.Scheme != r.URL.Scheme { // every way here has asked; this is the last guard
		return nil, cmp.Or(err, errRefused)
	}
	host := w.host(r)
	if wait := time.Until(host.next); wait > 0 {
		w.Progress(fmt.Sprintf("waiting %s for %s", wait.Round(100*time.Millisecond), r.URL.Host))
		if err := sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
	defer func() {
		w.unreached = cmp.Or(w.unreached, err)
		if !errors.Is(err, errUnreached) { // else nobody was asked
			host.next = time.Now().Add(max(w.Limits.Delay, host.delay))
		}
	}()

	ctx, end := context.WithTimeoutCause(r.Context(), w.Limits.Deadline, fmt.Errorf("%w: more than %s", errDeadline, w.Limits.Deadline))
	defer end()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in := &arriving{limits: w.Limits, stall: time.AfterFunc(w.Limits.Stall, func() {
		cancel(fmt.Errorf("%w: fewer than %d bytes in %s", errStalled, w.Limits.StallBytes, w.Limits.Stall))
	})}
	defer in.stall.Stop()
	w.requests++
	w.Progress("asking " + r.URL.Host + r.URL.Path)
	resp, err = w.transport.RoundTrip(r.WithContext(ctx))
	if err == nil {
		in.r = resp.Body
		var body []byte
		body, err = w.read(resp, in)
		resp.Body.Close()
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		redirects := resp.StatusCode/100 == 3 && resp.StatusCode != http.StatusNotModified
		if _, lerr := resp.Location(); err == nil && redirects && lerr != nil {
			err = fmt.Errorf("%w: redirected to %q, which is not an address", errRefused, resp.Header.Get("Location"))
		}
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, err
	}
	return resp, nil
}

// arriving counts the bytes of a body as they come. Each StallBytes put off the
// moment at which the answer has stalled: a trickle that keeps a plain read
// timeout happy is a stall too.
type arriving struct {
	r      io.Reader
	n, due int64
	limits Limits
	stall  *time.Timer
}

func (a *arriving) Read(b []byte) (int, error) {
	n, err := a.r.Read(b)
	a.n += int64(n)
	if a.n >= a.due {
		a.due = a.n + a.limits.StallBytes
		a.stall.Reset(a.limits.Stall)
	}
	return n, err
}

// read reads a body whole, and says why it is not.
func (w *wire) read(resp *http.Response, in *arriving) ([]byte, error) {
	switch {
	case resp.StatusCode != http.StatusOK: // only status and headers count
		_, err := io.Copy(io.Discard, io.LimitReader(in, 64<<10))
		return nil, err
	case resp.ContentLength > w.Limits.MaxBytes:
		return nil, fmt.Errorf("%w: %d bytes announced, the limit is %d", errTooBig, resp.ContentLength, w.Limits.MaxBytes)
	}
	var from io.Reader = io.LimitReader(in, w.Limits.MaxBytes+1)
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
	body, err := io.ReadAll(io.LimitReader(from, w.Limits.MaxDecoded+1))
	sent := in.n
	switch {
	case sent > w.Limits.MaxBytes:
		return nil, fmt.Errorf("%w: more than %d bytes", errTooBig, w.Limits.MaxBytes)
	case int64(len(body)) > w.Limits.MaxDecoded:
		return nil, fmt.Errorf("%w: more than %d bytes when decoded", errTooBig, w.Limits.MaxDecoded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body ends after %d bytes, before its announced end: %w", sent, err)
	case err != nil:
		return nil, err
	}
	// Only an answer whose end is the end of the connection can be cut off
	// without a sign: the others have a length, chunks or frames.
	framed := resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || resp.ProtoMajor > 1
	if isPDF(body) && !hasEnd(body, framed) {
		return nil, errTruncated
	}
	return body, nil
}

// sleep waits, or returns early with the error of the context.
func sleep(ctx context.Context, d time.Duration) error {
	over, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-over.Done()
	return context.Cause(ctx)
}
