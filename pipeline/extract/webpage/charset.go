package webpage

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// declaredRE finds the encoding that a page declares, wherever the declaration is;
// comments are skipped.
var declaredRE = regexp.MustCompile(`(?is)<!--.*?-->|<meta\s[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]+)`)

// decode returns a page in UTF-8. Its encoding is what the first of these says:
// a byte order mark, the header, a <meta> element, the XML declaration, the bytes
// themselves.
func decode(body []byte, contentType string) []byte {
	enc, name, certain := charset.DetermineEncoding(body, contentType)
	if !certain {
		for _, m := range declaredRE.FindAllSubmatch(body, 50) {
			if e, n := charset.Lookup(string(m[1]) + string(m[2])); e != nil {
				enc, name, certain = e, n, true
				break
			}
		}
	}
	// No text in a one-byte encoding happens to be valid UTF-8, and nothing in UTF-16
	// is without zeros: then the declaration is wrong.
	oneByte := strings.HasPrefix(name, "windows-") || strings.HasPrefix(name, "iso-8859-") || name == "macintosh"
	if utf8.Valid(body) && (!certain || oneByte || strings.HasPrefix(name, "utf-16") && !bytes.Contains(body, []byte{0})) {
		return body
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return bytes.TrimPrefix(out, []byte("\ufeff"))
}

func attr(attrs []html.Attribute, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
