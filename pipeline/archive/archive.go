// Package archive stores every version of every document that was ever
// fetched, under the SHA-256 of its bytes, with where and when it was seen.
//
// In: bytes and their provenance. Out: the same bytes, hashed again, and the
// Documents they are. It fetches nothing and reads no table.
//
// An archive is a folder that can be read without this program:
//
//	documents/SHA256.pdf      the bytes as they came; also .html and .bin
//	sightings/NNNNNN-SHA.json one file for each time other bytes than before were seen at an address
//	validators/               the newest ETag and Last-Modified of each address, for conditional requests,
//	                          with the newest copy of a landing page
//	readings/                 tables read from a document, and what the last run into a folder rested on,
//	                          kept to save time; may be deleted
//	incoming/                 files being written; emptied when the archive is opened
//	lock                      locked by the run that writes
//
// Nothing in documents and sightings is ever overwritten or deleted. Every
// file is written to incoming and renamed into place, so that a run that is
// killed, or a full disk, leaves an archive of whole files only. What is
// missing, the next run fetches.
package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"

	"github.com/gofrs/flock"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrDamaged is a file of the archive that is missing, or not what it was
	// stored as.
	ErrDamaged = errors.New("damaged in the archive")
	// ErrLocked is an archive that another run is writing to.
	ErrLocked = errors.New("another run is using the archive")
	// ErrReadOnly is an attempt to write to an archive opened for reading.
	ErrReadOnly = errors.New("the archive is open for reading only")
)

// Archive is an open archive. Several goroutines may read from it, and cache
// readings, while none calls Put.
type Archive struct {
	dir   string
	files fs.FS        // of dir
	lock  *flock.Flock // nil: for reading only

	sightings []Sighting         // by Seq
	damaged   []pipeline.Finding // sightings that could not be read
	next      int                // Seq of the next sighting
	run       int                // Run of the next sighting
}

const (
	documentsDir  = "documents"
	sightingsDir  = "sightings"
	validatorsDir = "validators"
	readingsDir   = "readings"
	incomingDir   = "incoming"
	lockName      = "lock"
)

// Open opens the archive in the folder for writing and creates it if there is
// none. While another run has the archive open the error is ErrLocked; with a
// function to call, it calls that and waits until the run is done or ctx ends.
// Close unlocks it.
func Open(ctx context.Context, dir string, waiting func()) (*Archive, error) {
	for _, d := range []string{documentsDir, sightingsDir, validatorsDir, readingsDir, incomingDir} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	a := &Archive{dir: dir, files: os.DirFS(dir), lock: flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o644))}
	ok, err := a.lock.TryLock()
	if err == nil && !ok && waiting != nil {
		waiting()
		ok, err = a.lock.TryLockContext(ctx, 100*time.Millisecond)
	}
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("archive: lock %s: %w", a.lock.Path(), err)
	}
	if !ok {
		return nil, fmt.Errorf("archive: %w: %s is locked", ErrLocked, a.lock.Path())
	}
	// Only the run with the lock writes, so what is in incoming was left by a
	// run that was killed.
	left, err := fs.ReadDir(a.files, incomingDir)
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
	a := &Archive{dir: dir, files: os.DirFS(dir)}
	if err := a.load(); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return a, nil
}

// Empty returns an archive without documents that cannot be written to, for a
// run that must not create one.
func Empty() *Archive { return &Archive{files: embed.FS{}} }

// Close unlocks the archive.
func (a *Archive) Close() error {
	if a.lock == nil {
		return nil
	}
	return a.lock.Close()
}

// Dir returns the archive's folder.
func (a *Archive) Dir() string { return a.dir }

