package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"espfigures/scrapers"
)

func TestNoNetwork(t *testing.T) {
	unknown := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "example.invalid", IsNotFound: true}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("%w: %w", scrapers.ErrOffline, errors.Join(fmt.Errorf("a:443: %w", unknown), fmt.Errorf("b:443: %w", unknown))), "the name example.invalid cannot be looked up (no such host)"},
		{fmt.Errorf("%w: %w", scrapers.ErrOffline, errors.Join(errors.New("a:443: no answer within 1.5s"), errors.New("b:443: no answer within 1.5s"))), "a:443: no answer within 1.5s"},
	} {
		if got := noNetwork(c.err); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A run that reaches nobody says why once, and what can be done. A name that
// cannot be looked up, whoever is asked, stands for the missing network.
func TestRunWithoutNetwork(t *testing.T) {
	t.Chdir(t.TempDir())
	const start = "http://nobody.invalid/"
	var out, errs bytes.Buffer
	code := run([]string{"refresh", "--start", start, "--start", start + "again", "--allow-host", "nobody.invalid", "--only", "csv", "--quiet"}, strings.NewReader(""), &out, &errs)
	said := errs.String()
	if code != exitFine || strings.Count(said, "\n") != 1 || strings.Count(strings.ToLower(said), "no network") != 1 || strings.Count(said, "nobody.invalid") != 1 || !strings.Contains(said, "refresh --from FOLDER") {
		t.Errorf("exit code %d, %q", code, said)
	}
	errs.Reset()
	code = run([]string{"refresh", "--start", start, "--allow-host", "nobody.invalid", "--dry-run"}, strings.NewReader(""), &out, &errs)
	if said := errs.String(); code != exitFailed || strings.Count(said, "no network") != 1 || strings.Count(said, "nobody.invalid") != 1 {
		t.Errorf("--dry-run: exit code %d, %q", code, said)
	}
}
