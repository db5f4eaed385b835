package archive

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
)

// CachedReading returns what a reader of the named version read from a document
// and cached. Data that changed on disk do not count.
func (a *Archive) CachedReading(sha, reader string) ([]byte, bool) {
	return a.cached(readingsDir, sha+"\n"+reader)
}

// CacheReading caches what a reader of the named version read from a document,
// so that the next run need not read it again. Cached data may be deleted at
// any time.
func (a *Archive) CacheReading(sha, reader string, data []byte) error {
	return a.cache(readingsDir, sha+"\n"+reader, data)
}

// Validators are what a server gave to ask it later whether an address has
// changed, and what it called the bytes: an answer "not modified" need not say.
type Validators struct {
	ETag         string
	LastModified string
	ContentType  string
	SHA256       string // of the document they belong to; "" for a landing page
	Page         []byte // the landing page
}

// Condition returns the newest validators of an address that answered and the
// bytes they belong to. There are none if the bytes are missing or damaged: then
// the address must be asked without a condition.
func (a *Archive) Condition(url string) (v Validators, body []byte, ok bool) {
	data, ok := a.cached(validatorsDir, url)
	err := json.Unmarshal(data, &v)
	if body = v.Page; err == nil && v.SHA256 != "" {
		body, err = a.Body(v.SHA256)
	}
	if !ok || err != nil {
		return Validators{}, nil, false
	}
	return v, body, true
}

// PutPage stores the newest copy of a landing page with its validators, to
// spare the publisher the next download. A landing page is not a document: only
// its newest copy is kept, and only if the server gave validators.
func (a *Archive) PutPage(body []byte, s Sighting) error {
	return a.keepValidators(s, Validators{Page: body})
}

// keepValidators keeps the validators of the address that answered, if there are
// any and they are new.
func (a *Archive) keepValidators(s Sighting, v Validators) error {
	v.ETag, v.LastModified, v.ContentType = s.ETag, s.LastModified, s.ContentType
	data, err := json.Marshal(v)
	old, _ := a.cached(validatorsDir, s.answered())
	if err != nil || v.ETag == "" && v.LastModified == "" || bytes.Equal(old, data) {
		return err
	}
	return a.cache(validatorsDir, s.answered(), data)
}

// cached returns what was cached under a key, if it is there and whole.
func (a *Archive) cached(dir, key string) ([]byte, bool) {
	file, err := fs.ReadFile(a.files, cachedName(dir, key))
	sum, data, _ := bytes.Cut(file, []byte("\n"))
	return data, err == nil && string(sum) == Hash([]byte(key+"\n"+string(data)))
}

func (a *Archive) cache(dir, key string, data []byte) error {
	sum := Hash([]byte(key + "\n" + string(data)))
	return a.write(cachedName(dir, key), append([]byte(sum+"\n"), data...))
}

func cachedName(dir, key string) string { return path.Join(dir, Hash([]byte(key))[:32]) }
