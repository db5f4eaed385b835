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

func TestServe(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "explorer.html")
	if err := errors.Join(os.WriteFile(page, []byte("<p>first</p>"), 0o644), os.WriteFile(filepath.Join(dir, "figures.csv"), []byte("x"), 0o644)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		a := newApp(strings.NewReader(""), in, io.Discard)
		ended <- newRoot(a, []string{"serve", "--out", dir}).ExecuteContext(ctx)
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(line)
	if !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("it stands at %s, which others could reach", address)
	}
	ask := func(method, path, host string) (int, string, http.Header) {
		t.Helper()
		r, err := http.NewRequest(method, strings.TrimSuffix(address, "/")+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			r.Host = host
		}
		answer, err := (&http.Client{Timeout: 5 * time.Second}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		b, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(b), answer.Header
	}
	for _, c := range []struct {
		method, path, host string
		status             int
	}{
		{"GET", "/", "", 200},
		{"GET", "/explorer.html", "", 200},
		{"HEAD", "/", "", 200},
		{"POST", "/", "", 405},
		{"GET", "/figures.csv", "", 404},
		{"GET", "/", "rebound.example:80", 421},
	} {
		status, body, head := ask(c.method, c.path, c.host)
		if status != c.status {
			t.Errorf("%s %s, host %q: %d, not %d", c.method, c.path, c.host, status, c.status)
		}
		if c.status != 200 && strings.Contains(body, "first") {
			t.Errorf("%s %s, host %q got the page", c.method, c.path, c.host)
		}
		if head.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(head.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s %s: headers %v", c.method, c.path, head)
		}
	}
	if _, body, head := ask("GET", "/", ""); body != "<p>first</p>" || head.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("the page came as %s %q", head.Get("Content-Type"), body)
	}
	if err := os.WriteFile(page, []byte("<p>second</p>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, body, _ := ask("GET", "/", ""); body != "<p>second</p>" {
		t.Errorf("after a refresh it answers %q", body)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("interrupted, it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it did not end")
	}
}
