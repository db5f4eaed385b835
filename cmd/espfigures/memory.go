package main

import (
	"os"
	"runtime/debug"
)

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
