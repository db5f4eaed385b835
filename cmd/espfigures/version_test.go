package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

func TestBuildOf(t *testing.T) {
	released := &debug.BuildInfo{
		Main:     debug.Module{Version: "v1.4.0"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc123"}, {Key: "vcs.time", Value: "2026-11-26T23:59:00Z"}},
	}
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{released, "v1.4.0 abc123 2026-11-26"},
		{nil, "devel  0001-01-01"},
		{&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel  0001-01-01"},
	} {
		version, commit, date := buildOf(c.info, c.info != nil)
		if got := fmt.Sprint(version, " ", commit, " ", date.Format(time.DateOnly)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
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
