//go:build linux || darwin

package output

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// toy is an output of a few bytes.
func toy(file, text string) File {
	return File{Path: file, Media: "text/plain", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, file+": "+text)
		return err
	}}
}

// older and newer are two sets that share some files; each has some of its own.
// One file of theirs is the same in both.
var (
	older = []File{toy("a.txt", "old"), toy("b.txt", "old"), toy("same.txt", ""), toy("figures/year=2020/c.txt", "old")}
	newer = []File{toy("b.txt", "new"), toy("same.txt", ""), toy("figures/year=2020/c.txt", "new"), toy("figures/year=2021/d.txt", "new")}
)

// toyPackage is a datapackage.json with the paths and hashes of the files.
func toyPackage(staged []writtenFile) ([]byte, error) {
	var resources []object
	for _, f := range staged {
		resources = append(resources, object{"path": f.Path, "hash": "sha256:" + f.sha256})
	}
	return json.Marshal(object{"name": packageName, "resources": resources})
}

func write(t *testing.T, dir string, files []File) Written {
	t.Helper()
	w, err := writeSet(nil, dir, files, toyPackage)
	if err != nil {
		t.Fatal(err)
	}
	if l := leftovers(t, dir); l != nil {
		t.Fatalf("left behind: %v", l)
	}
	return w
}

// leftovers lists what a run must not leave in the folder or next to it.
func leftovers(t *testing.T, dir string) (list []string) {
	t.Helper()
	for _, pattern := range []string{filepath.Join(dir, ".espfigures*"), filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+"*")} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, found...)
	}
	return list
}

// state says which set is in the folder: "older", "newer", "" for none, or else
// what is wrong with it. Files of somebody else do not count.
func state(dir string) string {
	for name, files := range map[string][]File{"older": older, "newer": newer} {
		d, err := packageIn(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return ""
		}
		listed := d.files
		whole := err == nil && len(listed) == len(files)
		for _, f := range append(slices.Clone(older), newer...) {
			sha, ok := listed[f.Path]
			whole = whole && ok == exists(filepath.Join(dir, f.Path)) && (!ok || hashIs(filepath.Join(dir, f.Path), sha))
		}
		var b strings.Builder
		_ = files[0].Write(&b)
		if text, _ := os.ReadFile(filepath.Join(dir, files[0].Path)); whole && string(text) == b.String() {
			return name
		}
	}
	return "files of two sets"
}

// out creates a folder with the older set. With foreign there is a file of
// somebody else in it, so that its files must be replaced one by one.
func out(t *testing.T, foreign bool) (dir string) {
	t.Helper()
	dir = filepath.Join(fastDir(t), "out")
	write(t, dir, older)
	if foreign {
		if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// fastDir is a temporary folder in memory if the system has one: some thousand
// files are written and synced.
func fastDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "espfigures-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func wantForeign(t *testing.T, dir string, foreign bool) {
	t.Helper()
	if b, err := os.ReadFile(filepath.Join(dir, "notes.txt")); foreign && string(b) != "mine" {
		t.Errorf("the file of somebody else is lost: %v", err)
	}
}

func TestWriteSet(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir := out(t, foreign)
		if w := write(t, dir, older); w.Changed != nil || w.Removed != nil || len(w.Files) != 5 || w.Files[4] != packageFile {
			t.Errorf("the same set again: %+v", w)
		}
		then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		same := filepath.Join(dir, "same.txt")
		if err := os.Chtimes(same, then, then); err != nil {
			t.Fatal(err)
		}
		w := write(t, dir, newer)
		if want := []string{"b.txt", "figures/year=2020/c.txt", "figures/year=2021/d.txt", packageFile}; !slices.Equal(w.Changed, want) || !slices.Equal(w.Removed, []string{"a.txt"}) {
			t.Errorf("%+v", w)
		}
		if info, err := os.Stat(same); state(dir) != "newer" || err != nil || !info.ModTime().Equal(then) {
			t.Errorf("%s; a file that did not change was touched", state(dir))
		}
		if write(t, dir, newer[:1]); exists(filepath.Join(dir, "figures")) {
			t.Error("a folder without files is still there")
		}
		wantForeign(t, dir, foreign)
	}
	deep := filepath.Join(t.TempDir(), "deep", "out")
	if w := write(t, deep, newer); state(deep) != "newer" || !slices.Equal(w.Files, w.Changed) {
		t.Errorf("%+v", w)
	}
}

