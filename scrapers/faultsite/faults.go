package faultsite

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// answer answers with a status, bytes and pairs of header names and values.
func answer(code int, body []byte, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		if code != http.StatusNotModified {
			w.Write(body)
		}
	}
}

// Status answers with a status and nothing else of use.
func Status(code int, header ...string) http.Handler {
	return answer(code, fmt.Appendf(nil, "%d %s\n", code, http.StatusText(code)), append([]string{"Content-Type", "text/plain"}, header...)...)
}

// Redirect sends the client on.
func Redirect(to string) http.Handler { return answer(http.StatusFound, nil, "Location", to) }

// As answers with bytes under a content type, without ETag or date.
func As(body []byte, contentType string) http.Handler {
	return answer(http.StatusOK, body, "Content-Type", contentType)
}

// Page answers with a web page, without ETag or date, as the real landing
// page is served.
func Page(html string) http.Handler { return As([]byte(html), "text/html; charset=utf-8") }

// Robots answers /robots.txt with rules for everyone.
func Robots(rules string) http.Handler { return As([]byte("User-agent: *\n"+rules+"\n"), "text/plain") }

// File answers with bytes, an ETag and a date, and with 304 to a request
// whose condition they meet.
func File(body []byte, contentType string) http.Handler {
	tag := fmt.Sprintf(`"%.16x"`, sha256.Sum256(body))
	const changed = "Fri, 28 Apr 2023 14:59:42 GMT"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		match := r.Header.Get("If-None-Match")
		if match == tag || match == "" && r.Header.Get("If-Modified-Since") == changed {
			answer(http.StatusNotModified, nil, "ETag", tag)(w, r)
			return
		}
		answer(http.StatusOK, body, "ETag", tag, "Last-Modified", changed, "Content-Type", contentType, "Content-Length", fmt.Sprint(len(body)))(w, r)
	})
}

// PDFFile is File for a PDF.
func PDFFile(body []byte) http.Handler { return File(body, "application/pdf") }

// First answers the first n requests with one handler and all later ones
// with another.
func First(n int64, first, then http.Handler) http.Handler {
	var asked atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) <= n {
			first.ServeHTTP(w, r)
		} else {
			then.ServeHTTP(w, r)
		}
	})
}

// Trickle announces the whole body and sends a byte at a time, with a pause
// after each (slow-loris).
func Trickle(body []byte, pause time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		for i := range body {
			if _, err := w.Write(body[i : i+1]); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			time.Sleep(pause)
		}
	})
}

// Silent takes the request and never answers.
func Silent() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// Short announces the whole body, sends a part of it and hangs up.
func Short(body []byte, send int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(http.StatusOK, body[:send], "Content-Length", fmt.Sprint(len(body)))(w, r)
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// CutOff sends a part of the body without announcing a length, so that its
// end is the end of the connection: only the body itself can tell that it is
// not whole.
func CutOff(body []byte, send int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n\r\n%s", body[:send])
	})
}

// Endless sends a PDF that never ends, as fast as it is read.
func Endless() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.WriteString(w, "%PDF-1.7\n")
		for block := bytes.Repeat([]byte("0 "), 16<<10); err == nil; {
			_, err = w.Write(block)
		}
	})
}

// Gzipped sends bytes gzip-encoded without having been asked to.
func Gzipped(body []byte, contentType string) http.Handler {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	z.Close()
	return answer(http.StatusOK, b.Bytes(), "Content-Type", contentType, "Content-Encoding", "gzip")
}

// GzipBomb sends some kilobytes that grow to the given size when decoded,
// without having been asked for an encoding.
func GzipBomb(decoded int) http.Handler {
	return Gzipped(append([]byte("%PDF-1.7\n"), make([]byte, decoded)...), "application/pdf")
}

// Capture is a copy in the simulated web archive.
type Capture struct {
	Original  string // address it is a copy of
	Timestamp string // such as 20230501120000
	Type      string // content type
	Body      []byte
	// Digest is the SHA-1 the index lists; that of Body if "".
	Digest string
}

// Wayback makes the site answer as the Internet Archive's index of captures
// (/cdx/search/cdx) and the captured bytes (/web/TIMESTAMPid_/ADDRESS) do.
func (s *Site) Wayback(captures ...Capture) {
	for i := range captures {
		if c := &captures[i]; c.Digest == "" {
			sum := sha1.Sum(c.Body)
			c.Digest = base32.StdEncoding.EncodeToString(sum[:])
		}
	}
	s.Handle("/cdx/search/cdx", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		rows := [][]string{}
		for _, c := range captures {
			if bare(c.Original) == bare(q.Get("url")) {
				rows = append(rows, []string{c.Timestamp, c.Original, c.Type, c.Digest})
			}
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		if n, err := strconv.Atoi(q.Get("limit")); err == nil && n < 0 && len(rows) > -n {
			rows = rows[len(rows)+n:]
		}
		if len(rows) > 0 {
			rows = append([][]string{{"timestamp", "original", "mimetype", "digest"}}, rows...)
		}
		json.NewEncoder(w).Encode(rows)
	}))
	s.Handle("/web/*", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range captures {
			if r.URL.RequestURI() == "/web/"+c.Timestamp+"id_/"+c.Original {
				As(c.Body, c.Type).ServeHTTP(w, r)
				return
			}
		}
		http.NotFound(w, r)
	}))
}

// bare strips what the index takes no notice of: scheme, port 80, "www.".
func bare(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return strings.ToLower(strings.Replace(strings.TrimPrefix(rest, "www."), ":80/", "/", 1))
}
