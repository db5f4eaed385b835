package workbook

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
)

const (
	ncmecData  = "NCMEC, CyberTipline data, https://www.missingkids.org/cybertiplinedata"
	ncmecTable = "NCMEC, CyberTipline Reports by ESP; editions on the sheet Editions"
)

// generalNotes are cited by their number, from 1. Those of a partial or
// missing year follow them.
var generalNotes = []struct{ text, source string }{
	{"The unit is the CyberTipline report. One report can hold many files, and one file is often reported many times: 35.9 million reports by providers in 2023 came with 105.7 million files.", ncmecData},
	{"Volume measures how much is detected and reported. It does not measure how much abuse there is, how many children are concerned, or how safe a service is. US law requires a provider to report what it knows of, not to look for it.", "18 U.S.C. 2258A; NCMEC, 2022 CyberTipline Reports by ESP, page 1"},
	{"A missing row is not zero: the provider reported nothing, or its reports are in another row. Such cells are blank. why_blank says why: no-row, the edition has no such row; inside-row, likely inside a combined row; not-covered, the source lists only some rows; no-edition, there is no table of that year here; not-owned, the company owned no listed platform.", ncmecTable},
	{"Shares are of all reports by providers, as the edition prints their total. The CyberTipline total is larger: reports from the public are additional.", ncmecTable},
	{"In 2019 and 2020 rows printed with * combine related platforms; NCMEC does not print the members. From 2021 no row is starred. Only a company compares across such a change.", "NCMEC, 2019, 2020 and 2021 CyberTipline Reports by ESP, footnotes"},
	{"Where two rows belong to one platform, comparisons add them up; All_rows keeps each as printed or transcribed.", ncmecTable},
	{"A company's value adds up the platforms it owned on 31 December of the year; its members are named. Where what it owned changed by more than 1% of its sum, two years do not compare, and like_for_like_percent is the change over what it owned at both year-ends.", "sources of owners on the sheet Names"},
	{"Some who report are not services people use: hotlines, safety vendors, and NCMEC's own Take It Down. The column kind says what each is.", ncmecTable},
	{"comparable says whether two years may be compared: yes, care (with the reasons given), or no. A change across years that do not compare is not shown. A percentage of fewer than 100 reports is not meaningful. Changes of shares are in percentage points, changes of ranks in places. A rank is blank where rows that a partial source does not list could change it.", "sheet Breaks"},
	{"status: verified, read from NCMEC's document by independent readings that agree, with rows that sum exactly to the printed total; checked, the same, but the document came by hand and its bytes are not known; published, read, but a check failed; secondary, transcribed by a third party.", "sheet Editions"},
}

func (b *Book) notesSheet() *sheet {
	s := b.sheet("Notes_and_findings")
	note := func(year int, text, source string) {
		s.rows = append(s.rows, []any{fmt.Sprintf("[note %d]", len(s.rows)+1), "note", nil, nil, tables.Positive(year), text, nil, source, nil, nil, nil})
	}
	for _, n := range generalNotes {
		note(0, n.text, n.source)
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
		e := b.editions[y]
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
	for i := range generalNotes {
		var list []string
		for _, s := range sheets {
			if slices.Contains(s.notes, i+1) {
				list = append(list, s.name)
			}
		}
		notes.rows[i][len(notes.cols)-1] = strings.Join(list, ", ")
	}
}
