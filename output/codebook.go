package output

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// DataVersion names the data, apart from the schema: the newest year and a
// hash of the editions, owners and breaks that the figures rest on. The same
// documents and registry give the same version.
func DataVersion(ds *pipeline.Dataset) string {
	h := sha256.New()
	newest := 0
	for _, e := range ds.Editions {
		newest = max(newest, e.Year)
		fmt.Fprintln(h, e.Year, e.Status, e.Document.SHA256, len(e.Rows), e.Sum())
	}
	for _, f := range ds.Figures {
		fmt.Fprintln(h, f.Year, f.Platform, f.Reports)
	}
	fmt.Fprintln(h, ds.Platforms, ds.Companies, ds.Owners, ds.Breaks, ds.Combined)
	return fmt.Sprintf("%d-%s", newest, hex.EncodeToString(h.Sum(nil))[:10])
}

// writeCodebook writes what each file is for and what each column means, for
// people. It is made from the definitions that datapackage.json is made from.
func writeCodebook(w io.Writer, m *compare.Model, all []tables.Table) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# %s\n\n%s\n\n", packageTitle, packageAbout)
	fmt.Fprintf(b, "Data version %s, schema version %s. The unit is always reports.\n\n", DataVersion(m.Data), SchemaVersion)
	fmt.Fprint(b, "| year | rows | reports | status | document |\n|---|---|---|---|---|\n")
	for _, e := range m.Data.Editions {
		from := e.Document.Address()
		if e.Source != "" {
			from = e.Source
		}
		fmt.Fprintf(b, "| %d | %d | %s | %s | %s |\n", e.Year, len(e.Rows), e.Sum(), e.Status, cell(from))
	}
	fmt.Fprint(b, "\n## Before you compare two years\n\nLook at `marks`, `comparable` and `reasons`. A blank is not zero. These are all the marks:\n\n")
	for _, mark := range pipeline.FlagMeanings {
		fmt.Fprintf(b, "- `%c`: %s\n", mark.Flag, mark.Meaning)
	}
	fmt.Fprint(b, "\n## Files\n")
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
	fmt.Fprint(b, "\nThe Parquet files have the rows and columns of the CSV files of the same name, typed, with texts as printed. In CSV files a text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it. `espfigures.xlsx` has the same tables as sheets, and `explorer.html` shows them.\n")
	return b.Flush()
}

// cell makes a text fit into a cell of a Markdown table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}
