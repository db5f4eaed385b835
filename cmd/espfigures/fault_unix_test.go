//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk limits how much a file may hold, so that writes fail in the
// archive and in every output in turn. Nothing is lost or half written, the
// message names the file, and the next run completes.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	must(t, h.refresh(), exitFine)
	before := h.set()
	sizes := []string{"0", "1", "2", "4", "8", "16", "32", "64"} // in blocks of 512 or 1,024 bytes
	if !long() {
		sizes = []string{"0", "8"}
	}
	failed := 0
	for i, n := range sizes {
		h.publish(2023, i+1)
		full := h.refresh()
		shell := exec.Command("bash", append([]string{"-c", "trap '' XFSZ; ulimit -f " + n + "; exec -a espfigures \"$0\" \"$@\"", full.Path}, full.Args[1:]...)...)
		if shell.Err != nil {
			t.Skip("bash is not installed: it limits the size of files")
		}
		shell.Env = full.Env
		var said strings.Builder
		shell.Stderr = &said
		if err := shell.Run(); err != nil {
			failed++
			if shell.ProcessState.ExitCode() != exitFailed {
				t.Errorf("%s blocks: %v, want exit code 1:\n%s", n, err, said.String())
			}
			if h.set() != before {
				t.Errorf("%s blocks: a run that failed changed the outputs", n)
			}
		}
		h.verify()
		must(t, h.refresh(), exitFine)
		h.verify()
		before = h.set()
	}
	if failed < 2 {
		t.Errorf("only %d of %d runs failed: the limit does not bite", failed, len(sizes))
	}
}

// TestReadOnlyFolders runs as a user who may not write. Without a network the
// archive serves as it is; with one the run says what it cannot write.
func TestReadOnlyFolders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	must(t, h.refresh(), exitFine)
	before := h.set()
	// The test binary must be where another user may run it.
	open, err := os.MkdirTemp("", "espfigures-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(open)
	binary, elsewhere := filepath.Join(open, "espfigures"), filepath.Join(open, "out")
	other := func(args ...string) *exec.Cmd {
		cmd := program(t, args...)
		if os.Getuid() == 0 { // root may write anywhere
			cmd.Path = binary
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		cmd.Dir = "/"
		cmd.Env = append(cmd.Env, "HOME=/nonexistent", "XDG_CACHE_HOME=/nonexistent")
		return cmd
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(self)
	// Everything may be read and nothing written.
	if err := errors.Join(err, os.WriteFile(binary, body, 0o755), os.Chmod(open, 0o777), os.Chmod(filepath.Dir(h.dir), 0o755), os.Chmod(h.dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	mode := func(m string) {
		if out, err := exec.Command("chmod", "-R", m, h.dir).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	mode("a=rX")
	defer mode("u+w")

	_, said := must(t, other(h.refresh().Args[1:]...), exitFailed)
	if !strings.Contains(said, h.dir) {
		t.Errorf("the message names no folder:\n%s", said)
	}
	if h.set() != before {
		t.Error("the outputs changed")
	}
	must(t, other("refresh", "--offline", "--years", "2021-2023", "--only", "csv,parquet", "--archive", h.archive(), "--out", elsewhere), exitFine)
	if written, err := os.ReadFile(filepath.Join(elsewhere, "figures.csv")); !strings.Contains(string(written), h.site.Host) {
		t.Errorf("the archive that can only be read was not used: %v", err)
	}
	h.verify()
}
