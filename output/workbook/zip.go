package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/klauspost/compress/flate"
)

// zipParts is the excelize.ZipWriter that makes a workbook's bytes a function
// of its content: parts are compressed as they come, and written sorted by
// name and without times.
//
// The rows of a sheet are compressed before excelize writes the sheet's part
// and are put into it between the header row and the end of the data. A
// compressed part is then several stretches in a row: each begins with
// nothing to look back at and, but for the last, ends with a flush, on a whole
// byte. Together they are one deflate stream.
type zipParts struct {
	edits map[string]func([]byte) ([]byte, error) // by part name, before compression
	rows  map[string]stretch                      // by part name: the rows of a sheet's table
	more  map[string][]byte                       // by part name: parts of our own, where excelize makes none of the name
	parts []*zipPart
	raw   bytes.Buffer // the part being written
	spool spool        // compressed stretches, one after the other
	// One compressor serves all stretches, for each is complete before the
	// next begins, and a new one costs more than a small part does.
	deflat *flate.Writer
	now    stretch
}

type zipPart struct {
	name string
	made []stretch
}

// stretch is a stretch of a part, compressed in the spool.
type stretch struct {
	at, packed int64  // where it begins in the spool, and its length there
	sum        uint32 // CRC-32 of what is compressed
	size       int64  // its length
}

func newZipParts(edits map[string]func([]byte) ([]byte, error)) *zipParts {
	deflat, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return &zipParts{edits: edits, rows: map[string]stretch{}, more: map[string][]byte{}, deflat: deflat}
}

// begin begins a stretch.
func (z *zipParts) begin() {
	z.now = stretch{at: z.spool.size}
	z.deflat.Reset(&z.spool)
}

// pack adds to the stretch.
func (z *zipParts) pack(b []byte) error {
	z.now.sum = crc32.Update(z.now.sum, crc32.IEEETable, b)
	z.now.size += int64(len(b))
	_, err := z.deflat.Write(b)
	return err
}

// end ends the stretch; the last of a part ends the part's stream.
func (z *zipParts) end(last bool) (stretch, error) {
	end := z.deflat.Flush
	if last {
		end = z.deflat.Close
	}
	err := end()
	z.now.packed = z.spool.size - z.now.at
	return z.now, err
}

// Create begins the part; the one before it is complete by then.
func (z *zipParts) Create(name string) (io.Writer, error) {
	if err := z.finish(); err != nil {
		return nil, err
	}
	z.parts = append(z.parts, &zipPart{name: name})
	return &z.raw, nil
}

// AddFS is part of excelize's interface; excelize does not call it.
func (z *zipParts) AddFS(fs.FS) error { return errors.New("a workbook takes no file system") }

