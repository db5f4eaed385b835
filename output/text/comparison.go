package text

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// markBreak comes before a value that does not compare with the one to its left.
const markBreak = "┆"

// A cell is a mark, a right-aligned text and marks behind it.
type cell struct{ before, text, behind string }

// line is one line of the table of compare.
type line struct {
	label string
	cells []cell
	spark string
}

// Comparison is series across years, as a terminal shows them.
type Comparison struct {
	Model   *compare.Model
	Series  []*compare.Series
	Years   []int
	Metrics []string // of Metrics; one line each
	Brief   bool     // no notes
	Largest int      // the year whose largest are shown; 0 where they were named
	Notes   []string // what is left out, and why
}

// Metrics are what a line can show, in the order the help lists them.
var Metrics = []string{"reports", "change", "share", "rank"}

// Before returns the year that the change of a shown year is against: the year
// to its left, or the calendar year before the first.
func (v *Comparison) Before(year int) int {
	if i := slices.Index(v.Years, year); i > 0 {
		return v.Years[i-1]
	}
	return year - 1
}

// Write writes the comparison: numbers aligned by their last digit, bars, and
// below them what a reader must know.
func (v *Comparison) Write(w io.Writer, style Style) error {
	var b strings.Builder
	b.WriteString(v.title(style) + "\n\n")
	head := line{}
	for _, y := range v.Years {
		head.cells = append(head.cells, cell{text: fmt.Sprint(y), behind: brackets(v.yearMarks(y))})
	}
	lines := []line{head}
	for _, s := range v.Series {
		for n, m := range v.Metrics {
			l := line{label: s.Name, spark: v.spark(s, m)}
			if n > 0 {
				l.label = "  " + m
			}
			for _, y := range v.Years {
				l.cells = append(l.cells, v.cell(s, y, m, n == 0))
			}
			lines = append(lines, l)
		}
	}
	v.writeLines(&b, lines, style.Terminal)
	v.legend(&b, lines)
	if !v.Brief {
		for _, n := range v.notes() {
			b.WriteString(style.Wrap(n, "- ", "  "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *Comparison) title(style Style) string {
	largest := ""
	switch {
	case v.Largest > 0 && len(v.Series) == 1:
		largest = fmt.Sprintf(", the largest of %d", v.Largest)
	case v.Largest > 0:
		largest = fmt.Sprintf(", the %d largest of %d", len(v.Series), v.Largest)
	}
	title := fmt.Sprintf("Reports to NCMEC's CyberTipline by calendar year%s. Unit: reports, not images, not children.", largest)
	if style.Terminal > 0 && columns(title) > style.Line {
		return strings.TrimSuffix(style.Wrap(title, "", ""), "\n")
	}
	return title
}

// yearMarks are the marks of every figure of a year.
func (v *Comparison) yearMarks(year int) pipeline.Flags {
	ed := v.Model.Data.Edition(year)
	switch {
	case ed == nil:
		return pipeline.Flags("").With(pipeline.FlagMissing)
	case ed.Partial():
		return pipeline.Flags("").With(pipeline.FlagPartial, pipeline.FlagSecondary)
	case ed.Status == pipeline.Checked:
		return pipeline.Flags("").With(pipeline.FlagByHand)
	}
	return ""
}

func brackets(marks pipeline.Flags) string {
	if marks == "" {
		return ""
	}
	return "[" + marks.String() + "]"
}

// between compares a year with the one before it by the measure of a metric.
func (v *Comparison) between(s *compare.Series, year int, metric string) compare.Between {
	measure := pipeline.MeasureReports
	if metric == "share" || metric == "rank" {
		measure = pipeline.Measure(metric)
	}
	return v.Model.Between(s, v.Before(year), year, measure)
}

// cell shows a metric of a series in a year.
func (v *Comparison) cell(s *compare.Series, year int, metric string, first bool) cell {
	p := s.At(year)
	b := v.between(s, year, metric)
	c := cell{text: v.text(p, b, metric)}
	if b.Verdict == compare.No && (year > v.Years[0] || metric == "change") {
		c.before = markBreak
	}
	if p.Reports == nil && first {
		c.text = blankWords[p.Missing]
	}
	if metric == "reports" && p.Reports != nil {
		marks := p.Marks
		for _, m := range string(v.yearMarks(year)) + "bo" {
			marks = pipeline.Flags(strings.ReplaceAll(string(marks), string(m), ""))
		}
		c.behind = brackets(marks)
		if p.AtLeast {
			c.text = "≥" + c.text
		}
	}
	return c
}

// blankWords say why there is no value.
var blankWords = map[pipeline.Missing]string{
	pipeline.NoRow: "no row", pipeline.InsideRow: "in a row [c]", pipeline.NotCovered: "not listed", pipeline.NoEdition: "no edition", pipeline.NotInRollUp: "[z]",
}

// text writes a metric of a point for people.
func (v *Comparison) text(p *compare.Point, b compare.Between, metric string) string {
	switch {
	case metric == "reports" && p.Reports != nil:
		return p.Reports.String()
	case metric == "share" && p.Share != nil:
		return pipeline.PercentText(*p.Share)
	case metric == "rank" && p.Rank > 0:
		return fmt.Sprint(p.Rank)
	case metric == "change":
		return changeText(b)
	}
	return ""
}

// changeText writes a change in percent, or in reports where a percentage is not
// meaningful, or the mark of the reason why there is none.
func changeText(b compare.Between) string {
	switch {
	case b.Verdict == compare.No:
		for _, r := range b.Reasons {
			if r.Verdict == compare.No && r.Mark != 0 {
				return brackets(pipeline.Flags(string(r.Mark)))
			}
		}
		return "[b]"
	case b.Change == nil || b.Change.Reports == nil:
		return ""
	case b.Change.Percent == nil || b.OnSmallBase():
		return signed(*b.Change.Reports)
	}
	return pipeline.ChangeText(*b.Change.Percent)
}

func signed(n pipeline.Count) string {
	if n > 0 {
		return "+" + n.String()
	}
	return n.String()
}

// writeLines writes the table, cut into parts of years where it is wider than
// the terminal, so that no line wraps. The bars, which are of all years, go with
// the last part if they fit.
func (v *Comparison) writeLines(b *strings.Builder, lines []line, terminal int) {
	label, sparks := 0, 0
	years := len(v.Years)
	before, texts, behind := make([]int, years), make([]int, years), make([]int, years)
	for _, l := range lines {
		label, sparks = max(label, columns(l.label)), max(sparks, columns(l.spark))
		for i, c := range l.cells {
			before[i], texts[i], behind[i] = max(before[i], 1), max(texts[i], columns(c.text)), max(behind[i], columns(c.behind))
		}
	}
	wide := func(i int) int { return 2 + texts[i] + behind[i] }
	for from := 0; from < years; {
		to, used := from+1, label+wide(from)
		for to < years && (terminal == 0 || used+wide(to) <= terminal) {
			used += wide(to)
			to++
		}
		for _, l := range lines {
			text := pad(l.label, label)
			for i := from; i < to; i++ {
				c := l.cells[i]
				text += " " + pad(c.before, 1) + padLeft(c.text, texts[i]) + pad(c.behind, behind[i])
			}
			if to == years && l.spark != "" && (terminal == 0 || used+3+sparks <= terminal) {
				text += "   " + l.spark
			}
			b.WriteString(strings.TrimRight(text, " ") + "\n")
		}
		b.WriteString("\n")
		from = to
	}
}

// spark draws a metric of a series, scaled to its own largest value: blank where
// there is none, with the break mark where two years do not compare. The best
// rank is highest. Changes, which go both ways, have no bars.
func (v *Comparison) spark(s *compare.Series, metric string) string {
	if len(v.Years) < 2 {
		return "" // every line would have the same bar
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	worst := 0
	for _, y := range v.Years {
		worst = max(worst, s.At(y).Rank)
	}
	height := func(p *compare.Point) (h float64, ok bool) {
		switch {
		case metric == "rank" && p.Rank > 0:
			return float64(worst - p.Rank + 1), true
		case metric == "share" && p.Share != nil:
			return *p.Share, true
		case metric == "reports" && p.Reports != nil:
			return float64(*p.Reports), true
		}
		return 0, false
	}
	largest := 0.0
	for _, y := range v.Years {
		h, _ := height(s.At(y))
		largest = max(largest, h)
	}
	var b strings.Builder
	for k, y := range v.Years {
		if k > 0 && v.between(s, y, metric).Verdict == compare.No {
			b.WriteString(markBreak)
		}
		switch h, ok := height(s.At(y)); {
		case !ok:
			b.WriteString(" ")
		case largest == 0:
			b.WriteRune(bars[0])
		default:
			b.WriteRune(bars[int(math.Round(h/largest*float64(len(bars)-1)))])
		}
	}
	if strings.Trim(b.String(), " "+markBreak) == "" {
		return ""
	}
	return b.String()
}

// legend explains the marks that the table has.
func (v *Comparison) legend(b *strings.Builder, lines []line) {
	var all strings.Builder
	for _, l := range lines {
		for _, c := range l.cells {
			all.WriteString(c.before + " " + c.text + " " + c.behind + "\n")
		}
	}
	shown := all.String()
	marks := map[rune]bool{}
	for _, part := range strings.Split(shown, "[")[1:] {
		inside, _, _ := strings.Cut(part, "]")
		for _, r := range inside {
			marks[r] = true
		}
	}
	legend := ""
	explain := func(mark, meaning string) { legend += fmt.Sprintf("%-4s %s\n", mark, meaning) }
	if strings.Contains(shown, markBreak) {
		explain(markBreak, "not comparable with the value to its left")
	}
	for _, m := range pipeline.FlagMeanings {
		if marks[m.Flag] {
			explain("["+string(m.Flag)+"]", m.Meaning)
		}
	}
	for _, x := range [][2]string{{"≥", "at least: the source does not list every platform of it"}, {"no row", "not zero: nothing reported, or in another row"}, {"not listed", "by the year's partial source: not zero, and no fall"}} {
		if strings.Contains(shown, x[0]) {
			explain(x[0]+":", x[1])
		}
	}
	if legend != "" {
		b.WriteString(legend + "\n")
	}
}

// notes returns what a reader of the shown values must know.
func (v *Comparison) notes() []string {
	var pairs [][2]int
	for i, y := range v.Years {
		if i > 0 || slices.Contains(v.Metrics, "change") {
			pairs = append(pairs, [2]int{v.Before(y), y})
		}
	}
	measures := []pipeline.Measure{pipeline.MeasureReports}
	for _, m := range []pipeline.Measure{pipeline.MeasureShare, pipeline.MeasureRank} {
		if slices.Contains(v.Metrics, string(m)) {
			measures = append(measures, m)
		}
	}
	var list []string
	for _, n := range explain.Notes(v.Model, v.Series, v.Years, pairs, measures) {
		list = append(list, n.String())
	}
	if len(v.Notes) == 0 && slices.Contains(v.Metrics, "rank") {
		list = append(list, "Ranks are among all reporters of the year, of every kind; 1 made the most reports.")
	}
	return append(list, v.Notes...)
}
