package extract

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
)

// Parallel is how many PDFs a Reader reads at the same time; more callers wait.
const Parallel = 2

// A Reader reads documents. It may be used by several goroutines. PDFium, which
// reads the PDFs, runs as WebAssembly in a sandbox that sees no files and no
// network, has at most MemoryPages of memory, and is stopped at the deadline.
// It is started by the first PDF. Every PDF gets a fresh instance, so that no
// document can touch the reading of another.
type Reader struct {
	cacheDir string
	timeout  time.Duration
	pages    uint32

	free chan *sandboxMemory // one for each PDF that may be read at the same time

	mu      sync.Mutex // guards what follows
	cache   wazero.CompilationCache
	sandbox *sandbox // nil until the first PDF
	closed  bool
}

// An Option changes how a Reader works.
type Option func(*Reader)

// CacheDir sets the folder that keeps PDFium compiled for this machine, which
// makes every start but the first quick. "" keeps nothing. The default is
// espfigures in the user's cache folder. Whoever can write to the folder can
// run code as the user: it must be the user's own.
func CacheDir(dir string) Option { return func(r *Reader) { r.cacheDir = dir } }

// Timeout sets the time one PDF may take, 10 seconds by default. Starting
// PDFium does not count.
func Timeout(d time.Duration) Option { return func(r *Reader) { r.timeout = d } }

// MemoryPages sets the memory of the sandbox for one PDF, in pages of 64 KiB;
// 1,024 (64 MiB) by default.
func MemoryPages(n uint32) Option { return func(r *Reader) { r.pages = n } }

// New returns a Reader. It starts nothing.
func New(opts ...Option) *Reader {
	r := &Reader{timeout: 10 * time.Second, pages: 1024, free: make(chan *sandboxMemory, Parallel)}
	if dir, err := os.UserCacheDir(); err == nil {
		r.cacheDir = filepath.Join(dir, "espfigures")
	}
	for _, o := range opts {
		o(r)
	}
	for range Parallel {
		r.free <- &sandboxMemory{}
	}
	return r
}

// Close stops PDFium, once the documents being read are done. A closed Reader
// reads no PDF.
func (r *Reader) Close() error {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil
	}
	r.closed = true
	r.mu.Unlock()
	for range Parallel {
		<-r.free
	}
	defer func() {
		for range Parallel {
			r.free <- &sandboxMemory{}
		}
	}()
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	if r.sandbox != nil {
		errs = append(errs, r.sandbox.close())
	}
	if r.cache != nil {
		errs = append(errs, r.cache.Close(context.Background()))
	}
	return errors.Join(errs...)
}

// start returns the sandbox, which the first caller compiles.
func (r *Reader) start() (*sandbox, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, &Error{Reason: ErrClosed}
	}
	if r.sandbox != nil {
		return r.sandbox, nil
	}
	kept := false
	if r.cache == nil {
		if r.cacheDir != "" {
			if err := os.MkdirAll(r.cacheDir, 0o700); err == nil {
				dropDamaged(r.cacheDir)
				if c, err := wazero.NewCompilationCacheWithDir(r.cacheDir); err == nil {
					r.cache, kept = c, true
				}
			}
		}
		if r.cache == nil {
			r.cache = wazero.NewCompilationCache() // nothing can be kept
		}
	}
	s, err := startSandbox(r.cache, r.pages)
	if err != nil && kept {
		// What is kept may be at fault.
		dropAll(r.cacheDir)
		_ = r.cache.Close(context.Background())
		r.cache, kept = wazero.NewCompilationCache(), false
		s, err = startSandbox(r.cache, r.pages)
	}
	if err != nil {
		return nil, fail(ErrPDFium, "%v", oneLine(err))
	}
	if kept {
		seal(r.cacheDir)
	}
	r.sandbox = s
	return s, nil
}

// open records what the pages of a PDF draw.
func (r *Reader) open(ctx context.Context, body []byte) (sheet, time.Time, error) {
	var mem *sandboxMemory
	select {
	case mem = <-r.free:
	case <-ctx.Done():
		return sheet{}, time.Time{}, ctx.Err()
	}
	defer func() { r.free <- mem }()
	s, err := r.start()
	if err != nil {
		return sheet{}, time.Time{}, err
	}
	timed, cancel := context.WithTimeoutCause(ctx, r.timeout, ErrTimeout)
	defer cancel()
	sh, dated, err := record(timed, s, mem, body)
	if err != nil && timed.Err() != nil {
		if ctx.Err() != nil {
			return sh, dated, ctx.Err()
		}
		return sh, dated, fail(ErrTimeout, "more than %v", r.timeout)
	}
	return sh, dated, err
}
