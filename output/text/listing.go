package text

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// Listing is a table of texts that is printed as aligned text, CSV or JSON.
type Listing struct {
	Header  []string
	Rows    [][]string
	Right   []int // columns set right-aligned as text, and as numbers in JSON
	Grouped []int // of those, the ones shown with thousands separators as text
	Short   []int // hashes, cut to twelve characters as text
}

// Add adds a row.
func (t *Listing) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Write writes the listing as text, csv or json.
func (t *Listing) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return t.writeText(w)
	case "csv":
		cw := csv.NewWriter(w)
		if err := cw.WriteAll(append([][]string{t.Header}, t.Rows...)); err != nil {
			return err
		}
		return cw.Error()
	case "json":
		return t.writeJSON(w)
	}
	return fmt.Errorf("programmer error: no format %q", format)
}

func (t *Listing) writeJSON(w io.Writer) error {
	out := make([]map[string]any, 0, len(t.Rows))
	for _, r := range t.Rows {
		m := map[string]any{}
		for i, h := range t.Header {
			switch {
			case slices.Contains(t.Right, i) && r[i] == "":
				m[h] = nil
			case slices.Contains(t.Right, i):
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

func (t *Listing) writeText(w io.Writer) error {
	shown := [][]string{t.Header}
	for _, r := range t.Rows {
		cells := slices.Clone(r)
		for i, c := range cells {
			switch {
			case slices.Contains(t.Grouped, i):
				if n, err := strconv.ParseInt(c, 10, 64); err == nil {
					cells[i] = pipeline.Count(n).String()
				}
			case slices.Contains(t.Short, i):
				cells[i] = Short(c)
			}
		}
		shown = append(shown, cells)
	}
	widths := make([]int, len(t.Header))
	for _, r := range shown {
		for i, c := range r {
			widths[i] = max(widths[i], columns(c))
		}
	}
	var b strings.Builder
	for _, r := range shown {
		line := ""
		for i, c := range r {
			if slices.Contains(t.Right, i) {
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

// Short cuts a hash to what names a document; other texts stay whole.
func Short(document string) string {
	if len(document) == 64 && !strings.ContainsAny(document, ":/.") {
		return document[:12]
	}
	return document
}
