package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// judge holds a statement against the model.
func (r *Reader) judge(s Statement) Answer {
	a := Answer{Statement: s}
	switch {
	case s.unclear != "":
		return a.end(NotUnderstood, s.unclear)
	case s.Measure == "":
		return a.end(NotUnderstood, "It is not clear whether this is a share or a change, or of what.")
	case len(s.Years) == 0:
		return a.end(NotUnderstood, "No year is named.")
	case s.counted != nil:
		return a.end(NoFigure, r.whereCounted(s))
	}
	series, err := r.model.Series(s.ID)
	if err != nil {
		return a.end(NotUnderstood, sentence(err.Error()))
	}
	if s.since > 0 {
		return r.sinceThen(s, series)
	}
	other := r.otherMeaning(s)
	a = r.against(s, series)
	if other == nil || a.Verdict.Holds() {
		return a
	}
	// The name is that of a platform and of a company, or "the five largest"
	// are companies: the other one is meant where the number is its.
	b := r.against(s, other)
	name := r.nameOf(other)
	if other.Type == compare.TypeCompany {
		name = "the company " + name
	}
	switch {
	case b.Verdict.Holds():
		return b.end(b.Verdict, fmt.Sprintf("Of %s, not of the row.", name), b.Note)
	case a.Verdict == NoFigure && b.Verdict != NoFigure, a.Verdict == Wrong && b.Verdict == Part:
		return b
	case a.Verdict == Wrong && b.Published != "" && b.Published != a.Published:
		return a.end(Wrong, a.Note, fmt.Sprintf("For %s it is %s.", name, b.Published))
	}
	return a
}

// sinceThen compares what is added up to a year that nobody names with each year
// that it can be. A bound is compared with the newest.
func (r *Reader) sinceThen(s Statement, series *compare.Series) Answer {
	for _, last := range slices.Backward(r.model.Years) {
		if last <= s.since {
			break
		}
		s.addUp(s.since, last)
		if a := r.against(s, series); a.Verdict.Holds() {
			return a.end(a.Verdict, fmt.Sprintf("Added up to %d.", last), a.Note)
		}
		if s.Quantity.Sense.directed() {
			break
		}
	}
	s.Years, s.Sum = []int{s.since}, false
	return Answer{Statement: s}.end(NotUnderstood, "Until which year this adds up, the sentence does not say, and no sum fits.")
}

// end sets verdict and note.
func (a Answer) end(v Verdict, notes ...string) Answer {
	a.Verdict, a.Note = v, joinNotes(notes...)
	return a
}

