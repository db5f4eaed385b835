package output

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"espfigures/output/tables"
)

// writeParquet writes a table as one Parquet file: years, pages and ranks as
// 32-bit integers, reports as 64-bit ones, texts as printed, blanks as null,
// and the codebook and the version of the data as key-value metadata.
func writeParquet(w io.Writer, t *tables.Table, version string) error {
	options := []parquet.WriterOption{
		parquetSchema(t),
		parquet.Compression(&parquet.Snappy), // read by every engine
		parquet.CreatedBy("espfigures", SchemaVersion, ""),
	}
	note := func(key, text string) { options = append(options, parquet.KeyValueMetadata("espfigures."+key, text)) }
	note("schema_version", SchemaVersion)
	note("data_version", version)
	note("title", t.Title)
	note("source", "National Center for Missing & Exploited Children (NCMEC)")
	note("unit", "CyberTipline reports: not files, not images, not children")
	note("rights", about()["rights"].(string))
	for _, f := range t.Fields {
		note("column."+f.Name, f.About)
	}
	pw := parquet.NewGenericWriter[any](w, options...)
	out := make(parquet.Row, len(t.Fields))
	for _, row := range t.Rows {
		for i, v := range row {
			out[i] = parquetValue(&t.Fields[i], v, i)
		}
		if _, err := pw.WriteRows([]parquet.Row{out}); err != nil {
			return err
		}
	}
	return pw.Close()
}

// columnTypes are the types of the columns, with what their tags add.
var columnTypes = map[tables.Kind]struct {
	kind reflect.Type
	tag  string
}{
	tables.Text:    {reflect.TypeFor[string](), ",dict"},
	tables.Integer: {reflect.TypeFor[int32](), ""},
	tables.Year:    {reflect.TypeFor[int32](), ""},
	tables.Number:  {reflect.TypeFor[float64](), ""},
	tables.Boolean: {reflect.TypeFor[bool](), ""},
	tables.Moment:  {reflect.TypeFor[int64](), ",timestamp(millisecond)"},
	tables.Date:    {reflect.TypeFor[int32](), ",date"},
}

// parquetSchema makes the schema from the table's fields. The library takes
// the order of columns from a struct type, so one is made.
func parquetSchema(t *tables.Table) *parquet.Schema {
	var fields []reflect.StructField
	for i, f := range t.Fields {
		tag := f.Name
		if !f.Required {
			tag += ",optional"
		}
		column := columnTypes[f.Kind]
		if f.Kind == tables.Integer && f.Unit != "" { // sums outgrow 32 bits
			column.kind = reflect.TypeFor[int64]()
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: column.kind, Tag: reflect.StructTag(`parquet:"` + tag + column.tag + `"`)})
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
}

// parquetValue makes the value of a cell in a column.
func parquetValue(f *tables.Field, cell any, column int) parquet.Value {
	value := parquet.NullValue()
	switch v := tables.Plain(cell).(type) {
	case nil:
	case time.Time:
		value = parquet.Int64Value(v.UnixMilli())
	case int64:
		if value = parquet.Int64Value(v); f.Kind == tables.Year || f.Unit == "" {
			value = parquet.Int32Value(int32(v))
		}
	case string:
		if f.Kind != tables.Date {
			value = parquet.ByteArrayValue([]byte(v))
		} else if day, err := time.Parse(time.DateOnly, v); err == nil {
			value = parquet.Int32Value(int32(day.Unix() / (24 * 60 * 60)))
		}
	default:
		value = parquet.ValueOf(v)
	}
	level := 0
	switch {
	case f.Required && value.IsNull():
		value = parquet.ByteArrayValue(nil) // a required text that is empty
	case !f.Required && !value.IsNull():
		level = 1
	}
	return value.Level(0, level, column)
}

// partitions returns one file for each year that has a figure, in the layout
// that engines know as Hive partitions. A part has no column year: the folder
// gives it.
func partitions(t *tables.Table, version string) []File {
	parts := map[int]*tables.Table{}
	var list []File
	for _, row := range t.Rows {
		year := row[0].(int)
		if parts[year] == nil {
			part := *t
			part.Fields, part.Rows, part.Key, part.Refs = t.Fields[1:], nil, nil, nil
			parts[year] = &part
			list = append(list, File{Name: "parquet", Path: fmt.Sprintf("figures/year=%d/part.parquet", year), part: true, Media: parquetMedia, Table: &part,
				Title: "Figures by year, typed", About: "The rows of figures.parquet, one file a year; engines that read partitioned folders take the column year from the folder's name.",
				Write: func(w io.Writer) error { return writeParquet(w, &part, version) }})
		}
		parts[year].Rows = append(parts[year].Rows, row[1:])
	}
	return list
}

// resourceName makes a name as Data Package wants it: lower-case letters,
// digits and . _ - only. A CSV file is named by its stem, which foreign keys use.
func resourceName(file string) string {
	if stem, ok := strings.CutSuffix(file, ".csv"); ok {
		return stem
	}
	return strings.ToLower(strings.NewReplacer("/", "-", "=", "-", ".", "-").Replace(file))
}
