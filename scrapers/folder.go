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
		if strings.HasPrefix(f.Name(), ".") {
			continue
		}
		s := archive.Sighting{Asked: "file:" + url.PathEscape(f.Name()), Retrieved: now, Why: "saved by hand", ContentType: "text/html"}
		body, err := readFile(filepath.Join(dir, f.Name()))
		switch {
		case err != nil:
		case isPDF(body):
			s.ContentType = "application/pdf"
			if !hasEnd(body, true) {
				err = errTruncated
			}
		case !isHTML(body, "") || !hasTable("text/html", body):
			err = errors.New("it is neither a PDF nor a web page with a table of reports by ESP")
		}
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
		if err != nil {
			found := pipeline.Finding{Code: pipeline.SourceSkipped, Severity: pipeline.Note, Document: f.Name(), What: fmt.Sprintf("%s was skipped: %v", f.Name(), err)}
			if isPDF(body) || strings.EqualFold(filepath.Ext(f.Name()), ".pdf") {
				found.Code, found.Severity = pipeline.SourceFault, pipeline.Warn
				nothing = append(nothing, found.What)
			}
			res.Findings = append(res.Findings, found)
			continue
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

// readFile reads a file that may be a document. Links are followed: a file that
// a user linked into the folder is meant.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("it is a folder inside the one named, and those are not opened")
	case !info.Mode().IsRegular() || info.Size() > maxDecoded:
		return nil, fmt.Errorf("it is no file of at most %s", size(maxDecoded))
	}
	return os.ReadFile(path)
}
