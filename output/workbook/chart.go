package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// lineColours tell eight lines apart, also for people who do not see all
// colours, at a contrast of at least 3 to 1 on white; lineMarkers do so
// without colour.
var (
	lineColours = [slots]string{"0072B2", "C44E00", "00735C", "A1338C", "333333", "8A6D00", "5D3A9B", "8C2D04"}
	lineMarkers = [slots]string{"circle", "square", "triangle", "diamond", "x", "plus", "star", "dash"}
)

const darkText = "1A1A1A"

func chartFont(size float64, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Arial", Size: size, Bold: bold, Color: darkText}
}

func chartTitle(text string, size float64, bold bool) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: text, Font: chartFont(size, bold)}}}
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// sourceLine is what stands under every chart, so that a pasted chart says
// where it is from.
func (b *Book) sourceLine() string {
	s := "Source: NCMEC, CyberTipline Reports by ESP, documents as of " + day(b.dated()) + " (espfigures)."
	if ys := b.partialYears(); len(ys) > 0 {
		s += " [p] " + yearRanges(ys) + ": partial, transcribed by a third party."
	}
	return s
}

// pixels is how many pixels excelize counts for a point of row height.
const pixels = 4 / 3.4

// frame fills what all charts have in common. The title is a text, or the cell
// that holds one; the source line is the title of the axis below.
func (b *Book) frame(c *excelize.Chart, title, name, alt string, width uint, room float64) *excelize.Chart {
	c.Dimension = excelize.ChartDimension{Width: width, Height: uint(room*pixels) - 8}
	if strings.Contains(title, "!$") {
		c.Title = excelize.ChartTitle{Formula: title, Font: chartFont(13, true)}
	} else {
		c.Title = chartTitle(title, 13, true)
	}
	if c.Legend.Position == "" {
		c.Legend.Position = "none"
	}
	c.Legend.Font = chartFont(10, false)
	c.XAxis.Font, c.YAxis.Font = *chartFont(10, false), *chartFont(10, false)
	c.Format = excelize.GraphicOptions{Name: name, AltText: alt}
	c.ShowBlanksAs = "gap"
	return c
}

// addChart adds a chart to the charts' row, so many pixels from the left. edit changes its part further; it
// may be nil.
func (b *Book) addChart(s *sheet, left int, c *excelize.Chart, edit func([]byte) []byte, combo ...*excelize.Chart) error {
	col := 0
	for ; col < len(s.cols)-1 && left >= s.pixels(col); col++ {
		left -= s.pixels(col)
	}
	c.Format.OffsetX = left
	if err := b.f.AddChart(s.name, cell(col+1, 7), c, combo...); err != nil {
		return err
	}
	b.charts++
	// Excelize takes a point of row height for fewer pixels than it has.
	b.edits[fmt.Sprintf("xl/drawings/drawing%d.xml", b.drawing(s))] = func(x []byte) []byte {
		return chartEnd.ReplaceAll(x, fmt.Appendf(nil, "${1}%d</xdr:rowOff></xdr:to>", int((s.room-8)*12700)))
	}
	b.edits[fmt.Sprintf("xl/charts/chart%d.xml", b.charts)] = func(x []byte) []byte {
		x = bytes.ReplaceAll(x, []byte(flatTitle), []byte("</title>"))
		if edit != nil {
			x = edit(x)
		}
		return x
	}
	return nil
}

var chartEnd = regexp.MustCompile(`(<xdr:to>.{0,200}?<xdr:row>6</xdr:row><xdr:rowOff>)\d+</xdr:rowOff></xdr:to>`)

// drawing numbers the sheets with charts, in the order of their first.
func (b *Book) drawing(s *sheet) int {
	if !slices.Contains(b.drawings, s) {
		b.drawings = append(b.drawings, s)
	}
	return slices.Index(b.drawings, s) + 1
}

// flatTitle is what excelize writes behind every title: an empty paragraph
// that turns the title of a vertical axis back to lie flat.
const flatTitle = `<txPr><a:bodyPr anchorCtr="false" rot="0" spcFirstLastPara="false"></a:bodyPr><a:p></a:p></txPr></title>`

