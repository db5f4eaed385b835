package extract

import (
	"fmt"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"espfigures/pipeline"
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
		t.Run(name, func(t *testing.T) { reads(t, tenRows, draw, tenPrinted) })
	}
}

// reads reads ten rows with what is drawn on them; without want they are to be
// refused.
func reads(t *testing.T, rows []string, draw func(*fpdf.Fpdf), want string) {
	t.Helper()
	res, err := read(t, form{titles: tenTitle, heads: []string{"ESP", "Reports"}, rows: rows, draw: draw}.pdf(t))
	got := ""
	if err == nil && codes(res.Findings, pipeline.Fail) == "" {
		got = print(res.Tables[0])
	}
	if got != want {
		t.Errorf("read %q, findings %v, error %v", got, res.Findings, err)
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
		t.Run(c.name, func(t *testing.T) { reads(t, c.rows, c.draw, tenPrinted) })
	}
}

// What a person would doubt is refused aloud: a row, a name or a number struck
// through, a name printed over another one, and one of which a part is covered.
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
		"end of a name covered": func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			p.SetFillColor(255, 255, 255)
			p.Rect(65+p.GetStringWidth("4ch"), firstRow-9, 60, 12, "F")
		},
		"beginning of a name covered": func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			p.SetFillColor(255, 255, 255)
			p.Rect(60, firstRow-9, 5+p.GetStringWidth("4c"), 12, "F")
		},
		"name over a name": func(p *fpdf.Fpdf) {
			p.SetFont("Helvetica", "", 10)
			p.Text(65, firstRow, "Globex")
		},
	} {
		t.Run(name, func(t *testing.T) { reads(t, tenRows, draw, "") })
	}
}

// What annotations show is on the page: a total that only an annotation has is
// read, also where it is a link with looks of its own. A link without is nothing.
func TestAnnotations(t *testing.T) {
	rows := []string{"4chan|1,000", "Acme Inc.|2,000", "Initech|45", "Umbrella|1,000", "Wonka|1,500", "Zorg|2,000"}
	at := func(x, y float64, text string) string {
		return fmt.Sprintf("BT /F1 10 Tf %g %g Td (%s) Tj ET\n", x, y, text)
	}
	number := func(y float64, n string) string { return at(300-2.78*float64(2*len(n)-strings.Count(n, ",")), y, n) }
	content := at(60, 740, "2022 CyberTipline Reports by ESP") + at(60, 700, "ESP") + at(262, 700, "Reports")
	for i, row := range rows {
		name, n, _ := strings.Cut(row, "|")
		content += at(60, 680-20*float64(i), name) + number(680-20*float64(i), n)
	}
	content += at(60, 560, "Total")
	for kind, looks := range map[string]string{"/FreeText": "/AP << /N 7 0 R >>", "/Link": "/AP << /N 7 0 R >>", "/Link /Border [0 0 0]": ""} {
		res, err := read(t, onePage("", []byte(content), ">> /Annots [6 0 R] /PieceInfo <<", func(p *rawPDF) {
			p.add("<< /Type /Annot /F 4 /Rect [0 0 612 792] /Subtype " + kind + " " + looks + " >>")
			p.stream("/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> >>", []byte(number(560, "7,545")))
		}))
		got := err == nil && codes(res.Findings, pipeline.Fail) == "" && res.Tables[0].Total != nil && res.Tables[0].Total.Reports == 7545
		if got != (looks != "") {
			t.Errorf("%s %s: %v, findings %v, error %v", kind, looks, got, res.Findings, err)
		}
	}
}
