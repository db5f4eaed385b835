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
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"espfigures/output/testset"
	"espfigures/pipeline"
)

// TestMain runs the test binary as the program under test where a test asks
// for it: a child can be killed, limited and put under another user.
func TestMain(m *testing.M) {
	if dir := os.Getenv("OUTPUT_TEST_DIR"); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// out makes a folder with the smaller set; with foreign a file of somebody
// else lies in it, so that it cannot be exchanged as a whole.
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

// fastDir is a temporary folder in memory where the system has one: some
// thousand files are written safe against a loss of power.
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
	dir := filepath.Join(t.TempDir(), "out")
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
		t.Error("the second set is not in place")
	}
	if len(w.Changed) == 0 || w.Removed != nil {
		t.Errorf("second run: %+v", w)
	}
}

func TestTwentyRunsOneHash(t *testing.T) {
	want := ""
	for range 20 {
		dir := filepath.Join(t.TempDir(), "out")
		mustWrite(t, dir, larger(), Options{Partition: true})
		if got := state(t, dir); want != "" && got != want {
			t.Fatal("two runs differ")
		} else {
			want = got
		}
	}
}

func TestIdenticalRunTouchesNothing(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, _ := out(t, foreign, previous)
		mustWrite(t, dir, larger(), Options{Partition: true})
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
		if len(inodes) < len(Outputs) {
			t.Fatal("no files")
		}
		folder, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		w := mustWrite(t, dir, larger(), Options{Partition: true})
		if w.Changed != nil || w.Removed != nil {
			t.Errorf("%+v", w)
		}
		if is, err := os.Stat(dir); err != nil || !os.SameFile(folder, is) {
			t.Error("the folder is another one")
		}
		for p, was := range inodes {
			if is, err := os.Stat(p); err != nil || !is.ModTime().Equal(then) || !os.SameFile(was, is) {
				t.Errorf("%s was touched", p)
			}
		}
		// One finding more changes findings.csv and the package, nothing else.
		ds := larger()
		ds.Findings = append(ds.Findings, pipeline.Finding{Code: pipeline.OneReading, Severity: pipeline.Note, What: "One more."})
		w = mustWrite(t, dir, ds, Options{Partition: true})
		if !slices.Contains(w.Changed, "findings.csv") || !slices.Contains(w.Changed, packageFile) || slices.Contains(w.Changed, "figures.csv") || slices.Contains(w.Changed, "figures/year=2020/part.parquet") {
			t.Errorf("changed: %v", w.Changed)
		}
		for p := range inodes {
			is, err := os.Stat(p)
			rel, _ := filepath.Rel(dir, p)
			if err != nil || slices.Contains(w.Changed, rel) == is.ModTime().Equal(then) {
				t.Errorf("%s: touched or not against what was said", rel)
			}
		}
	}
}

