package extract

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// go-pdfium holds PDFium in a variable that is not its interface: a new version
// may name it otherwise.
func TestSandboxHoldsPDFium(t *testing.T) {
	if len(pdfiumModule) == 0 {
		t.Fatal("go-pdfium's variable with PDFium is not webassembly.pdfiumWasm any more; see pdfiumModule")
	}
	small, err := prepare(pdfiumModule, functionNames)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes of %d", len(small), len(pdfiumModule))
	if len(small) >= len(pdfiumModule) {
		t.Error("nothing was emptied")
	}
	if _, err := prepare(pdfiumModule, append([]string{"FPDF_NoSuchFunction"}, functionNames...)); err == nil || !strings.Contains(err.Error(), "FPDF_NoSuchFunction") {
		t.Errorf("a function that is not there: %v", err)
	}
	for _, n := range []int{0, 7, 8, 1000, len(pdfiumModule) / 2, len(pdfiumModule) - 1} {
		if _, err := prepare(pdfiumModule[:n], functionNames); err == nil {
			t.Errorf("a module cut to %d bytes is taken", n)
		}
	}
}

// Codes of instructions beside those that prepare writes or looks for.
const (
	opGet = 0x20
	opSet = 0x21
	opAdd = 0x6a
)

// loopingModule is a module with five functions: count goes round n times
// and returns how often, spin goes round for ever, idle is called by nobody,
// branch calls itself twice with n-1 down to nothing, fill fills n bytes of
// memory and then goes round once.
func loopingModule() []byte {
	part := func(id byte, list ...[]byte) []byte {
		body := append(unsigned(nil, len(list)), bytes.Join(list, nil)...)
		return append(unsigned([]byte{id}, len(body)), body...)
	}
	code := func(b ...byte) []byte { return append(unsigned(nil, len(b)), b...) }
	exported := func(name string, n byte) []byte { return append(named(nil, name), 0, n) }
	return bytes.Join([][]byte{[]byte(wasmHead),
		part(sectionTypes, []byte{0x60, 1, typeI32, 1, typeI32}),
		part(sectionImports, append(named(named(nil, pauseModule), pauseName), 0, 0)),
		part(sectionKinds, []byte{0}, []byte{0}, []byte{0}, []byte{0}, []byte{0}),
		part(5, []byte{0, 32}), // memory, in pages of 64 KiB
		part(sectionGlobals, []byte{typeI32, 1, opI32, 7, opEnd}),
		part(sectionExports, exported("count", 1), exported("spin", 2), exported("idle", 3), exported("branch", 4), exported("fill", 5)),
		part(sectionCode,
			code(1, 1, typeI32,
				opLoop, typeNone,
				opGet, 1, opI32, 1, opAdd, opSet, 1,
				opGet, 1, opGet, 0, opLess, 0x0d, 0, // br_if
				opEnd, opGet, 1, opEnd),
			code(0, opLoop, typeI32, opBr, 0, opEnd, opEnd),
			code(0, opGlobal, 0, opEnd),
			code(0, opGet, 0, opIf, typeI32,
				opGet, 0, opI32, 1, opSubtract, opCall, 4,
				opGet, 0, opI32, 1, opSubtract, opCall, 4, opAdd,
				0x05, opI32, 1, opEnd, opEnd),
			code(0, opI32, 0, opI32, 0, opGet, 0, opMore, 11, 0,
				opLoop, typeNone, opEnd, opGet, 0, opEnd)),
	}, nil)
}

