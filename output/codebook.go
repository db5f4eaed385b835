package output

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"espfigures/output/tables"
	"espfigures/output/workbook"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// writeCodebook writes what each file is for and what each column means, for
// people. It is made from the definitions that datapackage.json is made from.
func writeCodebook(w io.Writer, m *compare.Model, all []tables.Table, others []File) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n%s\n\n", packageTitle, packageAbout)
	fmt.Fprintf(b, "Data version %s, schema version %s. The unit is always reports.\n\n", m.Data.Version(), SchemaVersion)
	fmt.Fprint(b, "| year | rows | reports | status | document |\n|---|---|---|---|---|\n")
	for _, e := range m.Data.Editions {
		fmt.Fprintf(b, "| %d | %d | %s | %s | %s |\n", e.Year, len(e.Rows), e.Sum(), e.Status, cell(cmp.Or(e.Source, e.Document.Address())))
	}
	fmt.Fprint(b, "\n## Before you compare two years\n\nLook at `marks`, `comparable` and `reasons`. A blank is not zero. These are all the marks:\n\n")
	for _, mark := range pipeline.FlagMeanings {
		fmt.Fprintf(b, "- `%c`: %s\n", mark.Flag, mark.Meaning)
	}
	fmt.Fprint(b, "\n## Files\n\n| file | what it is for |\n|---|---|\n")
	for _, t := range all {
		fmt.Fprintf(b, "| [`%s.csv`](#%scsv) | %s |\n", t.Name, t.Name, cell(t.About))
	}
	for _, f := range others {
		fmt.Fprintf(b, "| `%s` | %s |\n", f.Path, cell(f.About))
	}
	fmt.Fprintf(b, "\nThe CSV files are UTF-8 with a header line; a blank is a missing value. The Parquet files and the database have the same rows and columns, typed, with texts as printed. "+
		"On every sheet of the workbook the column names are in row %d: `pandas.read_excel(\"espfigures.xlsx\", sheet_name=\"Platforms\", header=%d)`.\n", workbook.HeaderRow, workbook.HeaderRow-1)
	for _, t := range all {
		fmt.Fprintf(b, "\n### %s.csv\n\n%s\n\n| column | type | unit | meaning |\n|---|---|---|---|\n", t.Name, t.About)
		for _, f := range t.Fields {
			about := f.About
			for _, v := range f.Enum {
				if v.Meaning != "" {
					about += fmt.Sprintf(" `%s`: %s.", v.Value, v.Meaning)
				}
			}
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Name, f.Kind, f.Unit, cell(about))
		}
	}
	return b.Flush()
}

// cell makes a text fit into a cell of a Markdown table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}
