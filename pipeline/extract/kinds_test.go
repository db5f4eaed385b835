package extract

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"espfigures/pipeline"
	"espfigures/pipeline/check"
	"espfigures/pipeline/pdf"
)

// recorded returns pages as PDFium draws them, without rules. Each line is a row:
// its cells are a name and a number, and again.
func recorded(pages ...string) (doc pdf.Document) {
	for _, text := range pages {
		p := pdf.Page{W: 612, H: 792}
		for n, line := range strings.Split(text, "\n") {
			for k, s := range strings.Split(line, "|") {
				x := []float64{60, 300, 340, 580}[k]
				if k%2 == 1 {
					x -= glyphWidth * float64(len([]rune(s)))
				}
				for _, r := range s {
					g := pdf.Glyph{R: r, X: x, X0: x, X1: x + glyphWidth, Y: 740 - 16*float64(n), Size: 12, Space: 3, MCID: -1}
					if r == ' ' {
						g.X1 = x + g.Space
					}
					p.Glyphs = append(p.Glyphs, g)
					x = g.X1
				}
			}
		}
		doc.Pages = append(doc.Pages, p)
	}
	return doc
}

const glyphWidth = 5

// Tables that a person reads without doubt, and one that nobody should.
func TestKinds(t *testing.T) {
	const head = "2022 CyberTipline Reports by ESP\n\nESP|Reports\n"
	long := "Juniper Row Communications and Hosting Services LLC"
	same := func(*pdf.Page) {}
	ruled := func(p *pdf.Page) { // a rule under each line
		for n := range 16 {
			y := 736 - 16*float64(n)
			p.Rules = append(p.Rules, pdf.Rule{X0: 55, X1: 305, Y0: y, Y1: y})
		}
	}
	sized := func(size, above float64) func(*pdf.Page) { // of each 7
		return func(p *pdf.Page) {
			for i := range p.Glyphs {
				if g := &p.Glyphs[i]; g.R == '7' && g.X < 200 {
					g.Y, g.Size = g.Y+above*g.Size, g.Size*size
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		pages  []string
		change func(*pdf.Page)
		want   string // of the names and numbers; "" to be refused
	}{
		{"row over pages, number below", []string{head + "Acme|10\nJuniper Row Communications and|", "Hosting Services LLC|30\nZorg|60\nTotal|100"}, same, "Acme=10; " + long + "=30; Zorg=60"},
		{"row over pages, number above", []string{head + "Acme|10\nJuniper Row Communications and|30", "Hosting Services LLC|\nZorg|60\nTotal|100"}, same, "Acme=10; " + long + "=30; Zorg=60"},
		{"row over pages, number above, broken early", []string{head + "Acme|10\nJuniper Row Communications and|30", "Hosting Services LLC|\nNorthern Broadcasting|60\nTotal|100"}, same, ""},
		{"the same, a rule under it", []string{head + "Acme|10\nJuniper Row Communications and|30", "Hosting Services LLC|\nNorthern Broadcasting|60\nTotal|100"}, ruled, "Acme=10; " + long + "=30; Northern Broadcasting=60"},
		{"the table goes on", []string{head + "Acme|10\nBluth|20\n|(continued)", "ESP|Reports\nZorg|70\nTotal|100\n|Page 2 of 2"}, same, "Acme=10; Bluth=20; Zorg=70"},
		{"a header alone at the foot", []string{head[:len(head)-1], "Acme|10\nBluth|20\nZorg|70\nTotal|100"}, same, "Acme=10; Bluth=20; Zorg=70"},
		{"half a name cut by a border", []string{head + "Acme|10\n\nBluth|10\n\nJuniper Row Communications and|", "Hosting Services LLC|30\n\nZorg|50\n\nTotal|100"}, same, ""},
		{"half a name over pages", []string{head + "Acme|10\nJuniper Row|", "Hosting Services LLC|30\nZorg|60\nTotal|100"}, same, ""},
		{"second column without header", []string{head[:len(head)-1] + "|Kik|30\nAcme|10|Zorg|40\nBluth|20|Total|100"}, same, "Acme=10; Bluth=20; Kik=30; Zorg=40"},
		{"names that end alike at the end of two pages", []string{head + "Acme|10\nBluth Holdings and Company|20\nInternational|", "ESP|Reports\n\n\nKik|10\nNakatomi Holdings and Co|20\nInternational|", "Zorg|40\nTotal|100"}, same,
			"Acme=10; Bluth Holdings and Company International=20; Kik=10; Nakatomi Holdings and Co International=20; Zorg=40"},
		{"carried forward", []string{head + "Acme|10\nBluth|20\nCarried forward|30", "Brought forward|30\nKik|30\nZorg|40\nTotal|100"}, same, "Acme=10; Bluth=20; Kik=30; Zorg=40"},
		{"carried over to a page", []string{head + "Acme|10\nBluth|20\nCarried over to page 2|30", "b/f|30\nKik|30\nZorg|40\nTotal|100"}, same, "Acme=10; Bluth=20; Kik=30; Zorg=40"},
		{"right to left", []string{head + "Net םולש Ltd|10\nדקומ|20\nZorg|70\nTotal|100"}, same, "Net שלום Ltd=10; מוקד=20; Zorg=70"},
		{"right to left with a number and brackets", []string{head + "(לארשי) 24 תשר|10\nZorg|90\nTotal|100"}, same, "רשת 24 (ישראל)=10; Zorg=90"},
		{"a number on the left of it", []string{head + "24 תשר|10\nZorg|90\nTotal|100"}, same, ""},
		{"right to left, a bracket missing", []string{head + "לארשי) תשר|10\nZorg|90\nTotal|100"}, same, ""},
		{"a mark that a note explains", []string{head + "Acme (1)|10\nBluth (2)|20\nZorg|70\nTotal|100\n\n\n(1) Reports of two services."}, same, "Acme=10; Bluth (2)=20; Zorg=70"},
		{"raised marks before and behind names", []string{head + "7Acme|10\nBluth7|20\nZorg|60\nKik|10\nTotal|100"}, sized(0.6, 0.3), "Acme=10; Bluth=20; Zorg=60; Kik=10"},
		{"the same, almost on a line of their own", []string{head + "7Acme|10\nBluth7|20\nZorg|60\nKik|10\nTotal|100"}, sized(0.6, 0.5), "Acme=10; Bluth=20; Zorg=60; Kik=10"},
		{"a small number that may be a mark", []string{head + "7Acme|10\nBluth|20\nZorg|60\nKik|10\nTotal|100"}, sized(0.6, 0.05), ""},
		{"a number as large as the name", []string{head + "7Acme|10\nBluth7|20\nZorg|60\nKik|10\nTotal|100"}, same, "7Acme=10; Bluth7=20; Zorg=60; Kik=10"},
		{"bullets", []string{head + "• Acme|10\n• Bluth|20\n• Zorg|70\nTotal|100"}, same, "Acme=10; Bluth=20; Zorg=70"},
		{"numbers close to the names", []string{head + "1.Acme|10\n2. 2nd Bluth|20\n3)Zorg|70\nTotal|100"}, same, "Acme=10; 2nd Bluth=20; Zorg=70"},
		{"leaders of several kinds", []string{head + "Acme, Inc. ______|10\nBluth — — — — —|20\nZorg Corp. .....|30\nKik·······|40\nTotal|100"}, same, "Acme, Inc.=10; Bluth=20; Zorg Corp.=30; Kik=40"},
		{"words broken to fill the line", []string{head + "Aldermoor Med|10\nia|\nBluth Chat|20\nZorg|70\nTotal|100"}, same, ""},
		{"one name letter-spaced", []string{head + "Acme|10\nAldermoor|20\nZorg|70\nTotal|100"}, func(p *pdf.Page) {
			for i := range p.Glyphs {
				if g := &p.Glyphs[i]; g.Y == 676 && g.X < 200 {
					by := 0.6 * (g.X - 60)
					g.X, g.X0, g.X1 = g.X+by, g.X0+by, g.X1+by
				}
			}
		}, "Acme=10; Aldermoor=20; Zorg=70"},
		{"a gap that may be a space", []string{head + "Acme|10\nAlderMoor|20\nZorg|70\nTotal|100"}, func(p *pdf.Page) {
			for i := range p.Glyphs {
				if g := &p.Glyphs[i]; g.Y == 676 && g.X > 60+4.5*glyphWidth && g.X < 200 {
					g.X, g.X0, g.X1 = g.X+1.3, g.X0+1.3, g.X1+1.3
				}
			}
		}, ""},
		{"Chinese lines", []string{head + "Acme|10\n东山网络科技有限公司北京分公司互|20\n联网部|\nZorg|70\nTotal|100"}, same, "Acme=10; 东山网络科技有限公司北京分公司互联网部=20; Zorg=70"},
		{"soft hyphen", []string{head + "Acme|10\nKestrel\u00ad|20\nnet|\nZorg|70\nTotal|100"}, same, "Acme=10; Kestrelnet=20; Zorg=70"},
		{"accents over letters", []string{head + "Coba´lto|10\nMu¨nch|20\nZorg|70\nTotal|100"}, func(p *pdf.Page) {
			back := 0.0
			for i := range p.Glyphs {
				g := &p.Glyphs[i]
				if i > 0 && p.Glyphs[i-1].Y != g.Y {
					back = 0
				}
				if g.R == '´' || g.R == '¨' {
					back = glyphWidth
				}
				g.X, g.X0, g.X1 = g.X-back, g.X0-back, g.X1-back
			}
		}, "Cobálto=10; Münch=20; Zorg=70"},
		{"letter-spaced capitals", []string{head + "ALDERMOOR MEDIA|10\nBLUTH|20\nZORG WORKS|70\nTOTAL|100"}, func(p *pdf.Page) {
			for i := range p.Glyphs {
				if g := &p.Glyphs[i]; g.Y < 705 && g.X < 200 {
					by := 0.36 * (g.X - 60)
					g.X, g.X0, g.X1 = g.X+by, g.X0+by, g.X1+by
				}
			}
		}, "ALDERMOOR MEDIA=10; BLUTH=20; ZORG WORKS=70"},
		{"letters head the groups", []string{head + "0-9|\n4chan|10\nA|\nAcme|15\nA|5\nB|\nBluth|20\nbluth two|5\nZ|\nZorg|45\nTotal|100"}, same, "4chan=10; Acme=15; A=5; Bluth=20; bluth two=5; Zorg=45"},
		{"letters head the groups, ruled", []string{head + "0-9|\n4chan|10\nA|\nAcme|15\nA|5\nB|\nBluth|20\nbluth two|5\nZ|\nZorg|45\nTotal|100"}, ruled, "4chan=10; Acme=15; A=5; Bluth=20; bluth two=5; Zorg=45"},
		{"a letter that heads no group", []string{head + "A|\nAcme|30\nB|\nBluth|20\nX|\nZorg|50\nTotal|100"}, same, ""},
		{"a title of two lines close above", []string{"2022 CyberTipline Reports by Electronic Service\nProviders (ESP)\nESP|Reports\nAcme|10\nBluth|20\nZorg|70\nTotal|100"}, func(p *pdf.Page) {
			for i := range p.Glyphs {
				if g := &p.Glyphs[i]; g.Y > 720 {
					g.Size, g.Y = 2*g.Size, g.Y+8
				}
			}
		}, "Acme=10; Bluth=20; Zorg=70"},
		{"a slash ends a line, no line ends with a space", []string{head + "Acme|10\nVarious / Friend Finder/|20\nTangotime|\nZorg|70\nTotal|100"}, same, "Acme=10; Various / Friend Finder/Tangotime=20; Zorg=70"},
		{"a slash ends a line, others end with a space", []string{head + "Acme |10\nVarious / Friend Finder/|20\nTangotime|\nZorg|70\nTotal|100"}, same, "Acme=10; Various / Friend Finder/Tangotime=20; Zorg=70"},
		{"a slash and a space end a line", []string{head + "Acme|10\nVarious / Friend Finder/ |20\nTangotime|\nZorg|70\nTotal|100"}, same, "Acme=10; Various / Friend Finder/ Tangotime=20; Zorg=70"},
		{"a hyphen before a small letter", []string{head + "Acme|10\nAbsolute Software Corpora-|20\ntion|\nZorg|70\nTotal|100"}, same, ""},
		{"a hyphen before a capital", []string{head + "Acme|10\nAbsolute Mercedes-|20\nBenz|\nZorg|70\nTotal|100"}, same, "Acme=10; Absolute Mercedes-Benz=20; Zorg=70"},
		{"a short word ends a line", []string{head + "Acme|10\n\nNorfex|20\nd/b/a Norfex International|\n\nZorg|70\n\nTotal|100"}, same, "Acme=10; Norfex d/b/a Norfex International=20; Zorg=70"},
		{"a name broken early, lines at equal distances", []string{head + "Acme|10\nNorfex|20\nd/b/a Norfex International|\nZorg|70\nTotal|100"}, same, ""},
		{"a dash ends a line", []string{head + "Acme|10\nAbsolute Software -|20\nonline|\nZorg|70\nTotal|100"}, same, "Acme=10; Absolute Software - online=20; Zorg=70"},
		{"one letter", []string{head + "A|\nAcme|30\nBluth|20\nZorg|50\nTotal|100"}, same, ""},
		{"letters in the wrong order", []string{head + "Z|\nZorg|30\nB|\nBluth|20\nA|\nAcme|50\nTotal|100"}, same, ""},
		{"figures that are no numbers of reports", []string{head + "Acme|#30\nBluth|#20\nZorg|#50\nTotal|100"}, same, ""},
		{"figures of money", []string{head + "Acme|$30\nBluth|$20\nZorg|$50\nTotal|100"}, same, ""},
		{"figures of money, ruled", []string{head + "Acme|$30\nBluth|$20\nZorg|$50\nTotal|100"}, ruled, ""},
		{"a line aslant", []string{head + "Acme|10\nBluth|20\nZorg|70\nTotal|100"}, func(p *pdf.Page) {
			p.Slants = append(p.Slants, pdf.Rule{X0: 55, Y0: 674, X1: 305, Y1: 686})
		}, ""},
		{"a word on the line above says what the numbers are", []string{"2022 CyberTipline Reports by ESP\n\n|Referred\nESP|Reports\nAcme|10\nBluth|20\nZorg|70\nTotal|100"}, same, ""},
		{"a line close above that says nothing of them", []string{"2022 CyberTipline Reports by ESP\n\nPublished in May\nESP|Reports\nAcme|10\nBluth|20\nZorg|70\nTotal|100"}, same, "Acme=10; Bluth=20; Zorg=70"},
		{"words around it", []string{"See also: 2023 Reports by Country\n\n" + head + "Acme|10\nBluth|20\nZorg|70\nTotal|100\n\n\nThis is part of the Transparency Report\nNotifications sent by NCMEC"}, same, "Acme=10; Bluth=20; Zorg=70"},
		{"words of it around another", []string{"2022 CyberTipline Reports by Country\n\nReports by ESP are published apart\n\nCountry|Reports\nFrance|10\nItaly|90\nTotal|100"}, same, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := recorded(c.pages...)
			for i := range doc.Pages {
				c.change(&doc.Pages[i])
			}
			res, err := readPages(t.Context(), "test.pdf", doc)
			if c.want == "" {
				if err == nil && codes(res.Findings, pipeline.Fail) == "" {
					t.Errorf("read %s", print(res.Tables[0]))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			ed, _ := check.Edition(res.Tables[0], pipeline.Document{}, res.Findings)
			if got, _ := strings.CutSuffix(strings.ToLower(print(res.Tables[0])), "; total 100"); got != "2022; "+strings.ToLower(c.want) || ed.Status != pipeline.Verified {
				t.Errorf("%s: read %s, findings %v", ed.Status, print(res.Tables[0]), res.Findings)
			}
		})
	}
}

// A container that viewers read all the same is read, and a finding says what was
// ignored; a file that ends too early is not read.
func TestContainers(t *testing.T) {
	good := typesetGood(t)
	startxref := regexp.MustCompile(`startxref\n\d+`)
	for name, body := range map[string][]byte{
		"zeros behind":    append(bytes.Clone(good), make([]byte, 80_000)...),
		"a page behind":   append(bytes.Clone(good), "\n<html><p>Cached copy</p></html>"...),
		"wrong startxref": startxref.ReplaceAll(good, []byte("startxref\n77")),
		"no startxref":    startxref.ReplaceAll(good, nil),
	} {
		res, err := read(t, body)
		if err != nil || print(res.Tables[0]) != tenPrinted || codes(res.Findings, pipeline.Fail) != "" {
			t.Errorf("%s: %v, %v", name, err, res.Findings)
		} else if codes(res.Findings, pipeline.Note) == "" {
			t.Errorf("%s: no finding says what was ignored", name)
		}
	}
}

// What a character is, its font says, the mark around it or its tag. A hyphen that
// one of them calls soft is no part of the word; a tag that says another word than
// is drawn changes nothing.
func TestMeanings(t *testing.T) {
	hyphenIsSoft := "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange 1 beginbfchar <2D> <00AD> endbfchar endcmap"
	plain := "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange endcmap"
	broken := "(Kestrel-) Tj 0 -12 Td (net) Tj"
	for _, c := range []struct{ name, content, font, actual, want string }{
		{"a hyphen", broken, plain, "", "Kestrel-net"},
		{"by its font", broken, hyphenIsSoft, "", "Kestrel\u00adnet"},
		{"inside a line", "(Kestrel-Net) Tj", hyphenIsSoft, "", "Kestrel-Net"},
		{"by its mark", "(Kestrel) Tj /Span << /ActualText <FEFF00AD> >> BDC (-) Tj EMC 0 -12 Td (net) Tj", plain, "", "Kestrel\u00adnet"},
		{"by its tag", broken, plain, "/ActualText (Kestrelnet)", "Kestrel\u00adnet"},
		{"a tag that lies", broken, plain, "/ActualText (Facebook)", "Kestrel-net"},
	} {
		p := newPDF()
		p.add("<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 7 0 R >>")
		p.add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
		p.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /StructParents 0 /Resources << /Font << /F1 5 0 R >> >> >>")
		p.stream("", []byte("/Span << /MCID 0 >> BDC BT /F1 10 Tf 72 700 Td "+c.content+" ET EMC"))
		p.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>")
		p.stream("", []byte(c.font))
		p.add("<< /Type /StructTreeRoot /K [8 0 R] /ParentTree << /Nums [0 [8 0 R]] >> >>")
		p.add("<< /Type /StructElem /S /Span /P 7 0 R /Pg 3 0 R /K [0] " + c.actual + " >>")
		var got string
		for _, g := range pagesOf(t, p.end()).Pages[0].Glyphs {
			got += string(g.R)
		}
		if got != c.want {
			t.Errorf("%s: %+q, want %+q", c.name, got, c.want)
		}
	}
}

// On a page shown upside down PDFium gives a row's number before its name. A
// name of one letter is not swapped with it, only letters within a name are.
func TestShortNamesUpsideDown(t *testing.T) {
	at := func(r rune, x float64) pdf.Glyph { return pdf.Glyph{R: r, X: x, X0: x, X1: x + 6, Y: 100, Size: 12} }
	for _, c := range []struct {
		gs   []pdf.Glyph
		want bool
	}{
		{[]pdf.Glyph{at('7', 300), at('A', 60)}, false},
		{[]pdf.Glyph{at('B', 66), at('A', 60), at('7', 300)}, true},
	} {
		got := false
		for _, w := range linesOf(c.gs)[0] {
			got = got || w.Swapped
		}
		if got != c.want {
			t.Errorf("%v: swapped is %v", c.gs, got)
		}
	}
}
