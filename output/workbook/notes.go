package workbook

import (
	"fmt"
	"slices"
	"strings"

	"espfigures/output/words"
	"espfigures/pipeline"
)

// note is one numbered note: what it says, what it rests on, and the sheets
// that cite it.
type note struct {
	text, source string
	sheets       []string
}

const (
	ncmecData  = "NCMEC, CyberTipline data, https://www.missingkids.org/cybertiplinedata"
	ncmecTable = "NCMEC, CyberTipline Reports by ESP, editions on the sheet Editions"
)

// makeNotes lists the notes of this Dataset: the general ones, and one for
// each partial or missing year.
func (b *book) makeNotes() []note {
	figures := []string{"Cover", "Platforms_by_year", "Companies_by_year", "All_rows", "Largest_over_time", "Meta_and_others", "Compare", "Top", "Profile", "Platforms_explore"}
	changes := []string{"Change_platforms", "Change_companies", "Compare", "Top", "Profile"}
	notes := []note{
		{"The unit is the CyberTipline report. One report can hold many files, and one file is often reported many times: 35.9 million reports by ESPs in 2023 came with 105.7 million files.", ncmecData, append(slices.Clone(figures), "Editions", "Totals", "Share_platforms", "Share_companies")},
		{"Volume measures how much is detected and how it is reported. It does not measure how much abuse there is, how many children are concerned, or how safe a service is. US law requires a provider to report what it knows of, not to look for it.", "18 U.S.C. 2258A; NCMEC, 2022 CyberTipline Reports by ESP, page 1", []string{"Cover", "Top", "Profile", "Compare", "Largest_over_time", "Share_platforms", "Share_companies"}},
		{"A missing row is not zero. The provider may have reported nothing, or its reports may stand in another row. Such cells are blank and a column says why.", ncmecTable, []string{"Platforms_by_year", "Companies_by_year", "Platforms_explore", "Compare"}},
		{"The total of ESPs is less than the CyberTipline total: reports by the public come on top. Shares are shares of the total of ESPs that the edition prints.", ncmecTable + "; sheet Totals", []string{"Totals", "Share_platforms", "Share_companies"}},
		{"In 2019 and 2020 rows printed with * combine related platforms; NCMEC never printed the members. From 2021 on no row is starred. Only a company compares across such a change.", "NCMEC, 2019, 2020 and 2021 CyberTipline Reports by ESP, footnotes", append([]string{"Combined_rows", "Platforms_by_year", "Meta_and_others"}, changes...)},
		{"Where two rows belong to one platform, comparisons add them; All_rows keeps each as printed or transcribed.", ncmecTable, []string{"Platforms_by_year", "Names", "All_rows"}},
		{"A company's value in a year adds up the platforms it owned on 31 December of that year; its members are named. A platform whose owner no source names stands for itself. Where a platform joined or left it since the year before, its change holds that too.", "sheet Companies_by_year, columns Members and " + membersHead + "; sources of owners on the sheet Names", []string{"Companies_by_year", "Change_companies", "Share_companies", "Compare", "Profile"}},
		{"Some of those that report are not services people use: hotlines, safety vendors, and NCMEC's own Take It Down. The column Kind says what each is.", ncmecTable, []string{"Platforms_by_year", "Top"}},
		{"A change is not shown across a break that forbids it. The sheet Breaks names each break, what it forbids, and its source.", "sheet Breaks", append([]string{"Breaks", "Largest_over_time", "Meta_and_others"}, changes...)},
		{"Verified means: read from NCMEC's document by independent readings that agree, and the rows sum exactly to the total the document prints. Published means: read from NCMEC's document, but a check failed. Secondary means: transcribed by a third party.", "sheet Editions", []string{"Cover", "Editions", "All_rows"}},
	}
	for _, y := range b.partialYears() {
		e := b.editions[y]
		total := "no total is given"
		if e.Total != nil {
			total = fmt.Sprintf("they hold %s of the %s reports of the year's total (%s)", e.Sum(), e.Total.Reports, words.PercentText(e.Coverage()))
		}
		notes = append(notes, note{
			fmt.Sprintf("The figures of %d are partial: a third party transcribed %d rows; %s. They were not read from NCMEC's document. A platform without a row may still have reported.", y, len(e.Rows), total),
			inLine(e.Source), append(slices.Clone(figures), append([]string{"Editions", "Share_platforms", "Share_companies"}, changes...)...)})
	}
	for _, y := range b.ds.ByPlatform.Years {
		if b.editions[y] == nil {
			notes = append(notes, note{fmt.Sprintf("No edition of %d is held, so its cells are blank.", y), "sheet Findings", figures})
		}
	}
	for i := range notes { // cited only where the sheet exists
		slices.Sort(notes[i].sheets)
		notes[i].sheets = slices.DeleteFunc(slices.Compact(notes[i].sheets), func(name string) bool {
			return !slices.ContainsFunc(b.sheets, func(s *sheet) bool { return s.name == name })
		})
	}
	return notes
}

// notesOn returns the markers of the notes a sheet cites: "[note 1] [note 4]".
func (b *book) notesOn(name string) string {
	var m []string
	for i, n := range b.notes {
		if slices.Contains(n.sheets, name) {
			m = append(m, fmt.Sprintf("[note %d]", i+1))
		}
	}
	return strings.Join(m, " ")
}

func (b *book) notesSheet(s *sheet) *table {
	return &table{
		name: "notes", what: "The notes, numbered as the sheets cite them, each with what it rests on.", noUnit: true, landscape: true, source: "the column Source.",
		cols: []column{{"Note", 12, kText, false}, {"Text", 80, kWrap, false}, {"Source", 44, kWrap, false}, {"Cited on", 34, kWrap, false}},
		rows: func(yield func([]any) bool) {
			for i, n := range b.notes {
				if !yield([]any{fmt.Sprintf("[note %d]", i+1), n.text, n.source, strings.Join(n.sheets, ", ")}) {
					return
				}
			}
		},
	}
}

// forbidsText says what a break forbids.
func forbidsText(f pipeline.Forbids) string {
	switch f {
	case pipeline.ForbidsPlatform:
		return "forbids: the platform's change; the company's holds"
	case pipeline.ForbidsChange:
		return "forbids: any change"
	}
	return "caveat: the change is shown with it"
}
