//go:build linux || darwin

package output

import (
	"os"
	"syscall"
)

// sameOwner reports whether two folders have the same owner and group, and the
// first no special mode or attributes.
func sameOwner(dir, staged string) bool {
	a, err := os.Stat(dir)
	if err != nil {
		return false
	}
	b, err := os.Stat(staged)
	if err != nil {
		return false
	}
	was, ok := a.Sys().(*syscall.Stat_t)
	is, ok2 := b.Sys().(*syscall.Stat_t)
	return ok && ok2 && was.Uid == is.Uid && was.Gid == is.Gid && a.Mode()&^os.ModePerm == os.ModeDir && plainAttributes(dir)
}
