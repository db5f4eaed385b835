package scrapers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

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

// judgeAddress judges an address by itself.
func judgeAddress(address string) (verdict, int) {
	u, err := url.Parse(address)
	if err != nil {
		return unrelated, 0
	}
	v, c := judge(link{url: u})
	return v, c.Year
}

// judgeLinks sorts the links of a page into tables, sister documents and
// further pages.
func (r *run) judgeLinks(links []link) {
	for _, l := range links {
		v, c := judge(l)
		if v == unrelated {
			continue
		}
		u, err := r.wire.hosts.ask(l.url)
		if err == nil {
			c.URL = u.String()
		}
		switch {
		case v == sister:
			r.pass(c)
		case v == dataPage:
			if err == nil && !r.visited[c.URL] {
				if strings.Contains(c.Why, "ESP") {
					c.Rank = 1
				}
				r.follow = append(r.follow, c)
			}
		case err != nil:
			c.Why += "; " + err.Error()
			r.skip(pipeline.Warn, c)
		case c.Year != 0 && (c.Year < r.from || r.opts.To != 0 && c.Year > r.opts.To):
			c.Why = fmt.Sprintf("year %d is not among the years asked for", c.Year)
			r.pass(c)
		default:
			r.found(c)
		}
	}
}

// found adds a candidate unless its address is known; a second link to an
// address can add the year that the first did not name.
func (r *run) found(c Candidate) {
	for i := range r.res.Found {
		if have := &r.res.Found[i]; have.URL == c.URL {
			if have.Year == 0 || have.doubtful && !c.doubtful && c.Year != 0 {
				have.Year, have.doubtful = c.Year, c.doubtful
			}
			return
		}
	}
	r.res.Found = append(r.res.Found, c)
}

func (r *run) pass(c Candidate) {
	if !slices.ContainsFunc(r.res.Passed, func(p Candidate) bool { return p.URL == c.URL }) {
		r.res.Passed = append(r.res.Passed, c)
	}
}

// skip passes a candidate over with a finding.
func (r *run) skip(severity pipeline.Severity, c Candidate) {
	r.pass(c)
	f := pipeline.Finding{
		Code: pipeline.SourceSkipped, Severity: severity, Year: c.Year, Document: c.URL,
		What: fmt.Sprintf("%s was not asked: %s", c.URL, c.Why),
	}
	if u, err := url.Parse(c.URL); err == nil && strings.Contains(c.Why, "list of hosts") {
		f.Mend = "if the host is to be trusted: --allow-host " + u.Host
	}
	r.find(f)
}

func (r *run) tried(a Attempt) { r.res.Tried = append(r.res.Tried, a) }

// event tells the caller how the run goes on.
func (r *run) event(e Event) {
	if r.opts.Progress != nil {
		e.Done, e.Of = r.done, r.of
		r.opts.Progress(e)
	}
}

// failed records an address that gave nothing of use and returns the error
// for the caller to weigh. Errors that are not about the address, such as a
// full disk, pass through untouched.
func (r *run) failed(address string, err error, severity pipeline.Severity, year int) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	r.tried(Attempt{URL: address, Hops: f.Hops, Status: f.Status, Tries: f.Tries, Err: f.Err})
	code := pipeline.SourceFault
	if errors.Is(err, errDisallowed) || errors.Is(err, errNoRobots) || errors.Is(err, errRefused) {
		code = pipeline.SourceSkipped
	}
	what := f.Error()
	if held, ok := r.archive.Latest(address); ok {
		what += fmt.Sprintf("; the version of %s is kept", held.Best().Retrieved.Format("2006-01-02"))
	}
	r.find(pipeline.Finding{Code: code, Severity: severity, Year: year, Document: address, What: what})
	r.event(Event{Kind: EventFailed, URL: address, Note: f.Error()})
	return f
}

// document adds a version to those the result names. In a dry run nothing is
// held.
func (r *run) document(ans *answer) {
	if ans.held == nil {
		return
	}
	r.hold(*ans.held)
	note := "new"
	if ans.same {
		note = "not modified"
	}
	r.event(Event{Kind: EventFetched, URL: ans.asked, Bytes: int64(len(ans.body)), Note: note})
}

func (r *run) hold(h archive.Held) {
	for i := range r.res.Documents {
		if r.res.Documents[i].SHA256 == h.SHA256 {
			r.res.Documents[i] = h
			return
		}
	}
	r.res.Documents = append(r.res.Documents, h)
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

// missing returns the years asked for that no link names so far.
func (r *run) missing() []int {
	var years []int
	for y := r.from; y <= r.to; y++ {
		if !slices.ContainsFunc(r.res.Found, func(c Candidate) bool { return c.Year == y && !c.doubtful }) {
			years = append(years, y)
		}
	}
	return years
}

// nothing returns ErrNothingFound with what was tried and seen.
func (r *run) nothing() error {
	var b strings.Builder
	fmt.Fprintf(&b, "for the years %d-%d; tried:", r.from, r.to)
	for _, t := range r.res.Tried {
		b.WriteString("\n  " + t.URL)
		for _, h := range t.Hops {
			b.WriteString(" -> " + h)
		}
		switch {
		case t.Err != nil:
			fmt.Fprintf(&b, ": %v", t.Err)
			if t.Tries > 1 {
				fmt.Fprintf(&b, " (%d tries)", t.Tries)
			}
		default:
			b.WriteString(": " + t.Seen)
		}
	}
	if n := len(r.res.Passed); n > 0 {
		fmt.Fprintf(&b, "\n%d links were passed over, such as %s (%s)", n, r.res.Passed[0].URL, r.res.Passed[0].Why)
	}
	b.WriteString("\nIf a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER")
	return fmt.Errorf("%w %s", ErrNothingFound, b.String())
}
