package scrapers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"espfigures/pipeline/archive"
	"espfigures/scrapers"
	"espfigures/scrapers/faultsite"
)

func init() { children["diskfull"] = childDiskFull }

// incompressible returns a document of n bytes that only counts as one by its
// first and last bytes.
func incompressible(n int) []byte {
	body := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(body)
	copy(body, "%PDF-1.7\n")
	copy(body[n-7:], "\n%%EOF\n")
	return body
}

// childDiskFull runs in a mount namespace of its own. It refreshes onto a
// file system that is too small, then gives it room and refreshes again.
func childDiskFull() error {
	dir, host := os.Getenv("ARCHIVE"), os.Getenv("SITE")
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	a, err := archive.Open(dir)
	if err != nil {
		return err
	}
	defer a.Close()
	o := scrapers.Options{
		Start: []string{"http://" + host + start}, AllowHosts: []string{host}, From: 2021, To: 2023,
		Limits: quick, Hooks: scrapers.Hooks{NoProxy: true},
	}
	res, err := scrapers.Refresh(context.Background(), o, a)
	if !errors.Is(err, syscall.ENOSPC) || errors.Is(err, scrapers.ErrNothingFound) || errors.Is(err, scrapers.ErrIncomplete) {
		return fmt.Errorf("on a full disk the error is %v", err)
	}
	if len(res.Documents) != 1 {
		return fmt.Errorf("%d documents before the disk was full, want the first", len(res.Documents))
	}
	if f := a.Verify(); len(f) > 0 {
		return fmt.Errorf("after the full disk: %+v", f)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "incoming")); len(left) > 0 {
		return fmt.Errorf("left behind: %v", left)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		return fmt.Errorf("remount: %w", err)
	}
	if res, err = scrapers.Refresh(context.Background(), o, a); err != nil || len(res.Documents) != 3 || res.NotModified != 1 {
		return fmt.Errorf("with room again: %d documents, %d not modified, %v", len(res.Documents), res.NotModified, err)
	}
	if f := a.Verify(); len(f) > 0 {
		return fmt.Errorf("in the end: %+v", f)
	}
	return nil
}

func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := newSite(t, 2021, 2022, 2023)
	s.Handle(path, faultsite.PDFFile(incompressible(1<<20)))
	cmd := child(t, "diskfull", "ARCHIVE="+t.TempDir(), "SITE="+s.Host)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if out.Len() == 0 || strings.Contains(out.String(), "mount: operation not permitted") || strings.Contains(out.String(), "mount: permission denied") {
		t.Skipf("a small file system cannot be mounted here, so the disk cannot be filled: %v %s", err, out.String())
	}
	if err != nil {
		t.Error(out.String())
	}
}
