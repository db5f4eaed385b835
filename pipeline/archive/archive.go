// Package archive keeps every version of every document that was ever
// fetched, by the SHA-256 of its bytes, with where and when it was seen.
//
// In: bytes and how they were come by. Out: the same bytes, re-hashed, and the
// Documents they are. It fetches nothing and reads no table.
//
// An archive is a folder that can be read without this program:
//
//	documents/SHA256.pdf     the bytes as they came; also .html and .bin
//	sightings/NNNNNN-SHA.json one file for each time other bytes than before were seen at an address
//	validators/              the newest ETag and Last-Modified of each address, for conditional requests
//	pages/                   the newest copy of each landing page, for conditional requests
//	readings/                tables read from a document, kept to save time; may be deleted
//	incoming/                files being written; emptied when the archive is opened
//	lock                     held by the run that writes
//
// Nothing in documents and sightings is ever overwritten or deleted. Every
// file is written beside its place and renamed into it, so a run that is
// killed, or a disk that is full, leaves an archive that holds whole files
// only. What it lacks, the next run fetches.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"espfigures/pipeline"

	"github.com/gofrs/flock"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrDamaged is a file of the archive that is not what it was stored as.
	ErrDamaged = errors.New("damaged in the archive")
	// ErrMissing is a document that the archive names but no longer holds.
	ErrMissing = errors.New("missing from the archive")
	// ErrLocked is an archive that another run is writing to.
	ErrLocked = errors.New("another run is using the archive")
	// ErrReadOnly is an attempt to write to an archive opened for reading.
	ErrReadOnly = errors.New("the archive is open for reading only")
)

// Archive is an open archive. Its methods may be called by several goroutines.
type Archive struct {
	dir      string
	readOnly bool
	lock     *flock.Flock

	mu        sync.Mutex
	sightings []Sighting         // by Seq
	damaged   []pipeline.Finding // sightings that could not be read
	next      int                // Seq of the next sighting
	run       int                // Run of the next sighting

	// Where to find them: each a place in sightings.
	newest map[seenAt]int   // the newest at each address
	seen   map[string][]int // those of each version, by SHA-256
	copies map[string]int   // the first from each address of a web archive's copy
}

// seenAt is an address of the publisher and, where the bytes came from a web
// archive, that of its copy.
type seenAt struct{ asked, mirror string }

const (
	documentsDir  = "documents"
	sightingsDir  = "sightings"
	validatorsDir = "validators"
	pagesDir      = "pages"
	readingsDir   = "readings"
	incomingDir   = "incoming"
	lockName      = "lock"
)

// Open opens the archive in the folder for writing and creates it where there
// is none. It does not wait: while another run holds the archive the error is
// ErrLocked. Close lets go of it.
func Open(dir string) (*Archive, error) {
	return open(dir, func(l *flock.Flock) (bool, error) { return l.TryLock() })
}

// OpenWait is Open for a run that would rather wait. When another run holds
// the archive it calls waiting once (which may be nil) and waits until that
// run is done or ctx ends.
func OpenWait(ctx context.Context, dir string, waiting func()) (*Archive, error) {
	return open(dir, func(l *flock.Flock) (bool, error) {
		ok, err := l.TryLock()
		if ok || err != nil {
			return ok, err
		}
		if waiting != nil {
			waiting()
		}
		ok, err = l.TryLockContext(ctx, 100*time.Millisecond)
		if err != nil && ctx.Err() != nil {
			return false, nil
		}
		return ok, err
	})
}

func open(dir string, take func(*flock.Flock) (bool, error)) (*Archive, error) {
	for _, d := range []string{documentsDir, sightingsDir, validatorsDir, pagesDir, readingsDir, incomingDir} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	a := &Archive{dir: dir, lock: flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o644))}
	ok, err := take(a.lock)
	if err != nil {
		return nil, fmt.Errorf("archive: lock %s: %w", a.lock.Path(), err)
	}
	if !ok {
		return nil, fmt.Errorf("archive: %w: %s is locked", ErrLocked, a.lock.Path())
	}
	// Only the holder of the lock writes, so what lies in incoming was left
	// by a run that was killed.
	left, err := os.ReadDir(filepath.Join(dir, incomingDir))
	for _, f := range left {
		err = errors.Join(err, os.Remove(filepath.Join(dir, incomingDir, f.Name())))
	}
	if err == nil {
		err = a.load()
	}
	if err != nil {
		a.Close()
		return nil, fmt.Errorf("archive: %w", err)
	}
	return a, nil
}

