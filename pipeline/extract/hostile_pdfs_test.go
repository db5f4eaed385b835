package extract

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
)

// deflate packs what write writes.
func deflate(write func(w *zlib.Writer)) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	write(w)
	w.Close()
	return b.Bytes()
}

// zeros packs n bytes of the repeated text.
func packed(text string, n int) []byte {
	block := []byte(strings.Repeat(text, max(1, 65536/len(text))))
	return deflate(func(w *zlib.Writer) {
		for done := 0; done < n; done += len(block) {
			w.Write(block)
		}
	})
}

// onePage returns a PDF of one page with the given content and resources;
// more adds objects from number 6 on.
func onePage(entries string, content []byte, resources string, more func(p *rawPDF)) []byte {
	p := newPDF()
	p.add("<< /Type /Catalog /Pages 2 0 R >>")
	p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> " + resources + " >> >>")
	p.stream(entries, content)
	p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
	if more != nil {
		more(p)
	}
	return p.end()
}

// hostilePDFs makes documents meant to crash, hang or fill a reader.
func hostilePDFs() map[string][]byte {
	d := map[string][]byte{}
	text := "BT /F1 10 Tf 72 700 Td (ESP) Tj 200 0 Td (Number of Reports) Tj ET\n"

	tree := func(objects ...string) []byte {
		p := newPDF()
		for _, o := range objects {
			p.add(o)
		}
		return p.end()
	}
	const catalog, onePageOf, noPages = "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Pages /Kids [] /Count 0 >>"
	const blank = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"

	// Bombs.
	d["flate-bomb.pdf"] = onePage("/Filter /FlateDecode", packed("0", 1<<30), "", nil)
	once := packed("0 0 m 9 9 l S\n", 256<<20)
	twice := deflate(func(w *zlib.Writer) { w.Write(once) })
	d["flate-thrice.pdf"] = onePage("/Filter [/FlateDecode /FlateDecode /FlateDecode]", deflate(func(w *zlib.Writer) { w.Write(twice) }), "", nil)
	d["filters-10000.pdf"] = onePage("/Filter ["+strings.Repeat("/ASCIIHexDecode ", 10000)+"]", []byte("00>"), "", nil)
	d["predictor-lies.pdf"] = onePage("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 /BitsPerComponent 16 >>", packed("\x00", 1<<20), "", nil)
	d["flate-cut.pdf"] = onePage("/Filter /FlateDecode", packed(text, 1<<20)[:700], "", nil)

	// Depth.
	d["arrays-deep.pdf"] = onePage("", []byte(strings.Repeat("[", 1<<20)), "", nil)
	d["object-deep.pdf"] = onePage("", nil, "", func(p *rawPDF) { p.add(strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20)) })
	d["states-deep.pdf"] = onePage("/Filter /FlateDecode", packed("q ", 4<<20), "", nil)
	d["marks-deep.pdf"] = onePage("/Filter /FlateDecode", packed("/Span BMC ", 4<<20), "", nil)

	// Loops.
	form := func(content, xobjects string) string {
		return fmt.Sprintf("<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << %s >> >> /Length %d >>\nstream\n%s\nendstream", xobjects, len(content), content)
	}
	d["form-of-itself.pdf"] = onePage("", []byte("/X Do"), "/XObject << /X 6 0 R >>", func(p *rawPDF) { p.add(form("/X Do /X Do", "/X 6 0 R")) })
	d["forms-tenfold.pdf"] = onePage("", []byte(strings.Repeat("/X Do ", 10)), "/XObject << /X 6 0 R >>", func(p *rawPDF) {
		for n := 7; n < 18; n++ {
			p.add(form(strings.Repeat("/X Do ", 10), fmt.Sprintf("/X %d 0 R", n)))
		}
		p.add(form("0 0 m 9 9 l S", ""))
	})
	d["forms-chain.pdf"] = onePage("", []byte("/X Do"), "/XObject << /X 6 0 R >>", func(p *rawPDF) {
		for n := 7; n < 5000; n++ {
			p.add(form("/X Do", fmt.Sprintf("/X %d 0 R", n)))
		}
		p.add(form(text, ""))
	})
	d["type3-of-itself.pdf"] = onePage("", []byte("BT /T 10 Tf 72 700 Td (aaaa) Tj ET"), "/XObject << >>", func(p *rawPDF) {
		// The page's own font is 5; T is found through the page only in the glyph.
		p.add("<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a 7 0 R >> /Resources << /Font << /T 6 0 R >> >> >>")
		p.stream("", []byte("1 0 d0 BT /T 1 Tf (a) Tj ET"))
	})
	d["pattern-of-itself.pdf"] = onePage("", []byte("/Pattern cs /P scn 0 0 600 700 re f"), "/Pattern << /P 6 0 R >>", func(p *rawPDF) {
		p.stream("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 /Resources << /Pattern << /P 6 0 R >> >>", []byte("/Pattern cs /P scn 0 0 1 1 re f"))
	})
	d["length-of-itself.pdf"] = tree(catalog, onePageOf, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>", "<< /Length 4 0 R >>\nstream\nq\nendstream")

	// Page trees.
	d["kids-itself.pdf"] = tree(catalog, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")
	d["parent-itself.pdf"] = tree(catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 3 0 R >>")
	d["count-huge.pdf"] = tree(catalog, "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", blank)
	var kids strings.Builder
	for n := range 100_000 {
		fmt.Fprintf(&kids, "%d 0 R ", n+3)
	}
	apart := []string{catalog, "<< /Type /Pages /Kids [" + kids.String() + "] /Count 100000 >>"}
	d["pages-100000-apart.pdf"] = tree(append(apart, slices.Repeat([]string{blank}, 100_000)...)...)
	deep := []string{catalog}
	for n := 2; n < 20_000; n++ {
		deep = append(deep, fmt.Sprintf("<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>", n-1, n+1))
	}
	d["pages-deep.pdf"] = tree(append(deep, "<< /Type /Page /Parent 19999 0 R /MediaBox [0 0 612 792] >>")...)

	// Cross-references and object streams.
	d["xref-size.pdf"] = bytes.Replace(onePage("", []byte(text), "", nil), []byte("/Size 6"), []byte("/Size 2147483647"), 1)
	plain := onePage("", []byte(text), "", nil)
	d["xref-prev-itself.pdf"] = bytes.Replace(plain, []byte("/Size 6"), fmt.Appendf(nil, "/Size 6 /Prev %d", bytes.LastIndex(plain, []byte("xref\n0 6"))), 1)
	xrefStream := func(entries string, data []byte) []byte {
		p := newPDF()
		p.add(catalog)
		p.add(noPages)
		at := p.Len()
		p.stream("/Type /XRef /Root 1 0 R "+entries, data)
		fmt.Fprintf(p, "startxref\n%d\n%%%%EOF\n", at)
		return p.Bytes()
	}
	d["xref-stream-huge.pdf"] = xrefStream("/Size 2147483647 /W [1 8 8] /Index [0 2147483647] /Filter /FlateDecode", packed("\x01", 200<<20))
	d["xref-stream-widths.pdf"] = xrefStream("/Size 10 /W [2147483647 2147483647 2147483647]", []byte("xxxx"))
	d["object-stream-huge.pdf"] = onePage("", []byte(text), "/XObject 7 0 R", func(p *rawPDF) {
		p.stream("/Type /ObjStm /N 2147483647 /First 2147483647 /Filter /FlateDecode", packed("7 0 ", 64<<20))
	})

	// Sheer size.
	d["stream-giant.pdf"] = onePage("", bytes.Repeat([]byte("72 700 m 300 700 l S\n"), 14<<20/21), "", nil)
	d["characters-many.pdf"] = onePage("/Filter /FlateDecode", packed("BT /F1 1 Tf 72 700 Td (aaaaaaaaaa) Tj ET\n", 20<<20), "", nil)
	// Under every limit for one page, on many pages.
	heavy := func(pages int, content string) []byte {
		p := newPDF()
		p.add(catalog)
		p.add("<< /Type /Pages /Kids [" + strings.Repeat("3 0 R ", pages) + fmt.Sprintf("] /Count %d >>", pages))
		p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
		p.stream("/Filter /FlateDecode", deflate(func(w *zlib.Writer) { w.Write([]byte(content)) }))
		p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
		return p.end()
	}
	var rules, words strings.Builder
	rules.WriteString(text)
	words.WriteString(text)
	for i := range 19_000 {
		y := 690 - float64(i)*0.03
		fmt.Fprintf(&rules, "72 %.2f m 300 %.2f l S\n", y, y)
		fmt.Fprintf(&words, "BT /F1 1 Tf %d %.2f Td (%d) Tj ET\n", 72+i%2*200, y, i%10)
	}
	spots := text + strings.Repeat("BT /F1 10 Tf 72 650 Td (1234567890) Tj ET\n", 5_000)
	d["rules-19000-pages-50.pdf"] = heavy(50, rules.String())
	d["spot-50000-pages-50.pdf"] = heavy(50, spots)
	d["lines-19000-pages-20.pdf"] = heavy(20, words.String())
	d["rules-and-lines.pdf"] = heavy(8, rules.String()+words.String())

	// Structure trees.
	structured := func(more func(p *rawPDF)) []byte {
		p := newPDF()
		p.add("<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 6 0 R >>")
		p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
		p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /StructParents 0 /Resources << /Font << /F1 5 0 R >> >> >>")
		p.stream("", []byte("/TD << /MCID 0 >> BDC "+text+" EMC"))
		p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
		more(p)
		return p.end()
	}
	d["structure-cycle.pdf"] = structured(func(p *rawPDF) {
		p.add("<< /Type /StructTreeRoot /K [7 0 R] /ParentTree << /Nums [0 [8 0 R]] >> >>")
		p.add("<< /Type /StructElem /S /Table /P 8 0 R /Pg 3 0 R /K [8 0 R] >>")
		p.add("<< /Type /StructElem /S /TR /P 7 0 R /Pg 3 0 R /K [7 0 R 0] >>")
	})
	d["structure-deep.pdf"] = structured(func(p *rawPDF) {
		const n = 50_000
		p.add(fmt.Sprintf("<< /Type /StructTreeRoot /K [7 0 R] /ParentTree << /Nums [0 [%d 0 R]] >> >>", n+6))
		for i := 7; i < n+6; i++ {
			p.add(fmt.Sprintf("<< /Type /StructElem /S /Div /P %d 0 R /Pg 3 0 R /K [%d 0 R] >>", i-1, i+1))
		}
		p.add(fmt.Sprintf("<< /Type /StructElem /S /TD /P %d 0 R /Pg 3 0 R /K 0 >>", n+5))
	})
	d["structure-wide.pdf"] = structured(func(p *rawPDF) {
		p.add("<< /Type /StructTreeRoot /K [7 0 R] /ParentTree << /Nums [0 [7 0 R]] >> >>")
		p.add("<< /Type /StructElem /S /Table /P 6 0 R /Pg 3 0 R /K [" + strings.Repeat("0 ", 1<<20) + "] >>")
	})

	// Lies in fonts, boxes and numbers.
	d["tounicode-huge.pdf"] = onePage("", []byte("BT /G 10 Tf 72 700 Td <0001> Tj ET"), "/XObject << /G 6 0 R >>", func(p *rawPDF) {
		p.stream("", []byte("begincmap 1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange endcmap"))
	})
	d["box-huge.pdf"] = bytes.Replace(onePage("", []byte(text), "", nil), []byte("[0 0 612 792]"), []byte("[-1e38 -1e38 1e38 1e38]"), 1)
	d["numbers-huge.pdf"] = onePage("", []byte("1e400 0 0 1e400 99999999999999999999 -99999999999999999999 cm "+text+"99999999999 0 m 1e39 1e39 l S"), "", nil)
	d["image-huge.pdf"] = onePage("", []byte("/I Do"), "/XObject << /I 6 0 R >>", func(p *rawPDF) {
		p.stream("/Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /ColorSpace /DeviceRGB /BitsPerComponent 16 /Filter /FlateDecode", packed("\x00", 64<<20))
	})
	d["script.pdf"] = tree("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(true){}) >> /AA << /WC << /S /Launch /F (sh) >> >> >>", onePageOf, blank)
	d["encrypted-unknown.pdf"] = func() []byte {
		p := newPDF()
		p.add(catalog)
		p.add(noPages)
		p.add("<< /Filter /Nobody /V 99 /R 99 /Length 2147483647 /O () /U () /P -1 >>")
		return p.end("/Encrypt 3 0 R /ID [(a) (b)]")
	}()
	d["parentheses.pdf"] = append([]byte("%PDF-1.7\n"), append(bytes.Repeat([]byte("("), 8<<20), "%%EOF"...)...)
	return d
}

// A rawPDF is written object by object, well formed or not.
type rawPDF struct {
	bytes.Buffer
	at []int
}

func newPDF() *rawPDF {
	p := &rawPDF{}
	p.WriteString("%PDF-1.7\n")
	return p
}

// add writes the next object and returns its number.
func (p *rawPDF) add(body string) int {
	p.at = append(p.at, p.Len())
	fmt.Fprintf(p, "%d 0 obj\n%s\nendobj\n", len(p.at), body)
	return len(p.at)
}

// stream writes a stream object with the given entries and bytes.
func (p *rawPDF) stream(entries string, data []byte) int {
	return p.add(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(data), data))
}

func (p *rawPDF) end(more ...string) []byte {
	xref := p.Len()
	fmt.Fprintf(p, "xref\n0 %d\n0000000000 65535 f \n", len(p.at)+1)
	for _, at := range p.at {
		fmt.Fprintf(p, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(p, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(p.at)+1, strings.Join(more, " "), xref)
	return p.Bytes()
}
