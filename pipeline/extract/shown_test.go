package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/pdf"
)

// firstRow is where a form with one title sets the baseline of its first row,
// from the top of the page.
const firstRow = 137

// What a reader of the page does not see is not read, whatever the file says:
// each of these words and numbers is in the file, next to a name or a number.
func TestOnlyWhatShows(t *testing.T) {
	hidden := func(set func(p *fpdf.Fpdf), unset func(p *fpdf.Fpdf)) func(*fpdf.Fpdf) {
		return func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			set(p)
			p.Text(130, firstRow, "Hidden")
			p.Text(310, firstRow+17, "9")
			p.Text(65, firstRow+17*11, "Ghost Row")
			p.Text(325, firstRow+17*11, "1,000")
			unset(p)
		}
	}
	none := func(*fpdf.Fpdf) {}
	for name, draw := range map[string]func(*fpdf.Fpdf){
		"white":       hidden(func(p *fpdf.Fpdf) { p.SetTextColor(255, 255, 255) }, none),
		"nearly so":   hidden(func(p *fpdf.Fpdf) { p.SetTextColor(252, 252, 250) }, none),
		"transparent": hidden(func(p *fpdf.Fpdf) { p.SetAlpha(0, "Normal") }, none),
		"no ink":      hidden(func(p *fpdf.Fpdf) { p.SetTextRenderingMode(3) }, none),
		"clipped":     hidden(func(p *fpdf.Fpdf) { p.ClipRect(0, 0, 10, 10, false) }, func(p *fpdf.Fpdf) { p.ClipEnd() }),
		"layer off": func(p *fpdf.Fpdf) {
			off := p.AddLayer("draft", false)
			hidden(func(p *fpdf.Fpdf) { p.BeginLayer(off) }, func(p *fpdf.Fpdf) { p.EndLayer() })(p)
		},
		"under a box": hidden(none, func(p *fpdf.Fpdf) {
			p.SetFillColor(255, 255, 255)
			p.Rect(129, firstRow-9, 40, 11, "F")
			p.Rect(309, firstRow+17-9, 8, 11, "F")
			p.Rect(60, firstRow+17*11-9, 300, 11, "F")
		}),
		"dark on dark": hidden(func(p *fpdf.Fpdf) {
			p.SetFillColor(0, 0, 0)
			p.Rect(129, firstRow-10, 35, 13, "F")
			p.Rect(309, firstRow+17-10, 7, 13, "F")
			p.Rect(60, firstRow+17*11-10, 300, 13, "F")
		}, none),
		"white on a dark box that is clipped": hidden(func(p *fpdf.Fpdf) {
			p.ClipRect(0, 0, 10, 10, false)
			p.SetFillColor(0, 0, 80)
			p.Rect(60, firstRow-10, 300, 220, "F")
			p.ClipEnd()
			p.SetTextColor(255, 255, 255)
		}, none),
		"white next to black": func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			p.SetTextColor(255, 255, 255)
			p.Text(65+p.GetStringWidth("4chan"), firstRow, "nel")
			p.Text(345, firstRow+17, "1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			res := mustRead(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows, draw: draw}.pdf(t))
			if got := print(res.Tables[0]); got != tenPrinted || codes(res.Findings, pipeline.Fail) != "" {
				t.Errorf("read %s, findings %v", got, res.Findings)
			}
		})
	}
}

