package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/snapshot"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func init() {
	// Tests ask with a delay of a millisecond and wait as little for the rest.
	limits = func(delay time.Duration) scrapers.Limits {
		l := scrapers.DefaultLimits(delay)
		if delay < 10*time.Millisecond {
			l.RetryMax, l.RetryAfterMax, l.Stall, l.MaxBytes, l.MaxDecoded = 10*time.Millisecond, 20*time.Millisecond, 200*time.Millisecond, 4<<20, 8<<20
		}
		return l
	}
}

// long reports whether the long form of the tests is asked for: make check
// sets ESPFIGURES_CHECK.
func long() bool { return os.Getenv("ESPFIGURES_CHECK") != "" }

// times returns how often a test repeats: few in the normal suite.
func times(few, many int) int {
	if long() {
		return many
	}
	return few
}

// program returns the program as a process of its own: this very test binary
// under another name (see TestMain).
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = "espfigures"
	cmd.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*")
	return cmd
}

const startPath = "/esp/reports"

// house is one archive and one output folder, and the site they are fed from.
type house struct {
	t     testing.TB
	site  *faultsite.Site
	dir   string
	years []int
	only  string // outputs written
}

// newHouse puts the first version of the tables of the years on a site; of
// 2021 to 2023 where none are given.
func newHouse(t testing.TB, years ...int) *house {
	t.Helper()
	if len(years) == 0 {
		years = []int{2021, 2022, 2023}
	}
	h := &house{t: t, site: faultsite.New(t), dir: t.TempDir(), years: years, only: "csv,parquet"}
	h.land()
	for _, y := range years {
		h.publish(y, 0)
	}
	return h
}

// land puts the landing page on the site.
func (h *house) land() {
	h.site.Handle(startPath, faultsite.Page(faultsite.Landing(faultsite.Reports(h.years...), h.years[max(0, len(h.years)-2):]...)))
}

// publish puts a version of a year's table on the site; each version has
// other numbers, which sum to its total.
func (h *house) publish(year, version int) {
	h.site.Handle(faultsite.ReportPath(year), faultsite.File(tableOf(year, version)))
}

// seedOf is what the numbers of a version of a year's table are made from.
func seedOf(year, version int) int { return 1000*(year-2000) + version }

// tableOf makes a version of a year's table. A last row makes it sum to the ESP
// total on file, which no table may contradict. Before 2019 it has only names
// that the registry knows: nothing is warned of.
func tableOf(year, version int) []byte {
	n := 40
	if year < 2019 {
		n = 3
	}
	rows := faultsite.Rows(n, seedOf(year, version))
	snap, err := snapshot.Default()
	if err != nil {
		panic(err)
	}
	for _, t := range snap.Totals {
		if t.Year == year && t.ESP != nil {
			rest := *t.ESP
			for _, r := range rows {
				rest -= pipeline.Count(r.Reports)
			}
			rows = append(rows, faultsite.Row{Name: "Everybody Else", Reports: int(rest)})
		}
	}
	return faultsite.PDF(year, rows)
}

// facebook is how the figure of Facebook stands in figures.csv where it is of
// that version.
func facebook(year, version int) string {
	return fmt.Sprintf(",Facebook,%d,", faultsite.Rows(1, seedOf(year, version))[0].Reports)
}

func (h *house) archive() string { return filepath.Join(h.dir, "archive") }
func (h *house) out() string     { return filepath.Join(h.dir, "out") }

func (h *house) args(more ...string) []string {
	return append([]string{"refresh", "--start", h.site.URL + startPath, "--allow-host", h.site.Host, "--delay", "1ms",
		"--years", h.span(), "--archive", h.archive(), "--out", h.out(), "--only", h.only}, more...)
}

// refresh returns a run against the site as a process, not started.
func (h *house) refresh(more ...string) *exec.Cmd { return program(h.t, h.args(more...)...) }

func (h *house) span() string { return fmt.Sprintf("%d-%d", h.years[0], h.years[len(h.years)-1]) }

// here runs the command inside this process, and returns its exit code and
// standard error.
func (h *house) here(more ...string) (int, string) {
	h.t.Helper()
	var out, errs bytes.Buffer
	code := run(h.args(more...), strings.NewReader(""), &out, &errs)
	return code, errs.String()
}

// must runs the command and fails the test unless it ends with the exit code.
func must(t testing.TB, cmd *exec.Cmd, code int) (stdout, stderr string) {
	t.Helper()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%v: exit code %d (%v), want %d:\n%s", cmd.Args, got, err, code, said.String())
	}
	return out.String(), said.String()
}

// verify runs sources --verify, which must find the archive whole.
func (h *house) verify() {
	h.t.Helper()
	var out, errs bytes.Buffer
	if code := run([]string{"sources", "--verify", "--archive", h.archive()}, strings.NewReader(""), &out, &errs); code != exitFine {
		h.t.Errorf("sources --verify: exit code %d: %s", code, errs.String())
	}
}

// set returns the hash of the output folder's description; "" where no set was
// ever written. A folder that mixes two sets, lacks a file or has one more fails
// the test.
func (h *house) set() string {
	h.t.Helper()
	files := h.outputs()
	if len(files) == 0 {
		return ""
	}
	sha, whole := output.Whole(h.out())
	if !whole || len(files) < 5 {
		h.t.Errorf("%d files are not one set", len(files))
	}
	for name := range files {
		if name != "datapackage.json" && !strings.Contains(files["datapackage.json"], fmt.Sprintf(`"path": %q`, name)) {
			h.t.Errorf("%s is there and not described", name)
		}
	}
	return sha
}

// outputs returns every file of the output folder with its content, but for
// hidden ones: those are a killed run's that had not come so far.
func (h *house) outputs() map[string]string {
	h.t.Helper()
	files := map[string]string{}
	root := h.out()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && p == root:
			return nil
		case err == nil && p != root && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "."):
			return err
		}
		body, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		files[rel] = string(body)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return files
}

// times lists when each file of the output folder was last written.
func (h *house) times() (list []string) {
	h.t.Helper()
	for name := range h.outputs() {
		info, err := os.Stat(filepath.Join(h.out(), name))
		if err != nil {
			h.t.Fatal(err)
		}
		list = append(list, fmt.Sprint(name, info.ModTime()))
	}
	slices.Sort(list)
	return list
}

func sameFiles(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s changed", name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, before %d", len(got), len(want))
	}
}
