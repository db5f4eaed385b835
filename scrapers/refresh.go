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

	"github.com/gocolly/colly/v2"
)

// Refresh finds the tables of reports by ESP from the start pages and hands
// their present versions to take, one after the other, with the landing pages.
// An error of take ends the run.
//
// The error is ErrOffline if there is no network, ErrNothingFound if no
// document was found, ErrIncomplete if a document that is named could not be
// fetched whole just now; otherwise it is about the options, take or ctx. The
// Result is never nil and holds what was found until then.
func Refresh(ctx context.Context, opts Options, known Known, take func(Fetched) error) (*Result, error) {
	r, err := newRun(opts, known, take)
	if err != nil {
		return &Result{}, err
	}
	defer r.wire.transport.CloseIdleConnections()
	err = r.refresh(ctx)
	r.report()
	r.res.Requests = r.wire.requests
	return r.res, err
}

// run is one Refresh.
type run struct {
	opts     Options
	known    Known
	take     func(Fetched) error
	wire     *wire
	colly    *colly.Collector
	res      *Result
	start    []string
	from, to int

	links []pageLink // of the page being visited
	count int        // of all its links

	byURL    map[string]*Candidate
	ofClass  map[class]int        // how many candidates there are
	bytesOf  map[string]Candidate // by SHA-256, what gave a document
	visited  map[string]bool
	got      map[int]bool // years of which a document came, or failed to come for now
	asked    map[int]int  // likely documents asked for, by year
	spent    int          // of MaxDoubtful
	leftOut  int          // candidates beyond maxCandidates
	guessed  bool
	refused  []Candidate // likely documents at hosts that are not allowed
	failures []failure
	faults   []fault // addresses that could not be fetched whole just now
	done, of int     // documents fetched and to fetch, for events
}

type fault struct {
	url string
	err error
}

func newRun(opts Options, known Known, take func(Fetched) error) (*run, error) {
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
		byURL: map[string]*Candidate{}, ofClass: map[class]int{}, bytesOf: map[string]Candidate{}, visited: map[string]bool{}, got: map[int]bool{}, asked: map[int]int{},
	}
	if len(r.start) == 0 {
		r.start = opts.Site.Start
	}
	if r.to < r.from && opts.To != 0 {
		return nil, fmt.Errorf("years %d-%d: the first is after the last", r.from, r.to)
	}
	if r.wire, err = newWire(opts, hosts, known, r.event); err != nil {
		return nil, err
	}
	r.colly = newCollector(r.wire, func(e *colly.HTMLElement) { r.links, r.count = linksOf(e, opts.Site.Sisters) })
	return r, nil
}

