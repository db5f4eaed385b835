package resolve

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"
)

func TestEachLine(t *testing.T) {
	inUTF16 := func(s string, order unicode.Endianness, mark unicode.BOMPolicy) string {
		text, _ := unicode.UTF16(order, mark).NewEncoder().String(s)
		return text
	}
	const list = "Imgur\nカカオ\nKik\n"
	for name, c := range map[string]struct{ in, lines, fault string }{
		"plain":               {"a\nb\n", "a|b", ""},
		"no last line break":  {"a\r\nb", "a|b", ""},
		"nothing":             {"", "", ""},
		"a mark":              {"\ufeffa\nb", "a|b", ""},
		"UTF-16, little":      {inUTF16(list, unicode.LittleEndian, unicode.UseBOM), "Imgur|カカオ|Kik", ""},
		"UTF-16, big":         {inUTF16(list, unicode.BigEndian, unicode.UseBOM), "Imgur|カカオ|Kik", ""},
		"UTF-16, no mark":     {inUTF16("Kik\n", unicode.LittleEndian, unicode.IgnoreBOM) + "\na\n", "a", "2 lines left out, the first is line 1: no text in UTF-8 (a file in UTF-16"},
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
