package output

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// zipParts is the excelize.ZipWriter that makes a workbook's bytes a function
// of its content: parts are compressed as they come, and written sorted by
// name and without times when the workbook is closed.
type zipParts struct {
	w     io.Writer
	edits map[string]func([]byte) ([]byte, error) // by part name, before compression
	parts []*zipPart
	spool spool // compressed parts, one after the other
	// One compressor serves all parts, for each is complete before the next
	// begins, and a new one costs more than a small part does.
	deflat *flate.Writer
}

type zipPart struct {
	zip    *zipParts
	name   string
	raw    *bytes.Buffer // parts with an edit wait here
	head   []byte        // begin of a sheet, until noExtent has seen it
	begun  bool
	open   bool  // the spool takes what the compressor gives
	at     int64 // where the compressed part begins in the spool
	packed int64 // its length there
	sum    hash.Hash32
	size   uint64
}

func newZipParts(w io.Writer, edits map[string]func([]byte) ([]byte, error)) *zipParts {
	deflat, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return &zipParts{w: w, edits: edits, deflat: deflat}
}

// Create begins the part; the one before it is complete by then.
func (z *zipParts) Create(name string) (io.Writer, error) {
	if err := z.finish(); err != nil {
		return nil, err
	}
	p := &zipPart{zip: z, name: name, sum: crc32.NewIEEE()}
	if z.edits[name] != nil || name == contentTypes {
		p.raw = new(bytes.Buffer)
	}
	z.parts = append(z.parts, p)
	return p, nil
}

// AddFS is part of excelize's interface; excelize does not call it.
func (z *zipParts) AddFS(fs.FS) error { return errors.New("a workbook takes no file system") }

func (p *zipPart) Write(b []byte) (int, error) {
	if p.raw != nil {
		return p.raw.Write(b)
	}
	if p.begun || !strings.HasPrefix(p.name, "xl/worksheets/") {
		return p.pack(b)
	}
	p.head = append(p.head, b...)
	if len(p.head) >= 4096 {
		return len(b), p.begin()
	}
	return len(b), nil
}

// begin packs the begin of a sheet.
func (p *zipPart) begin() error {
	p.begun = true
	_, err := p.pack(noExtent(p.head))
	p.head = nil
	return err
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

// noExtent drops the extent of a streamed sheet: it is written as A1 before
// the rows are known, and readers that trust it would read one cell.
func noExtent(b []byte) []byte {
	return bytes.Replace(b, []byte(`<dimension ref="A1"></dimension>`), nil, 1)
}

func (p *zipPart) pack(b []byte) (int, error) {
	if !p.open {
		p.open = true
		p.at = p.zip.spool.size
		p.zip.deflat.Reset(&p.zip.spool)
	}
	p.sum.Write(b)
	p.size += uint64(len(b))
	return p.zip.deflat.Write(b)
}

// finish packs what the last part still holds.
func (z *zipParts) finish() error {
	if len(z.parts) == 0 {
		return nil
	}
	p := z.parts[len(z.parts)-1]
	if p.raw != nil {
		b := p.raw.Bytes()
		if p.name == contentTypes {
			b = sortDefaults(b)
		}
		if edit := z.edits[p.name]; edit != nil {
			var err error
			if b, err = edit(b); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
		p.raw = nil
		if strings.HasPrefix(p.name, "xl/worksheets/") {
			b = noExtent(b)
		}
		if _, err := p.pack(b); err != nil {
			return err
		}
	}
	if len(p.head) > 0 {
		if err := p.begin(); err != nil {
			return err
		}
	}
	if !p.open { // an empty part
		if _, err := p.pack(nil); err != nil {
			return err
		}
	}
	err := z.deflat.Close()
	p.packed = z.spool.size - p.at
	return err
}

// Close writes the archive.
func (z *zipParts) Close() error {
	defer z.spool.drop()
	if err := z.finish(); err != nil {
		return err
	}
	sort.SliceStable(z.parts, func(i, j int) bool { return z.parts[i].name < z.parts[j].name })
	zw := zip.NewWriter(z.w)
	for _, p := range z.parts {
		head := &zip.FileHeader{Name: p.name, Method: zip.Deflate, CRC32: p.sum.Sum32(), CompressedSize64: uint64(p.packed), UncompressedSize64: p.size}
		//lint:ignore SA1019 CreateRaw takes the header as it is; 33 is 1 January 1980, the first day a zip file knows
		head.ModifiedDate = 33
		part, err := zw.CreateRaw(head)
		if err != nil {
			return err
		}
		if _, err := io.Copy(part, io.NewSectionReader(&z.spool, p.at, p.packed)); err != nil {
			return err
		}
	}
	return zw.Close()
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
