package scrapers

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
)

// failure is an address that gave nothing of use, or was not asked.
type failure struct {
	candidate Candidate
	fault     *Fault
	unasked   bool
	blocks    bool // it makes the run incomplete
}

// failed records an address that gave nothing of use. Errors that are not about
// the address pass through.
func (r *run) failed(c Candidate, err error) (*failure, error) {
	var f *Fault
	if !errors.As(err, &f) {
		return nil, err
	}
	r.tried(c.URL, f.Status, "", f)
	r.failures = append(r.failures, failure{candidate: c, fault: f})
	return &r.failures[len(r.failures)-1], nil
}

// refuse records a start page or a likely document that may not be asked.
func (r *run) refuse(c Candidate, err error) {
	c.Why += "; " + err.Error()
	r.skip(c)
	r.failures = append(r.failures, failure{candidate: c, fault: &Fault{URL: c.URL, Err: err}, unasked: true})
	if c.Page == "" {
		r.tried(c.URL, 0, "", &Fault{URL: c.URL, Err: err})
	}
}

// group says which failures are summed up as one: those of a host that may not
// be asked, of one year, of the web archive, and all that were doubtful. Each
// start page stands for itself.
func (f failure) group() string {
	c := f.candidate
	switch u, _ := url.Parse(c.URL); {
	case f.unasked && u != nil:
		return "host " + u.Host
	case c.class == mirror:
		return "mirror"
	case c.Page == "" && !c.Guessed:
		return c.URL
	case c.class == likely:
		return fmt.Sprint("likely ", c.Year)
	}
	return "doubtful"
}

// report turns what failed and what was not asked into findings.
func (r *run) report() {
	groups := map[string][]failure{}
	for _, f := range r.failures {
		groups[f.group()] = append(groups[f.group()], f)
	}
	for _, list := range groups {
		r.find(r.summary(list))
	}
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
	if r.leftOut > 0 {
		r.find(pipeline.Finding{
			Code: pipeline.SourceSkipped, Severity: pipeline.Note,
			What: fmt.Sprintf("the pages have too many links: %d that may lead to reports by ESP were left out", r.leftOut),
		})
	}
	r.reportMissing()
	slices.SortFunc(r.res.Findings, func(a, b pipeline.Finding) int {
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

// summary sums up the failures of a group as one finding.
func (r *run) summary(list []failure) pipeline.Finding {
	c, fault, n := list[0].candidate, list[0].fault, len(list)
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: c.Year, Document: c.URL}
	if errors.Is(fault, errDisallowed) || errors.Is(fault, errNoRobots) || errors.Is(fault, errRefused) {
		f.Code = pipeline.SourceSkipped
	}
	f.What = fault.Error()
	if stored, ok := r.known.Latest(c.URL); ok {
		f.What += fmt.Sprintf("; the version of %s is kept", stored.Best().Retrieved.Format(time.DateOnly))
	}
	switch {
	case list[0].unasked:
		f.What = fmt.Sprintf("%s was not asked: %v", c.URL, fault.Err)
		if n > 1 {
			f.What = fmt.Sprintf("%d links were not asked, such as %s: %v", n, c.URL, fault.Err)
		}
		if !slices.ContainsFunc(list, func(f failure) bool { return !r.got[f.candidate.Year] }) {
			f.Severity = pipeline.Note // every year came from elsewhere
		}
		if u, err := url.Parse(c.URL); err == nil && strings.Contains(fault.Err.Error(), "list of hosts") {
			f.Mend = "if the host is to be trusted: --allow-host " + u.Host
		}
	case c.class == mirror && n > 1:
		f.What = fmt.Sprintf("%d addresses of the web archive gave nothing of use; the first: %s", n, f.What)
	case c.class == likely && n > 1:
		f.What = fmt.Sprintf("%d links to reports by ESP gave no document; the first: %s", n, f.What)
	case c.Page != "" && c.class != likely, c.Guessed:
		f.Severity, f.Year = pipeline.Note, 0
		f.What = fmt.Sprintf("%d addresses that might lead to a missing year were tried in vain; the first: %s", n, f.What)
	}
	return f
}

func (r *run) tried(address string, status int, seen string, fault *Fault) {
	if len(r.res.Tried) < maxSkipped {
		r.res.Tried = append(r.res.Tried, Attempt{address, status, seen, fault})
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

// note is find for what is odd about a source.
func (r *run) note(severity pipeline.Severity, year int, document, format string, args ...any) {
	r.find(pipeline.Finding{Code: pipeline.SourceFault, Severity: severity, Year: year, Document: document, What: fmt.Sprintf(format, args...)})
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
	years := fmt.Sprintf("the years %d-%d", r.from, r.to)
	if r.from == r.to {
		years = fmt.Sprint(r.from)
	}
	lines := []string{"for " + years + "; tried:"}
	n := &nothingFound{}
	for i, t := range r.res.Tried {
		line := t.URL + ": " + t.Seen
		if t.Fault != nil {
			n.faults = append(n.faults, t.Fault)
			line = t.Fault.Error()
		}
		if i < maxTold {
			lines = append(lines, "  "+line)
		}
	}
	if n := len(r.res.Tried) - maxTold; n > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", n))
	}
	if s := r.res.Skipped; len(s) == 1 {
		lines = append(lines, fmt.Sprintf("1 link was skipped: %s (%s)", s[0].URL, s[0].Why))
	} else if len(s) > 1 {
		lines = append(lines, fmt.Sprintf("%d links were skipped, such as %s (%s)", len(s), s[0].URL, s[0].Why))
	}
	lines = append(lines, "if a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER")
	n.tried = strings.Join(lines, "\n")
	return n
}
