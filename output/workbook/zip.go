package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"time"
)

// parts collects the parts that excelize writes, and puts them into the file
// in a fixed order with a fixed time, so that the same data give the same
// bytes. Where excelize has no call for what a part needs, an edit changes it.
type parts struct {
	out   io.Writer
	files map[string]*bytes.Buffer
	edits map[string]func([]byte) []byte
}

const contentTypes = "[Content_Types].xml"

// written is the time every part has in the file: the earliest that ZIP knows.
var written = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Create returns where excelize writes a part.
func (p *parts) Create(name string) (io.Writer, error) {
	p.files[name] = &bytes.Buffer{}
	return p.files[name], nil
}

// AddFS is for callers of archive/zip; excelize never calls it.
func (p *parts) AddFS(fs.FS) error { return fmt.Errorf("workbook: parts come from excelize alone") }

// Close edits the parts and writes the file. The list of content types comes
// first, as programs that recognise a workbook by its first bytes expect.
func (p *parts) Close() error {
	zw := zip.NewWriter(p.out)
	fast, err := flate.NewWriter(nil, flate.BestSpeed) // one for all parts, which are written one after the other
	if err != nil {
		return err
	}
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		fast.Reset(w)
		return fast, nil
	})
	names := slices.Sorted(maps.Keys(p.files))
	if i := slices.Index(names, contentTypes); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, contentTypes)
	}
	for _, name := range names {
		part := p.files[name].Bytes()
		if edit := p.edits[name]; edit != nil {
			part = edit(part)
		}
		w, err := zw.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: written})
		if err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
		delete(p.files, name) // frees it
	}
	return zw.Close()
}
