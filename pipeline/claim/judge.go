package claim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

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
	case s.who.counted != nil:
		meant, _ := r.finder.Series(s.who.counted.Name)
		return a.end(NoFigure, meant.Name, meant.Via+".", s.who.counted.Note)
	}
	series, err := r.model.Series(s.ID)
	if err != nil {
		return a.end(NotUnderstood, sentence(err.Error()))
	}
	a = r.against(s, series)
	other := r.otherMeaning(s)
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

func (a Answer) end(v Verdict, notes ...string) Answer {
	a.Verdict, a.Note = v, joinNotes(notes...)
	return a
}

// otherMeaning returns the company of a platform's name, or the largest
// companies; nil where a name can mean nothing else.
func (r *Reader) otherMeaning(s Statement) *compare.Series {
	if s.who.company != "" {
		return r.model.Company(s.who.company)
	}
	n := topOf(s.ID)
	if !s.who.plural || n == 0 || len(s.Years) != 1 {
		return nil
	}
	list := slices.DeleteFunc(slices.Clone(r.model.Companies), func(c *compare.Series) bool {
		p := c.At(s.Years[0])
		return p == nil || p.Rank == 0 || p.Rank > n
	})
	if len(list) != n {
		return nil
	}
	return r.model.Union(list...)
}

// value is what the model holds for a statement.
type value struct {
	v       float64
	text    string
	say     string // the sentence to print, without its sources
	points  []*compare.Point
	sources []string
	none    Verdict // there is no value, and note says why
	note    string  // to be said in any case
	holds   string  // to be said where the number fits
	wrong   string  // what the number should have been; reports have more to say
	instead Verdict // of a number that fits: OtherTotal, Broken, Open, or Wrong where a rise is said to be a fall
}

func none(v Verdict, why string) value { return value{none: v, note: why} }

const onlyAtLeast = "The published sum is only \"at least\": its source does not list every platform."

