package extract

import (
	"bytes"
	"sync"

	"github.com/tetratelabs/wazero/experimental"
)

// sandboxMemory is the memory of one PDFium after the other: one stretch of the
// largest size allowed, of which the machine spends only what is touched, and
// which is wiped and used again for the next document. Without it the memory
// of a greedy document is copied as it grows and left to the collector, and a
// few of them in a row take several times what they are allowed.
type sandboxMemory struct {
	mu    sync.Mutex
	spare []byte // all zero; nil while in use
}

// Allocate implements experimental.MemoryAllocator.
func (s *sandboxMemory) Allocate(_, most uint64) experimental.LinearMemory {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &stretch{from: s, bytes: s.spare}
	s.spare = nil
	if uint64(cap(m.bytes)) < most {
		m.bytes = make([]byte, 0, most)
	}
	return m
}

// A stretch is memory in use by one instance.
type stretch struct {
	from  *sandboxMemory
	bytes []byte // as long as it ever was
}

// Reallocate implements experimental.LinearMemory. The address never changes.
func (m *stretch) Reallocate(size uint64) []byte {
	if size > uint64(cap(m.bytes)) {
		return nil
	}
	if size > uint64(len(m.bytes)) {
		m.bytes = m.bytes[:size]
	}
	return m.bytes[:size]
}

// Free implements experimental.LinearMemory. It is called once nothing runs in
// the memory any more. Nothing of one document may reach the next.
func (m *stretch) Free() {
	if m.bytes == nil {
		return
	}
	wipe(m.bytes)
	m.from.mu.Lock()
	defer m.from.mu.Unlock()
	m.from.spare, m.bytes = m.bytes[:0], nil
}

// wipe clears memory. Where nothing was written it writes nothing: most of a
// PDFium's memory is never touched, and costs the machine nothing as long as
// it is only read.
func wipe(b []byte) {
	var zero [4096]byte
	for len(b) > 0 {
		n := min(len(b), len(zero))
		if !bytes.Equal(b[:n], zero[:n]) {
			clear(b[:n])
		}
		b = b[n:]
	}
}
