//go:build !linux && !darwin

package output

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
)

func exchangeFolders(a, b string) error { return errNoExchange }

func sameOwner(dir, staged string) bool { return false }

// maybeOpen explains errors 5 and 32 of Windows when it refuses to move a file:
// another program has it open.
func maybeOpen(err error) error {
	var no syscall.Errno
	if runtime.GOOS == "windows" && errors.As(err, &no) && (no == 5 || no == 32) {
		return fmt.Errorf("%w (is it open in another program? close it there and run again)", err)
	}
	return err
}
