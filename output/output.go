// Package output writes a model as the files people and programs read: CSV,
// Parquet, a database, a workbook, a page, and the datapackage.json and README.md that
// describe them.
//
// In: a compare.Model. Out: bytes. Every output is a pure function of the
// model and the Options: the same model gives the same bytes. Only WriteSet
// touches a disk; it makes all outputs of a run appear together or not at all.
//
// The data tables are defined in output/tables, the workbook is made in
// output/workbook, the page in output/page.
//
// To add an output, add its file to files.
package output

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"espfigures/output/page"
	"espfigures/output/tables"
	"espfigures/output/workbook"
	"espfigures/pipeline/compare"
)

// SchemaVersion is the version of the column names and their meanings. It is
// in datapackage.json and in the Parquet files. A new column raises the second
// number; a column that goes or changes its meaning raises the first.
const SchemaVersion = "2.1.0"

// Options are what a user may ask of the outputs.
type Options struct {
	BOM       bool     // begin CSV files with a byte order mark, for old versions of Excel
	Partition bool     // also write figures/year=YYYY/part.parquet
	Only      []string // names of outputs or their files ("csv", "figures.csv"); empty for all
}

// File is one output, ready to be written.
type File struct {
	Name  string // what --only calls it; several files may share one name
	Path  string // below the output folder, with slashes
	Title string
	About string        // one or two sentences for datapackage.json
	Media string        // media type
	Table *tables.Table // its columns, for outputs that are one table
	Write func(w io.Writer) error

	part   bool                    // one of the files of a partitioned table
	sheets func() []workbook.Sheet // of a workbook
}

const (
	csvMedia     = "text/csv"
	parquetMedia = "application/vnd.apache.parquet"
)

// files lists every output of a model, in the order they are written.
// datapackage.json describes them, is always written and therefore not listed.
func files(m *compare.Model, all []tables.Table, opt Options) []File {
	version, findings := m.Data.Version(), tables.Findings(m)
	var list []File
	for i := range all {
		t := &all[i]
		if t.Name == findings.Name {
			t.Rows = findings.Rows
		}
		list = append(list, File{Name: "csv", Path: t.Name + ".csv", Title: t.Title, About: t.About, Media: csvMedia, Table: t,
			Write: func(w io.Writer) error { return t.WriteCSV(w, opt.BOM) }})
	}
	book := sync.OnceValue(func() *workbook.Book { return workbook.New(m) })
	list = append(list,
		File{Name: "xlsx", Path: "espfigures.xlsx", Title: "Workbook", About: "Everything as one workbook to read, compare and cite.",
			Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return book().Write(w) }, sheets: func() []workbook.Sheet { return book().Sheets() }},
		File{Name: "html", Path: "explorer.html", Title: "Explorer", About: "Everything as one page to look at: search, chart, table, download.",
			Media: "text/html", Write: func(w io.Writer) error { return page.Write(w, m) }},
		File{Name: "sqlite", Path: "espfigures.sqlite", Title: "Database", About: "Every table with types and keys, the table codebook, and views that answer common questions.",
			Media: "application/vnd.sqlite3", Write: func(w io.Writer) error { return writeDatabase(w, all) }})
	for i := range all {
		t := &all[i]
		if slices.Contains([]string{"figures", "platform-series", "company-series", "breaks", "editions", "own-counts", "own-counts-by-year"}, t.Name) {
			list = append(list, File{Name: "parquet", Path: t.Name + ".parquet", Title: t.Title + ", typed", Media: parquetMedia, Table: t,
				About: "The rows of " + t.Name + ".csv with types. Texts are as printed, without the apostrophe that CSV puts before texts a spreadsheet would run.",
				Write: func(w io.Writer) error { return writeParquet(w, t, version) }})
		}
	}
	if opt.Partition {
		list = append(list, partitions(&all[0], version)...)
	}
	others := slices.DeleteFunc(slices.Clone(list), func(f File) bool { return f.Table != nil })
	list = append(list, File{Name: "readme", Path: "README.md", Title: "Codebook", About: "What each file is for and what each column means.",
		Media: "text/markdown", Write: func(w io.Writer) error { return writeCodebook(w, m, all, others) }})
	return list
}

// Names returns the names --only knows.
func Names() []string { return []string{"csv", "xlsx", "html", "parquet", "sqlite", "readme"} }

// chosen returns the files that the options ask for. An unknown name in Only
// is an error.
func chosen(m *compare.Model, all []tables.Table, opt Options) ([]File, error) {
	list := files(m, all, opt)
	for _, name := range opt.Only {
		if !slices.ContainsFunc(list, func(f File) bool { return f.is(name) }) {
			return nil, fmt.Errorf("there is no output %q; outputs are %s, and their files", name, strings.Join(Names(), ", "))
		}
	}
	return slices.DeleteFunc(list, func(f File) bool { return len(opt.Only) > 0 && !slices.ContainsFunc(opt.Only, f.is) }), nil
}

func (f File) is(name string) bool { return name == f.Name || name == f.Path }

// format is the ending of a file's name, without the dot.
func (f File) format() string { return strings.TrimPrefix(path.Ext(f.Path), ".") }
