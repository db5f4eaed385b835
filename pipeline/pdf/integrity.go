package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
)

// PDFium mends what it can and says nothing: a damaged stream is read as far
// as it goes, so that a flipped bit may change a name and nothing else. The
// compressed streams of a PDF end in a checksum, which is tested here first.
// Streams that are not compressed have none; nothing but the sum guards them.

var (
	flateRE  = regexp.MustCompile(`/Filter\s*(?:/FlateDecode|/Fl|\[\s*/FlateDecode\s*\])[\s/>]`)
	streamRE = regexp.MustCompile(`stream\r?\n`)
)

// maxInflated is how much the streams of a PDF may hold altogether. Real ones
// hold about 2 MB.
const maxInflated = 256 << 20

// intact tests the checksums of the compressed streams of a PDF.
func intact(body []byte) error {
	if bytes.Contains(body, []byte("/Encrypt")) {
		return nil // the streams are ciphered
	}
	left := int64(maxInflated)
	for at := 0; at < len(body); {
		m := streamRE.FindIndex(body[at:])
		if m == nil {
			return nil
		}
		start, from := at+m[0], at+m[1]
		at = from
		if bytes.HasPrefix(body[max(0, start-3):], []byte("end")) {
			continue
		}
		// The stream's dictionary: back to the object's beginning.
		dict := body[max(0, start-4096):start]
		if i := bytes.LastIndex(dict, []byte(" obj")); i >= 0 {
			dict = dict[i:]
		} else {
			continue
		}
		if !bytes.HasSuffix(bytes.TrimRight(dict, " \t\r\n"), []byte(">>")) || !flateRE.Match(dict) {
			continue
		}
		rest := bytes.NewReader(body[from:])
		z, err := zlib.NewReader(rest)
		if err != nil {
			return fail(ErrDamaged, "a compressed stream at byte %d is broken", from)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(z, left+1))
		left -= n
		if left < 0 {
			return fail(ErrTooLarge, "its streams hold more than %d MB", maxInflated>>20)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fail(ErrDamaged, "a compressed stream at byte %d does not have its checksum", from)
		}
		at = from + int(rest.Size()) - rest.Len()
	}
	return nil
}