func (r *run) refresh(ctx context.Context) error {
	reach := r.start
	if r.opts.Wayback {
		reach = append(slices.Clone(reach), r.opts.WaybackBase)
	}
	if err := r.wire.probe(ctx, reach); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r.res.Offline = err
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	steps := []func(context.Context) error{r.startPages, r.candidates}
	if r.opts.Wayback {
		steps = append(steps, r.wayback)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	switch {
	case r.opts.DryRun && len(r.res.Found) == 0 || !r.opts.DryRun && len(r.res.Documents) == 0:
		return r.nothing()
	case len(r.faults) > 0:
		var errs []error
		for _, f := range r.faults {
			errs = append(errs, f.err)
		}
		return fmt.Errorf("%w: %w", ErrIncomplete, errors.Join(errs...))
	}
	return nil
}

// startPages visits the start pages. Those of the Site, which are the same page
// under several addresses, are visited only until a link names every year.
func (r *run) startPages(ctx context.Context) error {
	named := len(r.opts.Start) > 0
	var faults []fault
	reached := false
	for _, address := range r.start {
		if !named && len(r.unnamed()) == 0 {
			break
		}
		c := Candidate{URL: address, Why: "start address", class: listing}
		u, err := r.wire.hosts.parse(address)
		if err != nil {
			r.tried(Attempt{URL: address, Err: err})
			c.Why = err.Error()
			r.skip(c)
			r.refused = append(r.refused, c)
			continue
		}
		c.URL = u.String()
		found, err := r.ask(ctx, c)
		var f *Fault
		switch {
		case errors.As(err, &f):
			if f.Passing() {
				faults = append(faults, fault{c.URL, err})
			}
		case err != nil:
			return err
		}
		reached = reached || found
	}
	// A page the user named must be read for the run to be complete. Of the
	// Site's pages one is enough.
	if named || !reached {
		r.faults = append(r.faults, faults...)
	}
	return nil
}

// candidates asks what the pages name, best first, until nothing worth asking
// is left.
func (r *run) candidates(ctx context.Context) error {
	for {
		c := r.next()
		if c == nil && !r.guessed {
			r.guessed = true
			r.addGuesses()
			continue
		}
		if c == nil {
			r.done = r.of
			return nil
		}
		if err := r.try(ctx, *c); err != nil {
			return err
		}
	}
}

// try asks one candidate; in a dry run only pages. If it fails, the newest
// version stored stands in for it.
func (r *run) try(ctx context.Context, c Candidate) error {
	page := c.class == listing || c.class == related
	if c.class == likely {
		r.asked[c.Year]++
	} else {
		r.spent++
	}
	if c.class == likely || r.opts.DryRun && !page {
		r.found(c)
	}
	if r.opts.DryRun && !page {
		r.visited[c.URL] = true
		r.got[c.Year] = r.got[c.Year] || c.class == likely && !c.yearDoubtful
		return nil
	}
	r.of = r.done + r.open()
	useful, err := r.ask(ctx, c)
	var f *Fault
	switch {
	case errors.As(err, &f):
		if f.Passing() && c.class == likely {
			r.faults = append(r.faults, fault{c.URL, f})
			r.got[c.Year] = r.got[c.Year] || !c.yearDoubtful
		}
		if stored, ok := r.known.Latest(c.URL); ok && c.class == likely {
			r.current(c, stored.SHA256)
		}
	case err != nil:
		return err
	case useful && c.class != likely && !page:
		r.found(c)
	}
	if c.class == likely {
		r.done++
	}
	return nil
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

func (r *run) found(c Candidate) {
	c.Rank = len(r.res.Found) + 1
	r.res.Found = append(r.res.Found, c)
}

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
// answer was of use: a document, or a page with a link to one.
func (r *run) ask(ctx context.Context, c Candidate) (useful bool, err error) {
	r.visited[c.URL] = true
	u, err := url.Parse(c.URL)
	if err != nil {
		return false, err
	}
	ans, links, err := r.get(ctx, u, "")
	if err == nil {
		if c.class == listing || c.class == related {
			r.visited[ans.final] = true
		}
		useful, err = r.read(c, ans, links)
	}
	if err != nil {
		if err := r.failed(c, err); err != nil {
			return false, err
		}
	}
	return useful, err
}

// read reads the answer to a candidate. A *Fault says that it is of no use.
func (r *run) read(c Candidate, ans *answer, links []pageLink) (useful bool, err error) {
	page := c.class == listing || c.class == related
	useless := func(format string, args ...any) (bool, error) {
		return false, &Fault{URL: ans.asked, Hops: ans.hops, Status: ans.status, Err: fmt.Errorf("%w: "+format, append([]any{errNotTable}, args...)...)}
	}
	at := Attempt{URL: c.URL, Hops: ans.hops, Status: ans.status, Seen: "a PDF of " + size(len(ans.body))}
	contentType := ans.header.Get("Content-Type")
	switch {
	case len(ans.body) == 0:
		return useless("the answer is empty")
	case isPDF(ans.body):
		r.tried(at)
		if page {
			c.Year = r.yearOf(ans.final)
			c.Why = cmp.Or(c.Why, "") + "; it answers with a PDF"
			r.found(c)
		}
		return true, r.document(c, ans)
	case !isHTML(ans.body, contentType):
		return useless("it is neither a PDF nor a web page (%q, %s)", contentType, size(len(ans.body)))
	case !page && r.wantsPDF(c.URL):
		return useless("a web page of %s is where a PDF should be%s", size(len(ans.body)), titled(ans.body))
	}
	count := r.count
	if page && isDocumentURL(c.URL) {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Warn, Document: c.URL,
			What: fmt.Sprintf("%s answers with a web page%s in place of a document", c.URL, titled(ans.body)),
		})
	}
	for i := range links {
		links[i].Year = cmp.Or(links[i].Year, c.Year) // the page of one year
	}
	tables := r.judgeLinks(links)
	at.Seen = pageSeen("a web page of "+size(len(ans.body)), ans.body, count, tables)
	r.tried(at)
	r.event(Event{Kind: EventPage, URL: ans.final, Bytes: int64(len(ans.body)), Note: at.Seen})
	switch {
	case r.opts.HasTable != nil && r.opts.HasTable(ans.body):
		if page {
			c.Why = "the page itself prints a table of reports by ESP"
			r.found(c)
		}
		return true, r.document(c, ans)
	case !page && tables == 0 && r.addViewed(c):
		tables++
	case !page && tables == 0:
		return useless("there is no table of reports by ESP and no link to one: %s", at.Seen)
	}
	return tables > 0, r.handOut(c, ans, true)
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
func (r *run) document(c Candidate, ans *answer) error {
	note := "new"
	if ans.same {
		note = "not modified"
	} else {
		r.res.Downloads++
	}
	r.wrongType(ans)
	if err := r.handOut(c, ans, false); err != nil || r.opts.DryRun {
		return err
	}
	sha := archive.Hash(ans.body)
	if other := r.bytesOf[sha]; other.Year != 0 && c.Year != 0 && other.Year != c.Year && !other.yearDoubtful && !c.yearDoubtful {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: max(c.Year, other.Year), Document: c.URL,
			What: fmt.Sprintf("%s, labelled %d, and %s, labelled %d, are the same document", c.URL, c.Year, other.URL, other.Year),
		})
	}
	r.bytesOf[sha] = c
	r.current(c, sha)
	if c.Guessed {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Note, Year: c.Year, Document: c.URL,
			// The same words in every run, whichever pattern led to the address.
			What: fmt.Sprintf("no link names the table of %d; it was found by trying %s", c.Year, c.URL),
		})
	}
	r.event(Event{Kind: EventFetched, URL: ans.asked, Bytes: int64(len(ans.body)), Note: note})
	return nil
}