// OpenReadOnly opens an archive for reading. It creates nothing and takes no
// lock: files appear whole or not at all, so a run that writes does not
// disturb it. Where there is no archive the error is fs.ErrNotExist.
func OpenReadOnly(dir string) (*Archive, error) {
	if _, err := os.Stat(filepath.Join(dir, sightingsDir)); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	a := &Archive{dir: dir, readOnly: true}
	if err := a.load(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return a, nil
}

// Empty returns an archive that holds nothing and takes nothing, for a run
// that must not write where no archive is yet.
func Empty() *Archive { return &Archive{readOnly: true, next: 1} }

// Close lets go of the lock.
func (a *Archive) Close() error {
	if a.lock == nil {
		return nil
	}
	return a.lock.Close()
}

// Dir returns the archive's folder.
func (a *Archive) Dir() string { return a.dir }

// load reads the sightings. One that cannot be read is kept as a finding: it
// must not hide the others.
func (a *Archive) load() error {
	a.sightings, a.damaged, a.next, a.run = nil, nil, 1, 1
	files, err := os.ReadDir(filepath.Join(a.dir, sightingsDir)) // sorted by name, so by Seq
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.IsDir() || !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		name := filepath.Join(sightingsDir, f.Name())
		// The number is taken even if the content is lost, so that it is
		// not used again.
		seq, prefix, err := splitSightingName(f.Name())
		if err == nil && seq >= a.next {
			a.next = seq + 1
		}
		var s Sighting
		if err == nil {
			var data []byte
			if data, err = os.ReadFile(filepath.Join(a.dir, name)); err == nil {
				s, err = parseSighting(data)
			}
		}
		if err == nil && (s.Seq != seq || !strings.HasPrefix(s.SHA256, prefix)) {
			err = errors.New("it is not the sighting its name says")
		}
		if err != nil {
			a.damaged = append(a.damaged, pipeline.Finding{
				Code: pipeline.Damaged, Severity: pipeline.Warn, Document: filepath.ToSlash(name),
				What: fmt.Sprintf("%s cannot be read: %v", filepath.ToSlash(name), err),
				Mend: "refresh finds the document again if it is still published; then remove the file",
			})
			continue
		}
		a.sightings = append(a.sightings, s)
		a.run = max(a.run, s.Run+1)
	}
	slices.SortStableFunc(a.sightings, func(x, y Sighting) int { return x.Seq - y.Seq })
	a.newest, a.seen, a.copies = nil, nil, nil
	for i := range a.sightings {
		a.find(i)
	}
	return nil
}

// find makes the sighting at the place, the newest so far, one that can be found.
func (a *Archive) find(i int) {
	if a.newest == nil {
		a.newest, a.seen, a.copies = map[seenAt]int{}, map[string][]int{}, map[string]int{}
	}
	s := &a.sightings[i]
	a.newest[seenAt{s.Asked, s.Mirror}] = i
	a.seen[s.SHA256] = append(a.seen[s.SHA256], i)
	if _, known := a.copies[s.Mirror]; !known {
		a.copies[s.Mirror] = i
	}
}

// Put stores a document's bytes and that they were seen. It returns the
// version as now held and whether the bytes are new to the archive.
//
// What the archive knows already is not written again: when the newest bytes
// at the address are these, nothing changes. Older bytes that come back at an
// address are a new sighting of an old version. A damaged copy of the bytes
// is mended.
func (a *Archive) Put(body []byte, s Sighting) (Held, bool, error) {
	if a.readOnly {
		return Held{}, false, fmt.Errorf("archive: %w", ErrReadOnly)
	}
	if s.Asked == "" {
		return Held{}, false, errors.New("archive: a sighting needs the address that was asked")
	}
	a.mu.Lock()
	defer a.mu.Unlock()

	s.SHA256, s.Size = Hash(body), int64(len(body))
	fresh := !a.knows(s.SHA256)
	// The bytes first: a sighting must never name bytes that are not held.
	held, err := a.read(s.SHA256)
	if err != nil || !bytes.Equal(held, body) {
		if err := a.write(filepath.Join(documentsDir, s.SHA256+extension(body)), body); err != nil {
			return Held{}, false, fmt.Errorf("archive: %s: %w", s.Asked, err)
		}
	}
	last, known := a.latest(s.Asked, s.Mirror)
	if !known || last.SHA256 != s.SHA256 {
		s.Seq, s.Run = a.next, a.run
		// As they will be read back, so that this run sees what later ones see.
		s.Retrieved, s.Captured, s.Dated = utc(s.Retrieved), utc(s.Captured), utc(s.Dated)
		data, err := s.encode()
		if err == nil {
			err = a.write(filepath.Join(sightingsDir, s.fileName()), data)
		}
		if err != nil {
			return Held{}, false, fmt.Errorf("archive: %s: %w", s.Asked, err)
		}
		a.sightings = append(a.sightings, s)
		a.find(len(a.sightings) - 1)
		a.next++
	}
	return a.held(s.SHA256), fresh, nil
}

