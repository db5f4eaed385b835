package output

import "os"

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

// diskWriter writes to a file of the disk.
type diskWriter struct {
	disk disk
	file *os.File
}

func (w diskWriter) Write(p []byte) (n int, err error) {
	err = w.disk.do("write", w.file.Name(), func() error { n, err = w.file.Write(p); return err })
	return n, err
}

// syncDir makes the names in a folder last through a loss of power. Not every
// file system can, and nothing that follows depends on it.
func syncDir(p string) {
	if f, err := os.Open(p); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}
