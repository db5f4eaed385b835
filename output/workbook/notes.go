package workbook

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// The notes that sheets cite by their number, from 1. Those of a partial or
// missing year follow them.
//
//go:embed notes.csv
var notesFile []byte

func (b *Book) notesSheet() *sheet {
	s := b.sheet("Notes_and_findings")
	note := func(year int, text, source string) {
		s.rows = append(s.rows, []any{fmt.Sprintf("[note %d]", len(s.rows)+1), "note", nil, nil, tables.Positive(year), text, nil, source, nil, nil, nil})
	}
	for _, n := range tables.ReadRows(notesFile) {
		note(0, n["note"], n["source"])
	}
	for _, m := range pipeline.FlagMeanings {
		s.rows = append(s.rows, []any{"[" + string(m.Flag) + "]", "mark", nil, nil, nil, m.Meaning, nil, nil, nil, nil, nil})
	}
	s.rows = append(s.rows, b.yearEntries()...)
	for i, f := range b.m.Data.Findings {
		s.rows = append(s.rows, []any{fmt.Sprintf("finding %d", i+1), "finding", string(f.Severity), string(f.Code), tables.Positive(f.Year), f.What, f.Mend, f.Document, tables.Positive(f.At.Page), tables.Positive(f.At.Row), nil})
	}
	for i, c := range b.m.Data.Changes {
		said := map[pipeline.ChangeKind]string{pipeline.RowAdded: "added", pipeline.RowRemoved: "removed", pipeline.RowRevised: "revised", pipeline.RowRenamed: "renamed"}[c.Kind]
		text := fmt.Sprintf("Row %s: %s.", said, inLine(c.Name))
		if c.Old != nil {
			text += fmt.Sprintf(" Before: %s.", *c.Old)
		}
		if c.New != nil {
			text += fmt.Sprintf(" After: %s.", *c.New)
		}
		s.rows = append(s.rows, []any{fmt.Sprintf("revision %d", i+1), "revision", nil, string(c.Kind), c.Year, text, nil, c.Before + " → " + c.After, nil, nil, nil})
	}
	return s
}

// yearEntries say what is missing from partial years, and which have no table.
func (b *Book) yearEntries() [][]any {
	var list [][]any
	for _, y := range b.m.Years {
		e := b.m.Data.Edition(y)
		text, source := fmt.Sprintf("There is no table of %d here, so its cells are blank.", y), ""
		switch {
		case e == nil:
		case e.Partial():
			text = fmt.Sprintf("The figures of %d are partial: a third party transcribed %d rows. A provider without a row may still have reported.", y, len(e.Rows))
			if e.Total != nil {
				text += fmt.Sprintf(" They hold %s of the %s reports of the year's total (%s).", e.Sum(), e.Total.Reports, pipeline.PercentText(e.Coverage()))
			}
			source = inLine(e.Source)
		default:
			continue
		}
		list = append(list, []any{fmt.Sprintf("year %d", y), "year", nil, nil, y, text, nil, source, nil, nil, nil})
	}
	return list
}

// cite fills in which sheets cite each note.
func cite(notes *sheet, sheets []*sheet) {
	for i, row := range notes.rows {
		if row[1] != "note" {
			break
		}
		var list []string
		for _, s := range sheets {
			if slices.Contains(s.notes, i+1) {
				list = append(list, s.name)
			}
		}
		row[len(notes.cols)-1] = strings.Join(list, ", ")
	}
}
