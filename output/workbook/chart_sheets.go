package workbook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// largestSheet holds the eight largest platforms, cut into runs of years that
// may be joined, and their chart.
func (b *book) largestSheet(s *sheet) *table {
	years := b.ds.ByPlatform.Years
	type run struct {
		line        int  // 0..7
		first, last int  // indexes of years
		partial     bool // a partial year is among them: drawn dashed
	}
	var list []run
	var shown []*pipeline.Series
	for i := range b.ds.ByPlatform.Series {
		if len(shown) == len(lineColours) {
			break
		}
		x := &b.ds.ByPlatform.Series[i]
		if runs(x) == 0 {
			continue
		}
		shown = append(shown, x)
		for k, p := range x.Points {
			if p.Reports == nil {
				continue
			}
			part := b.partial(p.Year)
			switch joined := k > 0 && !p.Broken && x.Points[k-1].Reports != nil; {
			case joined && list[len(list)-1].partial == (part || b.partial(years[k-1])):
				list[len(list)-1].last = k
			case joined: // the stretch between the two years belongs to the dashed one
				list = append(list, run{len(shown) - 1, k - 1, k, !list[len(list)-1].partial})
			default:
				list = append(list, run{len(shown) - 1, k, k, part})
			}
		}
	}
	var stops []string
	for _, x := range shown {
		var at []int
		for k, p := range x.Points {
			if k > 0 && p.Broken && p.Reports != nil && x.Points[k-1].Reports != nil {
				at = append(at, p.Year)
			}
		}
		if len(at) > 0 {
			stops = append(stops, inLine(x.Name)+" before "+strings.Join(yearStrings(at), " and "))
		}
	}
	var cut []string
	if len(stops) > 0 {
		cut = append(cut, "Stops: "+strings.Join(stops, "; ")+". The sheet Breaks says why.")
	}
	t := &table{
		name: "largest_over_time", what: "The points of the chart, one row for each year, one column for each stretch of a platform's years that may be joined.", landscape: true,
		lead:   append(append([]string{"A line stops at a break that forbids the comparison. A stretch that touches a partial year is dashed, its markers hollow; its column begins with the year before. The scale is logarithmic: each line across is ten times the one below."}, b.partialLead()...), append(cut, b.forAll()...)...),
		blanks: "the platform has no row in that year, or the year belongs to another stretch of its years.", source: "sheets Platforms_by_year and Breaks.",
		above: emptyRows(27), onePage: true,
		cols: []column{{"Year", 24, kText, false}},
	}
	taken := map[string]bool{}
	for _, r := range list {
		span := fmt.Sprint(years[r.first])
		if r.last > r.first {
			span += fmt.Sprintf("–%d", years[r.last])
		}
		head := label(shown[r.line].Name) + " " + span
		if r.partial {
			head += " partial"
		}
		for taken[strings.ToLower(head)] {
			head += "'"
		}
		taken[strings.ToLower(head)] = true
		t.cols = append(t.cols, column{head, 13, kNum, false})
	}
	t.rows = func(yield func([]any) bool) {
		for i, y := range years {
			row := make([]any, len(t.cols))
			row[0] = b.yearHead(y)
			for k, r := range list {
				if i >= r.first && i <= r.last {
					row[k+1] = *shown[r.line].Points[i].Reports
				}
			}
			if !yield(row) {
				return
			}
		}
	}
	t.finish = func(head, last int) error {
		var series []excelize.ChartSeries
		var hide []int
		var alt []string
		smallest := pipeline.Count(0)
		// Dashed stretches come first, so that the marker of the complete year
		// they begin with is drawn over theirs. A line has one entry in the
		// legend, that of its first stretch of complete years where it has one.
		order := make([]int, len(list))
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, c int) int {
			switch {
			case list[a].partial == list[c].partial:
				return 0
			case list[a].partial:
				return -1
			}
			return 1
		})
		named := map[int]bool{}
		for _, r := range list {
			named[r.line] = named[r.line] || !r.partial
		}
		inLegend := map[int]bool{}
		for n, k := range order {
			r := list[k]
			x := shown[r.line]
			if inLegend[r.line] || r.partial && named[r.line] {
				hide = append(hide, n)
			} else {
				inLegend[r.line] = true
			}
			c := lineColours[r.line]
			dash, inside := excelize.LineDashUnset, solid(c)
			if r.partial {
				dash, inside = excelize.LineDashSysDash, solid("FFFFFF")
			}
			series = append(series, excelize.ChartSeries{
				Name: fmt.Sprintf("Platforms_by_year!$A$%d", b.platformRow[x.ID]), Categories: absRange(s.name, 1, head+1, 1, last), Values: absRange(s.name, k+2, head+1, k+2, last),
				Line: line(c, 2.25, dash), Fill: solid(c), Marker: excelize.ChartMarker{Symbol: lineMarkers[r.line], Size: 7, Fill: inside, Border: line(c, 1, excelize.LineDashUnset)}})
			for i := r.first; i <= r.last; i++ {
				if v := *x.Points[i].Reports; v > 0 && (smallest == 0 || v < smallest) {
					smallest = v
				}
			}
			if r.first == r.last {
				alt = append(alt, fmt.Sprintf("%s %s in %d", inLine(x.Name), *x.Points[r.first].Reports, years[r.first]))
				continue
			}
			alt = append(alt, fmt.Sprintf("%s from %s in %d to %s in %d", inLine(x.Name), *x.Points[r.first].Reports, years[r.first], *x.Points[r.last].Reports, years[r.last]))
		}
		floor := 1.0
		for floor*10 <= float64(smallest) {
			floor *= 10
		}
		wide := t.cols[:min(len(t.cols), 11)]
		return b.addChart(s.name, cell(1, head-27), &excelize.Chart{
			Type: excelize.Line, Series: series, Dimension: chartSize(wide, 27), ShowBlanksAs: "gap",
			Title:  title("The largest platforms: CyberTipline reports by calendar year", 14),
			Legend: excelize.ChartLegend{Position: "right", Font: chartFont(12, false)},
			XAxis:  excelize.ChartAxis{Font: *chartFont(11, false), TickLabelPosition: excelize.ChartTickLabelLow},
			YAxis:  excelize.ChartAxis{MajorGridLines: true, LogBase: 10, Minimum: &floor, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, Font: *chartFont(11, false), Title: title("CyberTipline reports, logarithmic scale", 11)},
			Format: excelize.GraphicOptions{Name: "Largest platforms", AltText: "Line chart on a logarithmic scale: " + strings.Join(alt, "; ") + ". Lines stop at breaks that forbid the comparison, and are dashed where they touch a partial year."},
		}, chartFix{hide: hide})
	}
	return t
}

