package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// errNoExchange says that the folder cannot be exchanged as a whole and its
// files must be replaced one by one. Nothing has changed.
var errNoExchange = errors.New("the folder cannot be exchanged")

// swapDir is where the new folder waits beside the old one, and where the old
// one lies after the exchange until it is removed.
func (s *set) swapDir() string {
	return filepath.Join(filepath.Dir(s.dir), "."+filepath.Base(s.dir)+".espfigures-swap")
}

// exchange puts the staged folder in the place of the output folder in one
// step of the file system, or returns errNoExchange.
func (s *set) exchange(w Written, own map[string]bool) error {
	staged, swap := s.at(newName), s.swapDir()
	if !exchangePossible(s.dir, staged) || !s.onlyOwn(own) {
		return errNoExchange
	}
	info, err := os.Stat(s.dir)
	if err != nil || os.Chmod(staged, info.Mode().Perm()) != nil {
		return errNoExchange
	}
	// A file that did not change stays the same file, with its time.
	for _, file := range w.Files {
		if slices.Contains(w.Changed, file) {
			continue
		}
		p := filepath.Join(staged, filepath.FromSlash(file))
		if s.disk.link(s.at(file), p+".same") == nil {
			_ = s.disk.rename(p+".same", p)
			_ = os.Remove(p + ".same") // a rename between two names of one file does nothing
		}
	}
	if s.disk.rename(staged, swap) != nil {
		return errNoExchange
	}
	// Whoever comes while the folders are exchanged must find it locked.
	l := flock.New(filepath.Join(swap, lockName), flock.SetPermissions(0o644))
	ok, err := l.TryLock()
	if err == nil && ok {
		err = s.disk.exchange(swap, s.dir)
	}
	if err != nil || !ok {
		_ = l.Unlock()
		_ = os.Remove(filepath.Join(swap, lockName))
		if err := s.disk.rename(swap, staged); err != nil {
			return err // the next run cleans it
		}
		return errNoExchange
	}
	s.lock = append(s.lock, l)
	s.disk.syncDir(filepath.Dir(s.dir))
	_ = s.discardSwap() // the new set is in place; the next run cleans what is left
	return nil
}

// onlyOwn reports whether the folder holds nothing but the program's files.
func (s *set) onlyOwn(own map[string]bool) bool {
	folders := map[string]bool{".": true}
	for file := range own {
		for p := path.Dir(file); p != "."; p = path.Dir(p) {
			folders[p] = true
		}
	}
	err := filepath.WalkDir(s.dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(s.dir, p)
		if err != nil {
			return err
		}
		switch rel = filepath.ToSlash(rel); {
		case rel == newName:
			return filepath.SkipDir
		case rel == lockName, e.IsDir() && folders[rel], e.Type().IsRegular() && own[rel]:
			return nil
		}
		return errNoExchange
	})
	return err == nil
}

