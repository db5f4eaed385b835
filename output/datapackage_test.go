package output

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
)

func validator(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	b, err := os.ReadFile("testdata/datapackage.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readPackage(t *testing.T, dir string) (descriptor, map[string]any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, packageFile))
	if err != nil {
		t.Fatal(err)
	}
	var d descriptor
	var any map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &any); err != nil {
		t.Fatal(err)
	}
	return d, any
}

func TestDataPackageFollowsTheStandard(t *testing.T) {
	v := validator(t)
	for name, opt := range map[string]Options{"all": {}, "partitions": {Partition: true}, "only": {Only: []string{"parquet"}}, "bom": {BOM: true}} {
		dir := filepath.Join(t.TempDir(), "out")
		mustWrite(t, dir, testset.New(), opt)
		d, loose := readPackage(t, dir)
		if err := v.Validate(loose); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		names := map[string]bool{}
		for _, r := range d.Resources {
			if names[r.Name] {
				t.Errorf("%s: two resources are called %s", name, r.Name)
			}
			names[r.Name] = true
		}
		if d.Version != SchemaVersion || len(d.Sources) != 4 || d.Sources[0].Version != "sha256:"+testset.Hash(2020) {
			t.Errorf("%s: %s, %+v", name, d.Version, d.Sources)
		}
	}
	// The schema finds what it should.
	dir := filepath.Join(t.TempDir(), "out")
	mustWrite(t, dir, testset.New(), Options{})
	for name, spoil := range map[string]func(d, r, f map[string]any){
		"no resources":      func(d, r, f map[string]any) { d["resources"] = []any{} },
		"name":              func(d, r, f map[string]any) { r["name"] = "Not A Name" },
		"path":              func(d, r, f map[string]any) { r["path"] = "../figures.csv" },
		"hash":              func(d, r, f map[string]any) { r["hash"] = "abc" },
		"no bytes":          func(d, r, f map[string]any) { delete(r, "bytes") },
		"field type":        func(d, r, f map[string]any) { f["type"] = "int" },
		"no codebook":       func(d, r, f map[string]any) { f["description"] = "" },
		"spelling":          func(d, r, f map[string]any) { f["constraint"] = map[string]any{} },
		"pattern of a year": func(d, r, f map[string]any) { f["constraints"] = map[string]any{"pattern": "2"} },
		"no schema":         func(d, r, f map[string]any) { delete(r, "schema") },
	} {
		_, d := readPackage(t, dir)
		r := d["resources"].([]any)[0].(map[string]any)
		f := r["schema"].(map[string]any)["fields"].([]any)[0].(map[string]any)
		spoil(d, r, f)
		if v.Validate(d) == nil {
			t.Errorf("%s: passed", name)
		}
	}
}

// What the package claims of its tables holds for every value: types,
// constraints, primary and foreign keys.
func TestDataPackageClaimsHold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	mustWrite(t, dir, testset.New(), Options{})
	holdPackage(t, dir)
	d, _ := readPackage(t, dir)
	keys, foreign := 0, 0
	for _, r := range d.Resources {
		if r.Schema != nil && r.Schema.PrimaryKey != nil {
			keys++
		}
		if r.Schema != nil {
			foreign += len(r.Schema.ForeignKeys)
		}
	}
	if keys < 6 || foreign < 3 {
		t.Errorf("%d tables claim a primary key, %d foreign keys are claimed", keys, foreign)
	}

	// One name printed twice in one edition: no key can be claimed.
	ds := testset.New()
	ds.Figures = slices.Insert(ds.Figures, 1, ds.Figures[0])
	ds.Figures[1].Reports++
	mustWrite(t, dir, ds, Options{})
	holdPackage(t, dir)
	d, _ = readPackage(t, dir)
	if d.Resources[0].Path != "figures.csv" || d.Resources[0].Schema.PrimaryKey != nil {
		t.Errorf("a key is claimed that does not hold: %v", d.Resources[0].Schema.PrimaryKey)
	}

	// A selection keeps its claims, and an only does not lead to what is not there.
	small, err := legacy.Select(testset.New(), []string{"instagram", "kik", "x"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, small, Options{})
	holdPackage(t, dir)
	mustWrite(t, dir, testset.New(), Options{Only: []string{"figures.csv", "editions.csv"}})
	holdPackage(t, dir)
	d, _ = readPackage(t, dir)
	if k := d.Resources[0].Schema.ForeignKeys; len(k) != 1 || k[0].Reference.Resource != "editions" {
		t.Errorf("foreign keys: %+v", k)
	}
}

