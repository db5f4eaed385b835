package scrapers

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"espfigures/pipeline/archive"

	"golang.org/x/net/publicsuffix"
)

// wire is everything between Colly and the network. A request passes
//
//	http.Client  keeps cookies for the run and follows redirects, each of which follow allows
//	robots       asks a host's robots.txt once and keeps what it forbids closed
//	conditions   asks only for what changed, and answers from the archive if nothing did
//	retries      tries again what may pass, after a wait; leaves a host alone that keeps failing
//	sender       the list of hosts, the delay between requests, the whole body within the caps
//	transport    connections to addresses that are checked after DNS (guard.go)
//
// The wire answers with whole, checked bytes or an error. It stores nothing and
// does not look inside documents.
type wire struct {
	hosts   *hostList
	limits  Limits
	agent   string // User-Agent
	dialer  *dialer
	client  *http.Client
	sender  *sender
	maxHops int
}

func newWire(opts Options, hosts *hostList, known *archive.Archive, event func(Event)) (*wire, error) {
	ua, err := userAgent(opts.Version, opts.Contact)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, err
	}
	w := &wire{hosts: hosts, limits: opts.Limits, agent: ua, dialer: newDialer(hosts, opts.Limits, opts.Hooks), maxHops: opts.Limits.MaxHops}
	w.sender = newSender(w.dialer.transport(), hosts, opts, event)
	tries := newRetries(w.sender, opts, event)
	plain := &http.Client{Transport: tries, Jar: jar, CheckRedirect: w.follow}
	gate := newRobots(conditions{tries, known}, plain, w.sender, opts.Limits.MaxCrawlDelay)
	w.client = &http.Client{Transport: gate, Jar: jar, CheckRedirect: w.follow}
	return w, nil
}

// exchange is what goes along with a request through the chain.
type exchange struct {
	robots bool     // for a robots.txt, whose beginning is enough
	hops   []string // addresses it was redirected to
	tries  int      // requests made for the last hop
}

type exchangeKey struct{}

// exchangeOf returns what goes along with a request of the wire.
func exchangeOf(r *http.Request) *exchange {
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	return cmp.Or(x, &exchange{})
}

// answer is what an address gave.
type answer struct {
	asked  string
	final  string
	hops   []string
	status int
	header http.Header
	body   []byte
	same   bool // answered "not modified"; the body is the archive's
}

