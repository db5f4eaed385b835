// Package snapshot holds the figures shipped with the program: what a run
// without a network uses, and what a fetched document is compared with.
//
// rows.csv is what this program prints of NCMEC's documents (make snapshot), and
// editions.csv names each document by hash, address and own date; the tests hold
// both against the documents. The secondary editions (transcribed.csv) are a third
// party's partial transcription and are marked so. In: the embedded CSV files.
// Out: editions, and the CyberTipline's yearly totals.
package snapshot

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"iter"
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

// Default returns the snapshot embedded in the program.
func Default() (*Snapshot, error) { return load(files) }

// load reads a snapshot. The error names file and line of everything that is wrong.
func load(fsys fs.FS) (*Snapshot, error) {
	s, l := &Snapshot{}, &loader{fsys: fsys}
	byYear := map[int]int{}
	for r := range l.rows("editions.csv") {
		e := pipeline.Edition{
			Year: l.int(r["year"]), Title: r["title"], Status: pipeline.Status(r["status"]), Source: r["source"], Note: r["note"],
			Document: pipeline.Document{
				SHA256: r["sha256"], Name: r["name"], Size: int64(l.int(r["size"])), URL: r["url"], Dated: l.date(r["dated"]),
			},
			Total:    &pipeline.Total{Reports: l.count(r["total"]), At: pipeline.Place{Page: l.int(r["total_page"])}},
			Readings: slices.Collect(strings.FieldsSeq(r["readings"])),
		}
		byYear[e.Year] = len(s.Editions)
		s.Editions = append(s.Editions, e)
	}
	for _, name := range []string{"rows.csv", "transcribed.csv"} {
		for r := range l.rows(name) {
			i, ok := byYear[l.int(r["year"])]
			if !ok {
				l.fault("%s has no edition", r["year"])
				continue
			}
			s.Editions[i].Rows = append(s.Editions[i].Rows, pipeline.Row{
				Name: r["esp_name"], Combined: r["flags"] == "*", Reports: l.count(r["reports"]),
				At: pipeline.Place{Page: l.int(r["page"]), Row: l.int(r["row"])}, Source: r["source"], Note: r["note"],
			})
		}
	}
	for r := range l.rows("totals.csv") {
		t := pipeline.YearTotal{Year: l.int(r["year"]), CyberTipline: l.count(r["cybertipline"]), Source: r["source"]}
		if r["esp"] != "" {
			t.ESP = new(l.count(r["esp"]))
		}
		if r["public"] != "" {
			t.Public = new(l.count(r["public"]))
		}
		s.Totals = append(s.Totals, t)
	}
	return s, errors.Join(l.faults...)
}

// loader reads the files and keeps what is wrong.
type loader struct {
	fsys   fs.FS
	at     string // file and line
	faults []error
}

func (l *loader) fault(format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: "+format, append([]any{l.at}, args...)...))
}

// rows yields the rows of a file, by column.
func (l *loader) rows(name string) iter.Seq[map[string]string] {
	return func(yield func(map[string]string) bool) {
		l.at = name
		data, err := fs.ReadFile(l.fsys, "data/"+name)
		if err != nil {
			l.fault("%w", err)
		}
		table, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil {
			l.fault("%w", err)
		}
		for i, line := range table {
			l.at = fmt.Sprintf("%s, line %d", name, i+1)
			row := map[string]string{}
			for j, cell := range line {
				row[table[0][j]] = cell
			}
			if i > 0 && !yield(row) {
				return
			}
		}
	}
}

func (l *loader) int(cell string) int {
	n, err := strconv.ParseUint(cell, 10, 32)
	if err != nil {
		l.fault("%q is not a whole number", cell)
	}
	return int(n)
}

func (l *loader) count(cell string) pipeline.Count { return pipeline.Count(l.int(cell)) }

func (l *loader) date(cell string) time.Time {
	t, err := time.Parse(time.DateOnly, cell)
	if err != nil && cell != "" {
		l.fault("%q is not a date", cell)
	}
	return t
}
