package claim

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// ruledLine is the line below the header of a Markdown table.
var ruledLine = regexp.MustCompile(`^[\s|:-]*-[\s|:-]*$`)

// shortestProse is how many words make a cell of a table prose.
const shortestProse = 6

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
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(c))
		}
		rows = append(rows, cells)
	}
	if len(rows) < 2 {
		return nil
	}
	return rows
}

// proseOf returns the cells of a table that are prose, as in a page that is laid
// out by tables.
func proseOf(rows [][]string) (list []string) {
	for _, row := range rows {
		for _, cell := range row {
			if len(strings.Fields(cell)) >= shortestProse {
				list = append(list, cell)
			}
		}
	}
	return list
}

// column says what the cells below a header are.
type column struct {
	form string // the sentence that a cell makes with a name and years; "" where it makes none
	year int
	from int    // the year that a change starts from; 0 where it is the one before
	name string // of whom the column is, where the header is a name
}

// tableForms are those sentences, by a word of the header.
var tableForms = []struct {
	words string // a class
	form  string
}{
	{"share nouns", "In %[2]d, %[1]s accounted for %[4]s percent of the reports."},
	{"changes", "From %[3]d to %[2]d, the reports by %[1]s %[5]s by %[4]s percent."},
	{"ranks", "In %[2]d, %[1]s ranked number %[4]s."},
	{"report nouns", "In %[2]d, %[1]s made %[4]s reports."},
}

// table reads the cells of a table as statements: of each number the name of
// its row or column and the year of its column or row. before is the paragraph
// in front of it, such as its caption. A table that nothing says to be about
// reports is left alone.
func (r *Reader) table(rows [][]string, before string, ctx *context) (list []Statement) {
	if head, caption := tokens(strings.Join(rows[0], " , ")), tokens(before); !has(head, "report nouns") && (!has(caption, "report nouns") || has(caption, "other topics")) {
		return nil
	}
	var columns []column
	for _, cell := range rows[0] {
		columns = append(columns, r.column(cell))
	}
	for _, row := range rows[1:] {
		name, year := "", 0
		for _, cell := range row {
			name, year = cmp.Or(name, r.nameIn(cell)), cmp.Or(year, asYear(cell))
		}
		for i, cell := range row[:min(len(row), len(columns))] {
			c := columns[i]
			c.name, c.year = cmp.Or(c.name, name), cmp.Or(c.year, year)
			if c.year == 0 && len(ctx.years) == 1 {
				c.year = ctx.years[0]
			}
			said := c.sentence(cell)
			if said == "" || asYear(cell) > 0 && asYear(cell) == year {
				continue
			}
			inner := context{fixed: true}
			if read := r.read(said, &inner); len(read) == 1 {
				read[0].Sentence, read[0].Quantity.Text = strings.Join(row, " | "), cell
				list = append(list, read[0])
			}
		}
	}
	return list
}

// sentence says what a cell says; "" where it is no number that says anything.
func (c column) sentence(cell string) string {
	number, moved := strings.TrimSpace(strings.Trim(cell, "%* ")), "rose"
	if cut := strings.TrimLeft(number, "-−–"); cut != number {
		number, moved = cut, "fell"
	}
	number = strings.TrimPrefix(number, "+")
	if c.name == "" || c.year == 0 || c.form == "" || !isNumber(number) {
		return ""
	}
	form := c.form
	if strings.HasSuffix(cell, "%") && form == tableForms[3].form {
		form = tableForms[0].form
	}
	return fmt.Sprintf(form, c.name, c.year, cmp.Or(c.from, c.year-1), number, moved)
}

// column reads the header of a column.
func (r *Reader) column(cell string) (c column) {
	header := r.sentence(cell, &context{fixed: true})
	words := header.list
	for _, m := range header.marks {
		if n := len(m.years); m.kind == year && n > 0 {
			c.from, c.year = m.years[0], m.years[n-1]
			if n == 1 {
				c.from = 0
			}
		}
	}
	if has(words, "other topics") || has(words, "other units") {
		return column{}
	}
	c.name = r.nameIn(cell)
	for _, f := range tableForms {
		if has(words, f.words) || strings.Contains(cell, "%") && f.form == tableForms[0].form {
			c.form = f.form
			return c
		}
	}
	if c.name != "" || c.year > 0 && len(words) == 1 {
		c.form = tableForms[3].form
	}
	return c
}

// nameIn returns the name of somebody whom the rules know that a cell is, as a
// sentence can have it; "" where it is none.
func (r *Reader) nameIn(cell string) string {
	for _, name := range []string{strings.TrimRight(cell, "* "), strings.NewReplacer(",", "", ".", "", "*", "").Replace(cell)} {
		s := r.sentence(name, &context{fixed: true})
		end := len(s.list)
		for end > 1 && (reportNouns[s.list[end-1].lower] || is(s.list[end-1].lower, "total", "totals")) {
			end-- // the header "CyberTipline total"
		}
		if len(s.marks) == 1 && s.marks[0].kind == who && s.marks[0].end == end && s.marks[0].lead == 0 {
			return name
		}
	}
	return ""
}