// otherMeaning returns what else the name of a statement can mean: the company
// of a platform's name, or the largest companies; nil where nothing.
func (r *Reader) otherMeaning(s Statement) *compare.Series {
	if s.company != "" {
		return r.model.Company(s.company)
	}
	n := topOf(s.ID)
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

// value is what the model holds for a statement.
type value struct {
	v      float64
	text   string
	say    string // the sentence to print, without its sources
	points []*compare.Point
	atMost bool   // nothing is said where the published sum is only "at least"
	of     string // what a share is part of
	other  string // share: said of the total that the words name, where the other one fits
	step   *step  // the change
	none   Verdict
	why    string // with none: why there is no value
}

// against holds a statement against one series.
func (r *Reader) against(s Statement, series *compare.Series) Answer {
	a := Answer{Statement: s, Series: series}
	if s.partial { // of a half-year or month there are own counts of platforms only
		if note, ok := r.ownCount(&a); ok && a.Measure == MeasureReports {
			return a.end(OwnCount, note)
		}
		return a.end(NoFigure, "NCMEC's table counts whole calendar years.")
	}
	v := map[Measure]func(*Answer) value{
		MeasureReports: r.reports, MeasureIncidents: r.incidents, MeasureShare: r.share, MeasureRank: r.rank,
		MeasureChange: r.change, MeasureMultiple: r.change,
	}[s.Measure](&a)
	if v.none != "" {
		return a.end(v.none, v.why)
	}
	q := a.Quantity
	a.Value, a.Published, a.Verdict = v.v, v.text, q.fits(v.v)
	if st := v.step; st != nil && (float64(q.turn)*(st.now-st.old) < 0) {
		a.Verdict = Wrong
	}
	atLeast := !v.atMost && slices.ContainsFunc(v.points, func(p *compare.Point) bool { return p.AtLeast })
	switch {
	case v.other != "":
		a.Verdict, a.Note = OtherTotal, v.other
	case atLeast && (a.Verdict == Bound && q.Sense.downward() || a.Verdict == Wrong && !q.Sense.downward() && q.Value > a.Value):
		a.Verdict, a.Note = Open, onlyAtLeast
	case a.Verdict == Truncated:
		a.Note = fmt.Sprintf("Cut off, not rounded: rounded it is %s.", q.Right(a.Value))
	case a.Verdict == Wrong:
		a.Verdict, a.Note = r.whyWrong(&a, v)
	case v.of != "" && a.Of == "" && a.OfNumber == nil:
		a.Note = fmt.Sprintf("Of %s.", v.of)
	}
	a.Say = sentence(v.say + r.cite(&a, v.points))
	switch {
	case v.step != nil:
		r.comparability(&a, v.step)
	case a.Measure == MeasureReports:
		r.reportsNotes(&a, v.points)
	case a.Measure == MeasureRank && v.points[0].Marks.Has(pipeline.FlagCombined):
		a.Note = joinNotes(a.Note, "The row combines related platforms.")
	case a.Measure == MeasureIncidents && a.Verdict == Exact:
		a.Verdict = Rounded // the source itself rounds
	}
	if q.Unit != "" && a.Verdict != OwnCount && (a.Measure == MeasureReports || a.Measure == MeasureShare && a.Verdict.Holds()) {
		as := a.Verdict
		text := fmt.Sprintf("The table counts reports, not %s.", q.Unit)
		if a.Measure == MeasureReports {
			text = fmt.Sprintf("The table counts reports, not %s: one report can hold many files, and one file can be reported many times. As a number of reports it is %s.", q.Unit, as)
		}
		a.Verdict, a.asReports, a.Note = Unit, as.Holds(), joinNotes(text, a.Note)
	}
	return a
}

const onlyAtLeast = "The published sum is only \"at least\": its source does not list every platform."

// refused is a value that is not there.
func refused(v Verdict, why string) value { return value{none: v, why: why} }

// reports adds up the years of a statement.
func (r *Reader) reports(a *Answer) value {
	var total pipeline.Count
	var points []*compare.Point
	for _, y := range a.Years {
		p := a.Series.At(y)
		switch t := r.totalOf(y); {
		case p != nil && p.Reports != nil:
			total, points = total+*p.Reports, append(points, p)
		case a.ID == compare.TotalID && len(a.Years) == 1 && t != nil: // before the first table
			total = t.CyberTipline
		default:
			return refused(NoFigure, r.whyNone(a))
		}
	}
	return value{v: float64(total), text: total.String(), points: points, say: r.made(a.Series, total) + yearsIn(a.Years)}
}

// reportsNotes says how far a number is off, and where its figures come from.
func (r *Reader) reportsNotes(a *Answer, points []*compare.Point) {
	if a.Verdict == Wrong || a.Verdict == Part {
		a.OffBy, a.Right = pipeline.ChangeText(100*(a.Quantity.Value-a.Value)/a.Value), a.Quantity.Right(a.Value)
	}
	if a.Verdict == Bound && a.Quantity.loose(a.Value) {
		a.Note = joinNotes("True, but off by more than a tenth.", a.Note)
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

func (r *Reader) incidents(a *Answer) value {
	n, source, ok := r.incidentsOf(a.Years[0])
	if !ok || len(a.Years) != 1 {
		return refused(NoFigure, "NCMEC's table counts reports; no source on file gives incidents of that year.")
	}
	return value{v: n, text: millions(n), say: fmt.Sprintf("The reports of %d stand for %s incidents (%s)", a.Years[0], millions(n), source)}
}

func (r *Reader) rank(a *Answer) value {
	if len(a.Years) != 1 {
		return refused(NotUnderstood, "A rank of several years together.")
	}
	p := a.Series.At(a.Years[0])
	switch {
	case p == nil || p.Reports == nil:
		return refused(NoFigure, r.whyNone(a))
	case p.Rank == 0:
		return refused(Open, p.NoRank)
	}
	n, of := p.Rank, "reporter"
	if id := a.Quantity.category; id != "" {
		if n = r.model.RankIn(id, a.Series, p.Year); n == 0 {
			return refused(Wrong, fmt.Sprintf("%s is not in the category %s.", r.nameOf(a.Series), id))
		}
		of = "reporter of the category " + id
	}
	place := placeWord(n) + "-largest"
	if n == 1 {
		place = "largest"
	}
	if a.Series.Type == compare.TypeCompany {
		of = "company"
	}
	say := fmt.Sprintf("%s was the %s %s of %d, with %s", r.nameOf(a.Series), place, of, p.Year, reportsText(*p.Reports))
	return value{v: float64(n), text: ordinal(n), points: []*compare.Point{p}, say: say, atMost: true}
}

// share finds what a share is part of: what the words name, or, where they
// name nothing, whichever total fits.
func (r *Reader) share(a *Answer) value {
	if len(a.Years) != 1 {
		return refused(NotUnderstood, "A share of several years together.")
	}
	p := a.Series.At(a.Years[0])
	if p == nil || p.Reports == nil {
		return refused(NoFigure, r.whyNone(a))
	}
	type whole struct {
		name string
		part *float64 // 0..1; nil where there is none
	}
	list := []whole{{"all providers' reports", p.Share}, {"all reports to the CyberTipline", p.TotalShare}}
	of := a.Of
	if a.OfNumber != nil {
		of = r.whichTotal(*a.OfNumber, p.Year)
	}
	switch {
	case of == compare.TotalID:
		slices.Reverse(list)
	case of != "" && of != compare.ESPTotalID:
		list = []whole{{name: "the reports of " + of}}
		if s, err := r.model.Series(of); err == nil {
			list[0].name = "the reports by " + r.nameOf(s)
			if q := s.At(p.Year); q != nil && q.Reports != nil && *q.Reports > 0 {
				part := float64(*p.Reports) / float64(*q.Reports)
				list[0].part = &part
			}
		}
	}
	best := 0
	if i := slices.IndexFunc(list, func(w whole) bool { return w.part != nil && a.Quantity.fits(100**w.part).Holds() }); i > 0 {
		best = i
	}
	w := list[best]
	if w.part == nil {
		return refused(NoFigure, "There is no such total for that year.")
	}
	v := value{v: 100 * *w.part, text: percentText(100 * *w.part), of: w.name, points: []*compare.Point{p}}
	v.say = fmt.Sprintf("%s made %s of %s in %d", r.nameOf(a.Series), v.text, v.of, p.Year)
	if of != "" && best > 0 {
		v.other = fmt.Sprintf("It is %s of %s", v.text, w.name)
		if list[0].part != nil {
			v.other += fmt.Sprintf(", and %s of %s", percentText(100**list[0].part), list[0].name)
		}
		v.other += "."
	}
	return v
}

// whichTotal says which of the two totals of a year a number is, "" if neither.
func (r *Reader) whichTotal(q Quantity, y int) string {
	for _, s := range []*compare.Series{r.model.Total, r.model.ESPTotal} {
		if p := s.At(y); p != nil && p.Reports != nil && q.fits(float64(*p.Reports)).Holds() {
			return s.ID
		}
	}
	return ""
}

// step is a change between two values, or a multiple of one of the other.
type step struct {
	old, now float64
	than     *compare.Series // the other side within a year; nil for two years
	to       *compare.Point
	between  compare.Between // two years
}

// change finds the two values of a change.
func (r *Reader) change(a *Answer) value {
	first, last := a.Years[0], a.Years[len(a.Years)-1]
	p, q := a.Series.At(first), a.Series.At(last)
	var st step
	unclear := first == last
	if a.Than != "" {
		other, err := r.model.Series(a.Than)
		if unclear = err != nil || first != last || a.Quantity.points; !unclear {
			st.than, p = other, other.At(first)
		}
	}
	switch {
	case unclear:
		return refused(NotUnderstood, "What is compared with what is not clear.")
	case p == nil || q == nil || p.Reports == nil || q.Reports == nil || *p.Reports == 0:
		return refused(NoFigure, r.whyNone(a))
	}
	st.old, st.now, st.to = float64(*p.Reports), float64(*q.Reports), q
	if a.Quantity.shares() && st.than == nil {
		if p.Share == nil || q.Share == nil {
			return refused(NoFigure, "There is no share of one of these years.")
		}
		st.old, st.now = 100**p.Share, 100**q.Share
	}
	points := []*compare.Point{p, q}
	if st.than == nil {
		measure := pipeline.MeasureReports
		if a.Quantity.shares() {
			measure = pipeline.MeasureShare
		}
		st.between = r.model.Between(a.Series, first, last, measure)
	} else {
		points = points[1:]
	}
	v, text := a.Quantity.moved(st.old, st.now)
	switch {
	case a.Quantity.Kind == Multiple:
	case st.now < st.old:
		text = "-" + text
	default:
		text = "+" + text
	}
	return value{v: v, text: text, say: r.changeWords(a, st), points: points, atMost: true, step: &st}
}

// shares reports whether the quantity is about two shares.
func (q Quantity) shares() bool { return q.points || q.ofShare }

// moved is the published value in the sort of number that was quoted, with its
// text.
func (q Quantity) moved(old, now float64) (v float64, text string) {
	d := math.Abs(now - old)
	switch {
	case q.Kind == Multiple:
		return now / old, strconv.FormatFloat(now/old, 'f', 2, 64) + " times"
	case q.points:
		return d, strconv.FormatFloat(d, 'f', 1, 64) + " percentage points"
	case q.Kind == Plain:
		return d, pipeline.Count(d).String()
	}
	return 100 * d / old, percentText(100 * d / old)
}

// changeWords says the published change in words, without a full stop.
func (r *Reader) changeWords(a *Answer, st step) string {
	first, last := a.Years[0], a.Years[len(a.Years)-1]
	if st.than != nil {
		return fmt.Sprintf("%s in %d, %s times as many as the %s of %s", r.made(a.Series, pipeline.Count(st.now)), first, strconv.FormatFloat(st.now/st.old, 'f', 1, 64), pipeline.Count(st.old), r.nameOf(st.than))
	}
	what, write := r.reportsOf(a.Series), func(v float64) string { return pipeline.Count(v).String() }
	_, by := Quantity{Kind: Percent, points: a.Quantity.points}.moved(st.old, st.now)
	if a.Quantity.shares() {
		what, write = "The share of "+r.nameOf(a.Series)+" in all providers' reports", percentText
	}
	moved := "rose by " + by
	switch {
	case st.now < st.old:
		moved = "fell by " + by
	case st.now == st.old:
		moved = "did not change"
	}
	return fmt.Sprintf("%s %s, from %s in %d to %s in %d", what, moved, write(st.old), first, write(st.now), last)
}

// comparability turns a change that the model does not show into a break.
func (r *Reader) comparability(a *Answer, st *step) {
	b := st.between
	switch {
	case st.than != nil:
		if p, q := st.to, st.than.At(a.Years[0]); (p.AtLeast || q.AtLeast) && a.Verdict != Wrong {
			a.Verdict, a.Note = Open, onlyAtLeast
		}
	case b.Verdict == compare.Care:
		a.Note = joinNotes(a.Note, sentence("Compare with care: "+b.Reasons[0].Text))
	case b.Verdict == compare.No:
		if a.Verdict.Holds() {
			a.Verdict = Broken
		}
		a.Value, a.Published = 0, "" // no change is shown across a break
		why := fmt.Sprintf("%d and %d are not comparable: %s", b.From.Year, b.To.Year, b.Reasons[0].Text)
		a.Note, a.Say = sentence(why), sentence(r.reportsOf(a.Series)+" in "+why)
		if l := b.LikeForLike; l != nil && l.Change != nil && l.Change.Percent != nil {
			a.Say += fmt.Sprintf(" Like for like the change is %s.", pipeline.ChangeText(*l.Change.Percent))
		}
	}
}

// whyWrong says what a number that is not the figure is instead.
func (r *Reader) whyWrong(a *Answer, v value) (Verdict, string) {
	switch {
	case v.step != nil:
		return Wrong, joinNotes(r.ofOneRow(a, v.step), sentence(v.say))
	case v.of != "":
		return Wrong, fmt.Sprintf("It is %s of %s.", a.Published, v.of)
	case a.Measure == MeasureRank:
		return Wrong, fmt.Sprintf("It was %s.", a.Published)
	case a.Measure == MeasureIncidents:
		return Wrong, fmt.Sprintf("It is %s.", a.Published)
	}
	total := a.Series.Type == compare.TypeTotal && len(a.Years) == 1
	if n, _, ok := r.incidentsOf(a.Years[0]); total && ok && a.Quantity.close(n) {
		a.asReports = true
		return Unit, fmt.Sprintf("%s is the number of incidents of %d; the reports were %s.", millions(n), a.Years[0], a.Published)
	}
	if note := r.partOf(a, v.points); note != "" {
		return Part, note
	}
	if note, ok := r.ownCount(a); ok {
		return OwnCount, note
	}
	return Wrong, cmp.Or(r.figureOf(a), fmt.Sprintf("It is %s.", a.Published))
}
