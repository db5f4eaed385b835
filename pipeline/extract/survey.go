package extract

// The survey is a small WebAssembly module that runs beside PDFium, in the
// same sandbox and the same memory. It asks PDFium about many characters,
// objects or elements in one call from outside, which costs as much as several
// questions.

// surveyed is the name under which the survey imports PDFium.
const surveyed = "pdfium"

// atOnce is how many things are asked about in one call.
const (
	atOnce        = 512 // characters
	objectsAtOnce = roomSize / objectSize
	kidsAtOnce    = roomSize / kidSize
)

// Sizes of the answers, and where in them each part stands. All parts have
// four bytes, an origin has two of eight.
const (
	glyphSize      = 64
	glyphRune      = 0
	glyphUnmapped  = 4  // FPDFText_HasUnicodeMapError
	glyphGenerated = 8  // FPDFText_IsGenerated
	glyphBoxed     = 12 // whether there is a box
	glyphBox       = 16 // left, top, right, bottom
	glyphPlaced    = 32 // whether there is an origin
	glyphObject    = 36 // 0 for none, or not asked for
	glyphMode      = 40 // of the object's rendering
	glyphMCID      = 44 // of the object's marked content
	glyphOrigin    = 48 // x, y

	objectSize    = 32
	objectAddress = 0
	objectType    = 4
	objectMode    = 8  // of text
	objectBounded = 12 // whether a path has bounds
	objectBounds  = 16 // of a path: left, bottom, right, top

	segmentSize    = 24
	segmentAddress = 0
	segmentPlaced  = 4 // whether it has a point
	segmentPoint   = 8 // x, y
	segmentType    = 16
	segmentClose   = 20

	kidSize    = 80
	kidAddress = 0 // 0 where the child is marked content
	kidCount   = 4 // its children
	kidMCID    = 8
	kidTypeLen = 12
	kidType    = 16 // where it is no longer than kidTypeMax
	kidTypeMax = kidSize - kidType
)

// surveyModule returns the module, and the functions of PDFium that it calls.
// Its functions go through the things
// from number i to before end and write an answer of fixed size for each to out.
func surveyModule() (module []byte, calls []string) {
	m := &assembler{}

	// Characters of a text page, with their objects where asked. Ends of lines
	// have no place.
	f := m.function("glyphs", []string{"text", "i", "end", "out", "objects"}, "char", "object", "last", "mode", "mcid")
	f.each(glyphSize, func() {
		f.set("char", "FPDFText_GetUnicode", "text", "i")
		f.keep(glyphRune, "char")
		f.store(glyphUnmapped, "FPDFText_HasUnicodeMapError", "text", "i")
		f.store(glyphGenerated, "FPDFText_IsGenerated", "text", "i")
		f.when(f.differ("char", '\n'), func() {
			f.when(f.differ("char", '\r'), func() {
				f.store(glyphBoxed, "FPDFText_GetLooseCharBox", "text", "i", offset(glyphBox))
				f.store(glyphPlaced, "FPDFText_GetCharOrigin", "text", "i", offset(glyphOrigin), offset(glyphOrigin+8))
				f.when(f.is("objects"), func() {
					f.set("object", "FPDFText_GetTextObject", "text", "i")
					f.keep(glyphObject, "object")
					f.when(f.is("object"), func() {
						f.when(f.differ("object", "last"), func() { // neighbours mostly share an object
							f.set("mode", "FPDFTextObj_GetTextRenderMode", "object")
							f.set("mcid", "FPDFPageObj_GetMarkedContentID", "object")
							f.copy("last", "object")
						})
						f.keep(glyphMode, "mode")
						f.keep(glyphMCID, "mcid")
					})
				})
			})
		})
	})

	// Objects of a page, or of a form.
	for _, by := range []struct{ name, get string }{{"pageObjects", "FPDFPage_GetObject"}, {"formObjects", "FPDFFormObj_GetObject"}} {
		f := m.function(by.name, []string{"of", "i", "end", "out"}, "object", "type")
		f.each(objectSize, func() {
			f.set("object", by.get, "of", "i")
			f.keep(objectAddress, "object")
			f.when(f.is("object"), func() {
				f.set("type", "FPDFPageObj_GetType", "object")
				f.keep(objectType, "type")
				f.when(f.same("type", objText), func() {
					f.store(objectMode, "FPDFTextObj_GetTextRenderMode", "object")
				})
				f.when(f.same("type", objPath), func() {
					f.store(objectBounded, "FPDFPageObj_GetBounds", "object",
						offset(objectBounds), offset(objectBounds+4), offset(objectBounds+8), offset(objectBounds+12))
				})
			})
		})
	}

	// Segments of a path.
	f = m.function("segments", []string{"path", "i", "end", "out"}, "segment")
	f.each(segmentSize, func() {
		f.set("segment", "FPDFPath_GetPathSegment", "path", "i")
		f.keep(segmentAddress, "segment")
		f.when(f.is("segment"), func() {
			f.store(segmentPlaced, "FPDFPathSegment_GetPoint", "segment", offset(segmentPoint), offset(segmentPoint+4))
			f.store(segmentType, "FPDFPathSegment_GetType", "segment")
			f.store(segmentClose, "FPDFPathSegment_GetClose", "segment")
		})
	})

	// Children of a structure tree, or of an element. Only those of an element
	// may be marked content.
	for _, by := range []struct{ name, get string }{{"treeKids", "FPDF_StructTree_GetChildAtIndex"}, {"elementKids", "FPDF_StructElement_GetChildAtIndex"}} {
		f := m.function(by.name, []string{"of", "i", "end", "out"}, "kid")
		f.each(kidSize, func() {
			f.set("kid", by.get, "of", "i")
			f.keep(kidAddress, "kid")
			f.when(f.is("kid"), func() {
				f.store(kidCount, "FPDF_StructElement_CountChildren", "kid")
				f.store(kidTypeLen, "FPDF_StructElement_GetType", "kid", offset(kidType), kidTypeMax)
			})
			if by.name == "elementKids" {
				f.when(f.no("kid"), func() {
					f.store(kidMCID, "FPDF_StructElement_GetChildMarkedContentID", "of", "i")
				})
			}
		})
	}
	for _, c := range m.calls {
		calls = append(calls, c.name)
	}
	return m.module(surveyed), calls
}
