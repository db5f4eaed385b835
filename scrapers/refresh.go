package scrapers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"mime"
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
	if errors.Is(err, ErrNothingFound) {
		err = r.nothing()
	}
	r.res.Requests = r.wire.requests
	return r.res, err
}

// run is one Refresh.
type run struct {
	opts     Options
	named    bool // the user named the start pages
	known    *archive.Archive
	take     func(Fetched) error
	wire     *wire
	res      *Result
	from, to int

	links   []*Candidate // all that may be asked and all that are skipped, in the order in which they were met
	byURL   map[string]*Candidate
	ofClass map[class]int   // how many candidates there are
	leftOut int             // candidates beyond maxCandidates
	visited map[string]bool // addresses asked, and those that pages redirected to
}

func newRun(opts Options, known *archive.Archive, take func(Fetched) error) (*run, error) {
	if opts.Progress == nil {
		opts.Progress = func(string) {}
	}
	named := len(opts.Start) > 0
	if !named {
		opts.Start = opts.Site.Start
	}
	own := slices.Clone(opts.Site.Hosts)
	if opts.Wayback != "" {
		own = append(own, parsed(opts.Wayback).Hostname())
	}
	hosts, err := newHostList(own, opts.AllowHosts)
	if err != nil {
		return nil, err
	}
	r := &run{
		opts: opts, named: named, known: known, take: take, res: &Result{},
		from: cmp.Or(opts.From, firstYear), to: cmp.Or(opts.To, time.Now().Year()-1),
		byURL: map[string]*Candidate{}, ofClass: map[class]int{}, visited: map[string]bool{},
	}
	r.wire = newWire(opts, hosts, known)
	return r, nil
}

