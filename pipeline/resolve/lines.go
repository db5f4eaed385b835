package resolve

import (
	"bufio"
	"bytes"
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
// with its mark, without their ends. A line that is too long or no text is left
// out and named in leftOut; all others are given. err is that of the reader.
func EachLine(r io.Reader, do func(line string)) (leftOut, err error) {
	in := bufio.NewReaderSize(transform.NewReader(r, unicode.BOMOverride(transform.Nop)), longestLine)
	var bad []string
	for number := 1; ; number++ {
		line, more, err := in.ReadLine()
		long := more
		text := string(line)
		for more && err == nil {
			_, more, err = in.ReadLine()
		}
		switch {
		case err == io.EOF && !long:
			return leftOutError(bad), nil
		case err != nil && err != io.EOF:
			return leftOutError(bad), err
		case long:
			bad = append(bad, fmt.Sprintf("line %d is longer than 1 MB", number))
		case bytes.IndexByte(line, 0) >= 0:
			bad = append(bad, fmt.Sprintf("line %d is no text in UTF-8 (a file in UTF-16 must begin with its byte order mark)", number))
		case !utf8.ValidString(text):
			bad = append(bad, fmt.Sprintf("line %d is no text in UTF-8", number))
		default:
			do(text)
		}
	}
}

// leftOutError says which lines were left out and why; nil where none was.
func leftOutError(bad []string) error {
	const named = 8
	if len(bad) == 0 {
		return nil
	}
	if more := len(bad) - named; more > 0 {
		bad = append(bad[:named], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("standard input, left out: %s", strings.Join(bad, "; "))
}
