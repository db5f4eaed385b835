package scrapers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"espfigures/pipeline"
)

var errBudget = fmt.Errorf("not asked, since %d links of its year were", maxPerYear)

// inCommon says what several failures of a class are.
var inCommon = map[class]string{
	likely:   "links to reports by ESP gave no document",
	unasked:  "links to reports by ESP were not asked",
	skipped:  "links were not asked",
	index:    "indexes of the web archive could not be read",
	capture:  "addresses of the web archive gave nothing of use",
	doubtful: "addresses that might lead to a missing year were tried in vain",
}

// report turns what failed and what was not asked into findings: one for each
// start page, for each host that may not be asked and for the likely links of
// each year, and one for the web archive and for all that were doubtful.
func (r *run) report() {
	type group struct {
		class class
		at    string // start page or host
		year  int
	}
	groups := map[group][]*Candidate{}
	for _, c := range r.links {
		g := group{class: c.class}
		switch c.class {
		case startPage:
			g.at = c.URL
		case skipped:
			r.res.Skipped = append(r.res.Skipped, c)
			g.at = parsed(c.URL).Host
		case likely:
			g.year = c.Year
			if !r.visited[c.URL] {
				g.class, c.Fault = unasked, &Fault{URL: c.URL, Err: errBudget}
			}
		case listing, related, guess:
			g.class = doubtful
		}
		if c.Fault != nil {
			groups[g] = append(groups[g], c)
		}
	}
	for g, list := range groups {
		r.find(r.summary(g.class, list))
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

// summary sums up failures that have something in common as one finding.
func (r *run) summary(of class, list []*Candidate) pipeline.Finding {
	c := list[0]
	f := pipeline.Finding{Code: pipeline.SourceFault, Severity: pipeline.Warn, Year: c.Year, Document: c.URL, What: c.Fault.Error()}
	onPrinciple := func(err error) bool { return errors.Is(c.Fault, err) }
	if slices.ContainsFunc([]error{errDisallowed, errNoRobots, errRefused, errBudget}, onPrinciple) {
		f.Code = pipeline.SourceSkipped
	}
	if stored, ok := r.known.Latest(c.URL, ""); ok {
		f.What += fmt.Sprintf("; the version of %s is kept", stored.Retrieved.Format(time.DateOnly))
	}
	if len(list) > 1 {
		f.What = fmt.Sprintf("%d %s; the first: %s", len(list), inCommon[of], f.What)
	}
	missing := func(c *Candidate) bool { return !r.settled(c.Year) }
	if of == doubtful || of == unasked || of == skipped && !slices.ContainsFunc(list, missing) {
		f.Severity = pipeline.Note // every year came from elsewhere, or nobody said that it is there
	}
	if of == doubtful {
		f.Year = 0
	}
	if errors.Is(c.Fault, errNotListed) && of == skipped {
		f.Mend = "if the host is to be trusted: --allow-host " + parsed(c.URL).Host
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

func (r *run) find(f pipeline.Finding) {
	if !slices.Contains(r.res.Findings, f) {
		r.res.Findings = append(r.res.Findings, f)
	}
}

// note is find for what is odd about a source.
func (r *run) note(severity pipeline.Severity, year int, document, format string, args ...any) {
	r.find(pipeline.Finding{Code: pipeline.SourceFault, Severity: severity, Year: year, Document: document, What: fmt.Sprintf(format, args...)})
}

// nothing returns ErrNothingFound with what was tried and seen.
func (r *run) nothing() error {
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
	if left := r.res.Skipped; len(left) > 0 {
		tried = append(tried, fmt.Errorf("links skipped: %d, such as %s (%s)", len(left), left[0].URL, left[0].Why))
	}
	const hint = "if a browser shows the documents, save them to a folder and run: espfigures refresh --from FOLDER"
	return fmt.Errorf("%w for the years %d-%d; tried:\n%w\n%s", ErrNothingFound, r.from, r.to, errors.Join(tried...), hint)
}
