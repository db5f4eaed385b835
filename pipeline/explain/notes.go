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

// Caveats returns what has to be said along with a figure.
func Caveats(m *compare.Model, s *compare.Series, p *compare.Point) []string {
	list := []string{Unit}
	for _, f := range p.Figures {
		if text := combined(m.Data, f.Platform, p.Year); text != "" && f.Flags.Has(pipeline.FlagCombined) {
			list = append(list, fmt.Sprintf("The row %q of %d %s.", Printed(f), p.Year, text))
		}
	}
	if ed := m.Data.Edition(p.Year); ed != nil {
		list = append(list, editionNotes(*ed)...)
	}
	if p.AtLeast {
		list = append(list, fmt.Sprintf("The source of %d does not list every platform of %s, or one is inside another row: the sum is at least this.", p.Year, s.Name))
	}
	list = append(list, remarks(m.Data, s, []int{p.Year})...)
	b := m.Between(s, p.Year-1, p.Year, pipeline.MeasureReports)
	for _, r := range b.Reasons {
		verdict := "Caveat against"
		if r.Verdict == compare.No {
			verdict = "Not comparable with"
		}
		list = append(list, fmt.Sprintf("%s %d: %s", verdict, p.Year-1, reason(r)))
	}
	if text := LikeForLike(b); text != "" {
		list = append(list, text)
	}
	return list
}

