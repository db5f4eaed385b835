package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"github.com/parquet-go/parquet-go"

	"espfigures/pipeline"
)

// rowsPerGroup is what engines that read a file in parallel like best, and
// small enough to keep the writer's memory low. Tests make it smaller.
var rowsPerGroup int64 = 1 << 17

// parquetPart is a row of figures/year=YYYY/part.parquet, whose year stands in
// the folder's name. Blank texts and a page of 0 are written as null.
type parquetPart struct {
	PlatformID string  `parquet:"platform_id,dict"`
	Platform   string  `parquet:"platform,dict"`
	CompanyID  string  `parquet:"company_id,optional,dict"`
	Company    string  `parquet:"company,optional,dict"`
	Kind       string  `parquet:"kind,optional,dict"`
	Name       string  `parquet:"esp_name,dict"`
	Reports    int64   `parquet:"reports"`
	Unit       string  `parquet:"unit,dict"`
	Status     string  `parquet:"status,dict"`
	Flags      string  `parquet:"flags,optional,dict"`
	Page       int32   `parquet:"page,optional"`
	URL        string  `parquet:"source_url,optional,dict"`
	SHA256     string  `parquet:"source_sha256,optional,dict"`
	Mark       *string `parquet:"mark,optional,dict"`
}

// parquetFigure is a row of figures.parquet.
type parquetFigure struct {
	Year int32 `parquet:"year"`
	parquetPart
}

func part(f *figureRow) parquetPart {
	return parquetPart{
		PlatformID: clean(f.PlatformID), Platform: clean(f.Platform), CompanyID: clean(f.CompanyID), Company: clean(f.Company), Kind: f.Kind,
		Name: clean(f.Name), Reports: f.Reports, Unit: f.Unit, Status: f.Status, Flags: f.Flags, Page: f.Page, URL: clean(f.URL), SHA256: f.SHA256, Mark: star(f.Mark),
	}
}

// printedStar is what a pointer to a printed star points to.
var printedStar = "*"

// star gives the printed star or null. As a string the column came out with
// blanks that are not null after its first star.
func star(mark string) *string {
	if mark == "" {
		return nil
	}
	return &printedStar
}

// WriteParquet writes the rows of figures.csv as one Parquet file: year and
// page as 32-bit integers, reports as 64-bit integers, texts as strings as
// printed, blanks as null, and the codebook as key-value metadata.
func WriteParquet(w io.Writer, ds *pipeline.Dataset, _ Options) error {
	return writeParquet(w, ds, pipeline.NewIndex(ds), 0, func(f *figureRow) parquetFigure { return parquetFigure{Year: f.Year, parquetPart: part(f)} })
}

// partitions returns one output for each year that has a figure, in the layout
// engines know as Hive partitions. A part holds no column year: the folder
// gives it.
func partitions(ds *pipeline.Dataset) []Output {
	look := sync.OnceValue(func() *pipeline.Index { return pipeline.NewIndex(ds) }) // one for all years
	var list []Output
	for i, f := range ds.Figures {
		if i > 0 && ds.Figures[i-1].Year == f.Year {
			continue
		}
		year := f.Year
		t := figuresTable
		t.fields, t.key, t.foreign = figuresTable.fields[1:], nil, figuresTable.foreign[1:]
		list = append(list, Output{
			Name: "parquet", File: "figures/year=" + strconv.Itoa(year) + "/part.parquet", Title: "Figures of " + strconv.Itoa(year) + ", typed",
			About: "The rows of figures.parquet of " + strconv.Itoa(year) + "; engines that read partitioned folders take the column year from the folder's name.",
			Media: "application/vnd.apache.parquet", csvTable: &t,
			Write: func(w io.Writer, ds *pipeline.Dataset, _ Options) error {
				return writeParquet(w, ds, look(), year, part)
			},
			Check: func(path string, ds *pipeline.Dataset, _ Options) error { return countParquet(path, ds, year) },
		})
	}
	return list
}

// writeParquet writes the figures of the year, or of every year where it is 0.
func writeParquet[T any](w io.Writer, ds *pipeline.Dataset, look *pipeline.Index, year int, row func(*figureRow) T) error {
	options := []parquet.WriterOption{
		parquet.Compression(&parquet.Snappy), // read by every engine
		parquet.CreatedBy("espfigures", SchemaVersion, ""),
		parquet.MaxRowsPerRowGroup(rowsPerGroup),
		parquet.KeyValueMetadata("espfigures.schema_version", SchemaVersion),
		parquet.KeyValueMetadata("espfigures.title", packageTitle),
		parquet.KeyValueMetadata("espfigures.source", publisher),
		parquet.KeyValueMetadata("espfigures.unit", unitNote),
		parquet.KeyValueMetadata("espfigures.rights", rightsNote),
	}
	for _, f := range figuresTable.fields {
		options = append(options, parquet.KeyValueMetadata("espfigures.column."+f.name, f.about))
	}
	pw := parquet.NewGenericWriter[T](w, options...)
	batch := make([]T, 0, 1024)
	flush := func() error {
		_, err := pw.Write(batch)
		batch = batch[:0]
		return err
	}
	err := figureRows(ds, look, year, func(f *figureRow) error {
		if batch = append(batch, row(f)); len(batch) < cap(batch) {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return errors.Join(err, pw.Close())
}

func checkParquet(path string, ds *pipeline.Dataset, _ Options) error {
	return countParquet(path, ds, 0)
}

// countParquet reads the reports of a Parquet file back and holds them, in
// order, against the figures of the year, or of every year where it is 0.
func countParquet(path string, ds *pipeline.Dataset, year int) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	type reports struct {
		Name    string `parquet:"esp_name"`
		Reports int64  `parquet:"reports"`
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	whole, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		return err
	}
	r := parquet.NewGenericReader[reports](whole)
	defer r.Close()
	buf := make([]reports, 1024)
	next := 0
	for {
		n, err := r.Read(buf)
		for _, got := range buf[:n] {
			for year != 0 && next < len(ds.Figures) && ds.Figures[next].Year != year {
				next++
			}
			if next == len(ds.Figures) {
				return errors.New("more rows were read back than there are figures")
			}
			if want := ds.Figures[next]; got.Reports != int64(want.Reports) || got.Name != clean(want.Name) {
				return fmt.Errorf("%d %q %d was read back as %q %d", want.Year, want.Name, want.Reports, got.Name, got.Reports)
			}
			next++
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	for ; next < len(ds.Figures); next++ {
		if year == 0 || ds.Figures[next].Year == year {
			return fmt.Errorf("%d %q was not read back", ds.Figures[next].Year, ds.Figures[next].Name)
		}
	}
	return nil
}
