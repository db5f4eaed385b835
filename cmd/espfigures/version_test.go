package main

import (
	"fmt"
	"runtime/debug"
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
