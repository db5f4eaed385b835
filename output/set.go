package output

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"

	"espfigures/output/tables"
	"espfigures/pipeline/compare"
)

var (
	// ErrBusy says that another run is writing to the same folder.
	ErrBusy = errors.New("another run is writing to it")
	// ErrForeign says that a file with the name of an output was not written
	// by this program and would be lost.
	ErrForeign = errors.New("not written by espfigures, and would be lost; move it away or choose another folder with --out")
)

// Written says what WriteSet did. Paths are relative to the folder, with slashes.
type Written struct {
	Files   []string // every file of the set, datapackage.json last
	Changed []string // those that are new or have other bytes than before
	Removed []string // files of an earlier set that this one does not have
}

// Names the program uses inside the folder while it writes. A run that ends by
// itself leaves none of them; the next run removes those of a killed one.
const (
	newName  = ".espfigures-new" // the set being written
	oldName  = ".espfigures-old" // the files that a replacement has moved away
	lockName = ".espfigures-lock"
)

// WriteSet writes the outputs that the options ask for to the folder, which it
// creates if needed. They appear together or not at all: all of them are written
// to a staging folder, which is then put in place (see exchange.go).
//
// The set in the folder is always of one model, and datapackage.json lists
// exactly its files: outputs of an earlier run that Only leaves out are removed.
// Other files are never touched; one that has the name of an output is an
// ErrForeign. If nothing changed, no file is touched. all are the model's tables;
// that of findings is made anew, since the caller may have added some.
func WriteSet(dir string, m *compare.Model, all []tables.Table, opt Options) (Written, error) {
	outs, err := chosen(m, all, opt)
	if err != nil {
		return Written{}, err
	}
	return writeSet(nil, dir, outs, func(staged []writtenFile) ([]byte, error) { return dataPackage(m, staged) })
}

// writeSet writes files and the datapackage.json that describe returns.
func writeSet(d disk, dir string, outs []File, describe func([]writtenFile) ([]byte, error)) (w Written, err error) {
	s := set{disk: d}
	if err := s.open(dir); err != nil {
		return w, fmt.Errorf("output folder %s: %w", dir, err)
	}
	defer s.unlock()
	if w, err = s.write(outs, describe); errors.Is(err, errMixed) {
		return w, fmt.Errorf("output folder %s: %w", dir, err)
	}
	_ = os.RemoveAll(s.at(newName))
	if err != nil {
		return w, fmt.Errorf("%w (the previous outputs are as they were)", err)
	}
	_ = os.RemoveAll(s.at(oldName))
	return w, nil
}

func (s *set) write(outs []File, describe func([]writtenFile) ([]byte, error)) (w Written, err error) {
	own, err := s.ownFiles(s.dir)
	if err != nil {
		return w, err
	}
	s.adoptKilled(own)
	_ = os.RemoveAll(s.at(newName)) // of a killed run, as what removeOld removes
	s.removeOld(s.swapDir())
	for _, o := range outs {
		w.Files = append(w.Files, o.Path)
	}
	w.Files = append(w.Files, packageFile)
	for _, file := range w.Files {
		if !own[file] && exists(s.at(file)) {
			return w, fmt.Errorf("%s: %w", s.at(file), ErrForeign)
		}
	}
	staged, err := s.stage(outs, describe)
	if err != nil {
		return w, err
	}
	for _, f := range staged {
		if !f.same {
			w.Changed = append(w.Changed, f.Path)
		}
	}
	for file := range own {
		if !slices.Contains(w.Files, file) {
			w.Removed = append(w.Removed, file)
		}
	}
	slices.Sort(w.Removed)
	if len(w.Changed) == 0 && len(w.Removed) == 0 {
		return w, nil
	}
	if err = s.exchange(own); errors.Is(err, errNoExchange) {
		err = s.replace(w)
	}
	return w, err
}

// set is one writing of the outputs into one folder.
type set struct {
	disk disk
	dir  string // absolute, links resolved
	lock []*flock.Flock
}

func (s *set) at(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// open creates the folder if needed and locks it.
func (s *set) open(dir string) (err error) {
	if err = s.disk.mkdirAll(dir); err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if s.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	return s.tryLock()
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
			// The run before may have removed the locked file with its folder:
			// only a lock on the file that is there now counts.
			locked, err := l.Stat()
			here, err2 := os.Stat(s.at(lockName))
			if err == nil && err2 == nil && os.SameFile(locked, here) {
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
	_ = os.Remove(s.at(lockName)) // while it is locked, so that nobody else has it
	for _, l := range s.lock {
		_ = l.Unlock()
	}
	_ = os.Remove(s.at(lockName)) // on systems that cannot remove a locked file
}

// ownFiles returns the files in a folder that the program wrote: those that its
// datapackage.json lists, and that file itself. A datapackage.json of another
// program is an ErrForeign.
func (s *set) ownFiles(dir string) (map[string]bool, error) {
	own := map[string]bool{}
	d, err := packageIn(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return own, nil
	}
	if err != nil {
		return nil, err
	}
	own[packageFile] = true
	for file := range d.files {
		if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(file))); err == nil && info.Mode().IsRegular() {
			own[file] = true
		}
	}
	return own, nil
}

// adoptKilled adds to own what a run put in place before it was killed: the
// files that the datapackage.json it had staged describes, byte for byte.
func (s *set) adoptKilled(own map[string]bool) {
	d, err := packageIn(s.at(newName))
	if err != nil {
		return
	}
	for file, sha := range d.files {
		if hashIs(s.at(file), sha) {
			own[file] = true
		}
	}
}

// stage writes every file of the set to the staging folder, several at a time:
// the workbook takes as long as all the others.
func (s *set) stage(outs []File, describe func([]writtenFile) ([]byte, error)) ([]writtenFile, error) {
	if err := s.disk.mkdirAll(s.at(newName)); err != nil {
		return nil, err
	}
	staged := make([]writtenFile, len(outs))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, o := range outs {
		group.Go(func() (err error) {
			staged[i], err = s.render(o)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	f, err := s.render(File{Path: packageFile, Write: func(w io.Writer) error {
		b, err := describe(staged)
		_, werr := w.Write(b)
		return errors.Join(err, werr)
	}})
	syncDir(s.at(newName))
	return append(staged, f), err
}

// render writes one staged file and returns its size and hash.
func (s *set) render(o File) (f writtenFile, err error) {
	p, h := s.at(newName+"/"+o.Path), sha256.New()
	err = s.disk.store(p, func(w io.Writer) error { return o.Write(io.MultiWriter(w, h)) })
	if err != nil {
		return f, fmt.Errorf("%s: %w", o.Path, err)
	}
	f = writtenFile{File: o, sha256: fmt.Sprintf("%x", h.Sum(nil))}
	if is, err := os.Stat(p); err == nil {
		f.size = is.Size()
	}
	if was, err := os.Stat(s.at(o.Path)); err == nil {
		_ = os.Chmod(p, was.Mode().Perm()) // keeps who may read the previous file
		if f.same = hashIs(s.at(o.Path), f.sha256); f.same {
			_ = os.Chtimes(p, was.ModTime(), was.ModTime())
		}
	}
	return f, nil
}

// hashIs reports whether a regular file has the SHA-256.
func hashIs(file, want string) bool {
	if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && hex.EncodeToString(h.Sum(nil)) == want
}

// exists reports whether something is there, or a file in the place of a folder.
func exists(p string) bool {
	_, err := os.Lstat(p)
	return !errors.Is(err, fs.ErrNotExist)
}
