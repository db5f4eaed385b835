package extract

import (
	"context"
	"os"
	"testing"

	"codeberg.org/go-pdf/fpdf"
)

// A damaged cache is compiled again: it neither ends the program nor keeps
// PDFs from being read, and the next start finds it mended.
func TestDamagedCache(t *testing.T) {
	doc := fpdf.New("P", "mm", "A4", "")
	doc.AddPage()
	doc.SetFont("Helvetica", "", 12)
	doc.Text(20, 20, "hello")
	body := done(t, doc)
	dir := t.TempDir()
	read := func() {
		t.Helper()
		r := New(CacheDir(dir))
		defer r.Close()
		sh, _, err := r.open(context.Background(), body)
		if err != nil || len(sh.Pages) != 1 || len(sh.Pages[0].Glyphs) != 5 {
			t.Fatalf("%d pages, %v", len(sh.Pages), err)
		}
	}
	read()
	files := compiled(dir)
	if len(files) != 1 {
		t.Fatalf("%d files of compiled code", len(files))
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() error{
		"offsets": func() error {
			b := append([]byte(nil), whole...)
			b[200] ^= 0x40
			return os.WriteFile(files[0], b, 0o600)
		},
		"no sum": func() error { return os.Remove(files[0] + sumEnding) },
		"cut, sum": func() error { // cut before it was summed up
			err := os.WriteFile(files[0], whole[:len(whole)/2], 0o600)
			if err == nil {
				err = os.WriteFile(files[0]+sumEnding, sumOf(files[0]), 0o600)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			read()
			read()
			if got := compiled(dir); len(got) == 1 && string(sumOf(files[0])) != string(must(os.ReadFile(files[0]+sumEnding))) {
				t.Error("what is kept does not match its sum")
			}
		})
	}
}

func must(b []byte, _ error) []byte { return b }
