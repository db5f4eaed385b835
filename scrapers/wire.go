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
	"sync/atomic"
	"time"

	"espfigures/pipeline/archive"

	"github.com/temoto/robotstxt"
	"golang.org/x/net/publicsuffix"
)

// wire is everything between Colly and the network. A request passes
//
//	http.Client  keeps cookies for the run and follows redirects, each of which follow allows
//	robots       asks a host's robots.txt once and keeps what it forbids closed
//	condition    asks only for what changed, and answers from the archive if nothing did
//	retry        tries again what may pass, after a wait; leaves a host alone that keeps failing
//	send         the list of hosts, the delay between requests, the whole body within the caps
//	transport    connections to addresses that are checked after DNS (guard.go)
//
// Each is a method of the form of RoundTrip that calls the next. The wire answers
// with whole, checked bytes or an error. It stores nothing and does not look
// inside documents. A run asks one address at a time.
type wire struct {
	Options
	hosts hostList
	known *archive.Archive
	agent string // User-Agent

	client    *http.Client // the whole way
	plain     *http.Client // without robots and condition, for robots.txt itself
	transport *http.Transport
	proxy     func(*url.URL) (*url.URL, error)
	inside    map[string]bool // hosts that may be in a private network: those the user named, and the proxies in use

	reached   atomic.Bool // someone opened a connection, or refused to
	unreached error       // of the first request, where nobody did

	met      map[string]*host // by host and port
	requests int              // sent, robots.txt and retries included
}

// host is what a run has learnt of a host.
type host struct {
	rules   *robotstxt.Group // of its robots.txt; nil before it was asked
	next    time.Time        // when it may be asked again
	delay   time.Duration    // that it asks for
	failing int              // addresses that failed one after another
	closed  error            // errNoRobots, errLeft: ask no more
}

func newWire(opts Options, hosts hostList, known *archive.Archive) *wire {
	jar, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never an error
	w := &wire{Options: opts, hosts: hosts, known: known, agent: userAgent(opts.Version, opts.Contact), met: map[string]*host{}}
	w.guard()
	w.client = &http.Client{Transport: roundTrip(w.robots), Jar: jar, CheckRedirect: w.follow}
	w.plain = &http.Client{Transport: roundTrip(w.retry), Jar: jar, CheckRedirect: w.follow}
	return w
}

// host returns what is known of the host that a request is for.
func (w *wire) host(r *http.Request) *host {
	at := hostPort(r.URL)
	if w.met[at] == nil {
		w.met[at] = &host{}
	}
	return w.met[at]
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is what an address gave, and how. It goes along with a request through
// the chain.
type answer struct {
	asked  string
	final  string
	hops   []string // addresses it was redirected to
	tries  int      // requests made for the last hop
	header http.Header
	body   []byte
	same   bool // answered "not modified"; the body is the archive's

	title  string       // of a web page, as part of a message: `, titled "..."`
	links  []*Candidate // those that may concern the run
	linked int          // how many links there are
}

type answerKey struct{}

func answerOf(r *http.Request) *answer { return r.Context().Value(answerKey{}).(*answer) }

// get asks an address and reads the answer. One that is of no use is an error.
func (w *wire) get(ctx context.Context, client *http.Client, u *url.URL) (*answer, error) {
	a := &answer{asked: u.String()}
	header := http.Header{"User-Agent": {w.agent}, "Accept": {"application/pdf, text/html;q=0.9, */*;q=0.5"}}
	r := (&http.Request{Method: http.MethodGet, URL: u, Header: header}).WithContext(context.WithValue(ctx, answerKey{}, a))
	resp, err := client.Do(r)
	if outer := (*url.Error)(nil); errors.As(err, &outer) {
		err = outer.Err
	}
	switch {
	case err != nil:
		return a, err
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNotModified:
		return a, statusError(resp.StatusCode)
	}
	a.final, a.header, a.same = resp.Request.URL.String(), resp.Header, resp.StatusCode == http.StatusNotModified
	a.body, err = io.ReadAll(resp.Body) // in memory since send
	return a, err
}

// follow says whether a redirect may be followed: to the hosts of the list, not
// from https to http, not in a circle, only so often.
func (w *wire) follow(r *http.Request, via []*http.Request) error {
	a := answerOf(r)
	next, err := w.hosts.ask(r.URL)
	if err == nil {
		*r.URL = *next
	}
	a.hops, a.tries = append(a.hops, r.URL.String()), 0
	if err != nil {
		return err
	}
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
	case len(a.hops) > maxHops:
		return fmt.Errorf("%w: more than %d", errHops, maxHops)
	}
	return nil
}

// condition asks only for what changed: it sends the validators of what the
// archive has of an address, and answers "not modified" (304) with the archive's
// bytes.
func (w *wire) condition(r *http.Request) (*http.Response, error) {
	v, stored, ok := w.known.Condition(r.URL.String())
	asked := r.Clone(r.Context())
	if v.ETag != "" {
		asked.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		asked.Header.Set("If-Modified-Since", v.LastModified)
	}
	resp, err := w.retry(asked)
	if err != nil || resp.StatusCode != http.StatusNotModified {
		return resp, err
	}
	if !ok {
		return nil, fmt.Errorf("%w to a request without a condition", statusError(resp.StatusCode))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(stored)), int64(len(stored))
	if v.ContentType != "" { // the one that came with the bytes
		resp.Header.Set("Content-Type", v.ContentType)
	}
	return resp, nil
}

// Fault is an address that gave nothing of use.
type Fault struct {
	URL   string
	Hops  []string // addresses it was redirected to
	Tries int      // requests made for the last hop
	Err   error
}

func (f *Fault) Error() string {
	tries := ""
	if f.Tries > 1 {
		tries = fmt.Sprintf(" (%d tries)", f.Tries)
	}
	return fmt.Sprintf("%s: %v%s", strings.Join(append([]string{f.URL}, f.Hops...), " -> "), f.Err, tries)
}

func (f *Fault) Unwrap() error { return f.Err }

// statusError is an answer whose status says that it is of no use.
type statusError int

func (e statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("answered %d %s", int(e), http.StatusText(int(e))))
}

var (
	errUnreached = errors.New("cannot be reached")
	errRefused   = errors.New("refused") // on principle: asking again changes nothing
	errNotListed = errors.New("is not on the list of hosts")
	errCircle    = errors.New("redirected in a circle")
	errHops      = errors.New("too many redirects")
)

// passing reports whether a fault may be gone at the next run: the server or the
// network failed to deliver. The others are answers: the address is gone, closed,
// or has something else.
func passing(err error) bool {
	for _, final := range []error{errRefused, errDisallowed, errNotTable, errCircle, errHops} {
		if errors.Is(err, final) {
			return false
		}
	}
	var status statusError
	return !errors.As(err, &status) || mayPass(int(status))
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
func userAgent(version, contact string) string {
	if contact != "" {
		contact = "; contact: " + contact
	}
	return agent + "/" + cmp.Or(version, "dev") + " (reads NCMEC's yearly reports by ESP" + contact + ")"
}
