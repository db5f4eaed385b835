package output

import "os"

// disk is the file system as WriteSet uses it. before, if there is one, is
// asked before each step and can make it fail: tests break every step in turn.
type disk struct {
	before func(step, path string) error
}

func (d disk) step(step, path string) error {
	if d.before == nil {
		return nil
	}
	if err := d.before(step, path); err != nil {
		return &os.PathError{Op: step, Path: path, Err: err}
	}
	return nil
}

func (d disk) mkdirAll(p string) error {
	if info, err := os.Stat(p); err == nil && info.IsDir() {
		return nil
	}
	if err := d.step("mkdir", p); err != nil {
		return err
	}
	return os.MkdirAll(p, 0o755)
}

func (d disk) rename(from, to string) error {
	if err := d.step("rename", to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (d disk) exchange(a, b string) error {
	if err := d.step("exchange", b); err != nil {
		return err
	}
	return exchange(a, b)
}

func (d disk) link(from, to string) error {
	if err := d.step("link", to); err != nil {
		return err
	}
	return os.Link(from, to)
}

func (d disk) remove(p string) error {
	if err := d.step("remove", p); err != nil {
		return err
	}
	return os.Remove(p)
}

func (d disk) removeAll(p string) error {
	if _, err := os.Lstat(p); err != nil {
		return nil
	}
	if err := d.step("removeall", p); err != nil {
		return err
	}
	return os.RemoveAll(p)
}

// syncDir makes the names in a folder last through a loss of power. Not every
// file system can, and none of the steps that follow hangs on it.
func (d disk) syncDir(p string) {
	if d.step("syncdir", p) != nil {
		return
	}
	if f, err := os.Open(p); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}

func (d disk) create(p string) (*diskFile, error) {
	if err := d.step("create", p); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	return &diskFile{f, d}, nil
}

type diskFile struct {
	file *os.File
	disk disk
}

func (f *diskFile) Write(p []byte) (int, error) {
	if err := f.disk.step("write", f.file.Name()); err != nil {
		return 0, err
	}
	return f.file.Write(p)
}

func (f *diskFile) Sync() error {
	if err := f.disk.step("sync", f.file.Name()); err != nil {
		return err
	}
	return f.file.Sync()
}

func (f *diskFile) Close() error {
	if err := f.disk.step("close", f.file.Name()); err != nil {
		_ = f.file.Close()
		return err
	}
	return f.file.Close()
}
