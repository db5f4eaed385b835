//go:build linux || darwin

package output

import (
	"errors"
	"os"
	"syscall"
)

// sameOwner reports whether two folders have the same owner and group, and the
// first no special mode or attributes.
func sameOwner(dir, staged string) bool {
	a, err := os.Stat(dir)
	b, err1 := os.Stat(staged)
	if errors.Join(err, err1) != nil {
		return false
	}
	was, ok := a.Sys().(*syscall.Stat_t)
	is, ok2 := b.Sys().(*syscall.Stat_t)
	return ok && ok2 && was.Uid == is.Uid && was.Gid == is.Gid && a.Mode()&^os.ModePerm == os.ModeDir && plainAttributes(dir)
}
