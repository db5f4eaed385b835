package claim

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// Unit is the caveat that goes with every figure.
const Unit = "The unit is reports, not images, not files, not children: one report can hold many files, and one file can be reported many times."

// Caveats returns what has to be said along with a figure.
func Caveats(ds *pipeline.Dataset, s *pipeline.Series, pt pipeline.Point) []string {
	list := []string{Unit}
	for _, i := range pt.Figures {
		if text := Combined(ds, ds.Figures[i].Platform, pt.Year); text != "" && ds.Figures[i].Flags.Has(pipeline.FlagCombined) {
			list = append(list, fmt.Sprintf("The row %q of %d %s.", Printed(ds.Figures[i]), pt.Year, text))
		}
	}
	if ed := ds.Edition(pt.Year); ed != nil && ed.Partial() {
		text := fmt.Sprintf("The figure of %d is a third party's transcription, not read from NCMEC's document", pt.Year)
		if c := ed.Coverage(); c > 0 {
			text += fmt.Sprintf("; it covers %.1f%% of the reports of the year", 100*c)
		}
		list = append(list, text+".")
		if text := HandError(*ed); text != "" {
			list = append(list, text)
		}
	}
	if pt.Status == pipeline.Published {
		list = append(list, fmt.Sprintf("The table of %d did not pass every check: its figures are as read, not verified.", pt.Year))
	}
	if pt.Flags.Has(pipeline.FlagMissing) {
		list = append(list, fmt.Sprintf("The source of %d does not list every platform of %s: the sum is at least this.", pt.Year, s.Name))
	}
	if words := Membership(ds, s, pt); words != "" {
		list = append(list, fmt.Sprintf("Caveat against %d: the members of %s changed. %s", pt.Year-1, s.Name, words))
	}
	for _, b := range pt.Breaks {
		br := ds.Breaks[b]
		text := BreakText(ds, s, br)
		switch {
		case br.Forbids == pipeline.ForbidsNothing:
			list = append(list, text)
		case pt.Broken:
			list = append(list, fmt.Sprintf("Not comparable with %d: %s", pt.Year-1, text))
		default:
			list = append(list, fmt.Sprintf("Caveat against %d: %s", pt.Year-1, text))
		}
	}
	return list
}

// BreakText describes a break that concerns a series. In a company's sum the
// break of a member names the member, unless its own words do.
func BreakText(ds *pipeline.Dataset, s *pipeline.Series, b pipeline.Break) string {
	p := ds.Platform(b.Who)
	if p == nil || b.Who == s.ID || strings.Contains(b.Description, Plain(p.Name)) {
		return b.Description
	}
	return Plain(p.Name) + ": " + b.Description
}

// HandError says how exact a secondary edition's transcription has been in
// years whose documents are held, "" where nobody has looked.
func HandError(ed pipeline.Edition) string {
	return ed.Note
}

// Printed returns the name of a row as it stands in the table, with the star
// of a combined row. For a secondary figure it is the third party's label.
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

// Combined says what the row of a platform holds that combines several in a
// year, as the rest of a sentence; "" where the row is that of one platform.
func Combined(ds *pipeline.Dataset, platform string, year int) string {
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

// Inside says in which combined row a platform without a row of its own is, as
// the rest of a sentence: "likely inside the combined row of Facebook". Where
// the row bears no star, its printed name says so itself.
func Inside(ds *pipeline.Dataset, row string, year int) string {
	for _, f := range ds.Figures {
		if f.Platform == row && f.Year == year && !f.Combined {
			return fmt.Sprintf("inside the row %q", f.Name)
		}
	}
	return "likely inside the combined row of " + Plain(platformName(ds, row))
}

// Plain returns the name of a platform without the addition that its row
// combines several.
func Plain(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, " (combined row)"), " (one row)")
}

// Membership says which platforms came to a company or left it since the year
// before, "" where none did or there is no sum to compare with.
func Membership(ds *pipeline.Dataset, s *pipeline.Series, pt pipeline.Point) string {
	i := slices.IndexFunc(s.Points, func(p pipeline.Point) bool { return p.Year == pt.Year })
	if i < 1 || s.Points[i-1].Reports == nil {
		return ""
	}
	var list []string
	if len(pt.Joined) > 0 && pt.Reports != nil {
		list = append(list, fmt.Sprintf("From %d on %s %s to %s too.", pt.Year, names(ds, pt.Joined), belong(pt.Joined), s.Name))
	}
	var owners []string
	left := map[string][]string{} // by the company they went to
	for _, p := range pt.Left {
		owner := ""
		if o := ds.Owner(p, pt.Year); o != nil {
			owner = o.Name
		}
		if owner == platformName(ds, p) {
			list = append(list, fmt.Sprintf("%s is independent from %d on.", owner, pt.Year))
			continue
		}
		if left[owner] == nil {
			owners = append(owners, owner)
		}
		left[owner] = append(left[owner], p)
	}
	for _, o := range owners {
		text := fmt.Sprintf("From %d on %s %s to %s.", pt.Year, names(ds, left[o]), belong(left[o]), o)
		if o == "" {
			text = fmt.Sprintf("From %d on %s no longer %s to %s; no source names another owner.", pt.Year, names(ds, left[o]), belong(left[o]), s.Name)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

func belong(platforms []string) string {
	if len(platforms) == 1 {
		return "belongs"
	}
	return "belong"
}

// Absence says why a series has no figure in a year.
func Absence(ds *pipeline.Dataset, s *pipeline.Series, pt pipeline.Point) string {
	switch pt.Missing {
	case pipeline.InsideRow:
		text := fmt.Sprintf("%s has no row of its own in %d: it is %s", s.Name, pt.Year, Inside(ds, pt.Inside, pt.Year))
		if v := value(&ds.ByPlatform, pt.Inside, pt.Year); v != nil {
			text += fmt.Sprintf(" (%s reports together)", v)
		}
		return text + "."
	case pipeline.NotCovered:
		return fmt.Sprintf("The only source of %d is partial and does not list %s: that says nothing on how much it reported.", pt.Year, s.Name)
	case pipeline.NoEdition:
		return fmt.Sprintf("No table of %d is held.", pt.Year)
	case pipeline.NotInRollUp:
		return fmt.Sprintf("%s owned no listed platform on 31 December %d.", s.Name, pt.Year)
	}
	return fmt.Sprintf("The table of %d has no row for %s: it reported nothing, or is inside another row. That is not zero.", pt.Year, s.Name)
}

func names(ds *pipeline.Dataset, ids []string) string {
	s := ""
	for i, id := range ids {
		switch {
		case i > 0 && i == len(ids)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += platformName(ds, id)
	}
	return s
}
