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

// line is a line of a table: a label, a cell for each year, and bars.
type line struct {
	label string
	cells []cell
	bars  string
}

// cell is a mark, a right-aligned text, marks behind it, and how high its bar
// is: 0 for none.
type cell struct {
	before, text, behind string
	height               float64
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
	var head line
	for _, y := range v.Years {
		head.cells = append(head.cells, cell{text: fmt.Sprint(y), behind: brackets(v.yearMarks(y))})
	}
	lines := []line{head}
	for _, s := range v.Series {
		for n, m := range v.Metrics {
			lines = append(lines, v.line(s, m, n == 0))
		}
	}
	largest := ""
	if v.Largest > 0 {
		largest = fmt.Sprintf(", the %d largest of %d", len(v.Series), v.Largest)
	}
	title := fmt.Sprintf("Reports to NCMEC's CyberTipline by calendar year%s. Unit: reports, not images, not children.", largest)
	table := setTable(lines, style.Terminal)
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

// line shows a metric of a series. Its bars are scaled to its own largest value:
// blank where there is none, with the break mark where two years do not compare.
func (v *Comparison) line(s *compare.Series, metric string, first bool) line {
	l := line{label: s.Name}
	if !first {
		l.label = "  " + metric
	}
	largest := 0.0
	for _, y := range v.Years {
		c := v.cell(s, y, metric, first)
		l.cells, largest = append(l.cells, c), max(largest, c.height)
	}
	if len(v.Years) < 2 || largest == 0 {
		return l // every line would have the same bar
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	for i, c := range l.cells {
		if i > 0 {
			l.bars += c.before
		}
		bar := ' '
		if c.height > 0 {
			bar = bars[int(math.Round(c.height/largest*float64(len(bars)-1)))]
		}
		l.bars += string(bar)
	}
	return l
}

// cell shows a metric of a series in a year; first is that of the series' first
// line. The best rank has the highest bar, a change none.
func (v *Comparison) cell(s *compare.Series, year int, metric string, first bool) (c cell) {
	p, measure := s.At(year), pipeline.MeasureReports
	if metric == "share" || metric == "rank" {
		measure = pipeline.Measure(metric)
	}
	b := v.Model.Between(s, v.before(year), year, measure)
	if b.Verdict == compare.No && (year > v.Years[0] || metric == "change") {
		c.before = markBreak
	}
	switch {
	case p.Reports == nil && first:
		c.text = blankWords[p.Missing]
	case p.Reports == nil:
	case metric == "change":
		c.text = changeText(b)
	case metric == "share" && p.Share != nil:
		c.text, c.height = pipeline.PercentText(*p.Share), *p.Share
	case metric == "rank" && p.Rank > 0:
		c.text, c.height = fmt.Sprint(p.Rank), 1/float64(p.Rank)
	case metric == "reports":
		c.text, c.height = p.Reports.String(), max(0.5, float64(*p.Reports))
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

// setTable sets lines below each other. It cuts a table that is wider than the
// terminal into parts of years, so that no line wraps. The bars, which are of all
// years, go with the last part if they fit.
func setTable(lines []line, terminal int) string {
	fits := func(line, more string) bool { return terminal == 0 || columns(line)+columns(more) <= terminal }
	labels := column(lines, pad, func(l line) string { return l.label })
	bars := column(lines, pad, func(l line) string { return l.bars })
	var b strings.Builder
	for from := 0; from < len(lines[0].cells); {
		rows, to := slices.Clone(labels), from
		for ; to < len(lines[0].cells); to++ {
			texts := column(lines, padLeft, func(l line) string { return l.cells[to].text })
			behinds := column(lines, pad, func(l line) string { return l.cells[to].behind })
			if to > from && !fits(rows[0], "  "+texts[0]+behinds[0]) {
				break
			}
			for i, l := range lines {
				rows[i] += " " + pad(l.cells[to].before, 1) + texts[i] + behinds[i]
			}
		}
		last := to == len(lines[0].cells) && fits(rows[0], "   "+bars[0])
		for i, row := range rows {
			if last {
				row += "   " + bars[i]
			}
			b.WriteString(strings.TrimRight(row, " ") + "\n")
		}
		b.WriteString("\n")
		from = to
	}
	return b.String()
}

// column sets a text of each line to the width of the widest.
func column(lines []line, set func(s string, n int) string, of func(l line) string) (texts []string) {
	widest := 0
	for _, l := range lines {
		widest = max(widest, columns(of(l)))
	}
	for _, l := range lines {
		texts = append(texts, set(of(l), widest))
	}
	return texts
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
	list := explain.Notes(v.Model, v.Series, v.Years, pairs, measures)
	if len(v.Notes) == 0 && slices.Contains(v.Metrics, "rank") {
		list = append(list, "Ranks are among all reporters of the year, of every kind; 1 made the most reports.")
	}
	return append(list, v.Notes...)
}
