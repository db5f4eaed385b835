package pdf

import (
	"cmp"
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
// One drawing in grey answers for nearly all pages: every character has a
// contrast where it is, and nothing overlaps. Where that does not hold, each
// text object gets a colour of its own and the page is drawn once more: then the
// colours say whose ink is on top, and the grey drawing whether it shows.

// A picture is a page as drawn.
type picture struct {
	w, h   int
	stride int
	pixels []byte
	scale  float64
	f      frame // of the file, turned as the page is shown
}

const (
	glyphPixels = 14        // height to draw the box of a common character in
	maxPixels   = 5_000_000 // of a picture
	fewPixels   = 4         // a box less high is not judged
	contrast    = 20        // of 255: less is not seen
	lightest    = 180       // of 255: what is lighter is a light ground
)

// draw draws a page: in grey, or in colour with text of hard edges, so that each
// pixel of it has its exact colour.
func (r *recorder) draw(page requests.Page, f frame, scale float64, coloured bool) picture {
	w, h := f.size()
	p := picture{w: max(1, int(w*scale+0.5)), h: max(1, int(h*scale+0.5)), scale: scale, f: f}
	format, flags := enums.FPDF_BITMAP_FORMAT_GRAY, enums.FPDF_RENDER_FLAG_ANNOT|enums.FPDF_RENDER_FLAG_RENDER_NO_SMOOTHIMAGE
	if coloured {
		format, flags = enums.FPDF_BITMAP_FORMAT_BGRX, flags|enums.FPDF_RENDER_FLAG_RENDER_NO_SMOOTHTEXT
	} else {
		flags |= enums.FPDF_RENDER_FLAG_GRAYSCALE
	}
	bitmap := must(r.FPDFBitmap_CreateEx(&requests.FPDFBitmap_CreateEx{Width: p.w, Height: p.h, Format: format, Pointer: uint64(0)})).Bitmap
	must(r.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{Bitmap: bitmap, Width: p.w, Height: p.h, Color: 0xFFFFFFFF}))
	must(r.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{Bitmap: bitmap, Page: page, SizeX: p.w, SizeY: p.h, Flags: flags}))
	p.stride = must(r.FPDFBitmap_GetStride(&requests.FPDFBitmap_GetStride{Bitmap: bitmap})).Stride
	buffer := must(r.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: bitmap})).Buffer
	p.pixels = slices.Clone(buffer) // the sandbox's memory may move
	must(r.FPDFBitmap_Destroy(&requests.FPDFBitmap_Destroy{Bitmap: bitmap}))
	return p
}

// A rect is a stretch of pixels, its ends not included.
type rect struct{ x0, y0, x1, y1 int }

// rectOf returns where a character's box is in the picture.
func (p *picture) rectOf(g rawGlyph) rect {
	ax, ay := p.f.show(g.x0, g.y0)
	bx, by := p.f.show(g.x1, g.y1)
	_, h := p.f.size()
	within := func(v float64, most int) int { return int(math.Max(0, math.Min(v, float64(most)))) }
	return rect{
		within(math.Floor(math.Min(ax, bx)*p.scale), p.w), within(math.Floor((h-math.Max(ay, by))*p.scale), p.h),
		within(math.Ceil(math.Max(ax, bx)*p.scale), p.w), within(math.Ceil((h-math.Min(ay, by))*p.scale), p.h),
	}
}

