package faultsite

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync/atomic"
)

// Answer answers with a status, bytes and pairs of header names and values.
func Answer(code int, body []byte, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		w.Write(body)
	}
}

// Status answers with a status and nothing else of use.
func Status(code int, header ...string) http.Handler {
	return Answer(code, []byte(http.StatusText(code)), append([]string{"Content-Type", "text/plain"}, header...)...)
}

// Redirect sends the client on.
func Redirect(to string) http.Handler { return Answer(http.StatusFound, nil, "Location", to) }

// As answers with bytes under a content type, without ETag or date.
func As(body []byte, contentType string) http.Handler {
	return Answer(http.StatusOK, body, "Content-Type", contentType)
}

// Page answers with a web page as the real landing page is served.
func Page(html string) http.Handler { return As([]byte(html), "text/html; charset=utf-8") }

// Robots answers /robots.txt with rules for everyone.
func Robots(rules string) http.Handler { return As([]byte("User-agent: *\n"+rules+"\n"), "text/plain") }

// File answers with a PDF or a web page, an ETag and a date, and with 304 to a
// request whose condition they meet.
func File(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", fmt.Sprintf(`"%.16x"`, sha256.Sum256(body)))
		http.ServeContent(w, r, "", changed, bytes.NewReader(body))
	})
}

// First answers the first n requests with one handler and all later ones
// with another.
func First(n int64, first, then http.Handler) http.Handler {
	var asked atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := then
		if asked.Add(1) <= n {
			h = first
		}
		h.ServeHTTP(w, r)
	})
}
