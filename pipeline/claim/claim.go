// Package claim holds a quoted figure ("Facebook 2022 21.1m") against what the
// tables say.
//
// In: a dataset, a series, a year and a number as quoted. Out: a verdict with
// the published figure, what the quoted number is instead where it is wrong,
// and the caveats that go with the figure. It changes nothing and decides
// nothing about names.
package claim

import (
	"fmt"
	"slices"

	"espfigures/pipeline"
)

// Verdict says how a quoted number stands to the published one.
type Verdict string

const (
	Exact     Verdict = "exact"
	Rounded   Verdict = "rounded"   // the published number, rounded as quoted
	Truncated Verdict = "truncated" // the published number cut off, though it rounds up
	Bound     Verdict = "bound"     // on the side of the number that was claimed: "over 21m" of 21,165,208
	WrongUnit Verdict = "unit"      // something else than reports is said to be counted, whether or not the number holds of reports
	Part      Verdict = "part"      // only a part of the total: one of several rows or members
	Open      Verdict = "open"      // the published figure is only a bound, and what is claimed may lie on its other side
	Wrong     Verdict = "wrong"
	NoFigure  Verdict = "no-figure" // the year has no figure to hold the number against
)

// Holds reports whether the quoted number may be passed on.
func (v Verdict) Holds() bool { return v == Exact || v == Rounded || v == Truncated || v == Bound }

// Result is what is to be said on a claim.
type Result struct {
	Verdict   Verdict
	Number    Number
	Series    *pipeline.Series
	Point     pipeline.Point
	Published pipeline.Count // 0 for NoFigure
	// Fits is, for WrongUnit, how the number stands to that of the reports.
	Fits Verdict
	// Loose says, for Bound, that the number is off by more than a tenth of the
	// figure: true, and of little use.
	Loose bool
	// Reading says in which sense the number fits, where a platform and a company
	// have the name and it is the company's: the rest of "exact as …"; "" otherwise.
	Reading string
	// Instead says, for Part, Wrong and what is Loose, what the quoted number is, where a
	// figure close by explains it, and which figure was taken in place of one
	// that is not there.
	Instead []string
	Caveats []string
}

// Check holds the number against the value of a series in a year. company
// says in which comparison the series stands.
func Check(ds *pipeline.Dataset, id string, company bool, year int, n Number) (Result, error) {
	r, err := check(ds, id, company, year, n)
	return r.withUnit(), err
}

// withUnit is the result once it is asked whether reports were meant.
func (r Result) withUnit() Result {
	if r.Number.Counted != "" && r.Verdict != NoFigure {
		r.Verdict, r.Fits = WrongUnit, r.Verdict
	}
	return r
}

func check(ds *pipeline.Dataset, id string, company bool, year int, n Number) (Result, error) {
	c := &ds.ByPlatform
	if company {
		c = &ds.ByCompany
	}
	s := c.Find(id)
	if s == nil {
		return Result{}, fmt.Errorf("no series %q", id)
	}
	i := slices.Index(c.Years, year)
	if i < 0 {
		return Result{}, fmt.Errorf("no table of %d is held; there are %s", year, held(ds))
	}
	r := Result{Number: n, Series: s, Point: s.Points[i]}
	if r.Point.Reports == nil {
		r.Verdict = NoFigure
		r.Instead = others(ds, s, company, year, n)
		r.Caveats = []string{Absence(ds, s, r.Point)}
		return r, nil
	}
	r.Published = *r.Point.Reports
	r.Verdict = hold(n, r.Published)
	if open(n, r, !company) {
		r.Verdict = Open
	}
	r.Loose = r.Verdict == Bound && n.loose(r.Published)
	if r.Loose {
		r.Instead = append(partsOf(ds, r.Point, company, n), others(ds, s, company, year, n)...)
	}
	if r.Verdict == Wrong {
		if parts := partsOf(ds, r.Point, company, n); len(parts) > 0 {
			r.Verdict = Part
			r.Instead = parts
		}
		r.Instead = append(r.Instead, others(ds, s, company, year, n)...)
	}
	r.Caveats = Caveats(ds, s, r.Point)
	return r, nil
}

// open reports whether the claim can be neither held nor refused. Of a source
// that does not list every platform the figure may be larger; a platform whose
// row combines related ones has a smaller figure of its own.
func open(n Number, r Result, platform bool) bool {
	at := r.Published
	switch {
	case r.Point.Flags.Has(pipeline.FlagMissing):
		switch {
		case n.Sense.Downward(): // held by the bound, not by what it bounds
			return r.Verdict == Bound
		case n.Sense == Precisely:
			return n.Value >= at
		case n.Sense == JustAbove:
			return n.Value >= at || r.Verdict == Bound
		}
		return r.Verdict == Wrong && n.Value > at
	case platform && r.Point.Flags.Has(pipeline.FlagCombined):
		return n.Sense.Directed() && !n.Sense.Downward() && r.Verdict == Bound
	}
	return false
}

// CheckBoth holds the number against a platform and against the company of the
// same name. The platform is meant where both fit alike; the company where the
// number is its sum, or where the platform has no figure in the year.
func CheckBoth(ds *pipeline.Dataset, platform, company string, year int, n Number) (Result, error) {
	r, err := checkBoth(ds, platform, company, year, n)
	return r.withUnit(), err
}

