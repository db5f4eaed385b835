package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Limits on one page, far above what a table needs.
const (
	maxGlyphs  = 60_000
	maxObjects = 20_000
	maxDepth   = 40 // of forms in each other; PDFium reads no deeper
	maxNodes   = 20_000
	maxHyphens = 50 // that end a line and are looked at
)

// A recorder copies what PDFium sees in one document. A page takes thousands of
// questions to PDFium; an error ends the reading by a panic that record recovers.
type recorder struct {
	pdfium.Pdfium
	doc    references.FPDF_DOCUMENT
	before references.FPDF_PAGE // the last page that was read
	// identity is true where the file maps every character code to itself in
	// one range, as the FPDF family of libraries does. PDFium takes only the
	// first 256 codes of such a range.
	identity bool
}

type ended struct{ err error }

func end(reason error, format string, args ...any) { panic(ended{fail(reason, format, args...)}) }

// must returns an answer that every sound document has.
func must[T any](answer T, err error) T {
	if err != nil {
		panic(ended{err})
	}
	return answer
}

// may returns an answer that there may not be: PDFium says that by an error too.
func may[T any](answer T, err error) (T, bool) {
	if broke(err) {
		panic(ended{err})
	}
	return answer, err == nil
}

// record opens a PDF and records its pages.
func record(in pdfium.Pdfium, body []byte) (doc Document, err error) {
	at := 0
	defer func() {
		switch r := recover().(type) {
		case nil:
		case ended:
			if err = r.err; at > 0 && !known(err) {
				err = fmt.Errorf("page %d: %w", at, err)
			}
		default:
			panic(r)
		}
	}()
	r := &recorder{Pdfium: in, identity: bytes.Contains(body, []byte("<0000> <FFFF> <0000>"))}
	r.doc = must(in.OpenDocument(&requests.OpenDocument{File: &body})).Document
	doc.Title, doc.Dated = r.about()
	sound := must(r.FPDF_DocumentHasValidCrossReferenceTable(&requests.FPDF_DocumentHasValidCrossReferenceTable{Document: r.doc}))
	if !sound.DocumentHasValidCrossReferenceTable {
		doc.Repairs = append(doc.Repairs, "its table of objects does not say where they are, and was made anew")
	}
	n := must(r.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.doc})).PageCount
	switch {
	case n == 0:
		return doc, fail(ErrDamaged, "no pages")
	case n > MaxPages:
		return doc, fail(ErrTooLarge, "%d pages, at most %d are read", n, MaxPages)
	}
	for at < n {
		at++
		doc.Pages = append(doc.Pages, r.page(at-1))
	}
	return doc, nil
}

// about returns the title of the document and when it was last changed or
// made, as far as it says.
func (r *recorder) about() (title string, dated time.Time) {
	value := func(tag string) string {
		text, ok := may(r.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: r.doc, Tag: tag}))
		if !ok {
			return ""
		}
		return strings.ReplaceAll(strings.ToValidUTF8(text.Value, ""), "\x00", "")
	}
	if dated = pdfDate(value("ModDate")); dated.IsZero() {
		dated = pdfDate(value("CreationDate"))
	}
	return strings.Join(strings.Fields(value("Title")), " "), dated
}

// page records one page.
func (r *recorder) page(i int) (p Page) {
	loaded := r.shown(i)
	if i > 0 { // not before: what a page alone needs is thrown away with it, fonts among it
		must(r.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: r.before}))
	}
	r.before = loaded
	of := requests.Page{ByReference: &loaded}
	box := must(r.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: of})).Rect
	f := frame{x0: float64(box.Left), y0: float64(box.Bottom), x1: float64(box.Right), y1: float64(box.Top)}
	d := r.drawing(of)
	p.Tree = r.tree(of)
	raw := r.visible(of, f, &d, p.Tree != nil)
	// The page is turned so that most of its type is upright, whatever the file
	// says about showing it.
	f.turn = mostly(raw)
	p.W, p.H = f.size()
	p.Glyphs = upright(raw, f)
	p.spell(p.Tree)
	for _, l := range d.lines {
		x0, y0 := f.show(l.X0, l.Y0)
		x1, y1 := f.show(l.X1, l.Y1)
		p.addLine(x0, y0, x1, y1)
	}
	return p
}

// shown loads a page as a viewer shows it: annotations and the values of form
// fields become part of it.
func (r *recorder) shown(i int) references.FPDF_PAGE {
	load := func() references.FPDF_PAGE {
		return must(r.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.doc, Index: i})).Page
	}
	page := load()
	of := requests.Page{ByReference: &page}
	if !r.annotated(of) {
		return page
	}
	may(r.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: of, Usage: requests.FPDFPage_FlattenUsageNormalDisplay}))
	must(r.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page}))
	return load()
}

// annotated reports whether a page has annotations besides links that show
// nothing: half of NCMEC's pages have such, and a page is costly to load again.
func (r *recorder) annotated(page requests.Page) bool {
	for i := range must(r.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: page})).Count {
		a, ok := may(r.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: page, Index: i}))
		if !ok {
			return true
		}
		kind := must(r.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})).Subtype
		drawn := must(r.FPDFAnnot_HasKey(&requests.FPDFAnnot_HasKey{Annotation: a.Annotation, Key: "AP"})).HasKey
		must(r.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: a.Annotation}))
		if drawn || kind != enums.FPDF_ANNOT_SUBTYPE_LINK {
			return true
		}
	}
	return false
}

// pdfDate reads a PDF date such as D:20230412101500-04'00'; zero if it is none.
func pdfDate(s string) time.Time {
	s = strings.ReplaceAll(strings.TrimPrefix(strings.TrimSpace(s), "D:"), "'", "")
	for _, layout := range []string{"20060102150405Z0700", "20060102150405Z07", "20060102150405", "200601021504", "20060102", "200601", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
