package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/scrapers/faultsite"
)

// proof reports whether the long form of the tests is asked for: make proof
// sets ESPFIGURES_PROOF.
func proof() bool { return os.Getenv("ESPFIGURES_PROOF") != "" }

// times returns how often a test repeats: few in the normal suite.
func times(few, many int) int {
	if proof() {
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

// house is one archive and one output folder, and the site they are fed from.
type house struct {
	t    testing.TB
	site *faultsite.Site
	dir  string
}

func newHouse(t testing.TB) *house {
	h := &house{t: t, site: faultsite.New(), dir: t.TempDir()}
	t.Cleanup(h.site.Close)
	var links strings.Builder
	for _, l := range faultsite.Reports(2021, 2022, 2023) {
		fmt.Fprintf(&links, "<li><a href=%q>%s</a></li>\n", l.Href, l.Text)
	}
	h.site.Handle("/esp/reports", faultsite.Page("<!DOCTYPE html><html><head><title>CyberTipline Data</title></head><body><h1>CyberTipline Data</h1><ul>"+links.String()+"</ul></body></html>"))
	for y := 2021; y <= 2023; y++ {
		h.publish(y, 0)
	}
	return h
}

// publish puts a version of a year's table on the site; each version has
// other numbers, which sum to its total.
func (h *house) publish(year, version int) {
	h.site.Handle(faultsite.ReportPath(year), faultsite.PDFFile(tableOf(year, version)))
}

func tableOf(year, version int) []byte {
	return faultsite.PDF(year, faultsite.Rows(40, 1000*(year-2000)+version))
}

func (h *house) archive() string { return filepath.Join(h.dir, "archive") }
func (h *house) out() string     { return filepath.Join(h.dir, "out") }

// refresh returns a run against the site, not started.
func (h *house) refresh(more ...string) *exec.Cmd {
	return program(h.t, append([]string{"refresh", "--start", h.site.URL + "/esp/reports", "--allow-host", h.site.Host, "--delay", "1ms",
		"--years", "2021-2023", "--archive", h.archive(), "--out", h.out(), "--only", "csv,parquet"}, more...)...)
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

// verify holds the archive against the hashes it was stored under.
func (h *house) verify() {
	h.t.Helper()
	must(h.t, program(h.t, "sources", "--verify", "--archive", h.archive()), exitFine)
}

// set returns the hash of the output folder's description after holding every
// file against it; "" where no set was ever written. A folder that mixes two
// sets, or lacks a file, fails the test.
func (h *house) set() string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.out(), "datapackage.json"))
	if errors.Is(err, fs.ErrNotExist) {
		left, _ := filepath.Glob(filepath.Join(h.out(), "*"))
		if len(left) > 0 {
			h.t.Errorf("files without a description of their set: %v", left)
		}
		return ""
	}
	if err != nil {
		h.t.Fatal(err)
	}
	var described struct {
		Resources []struct {
			Path, Hash string
			Bytes      int
		}
	}
	if err := json.Unmarshal(text, &described); err != nil {
		h.t.Fatal(err)
	}
	listed := []string{"datapackage.json"}
	for _, r := range described.Resources {
		listed = append(listed, r.Path)
		body, err := os.ReadFile(filepath.Join(h.out(), r.Path))
		if err != nil {
			h.t.Error(err)
			continue
		}
		if sum := sha256.Sum256(body); r.Hash != "sha256:"+hex.EncodeToString(sum[:]) || r.Bytes != len(body) {
			h.t.Errorf("%s is of another set than datapackage.json", r.Path)
		}
	}
	if len(listed) < 5 {
		h.t.Fatalf("datapackage.json lists %v", listed)
	}
	files, err := filepath.Glob(filepath.Join(h.out(), "*"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		if strings.HasPrefix(name, ".espfigures-") {
			continue // what a killed run was writing; the next run removes it
		}
		if !slices.Contains(listed, name) {
			h.t.Errorf("%s lies there and is not described", name)
		}
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// TestKilledRefresh kills runs at random moments: while they ask, archive,
// read, write, and exchange the outputs. After each the archive holds whole
// files only, the outputs are the set before or the set after and nothing
// between, and the next run completes.
func TestKilledRefresh(t *testing.T) {
	h := newHouse(t)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)

	start := time.Now()
	must(t, h.refresh(), exitFine)
	length := time.Since(start)
	before := h.set()
	h.verify()
	killed, old, fresh := 0, 0, 0
	for round := range times(8, 100) {
		h.publish(2021+round%3, round+1)
		cmd := h.refresh()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 {
			time.Sleep(time.Duration(random.Int64N(int64(length) * 5 / 4)))
		} else {
			// The set is being written: kill while it is, or while it is exchanged.
			for until := time.Now().Add(20 * time.Second); time.Now().Before(until); {
				if _, err := os.Stat(filepath.Join(h.out(), ".espfigures-new")); err == nil {
					break
				}
				time.Sleep(time.Millisecond / 2)
			}
			time.Sleep(time.Duration(random.Int64N(int64(120 * time.Millisecond))))
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if !cmd.ProcessState.Exited() {
			killed++
		}
		after := h.set()
		h.verify()

		start := time.Now()
		must(t, h.refresh(), exitFine)
		length = (length + time.Since(start)) / 2
		h.verify()
		whole := h.set()
		switch after {
		case before:
			old++
		case whole:
			fresh++
		default:
			t.Errorf("round %d: the kill left a set that is neither the one before nor the one after", round)
		}
		if whole == before {
			t.Errorf("round %d: a new version was published and the outputs are as they were", round)
		}
		before = whole
		if t.Failed() {
			t.Fatalf("round %d, seed %d", round, seed)
		}
	}
	left, _ := filepath.Glob(filepath.Join(h.dir, "*", ".espfigures*"))
	beside, _ := filepath.Glob(filepath.Join(h.dir, ".out*"))
	incoming, _ := filepath.Glob(filepath.Join(h.archive(), "incoming", "*"))
	if n := append(append(left, beside...), incoming...); len(n) > 0 {
		t.Errorf("left behind: %v", n)
	}
	if killed == 0 {
		t.Error("every run had ended before it was killed: nothing was tested")
	}
	t.Logf("%d runs killed; %d left the set before, %d the set after", killed, old, fresh)
}

// TestNothingNew runs again when nothing has changed: no file is touched. A
// file that somebody changed in between is put right.
func TestNothingNew(t *testing.T) {
	h := newHouse(t)
	must(t, h.refresh(), exitFine)
	must(t, h.refresh(), exitFine) // what was new in the first run is not in this one
	before := h.set()
	times := func() (list []string) {
		files, err := filepath.Glob(filepath.Join(h.out(), "*"))
		if err != nil || len(files) < 5 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fmt.Sprint(f, info.ModTime()))
		}
		return list
	}
	was := times()
	_, said := must(t, h.refresh(), exitFine)
	if h.set() != before || !slices.Equal(times(), was) || !strings.Contains(said, "Nothing changed") {
		t.Errorf("files were touched:\n%s", said)
	}
	file := filepath.Join(h.out(), "platforms-by-year.csv")
	if err := os.WriteFile(file, []byte("mine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, h.refresh(), exitFine)
	if h.set() != before {
		t.Error("a changed file was not put right")
	}
	must(t, h.refresh("--bom"), exitFine)
	if h.set() == before {
		t.Error("another option changed nothing")
	}
}

// TestTwoRunsAtOnce starts runs on the same folders: the later wait or give
// way, and what stands there is whole.
func TestTwoRunsAtOnce(t *testing.T) {
	h := newHouse(t)
	var cmds []*exec.Cmd
	for range 3 {
		cmd := h.refresh()
		cmd.Stderr = new(bytes.Buffer)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds = append(cmds, cmd)
	}
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, cmd.Stderr)
		}
	}
	if h.set() == "" {
		t.Error("no outputs")
	}
	h.verify()
	if n := len(h.site.To(faultsite.ReportPath(2022))); n > 3 {
		t.Errorf("the table of 2022 was asked for %d times by three runs", n)
	}
}

