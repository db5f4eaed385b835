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

// whyWrong says what a number that is not the figure is instead.
func (r *Reader) whyWrong(a *Answer, points []*compare.Point) (verdict Verdict, note string) {
	verdict = Wrong
	try := func(v Verdict, n float64, format string, with ...any) {
		if note == "" && a.Quantity.close(n) {
			verdict, note = v, fmt.Sprintf(format, with...)
		}
	}
	year := a.Years[0]
	if n, source := r.incidentsOf(year); a.Series.Type == compare.TypeTotal && len(a.Years) == 1 && source != "" {
		try(Unit, n, "%s is the number of incidents of %d; the reports were %s.", millions(n), year, a.Published)
	}
	for _, p := range points {
		for _, id := range p.Members {
			if s := r.model.Platform(id); len(p.Members) > 1 && s != nil {
				n := s.At(p.Year).Reports
				try(Part, float64(*n), "%s is %s alone, one of %d platforms in the sum of %s.", n, s.Name, len(p.Members), a.Published)
			}
		}
		for _, f := range p.Figures {
			if len(p.Figures) > 1 {
				try(Part, float64(f.Reports), "%s is one of %d rows, %q; together they are %s.", f.Reports, len(p.Figures), f.Name, a.Published)
			}
		}
	}
	if own := r.ownCount(a); note == "" && own != "" {
		return OwnCount, own
	}
	others := []*compare.Series{r.model.ESPTotal, r.model.Total}
	if c, _ := r.model.Owner(a.Series.ID, year); c != nil && a.Series.Type == compare.TypePlatform {
		others = slices.Insert(others, 0, r.model.Company(c.ID))
	}
	for _, s := range others {
		if p := s.At(year); s != a.Series && p != nil && p.Reports != nil && len(a.Years) == 1 {
			try(Wrong, float64(*p.Reports), "%s is the figure of %s.", p.Reports, r.nameOf(s))
		}
	}
	for _, p := range a.Series.Points {
		if p.Reports != nil && !slices.Contains(a.Years, p.Year) {
			try(Wrong, float64(*p.Reports), "%s is the figure of %d.", p.Reports, p.Year)
		}
	}
	return verdict, cmp.Or(note, fmt.Sprintf("It is %s.", a.Published))
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

// sources names the documents and pages of some points.
func (r *Reader) sources(a *Answer, points []*compare.Point) (list []string) {
	for _, p := range points {
		var pages []int
		for _, f := range p.Figures {
			pages = append(pages, f.At.Page)
		}
		slices.Sort(pages)
		pages = slices.Compact(pages)
		source := fmt.Sprintf("NCMEC, %d CyberTipline Reports by ESP", p.Year)
		switch ed := r.model.Data.Edition(p.Year); {
		case ed == nil:
			continue
		case ed.Source != "":
			source = fmt.Sprintf("a third party's transcription of NCMEC's table of %d", p.Year)
		case a.ID == compare.TotalID:
			source = fmt.Sprintf("NCMEC, totals of %d", p.Year)
		case len(pages) == 1 && pages[0] > 0:
			source += fmt.Sprintf(", p. %d", pages[0])
		case len(pages) > 1 && len(pages) <= 4:
			source += ", pp. " + strings.Trim(strings.ReplaceAll(fmt.Sprint(pages), " ", ", "), "[]")
		}
		list = append(list, source)
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
		return pipeline.And(strings.Split(s.Name, " + "))
	}
	name, _, _ := strings.Cut(s.Name, " (")
	if s.Type == compare.TypeCategory {
		return "the category " + name
	}
	return name
}

// topOf returns the number of "top-5", 0 for any other id.
func topOf(id string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(id, "top-"))
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
