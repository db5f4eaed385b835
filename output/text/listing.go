package text

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// Table writes the named columns of a table as aligned text, in that order, all
// of them where none is named. Numbers are right-aligned, reports have thousands separators,
// hashes are cut to twelve characters.
func Table(w io.Writer, t tables.Table, names ...string) error {
	at := make([]int, 0, len(t.Fields))
	for i := range t.Fields {
		if len(names) == 0 {
			at = append(at, i)
		}
	}
	for _, name := range names {
		at = append(at, slices.IndexFunc(t.Fields, func(f tables.Field) bool { return f.Name == name }))
	}
	shown := [][]string{{}}
	for _, i := range at {
		shown[0] = append(shown[0], t.Fields[i].Name)
	}
	for _, row := range t.Rows {
		var cells []string
		for _, i := range at {
			cells = append(cells, shortCell(row[i]))
		}
		shown = append(shown, cells)
	}
	_, err := io.WriteString(w, aligned(shown, func(i int) bool {
		k := t.Fields[at[i]].Kind
		return k == tables.Integer || k == tables.Number
	}))
	return err
}

// aligned sets rows of cells as columns; right says which are right-aligned.
func aligned(rows [][]string, right func(i int) bool) string {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], columns(c))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		line := ""
		for i, c := range r {
			if right(i) {
				line += padLeft(c, widths[i]) + "  "
			} else {
				line += pad(c, widths[i]) + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

func shortCell(v any) string {
	switch v := v.(type) {
	case pipeline.Count:
		return v.String()
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case int:
		return strconv.Itoa(v)
	}
	text, _, _ := strings.Cut(tables.Cell(v), "T00:00:00Z")
	return Short(text)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Short cuts a hash to what names a document; other texts stay whole.
func Short(document string) string {
	if len(document) == 64 && !strings.ContainsAny(document, ":/.") {
		return document[:12]
	}
	return document
}
