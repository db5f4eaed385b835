package text

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// markBreak comes before a value that does not compare with the one to its left.
const markBreak = "┆"

// A cell is a mark, a right-aligned text, and marks behind it.
type cell struct{ before, text, behind string }

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

// before returns the year that the change of a shown year is against: the year
// to its left, or the calendar year before the first.
func (v *Comparison) before(year int) int {
	if i := slices.Index(v.Years, year); i > 0 {
		return v.Years[i-1]
	}
	return year - 1
}

// Text has the comparison for a terminal: numbers aligned by their last digit,
// bars, and below them what a reader must know.
func (v *Comparison) Text(style Style) string {
	labels, sparks := []string{""}, []string{""}
	for _, s := range v.Series {
		for n, m := range v.Metrics {
			label := s.Name
			if n > 0 {
				label = "  " + m
			}
			labels, sparks = append(labels, label), append(sparks, v.spark(s, m))
		}
	}
	var years [][]cell
	for _, y := range v.Years {
		column := []cell{{text: fmt.Sprint(y), behind: brackets(v.yearMarks(y))}}
		for _, s := range v.Series {
			for n, m := range v.Metrics {
				column = append(column, v.cell(s, y, m, n == 0))
			}
		}
		years = append(years, column)
	}
	largest := ""
	if v.Largest > 0 {
		largest = fmt.Sprintf(", the %d largest of %d", len(v.Series), v.Largest)
	}
	title := fmt.Sprintf("Reports to NCMEC's CyberTipline by calendar year%s. Unit: reports, not images, not children.", largest)
	table := setTable(labels, years, sparks, style.Terminal)
	text := style.Wrap(title, "", "") + "\n" + table + legend(table)
	if !v.Brief {
		text += style.list(v.notes())
	}
	return text
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
	return v.Model.Between(s, v.before(year), year, measure)
}

// cell shows a metric of a series in a year; first is that of the series' first line.
func (v *Comparison) cell(s *compare.Series, year int, metric string, first bool) (c cell) {
	p := s.At(year)
	b := v.between(s, year, metric)
	if b.Verdict == compare.No && (year > v.Years[0] || metric == "change") {
		c.before = markBreak
	}
	c.text, _ = value(p, metric)
	switch {
	case p.Reports == nil && first:
		c.text = blankWords[p.Missing]
	case p.Reports == nil:
	case metric == "change":
		c.text = changeText(b)
	case metric == "reports":
		// What is of the whole year is in its head, what is of a change at the change.
		c.behind = brackets(pipeline.Flags(strings.Map(func(mark rune) rune {
			if strings.ContainsRune(string(v.yearMarks(year))+"bo", mark) {
				return -1
			}
			return mark
		}, string(p.Marks))))
		if p.AtLeast {
			c.text = "≥" + c.text
		}
	}
	return c
}

// value is a metric of a point for people, and how high its bar is: the best
// rank is highest, a change has no bar.
func value(p *compare.Point, metric string) (text string, height float64) {
	switch {
	case metric == "reports" && p.Reports != nil:
		return p.Reports.String(), float64(*p.Reports)
	case metric == "share" && p.Share != nil:
		return pipeline.PercentText(*p.Share), *p.Share
	case metric == "rank" && p.Rank > 0:
		return fmt.Sprint(p.Rank), 1 / float64(p.Rank)
	}
	return "", 0
}

// blankWords say why there is no value.
var blankWords = map[pipeline.Missing]string{
	pipeline.NoRow: "no row", pipeline.InsideRow: "in a row [c]", pipeline.NotCovered: "not listed", pipeline.NoEdition: "no edition", pipeline.NotInRollUp: "[z]",
}

// changeText writes a change in percent, or in reports where a percentage is not
// meaningful, or the mark of the reason why there is none.
func changeText(b compare.Between) string {
	switch {
	case b.Verdict == compare.No:
		return cmp.Or(marksOf(b), "[b]")
	case b.Change == nil:
		return ""
	case b.Change.Percent == nil || b.OnSmallBase():
		return signed(*b.Change.Reports)
	}
	return pipeline.ChangeText(*b.Change.Percent)
}

