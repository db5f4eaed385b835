package scrapers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/link"
)

// Refresh finds the tables of reports by ESP from the start pages and hands
// their present versions to take, one after the other, with the landing pages.
// An error of take ends the run. known is what earlier runs stored; nothing is
// written through it.
//
// The error is ErrOffline if there is no network, ErrNothingFound if no
// document was found, ErrIncomplete if a document that is named could not be
// fetched whole just now; otherwise it is about the options, take or ctx. The
// Result is never nil and holds what was found until then.
func Refresh(ctx context.Context, opts Options, known *archive.Archive, take func(Fetched) error) (*Result, error) {
	r, err := newRun(opts, known, take)
	if err != nil {
		return &Result{}, err
	}
	defer r.wire.client.CloseIdleConnections()
	err = r.refresh(ctx)
	r.report()
	r.res.Requests = r.wire.sender.requests
	return r.res, err
}

// run is one Refresh.
type run struct {
	opts     Options
	known    *archive.Archive
	take     func(Fetched) error
	wire     *wire
	res      *Result
	start    []string
	from, to int

	byURL    map[string]*Candidate
	ofClass  map[class]int        // how many candidates there are
	bytesOf  map[string]Candidate // by SHA-256, what gave a document
	visited  map[string]bool
	got      map[int]bool // years of which a document came, or failed to come for now
	asked    map[int]int  // likely documents asked for, by year
	spent    int          // of MaxDoubtful
	leftOut  int          // candidates beyond maxCandidates
	guessed  bool
	failures []failure
	done, of int // documents fetched and to fetch, for events
}

func newRun(opts Options, known *archive.Archive, take func(Fetched) error) (*run, error) {
	opts.Limits = opts.Limits.withDefaults()
	opts.WaybackBase = cmp.Or(opts.WaybackBase, WaybackBase)
	if opts.Hooks.Now == nil {
		opts.Hooks.Now = time.Now
	}
	if opts.Hooks.Sleep == nil {
		opts.Hooks.Sleep = sleep
	}
	own := opts.Site.Hosts
	if opts.Wayback {
		u, err := url.Parse(opts.WaybackBase)
		if err != nil {
			return nil, err
		}
		own = append(slices.Clone(own), u.Hostname())
	}
	hosts, err := newHostList(own, opts.AllowHosts)
	if err != nil {
		return nil, err
	}
	r := &run{
		opts: opts, known: known, take: take, res: &Result{}, start: opts.Start,
		from: cmp.Or(opts.From, FirstYear), to: cmp.Or(opts.To, opts.Hooks.Now().Year()-1),
		byURL: map[string]*Candidate{}, ofClass: map[class]int{}, bytesOf: map[string]Candidate{},
		visited: map[string]bool{}, got: map[int]bool{}, asked: map[int]int{},
	}
	if len(r.start) == 0 {
		r.start = opts.Site.Start
	}
	if r.to < r.from && opts.To != 0 {
		return nil, fmt.Errorf("years %d-%d: the first is after the last", r.from, r.to)
	}
	r.wire, err = newWire(opts, hosts, known, r.event)
	return r, err
}

