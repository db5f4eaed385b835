package claim

import (
	"fmt"
	"slices"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// judge holds a statement against the model.
func (r *Reader) judge(s Statement) Answer {
	a := Answer{Statement: s}
	switch {
	case s.unclear != "":
		return a.refuse(s.unclear)
	case s.Measure == "":
		return a.refuse("It is not clear whether this is a share or a change, or of what.")
	case len(s.Years) == 0:
		return a.refuse("No year is named.")
	case s.counted != nil:
		a.Verdict, a.Note = NoFigure, r.whereCounted(s)
		return a
	}
	series, err := r.model.Series(s.ID)
	if err != nil {
		return a.refuse(sentence(err.Error()))
	}
	other := r.otherMeaning(s)
	a = r.against(s, series)
	if other == nil || a.Verdict.Holds() {
		return a
	}
	// The name is that of a platform and of a company, or "the five largest"
	// are companies: the other one is meant where the number is its.
	b := r.against(s, other)
	switch {
	case b.Verdict.Holds():
		b.Note = joinNotes(fmt.Sprintf("Of %s, not of the row.", r.companyName(other)), b.Note)
		return b
	case a.Verdict == NoFigure && b.Verdict != NoFigure, a.Verdict == Wrong && b.Verdict == Part:
		return b
	}
	if a.Verdict == Wrong && b.Published != "" && b.Published != a.Published {
		a.Note = joinNotes(a.Note, fmt.Sprintf("For %s it is %s.", r.companyName(other), b.Published))
	}
	return a
}

func (a Answer) refuse(why string) Answer {
	a.Verdict, a.Note = NotUnderstood, why
	return a
}

// otherMeaning returns what else the name of a statement can mean: the company
// of a platform's name, or the largest companies; nil where nothing.
func (r *Reader) otherMeaning(s Statement) *compare.Series {
	if s.company != "" {
		return r.model.Company(s.company)
	}
	n := countOf(lastPart(s.ID, "top-"))
	if !s.companies || n == 0 || len(s.Years) != 1 {
		return nil
	}
	var list []*compare.Series
	for _, c := range r.model.Companies {
		if p := c.At(s.Years[0]); p != nil && p.Rank > 0 && p.Rank <= n {
			list = append(list, c)
		}
	}
	if len(list) != n {
		return nil
	}
	return r.model.Union(list...)
}

// against holds a statement against one series.
func (r *Reader) against(s Statement, series *compare.Series) Answer {
	a := Answer{Statement: s, Series: series}
	switch {
	case s.partial:
		r.judgePartial(&a)
	case s.Measure == MeasureReports:
		r.judgeReports(&a)
	case s.Measure == MeasureIncidents:
		r.judgeIncidents(&a)
	case s.Measure == MeasureShare:
		r.judgeShare(&a)
	case s.Measure == MeasureRank:
		r.judgeRank(&a)
	default:
		r.judgeChange(&a)
	}
	return a
}

// judgePartial answers for a half-year or month, of which there are own counts
// of platforms only.
func (r *Reader) judgePartial(a *Answer) {
	if note, ok := r.ownCount(a); ok && a.Measure == MeasureReports {
		a.Verdict, a.Note = OwnCount, note
		return
	}
	a.Verdict, a.Note = NoFigure, "NCMEC's table counts whole calendar years."
}

// whereCounted says where the reports of a service without a row are.
func (r *Reader) whereCounted(s Statement) string {
	c := s.counted
	if c.Platform == "" {
		return joinNotes(fmt.Sprintf("%s has no row of its own in %d-%d.", c.Name, c.From, c.To), c.Note)
	}
	name := c.Platform
	if p := r.model.Platform(c.Platform); p != nil {
		name = p.Name
	}
	return joinNotes(fmt.Sprintf("%s has no row of its own; its reports are counted in the row of %s.", c.Name, name), c.Note)
}

// sum adds up the points of some years. ok is false where a year has no value.
func sum(series *compare.Series, years []int) (total pipeline.Count, points []*compare.Point, ok bool) {
	for _, y := range years {
		p := series.At(y)
		if p == nil || p.Reports == nil {
			return 0, nil, false
		}
		total, points = total+*p.Reports, append(points, p)
	}
	return total, points, true
}

func (r *Reader) judgeReports(a *Answer) {
	total, points, ok := sum(a.Series, a.Years)
	if !ok && a.ID == compare.TotalID && len(a.Years) == 1 {
		if t := r.totalOf(a.Years[0]); t != nil { // before the first table
			total, ok = t.CyberTipline, true
		}
	}
	if !ok {
		a.Verdict, a.Note = NoFigure, r.whyNone(a)
		return
	}
	a.Value, a.Published = float64(total), total.String()
	a.Verdict = a.Quantity.fits(a.Value)
	a.Say = sentence(fmt.Sprintf("%s %s%s", r.made(a.Series, total), yearsIn(a.Years), r.cite(a, points)))
	r.reportsNote(a, points)
	if a.Verdict == Wrong || a.Verdict == Part {
		a.OffBy, a.Right = signedPercent(100*(a.Quantity.Value-a.Value)/a.Value), a.Quantity.Right(a.Value)
	}
	if a.Verdict == Bound && a.Quantity.loose(a.Value) {
		a.Note = joinNotes("True, but off by more than a tenth.", a.Note)
	}
	if a.Quantity.Unit != "" && a.Verdict != OwnCount {
		as := a.Verdict
		a.Verdict, a.asReports = Unit, as.Holds()
		a.Note = joinNotes(fmt.Sprintf("The table counts reports, not %s: one report can hold many files, and one file can be reported many times. As a number of reports it is %s.", a.Quantity.Unit, as), a.Note)
	}
}

// reportsNote explains a number that does not hold: a part, another total,
// another year, a count of something else.
func (r *Reader) reportsNote(a *Answer, points []*compare.Point) {
	q := a.Quantity
	atLeast := slices.ContainsFunc(points, func(p *compare.Point) bool { return p.AtLeast })
	switch {
	case a.Verdict == Truncated:
		a.Note = fmt.Sprintf("Cut off, not rounded: rounded it is %s.", q.Right(a.Value))
	case atLeast && a.Verdict == Bound && q.Sense.downward(), atLeast && a.Verdict == Wrong && !q.Sense.downward() && q.Value > a.Value:
		a.Verdict, a.Note = Open, onlyAtLeast
	case a.Verdict == Wrong:
		a.Verdict, a.Note = r.whyWrong(a, points)
	}
	for _, p := range points {
		if p.Marks.Has(pipeline.FlagCombined) {
			a.Note = joinNotes(a.Note, fmt.Sprintf("The row of %d combines related platforms.", p.Year))
		}
		if p.Status == pipeline.SecondaryHand {
			a.Note = joinNotes(a.Note, fmt.Sprintf("The figure of %d is a third party's transcription.", p.Year))
		}
	}
}

const onlyAtLeast = "The published sum is only \"at least\": its source does not list every platform."

// whyWrong says what a number that is not the figure is instead.
func (r *Reader) whyWrong(a *Answer, points []*compare.Point) (Verdict, string) {
	if note, ok := r.incidentsMeant(a); ok {
		a.asReports = true
		return Unit, note
	}
	if note := r.partOf(a, points); note != "" {
		return Part, note
	}
	if note, ok := r.ownCount(a); ok {
		return OwnCount, note
	}
	note := joinNotes(r.otherSeries(a), r.otherYear(a))
	if note == "" {
		note = fmt.Sprintf("It is %s.", a.Published)
	}
	return Wrong, note
}

func (r *Reader) judgeIncidents(a *Answer) {
	a.Verdict, a.Note = NoFigure, "NCMEC's table counts reports; no source on file gives incidents of that year."
	if len(a.Years) != 1 {
		return
	}
	n, source, ok := r.incidentsOf(a.Years[0])
	if !ok {
		return
	}
	a.Value, a.Published, a.Note = n, millions(n), ""
	if a.Verdict = a.Quantity.fits(n); a.Verdict == Exact {
		a.Verdict = Rounded // the source itself rounds
	}
	a.Sources = []string{source}
	a.Say = sentence(fmt.Sprintf("The reports of %d stand for %s incidents (%s)", a.Years[0], a.Published, source))
}

func (r *Reader) judgeRank(a *Answer) {
	if len(a.Years) != 1 {
		*a = a.refuse("A rank of several years together.")
		return
	}
	p := a.Series.At(a.Years[0])
	switch {
	case p == nil || p.Reports == nil:
		a.Verdict, a.Note = NoFigure, r.whyNone(a)
		return
	case p.Rank == 0:
		a.Verdict, a.Note = Open, p.NoRank
		return
	}
	a.Value, a.Published = float64(p.Rank), ordinal(p.Rank)
	a.Verdict = a.Quantity.fits(a.Value)
	of := "reporter"
	if a.Series.Type == compare.TypeCompany {
		of = "company"
	}
	place := placeWord(p.Rank) + "-largest"
	if p.Rank == 1 {
		place = "largest"
	}
	a.Say = sentence(fmt.Sprintf("%s was the %s %s of %d, with %s%s", r.nameOf(a.Series), place, of, p.Year, reportsText(*p.Reports), r.cite(a, []*compare.Point{p})))
	if a.Verdict == Wrong {
		a.Note = fmt.Sprintf("It was %s.", a.Published)
	}
	if p.Marks.Has(pipeline.FlagCombined) {
		a.Note = joinNotes(a.Note, "The row combines related platforms.")
	}
}
