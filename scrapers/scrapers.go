// Package scrapers finds NCMEC's tables of reports per ESP on the web and
// brings them into the archive: landing page, links, documents.
//
// In: start addresses and an archive. Out: the version of each document that
// is published now, what was found and passed over and why, and findings. It
// knows hosts and politeness, and no figures.
//
// Colly dispatches and finds links. Everything that touches the wire lies
// below it in one http.RoundTripper (wire.go, body.go): host list, robots.txt,
// throttle, retry, conditional requests, caps, checks of the bytes, and the
// archive.
package scrapers

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// Errors of Refresh that callers tell apart with errors.Is.
var (
	// ErrOffline says that no start address can be reached at all: no name
	// can be resolved, or no connection opens. Nothing was asked of anyone.
	ErrOffline = errors.New("no network")
	// ErrNothingFound says that no document was found. Its text lists the
	// addresses that were tried and what was seen there.
	ErrNothingFound = errors.New("no report document found")
	// ErrIncomplete says that a document that a page names could not be
	// fetched whole just now. What was fetched before is in the archive.
	ErrIncomplete = errors.New("not every document could be fetched")
)

// DefaultStart lists the pages that name the documents. The first is the
// address cited by WeProtect Global Alliance's statement of 15 December 2023;
// the others are the landing page under the addresses it is known by.
var DefaultStart = []string{
	"https://www.missingkids.org/esp/reports",
	"https://www.missingkids.org/cybertiplinedata",
	"https://www.missingkids.org/gethelpnow/cybertipline/cybertiplinedata",
	"https://www.ncmec.org/cybertiplinedata",
	"https://www.missingkids.org/ourwork/ncmecdata",
}

// DefaultHosts are NCMEC's own hosts. No other host is ever asked unless the
// user names it.
var DefaultHosts = []string{"www.missingkids.org", "missingkids.org", "www.ncmec.org", "ncmec.org"}

// Publisher reports whether an address lies with NCMEC.
func Publisher(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.Contains(DefaultHosts, u.Hostname())
}

// WaybackBase is the Internet Archive's Wayback Machine.
const WaybackBase = "https://web.archive.org"

// FirstYear is the first calendar year with a table of reports per ESP.
const FirstYear = 2019

// Options says what Refresh looks for and how. The zero value looks for every
// year at the default addresses.
type Options struct {
	// Start lists the pages to start from; DefaultStart if empty. The default
	// pages are visited until every year wanted is named by a link; pages the
	// user names are all visited.
	Start []string
	// AllowHosts lists hosts beyond DefaultHosts, as HOST or HOST:PORT. A
	// host named here may also be a private or loopback one. Without a port
	// it stands for the ports of http and https.
	AllowHosts []string
	// From and To bound the calendar years to look for; 0 leaves an end open:
	// FirstYear, and the year before this one.
	From, To int
	// Contact is an address (mail or web) that goes into the User-Agent.
	Contact string
	// Version of the program, for the User-Agent.
	Version string
	// DryRun visits the pages and fetches no document; the archive is not
	// written to.
	DryRun bool
	// Wayback also asks the Internet Archive for captures of the documents.
	Wayback bool
	// WaybackBase replaces the Internet Archive's address; for tests.
	WaybackBase string
	// HasTable reports whether a web page itself prints a table of reports
	// per ESP, so that the page is a document. nil takes no page for one.
	HasTable func(body []byte) bool
	// Progress is called as the run goes on; may be nil.
	Progress func(Event)

	Limits Limits
	Hooks  Hooks
}

// Limits bounds what a run may cost. A field left zero has its default.
type Limits struct {
	Delay         time.Duration // between requests to one host, from the end of one to the start of the next; 2 s
	MaxCrawlDelay time.Duration // longest Crawl-delay of a robots.txt that is honoured in full; 300 s
	Tries         int           // for one address; 3
	RetryMin      time.Duration // first wait before a retry, doubled for each further one, with jitter; Delay
	RetryMax      time.Duration // longest such wait; 30 s
	RetryAfterMax time.Duration // longest wait that a server may ask for with Retry-After; 120 s
	Connect       time.Duration // to open a connection; 10 s
	Stall         time.Duration // in which at least StallBytes must arrive; 30 s
	StallBytes    int64         // 512
	Deadline      time.Duration // for one try, answer and body; 5 min
	MaxBytes      int64         // of a body as sent; 32 MiB
	MaxDecoded    int64         // of a body decoded; 64 MiB
	MaxHops       int           // redirects followed for one address; 10
	Probe         time.Duration // to find out that there is no network; 1.5 s
	MaxPages      int           // pages visited beyond the start pages; 5
	MaxCaptures   int           // captures fetched for one address from the web archive; 20
}