// document returns the archived file of a version.
func (h *house) document(year, version int) string {
	sum := sha256.Sum256(tableOf(year, version))
	return filepath.Join(h.archive(), "documents", hex.EncodeToString(sum[:])+".pdf")
}

// TestDamagedArchive changes one bit of an archived document: it is named by
// its hash and never read; without a network its figures are refused, with
// one it is fetched again.
func TestDamagedArchive(t *testing.T) {
	h := newHouse(t)
	must(t, h.refresh(), exitFine)
	whole := h.set()
	file := h.document(2022, 0)
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	body[len(body)/2] ^= 1
	if err := os.WriteFile(file, body, 0o644); err != nil {
		t.Fatal(err)
	}
	// Kept readings were made from the bytes as they were; without them the
	// bytes must be read, and are not what they were stored as.
	if err := os.RemoveAll(filepath.Join(h.archive(), "readings")); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(file), ".pdf")
	_, said := must(t, program(t, "sources", "--verify", "--archive", h.archive()), exitFinding)
	if !strings.Contains(said, name) {
		t.Errorf("the damaged file is not named:\n%s", said)
	}
	_, said = must(t, h.refresh("--offline"), exitFinding)
	if !strings.Contains(said, "damaged") || !strings.Contains(said, name[:12]) {
		t.Errorf("the damaged file is not named:\n%s", said)
	}
	figures, err := os.ReadFile(filepath.Join(h.out(), "figures.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(figures, []byte(name)) {
		t.Error("figures of the damaged document are published")
	}
	must(t, h.refresh(), exitFine)
	h.verify()
	if h.set() != whole {
		t.Error("after the document was fetched again the outputs differ from those before the damage")
	}
}

