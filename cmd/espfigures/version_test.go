package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuildOf(t *testing.T) {
	released := &debug.BuildInfo{
		Main:     debug.Module{Version: "v1.4.0"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc123"}, {Key: "vcs.time", Value: "2026-11-26T23:59:00Z"}},
	}
	if got := buildInfoOf(released, true).String(); !strings.HasPrefix(got, "espfigures v1.4.0\ncommit     abc123\ndate       2026-11-26\n") {
		t.Errorf("a release says %q", got)
	}
	for _, b := range []buildInfo{
		buildInfoOf(nil, false),
		buildInfoOf(&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, true),
	} {
		if got := b.String(); !strings.HasPrefix(got, "espfigures devel\nbuilt with go") {
			t.Errorf("a build without version says %q", got)
		}
	}
}

// The man pages hold every command that --help lists, and its examples.
func TestManPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man1")
	var out, errs bytes.Buffer
	if code := run([]string{"man", dir}, strings.NewReader(""), &out, &errs); code != exitFine {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	for _, c := range newRoot(&app{}, nil).Commands() {
		if !c.IsAvailableCommand() || c.Name() == "help" {
			continue
		}
		page, err := os.ReadFile(filepath.Join(dir, "espfigures-"+c.Name()+".1"))
		if err != nil {
			t.Error(err)
		}
		if c.HasExample() && !bytes.Contains(page, []byte(".SH EXAMPLE")) {
			t.Errorf("the page of %s has no examples", c.Name())
		}
	}
}