// load reads the sightings. One that cannot be read becomes a finding: it must
// not hide the others.
func (a *Archive) load() error {
	a.next, a.run = 1, 1
	files, err := fs.ReadDir(a.files, sightingsDir) // by Seq, as they are named
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		// The number counts even if the content is lost, so that it is not used
		// again.
		number := 0
		_, _ = fmt.Sscanf(f.Name(), "%d-", &number)
		a.next = max(a.next, number+1)
		name := path.Join(sightingsDir, f.Name())
		data, err := fs.ReadFile(a.files, name)
		s, fault := parseSighting(f.Name(), data)
		if err = cmp.Or(err, fault); err != nil {
			a.damaged = append(a.damaged, pipeline.Finding{
				Code: pipeline.Damaged, Severity: pipeline.Warn, Document: name,
				What: fmt.Sprintf("%s cannot be read: %v", name, err),
				Mend: "refresh finds the document again if it is still published; then remove the file",
			})
			continue
		}
		a.sightings = append(a.sightings, s)
		a.run = max(a.run, s.Run+1)
	}
	return err
}

// Put stores a document's bytes and that they were seen, with the validators of
// the address that answered.
//
// Put does not write what the archive knows already: if the newest bytes at the
// address are these, nothing changes. Older bytes that come back at an address
// are a new sighting of an old version. A damaged copy of the bytes is replaced.
func (a *Archive) Put(body []byte, s Sighting) (err error) {
	s.SHA256, s.Size = Hash(body), int64(len(body))
	defer func() {
		if err != nil {
			err = fmt.Errorf("archive: %s: %w", s.Asked, err)
		}
	}()
	// The bytes first: a sighting must never name bytes that are not there.
	if _, err := a.Body(s.SHA256); err != nil {
		if err := a.write(path.Join(documentsDir, s.SHA256+extension(body)), body); err != nil {
			return err
		}
	}
	if last, known := a.Latest(s.Asked, s.Mirror); !known || last.SHA256 != s.SHA256 {
		s.Seq, s.Run = a.next, a.run
		// As they will be read back, so that this run sees what later ones see.
		s.Retrieved, s.Captured = s.Retrieved.UTC().Truncate(time.Second), s.Captured.UTC().Truncate(time.Second)
		data, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return err
		}
		if err := a.write(path.Join(sightingsDir, s.fileName()), data); err != nil {
			return err
		}
		a.sightings = append(a.sightings, s)
		a.next++
	}
	if s.Mirror != "" {
		return nil
	}
	return a.keepValidators(s, Validators{SHA256: s.SHA256})
}

// Latest returns the newest sighting at an address of the publisher, or of the
// copy of it at an address of a web archive, and whether there is one.
func (a *Archive) Latest(asked, mirror string) (Sighting, bool) {
	for _, s := range slices.Backward(a.sightings) {
		if s.Asked == asked && s.Mirror == mirror {
			return s, true
		}
	}
	return Sighting{}, false
}

// AsOf returns the archive as it was known at a moment, for reading only: of the
// sightings those by then. A web archive's copy counts from its capture.
func (a *Archive) AsOf(moment time.Time) *Archive {
	then := *a
	then.lock = nil
	then.sightings = slices.DeleteFunc(slices.Clone(a.sightings), func(s Sighting) bool { return s.At().After(moment) })
	return &then
}

