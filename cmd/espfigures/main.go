// Espfigures reads NCMEC's yearly CyberTipline tables of reports per
// electronic service provider, checks them to the last digit, and writes the
// workbook, data files and page that compare platforms across years.
//
// This package holds flags, wiring, progress and exit codes, one file a
// command. It is the only place that logs: data go to standard output,
// everything else to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// The exit codes, a contract for cron jobs and scripts.
const (
	exitFine    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitFinding = 3 // done, but a finding of severity fail stands (with --strict, any warning), or --fail-on-change saw a change
)

// exitError carries an exit code. With a nil err nothing is printed: what
// there is to say has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	shortRun()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program behind main, so that tests can call it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	defer context.AfterFunc(ctx, stop)()
	shown, told := plain(stdout), plain(stderr)
	defer shown.Close()
	defer told.Close()
	a := &app{stdin: stdin, stdout: shown, stderr: told, terminal: stderr, width: fitTerminal(stdout)}
	stdout, stderr = shown, told
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitFine
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			a.complain(exit.err)
		}
		return exit.code
	}
	if interrupted(ctx, err) {
		err = errors.New("interrupted")
	}
	a.complain(err)
	return exitFailed
}

// plain returns a writer that replaces what a terminal would obey: control
// characters and marks that turn the direction of text. Names come from
// documents, and documents from anywhere.
func plain(w io.Writer) *transform.Writer {
	return transform.NewWriter(w, runes.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return unicode.ReplacementChar
		}
		return r
	}))
}

// complain prints an error as one line.
func (a *app) complain(err error) {
	fmt.Fprintln(a.stderr, "espfigures:", words(err))
}

// oneLine joins the lines of a text: with a space behind a colon, else with a
// semicolon.
func oneLine(s string) string {
	var b strings.Builder
	for _, l := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		l = strings.TrimSpace(l)
		switch {
		case l == "":
			continue
		case strings.HasSuffix(b.String(), ":"):
			b.WriteByte(' ')
		case b.Len() > 0 && !strings.HasSuffix(b.String(), ";"):
			b.WriteString("; ")
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		b.WriteString(l)
	}
	return b.String()
}
