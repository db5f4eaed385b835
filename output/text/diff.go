package text

import (
	"fmt"
	"html/template"
	"io"
	"strconv"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// Diff is what changed between two sets of figures.
type Diff struct {
	Old, New string // what the user compared
	Years    []check.YearChange
}

// Write writes it as text, csv, json or html: one page of its own. As text and
// html a year that is new is one line; csv and json have all its rows.
func (d Diff) Write(w io.Writer, format string) error {
	if format == "html" {
		return diffPage.Execute(w, d)
	}
	rows := Listing{Header: []string{"year", "kind", "esp_name", "platform_id", "old", "new"}, Right: []int{4, 5}, Grouped: []int{4, 5}}
	for _, y := range d.Years {
		if format == "text" {
			if _, err := fmt.Fprintln(w, y); err != nil {
				return err
			}
		}
		for _, c := range y.Changes {
			if format != "text" || !y.New {
				rows.Add(fmt.Sprint(c.Year), string(c.Kind), c.Name, c.Platform, countCell(c.Old), countCell(c.New))
			}
		}
	}
	if format == "text" {
		if len(rows.Rows) == 0 {
			return nil
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return rows.Write(w, format)
}

func countCell(n *pipeline.Count) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}

var diffPage = template.Must(template.New("diff").Funcs(template.FuncMap{"count": func(n *pipeline.Count) string {
	if n == nil {
		return "–"
	}
	return n.String()
}}).Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>What changed: {{.Old}} to {{.New}}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd}.n{text-align:right;font-variant-numeric:tabular-nums}
</style></head><body>
<h1>What changed</h1>
<p>From {{.Old}} to {{.New}}. The unit is reports to NCMEC's CyberTipline.</p>
{{range .Years}}<h2>{{.}}</h2>
{{if not .New}}<table><thead><tr><th>What</th><th>Printed name</th><th>Platform</th><th class="n">Old</th><th class="n">New</th></tr></thead><tbody>
{{range .Changes}}<tr><td>{{.Kind}}</td><td><bdi>{{.Name}}</bdi></td><td>{{.Platform}}</td><td class="n">{{count .Old}}</td><td class="n">{{count .New}}</td></tr>
{{end}}</tbody></table>
{{end}}{{else}}<p>No row differs.</p>
{{end}}</body></html>
`))
