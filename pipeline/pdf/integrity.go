package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// PDFium mends what it can and says nothing: a damaged stream is read as far
// as it goes, so that a flipped bit may change a name and nothing else. The
// compressed streams of a PDF end in a checksum, which is tested here first.
// Streams that are not compressed have none; nothing but the sum guards them.
//
// What viewers pass over without harm, and no damage explains, is a repair: it is
// reported, and the tables must prove themselves.

var (
	flateRE  = regexp.MustCompile(`/Filter\s*(?:/FlateDecode|/Fl|\[\s*/FlateDecode\s*\])[\s/>]`)
	streamRE = regexp.MustCompile(`stream\r?\n`)
	objectRE = regexp.MustCompile(`\d\s+obj\b|endobj|endstream|startxref`)
	noSumRE  = regexp.MustCompile(`^(?:\x00{4}|[\r\n]*en)`) // in the place of a checksum
)

// maxInflated is how much the streams of a PDF may hold altogether. Real ones
// hold about 2 MB.
const maxInflated = 256 << 20

// intact tests a PDF, and returns it without what follows its end.
func intact(body []byte) (pdf []byte, repairs []string, err error) {
	const mark = "%%EOF"
	end := bytes.LastIndex(body, []byte(mark))
	if end < 0 {
		return nil, nil, fail(ErrTruncated, "it has no end mark")
	}
	end += len(mark)
	rest := bytes.TrimRight(body[end:], "\x00 \t\r\n")
	switch {
	case objectRE.Match(rest):
		return nil, nil, fail(ErrTruncated, "parts of it follow its last end mark")
	case len(rest) > 0 || len(body)-end > 1024:
		repairs = append(repairs, fmt.Sprintf("%d bytes behind its end were left out", len(body)-end))
		body = body[:end]
	}
	if bytes.Contains(body, []byte("/Encrypt")) {
		return body, repairs, nil // the streams are ciphered
	}
	left := int64(maxInflated)
	for at := 0; ; {
		m := streamRE.FindIndex(body[at:])
		if m == nil {
			return body, repairs, nil
		}
		start, from := at+m[0], at+m[1]
		if at = from; !isFlate(body[:start]) {
			continue
		}
		rest := bytes.NewReader(body[from:])
		z, err := zlib.NewReader(rest)
		if err == nil {
			var n int64
			n, err = io.Copy(io.Discard, io.LimitReader(z, left+1))
			left -= n
		}
		at = len(body) - rest.Len()
		switch {
		case left < 0:
			return nil, nil, fail(ErrTooLarge, "its streams hold more than %d MB", maxInflated>>20)
		case errors.Is(err, zlib.ErrChecksum) && noSumRE.Match(body[at-4:at]):
			repairs = append(repairs, fmt.Sprintf("the compressed stream at byte %d has no checksum", from))
		case errors.Is(err, zlib.ErrChecksum):
			return nil, nil, fail(ErrDamaged, "the compressed stream at byte %d does not have its checksum", from)
		case err != nil:
			return nil, nil, fail(ErrDamaged, "the compressed stream at byte %d is broken", from)
		}
	}
}

// isFlate reports whether what is before a stream says that it is compressed.
func isFlate(before []byte) bool {
	if bytes.HasSuffix(before, []byte("end")) {
		return false
	}
	dict := before[max(0, len(before)-4096):]
	i := bytes.LastIndex(dict, []byte(" obj"))
	return i >= 0 && bytes.HasSuffix(bytes.TrimRight(dict, " \t\r\n"), []byte(">>")) && flateRE.Match(dict[i:])
}
