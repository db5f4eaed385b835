package scrapers

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/link"
)

// class says in which order candidates are asked, and at whose cost.
type class int

const (
	likely   class = iota // links to reports by ESP: all, up to MaxPerYear for one year
	listing               // pages on reports by ESP; this and the following only while years are missing, at most MaxDoubtful in all
	doubtful              // links that speak of reports and of ESPs
	related               // pages on CyberTipline data, if no link named any table
	guess                 // addresses made by pattern
	mirror                // copies in a web archive, asked apart from the others
)

// Bounds of what is remembered, for pages with a hundred thousand links.
const (
	maxCandidates = 1000 // of each class
	maxSkipped    = 300
)

// judgeLinks sorts the links of a page into candidates and links to skip. It
// returns how many lead to tables.
func (r *run) judgeLinks(links []pageLink) (tables int) {
	for _, l := range links {
		c := Candidate{URL: l.url.String(), Year: l.Year, LinkText: l.text, Title: l.title, Page: l.page, Why: l.Why, yearDoubtful: l.YearDoubtful}
		u, err := r.wire.hosts.ask(l.url)
		if err == nil {
			c.URL = u.String()
		}
		switch {
		case l.Verdict == link.Sister:
			r.skip(c)
			continue
		case l.Verdict == link.Report && l.Likely:
			c.class = likely
		case l.Verdict == link.Report:
			c.class = doubtful
		case l.Likely:
			c.class = listing
		default:
			c.class = related
		}
		switch {
		case l.Verdict == link.Report && !r.wanted(c.Year):
			c.Why = fmt.Sprintf("year %d is not among the years asked for", c.Year)
			r.skip(c)
		case err != nil && c.class == likely:
			c.Why += "; " + err.Error()
			r.skip(c)
			r.refused = append(r.refused, c)
		case err != nil:
		default:
			r.add(c)
			if c.class == likely {
				tables++
			}
		}
	}
	return tables
}

// wanted reports whether a year is among those asked for; without a last one,
// newer years are too.
func (r *run) wanted(year int) bool {
	return year == 0 || year >= r.from && (r.opts.To == 0 || year <= r.opts.To)
}

// add adds a candidate unless its address is known; a second link to an address
// can add the year that the first did not name, or make it likely.
func (r *run) add(c Candidate) {
	have := r.byURL[c.URL]
	switch {
	case have == nil && r.ofClass[c.class] < maxCandidates:
		r.byURL[c.URL] = &c
		r.ofClass[c.class]++
	case have == nil:
		r.leftOut++
	case c.class < have.class:
		c.Year = cmp.Or(c.Year, have.Year)
		*have = c
	case have.Year == 0 || have.yearDoubtful && !c.yearDoubtful && c.Year != 0:
		have.Year, have.yearDoubtful = c.Year, c.yearDoubtful
	}
}

func (r *run) skip(c Candidate) {
	if len(r.res.Skipped) < maxSkipped && !slices.ContainsFunc(r.res.Skipped, func(s Candidate) bool { return s.URL == c.URL }) {
		r.res.Skipped = append(r.res.Skipped, c)
	}
}

