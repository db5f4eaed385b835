package pdf

import (
	"image"
	"maps"
	"math"
	"slices"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// A file may hold text that its reader does not see: white or transparent,
// clipped, on a layer that is off, under a box or under newer text. So every
// page is drawn, and a character counts only where it leaves a mark.
//
// One drawing answers for nearly all pages: every character has a contrast where
// it is, and nothing overlaps. Where that does not hold, the page is drawn without
// its text and with it: what shows of a text is the difference.

// A picture is a page as drawn, in grey.
type picture struct {
	image.Gray
	scale float64
	f     frame // of the file, turned as the page is shown
}

const (
	glyphPixels = 14        // height to draw the box of a common character in
	maxPixels   = 5_000_000 // of a picture
	fewPixels   = 4         // a box less high is not judged
	contrast    = 20        // of 255: less is not seen
	lightest    = 180       // of 255: what is lighter is a light ground
	maxLayers   = 8         // of text over other text; what is above them all is in the last one
)

// draw draws a page.
func (r *recorder) draw(page requests.Page, f frame, scale float64) picture {
	width, height := f.size()
	w, h := max(1, int(width*scale+0.5)), max(1, int(height*scale+0.5))
	flags := enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_RENDER_NO_SMOOTHIMAGE | enums.FPDF_RENDER_FLAG_GRAYSCALE
	bitmap := must(r.FPDFBitmap_CreateEx(&requests.FPDFBitmap_CreateEx{
		Width: w, Height: h, Format: enums.FPDF_BITMAP_FORMAT_GRAY, Pointer: uint64(0)})).Bitmap
	must(r.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{Bitmap: bitmap, Width: w, Height: h, Color: 0xFFFFFFFF}))
	must(r.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{Bitmap: bitmap, Page: page, SizeX: w, SizeY: h, Flags: flags}))
	stride := must(r.FPDFBitmap_GetStride(&requests.FPDFBitmap_GetStride{Bitmap: bitmap})).Stride
	pixels := slices.Clone(must(r.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap})).Buffer) // the sandbox's memory may move
	must(r.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap}))
	return picture{image.Gray{Pix: pixels, Stride: stride, Rect: image.Rect(0, 0, w, h)}, scale, f}
}

// rectOf returns where a box is in the picture.
func (p *picture) rectOf(box Rule) image.Rectangle {
	b := p.f.box(box)
	_, h := p.f.size()
	within := func(v float64, most int) int { return int(math.Max(0, math.Min(v, float64(most)))) }
	most := p.Rect.Max
	return image.Rect(
		within(math.Floor(b.X0*p.scale), most.X), within(math.Floor((h-b.Y1)*p.scale), most.Y),
		within(math.Ceil(b.X1*p.scale), most.X), within(math.Ceil((h-b.Y0)*p.scale), most.Y),
	)
}

// greys returns the darkest and the lightest grey, and whether most is light.
func (p *picture) greys(b image.Rectangle) (lo, hi int, light bool) {
	lo, hi = 255, 0
	most := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for _, v := range p.Pix[p.PixOffset(b.Min.X, y):p.PixOffset(b.Max.X, y)] {
			lo, hi = min(lo, int(v)), max(hi, int(v))
			if v > lightest {
				most++
			} else {
				most--
			}
		}
	}
	return lo, hi, most > 0
}

