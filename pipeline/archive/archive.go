// Package archive stores every version of every document that was ever
// fetched, under the SHA-256 of its bytes, with where and when it was seen.
//
// In: bytes and their provenance. Out: the same bytes, hashed again, and the
// Documents they are. It fetches nothing and reads no table. README.md says what
// is in the folder of an archive.
//
// Every file is written to incoming and renamed into place, so that a run that
// is killed, or a full disk, leaves an archive of whole files only. What is
// missing, the next run fetches.
package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"espfigures/pipeline"

	"github.com/gofrs/flock"
)

// ErrDamaged is a document that is missing, or not what it was stored as.
var ErrDamaged = errors.New("damaged in the archive")

var errReadOnly = errors.New("the archive is open for reading only")

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
// none. While another run has it open, it calls waiting and waits until that run
// is done or ctx ends. Close unlocks it.
func Open(ctx context.Context, dir string, waiting func()) (*Archive, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o644))
	ok, err := lock.TryLock()
	if err == nil && !ok {
		waiting()
		_, err = lock.TryLockContext(ctx, 100*time.Millisecond)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: lock %s: %w", lock.Path(), err)
	}
	// Only the run with the lock writes, so what is in incoming was left by a
	// run that was killed.
	err = os.RemoveAll(filepath.Join(dir, incomingDir))
	for _, d := range []string{documentsDir, sightingsDir, validatorsDir, readingsDir, incomingDir} {
		err = cmp.Or(err, os.MkdirAll(filepath.Join(dir, d), 0o755))
	}
	a, loadErr := OpenReadOnly(dir)
	if err = cmp.Or(err, loadErr); err != nil {
		lock.Close()
		return nil, err
	}
	a.lock = lock
	return a, nil
}

// OpenReadOnly opens an archive for reading. It creates nothing and takes no
// lock: files appear whole or not at all, so a run that writes does not
// disturb it. Where there is no archive the error is fs.ErrNotExist.
func OpenReadOnly(dir string) (*Archive, error) {
	a := &Archive{dir: dir, files: os.DirFS(dir), next: 1, run: 1}
	files, err := fs.ReadDir(a.files, sightingsDir) // by Seq, as they are named
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	for _, f := range files {
		a.load(f.Name())
	}
	return a, nil
}

// load reads a sighting. One that cannot be read becomes a finding: it must not
// hide the others. Its number counts all the same, so that it is not used again.
func (a *Archive) load(file string) {
	if path.Ext(file) != ".json" {
		return
	}
	number := 0
	_, _ = fmt.Sscanf(file, "%d-", &number)
	a.next = max(a.next, number+1)
	name := path.Join(sightingsDir, file)
	data, err := fs.ReadFile(a.files, name)
	s, fault := parseSighting(file, data)
	if err = cmp.Or(err, fault); err != nil {
		a.damaged = append(a.damaged, pipeline.Finding{
			Code: pipeline.Damaged, Severity: pipeline.Fail, Document: name, What: fmt.Sprintf("%s cannot be read: %v", name, err),
			Mend: fmt.Sprintf("remove %s from the archive's folder; refresh then finds the document again if it is still published", name),
		})
		return
	}
	a.sightings = append(a.sightings, s)
	a.run = max(a.run, s.Run+1)
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
func (a *Archive) All() (all []Version) {
	var clock time.Time
	came := map[int]time.Time{} // by Seq
	for _, s := range a.sightings {
		came[s.Seq] = s.Captured
		if s.Captured.IsZero() {
			clock = slices.MaxFunc([]time.Time{clock, s.Retrieved}, time.Time.Compare)
			came[s.Seq] = clock
		}
	}
	sorted := slices.SortedStableFunc(slices.Values(a.sightings), func(x, y Sighting) int { return came[x.Seq].Compare(came[y.Seq]) })
	index := map[string]int{}     // by SHA-256
	answer := map[string]string{} // the SHA-256 that each address of the publisher answers with
	var last Sighting             // of bytes never seen before, or back at an address that had answered with others
	moment := 0
	for _, s := range sorted {
		i, known := index[s.SHA256]
		if !known {
			i = len(all)
			index[s.SHA256] = i
			all = append(all, Version{SHA256: s.SHA256})
		}
		v := &all[i]
		v.Sightings = append(v.Sightings, s)
		if !known || s.Mirror == "" && answer[s.Asked] != "" {
			if s.Run == 0 || s.Run != last.Run || !s.Captured.IsZero() || !last.Captured.IsZero() {
				moment++
			}
			v.Seen = append(v.Seen, moment)
			last = s
		}
		if s.Mirror == "" {
			answer[s.Asked] = s.SHA256
		}
	}
	for i, v := range all {
		answers := func(s Sighting) bool { return answer[s.Asked] != "" }
		still := func(s Sighting) bool { return answer[s.Asked] == v.SHA256 }
		all[i].Superseded = slices.ContainsFunc(v.Sightings, answers) && !slices.ContainsFunc(v.Sightings, still)
	}
	return all
}

// Damaged returns a finding for each sighting that cannot be read.
func (a *Archive) Damaged() []pipeline.Finding { return a.damaged }

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
	for _, v := range a.All() {
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
	switch http.DetectContentType(body) {
	case "application/pdf":
		return ".pdf"
	case "text/html; charset=utf-8":
		return ".html"
	}
	return ".bin"
}

// write puts a file into the archive whole or not at all. It is a function of
// our own because the libraries for it do not build on Windows, or are not
// atomic there.
func (a *Archive) write(name string, data []byte) error {
	if a.lock == nil {
		return errReadOnly
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
