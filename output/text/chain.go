package text

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline/explain"
)

// Chain writes the chain behind a figure as text, csv or json. instead says what
// is explained in place of what was named, "" mostly.
func Chain(w io.Writer, style Style, c explain.Chain, instead, format string) (err error) {
	switch format {
	case "csv":
		return chainCSV(w, c)
	case "json":
		return chainJSON(w, c)
	}
	_, err = io.WriteString(w, chainText(style, c, instead))
	return err
}

func chainText(style Style, c explain.Chain, instead string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d: %s reports to NCMEC's CyberTipline [%s]\n\n", c.Series.Name, c.Point.Year, c.Point.Reports, c.Point.Status)
	if instead != "" {
		b.WriteString(style.field("Explained", instead))
	}
	for i, s := range c.Steps {
		newRow := s.Part == explain.PartRow && (s.Label == "Printed row" || s.Label == "Transcribed as")
		if i > 0 && (newRow || s.Part != c.Steps[i-1].Part) {
			b.WriteString("\n")
		}
		b.WriteString(style.field(s.Label, s.Text))
	}
	b.WriteString("\n" + style.list(c.Notes) + "\nTo cite:\n" + explain.Write(c.Citations, "text"))
	return b.String()
}

// chainCSV writes the steps, notes and citation as rows.
func chainCSV(w io.Writer, c explain.Chain) error {
	rows := [][]string{{"part", "label", "text"}}
	for _, s := range c.Steps {
		rows = append(rows, []string{string(s.Part), s.Label, s.Text})
	}
	for _, n := range c.Notes {
		rows = append(rows, []string{"note", "", n})
	}
	rows = append(rows, []string{"citation", "text", explain.Write(c.Citations, "text")})
	return csv.NewWriter(w).WriteAll(rows)
}

func chainJSON(w io.Writer, c explain.Chain) error {
	type object = map[string]any
	out := object{
		"id": c.Series.ID, "name": c.Series.Name, "year": c.Point.Year, "reports": c.Point.Reports, "rank": tables.Positive(c.Point.Rank),
		"share_percent": tables.Percent(c.Point.Share), "status": c.Point.Status, "marks": c.Point.Marks.String(), "members": c.Point.Members, "notes": c.Notes,
	}
	rows, steps, citations := []object{}, []object{}, object{}
	for _, f := range c.Point.Figures {
		rows = append(rows, object{"esp_name": f.Name, "reports": f.Reports, "platform_id": f.Platform,
			"page": tables.Positive(f.At.Page), "row": tables.Positive(f.At.Row), "source_sha256": f.SHA256, "source_url": f.URL})
	}
	for _, s := range c.Steps {
		steps = append(steps, object{"part": s.Part, "label": s.Label, "text": s.Text})
	}
	for _, f := range explain.Formats {
		citations[f] = explain.Write(c.Citations, f)
	}
	out["rows"], out["steps"], out["citations"] = rows, steps, citations
	return writeJSON(w, out)
}
