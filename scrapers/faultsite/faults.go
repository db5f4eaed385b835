package faultsite

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Status answers with a status and nothing else of use.
func Status(code int, header ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		http.Error(w, fmt.Sprintf("%d %s", code, http.StatusText(code)), code)
	})
}

// Redirect sends the client on.
func Redirect(to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})
}

// First answers the first n requests with one handler and all later ones
// with another.
func First(n int, first, then http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n--
		h := first
		if n < 0 {
			h = then
		}
		mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

// As answers with bytes under a content type, without ETag or date.
func As(body []byte, contentType string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Write(body)
	})
}

// Trickle announces the whole body and sends a byte at a time, with a pause
// after each (slow-loris).
func Trickle(body []byte, pause time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		flush := http.NewResponseController(w)
		for i := range body {
			if _, err := w.Write(body[i : i+1]); err != nil || flush.Flush() != nil {
				return
			}
			select {
			case <-r.Context().Done():
				return
			case <-time.After(pause):
			}
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
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Write(body[:send])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// CutOff sends a part of the body without announcing a length, so that its
// end is the end of the connection: only the body itself can tell that it is
// not whole.
func CutOff(body []byte, send int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(out, "HTTP/1.0 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\n\r\n")
		out.Write(body[:send])
		out.Flush()
	})
}

// Endless sends a PDF that never ends, as fast as it is read.
func Endless() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Write([]byte("%PDF-1.7\n"))
		block := bytes.Repeat([]byte("0 "), 16<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
}

// GzipBomb sends some kilobytes that grow to the given size when decoded,
// without having been asked for an encoding.
func GzipBomb(decoded int) http.Handler {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write([]byte("%PDF-1.7\n"))
	block := make([]byte, 64<<10)
	for n := 0; n < decoded; n += len(block) {
		z.Write(block)
	}
	z.Close()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(b.Bytes())
	})
}

// Gzipped sends bytes gzip-encoded without having been asked to.
func Gzipped(body []byte, contentType string) http.Handler {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	z.Close()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(b.Bytes())
	})
}

// Robots answers /robots.txt with rules for everyone.
func Robots(rules string) http.Handler {
	return As([]byte("User-agent: *\n"+rules+"\n"), "text/plain")
}
