package output

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// The staged set takes the place of the previous one in one of two ways.
//
// exchange swaps the two folders in one step of the file system: a kill leaves
// the one or the other. It needs Linux or macOS, and a folder that holds the
// program's files only, is no mount point, and has an owner and attributes that
// the new folder can have too.
//
// replace renames the files one by one, datapackage.json last. An error makes
// it put the previous files back; a kill leaves files of both sets, and the
// next run makes the set whole.

var (
	// errNoExchange says that the folder cannot be exchanged. Nothing changed.
	errNoExchange = errors.New("the folder cannot be exchanged")
	// errMixed says that a replacement failed, and putting the previous files
	// back too.
	errMixed = errors.New("replacing the files failed, and so did putting the previous ones back: they are in " + oldName + "; the next run makes the set whole")
)

// swapDir is where the new folder waits next to the output folder, and where
// the old one is after the exchange until it is removed.
func (s *set) swapDir() string {
	return filepath.Join(filepath.Dir(s.dir), "."+filepath.Base(s.dir)+".espfigures-swap")
}

func (s *set) exchange(own map[string]bool) error {
	staged, swap := s.at(newName), s.swapDir()
	if exists(swap) || !s.exchangeable(staged, own) {
		return errNoExchange
	}
	if s.disk.do("rename", swap, func() error { return os.Rename(staged, swap) }) != nil {
		return errNoExchange
	}
	// A run that starts while the folders are exchanged must find the new one locked.
	l := flock.New(filepath.Join(swap, lockName), flock.SetPermissions(0o644))
	ok, err := l.TryLock()
	if err == nil && ok {
		err = s.disk.do("exchange", s.dir, func() error { return exchangeFolders(swap, s.dir) })
	}
	if err != nil || !ok {
		_ = l.Unlock()
		_ = os.Remove(filepath.Join(swap, lockName))
		if err := s.disk.do("rename", staged, func() error { return os.Rename(swap, staged) }); err != nil {
			return err // the next run removes it
		}
		return errNoExchange
	}
	s.lock = append(s.lock, l)
	syncDir(filepath.Dir(s.dir))
	_ = s.disk.do("clean", swap, func() error { s.removeOld(swap); return nil }) // else the next run does
	return nil
}

// exchangeable reports whether the staged folder can take the place of the
// output folder with no loss to anybody: no files of others in it, the same
// owner and attributes, and this process does not work inside it.
func (s *set) exchangeable(staged string, own map[string]bool) bool {
	at, err := os.Getwd()
	if err != nil || at == s.dir || strings.HasPrefix(at, s.dir+string(filepath.Separator)) {
		return false
	}
	err = fs.WalkDir(os.DirFS(s.dir), ".", func(p string, e fs.DirEntry, err error) error {
		holdsOwn := func(file string) bool { return p == "." || strings.HasPrefix(file, p+"/") }
		switch {
		case err != nil:
			return err
		case p == newName, p == oldName:
			return fs.SkipDir
		case p == lockName, own[p], e.IsDir() && slices.ContainsFunc(slices.Collect(maps.Keys(own)), holdsOwn):
			return nil
		}
		return errNoExchange
	})
	if err != nil || !sameOwner(s.dir, staged) {
		return false
	}
	info, err := os.Stat(s.dir)
	return err == nil && os.Chmod(staged, info.Mode().Perm()) == nil
}

// removeOld removes the program's own files from a folder that an exchange left
// next to the output folder, and then the folder. A file of somebody else that
// came into it at the last moment stays there, with the folder.
func (s *set) removeOld(dir string) {
	own, err := s.ownFiles(dir)
	if err != nil {
		return
	}
	// datapackage.json goes last: it says whose the other files are.
	for file := range own {
		if file != packageFile {
			_ = os.Remove(filepath.Join(dir, filepath.FromSlash(file)))
			pruneFolders(dir, file)
		}
	}
	_ = os.Remove(filepath.Join(dir, lockName))
	_ = os.RemoveAll(filepath.Join(dir, oldName))
	_ = os.Remove(filepath.Join(dir, packageFile))
	_ = os.Remove(dir)
}

// replace puts the staged files in place one by one, datapackage.json last, and
// moves those that go away. An error puts everything back.
func (s *set) replace(w Written) error {
	var undo []func() error
	err := s.forward(w, &undo)
	if err == nil {
		syncDir(s.dir)
		for _, file := range w.Removed {
			pruneFolders(s.dir, file)
		}
		return nil
	}
	for _, step := range slices.Backward(undo) {
		if uerr := step(); uerr != nil {
			return fmt.Errorf("%w: %w", errMixed, errors.Join(err, uerr))
		}
	}
	for _, file := range w.Changed {
		pruneFolders(s.dir, file)
	}
	_ = os.RemoveAll(s.at(oldName))
	return err
}

// forward does the steps of replace. It adds to undo what takes each back.
func (s *set) forward(w Written, undo *[]func() error) error {
	move := func(from, to string) error {
		if err := s.disk.mkdirAll(filepath.Dir(to)); err != nil {
			return err
		}
		err := s.disk.do("rename", to, func() error { return os.Rename(from, to) })
		if runtime.GOOS == "windows" && err != nil {
			return fmt.Errorf("%w (if it is open in another program, close it there and run again)", err)
		}
		return err
	}
	for _, file := range slices.Concat(w.Removed, w.Changed) { // w.Changed ends with datapackage.json
		here, old, staged := s.at(file), s.at(oldName+"/"+file), s.at(newName+"/"+file)
		replaced := slices.Contains(w.Changed, file)
		if exists(here) {
			_ = os.Remove(old) // of a killed run
			if replaced && s.disk.mkdirAll(filepath.Dir(old)) == nil && os.Link(here, old) == nil {
				// The file keeps its name until the new one takes it.
			} else if err := move(here, old); err != nil {
				return err
			}
			*undo = append(*undo, func() error { return move(old, here) })
		} else if replaced {
			*undo = append(*undo, func() error { return os.RemoveAll(here) }) // it may not be there yet
		}
		if replaced {
			if err := move(staged, here); err != nil {
				return err
			}
		}
	}
	return nil
}

// pruneFolders removes the folders of a file that have become empty.
func pruneFolders(dir, file string) {
	for p := path.Dir(file); p != "."; p = path.Dir(p) {
		if os.Remove(filepath.Join(dir, filepath.FromSlash(p))) != nil {
			return
		}
	}
}
