package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
)

// many is the number of series above which notes keep to what is forbidden.
const many = 12

// notes returns what a reader of the shown figures must know.
func (v *view) notes() []string {
	var list []string
	say := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	for _, s := range v.series {
		if v.company && !s.Alone {
			v.memberNotes(s, say)
		}
		if len(v.series) <= many {
			v.scopeNotes(s, say)
		}
		for k, i := range v.years {
			pt := s.Points[i]
			if pt.Reports == nil {
				continue
			}
			ownRows := !v.company || s.Alone
			if ownRows {
				v.rowNotes(s, pt, say)
			}
			for _, b := range pt.Breaks {
				br := v.ds.Breaks[b]
				switch {
				case ownRows && v.saysRows(br, pt):
					// rowNotes has said it.
				case v.broken(pt) && br.Forbids != pipeline.ForbidsNothing:
					say("%s %d to %d, break: %s", s.Name, pt.Year-1, pt.Year, claim.BreakText(v.ds, s, br))
				case len(v.series) <= many && br.Who != pipeline.Everybody:
					say("%s %s: %s", s.Name, stretch(br), claim.BreakText(v.ds, s, br))
				}
			}
			if k > 0 && !pt.Broken && pt.Change == nil && s.Points[i-1].Reports != nil {
				say("%s %d to %d: no change is given, since a source does not list platforms of it that may hold a hundredth or more of its reports.", s.Name, pt.Year-1, pt.Year)
			}
		}
	}
	for _, i := range v.years {
		for _, b := range v.ds.Breaks {
			if year := v.comparison().Years[i]; b.Who == pipeline.Everybody && b.Spans(year) {
				say("All, %s: %s", stretch(b), b.Description)
			}
		}
	}
	v.rankNotes(say)
	v.sourceNotes(say)
	return list
}

// rankNotes says what is left out, and among whom the ranks are.
func (v *view) rankNotes(say func(string, ...any)) {
	if len(v.leftOut) > 0 {
		say("Left out, as asked: reporters of the kind %s. Shares are still of all reports, and ranks among all reporters; a company of which a part is left out has no rank.", strings.Join(v.leftOut, ", "))
	} else if slices.Contains(v.metrics, "rank") {
		say("Ranks are among all reporters of the year, of every kind; 1 made the most reports.")
	}
}

func stretch(b pipeline.Break) string {
	if b.From == b.To {
		return fmt.Sprint(b.From)
	}
	return fmt.Sprintf("%d to %d", b.From, b.To)
}

// saysRows reports whether a break's description names the rows of a point
// that add up.
func (v *view) saysRows(b pipeline.Break, pt pipeline.Point) bool {
	for _, i := range pt.Figures {
		if !strings.Contains(b.Description, strconv.Quote(v.ds.Figures[i].Name)) {
			return false
		}
	}
	return len(pt.Figures) > 1 && b.From == b.To && b.Forbids == pipeline.ForbidsNothing
}

// rowNotes says which rows add up.
func (v *view) rowNotes(s *pipeline.Series, pt pipeline.Point, say func(string, ...any)) {
	if len(pt.Figures) > 1 {
		var rows []string
		for _, i := range pt.Figures {
			rows = append(rows, fmt.Sprintf("%q %s", claim.Printed(v.ds.Figures[i]), v.ds.Figures[i].Reports))
		}
		say("%s %d: %d %s rows add up: %s.", s.Name, pt.Year, len(rows), claim.RowKind(pt.Status), strings.Join(rows, " + "))
	}
}

