package extract

import (
	"slices"
	"strings"

	"espfigures/pipeline/extract/webpage"
)

// filled drops the rows of a table without any text.
func filled(rows [][]*webpage.Cell) [][]*webpage.Cell {
	return slices.DeleteFunc(slices.Clone(rows), func(row []*webpage.Cell) bool {
		return !slices.ContainsFunc(row, func(c *webpage.Cell) bool { return c != nil && c.Text != "" })
	})
}

// unlabel turns a table that names each value in its first column ("ESP: A",
// "Reports: 1", "ESP: B", "Reports: 2"), as lists of cards do, into one with a
// header.
func unlabel(rows [][]*webpage.Cell) [][]*webpage.Cell {
	label := func(at int) string {
		if len(rows[at]) != 2 || rows[at][0] == nil {
			return ""
		}
		return strings.TrimRight(textOf(rows[at][0]), ": ")
	}
	var labels []*webpage.Cell
	roles := map[role]int{}
	for at := 0; at < len(rows) && (at == 0 || label(at) != label(0)); at++ {
		if at > 6 {
			return rows
		}
		labels = append(labels, &webpage.Cell{Text: label(at), Header: true})
		roles[classify(label(at)).Role]++
	}
	if roles[roleName] != 1 || roles[roleReports] == 0 || len(rows)%len(labels) != 0 {
		return rows
	}
	out := [][]*webpage.Cell{labels}
	for at := range rows {
		if label(at) != labels[at%len(labels)].Text {
			return rows
		}
		if at%len(labels) == 0 {
			out = append(out, nil)
		}
		last := len(out) - 1
		value := *rows[at][1]
		value.Row = last
		out[last] = append(out[last], &value)
	}
	return out
}

// tableTitles are the texts that may say what a table is of.
type tableTitles struct {
	own      []string          // its caption and its first rows
	headings []webpage.Heading // above it, the nearest first
	page     []string          // the page's last title of such a table, then the page's own
}

func (p *htmlPage) titles(t *webpage.Table, above [][]*webpage.Cell) tableTitles {
	var ts tableTitles
	for _, c := range t.Captions {
		ts.own = append(ts.own, flow(c))
	}
	for _, row := range above {
		if len(row) > 0 && row[0] == row[len(row)-1] && textOf(row[0]) != "" {
			ts.own = append(ts.own, textOf(row[0]))
		}
	}
	for _, h := range slices.Backward(t.Headings) {
		if h.Text = flow(h.Text); isHeading(h.Text) {
			ts.headings = append(ts.headings, h)
		}
	}
	for _, s := range []string{p.headline, p.title} {
		if s != "" && isHeading(s) {
			ts.page = append(ts.page, s)
		}
	}
	return ts
}

// titled reports whether any title speaks of reports by provider.
func (ts tableTitles) titled() bool {
	return slices.ContainsFunc(ts.own, titleLike) || slices.ContainsFunc(ts.page, titleLike) ||
		slices.ContainsFunc(ts.headings, func(h webpage.Heading) bool { return titleLike(h.Text) })
}

// sister names the other publication that a table belongs to, "" for none. A
// header that names providers and reports says what a table is; words around
// it do not overrule it.
func (ts tableTitles) sister(name, count head) string {
	strong := count.Role == roleReports && slices.ContainsFunc(headWords(name.Text), func(w string) bool { return nameCore[w] })
	for _, t := range ts.own {
		if k := sisterOf(t); k != "" && !(strong && titleLike(t)) {
			return k
		}
	}
	if strong {
		return ""
	}
	for _, h := range ts.headings {
		if h.Level < webpage.Plain || titleLike(h.Text) {
			return sisterOf(h.Text)
		}
	}
	return ""
}

// source finds the year of a table and the title that names it: the table's own
// titles first, then the nearest heading that can be nothing else, then any
// heading. Two that differ are a conflict.
func (ts tableTitles) source(name string) source {
	var vague []string
	clear := slices.Clone(ts.own)
	for _, h := range ts.headings {
		switch {
		case titleLike(h.Text) || seriesTitle(h.Text):
			clear = append(clear, h.Text)
		case h.Level < webpage.Label && len(clear) == 0:
			vague = append(vague, h.Text) // nearer than any clear one
		}
	}
	src := source{Name: name}
	for _, t := range append(clear, ts.page...) {
		if src.take(t) {
			break
		}
	}
	for _, t := range vague {
		near := source{Name: name}
		if !near.take(t) {
			continue
		}
		if src.Year == 0 && !src.Conflict {
			return near
		}
		if near.Conflict || near.Year != src.Year {
			src.Year, src.Title, src.Conflict = 0, t, true
		}
		break
	}
	return src
}

// take sets the year that a title names and reports whether it names one.
func (src *source) take(title string) bool {
	if !isHeading(title) {
		return false
	}
	switch ys := titleYear(title); len(ys) {
	case 0:
		return false
	case 1:
		src.Year, src.Title = ys[0], title
	default:
		src.Conflict, src.Title = true, title
	}
	return true
}

// seriesTitle reports whether a text says nothing but a year and the
// publication, such as "2024 CyberTipline Reports" or "2024".
func seriesTitle(s string) bool {
	ws := headWords(s)
	return len(titleYear(s)) == 1 && !slices.ContainsFunc(ws, func(w string) bool {
		return !seriesWords[w] && !reportWords[w] && !nameWords[w] && yearOf(w) == 0
	})
}
