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
	"slices"
	"time"

	"espfigures/pipeline"
	"espfigures/pipeline/pdf"
)

// Version names this reader. Results kept by document hash carry it, and are
// read anew when it has changed.
const Version = "6"

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

// Reasons why no table can be had. An *Error wraps one of them.
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

// An Error says why no table can be had from a document. errors.Is finds the
// reason among the Err values of this package.
type Error struct {
	Name   string // of the document
	Reason error
	Detail string // one line; "" where the reason says it all
}

func (e *Error) Error() string {
	s := e.Reason.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

func (e *Error) Unwrap() error { return e.Reason }

func fail(reason error, format string, args ...any) error {
	return &Error{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// Read reads a document. The name is for messages only. Every error is an
// *Error, except that of a context that was cancelled.
func (r *Reader) Read(ctx context.Context, name string, body []byte) (Result, error) {
	return r.ReadAs(ctx, name, "", body)
}

// ReadAs reads a document that came with a Content-Type header. Of that header
// only the charset of an HTML page counts.
func (r *Reader) ReadAs(ctx context.Context, name, contentType string, body []byte) (Result, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	res, err := r.read(ctx, name, contentType, body)
	var e *Error
	if errors.As(err, &e) {
		e.Name = name
	}
	return res, err
}

func (r *Reader) read(ctx context.Context, name, contentType string, body []byte) (Result, error) {
	head := body[:min(len(body), 1024)]
	switch {
	case len(body) == 0:
		return Result{}, &Error{Reason: ErrEmpty}
	case len(body) > MaxBytes:
		return Result{}, fail(ErrTooLarge, "%d bytes, at most %d are read", len(body), MaxBytes)
	case bytes.Contains(head, []byte("%PDF-")):
		return r.readPDF(ctx, name, body)
	}
	if looksHTML(body) {
		return r.within(ctx, func(ctx context.Context) (Result, error) { return readHTML(ctx, name, contentType, body) })
	}
	return Result{}, &Error{Reason: ErrNotDocument}
}

// readPDF reads the tables of a PDF.
func (r *Reader) readPDF(ctx context.Context, name string, body []byte) (Result, error) {
	res := Result{Kind: "pdf"}
	process, err := r.pdf.Open(ctx)
	if err != nil {
		return res, fromPDF(err)
	}
	defer process.Close()
	return r.within(ctx, func(ctx context.Context) (Result, error) {
		doc, err := process.Read(ctx, body)
		if err != nil {
			res.Title, res.Dated = doc.Title, doc.Dated
			return res, fromPDF(err)
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

// fromPDF makes an error of package pdf one of this package.
func fromPDF(err error) error {
	var e *pdf.Error
	if errors.As(err, &e) {
		return &Error{Reason: e.Reason, Detail: e.Detail}
	}
	return err
}
