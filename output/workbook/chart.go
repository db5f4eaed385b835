package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"

	"github.com/xuri/excelize/v2"
)

// lineColours tell eight lines apart, also for people who do not see all
// colours, at a contrast of at least 3 to 1 on white; lineMarkers do so
// without colour.
var (
	lineColours = [slots]string{"0072B2", "C44E00", "00735C", "A1338C", "333333", "8A6D00", "5D3A9B", "8C2D04"}
	lineMarkers = [slots]string{"circle", "square", "triangle", "diamond", "x", "plus", "star", "dash"}
)

const (
	darkText  = "1A1A1A"
	chartRoom = 360 // points of height
)

// heading is the title of a chart. Where it is that of a cell, text is what
// programs show which do not follow it, such as LibreOffice, true of any choice.
type heading struct{ text, cell string }

func chartFont(size float64, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Arial", Size: size, Bold: bold, Color: darkText}
}

func chartTitle(text string, size float64, bold bool) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: text, Font: chartFont(size, bold)}}}
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// sourceLine is the line under every chart, as the title of the axis below,
// so that a pasted chart says where it is from.
func (b *Book) sourceLine() excelize.ChartTitle {
	s := "Source: NCMEC, CyberTipline Reports by ESP, documents as of " + b.dated().Format("2006-01-02") + " (espfigures)."
	if ys := b.partialYears(); len(ys) > 0 {
		s += " [p] " + yearRanges(ys) + ": partial, transcribed by a third party."
	}
	return chartTitle(s, 9, false)
}

// addChart adds a chart to the charts' row, so many pixels from the left. edit
// changes its part further; it may be nil.
func (b *Book) addChart(s *sheet, left int, width uint, h heading, alt string, c *excelize.Chart, more func([]byte) []byte, combo ...*excelize.Chart) error {
	// The height is the charts' row, for which excelize counts 4 pixels for 3.4 points.
	c.Dimension = excelize.ChartDimension{Width: width, Height: 412}
	c.Title = chartTitle(h.text, 13, true)
	if h.cell != "" {
		c.Title = excelize.ChartTitle{Formula: h.cell, Font: chartFont(13, true)}
	}
	if c.Legend.Position == "" {
		c.Legend.Position = "none"
	}
	c.Legend.Font = chartFont(10, false)
	c.XAxis.Font, c.YAxis.Font = *chartFont(10, false), *chartFont(10, false)
	c.Format = excelize.GraphicOptions{AltText: alt}
	c.ShowBlanksAs = "gap"
	col := 0
	pixels := func() int { return int(s.cols[col].wide()*7 + 5) }
	for ; col < len(s.cols)-1 && left >= pixels(); col++ {
		left -= pixels()
	}
	c.Format.OffsetX = left
	b.charts++
	b.edits = append(b.edits, edit{fmt.Sprintf("xl/charts/chart%d.xml", b.charts), func(x []byte) []byte {
		if h.cell != "" {
			x = withTitle(x, h.text)
		}
		if more != nil {
			x = more(x)
		}
		return x
	}})
	return b.f.AddChart(s.name, cell(col+1, 7), c, combo...)
}

func withTitle(x []byte, text string) []byte {
	var t bytes.Buffer
	_ = xml.EscapeText(&t, []byte(text)) // a buffer takes everything
	cache := `</f><strCache><ptCount val="1"/><pt idx="0"><v>` + t.String() + `</v></pt></strCache></strRef></tx>`
	return bytes.Replace(x, []byte("</f></strRef></tx>"), []byte(cache), 1)
}

// levelTitle turns the title of the axis of values, which is below bars.
func levelTitle(x []byte) []byte {
	return bytes.ReplaceAll(x, []byte(`rot="-5400000"`), []byte(`rot="0"`))
}

// bars is a chart of horizontal bars, the first row on top.
func (b *Book) bars(names, values string) *excelize.Chart {
	gap, oneColour := uint(35), false
	return &excelize.Chart{
		Type: excelize.Bar, GapWidth: &gap, VaryColors: &oneColour,
		Series: []excelize.ChartSeries{{Name: "reports", Categories: names, Values: values, Fill: solid(lineColours[0])}},
		XAxis:  excelize.ChartAxis{ReverseOrder: true, TickLabelPosition: excelize.ChartTickLabelLow},
		YAxis:  excelize.ChartAxis{Title: b.sourceLine()},
	}
}

// barChart draws bars with numbers next to them.
func (b *Book) barChart(s *sheet, names, values, title, alt string) error {
	c := b.bars(names, values)
	c.YAxis.NumFmt.CustomNumFmt = ";;;"
	c.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}}
	return b.addChart(s, 0, 760, heading{text: title}, alt, c, levelTitle)
}

// changesChart draws bars to both sides of an axis.
func (b *Book) changesChart(s *sheet, names, values string, h heading, alt string) error {
	c := b.bars(names, values)
	c.YAxis.MajorGridLines, c.YAxis.NumFmt.CustomNumFmt = true, "+#,##0;-#,##0;0"
	return b.addChart(s, 0, 760, h, alt, c, levelTitle)
}

