package scrapers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/net/html/charset"
)

// wire is everything between Colly and the network. It answers Colly with
// whole, checked and archived bodies, or with an error.
type wire struct {
	limits  Limits
	hooks   Hooks
	hosts   *hostList
	agent   string // User-Agent
	archive *archive.Archive
	dryRun  bool
	table   func([]byte) bool
	event   func(Event)
	find    func(pipeline.Finding)

	transport *http.Transport
	pace      *pacer
	client    *retryablehttp.Client
	rules     map[string]*rules // robots.txt by scheme and host
	closed    map[string]error  // hosts that asked to be left alone, by host and port
	failing   map[string]int    // addresses of a host that failed one after another

	requests, downloads, notModified, fresh int
}

// asks says what an address is asked for.
type asks struct {
	page      bool // a page with links will do; otherwise only a document
	robots    bool // a robots.txt: not gated, not stored
	raw       bool // bytes for the program itself: asked without condition, not stored
	candidate Candidate
	// original and captured are set for a copy in the web archive: the
	// publisher's address it is a copy of, and when it was taken.
	original string
	captured time.Time
}

// answer is what an address gave.
type answer struct {
	asked  string
	final  string
	hops   []string
	status int
	header http.Header
	body   []byte
	pdf    bool
	held   *archive.Held // the version in the archive; nil for a page that is no document
	same   bool          // answered "not modified"
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
	at := f.URL
	if len(f.Hops) > 0 {
		at += " -> " + strings.Join(f.Hops, " -> ")
	}
	tries := ""
	if f.Tries > 1 {
		tries = fmt.Sprintf(" (%d tries)", f.Tries)
	}
	return fmt.Sprintf("%s: %v%s", at, f.Err, tries)
}

func (f *Fault) Unwrap() error { return f.Err }

// Passing reports whether the fault may be gone at the next run: the server
// or the network failed to deliver. The others are answers: the address is
// gone, closed, or holds something else.
func (f *Fault) Passing() bool {
	switch {
	case errors.Is(f.Err, errRefused), errors.Is(f.Err, errDisallowed), errors.Is(f.Err, errNotTable), errors.Is(f.Err, errLoop):
		return false
	case f.Status == 429 || f.Status == 408 || f.Status == 425:
		return true
	}
	return f.Status == 0 || f.Status == http.StatusOK || f.Status >= 500
}

// Errors about what came back.
var (
	errNotTable  = errors.New("not a document")
	errTruncated = errors.New("the PDF is cut short: it has no end mark (%%EOF)")
	errTooBig    = errors.New("too large")
	errLoop      = errors.New("redirected in a circle")
	errStatus    = errors.New("answered")
	errLeft      = errors.New("the host is not asked again in this run")
)

func newWire(opts Options, hosts *hostList, a *archive.Archive) (*wire, error) {
	ua, err := userAgent(opts.Version, opts.Contact)
	if err != nil {
		return nil, err
	}
	w := &wire{
		limits: opts.Limits, hooks: opts.Hooks, hosts: hosts, agent: ua, archive: a,
		dryRun: opts.DryRun, table: opts.HasTable, event: func(Event) {}, find: func(pipeline.Finding) {},
		rules: map[string]*rules{}, closed: map[string]error{}, failing: map[string]int{},
	}
	if w.hooks.Now == nil {
		w.hooks.Now = time.Now
	}
	if w.hooks.Sleep == nil {
		w.hooks.Sleep = sleep
	}
	if w.table == nil {
		w.table = func([]byte) bool { return false }
	}
	w.transport = newDialer(hosts, opts.Limits, opts.Hooks).transport()
	w.pace = &pacer{
		limits: w.limits, now: w.hooks.Now, sleep: w.hooks.Sleep, next: w.transport,
		sent: func(r *http.Request) {
			w.requests++
			w.event(Event{Kind: EventAsk, URL: r.URL.String()})
		},
		wait: func(host string, d time.Duration) { w.event(Event{Kind: EventWait, URL: host, Wait: d}) },
		got:  func(u string, n int64) { w.event(Event{Kind: EventBytes, URL: u, Bytes: n}) },
	}
	w.client = &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     w.pace,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryWaitMin: w.limits.RetryMin,
		RetryWaitMax: w.limits.RetryMax,
		RetryMax:     w.limits.Tries - 1,
		CheckRetry:   w.again,
		Backoff:      w.backoff,
		ErrorHandler: exhausted,
	}
	return w, nil
}

