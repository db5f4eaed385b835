package pdf

import (
	"bufio"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// The environment of a child process.
const (
	childVariable = "ESPFIGURES_PDF_CHILD"
	cacheVariable = "ESPFIGURES_PDF_CACHE"
)

// Every program that links this package can be its own child, tests among them:
// with the variable set it reads documents from its standard input, and does
// nothing else.
func init() {
	if os.Getenv(childVariable) == "" {
		return
	}
	serve(os.Stdin, os.Stdout, os.Getenv(cacheVariable))
	os.Exit(0)
}

const (
	// memoryPages is the memory of one sandbox in pages of 64 KiB: 64 MB. The
	// largest need over 5,182 public test PDFs was 51 MB.
	memoryPages = 1024
	// longest is when a child gives up by itself, should its parent be gone.
	longest = 5 * time.Minute
)

// An answer is what a child says: that it is ready, and then of each document.
type answer struct {
	Document Document
	Error    string // it begins with one of the reasons; "" for none
	Broken   bool   // the sandbox broke down: the child is not to be used again
}

func (a answer) err() error {
	for _, reason := range reasons {
		if rest, is := strings.CutPrefix(a.Error, reason.Error()); is {
			return fmt.Errorf("%w%s", reason, rest)
		}
	}
	return nil
}

// serve says that it is ready, and then answers for each document that comes in
// until the parent wants no more.
func serve(in io.Reader, out io.Writer, cacheDir string) {
	hear, say := gob.NewDecoder(bufio.NewReader(in)), gob.NewEncoder(out)
	var a answer
	pool, err := start(cacheDir)
	if err != nil {
		a.Error = fail(ErrStart, "%s", oneLine(err)).Error()
	}
	for {
		var body []byte
		if say.Encode(a) != nil || hear.Decode(&body) != nil {
			return
		}
		giveUp := time.AfterFunc(longest, func() { os.Exit(1) })
		a = answer{}
		if a.Document, err = readIn(pool, body); err != nil {
			a.Error, a.Broken = reasoned(err).Error(), broke(err)
		}
		giveUp.Stop()
	}
}

// start compiles PDFium, or takes it from the folder of compiled code.
func start(cacheDir string) (pdfium.Pool, error) {
	cache := wazero.NewCompilationCache()
	if cacheDir != "" && os.MkdirAll(cacheDir, 0o700) == nil {
		if kept, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			cache = kept
		}
	}
	return webassembly.Init(webassembly.Config{
		Context:  experimental.WithCompilationWorkers(context.Background(), 2),
		MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), // no file of this machine
		Stdout:   io.Discard,
		Stderr:   io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().
			WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithMemoryLimitPages(memoryPages).
			WithCompilationCache(cache),
	})
}

// readIn reads a PDF in a sandbox of its own, so that no document can touch the
// reading of another.
func readIn(pool pdfium.Pool, body []byte) (Document, error) {
	body, repairs, err := intact(body)
	if err != nil {
		return Document{}, err
	}
	in, err := pool.GetInstance(time.Minute)
	if err != nil {
		return Document{}, fail(ErrStart, "%v", oneLine(err))
	}
	defer in.Close()
	doc, err := record(in, body)
	doc.Repairs = append(repairs, doc.Repairs...)
	return doc, err
}

// reasoned returns the error of a reading with its reason.
func reasoned(err error) error {
	switch {
	case known(err):
		return err
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return ErrPassword
	case errors.Is(err, pdferrors.ErrFormat):
		return fail(ErrDamaged, "PDFium finds no document in it")
	case broke(err):
		return fail(ErrDamaged, "PDFium gave up: the file contradicts itself or needs more than %d MB of memory", memoryPages/16)
	}
	return fail(ErrDamaged, "%s", oneLine(err))
}

// broke reports whether an error is the end of the sandbox, and not PDFium's way
// of saying that there is nothing of what it was asked for.
func broke(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "wasm error") || strings.Contains(err.Error(), "panic occurred"))
}

// oneLine cuts what a sandbox reports down to its first line.
func oneLine(err error) string {
	s, _, _ := strings.Cut(fmt.Sprint(err), "\n")
	return s
}
