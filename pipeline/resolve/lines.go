package resolve

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

// EachLine gives the lines of a list of names, in UTF-8, or in UTF-16 that begins
// with its mark, without their ends. Lines that are no text are left out and
// counted in leftOut. err is that of the reader, or of a line that is too long.
func EachLine(r io.Reader, do func(line string)) (leftOut, err error) {
	in := bufio.NewScanner(transform.NewReader(r, unicode.BOMOverride(transform.Nop)))
	in.Buffer(nil, longestLine)
	first, bad := 0, 0
	for number := 1; in.Scan(); number++ {
		if line := in.Text(); utf8.ValidString(line) && !strings.Contains(line, "\x00") {
			do(line)
			continue
		}
		bad++
		if first == 0 {
			first = number
		}
	}
	if bad > 0 {
		leftOut = fmt.Errorf("standard input: %d lines left out, the first is line %d: no text in UTF-8 (a file in UTF-16 must begin with its byte order mark)", bad, first)
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		return leftOut, errors.New("a line is longer than 1 MB, so this is no list of names")
	}
	return leftOut, in.Err()
}
