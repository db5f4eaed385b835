package extract

import (
	"errors"
	"fmt"
)

// PDFium's module is changed before it is compiled, in two ways.
//
// Every loop, and every function that calls others, counts down, and when they
// have gone round some times they ask the host whether to go on: that is how a
// document that never ends is stopped. What copies or fills memory counts by
// its size.
// wazero can do as much, with WithCloseOnContextDone, but leaves the sandbox at
// every round of every loop and starts a goroutine at every call, which cost
// more than all else together.
//
// What can be reached from none of the functions asked for is emptied: a
// quarter of the code, which need not be checked at each start and compiled at
// the first.
//
// Nothing else is touched: what is inserted keeps to a variable of its own,
// and wazero checks the result as it checks every module. A module that is not
// understood to the last byte is refused, and no PDF is read.

// rounds is how often loops go round between two looks at the deadline, about
// 10 microseconds.
const rounds = 1000

// The look at the deadline takes the place of an import that PDFium asks
// whether to pause while it draws, which it never does here: a further import
// would shift the number of every function.
const (
	pauseModule, pauseName = "env", "IFSDK_PAUSE_NeedToPauseNow_CB"
	hostModule, lookName   = "espfigures", "look"
)

// Numbers of a module's sections.
const (
	sectionCustom   = 0
	sectionTypes    = 1
	sectionImports  = 2
	sectionKinds    = 3
	sectionGlobals  = 6
	sectionExports  = 7
	sectionStart    = 8
	sectionElements = 9
	sectionCode     = 10
)

// wasmHead is how a module begins.
const wasmHead = "\x00asm\x01\x00\x00\x00"

// Codes of types and instructions. The encoding is that of
// https://www.w3.org/TR/wasm-core-2/#binary-format.
const (
	typeI32  = 0x7f
	typeNone = 0x40

	opUnreachable = 0x00
	opBlock       = 0x02
	opLoop        = 0x03
	opIf          = 0x04
	opEnd         = 0x0b
	opBr          = 0x0c
	opCall        = 0x10
	opCallAddress = 0x11
	opTailCall    = 0x12
	opTailAddress = 0x13
	opDrop        = 0x1a
	opTry         = 0x1f
	opGlobal      = 0x23
	opSetGlobal   = 0x24
	opI32         = 0x41 // i32.const
	opLess        = 0x48 // i32.lt_s
	opSubtract    = 0x6b
	opShift       = 0x76 // i32.shr_u
	opFunction    = 0xd2 // ref.func
	opMore        = 0xfc
)

type section struct {
	id   byte
	body []byte
}

// prepare returns the module with nothing but the functions named, and what
// they need, and with loops that look at the deadline.
func prepare(module []byte, functions []string) (out []byte, err error) {
	defer func() {
		// The scanner panics at what it does not know, and beyond the end.
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("its WebAssembly is not understood: %v", r)
		}
	}()
	keep := map[string]bool{}
	for _, f := range functions {
		keep[f] = true
	}
	p := preparation{look: -1, counter: -1}
	s := &scanner{b: module}
	if string(s.bytes(len(wasmHead))) != wasmHead {
		return nil, errors.New("it is no WebAssembly")
	}
	for s.at < len(module) {
		id := s.byte()
		body := &scanner{b: s.bytes(s.uint())}
		l := section{id, body.b}
		switch id {
		case sectionCustom: // names of functions and the like
			continue
		case sectionImports:
			l.body = p.imports(body)
		case sectionGlobals:
			l.body = p.globals(body)
		case sectionExports:
			l.body = p.exports(body, keep)
		case sectionStart:
			p.reach(body.uint())
		case sectionElements:
			p.elements(body)
		}
		p.sections = append(p.sections, l)
	}
	switch {
	case p.look < 0:
		return nil, fmt.Errorf("it does not import %s", pauseName)
	case p.counter < 0:
		return nil, errors.New("it has no variables")
	}
	for f := range keep {
		return nil, fmt.Errorf("it has no function %s", f)
	}
	out = make([]byte, 0, len(module)*5/4)
	out = append(out, wasmHead...)
	for _, l := range p.sections {
		if l.id == sectionCode {
			l.body = p.code(&scanner{b: l.body})
		}
		out = append(unsigned(append(out, l.id), len(l.body)), l.body...)
	}
	return out, nil
}