// against holds a statement against one series.
func (r *Reader) against(s Statement, series *compare.Series) Answer {
	a := Answer{Statement: s, Series: series}
	if s.partial { // of a half-year or month there are own counts of platforms only
		if note := r.ownCount(&a); note != "" && a.Measure == MeasureReports {
			return a.end(OwnCount, note)
		}
		return a.end(NoFigure, "NCMEC's table counts whole calendar years.")
	}
	v := r.valueOf(&a)
	if v.none != "" {
		return a.end(v.none, v.note)
	}
	if v.sources == nil {
		v.sources = r.sources(&a, v.points)
	}
	q := a.Quantity
	a.Published, a.Verdict = v.text, q.fits(v.v)
	sum := a.Measure == MeasureReports || a.Measure == MeasureShare
	atLeast := sum && slices.ContainsFunc(v.points, func(p *compare.Point) bool { return p.AtLeast })
	beyond := a.Verdict == Bound && sides[q.Sense].sign < 0 || a.Verdict == Wrong && sides[q.Sense].sign >= 0 && q.Value > v.v
	note := v.wrong
	switch {
	case v.instead != "" && a.Verdict.Holds():
		a.Verdict, note = v.instead, v.holds
	case atLeast && beyond:
		a.Verdict, note = Open, onlyAtLeast
	case a.Verdict == Truncated:
		note = fmt.Sprintf("Cut off, not rounded: rounded it is %s.", q.Right(v.v))
	case a.Verdict == Wrong && a.Measure == MeasureReports:
		a.Verdict, note = r.whyWrong(&a, v.points)
		a.asReports = a.Verdict == Unit
	case a.Verdict != Wrong:
		note = v.holds
	}
	switch {
	case a.Measure == MeasureIncidents && a.Verdict == Exact:
		a.Verdict = Rounded // the source itself rounds
	case a.Measure != MeasureReports:
	case a.Verdict == Wrong || a.Verdict == Part:
		a.OffBy, a.Right = pipeline.ChangeText(100*(q.Value-v.v)/v.v), q.Right(v.v)
	case a.Verdict == Bound && sides[q.Sense].sign != 0 && math.Abs(v.v-q.Value) > v.v/10:
		note = "True, but off by more than a tenth."
	}
	a.Note, a.Sources, a.Say = joinNotes(note, v.note, r.across(a)), v.sources, sentence(v.say)
	if a.Published != "" && len(v.sources) > 0 {
		a.Say = sentence(v.say + " (" + strings.Join(v.sources, "; ") + ")")
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

// across says why a rise or fall that a sentence says led to a level cannot be told;
// "" where it can or none is said.
func (r *Reader) across(a Answer) string {
	if len(a.step) != 2 || a.Measure != MeasureReports && a.Measure != MeasureShare {
		return ""
	}
	a.Years, a.Quantity = a.step, Quantity{Kind: Percent, ofShare: a.Measure == MeasureShare}
	if v := r.change(&a); v.instead == Broken {
		return v.note
	}
	return ""
}

// valueOf finds the published value. Ranks and shares are of one year.
func (r *Reader) valueOf(a *Answer) value {
	switch p := a.Series.At(a.Years[0]); {
	case a.Measure == MeasureReports:
		return r.reports(a)
	case a.Measure == MeasureIncidents:
		return r.incidents(a)
	case a.Measure == MeasureChange || a.Measure == MeasureMultiple:
		return r.change(a)
	case len(a.Years) != 1:
		return none(NotUnderstood, fmt.Sprintf("A %s of several years together.", a.Measure))
	case p == nil || p.Reports == nil:
		return none(NoFigure, r.whyNone(a))
	case a.Measure == MeasureRank:
		return r.rank(a, p)
	default:
		return r.share(a, p)
	}
}

// reports adds up the years of a statement.
func (r *Reader) reports(a *Answer) value {
	var total pipeline.Count
	var v value
	for _, y := range a.Years {
		p := a.Series.At(y)
		switch t := r.model.Data.Total(y); {
		case p != nil && p.Reports != nil:
			total, v.points = total+*p.Reports, append(v.points, p)
			if p.Marks.Has(pipeline.FlagCombined) {
				v.note += fmt.Sprintf(" The row of %d combines related platforms.", y)
			}
			if p.Status == pipeline.SecondaryHand {
				v.note += fmt.Sprintf(" The figure of %d is a third party's transcription.", y)
			}
		case a.ID == compare.TotalID && len(a.Years) == 1 && t != nil: // before the first table
			total = t.CyberTipline
		default:
			return none(NoFigure, r.whyNone(a))
		}
	}
	v.v, v.text, v.say = float64(total), total.String(), r.made(a.Series, total)+yearsIn(a.Years)
	return v
}

func (r *Reader) incidents(a *Answer) value {
	n, source := r.incidentsOf(a.Years[0])
	if source == "" || len(a.Years) != 1 {
		return none(NoFigure, "NCMEC's table counts reports; no source on file gives incidents of that year.")
	}
	return value{v: n, text: millions(n), wrong: fmt.Sprintf("It is %s.", millions(n)), sources: []string{source},
		say: fmt.Sprintf("The reports of %d stand for %s incidents", a.Years[0], millions(n))}
}

func (r *Reader) rank(a *Answer, p *compare.Point) value {
	v := value{points: []*compare.Point{p}}
	if p.Rank == 0 {
		return none(Open, p.NoRank)
	}
	n, of := p.Rank, "reporter"
	if a.Series.Type == compare.TypeCompany {
		of = "company"
	}
	if id := a.Quantity.category; id != "" {
		if n = r.model.RankIn(id, a.Series, p.Year); n == 0 {
			return none(Wrong, fmt.Sprintf("%s is not in the category %s.", r.nameOf(a.Series), id))
		}
		of = "reporter of the category " + id
	}
	place := placeWord(n) + "-largest"
	if n == 1 {
		place = "largest"
	}
	if p.Marks.Has(pipeline.FlagCombined) {
		v.note = "The row combines related platforms."
	}
	v.v, v.text, v.wrong = float64(n), ordinal(n), fmt.Sprintf("It was %s.", ordinal(n))
	v.say = fmt.Sprintf("%s was the %s %s of %d, with %s", r.nameOf(a.Series), place, of, p.Year, reportsText(*p.Reports))
	return v
}

// share finds what a share is part of: what the words name, or, where they
// name nothing, whichever total fits.
func (r *Reader) share(a *Answer, p *compare.Point) value {
	v := value{points: []*compare.Point{p}}
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
	case of == compare.TotalID || a.ID == compare.ESPTotalID:
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
	fits := func(w whole) bool { return w.part != nil && a.Quantity.fits(100**w.part).Holds() }
	best := max(0, slices.IndexFunc(list, fits))
	w := list[best]
	if w.part == nil {
		return none(NoFigure, "There is no such total for that year.")
	}
	v.v, v.text = 100**w.part, percentText(100**w.part)
	v.say = fmt.Sprintf("%s made %s of %s in %d", r.nameOf(a.Series), v.text, w.name, p.Year)
	v.wrong = fmt.Sprintf("It is %s of %s.", v.text, w.name)
	switch {
	case of != "" && best > 0:
		v.instead, v.holds = OtherTotal, v.wrong
		if list[0].part != nil {
			v.holds = fmt.Sprintf("It is %s of %s, and %s of %s.", v.text, w.name, percentText(100**list[0].part), list[0].name)
		}
	case a.Of == "" && a.OfNumber == nil:
		v.holds = fmt.Sprintf("Of %s.", w.name)
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

// change finds the two values of a change between two years, or of a
// difference or multiple between two names within a year.
func (r *Reader) change(a *Answer) value {
	first, last := a.Years[0], a.Years[len(a.Years)-1]
	base := a.Series
	if a.Than != "" && first == last && !a.Quantity.points {
		base, _ = r.model.Series(a.Than)
	}
	if base == nil || (base == a.Series) == (first == last) {
		return none(NotUnderstood, "What is compared with what is not clear.")
	}
	p, q := base.At(first), a.Series.At(last)
	if p == nil || q == nil || p.Reports == nil || q.Reports == nil || *p.Reports == 0 {
		return none(NoFigure, r.whyNone(a))
	}
	old, now := float64(*p.Reports), float64(*q.Reports)
	v := value{points: []*compare.Point{p, q}}
	if base != a.Series {
		v.points = v.points[1:]
		v.say = fmt.Sprintf("%s in %d, %s times as many as the %s of %s", r.made(a.Series, *q.Reports), first, strconv.FormatFloat(now/old, 'f', 1, 64), *p.Reports, r.nameOf(base))
		if p.AtLeast || q.AtLeast {
			v.instead, v.holds = Open, onlyAtLeast
		}
	} else {
		measure, what, write := pipeline.MeasureReports, r.reportsOf(a.Series), func(v float64) string { return pipeline.Count(v).String() }
		if a.Quantity.points || a.Quantity.ofShare {
			if p.Share == nil || q.Share == nil {
				return none(NoFigure, "There is no share of one of these years.")
			}
			old, now = 100**p.Share, 100**q.Share
			measure, what, write = pipeline.MeasureShare, "The share of "+r.nameOf(a.Series)+" in all providers' reports", percentText
		}
		between := r.model.Between(a.Series, first, last, measure)
		_, by := Quantity{Kind: Percent, points: a.Quantity.points}.moved(old, now)
		moved := map[int]string{1: "rose by " + by, -1: "fell by " + by, 0: "did not change"}[cmp.Compare(now, old)]
		v.say = fmt.Sprintf("%s %s, from %s in %d to %s in %d", what, moved, write(old), first, write(now), last)
		switch between.Verdict {
		case compare.Care:
			v.note = sentence("Compare with care: " + between.Reasons[0].Text)
		case compare.No:
			why := fmt.Sprintf("%d and %d are not comparable: %s", first, last, between.Reasons[0].Text)
			v.note, v.instead, v.say = sentence(why), Broken, sentence(r.reportsOf(a.Series)+" in "+why)
			if l := between.LikeForLike; l != nil && l.Change != nil && l.Change.Percent != nil {
				v.say += fmt.Sprintf(" Like for like the change is %s.", pipeline.ChangeText(*l.Change.Percent))
			}
		}
	}
	v.v, v.text = a.Quantity.moved(old, now)
	v.wrong = sentence(v.say)
	switch {
	case v.instead == Broken: // no change is shown across a break
		v.text, v.wrong = "", ""
	case a.Quantity.Kind == Multiple:
	case now < old:
		v.text = "-" + v.text
	default:
		v.text = "+" + v.text
	}
	if float64(a.Quantity.turn)*(now-old) < 0 {
		v.instead, v.holds = Wrong, v.wrong
	}
	return v
}

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
