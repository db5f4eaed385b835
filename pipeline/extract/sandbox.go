package extract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"unicode/utf16"
	_ "unsafe" // for go:linkname

	"github.com/klippa-app/go-pdfium/webassembly/imports"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	_ "github.com/klippa-app/go-pdfium/webassembly" // holds PDFium as WebAssembly
)

// pdfiumModule is PDFium as WebAssembly. go-pdfium holds it in a variable of
// its own and gives it to nobody. It is taken from there because go-pdfium's
// way of running it makes a document cost four times what it must: it takes
// memory for every answer and gives it back, and leaves the deadline to wazero,
// which starts a goroutine at every call and leaves the sandbox at every round
// of every loop. Here the module is changed first, see prepare, and answers are
// written into memory that is taken once.
// Where another version of go-pdfium names the variable otherwise, it is empty
// here: then starting fails, and TestSandboxHoldsPDFium with it.
//
//go:linkname pdfiumModule github.com/klippa-app/go-pdfium/webassembly.pdfiumWasm
var pdfiumModule []byte

// A function is one of PDFium's that is called from here: the number of its
// name in functionNames. What none of these needs is emptied, and one that
// PDFium does not have is refused at the start, see prepare.
type function int

var functionNames = []string{initialize}

// initialize readies a module that has no main function.
const initialize = "_initialize"

// pdfium names a function of PDFium's, for a variable of the package.
func pdfium(name string) function {
	functionNames = append(functionNames, name)
	return function(len(functionNames) - 1)
}

var (
	malloc      = pdfium("malloc")
	free        = pdfium("free")
	initLibrary = pdfium("FPDF_InitLibrary")
)

// A sandbox is PDFium compiled for this machine. It may be used by several
// goroutines.
type sandbox struct {
	runtime wazero.Runtime
	pdfium  wazero.CompiledModule
}

// startSandbox compiles PDFium, or takes it from the cache. An instance may
// have so many pages of 64 KiB.
func startSandbox(cache wazero.CompilationCache, pages uint32) (*sandbox, error) {
	if len(pdfiumModule) == 0 {
		return nil, errors.New("this build does not hold it")
	}
	module, err := prepare(pdfiumModule, functionNames)
	if err != nil {
		return nil, err
	}
	ctx := experimental.WithCompilationWorkers(context.Background(), 2)
	s := &sandbox{runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pages).
		WithCompilationCache(cache))}
	err = func() (err error) {
		if _, err = wasi_snapshot_preview1.Instantiate(ctx, s.runtime); err != nil {
			return err
		}
		if err = hostLook(ctx, s.runtime); err != nil {
			return err
		}
		if s.pdfium, err = s.runtime.CompileModule(ctx, module); err != nil {
			return err
		}
		_, err = imports.Instantiate(ctx, s.runtime, s.pdfium)
		return err
	}()
	if err != nil {
		_ = s.close()
		return nil, err
	}
	return s, nil
}

// hostLook gives modules the function by which they look at the deadline. It
// does not return once the context of the call is done: the call ends with the
// context's error.
func hostLook(ctx context.Context, r wazero.Runtime) error {
	look := api.GoFunc(func(ctx context.Context, stack []uint64) {
		if err := ctx.Err(); err != nil {
			panic(err)
		}
		stack[0] = 0
	})
	i32 := []api.ValueType{api.ValueTypeI32}
	_, err := r.NewHostModuleBuilder(hostModule).NewFunctionBuilder().WithGoFunction(look, i32, i32).Export(lookName).Instantiate(ctx)
	return err
}

func (s *sandbox) close() error { return s.runtime.Close(context.Background()) }

// An instance is one PDFium with a memory of its own, for one document. All of
// it belongs to one goroutine.
type instance struct {
	ctx       context.Context // once it is done, whatever runs is stopped
	module    api.Module
	functions []api.Function // nil until first called
	stack     [8]uint64
	room      uint32 // address of roomSize bytes for questions and answers
	answer    answer // the room
}

// roomSize is what nearly every text takes. All else is shorter.
const roomSize = 1024

