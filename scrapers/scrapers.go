// Package scrapers finds NCMEC's tables of reports by ESP on the web and fetches
// them: landing page, links, documents.
//
// In: what is known of the publisher's site, and what the archive has. Out: the
// bytes of each document with their provenance, one after the other, and what
// was found, skipped and why. It stores nothing, reads no table and knows no
// figures; it knows hosts and politeness.
package scrapers

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"slices"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// Errors of Refresh that callers tell apart with errors.Is.
var (
	// ErrOffline says that no address can be reached at all: no name can be
	// resolved, or no connection opens.
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

// InternetArchive is the web archive that has captures of the publisher's site.
const InternetArchive = "https://web.archive.org"

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
	// 2019, and the year before this one.
	From, To int
	// Contact is an address (mail or web) that goes into the User-Agent.
	Contact string
	// Version of the program, for the User-Agent.
	Version string
	// DryRun visits the pages, fetches no document and hands out nothing.
	DryRun bool
	// Wayback is the address of the web archive to ask for captures of the
	// documents too, such as InternetArchive, without a slash at the end; "" asks
	// none.
	Wayback string
	// HasTable reports whether a web page that came under a content type prints
	// a table of reports by ESP, so that the page is a document.
	HasTable func(contentType string, body []byte) bool
	// Progress is told in a few words how the run goes on; may be nil.
	Progress func(string)

	Limits Limits

	// Tests open connections by Dial in place of the guarded dialer, and trust
	// these certificates.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	RootCAs *x509.CertPool
}

// Limits bounds what a run may cost.
type Limits struct {
	Delay         time.Duration // between requests to one host, from the end of one to the start of the next
	RetryMax      time.Duration // longest wait before a retry; the first is Delay, each further one twice as long
	RetryAfterMax time.Duration // longest wait that a server may ask for with Retry-After
	Connect       time.Duration // to open a connection
	Stall         time.Duration // in which at least StallBytes must arrive
	StallBytes    int64
	Deadline      time.Duration // for one try, answer and body
	MaxBytes      int64         // of a body as sent
	MaxDecoded    int64         // of a body decoded
}

// DefaultLimits returns the limits of a run of the program.
func DefaultLimits(delay time.Duration) Limits {
	return Limits{
		Delay: delay, RetryMax: max(30*time.Second, delay), RetryAfterMax: 120 * time.Second,
		Connect: 10 * time.Second, Stall: 30 * time.Second, StallBytes: 512, Deadline: 5 * time.Minute,
		MaxBytes: 32 << 20, MaxDecoded: maxDecoded,
	}
}

const (
	firstYear     = 2019                    // with a table of reports by ESP
	maxCrawlDelay = 300 * time.Second       // of a robots.txt, longer ones are cut
	maxProbe      = 1500 * time.Millisecond // to open a connection while none was
	maxTries      = 3                       // of one address
	maxDecoded    = 64 << 20
	maxHops       = 10        // redirects followed for one address
	maxPerYear    = 4         // likely documents asked for one year
	maxDoubtful   = 12        // pages, doubtful links and guessed addresses asked while years are missing
	maxCaptures   = 20        // asked for one address in the web archive
	maxGuesses    = 4         // addresses made by pattern for one year
	maxCandidates = 1000      // remembered of each class, for pages with a hundred thousand links
	maxRobots     = 500 << 10 // the part of a robots.txt that is read, as RFC 9309 wants
	maxTold       = 12        // addresses that the message of ErrNothingFound lists
)

// A Candidate is an address that may lead to a table, and what came of it: a
// start page, a link, an address made by pattern, a copy in the web archive.
type Candidate struct {
	URL      string // absolute
	Year     int    // calendar year the link names; 0 if it names none
	LinkText string
	Title    string // title attribute of the link
	Page     string // address of the page with the link; "" if no page names it
	Why      string // why it was taken or skipped

	// Seen says in a few words what was there; "" if it was not asked, or failed.
	Seen string
	// Fault says why it gave nothing of use, or may not be asked.
	Fault *Fault

	class        class
	order        int        // of start pages, of guesses for one year, and of captures of one address, the best first
	yearDoubtful bool       // words and address name different years: it shows neither year found
	of           *Candidate // what it is the web archive's copy of, or index of copies
	captured     time.Time  // when the web archive took the copy
	useful       bool       // a document, or a page with a link to one
	document     bool
	sha          string // of the document, or of the version that the archive has
	settled      bool   // its year is not missing any more: a document came, or failed to come for now
}

// Found reports whether it was taken for a table of reports by ESP.
func (c *Candidate) Found() bool { return c.class == likely || c.document }

// isPage reports whether it is a page that names documents.
func (c *Candidate) isPage() bool {
	return c.class == startPage || c.class == listing || c.class == related || c.of != nil && c.of.isPage()
}

// copied returns the publisher's address that it is the web archive's copy of,
// or index of copies; "" if it is neither.
func (c *Candidate) copied() string {
	if c.of == nil {
		return ""
	}
	return c.of.URL
}

// Result is what a run found.
type Result struct {
	Tried     []*Candidate // in the order in which they were asked, or in a dry run would be
	Skipped   []*Candidate // links to sister documents, years not asked for, hosts not allowed; the first thousand
	Documents []string     // SHA-256 of each version that came or was not modified; of the newest stored where none could be fetched
	Findings  []pipeline.Finding

	Requests    int // sent, robots.txt and retries included
	Downloads   int // documents whose bytes were sent
	NotModified int // requests answered "not modified"
}

// parsed returns an address in parts; none where it has none.
func parsed(address string) *url.URL {
	u, _ := url.Parse(address)
	return cmp.Or(u, &url.URL{})
}

func (r *Result) found() (list []*Candidate) {
	for _, c := range r.Tried {
		if c.Found() {
			list = append(list, c)
		}
	}
	return list
}

// add records the version that counts of a document.
func (r *Result) add(sha string) {
	if !slices.Contains(r.Documents, sha) { // else the same at another address
		r.Documents = append(r.Documents, sha)
	}
}
