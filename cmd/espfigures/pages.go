package main

import (
	"bytes"
	"context"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
	"espfigures/pipeline/extract"
)

// pageName names, in messages, a page that is looked at for a table.
const pageName = "page"

// hasTable returns what reports whether a web page itself prints a table of
// reports by ESP, so that the page is a document. A page that the archive keeps
// a reading of does. The reading of another is kept for its turn to be read as
// a document. arch may be nil.
func (a *app) hasTable(arch *archive.Archive) func(body []byte) bool {
	return func(body []byte) bool {
		if !mayHoldTable(body) {
			return false
		}
		sha := archive.Hash(body)
		if arch != nil {
			if data, ok := arch.CachedReading(sha, extract.Version); ok {
				if res, err := decodeReading(data); err == nil && len(res.Tables) > 0 {
					return true
				}
			}
		}
		reader := extract.New()
		defer reader.Close()
		res, err := reader.Read(context.Background(), pageName, body)
		if err != nil || len(res.Tables) == 0 {
			return false
		}
		a.read.Store(sha, res)
		return true
	}
}

// mayHoldTable reports whether there is a table element in a page at all. In
// every encoding that a page may have, its tag stands there in ASCII letters,
// but for those in which letters have two bytes.
func mayHoldTable(body []byte) bool {
	if bytes.IndexByte(body, 0) >= 0 {
		return true
	}
	const tag = "table"
	for {
		at := bytes.IndexByte(body, '<')
		if at < 0 {
			return false
		}
		body = body[at+1:]
		if len(body) >= len(tag) && bytes.EqualFold(body[:len(tag)], []byte(tag)) {
			return true
		}
	}
}

// pageRead returns what hasTable read of a document, once.
func (a *app) pageRead(doc pipeline.Document) (extract.Result, bool) {
	v, ok := a.read.LoadAndDelete(doc.SHA256)
	if !ok {
		return extract.Result{}, false
	}
	res := v.(extract.Result)
	for i := range res.Findings {
		if res.Findings[i].Document == pageName {
			res.Findings[i].Document = doc.Name
		}
	}
	return res, true
}
