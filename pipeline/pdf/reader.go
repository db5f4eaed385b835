package pdf

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

const (
	// memoryPages is the memory of one sandbox in pages of 64 KiB: 64 MB. The
	// largest need over 5,182 public test PDFs was 51 MB.
	memoryPages = 1024
	// maxSandboxes is how many may exist at once. A page that PDFium is still
	// busy with after the deadline keeps its sandbox until PDFium returns, and
	// must not keep the next documents from being read.
	maxSandboxes = 4
)

// A Reader reads PDFs. It may be used by several goroutines. Every document
// gets a fresh sandbox, so that none can touch the reading of another.
type Reader struct {
	cacheDir string
	start    chan struct{} // holds one token: whoever has it may start or stop PDFium

	mu   sync.Mutex // guards what follows
	pool pdfium.Pool
	busy int // sandboxes in use
	shut bool
}

// NewReader returns a Reader that keeps PDFium compiled for this machine in a
// folder, which makes every start but the first quick; "" keeps nothing. The
// folder must be the user's own: its files are run as code. It starts nothing.
func NewReader(cacheDir string) *Reader {
	r := &Reader{cacheDir: cacheDir, start: make(chan struct{}, 1)}
	r.start <- struct{}{}
	return r
}

// Start starts PDFium unless it runs. Read does so too; who counts the time of
// a reading calls Start first. It returns early when the context is done.
func (r *Reader) Start(ctx context.Context) error {
	select {
	case <-r.start:
	case <-ctx.Done():
		return ctx.Err()
	}
	started := make(chan error, 1)
	go func() {
		defer func() { r.start <- struct{}{} }()
		started <- r.compile()
	}()
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// compile compiles PDFium or takes it from the folder of compiled code.
func (r *Reader) compile() error {
	r.mu.Lock()
	pool, shut := r.pool, r.shut
	r.mu.Unlock()
	if shut {
		return &Error{Reason: ErrClosed}
	}
	if pool != nil {
		return nil
	}
	cache := wazero.NewCompilationCache()
	if r.cacheDir != "" && os.MkdirAll(r.cacheDir, 0o700) == nil {
		if kept, err := wazero.NewCompilationCacheWithDir(r.cacheDir); err == nil {
			cache = kept
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context:  experimental.WithCompilationWorkers(context.Background(), 2),
		MaxTotal: maxSandboxes,
		FSConfig: wazero.NewFSConfig(), // no file of this machine
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(memoryPages).
			WithCompilationCache(cache),
	})
	if err != nil {
		return fail(ErrStart, "%v", oneLine(err))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pool = pool
	return nil
}

// Close stops PDFium. A sandbox that PDFium is still busy in is left to the end
// of the program. A closed Reader reads nothing.
func (r *Reader) Close() error {
	<-r.start
	defer func() { r.start <- struct{}{} }()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = true
	if r.pool == nil || r.busy > 0 {
		return nil
	}
	pool := r.pool
	r.pool = nil
	return pool.Close()
}

// Read reads a PDF. Its errors are those of the context, or an *Error. Title
// and date are set beside an error where the file got that far.
//
// When the context is done Read returns at once. PDFium itself cannot be
// stopped within a page: the reading ends by itself after the page, in a
// sandbox that reaches nothing.
func (r *Reader) Read(ctx context.Context, body []byte) (Document, error) {
	if err := r.Start(ctx); err != nil {
		return Document{}, err
	}
	r.mu.Lock()
	pool := r.pool
	r.busy++
	r.mu.Unlock()
	type result struct {
		doc Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			r.mu.Lock()
			r.busy--
			r.mu.Unlock()
		}()
		var res result
		res.doc, res.err = readIn(ctx, pool, body)
		done <- res
	}()
	select {
	case res := <-done:
		if ctx.Err() != nil {
			return res.doc, ctx.Err()
		}
		return res.doc, res.err
	case <-ctx.Done():
		return Document{}, ctx.Err()
	}
}

// readIn reads a PDF in a sandbox of its own.
func readIn(ctx context.Context, pool pdfium.Pool, body []byte) (Document, error) {
	if pool == nil {
		return Document{}, &Error{Reason: ErrClosed}
	}
	in, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return Document{}, fail(ErrStart, "%v", oneLine(err))
	}
	defer in.Close()
	doc, err := record(ctx, in, body)
	var e *Error
	switch {
	case err == nil || errors.As(err, &e):
		return doc, err
	case isMemory(err):
		return doc, fail(ErrTooLarge, "it needs more than %d MB of memory to read", memoryPages/16)
	}
	return doc, fail(ErrDamaged, "%v", oneLine(err))
}

// isMemory reports whether PDFium gave up because its memory was used up,
// which it does by running into an instruction that ends the sandbox.
func isMemory(err error) bool { return strings.Contains(err.Error(), "wasm error: unreachable") }

// oneLine cuts what a sandbox reports down to its first line.
func oneLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}
