package text

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/compare"
	"espfigures/pipeline/explain"
)

// Chain writes the chain behind a figure as text, csv or json. instead says what
// is explained in place of what was named, "" mostly.
func Chain(w io.Writer, style Style, c explain.Chain, instead, format string) error {
	switch format {
	case "csv":
		return chainCSV(w, c)
	case "json":
		return chainJSON(w, c)
	}
	_, err := io.WriteString(w, chainText(style, c, instead))
	return err
}

func chainText(style Style, c explain.Chain, instead string) string {
	var b strings.Builder
	line := func(label, text string) {
		if len(label) < 12 {
			label = fmt.Sprintf("%-12s", label)
		} else {
			label += " "
		}
		b.WriteString(style.Wrap(text, label, strings.Repeat(" ", 12)))
	}
	fmt.Fprintf(&b, "%s, %d: %s reports to NCMEC's CyberTipline [%s]\n\n", c.Series.Name, c.Point.Year, c.Point.Reports, c.Point.Status)
	if instead != "" {
		line("Explained", instead)
	}
	for i, s := range c.Steps {
		newRow := s.Part == explain.PartRow && (s.Label == "Printed row" || s.Label == "Transcribed as")
		if i > 0 && (newRow || s.Part != c.Steps[i-1].Part) {
			b.WriteString("\n")
		}
		line(s.Label, s.Text)
	}
	b.WriteString("\n")
	for _, n := range c.Notes {
		b.WriteString(style.Wrap(n, "- ", "  "))
	}
	b.WriteString("\nTo cite:\n" + explain.Write(c.Citations, "text"))
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
	type step struct {
		Part  explain.Part `json:"part"`
		Label string       `json:"label"`
		Text  string       `json:"text"`
	}
	type row struct {
		Name     string         `json:"esp_name"`
		Reports  pipeline.Count `json:"reports"`
		Platform string         `json:"platform_id"`
		Page     int            `json:"page,omitempty"`
		Row      int            `json:"row,omitempty"`
		SHA256   string         `json:"source_sha256,omitempty"`
		URL      string         `json:"source_url,omitempty"`
	}
	out := struct {
		ID        string            `json:"id"`
		Name      string            `json:"name"`
		Year      int               `json:"year"`
		Reports   *pipeline.Count   `json:"reports"`
		Share     *float64          `json:"share_percent"`
		Rank      *int              `json:"rank"`
		Status    pipeline.Status   `json:"status"`
		Marks     string            `json:"marks"`
		Members   []string          `json:"members,omitempty"`
		Rows      []row             `json:"rows"`
		Steps     []step            `json:"steps"`
		Notes     []string          `json:"notes"`
		Citations map[string]string `json:"citations"`
	}{
		ID: c.Series.ID, Name: c.Series.Name, Year: c.Point.Year, Reports: c.Point.Reports,
		Status: c.Point.Status, Marks: c.Point.Marks.String(), Rows: []row{}, Notes: c.Notes, Citations: map[string]string{},
	}
	if c.Point.Share != nil {
		percent := 100 * *c.Point.Share
		out.Share = &percent
	}
	if c.Point.Rank > 0 {
		out.Rank = &c.Point.Rank
	}
	if c.Series.Type != compare.TypePlatform {
		out.Members = c.Point.Members
	}
	for _, f := range c.Point.Figures {
		out.Rows = append(out.Rows, row{f.Name, f.Reports, f.Platform, f.At.Page, f.At.Row, f.SHA256, f.URL})
	}
	for _, s := range c.Steps {
		out.Steps = append(out.Steps, step(s))
	}
	for _, f := range explain.Formats {
		out.Citations[f] = explain.Write(c.Citations, f)
	}
	return writeJSON(w, out)
}