// finish compresses the last part.
func (z *zipParts) finish() error {
	if len(z.parts) == 0 {
		return nil
	}
	p := z.parts[len(z.parts)-1]
	b := z.raw.Bytes()
	if p.name == contentTypes {
		b = sortDefaults(b)
	}
	if edit := z.edits[p.name]; edit != nil {
		var err error
		if b, err = edit(b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	add := func(b []byte, last bool) error {
		z.begin()
		if err := z.pack(b); err != nil {
			return err
		}
		s, err := z.end(last)
		p.made = append(p.made, s)
		return err
	}
	if strings.HasPrefix(p.name, "xl/worksheets/sheet") {
		b = noExtent(b)
	}
	if rows, ok := z.rows[p.name]; ok {
		at := bytes.Index(b, []byte("</sheetData>"))
		if at < 0 {
			return fmt.Errorf("%s: there is no place for rows", p.name)
		}
		if err := add(b[:at], false); err != nil {
			return err
		}
		p.made = append(p.made, rows)
		b = b[at:]
	}
	err := add(b, true)
	z.raw.Reset()
	return err
}

// noExtent drops the extent of a sheet: excelize writes it without the rows
// it does not know of, and readers that trust it would read one cell.
func noExtent(b []byte) []byte {
	return bytes.Replace(b, []byte(`<dimension ref="A1"></dimension>`), nil, 1)
}

// Close compresses what is not yet; the archive is written by write.
func (z *zipParts) Close() error {
	for _, p := range z.parts {
		delete(z.more, p.name)
	}
	for _, name := range slices.Sorted(maps.Keys(z.more)) {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, _ = w.Write(z.more[name]) // a buffer
	}
	return z.finish()
}

// drop removes what the spool holds.
func (z *zipParts) drop() { z.spool.drop() }

// write writes the archive.
func (z *zipParts) write(w io.Writer) error {
	sort.SliceStable(z.parts, func(i, j int) bool { return z.parts[i].name < z.parts[j].name })
	zw := zip.NewWriter(w)
	for _, p := range z.parts {
		all := stretch{}
		for _, s := range p.made {
			all.sum = joinSums(all.sum, s.sum, s.size)
			all.size += s.size
			all.packed += s.packed
		}
		head := &zip.FileHeader{Name: p.name, Method: zip.Deflate, CRC32: all.sum, CompressedSize64: uint64(all.packed), UncompressedSize64: uint64(all.size)}
		//lint:ignore SA1019 CreateRaw takes the header as it is; 33 is 1 January 1980, the first day a zip file knows
		head.ModifiedDate = 33
		part, err := zw.CreateRaw(head)
		if err != nil {
			return err
		}
		for _, s := range p.made {
			if _, err := io.Copy(part, io.NewSectionReader(&z.spool, s.at, s.packed)); err != nil {
				return err
			}
		}
	}
	return zw.Close()
}

// joinSums returns the CRC-32 of two texts one after the other from the sums
// of both and the length of the second. A sum is the remainder of its text as
// a polynomial over two elements, its highest power in the lowest bit; a text
// of n bytes behind moves the first by 8n powers of x.
func joinSums(first, second uint32, n int64) uint32 {
	const one, x8 = uint32(1) << 31, uint32(1) << 23
	times := func(a, b uint32) (product uint32) {
		for bit := one; bit != 0; bit >>= 1 {
			if a&bit != 0 {
				product ^= b
			}
			carry := b & 1
			if b >>= 1; carry != 0 { // b times x
				b ^= crc32.IEEE
			}
		}
		return product
	}
	move := one
	for square := x8; n > 0; n >>= 1 {
		if n&1 != 0 {
			move = times(square, move)
		}
		square = times(square, square)
	}
	return times(move, first) ^ second
}

// maxSpool is how much a spool keeps in memory.
const maxSpool = 8 << 20

// spool keeps what is written to it until it is read: a little in memory, more
// in a temporary file. Where none can be made it stays in memory.
type spool struct {
	buf  []byte
	file *os.File
	size int64
	full bool // no file can be made
}

func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && !s.full && len(s.buf)+len(p) > maxSpool {
		file, err := os.CreateTemp("", "espfigures-")
		if err != nil {
			s.full = true
		} else {
			s.file = file
			if _, err := file.Write(s.buf); err != nil {
				return 0, err
			}
			s.buf = nil
		}
	}
	if s.file == nil {
		if n := len(s.buf) + len(p); n > cap(s.buf) {
			s.buf = append(make([]byte, 0, max(n, 2*cap(s.buf), 1<<18)), s.buf...)
		}
		s.buf = append(s.buf, p...)
		s.size += int64(len(p))
		return len(p), nil
	}
	n, err := s.file.Write(p)
	s.size += int64(n)
	return n, err
}

func (s *spool) ReadAt(p []byte, off int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(p, off)
	}
	return bytes.NewReader(s.buf).ReadAt(p, off)
}

// drop removes the file.
func (s *spool) drop() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
	s.file, s.buf = nil, nil
}

const contentTypes = "[Content_Types].xml"

var defaultElement = regexp.MustCompile(`<Default [^>]*>(</Default>)?`)

// sortDefaults sorts the <Default> elements, which excelize writes in the
// order of a map.
func sortDefaults(b []byte) []byte {
	all := defaultElement.FindAll(b, -1)
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, bytes.Compare)
	i := 0
	return defaultElement.ReplaceAllFunc(b, func([]byte) []byte {
		i++
		return sorted[i-1]
	})
}