// Latest returns the version last seen at an address of the publisher, and
// whether there is one. Copies in a web archive do not count.
func (a *Archive) Latest(url string) (Held, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.latest(url, "")
	if !ok {
		return Held{}, false
	}
	return a.held(s.SHA256), true
}

// Mirrored returns the version that was taken from the address of a copy in a
// web archive. Such an address stands for one capture and does not change.
func (a *Archive) Mirrored(mirror string) (Held, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i, ok := a.copies[mirror]; ok && mirror != "" {
		return a.held(a.sightings[i].SHA256), true
	}
	return Held{}, false
}

// latest returns the newest sighting at an address.
func (a *Archive) latest(asked, mirror string) (Sighting, bool) {
	if i, ok := a.newest[seenAt{asked, mirror}]; ok {
		return a.sightings[i], true
	}
	return Sighting{}, false
}

func (a *Archive) knows(sha string) bool {
	return len(a.seen[sha]) > 0
}

func (a *Archive) held(sha string) Held {
	h := Held{SHA256: sha}
	for _, i := range a.seen[sha] {
		h.Sightings = append(h.Sightings, a.sightings[i])
	}
	return h
}

// All returns every version held with all its sightings, the version that was
// seen first in front (a web archive's copy counts from when it was taken);
// versions seen at one moment, and those fetched while the machine's clock
// stood wrong, stand in the order they were stored. The order depends on the
// archive alone.
//
// Sightings that cannot be read are named in the error, which is ErrDamaged;
// the versions that can be read are returned beside it.
func (a *Archive) All() ([]Held, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Held
	seen := map[string]bool{}
	for _, s := range a.sightings {
		if !seen[s.SHA256] {
			seen[s.SHA256] = true
			all = append(all, a.held(s.SHA256))
		}
	}
	since := a.since()
	slices.SortStableFunc(all, func(x, y Held) int { return since[x.SHA256].Compare(since[y.SHA256]) })
	var err error
	for _, f := range a.damaged {
		err = errors.Join(err, fmt.Errorf("archive: %w: %s", ErrDamaged, f.What))
	}
	return all, err
}

// Timeline returns the sightings that brought something, in the order in which
// it was published: bytes seen for the first time, and bytes that came back to
// an address which had answered with others in between. A version that went and
// came again is there twice.
func (a *Archive) Timeline() []Sighting {
	a.mu.Lock()
	defer a.mu.Unlock()
	since := a.since()
	var list []Sighting
	at := map[int]time.Time{} // by Seq
	seen, answered := map[string]bool{}, map[string]bool{}
	var clock time.Time
	for _, s := range a.sightings { // by Seq
		if s.Captured.IsZero() && s.Retrieved.After(clock) {
			clock = s.Retrieved
		}
		came, back := !seen[s.SHA256], s.Mirror == "" && answered[s.Asked]
		seen[s.SHA256] = true
		answered[s.Asked] = answered[s.Asked] || s.Mirror == ""
		if !came && !back {
			continue
		}
		list, at[s.Seq] = append(list, s), clock
		if came {
			at[s.Seq] = since[s.SHA256]
		}
	}
	slices.SortStableFunc(list, func(x, y Sighting) int { return at[x.Seq].Compare(at[y.Seq]) })
	return list
}

