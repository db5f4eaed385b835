package scrapers

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strings"

	"espfigures/pipeline"
)

// Errors about what came back.
var (
	errNotTable  = errors.New("not a document")
	errTruncated = errors.New("the PDF is cut short: it has no end mark (%%EOF)")
)

// isPDF reports whether bytes are a PDF by their magic number, which may be
// anywhere in the first 1,024 bytes.
func isPDF(body []byte) bool {
	return bytes.Contains(body[:min(len(body), 1024)], []byte("%PDF-"))
}

// hasEnd reports whether a PDF has its end mark, in its last kilobyte or anywhere:
// bytes behind it are not a sign that it is cut short if it is known to have come
// whole.
func hasEnd(body []byte, anywhere bool) bool {
	body = bytes.TrimRight(body, "\x00\t\n\f\r ")
	at := bytes.LastIndex(body, []byte("%%EOF"))
	return at >= 0 && (anywhere || len(body)-at <= 1024)
}

// isHTML reports whether bytes are a web page by what they look like, or else
// by what the server calls them.
func isHTML(body []byte, contentType string) bool {
	sniffed := http.DetectContentType(body)
	kind, _, _ := mime.ParseMediaType(contentType)
	return strings.HasPrefix(sniffed, "text/html") || strings.HasPrefix(sniffed, "text/") && (kind == "text/html" || kind == "application/xhtml+xml")
}

// size renders a number of bytes for a message.
func size(n int) string { return pipeline.Count(n).String() + " bytes" }
