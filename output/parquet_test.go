package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// duckdb reads an output folder with DuckDB, which shares no code with the
// writer of the Parquet files. See testdata/node.
func duckdb(t *testing.T, dir string, args ...string) (found struct {
	Counts              []int
	CSVAgainstParquet   int `json:"csvAgainstParquet"`
	ParquetAgainstParts int `json:"parquetAgainstParts"`
	Types, PartTypes    []struct {
		Name string `json:"column_name"`
		Type string `json:"column_type"`
	}
	Sums []struct {
		Year    int
		Reports string
	}
	Metadata []struct{ Key, Value string }
	Rows     []map[string]any
}) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the Parquet files are not held against an independent reader")
	}
	if _, err := os.Stat("testdata/node/node_modules/@duckdb/node-api"); err != nil {
		t.Skip("DuckDB is not installed (npm ci in output/testdata/node): the Parquet files are not held against an independent reader")
	}
	c := exec.Command(node, append([]string{"testdata/node/duckdb.mjs", dir}, args...)...)
	c.Stderr = os.Stderr
	b, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &found); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return found
}

func TestParquetReadByAnotherReader(t *testing.T) {
	for _, bom := range []bool{false, true} {
		ds := testset.New()
		dir := filepath.Join(t.TempDir(), "it's out")
		mustWrite(t, dir, ds, Options{Partition: true, BOM: bom})
		found := duckdb(t, dir)
		if want := []int{len(ds.Figures), len(ds.Figures), len(ds.Figures)}; !cmp.Equal(found.Counts, want) {
			t.Errorf("rows: %v, want %v", found.Counts, want)
		}
		if found.CSVAgainstParquet != 0 || found.ParquetAgainstParts != 0 {
			t.Errorf("rows that differ: CSV and Parquet %d, Parquet and its partitions %d", found.CSVAgainstParquet, found.ParquetAgainstParts)
		}
		var types []string
		for _, c := range found.Types {
			types = append(types, c.Name+" "+c.Type)
		}
		if got, want := strings.Join(types, ", "), "year INTEGER, platform_id VARCHAR, platform VARCHAR, company_id VARCHAR, company VARCHAR, kind VARCHAR, esp_name VARCHAR, reports BIGINT, unit VARCHAR, status VARCHAR, flags VARCHAR, page INTEGER, source_url VARCHAR, source_sha256 VARCHAR, mark VARCHAR"; got != want {
			t.Errorf("types: %s", got)
		}
		if len(found.PartTypes) != len(found.Types) {
			t.Errorf("the partitions have %d columns with the folder's, the file %d", len(found.PartTypes), len(found.Types))
		}
		for i, f := range ds.Figures {
			row := found.Rows[i] // in the order of figures.csv
			if row["esp_name"] != f.Name || row["reports"] != fmt.Sprint(int64(f.Reports)) || row["year"] != float64(f.Year) || row["platform_id"] != f.Platform {
				t.Errorf("row %d: %v, want %+v", i, row, f)
			}
			if (row["page"] == nil) != (f.At.Page == 0) || (row["source_sha256"] == nil) != (f.SHA256 == "") || (row["flags"] == nil) != (f.Flags == "") || (row["mark"] == nil) == f.Combined || (row["company"] == nil) != (ds.Owner(f.Platform, f.Year) == nil) {
				t.Errorf("row %d: a blank is not null: %v", i, row)
			}
		}
		for i, e := range ds.Editions {
			if s := found.Sums[i]; s.Year != e.Year || s.Reports != fmt.Sprint(int64(e.Sum())) {
				t.Errorf("sum of %d: %+v, want %d", e.Year, s, e.Sum())
			}
		}
		meta := map[string]string{}
		for _, m := range found.Metadata {
			meta[m.Key] = m.Value
		}
		if meta["espfigures.schema_version"] != SchemaVersion || !strings.Contains(meta["espfigures.unit"], "reports") {
			t.Errorf("metadata: %v", meta)
		}
		for _, f := range figuresTable.fields {
			if meta["espfigures.column."+f.name] != f.about {
				t.Errorf("no codebook for %s", f.name)
			}
		}
	}
}