// scopeNotes says in which years a row held more than its platform, and in
// which a platform was likely inside another's row.
func (v *view) scopeNotes(s *pipeline.Series, say func(string, ...any)) {
	byYears := func(text func(pipeline.Point) string) {
		var order []string
		years := map[string][]string{}
		for _, i := range v.years {
			if t := text(s.Points[i]); t != "" {
				if years[t] == nil {
					order = append(order, t)
				}
				years[t] = append(years[t], fmt.Sprint(s.Points[i].Year))
			}
		}
		for _, t := range order {
			say("%s %s: %s", s.Name, strings.Join(years[t], ", "), t)
		}
	}
	byYears(func(pt pipeline.Point) string {
		if pt.Missing != pipeline.InsideRow {
			return ""
		}
		return "no row of its own; " + claim.Inside(v.ds, pt.Inside, pt.Year) + "."
	})
	byYears(func(pt pipeline.Point) string {
		if v.company && !s.Alone || pt.Reports == nil {
			return ""
		}
		if text := claim.Combined(v.ds, s.ID, pt.Year); text != "" {
			return "the row " + text + "."
		}
		return ""
	})
}

// memberNotes names the platforms that a company's sum holds, years of the
// same members together.
func (v *view) memberNotes(s *pipeline.Series, say func(string, ...any)) {
	type span struct {
		from, to int
		names    string
	}
	var spans []span
	for _, i := range v.years {
		pt := s.Points[i]
		if pt.Reports == nil {
			continue
		}
		var names []string
		for _, m := range pt.Members {
			name := v.names([]string{m})
			if text := claim.Combined(v.ds, m, pt.Year); text != "" {
				name = claim.Plain(name) + ", whose row " + text
			}
			names = append(names, name)
		}
		slices.Sort(names)
		text := strings.Join(names, "; ")
		if !strings.Contains(text, ", whose row") {
			text = strings.Join(names, ", ")
		}
		if n := len(spans); n > 0 && spans[n-1].names == text && spans[n-1].to == pt.Year-1 {
			spans[n-1].to = pt.Year
			continue
		}
		spans = append(spans, span{pt.Year, pt.Year, text})
	}
	for _, p := range spans {
		years := fmt.Sprint(p.from)
		if p.to > p.from {
			years = fmt.Sprintf("%d to %d", p.from, p.to)
		}
		say("%s %s is the sum of: %s.", s.Name, years, p.names)
	}
	// What is bought or sold moves the sum without anybody reporting more or less.
	for _, i := range v.years {
		pt := s.Points[i]
		if words := claim.Membership(v.ds, s, pt); words != "" {
			say("%s %d to %d, membership changed: %s", s.Name, pt.Year-1, pt.Year, words)
		}
	}
}

func (v *view) names(ids []string) string {
	var s []string
	for _, id := range ids {
		name := id
		if p := v.ds.Platform(id); p != nil {
			name = p.Name
		}
		s = append(s, name)
	}
	return strings.Join(s, ", ")
}

// sourceNotes says where the shown years come from.
func (v *view) sourceNotes(say func(string, ...any)) {
	var verified []string
	exactness := ""
	for _, i := range v.years {
		year := v.comparison().Years[i]
		ed := v.ds.Edition(year)
		switch {
		case ed == nil:
			say("%d: no table is held.", year)
		case ed.Status == pipeline.Verified:
			verified = append(verified, fmt.Sprint(year))
		case ed.Partial():
			say("%d: the source lists %.1f%% of the year's reports. %s", year, 100*ed.Coverage(), sourceWords(*ed))
			if text := claim.HandError(*ed); text != "" {
				exactness = text
			}
		default:
			say("%d: read from NCMEC's document, which did not pass every check; not verified.", year)
		}
	}
	if exactness != "" {
		say("%s", exactness)
	}
	if len(verified) > 0 {
		say("%s: verified, read from NCMEC's tables, whose rows sum to their printed totals. Volume measures detection and reporting, not prevalence.", strings.Join(verified, ", "))
	}
}

// sourceWords says who a secondary edition is from, with its address.
func sourceWords(ed pipeline.Edition) string {
	if a := ed.Document.Address(); a != "" && !strings.Contains(ed.Source, a) {
		return ed.Source + ": " + a
	}
	return ed.Source
}