// visible returns the characters of a page, those that leave no mark on it
// marked as hidden.
func (r *recorder) visible(page requests.Page, f frame, d *drawing, tagged bool) []rawGlyph {
	load := func() (references.FPDF_TEXTPAGE, []rawGlyph) {
		text := must(r.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})).TextPage
		return text, r.glyphs(text, tagged)
	}
	text, raw := load()
	if len(raw) == 0 {
		return nil
	}
	f.turn = int(must(r.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: page})).PageRotation)
	grey := r.draw(page, f, f.scaleFor(raw))
	if d.doubt || d.crowded() || !contrasts(&grey, raw, d.pale) {
		k := r.inks(page, d, &grey)
		if gone := k.hide(text, raw); len(gone) > 0 {
			// PDFium takes a text for a second pass of one that is in the same place, also
			// where that one is covered or not active. So the text is taken again without
			// the objects that do not show, and those far away.
			r.activate(gone, false)
			for _, o := range gone {
				must(r.FPDFPageObj_Transform(&requests.FPDFPageObj_Transform{PageObject: o, Transform: structs.FPDF_FS_MATRIX{A: 1, D: 1, E: 1e5}}))
			}
			text, raw = load()
			k.hide(text, raw)
		}
	}
	r.hyphens(page, text, d, raw)
	return raw
}

// contrasts reports whether every character has a contrast where it is, and one
// in a light colour a dark ground, another one a light ground.
func contrasts(grey *picture, raw []rawGlyph, pale []Rule) bool {
	for _, g := range raw {
		b := grey.rectOf(g.Rule)
		if IsSpace(g.c) || b.Dy() < fewPixels || b.Dx() == 0 {
			continue
		}
		lo, hi, light := grey.greys(b)
		pale := slices.ContainsFunc(pale, g.meets)
		if hi-lo < contrast || light == pale {
			return false
		}
	}
	return true
}

// scaleFor returns the pixels a point at which the characters can be judged.
func (f frame) scaleFor(raw []rawGlyph) float64 {
	var heights []float64
	for _, g := range raw {
		if h := math.Abs(g.Y1 - g.Y0); h > 0 && !IsSpace(g.c) {
			heights = append(heights, h)
		}
	}
	w, h := f.size()
	most := math.Sqrt(maxPixels / math.Max(1, w*h))
	if len(heights) == 0 {
		return math.Min(1, most)
	}
	slices.Sort(heights)
	return math.Min(glyphPixels/heights[len(heights)/2], most)
}

// crowded reports whether a text is printed over another one, or so close behind
// it that one of them may be a second pass.
func (d *drawing) crowded() bool {
	for i, a := range d.boxes {
		for _, b := range d.boxes[:i] {
			low := math.Min(a.Y1-a.Y0, b.Y1-b.Y0)
			if a.meets(b) && math.Min(a.X1, b.X1)-math.Max(a.X0, b.X0) > 0.15*low && math.Min(a.Y1, b.Y1)-math.Max(a.Y0, b.Y0) > 0.4*low {
				return true
			}
		}
	}
	return false
}

// firstColour is the first of the colours that stand for text objects: dark, and
// none that a page is likely to use.
const firstColour = 0x5A3C00

// inks are the drawings of a page that tell which characters show. Its text is in
// layers, so that no text object has another one of its layer near it.
type inks struct {
	*recorder
	drawing *drawing
	layer   []int     // of each text object
	bare    picture   // the page without its text
	with    []picture // by layer: the page with the text of that layer alone
	alone   []picture // by layer: that text in dark colours, and nothing else
}

// inks draws a page in these ways. Each text object keeps a colour of its own.
func (r *recorder) inks(page requests.Page, d *drawing, grey *picture) *inks {
	k := &inks{recorder: r, drawing: d}
	var layers [][]references.FPDF_PAGEOBJECT
	for i, box := range d.boxes {
		var taken [maxLayers]bool
		for j, other := range d.boxes[:i] {
			if box.grown(1 / grey.scale).meets(other) {
				taken[k.layer[j]] = true
			}
		}
		at := slices.Index(taken[:maxLayers-1], false)
		if at < 0 {
			at = maxLayers - 1
		}
		if at == len(layers) {
			layers = append(layers, nil)
		}
		layers[at] = append(layers[at], d.texts[i])
		k.layer = append(k.layer, at)
	}
	draw := func(texts []references.FPDF_PAGEOBJECT) picture {
		r.activate(texts, true)
		defer r.activate(texts, false)
		return r.draw(page, grey.f, grey.scale)
	}
	r.activate(d.texts, false)
	k.bare = draw(nil)
	for _, texts := range layers {
		k.with = append(k.with, draw(texts))
	}
	for i, o := range d.texts {
		c := firstColour + i
		colour := structs.FPDF_COLOR{R: uint(c >> 16), G: uint(c >> 8 & 0xFF), B: uint(c & 0xFF), A: 255}
		must(r.FPDFPageObj_SetFillColor(&requests.FPDFPageObj_SetFillColor{PageObject: o, FillColor: colour}))
		must(r.FPDFPageObj_SetStrokeColor(&requests.FPDFPageObj_SetStrokeColor{PageObject: o, StrokeColor: colour}))
	}
	r.activate(d.others, false)
	for _, texts := range layers {
		k.alone = append(k.alone, draw(texts))
	}
	r.activate(d.others, true)
	r.activate(d.texts, true)
	return k
}

