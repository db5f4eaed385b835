package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
)

// CachedReading returns what a reader of the named version read from a document
// and cached. Data that changed on disk do not count.
func (a *Archive) CachedReading(sha, reader string) ([]byte, bool) {
	h, body := a.readCached(cachedName(readingsDir, sha+"\n"+reader))
	return body, h.SHA256 == sha && h.Version == reader
}

// CacheReading caches what a reader of the named version read from a document,
// so that the next run need not read it again. Cached data may be deleted at
// any time.
func (a *Archive) CacheReading(sha, reader string, data []byte) error {
	if err := a.writeCached(cachedName(readingsDir, sha+"\n"+reader), header{SHA256: sha, Version: reader}, data); err != nil {
		return fmt.Errorf("archive: cache the reading of %s: %w", sha, err)
	}
	return nil
}

// Validators are what a server gave to ask it later whether an address has
// changed, and what it called the bytes: an answer "not modified" need not say.
type Validators struct {
	ETag         string
	LastModified string
	ContentType  string
}

// Condition returns the newest validators of an address that answered and the
// bytes they belong to. There are none if the bytes are missing or damaged: then
// the address must be asked without a condition.
func (a *Archive) Condition(url string) (v Validators, body []byte, ok bool) {
	h, body := a.readCached(cachedName(validatorsDir, url))
	if h.URL != url {
		return v, nil, false
	}
	if h.SHA256 != "" {
		var err error
		if body, err = a.read(h.SHA256); err != nil {
			return v, nil, false
		}
	}
	return Validators{h.ETag, h.LastModified, h.ContentType}, body, true
}

// PutPage stores the newest copy of a landing page with its validators, to
// spare the publisher the next download. A landing page is not a document: only
// its newest copy is kept, and only if the server gave validators.
func (a *Archive) PutPage(body []byte, s Sighting) error {
	return a.keepValidators(header{URL: s.answered(), ETag: s.ETag, LastModified: s.LastModified, ContentType: s.ContentType}, body)
}

// keepValidators keeps the validators of an address, if there are any and they
// are new, with the bytes of a landing page.
func (a *Archive) keepValidators(h header, page []byte) error {
	h.Body = Hash(page)
	name := cachedName(validatorsDir, h.URL)
	if old, _ := a.readCached(name); h.ETag == "" && h.LastModified == "" || old == h {
		return nil
	}
	if err := a.writeCached(name, h, page); err != nil {
		return fmt.Errorf("archive: %s: %w", h.URL, err)
	}
	return nil
}

// header is the first line of a file in readings and validators. Body is the
// SHA-256 of what follows it.
type header struct {
	URL          string `json:"url,omitempty"`
	SHA256       string `json:"sha256,omitempty"`
	Version      string `json:"version,omitempty"`
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	ContentType  string `json:"content_type,omitempty"`
	Body         string `json:"body"`
}

func cachedName(dir, key string) string { return path.Join(dir, Hash([]byte(key))[:32]) }

// readCached returns the zero header for what is not there, or not whole.
func (a *Archive) readCached(name string) (header, []byte) {
	data, err := fs.ReadFile(a.files, name)
	if err != nil {
		return header{}, nil
	}
	return parseCached(data)
}

func parseCached(data []byte) (h header, body []byte) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	if !ok || json.Unmarshal(head, &h) != nil || h.Body != Hash(body) {
		return header{}, nil
	}
	return h, body
}

func (a *Archive) writeCached(name string, h header, body []byte) error {
	h.Body = Hash(body)
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return a.write(name, append(append(head, '\n'), body...))
}
