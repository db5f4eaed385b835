package claim

import (
	"fmt"
	"math"
	"regexp"
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
	case s.Measure == "":
		a.Verdict, a.Note = NotUnderstood, "It is not clear whether this is a share or a change, or of what."
		return a
	case len(s.Years) == 0:
		a.Verdict, a.Note = NotUnderstood, "No year is named."
		return a
	case s.counted != nil:
		a.Verdict, a.Note = NoFigure, r.whereCounted(s)
		return a
	}
	series, err := r.model.Series(s.ID)
	if err != nil {
		a.Verdict, a.Note = NotUnderstood, err.Error()+"."
		return a
	}
	a = r.against(s, series)
	if s.company == "" || a.Verdict.Holds() {
		return a
	}
	// The name is that of a platform and of a company: the company is meant
	// where the number is its.
	company := r.model.Company(s.company)
	if company == nil {
		return a
	}
	b := r.against(s, company)
	switch {
	case b.Verdict.Holds():
		b.Note = strings.TrimSpace(fmt.Sprintf("Of the company %s, not of the row. %s", company.Name, b.Note))
		return b
	case a.Verdict == NoFigure && b.Verdict != NoFigure, a.Verdict == Wrong && b.Verdict == Part:
		return b
	}
	if a.Verdict == Wrong && b.Published != "" && b.Published != a.Published {
		a.Note = strings.TrimSpace(fmt.Sprintf("%s The company %s has %s.", a.Note, company.Name, b.Published))
	}
	return a
}

// against holds a statement against one series.
func (r *Reader) against(s Statement, series *compare.Series) Answer {
	a := Answer{Statement: s, Series: series}
	switch s.Measure {
	case MeasureReports:
		r.judgeReports(&a)
	case MeasureIncidents:
		r.judgeIncidents(&a)
	case MeasureShare:
		r.judgeShare(&a)
	case MeasureChange, MeasureMultiple:
		r.judgeChange(&a)
	case MeasureRank:
		r.judgeRank(&a)
	}
	return a
}

// whereCounted says where the reports of a service without a row are.
func (r *Reader) whereCounted(s Statement) string {
	c := s.counted
	if c.Platform == "" {
		return fmt.Sprintf("%s has no row of its own in %d-%d. %s", c.Name, c.From, c.To, c.Note)
	}
	name := c.Platform
	if p := r.model.Platform(c.Platform); p != nil {
		name = p.Name
	}
	return strings.TrimSpace(fmt.Sprintf("%s has no row of its own; its reports are counted in the row of %s. %s", c.Name, name, c.Note))
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
	a.Say = fmt.Sprintf("%s %s %s reports in %s%s.", a.Series.Name, verb(a.Series), total, a.yearsText(), r.cite(a, points))
	r.reportsNote(a, points)
	if a.Verdict == Bound && a.Quantity.loose(a.Value) {
		a.Note = joinNotes("True, but off by more than a tenth.", a.Note)
	}
	if a.Quantity.Unit != "" {
		fits := a.Verdict
		a.Verdict = Unit
		a.Note = joinNotes(fmt.Sprintf("The table counts reports, not %s: one report can hold many files, and one file can be reported many times. As a number of reports it is %s.", a.Quantity.Unit, fits), a.Note)
	}
}

