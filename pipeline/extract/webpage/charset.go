package webpage

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]+)["']`)

// decode returns a page in UTF-8. Its encoding is what the first of these says:
// a byte order mark, the header, a <meta> element in the head, the XML
// declaration, the bytes themselves.
func decode(body []byte, contentType string) []byte {
	for _, mark := range []struct {
		bytes string
		enc   encoding.Encoding
	}{
		{"\xef\xbb\xbf", unicode.UTF8},
		{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		if rest, ok := bytes.CutPrefix(body, []byte(mark.bytes)); ok {
			return decodeAs(mark.enc, rest)
		}
	}
	valid := utf8.Valid(body)
	label := charsetOf(contentType)
	if enc, _ := charset.Lookup(label); enc == nil {
		label = declared(body)
	}
	enc, name := charset.Lookup(label)
	switch {
	case strings.HasPrefix(name, "utf-16"):
		// The declaration was readable as ASCII, so this is not UTF-16.
		return decodeAs(unicode.UTF8, body)
	case valid && (enc == nil || singleByte(name)):
		// No text in a one-byte encoding happens to be valid UTF-8: the
		// declaration is wrong or there is none.
		return body
	case enc != nil:
		return decodeAs(enc, body)
	}
	enc, _ = charset.Lookup("windows-1252")
	return decodeAs(enc, body)
}

func decodeAs(enc encoding.Encoding, body []byte) []byte {
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return body
	}
	return out
}

func singleByte(name string) bool {
	return strings.HasPrefix(name, "windows-") || strings.HasPrefix(name, "iso-8859-") || name == "macintosh"
}

// declared returns the encoding that the head of a page declares; "" for none.
func declared(body []byte) string {
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return xmlDeclared(body)
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data == "body" || t.Data == "table" {
				return xmlDeclared(body)
			}
			if t.Data != "meta" {
				continue
			}
			label := attr(t.Attr, "charset")
			if label == "" && strings.EqualFold(attr(t.Attr, "http-equiv"), "content-type") {
				label = charsetOf(attr(t.Attr, "content"))
			}
			if enc, _ := charset.Lookup(label); enc != nil {
				return label
			}
		}
	}
}

func xmlDeclared(body []byte) string {
	if m := xmlEncoding.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}

func charsetOf(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}

func attr(attrs []html.Attribute, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