// withTitle gives a title that follows a cell the text that programs show
// which do not follow it, such as LibreOffice. It must be true of any choice.
func withTitle(text string) func([]byte) []byte {
	return func(x []byte) []byte {
		var t bytes.Buffer
		_ = xml.EscapeText(&t, []byte(text)) // a buffer takes everything
		cache := `</f><strCache><ptCount val="1"/><pt idx="0"><v>` + t.String() + `</v></pt></strCache></strRef></tx>`
		return bytes.Replace(x, []byte("</f></strRef></tx>"), []byte(cache), 1)
	}
}

// barChart draws horizontal bars, the first row on top. Numbers are beside the
// bars, or on an axis where bars go to both sides.
func (b *Book) barChart(s *sheet, names, values, title, alt string, bothSides bool, edit func([]byte) []byte) error {
	gap, oneColour := uint(35), false
	c := &excelize.Chart{
		Type: excelize.Bar, GapWidth: &gap, VaryColors: &oneColour,
		Series: []excelize.ChartSeries{{Name: "reports", Categories: names, Values: values, Fill: solid(lineColours[0])}},
		XAxis:  excelize.ChartAxis{ReverseOrder: true, TickLabelPosition: excelize.ChartTickLabelLow},
		YAxis:  excelize.ChartAxis{NumFmt: excelize.ChartNumFmt{CustomNumFmt: ";;;"}, Title: chartTitle(b.sourceLine(), 9, false)},
	}
	if bothSides {
		c.YAxis.MajorGridLines, c.YAxis.NumFmt.CustomNumFmt = true, "+#,##0;-#,##0;0"
	} else {
		c.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}}
	}
	return b.addChart(s, 0, b.frame(c, title, s.name+" chart", alt, 760, s.room), func(x []byte) []byte {
		x = bytes.ReplaceAll(x, []byte(`rot="-5400000"`), []byte(`rot="0"`)) // the axis of values lies below
		if edit != nil {
			x = edit(x)
		}
		return x
	})
}

// bar is one series of columns: the cell with its name, its values, its colour.
type bar struct{ name, values, colour string }

// columnChart draws columns over the years, several on top of each other.
func (b *Book) columnChart(s *sheet, years string, stack []bar, title, name, alt string, edit func([]byte) []byte) error {
	gap, over, oneColour := uint(45), 100, false
	c := &excelize.Chart{Type: excelize.ColStacked, VaryColors: &oneColour, GapWidth: &gap, Overlap: &over, Legend: excelize.ChartLegend{Position: "right"},
		XAxis: excelize.ChartAxis{Title: chartTitle(b.sourceLine(), 9, false)},
		YAxis: excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, Title: chartTitle("CyberTipline reports", 10, false)}}
	if len(stack) == 1 {
		c.Type, c.Overlap, c.Legend.Position = excelize.Col, nil, "bottom"
		c.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0;;"}}
	}
	for _, x := range stack {
		c.Series = append(c.Series, excelize.ChartSeries{Name: x.name, Categories: years, Values: x.values, Fill: solid(x.colour)})
	}
	return b.addChart(s, 0, b.frame(c, title, name, alt, 980, s.room), edit)
}

// lines is a chart of lines over the years. Each line is cut into runs of
// years that compare; its points and its label are on the sheet Data_lines.
type lines struct {
	title, fallback, alt string
	name                 string
	chart                int // whose points it draws; ranks have 1 on top
	log                  bool
	heading              string // cell with what stands above the list of lines; ""
}

// chartStep is how many pixels a chart of lines takes: three fit on a page.
const chartStep = 510

