package extract

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"espfigures/pipeline/pdf"
)

// Parallel is how many documents a Reader reads at the same time; more callers
// wait.
const Parallel = 2

// A Reader reads documents. It may be used by several goroutines.
type Reader struct {
	cacheDir string
	timeout  time.Duration
	pdf      *pdf.Reader
	turn     chan struct{} // one token for each document that may be read at the same time
}

// An Option changes how a Reader works.
type Option func(*Reader)

// CacheDir sets the folder that keeps PDFium compiled for this machine; see
// pdf.NewReader. The default is espfigures in the user's cache folder.
func CacheDir(dir string) Option { return func(r *Reader) { r.cacheDir = dir } }

// Timeout sets the time one document may take, 10 seconds by default. Starting
// PDFium does not count.
func Timeout(d time.Duration) Option { return func(r *Reader) { r.timeout = d } }

// New returns a Reader. It starts nothing.
func New(opts ...Option) *Reader {
	r := &Reader{timeout: 10 * time.Second, turn: make(chan struct{}, Parallel)}
	if dir, err := os.UserCacheDir(); err == nil {
		r.cacheDir = filepath.Join(dir, "espfigures")
	}
	for _, o := range opts {
		o(r)
	}
	r.pdf = pdf.NewReader(r.cacheDir)
	return r
}

// Close stops PDFium. A closed Reader reads no PDF.
func (r *Reader) Close() error { return r.pdf.Close() }

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
