package output

import (
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func exchange(a, b string) error { return unix.RenamexNp(a, b, unix.RENAME_SWAP) }

// exchangePossible reports whether the staged folder can stand for dir without
// anybody noticing more than new files: same owner, and this process does not
// work inside it.
func exchangePossible(dir, staged string) bool {
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
	at, err := os.Getwd()
	return ok && ok2 && was.Uid == is.Uid && was.Gid == is.Gid && a.Mode()&^os.ModePerm == os.ModeDir &&
		err == nil && at != dir && !strings.HasPrefix(at, dir+"/")
}

func mayBeOpen(err error) error { return err }
