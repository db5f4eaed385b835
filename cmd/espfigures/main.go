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
	"syscall"
)

// The exit codes, a contract for cron jobs and scripts.
const (
	exitFine    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitFinding = 3 // done, with a finding of severity fail (with --strict, any warning), or --fail-on-change saw a change
)

// exitError carries an exit code, and an error unless all was said before.
type exitError struct {
	code int
	error
}

func usage(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program behind main, so that tests can call it.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	defer context.AfterFunc(ctx, stop)()
	a := newApp(stdin, stdout, stderr)
	defer a.close()
	return a.exitCode(ctx, newRoot(a, args).ExecuteContext(ctx))
}

// exitCode prints what went wrong and returns the code for it.
func (a *app) exitCode(ctx context.Context, err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &exit):
		if exit.error != nil {
			a.complain(exit.error)
		}
		return exit.code
	case interrupted(ctx, err):
		err = errors.New("interrupted")
	}
	a.complain(err)
	if !a.begun { // a fault that the library of commands found
		return exitUsage
	}
	return exitFailed
}
