package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"espfigures/pipeline"
	"espfigures/pipeline/claim"
)

// The marks that stand for a missing value in the terminal table.
const (
	markNoRow      = "–"
	markInside     = "(c)"
	markNotCovered = "?"
	markBreak      = "┆" // before a value that does not compare with the one to its left
	markSmall      = "n" // behind a percentage that stands on a small number
)

// lineWidth is how wide the notes are set: as wide as reads well, less on a
// narrower terminal (see fitTerminal).
var lineWidth = widest

const (
	widest    = 100
	narrowest = 40
)

// fitTerminal sets how wide text is set from the terminal it goes to, and
// returns that terminal's width, 0 where it goes elsewhere.
func fitTerminal(stdout io.Writer) int {
	lineWidth = widest
	f, ok := stdout.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 0
	}
	lineWidth = min(widest, max(narrowest, width))
	return width
}

// writeText writes the comparison for a terminal: numbers aligned by their
// last digit, a sparkline, and below it what a reader must know.
func (v *view) writeText(w io.Writer) error {
	c := v.comparison()
	what := "platform"
	if v.company {
		what = "company"
	}
	var b strings.Builder
	largest := ""
	if v.largeIn > 0 {
		largest = fmt.Sprintf(", the %d largest of %d", len(v.series), v.largeIn)
		if len(v.series) == 1 {
			largest = fmt.Sprintf(", the largest of %d", v.largeIn)
		}
	}
	title := fmt.Sprintf("Reports to NCMEC's CyberTipline by %s and calendar year%s. Unit: reports, not images, not children.", what, largest)
	if columns(title) > lineWidth && v.width > 0 {
		title = strings.TrimSuffix(wrapped(title, "", ""), "\n")
	}
	b.WriteString(title + "\n\n")

	// A column is a mark, a right-aligned text and flags.
	type cell struct{ mark, text, flags string }
	var lines [][]cell
	var labels, sparks []string
	head := []cell{}
	for _, i := range v.years {
		h := cell{text: fmt.Sprint(c.Years[i])}
		if ed := v.ds.Edition(c.Years[i]); ed != nil && ed.Partial() {
			h.flags = "s"
		}
		head = append(head, h)
	}
	lines, labels, sparks = append(lines, head), append(labels, ""), append(sparks, "")
	marks := map[string]bool{}
	for _, s := range v.series {
		for n, m := range v.metrics {
			row := []cell{}
			for _, i := range v.years {
				pt := s.Points[i]
				x := cell{text: shownAs(pt, m)}
				if v.broken(pt) {
					x.mark = markBreak
					marks[markBreak] = true
				}
				if m == "reports" {
					for _, f := range []rune{pipeline.FlagCombined, pipeline.FlagRevised, pipeline.FlagMissing} {
						if pt.Reports != nil && pt.Flags.Has(f) {
							x.flags += string(f)
							marks[string(f)] = true
						}
					}
				}
				if m == "change" && pt.OnSmallBase() {
					x.flags = markSmall
					marks[markSmall] = true
				}
				if pt.Reports == nil && n == 0 {
					x.text = missingMark(pt)
					marks[x.text] = true
				}
				row = append(row, x)
			}
			label, spark := s.Name, v.spark(s, m)
			if n > 0 {
				label = "  " + m
			}
			lines, labels, sparks = append(lines, row), append(labels, label), append(sparks, spark)
		}
	}
	labelWidth, sparkWidth := 0, 0
	for r, l := range labels {
		labelWidth, sparkWidth = max(labelWidth, columns(l)), max(sparkWidth, columns(sparks[r]))
	}
	texts, flags, wide := make([]int, len(head)), make([]int, len(head)), make([]int, len(head))
	for i := range head {
		for _, row := range lines {
			texts[i], flags[i] = max(texts[i], columns(row[i].text)), max(flags[i], len(row[i].flags))
		}
		wide[i] = 2 + texts[i] + flags[i]
	}
	for _, part := range v.parts(wide, labelWidth, sparkWidth) {
		for r, row := range lines {
			line := labels[r] + strings.Repeat(" ", labelWidth-columns(labels[r]))
			for i := part.from; i < part.to; i++ {
				x := row[i]
				mark := x.mark
				if mark == "" {
					mark = " "
				}
				line += " " + mark + strings.Repeat(" ", texts[i]-columns(x.text)) + x.text + x.flags + strings.Repeat(" ", flags[i]-len(x.flags))
			}
			if part.sparks && sparks[r] != "" {
				line += "   " + sparks[r]
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		b.WriteString("\n")
	}
	v.legend(&b, marks)
	for _, n := range v.notes() {
		b.WriteString(wrapped(n, "- ", "  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A part is the columns of a table that stand beside each other, and whether
// the bars stand behind them.
type part struct {
	from, to int
	sparks   bool
}

// parts cuts a table that is wider than the terminal into parts of years that
// stand below each other, so that no line breaks. The bars, which are of all
// years, stand behind the last.
func (v *view) parts(wide []int, labels, sparks int) []part {
	if sparks > 0 {
		sparks += 3
	}
	all := labels + sparks
	for _, w := range wide {
		all += w
	}
	if v.width == 0 || all <= v.width {
		return []part{{0, len(wide), true}}
	}
	var list []part
	for from := 0; from < len(wide); {
		to, used := from+1, labels+wide[from]
		for to < len(wide) && used+wide[to] <= v.width {
			used += wide[to]
			to++
		}
		// Bars that fit nowhere are left out.
		list = append(list, part{from, to, to == len(wide) && used+sparks <= v.width})
		from = to
	}
	return list
}

// shownAs writes a metric of a point for people.
func shownAs(pt pipeline.Point, metric string) string {
	switch metric {
	case "reports":
		if pt.Reports != nil {
			return pt.Reports.String()
		}
	case "change":
		switch {
		case pt.Percent != nil:
			return percent(*pt.Percent)
		case pt.Change != nil:
			return "from 0"
		case pt.Broken:
			return "break"
		}
	case "share":
		if pt.Share != nil {
			return share(*pt.Share)
		}
	case "rank":
		if pt.Rank > 0 {
			return fmt.Sprint(pt.Rank)
		}
	}
	return ""
}

// percent writes a change: one decimal, none from a thousand percent on, more
// where one would say that nothing changed or that nothing is left.
func percent(p float64) string {
	if math.Abs(p) >= 999.95 {
		s := pipeline.Count(math.Round(p)).String()
		if p > 0 {
			s = "+" + s
		}
		return s + "%"
	}
	const finest = 12 // decimals; one report among more than there are people
	s := ""
	for decimals := 1; decimals <= finest; decimals++ {
		s = fmt.Sprintf("%+.*f", decimals, p)
		shown, err := strconv.ParseFloat(s, 64)
		if err != nil || (shown != 0 || p == 0) && (shown != -100 || p == -100) {
			break
		}
	}
	return s + "%"
}

func share(part float64) string {
	switch p := 100 * part; {
	case p >= 10:
		return fmt.Sprintf("%.1f%%", p)
	case p >= 0.005 || p == 0:
		return fmt.Sprintf("%.2f%%", p)
	}
	return "<0.01%"
}

func missingMark(pt pipeline.Point) string {
	switch pt.Missing {
	case pipeline.NoRow:
		return markNoRow
	case pipeline.InsideRow:
		return markInside
	case pipeline.NotCovered:
		return markNotCovered
	}
	return ""
}

// broken reports whether a break before a point is in sight: its change is
// shown, or the year before it is.
func (v *view) broken(pt pipeline.Point) bool {
	first := v.comparison().Years[v.years[0]]
	return pt.Broken && (pt.Year > first || slices.Contains(v.metrics, "change"))
}

// spark draws a metric of a series, scaled to its own largest value: blank
// where there is none, with the break mark where the line may not be drawn on.
// The best rank stands highest. Changes, which go both ways, have no bars.
func (v *view) spark(s *pipeline.Series, metric string) string {
	if metric == "change" {
		return ""
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	worst := 0
	for _, i := range v.years {
		worst = max(worst, s.Points[i].Rank)
	}
	height := func(pt pipeline.Point) (h float64, ok bool) {
		switch {
		case metric == "rank" && pt.Rank > 0:
			return float64(worst - pt.Rank), true
		case metric == "share" && pt.Share != nil:
			return *pt.Share, true
		case metric == "reports" && pt.Reports != nil:
			return float64(*pt.Reports), true
		}
		return 0, false
	}
	largest := 0.0
	for _, i := range v.years {
		h, _ := height(s.Points[i])
		largest = max(largest, h)
	}
	line := ""
	for k, i := range v.years {
		pt := s.Points[i]
		if pt.Broken && k > 0 {
			line += markBreak
		}
		switch h, ok := height(pt); {
		case !ok:
			line += " "
		case metric == "rank" && largest == 0: // one rank in all years
			line += string(bars[len(bars)-1])
		case largest == 0:
			line += string(bars[0])
		default:
			line += string(bars[int(math.Round(h/largest*float64(len(bars)-1)))])
		}
	}
	if strings.Trim(line, " "+markBreak) == "" {
		return ""
	}
	return line
}

func (v *view) legend(b *strings.Builder, marks map[string]bool) {
	secondary := false
	for _, i := range v.years {
		if ed := v.ds.Edition(v.comparison().Years[i]); ed != nil && ed.Partial() {
			secondary = true
		}
	}
	for _, l := range []struct {
		mark, meaning string
		shown         bool
	}{
		{markBreak, "break: not comparable with the year before", marks[markBreak]},
		{"c", "the row combines related platforms", marks["c"]},
		{"r", "revised by NCMEC since it was first published", marks["r"]},
		{"s", "a third party's partial transcription, not read from NCMEC's document", secondary},
		{"x", "the source does not list every platform of the company: at least this", marks["x"]},
		{markSmall, "the year before has fewer than " + pipeline.SmallBase.String() + " reports: such a percentage says little", marks[markSmall]},
		{markNoRow, "no row in that year's table: not zero", marks[markNoRow]},
		{markInside, "inside a combined row", marks[markInside]},
		{markNotCovered, "not listed by the partial source: not zero, and no fall", marks[markNotCovered]},
	} {
		if l.shown {
			fmt.Fprintf(b, "%-3s  %s\n", l.mark, l.meaning)
		}
	}
	b.WriteString("\n")
}

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

// wrapped sets a paragraph in lines of lineWidth.
func wrapped(text, first, next string) string {
	var b strings.Builder
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && columns(line)+1+columns(word) > lineWidth {
			b.WriteString(line + "\n")
			line, empty = next, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	b.WriteString(line + "\n")
	return b.String()
}