// What is printed on top is read: a name and a number corrected by a box with
// newer text, text printed twice to look bold or with a shadow, and a table with
// a large word behind it.
func TestPrintedOver(t *testing.T) {
	rows := append([]string{}, tenRows...)
	rows[0], rows[1] = "Old Name|1,000", "Acme, Inc.|2,345"
	patch := func(p *fpdf.Fpdf) {
		p.SetFont("Helvetica", "", 10)
		p.SetFillColor(255, 255, 255)
		p.Rect(62, firstRow-9, 100, 11, "F")
		p.Text(65, firstRow, "4chan")
		p.Rect(300, firstRow+17-9, 48, 11, "F")
		p.Text(345-p.GetStringWidth("2,000"), firstRow+17, "2,000")
	}
	again := func(dx, dy float64) func(p *fpdf.Fpdf) {
		return func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			tr := p.UnicodeTranslatorFromDescriptor("")
			for i, r := range tenRows {
				name, count, _ := strings.Cut(r, "|")
				p.Text(65+dx, firstRow+17*float64(i)+dy, tr(name))
				p.Text(345-p.GetStringWidth(count)+dx, firstRow+17*float64(i)+dy, count)
			}
		}
	}
	for _, c := range []struct {
		name string
		rows []string
		draw func(*fpdf.Fpdf)
	}{
		{"patched", rows, patch},
		{"patched, and tagged as other words", rows, func(p *fpdf.Fpdf) {
			p.RawWriteStr("/Span <</ActualText (Nobody)>> BDC\n")
			patch(p)
			p.RawWriteStr("EMC\n")
		}},
		{"highlighted", tenRows, func(p *fpdf.Fpdf) {
			p.SetFillColor(255, 255, 0)
			p.SetAlpha(1, "Multiply")
			p.Rect(62, firstRow-9, 290, 11, "F")
			p.SetAlpha(0.4, "Normal")
			p.Rect(90, firstRow+17-9, 60, 11, "F")
			p.SetAlpha(1, "Normal")
		}},
		{"printed twice", tenRows, again(0, 0)},
		{"false bold", tenRows, again(0.6, 0)},
		{"shadow", tenRows, again(0.5, 0.5)},
		{"watermark", tenRows, func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "B", 48)
			p.SetTextColor(225, 225, 225)
			p.Text(80, firstRow+60, "ARCHIVE")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := mustRead(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: c.rows, draw: c.draw}.pdf(t))
			if got := print(res.Tables[0]); got != tenPrinted || codes(res.Findings, pipeline.Fail) != "" {
				t.Errorf("read %s, findings %v", got, res.Findings)
			}
		})
	}
}

// What a person would doubt is refused aloud: a row, a name or a number struck
// through, and a name printed over another one.
func TestDoubtfulInk(t *testing.T) {
	for name, draw := range map[string]func(*fpdf.Fpdf){
		"row struck":    func(p *fpdf.Fpdf) { p.Line(62, firstRow-3, 350, firstRow-3) },
		"name struck":   func(p *fpdf.Fpdf) { p.Line(62, firstRow-3, 100, firstRow-3) },
		"number struck": func(p *fpdf.Fpdf) { p.Rect(318, firstRow-3.4, 30, 0.8, "F") },
		"name under many lines": func(p *fpdf.Fpdf) {
			p.SetDrawColor(255, 255, 255)
			p.SetLineWidth(1.2)
			for dy := 3.0; dy > -10; dy-- {
				p.Line(62, firstRow+dy, 120, firstRow+dy)
			}
		},
		"name over a name": func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			p.Text(65, firstRow, "Globex")
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := read(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: tenRows, draw: draw}.pdf(t))
			if err == nil && codes(res.Findings, pipeline.Fail) == "" {
				t.Errorf("read %s", print(res.Tables[0]))
			}
		})
	}
}

// A copy of a PDF that objects are added to, on its last page.
type changedCopy struct {
	*testing.T
	pdfium.Pdfium
	doc  references.FPDF_DOCUMENT
	page requests.Page
}

func asked[A any](c *changedCopy, answer A, err error) A {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
	return answer
}

func (c *changedCopy) insert(o references.FPDF_PAGEOBJECT) {
	answer, err := c.FPDFPage_InsertObject(&requests.FPDFPage_InsertObject{Page: c.page, PageObject: o})
	asked(c, answer, err)
}

