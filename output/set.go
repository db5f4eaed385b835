package output

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"espfigures/pipeline/compare"
)

var (
	// ErrBusy says that another run is writing to the same folder.
	ErrBusy = errors.New("another run is writing there")
	// ErrForeign says that a file with the name of an output was not written
	// by this program, which would be lost.
	ErrForeign = errors.New("not written by espfigures, and would be lost; move it away or choose another folder with --out")
)

// Written says what WriteSet did. Paths are below the folder, with slashes.
type Written struct {
	Files   []string // every file of the set, datapackage.json last
	Changed []string // those that are new or have other bytes than before
	Removed []string // files of an earlier set that this one does not have
}

// Names the program uses inside the folder while it writes. None is left
// behind by a run that ends by itself; those of a killed run are cleaned by
// the next.
const (
	newName     = ".espfigures-new"     // the set being written
	oldName     = ".espfigures-old"     // what a journaled replacement has moved away
	journalName = ".espfigures-journal" // there while files are being replaced one by one
	lockName    = ".espfigures-lock"
)

// WriteSet writes the outputs that the options ask for into the folder, which
// it makes where it is not there. They appear together or not at all: all are
// written and checked in a staging place first, then the folder is exchanged
// for the new one in one step. Where that is not possible (other files in the
// folder, a mount point, a system that cannot), files are replaced one by one
// under a journal: a failure puts the previous ones back, and after a kill the
// next run completes the replacement.
//
// The set in the folder is always of one Dataset and datapackage.json lists
// exactly its files. So outputs of an earlier run that Only leaves out are
// removed rather than kept beside newer ones; Written names them. Files
// datapackage.json does not list are never changed, moved or removed; one that
// has the name of an output is an ErrForeign. Where nothing changed, no file
// is touched.
func WriteSet(dir string, m *compare.Model, opt Options) (Written, error) {
	outs, err := chosen(m, opt)
	if err != nil {
		return Written{}, err
	}
	return writeSet(disk{}, dir, outs, func(written []writtenFile) ([]byte, error) { return dataPackage(m, written) })
}

// writeSet writes files and what describes them.
func writeSet(d disk, dir string, outs []File, describe func([]writtenFile) ([]byte, error)) (w Written, err error) {
	s := set{disk: d}
	unmake, err := s.open(dir)
	if err != nil {
		return w, fmt.Errorf("output folder %s: %w", dir, err)
	}
	defer func() {
		if !s.torn {
			s.removeAll(s.at(newName))
		}
		s.unlock()
		switch {
		case s.torn:
			err = fmt.Errorf("output folder %s: replacing the files failed, and so did putting the previous ones back; the next run mends it: %w", dir, err)
		case err != nil:
			unmake()
			err = fmt.Errorf("%w (the previous outputs are as they were)", err)
		}
	}()
	if err := s.recover(); err != nil {
		return w, err
	}
	own, err := s.own(s.dir)
	if err != nil {
		return w, err
	}
	files := make([]string, 0, len(outs)+1)
	for _, o := range outs {
		files = append(files, o.Path)
	}
	files = append(files, packageFile)
	for _, file := range files {
		if err := s.mayReplace(file, own); err != nil {
			return w, err
		}
	}

	written, err := s.stage(outs, describe)
	if err != nil {
		return w, err
	}
	w.Files = files
	for _, f := range written {
		if !s.same(f) {
			w.Changed = append(w.Changed, f.Path)
		}
	}
	for file := range own {
		if !slices.Contains(files, file) {
			w.Removed = append(w.Removed, file)
		}
	}
	slices.Sort(w.Removed)
	if len(w.Changed) == 0 && len(w.Removed) == 0 {
		return w, nil
	}
	if err := s.exchange(w, own); err == nil {
		return w, nil
	} else if !errors.Is(err, errNoExchange) {
		return w, err
	}
	return w, s.replace(w)
}

// set is one writing of the outputs into one folder.
type set struct {
	disk disk
	dir  string // absolute, links resolved
	lock []*flock.Flock
	torn bool // a replacement was left half done
}