// reportsNote explains a number that does not hold: a part, another total,
// another year, a count of something else.
func (r *Reader) reportsNote(a *Answer, points []*compare.Point) {
	q := a.Quantity
	switch a.Verdict {
	case Truncated:
		a.Note = fmt.Sprintf("Cut off, not rounded: rounded it is %s.", q.Right(a.Value))
	case Bound:
		if slices.ContainsFunc(points, func(p *compare.Point) bool { return p.AtLeast }) && q.Sense.downward() {
			a.Verdict, a.Note = Open, "The published sum is only \"at least\": its source does not list every platform."
		}
	case Wrong:
		if slices.ContainsFunc(points, func(p *compare.Point) bool { return p.AtLeast }) && !q.Sense.downward() && q.Value > a.Value {
			a.Verdict, a.Note = Open, "The published sum is only \"at least\": its source does not list every platform."
			return
		}
		if note, ok := r.incidentsMeant(a); ok {
			a.Verdict, a.Note = Unit, note
			return
		}
		if note := r.partOf(a, points); note != "" {
			a.Verdict, a.Note = Part, note
			return
		}
		if note, ok := r.ownCount(a); ok {
			a.Verdict, a.Note = OwnCount, note
			return
		}
		a.Note = joinNotes(r.otherSeries(a), r.otherYear(a))
		if a.Note == "" {
			a.Note = fmt.Sprintf("It is %s.", a.Published)
		}
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

// close reports whether a quantity is a value, whatever side of it was claimed.
func (q Quantity) close(v float64) bool {
	q.Sense = Bare
	f := q.fits(v)
	return f == Exact || f == Rounded
}

// partOf names the row or member that the number is.
func (r *Reader) partOf(a *Answer, points []*compare.Point) string {
	for _, p := range points {
		for _, id := range p.Members {
			member := r.model.Platform(id)
			if len(p.Members) < 2 || member == nil {
				break
			}
			if v := member.At(p.Year).Reports; v != nil && a.Quantity.close(float64(*v)) {
				return fmt.Sprintf("%s is %s alone, one of %d platforms in the sum of %s.", v, member.Name, len(p.Members), a.Published)
			}
		}
		for _, f := range p.Figures {
			if len(p.Figures) > 1 && a.Quantity.close(float64(f.Reports)) {
				return fmt.Sprintf("%s is one of %d rows, %q; together they are %s.", f.Reports, len(p.Figures), f.Name, a.Published)
			}
		}
	}
	return ""
}

// otherSeries names the owner or the total that the number is.
func (r *Reader) otherSeries(a *Answer) string {
	if len(a.Years) != 1 {
		return ""
	}
	year := a.Years[0]
	var list []*compare.Series
	if a.Series.Type == compare.TypePlatform {
		if c, _ := r.model.Owner(a.Series.ID, year); c != nil {
			list = append(list, r.model.Company(c.ID))
		}
	}
	list = append(list, r.model.ESPTotal, r.model.Total)
	for _, s := range list {
		if s == nil || s == a.Series {
			continue
		}
		if p := s.At(year); p != nil && p.Reports != nil && a.Quantity.close(float64(*p.Reports)) {
			return fmt.Sprintf("%s is the figure of %s.", p.Reports, s.Name)
		}
	}
	if a.ID == compare.TotalID {
		if t := r.totalOf(year); t != nil && t.Public != nil && a.Quantity.close(float64(*t.Public)) {
			return fmt.Sprintf("%s is the number of reports from the public.", t.Public)
		}
	}
	return ""
}

func (r *Reader) otherYear(a *Answer) string {
	for _, p := range a.Series.Points {
		if p.Reports != nil && !slices.Contains(a.Years, p.Year) && a.Quantity.close(float64(*p.Reports)) {
			return fmt.Sprintf("%s is the figure of %d.", p.Reports, p.Year)
		}
	}
	return ""
}

// ownCount says so where the number is what the platform says of itself.
func (r *Reader) ownCount(a *Answer) (string, bool) {
	for _, o := range r.model.Data.OwnCounts {
		if len(a.Years) != 1 || !strings.HasPrefix(o.From, strconv.Itoa(a.Years[0])) || !a.Quantity.close(float64(o.Reports)) {
			continue
		}
		for _, id := range o.Platforms {
			if a.Series.Holds(id, a.Years[0]) {
				return fmt.Sprintf("%s is %s's own count for %s to %s, not NCMEC's, which is %s.", o.Reports, a.Series.Name, o.From, o.To, a.Published), true
			}
		}
	}
	return "", false
}

var incidentsIn = regexp.MustCompile(`([\d.]+) million incidents`)

// incidentsOf returns NCMEC's count of incidents of a year, from the break that
// gives it, with its source; ok is false where none does.
func (r *Reader) incidentsOf(y int) (n float64, source string, ok bool) {
	for _, b := range r.model.Data.Breaks {
		m := incidentsIn.FindStringSubmatch(b.Description)
		if m == nil || b.Who != pipeline.Everybody || b.To != y {
			continue
		}
		v, err := strconv.ParseFloat(m[1], 64)
		return v * 1e6, b.Source, err == nil
	}
	return 0, "", false
}

func (r *Reader) incidentsMeant(a *Answer) (string, bool) {
	if a.Series.Type != compare.TypeTotal || len(a.Years) != 1 {
		return "", false
	}
	n, _, ok := r.incidentsOf(a.Years[0])
	if !ok || !a.Quantity.close(n) {
		return "", false
	}
	return fmt.Sprintf("%s million is the number of incidents of %d; the reports were %s.", strconv.FormatFloat(n/1e6, 'f', 1, 64), a.Years[0], a.Published), true
}

func (r *Reader) judgeIncidents(a *Answer) {
	if len(a.Years) == 1 {
		if n, source, ok := r.incidentsOf(a.Years[0]); ok {
			q := a.Quantity
			a.Value, a.Published = n, strconv.FormatFloat(n/1e6, 'f', 1, 64)+" million"
			a.Verdict = q.fits(n)
			if a.Verdict == Exact {
				a.Verdict = Rounded // the source gives it rounded itself
			}
			a.Sources = []string{source}
			a.Say = fmt.Sprintf("The reports of %d stand for %s incidents (%s).", a.Years[0], a.Published, source)
			return
		}
	}
	a.Verdict, a.Note = NoFigure, "NCMEC's table counts reports; no source on file gives incidents of that year."
}

func (r *Reader) totalOf(y int) *pipeline.YearTotal {
	for i := range r.model.Data.Totals {
		if r.model.Data.Totals[i].Year == y {
			return &r.model.Data.Totals[i]
		}
	}
	return nil
}

// whyNone says why there is no figure.
func (r *Reader) whyNone(a *Answer) string {
	for _, y := range a.Years {
		p := a.Series.At(y)
		if p == nil {
			return fmt.Sprintf("No data for %d. Years available: %s.", y, r.years())
		}
		if p.Reports == nil {
			return r.model.WhyBlank(p)
		}
	}
	return ""
}

func (r *Reader) years() string {
	y := r.model.Years
	if len(y) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d-%d", y[0], y[len(y)-1])
}

func (r *Reader) judgeShare(a *Answer) {
	if len(a.Years) != 1 {
		a.Verdict, a.Note = NotUnderstood, "A share of several years together."
		return
	}
	p := a.Series.At(a.Years[0])
	if p == nil || p.Reports == nil || p.Share == nil && p.TotalShare == nil {
		a.Verdict, a.Note = NoFigure, r.whyNone(a)
		return
	}
	of := a.Of
	if a.OfNumber != nil {
		of = r.whichTotal(*a.OfNumber, a.Years[0])
	}
	shares := map[string]*float64{compare.ESPTotalID: p.Share, compare.TotalID: p.TotalShare}
	names := map[string]string{compare.ESPTotalID: "all providers' reports", compare.TotalID: "all reports to the CyberTipline"}
	order := []string{compare.ESPTotalID, compare.TotalID}
	if of == compare.TotalID {
		slices.Reverse(order)
	}
	best := order[0]
	for i, id := range order {
		if shares[id] == nil {
			continue
		}
		if a.Quantity.fits(100 * *shares[id]).Holds() {
			if best = id; i > 0 && of != "" {
				a.Verdict = OtherTotal
			}
			break
		}
	}
	if shares[best] == nil {
		a.Verdict, a.Note = NoFigure, "There is no such total for that year."
		return
	}
	a.Value = 100 * *shares[best]
	a.Published = percentText(a.Value)
	if a.Verdict != OtherTotal {
		a.Verdict = a.Quantity.fits(a.Value)
	}
	switch {
	case a.Verdict == OtherTotal && shares[of] != nil:
		a.Note = fmt.Sprintf("It is %s of %s, and %s of %s.", a.Published, names[best], percentText(100**shares[of]), names[of])
	case a.Verdict == Truncated:
		a.Note = fmt.Sprintf("Cut off, not rounded: it is %s.", a.Published)
	case a.Verdict == Wrong && p.AtLeast && a.Quantity.Value > a.Value:
		a.Verdict, a.Note = Open, "The published sum is only \"at least\": its source does not list every platform."
	case of == "":
		a.Note = fmt.Sprintf("Of %s.", names[best])
	}
	a.Say = fmt.Sprintf("%s made %s of %s in %d%s.", a.Series.Name, a.Published, names[best], a.Years[0], r.cite(a, []*compare.Point{p}))
	a.unitOfShare()
}

// unitOfShare refuses a share of something else than reports.
func (a *Answer) unitOfShare() {
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

func (r *Reader) judgeChange(a *Answer) {
	var old, now float64
	var points []*compare.Point
	name := ""
	if a.Than != "" {
		other, err := r.model.Series(a.Than)
		if err != nil || len(a.Years) != 1 {
			a.Verdict, a.Note = NotUnderstood, "The other side of the comparison is not clear."
			return
		}
		p, q := a.Series.At(a.Years[0]), other.At(a.Years[0])
		if p == nil || q == nil || p.Reports == nil || q.Reports == nil || *q.Reports == 0 {
			a.Verdict, a.Note = NoFigure, r.whyNone(a)
			return
		}
		old, now, points, name = float64(*q.Reports), float64(*p.Reports), []*compare.Point{p}, other.Name
	} else {
		p, q := a.Series.At(a.Years[0]), a.Series.At(a.Years[len(a.Years)-1])
		if p == nil || q == nil || p.Reports == nil || q.Reports == nil || *p.Reports == 0 {
			a.Verdict, a.Note = NoFigure, r.whyNone(a)
			return
		}
		old, now, points = float64(*p.Reports), float64(*q.Reports), []*compare.Point{p, q}
	}
	value := r.changeValue(a, old, now)
	a.Value = value
	a.Verdict = a.Quantity.fits(value)
	if wrongWay(a.Quantity, now-old) {
		a.Verdict = Wrong
	}
	r.changeWords(a, old, now, name)
	if a.Verdict == Wrong {
		a.Note = a.Say + "."
		if note := r.ofOneRow(a); note != "" {
			a.Note = joinNotes(note, a.Note)
		}
	}
	a.Say += r.cite(a, points)
	a.Say = strings.TrimSuffix(a.Say, ".") + "."
	if name == "" {
		r.comparability(a)
	}
}

// changeValue is the published value in the sort of number that was quoted.
func (r *Reader) changeValue(a *Answer, old, now float64) float64 {
	switch {
	case a.Quantity.Kind == Multiple:
		return now / old
	case a.Quantity.Kind == Plain:
		return math.Abs(now - old)
	}
	return 100 * math.Abs(now-old) / old
}

func wrongWay(q Quantity, change float64) bool {
	return q.up && !q.down && change < 0 || q.down && !q.up && change > 0
}

// changeWords says the published change in words.
func (r *Reader) changeWords(a *Answer, old, now float64, than string) {
	percent := 100 * (now - old) / old
	switch {
	case than != "":
		a.Published = strconv.FormatFloat(now/old, 'f', 1, 64) + " times"
		a.Say = fmt.Sprintf("In %d %s %s %s reports, %s times as many as %s with %s", a.Years[0], a.Series.Name, verb(a.Series), grouped(now), strconv.FormatFloat(now/old, 'f', 1, 64), than, grouped(old))
		return
	case a.Quantity.Kind == Multiple:
		a.Published = strconv.FormatFloat(now/old, 'f', 2, 64) + " times"
	case a.Quantity.Kind == Plain:
		a.Published = signed(grouped(math.Abs(now-old)), now >= old)
	default:
		a.Published = signed(percentText(math.Abs(percent)), now >= old)
	}
	moved := "rose"
	if now < old {
		moved = "fell"
	}
	a.Say = fmt.Sprintf("Reports by %s %s by %s, from %s in %d to %s in %d", a.Series.Name, moved, percentText(math.Abs(percent)), grouped(old), a.Years[0], grouped(now), a.Years[len(a.Years)-1])
	if a.Series.Type == compare.TypeTotal {
		a.Say = strings.Replace(a.Say, "Reports by "+a.Series.Name, a.Series.Name, 1)
	}
}

func signed(s string, up bool) string {
	if up {
		return "+" + s
	}
	return "-" + s
}

// comparability turns a change that the model does not show into a break.
func (r *Reader) comparability(a *Answer) {
	b := r.model.Between(a.Series, a.Years[0], a.Years[len(a.Years)-1], pipeline.MeasureReports)
	if b.Verdict == compare.Care {
		a.Note = joinNotes(a.Note, "Compare with care: "+b.Reasons[0].Text)
	}
	if b.Verdict != compare.No {
		return
	}
	if a.Verdict.Holds() {
		a.Verdict = Broken
	}
	a.Note = joinNotes(fmt.Sprintf("%d and %d are not comparable: %s", a.Years[0], a.Years[len(a.Years)-1], b.Reasons[0].Text), "")
	a.Say = fmt.Sprintf("Reports by %s in %d and %d are not comparable: %s", a.Series.Name, a.Years[0], a.Years[len(a.Years)-1], b.Reasons[0].Text)
	if l := b.LikeForLike; l != nil && l.Change.Percent != nil {
		a.Say += fmt.Sprintf(" Like for like the change is %s.", signed(percentText(math.Abs(*l.Change.Percent)), *l.Change.Percent >= 0))
	}
}

// ofOneRow says so where a change is that of one of several rows.
func (r *Reader) ofOneRow(a *Answer) string {
	if a.Than != "" || len(a.Years) < 2 {
		return ""
	}
	to := a.Series.At(a.Years[len(a.Years)-1])
	from := a.Series.At(a.Years[0])
	for _, f := range to.Figures {
		if len(to.Figures) < 2 || *from.Reports == 0 {
			break
		}
		if a.Quantity.close(100 * math.Abs(float64(f.Reports)-float64(*from.Reports)) / float64(*from.Reports)) {
			return fmt.Sprintf("That is the change to the row %q alone, one of %d.", f.Name, len(to.Figures))
		}
	}
	return ""
}

func (r *Reader) judgeRank(a *Answer) {
	if len(a.Years) != 1 {
		a.Verdict, a.Note = NotUnderstood, "A rank of several years together."
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
	place := ordinal(p.Rank) + "-largest"
	if p.Rank == 1 {
		place = "largest"
	}
	a.Say = fmt.Sprintf("%s was the %s %s of %d, with %s reports%s.", a.Series.Name, place, of, a.Years[0], p.Reports, r.cite(a, []*compare.Point{p}))
	if a.Verdict == Wrong {
		a.Note = fmt.Sprintf("It was %s.", a.Published)
	}
	if p.Marks.Has(pipeline.FlagCombined) {
		a.Note = joinNotes(a.Note, "The row combines related platforms.")
	}
}

// cite names documents and pages, in brackets, and fills Sources.
func (r *Reader) cite(a *Answer, points []*compare.Point) string {
	var list []string
	for _, p := range points {
		ed := r.model.Data.Edition(p.Year)
		switch {
		case ed == nil:
			continue
		case ed.Source != "":
			list = append(list, fmt.Sprintf("a third party's transcription of NCMEC's table of %d", p.Year))
			continue
		}
		var pages []string
		for _, f := range p.Figures {
			if page := strconv.Itoa(f.At.Page); f.At.Page > 0 && !slices.Contains(pages, page) {
				pages = append(pages, page)
			}
		}
		source := fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP", p.Year)
		if len(pages) > 0 && len(pages) <= 4 {
			source += ", p. " + strings.Join(pages, ", ")
		}
		if a.ID == compare.TotalID {
			source = fmt.Sprintf("NCMEC, totals of %d", p.Year)
		}
		if !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	a.Sources = list
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, "; ") + ")"
}

func verb(s *compare.Series) string {
	if s.ID == compare.TotalID {
		return "was"
	}
	return "made"
}

// joinNotes joins sentences.
func joinNotes(a, b string) string {
	return strings.TrimSpace(strings.TrimSpace(a) + " " + strings.TrimSpace(b))
}