// A preparation is what is known of a module so far.
type preparation struct {
	sections []section
	imported int   // functions; they have the first numbers
	look     int   // number of the function that looks at the deadline
	counter  int   // number of the variable that loops count down; the next takes a size
	todo     []int // numbers of functions that are needed, not yet gone into
}

func (p *preparation) reach(function int) { p.todo = append(p.todo, function) }

// imports puts the look at the deadline in the place of its import.
func (p *preparation) imports(s *scanner) []byte {
	n := s.uint()
	out := unsigned(nil, n)
	for range n {
		module, name := s.name(), s.name()
		if kind := s.byte(); kind != 0 {
			panic("an import that is no function")
		}
		if module == pauseModule && name == pauseName {
			module, name = hostModule, lookName
			p.look = p.imported
		}
		p.imported++
		out = append(named(named(out, module), name), 0)
		out = unsigned(out, s.uint())
	}
	return out
}

// globals adds two variables.
func (p *preparation) globals(s *scanner) []byte {
	p.counter = s.uint()
	rest := s.at
	for range p.counter {
		s.bytes(2) // type
		for op := byte(0); op != opEnd; {
			var f int
			if op, f = s.instruction(); f >= 0 {
				p.reach(f)
			}
		}
	}
	out := append(unsigned(nil, p.counter+2), s.b[rest:]...)
	out = append(signed(append(out, typeI32, 1, opI32), rounds), opEnd)
	return append(out, typeI32, 1, opI32, 0, opEnd)
}

// exports leaves the functions to be kept, and takes them out of the list.
func (p *preparation) exports(s *scanner, keep map[string]bool) []byte {
	n := 0
	var out []byte
	for range s.uint() {
		name, kind, number := s.name(), s.byte(), s.uint()
		if kind == 0 {
			if !keep[name] {
				continue
			}
			delete(keep, name)
			p.reach(number)
		}
		n++
		out = unsigned(append(named(out, name), kind), number)
	}
	return append(unsigned(nil, n), out...)
}

// elements goes through the functions that are called by address.
func (p *preparation) elements(s *scanner) {
	for range s.uint() {
		if kind := s.uint(); kind != 0 {
			panic("a table of another kind")
		}
		for op := byte(0); op != opEnd; {
			op, _ = s.instruction()
		}
		for range s.uint() {
			p.reach(s.uint())
		}
	}
}

// An insert is code that is put into a function's body.
type insert struct {
	at   int
	code []byte
}

// code empties the functions that are not needed, and makes the others look at
// the deadline.
func (p *preparation) code(s *scanner) []byte {
	size := len(s.b)
	functions := make([][]byte, s.uint())
	for i := range functions {
		functions[i] = s.bytes(s.uint())
	}
	needed := make([]bool, len(functions))
	check, weigh := p.check(), p.weigh()
	inserts := make([][]insert, len(functions)) // in order
	for len(p.todo) > 0 {
		f := p.todo[len(p.todo)-1] - p.imported
		p.todo = p.todo[:len(p.todo)-1]
		if f < 0 || needed[f] {
			continue
		}
		needed[f] = true
		s := &scanner{b: functions[f]}
		for range s.uint() { // variables
			s.uint()
			s.byte()
		}
		// A function that calls nothing cannot go round without a loop.
		list := []insert{{at: s.at}}
		open := 1
		for open > 0 {
			before := s.at
			op, called := s.instruction()
			if called >= 0 {
				p.reach(called)
			}
			switch op {
			case opCall, opCallAddress, opTailCall, opTailAddress:
				list[0].code = check
			case opMore:
				if s.bulk {
					list = append(list, insert{before, weigh})
				}
			case opLoop:
				list = append(list, insert{s.at, check})
				open++
			case opBlock, opIf, opTry:
				open++
			case opEnd:
				open--
			}
		}
		if s.at != len(s.b) {
			panic("a function that ends before its end")
		}
		inserts[f] = list
	}
	out := unsigned(make([]byte, 0, size*3/2), len(functions))
	for i, body := range functions {
		if !needed[i] {
			out = append(out, 3, 0, opUnreachable, opEnd)
			continue
		}
		more := 0
		for _, in := range inserts[i] {
			more += len(in.code)
		}
		out = unsigned(out, len(body)+more)
		from := 0
		for _, in := range inserts[i] {
			out = append(append(out, body[from:in.at]...), in.code...)
			from = in.at
		}
		out = append(out, body[from:]...)
	}
	return out
}