// metaSheet stacks Meta's services and all other reporters, year by year, so
// that the columns add up to the printed total; a gap stands where years
// cannot be compared.
func (b *book) metaSheet(s *sheet) *table {
	years := b.ds.ByPlatform.Years
	meta := b.ds.ByCompany.Find("meta")
	totals := map[string]pipeline.Count{}
	for _, p := range meta.Points {
		for _, m := range p.Members {
			if x := b.ds.ByPlatform.Find(m); x != nil {
				if q := pointOf(x, p.Year); q != nil && q.Reports != nil {
					totals[m] += *q.Reports
				}
			}
		}
	}
	var members []string
	for m := range totals {
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, c string) int {
		if totals[a] != totals[c] {
			return int(min(1, max(-1, totals[c]-totals[a])))
		}
		return strings.Compare(a, c)
	})
	named := members[:min(3, len(members))]
	combinedName := "Facebook"
	if len(named) > 0 {
		combinedName = inLine(b.platformName(named[0]))
	}
	var caveats []int
	shown := map[int]bool{}
	for i, y := range years {
		gap := i > 0 && b.metaBreaks(meta, y) != ""
		for _, k := range b.breaksOf(meta, y) {
			br := &b.ds.Breaks[k]
			if br.Who == "all" || shown[k] || gap && br.From == y-1 {
				shown[k] = true
				continue
			}
			shown[k] = true
			caveats = append(caveats, k)
		}
	}
	t := &table{
		name: "meta_and_others", what: "The parts of the columns of the chart, one row for each year and one for each break.", landscape: true,
		lead:   append([]string{"The question: how did the reports of Facebook and Instagram go before and after December 2023, when Meta announced default encryption of Messenger? The table cannot separate the causes: bundling of duplicate reports, encryption and changes of method fall together. Each column of the chart is the year's printed ESP total."}, append(b.partialLead(), b.breakLines(caveats, true)...)...),
		blanks: "no such row in that year, or the row stands for a break.", source: "sheets Companies_by_year, Platforms_by_year, Editions and Breaks.",
		above: emptyRows(25), onePage: true,
		cols: []column{{"Year", 40, kText, false}, {combinedName + ", row combining Meta's services", 18, kNum, false}},
	}
	for _, m := range named {
		t.cols = append(t.cols, column{inLine(b.platformName(m)), 14, kNum, false})
	}
	t.cols = append(t.cols, column{"Other services of Meta", 14, kNum, false}, column{"All other ESPs", 14, kNum, false}, column{"In the total, in no row held", 14, kNum, false}, column{"Breaks", 84, kWrap, false})
	other, rest, unlisted, notes := 2+len(named), 3+len(named), 4+len(named), 5+len(named)
	colours := []string{"4A6FA5", "0B3C6F", "C44E00", "00735C", "7A4E9E", "9A9A9A", "DDDDDD"}
	t.rows = func(yield func([]any) bool) {
		for i, y := range years {
			p := &meta.Points[i]
			if i > 0 {
				if text := b.metaBreaks(meta, y); text != "" {
					row := make([]any, len(t.cols))
					row[0], row[notes] = b.gapLabel(meta, i), text
					if !yield(row) {
						return
					}
				}
			}
			row := make([]any, len(t.cols))
			row[0] = b.yearHead(y)
			if e := b.editions[y]; e != nil {
				// The company's value is that of its point: in a selection some
				// of the rows it adds up are left out, and what they hold belongs
				// to its other services, not to others.
				var all, shown pipeline.Count
				if p.Reports != nil {
					all = *p.Reports
				}
				for _, k := range p.Figures {
					f := b.figure(k)
					if f == nil {
						continue
					}
					col := 2 + slices.Index(named, f.Platform)
					switch {
					case f.Combined:
						col = 1
					case col < 2:
						continue
					}
					old, _ := row[col].(pipeline.Count)
					row[col] = old + f.Reports
					shown += f.Reports
				}
				if all > shown {
					row[other] = all - shown
				}
				row[rest] = e.Sum() - all
				if e.Total != nil && e.Total.Reports > e.Sum() {
					row[unlisted] = e.Total.Reports - e.Sum()
				}
			}
			if !yield(row) {
				return
			}
		}
	}
	t.finish = func(head, last int) error {
		var series []excelize.ChartSeries
		for k := 1; k < notes; k++ {
			c := colours[len(colours)-1]
			switch {
			case k < rest-1:
				c = colours[k-1]
			case k == other:
				c = colours[4]
			case k == rest:
				c = colours[5]
			}
			series = append(series, excelize.ChartSeries{Name: fmt.Sprintf("%s!$%s$%d", s.name, colName(k+1), head), Categories: absRange(s.name, 1, head+1, 1, last), Values: absRange(s.name, k+1, head+1, k+1, last),
				Fill: solid(c), Line: line("FFFFFF", 0.75, excelize.LineDashUnset)})
		}
		gap, over := uint(35), 100
		var alt []string
		for i, p := range meta.Points {
			if p.Reports != nil {
				alt = append(alt, fmt.Sprintf("%d: Meta %s", years[i], *p.Reports))
			}
		}
		return b.addChart(s.name, cell(1, head-25), &excelize.Chart{
			Type: excelize.ColStacked, Series: series, GapWidth: &gap, Overlap: &over, Dimension: chartSize(t.cols[:notes], 25),
			Title:  title("Meta's services and all other ESPs: CyberTipline reports by calendar year", 14),
			Legend: excelize.ChartLegend{Position: "right", Font: chartFont(11, false)},
			XAxis:  excelize.ChartAxis{Font: *chartFont(11, false)},
			YAxis:  excelize.ChartAxis{MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, Font: *chartFont(11, false), Title: title("CyberTipline reports", 11)},
			Format: excelize.GraphicOptions{Name: "Meta and others", AltText: "Stacked column chart of CyberTipline reports by calendar year: Meta's services and all other ESPs. " + strings.Join(alt, "; ") + ". Gaps between columns are breaks in comparability, named in the table below; where the label of a gap says that the total compares, only the parts of the columns do not. Partial years are named in the axis labels."},
		}, chartFix{})
	}
	return t
}