func (r *run) refresh(ctx context.Context) error {
	reach := r.start
	if r.opts.Wayback {
		reach = append(slices.Clone(reach), r.opts.WaybackBase)
	}
	if err := r.wire.dialer.probe(ctx, reach); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	for _, step := range []func(context.Context) error{r.startPages, r.candidates, r.wayback} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r.opts.DryRun && len(r.res.Found) == 0 || !r.opts.DryRun && len(r.res.Documents) == 0 {
		return r.nothing()
	}
	var errs []error
	for _, f := range r.failures {
		if f.blocks {
			errs = append(errs, f.fault)
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("%w: %w", ErrIncomplete, errors.Join(errs...))
	}
	return nil
}

// startPages visits the start pages. Those of the Site, which are the same page
// under several addresses, are visited only until a link names every year.
func (r *run) startPages(ctx context.Context) error {
	named := len(r.opts.Start) > 0
	reached := false
	for _, address := range r.start {
		if !named && !slices.ContainsFunc(r.missing(), func(y int) bool { return !r.named(y) }) {
			break
		}
		c := Candidate{URL: address, Why: "start address", class: listing}
		u, err := r.wire.hosts.parse(address)
		if err != nil {
			r.refuse(c, err)
			continue
		}
		c.URL = u.String()
		found, err := r.ask(ctx, c)
		if err != nil {
			return err
		}
		reached = reached || found
	}
	// A page the user named must be read for the run to be complete. Of the
	// Site's pages one is enough.
	for i, f := range r.failures {
		r.failures[i].blocks = (named || !reached) && f.fault.Passing()
	}
	return nil
}

// candidates asks what the pages name, best first, until nothing worth asking
// is left.
func (r *run) candidates(ctx context.Context) error {
	for {
		c := r.next()
		switch {
		case c == nil && !r.guessed:
			r.guessed = true
			r.addGuesses()
		case c == nil:
			r.done = r.of
			return nil
		default:
			if err := r.try(ctx, *c); err != nil {
				return err
			}
		}
	}
}

// try asks one candidate; in a dry run only pages.
func (r *run) try(ctx context.Context, c Candidate) error {
	if c.class == likely {
		r.asked[c.Year]++
	} else {
		r.spent++
	}
	if c.class == likely || r.opts.DryRun && !c.isPage() {
		r.found(c)
	}
	if r.opts.DryRun && !c.isPage() {
		r.visited[c.URL] = true
		r.got[c.Year] = r.got[c.Year] || c.class == likely && !c.yearDoubtful
		return nil
	}
	r.of = r.done + r.open()
	useful, err := r.ask(ctx, c)
	if c.class == likely {
		r.done++
	} else if useful && !c.isPage() {
		r.found(c)
	}
	return err
}

// open returns how many likely documents are still to be fetched.
func (r *run) open() int {
	n := 0
	for _, c := range r.byURL {
		if c.class == likely && !r.visited[c.URL] {
			n++
		}
	}
	return n
}

func (r *run) found(c Candidate) { r.res.Found = append(r.res.Found, c) }

// current records the version that counts of a document.
func (r *run) current(c Candidate, sha string) {
	if !slices.Contains(r.res.Documents, sha) {
		r.res.Documents = append(r.res.Documents, sha)
	}
	if !c.yearDoubtful {
		r.got[c.Year] = true
	}
}

// ask asks for a start page (class listing, no Page) or a candidate, hands what
// came to the caller and judges the links of a page. It reports whether the
// answer was of use: a document, or a page with a link to one. If a likely
// document fails, the newest version stored stands in for it.
func (r *run) ask(ctx context.Context, c Candidate) (useful bool, err error) {
	r.visited[c.URL] = true
	u, err := url.Parse(c.URL)
	if err != nil {
		return false, err
	}
	p, err := r.get(ctx, u, "")
	if err == nil {
		if c.isPage() {
			r.visited[p.final] = true
		}
		useful, err = r.read(c, p)
	}
	f, err := r.failed(c, err)
	if f == nil || c.class != likely {
		return useful, err
	}
	if f.fault.Passing() {
		f.blocks = true
		r.got[c.Year] = r.got[c.Year] || !c.yearDoubtful
	}
	if stored, ok := r.known.Latest(c.URL); ok {
		r.current(c, stored.SHA256)
	}
	return useful, nil
}

// read reads the answer to a candidate. A *Fault says that it is of no use.
func (r *run) read(c Candidate, p page) (useful bool, err error) {
	useless := func(format string, args ...any) (bool, error) {
		return false, &Fault{URL: p.asked, Hops: p.hops, Status: p.status, Err: fmt.Errorf("%w: "+format, append([]any{errNotTable}, args...)...)}
	}
	contentType := p.header.Get("Content-Type")
	switch {
	case len(p.body) == 0:
		return useless("the answer is empty")
	case isPDF(p.body):
		r.tried(chain(c.URL, p.hops), p.status, "a PDF of "+size(len(p.body)), nil)
		if c.isPage() {
			c.Year = link.Year("", "", p.final)
			c.Why += "; it answers with a PDF"
			r.found(c)
		}
		return true, r.document(c, p)
	case !isHTML(p.body, contentType):
		return useless("it is neither a PDF nor a web page (%q, %s)", contentType, size(len(p.body)))
	case !c.isPage() && r.wantsPDF(c.URL):
		return useless("a web page of %s is where a PDF should be%s", size(len(p.body)), titled(p.body))
	case c.isPage() && isDocumentURL(c.URL):
		r.note(pipeline.Warn, 0, c.URL, "%s answers with a web page%s in place of a document", c.URL, titled(p.body))
	}
	for i := range p.links {
		p.links[i].Year = cmp.Or(p.links[i].Year, c.Year) // the page of one year
	}
	tables := r.judgeLinks(p.links)
	seen := p.seen("a web page of "+size(len(p.body)), tables)
	r.tried(chain(c.URL, p.hops), p.status, seen, nil)
	switch {
	case r.hasTable(p):
		if c.isPage() {
			c.Why = "the page itself prints a table of reports by ESP"
			r.found(c)
		}
		return true, r.document(c, p)
	case !c.isPage() && tables == 0 && r.addViewed(c):
		tables++
	case !c.isPage() && tables == 0:
		return useless("there is no table of reports by ESP and no link to one: %s", seen)
	}
	return tables > 0, r.deliver(c, p, true, nil)
}

func (r *run) hasTable(p page) bool {
	return r.opts.HasTable != nil && r.opts.HasTable(p.header.Get("Content-Type"), p.body)
}

// addViewed adds the document that a viewer shows: the file named in the query
// of its address. It reports whether there is one.
func (r *run) addViewed(c Candidate) bool {
	at, err := url.Parse(c.URL)
	if err != nil {
		return false
	}
	for _, values := range at.Query() {
		for _, v := range values {
			to, err := at.Parse(v)
			if err != nil || !link.IsDocument(to.Path) {
				continue
			}
			if to, err = r.wire.hosts.ask(to); err == nil && !r.visited[to.String()] {
				c.URL, c.Why = to.String(), "the file that a viewer shows; "+c.Why
				r.add(c)
				return true
			}
		}
	}
	return false
}

// document hands a document to the caller.
func (r *run) document(c Candidate, p page) error {
	if !p.same {
		r.res.Downloads++
	}
	called := p.header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(called); isPDF(p.body) && kind != "application/pdf" {
		r.note(pipeline.Note, 0, p.final, "the server calls %s %q; it is a PDF by its first bytes and was taken as one", p.final, called)
	}
	if err := r.deliver(c, p, false, nil); err != nil || r.opts.DryRun {
		return err
	}
	sha := archive.Hash(p.body)
	if other := r.bytesOf[sha]; other.Year != 0 && c.Year != 0 && other.Year != c.Year && !other.yearDoubtful && !c.yearDoubtful {
		r.note(pipeline.Warn, max(c.Year, other.Year), c.URL, "%s, labelled %d, and %s, labelled %d, are the same document", c.URL, c.Year, other.URL, other.Year)
	}
	r.bytesOf[sha] = c
	r.current(c, sha)
	if c.Guessed {
		// The same words in every run, whichever pattern led to the address.
		r.note(pipeline.Note, c.Year, c.URL, "no link names the table of %d; it was found by trying %s", c.Year, c.URL)
	}
	return nil
}

// deliver hands bytes with their provenance to the caller. copied is the capture
// of a web archive that they come from, nil if they come from the publisher.
func (r *run) deliver(c Candidate, p page, landing bool, copied *capture) error {
	if p.same {
		r.res.NotModified++
	}
	if r.opts.DryRun || landing && p.same {
		return nil
	}
	s := archive.Sighting{
		Asked: p.asked, Retrieved: r.opts.Hooks.Now(), ContentType: p.header.Get("Content-Type"),
		Page: c.Page, LinkText: c.LinkText, Title: c.Title, Why: c.Why,
	}
	if copied != nil { // as seen at the publisher's address when it was captured
		s.Asked, s.Mirror, s.Captured = c.URL, p.final, copied.at
		return r.take(Fetched{Body: p.body, Sighting: s})
	}
	s.ETag, s.LastModified = p.header.Get("ETag"), p.header.Get("Last-Modified")
	if p.final != p.asked {
		s.Final = p.final
	}
	return r.take(Fetched{Body: p.body, Sighting: s, Landing: landing})
}

// wantsPDF reports whether an address is one of a PDF: by its spelling, or
// because a PDF was there before.
func (r *run) wantsPDF(address string) bool {
	if u, err := url.Parse(address); err == nil && strings.HasSuffix(strings.ToLower(u.Path), ".pdf") {
		return true
	}
	stored, ok := r.known.Latest(address)
	if !ok {
		return false
	}
	body, err := r.known.Body(stored.SHA256)
	return err == nil && isPDF(body)
}

// seen says in a few words what a page is.
func (p page) seen(what string, tables int) string {
	s := "s"
	if p.count == 1 {
		s = ""
	}
	return fmt.Sprintf("%s%s with %d link%s, %s to a table of reports by ESP", what, titled(p.body), p.count, s, numberOr(tables, "none"))
}

func numberOr(n int, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprint(n)
}