// check returns the instructions at the head of a loop or function: one less
// to go, and a look at the deadline when there is none.
func (p *preparation) check() []byte {
	b := unsigned([]byte{opGlobal}, p.counter)
	b = append(b, opI32, 1, opSubtract)
	b = unsigned(append(b, opSetGlobal), p.counter)
	b = unsigned(append(b, opGlobal), p.counter)
	b = append(b, opI32, 1, opLess, opIf, typeNone)
	b = signed(append(b, opI32), rounds)
	b = unsigned(append(b, opSetGlobal), p.counter)
	b = append(b, opI32, 0)
	b = unsigned(append(b, opCall), p.look)
	return append(b, opDrop, opEnd)
}

// weigh returns the instructions before one that copies or fills memory, whose
// size lies on the stack: each 4 KiB counts like a round.
func (p *preparation) weigh() []byte {
	b := unsigned([]byte{opSetGlobal}, p.counter+1)
	b = unsigned(append(b, opGlobal), p.counter)
	b = unsigned(append(b, opGlobal), p.counter+1)
	b = append(b, opI32, 12, opShift, opSubtract)
	b = unsigned(append(b, opSetGlobal), p.counter)
	return unsigned(append(b, opGlobal), p.counter+1)
}

// A scanner reads a module.
type scanner struct {
	b    []byte
	at   int
	bulk bool // the instruction just passed copies or fills memory
}

func (s *scanner) byte() byte {
	s.at++
	return s.b[s.at-1]
}

func (s *scanner) bytes(n int) []byte {
	if n > len(s.b)-s.at {
		panic("it ends too early")
	}
	s.at += n
	return s.b[s.at-n : s.at : s.at]
}

// uint reads an unsigned LEB128 number of up to 32 bits.
func (s *scanner) uint() int {
	n := 0
	for shift := 0; shift < 35; shift += 7 {
		c := s.byte()
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	panic("a number of more than 32 bits")
}

// skip passes LEB128 numbers of any kind.
func (s *scanner) skip(n int) {
	for range n {
		for s.byte() >= 0x80 {
		}
	}
}

func (s *scanner) name() string { return string(s.bytes(s.uint())) }

// address passes what an access to memory says.
func (s *scanner) address() {
	if s.uint()&0x40 != 0 {
		s.skip(1) // which memory
	}
	s.skip(1)
}

// instruction passes one instruction. It returns its code and the number of
// the function that it names, -1 for none.
func (s *scanner) instruction() (op byte, function int) {
	op = s.byte()
	switch {
	case op == opCall, op == opTailCall, op == opFunction:
		return op, s.uint()
	case op >= 0x45 && op <= 0xc4, // arithmetic
		op <= 0x01, op == 0x05, op == 0x0a, op == opEnd, op == 0x0f, op == opDrop, op == 0x1b, op == 0xd1:
	case op >= 0x20 && op <= 0x26, // variables and tables
		op == opBlock, op == opLoop, op == opIf, op == 0x08, op == opBr, op == 0x0d, op == 0x3f, op == 0x40, op == opI32, op == 0x42, op == 0xd0:
		s.skip(1)
	case op >= 0x28 && op <= 0x3e:
		s.address()
	case op == opCallAddress, op == opTailAddress:
		s.skip(2)
	case op == 0x0e: // br_table
		s.skip(s.uint() + 1)
	case op == 0x1c: // select
		s.skip(s.uint())
	case op == opTry:
		s.skip(1)
		for range s.uint() {
			if s.byte() < 2 {
				s.skip(1) // what is caught
			}
			s.skip(1)
		}
	case op == 0x43:
		s.bytes(4)
	case op == 0x44:
		s.bytes(8)
	case op == opMore: // of conversions, memory and tables
		more := s.uint()
		s.bulk = more == 8 || more == 10 || more == 11
		switch {
		case more <= 7:
		case more == 8, more == 10, more == 12, more == 14:
			s.skip(2)
		case more <= 17:
			s.skip(1)
		default:
			panic(fmt.Sprintf("instruction fc %d", more))
		}
	case op == 0xfd: // vectors
		switch more := s.uint(); {
		case more <= 11, more == 92, more == 93:
			s.address()
		case more == 12, more == 13:
			s.bytes(16)
		case more >= 21 && more <= 34:
			s.bytes(1)
		case more >= 84 && more <= 91:
			s.address()
			s.bytes(1)
		case more > 255:
			panic(fmt.Sprintf("instruction fd %d", more))
		}
	default:
		panic(fmt.Sprintf("instruction %x", op))
	}
	return op, -1
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
