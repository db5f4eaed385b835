package resolve

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

func inUTF16(s string, mark []byte, big bool) string {
	b := slices.Clone(mark)
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestEachLine(t *testing.T) {
	const list = "Imgur\nカカオ\nKik\n"
	for name, c := range map[string]struct{ in, lines, fault string }{
		"plain":               {"a\nb\n", "a|b", ""},
		"no last line break":  {"a\r\nb", "a|b", ""},
		"nothing":             {"", "", ""},
		"a mark":              {"\ufeffa\nb", "a|b", ""},
		"UTF-16, little":      {inUTF16(list, []byte{0xff, 0xfe}, false), "Imgur|カカオ|Kik", ""},
		"UTF-16, big":         {inUTF16(list, []byte{0xfe, 0xff}, true), "Imgur|カカオ|Kik", ""},
		"UTF-16, no mark":     {inUTF16("Kik\n", nil, false) + "\na\n", "a", "2 lines left out, the first is line 1: no text in UTF-8 (a file in UTF-16"},
		"lines that are none": {"a\nCaf\xe9\nb\nc\x00", "a|b", "2 lines left out, the first is line 2"},
	} {
		var got []string
		leftOut, err := EachLine(iotest.HalfReader(strings.NewReader(c.in)), func(l string) { got = append(got, l) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if g := strings.Join(got, "|"); g != c.lines {
			t.Errorf("%s: %q, want %q", name, g, c.lines)
		}
		if (leftOut == nil) != (c.fault == "") || leftOut != nil && !strings.Contains(leftOut.Error(), c.fault) {
			t.Errorf("%s: says %v, want %q", name, leftOut, c.fault)
		}
	}
	if _, err := EachLine(strings.NewReader(strings.Repeat("x", longestLine+1)), func(string) {}); err == nil {
		t.Error("a line that is too long is no error")
	}
	failing := errors.New("gone")
	if _, err := EachLine(iotest.ErrReader(failing), func(string) {}); !errors.Is(err, failing) {
		t.Errorf("a reader that fails: %v", err)
	}
}