// hide hides every character that does not show. It returns the text objects of
// which nothing shows.
func (k *inks) hide(text references.FPDF_TEXTPAGE, raw []rawGlyph) (gone []references.FPDF_PAGEOBJECT) {
	of := make([]int, len(raw)) // the text object of each character; -1 for none
	seen := map[int]bool{}      // text objects
	for i := range raw {
		of[i] = -1
		if IsSpace(raw[i].c) {
			raw[i].hidden = i > 0 && raw[i-1].hidden
			continue
		}
		c := must(k.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: text, Index: raw[i].index}))
		o := (int(c.R)<<16 | int(c.G)<<8 | int(c.B)) - firstColour
		if o < 0 || o >= len(k.layer) {
			raw[i].hidden = true
			continue
		}
		of[i] = o
		if i > 0 && raw[i].x == raw[i-1].x && raw[i].y == raw[i-1].y && o == of[i-1] {
			raw[i].hidden = raw[i-1].hidden // a letter of the same ligature
		} else {
			raw[i].hidden = !k.shows(raw[i], o)
		}
		if i > 0 && raw[i].hidden != raw[i-1].hidden && o == of[i-1] { // a word of which a part is covered or cut off
			cut := i
			if raw[i-1].hidden {
				cut = i - 1
			}
			raw[cut].hidden, raw[cut].c = false, Unreadable
		}
		seen[o] = seen[o] || !raw[i].hidden
	}
	for _, o := range slices.Sorted(maps.Keys(seen)) {
		if !seen[o] {
			gone = append(gone, k.drawing.texts[o])
		}
	}
	return gone
}

// shows reports whether a character of a text object leaves a mark: whether the
// page is another one with it, where at least half of its ink would be. One that
// only another text covers counts as shown: which of them is meant the pages
// cannot tell.
func (k *inks) shows(g rawGlyph, object int) bool {
	b := k.bare.rectOf(g.Rule)
	if b.Dy() < fewPixels {
		return true
	}
	// Beyond the text object's own box there may be the ink of another one.
	b = image.Rect(b.Min.X-1, b.Min.Y, b.Max.X+1, b.Max.Y).Intersect(k.bare.rectOf(k.drawing.boxes[object]))
	with, alone := &k.with[k.layer[object]], &k.alone[k.layer[object]]
	own, whole, most := 0, 0, 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for at := with.PixOffset(b.Min.X, y); at < with.PixOffset(b.Max.X, y); at++ {
			change := max(with.Pix[at], k.bare.Pix[at]) - min(with.Pix[at], k.bare.Pix[at])
			most = max(most, int(change))
			if change > 0 {
				own++
			}
			if alone.Pix[at] < 255 {
				whole++
			}
		}
	}
	return most >= contrast && own*2 >= whole
}

// activate makes objects part of the page's drawing, or not.
func (r *recorder) activate(objects []references.FPDF_PAGEOBJECT, active bool) {
	for _, o := range objects {
		must(r.FPDFPageObj_SetIsActive(&requests.FPDFPageObj_SetIsActive{PageObject: o, Active: active}))
	}
}
