package claim

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// close reports whether a quantity is a value, whatever side of it was claimed.
func (q Quantity) close(v float64) bool {
	q.Sense = Bare
	f := q.fits(v)
	return f == Exact || f == Rounded
}

// is reports whether a point has the number that was quoted.
func (q Quantity) is(p *compare.Point) bool {
	return p != nil && p.Reports != nil && q.close(float64(*p.Reports))
}

// whyWrong says what a number that is not the figure is instead.
func (r *Reader) whyWrong(a *Answer, points []*compare.Point) (Verdict, string) {
	year := a.Years[0]
	n, source := r.incidentsOf(year)
	if a.Series.Type == compare.TypeTotal && len(a.Years) == 1 && source != "" && a.Quantity.close(n) {
		a.asReports = true
		return Unit, fmt.Sprintf("%s is the number of incidents of %d; the reports were %s.", millions(n), year, a.Published)
	}
	for _, p := range points {
		for _, id := range p.Members {
			if member := r.model.Platform(id); len(p.Members) > 1 && member != nil && a.Quantity.is(member.At(p.Year)) {
				return Part, fmt.Sprintf("%s is %s alone, one of %d platforms in the sum of %s.", member.At(p.Year).Reports, member.Name, len(p.Members), a.Published)
			}
		}
		for _, f := range p.Figures {
			if len(p.Figures) > 1 && a.Quantity.close(float64(f.Reports)) {
				return Part, fmt.Sprintf("%s is one of %d rows, %q; together they are %s.", f.Reports, len(p.Figures), f.Name, a.Published)
			}
		}
	}
	if note := r.ownCount(a); note != "" {
		return OwnCount, note
	}
	note := ""
	list := []*compare.Series{r.model.ESPTotal, r.model.Total}
	if c, _ := r.model.Owner(a.Series.ID, year); c != nil && a.Series.Type == compare.TypePlatform {
		list = slices.Insert(list, 0, r.model.Company(c.ID))
	}
	isIt := func(s *compare.Series) bool { return s != nil && s != a.Series && a.Quantity.is(s.At(year)) }
	if i := slices.IndexFunc(list, isIt); i >= 0 && len(a.Years) == 1 {
		note = fmt.Sprintf("%s is the figure of %s. ", list[i].At(year).Reports, r.nameOf(list[i]))
	}
	isYear := func(p compare.Point) bool { return a.Quantity.is(&p) && !slices.Contains(a.Years, p.Year) }
	if i := slices.IndexFunc(a.Series.Points, isYear); i >= 0 {
		p := a.Series.Points[i]
		note += fmt.Sprintf("%s is the figure of %d.", p.Reports, p.Year)
	}
	return Wrong, cmp.Or(note, fmt.Sprintf("It is %s.", a.Published))
}

// ownCount says so where the number is what the platform says of itself, in a
// year or a period of it; "" where it is not.
func (r *Reader) ownCount(a *Answer) string {
	if len(a.Years) != 1 {
		return ""
	}
	for _, w := range r.model.WitnessesOf(a.Series, a.Years[0]) {
		whole := pipeline.OwnCount{Reports: w.Own, From: w.Parts[0].From, To: w.Parts[len(w.Parts)-1].To}
		for _, o := range append(slices.Clone(w.Parts), whole) {
			if !a.Quantity.close(float64(o.Reports)) {
				continue
			}
			note := fmt.Sprintf("%s is %s's own count for %s, not NCMEC's", o.Reports, r.nameOf(a.Series), pipeline.PeriodWords(o.From, o.To))
			if p := a.Series.At(a.Years[0]); p.Reports != nil {
				note += fmt.Sprintf(", which is %s for the year", p.Reports)
			}
			return sentence(note)
		}
	}
	return ""
}

var incidentsIn = regexp.MustCompile(`(\d+(?:\.\d+)?) million incidents`)

// incidentsOf returns NCMEC's count of incidents of a year, from the break that
// gives it, with its source; "" where none does.
func (r *Reader) incidentsOf(y int) (n float64, source string) {
	for _, b := range r.model.Data.Breaks {
		if b.Who != pipeline.Everybody || b.To != y {
			continue
		}
		if m := incidentsIn.FindStringSubmatch(b.Description); m != nil {
			n, _ = strconv.ParseFloat(m[1], 64)
			return n * 1e6, b.Source
		}
	}
	return 0, ""
}

func millions(n float64) string { return strconv.FormatFloat(n/1e6, 'f', 1, 64) + " million" }

