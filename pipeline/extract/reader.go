package extract

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
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

	free chan *engine

	mu     sync.Mutex // guards what follows, and lets one engine compile at a time
	cache  wazero.CompilationCache
	closed bool
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
	r := &Reader{timeout: 10 * time.Second, pages: 1024, free: make(chan *engine, Parallel)}
	if dir, err := os.UserCacheDir(); err == nil {
		r.cacheDir = filepath.Join(dir, "espfigures")
	}
	for _, o := range opts {
		o(r)
	}
	for range Parallel {
		r.free <- &engine{}
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
	var errs []error
	for range Parallel {
		e := <-r.free
		errs = append(errs, e.stop())
		r.free <- e
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cache != nil {
		errs = append(errs, r.cache.Close(context.Background()))
	}
	return errors.Join(errs...)
}

// An engine is one PDFium, compiled and ready, or not started.
type engine struct {
	pool   pdfium.Pool
	cancel context.CancelFunc // stops whatever it is doing
	memory sandboxMemory
}

func (e *engine) stop() error {
	if e.pool == nil {
		return nil
	}
	e.cancel()
	err := e.pool.Close()
	e.pool, e.cancel = nil, nil
	return err
}

// start makes the engine ready.
func (r *Reader) start(e *engine) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return &Error{Reason: ErrClosed}
	}
	if e.pool != nil {
		return nil
	}
	if r.cache == nil {
		if r.cacheDir != "" {
			if err := os.MkdirAll(r.cacheDir, 0o700); err == nil {
				if c, err := wazero.NewCompilationCacheWithDir(r.cacheDir); err == nil {
					r.cache = c
				}
			}
		}
		if r.cache == nil {
			r.cache = wazero.NewCompilationCache() // nothing can be kept
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	pool, err := webassembly.Init(webassembly.Config{
		Context:  experimental.WithMemoryAllocator(experimental.WithCompilationWorkers(ctx, 2), &e.memory),
		MaxIdle:  0,
		MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // no file of this machine
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(r.pages).
			WithCloseOnContextDone(true).
			WithCompilationCache(r.cache),
	})
	if err != nil {
		cancel()
		return fail(ErrPDFium, "%v", oneLine(err))
	}
	e.pool, e.cancel = pool, cancel
	return nil
}

// open records what the pages of a PDF draw.
func (r *Reader) open(ctx context.Context, body []byte) (sheet, time.Time, error) {
	var e *engine
	select {
	case e = <-r.free:
	case <-ctx.Done():
		return sheet{}, time.Time{}, ctx.Err()
	}
	defer func() { r.free <- e }()
	if err := r.start(e); err != nil {
		return sheet{}, time.Time{}, err
	}
	timed, cancel := context.WithTimeoutCause(ctx, r.timeout, ErrTimeout)
	defer cancel()
	stop := context.AfterFunc(timed, e.cancel)
	defer stop()
	sh, dated, err := record(timed, e.pool, body)
	if err != nil {
		// Whatever went wrong, what it left behind is not used again.
		_ = e.stop()
		// Its compiled code, 20 MB outside the collector's sight, goes only
		// when the collector runs: bombs in a row must not pile it up.
		runtime.GC()
		if timed.Err() != nil {
			if ctx.Err() != nil {
				return sh, dated, ctx.Err()
			}
			return sh, dated, fail(ErrTimeout, "more than %v", r.timeout)
		}
	}
	return sh, dated, err
}
