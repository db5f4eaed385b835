package workbook

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"

	"github.com/xuri/excelize/v2"
)

// chartSize returns the size that makes a chart reach over the columns and
// the rows kept free for it. excelize counts 7 pixels for a character of
// column width and 19 for a row of this height; the chart is anchored to cells, so it keeps
// reaching over them whatever the font makes of it.
func chartSize(cols []column, rows int) excelize.ChartDimension {
	w := 0.0
	for _, c := range cols {
		w += c.width*7 + 5
	}
	return excelize.ChartDimension{Width: uint(w), Height: uint(rows*19 - 8)}
}

func chartFont(size float64, bold bool) *excelize.Font {
	return &excelize.Font{Family: "Arial", Size: size, Bold: bold, Color: "1A1A1A"}
}

func title(text string, size float64) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: text, Font: chartFont(size, true)}}}
}

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

func line(colour string, width float64, dash excelize.LineDashType) excelize.LineOptions {
	return excelize.LineOptions{Type: excelize.LineSolid, Dash: dash, Fill: solid(colour), Width: width}
}

// chartFix is what a chart needs that excelize has no call for.
type chartFix struct {
	hide  []int  // series left out of the legend: a line cut into runs has one entry
	title string // shown where a program does not follow the cell the title is linked to
	light []int  // columns of the first series in a lighter colour
}

// addChart adds a chart and mends its part when the workbook is written.
func (b *book) addChart(sheet, ref string, c *excelize.Chart, fix chartFix) error {
	if err := b.f.AddChart(sheet, ref, c); err != nil {
		return err
	}
	b.charts++
	b.edit(fmt.Sprintf("xl/charts/chart%d.xml", b.charts), fix.mend)
	return nil
}

// unturned is what excelize writes behind every axis title: an empty
// paragraph that turns the title back to lie flat.
const unturned = `<txPr><a:bodyPr anchorCtr="false" rot="0" spcFirstLastPara="false"></a:bodyPr><a:p></a:p></txPr></title>`

// labelled matches what excelize writes into the first axis of every chart. On
// an axis of values, as a scatter chart has two, Excel's format has no place
// for it.
var (
	valueAxis = regexp.MustCompile(`(?s)<valAx>.*?</valAx>`)
	labelled  = regexp.MustCompile(`<(auto|lblAlgn|lblOffset|noMultiLvlLbl) val="[^"]*"></(auto|lblAlgn|lblOffset|noMultiLvlLbl)>`)
)

// columnLook is how the first series of a column chart looks; what sets single
// columns apart stands behind it.
var columnLook = regexp.MustCompile(`(?s)<barChart>.*?<ser>.*?</spPr>(<invertIfNegative val="[^"]*"></invertIfNegative>)?`)

func (fix chartFix) mend(part []byte) ([]byte, error) {
	part = bytes.ReplaceAll(part, []byte(unturned), []byte("</title>"))
	part = valueAxis.ReplaceAllFunc(part, func(axis []byte) []byte { return labelled.ReplaceAll(axis, nil) })
	if fix.title != "" {
		at := bytes.Index(part, []byte("</f></strRef></tx>"))
		if head := bytes.Index(part, []byte("<chart><title><tx><strRef><f>")); head < 0 || at < head {
			return nil, fmt.Errorf("a chart without a linked title")
		}
		var text bytes.Buffer
		if err := xml.EscapeText(&text, []byte(fix.title)); err != nil {
			return nil, err
		}
		part = slices.Concat(part[:at+4], fmt.Appendf(nil, `<strCache><ptCount val="1"/><pt idx="0"><v>%s</v></pt></strCache>`, text.Bytes()), part[at+4:])
	}
	if len(fix.light) > 0 {
		at := columnLook.FindIndex(part)
		if at == nil {
			return nil, fmt.Errorf("a chart without columns")
		}
		var points []byte
		for _, k := range fix.light {
			points = fmt.Appendf(points, `<dPt><idx val="%d"/><invertIfNegative val="0"/><bubble3D val="0"/><spPr><a:solidFill><a:srgbClr val="9CCAE6"/></a:solidFill><a:ln w="15875"><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:prstDash val="sysDash"/></a:ln></spPr></dPt>`, k, lineColours[0])
		}
		part = slices.Concat(part[:at[1]], points, part[at[1]:])
	}
	if len(fix.hide) > 0 {
		end := []byte("</legendPos>")
		at := bytes.Index(part, end)
		if at < 0 {
			return nil, fmt.Errorf("a chart without a legend")
		}
		at += len(end)
		var entries bytes.Buffer
		for _, k := range fix.hide {
			fmt.Fprintf(&entries, `<legendEntry><idx val="%d"/><delete val="1"/></legendEntry>`, k)
		}
		part = slices.Concat(part[:at], entries.Bytes(), part[at:])
	}
	return part, nil
}

