package output

import (
	"strings"

	"golang.org/x/sys/unix"
)

func exchangeFolders(a, b string) error {
	return unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}

// plainAttributes reports whether a folder has no attributes of its own, such
// as an access list, which the new folder would lack.
func plainAttributes(dir string) bool {
	buf := make([]byte, 4096)
	n, err := unix.Listxattr(dir, buf)
	if err != nil {
		return err == unix.ENOTSUP
	}
	names := strings.Trim(string(buf[:n]), "\x00")
	return names == "" || names == "security.selinux"
}
