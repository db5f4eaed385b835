package output

import (
	_ "embed"
	"io"
	"strings"
	"text/template"

	"espfigures/output/tables"
	"espfigures/output/workbook"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// The codebook says for people what each file is for and what each column
// means. It is made from the definitions that datapackage.json is made from.
var (
	//go:embed codebook.md
	codebookText string
	codebook     = template.Must(template.New("codebook").Funcs(template.FuncMap{
		"cell": strings.NewReplacer("|", `\|`, "\n", " ").Replace, // makes a text fit into a cell of a table
		"mark": func(r rune) string { return string(r) },
	}).Parse(codebookText))
)

func writeCodebook(w io.Writer, m *compare.Model, all []tables.Table, others []File) error {
	return codebook.Execute(w, map[string]any{
		"About": about(), "Data": m.Data.Version(), "Schema": SchemaVersion, "Editions": m.Data.Editions,
		"Marks": pipeline.FlagMeanings, "Tables": all, "Others": others, "HeaderRow": workbook.HeaderRow, "Header": workbook.HeaderRow - 1,
	})
}
