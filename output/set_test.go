//go:build linux || darwin

package output

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"espfigures/pipeline"
)

// TestMain runs the test binary as the program under test if a test asks for
// it: a child can be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("OUTPUT_TEST_DIR"); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// child writes the larger set into the folder and kills itself at a step.
func child(dir string) int {
	n, err := strconv.Atoi(os.Getenv("OUTPUT_TEST_KILL"))
	at := 0
	_, werr := writeSet(func(step, path string) error {
		if at++; err == nil && at == n {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}, dir, larger(), few)
	if werr != nil {
		fmt.Fprintln(os.Stderr, werr)
		return 1
	}
	return 0
}

func childCommand(dir string, env ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), append(env, "OUTPUT_TEST_DIR="+dir)...)
	return c
}

// out creates a folder with the smaller set. With foreign there is a file of
// somebody else in it, so that its files must be replaced one by one.
func out(t *testing.T, foreign bool, opt Options) (dir, before string) {
	t.Helper()
	dir = filepath.Join(fastDir(t), "out")
	mustWrite(t, dir, smaller(), opt)
	if foreign {
		if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, state(t, dir)
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

// after is the state of the larger set.
func after(t *testing.T, opt Options) string {
	t.Helper()
	dir := filepath.Join(fastDir(t), "out")
	mustWrite(t, dir, larger(), opt)
	return state(t, dir)
}

func TestWriteSet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "out")
	w := mustWrite(t, dir, smaller(), Options{})
	if len(w.Files) != len(Outputs)+1 || !slices.Equal(w.Files, w.Changed) || w.Removed != nil {
		t.Errorf("first run: %+v", w)
	}
	before := state(t, dir)
	w = mustWrite(t, dir, larger(), Options{})
	if now := state(t, dir); now == before || now != after(t, Options{}) {
		t.Error("the second set is not in place, or two sets of one Dataset differ")
	}
	if len(w.Changed) == 0 || w.Removed != nil {
		t.Errorf("second run: %+v", w)
	}
}

func TestIdenticalRunTouchesNothing(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, _ := out(t, foreign, previous)
		mustWrite(t, dir, larger(), few)
		then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		inodes := map[string]fs.FileInfo{}
		_ = filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
			if e.Type().IsRegular() {
				if err := os.Chtimes(p, then, then); err != nil {
					t.Fatal(err)
				}
				inodes[p], _ = os.Stat(p)
			}
			return nil
		})
		if w := mustWrite(t, dir, larger(), few); w.Changed != nil || w.Removed != nil {
			t.Errorf("%+v", w)
		}
		for p, was := range inodes {
			if is, err := os.Stat(p); err != nil || !is.ModTime().Equal(then) || !os.SameFile(was, is) {
				t.Errorf("%s was touched", p)
			}
		}
		// One more finding changes findings.csv and the package, nothing else.
		ds := larger()
		ds.Findings = append(ds.Findings, pipeline.Finding{Code: pipeline.OneReading, Severity: pipeline.Note, What: "One more."})
		w := mustWrite(t, dir, ds, few)
		if want := []string{"findings.csv", packageFile}; !slices.Equal(w.Changed, want) {
			t.Errorf("changed: %v", w.Changed)
		}
		for p := range inodes {
			is, err := os.Stat(p)
			rel, _ := filepath.Rel(dir, p)
			if err != nil || slices.Contains(w.Changed, rel) == is.ModTime().Equal(then) {
				t.Errorf("%s: touched or not, against what was said", rel)
			}
		}
	}
}

func TestOnlyDescribesWhatIsThere(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, _ := out(t, foreign, previous)
		mustWrite(t, dir, larger(), few)
		w := mustWrite(t, dir, smaller(), Options{Only: []string{"figures.csv", "parquet"}})
		if want := []string{"figures.csv", "figures.parquet", packageFile}; !slices.Equal(w.Files, want) {
			t.Errorf("files: %v", w.Files)
		}
		if !slices.Contains(w.Removed, "findings.csv") || !slices.Contains(w.Removed, "figures/year=2021/part.parquet") {
			t.Errorf("removed: %v", w.Removed)
		}
		state(t, dir)
		if exists(filepath.Join(dir, "figures")) {
			t.Error("the folder of the partitions is still there")
		}
		wantForeign(t, dir, foreign)
	}
	if _, err := WriteSet(filepath.Join(t.TempDir(), "out"), smaller(), Options{Only: []string{"xls"}}); err == nil || !strings.Contains(err.Error(), "csv") {
		t.Errorf("unknown output: %v", err)
	}
}

