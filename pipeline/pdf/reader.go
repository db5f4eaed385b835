package pdf

import (
	"bufio"
	"cmp"
	"context"
	"encoding/gob"
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
	mu       sync.Mutex // guards what follows, and starts one child at a time: the first compiles PDFium for all
	idle     []*Process
	closed   bool
}

// NewReader returns a Reader that keeps PDFium compiled for this machine in a
// folder, which makes every start but the first quick; "" keeps nothing. The
// folder must be the user's own: its files are run as code. It starts nothing.
func NewReader(cacheDir string) *Reader {
	return &Reader{cacheDir: cacheDir}
}

// A Process is a child process that reads for one caller at a time.
type Process struct {
	reader *Reader
	cmd    *exec.Cmd
	in     io.Closer
	say    *gob.Encoder
	hear   *gob.Decoder
	failed bool
}

// Open returns a process that is ready to read. It must be closed. The first
// call on a machine takes some seconds, in which PDFium is compiled.
func (r *Reader) Open(ctx context.Context) (*Process, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.idle)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.closed:
		return nil, ErrClosed
	case n > 0:
		p := r.idle[n-1]
		r.idle = r.idle[:n-1]
		return p, nil
	}
	return r.start(ctx)
}

// start starts a child process and waits until it is ready.
func (r *Reader) start(ctx context.Context) (*Process, error) {
	self, err := os.Executable()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childVariable+"=1", cacheVariable+"="+r.cacheDir)
	in, err2 := cmd.StdinPipe()
	out, err3 := cmd.StdoutPipe()
	if err := cmp.Or(err, err2, err3, cmd.Start()); err != nil {
		return nil, fail(ErrStart, "%v", err)
	}
	p := &Process{reader: r, cmd: cmd, in: in, say: gob.NewEncoder(in), hear: gob.NewDecoder(bufio.NewReader(out))}
	if _, err := p.ask(ctx, nil, ErrStart); err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

// ask returns the next answer of the child, to a document if there is one. The
// child is killed where the context ends first. The reason is that of an error
// where the child ends by itself.
func (p *Process) ask(ctx context.Context, body []byte, reason error) (Document, error) {
	stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
	defer stop()
	if body != nil {
		_ = p.say.Encode(body) // a child that is gone does not answer either
	}
	var a answer
	err := p.hear.Decode(&a)
	p.failed = p.failed || a.Broken || err != nil || ctx.Err() != nil
	switch {
	case ctx.Err() != nil:
		return a.Document, ctx.Err()
	case err != nil:
		return a.Document, fail(reason, "PDFium's process ended")
	}
	return a.Document, a.err()
}

// Read reads a PDF. Title and date are set next to an error where the file
// got that far.
func (p *Process) Read(ctx context.Context, body []byte) (Document, error) {
	return p.ask(ctx, body, ErrDamaged)
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
