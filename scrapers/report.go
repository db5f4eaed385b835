package scrapers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"espfigures/pipeline"
)

// report turns what failed and what was not asked into findings.
func (r *run) report() {
	groups := map[string][]*Candidate{}
	r.res.Skipped = r.skipped()
	for _, c := range append(slices.Clone(r.res.Tried), r.links...) {
		if c.class == likely && !r.visited[c.URL] {
			c.Fault = &Fault{URL: c.URL, Err: errBudget}
		}
		if c.Fault != nil && !slices.Contains(groups[c.group()], c) {
			groups[c.group()] = append(groups[c.group()], c)
		}
	}
	for _, list := range groups {
		r.find(r.summary(list))
	}
	if r.leftOut > 0 {
		r.find(pipeline.Finding{
			Code: pipeline.SourceSkipped, Severity: pipeline.Note,
			What: fmt.Sprintf("the pages have too many links: %d that may lead to reports by ESP were left out", r.leftOut),
		})
	}
	r.reportMissing()
	slices.SortFunc(r.res.Findings, func(a, b pipeline.Finding) int { return cmp.Compare(a.What, b.What) })
}

var errBudget = fmt.Errorf("%d links of one year are", maxPerYear)

// group says which failures are summed up as one: links beyond the budget, those of a host that may not
// be asked, of one year, of the web archive, and all that were doubtful. Each
// start page counts by itself.
func (c *Candidate) group() string {
	switch {
	case errors.Is(c.Fault, errBudget):
		return fmt.Sprint("unasked ", c.Year)
	case c.class == skipped:
		return "host " + parsed(c.URL).Host
	case c.class == startPage:
		return c.URL
	case c.class == likely:
		return fmt.Sprint("likely ", c.Year)
	case c.class == capture:
		return "capture"
	}
	return "doubtful"
}

// summary sums up the failures of a group as one finding.
func (r *run) summary(list []*Candidate) pipeline.Finding {
	c, n := list[0], len(list)
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: c.Year, Document: c.URL, What: c.Fault.Error()}
	if errors.Is(c.Fault, errDisallowed) || errors.Is(c.Fault, errNoRobots) || errors.Is(c.Fault, errRefused) {
		f.Code = pipeline.SourceSkipped
	}
	if stored, ok := r.known.Latest(c.URL); ok {
		f.What += fmt.Sprintf("; the version of %s is kept", stored.Retrieved.Format(time.DateOnly))
	}
	switch several := n > 1; {
	case errors.Is(c.Fault, errBudget):
		f.Code, f.Severity = pipeline.SourceSkipped, pipeline.Note
		f.What = fmt.Sprintf("links to reports by ESP that were not asked: %d, such as %s: %v", n, c.URL, errBudget)
	case c.class == skipped:
		f.What = fmt.Sprintf("%s was not asked: %v", c.URL, c.Fault.Err)
		if several {
			f.What = fmt.Sprintf("%d links were not asked, such as %s: %v", n, c.URL, c.Fault.Err)
		}
		if !slices.ContainsFunc(list, func(c *Candidate) bool { return !r.settled(c.Year) }) {
			f.Severity = pipeline.Note // every year came from elsewhere
		}
		if errors.Is(c.Fault, errNotListed) {
			f.Mend = "if the host is to be trusted: --allow-host " + parsed(c.URL).Host
		}
	case c.class == capture && several:
		f.What = fmt.Sprintf("%d addresses of the web archive gave nothing of use; the first: %s", n, f.What)
	case c.class == likely && several:
		f.What = fmt.Sprintf("%d links to reports by ESP gave no document; the first: %s", n, f.What)
	case c.class > likely && c.class < skipped:
		f.Severity, f.Year = pipeline.Note, 0
		f.What = fmt.Sprintf("%d addresses that might lead to a missing year were tried in vain; the first: %s", n, f.What)
	}
	return f
}

// reportMissing says which years were looked for and not had, if nothing else
// says it: those the user named, and those before the newest that came.
func (r *run) reportMissing() {
	if r.opts.DryRun || len(r.res.Documents) == 0 {
		return
	}
	newest := 0
	for _, c := range r.res.Tried {
		newest = max(newest, c.Year*count(c.settled))
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

func (r *run) skipped() (list []*Candidate) {
	for _, c := range r.links {
		if c.class == skipped {
			list = append(list, c)
		}
	}
	return list
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

// maxTold is how many addresses the message of ErrNothingFound lists.
const maxTold = 12

// nothing returns ErrNothingFound with what was tried and seen.
func (r *run) nothing() error {
	years := fmt.Sprintf("the years %d-%d", r.from, r.to)
	if r.from == r.to {
		years = fmt.Sprint(r.from)
	}
	var tried []error
	for _, c := range r.res.Tried[:min(len(r.res.Tried), maxTold)] {
		if c.Fault != nil {
			tried = append(tried, c.Fault)
		} else {
			tried = append(tried, fmt.Errorf("%s: %s", c.URL, c.Seen))
		}
	}
	if n := len(r.res.Tried) - maxTold; n > 0 {
		tried = append(tried, fmt.Errorf("and %d more", n))
	}
	if left := r.skipped(); len(left) > 0 {
		tried = append(tried, fmt.Errorf("links skipped: %d, such as %s (%s)", len(left), left[0].URL, left[0].Why))
	}
	const hint = "if a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER"
	return fmt.Errorf("%w for %s; tried:\n%w\n%s", ErrNothingFound, years, errors.Join(tried...), hint)
}