func (c *changedCopy) text(text string, x, y float64, mode enums.FPDF_TEXT_RENDERMODE) {
	made, err := c.FPDFPageObj_NewTextObj(&requests.FPDFPageObj_NewTextObj{Document: c.doc, Font: "Helvetica", FontSize: 11})
	o := asked(c, made, err).PageObject
	_, err1 := c.FPDFText_SetText(&requests.FPDFText_SetText{PageObject: o, Text: text})
	_, err2 := c.FPDFTextObj_SetTextRenderMode(&requests.FPDFTextObj_SetTextRenderMode{PageObject: o, TextRenderMode: mode})
	_, err3 := c.FPDFPageObj_Transform(&requests.FPDFPageObj_Transform{PageObject: o, Transform: structs.FPDF_FS_MATRIX{A: 1, D: 1, E: float32(x), F: float32(y)}})
	asked(c, 0, errors.Join(err1, err2, err3))
	c.insert(o)
}

func (c *changedCopy) box(x, y, w, h float64, grey uint) {
	made, err := c.FPDFPageObj_CreateNewRect(&requests.FPDFPageObj_CreateNewRect{X: float32(x), Y: float32(y), W: float32(w), H: float32(h)})
	o := asked(c, made, err).PageObject
	_, err1 := c.FPDFPageObj_SetFillColor(&requests.FPDFPageObj_SetFillColor{PageObject: o, FillColor: structs.FPDF_COLOR{R: grey, G: grey, B: grey, A: 255}})
	_, err2 := c.FPDFPath_SetDrawMode(&requests.FPDFPath_SetDrawMode{PageObject: o, FillMode: enums.FPDF_FILLMODE_WINDING})
	asked(c, 0, errors.Join(err1, err2))
	c.insert(o)
}

// changed returns a copy of a PDF with what is added to its last page.
func changed(t *testing.T, in pdfium.Pdfium, body []byte, add func(c *changedCopy)) []byte {
	t.Helper()
	c := &changedCopy{T: t, Pdfium: in}
	opened, err := in.OpenDocument(&requests.OpenDocument{File: &body})
	c.doc = asked(c, opened, err).Document
	n, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: c.doc})
	loaded, err2 := in.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: c.doc, Index: asked(c, n, err).PageCount - 1})
	c.page = requests.Page{ByReference: &asked(c, loaded, err2).Page}
	add(c)
	_, err = in.FPDFPage_GenerateContent(&requests.FPDFPage_GenerateContent{Page: c.page})
	saved, err2 := in.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: c.doc})
	defer func() { _, _ = in.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: c.doc}) }()
	return *asked(c, saved, errors.Join(err, err2)).FileBytes
}

