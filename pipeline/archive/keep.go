package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Kept returns what was read from a version by a reader of the named version
// and kept. Data that changed on disk counts as not kept.
func (a *Archive) Kept(sha, version string) ([]byte, bool) {
	var k kept
	body, ok := a.readKept(readingName(sha, version), &k)
	return body, ok && k.SHA256 == sha && k.Version == version
}

// Keep keeps what a reader of the named version read from a version of a
// document, so that the next run need not read it again. Kept data are no
// source: they may be deleted at any time.
func (a *Archive) Keep(sha, version string, data []byte) error {
	if err := a.writeKept(readingName(sha, version), kept{SHA256: sha, Version: version}, data); err != nil {
		return fmt.Errorf("archive: keep the reading of %s: %w", sha, err)
	}
	return nil
}

func readingName(sha, version string) string {
	return filepath.Join(readingsDir, Hash([]byte(sha + "\n" + version))[:32])
}

// Validators are what a server gave to ask it later whether a document has
// changed.
type Validators struct {
	SHA256       string // of the bytes they belong to
	ETag         string
	LastModified string
}

// Validators returns the newest validators of an address that answered, and
// the bytes they belong to. There are none when the bytes are missing or
// damaged: then the document must be fetched without a condition.
func (a *Archive) Validators(url string) (Validators, []byte, bool) {
	var k kept
	if _, ok := a.readKept(addressName(validatorsDir, url), &k); !ok || k.URL != url || k.ETag == "" && k.LastModified == "" {
		return Validators{}, nil, false
	}
	body, err := a.read(k.SHA256)
	if err != nil {
		return Validators{}, nil, false
	}
	return Validators{SHA256: k.SHA256, ETag: k.ETag, LastModified: k.LastModified}, body, true
}

// SetValidators keeps the validators of an address that answered.
func (a *Archive) SetValidators(url string, v Validators) error {
	var old kept
	if _, ok := a.readKept(addressName(validatorsDir, url), &old); ok && old.URL == url &&
		old.SHA256 == v.SHA256 && old.ETag == v.ETag && old.LastModified == v.LastModified {
		return nil
	}
	k := kept{URL: url, SHA256: v.SHA256, ETag: v.ETag, LastModified: v.LastModified}
	if err := a.writeKept(addressName(validatorsDir, url), k, nil); err != nil {
		return fmt.Errorf("archive: %s: %w", url, err)
	}
	return nil
}

// Page returns the newest copy of a landing page and its validators, if a
// copy was kept. A landing page is no document: only its newest copy is kept,
// to spare the publisher the next download.
func (a *Archive) Page(url string) (Validators, []byte, bool) {
	var k kept
	body, ok := a.readKept(addressName(pagesDir, url), &k)
	if !ok || k.URL != url {
		return Validators{}, nil, false
	}
	return Validators{SHA256: k.SHA256, ETag: k.ETag, LastModified: k.LastModified}, body, true
}

// SetPage keeps a landing page with its validators.
func (a *Archive) SetPage(url string, v Validators, body []byte) error {
	k := kept{URL: url, ETag: v.ETag, LastModified: v.LastModified}
	if err := a.writeKept(addressName(pagesDir, url), k, body); err != nil {
		return fmt.Errorf("archive: %s: %w", url, err)
	}
	return nil
}

func addressName(dir, url string) string {
	return filepath.Join(dir, Hash([]byte(url))[:32])
}

// kept is the first line of a file in readings, validators and pages. Body is
// the SHA-256 of what follows it.
type kept struct {
	URL          string `json:"url,omitempty"`
	SHA256       string `json:"sha256,omitempty"`
	Version      string `json:"version,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Body         string `json:"body"`
}

func (a *Archive) readKept(name string, k *kept) ([]byte, bool) {
	if a.dir == "" {
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(a.dir, name))
	if err != nil {
		return nil, false
	}
	return parseKept(data, k)
}

func parseKept(data []byte, k *kept) ([]byte, bool) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok || json.Unmarshal(head, k) != nil || k.Body != Hash(body) {
		return nil, false
	}
	return body, true
}

func (a *Archive) writeKept(name string, k kept, body []byte) error {
	k.Body = Hash(body)
	head, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return a.write(name, append(append(head, '\n'), body...))
}
