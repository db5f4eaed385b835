package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// shortRun lets the collector run seldom while there is little to collect: a
// run of a fifth of a second is not to spend a fifth of that on it. Call it
// again when the data are there: large data are collected as usual. A GOGC of
// the user's goes before it.
func shortRun() {
	if os.Getenv("GOGC") != "" {
		return
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 24<<20 {
		debug.SetGCPercent(100)
		return
	}
	debug.SetGCPercent(400)
}

// boundMemory makes the collector keep the process small while documents from
// outside are read, until the function it returns is called. A document may
// fill its sandbox, of which there are two; what the one before left behind
// must be gone by then. It is a soft limit: large data are still held. A
// GOMEMLIMIT of the user's goes before it.
func boundMemory() (lift func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	before := debug.SetMemoryLimit(310 << 20)
	return func() { debug.SetMemoryLimit(before) }
}
