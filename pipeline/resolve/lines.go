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

// badLines are lines of standard input that were left out, by number.
type badLines struct {
	long, noText []int
	nul          bool // of those that are no text, one holds a zero byte
}

// EachLine gives the lines of a list of names, in UTF-8, or in UTF-16 that begins
// with its mark, without their ends. A line that is too long or no text is left
// out and named in leftOut; all others are given. err is that of the reader.
func EachLine(r io.Reader, do func(line string)) (leftOut, err error) {
	bad, err := eachLine(r, do)
	return bad.fault(), err
}

func eachLine(r io.Reader, do func(line string)) (bad badLines, err error) {
	in := bufio.NewReader(transform.NewReader(r, unicode.BOMOverride(transform.Nop)))
	for number := 1; ; number++ {
		line, tooLong, err := readLine(in)
		if err != nil && err != io.EOF {
			return bad, err
		}
		text := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		switch {
		case tooLong:
			bad.long = append(bad.long, number)
		case !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0:
			bad.noText = append(bad.noText, number)
			bad.nul = bad.nul || strings.IndexByte(text, 0) >= 0
		default:
			do(text)
		}
		if err == io.EOF {
			return bad, nil
		}
	}
}

// readLine reads a line with its end, and keeps of one that is too long nothing.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if !tooLong {
			line = append(line, part...)
		}
		if len(line) > longestLine {
			tooLong, line = true, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

// fault says which lines were left out and why; nil where none was.
func (b badLines) fault() error {
	var says []string
	if len(b.long) > 0 {
		says = append(says, lineList(b.long)+" longer than 1 MB")
	}
	if len(b.noText) > 0 {
		text := lineList(b.noText) + " no text in UTF-8"
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
func lineList(all []int) string {
	const named = 8
	if len(all) == 1 {
		return fmt.Sprintf("line %d is", all[0])
	}
	var list []string
	for _, n := range all[:min(len(all), named)] {
		list = append(list, fmt.Sprint(n))
	}
	if more := len(all) - named; more > 0 {
		return fmt.Sprintf("lines %s and %d more are", strings.Join(list, ", "), more)
	}
	return fmt.Sprintf("lines %s and %s are", strings.Join(list[:len(list)-1], ", "), list[len(list)-1])
}
