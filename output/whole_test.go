package output

import (
	"os"
	"path/filepath"
	"testing"

	"espfigures/output/testset"
)

func TestWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if _, _, ok := Whole(dir); ok {
		t.Error("a folder that is not there is whole")
	}
	w := mustWrite(t, dir, testset.New(), few)
	files, sha, ok := Whole(dir)
	if !ok || len(files) != len(w.Files) || files[len(files)-1] != packageFile || sha != state(t, dir) {
		t.Fatalf("%v %s %v, want %v", files, sha, ok, w.Files)
	}
	for name, spoil := range map[string]func() error{
		"a file has other bytes": func() error {
			f, err := os.OpenFile(filepath.Join(dir, files[0]), os.O_WRONLY|os.O_APPEND, 0)
			if err != nil {
				return err
			}
			if _, err := f.WriteString("x"); err != nil {
				return err
			}
			return f.Close()
		},
		"a file is gone":              func() error { return os.Remove(filepath.Join(dir, files[0])) },
		"a replacement was cut short": func() error { return os.WriteFile(filepath.Join(dir, journalName), []byte("{}"), 0o644) },
		"the description is gone":     func() error { return os.Remove(filepath.Join(dir, packageFile)) },
		"the description is another's": func() error {
			return os.WriteFile(filepath.Join(dir, packageFile), []byte(`{"name":"other","resources":[]}`), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			mustWrite(t, dir, testset.New(), few)
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			if _, _, ok := Whole(dir); ok {
				t.Error("it counts as whole")
			}
		})
	}
}