// All returns every version, in the order in which they came to be published. A
// web archive's copy counts from its capture. The clock of this order never goes
// back: what was fetched later came later, even where the machine's clock was
// set back in between.
//
// The error is ErrDamaged and names the sightings that cannot be read; the
// other versions are returned with it.
func (a *Archive) All() (all []Version, err error) {
	type coming struct { // of bytes never seen before, or back at an address that had answered with others
		Sighting
		first bool
		at    time.Time
	}
	var came []coming
	var clock time.Time
	oldest := map[string]time.Time{} // by SHA-256; a capture can show that bytes are older than their first sighting
	answer := map[string]string{}    // the SHA-256 that each address of the publisher answered with
	for _, s := range a.sightings {  // by Seq
		at := s.Captured
		if at.IsZero() {
			clock = slices.MaxFunc([]time.Time{clock, s.Retrieved}, time.Time.Compare)
			at = clock
		}
		old, known := oldest[s.SHA256]
		if !known || at.Before(old) {
			oldest[s.SHA256] = at
		}
		if !known || s.Mirror == "" && answer[s.Asked] != "" {
			came = append(came, coming{s, !known, at})
		}
		if s.Mirror == "" {
			answer[s.Asked] = s.SHA256
		}
	}
	for i, c := range came {
		if c.first {
			came[i].at = oldest[c.SHA256]
		}
	}
	slices.SortStableFunc(came, func(x, y coming) int { return x.at.Compare(y.at) })
	index, moment := map[string]int{}, 0
	for i, c := range came {
		if i == 0 || c.Run == 0 || c.Run != came[i-1].Run || !c.Captured.IsZero() || !came[i-1].Captured.IsZero() {
			moment++
		}
		if c.first {
			index[c.SHA256] = len(all)
			all = append(all, Version{SHA256: c.SHA256})
		}
		v := &all[index[c.SHA256]]
		v.Seen = append(v.Seen, moment)
	}
	for _, s := range a.sightings {
		v := &all[index[s.SHA256]]
		v.Sightings = append(v.Sightings, s)
	}
	for i, v := range all {
		answers := func(s Sighting) bool { return answer[s.Asked] != "" }
		still := func(s Sighting) bool { return answer[s.Asked] == v.SHA256 }
		all[i].Superseded = slices.ContainsFunc(v.Sightings, answers) && !slices.ContainsFunc(v.Sightings, still)
	}
	for _, f := range a.damaged {
		err = errors.Join(err, fmt.Errorf("archive: %w: %s", ErrDamaged, f.What))
	}
	return all, err
}

// Body returns the bytes of a version. They are hashed again: a file that has
// changed or is gone is ErrDamaged, and the error names it.
func (a *Archive) Body(sha string) ([]byte, error) {
	for _, ext := range extensions {
		name := path.Join(documentsDir, sha+ext)
		body, err := fs.ReadFile(a.files, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && Hash(body) == sha:
			return body, nil
		case err == nil:
			err = fmt.Errorf("its bytes now have the SHA-256 %s", Hash(body))
		}
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, name, err)
	}
	return nil, fmt.Errorf("%w: %s/%s is missing", ErrDamaged, documentsDir, sha)
}

// extensions are the endings documents are stored under; they only help a
// person who opens the folder.
var extensions = []string{".pdf", ".html", ".bin"}

// Verify hashes every document again and reads every sighting. It returns a
// finding for each that is damaged or missing, in a stable order; none means that
// the archive is whole.
func (a *Archive) Verify() []pipeline.Finding {
	found := slices.Clone(a.damaged)
	all, _ := a.All()
	for _, v := range all {
		if _, err := a.Body(v.SHA256); err != nil {
			found = append(found, pipeline.Finding{
				Code: pipeline.Damaged, Severity: pipeline.Fail, Document: v.SHA256, What: fmt.Sprintf("%v (seen at %s)", err, v.Sightings[0].Asked),
				Mend: "refresh fetches it again if it is still published",
			})
		}
	}
	return found
}

// Hash returns the SHA-256 of a document's bytes in lower-case hex: the name
// of the version in the archive and in all outputs.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func extension(body []byte) string {
	head := bytes.ToLower(body[:min(len(body), 1024)])
	switch {
	case bytes.Contains(head, []byte("%pdf-")):
		return ".pdf"
	case bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html")):
		return ".html"
	}
	return ".bin"
}

// write puts a file into the archive whole or not at all. It is a function of
// our own because the libraries for it do not build on Windows, or are not
// atomic there.
func (a *Archive) write(name string, data []byte) error {
	if a.lock == nil {
		return ErrReadOnly
	}
	f, err := os.CreateTemp(filepath.Join(a.dir, incomingDir), "*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // where it was not renamed
	_, err = f.Write(data)
	err = cmp.Or(err, f.Chmod(0o644), f.Sync())
	if cerr := f.Close(); err != nil || cerr != nil {
		return cmp.Or(err, cerr)
	}
	return os.Rename(f.Name(), filepath.Join(a.dir, filepath.FromSlash(name)))
}
