package scrapers_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"espfigures/pipeline"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func TestTakeFolder(t *testing.T) {
	// folder writes files into a new folder.
	folder := func(files map[string][]byte) string {
		dir, all := t.TempDir(), fstest.MapFS{}
		for name, body := range files {
			all[name] = &fstest.MapFile{Data: body, Mode: 0o644}
		}
		if err := os.CopyFS(dir, all); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	web := []byte("<!DOCTYPE html><html><body>" + faultsite.HTMLTable(2020, faultsite.Rows(20, 1)))
	dir := folder(map[string][]byte{
		"download (1).pdf": table(2022), "no ending 100%": table(2021), "saved.htm": web, "same again.pdf": table(2022),
		"cut.pdf": table(2019)[:2000], "notes.txt": []byte("remember"), "other.html": []byte("<!doctype html><p>hello"), ".DS_Store": {0},
		"text.PDF": []byte("remember"), "cut too": table(2018)[:2000], "more/2023.pdf": table(2023),
	})
	a := newArchive(t)
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	take := func(dir string, now time.Time) (*scrapers.Result, error) {
		return scrapers.TakeFolder(t.Context(), dir, func(_ string, b []byte) bool { return strings.Contains(string(b), "<th>ESP</th>") }, now, store(a))
	}
	res, err := take(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, res, table(2022), table(2021), web)
	if len(res.Findings) != 6 {
		t.Errorf("findings %+v", res.Findings)
	}
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "cut.pdf", "%%EOF")
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "text.PDF", "neither a PDF")
	wantFinding(t, res, pipeline.SourceFault, pipeline.Warn, "cut too", "%%EOF")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Note, "notes.txt", "neither a PDF")
	wantFinding(t, res, pipeline.SourceSkipped, pipeline.Note, "more", "it is a folder inside the one named")
	if d := stored(t, a, table(2022)); d.Name != "download (1).pdf" || d.URL != "file:download%20%281%29.pdf" || !d.Retrieved.Equal(now) {
		t.Errorf("document %+v", d)
	}
	before := files(t, a)
	if _, err = take(dir, now.AddDate(1, 0, 0)); err != nil || files(t, a) != before {
		t.Errorf("a second time: %v", err)
	}
	// Where nothing can be taken, the error says why of what calls itself PDF.
	for dir, says := range map[string]string{
		folder(nil): "files and folders in it: 0", folder(map[string][]byte{"more/2023.pdf": table(2023)}): "(files and folders in it: 1)",
		folder(map[string][]byte{"cut.pdf": table(2019)[:2000]}): "(files and folders in it: 1; cut.pdf was skipped: ",
	} {
		if _, err := take(dir, now); !errors.Is(err, scrapers.ErrNothingFound) || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}