// Blanks are null, whatever string they come from.
func TestParquetBlanksAreNull(t *testing.T) {
	ds := testset.New()
	for i := range ds.Figures {
		f := &ds.Figures[i]
		f.SHA256, f.URL = f.SHA256+"x", f.URL+"x" // blank below, with a pointer
		if i%2 == 0 {
			f.SHA256, f.URL = f.SHA256[:0], f.URL[:0]
		}
	}
	var b bytes.Buffer
	if err := WriteParquet(&b, ds, Options{}); err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, c := range file.Schema().Columns() {
		at[c[0]] = i
	}
	rows := make([]parquet.Row, len(ds.Figures))
	r := parquet.NewReader(file)
	defer r.Close()
	if n, err := r.ReadRows(rows); n != len(rows) {
		t.Fatal(n, err)
	}
	for i, row := range rows {
		f := &ds.Figures[i]
		for name, blank := range map[string]bool{"mark": !f.Combined, "flags": f.Flags == "", "source_url": f.URL == "", "source_sha256": f.SHA256 == "", "company": ds.Owner(f.Platform, f.Year) == nil} {
			if row[at[name]].IsNull() != blank {
				t.Errorf("row %d: %s is %q, blank %t", i, name, row[at[name]], blank)
			}
		}
	}
}

// More than one row group, so that the seams are held against the CSV too.
func TestParquetOfManyRows(t *testing.T) {
	defer func(n int64) { rowsPerGroup = n }(rowsPerGroup)
	rowsPerGroup = 1500
	ds := testset.Big(2000, 8)
	dir := filepath.Join(t.TempDir(), "out")
	mustWrite(t, dir, ds, Options{Partition: true, Only: []string{"figures.csv", "parquet"}})
	file, err := os.ReadFile(filepath.Join(dir, "figures.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file))); err != nil || len(f.RowGroups()) != 11 {
		t.Fatalf("%d row groups, %v", len(f.RowGroups()), err)
	}
	found := duckdb(t, dir, "--count")
	if want := []int{16000, 16000, 16000}; !cmp.Equal(found.Counts, want) || found.CSVAgainstParquet != 0 || found.ParquetAgainstParts != 0 {
		t.Errorf("rows %v; CSV and Parquet differ in %d, Parquet and its partitions in %d", found.Counts, found.CSVAgainstParquet, found.ParquetAgainstParts)
	}
}

// The file's own check finds a row that is missing, changed or too many.
func TestChecksFindFaults(t *testing.T) {
	ds := testset.New()
	for _, o := range Outputs {
		if o.Check == nil || o.csvTable == nil { // the workbook's check has tests of its own
			continue
		}
		p := filepath.Join(t.TempDir(), filepath.Base(o.File))
		for name, change := range map[string]func(*pipeline.Dataset){
			"none":    func(*pipeline.Dataset) {},
			"changed": func(d *pipeline.Dataset) { d.Figures[7].Reports++ },
			"missing": func(d *pipeline.Dataset) { d.Figures = d.Figures[:len(d.Figures)-1] },
			"more":    func(d *pipeline.Dataset) { d.Figures = append(d.Figures, d.Figures[0]) },
			"renamed": func(d *pipeline.Dataset) { d.Figures[3].Name += "." },
		} {
			other := testset.New()
			change(other)
			var b bytes.Buffer
			if err := o.Write(&b, other, Options{}); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := o.Check(p, ds, Options{}); (err == nil) != (name == "none") {
				t.Errorf("%s: %s: %v", o.File, name, err)
			}
		}
		if err := os.WriteFile(p, []byte("garbage"), 0o600); err != nil {
			t.Fatal(err)
		}
		if o.Check(p, ds, Options{}) == nil {
			t.Errorf("%s: garbage passed", o.File)
		}
	}
}
