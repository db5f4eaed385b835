package extract

import (
	"slices"
	"strings"

	"espfigures/pipeline/extract/webpage"
)

// filled returns the rows of a table that have a text, with each cell's as it is
// read and an empty cell where there is none.
func filled(rows [][]*webpage.Cell) (out [][]*webpage.Cell) {
	for n, row := range rows {
		said := false
		for i, c := range row {
			if c == nil {
				row[i] = &webpage.Cell{Row: n}
			}
			row[i].Text = flow(row[i].Text)
			said = said || row[i].Text != ""
		}
		if said {
			out = append(out, row)
		}
	}
	return out
}

// unlabel turns a table that names each value in its first column ("ESP: A",
// "Reports: 1", "ESP: B", "Reports: 2"), as lists of cards do, into one with a
// header.
func unlabel(rows [][]*webpage.Cell) [][]*webpage.Cell {
	var labels []*webpage.Cell // of a card
	var cards [][]*webpage.Cell
	for _, row := range rows {
		if len(row) != 2 {
			return rows
		}
		label := strings.TrimRight(row[0].Text, ": ")
		if len(labels) == 0 || label == labels[0].Text {
			cards = append(cards, nil)
		}
		if len(cards) == 1 {
			labels = append(labels, &webpage.Cell{Text: label})
		}
		last := &cards[len(cards)-1]
		if len(*last) == len(labels) || label != labels[len(*last)].Text {
			return rows
		}
		value := *row[1]
		value.Row = len(cards)
		*last = append(*last, &value)
	}
	roles := map[role]int{}
	for _, l := range labels {
		roles[classify(l.Text).Role]++
	}
	if len(labels) > 6 || roles[roleName] != 1 || roles[roleReports] == 0 || len(rows)%len(labels) != 0 {
		return rows
	}
	return slices.Insert(cards, 0, labels)
}

// Levels of titles that are no headings above a table.
const (
	ownTitle  = 0                 // its caption and its first rows
	pageTitle = webpage.Plain + 1 // the page's last title of such a table, then the page's own
)

// titles returns the texts that may say what a table is of, the nearest first.
func (p *htmlPage) titles(t *webpage.Table, above [][]*webpage.Cell) (ts []webpage.Heading) {
	for _, c := range t.Captions {
		ts = append(ts, webpage.Heading{Text: flow(c), Level: ownTitle})
	}
	for _, row := range above {
		if len(row) > 0 && row[0] == row[len(row)-1] && row[0].Text != "" {
			ts = append(ts, webpage.Heading{Text: row[0].Text, Level: ownTitle})
		}
	}
	own := len(ts)
	for _, h := range slices.Backward(t.Headings) {
		ts = append(ts, webpage.Heading{Text: flow(h.Text), Level: h.Level})
	}
	ts = append(ts, webpage.Heading{Text: p.headline, Level: pageTitle}, webpage.Heading{Text: p.title, Level: pageTitle})
	return append(ts[:own:own], slices.DeleteFunc(ts[own:], func(h webpage.Heading) bool { return !isHeading(h.Text) })...)
}

// sisterTitle names the other publication that a table belongs to, "" for none. A
// header that names providers and reports says what a table is; words around
// it do not overrule it.
func sisterTitle(ts []webpage.Heading, name, count head) string {
	strong := count.Role == roleReports && hasAny(headWords(name.Text), nameCore)
	for _, h := range ts {
		switch {
		case h.Level == ownTitle:
			if k := sisterOf(h.Text); k != "" && !(strong && titleLike(h.Text)) {
				return k
			}
		case strong, h.Level == pageTitle:
			return ""
		case h.Level < webpage.Plain || titleLike(h.Text):
			return sisterOf(h.Text)
		}
	}
	return ""
}

// nearestSource finds the year of a table and the title that names it: the table's
// own titles first, then the nearest heading that can be nothing else, then any
// heading. Two that differ are a conflict.
func nearestSource(ts []webpage.Heading, name string) source {
	src, vague := source{Name: name}, source{Name: name}
	nearer := true // than any clear title
	for _, h := range ts {
		src.Titled, src.Part = src.Titled || titleLike(h.Text), src.Part || ofPart(h.Text)
		title := []heading{{Text: h.Text}}
		switch clear := h.Level == ownTitle || h.Level == pageTitle || titleLike(h.Text) || seriesTitle(h.Text); {
		case !isHeading(h.Text):
		case clear:
			nearer = false
			src.date(title)
		case nearer && h.Level < webpage.Label:
			vague.date(title)
		}
	}
	switch {
	case !src.dated():
		src.Year, src.Title, src.Conflict = vague.Year, vague.Title, vague.Conflict
	case vague.dated() && vague.Year != src.Year:
		src.Year, src.Title, src.Conflict = 0, vague.Title, true
	}
	return src
}

// seriesTitle reports whether a text says nothing but a year and the
// publication, such as "2024 CyberTipline Reports" or "2024".
func seriesTitle(s string) bool {
	ws := headWords(s)
	return len(titleYear(s)) == 1 && !slices.ContainsFunc(ws, func(w string) bool {
		return !seriesWords[w] && !reportWords[w] && !nameWords[w] && yearOf(w) == 0
	})
}
