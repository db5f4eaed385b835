package claim

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// whole is what a share can be part of.
type whole struct {
	id    string
	name  string
	share *float64 // 0..1; nil where there is none
}

// wholesOf lists what a share may be part of, the one that is named first.
func (r *Reader) wholesOf(a *Answer, p *compare.Point) ([]whole, string) {
	both := []whole{{compare.ESPTotalID, "all providers' reports", p.Share}, {compare.TotalID, "all reports to the CyberTipline", p.TotalShare}}
	of := a.Of
	if a.OfNumber != nil {
		of = r.whichTotal(*a.OfNumber, p.Year)
	}
	switch of {
	case compare.TotalID:
		slices.Reverse(both)
		return both, of
	case compare.ESPTotalID, "":
		return both, of
	}
	one := whole{id: of, name: "the reports of " + of}
	if s, err := r.model.Series(of); err == nil {
		one.name = "the reports by " + r.nameOf(s)
		if q := s.At(p.Year); q != nil && q.Reports != nil && *q.Reports > 0 {
			share := float64(*p.Reports) / float64(*q.Reports)
			one.share = &share
		}
	}
	return []whole{one}, of
}

func (r *Reader) judgeShare(a *Answer) {
	if len(a.Years) != 1 {
		*a = a.refuse("A share of several years together.")
		return
	}
	p := a.Series.At(a.Years[0])
	if p == nil || p.Reports == nil {
		a.Verdict, a.Note = NoFigure, r.whyNone(a)
		return
	}
	wholes, of := r.wholesOf(a, p)
	best := wholes[0]
	for _, w := range wholes {
		if w.share != nil && a.Quantity.fits(100**w.share).Holds() {
			best = w
			break
		}
	}
	if best.share == nil {
		a.Verdict, a.Note = NoFigure, "There is no such total for that year."
		return
	}
	a.Value = 100 * *best.share
	a.Published, a.Verdict = percentText(a.Value), a.Quantity.fits(a.Value)
	switch {
	case of != "" && best.id != wholes[0].id:
		a.Verdict = OtherTotal
		if wholes[0].share != nil {
			a.Note = fmt.Sprintf("It is %s of %s, and %s of %s.", a.Published, best.name, percentText(100**wholes[0].share), wholes[0].name)
		}
	case a.Verdict == Truncated:
		a.Note = fmt.Sprintf("Cut off, not rounded: it is %s.", a.Published)
	case a.Verdict == Wrong && p.AtLeast && a.Quantity.Value > a.Value, a.Verdict == Bound && p.AtLeast && a.Quantity.Sense.downward():
		a.Verdict, a.Note = Open, onlyAtLeast
	case a.Verdict == Wrong:
		a.Note = fmt.Sprintf("It is %s of %s.", a.Published, best.name)
	case of == "":
		a.Note = fmt.Sprintf("Of %s.", best.name)
	}
	a.Say = sentence(fmt.Sprintf("%s made %s of %s in %d%s", r.nameOf(a.Series), a.Published, best.name, p.Year, r.cite(a, []*compare.Point{p})))
	if a.Quantity.Unit != "" && a.Verdict.Holds() {
		a.Verdict, a.Note = Unit, joinNotes(fmt.Sprintf("The table counts reports, not %s.", a.Quantity.Unit), a.Note)
	}
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

func percentText(v float64) string {
	places := 1
	for places < 4 && v != 0 && math.Abs(v) < 10*math.Pow10(-places) {
		places++
	}
	return strconv.FormatFloat(v, 'f', places, 64) + "%"
}

// step is a change between two values, or a multiple of one of the other.
type step struct {
	old, now float64
	points   []*compare.Point
	than     *compare.Series // the other side within a year; nil for two years
}

// stepOf finds the two values of a change. why says why there are none.
func (r *Reader) stepOf(a *Answer) (st step, why string, ok bool) {
	first, last := a.Years[0], a.Years[len(a.Years)-1]
	p, q := a.Series.At(first), a.Series.At(last)
	if a.Than != "" {
		other, err := r.model.Series(a.Than)
		if err != nil || first != last {
			return st, "", false
		}
		st.than, p, q = other, other.At(first), a.Series.At(first)
	} else if first == last {
		return st, "", false
	}
	if p == nil || q == nil || p.Reports == nil || q.Reports == nil || *p.Reports == 0 {
		return st, r.whyNone(a), true
	}
	st.old, st.now, st.points = float64(*p.Reports), float64(*q.Reports), []*compare.Point{p, q}
	if st.than != nil {
		st.points = []*compare.Point{q}
	}
	return st, "", true
}

func (r *Reader) judgeChange(a *Answer) {
	st, why, ok := r.stepOf(a)
	switch {
	case !ok:
		*a = a.refuse("What is compared with what is not clear.")
		return
	case st.points == nil:
		a.Verdict, a.Note = NoFigure, why
		return
	}
	a.Value = a.Quantity.changeValue(st)
	a.Published = a.Quantity.changeText(st)
	a.Verdict = a.Quantity.fits(a.Value)
	if q := a.Quantity; q.up && st.now < st.old || q.down && st.now > st.old {
		a.Verdict = Wrong
	}
	said := r.changeWords(a, st)
	if a.Verdict == Wrong {
		a.Note = joinNotes(r.ofOneRow(a, st), sentence(said))
	}
	a.Say = sentence(said + r.cite(a, st.points))
	if st.than == nil {
		r.comparability(a)
		return
	}
	for _, p := range append(st.points, st.than.At(a.Years[0])) {
		if p.AtLeast && a.Verdict != Wrong {
			a.Verdict, a.Note = Open, onlyAtLeast
		}
	}
}

// changeValue is the published value in the sort of number that was quoted.
func (q Quantity) changeValue(st step) float64 {
	switch q.Kind {
	case Multiple:
		return st.now / st.old
	case Plain:
		return math.Abs(st.now - st.old)
	}
	return 100 * math.Abs(st.now-st.old) / st.old
}

// changeText writes it.
func (q Quantity) changeText(st step) string {
	sign := "+"
	if st.now < st.old {
		sign = "-"
	}
	switch v := q.changeValue(st); q.Kind {
	case Multiple:
		return strconv.FormatFloat(v, 'f', 2, 64) + " times"
	case Plain:
		return sign + grouped(v)
	default:
		return sign + percentText(v)
	}
}

// changeWords says the published change in words, without a full stop.
func (r *Reader) changeWords(a *Answer, st step) string {
	if st.than != nil {
		return fmt.Sprintf("%s in %d, %s times as many as the %s of %s", r.made(a.Series, pipeline.Count(st.now)), a.Years[0], strconv.FormatFloat(st.now/st.old, 'f', 1, 64), grouped(st.old), r.nameOf(st.than))
	}
	moved := "rose by " + percentText(100*(st.now-st.old)/st.old)
	switch {
	case st.now < st.old:
		moved = "fell by " + percentText(100*(st.old-st.now)/st.old)
	case st.now == st.old:
		moved = "did not change"
	}
	return fmt.Sprintf("%s %s, from %s in %d to %s in %d", r.reportsOf(a.Series), moved, grouped(st.old), a.Years[0], grouped(st.now), a.Years[len(a.Years)-1])
}

// comparability turns a change that the model does not show into a break.
func (r *Reader) comparability(a *Answer) {
	first, last := a.Years[0], a.Years[len(a.Years)-1]
	b := r.model.Between(a.Series, first, last, pipeline.MeasureReports)
	if b.Verdict == compare.Care {
		a.Note = joinNotes(a.Note, sentence("Compare with care: "+b.Reasons[0].Text))
	}
	if b.Verdict != compare.No {
		return
	}
	if a.Verdict.Holds() {
		a.Verdict = Broken
	}
	a.Value, a.Published = 0, "" // no change is shown across a break
	a.Note = sentence(fmt.Sprintf("%d and %d are not comparable: %s", first, last, b.Reasons[0].Text))
	a.Say = sentence(fmt.Sprintf("%s in %d and %d are not comparable: %s", r.reportsOf(a.Series), first, last, b.Reasons[0].Text))
	if l := b.LikeForLike; l != nil && l.Change != nil && l.Change.Percent != nil {
		a.Say += fmt.Sprintf(" Like for like the change is %s.", signedPercent(*l.Change.Percent))
	}
}

func signedPercent(v float64) string {
	if v < 0 {
		return "-" + percentText(-v)
	}
	return "+" + percentText(v)
}

// ofOneRow says so where a change is that of one of several rows.
func (r *Reader) ofOneRow(a *Answer, st step) string {
	if st.than != nil {
		return ""
	}
	to := st.points[1]
	for _, f := range to.Figures {
		if one := (step{old: st.old, now: float64(f.Reports)}); len(to.Figures) > 1 && a.Quantity.close(a.Quantity.changeValue(one)) {
			return fmt.Sprintf("That is the change to the row %q alone, one of %d.", f.Name, len(to.Figures))
		}
	}
	return ""
}
