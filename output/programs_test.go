package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"espfigures/output/tables"
	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// Programs that share no code with the writers read the files as their users
// do, by default settings.

// program returns the path of the first program that is there and passes its
// check, or skips the test with what to install.
func program(t *testing.T, install string, candidates ...[]string) string {
	t.Helper()
	for _, c := range candidates {
		if p, err := exec.LookPath(c[0]); err == nil && (len(c) == 1 || exec.Command(p, c[1:]...).Run() == nil) {
			return p
		}
	}
	t.Skip("not installed: " + install)
	return ""
}

func python(t *testing.T) string {
	check := []string{"-c", "import pandas, openpyxl"}
	return program(t, "apt-get install python3-pandas python3-openpyxl", append([]string{"python3"}, check...), append([]string{"/usr/bin/python3"}, check...))
}

// node returns the program and a script of testdata/node, whose package must be there.
func node(t *testing.T, module, script string) (string, string) {
	if _, err := os.Stat(filepath.Join("testdata/node/node_modules", module)); err != nil {
		t.Skip(module + " is not installed: run npm install in output/testdata/node")
	}
	path, err := filepath.Abs(filepath.Join("testdata/node", script))
	if err != nil {
		t.Fatal(err)
	}
	return program(t, "apt-get install nodejs npm", []string{"node"}), path
}

func start(t *testing.T, dir, stdin, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	var errs bytes.Buffer
	c.Dir, c.Stdin, c.Stderr = dir, strings.NewReader(stdin), &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%.2000s", name, err, errs.String(), out)
	}
	return out
}

