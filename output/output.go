// Package output writes a Dataset as the files people and programs read: CSV,
// Parquet, a workbook, a page, and the datapackage.json that describes them.
//
// In: a pipeline.Dataset. Out: bytes. Every output is a pure function of the
// Dataset and the Options: the same Dataset gives the same bytes. Only WriteSet
// touches a disk; it makes all outputs of a run appear together or not at all.
//
// The CSV and Parquet files and datapackage.json are made here, the workbook in
// output/workbook, the page in output/page; what several of them say alike
// stands in output/words.
//
// To add an output, write its function and add one line to Outputs.
package output

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"espfigures/output/page"
	"espfigures/output/workbook"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// SchemaVersion is the version of the column names and their meanings. It
// stands in datapackage.json and in the Parquet files. A new column raises the
// second number; a column that goes or changes its meaning raises the first.
const SchemaVersion = "1.1.0"

// Options are what a user may ask of the outputs.
type Options struct {
	BOM       bool     // begin CSV files with a byte order mark, for old versions of Excel
	Partition bool     // also write figures/year=YYYY/part.parquet
	Only      []string // names of outputs or their files ("csv", "figures.csv"); empty for all
}

// An Output writes one file from a Dataset.
type Output struct {
	Name  string // what --only calls it; several outputs may share one name
	File  string // path below the output folder, with slashes
	Title string
	About string // one or two sentences for datapackage.json
	Media string // media type

	Write func(w io.Writer, ds *pipeline.Dataset, opt Options) error

	// Check reads the written file back and returns what is wrong with it. The
	// file replaces the previous one only where Check returns nil. It may be nil.
	Check func(path string, ds *pipeline.Dataset, opt Options) error

	csvTable *csvTable // columns, for outputs that are one table

	// prepare does all of Write that needs no file, on a goroutine of its own
	// while other outputs are written. It may be nil; it is for what takes long.
	prepare func(ds *pipeline.Dataset, opt Options) (prepared, error)
}

// prepared is an output of which only the file is missing.
type prepared interface {
	Write(w io.Writer) error
	Drop() // gives back what it holds
}

// Outputs lists every output in the order they are written. datapackage.json
// describes them all, is always written and therefore not listed.
var Outputs = []Output{
	csvOutput(&figuresTable, checkFigures),
	csvOutput(&platformsTable, nil),
	csvOutput(&companiesTable, nil),
	csvOutput(&pointsTable, nil),
	csvOutput(&editionsTable, nil),
	csvOutput(&breaksTable, nil),
	csvOutput(&totalsTable, nil),
	csvOutput(&findingsTable, nil),
	csvOutput(&changesTable, nil),
	{Name: "xlsx", File: "espfigures.xlsx", Title: "Workbook", About: "Everything as one workbook to read, compare and cite.", Media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Write: writeBook, Check: checkBook, prepare: prepareBook},
	{Name: "html", File: "explorer.html", Title: "Explorer", About: "Everything as one page to look at: search, chart, table, download.", Media: "text/html", Write: writePage},
	{Name: "parquet", File: "figures.parquet", Title: "Figures, typed", About: "The rows of figures.csv with types. Texts stand as printed, without the apostrophe that CSV puts before texts a spreadsheet would run.", Media: "application/vnd.apache.parquet", Write: WriteParquet, Check: checkParquet, csvTable: &figuresTable},
}

func writePage(w io.Writer, ds *pipeline.Dataset, _ Options) error { return page.Write(w, compare.New(ds)) }

func writeBook(w io.Writer, ds *pipeline.Dataset, _ Options) error { return workbook.Write(w, ds) }

func prepareBook(ds *pipeline.Dataset, _ Options) (prepared, error) {
	p, err := workbook.Prepare(ds)
	if err != nil {
		return nil, err // not p: an interface around nil is not nil
	}
	return p, nil
}

// checkBook reopens the workbook and holds it against the checklist, and its
// rows against the figures.
func checkBook(path string, ds *pipeline.Dataset, _ Options) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return workbook.Check(f, info.Size(), ds)
}

// Names returns the names --only knows, in the order of Outputs.
func Names() []string {
	var names []string
	for _, o := range Outputs {
		if !slices.Contains(names, o.Name) {
			names = append(names, o.Name)
		}
	}
	return names
}

// chosen returns the outputs that the options ask for, the partitions of the
// Dataset's years included. An unknown name in Only is an error.
func chosen(ds *pipeline.Dataset, opt Options) ([]Output, error) {
	for _, name := range opt.Only {
		if name != packageFile && name != "datapackage" && !slices.ContainsFunc(Outputs, func(o Output) bool { return o.is(name) }) {
			return nil, fmt.Errorf("there is no output %q; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	var list []Output
	for _, o := range Outputs {
		if len(opt.Only) > 0 && !slices.ContainsFunc(opt.Only, o.is) {
			continue
		}
		list = append(list, o)
		if o.Name == "parquet" && opt.Partition {
			list = append(list, partitions(ds)...)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s describes other outputs and is written with each; ask for one of %s", packageFile, strings.Join(Names(), ", "))
	}
	return list, nil
}

func (o Output) is(name string) bool { return name == o.Name || name == o.File }
