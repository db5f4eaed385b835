package scrapers_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

// TestAddressesInside covers hosts of the publisher that are, or resolve to,
// loopback, private and special addresses: what is checked is the address
// dialled, whatever a name server says, now or later.
func TestAddressesInside(t *testing.T) {
	for _, host := range []string{
		"localhost", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
		"[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]",
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			o := scrapers.Options{Site: pipeline.Site{Hosts: []string{host}}, Start: []string{"https://" + host + "/esp/reports"}, Limits: quick}
			res, err := refresh(t, o, newArchive(t))
			if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "prohibited IP address") {
				t.Fatalf("error %v", err)
			}
			wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, host, "refused")
		})
	}
}

func TestTLSFailureIsNotDowngraded(t *testing.T) {
	s := faultsite.NewTLS(t)
	plain := newSite(t)
	for name, o := range map[string]scrapers.Options{
		"nobody vouches for it": {Start: []string{s.URL + start}, AllowHosts: []string{s.Host}},
		"it is another host's":  lead(s, scrapers.Options{Start: []string{"https://www.example.org" + start}, AllowHosts: []string{"www.example.org"}}),
		"it speaks plain http":  {Start: []string{"https://" + plain.Host + start}, AllowHosts: []string{plain.Host}},
	} {
		o.Limits = quick
		_, err := refresh(t, o, newArchive(t))
		if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "tls") && !strings.Contains(err.Error(), "x509") && !strings.Contains(err.Error(), "HTTP response to HTTPS") {
			t.Errorf("%s: error %v", name, err)
		}
		if n := len(s.To("")) + len(plain.To("")); n != 0 {
			t.Errorf("%s: %d requests were made", name, n)
		}
	}
}

// TestProxyKeepsTheHostList: with a proxy the names are resolved there, and
// the list of hosts still holds.
func TestProxyKeepsTheHostList(t *testing.T) {
	s := newSite(t, 2021)
	s.Handle(start, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2021), faultsite.Link{Href: "http://evil.example" + path, Text: "2022 Reports by ESP"}))))
	t.Setenv("HTTP_PROXY", s.URL)
	t.Setenv("http_proxy", s.URL)
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	o := options(s)
	o.From, o.To = 2021, 2022
	o.Start, o.AllowHosts = []string{"http://mirror.example" + start}, []string{"mirror.example"}
	res := mustRefresh(t, o, newArchive(t))
	wantDocuments(t, res, table(2021))
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, "evil.example", "not on the list of hosts")
	for _, r := range s.To("") {
		if r.Host != "mirror.example" {
			t.Errorf("the proxy was asked for %s", r.Host)
		}
	}
}

// TestNoNetwork: every way of not being connected is found out soon.
func TestNoNetwork(t *testing.T) {
	dead := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	blackHole := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	short := quick
	short.Connect = 100 * time.Millisecond
	for name, dial := range map[string]func(context.Context, string, string) (net.Conn, error){
		"no such name":            dead(&net.DNSError{Err: "no such host", IsNotFound: true}),
		"no route":                dead(&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}),
		"packets are dropped":     blackHole,
		"name server without one": dead(&net.DNSError{UnwrapErr: syscall.ECONNREFUSED}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			_, err := refresh(t, scrapers.Options{Site: site(), Dial: dial, Limits: short}, newArchive(t))
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			if !errors.Is(err, scrapers.ErrOffline) {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("a closed port is no missing network", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		o := scrapers.Options{Site: site(), Start: []string{fmt.Sprintf("http://%s/", l.Addr())}, AllowHosts: []string{l.Addr().String()}, Limits: quick}
		_, err = refresh(t, o, newArchive(t))
		if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("a passing fault is tried again", func(t *testing.T) {
		s := newSite(t, 2022)
		o := options(s, 2022, 2022)
		var n atomic.Int64
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if n.Add(1) == 1 {
				return nil, &net.DNSError{Err: "server misbehaving", Name: address, IsTemporary: true}
			}
			return (&net.Dialer{}).DialContext(ctx, network, s.Host)
		}
		wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2022))
	})
}
