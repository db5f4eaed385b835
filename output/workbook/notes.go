package workbook

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

// The notes that sheets cite by their number, from 1.
//
//go:embed notes.csv
var notesFile []byte

// maxFindings is how many findings a sheet to read has; the real data have some 20.
const maxFindings = 1000

func (b *Book) notesSheet() *sheet {
	s := b.sheet("Notes_and_findings")
	add := func(values map[string]any) {
		row := make([]any, len(s.cols))
		for name, v := range values {
			row[s.col(name)-1] = v
		}
		s.rows = append(s.rows, row)
	}
	for i, n := range tables.ReadRows(notesFile) {
		add(map[string]any{"entry": fmt.Sprintf("[note %d]", i+1), "sort": "note", "text": n["note"], "source": n["source"]})
	}
	for _, m := range pipeline.FlagMeanings {
		add(map[string]any{"entry": "[" + string(m.Flag) + "]", "sort": "mark", "text": m.Meaning})
	}
	if left := len(b.m.Data.Findings) - maxFindings; left > 0 {
		s.texts["lead"] = fmt.Sprintf("The %s most serious findings; findings.csv has the other %s.", pipeline.Count(maxFindings), pipeline.Count(left))
	}
	for i, f := range b.m.Data.Findings[:min(len(b.m.Data.Findings), maxFindings)] {
		add(map[string]any{"entry": fmt.Sprint("finding ", i+1), "sort": "finding", "severity": string(f.Severity), "code": string(f.Code), "year": tables.Positive(f.Year),
			"text": f.What, "suggested_fix": f.Mend, "source": f.Document, "page": tables.Positive(f.At.Page), "row": tables.Positive(f.At.Row)})
	}
	for i, c := range b.m.Data.Changes {
		text := fmt.Sprintf("Row %s: %s.", c.Kind, inLine(c.Name))
		if c.Old != nil {
			text += fmt.Sprintf(" Before: %s.", *c.Old)
		}
		if c.New != nil {
			text += fmt.Sprintf(" After: %s.", *c.New)
		}
		add(map[string]any{"entry": fmt.Sprint("revision ", i+1), "sort": "revision", "code": string(c.Kind), "year": c.Year, "text": text, "source": c.Before + " → " + c.After})
	}
	return s
}

// cite fills in which sheets cite each note.
func cite(notes *sheet, sheets []*sheet) {
	for _, row := range notes.rows {
		var list []string
		for _, s := range sheets {
			if slices.Contains(s.notes, fmt.Sprint(row[0])) {
				list = append(list, s.name)
			}
		}
		if list != nil {
			row[notes.col("cited_on")-1] = strings.Join(list, ", ")
		}
	}
}
