// Package faultsite is a web site under the control of tests. It stands in
// for the publisher's: a landing page of the real one's shape, documents that
// it typesets itself, and every way in which a server, or something between,
// can fail. It records what it was asked, so that tests can hold a client to
// its manners.
//
// It listens on loopback only, and is used by tests only.
package faultsite

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Site is a running site.
type Site struct {
	*httptest.Server        // URL is such as http://127.0.0.1:40123
	Host             string // such as 127.0.0.1:40123

	mu    sync.Mutex
	paths map[string]http.Handler
	log   []*Request
}

// Request is a request the site received.
type Request struct {
	At, End time.Time // when it came, and when its answer had been sent
	Host    string    // as the client named it
	Path    string    // with the query
	Header  http.Header
}

// New starts a site without a single page, until the test ends: every address
// answers 404.
func New(t testing.TB) *Site { return start(t, (*httptest.Server).Start) }

// NewTLS is New for a site that speaks https, as 127.0.0.1, example.com and every
// host of example.com.
func NewTLS(t testing.TB) *Site { return start(t, (*httptest.Server).StartTLS) }

func start(t testing.TB, start func(*httptest.Server)) *Site {
	s := &Site{paths: map[string]http.Handler{}}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.answer))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that refuse the certificate are part of the tests
	start(s.Server)
	s.Host = s.Listener.Addr().String()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// Handle answers a path, given without a query, with h; a path that ends in
// "*" means every path that begins so and is not handled itself. nil makes it
// answer 404 again.
func (s *Site) Handle(path string, h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paths[path] = h
}

// answer answers a request and records it.
func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	rec := &Request{At: time.Now(), Host: r.Host, Path: r.URL.RequestURI(), Header: r.Header.Clone()}
	s.mu.Lock()
	s.log = append(s.log, rec)
	h := s.paths[r.URL.Path]
	for p := r.URL.Path; h == nil && p != ""; p = p[:len(p)-1] {
		h = s.paths[p+"*"]
	}
	s.mu.Unlock()
	if h == nil {
		h = Status(http.StatusNotFound)
	}
	h.ServeHTTP(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	rec.End = time.Now()
}

// To returns the requests received so far for a path, given without a query; for
// every path if it is "".
func (s *Site) To(path string) (list []Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.log {
		if p, _, _ := strings.Cut(r.Path, "?"); p == path || path == "" {
			list = append(list, *r)
		}
	}
	return list
}

// Forget clears the record of requests.
func (s *Site) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}
