package text

import (
	"fmt"
	"html/template"
	"io"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// Diff is what changed between two sets of figures.
type Diff struct {
	Old, New string // what the user compared
	Years    []check.YearChange
}

// Table has every row that differs, for csv and json.
func (d Diff) Table() tables.Table { return tables.ChangesOf(d.changes(true)) }

func (d Diff) changes(ofNew bool) (list []pipeline.Change) {
	for _, y := range d.Years {
		if ofNew || !y.New {
			list = append(list, y.Changes...)
		}
	}
	return list
}

// WriteHTML writes one page of its own. A year that is new is one line.
func (d Diff) WriteHTML(w io.Writer) error { return diffPage.Execute(w, d) }

// Write writes a line a year, then the rows of years that both sets have.
func (d Diff) Write(w io.Writer) error {
	for _, y := range d.Years {
		if _, err := fmt.Fprintln(w, y); err != nil {
			return err
		}
	}
	changes := d.changes(false)
	if len(changes) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return Table(w, tables.ChangesOf(changes), "year", "change_kind", "esp_name", "platform_id", "old_reports", "new_reports")
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