// CheckContact refuses what cannot stand in a User-Agent as Options.Contact.
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
	if contact == "" {
		return agent + "/" + version + " (reads NCMEC's yearly reports by ESP)", nil
	}
	if err := CheckContact(contact); err != nil {
		return "", err
	}
	return agent + "/" + version + " (reads NCMEC's yearly reports by ESP; contact: " + contact + ")", nil
}

type asksKey struct{}

// RoundTrip implements http.RoundTripper for Colly. What is asked for comes
// with the request's context, and the answer goes back the same way.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	job, ok := r.Context().Value(asksKey{}).(*job)
	if !ok {
		return nil, fmt.Errorf("%w: %s was not asked for", errRefused, r.URL)
	}
	ans, err := w.fetch(r.Context(), job.url, job.asks)
	job.answer, job.err, job.asked = ans, err, true
	if err != nil {
		return nil, err
	}
	final, err := url.Parse(ans.final)
	if err != nil {
		return nil, err
	}
	if job.asks.original != "" {
		// Links of a copy are meant from where the original stood.
		if final, err = url.Parse(job.asks.original); err != nil {
			return nil, err
		}
	}
	kind := "application/pdf"
	if !ans.pdf {
		_, name, _ := charset.DetermineEncoding(ans.body, ans.header.Get("Content-Type"))
		kind = "text/html; charset=" + name
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {kind}},
		Body:          io.NopCloser(bytes.NewReader(ans.body)),
		ContentLength: int64(len(ans.body)),
		Uncompressed:  true,
		Request:       (&http.Request{Method: http.MethodGet, URL: final, Header: http.Header{}}).WithContext(r.Context()),
	}, nil
}

// job carries a request through Colly and brings its answer back.
type job struct {
	url    *url.URL
	asks   asks
	answer *answer
	err    error
	asked  bool
}

// fetch asks an address, checks what comes back and stores it if it is a
// document.
func (w *wire) fetch(ctx context.Context, u *url.URL, what asks) (*answer, error) {
	u, err := w.hosts.ask(u)
	if err != nil {
		return nil, &Fault{URL: u0(u), Err: err}
	}
	ans, err := w.follow(ctx, u, what)
	if err == nil && !what.raw {
		err = w.take(ans, what)
	}
	w.judgeHost(u, err)
	if err != nil {
		return ans, err
	}
	return ans, nil
}

func u0(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// judgeHost leaves a host alone for the rest of the run once it has asked for
// it (429), or has failed at three addresses in a row.
func (w *wire) judgeHost(u *url.URL, err error) {
	host := hostPort(u)
	var f *Fault
	if !errors.As(err, &f) || !f.Passing() || errors.Is(err, errTruncated) || errors.Is(err, errTooBig) || errors.Is(err, errLeft) {
		w.failing[host] = 0
		return
	}
	w.failing[host]++
	if f.Status == http.StatusTooManyRequests || w.failing[host] >= 3 {
		w.closed[host] = fmt.Errorf("%w after: %w", errLeft, f.Err)
	}
}

// follow asks an address and the addresses it redirects to. Each hop passes
// the host list, robots.txt and the pace.
func (w *wire) follow(ctx context.Context, u *url.URL, what asks) (*answer, error) {
	ans := &answer{asked: u.String()}
	fault := func(status, tries int, err error) (*answer, error) {
		return ans, &Fault{URL: ans.asked, Hops: ans.hops, Status: status, Tries: tries, Err: err}
	}
	seen := []string{u.String()}
	for {
		if err := w.closed[hostPort(u)]; err != nil {
			return fault(0, 0, err)
		}
		if !what.robots {
			if err := w.gate(ctx, u); err != nil {
				return fault(0, 0, err)
			}
		}
		resp, body, tries, err := w.ask(ctx, u, what)
		var f *Fault
		if errors.As(err, &f) {
			return fault(f.Status, f.Tries, f.Err)
		}
		if err != nil {
			return fault(0, tries, err)
		}
		ans.status, ans.header, ans.body, ans.final = resp.StatusCode, resp.Header, body, u.String()
		ans.same = resp.StatusCode == http.StatusNotModified
		switch resp.StatusCode {
		case http.StatusOK, http.StatusNotModified:
			return ans, nil
		case 301, 302, 303, 307, 308:
		default:
			return fault(resp.StatusCode, tries, fmt.Errorf("%w %s", errStatus, status(resp.StatusCode)))
		}
		location := resp.Header.Get("Location")
		to, err := u.Parse(location)
		if err != nil || location == "" {
			return fault(resp.StatusCode, tries, fmt.Errorf("%w: redirected to %q, which is no address", errRefused, location))
		}
		next, err := w.hosts.ask(to)
		if err != nil {
			ans.hops = append(ans.hops, to.String())
			return fault(resp.StatusCode, tries, err)
		}
		if u.Scheme == "https" && next.Scheme != "https" {
			ans.hops = append(ans.hops, next.String())
			return fault(resp.StatusCode, tries, fmt.Errorf("%w: redirected from https to http", errRefused))
		}
		ans.hops = append(ans.hops, next.String())
		if slices.Contains(seen, next.String()) {
			return fault(resp.StatusCode, tries, errLoop)
		}
		if len(ans.hops) > w.limits.MaxHops {
			return fault(resp.StatusCode, tries, fmt.Errorf("%w: more than %d redirects", errLoop, w.limits.MaxHops))
		}
		seen = append(seen, next.String())
		u = next
	}
}

func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}

