package output

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"espfigures/output/tables"
	"espfigures/output/testset"
	"espfigures/output/workbook"
	"espfigures/pipeline/compare"
)

// described is a data package as its readers know it.
type described struct{ Resources []describedResource }

type describedResource struct {
	Name, Format string
	Path         any
	Sheets       []workbook.Sheet
	Schema       struct {
		PrimaryKey  []string
		UniqueKeys  [][]string
		ForeignKeys []any
	}
}

// written writes a set of the data files into a new folder.
func written(t *testing.T, m *compare.Model, opt Options) (dir string, d described) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "out")
	if opt.Only == nil {
		opt.Only = []string{"csv", "parquet", "readme"}
	}
	if _, err := WriteSet(dir, m, tables.All(m), opt); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, packageFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return dir, d
}

// datapackage.json claims the keys that hold. The database, which has the same,
// refuses rows that break one; TestViews looks at its foreign keys. That every
// value is of its type, in its closed set and to its pattern, the package
// datapackage checks in TestProgramsReadEveryFile.
func TestDataPackageKeys(t *testing.T) {
	m := compare.New(testset.New())
	_, d := written(t, m, Options{Only: []string{"csv", "sqlite"}})
	foreign := 0
	for _, r := range d.Resources {
		foreign += len(r.Schema.ForeignKeys)
		if r.Format == "csv" && r.Schema.PrimaryKey == nil && r.Schema.UniqueKeys == nil {
			t.Errorf("%s has no key", r.Name)
		}
	}
	if foreign < 4 {
		t.Errorf("%d foreign keys", foreign)
	}
	// One name printed twice in one edition: no key can be claimed.
	ds := testset.New()
	ds.Figures = slices.Insert(ds.Figures, 1, ds.Figures[0])
	if _, d = written(t, compare.New(ds), Options{Only: []string{"csv", "sqlite"}}); d.Resources[0].Path != "figures.csv" || d.Resources[0].Schema.PrimaryKey != nil {
		t.Errorf("a key is claimed that does not hold: %v", d.Resources[0].Schema.PrimaryKey)
	}
	// Foreign keys lead only to tables that are there.
	if _, d = written(t, m, Options{Only: []string{"figures.csv"}}); d.Resources[0].Schema.ForeignKeys != nil {
		t.Errorf("foreign keys: %+v", d.Resources[0].Schema.ForeignKeys)
	}
}

// datapackage.json says where the tables of the workbook are, which workbook's
// tests find there.
func TestSheetsOfTheWorkbook(t *testing.T) {
	m := compare.New(testset.New())
	_, d := written(t, m, Options{Only: []string{"xlsx"}})
	if want := workbook.New(m).Sheets(); len(want) < 12 || !slices.Equal(d.Resources[0].Sheets, want) {
		t.Errorf("%+v, want %+v", d.Resources[0].Sheets, want)
	}
}

// Every table says what it is and what each of its columns means, and no
// column has a name that a data frame or SQL uses for something else.
func TestCodebook(t *testing.T) {
	reserved := []string{"select", "order", "table", "values", "size", "index", "shape", "columns", "sum", "count", "min", "max", "date", "bytes", "rows", "public", "before", "after", "kind_", "broken", "flags"}
	for _, tab := range tables.All(compare.New(testset.New())) {
		if tab.Title == "" || tab.About == "" {
			t.Errorf("%s has no words of its own", tab.Name)
		}
		for _, f := range tab.Fields {
			if len(f.About) < 8 || !strings.HasSuffix(f.About, ".") {
				t.Errorf("%s: %s: %q is no codebook text", tab.Name, f.Name, f.About)
			}
			if slices.Contains(reserved, f.Name) {
				t.Errorf("%s: column name %s", tab.Name, f.Name)
			}
		}
	}
	dir, _ := written(t, compare.New(testset.New()), Options{})
	b, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"not an image", "blank is not zero", "`share_percent`", "- `o`: ", "### movers.csv"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the codebook lacks %q", want)
		}
	}
}

// Parquet files have the rows of their tables, the partitions those of
// figures.parquet. Other programs compare their cells: see programs_test.go.
func TestParquetHasEveryRow(t *testing.T) {
	m := compare.New(testset.New())
	dir, _ := written(t, m, Options{Partition: true, Only: []string{"parquet"}})
	whole, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	parts, err2 := filepath.Glob(filepath.Join(dir, "figures/year=*/part.parquet"))
	rows := map[string]int{}
	for _, p := range append(whole, parts...) {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		rows[strings.TrimSuffix(filepath.Base(p), ".parquet")] += int(f.NumRows())
	}
	for _, tab := range tables.All(m) {
		if n, ok := rows[tab.Name]; ok && n != len(tab.Rows) {
			t.Errorf("%s: %d rows, want %d", tab.Name, n, len(tab.Rows))
		}
	}
	if err != nil || err2 != nil || len(whole) < 6 || len(parts) != 4 || rows["part"] != len(m.Data.Figures) {
		t.Errorf("%d tables; %d rows in %d partitions", len(whole), rows["part"], len(parts))
	}
}

// figures.csv is read back as it was written, and what is not a figures.csv names its line.
func TestReadFigures(t *testing.T) {
	m := compare.New(testset.New())
	dir, _ := written(t, m, Options{BOM: true})
	file, err := os.Open(filepath.Join(dir, "figures.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := ReadFigures(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range m.Data.Figures {
		if g := got[i]; g.Year != want.Year || g.Reports != want.Reports || g.Platform != want.Platform || g.Name != tables.Clean(want.Name) || g.Status != want.Status || g.At != want.At || g.Combined != want.Combined {
			t.Errorf("%+v was read back as %+v", want, g)
		}
	}
	const figures = "year,platform_id,esp_name,reports,status,marks\r\n2020,facebook,Facebook,20307216,verified,b c\r\n"
	for text, want := range map[string]string{
		"":           `no column "year"`,
		"a,b\n1,2\n": `no column "year"`,
		strings.Replace(figures, "20307216", "20,307", 1): "line 2",
		strings.Replace(figures, "20307216", "-1", 1):     "line 2: reports",
		strings.Replace(figures, "verified", "sure", 1):   "line 2: status",
		strings.Replace(figures, "b c", "q", 1):           "line 2: marks",
	} {
		if _, err := ReadFigures(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