func TestLoopsAreStopped(t *testing.T) {
	module, err := prepare(loopingModule(), []string{"count", "spin", "branch", "fill"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	if err := hostLook(ctx, r); err != nil {
		t.Fatal(err)
	}
	m, err := r.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	if m.ExportedFunction("idle") != nil {
		t.Error("a function that was not asked for is still there")
	}
	for _, n := range []uint64{1, rounds - 1, rounds, rounds + 1, 10*rounds + 3} {
		got, err := m.ExportedFunction("count").Call(ctx, n)
		if err != nil || got[0] != n {
			t.Errorf("%d rounds: %v, %v", n, got, err)
		}
	}
	for f, n := range map[string]int32{"spin": 0, "count": 1<<31 - 1, "branch": 60} {
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		began := time.Now()
		_, err := m.ExportedFunction(f).Call(short, api.EncodeI32(n))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", f, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s was stopped after %v", f, took)
		}
	}
	if got, err := m.ExportedFunction("branch").Call(ctx, 12); err != nil || got[0] != 1<<12 {
		t.Errorf("branches: %v, %v", got, err)
	}
	// Memory counts by its size: 2 MiB are 512 rounds.
	looks := &counting{Context: ctx}
	for range 20 {
		if got, err := m.ExportedFunction("fill").Call(looks, 2<<20); err != nil || got[0] != 2<<20 {
			t.Fatalf("fill: %v, %v", got, err)
		}
	}
	if looks.n != 10 && looks.n != 11 {
		t.Errorf("%d looks at the deadline for 40 MiB filled, want one for each thousand pages of 4 KiB", looks.n)
	}
	// What was stopped can be used again.
	if got, err := m.ExportedFunction("count").Call(ctx, 5); err != nil || got[0] != 5 {
		t.Errorf("after that: %v, %v", got, err)
	}
}

// counting counts how often somebody asks whether it is done.
type counting struct {
	context.Context
	n int
}

func (c *counting) Err() error {
	c.n++
	return nil
}

// A module with anything that is not known is refused whole.
func TestUnknownModules(t *testing.T) {
	good := loopingModule()
	if _, err := prepare(good, nil); err != nil {
		t.Fatal(err)
	}
	for what, bad := range map[string][]byte{
		"no import":             bytes.Replace(good, []byte(pauseName), []byte("X"+pauseName[1:]), 1),
		"unknown instruction":   bytes.Replace(good, []byte{opGet, 1, opI32, 1, opAdd}, []byte{0xfb, 1, opI32, 1, opAdd}, 1),
		"a loop without an end": bytes.Replace(good, []byte{opEnd, opGet, 1, opEnd}, []byte{opLoop, typeNone, 1, opEnd}, 1),
		"an end too early":      bytes.Replace(good, []byte{opLoop, typeNone, opGet, 1}, []byte{opEnd, opEnd, opGet, 1}, 1),
	} {
		if bytes.Equal(bad, good) {
			t.Fatalf("%s: nothing changed", what)
		}
		if _, err := prepare(bad, []string{"count"}); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

// A page that keeps PDFium busy is stopped at the deadline, and leaves nothing
// to the document that comes next in its memory.
func TestDeadlineStopsPage(t *testing.T) {
	bomb := rawPDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
		rawStream("/Filter /FlateDecode", deflate(t, strings.Repeat("0 0 m 9 9 l S ", 1<<12), 100)))
	good := form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows}.pdf(t)
	r := New()
	defer r.Close()
	for i := range Parallel + 1 {
		res, err := r.Read(context.Background(), "good.pdf", good)
		if err != nil || print(res.Tables[0]) != tenPrinted {
			t.Fatalf("a good document reads as %v, %v", res.Tables, err)
		}
		r.timeout = 30 * time.Millisecond
		began := time.Now()
		if _, err := r.Read(context.Background(), "bomb.pdf", bomb); !errors.Is(err, ErrTimeout) {
			t.Errorf("the bomb ends with %v", err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("stopped after %v", took)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(20*time.Millisecond, cancel)
		r.timeout = 10 * time.Second
		if _, err := r.Read(ctx, "bomb.pdf", bomb); !errors.Is(err, context.Canceled) {
			t.Errorf("round %d: the cancelled bomb ends with %v", i, err)
		}
	}
}

// A text comes whole, whether it has place where short answers are written or
// is asked for again.
func TestLongTexts(t *testing.T) {
	changed := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, n := range []int{0, 1, roomSize/2 - 2, roomSize/2 - 1, roomSize / 2, roomSize, 20 * roomSize} {
		p := fpdf.New("P", "pt", "Letter", "")
		title := strings.Repeat("\u00e9", n)
		p.SetTitle(title, true)
		p.SetModificationDate(changed)
		p.AddPage()
		var b bytes.Buffer
		if err := p.Output(&b); err != nil {
			t.Fatal(err)
		}
		sh, dated, err := testReader.open(context.Background(), b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if sh.Title != title {
			t.Errorf("a title of %d characters has %d", n, len([]rune(sh.Title)))
		}
		if !dated.Equal(changed) {
			t.Errorf("behind a title of %d characters: changed %v", n, dated)
		}
	}
}
