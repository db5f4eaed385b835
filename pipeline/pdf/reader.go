package pdf

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
)

// A Reader reads PDFs. It may be used by several goroutines.
//
// PDFium cannot be stopped within a page, and a page may keep it busy for
// minutes. So it runs in a child process, which is this same program started
// once more (see child.go), and is killed at the deadline. A child reads one
// document after the other; once PDFium broke down in it, it is not used again.
type Reader struct {
	cacheDir string
	starting chan struct{} // holds a token while a child starts: the first one compiles PDFium for all

	mu     sync.Mutex // guards what follows
	idle   []*Process
	closed bool
}

// NewReader returns a Reader that keeps PDFium compiled for this machine in a
// folder, which makes every start but the first quick; "" keeps nothing. The
// folder must be the user's own: its files are run as code. It starts nothing.
func NewReader(cacheDir string) *Reader {
	return &Reader{cacheDir: cacheDir, starting: make(chan struct{}, 1)}
}

// A Process is a child process that reads for one caller at a time.
type Process struct {
	reader *Reader
	cmd    *exec.Cmd
	in     io.WriteCloser
	answer *gob.Decoder
	failed bool
}

// Open returns a process that is ready to read. It must be closed. The first
// call on a machine takes some seconds, in which PDFium is compiled.
func (r *Reader) Open(ctx context.Context) (*Process, error) {
	select {
	case r.starting <- struct{}{}:
		defer func() { <-r.starting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	closed := r.closed
	var p *Process
	if n := len(r.idle); n > 0 {
		p, r.idle = r.idle[n-1], r.idle[:n-1]
	}
	r.mu.Unlock()
	switch {
	case closed:
		return nil, &Error{Reason: ErrClosed}
	case p != nil:
		return p, nil
	}
	return r.start(ctx)
}

// start starts a child process and waits until it is ready.
func (r *Reader) start(ctx context.Context) (*Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fail(ErrStart, "%v", err)
	}
	p := &Process{reader: r, cmd: exec.Command(self)}
	p.cmd.Env = append(os.Environ(), childVariable+"=1", cacheVariable+"="+r.cacheDir)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, fail(ErrStart, "%v", err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, fail(ErrStart, "%v", err)
	}
	p.answer = gob.NewDecoder(bufio.NewReader(out))
	if err := p.cmd.Start(); err != nil {
		return nil, fail(ErrStart, "%v", err)
	}
	if _, err := p.wait(ctx); err != nil {
		p.end()
		var e *Error
		if ctx.Err() == nil && !errors.As(err, &e) {
			err = fail(ErrStart, "its process ended: %v", err)
		}
		return nil, err
	}
	return p, nil
}

// wait returns the next answer of the child. Where the context ends first, the
// child is killed.
func (p *Process) wait(ctx context.Context) (Document, error) {
	stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
	defer stop()
	var a answer
	if err := p.answer.Decode(&a); err != nil {
		if ctx.Err() != nil {
			return Document{}, ctx.Err()
		}
		return Document{}, err
	}
	p.failed = p.failed || a.Broken
	return a.Document, a.err()
}

// Read reads a PDF. Its errors are those of the context, or an *Error. Title
// and date are set beside an error where the file got that far.
func (p *Process) Read(ctx context.Context, body []byte) (Document, error) {
	stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
	defer stop()
	err := binary.Write(p.in, binary.BigEndian, uint32(len(body)))
	if err == nil {
		_, err = p.in.Write(body)
	}
	var doc Document
	if err == nil {
		doc, err = p.wait(ctx)
	}
	var e *Error
	switch {
	case ctx.Err() != nil:
		p.failed = true // it may have been killed
		return doc, ctx.Err()
	case err != nil && !errors.As(err, &e):
		p.failed = true
		return doc, fail(ErrDamaged, "PDFium's process ended while it read")
	}
	return doc, err
}

// Close gives the process back, or ends it if it broke down.
func (p *Process) Close() {
	r := p.reader
	r.mu.Lock()
	keep := !r.closed && !p.failed
	if keep {
		r.idle = append(r.idle, p)
	}
	r.mu.Unlock()
	if !keep {
		p.end()
	}
}

func (p *Process) end() {
	_ = p.in.Close()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// Close ends the processes that are not in use; the others end when they are
// closed. A closed Reader opens none.
func (r *Reader) Close() error {
	r.mu.Lock()
	idle := r.idle
	r.idle, r.closed = nil, true
	r.mu.Unlock()
	for _, p := range idle {
		p.end()
	}
	return nil
}
