// Package snapshot holds the figures shipped with the program: what a run
// without a network uses, and what a fetched document is compared with.
//
// The verified editions were read by this program from NCMEC's documents
// (make snapshot); their rows keep page and row, and each edition its
// document's hash, address and own date. The secondary editions are a third
// party's partial transcription and are marked so. In: the embedded CSV files.
// Out: editions, and the CyberTipline's yearly totals.
package snapshot

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"espfigures/pipeline"
)

//go:embed data/*.csv
var files embed.FS

// Snapshot is what the program knows before it has fetched anything.
type Snapshot struct {
	Editions []pipeline.Edition   // by year
	Totals   []pipeline.YearTotal // by year
}

// The columns of the files in data/. Editions hold one row a year, rows one
// row a printed row.
var (
	EditionColumns = []string{"year", "status", "sha256", "name", "size", "url", "dated", "title", "total_label", "total", "total_page", "readings", "source", "note"}
	RowColumns     = []string{"year", "page", "row", "esp_name", "combined", "reports", "source", "note"}
	TotalColumns   = []string{"year", "cybertipline", "esp", "public", "source"}
)

// Default returns the snapshot embedded in the program.
func Default() (*Snapshot, error) {
	sub, err := fs.Sub(files, "data")
	if err != nil {
		return nil, err
	}
	return Load(sub)
}

// Load reads a snapshot from editions.csv, rows.csv and totals.csv. An error
// names file and line.
func Load(fsys fs.FS) (*Snapshot, error) {
	s := &Snapshot{}
	byYear := map[int]int{}
	err := read(fsys, "editions.csv", EditionColumns, func(r *record) {
		e := pipeline.Edition{
			Year:   r.int("year"),
			Title:  r.text("title"),
			Status: pipeline.Status(r.text("status")),
			Source: r.text("source"),
			Note:   r.text("note"),
			Document: pipeline.Document{
				SHA256: r.text("sha256"), Name: r.text("name"), Size: int64(r.int("size")),
				URL: r.text("url"), Dated: r.date("dated"),
			},
			Total: &pipeline.Total{Label: r.text("total_label"), Reports: pipeline.Count(r.int("total")), At: pipeline.Place{Page: r.int("total_page")}},
		}
		if readings := strings.Fields(r.text("readings")); len(readings) > 0 {
			e.Readings = readings
		}
		byYear[e.Year] = len(s.Editions)
		s.Editions = append(s.Editions, e)
	})
	if err != nil {
		return nil, err
	}
	err = read(fsys, "rows.csv", RowColumns, func(r *record) {
		i, ok := byYear[r.int("year")]
		if !ok {
			r.fail("year", "has no edition")
			return
		}
		s.Editions[i].Rows = append(s.Editions[i].Rows, pipeline.Row{
			Name: r.text("esp_name"), Combined: r.text("combined") == "*",
			Reports: pipeline.Count(r.int("reports")),
			At:      pipeline.Place{Page: r.int("page"), Row: r.int("row")},
			Source:  r.text("source"), Note: r.text("note"),
		})
	})
	if err != nil {
		return nil, err
	}
	err = read(fsys, "totals.csv", TotalColumns, func(r *record) {
		s.Totals = append(s.Totals, pipeline.YearTotal{
			Year: r.int("year"), CyberTipline: pipeline.Count(r.int("cybertipline")),
			ESP: r.count("esp"), Public: r.count("public"), Source: r.text("source"),
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(s.Editions, func(a, b pipeline.Edition) int { return a.Year - b.Year })
	slices.SortStableFunc(s.Totals, func(a, b pipeline.YearTotal) int { return a.Year - b.Year })
	return s, nil
}

// record is one row under its header; the first fault is kept.
type record struct {
	columns, row []string
	at           string // file and line
	err          error
}

func (r *record) fail(col, what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %s %q %s", r.at, col, r.text(col), what)
	}
}

func (r *record) text(col string) string { return r.row[slices.Index(r.columns, col)] }

func (r *record) int(col string) int {
	n, err := strconv.Atoi(r.text(col))
	if err != nil || n < 0 {
		r.fail(col, "is not a whole number")
	}
	return n
}

func (r *record) count(col string) *pipeline.Count {
	if r.text(col) == "" {
		return nil
	}
	c := pipeline.Count(r.int(col))
	return &c
}

func (r *record) date(col string) time.Time {
	t, err := time.Parse(time.DateOnly, r.text(col))
	if err != nil && r.text(col) != "" {
		r.fail(col, "is not a date")
	}
	return t
}

func read(fsys fs.FS, name string, columns []string, each func(*record)) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return fmt.Errorf("%s: its columns are not %s", name, strings.Join(columns, ","))
	}
	for i, row := range rows[1:] {
		r := &record{columns: columns, row: row, at: fmt.Sprintf("%s, line %d", name, i+2)}
		if each(r); r.err != nil {
			return r.err
		}
	}
	return nil
}