// next returns the candidate to ask now, nil if there is none left. The order
// does not depend on the order of links on a page.
func (r *run) next() *Candidate {
	var open []*Candidate
	missing := r.missing()
	for _, c := range r.byURL {
		if !r.visited[c.URL] && r.worthAsking(c, missing) {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return slices.MinFunc(open, func(a, b *Candidate) int {
		return cmp.Or(
			cmp.Compare(a.class, b.class),
			cmp.Compare(a.order, b.order),
			cmp.Compare(b.Year, a.Year), // the newest year first
			compareBool(r.stored(b.URL), r.stored(a.URL)),
			compareBool(a.yearDoubtful, b.yearDoubtful),
			compareBool(r.patterned(b.URL), r.patterned(a.URL)),
			compareBool(isDocumentURL(b.URL), isDocumentURL(a.URL)),
			cmp.Compare(a.URL, b.URL),
		)
	})
}

// worthAsking reports whether a candidate is within the budgets, and of use for
// the years that are missing.
func (r *run) worthAsking(c *Candidate, missing []int) bool {
	switch {
	case c.class == likely:
		return r.asked[c.Year] < r.opts.Limits.MaxPerYear
	case r.spent >= r.opts.Limits.MaxDoubtful || len(missing) == 0:
		return false
	case c.class == related:
		return len(r.res.Found) == 0
	}
	return c.Year == 0 || slices.Contains(missing, c.Year)
}

// missing returns the years asked for of which no document came so far, nor
// failed to come for now.
func (r *run) missing() []int {
	var years []int
	for y := r.from; y <= r.to; y++ {
		if !r.got[y] {
			years = append(years, y)
		}
	}
	return years
}

// unnamed returns the years asked for that no link names.
func (r *run) unnamed() []int {
	var years []int
	for y := r.from; y <= r.to; y++ {
		named := r.got[y]
		for _, c := range r.byURL {
			named = named || c.class == likely && c.Year == y && !c.yearDoubtful
		}
		if !named {
			years = append(years, y)
		}
	}
	return years
}

func (r *run) stored(address string) bool {
	_, ok := r.known.Latest(address)
	return ok
}

// patterned reports whether an address has a path that documents have had.
func (r *run) patterned(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.ContainsFunc(r.opts.Site.Patterns, func(p string) bool {
		return u.Path == strings.ReplaceAll(p, "YEAR", strconv.Itoa(r.yearOf(address)))
	})
}

func isDocumentURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && link.IsDocument(u.Path)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// failure is an address that gave nothing of use.
type failure struct {
	candidate Candidate
	fault     *Fault
	stored    string // day of the version that stands in; "" if there is none
}

// failed records an address that gave nothing of use. Errors that are not about
// the address pass through.
func (r *run) failed(c Candidate, err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	r.tried(Attempt{URL: c.URL, Hops: f.Hops, Status: f.Status, Tries: f.Tries, Err: f.Err})
	r.event(Event{Kind: EventFailed, URL: c.URL, Note: f.Error()})
	x := failure{candidate: c, fault: f}
	if stored, ok := r.known.Latest(c.URL); ok {
		x.stored = stored.Best().Retrieved.Format("2006-01-02")
	}
	r.failures = append(r.failures, x)
	return nil
}

// report turns what failed and what was refused into findings: one for each
// start page, one for each year of likely documents, one for each host that is
// not allowed, and one for everything that was doubtful.
func (r *run) report() {
	groups := map[string][]failure{}
	var keys []string
	for _, f := range r.failures {
		key := "doubtful"
		switch {
		case f.candidate.class == mirror:
			key = "mirror"
		case f.candidate.Page == "" && !f.candidate.Guessed:
			key = f.candidate.URL // a start page
		case f.candidate.class == likely:
			key = fmt.Sprint("likely ", f.candidate.Year)
			r.res.Failed++
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], f)
	}
	for _, key := range keys {
		r.find(summary(groups[key]))
	}
	byHost := map[string][]Candidate{}
	for _, c := range r.refused {
		if u, err := url.Parse(c.URL); err == nil {
			byHost[u.Host] = append(byHost[u.Host], c)
		}
	}
	for host, list := range byHost {
		c := list[0]
		f := pipeline.Finding{
			Code: pipeline.SourceSkipped, Severity: pipeline.Warn, Year: c.Year, Document: c.URL,
			What: fmt.Sprintf("%s was not asked: %s", c.URL, c.Why),
		}
		if !slices.ContainsFunc(list, func(c Candidate) bool { return !r.got[c.Year] }) {
			f.Severity = pipeline.Note // every year came from elsewhere
		}
		if n := len(list); n > 1 {
			f.What = fmt.Sprintf("%d links were not asked, such as %s: %s", n, c.URL, c.Why)
		}
		if strings.Contains(c.Why, "list of hosts") {
			f.Mend = "if the host is to be trusted: --allow-host " + host
		}
		r.find(f)
	}
	r.reportUnasked()
	r.reportMissing()
	if r.leftOut > 0 {
		r.find(pipeline.Finding{Code: pipeline.SourceSkipped, Severity: pipeline.Note, What: fmt.Sprintf("the pages have too many links: %d that may lead to reports by ESP were left out", r.leftOut)})
	}
	slices.SortStableFunc(r.res.Findings, func(a, b pipeline.Finding) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(b.Year, a.Year), cmp.Compare(a.What, b.What))
	})
}

// reportMissing says which years were looked for and not had, if nothing else
// says it: those the user named, and those before the newest that came.
func (r *run) reportMissing() {
	if r.opts.DryRun || len(r.res.Documents) == 0 {
		return
	}
	newest := 0
	for y := range r.got {
		newest = max(newest, y)
	}
	for _, y := range r.missing() {
		named := r.opts.From != 0 && r.opts.To != 0
		said := slices.ContainsFunc(r.res.Findings, func(f pipeline.Finding) bool { return f.Year == y && f.Severity == pipeline.Warn })
		if (named || y < newest) && !said {
			r.find(pipeline.Finding{
				Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: y,
				What: fmt.Sprintf("no table of %d was found: no link names it, and no known address has it", y),
				Mend: "if a browser shows it: espfigures refresh --from FOLDER",
			})
		}
	}
}

