//go:build !linux && !darwin

package output

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
)

func exchange(a, b string) error { return errNoExchange }

func exchangePossible(dir, staged string) bool { return false }

// mayBeOpen says what Windows means where it denies to move a file: error 5 or
// 32, another program holds it open.
func mayBeOpen(err error) error {
	var no syscall.Errno
	if runtime.GOOS == "windows" && errors.As(err, &no) && (no == 5 || no == 32) {
		return fmt.Errorf("%w (is it open in another program? close it there and run again)", err)
	}
	return err
}
