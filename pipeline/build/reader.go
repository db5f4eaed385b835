package build

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"strings"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/extract"
)

// A Reader reads documents, each once: what it read, or why it could not, is
// kept in the archive by hash and version of the reader.
type Reader struct {
	archive *archive.Archive
	reader  *extract.Reader
	// Retry reads documents again that failed before. Commands that only
	// answer do not: a hostile file would cost each of them its deadline.
	Retry bool
}

// NewReader returns a reader that keeps its readings in the archive. Close it.
func NewReader(arch *archive.Archive) *Reader {
	return &Reader{archive: arch, reader: extract.New()}
}

// Close stops PDFium.
func (r *Reader) Close() error { return r.reader.Close() }

// Read returns what a document of the archive says that came under a content
// type.
func (r *Reader) Read(ctx context.Context, doc pipeline.Document, contentType string) (extract.Result, error) {
	return r.read(ctx, doc.SHA256, doc.Name, contentType, nil)
}

// HasTable reports whether the bytes of a web page print a table of reports by
// ESP, so that the page itself is a document.
func (r *Reader) HasTable(ctx context.Context, contentType string, body []byte) bool {
	res, err := r.read(ctx, archive.Hash(body), "page", contentType, body)
	return err == nil && len(res.Tables) > 0
}

// A keptReading is what the archive keeps of a document. It is the error of an
// earlier reading where that failed.
type keptReading struct {
	extract.Result
	Failed string `json:",omitempty"` // why it cannot be read; "" where it was read
	Sister bool   `json:",omitempty"` // it failed as a sister document
}

func (k keptReading) Error() string        { return k.Failed }
func (k keptReading) Is(target error) bool { return k.Sister && target == extract.ErrSister }

// read reads a body; nil is that of a document of the archive.
func (r *Reader) read(ctx context.Context, sha, name, contentType string, body []byte) (extract.Result, error) {
	// The same bytes say another thing in another charset.
	_, params, _ := mime.ParseMediaType(contentType)
	version := strings.TrimSpace(extract.Version + " " + strings.ToLower(params["charset"]))
	var k keptReading
	if data, ok := r.archive.CachedReading(sha, version); ok && json.Unmarshal(data, &k) == nil {
		switch {
		case k.Failed == "":
			return k.Result, nil
		case !r.Retry || body != nil:
			return k.Result, k
		}
	}
	if body == nil {
		var err error
		if body, err = r.archive.Body(sha); err != nil {
			return extract.Result{}, err
		}
	}
	res, err := r.reader.Read(ctx, name, contentType, body)
	if ctx.Err() != nil || errors.Is(err, extract.ErrPDFium) {
		return res, err // says nothing about the document
	}
	k = keptReading{Result: res}
	if err != nil {
		k.Failed, k.Sister = err.Error(), errors.Is(err, extract.ErrSister)
	}
	if data, jsonErr := json.Marshal(k); jsonErr == nil {
		// Keeping a reading only saves time: an archive that cannot be written
		// (read-only, full) must not stop a run that has what it needs.
		_ = r.archive.CacheReading(sha, version, data)
	}
	return res, err
}
