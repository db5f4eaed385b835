package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"espfigures/output/workbook"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// said is what a surface says: by series, years and measure, the verdict, the
// codes of the reasons and the change. A value has its share, rank and marks.
type said map[string]string

// Every surface says what the model says, for every series, pair of years and
// measure it shows: the CSV files, Parquet, the workbook, the page's data and
// compare --format json. What the model has to say of comparisons that mislead is
// in testdata/answers.txt. An edition that contradicts the total on file and a table
// of a year to come are tests of pipeline/build, the wide files as DuckDB reads them
// one of output.
func TestAllSurfacesSayTheSame(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	noArchive := filepath.Join(t.TempDir(), "archive")
	runs := func(args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if code := run(args, strings.NewReader(""), &stdout, &stderr); code != 0 {
			t.Fatalf("%v: exit code %d\n%s", args, code, stderr.String())
		}
		return stdout.Bytes()
	}
	runs("refresh", "--offline", "--quiet", "--out", out, "--archive", noArchive)

	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
	defer a.close()
	a.archive = noArchive
	all, err := a.dataset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := compare.New(all.Dataset)
	want := modelSays(m)

	surfaces := map[string]said{
		"compare --format json": compareSays(t, m, runs),
		"the page":              pageSays(t, filepath.Join(out, "explorer.html")),
		"the workbook":          bookSays(t, filepath.Join(out, "espfigures.xlsx")),
	}
	for file, kind := range map[string]compare.Type{"platform-series": compare.TypePlatform, "company-series": compare.TypeCompany} {
		surfaces[file+".csv"] = rowsSay(kind, csvRows(t, filepath.Join(out, file+".csv")))
		surfaces[file+".csv"].wideSays(kind, csvRows(t, filepath.Join(out, map[compare.Type]string{compare.TypePlatform: "platforms-by-year.csv", compare.TypeCompany: "companies-by-year.csv"}[kind])))
		surfaces[file+".parquet"] = rowsSay(kind, parquetRows(t, filepath.Join(out, file+".parquet")))
	}
	for name, got := range surfaces {
		differ := 0
		for _, key := range slices.Sorted(maps.Keys(got)) {
			if want[key] != got[key] {
				t.Errorf("%s, %s: %q, the model says %q", name, key, got[key], want[key])
				if differ++; differ > 5 {
					break
				}
			}
		}
		if len(got) < 1500 {
			t.Errorf("%s: only %d statements were compared", name, len(got))
		}
	}
}

func key(kind, id string, from, to int, measure string) string {
	return fmt.Sprintf("%s %s %d-%d %s", kind, id, from, to, measure)
}

// number writes a number the same whatever surface it was read from.
func number(v *float64) string {
	if v == nil {
		return ""
	}
	rounded := math.Round(*v*1e8) / 1e8 // as the CSV files have it
	return strconv.FormatFloat(math.Round(rounded*1e6)/1e6+0, 'f', -1, 64)
}

// percents are those of a change, and of it like for like.
func percents(change, like *float64) string { return number(change) + "|" + number(like) }

func parsed(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return number(&v)
}

func modelSays(m *compare.Model) said {
	s := said{}
	for _, list := range [][]*compare.Series{m.Platforms, m.Companies, m.Categories, {m.ESPTotal, m.Total, m.Rest(5)}} {
		for _, series := range list {
			kind := string(series.Type)
			for i := range series.Points {
				p := &series.Points[i]
				if p.Reports != nil {
					share := ""
					if p.Share != nil {
						v := 100 * *p.Share
						share = number(&v)
					}
					s[key(kind, series.ID, p.Year, p.Year, "wide")] = strconv.FormatInt(int64(*p.Reports), 10)
					s[key(kind, series.ID, p.Year, p.Year, "value")] = fmt.Sprintf("%d|%s|%d|%s", *p.Reports, share, p.Rank, string(p.Marks))
				}
				for j := range i {
					for _, measure := range pipeline.Measures {
						b := m.Between(series, m.Years[j], p.Year, measure)
						if b.Verdict == compare.NoValue {
							continue
						}
						if measure == pipeline.MeasureReports {
							s[key(kind, series.ID, m.Years[j], p.Year, "percent")] = percents(b.Shown().Percent, b.Like().Percent)
						}
						change := ""
						if c := b.Change; c != nil {
							switch {
							case measure == pipeline.MeasureReports:
								change = strconv.FormatInt(int64(*c.Reports), 10)
							case c.Points != nil:
								change = number(c.Points)
							case c.Places != nil:
								change = strconv.Itoa(*c.Places)
							default:
								change = number(c.Index)
							}
						}
						s[key(kind, series.ID, m.Years[j], p.Year, string(measure))] = fmt.Sprintf("%s|%s|%s", b.Verdict, b.Codes(), change)
					}
				}
			}
		}
	}
	return s
}

