package extract

// An assembler writes a WebAssembly module as the survey needs it: functions
// of 32-bit integers that import what they call, and one imported memory. The
// encoding is that of https://www.w3.org/TR/wasm-core-2/#binary-format.
type assembler struct {
	calls     []imported // functions of PDFium
	functions []*function
}

type imported struct {
	name   string
	params int
}

// Codes of instructions.
const (
	opUnreachable = 0x00
	opBlock       = 0x02
	opLoop        = 0x03
	opIf          = 0x04
	opEnd         = 0x0b
	opBr          = 0x0c
	opCall        = 0x10
	opTailCall    = 0x12
	opDrop        = 0x1a
	opTry         = 0x1f
	opGet         = 0x20
	opSet         = 0x21
	opGlobal      = 0x23
	opSetGlobal   = 0x24
	opPut         = 0x36 // i32.store
	opI32         = 0x41 // i32.const
	opZero        = 0x45 // i32.eqz
	opEqual       = 0x46
	opNot         = 0x47 // i32.ne
	opLess        = 0x48 // i32.lt_s
	opAdd         = 0x6a
	opSubtract    = 0x6b
	opFunction    = 0xd2 // ref.func
)

// wasmHead is how a module begins.
const wasmHead = "\x00asm\x01\x00\x00\x00"

const (
	typeI32  = 0x7f
	typeNone = 0x40
)

// A function is one that the module exports. Its parameters and variables go by
// names; those that it goes through things with are i, end and out.
type function struct {
	in     *assembler
	name   string
	params int
	locals map[string]int
	code   []byte
}

// An offset is an argument: the address so many bytes behind out.
type offset int

// function begins a function with the parameters and variables named.
func (a *assembler) function(name string, params []string, variables ...string) *function {
	f := &function{in: a, name: name, params: len(params), locals: map[string]int{}}
	for i, n := range append(append([]string(nil), params...), variables...) {
		f.locals[n] = i
	}
	a.functions = append(a.functions, f)
	return f
}

func (f *function) op(code byte, args ...int) {
	f.code = append(f.code, code)
	for _, n := range args {
		f.code = signed(f.code, n)
	}
}

// get puts arguments on the stack: a variable by its name, an address behind
// out, or a number.
func (f *function) get(args ...any) {
	for _, arg := range args {
		switch v := arg.(type) {
		case string:
			f.variable(opGet, v)
		case offset:
			f.variable(opGet, "out")
			f.op(opI32, int(v))
			f.op(opAdd)
		case int:
			f.op(opI32, v)
		case rune:
			f.op(opI32, int(v))
		default:
			panic("no such argument")
		}
	}
}

func (f *function) variable(code byte, name string) {
	n, ok := f.locals[name]
	if !ok {
		panic("no variable " + name)
	}
	f.code = unsigned(append(f.code, code), n)
}

// call calls a function of PDFium and leaves its result on the stack.
func (f *function) call(name string, args ...any) {
	f.get(args...)
	at := -1
	for i, c := range f.in.calls {
		if c.name == name {
			at = i
		}
	}
	if at < 0 {
		at = len(f.in.calls)
		f.in.calls = append(f.in.calls, imported{name, len(args)})
	}
	f.code = unsigned(append(f.code, opCall), at)
}

// set calls a function and keeps its result in a variable.
func (f *function) set(variable, name string, args ...any) {
	f.call(name, args...)
	f.variable(opSet, variable)
}

// copy keeps an argument in a variable.
func (f *function) copy(variable string, arg any) {
	f.get(arg)
	f.variable(opSet, variable)
}

// store calls a function and writes its result behind out.
func (f *function) store(at int, name string, args ...any) {
	f.get("out")
	f.call(name, args...)
	f.put(at)
}

// keep writes an argument behind out.
func (f *function) keep(at int, arg any) {
	f.get("out", arg)
	f.put(at)
}

// put writes what is on the stack behind the address below it.
func (f *function) put(at int) {
	f.code = unsigned(append(f.code, opPut, 2), at) // at a multiple of 4 bytes
}

// when runs the body if what the condition leaves on the stack is not zero.
func (f *function) when(condition, body func()) {
	condition()
	f.code = append(f.code, opIf, typeNone)
	body()
	f.code = append(f.code, opEnd)
}

// is is the condition that a variable is not zero.
func (f *function) is(variable string) func() { return func() { f.get(variable) } }

// no is the condition that a variable is zero.
func (f *function) no(variable string) func() {
	return func() {
		f.get(variable)
		f.op(opZero)
	}
}

// same is the condition that a variable has a value.
func (f *function) same(variable string, n int) func() {
	return func() {
		f.get(variable, n)
		f.op(opEqual)
	}
}

// differ is the condition that two arguments are not equal.
func (f *function) differ(a, b any) func() {
	return func() {
		f.get(a, b)
		f.op(opNot)
	}
}

// each runs the body for i up to end, moving out by size each time.
func (f *function) each(size int, body func()) {
	f.code = append(f.code, opLoop, typeNone)
	f.when(func() {
		f.get("i", "end")
		f.op(opLess)
	}, func() {
		body()
		f.get("i", 1)
		f.op(opAdd)
		f.variable(opSet, "i")
		f.copy("out", offset(size))
		f.code = append(f.code, opBr, 1) // to the loop
	})
	f.code = append(f.code, opEnd)
}

// module returns the module, which imports functions and memory from the name.
func (a *assembler) module(from string) []byte {
	most := 0
	for _, c := range a.calls {
		most = max(most, c.params)
	}
	for _, f := range a.functions {
		most = max(most, f.params)
	}
	// Type n takes n integers and returns one; the types behind them return
	// nothing.
	var types, imports, kinds, exports, codes [][]byte
	for _, results := range []int{1, 0} {
		for n := range most + 1 {
			t := unsigned([]byte{0x60}, n)
			for range n {
				t = append(t, typeI32)
			}
			t = unsigned(t, results)
			for range results {
				t = append(t, typeI32)
			}
			types = append(types, t)
		}
	}
	for _, c := range a.calls {
		imports = append(imports, unsigned(append(append(named(nil, from), named(nil, c.name)...), 0), c.params))
	}
	imports = append(imports, append(append(named(nil, from), named(nil, "memory")...), 2, 0, 0))
	for i, f := range a.functions {
		kinds = append(kinds, unsigned(nil, most+1+f.params))
		exports = append(exports, unsigned(append(named(nil, f.name), 0), len(a.calls)+i))
		body := []byte{1}
		body = append(unsigned(body, len(f.locals)-f.params), typeI32)
		body = append(append(body, f.code...), opEnd)
		codes = append(codes, append(unsigned(nil, len(body)), body...))
	}
	b := []byte(wasmHead)
	for _, s := range []struct {
		id    byte
		parts [][]byte
	}{{sectionTypes, types}, {sectionImports, imports}, {sectionKinds, kinds}, {sectionExports, exports}, {sectionCode, codes}} {
		body := unsigned(nil, len(s.parts))
		for _, p := range s.parts {
			body = append(body, p...)
		}
		b = append(unsigned(append(b, s.id), len(body)), body...)
	}
	return b
}

func named(b []byte, s string) []byte { return append(unsigned(b, len(s)), s...) }

// unsigned appends a number that is not negative, as LEB128.
func unsigned(b []byte, n int) []byte {
	for n >= 0x80 {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

// signed appends a number as signed LEB128.
func signed(b []byte, n int) []byte {
	for n < -0x40 || n >= 0x40 {
		b = append(b, byte(n)&0x7f|0x80)
		n >>= 7
	}
	return append(b, byte(n)&0x7f)
}
