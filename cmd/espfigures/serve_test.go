package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The page is there for this machine only, as it is on disk now, and nothing else
// is. Being interrupted is how serving ends.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "explorer.html")
	if err := errors.Join(os.WriteFile(page, []byte("<p>first</p>"), 0o644), os.WriteFile(filepath.Join(dir, "figures.csv"), []byte("x"), 0o644)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		a := newApp(strings.NewReader(""), in, io.Discard)
		ended <- newRoot(a, []string{"serve", "--out", dir}).ExecuteContext(ctx)
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("it is at %s, which others could reach: %v", address, err)
	}
	for _, c := range []struct {
		method, path, host string
		status             int
		body               string
	}{
		{"GET", "/", "", 200, "<p>first</p>"},
		{"GET", "/explorer.html", "", 200, "<p>first</p>"},
		{"HEAD", "/", "", 200, ""},
		{"POST", "/", "", 405, "Method Not Allowed\n"},
		{"GET", "/figures.csv", "", 404, "404 page not found\n"},
		{"GET", "/", "rebound.example:80", 421, "this address is for this machine only\n"},
		{"REFRESH", "", "", 0, ""},
		{"GET", "/", "", 200, "<p>second</p>"},
	} {
		if c.method == "REFRESH" {
			if err := os.WriteFile(page, []byte("<p>second</p>"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		r, _ := http.NewRequestWithContext(ctx, c.method, strings.TrimSuffix(address, "/\n")+c.path, nil)
		r.Host = c.host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		head := answer.Header
		if err != nil || answer.StatusCode != c.status || string(body) != c.body || head.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(head.Get("Content-Security-Policy"), "frame-ancestors 'none'") || c.status == 200 && head.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%+v: %d %q %v %v", c, answer.StatusCode, body, head, err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("interrupted, it ended with %v", err)
	}
}
