package scrapers_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer starts a name server on loopback that answers every question
// for an address with what answer gives, and returns a resolver that asks it.
func nameServer(t *testing.T, answer func(name string, n int) []netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		asked := 0
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			out := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, Authoritative: true}, Questions: m.Questions}
			if q.Type == dnsmessage.TypeA {
				asked++
			}
			for _, a := range answer(strings.TrimSuffix(q.Name.String(), "."), asked) {
				h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 0}
				switch {
				case a.Is4() && q.Type == dnsmessage.TypeA:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
				case !a.Is4() && q.Type == dnsmessage.TypeAAAA:
					out.Answers = append(out.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
				}
			}
			if b, err := out.Pack(); err == nil {
				conn.WriteTo(b, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// TestNamesThatLeadInside covers DNS answers that point to loopback, private
// and special ranges, for one of NCMEC's own hosts.
func TestNamesThatLeadInside(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
		"::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			o := scrapers.Options{Site: site(), Start: []string{"https://www.missingkids.org/esp/reports"}, Limits: quick}
			o.Hooks.Resolver = nameServer(t, func(string, int) []netip.Addr { return []netip.Addr{netip.MustParseAddr(address)} })
			res, err := refresh(t, o, newArchive(t))
			if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "prohibited IP address") {
				t.Fatalf("error %v", err)
			}
			wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, "www.missingkids.org", "refused")
		})
	}
}

// TestRebinding covers links whose names lead to changing addresses inside:
// what is checked is the address dialled, at every dial, so no earlier lookup
// can vouch for it. Another port of a host on the list is not on the list.
func TestRebinding(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	var reached atomic.Int64
	go func() {
		for {
			c, err := inside.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(inside.Addr().String())
	s := newSite(t, 2021)
	s.Handle(start, faultsite.Page(faultsite.Landing(append(faultsite.Reports(2021),
		faultsite.Link{Href: "https://www.missingkids.org" + path, Text: "2022 Reports by ESP"},
		faultsite.Link{Href: "https://www.missingkids.org:" + port + faultsite.ReportPath(2020), Text: "2020 Reports by ESP"},
	))))
	o := options(s, 2020, 2022)
	answers := []string{"127.0.0.1", "127.0.0.2"}
	o.Hooks.Resolver = nameServer(t, func(_ string, n int) []netip.Addr {
		return []netip.Addr{netip.MustParseAddr(answers[n%2])}
	})
	res := mustRefresh(t, o, newArchive(t))
	wantDocuments(t, res, table(2021))
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, "www.missingkids.org"+path, "prohibited IP address")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Warn, ":"+port, "not on the list of hosts")
	if reached.Load() != 0 {
		t.Error("a connection was made inside")
	}
}

// TestAllowedHostMayLieInside shows that the guard gives way where the user
// names a host, and that the tests' name server is asked.
func TestAllowedHostMayLieInside(t *testing.T) {
	s := newSite(t, 2022)
	_, port, _ := net.SplitHostPort(s.Host)
	o := options(s, 2022, 2022)
	o.Start = []string{"http://mirror.example:" + port + start}
	o.AllowHosts = []string{"mirror.example:" + port}
	o.Hooks.Resolver = nameServer(t, func(name string, _ int) []netip.Addr {
		if name == "mirror.example" {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}
		}
		return nil
	})
	wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2022))
}

func TestTLSFailureIsNotDowngraded(t *testing.T) {
	s := newTLS(t, "www.missingkids.org")
	s.Handle(start, faultsite.Page(faultsite.Landing(faultsite.Reports(2022))))
	for name, o := range map[string]scrapers.Options{
		"nobody vouches for it": {Start: []string{s.URL + start}, AllowHosts: []string{s.Host}},
		"it is another host's":  {Start: []string{"https://www.ncmec.org" + start}, Hooks: scrapers.Hooks{Dial: s.dial, RootCAs: s.roots()}},
		"it speaks plain http":  {Start: []string{"https://" + newSite(t).Host + start}},
	} {
		o.Limits, o.Site = quick, site()
		if o.AllowHosts == nil && strings.HasPrefix(o.Start[0], "https://127") {
			o.AllowHosts = []string{strings.TrimSuffix(strings.TrimPrefix(o.Start[0], "https://"), start)}
		}
		_, err := refresh(t, o, newArchive(t))
		if !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), "tls") && !strings.Contains(err.Error(), "x509") && !strings.Contains(err.Error(), "HTTP response to HTTPS") {
			t.Errorf("%s: error %v", name, err)
		}
		if len(s.Requests()) != 0 {
			t.Errorf("%s: requests were made: %+v", name, s.Requests())
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
	for _, r := range s.Requests() {
		if r.Host != "mirror.example" {
			t.Errorf("the proxy was asked for %s", r.Host)
		}
	}
}

// TestNoNetwork: every way of not being connected is found out in less than
// two seconds, and nothing is asked.
func TestNoNetwork(t *testing.T) {
	dead := func(err error) func(context.Context, string, string) (net.Conn, error) {
		return func(context.Context, string, string) (net.Conn, error) { return nil, err }
	}
	blackHole := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	for name, hooks := range map[string]scrapers.Hooks{
		"no name server":          {Resolver: &net.Resolver{PreferGo: true, Dial: dead(errors.New("no name server"))}},
		"silent name server":      {Resolver: &net.Resolver{PreferGo: true, Dial: blackHole}},
		"no such name":            {Resolver: nameServer(t, func(string, int) []netip.Addr { return nil })},
		"no route":                {Dial: dead(&net.OpError{Op: "dial", Err: syscall.ENETUNREACH})},
		"packets are dropped":     {Dial: blackHole},
		"refused without network": {Resolver: &net.Resolver{PreferGo: true, Dial: dead(syscall.ECONNREFUSED)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newArchive(t)
			began := time.Now()
			res, err := refresh(t, scrapers.Options{Site: site(), Hooks: hooks, Limits: quick}, a)
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
			if !errors.Is(err, scrapers.ErrOffline) || res.Requests != 0 {
				t.Errorf("error %v, %d requests", err, res.Requests)
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
		o.Hooks.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if n.Add(1) == 1 {
				return nil, &net.DNSError{Err: "server misbehaving", Name: address, IsTemporary: true}
			}
			return (&net.Dialer{}).DialContext(ctx, network, s.Host)
		}
		wantDocuments(t, mustRefresh(t, o, newArchive(t)), table(2022))
	})
}
