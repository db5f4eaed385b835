package scrapers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"

	"github.com/gocolly/colly/v2"
)

// Refresh finds the tables of reports per ESP from the start pages and brings
// their present versions into the archive.
//
// The error is ErrOffline if there is no network, ErrNothingFound if no
// document was found, ErrIncomplete if a document that is named could not be
// fetched whole just now; otherwise it is about the options, the archive or
// ctx. The Result is never nil and holds what was found until then.
func Refresh(ctx context.Context, opts Options, a *archive.Archive) (*Result, error) {
	r, err := newRun(opts, a)
	if err != nil {
		return &Result{}, err
	}
	defer r.wire.transport.CloseIdleConnections()
	err = r.refresh(ctx)
	r.res.Requests, r.res.Downloads, r.res.NotModified, r.res.New = r.wire.requests, r.wire.downloads, r.wire.notModified, r.wire.fresh
	return r.res, err
}

// run is one Refresh.
type run struct {
	opts     Options
	archive  *archive.Archive
	wire     *wire
	colly    *colly.Collector
	res      *Result
	links    []link // of the page being visited
	visited  map[string]bool
	follow   []Candidate // pages that may list the tables
	from, to int
	faults   []fault // addresses that could not be fetched whole just now
	done, of int     // documents fetched and to fetch, for events
}

type fault struct {
	url string
	err error
}

func newRun(opts Options, a *archive.Archive) (*run, error) {
	opts.Limits = opts.Limits.withDefaults()
	if opts.WaybackBase == "" {
		opts.WaybackBase = WaybackBase
	}
	var further []string
	if opts.Wayback {
		u, err := url.Parse(opts.WaybackBase)
		if err != nil {
			return nil, err
		}
		further = append(further, u.Hostname())
	}
	hosts, err := newHostList(opts.AllowHosts, further...)
	if err != nil {
		return nil, err
	}
	r := &run{opts: opts, archive: a, res: &Result{}, visited: map[string]bool{}}
	if r.wire, err = newWire(opts, hosts, a); err != nil {
		return nil, err
	}
	r.wire.find, r.wire.event = r.find, r.event
	r.from, r.to = cmp.Or(opts.From, FirstYear), cmp.Or(opts.To, r.wire.hooks.Now().Year()-1)
	if r.to < r.from && opts.To != 0 {
		return nil, fmt.Errorf("years %d-%d: the first is after the last", r.from, r.to)
	}

	// Fields are set after NewCollector, which lets COLLY_* variables of the
	// environment override its options.
	c := colly.NewCollector()
	c.UserAgent = r.wire.agent
	c.IgnoreRobotsTxt = true // the wire has its own gate, which also stands on redirects
	c.AllowURLRevisit = true // visits are kept apart here
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.CacheDir = ""
	c.MaxBodySize = 0 // the wire caps, and says so
	c.MaxDepth = 0
	c.MaxRequests = 0
	c.Async = false
	c.DetectCharset = false
	c.ParseHTTPErrorResponse = false
	c.SetRequestTimeout(0) // the wire has its own timers, and waits for its turn
	c.WithTransport(r.wire)
	c.OnHTML("html", func(e *colly.HTMLElement) { r.links = linksOf(e) })
	r.colly = c
	return r, nil
}

func (r *run) find(f pipeline.Finding) {
	if !slices.Contains(r.res.Findings, f) {
		r.res.Findings = append(r.res.Findings, f)
	}
}

// get sends an address through Colly to the wire and returns what came back,
// with the links of a page.
func (r *run) get(ctx context.Context, u *url.URL, what asks) (*answer, []link, error) {
	j := &job{url: u, asks: what}
	r.links = nil
	r.colly.Context = context.WithValue(ctx, asksKey{}, j)
	err := r.colly.Visit(u.String())
	links := r.links
	r.links = nil
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case j.err != nil:
		return nil, nil, j.err
	case err != nil && !j.asked: // an address that Colly cannot read
		return nil, nil, &Fault{URL: u.String(), Err: fmt.Errorf("%w: %w", errRefused, err)}
	case err != nil: // a page that Colly cannot read
		return nil, nil, &Fault{URL: u.String(), Status: j.answer.status, Err: fmt.Errorf("%w: %w", errNotTable, err)}
	}
	return j.answer, links, nil
}

func (r *run) refresh(ctx context.Context) error {
	start := r.opts.Start
	if len(start) == 0 {
		start = DefaultStart
	}
	reach := start
	if r.opts.Wayback {
		reach = append(slices.Clone(start), r.opts.WaybackBase)
	}
	if err := r.wire.probe(ctx, reach); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		r.res.Offline = err
		return fmt.Errorf("%w: %w", ErrOffline, err)
	}
	steps := []func(context.Context) error{r.startPages, r.furtherPages, r.documents, r.guesses}
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

// startPages visits the start pages. Of the default ones, which are the same
// page under several addresses, only as many are visited as it takes to find
// a link for every year.
func (r *run) startPages(ctx context.Context) error {
	named := len(r.opts.Start) > 0
	start := r.opts.Start
	if !named {
		start = DefaultStart
	}
	var faults []fault
	reached := false
	for _, address := range start {
		if !named && len(r.missing()) == 0 {
			break
		}
		u, err := r.wire.hosts.parse(address)
		if err != nil {
			r.tried(Attempt{URL: address, Err: err})
			r.skip(pipeline.Warn, Candidate{URL: address, Why: err.Error()})
			continue
		}
		ok, err := r.page(ctx, u, Candidate{URL: u.String(), Why: "start address"})
		var f *Fault
		switch {
		case err == nil:
			reached = reached || ok
		case errors.As(err, &f):
			if f.Passing() {
				faults = append(faults, fault{u.String(), err})
			}
		default:
			return err
		}
	}
	// A page the user named must be read for the run to be complete. Of the
	// default pages one is enough.
	if named || !reached {
		r.faults = append(r.faults, faults...)
	}
	return nil
}

