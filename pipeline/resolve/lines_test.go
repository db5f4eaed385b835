package resolve

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func TestLines(t *testing.T) {
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
		got, leftOut := Lines([]byte(c.in))
		if g := strings.Trim(strings.Join(got, "|"), "|"); g != c.lines {
			t.Errorf("%s: %q, want %q", name, g, c.lines)
		}
		if (leftOut == nil) != (c.fault == "") || leftOut != nil && !strings.Contains(leftOut.Error(), c.fault) {
			t.Errorf("%s: says %v, want %q", name, leftOut, c.fault)
		}
	}
}
