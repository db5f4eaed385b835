//go:build linux || darwin

package output

import (
	"os/signal"
	"syscall"
)

// limitFiles makes every write past n bytes of a file fail, as on a full disk.
func limitFiles(n uint64) {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		panic(err)
	}
}