// wideSays reads rows of a table with a column for each year.
func (s said) wideSays(kind compare.Type, rows []map[string]string) {
	for _, r := range rows {
		for column, v := range r {
			if year, err := strconv.Atoi(strings.TrimPrefix(column, "reports_")); err == nil && v != "" {
				s[key(string(kind), r["id"], year, year, "wide")] = v
			}
		}
	}
}

// rowsSay reads rows of a series table: values, and reports against the year
// before. Where no kind is given each row says its own.
func rowsSay(kind compare.Type, rows []map[string]string) said {
	s := said{}
	for _, r := range rows {
		kind := compare.Type(cmp.Or(string(kind), r["type"]))
		year, _ := strconv.Atoi(r["year"])
		if r["reports"] == "" {
			continue
		}
		s[key(string(kind), r["id"], year, year, "value")] = fmt.Sprintf("%s|%s|%s|%s", r["reports"], parsed(r["share_percent"]), cmp.Or(r["rank"], "0"), strings.NewReplacer(" ", "", "[", "", "]", "").Replace(r["marks"]))
		if r["comparable"] != "" {
			s[key(string(kind), r["id"], year-1, year, "reports")] = fmt.Sprintf("%s|%s|%s", r["comparable"], r["reasons"], r["change"])
			s[key(string(kind), r["id"], year-1, year, "percent")] = parsed(r["change_percent"]) + "|" + parsed(r["like_for_like_percent"])
		}
	}
	return s
}

func csvRows(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return named(table)
}

func named(table [][]string) []map[string]string {
	var list []map[string]string
	for _, row := range table[1:] {
		r := map[string]string{}
		for i, v := range row {
			r[table[0][i]] = v
		}
		list = append(list, r)
	}
	return list
}

func parquetRows(t *testing.T, path string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[any](bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]string
	for _, row := range rows {
		r := map[string]string{}
		for name, v := range row.(map[string]any) {
			if v != nil {
				r[name] = fmt.Sprint(v)
			}
		}
		list = append(list, r)
	}
	return list
}

// compareSays asks compare for every series of the model.
func compareSays(t *testing.T, m *compare.Model, runs func(...string) []byte) said {
	t.Helper()
	s := said{}
	for _, list := range [][]*compare.Series{m.Platforms[:60], m.Companies[:60], m.Categories, {m.ESPTotal, m.Total}} {
		args := []string{"compare", "--format", "json"}
		kinds := map[string]string{}
		for _, series := range list {
			id := series.ID
			if series.Type == compare.TypeCompany && !series.Alone {
				id = "company:" + id
			} else if series.Type == compare.TypeCompany {
				continue // by that name the platform answers
			}
			args, kinds[series.ID] = append(args, id), string(series.Type)
		}
		var rows []struct {
			ID      string
			Year    int
			Against []struct {
				From    int `json:"from_year"`
				Measure string
				Verdict string `json:"comparable"`
				Reasons []string
				Change  *float64
				Points  *float64 `json:"change_points"`
				Places  *float64 `json:"change_places"`
				Index   *float64
			}
		}
		if err := json.Unmarshal(runs(args...), &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, b := range r.Against {
				if b.Verdict == "" {
					continue // one of the years has no value
				}
				change := ""
				for _, v := range []*float64{b.Change, b.Points, b.Places, b.Index} {
					if v != nil {
						change = number(v)
					}
				}
				s[key(kinds[r.ID], r.ID, b.From, r.Year, b.Measure)] = fmt.Sprintf("%s|%s|%s", b.Verdict, strings.Join(b.Reasons, "; "), change)
			}
		}
	}
	return s
}