func checkBoth(ds *pipeline.Dataset, platform, company string, year int, n Number) (Result, error) {
	row, err := check(ds, platform, false, year, n)
	if err != nil {
		return Result{}, err
	}
	sum, err := check(ds, company, true, year, n)
	if err != nil {
		return Result{}, err
	}
	switch {
	case sum.Point.Reports == nil:
		return row, nil
	case row.Verdict == NoFigure:
		sum.Instead = append([]string{fmt.Sprintf("Held against the company %s, since the platform %s has no figure of its own in %d", sum.Series.Name, row.Series.Name, year)}, sum.Instead...)
		return sum, nil
	case sum.Verdict.Holds() && sum.weight() > row.weight():
		sum.Reading = fmt.Sprintf("the company %s, not as the row", sum.Series.Name)
		return sum, nil
	case (!row.Verdict.Holds() || row.Loose) && sum.Published != row.Published:
		row.Instead = append(row.Instead, fmt.Sprintf("The company %s has %s", sum.Series.Name, sum.Published))
	}
	return row, nil
}

// weight orders how well a number holds, the best highest.
func (r Result) weight() int {
	switch {
	case r.Verdict == Exact:
		return 4
	case r.Verdict == Rounded, r.Verdict == Bound && !r.Loose:
		return 3
	case r.Verdict == Truncated:
		return 2
	case r.Verdict == Bound:
		return 1
	}
	return 0
}

func hold(n Number, published pipeline.Count) Verdict {
	switch {
	case n.Sense.Directed() && n.directed(published):
		return Bound
	case n.Sense.Directed(), n.Sense == Precisely && n.Value != published:
		return Wrong
	}
	if n.Value == 0 && published > 0 {
		return Wrong // some reports are not none, however few
	}
	switch n.Value {
	case published:
		return Exact
	case n.Rounded(published):
		return Rounded
	case n.Truncated(published):
		return Truncated
	}
	return Wrong
}

func held(ds *pipeline.Dataset) string {
	s := ""
	for _, ed := range ds.Editions {
		if s != "" {
			s += ", "
		}
		s += fmt.Sprint(ed.Year)
	}
	return s
}

// OfReports returns how the quoted number stands to that of the reports, whatever
// unit it was quoted with.
func (r Result) OfReports() Verdict {
	if r.Verdict == WrongUnit {
		return r.Fits
	}
	return r.Verdict
}

// close reports whether the number is the figure, or the figure rounded,
// whatever was claimed with it; or whether it is said to be a little off the
// figure and is.
func close(n Number, c pipeline.Count) bool {
	if (n.Sense == JustBelow || n.Sense == JustAbove) && n.directed(c) {
		return true
	}
	n.Sense = Bare
	v := hold(n, c)
	return v == Exact || v == Rounded
}

// partsOf names the rows or members of a point that the number is.
func partsOf(ds *pipeline.Dataset, pt pipeline.Point, company bool, n Number) []string {
	var list []string
	if company && len(pt.Members) > 1 {
		for _, m := range pt.Members {
			if v := value(&ds.ByPlatform, m, pt.Year); v != nil && close(n, *v) {
				list = append(list, fmt.Sprintf("%s is %s alone, one of %d platforms in the sum", v, platformName(ds, m), len(pt.Members)))
			}
		}
	}
	if len(list) > 0 || len(pt.Figures) < 2 {
		return list
	}
	for _, i := range pt.Figures {
		if f := ds.Figures[i]; close(n, f.Reports) {
			list = append(list, fmt.Sprintf("%s is one of %d %s rows, %q; together they are %s", f.Reports, len(pt.Figures), RowKind(f.Status), Printed(f), pt.Reports))
		}
	}
	return list
}

// others names figures close by that the number is: of another year, of the
// owner, of all providers.
func others(ds *pipeline.Dataset, s *pipeline.Series, company bool, year int, n Number) []string {
	var list []string
	for _, pt := range s.Points {
		if pt.Year != year && pt.Reports != nil && close(n, *pt.Reports) {
			list = append(list, fmt.Sprintf("%s is the figure of %d", pt.Reports, pt.Year))
		}
	}
	if !company {
		if o := ds.Owner(s.ID, year); o != nil {
			if v := value(&ds.ByCompany, o.ID, year); v != nil && close(n, *v) {
				list = append(list, fmt.Sprintf("%s is the sum of all platforms of %s", v, o.Name))
			}
		}
	}
	if ed := ds.Edition(year); ed != nil && ed.Total != nil && close(n, ed.Total.Reports) {
		list = append(list, fmt.Sprintf("%s is the total of all providers", ed.Total.Reports))
	}
	return list
}

func value(c *pipeline.Comparison, id string, year int) *pipeline.Count {
	if s := c.Find(id); s != nil {
		if i := slices.Index(c.Years, year); i >= 0 {
			return s.Points[i].Reports
		}
	}
	return nil
}

func platformName(ds *pipeline.Dataset, id string) string {
	if p := ds.Platform(id); p != nil {
		return p.Name
	}
	return id
}
