package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
)

// words returns an error as one line for people: what libraries say of a file,
// a host or a text in their own way stands in it in plain words.
func words(err error) string {
	text := err.Error()
	var walk func(error)
	walk = func(err error) {
		if plain := plainly(err); plain != "" {
			text = strings.ReplaceAll(text, err.Error(), plain)
			return
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			if inner := e.Unwrap(); inner != nil {
				walk(inner)
			}
		case interface{ Unwrap() []error }:
			for _, inner := range e.Unwrap() {
				walk(inner)
			}
		}
	}
	walk(err)
	return oneLine(text)
}

// plainly words an error of a library, "" for any other.
func plainly(err error) string {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Path + ": " + systemWords(e.Err)
	case *os.LinkError:
		return e.New + ": " + systemWords(e.Err)
	case *os.SyscallError:
		return systemWords(e.Err)
	case *net.DNSError:
		if e.IsTimeout {
			return "the name " + e.Name + " could not be looked up in time"
		}
		return "the name " + e.Name + " cannot be looked up (" + e.Err + ")"
	case *net.OpError:
		var name *net.DNSError
		if errors.As(e.Err, &name) {
			return plainly(name)
		}
		at := ""
		if e.Addr != nil {
			at = e.Addr.String() + ": "
		}
		return at + words(e.Err)
	case *csv.ParseError:
		if errors.Is(e.Err, csv.ErrQuote) || errors.Is(e.Err, csv.ErrBareQuote) {
			return fmt.Sprintf("line %d: a quotation mark too many or too few", e.Line)
		}
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	case *json.SyntaxError, *json.UnmarshalTypeError:
		return "it is not JSON as this program writes it"
	}
	return ""
}

// systemWords says what a system's error is: of a missing file, that it is
// missing.
func systemWords(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "no such file or directory"
	}
	return err.Error()
}

// interrupted reports whether an error only says that the user, or the
// system, ended the run.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx)))
}

// isFolder refuses what is there and no folder, in the words of its flag.
func isFolder(flag, path string) error {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return usage("%s: %s is a file, not a folder", flag, path)
	}
	return nil
}
