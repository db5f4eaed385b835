package scrapers_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func TestTakeFolder(t *testing.T) {
	dir := t.TempDir()
	web := []byte("<!DOCTYPE html><html><body>" + faultsite.HTMLTable(2020, faultsite.Rows(20, 1)))
	for name, body := range map[string][]byte{
		"download (1).pdf": table(2022), "no ending 100%": table(2021), "saved.htm": web, "same again.pdf": table(2022),
		"cut.pdf": table(2019)[:2000], "notes.txt": []byte("remember"), "other.html": []byte("<!doctype html><p>hello"), ".DS_Store": {0}, "empty.pdf": nil,
		"text.PDF": []byte("remember"), "cut too": table(2018)[:2000],
	} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// What a folder inside holds is not taken, and a note says so.
	deeper := filepath.Join(dir, "more")
	if err := os.Mkdir(deeper, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(deeper, "2023.pdf"), table(2023), 0o644); err != nil {
		t.Fatal(err)
	}
	a := newArchive(t)
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	hasTable := func(_ string, b []byte) bool { return strings.Contains(string(b), "<th>ESP</th>") }
	res, err := scrapers.TakeFolder(t.Context(), dir, hasTable, now, store(a))
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(slices.Values(res.Documents)); !slices.Equal(got, hashesOf(table(2022), table(2021), web)) {
		t.Errorf("documents %v", res.Documents)
	}
	if len(res.Findings) != 7 {
		t.Errorf("findings %+v", res.Findings)
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "cut.pdf", "%%EOF")
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "empty.pdf", "neither a PDF")
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "text.PDF", "neither a PDF")
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "cut too", "%%EOF")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Note, "notes.txt", "neither a PDF")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Note, "more", "it is a folder inside the one named")
	if d := stored(t, a, table(2022)); d.Name != "download (1).pdf" || d.URL != "file:download%20%281%29.pdf" || !d.Retrieved.Equal(now) {
		t.Errorf("document %+v", d)
	}
	whole(t, a)
	before := files(t, a)
	_, err = scrapers.TakeFolder(t.Context(), dir, hasTable, now.AddDate(1, 0, 0), store(a))
	if err != nil || files(t, a) != before {
		t.Errorf("a second time: %v", err)
	}
	// Where nothing can be taken, the error says why of what calls itself PDF.
	bad, above := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "cut.pdf"), table(2019)[:2000], 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(deeper, filepath.Join(above, "deeper")); err != nil {
		t.Fatal(err)
	}
	for folder, c := range map[string]struct {
		want error
		says string
	}{
		t.TempDir(): {scrapers.ErrNothingFound, "files and folders in it: 0"}, filepath.Join(dir, "none"): {fs.ErrNotExist, "none"},
		bad: {scrapers.ErrNothingFound, "(files and folders in it: 1; cut.pdf was skipped: "}, above: {scrapers.ErrNothingFound, "(files and folders in it: 1)"},
	} {
		if _, err := scrapers.TakeFolder(t.Context(), folder, hasTable, now, store(a)); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want %q", err, c.says)
		}
	}
}