func pointOf(s *pipeline.Series, year int) *pipeline.Point {
	for i := range s.Points {
		if s.Points[i].Year == year {
			return &s.Points[i]
		}
	}
	return nil
}

// gapLabel names the gap before the i-th year. Where no break forbids the
// company's change, its parts do not compare, but their sum does.
func (b *book) gapLabel(company *pipeline.Series, i int) string {
	y := company.Points[i].Year
	if company.Points[i].Broken {
		return fmt.Sprintf("break before %d", y)
	}
	var kinds []string
	for _, k := range b.breaksOf(company, y) {
		if br := &b.ds.Breaks[k]; br.From == y-1 && br.Forbids == pipeline.ForbidsPlatform {
			if kind := inLine(words.BreakKind(br.Kind)); !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	if len(kinds) == 0 {
		kinds = []string{"parts change"}
	}
	return fmt.Sprintf("before %d: %s, total compares", y, strings.Join(kinds, ", "))
}

// metaBreaks names the breaks that lie right before the year and concern the
// company, a platform it owned, or all; "" where none of them forbids a
// comparison. Breaks that concern no two neighbouring years go to the lead.
func (b *book) metaBreaks(meta *pipeline.Series, year int) string {
	var hard, soft []int
	for _, i := range b.breaksOf(meta, year) {
		br := &b.ds.Breaks[i]
		if br.From != year-1 {
			continue
		}
		if br.Forbids == pipeline.ForbidsNothing {
			soft = append(soft, i)
		} else {
			hard = append(hard, i)
		}
	}
	if len(hard) == 0 {
		return ""
	}
	return strings.Join(b.breakLines(append(hard, soft...), true), " | ")
}

// breaksOf returns the indexes of the breaks of a company's point and of the
// points of its members, each once.
func (b *book) breaksOf(company *pipeline.Series, year int) []int {
	var out []int
	add := func(s *pipeline.Series) {
		if s == nil {
			return
		}
		if p := pointOf(s, year); p != nil {
			for _, i := range p.Breaks {
				if i >= 0 && i < len(b.ds.Breaks) && !slices.Contains(out, i) {
					out = append(out, i)
				}
			}
		}
	}
	add(company)
	if p := pointOf(company, year); p != nil {
		for _, m := range p.Members {
			add(b.ds.ByPlatform.Find(m))
		}
	}
	return out
}