// yearFormat writes years on an axis, partial ones named so.
func (b *book) yearFormat() string {
	if d := b.divider(); d > 0 {
		return fmt.Sprintf(`[>=%d]0" partial";0`, int(d+0.5))
	}
	return "0"
}

// compareChart draws the lines of Compare: native scatter lines, whose points
// the sheet Compare_lines computes.
func (b *book) compareChart(s *sheet, t *table, titleRow int) error {
	c, years := b.compare, b.ds.ByPlatform.Years
	n := len(years)
	x, y := 6+n, 6+2*n
	var series []excelize.ChartSeries
	var hide []int
	add := func(row int, name, colour, marker string, width float64, dash excelize.LineDashType, size int) {
		series = append(series, excelize.ChartSeries{
			Name: name, Categories: absRange("Compare_lines", x, row, x+n-1, row), Values: absRange("Compare_lines", y, row, y+n-1, row),
			Line: line(colour, width, dash), Fill: solid(colour),
			Marker: excelize.ChartMarker{Symbol: marker, Size: size, Fill: solid(colour), Border: line(colour, 1, excelize.LineDashUnset)},
		})
	}
	for k := range slots {
		for r := range c.runs {
			if r > 0 {
				hide = append(hide, len(series))
			}
			add(c.lines+k*c.runs+r, fmt.Sprintf("Compare!$A$%d", c.first+k), lineColours[k], lineMarkers[k], 2, excelize.LineDashUnset, 7)
		}
	}
	if b.divider() > 0 {
		row := c.lines + slots*c.runs
		add(row, fmt.Sprintf("Compare_lines!$C$%d", row), "7F7F7F", "none", 1.25, excelize.LineDashSysDash, 2)
	}
	lo, hi := float64(years[0]), float64(years[len(years)-1])
	unit := 1.0
	if n > 15 {
		unit = 5
	}
	return b.addChart(s.name, cell(1, titleRow+1), &excelize.Chart{
		Type: excelize.Scatter, Series: series, Dimension: chartSize(t.cols[:cmpBefore+n+3], room),
		Title:        excelize.ChartTitle{Formula: fmt.Sprintf("Compare!$A$%d", titleRow), Font: chartFont(13, true)},
		Legend:       excelize.ChartLegend{Position: "right", Font: chartFont(11, false)},
		XAxis:        excelize.ChartAxis{Minimum: &lo, Maximum: &hi, MajorUnit: unit, NumFmt: excelize.ChartNumFmt{CustomNumFmt: b.yearFormat()}, Font: *chartFont(11, false), Title: title("Calendar year", 11)},
		YAxis:        excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "[>=1000]#,##0;General"}, Font: *chartFont(11, false), Title: title("CyberTipline reports, or the measure chosen", 11)},
		ShowBlanksAs: "gap",
		Format:       excelize.GraphicOptions{Name: "Compare chart", AltText: "Line chart of the platforms or companies chosen in the table below, one line each, by calendar year, in the measure chosen above. A line stops at a break that forbids the comparison and at a year without a value. Partial years lie right of the dashed line. The table below holds the same numbers."},
	}, chartFix{hide: hide, title: "Platforms and companies by calendar year, in the measure chosen above"})
}

// profileChart draws the years of the series chosen on Profile.
func (b *book) profileChart(s *sheet, t *table, titleRow, head, last int) error {
	gap := uint(60)
	var partial []int
	for i, y := range b.ds.ByPlatform.Years {
		if b.partial(y) {
			partial = append(partial, i)
		}
	}
	labels := len(t.cols) - 1
	return b.addChart(s.name, cell(1, titleRow+1), &excelize.Chart{
		Type: excelize.Col, GapWidth: &gap, Dimension: chartSize(t.cols[:8], room),
		Series:   []excelize.ChartSeries{{Name: fmt.Sprintf("%s!$A$%d", s.name, titleRow), Categories: absRange(s.name, labels, head+1, labels, last), Values: absRange(s.name, 2, head+1, 2, last), Fill: solid(lineColours[0])}},
		Title:    excelize.ChartTitle{Formula: fmt.Sprintf("%s!$A$%d", s.name, titleRow), Font: chartFont(12, true)},
		Legend:   excelize.ChartLegend{Position: "none"},
		XAxis:    excelize.ChartAxis{Font: *chartFont(11, false)},
		YAxis:    excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, Font: *chartFont(11, false), Title: title("CyberTipline reports", 11)},
		PlotArea: excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0;;"}},
		Format:   excelize.GraphicOptions{Name: "Profile chart", AltText: "Column chart of the CyberTipline reports of the platform or company chosen above, one column for each calendar year. Columns of partial years are lighter; below each column stand the year and its marks, such as [b] for a break with the year before and [c] for a combined row. A year without a column has no value; the table below says why."},
	}, chartFix{title: profileTitle, light: partial})
}