// reportUnasked says which years have more links than are asked.
func (r *run) reportUnasked() {
	unasked := map[int]int{}
	for _, c := range r.byURL {
		if c.class == likely && !r.visited[c.URL] {
			unasked[c.Year]++
		}
	}
	for year, n := range unasked {
		r.find(pipeline.Finding{
			Code: pipeline.SourceSkipped, Severity: pipeline.Note, Year: year,
			What: fmt.Sprintf("%d links to reports by ESP of %s were not asked: %d of one year are", n, numberOr(year, "no named year"), r.opts.Limits.MaxPerYear),
		})
	}
}

// summary sums failures up as one finding.
func summary(list []failure) pipeline.Finding {
	first := list[0]
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: first.candidate.Year, Document: first.candidate.URL}
	if errors.Is(first.fault, errDisallowed) || errors.Is(first.fault, errNoRobots) || errors.Is(first.fault, errRefused) {
		f.Code = pipeline.SourceSkipped
	}
	what := first.fault.Error()
	if first.stored != "" {
		what += fmt.Sprintf("; the version of %s is kept", first.stored)
	}
	f.What = what
	switch c := first.candidate; {
	case c.class == mirror && len(list) > 1:
		f.What = fmt.Sprintf("%d addresses of the web archive gave nothing of use; the first: %s", len(list), what)
	case c.class == likely && len(list) > 1:
		f.What = fmt.Sprintf("%d links to reports by ESP gave no document; the first: %s", len(list), what)
	case c.Page != "" && c.class != likely, c.Guessed:
		f.Severity, f.Year = pipeline.Note, 0
		f.What = fmt.Sprintf("%d addresses that might lead to a missing year were tried in vain; the first: %s", len(list), what)
	}
	return f
}

func (r *run) tried(a Attempt) {
	if len(r.res.Tried) < maxSkipped {
		r.res.Tried = append(r.res.Tried, a)
	}
}

// event tells the caller how the run goes on.
func (r *run) event(e Event) {
	if r.opts.Progress != nil {
		e.Done, e.Of = r.done, r.of
		r.opts.Progress(e)
	}
}

func (r *run) find(f pipeline.Finding) {
	if !slices.Contains(r.res.Findings, f) {
		r.res.Findings = append(r.res.Findings, f)
	}
}

// nothingFound is ErrNothingFound with what was tried, and the faults of that.
type nothingFound struct {
	tried  string
	faults []error
}

func (n *nothingFound) Error() string   { return ErrNothingFound.Error() + " " + n.tried }
func (n *nothingFound) Unwrap() []error { return append([]error{ErrNothingFound}, n.faults...) }

// maxTold is how many attempts the message of ErrNothingFound lists.
const maxTold = 12

// nothing returns ErrNothingFound with what was tried and seen.
func (r *run) nothing() error {
	var b strings.Builder
	var faults []error
	years := fmt.Sprintf("the years %d-%d", r.from, r.to)
	if r.from == r.to {
		years = fmt.Sprint(r.from)
	}
	fmt.Fprintf(&b, "for %s; tried:", years)
	for i, t := range r.res.Tried {
		if t.Err != nil {
			faults = append(faults, t.Err)
		}
		if i >= maxTold {
			continue
		}
		b.WriteString("\n  " + strings.Join(append([]string{t.URL}, t.Hops...), " -> ") + ": ")
		switch {
		case t.Err == nil:
			b.WriteString(t.Seen)
		case t.Tries > 1:
			fmt.Fprintf(&b, "%v (%d tries)", t.Err, t.Tries)
		default:
			b.WriteString(t.Err.Error())
		}
	}
	if n := len(r.res.Tried) - maxTold; n > 0 {
		fmt.Fprintf(&b, "\n  and %d more", n)
	}
	switch n := len(r.res.Skipped); {
	case n == 1:
		fmt.Fprintf(&b, "\n1 link was skipped: %s (%s)", r.res.Skipped[0].URL, r.res.Skipped[0].Why)
	case n > 1:
		fmt.Fprintf(&b, "\n%d links were skipped, such as %s (%s)", n, r.res.Skipped[0].URL, r.res.Skipped[0].Why)
	}
	b.WriteString("\nif a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER")
	return &nothingFound{b.String(), faults}
}
