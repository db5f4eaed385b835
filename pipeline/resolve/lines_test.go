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
	long := strings.Repeat("x", longestLine+1)
	const list = "Imgur\nカカオ\nKik\n"
	for name, c := range map[string]struct {
		in    string
		lines string
		fault string
	}{
		"plain":               {"a\nb\n", "a|b", ""},
		"no last line break":  {"a\r\nb", "a|b", ""},
		"nothing":             {"", "", ""},
		"a mark":              {"\ufeffa\nb", "a|b", ""},
		"UTF-16, little":      {inUTF16(list, []byte{0xff, 0xfe}, false), "Imgur|カカオ|Kik", ""},
		"UTF-16, big":         {inUTF16(list, []byte{0xfe, 0xff}, true), "Imgur|カカオ|Kik", ""},
		"UTF-16, no mark":     {inUTF16("Kik\n", nil, false) + "\na\n", "a", "line 2 is no text in UTF-8 (a file in UTF-16 must begin"},
		"a long line":         {"a\n" + long + "\nb\n" + long, "a|b", "line 2 is longer than 1 MB; line 4 is longer"},
		"as long as may be":   {strings.Repeat("x", longestLine-1) + "\nb", strings.Repeat("x", longestLine-1) + "|b", ""},
		"a line that is none": {"a\nCaf\xe9\nb", "a|b", "line 2 is no text in UTF-8"},
		"both":                {"\xff\n" + long + "\nb", "b", "line 1 is no text in UTF-8; line 2 is longer than 1 MB"},
		"many":                {strings.Repeat("\xff\n", 20) + "b", "b", "line 8 is no text in UTF-8; and 12 more"},
		"a zero byte":         {"a\x00b\nc", "c", "line 1 is no text"},
	} {
		var got []string
		leftOut, err := EachLine(iotest.HalfReader(strings.NewReader(c.in)), func(l string) { got = append(got, l) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if g := strings.Join(got, "|"); g != c.lines {
			t.Errorf("%s: %.60q, want %.60q", name, g, c.lines)
		}
		fault := ""
		if leftOut != nil {
			fault = leftOut.Error()
		}
		if !strings.Contains(fault, c.fault) || c.fault == "" && fault != "" {
			t.Errorf("%s: says %q, want %q", name, fault, c.fault)
		}
	}
	failing := errors.New("gone")
	if _, err := EachLine(iotest.ErrReader(failing), func(string) {}); !errors.Is(err, failing) {
		t.Errorf("a reader that fails: %v", err)
	}
}
