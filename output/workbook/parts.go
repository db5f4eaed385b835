package workbook

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"time"
)

// parts collects the parts that excelize writes, and puts them into the file
// in a fixed order with a fixed time, so that the same data give the same
// bytes. Where excelize has no call for what a part needs, an edit changes it.
type parts struct {
	out   io.Writer
	files map[string]*bytes.Buffer
	edits []edit
}

// edit changes the parts whose names match a pattern, as path.Match has it.
type edit struct {
	names  string
	change func([]byte) []byte
}

func newParts(out io.Writer, edits []edit) *parts {
	return &parts{out, map[string]*bytes.Buffer{}, slices.Concat(edits, []edit{
		{"xl/worksheets/*.xml", sheetPart}, {"xl/drawings/*.xml", drawingPart}, {"xl/charts/*.xml", chartPart},
		{"docProps/core.xml", corePart}, {contentTypes, sortTypes},
	})}
}

// Create returns where excelize writes a part.
func (p *parts) Create(name string) (io.Writer, error) {
	p.files[name] = &bytes.Buffer{}
	return p.files[name], nil
}

// AddFS is for callers of archive/zip; excelize never calls it.
func (p *parts) AddFS(fs.FS) error { return errors.ErrUnsupported }

const contentTypes = "[Content_Types].xml"

// written is the time every part has in the file: the earliest that ZIP knows.
var written = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Close edits the parts and writes the file. The list of content types comes
// first, as programs that recognise a workbook by its first bytes expect.
func (p *parts) Close() error {
	zw := zip.NewWriter(p.out)
	fast, _ := flate.NewWriter(nil, flate.BestSpeed) // one for all parts; it knows that level
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		fast.Reset(w)
		return fast, nil
	})
	names := slices.Sorted(maps.Keys(p.files)) // "[" comes before small letters
	for _, name := range names {
		part := p.files[name].Bytes()
		for _, e := range p.edits {
			if same, _ := path.Match(e.names, name); same || e.names == name {
				part = e.change(part)
			}
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

// sheetPart mends what excelize's StreamWriter writes: ExcelJS knows r:id
// only, and a formula that comes to an empty text has a value too.
func sheetPart(x []byte) []byte {
	x = replaceAll(x, "</f></c>", "</f><v></v></c>")
	return replaceAll(x, ` xmlns:relationships="http://schemas.openxmlformats.org/officeDocument/2006/relationships" relationships:id=`, " r:id=")
}

// replaceAll copies a part, which may be large, only where there is something
// to replace.
func replaceAll(x []byte, from, to string) []byte {
	if !bytes.Contains(x, []byte(from)) {
		return x
	}
	return bytes.ReplaceAll(x, []byte(from), []byte(to))
}

const flatTitle = `<txPr><a:bodyPr anchorCtr="false" rot="0" spcFirstLastPara="false"></a:bodyPr><a:p></a:p></txPr></title>`

// chartPart takes away what excelize writes behind every title: an empty
// paragraph that turns the title of a vertical axis back to lie flat.
func chartPart(x []byte) []byte { return replaceAll(x, flatTitle, "</title>") }

// drawingPart makes charts fill their row: excelize takes a point of its
// height for fewer pixels than it has.
func drawingPart(x []byte) []byte {
	return chartEnd.ReplaceAll(x, fmt.Appendf(nil, "${1}%d</xdr:rowOff></xdr:to>", (chartRoom-8)*12700))
}

var chartEnd = regexp.MustCompile(`(<xdr:to>.{0,200}?<xdr:row>6</xdr:row><xdr:rowOff>)\d+</xdr:rowOff></xdr:to>`)

// corePart gives the properties the prefix by which alone ExcelJS knows them.
func corePart(x []byte) []byte {
	x = bytes.Replace(x, []byte(`<coreProperties xmlns="`), []byte(`<cp:coreProperties xmlns:cp="`), 1)
	return coreName.ReplaceAll(x, []byte("<${1}cp:$2>"))
}

var coreName = regexp.MustCompile(`<(/?)(coreProperties|keywords|lastModifiedBy|category|version|revision|contentStatus)>`)

var contentType = regexp.MustCompile(`<(?:Default|Override) [^>]*></(?:Default|Override)>`)

// sortTypes sorts the content types, which excelize writes in the order of a
// map.
func sortTypes(x []byte) []byte {
	list := contentType.FindAll(x, -1)
	slices.SortFunc(list, bytes.Compare)
	return slices.Concat(x[:contentType.FindIndex(x)[0]], bytes.Join(list, nil), []byte("</Types>"))
}

// withoutFilter takes the filter buttons off a short table.
func withoutFilter(x []byte) []byte { return autoFilter.ReplaceAll(x, nil) }

var autoFilter = regexp.MustCompile(`(?s)<autoFilter.*?</autoFilter>`)
