package text

import (
	_ "embed"
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

// Table has every row that differs.
func (d Diff) Table() tables.Table { return tables.ChangesOf(d.changes(true)) }

func (d Diff) changes(ofNew bool) (list []pipeline.Change) {
	for _, y := range d.Years {
		if ofNew || !y.New {
			list = append(list, y.Changes...)
		}
	}
	return list
}

//go:embed diff.html
var diffPage string

// WriteHTML writes one page of its own. A year that is new is one line.
func (d Diff) WriteHTML(w io.Writer) error {
	return template.Must(template.New("diff").Parse(diffPage)).Execute(w, d)
}

// Write writes a line a year, then the rows of years that both sets have.
func (d Diff) Write(w io.Writer) error {
	for _, y := range d.Years {
		fmt.Fprintln(w, y)
	}
	changes := d.changes(false)
	if len(changes) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return Table(w, tables.ChangesOf(changes), "year", "change_kind", "esp_name", "platform_id", "old_reports", "new_reports")
}