// handOut hands bytes with their provenance to the caller.
func (r *run) handOut(c Candidate, ans *answer, landing bool) error {
	if ans.same {
		r.res.NotModified++
	}
	if r.opts.DryRun || landing && ans.same {
		return nil
	}
	s := archive.Sighting{
		Asked: ans.asked, Retrieved: r.opts.Hooks.Now(),
		ETag: ans.header.Get("ETag"), LastModified: ans.header.Get("Last-Modified"), ContentType: ans.header.Get("Content-Type"),
		Page: c.Page, LinkText: c.LinkText, Title: c.Title, Why: c.Why,
	}
	if ans.final != ans.asked {
		s.Final = ans.final
	}
	if isPDF(ans.body) {
		s.Dated = innerDate(ans.body)
	}
	return r.take(Fetched{Body: ans.body, Sighting: s, Landing: landing})
}

// wrongType reports a PDF that its server calls something else. The name is the
// one that came with the bytes, so that a later "not modified" reports the same.
func (r *run) wrongType(ans *answer) {
	called := ans.header.Get("Content-Type")
	if stored, ok := r.known.Latest(ans.asked); ok && ans.same {
		for _, s := range stored.Sightings {
			if s.Asked == ans.asked {
				called = s.ContentType
			}
		}
	}
	if kind, _, _ := mime.ParseMediaType(called); isPDF(ans.body) && kind != "application/pdf" {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Note, Document: ans.final,
			What: fmt.Sprintf("the server calls %s %q; it is a PDF by its first bytes and was taken as one", ans.final, called),
		})
	}
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

// yearOf returns the year that an address names by itself.
func (r *run) yearOf(address string) int { return link.Year("", "", address) }

// pageSeen says in a few words what a page is.
func pageSeen(what string, body []byte, links, tables int) string {
	s := "s"
	if links == 1 {
		s = ""
	}
	return fmt.Sprintf("%s%s with %d link%s, %s to a table of reports by ESP", what, titled(body), links, s, numberOr(tables, "none"))
}

func numberOr(n int, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprint(n)
}
