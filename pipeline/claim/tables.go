package claim

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ruledLine is the line below the header of a Markdown table.
var ruledLine = regexp.MustCompile(`^[\s|:-]*-[\s|:-]*$`)

// tableRows returns the cells of a paragraph that is a table, its header first;
// nil where it is none.
func tableRows(paragraph string) (rows [][]string) {
	lines := strings.Split(strings.TrimSpace(paragraph), "\n")
	ruled := len(lines) > 1 && strings.Contains(lines[0], "|") && ruledLine.MatchString(lines[1])
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if ruledLine.MatchString(line) {
			continue
		}
		if !ruled && !strings.HasPrefix(line, "|") {
			return nil
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(cell)
		}
		rows = append(rows, cells)
	}
	if len(rows) < 2 {
		return nil
	}
	return rows
}

// column says what the cells below a header are.
type column struct {
	measure Measure  // "" where they are no numbers of reports
	year    int      // 0 where the header names none
	from    int      // the year that a change starts from; 0 where it is the one before
	who     *subject // of whom the column is, where the header is a name
	percent bool     // the header says so
	scale   string   // what the numbers count in: " thousands"; "" mostly
}

// headers are words of a header, by class, and what the numbers below it measure.
var headers = []struct {
	class   string
	measure Measure
}{{"changes", MeasureChange}, {"share nouns", MeasureShare}, {"ranks", MeasureRank}, {"report nouns", MeasureReports}}

// table reads the cells of a table as statements: of each number the name of
// its row or column and the year of its column or row. before is the paragraph
// in front of it, such as its caption. A table that nothing says to be about
// reports is left alone.
func (r *Reader) table(rows [][]string, before string, ctx *context) (list []Statement) {
	if head, caption := tokens(strings.Join(rows[0], " , ")), tokens(before); !has(head, "report nouns") && (!has(caption, "report nouns") || has(caption, "other topics")) {
		return nil
	}
	var columns []column
	var dated []int
	for _, cell := range rows[0] {
		c := r.column(cell)
		if c.measure == MeasureChange && c.year == 0 && len(dated) == 2 { // that of the only two years before it
			c.from, c.year = slices.Min(dated), slices.Max(dated)
		} else if c.year > 0 && !slices.Contains(dated, c.year) {
			dated = append(dated, c.year)
		}
		columns = append(columns, c)
	}
	for _, row := range rows[1:] {
		var who *subject
		year := 0
		for _, cell := range row {
			who, year = cmp.Or(who, r.subjectIn(cell)), cmp.Or(year, asYear(cell))
		}
		for i, cell := range row[:min(len(row), len(columns))] {
			c := columns[i]
			c.who, c.year = cmp.Or(c.who, who), cmp.Or(c.year, year)
			if c.year == 0 && len(ctx.years) == 1 {
				c.year = ctx.years[0]
			}
			if st, ok := r.cell(c, cell); ok && (asYear(cell) == 0 || asYear(cell) != year) {
				st.Sentence = strings.Join(row, " | ")
				list = append(list, st)
			}
		}
	}
	return list
}

// numberCell is the number of a cell with its sign.
var numberCell = regexp.MustCompile(`^\**([-−–+]?)(\d[^%*]*)%?\**$`)

// claims are the words that make a claim of a number below a header.
var claims = map[Measure]string{MeasureReports: "made %s reports", MeasureShare: "%s%%", MeasureChange: "%s%%", MeasureRank: "No. %s"}

// cell reads the number of a cell as a claim in a few words.
func (r *Reader) cell(c column, cell string) (st Statement, ok bool) {
	number := numberCell.FindStringSubmatch(cell)
	if number == nil || c.who == nil || c.year == 0 || c.measure == "" {
		return st, false
	}
	claimed := number[2]
	if c.measure == MeasureChange {
		claimed = cmp.Or(strings.NewReplacer("-", "−", "–", "−").Replace(number[1]), "+") + claimed
	}
	switch percent := strings.Contains(cell, "%"); {
	case c.measure == MeasureReports && percent:
		c.measure = MeasureShare
	case c.measure == MeasureReports, c.measure == MeasureChange && !percent && !c.percent:
		c.measure, claimed = MeasureReports, claimed+c.scale
	}
	read := r.read(fmt.Sprintf(claims[c.measure], claimed),
		&context{subject: c.who, years: []int{c.year}, span: []int{cmp.Or(c.from, c.year-1), c.year}, fixed: true})
	if len(read) != 1 {
		return st, false
	}
	read[0].Quantity.Text = cell
	return read[0], true
}

func (r *Reader) column(cell string) (c column) {
	header := r.sentence(cell, &context{fixed: true})
	for _, m := range header.marks {
		if n := len(m.years); n > 0 {
			c.from, c.year = m.years[0]*(n-1), m.years[n-1]
		}
	}
	if has(header.list, "other topics") || has(header.list, "other units") || has(header.list, "changes") && has(header.list, "shares") {
		return column{}
	}
	c.who = r.subjectIn(cell)
	for _, t := range header.list {
		if scales[t.lower] > 0 {
			c.scale = " " + t.lower
		}
		c.percent = c.percent || in("percent", t.lower)
	}
	for _, h := range headers {
		if has(header.list, h.class) || c.percent && h.measure == MeasureShare {
			c.measure = h.measure
			return c
		}
	}
	if c.who != nil || c.year > 0 && len(header.list) == 1 {
		c.measure = MeasureReports
	}
	return c
}

// subjectIn returns somebody whom the rules know whose name a cell is; nil
// where it is none.
func (r *Reader) subjectIn(cell string) *subject {
	for _, name := range []string{strings.TrimRight(cell, "* "), strings.NewReplacer(",", "", ".", "", "*", "").Replace(cell)} {
		s := r.sentence(name, &context{fixed: true})
		end := len(s.list)
		for end > 1 && (in("report nouns", s.at(end-1)) || is(s.at(end-1), "total", "totals")) {
			end-- // the header "CyberTipline total"
		}
		if m, ok := s.alone(end); ok {
			return &m.subject
		}
	}
	return nil
}
