//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"espfigures/scrapers"
)

func TestWords(t *testing.T) {
	_, missing := os.Open("/no/such/file")
	refused := &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	unknown := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "example.invalid", Server: "10.0.0.1:53", IsNotFound: true}}
	both := func(a, b error) error { return fmt.Errorf("%w: %w", scrapers.ErrOffline, errors.Join(a, b)) }
	late := errors.New("a:443: no answer within 1.5s")
	for _, c := range []struct {
		in   func(error) string
		err  error
		want string
	}{
		{words, missing, "/no/such/file: no such file or directory"},
		{words, fmt.Errorf("reading: %w", missing), "reading: /no/such/file: no such file or directory"},
		{words, fmt.Errorf("asked: %w", refused), "asked: 127.0.0.1:1: connection refused"},
		{words, fmt.Errorf("no network: %w", errors.Join(unknown, refused)), "no network: the name example.invalid cannot be looked up (no such host); 127.0.0.1:1: connection refused"},
		{words, errors.New("plain\nwords"), "plain; words"},
		// A reason that several hosts give is said once.
		{noNetwork, both(fmt.Errorf("a:443: %w", unknown), fmt.Errorf("b:443: %w", unknown)), "the name example.invalid cannot be looked up (no such host)"},
		{noNetwork, both(late, errors.New("b:443: no answer within 1.5s")), late.Error()},
	} {
		if got := c.in(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

// A run that somebody interrupts says so, and nothing of contexts or signals: one
// that waits for an answer, and one that reads a page for seconds.
func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer site.Close()
	host := strings.TrimPrefix(site.URL, "http://")
	page := "<!doctype html><title>2022 Reports by ESP</title>" + strings.Repeat("<h2>2022 Reports by ESP</h2><table><tr><th>ESP<th>Reports<tr><td>A<td>1</table>", 20_000)
	if err := os.WriteFile("page.html", []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"refresh --start " + site.URL + " --allow-host " + host, "extract page.html", "refresh --from ."} {
		timer := time.AfterFunc(300*time.Millisecond, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) })
		began := time.Now()
		var out, errs bytes.Buffer
		code := run(append(strings.Fields(args), "--quiet"), strings.NewReader(""), &out, &errs)
		if took := time.Since(began); code != exitFailed || errs.String() != "espfigures: interrupted\n" || out.Len() > 0 || took > 3*time.Second {
			t.Errorf("%s: exit code %d after %s, %q", args, code, took, errs.String())
		}
		if timer.Stop() {
			t.Fatalf("%s: it ended before it was interrupted", args)
		}
	}
	if _, err := os.Stat("out"); err == nil {
		t.Error("an interrupted run wrote outputs")
	}
	if interrupted(context.Background(), context.Canceled) {
		t.Error("nobody interrupted")
	}
}
