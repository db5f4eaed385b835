package scrapers

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
	"golang.org/x/net/http/httpproxy"
)

// hostList is the exact list of hosts that may be asked, each as host:port: false
// for the publisher's, which are asked by https only, true for those the user
// named, which may be in a private network.
type hostList map[string]bool

func newHostList(own, allow []string) (hostList, error) {
	l := hostList{}
	for _, h := range own {
		l[h+":443"] = false
	}
	for _, h := range allow {
		entries, err := ParseHost(h)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			l[e] = true
		}
	}
	return l, nil
}

// ParseHost reads HOST or HOST:PORT; an IPv6 address is in brackets. Without a
// port it gives those of http and https.
func ParseHost(s string) ([]string, error) {
	if u, err := url.Parse(s); err == nil && u.Host != "" {
		return nil, fmt.Errorf("%q is an address; a host is wanted, such as %s", s, u.Host)
	}
	u, err := url.Parse("//" + s)
	if err != nil || u.Host != s || u.Hostname() == "" || strings.HasSuffix(s, ":") || strings.ContainsAny(s, " ,*") {
		return nil, fmt.Errorf("%q is no host or host:port, such as example.org or 127.0.0.1:8080", s)
	}
	host := strings.ToLower(u.Hostname())
	if u.Port() != "" {
		return []string{net.JoinHostPort(host, u.Port())}, nil
	}
	return []string{net.JoinHostPort(host, "80"), net.JoinHostPort(host, "443")}, nil
}

// hostPort returns the host and port a URL leads to.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// ask returns the address in the form it will be asked in, or why it may not
// be asked. The publisher's hosts are asked by https whatever the link says.
func (l hostList) ask(u *url.URL) (*url.URL, error) {
	c := *u
	c.Fragment, c.RawFragment = "", ""
	c.Host = strings.ToLower(c.Host)
	if c.Path == "" {
		c.Path = "/"
	}
	switch {
	case c.Scheme != "http" && c.Scheme != "https":
		return nil, fmt.Errorf("%w: %s is neither http nor https", errRefused, u.Redacted())
	case c.User != nil:
		return nil, fmt.Errorf("%w: %s carries a user name", errRefused, u.Redacted())
	case l[hostPort(&c)]:
		return &c, nil
	}
	if c.Scheme == "http" && (c.Port() == "" || c.Port() == "80") {
		c.Scheme, c.Host = "https", c.Hostname()
	}
	if _, own := l[hostPort(&c)]; own {
		c.Host = strings.TrimSuffix(c.Host, ":443")
		return &c, nil
	}
	return nil, fmt.Errorf("%w: host %s %w", errRefused, u.Host, errNotListed)
}

// parse is ask for an address as text.
func (l hostList) parse(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errRefused, err)
	}
	return l.ask(u)
}

// guard makes the innermost transport: plain HTTP over connections that dial
// opens, one a host, nothing followed and nothing decoded. A proxy named by
// HTTP_PROXY or HTTPS_PROXY resolves names itself, so the check of the dialled
// address is the proxy's then; the list of hosts still applies.
func (w *wire) guard() {
	w.proxy = httpproxy.FromEnvironment().ProxyFunc()
	w.inside = maps.Clone(w.hosts)
	for host := range w.hosts {
		for _, scheme := range []string{"http", "https"} {
			if p, err := w.proxy(&url.URL{Scheme: scheme, Host: host}); err == nil && p != nil {
				w.inside[hostPort(p)] = true
			}
		}
	}
	w.transport = &http.Transport{
		Proxy:                  func(r *http.Request) (*url.URL, error) { return w.proxy(r.URL) },
		DialContext:            w.dial,
		TLSClientConfig:        &tls.Config{RootCAs: w.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    w.Limits.Connect,
		MaxConnsPerHost:        1,
		MaxIdleConnsPerHost:    1,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // no Accept-Encoding: bytes are wanted as they are published
		ForceAttemptHTTP2:      true,
	}
}

// dial opens a connection to a host of the list, or to the user's proxy. After
// the name is resolved the address itself is checked: loopback, private and
// special ranges are refused unless the user named the host. That holds whatever
// a redirect, a link or a DNS answer says.
func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{}
	if !w.inside[strings.ToLower(address)] {
		guard := ssrf.New(ssrf.WithAnyPort())
		d.Control = func(network, address string, c syscall.RawConn) error {
			if err := guard.Safe(network, address, c); err != nil {
				return fmt.Errorf("%w: %w", errRefused, err)
			}
			return nil
		}
	}
	dial, wait := d.DialContext, w.Limits.Connect
	if w.Dial != nil {
		dial = w.Dial
	}
	if !w.reached.Load() { // there may be no network
		wait = min(wait, maxProbe)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no answer within %s", wait))
	defer cancel()
	conn, err := dial(ctx, network, address)
	var dns *net.DNSError // "connection refused" by a name server is a missing network
	refused := errors.Is(err, errRefused) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
	if err == nil || refused && !errors.As(err, &dns) {
		w.reached.Store(true)
		return conn, err
	}
	return nil, fmt.Errorf("%s %w: %w", address, errUnreached, cmp.Or(context.Cause(ctx), err))
}
