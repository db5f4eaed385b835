package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Unit is the caveat that goes with every figure.
const Unit = "The unit is reports, not images, not files, not children: one report can hold many files, and one file can be reported many times."

// Caveats returns what has to be said along with one figure.
func Caveats(m *compare.Model, s *compare.Series, p *compare.Point) []string {
	n := notes{m: m, series: []*compare.Series{s}, years: []int{p.Year}}
	n.Add("", "", Unit)
	n.say(s.Name, fmt.Sprint(p.Year), "combined", subject{Model: m, Point: p})
	if ed := m.Data.Edition(p.Year); ed != nil && (ed.Status != pipeline.Verified || ed.TotalAccepted) {
		n.source(p.Year)
	}
	if p.AtLeast {
		n.Add("", "", fmt.Sprintf("The source of %d does not list every platform of %s, or one is inside another row: the sum is at least this.", p.Year, s.Name))
	}
	n.remarks(s)
	n.between(s, [2]int{p.Year - 1, p.Year}, []pipeline.Measure{pipeline.MeasureReports})
	return n.List()
}

// Notes returns what must be known about series shown together in some years,
// each note once. pairs are the pairs of years whose changes are shown.
func Notes(m *compare.Model, series []*compare.Series, years []int, pairs [][2]int, measures []pipeline.Measure) []string {
	n := notes{m: m, series: series, years: years, Collector: Collector{Shown: len(series)}}
	for _, s := range series {
		for _, year := range years {
			if p := s.At(year); p != nil {
				n.say(s.Name, fmt.Sprint(year), "point", subject{Model: m, Series: s, Point: p})
			}
		}
		n.ownCounts(s)
		n.remarks(s)
	}
	for _, pair := range pairs {
		for _, s := range series {
			n.between(s, pair, measures)
		}
	}
	for _, year := range years {
		n.source(year)
	}
	return n.List()
}

// Collector collects notes; the same text about several series or years is one.
type Collector struct {
	Shown int // how many series are shown; 0 where their names go without saying
	Most  int // how many names a note has at most; 0 for any number
	list  []*note
}

// note is something that must be known about what is shown.
type note struct {
	who  []string // names of the series
	when []string // such as "2020 to 2021"; none where it concerns all years
	text string
}

// Add adds a note on a series, "" for all, and a year or two, "" for all.
func (c *Collector) Add(who, when, text string) {
	i := slices.IndexFunc(c.list, func(n *note) bool { return n.text == text })
	if i < 0 {
		i, c.list = len(c.list), append(c.list, &note{text: text})
	}
	n := c.list[i]
	if who != "" && !slices.Contains(n.who, who) {
		n.who = append(n.who, who)
	}
	if when != "" && !slices.Contains(n.when, when) {
		n.when = append(n.when, when)
	}
}

// List writes the notes with whom and when they concern.
func (c *Collector) List() (list []string) {
	for _, n := range c.list {
		about := strings.Join(n.who, ", ")
		switch k := len(n.who); {
		case c.Shown == 0:
			about = ""
		case k == 0 && n.when != nil, k == c.Shown && k > 1:
			about = "All"
		case c.Most > 0 && k > c.Most:
			about = fmt.Sprintf("%s and %d more", strings.Join(n.who[:c.Most], ", "), k-c.Most)
		}
		if about = strings.TrimSpace(about + " " + spans(n.when)); about != "" {
			about += ": "
		}
		list = append(list, about+n.text)
	}
	return list
}

// notes collects what a model says of series in some years.
type notes struct {
	Collector
	m      *compare.Model
	series []*compare.Series
	years  []int
}

// say adds what a form of notes.tmpl gives.
func (n *notes) say(who, when, form string, about subject) {
	for _, text := range lines(form, about) {
		n.Add(who, when, text)
	}
}

// spans joins what holds in several years: "2019 to 2023", "2019, 2021",
// "2020 to 2021, 2023 to 2024".
func spans(when []string) string {
	var list []string
	last := -1
	for _, w := range when {
		year, err := strconv.Atoi(w)
		if n := len(list) - 1; err == nil && year == last+1 {
			first, _, _ := strings.Cut(list[n], " to ")
			list[n] = first + " to " + w
		} else {
			list = append(list, w)
		}
		last = year
	}
	return strings.Join(list, ", ")
}

// remarks are the notes of the user's own layer.
func (n *notes) remarks(s *compare.Series) {
	for _, r := range n.m.Data.Remarks {
		if r.Who == s.ID && (r.Year == 0 || slices.Contains(n.years, r.Year)) {
			n.Add(s.Name, "", r.Text+" (user: "+r.Source+")")
		}
	}
}

// between says what bears on a change.
func (n *notes) between(s *compare.Series, pair [2]int, measures []pipeline.Measure) {
	for _, measure := range measures {
		b := n.m.Between(s, pair[0], pair[1], measure)
		for _, r := range b.Reasons {
			if r.Code == compare.BecauseSecondary || r.Code == compare.BecauseSmallBase && len(n.series) > 1 {
				continue // the note on the year's source and the mark say it
			}
			verdict := "with care: "
			switch {
			case r.Verdict == compare.No && len(measures) > 1 && measure == pipeline.MeasureReports && b.Verdict != compare.No:
				verdict = ""
			case r.Verdict == compare.No:
				verdict = "not comparable: "
			}
			n.Add(s.Name, fmt.Sprintf("%d to %d", b.From.Year, b.To.Year), verdict+r.Text+map[bool]string{true: " [user]"}[r.User])
		}
		if measure == pipeline.MeasureReports && (b.Verdict == compare.No || len(n.series) == 1) {
			n.say("", "", "like", subject{About: b})
		}
	}
}

// source says where a year comes from, and how far it can be trusted.
func (n *notes) source(year int) {
	ed := n.m.Data.Edition(year)
	n.say("", fmt.Sprint(year), "source", subject{About: ed})
	if ed != nil && ed.Partial() && ed.Note != "" {
		n.Add("", "", ed.Note)
	}
}

// ownCounts says in one line a series what the platforms' own counts say of the
// shown years, where there are any of just these platforms.
func (n *notes) ownCounts(s *compare.Series) {
	var list []string
	for _, year := range n.years {
		for _, w := range n.m.WitnessesOf(s, year) {
			if w.Percent != nil && w.Same(s) {
				list = append(list, fmt.Sprintf("%d %s%s", year, w.Words(), strings.TrimSuffix(" ("+w.Reason+")", " ()")))
			}
		}
	}
	if list != nil {
		n.Add(s.Name, "", "own count against NCMEC's: "+strings.Join(list, "; ")+".")
	}
}

// absence says why a series has no figure in a year.
func absence(m *compare.Model, s *compare.Series, p *compare.Point) string {
	text := s.Name + ": " + m.WhyBlank(p)
	if row := m.Platform(p.Inside); p.Missing == pipeline.InsideRow && row != nil && row.At(p.Year).Reports != nil {
		text += fmt.Sprintf(" That row has %s reports.", row.At(p.Year).Reports)
	}
	return text
}
