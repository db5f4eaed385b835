package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"espfigures/pipeline/archive"
	"espfigures/scrapers/faultsite"
)

// TestKilledRefresh kills runs at random moments: while they ask, archive,
// read, write, and exchange the outputs, several in a row. After each the
// archive holds whole files only, the outputs are the set before or that of
// the version just published and nothing between, and the next run completes.
// ESPFIGURES_KILLS=1000 kills as often.
func TestKilledRefresh(t *testing.T) {
	t.Parallel()
	left := times(3, 25)
	if n, err := strconv.Atoi(os.Getenv("ESPFIGURES_KILLS")); err == nil {
		left = n
	}
	random := rand.New(rand.NewPCG(1, 0))       // the moments still differ: the machine is never twice as busy
	for ; left > 0 && !t.Failed(); left -= 25 { // an archive of a thousand versions is another test
		killSome(t, random, min(left, 25))
	}
}

// killSome kills that many runs of one house.
func killSome(t *testing.T, random *rand.Rand, kills int) {
	h := newHouse(t)
	begun := time.Now()
	must(t, h.refresh(), exitFine)
	length := time.Since(begun)
	last := h.set()
	for version := 1; kills > 0 && version < 200 && !t.Failed(); version++ {
		year := 2021 + version%3
		h.publish(year, version)
		cmd := h.refresh()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if random.IntN(2) == 0 {
			time.Sleep(time.Duration(random.Int64N(int64(length) * 5 / 4)))
		} else { // while the set is written, or exchanged
			writing := func() bool { _, err := os.Stat(filepath.Join(h.out(), ".espfigures-new")); return err == nil }
			for end := time.Now().Add(2 * length); !writing() && time.Now().Before(end); {
				time.Sleep(time.Millisecond / 2)
			}
			time.Sleep(time.Duration(random.Int64N(int64(120 * time.Millisecond))))
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if !cmd.ProcessState.Exited() {
			kills--
		}
		isNew := func() bool { return strings.Contains(h.outputs()["figures.csv"], facebook(year, version)) }
		if after := h.set(); after != last && !isNew() {
			t.Errorf("version %d: the kill left a set that is neither the one before nor that of the version", version)
		} else {
			last = after
		}
		h.verify()
		if random.IntN(2) == 0 {
			continue // and kill the next one too
		}
		begun := time.Now()
		must(t, h.refresh(), exitFine)
		length = (length + time.Since(begun)) / 2
		h.verify()
		if last = h.set(); !isNew() {
			t.Errorf("the run after the kills did not bring version %d", version)
		}
	}
	must(t, h.refresh(), exitFine)
	for _, pattern := range []string{"*/.espfigures*", ".out*", "archive/incoming/*"} {
		if n, _ := filepath.Glob(filepath.Join(h.dir, pattern)); len(n) > 0 {
			t.Errorf("left behind: %v", n)
		}
	}
	if kills > 0 {
		t.Errorf("%d runs ended before they were killed", kills)
	}
}

// TestNothingNew runs again when nothing has changed: no file is touched, and
// nothing is read or written anew. Whatever an output depends on ends that.
func TestNothingNew(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2021, 2022)
	layer := t.TempDir()
	key := (&app{out: h.out()}).outKey()
	// again runs, and reports whether the run said what the one before left for it.
	again := func(more ...string) bool {
		t.Helper()
		arch, err := archive.OpenReadOnly(h.archive())
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := arch.CachedReading(key, "last run")
		arch.Close()
		marked := bytes.Replace(kept, []byte(`"Said":[`), []byte(`"Said":[{"Aloud":true,"Text":"as before"},`), 1)
		if arch, err = archive.Open(t.Context(), h.archive(), nil); err != nil {
			t.Fatal(err)
		}
		if err := arch.CacheReading(key, "last run", marked); err != nil {
			t.Fatal(err)
		}
		arch.Close()
		code, said := h.here(append([]string{"--registry", layer}, more...)...)
		if code != exitFine {
			t.Errorf("%v: exit %d:\n%s", more, code, said)
		}
		return strings.Contains(said, "as before")
	}
	write := func(file, text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h.here("--registry", layer)
	if again(); !again() {
		t.Error("nothing changed, and everything was made again")
	}
	before, was := h.outputs(), h.times()
	if again("--quiet"); !slices.Equal(h.times(), was) {
		t.Error("files were touched")
	}
	for _, c := range []struct {
		name   string
		change func()
		flags  []string
	}{
		{"a file that somebody changed", func() { write(filepath.Join(h.out(), "platforms-by-year.csv"), "mine\n") }, nil},
		{"a file that is gone", func() { os.Remove(filepath.Join(h.out(), "figures.parquet")) }, nil},
		{"a flag", func() {}, []string{"--bom"}},
		{"the flag is gone", func() {}, nil},
		{"the user's own facts", func() { write(filepath.Join(layer, "groups.csv"), "id,name,members,source\nmine,Mine,facebook,\n") }, nil},
		{"a new document", func() { h.publish(2022, 1) }, nil},
		{"what was looked for and not had", func() { h.site.Handle(faultsite.ReportPath(2021), faultsite.Status(404)) }, nil},
	} {
		c.change()
		if again(c.flags...) {
			t.Errorf("%s: nothing was made again", c.name)
		}
		if c.name == "a file that is gone" {
			sameFiles(t, h.outputs(), before)
		}
	}
}

// TestTwoRunsAtOnce starts runs on the same folders: the later wait or give
// way, and what stands there is whole.
func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
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