// discardSwap removes what an exchange left beside the folder: the program's
// own files. A foreign file that came into the folder at the last moment goes
// back to where it was.
func (s *set) discardSwap() error {
	swap := s.swapDir()
	if _, err := os.Lstat(swap); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	own, err := s.own(swap)
	if err != nil {
		return err
	}
	var files, folders []string
	err = filepath.WalkDir(swap, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			folders = append(folders, p)
			return nil
		}
		rel, err := filepath.Rel(swap, p)
		if err == nil && filepath.ToSlash(rel) != packageFile {
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, rel := range files {
		slash := filepath.ToSlash(rel)
		if own[slash] || slash == lockName || own[strings.TrimSuffix(slash, ".same")] {
			err = s.disk.remove(filepath.Join(swap, rel))
		} else {
			err = s.giveBack(filepath.Join(swap, rel), slash)
		}
		if err != nil {
			return err
		}
	}
	// The list goes last: as long as a file is there, it says whose it is.
	if err := s.disk.remove(filepath.Join(swap, packageFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, p := range slices.Backward(folders) {
		if err := s.disk.remove(p); err != nil {
			return err
		}
	}
	return nil
}

// giveBack moves a foreign file into the folder under its name, or a new name
// where that is taken.
func (s *set) giveBack(from, rel string) error {
	to := s.at(rel)
	if err := s.disk.mkdirAll(filepath.Dir(to)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return s.disk.rename(from, to)
		}
		to = s.at(rel) + ".kept-" + strconv.Itoa(n)
	}
}

// journal says which files a replacement moves. While it lies in the folder
// the set is in between.
type journal struct {
	Back   bool     `json:"back"`   // the previous files are being put back
	Put    []string `json:"put"`    // staged files that take their place
	Fresh  []string `json:"fresh"`  // those of them that replace nothing
	Remove []string `json:"remove"` // files that go
}

// replace puts the staged files in place one by one. The journal is written
// first: from then on a run that is killed is completed by the next, and a
// step that fails makes this run put the previous files back.
func (s *set) replace(w Written) error {
	j := journal{Put: w.Changed, Remove: w.Removed}
	for _, file := range j.Put {
		if !exists(s.at(file)) {
			j.Fresh = append(j.Fresh, file)
		}
	}
	if err := s.writeJournal(j); err != nil {
		return err
	}
	err := s.forward(j)
	if err == nil {
		err = s.disk.remove(s.at(journalName))
	}
	if err == nil {
		s.disk.syncDir(s.dir)
		s.prune(w.Removed)
		s.removeAll(s.at(oldName))
		return nil
	}
	j.Back = true
	if s.writeJournal(j) != nil || s.back(j) != nil {
		s.torn = true
	}
	return err
}

// recover completes what a killed run left half done, and cleans its leftovers.
func (s *set) recover() error {
	b, err := os.ReadFile(s.at(journalName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		var j journal
		if err := json.Unmarshal(b, &j); err != nil {
			return fmt.Errorf("%s: %w", s.at(journalName), err)
		}
		for _, file := range append(slices.Clone(j.Put), j.Remove...) {
			if !fs.ValidPath(file) {
				return fmt.Errorf("%s names %q", s.at(journalName), file)
			}
		}
		if !j.Back {
			if err = s.forward(j); err == nil {
				err = s.disk.remove(s.at(journalName))
				s.prune(j.Remove)
			} else {
				j.Back = true
				err = errors.Join(err, s.writeJournal(j))
			}
		}
		if j.Back {
			if back := s.back(j); back != nil {
				s.torn = true
				return errors.Join(err, back)
			}
			err = nil // the previous set is whole again
		}
		if err != nil {
			s.torn = true
			return err
		}
	}
	// Leftovers that cannot be removed only take space, unless they stand in
	// the way of what follows, which then says so.
	s.removeAll(s.at(newName))
	s.removeAll(s.at(oldName))
	return s.discardSwap()
}

func (s *set) writeJournal(j journal) error {
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	next := s.at(newName + "/.journal")
	if err := s.disk.mkdirAll(filepath.Dir(next)); err != nil {
		return err
	}
	f, err := s.disk.create(next)
	if err != nil {
		return err
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = s.disk.rename(next, s.at(journalName))
	}
	s.disk.syncDir(s.dir)
	return err
}

// forward does every step of the journal that is not done yet.
func (s *set) forward(j journal) error {
	for _, file := range j.Put {
		staged, here := s.at(newName+"/"+file), s.at(file)
		if !exists(staged) {
			continue // done
		}
		if err := s.disk.mkdirAll(filepath.Dir(here)); err != nil {
			return err
		}
		if err := s.setAside(file, true); err != nil {
			return err
		}
		if err := s.disk.rename(staged, here); err != nil {
			return mayBeOpen(err)
		}
	}
	for _, file := range j.Remove {
		if err := s.setAside(file, false); err != nil {
			return err
		}
	}
	s.disk.syncDir(s.dir)
	return nil
}

// setAside keeps the previous file where back finds it. With stay it is kept
// under both names where the file system can, so that it is never missing.
func (s *set) setAside(file string, stay bool) error {
	here, old := s.at(file), s.at(oldName+"/"+file)
	if !exists(here) {
		return nil
	}
	if exists(old) && stay {
		return nil // by the run before
	}
	if err := s.disk.mkdirAll(filepath.Dir(old)); err != nil {
		return err
	}
	if stay && s.disk.link(here, old) == nil {
		return nil
	}
	return mayBeOpen(s.disk.rename(here, old))
}

// back undoes every step of the journal that was done.
func (s *set) back(j journal) error {
	for _, file := range slices.Backward(append(slices.Clone(j.Put), j.Remove...)) {
		here, old, staged := s.at(file), s.at(oldName+"/"+file), s.at(newName+"/"+file)
		var err error
		switch {
		case exists(old):
			err = s.disk.rename(old, here)
		case slices.Contains(j.Fresh, file) && !exists(staged) && exists(here):
			err = s.disk.rename(here, staged)
		}
		if err != nil {
			return err
		}
	}
	s.prune(j.Put)
	if err := s.disk.remove(s.at(journalName)); err != nil {
		return err
	}
	s.removeAll(s.at(oldName))
	return nil
}

// prune removes the folders of partitions that have become empty.
func (s *set) prune(files []string) {
	for _, file := range files {
		for p := path.Dir(file); p != "."; p = path.Dir(p) {
			if os.Remove(s.at(p)) != nil {
				break // not empty, or gone already
			}
		}
	}
}

func (s *set) removeAll(p string) { _ = s.disk.removeAll(p) }

func exists(p string) bool {
	_, err := os.Lstat(p)
	return err == nil
}