func TestForeignFilesAreNeverLost(t *testing.T) {
	for _, name := range []string{"figures.csv", packageFile, "figures"} {
		dir := t.TempDir()
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(`{"name":"mine"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := WriteSet(dir, larger(), Options{Partition: true})
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
	dir, _ := out(t, false, previous)
	_, err := writeSet(func(step, path string) error {
		if step == "exchange" {
			return os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600)
		}
		return nil
	}, dir, larger(), few)
	if err != nil {
		t.Fatal(err)
	}
	s := set{dir: dir}
	wantForeign(t, s.beside(), true)
	if left, _ := os.ReadDir(s.beside()); len(left) != 1 || state(t, dir) != after(t, few) {
		t.Errorf("left in the old folder: %v", left)
	}
}

var errFault = errors.New("the disk fails")

// toySet replaces Outputs by a few small files for the test, rendered one after
// the other, so that hundreds of sets are written fast and in the same order.
// The two options share some files and each has some of its own.
func toySet(t *testing.T) (older, newer Options) {
	saved, r := Outputs, rendered
	t.Cleanup(func() { Outputs, rendered = saved, r })
	toy := func(file string) Output {
		return Output{Name: file, File: file, Media: "text/plain", Write: func(w io.Writer, ds *pipeline.Dataset, _ Options) error {
			_, err := fmt.Fprintf(w, "%s: %d figures", file, len(ds.Figures))
			return err
		}}
	}
	Outputs = []Output{toy("a.txt"), toy("b.txt"), toy("figures/year=2020/c.txt"), toy("figures/year=2021/d.txt")}
	rendered = 1
	return Options{Only: []string{"a.txt", "b.txt", "figures/year=2020/c.txt"}}, Options{Only: []string{"b.txt", "figures/year=2020/c.txt", "figures/year=2021/d.txt"}}
}

// TestEveryStepFails makes every step fail in turn: alone, or with all that
// follow, which includes those that put the previous files back.
func TestEveryStepFails(t *testing.T) {
	older, newer := toySet(t)
	want := after(t, newer)
	for _, c := range []struct{ foreign, forever bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		t.Run(fmt.Sprintf("foreign=%v,forever=%v", c.foreign, c.forever), func(t *testing.T) {
			failed, mixed := map[string]bool{}, 0
			for n := 1; ; n++ {
				dir, before := out(t, c.foreign, older)
				hit, err := failAt(n, c.forever, dir, newer)
				if hit == "" {
					break // every step had its turn
				}
				failed[hit] = failed[hit] || err != nil
				if errors.Is(err, errMixed) {
					mixed++
				} else {
					wantOneSet(t, fmt.Sprintf("step %d (%s)", n, hit), dir, before, want, err)
				}
				mustWrite(t, dir, larger(), newer)
				wantOneSet(t, "the run after", dir, "", want, nil)
				wantForeign(t, dir, c.foreign)
			}
			for _, step := range []string{"mkdir", "create", "write", "sync", "close"} {
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

// failAt writes the larger set on a disk whose nth step fails, and all later
// ones with forever. It returns the step, "" if there was no such.
func failAt(n int, forever bool, dir string, opt Options) (hit string, err error) {
	at := 0
	_, err = writeSet(func(step, path string) error {
		if at++; at < n || at > n && !forever {
			return nil
		}
		if hit == "" {
			hit = step
		}
		return errFault
	}, dir, larger(), opt)
	return hit, err
}

// wantOneSet checks that the folder has the previous set if there was an error,
// and the new set if there was none.
func wantOneSet(t *testing.T, when, dir, before, after string, err error) {
	t.Helper()
	if err != nil && (state(t, dir) != before || !errors.Is(err, errFault)) {
		t.Fatalf("%s: the previous set is gone: %v", when, err)
	}
	if err == nil && state(t, dir) != after {
		t.Fatalf("%s: no error, and the new set is not there", when)
	}
}

// While files are replaced one by one, each of them is always there, and
// datapackage.json is the last.
func TestReplacedFilesAreNeverMissing(t *testing.T) {
	older, newer := toySet(t)
	dir, _ := out(t, true, older)
	last := ""
	_, err := writeSet(func(step, path string) error {
		for _, file := range []string{"b.txt", "figures/year=2020/c.txt", packageFile} {
			if !exists(filepath.Join(dir, file)) {
				t.Errorf("before %s %s: %s is missing", step, path, file)
			}
		}
		last = path
		return nil
	}, dir, larger(), newer)
	if err != nil || last != filepath.Join(dir, packageFile) {
		t.Error(last, err)
	}
}

// An output whose own check fails is not put in place.
func TestCheckGuardsTheSet(t *testing.T) {
	dir, before := out(t, false, previous)
	saved := Outputs
	defer func() { Outputs = saved }()
	Outputs = slices.Clone(Outputs)
	Outputs[1].Check = func(path string, ds *pipeline.Dataset, opt Options) error {
		if _, err := os.Stat(path); err != nil {
			return err
		}
		return errFault
	}
	_, err := WriteSet(dir, larger(), Options{})
	if !errors.Is(err, errFault) || !strings.Contains(err.Error(), "platforms-by-year.csv") {
		t.Errorf("%v", err)
	}
	if state(t, dir) != before || leftovers(t, dir) != nil {
		t.Error("the previous set is gone")
	}
}

// A run killed at any step leaves one whole set, the previous or the new one,
// if the folder can be exchanged. If files of somebody else are in it, a kill
// can leave files of both sets. The next run makes the set whole.
func TestKilledRun(t *testing.T) {
	want := after(t, few)
	for _, foreign := range []bool{false, true} {
		steps, swap := 0, 0
		dir, _ := out(t, foreign, previous)
		rendered = 1
		_, err := writeSet(func(step, path string) error {
			if steps++; swap == 0 && (step == "rename" || step == "exchange") {
				swap = steps
			}
			return nil
		}, dir, larger(), few)
		rendered = 2
		if err != nil || swap == 0 {
			t.Fatal(err, swap)
		}
		states := map[string]int{}
		for _, n := range []int{swap / 2, swap - 1, swap, swap + 1, swap + 2, (swap + steps) / 2, steps - 1, steps} {
			dir, before := out(t, foreign, previous)
			err := childCommand(dir, "OUTPUT_TEST_KILL="+strconv.Itoa(n)).Run()
			if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL) {
				t.Fatal(err)
			}
			if foreign && n > swap {
				states["mixed"]++
			} else {
				states[state(t, dir)]++
				if now := state(t, dir); now != before && now != want {
					t.Errorf("killed at step %d of %d: neither the previous set nor the new one", n, steps)
				}
			}
			mustWrite(t, dir, larger(), few)
			if state(t, dir) != want {
				t.Errorf("killed at step %d of %d: the next run is not whole", n, steps)
			}
			wantForeign(t, dir, foreign)
		}
		if len(states) < 2 {
			t.Errorf("foreign=%v: the kills did not fall before and after the swap: %v", foreign, states)
		}
	}
}

func TestTwoRunsAtOnce(t *testing.T) {
	dir, _ := out(t, false, previous)
	var children []*exec.Cmd
	for range 4 {
		c := childCommand(dir)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		children = append(children, c)
	}
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if state(t, dir) != after(t, few) || leftovers(t, dir) != nil {
		t.Error("the set is not whole")
	}

	defer func(n int, p time.Duration) { lockTries, lockPause = n, p }(lockTries, lockPause)
	lockTries, lockPause = 2, time.Millisecond
	s := set{dir: dir}
	if err := s.tryLock(); err != nil {
		t.Fatal(err)
	}
	_, err := WriteSet(dir, smaller(), Options{})
	s.unlock()
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), dir) {
		t.Errorf("%v", err)
	}
	mustWrite(t, dir, smaller(), Options{})
}

// The folder this process works in stays the same folder, a link to a folder
// stays a link, and folder and files keep who may read them.
func TestTheFolderStaysAsItWas(t *testing.T) {
	dir, _ := out(t, false, previous)
	if err := errors.Join(os.Chmod(dir, 0o750), os.Chmod(filepath.Join(dir, "platforms-by-year.csv"), 0o640), os.Symlink("out", filepath.Join(filepath.Dir(dir), "link"))); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(filepath.Dir(dir), "link")
	mustWrite(t, link, larger(), few)
	if to, err := os.Readlink(link); err != nil || to != "out" || state(t, dir) != after(t, few) {
		t.Errorf("the set is not in the folder the link leads to: %s, %v", to, err)
	}
	for file, mode := range map[string]fs.FileMode{".": 0o750, "platforms-by-year.csv": 0o640} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
	was, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	mustWrite(t, ".", smaller(), few)
	if is, err := os.Stat(dir); err != nil || !os.SameFile(was, is) {
		t.Error("the folder this process works in is another one")
	}
}
