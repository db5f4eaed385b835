// Package extract reads documents: the bytes of a PDF or an HTML page go in,
// the exact tables of reports per provider come out, each row with its page
// and place.
//
// It reads exactly or says why not. Nothing is guessed, filled in or corrected:
// a column without a header that names it, lines that make rows in two
// ways, or two readings that differ end in an error or in a Finding of
// severity Fail, so that the figures are never published as verified.
package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// Version names this reader. Results kept by document hash carry it, and are
// read anew when it has changed.
const Version = "11"

// MaxBytes is the most bytes a document may have. Real ones have 733 KB.
const MaxBytes = 16 << 20

// Result is what a document holds.
type Result struct {
	Tables   []pipeline.Table // one a year; never empty where Read returns no error
	Findings []pipeline.Finding
	Dated    time.Time // when the file says it was last changed or made; zero if it does not
	Title    string    // the title in the file's metadata; "" if none
	Kind     string    // "pdf" or "html"; "" if neither
	Sister   string    // for ErrSister, what the document is instead: "by country", "by state", "notifications"
}

// Reasons why no table can be had. Every error wraps one of them, or is
// that of a context that was cancelled.
var (
	ErrNotDocument = errors.New("neither a PDF nor an HTML page")
	ErrEmpty       = errors.New("empty file")
	ErrTruncated   = pdf.ErrTruncated
	ErrDamaged     = pdf.ErrDamaged
	ErrPassword    = pdf.ErrPassword
	ErrTooLarge    = pdf.ErrTooLarge
	ErrTimeout     = errors.New("reading took too long")
	ErrNoText      = errors.New("no text")
	ErrNoTable     = errors.New("no table of reports by provider")
	ErrSister      = errors.New("sister document")
	ErrPDFium      = pdf.ErrStart
	ErrClosed      = pdf.ErrClosed
)

func fail(reason error, format string, args ...any) error {
	return fmt.Errorf("%w: %s", reason, fmt.Sprintf(format, args...))
}

// Parallel is how many documents a Reader reads at the same time; more callers
// wait.
const Parallel = 2

// A Reader reads documents. It may be used by several goroutines.
type Reader struct {
	timeout time.Duration // of one document; starting PDFium does not count
	pdf     *pdf.Reader
	turn    chan struct{} // one token for each document that may be read at the same time
}

// New returns a Reader that keeps PDFium compiled for this machine in the user's
// cache folder; see pdf.NewReader. It starts nothing.
func New() *Reader {
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "espfigures")
	}
	return newReader(dir, 10*time.Second)
}

func newReader(cacheDir string, timeout time.Duration) *Reader {
	return &Reader{timeout: timeout, pdf: pdf.NewReader(cacheDir), turn: make(chan struct{}, Parallel)}
}

// Close stops PDFium. A closed Reader reads no PDF.
func (r *Reader) Close() error { return r.pdf.Close() }

// Read reads a document. The name is for messages only. Of the Content-Type under
// which it came, "" where nobody knows, only the charset of an HTML page counts.
func (r *Reader) Read(ctx context.Context, name, contentType string, body []byte) (Result, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	res, err := r.read(ctx, name, contentType, body)
	if err != nil && ctx.Err() == nil && name != "" {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return res, err
}

func (r *Reader) read(ctx context.Context, name, contentType string, body []byte) (Result, error) {
	head := body[:min(len(body), 1024)]
	switch {
	case len(body) == 0:
		return Result{}, ErrEmpty
	case len(body) > MaxBytes:
		return Result{}, fail(ErrTooLarge, "%d bytes, at most %d are read", len(body), MaxBytes)
	case bytes.Contains(head, []byte("%PDF-")):
		return r.readPDF(ctx, name, body)
	}
	if looksHTML(body) {
		return r.within(ctx, func(ctx context.Context) (Result, error) { return readHTML(ctx, name, contentType, body) })
	}
	return Result{}, ErrNotDocument
}

// within runs a reading within the time that one document may take.
func (r *Reader) within(ctx context.Context, read func(context.Context) (Result, error)) (Result, error) {
	timed, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	res, err := read(timed)
	switch {
	case ctx.Err() != nil:
		return res, ctx.Err()
	case err != nil && timed.Err() != nil:
		return res, fail(ErrTimeout, "more than %v", r.timeout)
	}
	return res, err
}

func (r *Reader) readPDF(ctx context.Context, name string, body []byte) (Result, error) {
	res := Result{Kind: "pdf"}
	process, err := r.pdf.Open(ctx)
	if err != nil {
		return res, err
	}
	defer process.Close()
	return r.within(ctx, func(ctx context.Context) (Result, error) {
		doc, err := process.Read(ctx, body)
		if err != nil {
			res.Title, res.Dated = doc.Title, doc.Dated
			return res, err
		}
		res, err := readPages(ctx, name, doc)
		if err != nil || len(doc.Repairs) == 0 {
			return res, err
		}
		return repaired(name, doc, res)
	})
}

// repaired returns what was read of a file that had to be repaired: with a
// finding for each repair where the table proves itself, by its sum and by two
// readings that agree; else the repair is the reason why there is none.
func repaired(name string, doc pdf.Document, res Result) (Result, error) {
	if !proven(res) || slices.ContainsFunc(res.Tables, func(t pipeline.Table) bool { return len(t.Readings) < 2 }) {
		return Result{Kind: res.Kind, Title: res.Title, Dated: res.Dated}, fail(ErrDamaged, "%s, and no total and second reading confirm what it holds", doc.Repairs[0])
	}
	for _, repair := range doc.Repairs {
		res.Findings = append(res.Findings, pipeline.Finding{Code: pipeline.UnreadableText, Severity: pipeline.Note, Document: name, What: "the file was repaired: " + repair})
	}
	return res, nil
}
