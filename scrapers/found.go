package scrapers

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

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

// nothingFound is ErrNothingFound with what was tried, and the faults of that.
type nothingFound struct {
	tried  string
	faults []error
}

func (n *nothingFound) Error() string   { return ErrNothingFound.Error() + " " + n.tried }
func (n *nothingFound) Unwrap() []error { return append([]error{ErrNothingFound}, n.faults...) }

// nothing returns ErrNothingFound with what was tried and seen.
func (r *run) nothing() error {
	var b strings.Builder
	var faults []error
	fmt.Fprintf(&b, "for the years %d-%d; tried:", r.from, r.to)
	for _, t := range r.res.Tried {
		b.WriteString("\n  " + t.URL)
		for _, h := range t.Hops {
			b.WriteString(" -> " + h)
		}
		switch {
		case t.Err != nil:
			fmt.Fprintf(&b, ": %v", t.Err)
			faults = append(faults, t.Err)
			if t.Tries > 1 {
				fmt.Fprintf(&b, " (%d tries)", t.Tries)
			}
		default:
			b.WriteString(": " + t.Seen)
		}
	}
	if n := len(r.res.Passed); n > 0 {
		links := "1 link was passed over,"
		if n > 1 {
			links = fmt.Sprintf("%d links were passed over, such as", n)
		}
		fmt.Fprintf(&b, "\n%s %s (%s)", links, r.res.Passed[0].URL, r.res.Passed[0].Why)
	}
	b.WriteString("\nif a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER")
	return &nothingFound{b.String(), faults}
}
