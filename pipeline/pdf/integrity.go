package pdf

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/adler32"
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
)

// maxInflated is how much the streams of a PDF may hold altogether. Real ones
// hold about 2 MB.
const maxInflated = 256 << 20

// whole tests whether a PDF has its end, and returns it without what follows.
func whole(body []byte) (pdf []byte, repairs []string, err error) {
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
		return body[:end], repairs, nil
	}
	return body, nil, nil
}

// intact tests the checksums of the compressed streams of a PDF.
func intact(body []byte) (repairs []string, err error) {
	if bytes.Contains(body, []byte("/Encrypt")) {
		return nil, nil // the streams are ciphered
	}
	left := int64(maxInflated)
	for at := 0; at < len(body); {
		m := streamRE.FindIndex(body[at:])
		if m == nil {
			return repairs, nil
		}
		start, from := at+m[0], at+m[1]
		at = from
		if !isFlate(body[:start]) {
			continue
		}
		end, sum, err := inflate(body, from, &left)
		if err != nil {
			return nil, err
		}
		at = end
		switch stored := body[end:min(len(body), end+4)]; {
		case bytes.Equal(stored, sum):
		case bytes.Equal(stored, make([]byte, 4)), bytes.HasPrefix(bytes.TrimLeft(stored, "\r\n"), []byte("en")):
			repairs = append(repairs, fmt.Sprintf("the compressed stream at byte %d has no checksum", from))
		default:
			return nil, fail(ErrDamaged, "the compressed stream at byte %d does not have its checksum", from)
		}
	}
	return repairs, nil
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

// inflate unpacks a stream, and returns where its data end and the checksum that
// must follow them. It takes the size of what it unpacks off left.
func inflate(body []byte, from int, left *int64) (end int, sum []byte, err error) {
	if len(body) < from+2 || body[from]&0xF != 8 || (int(body[from])<<8|int(body[from+1]))%31 != 0 {
		return 0, nil, fail(ErrDamaged, "the compressed stream at byte %d is broken", from)
	}
	rest := bytes.NewReader(body[from+2:])
	check := adler32.New()
	n, err := io.Copy(check, io.LimitReader(flate.NewReader(rest), *left+1))
	*left -= n
	if *left < 0 {
		return 0, nil, fail(ErrTooLarge, "its streams hold more than %d MB", maxInflated>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, fail(ErrDamaged, "the compressed stream at byte %d is broken", from)
	}
	return len(body) - rest.Len(), check.Sum(nil), nil
}
