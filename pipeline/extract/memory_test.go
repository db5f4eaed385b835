package extract

import (
	"bytes"
	"testing"
)

// What one document wrote into the sandbox's memory must not reach the next.
func TestSandboxMemoryIsWiped(t *testing.T) {
	var s sandboxMemory
	const most = 1 << 20
	first := s.Allocate(0, most)
	b := first.Reallocate(1000)
	b[999] = 7
	grown := first.Reallocate(most)
	if len(grown) != most || &grown[0] != &b[0] || grown[999] != 7 {
		t.Fatalf("growing to %d bytes gave %d, moved or lost them", most, len(grown))
	}
	grown[most-1] = 9
	if first.Reallocate(most+1) != nil {
		t.Error("the limit does not hold")
	}
	first.Free()
	first.Free()

	second := s.Allocate(0, most).Reallocate(most)
	if &second[0] != &b[0] {
		t.Error("the memory was not used again")
	}
	if !bytes.Equal(second, make([]byte, most)) {
		t.Error("the next document sees what the last one wrote")
	}
	if third := s.Allocate(0, most).Reallocate(most); &third[0] == &second[0] {
		t.Error("two documents share one memory")
	}
}