func TestForeignFilesAreNeverLost(t *testing.T) {
	for _, name := range []string{"b.txt", packageFile, "figures"} {
		dir := t.TempDir()
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(`{"name":"mine"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := writeSet(nil, dir, newer, toyPackage)
		if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if b, _ := os.ReadFile(p); string(b) != `{"name":"mine"}` {
			t.Errorf("%s is lost", name)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("left behind: %v", entries)
		}
	}
	// A file that comes at the very moment of the exchange stays in the old
	// folder, next to the new one.
	dir := out(t, false)
	_, err := writeSet(func(step, path string) error {
		if step == "exchange" {
			return os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600)
		}
		return nil
	}, dir, newer, toyPackage)
	if err != nil {
		t.Fatal(err)
	}
	s := set{dir: dir}
	wantForeign(t, s.swapDir(), true)
	if left, _ := os.ReadDir(s.swapDir()); len(left) != 1 || state(dir) != "newer" {
		t.Errorf("left in the old folder: %v", left)
	}
}

var errFault = errors.New("the disk fails")

// TestEveryStepFails makes every step fail in turn: alone, or with all that
// follow, which includes those that put the previous files back. That is also
// what a kill at the step leaves; cmd/espfigures kills processes.
func TestEveryStepFails(t *testing.T) {
	for _, c := range []struct{ foreign, forever bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		t.Run(fmt.Sprintf("foreign=%v,forever=%v", c.foreign, c.forever), func(t *testing.T) {
			failed, mixed := map[string]bool{}, 0
			for n := 1; ; n++ {
				dir := out(t, c.foreign)
				at, hit := 0, ""
				var mu sync.Mutex // files are staged several at a time
				_, err := writeSet(func(step, path string) error {
					mu.Lock()
					defer mu.Unlock()
					if at++; at < n || at > n && !c.forever {
						return nil
					}
					hit = cmp.Or(hit, step)
					return errFault
				}, dir, newer, toyPackage)
				if hit == "" {
					break // every step had its turn
				}
				failed[hit] = failed[hit] || err != nil
				want := "newer"
				if err != nil {
					want = "older"
				}
				switch got := state(dir); {
				case errors.Is(err, errMixed):
					mixed++
				case got != want || err != nil && !errors.Is(err, errFault):
					t.Fatalf("step %d (%s): %s, want the %s set; error %v", n, hit, got, want, err)
				}
				write(t, dir, newer)
				if state(dir) != "newer" {
					t.Fatalf("step %d (%s): the next run does not make the set whole", n, hit)
				}
				wantForeign(t, dir, c.foreign)
			}
			for _, step := range []string{"mkdir", "write"} {
				if !failed[step] {
					t.Errorf("no run failed at a step %s", step)
				}
			}
			if (mixed > 0) != (c.forever && c.foreign) {
				t.Errorf("%d runs could not put the previous files back", mixed)
			}
		})
	}
}

// While files are replaced one by one, each of them is always there, and
// datapackage.json is the last.
func TestReplacedFilesAreNeverMissing(t *testing.T) {
	dir := out(t, true)
	last := ""
	var mu sync.Mutex
	_, err := writeSet(func(step, path string) error {
		mu.Lock()
		defer mu.Unlock()
		for _, file := range []string{"b.txt", "figures/year=2020/c.txt", packageFile} {
			if !exists(filepath.Join(dir, file)) {
				t.Errorf("before %s %s: %s is missing", step, path, file)
			}
		}
		last = path
		return nil
	}, dir, newer, toyPackage)
	if err != nil || last != filepath.Join(dir, packageFile) {
		t.Error(last, err)
	}
}

// Two runs at once are a test of cmd/espfigures; one that waits in vain says so.
func TestBusy(t *testing.T) {
	dir := out(t, false)
	defer func(n int, p time.Duration) { lockTries, lockPause = n, p }(lockTries, lockPause)
	lockTries, lockPause = 2, time.Millisecond
	s := set{dir: dir}
	if err := s.tryLock(); err != nil {
		t.Fatal(err)
	}
	_, err := writeSet(nil, dir, older, toyPackage)
	s.unlock()
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	write(t, dir, older)
}

// The folder this process works in stays the same folder, a link to a folder
// stays a link, and folder and files keep who may read them.
func TestTheFolderStaysAsItWas(t *testing.T) {
	dir := out(t, false)
	link := filepath.Join(filepath.Dir(dir), "link")
	if err := errors.Join(os.Chmod(dir, 0o750), os.Chmod(filepath.Join(dir, "b.txt"), 0o640), os.Symlink("out", link)); err != nil {
		t.Fatal(err)
	}
	write(t, link, newer)
	if to, err := os.Readlink(link); err != nil || to != "out" || state(dir) != "newer" {
		t.Errorf("the set is not in the folder the link leads to: %s, %v", to, err)
	}
	for file, mode := range map[string]fs.FileMode{".": 0o750, "b.txt": 0o640} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	was, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	write(t, ".", older)
	if is, err := os.Stat(dir); err != nil || !os.SameFile(was, is) {
		t.Error("the folder this process works in is another one")
	}
}
