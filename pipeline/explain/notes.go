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
	n.combined(s, p)
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
				n.point(s, p)
			}
		}
		if text := ownCounts(m, s, years); text != "" {
			n.add(s.Name, "", text)
		}
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

// point says what a sum holds, which rows add up, and of a blank that it is not
// zero where a reader could think so.
func (n *notes) point(s *compare.Series, p *compare.Point) {
	when := fmt.Sprint(p.Year)
	switch {
	case p.Missing == pipeline.InsideRow:
		row, _, _ := strings.Cut(n.m.Names([]string{p.Inside}), " (")
		n.add(s.Name, when, "no row of its own; likely inside the combined row of "+row+".")
		return
	case p.Reports == nil || s.Type == compare.TypeTotal:
		return
	case s.Type != compare.TypePlatform && !s.Alone:
		text := n.m.Names(slices.Sorted(slices.Values(p.Members)))
		if count := len(p.Members); count > 12 {
			text = fmt.Sprintf("%d platforms, among them %s", count, n.m.Names(p.Members[:5]))
		}
		n.add(s.Name, when, "sum of "+text+".")
	case len(p.Figures) > 1:
		var rows []string
		for _, f := range p.Figures {
			rows = append(rows, fmt.Sprintf("%q %s", Printed(f), f.Reports))
		}
		n.add(s.Name, when, fmt.Sprintf("%d %s rows add up: %s.", len(rows), RowKind(p.Status), strings.Join(rows, " + ")))
	}
	if s.Type != compare.TypeCategory {
		n.combined(s, p)
	}
}

// combined says what the rows hold that combine several platforms.
func (n *notes) combined(s *compare.Series, p *compare.Point) {
	for _, f := range p.Figures {
		text, members := "combines related platforms", ""
		for _, c := range n.m.Data.Combined {
			if c.Platform == f.Platform && c.Year == p.Year {
				members = n.m.Names(c.Members)
			}
		}
		switch {
		case f.Combined && members != "":
			text += ", likely with " + members + " (NCMEC does not print the members)"
		case members != "":
			text = "is one row for " + members + ", as its printed name says"
		case !f.Combined:
			continue
		}
		n.add(s.Name, fmt.Sprint(p.Year), fmt.Sprintf("the row %q %s.", Printed(f), text))
	}
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
			n.add(s.Name, fmt.Sprintf("%d to %d", b.From.Year, b.To.Year), verdict+r.Text+userWords(r.User))
		}
		if text := likeForLike(b); text != "" && measure == pipeline.MeasureReports && (b.Verdict == compare.No || len(n.series) == 1) {
			n.add("", "", text)
		}
	}
}

// likeForLike says how reports changed over what belongs to a series on both
// sides, "" where the membership did not change.
func likeForLike(b compare.Between) string {
	l := b.LikeForLike
	if l == nil || l.Change == nil || l.Change.Percent == nil {
		return ""
	}
	text := fmt.Sprintf("Like for like, over what %s held in both %d and %d: %s to %s", b.Series.Name, l.From.Year, l.To.Year, l.From.Reports, l.To.Reports)
	if !l.OnSmallBase() {
		text += ", " + pipeline.ChangeText(*l.Change.Percent)
	}
	return text + "."
}

// source says where a year comes from, and how far it can be trusted.
func (n *notes) source(year int) {
	ed := n.m.Data.Edition(year)
	when := fmt.Sprint(year)
	switch {
	case ed == nil:
		n.add("", when, "no edition.")
		return
	case ed.Partial():
		text := "a third party's transcription, not read from NCMEC's document"
		if c := ed.Coverage(); c > 0 {
			text += fmt.Sprintf("; it lists %s of the year's reports", pipeline.PercentText(c))
		}
		text += ". " + ed.Source
		if a := ed.Document.Address(); a != "" && !strings.Contains(ed.Source, a) {
			text += ": " + a
		}
		n.add("", when, text)
		if ed.Note != "" {
			n.add("", "", ed.Note)
		}
	case ed.Status == pipeline.Verified && !ed.TotalAccepted:
		n.add("", when, "verified: read from NCMEC's tables, whose rows sum to their printed totals. Volume measures detection and reporting, not prevalence.")
	case ed.Status == pipeline.Published:
		n.add("", when, "the table did not pass every check: its figures are as read, not verified.")
	case ed.Status == pipeline.Checked:
		n.add("", when, "the document was saved by hand and its bytes are not known: its rows sum to its total, but nobody has compared it with the publisher's.")
	}
	if ed.TotalAccepted {
		n.add("", when, "the total contradicts the total on file; the user accepted it with --accept-total.")
	}
}

// Absence says why a series has no figure in a year.
func Absence(m *compare.Model, s *compare.Series, p *compare.Point) string {
	text := s.Name + ": " + m.WhyBlank(p)
	if row := m.Platform(p.Inside); p.Missing == pipeline.InsideRow && row != nil && row.At(p.Year).Reports != nil {
		text += fmt.Sprintf(" That row has %s reports.", row.At(p.Year).Reports)
	}
	return text
}

// Printed returns the name of a row as it is in the table, with the star of a
// combined row. For a secondary figure it is the third party's label.
func Printed(f pipeline.Figure) string {
	if f.Combined {
		return f.Name + "*"
	}
	return f.Name
}

// RowKind says how a row is known: "printed", or "transcribed" by a third party.
func RowKind(s pipeline.Status) string {
	if s == pipeline.SecondaryHand {
		return "transcribed"
	}
	return "printed"
}