// Changed copies of the real documents are never verified as if nothing were
// wrong: a row in invisible text with the total raised by it, a number under a
// white box, a row struck through.
func TestChangedEditions(t *testing.T) {
	cache := wazero.NewCompilationCache()
	if dir, err := os.UserCacheDir(); err == nil {
		if kept, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "espfigures")); err == nil {
			cache = kept
		}
	}
	pool, err := webassembly.Init(webassembly.Config{MaxTotal: 1, FSConfig: wazero.NewFSConfig(),
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).WithMemoryLimitPages(1024).WithCompilationCache(cache)})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	in, err := pool.GetInstance(time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range editions[:times(1, len(editions))] {
		name, body := editionFile(t, e.year)
		doc := pagesOf(t, body)
		last := doc.Pages[len(doc.Pages)-1]
		var total, row []pdf.Glyph // figures of the total, and of another row
		for _, g := range last.Glyphs {
			switch {
			case !isDigit(g.R) || g.X < last.W*0.5 || g.Y < 60 || g.Y > last.H-60:
			case total == nil || g.Y < total[0].Y-2:
				row, total = total, []pdf.Glyph{g}
			case g.Y < total[0].Y+2:
				total = append(total, g)
			}
		}
		if len(total) < 8 || len(row) == 0 {
			t.Fatalf("%d: the total is not where it should be", e.year)
		}
		x0, x1 := total[0].X0-1, total[len(total)-1].X1+1
		for what, change := range map[string]func(c *changedCopy){
			"invisible row": func(c *changedCopy) {
				c.text("Zzz Invisible", 120, row[0].Y-16, enums.FPDF_TEXTRENDERMODE_INVISIBLE)
				c.text("1,000", x0, row[0].Y-16, enums.FPDF_TEXTRENDERMODE_INVISIBLE)
				c.box(x0, total[0].Y-3, x1-x0, 12, 255)
				c.text((e.total + 1000).String(), x0, total[0].Y, enums.FPDF_TEXTRENDERMODE_FILL)
			},
			"number under a box": func(c *changedCopy) {
				c.box(row[0].X0-1, row[0].Y-3, row[len(row)-1].X1-row[0].X0+2, 12, 255)
			},
			"row struck through": func(c *changedCopy) { c.box(110, row[0].Y+3, 390, 0.7, 0) },
		} {
			res, err := testReader.Read(context.Background(), name, changed(t, in, body, change))
			if err != nil {
				continue
			}
			for _, table := range res.Tables {
				if status, _ := check.Edition(table, pipeline.Document{}, res.Findings); status == pipeline.Verified {
					t.Errorf("%d, %s: verified with %d rows and the total %v", e.year, what, len(table.Rows), table.Total)
				}
			}
		}
	}
}

// Reading grows little more than with what the pages hold.
func TestReadingGrows(t *testing.T) {
	pages := func(lines int, text func(i int) string) pdf.Document {
		var p pdf.Page
		p.W, p.H = 612, float64(lines)
		for i := range lines {
			x := 50.0
			for _, r := range text(i) {
				if r == '\t' {
					x = 400
					continue
				}
				p.Glyphs = append(p.Glyphs, pdf.Glyph{R: r, X: x, X0: x, X1: x + 0.5, Y: float64(lines-i) - 1, Size: 0.8, MCID: -1})
				x += 0.5
			}
			p.Rules = append(p.Rules, pdf.Rule{X0: 40, Y0: float64(lines-i) - 1.2, X1: 450, Y1: float64(lines-i) - 1.2})
		}
		return pdf.Document{Pages: []pdf.Page{p, p}}
	}
	for name, text := range map[string]func(i int) string{
		"rows":           func(i int) string { return []string{"ESP\tReports", fmt.Sprintf("Acme %d\t%d", i, i%1000)}[min(i, 1)] },
		"headers":        func(i int) string { return "ESP\tReports" },
		"names":          func(i int) string { return []string{"ESP\tReports", fmt.Sprintf("ESP %d", i)}[min(i, 1)] },
		"numbers":        func(i int) string { return []string{"ESP\tReports", fmt.Sprintf("\t%d", i)}[min(i, 1)] },
		"letters":        func(i int) string { return []string{"ESP\tReports", "A", "A\t1"}[min(i, 1+i%2)] },
		"header and row": func(i int) string { return []string{"ESP\tReports", fmt.Sprintf("A%d\t%d", i, i%1000)}[i%2] },
	} {
		took := func(lines int) time.Duration {
			doc := pages(lines, text)
			best := time.Hour
			for range 3 {
				began := time.Now()
				_, _ = readPages(context.Background(), "big.pdf", doc)
				best = min(best, time.Since(began))
			}
			return best
		}
		// Four times as much takes sixteen times as long where it grows with the
		// square. Other programs on the machine may slow one of a few attempts.
		const lines = 400
		var once, four time.Duration
		for range 5 {
			once, four = took(lines), took(4*lines)
			if four <= 9*once {
				break
			}
		}
		if four > 9*once {
			t.Errorf("%s: %d lines take %v, four times as many %v", name, lines, once, four)
		}
		t.Log(name, once, four)
	}
}