// lineChart draws lines with markers, and beside them what each line is. A
// native legend would list lines that nobody chose; so the list is a second
// group of points on axes of its own, whose labels are the names.
func (b *Book) lineChart(s *sheet, left int, l lines) error {
	d, n, runs, labels := b.lines, len(b.m.Years), b.choice.runs, b.lineRow(valueLines, 0)
	at := func(name string, row, cells int) string {
		c := d.col(name)
		return area(d.name, c, row, c+cells-1, row)
	}
	look := func(k int) excelize.ChartSeries {
		return excelize.ChartSeries{Fill: solid(lineColours[k]), Line: excelize.LineOptions{Type: excelize.LineSolid, Fill: solid(lineColours[k]), Width: 2},
			Marker: excelize.ChartMarker{Symbol: lineMarkers[k], Size: 7, Fill: solid(lineColours[k]), Border: excelize.LineOptions{Type: excelize.LineSolid, Fill: solid(lineColours[k]), Width: 1}}}
	}
	var names, points []excelize.ChartSeries
	for k := range slots {
		row := labels + k*runs
		one := look(k)
		one.Name = fmt.Sprintf("%s!$%s$%d", d.name, column26(d.col("label")), row)
		one.Line = excelize.LineOptions{Type: excelize.LineNone}
		one.Categories, one.Values = at("label_x", row, 1), at("label_y", row, 1)
		names = append(names, one)
		for r := range runs {
			run := look(k)
			row := b.lineRow(l.chart, k) + r
			run.Name, run.Categories, run.Values = one.Name, at(fmt.Sprintf("x_%d", b.m.Years[0]), row, n), at(fmt.Sprintf("y_%d", b.m.Years[0]), row, n)
			points = append(points, run)
		}
	}
	if l.heading != "" {
		names = append(names, excelize.ChartSeries{Name: l.heading, Categories: at("label_x", labels, 1), Values: at("top", labels, 1),
			Line: excelize.LineOptions{Type: excelize.LineNone}, Marker: excelize.ChartMarker{Symbol: "none"}})
	}
	lo, hi := float64(b.m.Years[0]), b.rightEdge()
	x := excelize.ChartAxis{Minimum: &lo, Maximum: &hi, NumFmt: excelize.ChartNumFmt{CustomNumFmt: b.yearFormat()}, Font: *chartFont(10, false), Title: chartTitle(b.sourceLine(), 9, false)}
	y := excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "[>=1000]#,##0;General"}, Font: *chartFont(10, false), ReverseOrder: l.chart == rankLines}
	switch {
	case l.log:
		y.LogBase = 10
	case l.chart == rankLines:
		one := 1.0
		y.Minimum, x.TickLabelPosition = &one, excelize.ChartTickLabelHigh // below, as the axis is turned
	}
	first := b.frame(&excelize.Chart{Type: excelize.Scatter, Series: points}, l.title, l.name, l.alt, chartStep-10, s.room)
	// excelize takes the axes from the last chart of a combination.
	second := &excelize.Chart{Type: excelize.Scatter, Series: names, XAxis: x, YAxis: y, Legend: excelize.ChartLegend{Position: "none"}}
	return b.addChart(s, left, first, func(part []byte) []byte {
		if l.fallback != "" {
			part = withTitle(l.fallback)(part)
		}
		return listOfLines(part, lo, hi, max(1, n/8))
	}, second)
}

// rightEdge is the last year of the axis with room for the names of the lines.
func (b *Book) rightEdge() float64 {
	n := len(b.m.Years)
	return float64(b.m.Years[n-1]) + max(1, float64(n)*0.45)
}

// yearFormat writes the years on the axis: partial ones are marked where
// they are the last, and the room for names has no years.
func (b *Book) yearFormat() string {
	last := b.m.Years[len(b.m.Years)-1]
	if ys := b.partialYears(); len(ys) > 0 && ys[len(ys)-1] == last && last-ys[0] == len(ys)-1 {
		return fmt.Sprintf(`[>%d]"";[>=%d]0" [p]";0`, last, ys[0])
	}
	return fmt.Sprintf(`[>%d]"";0`, last)
}

// Excel's format has no place for these on an axis of values, and excelize
// writes them on the first axis of every chart.
var (
	valueAxis  = regexp.MustCompile(`(?s)<valAx>.*?</valAx>`)
	labelsOnly = regexp.MustCompile(`<(auto|lblAlgn|lblOffset|noMultiLvlLbl) val="[^"]*"></(auto|lblAlgn|lblOffset|noMultiLvlLbl)>`)
)