func (r *Reader) whyNone(a *Answer) string {
	for _, y := range a.Years {
		p := a.Series.At(y)
		if p == nil {
			return fmt.Sprintf("No data for %d. Years available: %d-%d.", y, r.model.Years[0], r.model.Years[len(r.model.Years)-1])
		}
		if p.Reports == nil {
			return r.model.WhyBlank(p)
		}
	}
	return ""
}

// whereCounted says where the reports of a service without a row are.
func (r *Reader) whereCounted(c *pipeline.Counted) string {
	text := fmt.Sprintf("%s has no row of its own in %d-%d.", c.Name, c.From, c.To)
	if p := r.model.Platform(c.Platform); p != nil {
		text = fmt.Sprintf("%s has no row of its own; its reports are counted in the row of %s.", c.Name, p.Name)
	}
	return joinNotes(text, c.Note)
}

// sources names the documents and pages of some points.
func (r *Reader) sources(a *Answer, points []*compare.Point) (list []string) {
	for _, p := range points {
		ed := r.model.Data.Edition(p.Year)
		if ed == nil {
			continue
		}
		source := fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP", p.Year)
		var pages []int
		for _, f := range p.Figures {
			pages = append(pages, f.At.Page)
		}
		slices.Sort(pages)
		pages = slices.DeleteFunc(slices.Compact(pages), func(page int) bool { return page == 0 })
		switch printed := strings.ReplaceAll(strings.Trim(fmt.Sprint(pages), "[]"), " ", ", "); {
		case ed.Source != "":
			source = fmt.Sprintf("a third party's transcription of NCMEC's table of %d", p.Year)
		case a.ID == compare.TotalID:
			source = fmt.Sprintf("NCMEC, totals of %d", p.Year)
		case len(pages) == 1:
			source += ", p. " + printed
		case len(pages) > 1 && len(pages) <= 4:
			source += ", pp. " + printed
		}
		if !slices.Contains(list, source) {
			list = append(list, source)
		}
	}
	return list
}

func (r *Reader) nameOf(s *compare.Series) string {
	switch {
	case s.ID == compare.TotalID:
		return "the CyberTipline"
	case s.ID == compare.ESPTotalID:
		return "all providers"
	case topOf(s.ID) > 0:
		return fmt.Sprintf("the %d largest providers", topOf(s.ID))
	case s.Type == compare.TypeSet:
		var list []string
		for _, id := range strings.Split(s.ID, "+") {
			if one, err := r.model.Series(id); err == nil {
				id = one.Name
			}
			list = append(list, id)
		}
		return pipeline.And(list)
	}
	name, _, _ := strings.Cut(s.Name, " (")
	if s.Type == compare.TypeCategory {
		return "the category " + name
	}
	return name
}

// topOf returns the number of "top-5", 0 for any other id.
func topOf(id string) int {
	rest, _ := strings.CutPrefix(id, "top-")
	n, _ := strconv.Atoi(rest)
	return n
}

// made says who made so many reports; the CyberTipline received them.
func (r *Reader) made(s *compare.Series, n pipeline.Count) string {
	verb := "made"
	if s.ID == compare.TotalID {
		verb = "received"
	}
	return fmt.Sprintf("%s %s %s", r.nameOf(s), verb, reportsText(n))
}

func (r *Reader) reportsOf(s *compare.Series) string {
	if s.ID == compare.TotalID {
		return "reports to the CyberTipline"
	}
	return "reports by " + r.nameOf(s)
}

func reportsText(n pipeline.Count) string {
	if n == 1 {
		return "1 report"
	}
	return n.String() + " reports"
}

// yearsIn writes " in 2022", " from 2020 to 2022" or " in 2019, 2021 and 2022".
func yearsIn(years []int) string {
	first, last := years[0], years[len(years)-1]
	if len(years) > 2 && last-first == len(years)-1 {
		return fmt.Sprintf(" from %d to %d", first, last)
	}
	return " in " + pipeline.And(strings.Fields(strings.Trim(fmt.Sprint(years), "[]")))
}

func percentText(v float64) string {
	places := 1
	for places < 4 && v != 0 && math.Abs(v) < 10*math.Pow10(-places) {
		places++
	}
	return strconv.FormatFloat(v, 'f', places, 64) + "%"
}

// placeWord writes a rank: "second", "11th".
func placeWord(n int) string {
	for w, place := range places {
		if int(place) == n && w[0] >= 'a' && !strings.HasSuffix(w, "est") {
			return w
		}
	}
	return ordinal(n)
}

// sentence ends a text with one full stop and begins it with a capital letter.
func sentence(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), ".") + "."
	return strings.ToUpper(s[:1]) + s[1:]
}

func joinNotes(notes ...string) string {
	return strings.Join(strings.Fields(strings.Join(notes, " ")), " ")
}