// Every program finds in every file the rows that were written: each value
// with its type, each blank missing, sums that are the printed totals.
func TestProgramsReadEveryFile(t *testing.T) {
	needsLong(t)
	folders := map[string]*compare.Model{}
	for _, ds := range []*pipeline.Dataset{testset.Shipped(), testset.New()} {
		m := compare.New(ds)
		dir, _ := written(t, m, Options{Partition: true, Only: []string{"csv", "parquet", "sqlite"}})
		folders[dir] = m
	}
	dirs := slices.Sorted(maps.Keys(folders))
	for name, read := range map[string]func(t *testing.T) []byte{
		"pandas": func(t *testing.T) []byte {
			return start(t, ".", "", python(t), append([]string{"testdata/readers.py"}, dirs...)...)
		},
		"duckdb": func(t *testing.T) []byte {
			n, script := node(t, "@duckdb/node-api", "readers.mjs")
			return start(t, ".", "", n, append([]string{script, "duckdb"}, dirs...)...)
		},
		"hyparquet": func(t *testing.T) []byte {
			n, script := node(t, "hyparquet", "readers.mjs")
			return start(t, ".", "", n, append([]string{script, "hyparquet"}, dirs...)...)
		},
		"datapackage": func(t *testing.T) []byte {
			n, script := node(t, "datapackage", "readers.mjs")
			return start(t, ".", "", n, append([]string{script, "datapackage"}, dirs...)...)
		},
		"miller": func(t *testing.T) []byte {
			mlr := program(t, "apt-get install miller", []string{"mlr"})
			return eachTable(t, folders, ".csv", func(dir string, tab tables.Table) []byte {
				return start(t, dir, "", mlr, "--icsv", "--ojson", "cat", tab.Name+".csv")
			})
		},
		"sqlite3": func(t *testing.T) []byte {
			shell := program(t, "apt-get install sqlite3", []string{"sqlite3"})
			return eachTable(t, folders, ".sqlite", func(dir string, tab tables.Table) []byte {
				return start(t, dir, "", shell, "-json", "espfigures.sqlite", "SELECT * FROM "+sqlName(tab.Name))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var found map[string]map[string][]map[string]any
			d := json.NewDecoder(bytes.NewReader(read(t)))
			d.UseNumber()
			if err := d.Decode(&found); err != nil {
				t.Fatal(err)
			}
			for dir, m := range folders {
				if len(found[dir]) < 6 {
					t.Errorf("only %d files were read", len(found[dir]))
				}
				for file, rows := range found[dir] {
					sameTable(t, m, file, rows)
				}
			}
		})
	}
}

// eachTable reads every table of every folder by itself.
func eachTable(t *testing.T, folders map[string]*compare.Model, ending string, read func(dir string, tab tables.Table) []byte) []byte {
	found := map[string]map[string]json.RawMessage{}
	for dir, m := range folders {
		found[dir] = map[string]json.RawMessage{}
		for _, tab := range tables.All(m) {
			found[dir][tab.Name+ending] = json.RawMessage("[]")
			if out := bytes.TrimSpace(read(dir, tab)); len(out) > 0 {
				found[dir][tab.Name+ending] = out
			}
		}
	}
	b, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sameTable(t *testing.T, m *compare.Model, file string, rows []map[string]any) {
	t.Helper()
	all := tables.All(m)
	name := strings.TrimSuffix(file, filepath.Ext(file))
	if file == "figures by year" {
		name = "figures"
	}
	tab := all[slices.IndexFunc(all, func(x tables.Table) bool { return x.Name == name })]
	if len(rows) != len(tab.Rows) {
		t.Errorf("%s: %d rows, want %d", file, len(rows), len(tab.Rows))
		return
	}
	sums, wrong := map[int]float64{}, 0
	for n, row := range tab.Rows {
		for i, f := range tab.Fields {
			got := rows[n][f.Name]
			if !sameCell(f, row[i], got, filepath.Ext(file) == ".csv") && wrong < 5 {
				wrong++
				t.Errorf("%s, row %d, %s: %#v, want %q", file, n+1, f.Name, got, tables.Cell(row[i]))
			}
			if number, ok := got.(json.Number); ok && name == "figures" && f.Name == "reports" {
				v, _ := number.Float64()
				sums[row[0].(int)] += v
			}
		}
	}
	for _, e := range m.Data.Editions {
		if name == "figures" && (sums[e.Year] != float64(e.Sum()) || e.Status == pipeline.Verified && e.Sum() != e.Total.Reports) {
			t.Errorf("%s: %d sums to %f, printed are %s", file, e.Year, sums[e.Year], e.Total.Reports)
		}
	}
}

// sameCell reports whether a program has read a value as what it is.
func sameCell(f tables.Field, want, got any, guarded bool) bool {
	text := tables.Cell(want)
	if s, ok := want.(string); ok {
		if text = tables.Clean(s); guarded {
			text = tables.Guard(text)
		}
	}
	if text == "" {
		return got == nil || got == "" // Miller's word for missing
	}
	switch got := got.(type) {
	case json.Number:
		v, err := got.Float64()
		w, werr := strconv.ParseFloat(text, 64)
		if f.Kind == tables.Boolean { // SQLite's are numbers
			return got == json.Number(map[bool]string{true: "1", false: "0"}[want.(bool)])
		}
		// Miller takes a name made of digits for a number, and keeps its digits.
		return f.Kind == tables.Text && got.String() == text || f.Kind != tables.Text && err == nil && werr == nil && math.Abs(v-w) <= 1e-8*math.Max(1, math.Abs(w))
	case bool:
		return f.Kind == tables.Boolean && got == want
	case string:
		if _, err := time.Parse(time.DateOnly, text); err == nil || f.Kind == tables.Moment { // days stand in texts too
			at, err := time.Parse(time.RFC3339, got)
			return got == text || err == nil && strings.HasPrefix(at.UTC().Format(time.RFC3339), text)
		}
		return got == text && (f.Kind == tables.Text || f.Kind == tables.Boolean)
	}
	return false
}

// The views of the database say what compare and movers say.
func TestViews(t *testing.T) {
	m := compare.New(testset.Shipped())
	dir, _ := written(t, m, Options{Only: []string{"sqlite"}})
	db, err := sqlite3.OpenFlags(filepath.Join(dir, "espfigures.sqlite"), sqlite3.OPEN_READONLY)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	query := func(sql string) (rows []string) {
		s, _, err := db.Prepare(sql)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for s.Step() {
			var cells []string
			for i := range s.ColumnCount() {
				cells = append(cells, s.ColumnText(i))
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		if err := s.Err(); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	var shares, falls, largest, totals []string
	for _, p := range m.Company("meta").Points {
		shares = append(shares, fmt.Sprintf("%d %d %.6f", p.Year, *p.Reports, 100**p.Share))
	}
	for _, mv := range m.Movers(2022, 2023, compare.MoversOptions{MinBase: 1, Top: 10}).Falls {
		falls = append(falls, fmt.Sprintf("%s %d %.4f", mv.Series.ID, *mv.Change.Reports, *mv.Change.Percent))
	}
	for _, s := range m.Largest(10) {
		largest = append(largest, s.ID)
	}
	for _, e := range m.Data.Editions {
		totals = append(totals, fmt.Sprintf("%d %d", e.Year, e.Sum()))
	}
	for sql, want := range map[string][]string{
		"SELECT year, reports, printf('%.6f', share_percent) FROM company_shares WHERE id = 'meta'":                   shares,
		"SELECT id, change, printf('%.4f', change_percent) FROM largest_falls WHERE from_year = 2022 AND place <= 10": falls,
		"SELECT id FROM largest_by_year WHERE year = 2023 AND place <= 10":                                            largest,
		"SELECT year, row_sum FROM checked_totals":                                                                    totals,
		"SELECT year, sum(reports) FROM category_by_year GROUP BY year":                                               totals,
		"SELECT count(*) FROM codebook WHERE meaning = ''":                                                            {"0"},
		"SELECT id FROM entrants WHERE from_year = 2022 AND id IN (SELECT id FROM leavers WHERE from_year = 2022)":    nil,
		"PRAGMA foreign_key_check": nil,
		"SELECT exact FROM checked_totals WHERE status = 'verified' GROUP BY exact": {"1"},
	} {
		if got := query(sql); !slices.Equal(got, want) {
			t.Errorf("%s:\n%q, want\n%q", sql, got, want)
		}
	}
	var again [2]bytes.Buffer
	for i := range again {
		if err := writeDatabase(&again[i], tables.All(m)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(again[0].Bytes(), again[1].Bytes()) {
		t.Error("two databases of the same model differ")
	}
}

// A snippet is one block of docs/use-the-data.md.
var snippet = regexp.MustCompile("(?ms)^```(\\w+) ?(.*?)\n(.*?)^```$")

// The snippets of docs/use-the-data.md run and print the total of 2023, also
// when two editions more are there: no column was renamed.
func TestUseTheData(t *testing.T) {
	needsLong(t)
	doc, err := os.ReadFile("../docs/use-the-data.md")
	if err != nil {
		t.Fatal(err)
	}
	now, longer := compare.New(testset.Shipped()), compare.New(testset.Longer())
	all := Options{Partition: true, Only: []string{"csv", "xlsx", "parquet", "sqlite"}}
	first, _ := written(t, now, all)
	later, _ := written(t, longer, all)
	blocks := snippet.FindAllStringSubmatch(string(doc), -1)
	if len(blocks) < 10 {
		t.Fatalf("only %d snippets", len(blocks))
	}
	for i, b := range blocks {
		language, note, code := b[1], b[2], b[3]
		t.Run(fmt.Sprintf("%d-%s", i+1, language), func(t *testing.T) {
			t.Parallel()
			if strings.Contains(note, "not run here") {
				t.Skip("the text says that it is not run here")
			}
			for _, dir := range []string{first, later} {
				if out := runSnippet(t, dir, language, code); !strings.Contains(strings.ReplaceAll(string(out), ",", ""), "35944826") {
					t.Errorf("it does not print the total of 2023:\n%s", out)
				}
			}
		})
	}
	renamed(t, now, longer)
}

func runSnippet(t *testing.T, dir, language, code string) []byte {
	t.Helper()
	switch language {
	case "python":
		return start(t, dir, code, python(t), "-")
	case "r":
		return start(t, dir, "", program(t, "apt-get install r-base-core", []string{"Rscript"}), "-e", code)
	case "sql":
		n, script := node(t, "@duckdb/node-api", "readers.mjs")
		return start(t, dir, code, n, script, "query")
	case "js":
		n, script := node(t, "hyparquet", "package.json")
		code = strings.ReplaceAll(code, "'hyparquet'", "'file://"+filepath.Join(filepath.Dir(script), "node_modules/hyparquet/src/node.js")+"'")
		return start(t, dir, code, n, "--input-type=module", "-")
	case "sh":
		name := strings.Fields(code)[0]
		program(t, map[string]string{"sqlite3": "apt-get install sqlite3", "mlr": "apt-get install miller", "datasette": "pip install datasette"}[name], []string{name})
		return start(t, dir, code, "sh")
	}
	t.Fatalf("nothing runs %s", language)
	return nil
}

// renamed fails if the longer data lack a column of those now, or if one has
// another place or type there. New columns are of new years alone.
func renamed(t *testing.T, now, longer *compare.Model) {
	t.Helper()
	year := regexp.MustCompile(`^reports_20\d\d$`)
	later := tables.All(longer)
	for i, tab := range tables.All(now) {
		was := tab.Fields
		is := slices.DeleteFunc(slices.Clone(later[i].Fields), func(f tables.Field) bool {
			return year.MatchString(f.Name) && !slices.ContainsFunc(was, func(g tables.Field) bool { return g.Name == f.Name })
		})
		if !slices.EqualFunc(was, is, func(a, b tables.Field) bool { return a.Name == b.Name && a.Kind == b.Kind }) {
			t.Errorf("%s: the columns %v have become %v", tab.Name, was, is)
		}
	}
}

// needsLong leaves a test that starts other programs to make long.
func needsLong(t *testing.T) {
	t.Helper()
	if os.Getenv("ESPFIGURES_CHECK") == "" {
		t.Skip("other programs take long: make check runs them")
	}
}
