package text

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// Table writes the named columns of a table as aligned text, in that order; all
// of them where none is named. Reports have thousands separators, hashes are cut to twelve
// characters.
func Table(w io.Writer, t tables.Table, names ...string) error {
	if len(names) == 0 {
		for _, f := range t.Fields {
			names = append(names, f.Name)
		}
	}
	var at []int
	shown := make([][]string, 1+len(t.Rows))
	shown[0] = names
	for _, name := range names {
		i := slices.IndexFunc(t.Fields, func(f tables.Field) bool { return f.Name == name })
		at = append(at, i)
		for k, row := range t.Rows {
			shown[k+1] = append(shown[k+1], shortCell(row[i]))
		}
	}
	_, err := io.WriteString(w, aligned(shown, func(i int) bool {
		k := t.Fields[at[i]].Kind
		return k == tables.Integer || k == tables.Number
	}))
	return err
}

// aligned sets rows of texts as columns; right says which but the first are
// right-aligned.
func aligned(rows [][]string, right func(i int) bool) string {
	var lines []line
	for _, r := range rows {
		l := line{label: r[0]}
		for i, text := range r[1:] {
			c := cell{behind: text}
			if right(i + 1) {
				c = cell{text: text}
			}
			l.cells = append(l.cells, c)
		}
		lines = append(lines, l)
	}
	return strings.TrimSuffix(setTable(lines, 0), "\n")
}

func shortCell(v any) string {
	switch v := v.(type) {
	case pipeline.Count:
		return v.String()
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
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

// List returns a table of texts, without rows. columns are their names, with
// spaces between.
func List(columns string) (t tables.Table) {
	for name := range strings.FieldsSeq(columns) {
		t.Fields = append(t.Fields, tables.Field{Name: name, Kind: tables.Text})
	}
	return t
}