// TestClockJumps sets the clock of earlier runs years ahead, as a machine does
// whose battery died: versions keep the order they came in.
func TestClockJumps(t *testing.T) {
	h := newHouse(t)
	must(t, h.refresh(), exitFine)
	seen, err := filepath.Glob(filepath.Join(h.archive(), "sightings", "*.json"))
	if err != nil || len(seen) != 3 {
		t.Fatalf("%d sightings: %v", len(seen), err)
	}
	for i, f := range seen {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var s map[string]any
		if err := json.Unmarshal(body, &s); err != nil {
			t.Fatal(err)
		}
		s["retrieved"] = fmt.Sprintf("20%d-01-01T00:00:00Z", 70+i)
		if body, err = json.Marshal(s); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h.publish(2022, 1)
	must(t, h.refresh(), exitFine)
	h.publish(2022, 2)
	must(t, h.refresh(), exitFine)

	var hash []string
	for v := range 3 {
		hash = append(hash, strings.TrimSuffix(filepath.Base(h.document(2022, v)), ".pdf"))
	}
	figures, err := os.ReadFile(filepath.Join(h.out(), "figures.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(figures, []byte(hash[2])) || bytes.Contains(figures, []byte(hash[0])) || bytes.Contains(figures, []byte(hash[1])) {
		t.Error("the figures of 2022 are not those of the version that came last")
	}
	changes, err := os.ReadFile(filepath.Join(h.out(), "changes.csv"))
	if err != nil {
		t.Fatal(err)
	}
	steps := map[string]bool{}
	for _, line := range strings.Split(string(changes), "\n") {
		for v := range 3 {
			for w := range 3 {
				if i := strings.Index(line, hash[v]); i >= 0 && strings.Contains(line[i+64:], hash[w]) {
					steps[fmt.Sprint(v, "-", w)] = true
				}
			}
		}
	}
	if !steps["0-1"] || !steps["1-2"] || len(steps) != 2 {
		t.Errorf("changes lead from version to version as %v, want 0-1 and 1-2", steps)
	}
}
