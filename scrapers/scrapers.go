// Package scrapers finds NCMEC's tables of reports by ESP on the web and fetches
// them: landing page, links, documents.
//
// In: what is known of the publisher's site, and what the archive has. Out: the
// bytes of each document with their provenance, one after the other, and what
// was found, skipped and why. It stores nothing, reads no table and knows no
// figures; it knows hosts and politeness.
//
// refresh.go is the run, discover.go and candidates.go decide what is fetched,
// Colly (colly.go) dispatches, and wire.go is what touches the network.
package scrapers

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
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

// Fetched is what a run hands to its caller: bytes with their provenance.
type Fetched struct {
	Body     []byte
	Sighting archive.Sighting // address, time, link and validators; hash and number are the archive's
	// Landing is true for a page that only names documents: its newest copy
	// saves the publisher the next download.
	Landing bool
}

// WaybackBase is the Internet Archive's Wayback Machine.
const WaybackBase = "https://web.archive.org"

// FirstYear is the first calendar year with a table of reports by ESP.
const FirstYear = 2019

// Options says what Refresh looks for and how.
type Options struct {
	// Site is the publisher's site.
	Site pipeline.Site
	// Start lists the pages to start from; those of the Site if empty. The
	// pages of the Site are visited until a link names every year wanted;
	// pages the user names are all visited.
	Start []string
	// AllowHosts lists hosts beyond those of the Site, as HOST or HOST:PORT. A
	// host named here may also be a private or loopback one. Without a port it
	// means the ports of http and https.
	AllowHosts []string
	// From and To bound the calendar years to look for; 0 leaves an end open:
	// FirstYear, and the year before this one.
	From, To int
	// Contact is an address (mail or web) that goes into the User-Agent.
	Contact string
	// Version of the program, for the User-Agent.
	Version string
	// DryRun visits the pages, fetches no document and hands out nothing.
	DryRun bool
	// Wayback also asks the Internet Archive for captures of the documents.
	Wayback bool
	// WaybackBase replaces the Internet Archive's address; for tests.
	WaybackBase string
	// HasTable reports whether a web page that came under a content type prints
	// a table of reports by ESP, so that the page is a document. nil takes no
	// page for one.
	HasTable func(contentType string, body []byte) bool
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
	MaxPerYear    int           // likely documents fetched for one year; 4
	MaxDoubtful   int           // pages, doubtful links and guessed addresses asked while years are missing; 12
	MaxCaptures   int           // captures fetched for one address from the web archive; 20
}

func (l Limits) withDefaults() Limits {
	orElse(&l.Delay, 2*time.Second)
	orElse(&l.MaxCrawlDelay, 300*time.Second)
	orElse(&l.Tries, 3)
	orElse(&l.RetryMin, l.Delay)
	orElse(&l.RetryMax, max(30*time.Second, l.RetryMin))
	orElse(&l.RetryAfterMax, 120*time.Second)
	orElse(&l.Connect, 10*time.Second)
	orElse(&l.Stall, 30*time.Second)
	orElse(&l.StallBytes, 512)
	orElse(&l.Deadline, 5*time.Minute)
	orElse(&l.MaxBytes, 32<<20)
	orElse(&l.MaxDecoded, 64<<20)
	orElse(&l.MaxHops, 10)
	orElse(&l.Probe, 1500*time.Millisecond)
	orElse(&l.MaxPerYear, 4)
	orElse(&l.MaxDoubtful, 12)
	orElse(&l.MaxCaptures, 20)
	return l
}

// orElse sets what is not set.
func orElse[T cmp.Ordered](v *T, standard T) {
	var zero T
	if *v <= zero {
		*v = standard
	}
}

// Hooks replace what is outside the program. Tests set them; a run of the
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

// Candidate is a link that was judged, or an address made by pattern.
type Candidate struct {
	URL      string // absolute
	Year     int    // calendar year the link names; 0 if it names none
	LinkText string
	Title    string // title attribute of the link
	Page     string // address of the page with the link; "" for an address made by pattern
	Why      string // why it was taken or skipped
	Guessed  bool   // no link names the address: it was made by pattern

	class        class
	order        int  // of guesses for one year, the best first
	yearDoubtful bool // words and address name different years: it shows neither year found
}

// isPage reports whether it is a page that names documents.
func (c Candidate) isPage() bool { return c.class == listing || c.class == related }

// Attempt is an address that was asked, and what was seen there.
type Attempt struct {
	URL    string // with those it redirected to
	Status int    // the last answer's; 0 if none came
	Seen   string // in a few words, such as "a web page of 700 KB with 203 links, none to a table of reports per ESP"
	Fault  *Fault // nil if the answer was of use
}

// Result is what a run found.
type Result struct {
	Found     []Candidate // links taken for tables of reports by ESP, in the order they are fetched
	Documents []string    // SHA-256 of the version now published of each document; of the newest stored if it could not be fetched
	Skipped   []Candidate // links to sister documents, years not asked for, hosts not allowed; some hundred at most
	Tried     []Attempt
	Findings  []pipeline.Finding

	Requests    int // sent, robots.txt and retries included
	Downloads   int // documents whose bytes were sent
	NotModified int // requests answered "not modified"
}

// EventKind says what an Event tells of.
type EventKind string

const (
	EventAsk   EventKind = "ask"   // an address is about to be asked
	EventWait  EventKind = "wait"  // a wait of some length before a request: throttle, retry
	EventBytes EventKind = "bytes" // part of a body has arrived
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
	case EventWait:
		return fmt.Sprintf("waiting %s for %s %s", e.Wait.Round(100*time.Millisecond), at, e.Note)
	case EventBytes:
		return at + ": " + size(int(e.Bytes))
	}
	return "asking " + at
}
