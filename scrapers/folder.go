package scrapers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// TakeFolder hands the documents of a folder to take: PDFs, and web pages that
// print a table. It is for a user whose network is blocked and who saved them
// with a browser. Names do not matter. Other files are skipped with a note, or
// with a warning if the name or the first bytes say PDF, because whoever put
// it there meant it. Folders inside are not opened: a note names each.
//
// The address of such a document is "file:NAME". now is the moment it counts as
// retrieved. The error is ErrNothingFound if the folder has no document.
func TakeFolder(ctx context.Context, dir string, hasTable func(contentType string, body []byte) bool, now time.Time, take func(Fetched) error) (*Result, error) {
	res := &Result{}
	files, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return res, err
	}
	nothing := []string{fmt.Sprintf("files and folders in it: %d", len(files))} // and those that call themselves PDF, with the reason
	for _, f := range files {
		name := f.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		body, err := readDocument(filepath.Join(dir, name), hasTable)
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
		if err != nil {
			f := pipeline.Finding{Code: pipeline.SourceSkipped, Severity: pipeline.Note, Document: name, What: fmt.Sprintf("%s was skipped: %v", name, err)}
			if isPDF(body) || strings.EqualFold(filepath.Ext(name), ".pdf") {
				f.Code, f.Severity = pipeline.SourceFault, pipeline.Warn
				nothing = append(nothing, f.What)
			}
			res.Findings = append(res.Findings, f)
			continue
		}
		s := archive.Sighting{Asked: "file:" + url.PathEscape(name), Retrieved: now, Why: "saved by hand", ContentType: "text/html"}
		if isPDF(body) {
			s.ContentType = "application/pdf"
		}
		if err := take(Fetched{Body: body, Sighting: s}); err != nil {
			return res, err
		}
		res.add(archive.Hash(body))
	}
	if len(res.Documents) == 0 {
		return res, fmt.Errorf("%w in %s (%s)", ErrNothingFound, dir, strings.Join(nothing, "; "))
	}
	return res, nil
}

// readDocument reads a file and returns an error that says why it is not a
// document. The bytes are returned with the error. Links are followed: a file
// that a user linked into the folder is meant.
func readDocument(path string, hasTable func(contentType string, body []byte) bool) (body []byte, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a folder inside the one named, and those are not opened")
	case !info.Mode().IsRegular() || info.Size() > maxDecoded:
		return nil, fmt.Errorf("it is no file of at most %s", size(maxDecoded))
	}
	body, err = os.ReadFile(path)
	switch {
	case err != nil:
		return nil, err
	case isPDF(body) && !hasEndMark(body):
		return body, errTruncated
	case !isPDF(body) && !(isHTML(body, "") && hasTable("text/html", body)):
		return body, errors.New("it is neither a PDF nor a web page with a table of reports by ESP")
	}
	return body, nil
}
