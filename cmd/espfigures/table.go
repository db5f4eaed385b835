package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// table is a listing that a command prints as aligned text, CSV or JSON.
type table struct {
	header  []string
	rows    [][]string
	right   []int // columns set right-aligned as text, and as numbers in JSON
	grouped []int // of those, the ones shown with thousands separators as text
	short   []int // hashes, cut to twelve characters as text
}

// writeTable writes a table of the outputs to standard output, as CSV with the
// line ends that other programs of a shell expect, or as JSON.
func (a *app) writeTable(t tables.Table, format string) error {
	if format == "json" {
		return t.WriteJSON(a.stdout)
	}
	var b strings.Builder
	if err := t.WriteCSV(&b, false); err != nil {
		return err
	}
	_, err := io.WriteString(a.stdout, strings.ReplaceAll(b.String(), "\r\n", "\n"))
	return err
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// number writes a count bare, as data files hold it.
func number(c pipeline.Count) string { return strconv.FormatInt(int64(c), 10) }

func (t *table) write(w io.Writer, format string) error {
	switch format {
	case "text":
		return t.writeText(w)
	case "csv":
		cw := csv.NewWriter(w)
		if err := cw.WriteAll(append([][]string{t.header}, t.rows...)); err != nil {
			return err
		}
		return cw.Error()
	case "json":
		return t.writeJSON(w)
	}
	return usage("--format: %q is not text, csv or json", format)
}

func (t *table) writeJSON(w io.Writer) error {
	out := make([]map[string]any, 0, len(t.rows))
	for _, r := range t.rows {
		m := map[string]any{}
		for i, h := range t.header {
			switch {
			case slices.Contains(t.right, i) && r[i] == "":
				m[h] = nil
			case slices.Contains(t.right, i):
				m[h] = json.Number(r[i])
			default:
				m[h] = r[i]
			}
		}
		out = append(out, m)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func (t *table) writeText(w io.Writer) error {
	shown := [][]string{t.header}
	for _, r := range t.rows {
		cells := slices.Clone(r)
		for i, c := range cells {
			switch {
			case slices.Contains(t.grouped, i):
				if n, err := strconv.ParseInt(c, 10, 64); err == nil {
					cells[i] = pipeline.Count(n).String()
				}
			case slices.Contains(t.short, i):
				cells[i] = short(c)
			}
		}
		shown = append(shown, cells)
	}
	widths := make([]int, len(t.header))
	for _, r := range shown {
		for i, c := range r {
			widths[i] = max(widths[i], columns(c))
		}
	}
	var b strings.Builder
	for _, r := range shown {
		line := ""
		for i, c := range r {
			if slices.Contains(t.right, i) {
				line += padLeft(c, widths[i]) + "  "
			} else {
				line += pad(c, widths[i]) + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