// marksOf says why two years do not compare.
func marksOf(b compare.Between) string {
	var marks pipeline.Flags
	for _, r := range b.Reasons {
		if r.Verdict == compare.No && r.Mark != 0 {
			marks = marks.With(r.Mark)
		}
	}
	return brackets(marks)
}

func signed(n pipeline.Count) string {
	if n > 0 {
		return "+" + n.String()
	}
	return n.String()
}

// setTable sets labels, columns of years and bars side by side. It cuts a table
// that is wider than the terminal into parts of years, so that no line wraps.
// The bars, which are of all years, go with the last part if they fit.
func setTable(labels []string, years [][]cell, sparks []string, terminal int) string {
	fits := func(line, more string) bool { return terminal == 0 || columns(line)+columns(more) <= terminal }
	labels, sparks = setWidth(labels, pad), setWidth(sparks, pad)
	var b strings.Builder
	for from := 0; from < len(years); {
		rows, to := slices.Clone(labels), from
		for ; to < len(years); to++ {
			set := setColumn(years[to])
			if to > from && !fits(rows[0], set[0]) {
				break
			}
			for i := range rows {
				rows[i] += set[i]
			}
		}
		bars := to == len(years) && fits(rows[0], "   "+sparks[0])
		for i, row := range rows {
			if bars {
				row += "   " + sparks[i]
			}
			b.WriteString(strings.TrimRight(row, " ") + "\n")
		}
		b.WriteString("\n")
		from = to
	}
	return b.String()
}

// setColumn sets the cells of a year to one width, their numbers above each other.
func setColumn(cells []cell) []string {
	var texts, behinds []string
	for _, c := range cells {
		texts, behinds = append(texts, c.text), append(behinds, c.behind)
	}
	texts, behinds = setWidth(texts, padLeft), setWidth(behinds, pad)
	for i, c := range cells {
		texts[i] = " " + pad(c.before, 1) + texts[i] + behinds[i]
	}
	return texts
}

// spark draws a metric of a series, scaled to its own largest value: blank where
// there is none, with the break mark where two years do not compare.
func (v *Comparison) spark(s *compare.Series, metric string) string {
	if len(v.Years) < 2 {
		return "" // every line would have the same bar
	}
	largest := math.SmallestNonzeroFloat64
	for _, y := range v.Years {
		_, h := value(s.At(y), metric)
		largest = max(largest, h)
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	line := ""
	for k, y := range v.Years {
		if k > 0 && v.between(s, y, metric).Verdict == compare.No {
			line += markBreak
		}
		bar := ' '
		if text, h := value(s.At(y), metric); text != "" {
			bar = bars[int(math.Round(h/largest*float64(len(bars)-1)))]
		}
		line += string(bar)
	}
	if strings.Trim(line, " "+markBreak) == "" {
		return ""
	}
	return line
}

var bracketed = regexp.MustCompile(`\[[a-z ]+\]`)

// legend explains the marks that a table has.
func legend(table string) string {
	legend := ""
	explain := func(there bool, mark, meaning string) {
		if there {
			legend += fmt.Sprintf("%-4s %s\n", mark, meaning)
		}
	}
	explain(strings.Contains(table, markBreak), markBreak, "not comparable with the value to its left")
	marks := strings.Join(bracketed.FindAllString(table, -1), "")
	for _, m := range pipeline.FlagMeanings {
		explain(strings.ContainsRune(marks, m.Flag), "["+string(m.Flag)+"]", m.Meaning)
	}
	explain(strings.Contains(table, "≥"), "≥:", "at least: the source does not list every platform of it")
	explain(strings.Contains(table, "no row"), "no row:", "not zero: nothing reported, or in another row")
	explain(strings.Contains(table, "not listed"), "not listed:", "by the year's partial source: not zero, and no fall")
	if legend != "" {
		legend += "\n"
	}
	return legend
}

// notes returns what a reader of the shown values must know.
func (v *Comparison) notes() []string {
	var pairs [][2]int
	for i, y := range v.Years {
		if i > 0 || slices.Contains(v.Metrics, "change") {
			pairs = append(pairs, [2]int{v.before(y), y})
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