// bookSays reads the sheets Series and Data_between.
func bookSays(t *testing.T, path string) said {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := func(name string) []map[string]string {
		all, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return named(all[workbook.HeaderRow-1:])
	}
	s := rowsSay("", sheet("Series"))
	s.wideSays(compare.TypePlatform, sheet("Platforms"))
	s.wideSays(compare.TypeCompany, sheet("Companies"))
	lists, verdicts := sheet("Data_lists"), sheet("Data_verdicts")
	for _, r := range sheet("Data_between") {
		pair, err := strconv.ParseFloat(r["key"], 64)
		if err != nil {
			t.Fatal(err)
		}
		series, from, to := lists[int(pair/1e8)-1], int(pair/1e4)%1e4, int(pair)%1e4
		says := func(measure, verdict, change string) {
			no, err := strconv.Atoi(r[verdict])
			if err != nil {
				t.Fatal(err)
			}
			if v := verdicts[no-1]; v["comparable"] != "" {
				s[key(series["type"], series["id"], from, to, measure)] = fmt.Sprintf("%s|%s|%s", v["comparable"], v["reasons"], change)
			}
		}
		says("reports", "verdict", r["change"])
		s[key(series["type"], series["id"], from, to, "percent")] = parsed(r["change_percent"]) + "|" + parsed(r["like_for_like_percent"])
		says("index", "verdict", parsed(r["index"]))
		says("share", "share_verdict", parsed(r["share_change_points"]))
		says("rank", "rank_verdict", r["rank_change_places"])
	}
	return s
}

// pageSays reads the data in the page.
func pageSays(t *testing.T, path string) said {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(b, []byte(`id="data">`))
	text, _, found := bytes.Cut(rest, []byte("</script>"))
	if !found {
		t.Fatal("the page has no data")
	}
	var d struct {
		Years      []int
		Verdicts   []string
		Types      []string
		Series     [][]any
		Reasons    [][]any
		Judgements [][]int
		Judged     [][4]int
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	at := func(row []any, i int) *float64 {
		if i < len(row) {
			if v, ok := row[i].(float64); ok {
				return &v
			}
		}
		return nil
	}
	index := func(row []any, i int) int {
		if v := at(row, i); v != nil {
			return int(*v)
		}
		return 0
	}
	s := said{}
	for _, row := range d.Series {
		if len(row) < 11 || row[7] == true {
			continue // what stands alone refers to its platform
		}
		kind, id := d.Types[index(row, 1)], row[0].(string)
		var points []any
		var pairs [][]any
		if err := errors.Join(json.Unmarshal([]byte(row[9].(string)), &points), json.Unmarshal([]byte(row[10].(string)), &pairs)); err != nil {
			t.Fatal(err)
		}
		for k, encoded := range points {
			if p, ok := encoded.([]any); ok {
				share := at(p, 1)
				if share != nil {
					*share *= 100
				}
				marks := ""
				if len(p) > 6 {
					marks, _ = p[6].(string)
				}
				s[key(kind, id, d.Years[k], d.Years[k], "value")] = fmt.Sprintf("%d|%s|%d|%s", index(p, 0), number(share), index(p, 3), marks)
			}
		}
		for _, pair := range pairs {
			for i, measure := range pipeline.Measures {
				judgement := d.Judgements[d.Judged[index(pair, 2)][i]]
				if d.Verdicts[judgement[0]] == "" {
					continue
				}
				var codes []string
				for _, k := range judgement[1:] {
					if code := d.Reasons[k][0].(string); !slices.Contains(codes, code) {
						codes = append(codes, code)
					}
				}
				change := at(pair, []int{3, 5, 6, 7}[i])
				if change == nil && judgement[0] != slices.Index(d.Verdicts, "no") {
					change = new(float64) // a default at the end is left out
				}
				from, to := d.Years[index(pair, 0)], d.Years[index(pair, 1)]
				s[key(kind, id, from, to, string(measure))] = fmt.Sprintf("%s|%s|%s", d.Verdicts[judgement[0]], strings.Join(codes, "; "), number(change))
				if measure == pipeline.MeasureReports {
					var like []any
					if len(pair) > 10 {
						like, _ = pair[10].([]any)
					}
					s[key(kind, id, from, to, "percent")] = percents(at(pair, 4), at(like, 2))
				}
			}
		}
	}
	return s
}
