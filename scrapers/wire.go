package scrapers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"net/http/cookiejar"
)

// wire is everything between Colly and the network: a chain of RoundTrippers,
// each in a file of its own. A request passes them in this order:
//
//	redirects    follows redirects; names the chain; no circle, no way back to http
//	robots       asks a host's robots.txt once and keeps what it forbids closed
//	giveUp       leaves a host alone that asked for it or keeps failing
//	cookies      keeps cookies for the run
//	conditions   asks only for what changed, and answers from the archive if nothing did
//	retries      tries again what may pass, after a wait
//	wholeBody    reads the body within the caps and checks that it is whole
//	pace         one request at a time to a host, with a delay; no stall, no endless answer
//	hostGuard    the exact list of hosts
//	transport    connections to addresses that are checked after DNS (guard.go)
//
// The wire answers with whole, checked bytes or an error. It stores nothing and
// does not look inside documents.
type wire struct {
	hosts     *hostList
	hooks     Hooks
	limits    Limits
	agent     string // User-Agent
	transport *http.Transport
	chain     http.RoundTripper
	requests  int // sent, robots.txt and retries included
}

func newWire(opts Options, hosts *hostList, known Known, event func(Event)) (*wire, error) {
	ua, err := userAgent(opts.Version, opts.Contact)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, err
	}
	w := &wire{hosts: hosts, hooks: opts.Hooks, limits: opts.Limits, agent: ua}
	w.transport = newDialer(hosts, w.limits, w.hooks).transport()
	pace := &pace{
		next: hostGuard{hosts, w.transport}, limits: w.limits, now: w.hooks.Now, sleep: w.hooks.Sleep, event: event,
		sent: func() { w.requests++ },
	}
	var chain http.RoundTripper = wholeBody{pace, w.limits}
	chain = &retries{chain, w.limits, w.hooks, event}
	chain = conditions{chain, known}
	chain = cookies{chain, jar}
	chain = newGiveUp(chain)
	follow := redirects{chain, hosts, jar, w.limits.MaxHops}
	follow.next = newRobots(chain, follow, pace, w.limits.MaxCrawlDelay)
	w.chain = follow
	return w, nil
}

// purpose says what an address is asked for.
type purpose int

const (
	forDocument purpose = iota // a document, or a page with links to one
	forRobots                  // a robots.txt: no gate, and its beginning is enough
	forIndex                   // bytes for the program itself, asked without a condition
)

// exchange is what goes along with a request through the chain.
type exchange struct {
	purpose purpose
	hops    []string // addresses it was redirected to
	tries   int      // requests made for the last hop
}

type exchangeKey struct{}

// exchangeOf returns what goes along with a request of the wire.
func exchangeOf(r *http.Request) *exchange {
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{}
	}
	return x
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
func (w *wire) fetch(ctx context.Context, address *url.URL, p purpose) (*answer, error) {
	u, err := w.hosts.ask(address)
	if err != nil {
		return nil, &Fault{URL: address.String(), Err: err}
	}
	x := &exchange{purpose: p}
	r, err := http.NewRequestWithContext(context.WithValue(ctx, exchangeKey{}, x), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Fault{URL: u.String(), Err: fmt.Errorf("%w: %w", errRefused, err)}
	}
	r.Header.Set("User-Agent", w.agent)
	r.Header.Set("Accept", "application/pdf, text/html;q=0.9, */*;q=0.5")
	resp, err := w.chain.RoundTrip(r)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body) // in memory since wholeBody
	if err != nil {
		return nil, &Fault{URL: u.String(), Err: err}
	}
	return &answer{
		asked: u.String(), final: resp.Request.URL.String(), hops: x.hops, status: resp.StatusCode, header: resp.Header,
		body: body, same: resp.StatusCode == http.StatusNotModified,
	}, nil
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
	at := strings.Join(append([]string{f.URL}, f.Hops...), " -> ")
	tries := ""
	if f.Tries > 1 {
		tries = fmt.Sprintf(" (%d tries)", f.Tries)
	}
	return fmt.Sprintf("%s: %v%s", at, f.Err, tries)
}

func (f *Fault) Unwrap() error { return f.Err }

// Passing reports whether the fault may be gone at the next run: the server or
// the network failed to deliver. The others are answers: the address is gone,
// closed, or has something else.
func (f *Fault) Passing() bool {
	switch {
	case errors.Is(f.Err, errRefused), errors.Is(f.Err, errDisallowed), errors.Is(f.Err, errNotTable), errors.Is(f.Err, errCircle), errors.Is(f.Err, errHops):
		return false
	case f.Status == 429 || f.Status == 408 || f.Status == 425:
		return true
	}
	return f.Status == 0 || f.Status == http.StatusOK || f.Status >= 500
}

// Errors that several links of the chain tell apart.
var (
	errRefused = errors.New("refused") // on principle: asking again changes nothing
	errStatus  = errors.New("answered")
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