func (l Limits) withDefaults() Limits {
	duration := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	duration(&l.Delay, 2*time.Second)
	duration(&l.MaxCrawlDelay, 300*time.Second)
	duration(&l.RetryMin, l.Delay)
	duration(&l.RetryMax, max(30*time.Second, l.RetryMin))
	duration(&l.RetryAfterMax, 120*time.Second)
	duration(&l.Connect, 10*time.Second)
	duration(&l.Stall, 30*time.Second)
	duration(&l.Deadline, 5*time.Minute)
	duration(&l.Probe, 1500*time.Millisecond)
	if l.StallBytes <= 0 {
		l.StallBytes = 512
	}
	if l.MaxBytes <= 0 {
		l.MaxBytes = 32 << 20
	}
	if l.MaxDecoded <= 0 {
		l.MaxDecoded = 64 << 20
	}
	if l.Tries <= 0 {
		l.Tries = 3
	}
	if l.MaxHops <= 0 {
		l.MaxHops = 10
	}
	if l.MaxPages <= 0 {
		l.MaxPages = 5
	}
	if l.MaxCaptures <= 0 {
		l.MaxCaptures = 20
	}
	return l
}

// Hooks replace what lies outside the program. Tests set them; a run of the
// program leaves them zero.
type Hooks struct {
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error
	Resolver *net.Resolver
	// Dial opens connections in place of the guarded dialer.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	RootCAs *x509.CertPool
	// NoProxy ignores the proxy settings of the environment.
	NoProxy bool
}

// Candidate is a link that was judged.
type Candidate struct {
	URL      string // absolute
	Year     int    // calendar year the link names; 0 if it names none
	LinkText string
	Title    string // title attribute of the link
	Page     string // address of the page with the link; "" for an address tried by pattern
	Why      string // why it was taken or passed over
	Rank     int    // 1 is fetched first
	// Guessed is true for an address that no link names, made by pattern.
	Guessed bool
	// doubtful: the link's words and its address name different years, so
	// that it proves neither year found.
	doubtful bool
}

// Attempt is an address that was asked, and what was seen there.
type Attempt struct {
	URL    string
	Hops   []string // addresses it was redirected to, in order
	Status int      // the last answer's; 0 if none came
	Tries  int
	Seen   string // in a few words, such as "a web page of 700 KB with 203 links, none to a table of reports per ESP"
	Err    error  // nil if the answer was of use
}

// Result is what a Refresh found.
type Result struct {
	Found     []Candidate    // links taken for tables of reports per ESP, in the order they are fetched
	Documents []archive.Held // the version now published of each document; the newest held where it could not be fetched
	Passed    []Candidate    // links to sister documents, years not asked for, hosts not allowed
	Tried     []Attempt
	Findings  []pipeline.Finding

	Requests    int   // sent, robots.txt and retries included
	Downloads   int   // documents whose bytes were sent
	NotModified int   // conditional requests answered "not modified"
	New         int   // documents whose bytes the archive did not hold before
	Offline     error // why there is no network; nil if there is
}

// EventKind says what an Event tells of.
type EventKind string

const (
	EventAsk     EventKind = "ask"     // an address is about to be asked
	EventWait    EventKind = "wait"    // a wait of some length before a request: throttle, retry
	EventBytes   EventKind = "bytes"   // part of a body has arrived
	EventPage    EventKind = "page"    // a page was read
	EventFetched EventKind = "fetched" // a document is in the archive
	EventFailed  EventKind = "failed"  // an address gave nothing of use
)

// Event tells how a run goes on.
type Event struct {
	Kind     EventKind
	URL      string
	Done, Of int           // documents fetched, documents to fetch; 0 while that is not known
	Bytes    int64         // of the body so far, for EventBytes
	Wait     time.Duration // for EventWait
	Note     string        // in a few words
}

// String says in one line what the event tells of, for a progress display.
func (e Event) String() string {
	at := e.URL
	if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
		at = u.Host + u.Path
	}
	if e.Of > 0 {
		at = fmt.Sprintf("%d/%d %s", min(e.Done+1, e.Of), e.Of, at)
	}
	switch e.Kind {
	case EventAsk:
		return "asking " + at
	case EventWait:
		return fmt.Sprintf("waiting %s for %s %s", e.Wait.Round(100*time.Millisecond), at, e.Note)
	case EventBytes:
		return fmt.Sprintf("%s: %s", at, size(int(e.Bytes)))
	}
	return strings.TrimSuffix(at+": "+e.Note, ": ")
}
