package scrapers

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
	"golang.org/x/net/http/httpproxy"
)

// hostList is the exact list of hosts that may be asked, each as host:port. own
// are the publisher's, asked by https only; user are those the user named, which
// may be in a private network.
type hostList struct {
	own, user []string
}

func newHostList(own, allow []string) (*hostList, error) {
	l := &hostList{}
	for _, h := range own {
		l.own = append(l.own, h+":443")
	}
	for _, h := range allow {
		entries, err := parseHost(h)
		if err != nil {
			return nil, err
		}
		l.user = append(l.user, entries...)
	}
	return l, nil
}

// parseHost reads HOST or HOST:PORT; an IPv6 address with a port is in
// brackets. Without a port it gives those of http and https.
func parseHost(s string) ([]string, error) {
	if ip := net.ParseIP(s); ip != nil && strings.Contains(s, ":") {
		s = "[" + s + "]"
	}
	u, err := url.Parse("//" + s)
	if err != nil || u.Host != s || u.Hostname() == "" || strings.HasSuffix(s, ":") {
		return nil, fmt.Errorf("host %q: want HOST or HOST:PORT", s)
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
func (l *hostList) ask(u *url.URL) (*url.URL, error) {
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
	case slices.Contains(l.user, hostPort(&c)):
		return &c, nil
	}
	if c.Scheme == "http" && (c.Port() == "" || c.Port() == "80") {
		c.Scheme, c.Host = "https", c.Hostname()
	}
	if slices.Contains(l.own, hostPort(&c)) {
		c.Host = strings.TrimSuffix(c.Host, ":443")
		return &c, nil
	}
	return nil, fmt.Errorf("%w: host %s is not on the list of hosts", errRefused, u.Host)
}

// parse is ask for an address as text.
func (l *hostList) parse(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errRefused, err)
	}
	return l.ask(u)
}

// hostGuard refuses every request to a host that is not on the list, wherever
// in the chain it comes from.
type hostGuard struct {
	hosts *hostList
	next  http.RoundTripper
}

func (t hostGuard) RoundTrip(r *http.Request) (*http.Response, error) {
	u, err := t.hosts.ask(r.URL)
	if err == nil && u.String() != r.URL.String() {
		err = fmt.Errorf("%w: %s would have to be asked as %s", errRefused, r.URL, u)
	}
	if err != nil {
		return nil, err
	}
	return t.next.RoundTrip(r)
}

// dialer opens connections for a transport. After the name is resolved the
// address itself is checked: loopback, private and special ranges are refused
// unless the user named the host. That holds whatever a redirect, a link or
// a DNS answer says.
type dialer struct {
	hosts  *hostList
	limits Limits
	hooks  Hooks
	proxy  func(*url.URL) (*url.URL, error)
}

func newDialer(hosts *hostList, limits Limits, hooks Hooks) *dialer {
	d := &dialer{hosts: hosts, limits: limits, hooks: hooks}
	if !hooks.NoProxy {
		d.proxy = httpproxy.FromEnvironment().ProxyFunc()
	}
	return d
}

// proxyFor returns the proxy for a request, nil for none. A proxy named by
// HTTP_PROXY or HTTPS_PROXY resolves names itself, so the check of the dialled
// address is the proxy's then; the list of hosts still applies, since it is
// checked before any request is made.
func (d *dialer) proxyFor(r *http.Request) (*url.URL, error) { return d.proxyOf(r.URL) }

func (d *dialer) proxyOf(u *url.URL) (*url.URL, error) {
	if d.proxy == nil {
		return nil, nil
	}
	return d.proxy(u)
}

// DialContext opens a connection to a host of the list, or to the user's proxy.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.hooks.Dial != nil {
		return d.hooks.Dial(ctx, network, address)
	}
	nd := &net.Dialer{Timeout: d.limits.Connect, Resolver: d.hooks.Resolver}
	if !slices.Contains(d.hosts.user, strings.ToLower(address)) && !d.isProxy(address) {
		guard := ssrf.New(ssrf.WithAnyPort())
		nd.Control = func(network, address string, c syscall.RawConn) error {
			if err := guard.Safe(network, address, c); err != nil {
				return fmt.Errorf("%w: %w", errRefused, err)
			}
			return nil
		}
	}
	return nd.DialContext(ctx, network, address)
}

// isProxy reports whether the address is that of the proxy in use.
func (d *dialer) isProxy(address string) bool {
	for _, host := range slices.Concat(d.hosts.own, d.hosts.user) {
		for _, scheme := range []string{"https", "http"} {
			if p, err := d.proxyOf(&url.URL{Scheme: scheme, Host: host}); err == nil && p != nil && hostPort(p) == strings.ToLower(address) {
				return true
			}
		}
	}
	return false
}

// transport returns the innermost transport: plain HTTP over guarded
// connections, one a host, nothing followed and nothing decoded.
func (d *dialer) transport() *http.Transport {
	return &http.Transport{
		Proxy:                  d.proxyFor,
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: d.hooks.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    d.limits.Connect,
		MaxConnsPerHost:        1,
		MaxIdleConnsPerHost:    1,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true, // no Accept-Encoding: bytes are wanted as they are published
		ForceAttemptHTTP2:      true,
	}
}
