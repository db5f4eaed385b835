package resolve

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Lines returns the names of a list with one a line, in UTF-8, or in UTF-16 that
// begins with its mark. Lines that are no text are left out, and counted in the
// error.
func Lines(list []byte) (names []string, leftOut error) {
	text, _, _ := transform.Bytes(unicode.BOMOverride(transform.Nop), list) // what cannot be decoded is no text
	first, bad := 0, 0
	for i, line := range strings.Split(string(text), "\n") {
		if utf8.ValidString(line) && !strings.Contains(line, "\x00") {
			names = append(names, strings.TrimSuffix(line, "\r"))
			continue
		}
		if bad++; bad == 1 {
			first = i + 1
		}
	}
	if bad > 0 {
		leftOut = fmt.Errorf("standard input: %d lines left out, the first is line %d: no text in UTF-8 (a file in UTF-16 must begin with its byte order mark)", bad, first)
	}
	return names, leftOut
}
