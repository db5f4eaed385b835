package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// longestLine is how long a line of standard input may be, in bytes. No name
// comes near it; a file without line breaks is no list of names.
const longestLine = 1 << 20

// badLines are lines of standard input that were left out, by number.
type badLines struct {
	long, noText []int // the first few
	longs, bads  int
	nul          bool // of those that are no text, one holds a zero byte
}

// eachLine gives the lines of a text in UTF-8, or in UTF-16 that begins with
// its mark, without their ends. A line that is too long or no text is left out
// and named in the answer; all others are given.
func eachLine(r io.Reader, do func(line string) error) (badLines, error) {
	var bad badLines
	in := bufio.NewReaderSize(utf16Aware(r), 64<<10)
	var line []byte
	for number := 1; ; number++ {
		line = line[:0]
		tooLong := false
		var err error
		for {
			var part []byte
			part, err = in.ReadSlice('\n')
			if !tooLong {
				line = append(line, part...)
			}
			if len(line) > longestLine {
				tooLong, line = true, line[:0]
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && err != io.EOF {
			return bad, err
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		switch {
		case tooLong:
			bad.longs++
			bad.long = note(bad.long, number)
		case !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0:
			bad.bads++
			bad.noText = note(bad.noText, number)
			bad.nul = bad.nul || strings.IndexByte(text, 0) >= 0
		default:
			if err := do(text); err != nil {
				return bad, err
			}
		}
		if err == io.EOF {
			return bad, nil
		}
	}
}

// utf16Aware gives the text behind a byte order mark, of UTF-16 as UTF-8.
func utf16Aware(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	switch mark, _ := in.Peek(3); {
	case strings.HasPrefix(string(mark), "\xff\xfe"), strings.HasPrefix(string(mark), "\xfe\xff"):
		return transform.NewReader(in, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
	case string(mark) == "\xef\xbb\xbf":
		_, _ = in.Discard(len(mark))
	}
	return in
}

// named is how many line numbers a message holds.
const named = 8

func note(list []int, number int) []int {
	if len(list) < named {
		list = append(list, number)
	}
	return list
}

// fault says which lines were left out and why; nil where none was.
func (b badLines) fault() error {
	var says []string
	if b.longs > 0 {
		says = append(says, fmt.Sprintf("%s longer than 1 MB", lineList(b.long, b.longs)))
	}
	if b.bads > 0 {
		text := lineList(b.noText, b.bads) + " no text in UTF-8"
		if b.nul {
			text += " (a file in UTF-16 must begin with its byte order mark)"
		}
		says = append(says, text)
	}
	if says == nil {
		return nil
	}
	return fmt.Errorf("standard input, left out: %s", strings.Join(says, "; "))
}

// lineList names lines: "line 3 is", "lines 3, 5 and 10 more are".
func lineList(first []int, all int) string {
	if all == 1 {
		return fmt.Sprintf("line %d is", first[0])
	}
	s := strings.Trim(strings.ReplaceAll(fmt.Sprint(first), " ", ", "), "[]")
	if more := all - len(first); more > 0 {
		return fmt.Sprintf("lines %s and %d more are", s, more)
	}
	i := strings.LastIndex(s, ", ")
	return fmt.Sprintf("lines %s and %s are", s[:i], s[i+2:])
}
