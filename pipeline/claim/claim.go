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
	Part      Verdict = "part"      // only a part of the total: one of several rows or members
	Wrong     Verdict = "wrong"
	NoFigure  Verdict = "no-figure" // the year has no figure to hold the number against
)

// Holds reports whether the quoted number may be passed on.
func (v Verdict) Holds() bool { return v == Exact || v == Rounded || v == Truncated }

// Result is what is to be said on a claim.
type Result struct {
	Verdict   Verdict
	Number    Number
	Series    *pipeline.Series
	Point     pipeline.Point
	Published pipeline.Count // 0 for NoFigure
	// Instead says, for Part and Wrong, what the quoted number is, where a
	// figure close by explains it.
	Instead []string
	Caveats []string
}

// Check holds the number against the value of a series in a year. company
// says in which comparison the series stands.
func Check(ds *pipeline.Dataset, id string, company bool, year int, n Number) (Result, error) {
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

func hold(n Number, published pipeline.Count) Verdict {
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

// close reports whether the number is the figure, or the figure rounded.
func close(n Number, c pipeline.Count) bool {
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
			list = append(list, fmt.Sprintf("%s is one of %d printed rows, %q; together they are %s", f.Reports, len(pt.Figures), f.Name, pt.Reports))
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

// Unit is the caveat that goes with every figure.
const Unit = "The unit is reports, not images, not files, not children: one report can hold many files, and one file can be reported many times."

// Caveats returns what has to be said along with a figure.
func Caveats(ds *pipeline.Dataset, s *pipeline.Series, pt pipeline.Point) []string {
	list := []string{Unit}
	for _, i := range pt.Figures {
		f := ds.Figures[i]
		if !f.Flags.Has(pipeline.FlagCombined) {
			continue
		}
		text := fmt.Sprintf("The row %q of %d combines related platforms", f.Name, f.Year)
		for _, c := range ds.Combined {
			if c.Year == f.Year && c.Platform == f.Platform {
				text += ", likely with " + names(ds, c.Members) + " (NCMEC does not print the members)"
			}
		}
		list = append(list, text+".")
	}
	if ed := ds.Edition(pt.Year); ed != nil && ed.Partial() {
		text := fmt.Sprintf("The figure of %d is a third party's transcription, not read from NCMEC's document", pt.Year)
		if c := ed.Coverage(); c > 0 {
			text += fmt.Sprintf("; it covers %.1f%% of the reports of the year", 100*c)
		}
		list = append(list, text+".")
	}
	if pt.Status == pipeline.Published {
		list = append(list, fmt.Sprintf("The table of %d did not pass every check: its figures are as read, not verified.", pt.Year))
	}
	if pt.Flags.Has(pipeline.FlagMissing) {
		list = append(list, fmt.Sprintf("The source of %d does not list every platform of %s: the sum is at least this.", pt.Year, s.Name))
	}
	for _, b := range pt.Breaks {
		br := ds.Breaks[b]
		switch br.Forbids {
		case pipeline.ForbidsNothing:
			list = append(list, br.Description)
		default:
			list = append(list, fmt.Sprintf("Not comparable with %d: %s", pt.Year-1, br.Description))
		}
	}
	return list
}

// Absence says why a series has no figure in a year.
func Absence(ds *pipeline.Dataset, s *pipeline.Series, pt pipeline.Point) string {
	switch pt.Missing {
	case pipeline.InsideRow:
		text := fmt.Sprintf("%s has no row of its own in %d: it is likely inside the combined row of %s", s.Name, pt.Year, platformName(ds, pt.Inside))
		if v := value(&ds.ByPlatform, pt.Inside, pt.Year); v != nil {
			text += fmt.Sprintf(" (%s reports together)", v)
		}
		return text + "."
	case pipeline.NotCovered:
		return fmt.Sprintf("The only source of %d is partial and does not list %s: that says nothing on how much it reported.", pt.Year, s.Name)
	case pipeline.NoEdition:
		return fmt.Sprintf("No table of %d is held.", pt.Year)
	case pipeline.NotInRollUp:
		return fmt.Sprintf("%s owned no listed platform on 31 December %d.", s.Name, pt.Year)
	}
	return fmt.Sprintf("The table of %d has no row for %s: it reported nothing, or is inside another row. That is not zero.", pt.Year, s.Name)
}

func names(ds *pipeline.Dataset, ids []string) string {
	s := ""
	for i, id := range ids {
		switch {
		case i > 0 && i == len(ids)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += platformName(ds, id)
	}
	return s
}
