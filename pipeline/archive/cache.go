package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// CachedReading returns what a reader of the named version read from a document
// and cached. Data that changed on disk do not count.
func (a *Archive) CachedReading(sha, reader string) ([]byte, bool) {
	var h header
	body, ok := a.readCached(readingName(sha, reader), &h)
	return body, ok && h.SHA256 == sha && h.Version == reader
}

// CacheReading caches what a reader of the named version read from a document,
// so that the next run need not read it again. Cached data may be deleted at
// any time.
func (a *Archive) CacheReading(sha, reader string, data []byte) error {
	if err := a.writeCached(readingName(sha, reader), header{SHA256: sha, Version: reader}, data); err != nil {
		return fmt.Errorf("archive: cache the reading of %s: %w", sha, err)
	}
	return nil
}

func readingName(sha, reader string) string {
	return filepath.Join(readingsDir, Hash([]byte(sha + "\n" + reader))[:32])
}

// Validators are what a server gave to ask it later whether an address has
// changed.
type Validators struct {
	ETag         string
	LastModified string
}

// Condition returns the newest validators of an address that answered and the
// bytes they belong to: a document's, or else a landing page's. There are none
// if the bytes are missing or damaged: then the address must be asked without
// a condition.
func (a *Archive) Condition(url string) (v Validators, body []byte, ok bool) {
	var h header
	if _, ok := a.readCached(addressName(validatorsDir, url), &h); ok && h.URL == url {
		if body, err := a.read(h.SHA256); err == nil {
			return Validators{h.ETag, h.LastModified}, body, true
		}
	}
	var p header
	if body, ok := a.readCached(addressName(pagesDir, url), &p); ok && p.URL == url {
		return Validators{p.ETag, p.LastModified}, body, true
	}
	return Validators{}, nil, false
}

// PutPage stores the newest copy of a landing page with its validators, to
// spare the publisher the next download. A landing page is not a document: only
// its newest copy is kept, and only if the server gave validators.
func (a *Archive) PutPage(body []byte, s Sighting) error {
	if s.ETag == "" && s.LastModified == "" {
		return nil
	}
	h := header{URL: s.answered(), ETag: s.ETag, LastModified: s.LastModified}
	if err := a.writeCached(addressName(pagesDir, h.URL), h, body); err != nil {
		return fmt.Errorf("archive: %s: %w", h.URL, err)
	}
	return nil
}

// setValidators stores the validators of a document's address.
func (a *Archive) setValidators(s Sighting) error {
	h := header{URL: s.answered(), SHA256: s.SHA256, ETag: s.ETag, LastModified: s.LastModified, Body: Hash(nil)}
	if s.Mirror != "" || h.ETag == "" && h.LastModified == "" {
		return nil
	}
	var old header
	if _, ok := a.readCached(addressName(validatorsDir, h.URL), &old); ok && old == h {
		return nil
	}
	return a.writeCached(addressName(validatorsDir, h.URL), h, nil)
}

func addressName(dir, url string) string {
	return filepath.Join(dir, Hash([]byte(url))[:32])
}

// header is the first line of a file in readings, validators and pages. Body is
// the SHA-256 of what follows it.
type header struct {
	URL          string `json:"url,omitempty"`
	SHA256       string `json:"sha256,omitempty"`
	Version      string `json:"version,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Body         string `json:"body"`
}

func (a *Archive) readCached(name string, h *header) ([]byte, bool) {
	if a.dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		return nil, false
	}
	return parseCached(data, h)
}

func parseCached(data []byte, h *header) ([]byte, bool) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok || json.Unmarshal(head, h) != nil || h.Body != Hash(body) {
		return nil, false
	}
	return body, true
}

func (a *Archive) writeCached(name string, h header, body []byte) error {
	h.Body = Hash(body)
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return a.write(name, append(append(head, '\n'), body...))
}