// refresh asks, best first, what the start pages lead to. Where nothing is left
// to ask, each further source adds addresses, and these are asked.
func (r *run) refresh(ctx context.Context) error {
	for i, address := range r.opts.Start {
		r.offer(&Candidate{URL: address, Why: "start address", class: startPage, order: i})
	}
	for _, more := range []func(){func() {}, r.offerGuesses, r.offerPageCaptures, r.offerCaptures} {
		more()
		for c := r.next(); c != nil; c = r.next() {
			if err := r.ask(ctx, c); err != nil {
				return err
			}
		}
	}
	if err := r.wire.unreached; err != nil && !r.wire.reached.Load() {
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	if r.opts.DryRun && len(r.res.found()) == 0 || !r.opts.DryRun && len(r.res.Documents) == 0 {
		return ErrNothingFound
	}
	if errs := r.blocking(); len(errs) > 0 {
		return fmt.Errorf("%w: %w", ErrIncomplete, errors.Join(errs...))
	}
	return nil
}

// ask asks for a candidate, hands what came to the caller and judges the links
// of a page; in a dry run only pages are asked for. If a likely document fails,
// the newest stored version is used instead.
func (r *run) ask(ctx context.Context, c *Candidate) error {
	r.visited[c.URL] = true
	r.res.Tried = append(r.res.Tried, c)
	switch {
	case r.opts.DryRun && !c.isPage():
		c.document, c.settled = true, c.class == likely && !c.yearDoubtful
		return nil
	case r.stored(c):
		return nil
	}
	p, err := r.get(ctx, c)
	if err == nil {
		if c.isPage() {
			r.visited[p.final] = true
		}
		err = r.read(c, p)
	}
	if err != nil && !errors.As(err, &c.Fault) {
		return err
	}
	if c.Fault == nil || c.class != likely {
		return nil
	}
	c.settled = passing(c.Fault) && !c.yearDoubtful
	if stored, ok := r.known.Latest(c.URL, ""); ok {
		r.current(c, stored.SHA256)
	}
	return nil
}

// current records a version of a document that came, or that the archive has.
func (r *run) current(c *Candidate, sha string) {
	r.res.add(sha)
	c.sha, c.settled = sha, c.settled || !c.yearDoubtful
}

// read reads the answer to a candidate. A *Fault says that it is of no use.
func (r *run) read(c *Candidate, p *answer) error {
	useless := func(format string, args ...any) error {
		return &Fault{URL: p.asked, Hops: p.hops, Err: fmt.Errorf("%w: %s", errNotTable, fmt.Sprintf(format, args...))}
	}
	contentType, size := p.header.Get("Content-Type"), size(len(p.body))
	switch {
	case c.class == index:
		return r.readIndex(c, p)
	case len(p.body) == 0:
		return useless("the answer is empty")
	case isPDF(p.body):
		if c.isPage() {
			c.Year = link.Year("", "", p.final)
			c.Why += "; it answers with a PDF"
		}
		c.Seen = "a PDF of " + size
		return r.document(c, p)
	case !isHTML(p.body, contentType):
		return useless("it is neither a PDF nor a web page (%q, %s)", contentType, size)
	case !c.isPage() && strings.HasSuffix(strings.ToLower(parsed(cmp.Or(c.copied(), c.URL)).Path), ".pdf"):
		return useless("a web page of %s is where a PDF should be%s", size, p.title)
	}
	tables := 0
	for _, l := range p.links {
		l.Year, l.Page = cmp.Or(l.Year, c.Year), cmp.Or(c.copied(), p.final) // of the page of one year
		tables += count(r.offer(l) && l.class == likely)
	}
	seen := fmt.Sprintf("a web page of %s%s, links: %d, to tables of reports by ESP: %d", size, p.title, p.linked, tables)
	switch {
	case r.opts.HasTable(contentType, p.body):
		if c.isPage() {
			c.Why = "the page itself prints a table of reports by ESP"
		}
		c.Seen = seen
		return r.document(c, p)
	case !c.isPage() && tables == 0 && !r.addViewed(c):
		return useless("there is no table of reports by ESP and no link to one: %s", seen)
	}
	c.Seen, c.useful = seen, tables > 0
	if r.opts.DryRun || p.same || c.of != nil {
		r.res.NotModified += count(p.same)
		return nil
	}
	return r.take(Fetched{Body: p.body, Sighting: r.sighting(c, p), Landing: true})
}

// addViewed adds the document that a viewer shows: the file named in the query
// of its address. It reports whether there is one.
func (r *run) addViewed(c *Candidate) bool {
	for _, values := range parsed(c.URL).Query() {
		for _, v := range values {
			viewed := *c
			viewed.URL, viewed.Why = parsed(c.URL).ResolveReference(parsed(v)).String(), "the file that a viewer shows; "+c.Why
			if link.IsDocument(parsed(viewed.URL).Path) && !r.visited[viewed.URL] && r.offer(&viewed) {
				return true
			}
		}
	}
	return false
}

func (r *run) document(c *Candidate, p *answer) error {
	c.useful, c.document = true, true
	r.res.NotModified += count(p.same)
	r.res.Downloads += count(!p.same)
	called := p.header.Get("Content-Type")
	if kind, _, _ := mime.ParseMediaType(called); isPDF(p.body) && kind != "application/pdf" {
		r.note(pipeline.Note, 0, p.final, "the server calls %s %q; it is a PDF by its first bytes and was taken as one", p.final, called)
	}
	if r.opts.DryRun {
		return nil
	}
	if err := r.take(Fetched{Body: p.body, Sighting: r.sighting(c, p)}); err != nil {
		return err
	}
	sha := archive.Hash(p.body)
	for _, o := range r.res.Tried {
		if c.of == nil && o.sha == sha && o.Year != 0 && c.Year != 0 && o.Year != c.Year && !o.yearDoubtful && !c.yearDoubtful {
			r.note(pipeline.Warn, max(c.Year, o.Year), c.URL, "%s, labelled %d, and %s, labelled %d, are the same document", c.URL, c.Year, o.URL, o.Year)
		}
	}
	r.current(c, sha)
	if c.class == guess {
		// The same words in every run, whichever pattern led to the address.
		r.note(pipeline.Note, c.Year, c.URL, "no link names the table of %d; it was found by trying %s", c.Year, c.URL)
	}
	return nil
}

// sighting is the provenance of an answer. A copy was seen at the publisher's
// address when the web archive captured it.
func (r *run) sighting(c *Candidate, p *answer) archive.Sighting {
	s := archive.Sighting{
		Asked: p.asked, Retrieved: time.Now(), ContentType: p.header.Get("Content-Type"),
		Page: c.Page, LinkText: c.LinkText, Title: c.Title, Why: c.Why,
	}
	if c.of != nil {
		s.Asked, s.Mirror, s.Captured = c.of.URL, c.URL, c.captured
		return s
	}
	s.ETag, s.LastModified = p.header.Get("ETag"), p.header.Get("Last-Modified")
	if p.final != p.asked {
		s.Final = p.final
	}
	return s
}

// blocking returns the faults that make the run incomplete: of likely documents,
// and of pages. A page the user named must be read; of the Site's one is enough.
// What the web archive has a copy of is not needed.
func (r *run) blocking() (errs []error) {
	one := !r.named && slices.ContainsFunc(r.res.Tried, func(c *Candidate) bool { return c.class == startPage && c.useful })
	for _, c := range r.res.Tried {
		copied := func(o *Candidate) bool { return o.of != nil && o.of.URL == c.URL && o.useful }
		needed := c.class == likely || c.class == startPage && !one
		if c.Fault != nil && passing(c.Fault) && needed && !slices.ContainsFunc(r.res.Tried, copied) {
			errs = append(errs, c.Fault)
		}
	}
	return errs
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
