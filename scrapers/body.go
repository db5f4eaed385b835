package scrapers

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

var errTooBig = errors.New("too large")

// wholeBody reads the body of an answer into memory, within the caps, and
// checks that it is whole: a body that was cut off is an error, and can be
// tried again. With the error it returns the answer without its body.
type wholeBody struct {
	next   http.RoundTripper
	limits Limits
}

func (t wholeBody) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := t.read(resp, exchangeOf(r).purpose)
	resp.Body.Close()
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, err
}

func (t wholeBody) read(resp *http.Response, p purpose) ([]byte, error) {
	switch {
	case resp.StatusCode != http.StatusOK: // only status and headers count
		_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
		return nil, err
	case p == forRobots: // the rest of a longer one is not read, as RFC 9309 wants
		return io.ReadAll(io.LimitReader(resp.Body, maxRobots))
	case resp.ContentLength > t.limits.MaxBytes:
		return nil, fmt.Errorf("%w: %d bytes announced, the limit is %d", errTooBig, resp.ContentLength, t.limits.MaxBytes)
	}
	sent := &counted{r: io.LimitReader(resp.Body, t.limits.MaxBytes+1)}
	var in io.Reader = sent
	encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	switch encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(sent)
		if err != nil {
			return nil, fmt.Errorf("the gzip encoding is broken: %w", err)
		}
		in = z
	default:
		return nil, fmt.Errorf("%w: it is encoded as %q, which was not asked for", errRefused, encoding)
	}
	body, err := io.ReadAll(io.LimitReader(in, t.limits.MaxDecoded+1))
	switch {
	case sent.n > t.limits.MaxBytes:
		return nil, fmt.Errorf("%w: more than %d bytes", errTooBig, t.limits.MaxBytes)
	case int64(len(body)) > t.limits.MaxDecoded:
		return nil, fmt.Errorf("%w: more than %d bytes when decoded", errTooBig, t.limits.MaxDecoded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body ends after %d bytes, before its announced end: %w", sent.n, err)
	case err != nil:
		return nil, err
	case resp.ContentLength >= 0 && sent.n != resp.ContentLength && encoding == "":
		return nil, fmt.Errorf("the body has %d bytes, %d were announced", sent.n, resp.ContentLength)
	}
	// Only an answer whose end is the end of the connection can be cut off
	// without a sign: the others have a length, chunks or frames.
	framed := resp.ContentLength >= 0 || len(resp.TransferEncoding) > 0 || resp.ProtoMajor > 1
	if isPDF(body) && !endsPDF(body) && !(framed && hasEndMark(body)) {
		return nil, errTruncated
	}
	return body, nil
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