// fetch asks an address. The error is a *Fault, or that of ctx.
func (w *wire) fetch(ctx context.Context, address *url.URL) (*answer, error) {
	u, err := w.hosts.ask(address)
	if err != nil {
		return nil, &Fault{URL: address.String(), Err: err}
	}
	x := &exchange{}
	r, err := http.NewRequestWithContext(context.WithValue(ctx, exchangeKey{}, x), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Fault{URL: u.String(), Err: fmt.Errorf("%w: %w", errRefused, err)}
	}
	r.Header.Set("User-Agent", w.agent)
	r.Header.Set("Accept", "application/pdf, text/html;q=0.9, */*;q=0.5")
	resp, err := ask(w.client, r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var body []byte
	if err == nil {
		body, err = io.ReadAll(resp.Body) // in memory since the sender
	}
	if err != nil {
		f := &Fault{URL: u.String(), Hops: x.hops, Tries: x.tries, Err: err}
		if inner := (*Fault)(nil); errors.As(err, &inner) {
			f.Status, f.Err = inner.Status, inner.Err
		} else if resp != nil {
			f.Status = resp.StatusCode
		}
		return nil, f
	}
	return &answer{
		asked: u.String(), final: resp.Request.URL.String(), hops: x.hops, status: resp.StatusCode, header: resp.Header,
		body: body, same: resp.StatusCode == http.StatusNotModified,
	}, nil
}

// ask sends a request. An answer that is of no use is an error; its status is
// that of the response, or of the Fault.
func ask(client *http.Client, r *http.Request) (*http.Response, error) {
	resp, err := client.Do(r)
	if outer := (*url.Error)(nil); errors.As(err, &outer) {
		err = outer.Err
	}
	switch {
	case err != nil || resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusNotModified:
		return resp, err
	case resp.StatusCode/100 == 3 && resp.Header.Get("Location") == "":
		return resp, fmt.Errorf("%w: redirected to \"\", which is not an address", errRefused)
	}
	return resp, fmt.Errorf("%w %s", errStatus, status(resp.StatusCode))
}

// follow says whether a redirect may be followed: to the hosts of the list, not
// from https to http, not in a circle, only so often.
func (w *wire) follow(r *http.Request, via []*http.Request) error {
	x := exchangeOf(r)
	x.tries = 0
	x.hops = append(x.hops, r.URL.String())
	next, err := w.hosts.ask(r.URL)
	if err != nil {
		return err
	}
	*r.URL = *next
	x.hops[len(x.hops)-1] = next.String()
	r.Header.Del("Referer")
	// A site may set a cookie and redirect to the same address until it comes
	// back: an address with other cookies is another one.
	cookies := fmt.Sprint(w.client.Jar.Cookies(next))
	for _, before := range via {
		if before.URL.String() == next.String() && fmt.Sprint(before.Cookies()) == cookies {
			return errCircle
		}
	}
	switch {
	case via[len(via)-1].URL.Scheme == "https" && next.Scheme != "https":
		return fmt.Errorf("%w: redirected from https to http", errRefused)
	case len(x.hops) > w.maxHops:
		return fmt.Errorf("%w: more than %d", errHops, w.maxHops)
	}
	return nil
}

// conditions asks only for what changed: it sends the validators of what the
// archive has of an address, and answers "not modified" (304) with the
// archive's bytes.
type conditions struct {
	next  http.RoundTripper
	known *archive.Archive
}

// RoundTrip implements http.RoundTripper.
func (t conditions) RoundTrip(r *http.Request) (*http.Response, error) {
	v, stored, ok := t.known.Condition(r.URL.String())
	asked := r.Clone(r.Context())
	if v.ETag != "" {
		asked.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		asked.Header.Set("If-Modified-Since", v.LastModified)
	}
	resp, err := t.next.RoundTrip(asked)
	if err != nil || resp.StatusCode != http.StatusNotModified {
		return resp, err
	}
	if !ok {
		// "Not modified", although no condition was sent: a cache in between may
		// be confused. Ask once more.
		if resp, err = t.next.RoundTrip(r); err == nil && resp.StatusCode == http.StatusNotModified {
			return nil, &Fault{Status: resp.StatusCode, Err: fmt.Errorf("%w %s to a request without a condition", errStatus, status(resp.StatusCode))}
		}
		return resp, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(stored)), int64(len(stored))
	if v.ContentType != "" { // the one that came with the bytes
		resp.Header.Set("Content-Type", v.ContentType)
	}
	return resp, nil
}

// Fault is an address that gave nothing of use.
type Fault struct {
	URL    string
	Hops   []string // addresses it was redirected to
	Status int      // 0 if no answer came
	Tries  int      // requests made for the last hop
	Err    error
}

func (f *Fault) Error() string {
	tries := ""
	if f.Tries > 1 {
		tries = fmt.Sprintf(" (%d tries)", f.Tries)
	}
	return fmt.Sprintf("%s: %v%s", chain(f.URL, f.Hops), f.Err, tries)
}

func (f *Fault) Unwrap() error { return f.Err }

// chain names an address and those it redirected to.
func chain(address string, hops []string) string {
	return strings.Join(append([]string{address}, hops...), " -> ")
}

// Passing reports whether the fault may be gone at the next run: the server or
// the network failed to deliver. The others are answers: the address is gone,
// closed, or has something else.
func (f *Fault) Passing() bool {
	for _, final := range []error{errRefused, errDisallowed, errNotTable, errCircle, errHops} {
		if errors.Is(f.Err, final) {
			return false
		}
	}
	return f.Status == 0 || f.Status == http.StatusOK || mayPass(f.Status)
}

// Errors that several links of the chain tell apart.
var (
	errRefused = errors.New("refused") // on principle: asking again changes nothing
	errStatus  = errors.New("answered")
	errCircle  = errors.New("redirected in a circle")
	errHops    = errors.New("too many redirects")
)

func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// agent is the name that robots.txt files know the program by.
const agent = "espfigures"

// CheckContact refuses what cannot be in a User-Agent as Options.Contact.
func CheckContact(contact string) error {
	if strings.ContainsFunc(contact, func(r rune) bool { return r < ' ' || r > '~' || r == '(' || r == ')' }) {
		return fmt.Errorf("contact %q: want a mail or web address in plain letters", contact)
	}
	return nil
}

// userAgent names the program, its version and who runs it.
func userAgent(version, contact string) (string, error) {
	if version == "" {
		version = "dev"
	}
	if err := CheckContact(contact); err != nil {
		return "", err
	}
	if contact != "" {
		contact = "; contact: " + contact
	}
	return agent + "/" + version + " (reads NCMEC's yearly reports by ESP" + contact + ")", nil
}