// since returns for each version when it is first known to have been
// published, by a clock that never goes back: what was fetched later came
// later, even where the machine's clock was set back in between.
func (a *Archive) since() map[string]time.Time {
	first := map[string]time.Time{}
	var clock time.Time
	for _, s := range a.sightings { // by Seq
		at := s.Captured
		if at.IsZero() {
			if s.Retrieved.After(clock) {
				clock = s.Retrieved
			}
			at = clock
		}
		if known, ok := first[s.SHA256]; !ok || at.Before(known) {
			first[s.SHA256] = at
		}
	}
	return first
}

// Body returns the bytes of a version. They are hashed again: a file that has
// changed is ErrDamaged, one that is gone ErrMissing; both errors name it.
func (a *Archive) Body(sha string) ([]byte, error) {
	body, err := a.read(sha)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return body, nil
}

func (a *Archive) read(sha string) ([]byte, error) {
	if !isSHA256(sha) {
		return nil, fmt.Errorf("%w: %q is not a SHA-256", ErrMissing, sha)
	}
	var damaged error
	for _, ext := range extensions {
		if a.dir == "" {
			break
		}
		name := filepath.Join(documentsDir, sha+ext)
		body, err := os.ReadFile(filepath.Join(a.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && Hash(body) == sha {
			return body, nil
		}
		if err == nil {
			err = fmt.Errorf("its bytes now have the SHA-256 %s", Hash(body))
		}
		damaged = fmt.Errorf("%w: %s: %w", ErrDamaged, filepath.ToSlash(name), err)
	}
	if damaged != nil {
		return nil, damaged
	}
	return nil, fmt.Errorf("%w: %s", ErrMissing, filepath.ToSlash(filepath.Join(documentsDir, sha)))
}

// Path returns where the bytes of a version lie, for a user who wants to open
// them; "" if they are not there.
func (a *Archive) Path(sha string) string {
	for _, ext := range extensions {
		if a.dir == "" {
			break
		}
		p := filepath.Join(a.dir, documentsDir, sha+ext)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// Verify hashes every document again and reads every sighting. It returns a
// finding for each that is damaged, missing or unaccounted for, in a stable
// order; none means that the archive is whole.
func (a *Archive) Verify() []pipeline.Finding {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := slices.Clone(a.damaged)
	add := func(severity pipeline.Severity, sha, what, mend string) {
		found = append(found, pipeline.Finding{Code: pipeline.Damaged, Severity: severity, Document: sha, What: what, Mend: mend})
	}
	known := map[string]bool{}
	for _, s := range a.sightings {
		if known[s.SHA256] {
			continue
		}
		known[s.SHA256] = true
		if _, err := a.read(s.SHA256); err != nil {
			add(pipeline.Fail, s.SHA256, fmt.Sprintf("%v (seen at %s)", err, s.Asked), "refresh fetches it again if it is still published")
		}
	}
	if a.dir == "" {
		return found
	}
	files, err := os.ReadDir(filepath.Join(a.dir, documentsDir))
	if err != nil {
		add(pipeline.Fail, documentsDir, err.Error(), "")
	}
	for _, f := range files {
		sha := strings.TrimSuffix(f.Name(), filepath.Ext(f.Name()))
		if !known[sha] {
			// A run was killed between the bytes and the sighting. The next
			// sighting of the bytes takes them up.
			add(pipeline.Note, documentsDir+"/"+f.Name(), documentsDir+"/"+f.Name()+" was never recorded as seen anywhere", "")
		}
	}
	return found
}

// Hash returns the SHA-256 of a document's bytes in lower-case hex: the name
// the archive and all outputs know the version by.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func isSHA256(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && s == strings.ToLower(s)
}

// extensions are the endings documents are stored under; they only help a
// person who opens the folder.
var extensions = []string{".pdf", ".html", ".bin"}

func extension(body []byte) string {
	head := body[:min(len(body), 1024)]
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return ".pdf"
	case bytes.Contains(bytes.ToLower(head), []byte("<html")) || bytes.Contains(bytes.ToLower(head), []byte("<!doctype html")):
		return ".html"
	}
	return ".bin"
}

// write puts a file into the archive whole or not at all. A small function of
// our own, since the libraries for it either do not build on Windows or are
// not atomic there.
func (a *Archive) write(name string, data []byte) (err error) {
	if a.readOnly {
		return ErrReadOnly
	}
	f, err := os.CreateTemp(filepath.Join(a.dir, incomingDir), "*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(a.dir, name))
}