// ask sends one request, with retries, and reads the body. A condition is
// sent along where the archive holds what it stands for; "not modified" is
// then answered with the archived bytes.
func (w *wire) ask(ctx context.Context, u *url.URL, what asks) (*http.Response, []byte, int, error) {
	for condition := true; ; condition = false {
		var have []byte
		var v archive.Validators
		if condition && !what.robots && !what.raw {
			var ok bool
			if v, have, ok = w.archive.Validators(u.String()); !ok && what.page {
				v, have, _ = w.archive.Page(u.String())
			}
		}
		req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			return nil, nil, 0, fmt.Errorf("%w: %w", errRefused, err)
		}
		req.Header.Set("User-Agent", w.agent)
		req.Header.Set("Accept", "application/pdf, text/html;q=0.9, */*;q=0.5")
		conditional := have != nil && (v.ETag != "" || v.LastModified != "")
		if conditional && v.ETag != "" {
			req.Header.Set("If-None-Match", v.ETag)
		}
		if conditional && v.LastModified != "" {
			req.Header.Set("If-Modified-Since", v.LastModified)
		}
		before := w.requests
		var body []byte
		req.SetResponseHandler(func(resp *http.Response) error {
			defer resp.Body.Close()
			var err error
			body, err = w.read(resp, what)
			return err
		})
		resp, err := w.client.Do(req)
		tries := w.requests - before
		if err != nil {
			var f *Fault
			if errors.As(err, &f) {
				f.Tries = tries
				return nil, nil, tries, f
			}
			return nil, nil, tries, plain(err)
		}
		if resp.StatusCode != http.StatusNotModified {
			return resp, body, tries, nil
		}
		if conditional {
			w.notModified++
			return resp, have, tries, nil
		}
		if condition {
			continue // answered "not modified" although nothing was asked: ask plainly
		}
		return nil, nil, tries, &Fault{Status: resp.StatusCode, Tries: tries, Err: fmt.Errorf("%w %s to a request without a condition", errStatus, status(resp.StatusCode))}
	}
}

// plain takes the wrapping off that net/http puts around an error, which
// repeats the address.
func plain(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// again decides whether a request is tried again.
func (w *wire) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case errors.Is(err, errRefused), errors.Is(err, errTooBig):
		return false, err
	case err == nil && (resp.StatusCode == http.StatusRequestTimeout || resp.StatusCode == http.StatusTooEarly):
		return true, nil
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}

// exhausted turns the end of all tries into a Fault.
func exhausted(resp *http.Response, err error, tries int) (*http.Response, error) {
	f := &Fault{Tries: tries, Err: plain(err)}
	if resp != nil {
		resp.Body.Close()
		f.Status = resp.StatusCode
		if err == nil {
			f.Err = fmt.Errorf("%w %s", errStatus, status(resp.StatusCode))
		}
	}
	return nil, f
}