// LibreOffice draws points on axes of their own only where the upright one is
// there; so it is not deleted, but shows nothing.
const (
	nameLabels = `<dLbls><spPr><a:noFill/></spPr><txPr><a:bodyPr wrap="square"/><a:p><a:pPr><a:defRPr sz="1000"><a:solidFill><a:srgbClr val="` + darkText + `"/></a:solidFill><a:latin typeface="Arial"/></a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p></txPr><dLblPos val="r"/><showLegendKey val="0"/><showVal val="0"/><showCatName val="0"/><showSerName val="1"/><showPercent val="0"/><showBubbleSize val="0"/></dLbls><xVal>`
	ownAxes    = `<valAx><axId val="100000003"/><scaling><orientation val="minMax"/><max val="%g"/><min val="%g"/></scaling><delete val="1"/><axPos val="b"/><majorTickMark val="none"/><minorTickMark val="none"/><tickLblPos val="none"/><crossAx val="100000004"/><crosses val="autoZero"/><crossBetween val="midCat"/></valAx>` +
		`<valAx><axId val="100000004"/><scaling><orientation val="minMax"/><max val="%d"/><min val="0"/></scaling><delete val="0"/><axPos val="r"/><majorTickMark val="none"/><minorTickMark val="none"/><tickLblPos val="none"/><spPr><a:ln><a:noFill/></a:ln></spPr><crossAx val="100000003"/><crosses val="max"/><crossBetween val="midCat"/></valAx>`
)

// listOfLines gives the second group of a chart, the names of its lines, axes
// of its own, which excelize has for other types of chart only, and the axis of
// years a label every so many years.
func listOfLines(x []byte, lo, hi float64, step int) []byte {
	x = bytes.ReplaceAll(x, []byte("<xVal><strRef>"), []byte("<xVal><numRef>")) // years are numbers
	x = bytes.ReplaceAll(x, []byte("</strRef></xVal>"), []byte("</numRef></xVal>"))
	x = valueAxis.ReplaceAllFunc(x, func(axis []byte) []byte { return labelsOnly.ReplaceAll(axis, nil) })
	x = bytes.Replace(x, []byte("</valAx>"), fmt.Appendf(nil, `<crossBetween val="midCat"/><majorUnit val="%d"/></valAx>`, step), 1)
	start, last := bytes.LastIndex(x, []byte("<scatterChart>")), bytes.LastIndex(x, []byte("</valAx>"))
	if start < 0 || last < 0 {
		return x
	}
	end, last := bytes.LastIndex(x, []byte("</scatterChart>")), last+len("</valAx>")
	names := bytes.ReplaceAll(x[start:end], []byte("<xVal>"), []byte(nameLabels))
	names = bytes.ReplaceAll(names, []byte(`<axId val="100000000">`), []byte(`<axId val="100000003">`))
	names = bytes.ReplaceAll(names, []byte(`<axId val="100000001">`), []byte(`<axId val="100000004">`))
	axes := fmt.Appendf(nil, ownAxes, hi, lo, slots+1)
	return slices.Concat(x[:start], names, x[end:last], axes, x[last:])
}

// withoutFilter takes the filter buttons off a short table.
func withoutFilter(x []byte) []byte { return autoFilter.ReplaceAll(x, nil) }

var autoFilter = regexp.MustCompile(`(?s)<autoFilter.*?</autoFilter>`)

// sheetPart mends what excelize's StreamWriter writes: ExcelJS knows r:id
// only, and a formula that comes to an empty text has a value too.
func sheetPart(x []byte) []byte {
	for _, edit := range []struct{ from, to string }{
		{"</f></c>", "</f><v></v></c>"},
		{` xmlns:relationships="http://schemas.openxmlformats.org/officeDocument/2006/relationships" relationships:id=`, " r:id="},
	} {
		if bytes.Contains(x, []byte(edit.from)) {
			x = bytes.ReplaceAll(x, []byte(edit.from), []byte(edit.to))
		}
	}
	return x
}

func column26(n int) string {
	name, _ := excelize.ColumnNumberToName(n)
	return name
}
