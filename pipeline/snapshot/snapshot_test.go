package snapshot

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/check"
	"espfigures/pipeline/extract"
)

// The transcription of 2024 and 2025, at the commit whose file has both years.
const secondarySource = "https://github.com/apparebit/diaphanous/blob/26d825f265196aa1a9062514491974ad32a6d03b/diaphanous/platform/data.py"

func TestDefault(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	// The printed rows and totals of FIELD.md: what NCMEC published.
	want := map[int]struct {
		rows  int
		total pipeline.Count
	}{
		2019: {148, 16836694}, 2020: {168, 21447786}, 2021: {230, 29157083}, 2022: {236, 31802525}, 2023: {247, 35944826},
	}
	for _, e := range s.Editions {
		w, verified := want[e.Year]
		if verified != (e.Status == pipeline.Verified) {
			t.Errorf("%d: status %s", e.Year, e.Status)
		}
		if !verified {
			if e.Source == "" || e.Document.URL != secondarySource || e.Coverage() < 0.9 || e.Coverage() >= 1 {
				t.Errorf("%d: a third party's edition lacks source or coverage: %+v", e.Year, e.Document)
			}
			continue
		}
		delete(want, e.Year)
		table := pipeline.Table{Year: e.Year, Rows: e.Rows, Total: e.Total}
		if ed, found := check.Edition(table, e.Document, nil); ed.Status != pipeline.Verified {
			t.Errorf("%d: %v", e.Year, found)
		}
		if len(e.Rows) != w.rows || e.Sum() != w.total {
			t.Errorf("%d: %d rows, sum %s; want %d, %s", e.Year, len(e.Rows), e.Sum(), w.rows, w.total)
		}
		if len(e.Document.SHA256) != 64 || e.Document.URL == "" || e.Document.Dated.IsZero() {
			t.Errorf("%d: the document is not named: %+v", e.Year, e.Document)
		}
		for _, r := range e.Rows {
			if r.At.Page < 1 || r.At.Row < 1 || r.Name == "" || strings.HasSuffix(r.Name, "*") {
				t.Errorf("%d: row %+v", e.Year, r)
			}
		}
	}
	for y := range want {
		t.Errorf("%d is missing", y)
	}
	for _, e := range s.Editions {
		if found := check.Gate(&e, s.Totals, false); len(found) != 0 {
			t.Errorf("totals disagree: %v", found)
		}
	}
	for _, total := range s.Totals {
		address := "https://www.missingkids.org/content/dam/missingkids/pdfs/OJJDP-NCMEC-Transparency-CY-2023-Report.pdf"
		if total.Year > 2023 {
			address = secondarySource
		}
		if !strings.HasSuffix(total.Source, ": "+address) {
			t.Errorf("the total of %d cannot be followed: %s", total.Year, total.Source)
		}
	}
	if first, last := s.Totals[0].Year, s.Totals[len(s.Totals)-1].Year; first != 1998 || last != 2025 {
		t.Errorf("totals run from %d to %d", first, last)
	}
}

// The verified editions are what is read in NCMEC's documents now.
func TestSnapshotIsWhatTheDocumentsSay(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	published := readAll(t, shared(t, "data", "documents.csv"))
	reader := extract.New()
	defer reader.Close()
	for _, e := range s.Editions {
		doc := e.Document
		if e.Status != pipeline.Verified {
			continue
		}
		body, err := os.ReadFile(shared(t, "ncmec", doc.Name))
		if err != nil {
			t.Fatal(err)
		}
		res, err := reader.Read(t.Context(), doc.Name, "", body)
		if err != nil || len(res.Tables) != 1 || len(res.Findings) > 0 {
			t.Fatalf("%s: %d tables, findings %v, %v", doc.Name, len(res.Tables), res.Findings, err)
		}
		doc.SHA256, doc.Size, doc.Dated = archive.Hash(body), int64(len(body)), res.Dated.Truncate(24*time.Hour)
		read, _ := check.Edition(res.Tables[0], doc, res.Findings)
		read.Total.Label = ""
		if !reflect.DeepEqual(read, e) {
			t.Errorf("%s is read as\n%+v %+v, but shipped as\n%+v %+v", doc.Name, read, *read.Total, e, *e.Total)
		}
		if !slices.ContainsFunc(published, func(r map[string]string) bool { return r["url"] == doc.URL && r["document"] == "reports by ESP" }) {
			t.Errorf("%s was not published at %s", doc.Name, doc.URL)
		}
	}
}

