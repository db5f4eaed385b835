package snapshot

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// The transcription of 2024 and 2025, at the commit whose file has both years.
const secondarySource = "https://github.com/apparebit/diaphanous/blob/26d825f265196aa1a9062514491974ad32a6d03b/diaphanous/platform/data.py"

// secondaryNote is what the Makefile gives the program that makes the snapshot.
const secondaryNote = "The same transcription, compared with NCMEC's documents of 2019 to 2023, has 1 error in 154 figures (Amino 2022: 177 for 178)."

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
		if status, found := check.Edition(table, e.Document, nil); status != pipeline.Verified {
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

// The shipped files are what make snapshot makes of NCMEC's documents now.
func TestSnapshotIsMadeFromTheDocuments(t *testing.T) {
	shared := filepath.Join("..", "..", "..", "shared")
	if _, err := os.Stat(filepath.Join(shared, "ncmec")); err != nil {
		t.Skip("NCMEC's documents are not at ../shared/ncmec beside the repository")
	}
	out := t.TempDir()
	cmd := exec.Command("go", "run", "espfigures/cmd/mksnapshot",
		"-documents", filepath.Join(shared, "ncmec"), "-addresses", filepath.Join(shared, "data", "documents.csv"),
		"-secondary", filepath.Join(shared, "data", "secondary-2024-2025.csv"), "-secondary-source", secondarySource,
		"-secondary-note", secondaryNote, "-second-reader", filepath.Join(shared, "data", "second-reader-2024.csv"), "-totals", filepath.Join(shared, "data", "totals-1998-2025.csv"), "-out", out)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	for _, name := range []string{"editions.csv", "rows.csv", "totals.csv"} {
		made, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		shipped, err := os.ReadFile(filepath.Join("data", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(made, shipped) {
			t.Errorf("data/%s is not what make snapshot makes", name)
		}
	}
}

func TestLoadNamesFileAndLine(t *testing.T) {
	good := func() fstest.MapFS {
		return fstest.MapFS{
			"editions.csv": {Data: []byte(strings.Join(EditionColumns, ",") + "\n2022,verified,ab,n,1,u,2023-04-01,t,Total,3,1,rules,,\n")},
			"rows.csv":     {Data: []byte(strings.Join(RowColumns, ",") + "\n2022,1,1,A,*,3,,\n")},
			"totals.csv":   {Data: []byte(strings.Join(TotalColumns, ",") + "\n1998,4560,,,OJJDP\n")},
		}
	}
	if s, err := Load(good()); err != nil || len(s.Editions) != 1 || !s.Editions[0].Rows[0].Combined || s.Totals[0].ESP != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	for _, c := range []struct{ file, old, new, want string }{
		{"editions.csv", "2023-04-01", "spring", `editions.csv, line 2: dated "spring" is not a date`},
		{"rows.csv", "2022,1", "2021,1", `rows.csv, line 2: year "2021" has no edition`},
		{"rows.csv", "*,3,", "*,-3,", `rows.csv, line 2: reports "-3" is not a whole number`},
		{"totals.csv", "public", "other", "totals.csv: column public is missing"},
	} {
		fsys := good()
		fsys[c.file].Data = []byte(strings.Replace(string(fsys[c.file].Data), c.old, c.new, 1))
		if _, err := Load(fsys); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