func (s *set) at(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// open makes the folder where needed and locks it. The function it returns
// removes what it made and is still empty.
func (s *set) open(dir string) (unmake func(), err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var made []string
	for p := dir; ; p = filepath.Dir(p) {
		if _, err := os.Lstat(p); err == nil || p == filepath.Dir(p) {
			break
		}
		made = append(made, p)
	}
	unmake = func() {
		for _, p := range made {
			_ = os.Remove(p) // fails where it is not empty, as it should
		}
	}
	if err := s.disk.mkdirAll(dir); err != nil {
		unmake()
		return nil, err
	}
	if s.dir, err = filepath.EvalSymlinks(dir); err == nil {
		err = s.tryLock()
	}
	if err != nil {
		unmake()
		return nil, err
	}
	return unmake, nil
}

// lockTries and lockPause bound the wait for another run.
var (
	lockTries = 100
	lockPause = 100 * time.Millisecond
)

func (s *set) tryLock() error {
	for range lockTries {
		l := flock.New(s.at(lockName), flock.SetPermissions(0o644))
		ok, err := l.TryLock()
		if err != nil {
			return err
		}
		if ok {
			// The run before may have taken the locked file away with its
			// folder; only a lock on the file that lies here counts.
			held, err := l.Stat()
			here, err2 := os.Stat(s.at(lockName))
			if err == nil && err2 == nil && os.SameFile(held, here) {
				s.lock = append(s.lock, l)
				return nil
			}
			_ = l.Unlock()
			continue
		}
		time.Sleep(lockPause)
	}
	return ErrBusy
}

func (s *set) unlock() {
	if len(s.lock) > 0 {
		_ = os.Remove(s.at(lockName)) // while it is held, so that nobody else holds it
	}
	for _, l := range s.lock {
		_ = l.Unlock()
	}
	_ = os.Remove(s.at(lockName)) // where a held file cannot be removed
}

// own returns the files in the folder that the program wrote: those its
// datapackage.json lists, and that file itself. A datapackage.json of another
// maker is an ErrForeign.
func (s *set) own(dir string) (map[string]bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, packageFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var d descriptor
	if err := json.Unmarshal(b, &d); err != nil || d.Name != packageName {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, packageFile), ErrForeign)
	}
	own := map[string]bool{packageFile: true}
	for _, path := range d.paths() {
		if !fs.ValidPath(path) || strings.ContainsAny(path, `\:`) {
			return nil, fmt.Errorf("%s lists %q: %w", filepath.Join(dir, packageFile), path, ErrForeign)
		}
		if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(path))); err == nil && info.Mode().IsRegular() {
			own[path] = true
		}
	}
	return own, nil
}

// mayReplace reports an error where writing the file would destroy something
// the program did not write.
func (s *set) mayReplace(file string, own map[string]bool) error {
	if own[file] {
		return nil
	}
	parts := strings.Split(file, "/")
	for i := range parts { // from the top: a file in the place of a folder is found first
		p := s.at(path.Join(parts[:i+1]...))
		info, err := os.Lstat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case i == len(parts)-1 || !info.IsDir():
			return fmt.Errorf("%s: %w", p, ErrForeign)
		}
	}
	return nil
}

// stage writes every file of the set into the staging folder.
func (s *set) stage(outs []File, describe func([]writtenFile) ([]byte, error)) ([]writtenFile, error) {
	var written []writtenFile
	for _, o := range outs {
		f, err := s.render(o, o.Write)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Path, err)
		}
		written = append(written, f)
	}
	b, err := describe(written)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", packageFile, err)
	}
	f, err := s.render(File{Path: packageFile}, func(w io.Writer) error { _, err := w.Write(b); return err })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", packageFile, err)
	}
	return append(written, f), nil
}

// render writes one staged file to the disk platter and returns its size and hash.
func (s *set) render(o File, write func(io.Writer) error) (f writtenFile, err error) {
	p := s.at(newName + "/" + o.Path)
	if err := s.disk.mkdirAll(filepath.Dir(p)); err != nil {
		return f, err
	}
	file, err := s.disk.create(p)
	if err != nil {
		return f, err
	}
	h, n := sha256.New(), counter(0)
	bw := bufio.NewWriterSize(io.MultiWriter(file, h, &n), 1<<16)
	if err = write(bw); err == nil {
		err = bw.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if info, serr := os.Stat(s.at(o.Path)); err == nil && serr == nil {
		_ = os.Chmod(p, info.Mode().Perm()) // keeps who may read the previous file
	}
	return writtenFile{File: o, size: int64(n), sha256: hex.EncodeToString(h.Sum(nil))}, err
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// same reports whether the file lies in the folder with the same bytes.
func (s *set) same(f writtenFile) bool {
	info, err := os.Lstat(s.at(f.Path))
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.size {
		return false
	}
	file, err := os.Open(s.at(f.Path))
	if err != nil {
		return false
	}
	defer file.Close()
	h := sha256.New()
	_, err = io.Copy(h, file)
	return err == nil && hex.EncodeToString(h.Sum(nil)) == f.sha256
}
