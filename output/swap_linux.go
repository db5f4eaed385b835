package output

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

func exchange(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// exchangePossible reports whether the staged folder can stand for dir without
// anybody noticing more than new files: same owner, no attributes of its own,
// and nobody working inside it, who would be left in a folder that is gone.
func exchangePossible(dir, staged string) bool {
	return alike(dir, staged) && plainAttributes(dir) && !workedIn(dir)
}

func plainAttributes(dir string) bool {
	buf := make([]byte, 4096)
	n, err := unix.Listxattr(dir, buf)
	if err != nil {
		return err == unix.ENOTSUP
	}
	for _, name := range strings.Split(strings.TrimRight(string(buf[:n]), "\x00"), "\x00") {
		if name != "" && name != "security.selinux" {
			return false
		}
	}
	return true
}

// workedIn reports whether a process that can be seen, this one included, has
// dir or a folder below it as its working folder.
func workedIn(dir string) bool {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, l := range links {
		if at, err := os.Readlink(l); err == nil && (at == dir || strings.HasPrefix(at, dir+"/")) {
			return true
		}
	}
	return false
}
