package workbook

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"time"
)

// parts takes the parts that excelize writes, in no fixed order, packs each as
// it comes, and puts them into the file in a fixed order with a fixed time, so
// that the same data give the same bytes. Where excelize has no call for what a
// part needs, an edit changes it.
type parts struct {
	*zip.Writer // into packed
	packed      bytes.Buffer
	out         io.Writer
	edits       []edit
	name        string // of the part that is edited when it is complete
	part        *bytes.Buffer
}

// edit changes the parts whose names match a pattern, as path.Match has it.
type edit struct {
	names  string
	change func([]byte) []byte
}

func newParts(out io.Writer, edits []edit) *parts {
	p := &parts{out: out, edits: slices.Concat(edits, []edit{
		{"xl/drawings/*.xml", drawingPart}, {"xl/charts/*.xml", chartPart}, {"docProps/core.xml", corePart}, {contentTypes, sortTypes},
	})}
	p.Writer = zip.NewWriter(&p.packed)
	fast, _ := flate.NewWriter(nil, flate.BestSpeed) // one for all parts; it knows that level
	p.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		fast.Reset(w)
		return fast, nil
	})
	return p
}

// about reports whether an edit is of a part.
func (e edit) about(name string) bool {
	same, _ := path.Match(e.names, name)
	return same || e.names == name
}

// Create returns where excelize writes a part.
func (p *parts) Create(name string) (io.Writer, error) {
	if err := p.finish(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(p.edits, func(e edit) bool { return e.about(name) }) {
		p.name, p.part = name, &bytes.Buffer{}
		return p.part, nil
	}
	return p.create(name)
}

// written is the time every part has in the file: the earliest that ZIP knows.
var written = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (p *parts) create(name string) (io.Writer, error) {
	return p.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: written})
}

// finish edits and packs a part that is complete.
func (p *parts) finish() error {
	if p.part == nil {
		return nil
	}
	part := p.part.Bytes()
	p.part = nil
	for _, e := range p.edits {
		if e.about(p.name) {
			part = e.change(part)
		}
	}
	w, err := p.create(p.name)
	if err == nil {
		_, err = w.Write(part)
	}
	return err
}

const contentTypes = "[Content_Types].xml"

// Close writes the file. The list of content types comes first, as programs
// that recognise a workbook by its first bytes expect.
func (p *parts) Close() error {
	if err := errors.Join(p.finish(), p.Writer.Close()); err != nil {
		return err
	}
	packed, err := zip.NewReader(bytes.NewReader(p.packed.Bytes()), int64(p.packed.Len()))
	if err != nil {
		return err
	}
	slices.SortFunc(packed.File, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) }) // "[" comes before small letters
	zw := zip.NewWriter(p.out)
	for _, f := range packed.File {
		err = errors.Join(err, zw.Copy(f))
	}
	return errors.Join(err, zw.Close())
}

// sheetPart mends what excelize's StreamWriter writes: ExcelJS knows r:id
// only, and a formula that comes to an empty text has a value too.
func sheetPart(x []byte) []byte {
	x = bytes.ReplaceAll(x, []byte("</f></c>"), []byte("</f><v></v></c>"))
	return bytes.ReplaceAll(x, []byte(` xmlns:relationships="http://schemas.openxmlformats.org/officeDocument/2006/relationships" relationships:id=`), []byte(" r:id="))
}

const flatTitle = `<txPr><a:bodyPr anchorCtr="false" rot="0" spcFirstLastPara="false"></a:bodyPr><a:p></a:p></txPr></title>`

// chartPart takes away what excelize writes behind every title: an empty
// paragraph that turns the title of a vertical axis back to lie flat.
func chartPart(x []byte) []byte { return bytes.ReplaceAll(x, []byte(flatTitle), []byte("</title>")) }

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