// holdPackage holds every CSV file against its schema in datapackage.json.
func holdPackage(t *testing.T, dir string) {
	t.Helper()
	d, _ := readPackage(t, dir)
	values := map[string]map[string]bool{} // "table field": values
	read := map[string][][]string{}
	for _, r := range d.Resources {
		if r.Format != "csv" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, r.Path))
		if err != nil {
			t.Fatal(err)
		}
		rows := records(t, string(b))
		read[r.Name] = rows
		for i, f := range r.Schema.Fields {
			if rows[0][i] != f.Name {
				t.Fatalf("%s: column %d is %s, the schema says %s", r.Path, i, rows[0][i], f.Name)
			}
			set := map[string]bool{}
			values[r.Name+" "+f.Name] = set
			for n, row := range rows[1:] {
				set[row[i]] = true
				if err := holds(f, row[i]); err != "" {
					t.Errorf("%s, line %d, %s: %q: %s", r.Path, n+2, f.Name, row[i], err)
				}
			}
		}
	}
	for _, r := range d.Resources {
		if r.Format != "csv" {
			continue
		}
		rows := read[r.Name]
		if key := r.Schema.PrimaryKey; key != nil {
			seen := map[string]bool{}
			for _, row := range rows[1:] {
				var k []string
				for i, f := range rows[0] {
					if slices.Contains(key, f) {
						k = append(k, row[i])
					}
				}
				if s := strings.Join(k, "\x00"); seen[s] {
					t.Errorf("%s: %v twice", r.Path, k)
				} else {
					seen[s] = true
				}
			}
		}
		for _, k := range r.Schema.ForeignKeys {
			to := values[k.Reference.Resource+" "+k.Reference.Fields[0]]
			if to == nil {
				t.Fatalf("%s: leads to %s, which is not there", r.Path, k.Reference.Resource)
			}
			for v := range values[r.Name+" "+k.Fields[0]] {
				if v != "" && !to[v] {
					t.Errorf("%s: %s %q is not in %s", r.Path, k.Fields[0], v, k.Reference.Resource)
				}
			}
		}
	}
}

func holds(f fieldDesc, v string) string {
	c := f.Constraints
	if v == "" {
		if c != nil && c.Required {
			return "required and blank"
		}
		return ""
	}
	var err error
	switch f.Type {
	case "string":
	case "integer":
		_, err = strconv.ParseInt(v, 10, 64)
	case "number":
		_, err = strconv.ParseFloat(v, 64)
	case "boolean":
		if v != "true" && v != "false" {
			return "not a boolean"
		}
	case "year":
		if !regexp.MustCompile(`^\d{4}$`).MatchString(v) {
			return "not a year"
		}
	case "datetime":
		_, err = time.Parse("2006-01-02T15:04:05Z", v)
	default:
		return "no such type"
	}
	switch {
	case err != nil:
		return err.Error()
	case c == nil:
	case c.Enum != nil && !slices.Contains(c.Enum, v):
		return "not in the list"
	case c.Pattern != "" && !regexp.MustCompile("^(?:"+c.Pattern+")$").MatchString(v):
		return "against the pattern"
	case c.Minimum != nil && strings.HasPrefix(v, "-"):
		return "below the minimum"
	}
	return ""
}

// Every table says what it is and what each of its columns means.
func TestCodebook(t *testing.T) {
	for _, tab := range tables {
		if tab.title == "" || tab.about == "" {
			t.Errorf("%s has no words of its own", tab.name)
		}
		for _, f := range tab.columns(testset.New()) {
			if len(f.about) < 10 || !strings.HasSuffix(f.about, ".") {
				t.Errorf("%s: %s: %q is no codebook text", tab.name, f.name, f.about)
			}
		}
	}
	if !strings.Contains(packageAbout, "not an image") || !strings.Contains(packageAbout, "blank is not zero") {
		t.Error("the package does not say what the numbers are not")
	}
	for _, m := range pipeline.FlagMeanings {
		if !strings.Contains(flagsField.about, m.Meaning) {
			t.Errorf("flag %c is not explained", m.Flag)
		}
	}
}