// furtherPages visits pages that may list tables, where years are missing.
// A page that only speaks of CyberTipline data is visited when nothing at all
// was found.
func (r *run) furtherPages(ctx context.Context) error {
	for n := 0; n < r.opts.Limits.MaxPages && len(r.missing()) > 0; n++ {
		i := slices.IndexFunc(r.follow, func(c Candidate) bool { return c.Rank == 1 })
		if i < 0 && len(r.res.Found) == 0 && len(r.follow) > 0 {
			i = 0
		}
		if i < 0 {
			return nil
		}
		c := r.follow[i]
		r.follow = slices.Delete(r.follow, i, i+1)
		u, err := r.wire.hosts.parse(c.URL)
		if err == nil && !r.visited[u.String()] {
			_, err = r.page(ctx, u, c)
		}
		var f *Fault
		if err != nil && !errors.As(err, &f) && !errors.Is(err, errRefused) {
			return err
		}
	}
	return nil
}

// page visits one page and judges its links. It reports whether the answer
// was of use: a page with a link to a table, or a document.
func (r *run) page(ctx context.Context, u *url.URL, c Candidate) (bool, error) {
	if r.visited[u.String()] {
		return false, nil
	}
	r.visited[u.String()] = true
	ans, links, err := r.get(ctx, u, asks{page: true, candidate: c})
	if err != nil {
		return false, r.failed(u.String(), err, pipeline.Warn, 0)
	}
	r.visited[ans.final] = true
	at := Attempt{URL: u.String(), Hops: ans.hops, Status: ans.status}
	if ans.pdf {
		at.Seen = "a PDF of " + size(len(ans.body))
		r.tried(at)
		_, year := judgeAddress(ans.final)
		r.found(Candidate{URL: u.String(), Year: year, Page: c.Page, LinkText: c.LinkText, Why: "the address itself answers with a PDF"})
		r.document(ans)
		return true, nil
	}
	before := len(r.res.Found)
	if u, err := url.Parse(ans.asked); err == nil && isDocumentPath(u.Path) {
		r.find(pipeline.Finding{
			Code: pipeline.SourceFault, Severity: pipeline.Warn, Document: ans.asked,
			What: fmt.Sprintf("%s answers with a web page%s in place of a document", ans.asked, titled(ans.body)),
		})
	}
	if r.wire.table(ans.body) {
		r.found(Candidate{URL: u.String(), Page: ans.final, Why: "the page itself prints a table of reports per ESP"})
		r.document(ans)
	}
	r.judgeLinks(links)
	at.Seen = fmt.Sprintf("a web page of %s%s with %d links, %s to a table of reports per ESP",
		size(len(ans.body)), titled(ans.body), len(links), numberOr(len(r.res.Found)-before, "none"))
	r.tried(at)
	r.event(Event{Kind: EventPage, URL: ans.final, Bytes: int64(len(ans.body)), Note: at.Seen})
	return len(r.res.Found) > before, nil
}

func numberOr(n int, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprint(n)
}

// documents fetches what was found, the newest year first.
func (r *run) documents(ctx context.Context) error {
	slices.SortStableFunc(r.res.Found, func(a, b Candidate) int { return cmp.Compare(b.Year, a.Year) })
	for i := range r.res.Found {
		r.res.Found[i].Rank = i + 1
	}
	if r.opts.DryRun {
		return nil
	}
	for i := 0; i < len(r.res.Found); i++ {
		c := r.res.Found[i]
		r.done, r.of = i, len(r.res.Found)
		if r.visited[c.URL] {
			continue // the start address itself, or a page read already
		}
		if err := r.fetch(ctx, c, pipeline.Warn); err != nil {
			return err
		}
	}
	r.done, r.of = len(r.res.Found), len(r.res.Found)
	return nil
}

// fetch fetches one candidate. Where it fails, the newest version held stands
// in for it.
func (r *run) fetch(ctx context.Context, c Candidate, severity pipeline.Severity) error {
	r.visited[c.URL] = true
	u, err := url.Parse(c.URL)
	if err != nil {
		return err
	}
	ans, links, err := r.get(ctx, u, asks{candidate: c})
	if err != nil {
		err = r.failed(c.URL, err, severity, c.Year)
		var f *Fault
		if !errors.As(err, &f) {
			return err
		}
		if f.Passing() && !c.Guessed {
			r.faults = append(r.faults, fault{c.URL, f})
		}
		if held, ok := r.archive.Latest(c.URL); ok {
			r.hold(held)
		}
		return nil
	}
	at := Attempt{URL: c.URL, Hops: ans.hops, Status: ans.status, Seen: "a PDF of " + size(len(ans.body))}
	switch {
	case ans.held != nil:
		r.document(ans)
	default:
		// A link to a page for one year: its links count as if they stood
		// where the link did.
		before := len(r.res.Found)
		r.judgeLinks(links)
		at.Seen = fmt.Sprintf("a web page of %s%s with %d links, %s to a table of reports per ESP",
			size(len(ans.body)), titled(ans.body), len(links), numberOr(len(r.res.Found)-before, "none"))
		if len(r.res.Found) == before {
			r.find(pipeline.Finding{
				Code: pipeline.SourceFault, Severity: severity, Year: c.Year, Document: c.URL,
				What: fmt.Sprintf("%s holds no table of reports per ESP and no link to one: %s", c.URL, at.Seen),
			})
		}
	}
	r.tried(at)
	return nil
}