// open makes an instance that lives in the memory given, which must never move,
// and is stopped when the context is done. It must be closed.
func (s *sandbox) open(ctx context.Context, mem *sandboxMemory) (*instance, error) {
	in := &instance{ctx: ctx, functions: make([]api.Function, len(functionNames))}
	var err error
	in.module, err = s.runtime.InstantiateModule(experimental.WithMemoryAllocator(ctx, mem), s.pdfium, wazero.NewModuleConfig().
		WithStartFunctions(initialize).
		WithStdout(io.Discard).
		WithStderr(io.Discard).
		WithFSConfig(wazero.NewFSConfig()). // no file of this machine
		WithName(""))
	if err != nil {
		return nil, err
	}
	_, err = in.call(initLibrary)
	if err == nil {
		in.room, err = in.malloc(roomSize)
	}
	if err == nil {
		in.answer, err = in.read(in.room, roomSize)
	}
	if err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

// close ends the instance and gives its memory back. Nothing runs in there any
// more: only calls run, and they have returned.
func (in *instance) close() { _ = in.module.Close(context.Background()) }

// call calls a function of PDFium and returns its result.
func (in *instance) call(f function, args ...uint32) (uint32, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	if in.functions[f] == nil {
		in.functions[f] = in.module.ExportedFunction(functionNames[f])
	}
	for i, a := range args {
		in.stack[i] = uint64(a)
	}
	if err := in.functions[f].CallWithStack(in.ctx, in.stack[:]); err != nil {
		return 0, err
	}
	return uint32(in.stack[0]), nil
}

// is calls a function that answers with yes or no.
func (in *instance) is(f function, args ...uint32) (bool, error) {
	n, err := in.call(f, args...)
	return n != 0, err
}

// count calls a function that answers with a number, which may be negative.
func (in *instance) count(f function, args ...uint32) (int, error) {
	n, err := in.call(f, args...)
	return int(int32(n)), err
}

func (in *instance) malloc(size int) (uint32, error) {
	at, err := in.call(malloc, uint32(size))
	if err == nil && at == 0 {
		err = errors.New("could not allocate memory")
	}
	return at, err
}

var errOutside = errors.New("an address outside the sandbox")

// read returns a stretch of the instance's memory, which the next call may
// change.
func (in *instance) read(at, size uint32) ([]byte, error) {
	b, ok := in.module.Memory().Read(at, size)
	if !ok {
		return nil, errOutside
	}
	return b, nil
}

// write copies bytes into the instance's memory.
func (in *instance) write(at uint32, b []byte) error {
	if !in.module.Memory().Write(at, b) {
		return errOutside
	}
	return nil
}

// text returns a text by a function that takes an address and a size behind
// its other arguments, writes the text there, as UTF-16 with a zero at its end,
// if the size is enough, and returns the size it takes. ok is false where that
// is 0.
func (in *instance) text(f function, args ...uint32) (s string, ok bool, err error) {
	size, err := in.call(f, append(args, in.room, roomSize)...)
	if err != nil || size == 0 {
		return "", false, err
	}
	if size <= roomSize {
		return fromUTF16(in.answer[:size]), true, nil
	}
	if int32(size) < 0 {
		return "", false, errOutside
	}
	at, err := in.malloc(int(size))
	if err != nil {
		return "", false, err
	}
	if _, err = in.call(f, append(args, at, size)...); err != nil {
		return "", false, err
	}
	b, err := in.read(at, size)
	if err != nil {
		return "", false, err
	}
	s = fromUTF16(b)
	_, err = in.call(free, at)
	return s, true, err
}

// fromUTF16 decodes a text of PDFium's, without the zero at its end.
func fromUTF16(b []byte) string {
	b = bytes.TrimPrefix(b, []byte{0xFF, 0xFE})
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
	}
	if len(u) > 0 && u[len(u)-1] == 0 {
		u = u[:len(u)-1]
	}
	return string(utf16.Decode(u))
}

// An answer is memory of the sandbox that a question was answered into. It
// holds until the next call.
type answer []byte

func (a answer) uint(at int) uint32 {
	return uint32(a[at]) | uint32(a[at+1])<<8 | uint32(a[at+2])<<16 | uint32(a[at+3])<<24
}

// float reads a number of single precision.
func (a answer) float(at int) float64 { return float64(math.Float32frombits(a.uint(at))) }

// double reads a number of double precision.
func (a answer) double(at int) float64 {
	return math.Float64frombits(uint64(a.uint(at)) | uint64(a.uint(at+4))<<32)
}