// bar is one series of columns: the cell with its name, its values, its colour.
type bar struct{ name, values, colour string }

// columns is a chart of columns over the years, in the column label of a sheet.
func (b *Book) columns(s *sheet, bars []bar) *excelize.Chart {
	gap, oneColour := uint(45), false
	c := &excelize.Chart{Type: excelize.Col, VaryColors: &oneColour, GapWidth: &gap, XAxis: excelize.ChartAxis{Title: b.sourceLine()},
		YAxis: excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, Title: chartTitle("CyberTipline reports", 10, false)}}
	for _, x := range bars {
		c.Series = append(c.Series, excelize.ChartSeries{Name: x.name, Categories: s.span("label"), Values: x.values, Fill: solid(x.colour)})
	}
	return c
}

// columnChart draws several columns on top of each other.
func (b *Book) columnChart(s *sheet, stack []bar, title, alt string) error {
	c, over := b.columns(s, stack), 100
	c.Type, c.Overlap, c.Legend.Position = excelize.ColStacked, &over, "right"
	return b.addChart(s, 0, 980, heading{text: title}, alt, c, nil)
}

// oneColumnChart draws the columns of one series, with their values.
func (b *Book) oneColumnChart(s *sheet, one bar, h heading, alt string) error {
	c := b.columns(s, []bar{one})
	c.Legend.Position = "bottom"
	c.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0;;"}}
	return b.addChart(s, 0, 980, h, alt, c, nil)
}

// lines is a chart of lines over the years. Their points and labels are on the
// sheet Data_lines.
type lines struct {
	heading
	alt   string
	chart int // whose points it draws; ranks have 1 on top
	log   bool
	unit  string // cell with what is above the list of lines; ""
}

// chartStep is how many pixels a chart of lines takes: three fit on a page.
const chartStep = 510

// lineChart draws lines with markers, and beside them what each line is. A
// native legend would list lines that nobody chose; so the list is a second
// group of points on axes of its own, whose labels are the names.
func (b *Book) lineChart(s *sheet, left int, l lines) error {
	d, years := b.lines, b.m.Years
	at := func(row int, from, to string) string { return area(d.name, d.col(from), row, d.col(to), row) }
	of := func(what string, year int) string { return fmt.Sprint(what, year) }
	first, last := years[0], years[len(years)-1]
	none, hidden := excelize.LineOptions{Type: excelize.LineNone}, excelize.ChartMarker{Symbol: "none"}
	var names, points []excelize.ChartSeries
	for k := range slots {
		row, labels := lineRow(l.chart, k), lineRow(valueLines, k)
		name, colour := d.name+"!"+fixed(d.col("label"), labels), solid(lineColours[k])
		marker := excelize.ChartMarker{Symbol: lineMarkers[k], Size: 7, Fill: colour, Border: excelize.LineOptions{Type: excelize.LineSolid, Fill: colour, Width: 1}}
		names = append(names, excelize.ChartSeries{Name: name, Fill: colour, Line: none, Marker: marker, Categories: at(labels, "label_x", "label_x"), Values: at(labels, "label_y", "label_y")})
		points = append(points, excelize.ChartSeries{Name: name, Fill: colour, Line: none, Marker: marker,
			Categories: at(row, of("at_", first), of("at_", last)), Values: at(row, of("y_", first), of("y_", last))})
		for _, y := range years[1:] {
			points = append(points, excelize.ChartSeries{Name: name, Fill: colour, Line: excelize.LineOptions{Type: excelize.LineSolid, Fill: colour, Width: 2}, Marker: hidden,
				Categories: at(row, of("from_", y), of("to_", y)), Values: at(row, of("y_", y-1), of("y_", y))})
		}
	}
	if l.unit != "" {
		row := lineRow(valueLines, 0)
		names = append(names, excelize.ChartSeries{Name: l.unit, Categories: at(row, "label_x", "label_x"), Values: at(row, "top", "top"), Line: none, Marker: hidden})
	}
	lo, hi := float64(first), float64(last)+max(1, float64(len(years))*0.45) // with room for the names
	x := excelize.ChartAxis{Minimum: &lo, Maximum: &hi, NumFmt: excelize.ChartNumFmt{CustomNumFmt: b.yearFormat()}, Font: *chartFont(10, false), Title: b.sourceLine()}
	y := excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "[>=1000]#,##0;General"}, Font: *chartFont(10, false), ReverseOrder: l.chart == rankLines}
	switch {
	case l.log:
		y.LogBase = 10
	case l.chart == rankLines:
		one := 1.0
		y.Minimum, x.TickLabelPosition = &one, excelize.ChartTickLabelHigh // below, as the axis is turned
	}
	// excelize takes the axes from the last chart of a combination.
	second := &excelize.Chart{Type: excelize.Scatter, Series: names, XAxis: x, YAxis: y, Legend: excelize.ChartLegend{Position: "none"}}
	return b.addChart(s, left, chartStep-10, l.heading, l.alt, &excelize.Chart{Type: excelize.Scatter, Series: points},
		func(part []byte) []byte { return listOfLines(part, lo, hi, max(1, len(years)/8)) }, second)
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
