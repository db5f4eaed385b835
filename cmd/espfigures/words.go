package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"

	"espfigures/output/text"
	"espfigures/pipeline"
)

// words returns an error as one line for people, with what libraries say of a
// file or a host put in plain words.
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
		return e.Path + ": " + e.Err.Error()
	case *os.LinkError:
		return e.New + ": " + e.Err.Error()
	case *os.SyscallError:
		return e.Err.Error()
	case *net.DNSError:
		return "the name " + e.Name + " cannot be looked up (" + e.Err + ")"
	case *net.OpError:
		if e.Addr != nil {
			return e.Addr.String() + ": " + words(e.Err)
		}
		return words(e.Err)
	}
	return ""
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

var lineEnds = regexp.MustCompile(`([:;]?)\s*[\r\n]\s*`)

// oneLine joins the lines of a text: with a space behind a colon, else with a
// semicolon.
func oneLine(s string) string {
	return lineEnds.ReplaceAllStringFunc(strings.TrimSpace(s), func(end string) string {
		if strings.HasPrefix(end, ":") {
			return ": "
		}
		return "; "
	})
}

// counted writes a number of things: "1 document", "5 documents".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// describeFinding writes a finding as one line.
func describeFinding(f pipeline.Finding) string {
	s := string(f.Code)
	if f.Year != 0 {
		s = fmt.Sprintf("%d %s", f.Year, s)
	}
	s += place(f) + ": " + f.What
	if f.Document != "" && !strings.HasPrefix(f.What, f.Document) {
		s += " (" + text.Short(f.Document) + ")"
	}
	return oneLine(s)
}

// place writes where a finding is, unless its text begins with that.
func place(f pipeline.Finding) string {
	switch {
	case f.At.Page == 0 || strings.HasPrefix(f.What, "page "):
		return ""
	case f.At.Row == 0:
		return fmt.Sprintf(", page %d", f.At.Page)
	}
	return fmt.Sprintf(", page %d, row %d", f.At.Page, f.At.Row)
}
