package output

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// disk is called before each step that WriteSet takes on the file system and
// can make it fail, so that tests can break every step in turn. It is nil in
// the program.
type disk func(step, path string) error

func (d disk) do(step, path string, f func() error) error {
	if d != nil {
		if err := d(step, path); err != nil {
			return &os.PathError{Op: step, Path: path, Err: err}
		}
	}
	return f()
}

func (d disk) mkdirAll(p string) error {
	if info, err := os.Stat(p); err == nil && info.IsDir() {
		return nil
	}
	return d.do("mkdir", p, func() error { return os.MkdirAll(p, 0o755) })
}

// store writes a file and makes it last through a loss of power.
func (d disk) store(p string, write func(io.Writer) error) error {
	if err := d.mkdirAll(filepath.Dir(p)); err != nil {
		return err
	}
	return d.do("write", p, func() error {
		file, err := os.Create(p)
		if err != nil {
			return err
		}
		buffered := bufio.NewWriterSize(file, 1<<16)
		return errors.Join(write(buffered), buffered.Flush(), file.Sync(), file.Close())
	})
}

// syncDir makes the names in a folder last through a loss of power. Not every
// file system can, and nothing that follows depends on it.
func syncDir(p string) {
	if f, err := os.Open(p); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}