// LikeForLike says how reports changed over what belongs to a series on both
// sides, "" where the membership did not change.
func LikeForLike(b compare.Between) string {
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

// reason writes a reason with the mark of the user's own layer.
func reason(r compare.Reason) string { return r.Text + userWords(r.User) }

// editionNotes say how far the source of a year can be trusted.
func editionNotes(ed pipeline.Edition) (list []string) {
	switch {
	case ed.Partial():
		text := fmt.Sprintf("The figure of %d is a third party's transcription, not read from NCMEC's document", ed.Year)
		if c := ed.Coverage(); c > 0 {
			text += fmt.Sprintf("; it covers %s of the reports of the year", pipeline.PercentText(c))
		}
		list = append(list, text+".")
		if ed.Note != "" {
			list = append(list, ed.Note)
		}
	case ed.Status == pipeline.Published:
		list = append(list, fmt.Sprintf("The table of %d did not pass every check: its figures are as read, not verified.", ed.Year))
	case ed.Status == pipeline.Checked:
		list = append(list, fmt.Sprintf("The document of %d was saved by hand and its bytes are not known: its rows sum to its total, but nobody has compared it with the publisher's.", ed.Year))
	}
	if ed.TotalAccepted {
		list = append(list, fmt.Sprintf("The total of %d contradicts the total on file; the user accepted it with --accept-total.", ed.Year))
	}
	return list
}

// remarks are the notes of the user's own layer.
func remarks(ds *pipeline.Dataset, s *compare.Series, years []int) (list []string) {
	for _, r := range ds.Remarks {
		if r.Who == s.ID && (r.Year == 0 || slices.Contains(years, r.Year)) {
			list = append(list, r.Text+" (user: "+r.Source+")")
		}
	}
	return list
}

// Note is something that must be known about what is shown.
type Note struct {
	Who  []string // names of the series; none where it concerns all
	When string   // such as "2020 to 2021"; "" where it concerns all years
	Text string
}

func (n Note) String() string {
	about := strings.Join(n.Who, ", ")
	if about == "" && n.When != "" {
		about = "All"
	}
	if n.When != "" {
		about += " " + n.When
	}
	if about == "" {
		return n.Text
	}
	return strings.TrimSpace(about) + ": " + n.Text
}

// Notes returns what must be known about series shown together in some years,
// each note once, by the measures shown: what a sum holds, why a value is blank,
// why two years are not comparable or only with care, and where the years come
// from. pairs are the pairs of years whose changes are shown.
func Notes(m *compare.Model, series []*compare.Series, years []int, pairs [][2]int, measures []pipeline.Measure) []Note {
	n := notes{m: m, series: series, years: years}
	for _, s := range series {
		n.members(s)
		n.rows(s)
		n.blanks(s)
		if text := ownCounts(m, s, years); text != "" {
			n.add(s.Name, "", text)
		}
		for _, text := range remarks(m.Data, s, years) {
			n.add(s.Name, "", text)
		}
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
	list   []note
}

type note struct {
	text string
	who  []string
	when []string
}

func (n *notes) add(who, when, text string) {
	i := slices.IndexFunc(n.list, func(x note) bool { return x.text == text })
	if i < 0 {
		i = len(n.list)
		n.list = append(n.list, note{text: text})
	}
	x := &n.list[i]
	if who != "" && !slices.Contains(x.who, who) {
		x.who = append(x.who, who)
	}
	if when != "" && !slices.Contains(x.when, when) {
		x.when = append(x.when, when)
	}
}

func (n *notes) merged() (list []Note) {
	for _, x := range n.list {
		if len(x.who) == len(n.series) && len(x.who) > 1 {
			x.who = nil
		}
		list = append(list, Note{x.who, spans(x.when), x.text})
	}
	return list
}

// spans joins what holds in several years: "2019 to 2023", "2019, 2021",
// "2020 to 2021, 2023 to 2024".
func spans(when []string) string {
	var list []string
	for i := 0; i < len(when); {
		k := i
		for k+1 < len(when) && follows(when[k], when[k+1]) {
			k++
		}
		if k > i {
			list = append(list, when[i]+" to "+when[k])
		} else {
			list = append(list, when[i])
		}
		i = k + 1
	}
	return strings.Join(list, ", ")
}

// follows reports whether two texts are years of which one comes after the other.
func follows(a, b string) bool {
	x, err1 := strconv.Atoi(a)
	y, err2 := strconv.Atoi(b)
	return err1 == nil && err2 == nil && y == x+1
}

// members says what a sum holds, years of the same members together.
func (n *notes) members(s *compare.Series) {
	if s.Type == compare.TypePlatform || s.Type == compare.TypeTotal || s.Alone {
		return
	}
	type span struct {
		from, to int
		text     string
	}
	var spans []span
	for _, year := range n.years {
		p := s.At(year)
		if p == nil || p.Reports == nil {
			continue
		}
		list := slices.Clone(p.Members)
		slices.Sort(list)
		text := names(n.m.Data, list)
		if most := 12; len(list) > most {
			text = fmt.Sprintf("%d platforms, among them %s", len(list), names(n.m.Data, p.Members[:5]))
		}
		if k := len(spans); k > 0 && spans[k-1].text == text {
			spans[k-1].to = year
			continue
		}
		spans = append(spans, span{year, year, text})
	}
	for _, sp := range spans {
		n.add(s.Name, years(sp.from, sp.to), "sum of "+sp.text+".")
	}
}

// rows says which rows of one platform add up, and which combine several.
func (n *notes) rows(s *compare.Series) {
	for _, year := range n.years {
		p := s.At(year)
		if p == nil || p.Reports == nil || s.Type == compare.TypeTotal || s.Type == compare.TypeCategory {
			continue
		}
		single := s.Type == compare.TypePlatform || s.Alone
		if single && len(p.Figures) > 1 {
			var rows []string
			for _, f := range p.Figures {
				rows = append(rows, fmt.Sprintf("%q %s", Printed(f), f.Reports))
			}
			n.add(s.Name, fmt.Sprint(year), fmt.Sprintf("%d %s rows add up: %s.", len(rows), RowKind(p.Status), strings.Join(rows, " + ")))
		}
		for _, id := range p.Members {
			if text := combined(n.m.Data, id, year); text != "" {
				n.add(s.Name, fmt.Sprint(year), fmt.Sprintf("the row of %s %s.", Plain(platformName(n.m.Data, id)), text))
			}
		}
	}
}

// blanks says of a blank that it is not zero where a reader could think so.
func (n *notes) blanks(s *compare.Series) {
	for _, year := range n.years {
		if p := s.At(year); p != nil && p.Missing == pipeline.InsideRow {
			n.add(s.Name, fmt.Sprint(year), "no row of its own; "+inside(n.m.Data, p.Inside, year)+".")
		}
	}
}

// between says what bears on a change.
func (n *notes) between(s *compare.Series, pair [2]int, measures []pipeline.Measure) {
	for _, measure := range measures {
		b := n.m.Between(s, pair[0], pair[1], measure)
		for _, r := range b.Reasons {
			if r.Code == compare.BecauseSecondary || r.Code == compare.BecauseSmallBase {
				continue // the note on the year's source and the mark say it
			}
			verdict := "with care: "
			if r.Verdict == compare.No {
				verdict = "not comparable: "
			}
			if len(measures) > 1 && measure == pipeline.MeasureReports && b.Verdict != compare.No && r.Verdict == compare.No {
				verdict = ""
			}
			n.add(s.Name, fmt.Sprintf("%d to %d", b.From.Year, b.To.Year), verdict+reason(r))
		}
		if measure == pipeline.MeasureReports && b.Verdict == compare.No {
			if text := LikeForLike(b); text != "" {
				n.add("", "", text)
			}
		}
	}
}

// source says where a year comes from.
func (n *notes) source(year int) {
	ed := n.m.Data.Edition(year)
	switch {
	case ed == nil:
		n.add("", fmt.Sprint(year), "no edition.")
	case ed.Status == pipeline.Verified && !ed.TotalAccepted:
		n.add("", fmt.Sprint(year), "verified: read from NCMEC's tables, whose rows sum to their printed totals. Volume measures detection and reporting, not prevalence.")
	case ed.Partial():
		text := fmt.Sprintf("the source lists %s of the year's reports. %s", pipeline.PercentText(ed.Coverage()), ed.Source)
		if a := ed.Document.Address(); a != "" && !strings.Contains(ed.Source, a) {
			text += ": " + a
		}
		n.add("", fmt.Sprint(year), text)
		if ed.Note != "" {
			n.add("", "", ed.Note)
		}
	default:
		for _, text := range editionNotes(*ed) {
			n.add("", "", text)
		}
	}
}

func years(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// Absence says why a series has no figure in a year.
func Absence(m *compare.Model, s *compare.Series, p *compare.Point) string {
	switch p.Missing {
	case pipeline.InsideRow:
		text := fmt.Sprintf("%s has no row of its own in %d: it is %s", s.Name, p.Year, inside(m.Data, p.Inside, p.Year))
		if row := m.Platform(p.Inside); row != nil && row.At(p.Year).Reports != nil {
			text += fmt.Sprintf(" (%s reports together)", row.At(p.Year).Reports)
		}
		return text + "."
	case pipeline.NotCovered:
		return fmt.Sprintf("The only source of %d is partial and does not list %s: that says nothing on how much it reported.", p.Year, s.Name)
	case pipeline.NoRow:
		return fmt.Sprintf("The table of %d has no row for %s: it reported nothing, or is inside another row. That is not zero.", p.Year, s.Name)
	}
	return s.Name + ": " + m.WhyBlank(p)
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

// Plain returns the name of a platform without the addition that its row
// combines several.
func Plain(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, " (combined row)"), " (one row)")
}

// combined says what the row of a platform holds that combines several in a
// year, as the rest of a sentence; "" where the row is that of one platform.
func combined(ds *pipeline.Dataset, platform string, year int) string {
	star, members := false, []string(nil)
	for _, f := range ds.Figures {
		star = star || f.Platform == platform && f.Year == year && f.Combined
	}
	for _, c := range ds.Combined {
		if c.Platform == platform && c.Year == year {
			members = c.Members
		}
	}
	switch {
	case star && members != nil:
		return "combines related platforms, likely with " + names(ds, members) + " (NCMEC does not print the members)"
	case star:
		return "combines related platforms"
	case members != nil:
		return "is one row for " + names(ds, members) + ", as its printed name says"
	}
	return ""
}

// inside says in which combined row a platform without a row of its own is, as
// the rest of a sentence. Where the row bears no star, its printed name says so
// itself.
func inside(ds *pipeline.Dataset, row string, year int) string {
	for _, f := range ds.Figures {
		if f.Platform == row && f.Year == year && !f.Combined {
			return fmt.Sprintf("inside the row %q", f.Name)
		}
	}
	return "likely inside the combined row of " + Plain(platformName(ds, row))
}

func platformName(ds *pipeline.Dataset, id string) string {
	if p := ds.Platform(id); p != nil {
		return p.Name
	}
	return id
}

// names lists platforms by name: "A, B and C".
func names(ds *pipeline.Dataset, ids []string) string {
	var list []string
	for _, id := range ids {
		list = append(list, platformName(ds, id))
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
