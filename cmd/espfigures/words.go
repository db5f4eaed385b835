package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"

	"espfigures/scrapers"
)

// words returns an error as one line for people, with what libraries say of a
// file, a host or a text put in plain words.
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
			return fmt.Sprintf("line %d: unbalanced quotation mark", e.Line)
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

// noNetwork says in a few words why no address can be reached. The reasons
// differ by the host alone, so the first is enough.
func noNetwork(err error) string {
	var name *net.DNSError
	if errors.As(err, &name) {
		return words(name)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(words(err), scrapers.ErrOffline.Error()+": "), "; ")
	return first
}

// counted writes a number of things: "1 document", "5 documents".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
