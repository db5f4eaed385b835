package scrapers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/archive"
)

// TakeFolder puts the documents of a folder into the archive: PDFs, and web
// pages that print a table. It is for a user whose network is blocked and who
// saved them with a browser. Names do not matter, and other files are passed
// over with a note; with a warning where the name or the first bytes say PDF,
// as whoever put it there meant it. Folders inside are not opened: a note names
// each.
//
// The address of such a document is "file:NAME". now is the moment it counts
// as retrieved. The error is ErrNothingFound if the folder holds no document.
func TakeFolder(ctx context.Context, dir string, a *archive.Archive, hasTable func([]byte) bool, now time.Time) (*Result, error) {
	res := &Result{}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return res, fmt.Errorf("%s: a file, not a folder of documents", dir)
	}
	files, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return res, err
	}
	limits := Limits{}.withDefaults()
	folders := 0
	var refused []string // files that call themselves PDF, with the reason
	for _, f := range files {
		if ctx.Err() != nil {
			return res, context.Cause(ctx)
		}
		// Follow links: a file that a user linked into the folder is meant.
		name := f.Name()
		path := filepath.Join(dir, name)
		info, err := os.Stat(path)
		why := ""
		var body []byte
		switch {
		case err != nil:
			why = err.Error()
		case strings.HasPrefix(name, "."):
			continue
		case info.IsDir():
			folders++
			res.Findings = append(res.Findings, pipeline.Finding{
				Code: pipeline.SourceSkipped, Severity: pipeline.Note, Document: name,
				What: fmt.Sprintf("%s was passed over: it is a folder inside the one named, and such are not opened", name),
			})
			continue
		case !info.Mode().IsRegular():
			why = "it is no ordinary file"
		case info.Size() > limits.MaxDecoded:
			why = fmt.Sprintf("it is larger than %s", size(int(limits.MaxDecoded)))
		default:
			if body, err = os.ReadFile(path); err != nil {
				why = err.Error()
			}
		}
		address := "file:" + url.PathEscape(name)
		s := archive.Sighting{Asked: address, Retrieved: now, Why: "saved by hand"}
		switch {
		case why != "":
		case isPDF(body) && !endsPDF(body):
			why = errTruncated.Error()
		case isPDF(body):
			s.Dated, s.ContentType = innerDate(body), "application/pdf"
		case isHTML(body, "") && hasTable != nil && hasTable(body):
			s.ContentType = "text/html"
		default:
			why = "it is neither a PDF nor a web page with a table of reports per ESP"
			if len(body) == 0 {
				why = "it is empty"
			}
		}
		if why != "" {
			finding := pipeline.Finding{
				Code: pipeline.SourceSkipped, Severity: pipeline.Note, Document: name, What: fmt.Sprintf("%s was passed over: %s", name, why),
			}
			if isPDF(body) || strings.EqualFold(filepath.Ext(name), ".pdf") {
				finding.Code, finding.Severity = pipeline.SourceFault, pipeline.Warn
				refused = append(refused, fmt.Sprintf("%s: %s", name, why))
			}
			res.Findings = append(res.Findings, finding)
			res.Tried = append(res.Tried, Attempt{URL: address, Err: errors.New(why)})
			continue
		}
		held, fresh, err := a.Put(body, s)
		if err != nil {
			return res, err
		}
		if fresh {
			res.New++
		}
		res.Found = append(res.Found, Candidate{URL: address, Why: s.Why})
		res.Tried = append(res.Tried, Attempt{URL: address, Seen: "a document of " + size(len(body))})
		if i := slices.IndexFunc(res.Documents, func(h archive.Held) bool { return h.SHA256 == held.SHA256 }); i >= 0 {
			res.Documents[i] = held // the same document under another name
			continue
		}
		res.Documents = append(res.Documents, held)
	}
	if len(res.Documents) == 0 {
		beside := ""
		if folders > 0 {
			beside = fmt.Sprintf("; folders inside it that were not opened: %d", folders)
		}
		n, count := len(files)-folders, "files"
		if n == 1 {
			count = "file"
		}
		if len(refused) > 0 {
			beside += "; " + strings.Join(refused, "; ")
		}
		return res, fmt.Errorf("%w in %s (%d %s%s)", ErrNothingFound, dir, n, count, beside)
	}
	return res, nil
}
