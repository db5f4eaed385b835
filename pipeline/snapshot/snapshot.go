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
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"
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
	err := read(fsys, "editions.csv", EditionColumns, func(r record) {
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
		if readings := r.text("readings"); readings != "" {
			e.Readings = strings.Split(readings, " ")
		}
		byYear[e.Year] = len(s.Editions)
		s.Editions = append(s.Editions, e)
	})
	if err != nil {
		return nil, err
	}
	err = read(fsys, "rows.csv", RowColumns, func(r record) {
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
	err = read(fsys, "totals.csv", TotalColumns, func(r record) {
		s.Totals = append(s.Totals, pipeline.YearTotal{
			Year: r.int("year"), CyberTipline: pipeline.Count(r.int("cybertipline")),
			ESP: r.count("esp"), Public: r.count("public"), Source: r.text("source"),
		})
	})
	if err != nil {
		return nil, err
	}
	sort.SliceStable(s.Editions, func(i, j int) bool { return s.Editions[i].Year < s.Editions[j].Year })
	sort.SliceStable(s.Totals, func(i, j int) bool { return s.Totals[i].Year < s.Totals[j].Year })
	return s, nil
}

// record is one row under its header; the first fault is kept.
type record struct {
	col  map[string]int
	row  []string
	errp *error
	at   string
}

func (r record) fail(col, what string) {
	if *r.errp == nil {
		*r.errp = fmt.Errorf("%s: %s %q %s", r.at, col, r.text(col), what)
	}
}

func (r record) text(col string) string { return r.row[r.col[col]] }

func (r record) int(col string) int {
	n, err := strconv.Atoi(r.text(col))
	if err != nil || n < 0 {
		r.fail(col, "is not a whole number")
	}
	return n
}

func (r record) count(col string) *pipeline.Count {
	if r.text(col) == "" {
		return nil
	}
	c := pipeline.Count(r.int(col))
	return &c
}

func (r record) date(col string) time.Time {
	if r.text(col) == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, r.text(col))
	if err != nil {
		r.fail(col, "is not a date")
	}
	return t
}

func read(fsys fs.FS, name string, columns []string, each func(record)) error {
	f, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	cr := csv.NewReader(f)
	header, err := cr.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	col := map[string]int{}
	for i, h := range header {
		col[h] = i
	}
	for _, c := range columns {
		if _, ok := col[c]; !ok {
			return fmt.Errorf("%s: column %s is missing", name, c)
		}
	}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		var fault error
		each(record{col, row, &fault, fmt.Sprintf("%s, line %d", name, line)})
		if fault != nil {
			return fault
		}
	}
}
