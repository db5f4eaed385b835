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

// Note is something that must be known about what is shown.
type Note struct {
	Who  []string // names of the series; none where it concerns all
	When []string // such as "2020 to 2021"; none where it concerns all years
	Text string
}

func (n Note) String() string {
	about := strings.Join(n.Who, ", ")
	if about == "" && len(n.When) > 0 {
		about = "All"
	}
	if about = strings.TrimSpace(about + " " + spans(n.When)); about == "" {
		return n.Text
	}
	return about + ": " + n.Text
}

// Caveats returns what has to be said along with one figure.
func Caveats(m *compare.Model, s *compare.Series, p *compare.Point) []string {
	n := notes{m: m, series: []*compare.Series{s}, years: []int{p.Year}}
	n.say(s.Name, fmt.Sprint(p.Year), "combined", subject{Model: m, Point: p})
	if ed := m.Data.Edition(p.Year); ed != nil && (ed.Status != pipeline.Verified || ed.TotalAccepted) {
		n.source(p.Year)
	}
	if p.AtLeast {
		n.add("", "", fmt.Sprintf("The source of %d does not list every platform of %s, or one is inside another row: the sum is at least this.", p.Year, s.Name))
	}
	n.remarks(s)
	n.between(s, [2]int{p.Year - 1, p.Year}, []pipeline.Measure{pipeline.MeasureReports})
	list := []string{Unit}
	for _, x := range n.merged() {
		x.Who = nil
		list = append(list, strings.TrimPrefix(x.String(), "All "))
	}
	return list
}

// Notes returns what must be known about series shown together in some years,
// each note once. pairs are the pairs of years whose changes are shown.
func Notes(m *compare.Model, series []*compare.Series, years []int, pairs [][2]int, measures []pipeline.Measure) []Note {
	n := notes{m: m, series: series, years: years}
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
	return n.merged()
}

// notes collects notes; the same text about several series or years is one.
type notes struct {
	m      *compare.Model
	series []*compare.Series
	years  []int
	list   []*Note
}

func (n *notes) add(who, when, text string) {
	i := slices.IndexFunc(n.list, func(x *Note) bool { return x.Text == text })
	if i < 0 {
		i, n.list = len(n.list), append(n.list, &Note{Text: text})
	}
	x := n.list[i]
	if who != "" && !slices.Contains(x.Who, who) {
		x.Who = append(x.Who, who)
	}
	if when != "" && !slices.Contains(x.When, when) {
		x.When = append(x.When, when)
	}
}

// say adds what a form of notes.tmpl gives.
func (n *notes) say(who, when, form string, about subject) {
	for _, text := range lines(form, about) {
		n.add(who, when, text)
	}
}

func (n *notes) merged() (list []Note) {
	for _, x := range n.list {
		if len(x.Who) == len(n.series) && len(x.Who) > 1 {
			x.Who = nil
		}
		list = append(list, *x)
	}
	return list
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
			n.add(s.Name, "", r.Text+" (user: "+r.Source+")")
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
			n.add(s.Name, fmt.Sprintf("%d to %d", b.From.Year, b.To.Year), verdict+r.Text+map[bool]string{true: " [user]"}[r.User])
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
		n.add("", "", ed.Note)
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
		n.add(s.Name, "", "own count against NCMEC's: "+strings.Join(list, "; ")+".")
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