// greys returns the darkest and the lightest grey, and whether most is light.
func (p *picture) greys(b rect) (lo, hi int, light bool) {
	lo, hi = 255, 0
	most := 0
	for y := b.y0; y < b.y1; y++ {
		for _, v := range p.pixels[y*p.stride+b.x0 : y*p.stride+b.x1] {
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
	grey := r.draw(page, f, f.scaleFor(raw), false)
	if d.doubt || overlapping(raw) || !contrasts(&grey, raw, d.pale) {
		k := inks{recorder: r, page: page, drawing: d, grey: grey}
		k.take()
		if gone := k.hide(text, raw); len(gone) > 0 {
			// PDFium takes a character for a second pass of one that is in the same
			// place, also where that one is covered. So the text is taken again without
			// the objects that do not show.
			r.activate(gone, false)
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
		b := grey.rectOf(g)
		if IsSpace(g.c) || b.y1-b.y0 < fewPixels || b.x1 == b.x0 {
			continue
		}
		lo, hi, light := grey.greys(b)
		pale := slices.ContainsFunc(pale, Rule{g.x0, g.y0, g.x1, g.y1}.meets)
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
		if h := math.Abs(g.y1 - g.y0); h > 0 && !IsSpace(g.c) {
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

// overlapping reports whether a character is printed over another one, or so
// close behind it that one of them may be a second pass.
func overlapping(raw []rawGlyph) bool {
	order := make([]int, 0, len(raw))
	for i, g := range raw {
		if !IsSpace(g.c) && g.x1 > g.x0 && g.y1 > g.y0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(raw[a].x0, raw[b].x0) })
	// The boxes that reach to the left end of the one in turn, by height.
	var open []int
	for _, i := range order {
		g := raw[i]
		open = slices.DeleteFunc(open, func(k int) bool { return raw[k].x1 <= g.x0 })
		if len(open) > 2000 {
			return true
		}
		for _, k := range open {
			o := raw[k]
			w := math.Min(o.x1, g.x1) - math.Max(o.x0, g.x0)
			h := math.Min(o.y1, g.y1) - math.Max(o.y0, g.y0)
			one := (i-k == 1 || k-i == 1 || i-k == 2 || k-i == 2) && (o.x == g.x && o.y == g.y || // a ligature
				o.y == g.y && o.c != g.c && w < 0.15*(g.y1-g.y0)) // kerning
			if !one && w > 0.4*math.Min(o.x1-o.x0, g.x1-g.x0) && h > 0.4*math.Min(o.y1-o.y0, g.y1-g.y0) {
				return true
			}
		}
		open = append(open, i)
	}
	return false
}

// firstColour is the first of the colours that stand for text objects: none that
// a page is likely to use.
const firstColour = 0x5A3C00

// inks are the drawings of a page that tell which characters show.
type inks struct {
	*recorder
	page    requests.Page
	drawing *drawing
	grey    picture // the page as it is
	alone   picture // the text alone, each text object in its colour
	on      picture // the text on the page, each text object in its colour
	other   picture // the same in other colours: what differs is text, also through a highlighter
}

// take gives each text object its colour and draws the page.
func (k *inks) take() {
	k.colour(0xFFFFFF)
	k.other = k.without(k.drawing.images, true) // these are slow to draw, and behind all text
	k.colour(0)
	k.alone = k.without(k.drawing.others, true)
	k.on = k.without(k.drawing.images, true)
}

// colour gives each text object its colour, with some bits turned.
func (k *inks) colour(turned int) {
	for i, o := range k.drawing.texts {
		c := (firstColour + i) ^ turned
		colour := structs.FPDF_COLOR{R: uint(c >> 16), G: uint(c >> 8 & 0xFF), B: uint(c & 0xFF), A: 255}
		must(k.FPDFPageObj_SetFillColor(&requests.FPDFPageObj_SetFillColor{PageObject: o, FillColor: colour}))
		must(k.FPDFPageObj_SetStrokeColor(&requests.FPDFPageObj_SetStrokeColor{PageObject: o, StrokeColor: colour}))
	}
}

// without draws the page without some objects.
func (k *inks) without(objects []references.FPDF_PAGEOBJECT, coloured bool) picture {
	k.activate(objects, false)
	p := k.draw(k.page, k.grey.f, k.grey.scale, coloured)
	k.activate(objects, true)
	return p
}

// hide hides every character that has less than half of its ink on top, or none
// that shows. It returns the text objects of which nothing shows.
func (k *inks) hide(text references.FPDF_TEXTPAGE, raw []rawGlyph) (gone []references.FPDF_PAGEOBJECT) {
	of := make([]int, len(raw)) // the text object of each character; -1 for none
	n := len(k.drawing.texts)
	inked, seen := make([]bool, n), make([]bool, n) // text objects
	for i := range raw {
		of[i] = -1
		if IsSpace(raw[i].c) {
			continue
		}
		c := must(k.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: text, Index: raw[i].index}))
		colour := int(c.R)<<16 | int(c.G)<<8 | int(c.B)
		b := k.grey.rectOf(raw[i])
		own, whole, shows := k.inkOf(b, colour)
		raw[i].hidden = b.y1-b.y0 >= fewPixels && (!shows || own*2 < whole)
		if o := colour - firstColour; o >= 0 && o < n {
			of[i] = o
			inked[o] = inked[o] || whole > 0
		}
	}
	k.ownColours(raw, of, inked)
	for i := range raw {
		switch {
		case i > 0 && IsSpace(raw[i].c):
			raw[i].hidden = raw[i-1].hidden
		case i > 0 && raw[i].x == raw[i-1].x && raw[i].y == raw[i-1].y && of[i] == of[i-1]:
			raw[i].hidden = raw[i-1].hidden // a letter of the same ligature
		}
		if of[i] >= 0 {
			seen[of[i]] = seen[of[i]] || !raw[i].hidden
		}
	}
	for _, o := range slices.Compact(slices.Sorted(slices.Values(of))) {
		if o >= 0 && !seen[o] {
			gone = append(gone, k.drawing.texts[o])
		}
	}
	return gone
}

// ownColours shows the characters of text objects that took no colour, because
// their font's glyphs bring their own, and whose place changes without them.
func (k *inks) ownColours(raw []rawGlyph, of []int, inked []bool) {
	var objects []references.FPDF_PAGEOBJECT
	inkless := make([]bool, len(inked))
	for i, g := range raw {
		if o := of[i]; g.hidden && o >= 0 && !inked[o] && !inkless[o] {
			inkless[o] = true
			objects = append(objects, k.drawing.texts[o])
		}
	}
	if objects == nil {
		return
	}
	without := k.without(objects, false)
	for i := range raw {
		if o := of[i]; o >= 0 && inkless[o] {
			raw[i].hidden = !differs(&k.grey, &without, k.grey.rectOf(raw[i]))
		}
	}
}

// differs reports whether two grey drawings differ in a box.
func differs(a, b *picture, in rect) bool {
	for y := in.y0; y < in.y1; y++ {
		for x := in.x0; x < in.x1; x++ {
			if d := int(a.pixels[y*a.stride+x]) - int(b.pixels[y*b.stride+x]); d >= contrast || d <= -contrast {
				return true
			}
		}
	}
	return false
}

// activate makes objects part of the page's drawing, or not.
func (r *recorder) activate(objects []references.FPDF_PAGEOBJECT, active bool) {
	for _, o := range objects {
		must(r.FPDFPageObj_SetIsActive(&requests.FPDFPageObj_SetIsActive{PageObject: o, Active: active}))
	}
}

// inkOf returns how many pixels of a colour are in a box, on the page and with
// the text alone, and whether they show: whether they differ in the grey drawing
// from what is around them that is no text. A character that another one covers
// counts as shown: which of them is meant the pages cannot tell.
func (k *inks) inkOf(b rect, colour int) (own, whole int, shows bool) {
	b = rect{max(0, b.x0-1), b.y0, min(k.grey.w, b.x1+1), b.y1}
	lo, hi := 255, 0     // grey of the own ink
	around := [256]int{} // grey of the rest
	rest, others := 0, 0
	for y := b.y0; y < b.y1; y++ {
		for x := b.x0; x < b.x1; x++ {
			v := k.grey.pixels[y*k.grey.stride+x]
			on := k.on.colour(x, y)
			top := on == colour
			switch alone := k.alone.colour(x, y); {
			case alone == colour:
				whole++
				top = on != k.other.colour(x, y)
			case alone != 0xFFFFFF:
				others++
			default:
				rest++
				around[v]++
			}
			if top {
				own++
				lo, hi = min(lo, int(v)), max(hi, int(v))
			}
		}
	}
	if own == 0 || rest == 0 {
		return own, whole, own > 0 || whole == 0 && others > 0
	}
	paper := 0
	for v, n := range around {
		if n >= around[paper] {
			paper = v
		}
	}
	return own, whole, paper-lo >= contrast || hi-paper >= contrast
}

// colour returns the colour of a pixel of a coloured picture.
func (p *picture) colour(x, y int) int {
	at := y*p.stride + 4*x
	return int(p.pixels[at]) | int(p.pixels[at+1])<<8 | int(p.pixels[at+2])<<16
}