func TestOnlyDescribesWhatIsThere(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, _ := out(t, foreign, previous)
		mustWrite(t, dir, larger(), Options{Partition: true})
		if _, err := os.Stat(filepath.Join(dir, "figures", "year=2021", "part.parquet")); err != nil {
			t.Fatal(err)
		}
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
	// A file that comes while the set is written, when the folder is about to
	// be exchanged, comes back too.
	dir, _ := out(t, false, previous)
	d := disk{before: func(step, path string) error {
		if step == "exchange" {
			if err := errors.Join(os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600),
				os.Mkdir(filepath.Join(dir, "sub"), 0o700), os.WriteFile(filepath.Join(dir, "sub", "deep.txt"), []byte("mine"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		return nil
	}}
	if _, err := writeSet(d, dir, larger(), Options{}); err != nil {
		t.Fatal(err)
	}
	wantForeign(t, dir, true)
	if b, _ := os.ReadFile(filepath.Join(dir, "sub", "deep.txt")); string(b) != "mine" {
		t.Error("a file in a folder of somebody else is lost")
	}
	if l := leftovers(t, dir); l != nil {
		t.Errorf("left behind: %v", l)
	}
}

var errFault = errors.New("the disk fails")

// toySet replaces Outputs by a few small files for the test, so that hundreds
// of sets are written fast. The two options share some files and each has some
// of its own.
func toySet(t *testing.T) (older, newer Options) {
	saved := Outputs
	t.Cleanup(func() { Outputs = saved })
	toy := func(file string) Output {
		return Output{Name: file, File: file, Media: "text/plain", Write: func(w io.Writer, ds *pipeline.Dataset, _ Options) error {
			_, err := fmt.Fprintf(w, "%s: %d figures", file, len(ds.Figures))
			return err
		}}
	}
	b := toy("b.txt")
	b.prepare = func(ds *pipeline.Dataset, opt Options) (prepared, error) {
		toysPrepared.Add(1)
		return &toyPrepared{b.Write, ds, opt}, nil
	}
	Outputs = []Output{toy("a.txt"), b, toy("figures/year=2020/c.txt"), toy("figures/year=2021/d.txt")}
	return Options{Only: []string{"a.txt", "b.txt", "figures/year=2020/c.txt"}}, Options{Only: []string{"b.txt", "figures/year=2020/c.txt", "figures/year=2021/d.txt"}}
}

// toyPrepared is an output prepared beside the others.
type toyPrepared struct {
	to  func(io.Writer, *pipeline.Dataset, Options) error
	ds  *pipeline.Dataset
	opt Options
}

var toysPrepared, toysDropped atomic.Int64

func (p *toyPrepared) Write(w io.Writer) error { return p.to(w, p.ds, p.opt) }
func (p *toyPrepared) Drop()                   { toysDropped.Add(1) }

// What is prepared beside the others is written last and listed in its place;
// where it fails, nothing appears.
func TestPreparedOutput(t *testing.T) {
	older, newer := toySet(t)
	var created []string
	dir := t.TempDir()
	w, err := writeSet(disk{before: func(step, path string) error {
		if step == "create" {
			created = append(created, filepath.Base(path))
		}
		return nil
	}}, dir, testset.New(), older)
	if got := strings.Join(created, " "); err != nil || !strings.HasPrefix(got, "a.txt c.txt b.txt "+packageFile) {
		t.Errorf("written in the order %s, %v", got, err)
	}
	if got := strings.Join(w.Files, " "); got != "a.txt b.txt figures/year=2020/c.txt "+packageFile {
		t.Errorf("listed in the order %s", got)
	}
	before := state(t, dir)
	Outputs[1].prepare = func(*pipeline.Dataset, Options) (prepared, error) { return nil, errFault }
	if _, err := WriteSet(dir, larger(), newer); !errors.Is(err, errFault) || !strings.Contains(err.Error(), "b.txt") {
		t.Errorf("error %v", err)
	}
	if state(t, dir) != before {
		t.Error("the previous set is gone")
	}
}

// Every step of writing fails: once, or once and for good some steps later
// (which also hits the steps that put the previous files back). The set that
// lies there is the previous one where an error is returned, and the new one
// where none is. Where even putting back failed, the error says so and the
// next run makes it one of both, also when that run itself fails afterwards.
func TestEveryStepFails(t *testing.T) {
	defer func() {
		if made, dropped := toysPrepared.Load(), toysDropped.Load(); made == 0 || made != dropped {
			t.Errorf("%d outputs were prepared, %d dropped", made, dropped)
		}
	}()
	older, newer := toySet(t)
	want := after(t, newer)
	const never = 1 << 30
	for _, c := range []struct {
		foreign bool
		again   int    // steps after the first fault from which on every step fails
		step    string // then only these; "" for all
	}{{false, never, ""}, {false, 1, ""}, {true, never, ""}, {true, 1, ""}, {true, 1, "rename"}, {true, 7, ""}, {true, 8, ""}} {
		t.Run(fmt.Sprintf("foreign=%v,again=%d%s", c.foreign, c.again, c.step), func(t *testing.T) {
			steps := map[string]bool{}
			failed, torns := 0, 0
			n := 1
			if c.again > 1 && c.again < never { // what fails while the set is rendered was seen above
				dir, _ := out(t, c.foreign, older)
				found := false
				_, err := writeSet(disk{before: func(step, path string) error {
					if found = found || strings.HasSuffix(path, journalName); !found {
						n++
					}
					return nil
				}}, dir, larger(), newer)
				if err != nil || !found {
					t.Fatal(err, found)
				}
			}
			for ; ; n++ {
				dir, before := out(t, c.foreign, older)
				at, hit := 0, ""
				d := disk{before: func(step, path string) error {
					if at++; at == n || at >= n+c.again && (c.step == "" || c.step == step) {
						if hit == "" {
							hit = step + " " + path
							steps[step] = true
						}
						return errFault
					}
					return nil
				}}
				_, err := writeSet(d, dir, larger(), newer)
				if hit == "" {
					if err != nil {
						t.Fatal(err)
					}
					break // every step has had its turn
				}
				if err != nil {
					failed++
				}
				if exists(filepath.Join(dir, journalName)) {
					torns++
					if !c.foreign || c.again == never || err == nil || !strings.Contains(err.Error(), "next run") {
						t.Fatalf("step %d (%s): left half done: %v", n, hit, err)
					}
					broken := disk{before: func(step, path string) error {
						if step == "write" {
							return errFault
						}
						return nil
					}}
					if _, err := writeSet(broken, dir, larger(), newer); !errors.Is(err, errFault) {
						t.Fatal(err)
					}
					if now := state(t, dir); now != before && now != want {
						t.Fatalf("step %d (%s): the next run made neither set whole", n, hit)
					}
				} else {
					switch now := state(t, dir); {
					case err != nil && !errors.Is(err, errFault):
						t.Fatalf("step %d (%s): %v", n, hit, err)
					case err != nil && now != before:
						t.Fatalf("step %d (%s): failed, and the previous set is gone", n, hit)
					case err == nil && now != want:
						t.Fatalf("step %d (%s): no error, and the new set is not there", n, hit)
					}
				}
				wantForeign(t, dir, c.foreign)
				mustWrite(t, dir, larger(), newer)
				if state(t, dir) != want {
					t.Fatalf("step %d (%s): the next run is not whole", n, hit)
				}
				wantForeign(t, dir, c.foreign)
			}
			if failed == 0 || c.foreign && c.again < never && torns == 0 {
				t.Errorf("%d runs failed, %d were left half done", failed, torns)
			}
			for _, step := range []string{"mkdir", "create", "write", "sync", "close", "rename"} {
				if !steps[step] && (c.again == 1 || c.again == never) {
					t.Errorf("no step %s was broken", step)
				}
			}
		})
	}
}

// While files are replaced one by one, each of them is always there.
func TestReplacedFilesAreNeverMissing(t *testing.T) {
	older, newer := toySet(t)
	dir, _ := out(t, true, older)
	renames := 0
	_, err := writeSet(disk{before: func(step, path string) error {
		if step == "rename" {
			renames++
		}
		for _, file := range []string{"b.txt", "figures/year=2020/c.txt", packageFile} {
			if !exists(filepath.Join(dir, file)) {
				t.Errorf("before %s %s: %s is missing", step, path, file)
			}
		}
		return nil
	}}, dir, larger(), newer)
	if err != nil || renames < 4 {
		t.Error(renames, err)
	}
}

// An output whose own check does not hold is not put in place.
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

// child writes the larger set into the folder as the environment says.
func child(dir string) int {
	d := disk{}
	if n, err := strconv.Atoi(os.Getenv("OUTPUT_TEST_KILL")); err == nil {
		at := 0
		d.before = func(step, path string) error {
			if at++; at == n {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
			return nil
		}
	}
	if n, err := strconv.ParseUint(os.Getenv("OUTPUT_TEST_LIMIT"), 10, 64); err == nil {
		limitFiles(n)
	}
	if _, err := writeSet(d, dir, larger(), few); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func childCommand(dir string, env ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), append(env, "OUTPUT_TEST_DIR="+dir)...)
	return c
}

// A run killed at any step leaves one whole set, the previous or the new one.
// Only where files of somebody else lie in the folder can a kill in the midst
// of the replacement leave it in between; a journal then says so, and the next
// run completes it.
func TestKilledRun(t *testing.T) {
	want := after(t, few)
	for _, foreign := range []bool{false, true} {
		steps, swap := 0, 0
		dir, _ := out(t, foreign, previous)
		_, err := writeSet(disk{before: func(step, path string) error {
			if steps++; swap == 0 && (step == "link" || step == "exchange" || strings.HasSuffix(path, journalName)) {
				swap = steps
			}
			return nil
		}}, dir, larger(), few)
		if err != nil || swap == 0 {
			t.Fatal(err, swap)
		}
		var at []int // four kills while the set is rendered, the others around the swap
		for i := range 4 {
			at = append(at, 1+i*swap/4)
		}
		for i := range 9 {
			at = append(at, max(1, swap-1)+i*(steps-swap+1)/8)
		}
		olds, news, between := 0, 0, 0
		for _, n := range at {
			dir, before := out(t, foreign, previous)
			err := childCommand(dir, "OUTPUT_TEST_KILL="+strconv.Itoa(n)).Run()
			var exit *exec.ExitError
			if err != nil && (!errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL) {
				t.Fatal(err)
			}
			switch torn := exists(filepath.Join(dir, journalName)); {
			case torn && foreign:
				between++
			case torn:
				t.Fatalf("killed at step %d of %d: left in between", n, steps)
			default:
				switch state(t, dir) {
				case before:
					olds++
				case want:
					news++
				default:
					t.Fatalf("killed at step %d of %d: the set is neither the previous nor the new one", n, steps)
				}
			}
			mustWrite(t, dir, larger(), few)
			if state(t, dir) != want {
				t.Fatalf("killed at step %d of %d: the next run is not whole", n, steps)
			}
			wantForeign(t, dir, foreign)
		}
		t.Logf("foreign=%v: %d steps, %d kills: %d previous, %d new, %d completed by the next run", foreign, steps, len(at), olds, news, between)
		if olds == 0 || news == 0 || foreign && between == 0 {
			t.Error("the kills did not fall before and after the swap")
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

func TestFullDisk(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		dir, before := out(t, foreign, previous)
		c := childCommand(dir, "OUTPUT_TEST_LIMIT=2000")
		if b, err := c.CombinedOutput(); err == nil || !strings.Contains(string(b), "file too large") {
			t.Fatalf("%v: %s", err, b)
		}
		if state(t, dir) != before || leftovers(t, dir) != nil {
			t.Error("the previous set is not whole")
		}
		wantForeign(t, dir, foreign)
	}
}

// A disk with no room left, and a folder that is a mount point, which no system
// can exchange: its files are replaced one by one.
func TestFullMount(t *testing.T) {
	small := t.TempDir()
	unmount, err := mountSmall(small)
	if err != nil {
		t.Skipf("a file system of 256 KB cannot be mounted here (needs Linux and root): %v", err)
	}
	defer func() {
		if err := unmount(); err != nil {
			t.Error(err)
		}
	}()
	for _, dir := range []string{filepath.Join(small, "out"), small} {
		mustWrite(t, dir, smaller(), Options{Only: []string{"csv"}})
		before := state(t, dir)
		_, err = WriteSet(dir, testset.Big(4000, 3), Options{})
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("a full disk: %v", err)
		}
		if state(t, dir) != before || leftovers(t, dir) != nil {
			t.Error("the previous set is not whole")
		}
		mustWrite(t, dir, larger(), Options{Only: []string{"csv"}})
		if state(t, dir) != after(t, Options{Only: []string{"csv"}}) {
			t.Error("the new set is not there")
		}
		if err := os.RemoveAll(filepath.Join(small, "out")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadOnlyFolder(t *testing.T) {
	// As root nothing is read-only, so a child of another user tries.
	if os.Getuid() != 0 {
		dir, before := out(t, false, previous)
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Chmod(dir, 0o755) }()
		if _, err := WriteSet(dir, larger(), Options{}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%v", err)
		}
		if state(t, dir) != before {
			t.Error("the previous set is not whole")
		}
		return
	}
	dir, before := out(t, false, previous)
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // a temporary folder of this test alone
		t.Fatal(err)
	}
	open, err := os.MkdirTemp("", "espfigures-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(open)
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(open, "test")
	b, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bin, b, 0o755); err != nil {
		t.Fatal(err)
	}
	c := childCommand(dir)
	c.Path, c.Dir = bin, "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	said, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "permission denied") || !strings.Contains(string(said), dir) {
		t.Fatalf("%v: %s", err, said)
	}
	if state(t, dir) != before || leftovers(t, dir) != nil {
		t.Error("the previous set is not whole")
	}
}

// A folder somebody works in, or of another owner, is not exchanged under
// them: its files are replaced and the folder stays the same.
func TestFolderSomebodyWorksInStays(t *testing.T) {
	dir, _ := out(t, false, previous)
	c := exec.Command("sleep", "30")
	c.Dir = dir
	if err := c.Start(); err != nil {
		t.Skip("no sleep here:", err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	was, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, larger(), Options{})
	if is, err := os.Stat(dir); err != nil || !os.SameFile(was, is) {
		t.Error("the folder is another one")
	}
	if state(t, dir) != after(t, Options{}) {
		t.Error("the set is not whole")
	}
}

// A link to the folder stays a link, and the folder keeps who may enter it.
func TestLinkedFolder(t *testing.T) {
	dir, _ := out(t, false, previous)
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "platforms-by-year.csv"), 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(filepath.Dir(dir), "link")
	if err := os.Symlink("out", link); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, link, larger(), few)
	if to, err := os.Readlink(link); err != nil || to != "out" {
		t.Errorf("%s, %v", to, err)
	}
	if state(t, dir) != after(t, few) {
		t.Error("the set is not in the folder the link leads to")
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if info, err = os.Stat(filepath.Join(dir, "platforms-by-year.csv")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
