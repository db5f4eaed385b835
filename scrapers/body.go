package scrapers

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// read takes a body in, within the caps, and checks that it is whole.
func (w *wire) read(resp *http.Response, what asks) ([]byte, error) {
	most, mostDecoded := w.limits.MaxBytes, w.limits.MaxDecoded
	if resp.StatusCode != http.StatusOK {
		// Only the status and the headers count.
		_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
		return nil, err
	}
	if what.robots {
		// The rest of a longer one is not read, as RFC 9309 wants.
		return io.ReadAll(io.LimitReader(resp.Body, maxRobots))
	}
	if resp.ContentLength > most {
		return nil, fmt.Errorf("%w: %d bytes announced, at most %d are taken", errTooBig, resp.ContentLength, most)
	}
	raw := &counted{r: io.LimitReader(resp.Body, most+1)}
	var in io.Reader = raw
	switch encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, fmt.Errorf("the gzip encoding is broken: %w", err)
		}
		in = z
	default:
		return nil, fmt.Errorf("%w: it is encoded as %q, which was not asked for", errRefused, encoding)
	}
	body, err := io.ReadAll(io.LimitReader(in, mostDecoded+1))
	switch {
	case raw.n > most:
		return nil, fmt.Errorf("%w: more than %d bytes", errTooBig, most)
	case int64(len(body)) > mostDecoded:
		return nil, fmt.Errorf("%w: more than %d bytes when decoded", errTooBig, mostDecoded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body ends after %d bytes, before its announced end: %w", raw.n, err)
	case err != nil:
		return nil, err
	case resp.ContentLength >= 0 && raw.n != resp.ContentLength && resp.Header.Get("Content-Encoding") == "":
		return nil, fmt.Errorf("the body has %d bytes, %d were announced", raw.n, resp.ContentLength)
	case isPDF(body) && !endsPDF(body):
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

// isPDF reports whether bytes are a PDF by their magic number, which may
// stand anywhere in the first 1,024 bytes.
func isPDF(body []byte) bool {
	return bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF-"))
}

// endsPDF reports whether a PDF has its end mark at the end.
func endsPDF(body []byte) bool {
	body = bytes.TrimRight(body, "\x00\t\n\f\r ")
	return bytes.Contains(body[max(0, len(body)-1024):], []byte("%%EOF"))
}

// isHTML reports whether bytes are a web page by what they look like, or else
// by what the server calls them.
func isHTML(body []byte, contentType string) bool {
	if strings.HasPrefix(http.DetectContentType(body), "text/html") {
		return true
	}
	kind, _, _ := mime.ParseMediaType(contentType)
	text := strings.HasPrefix(http.DetectContentType(body), "text/")
	return text && (kind == "text/html" || kind == "application/xhtml+xml")
}

// take checks that an answer is what was asked for and puts documents into
// the archive.
func (w *wire) take(ans *answer, what asks) error {
	wrong := func(format string, args ...any) error {
		return &Fault{URL: ans.asked, Hops: ans.hops, Status: ans.status, Err: fmt.Errorf(format, args...)}
	}
	contentType := ans.header.Get("Content-Type")
	ans.pdf = isPDF(ans.body)
	document := ans.pdf
	switch {
	case len(ans.body) == 0:
		return wrong("%w: the answer is empty", errNotTable)
	case ans.pdf:
	case isHTML(ans.body, contentType):
		if !what.page && w.wantsPDF(ans) {
			return wrong("%w: a web page of %s stands where a PDF should be%s", errNotTable, size(len(ans.body)), titled(ans.body))
		}
		document = w.table(ans.body)
	default:
		return wrong("%w: it is neither a PDF nor a web page (%q, %s)", errNotTable, contentType, size(len(ans.body)))
	}
	v := archive.Validators{ETag: ans.header.Get("ETag"), LastModified: ans.header.Get("Last-Modified")}
	if !document {
		if what.page && !ans.same && !w.dryRun && v != (archive.Validators{}) {
			return w.archive.SetPage(ans.final, v, ans.body)
		}
		return nil
	}
	if !ans.same {
		w.downloads++
	}
	if w.dryRun {
		return nil
	}
	s := archive.Sighting{
		Asked: ans.asked, Retrieved: w.hooks.Now(),
		ETag: v.ETag, LastModified: v.LastModified, ContentType: contentType,
		Page: what.candidate.Page, LinkText: what.candidate.LinkText, Title: what.candidate.Title, Why: what.candidate.Why,
	}
	if ans.final != ans.asked {
		s.Final = ans.final
	}
	if what.original != "" {
		s.Asked, s.Final, s.Mirror, s.Captured = what.original, "", ans.final, what.captured
	}
	if ans.pdf {
		s.Dated = innerDate(ans.body)
	}
	held, fresh, err := w.archive.Put(ans.body, s)
	if err != nil {
		return err
	}
	ans.held = &held
	if fresh {
		w.fresh++
	}
	w.wrongType(ans)
	if ans.same || v == (archive.Validators{}) || s.Mirror != "" {
		return nil
	}
	v.SHA256 = held.SHA256
	return w.archive.SetValidators(ans.final, v)
}

// wrongType finds a PDF that its server calls something else. The name is the
// one that came with the bytes, so that a later "not modified" finds the same.
func (w *wire) wrongType(ans *answer) {
	if !ans.pdf {
		return
	}
	for _, s := range ans.held.Sightings {
		kind, _, _ := mime.ParseMediaType(s.ContentType)
		if s.Asked == ans.asked && kind != "application/pdf" {
			w.find(pipeline.Finding{
				Code: pipeline.SourceFault, Severity: pipeline.Note, Document: ans.final,
				What: fmt.Sprintf("the server calls %s %q; it is a PDF by its first bytes and was taken as one", ans.final, s.ContentType),
			})
			return
		}
	}
}

// wantsPDF reports whether an address is one of a PDF: by its spelling, or
// since a PDF was there before.
func (w *wire) wantsPDF(ans *answer) bool {
	u, err := url.Parse(ans.asked)
	if err == nil && strings.HasSuffix(strings.ToLower(u.Path), ".pdf") {
		return true
	}
	held, ok := w.archive.Latest(ans.asked)
	return ok && strings.HasSuffix(w.archive.Path(held.SHA256), ".pdf")
}

// size renders a number of bytes for a message.
func size(n int) string {
	if n < 10_000 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d KB", (n+500)/1000)
}