// Every name printed in the five editions is in the first mapping, and the other way
// round: no name is cut, run together or invented. The mapping was made from text that
// has a space wherever a line was broken after a slash; these are left out.
func TestNamesOfTheFirstMapping(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	mapped, printed := map[string]bool{}, map[string]bool{}
	for _, r := range readAll(t, shared(t, "data", "platforms-draft.csv")) {
		mapped[strings.ReplaceAll(r["raw_name"], "/ ", "/")] = true
	}
	for _, e := range s.Editions {
		for _, r := range e.Rows {
			if e.Status == pipeline.Verified {
				printed[strings.ReplaceAll(r.Name+r.Mark(), "/ ", "/")] = true
			}
		}
	}
	if diff := cmp.Diff(mapped, printed); diff != "" {
		t.Error(diff)
	}
}

// Every transcribed row and total is in a transcription, and the other way round;
// where there are two they agree, and the row says so.
func TestTranscriptions(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]pipeline.Row{} // by year and number
	totals := map[string]bool{}
	for _, e := range s.Editions {
		for _, r := range e.Rows {
			if e.Status == pipeline.SecondaryHand {
				rows[fmt.Sprint(e.Year, " ", int(r.Reports), " ", r.Name)] = r
			}
		}
		totals[fmt.Sprint(e.Year, " ", int(e.Total.Reports))] = true
	}
	first := map[string]bool{}
	for _, r := range readAll(t, shared(t, "data", "secondary-2024-2025.csv")) {
		switch key := r["year"] + " " + r["reports"]; r["role"] {
		case "row":
			first[key] = true
			if _, ok := rows[key+" "+r["label"]]; !ok {
				t.Errorf("the row %v is not shipped", r)
			}
			delete(rows, key+" "+r["label"])
		case "esp_total":
			if !totals[key] {
				t.Errorf("the total %v is not shipped", r)
			}
		}
	}
	for _, r := range readAll(t, shared(t, "data", "second-reader-2024.csv")) {
		key := r["year"] + " " + r["reports"]
		if row, ok := rows[key+" "+r["label"]]; ok {
			if row.Source != r["source"] || !strings.Contains(row.Note, "only in a second") {
				t.Errorf("%+v does not say that it is from %s", row, r["source"])
			}
			delete(rows, key+" "+r["label"])
		} else if !first[key] && !totals[key] {
			t.Errorf("the row %v agrees with none", r)
		}
	}
	for key := range rows {
		t.Errorf("%s is in no transcription", key)
	}
	for i, r := range readAll(t, shared(t, "data", "totals-1998-2025.csv")) {
		if y := s.Totals[i]; fmt.Sprint(y.Year) != r["year"] || fmt.Sprint(int(y.CyberTipline)) != r["cybertipline_total"] || y.ESP != nil && fmt.Sprint(int(*y.ESP)) != r["esp_total"] {
			t.Errorf("%+v is not what %v says", y, r)
		}
	}
}

// shared is a path of the reference material beside the repository.
func shared(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skip("the reference material is not at ../shared beside the repository")
	}
	return path
}

func readAll(t *testing.T, path string) (rows []map[string]string) {
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
	for _, line := range table[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[table[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows
}

func TestLoadNamesFileAndLine(t *testing.T) {
	good := func() fstest.MapFS {
		return fstest.MapFS{
			"data/editions.csv":    {Data: []byte("year,status,size,dated,total,total_page\n2022,verified,1,2023-04-01,3,1\n")},
			"data/rows.csv":        {Data: []byte("year,page,row,esp_name,reports,flags\n2022,1,1,A,3,*\n")},
			"data/transcribed.csv": {Data: []byte("year,page,row,esp_name,reports,flags,source,note\n")},
			"data/totals.csv":      {Data: []byte("year,cybertipline,esp,public,source\n1998,4560,,,OJJDP\n")},
		}
	}
	if s, err := load(good()); err != nil || len(s.Editions) != 1 || !s.Editions[0].Rows[0].Combined || s.Totals[0].ESP != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	for _, c := range []struct{ file, old, new, want string }{
		{"editions.csv", "2023-04-01", "spring", `editions.csv, line 2: "spring" is not a date`},
		{"rows.csv", "2022,1", "2021,1", `rows.csv, line 2: 2021 has no edition`},
		{"rows.csv", ",3,", ",-3,", `rows.csv, line 2: "-3" is not a whole number`},
		{"rows.csv", "1,1,A", "1,1,\"A", `rows.csv: parse error on line 2, column 17: extraneous or missing " in quoted-field`},
		{"totals.csv", "cybertipline", "other", `totals.csv, line 2: "" is not a whole number`},
	} {
		fsys := good()
		file := fsys["data/"+c.file]
		file.Data = []byte(strings.Replace(string(file.Data), c.old, c.new, 1))
		if _, err := load(fsys); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
