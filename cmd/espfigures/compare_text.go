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
