package webpage

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// seen returns the text that a person sees in the one cell of a page's table.
func seen(t *testing.T, body string) string {
	t.Helper()
	p, err := Read(context.Background(), []byte(body), "")
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	for _, b := range p.Blocks {
		if b.Table != nil && len(b.Table.Rows) > 0 && len(b.Table.Rows[0]) > 0 {
			return b.Table.Rows[0][0].Text
		}
	}
	return "no cell"
}

func TestHidden(t *testing.T) {
	const cell = "<table><tr><td>Oriole<span class='extra' id=one title='a:b'> (gone)</span></table>"
	for _, css := range []string{
		".extra{display:none}", "#one { display : none }", "span.extra{visibility:hidden}", "td > .extra { opacity: 0 }",
		".a, .extra, .b{display:none}", "td .extra{display:none!important} .extra{display:inline}", "@media screen{.extra{display:none}}",
		"@media (min-width: 640px){.extra{display:none}}", "@media screen and (width >= 40em) and (orientation:landscape){.extra{display:none}}",
		"@media (max-width:600px){.x{color:red}}.extra{display:none}", "@media not print{.extra{display:none}}", "@media(min-width:30em){.extra{display:none}}",
		"@supports (display:grid){.extra{display:none}}", "@layer utilities{.extra{display:none}}", "td{color:red; .extra{display:none}}", "td{& .extra{display:none}}",
		".extra{position:absolute;left:-9999px}", ".extra{position:absolute;clip:rect(0 0 0 0)}", ".extra{position:absolute;clip:rect(1px,1px,1px,1px)}",
		".extra{clip-path:inset(50%)}", ".extra{position:absolute;width:1px;height:1px;overflow:hidden}", ".extra{display:inline-block;text-indent:-999em}",
		".extra{font-size:0}", ".extra{color:transparent}", ".extra{color:#fff}", ".extra{color:#fff;background:white}", ".extra{transform:scale(0)}",
		"/* .extra{display:block} */ .extra{display:none}", ":is(.extra, .other){display:none}", "a:hover, .extra{display:none}", "*[class~=extra]{display:none}",
		"td span:last-child{display:none}", "span{display:none}", ".x{content:'}'} .extra{display:none}",
		"td{--show:none} .extra{display:var(--show)}", ".extra{display:var(--nothing, none)}", ".extra{scale:0}", ".extra{opacity:.03}", ".extra{opacity:2%}",
		".extra{filter:blur(0) opacity(0%)}", ".extra{-webkit-text-fill-color:transparent}", ".extra{color:hsl(120deg 40% 100%)}", ".extra{color:oklch(1 0 0)}", "@\u0130{x} .extra{display:none}", "td .\\65 xtra{display:none}", "[title='a:b']{display:none}",
		"td:not([class~='> .b']) > .extra:last-child{display:none}", ".extra{color:rgb(253 254 253)}",
		".extra{color:#0001}.extra{color:#00000005}", ".extra{color:ivory}", "td{background:linear-gradient(#000,#000);color:#fff}.extra{color:rgba(2,2,2,.9)}", ".extra{position:fixed;left:150vw}",
		".extra{position:relative;inset:auto auto auto -3000px}", ".extra{position:absolute;inset-inline-start:-200vw}", ".extra{margin:0 0 0 -99em}", ".extra{translate:-9999px 0}",
		".extra{font:0/0 a}", "@layer one, two; @layer two{.extra{display:none}} @layer one{.extra{display:inline}}", "@layer one{#one{display:inline}} .extra{display:none}",
		"@layer one{.extra{display:none!important}} .extra{display:inline!important}", "@layer a{@layer b{.extra{display:inline}} .extra{display:none}}", ".extra:not(:focus-within){display:none}",
		":root{--far:-9999px} .extra{margin:var(--far)}", ":root{--far:-9999px} .extra{position:absolute;inset:var(--far)}", ":root{--f:0/0 a} .extra{font:var(--f)}",
		"td{--Show:none} .extra{display:var(--Show)}", ".extra{margin-top:-9999px}", ".extra{transform:translate3d(0,-9999px,0)}", ".extra{transform:scale(.01)}", ".extra{font-size:1px}",
		".extra{display:block;text-indent:100%;white-space:nowrap;overflow:hidden}", ".extra{display:block;height:0rem;overflow:hidden}", ".extra{display:block;max-block-size:0;overflow:hidden}",
	} {
		if got := seen(t, "<style>"+css+"</style>"+cell); got != "Oriole" {
			t.Errorf("%s: %q is seen", css, got)
		}
	}
	for _, css := range []string{
		".menu .extra{display:none}", "@media print{.extra{display:none}}", "@media (max-width:600px){.extra{display:none}}", "@media screen and (max-width: 40em){.extra{display:none}}",
		".extra{display:none} td .extra{display:inline}", ".extra{display:none} #one{display:inline}", ".extra:hover{display:none}", ".extra::after{display:none}",
		"@media (width < 700px){.extra{display:none}}", "@media (pointer:coarse){.extra{display:none}}", "@media not screen{.extra{display:none}}", "@keyframes x{from{opacity:0}.extra{display:none}}",
		"/* .extra{display:none} */", ".extra{left:-9999px}", "td{visibility:hidden} .extra{visibility:visible}", ".extra{color:white;background:#123}", "tr:nth-child(2) .extra{display:none}",
		".extra{display:none} .extra{display:inline}", "@supports not (display:grid){.extra{display:none}}",
		".extra{display:var(--nothing)}", "@layer two{.extra{display:none}} @layer one{.extra{display:inline}}", ".extra{display:none} .extra{display:none;display:var(--on, inline)}",
		"td{background:#222}.extra{color:rgb(254 254 254)}", "td{background:url(white.png)}.extra{color:white}", ".extra{margin:0 -9999px 0 0}",
	} {
		if got := seen(t, "<style>"+css+"</style>"+cell); !strings.Contains(got, "(gone)") {
			t.Errorf("%s: only %q is seen", css, got)
		}
	}
}

// Colours of old pages are attributes.
func TestOldColors(t *testing.T) {
	for in, want := range map[string]string{
		"<td>Oriole<font color='#FFFFFF'> (gone)</font>":                  "Oriole",
		"<td bgcolor=#003366 style='color:white'>Oriole":                  "Oriole",
		"<td bgcolor=White>Oriole<b style='color:white'> (gone)</b></td>": "Oriole",
	} {
		if got := seen(t, "<table><tr>"+in+"</table>"); got != want {
			t.Errorf("%s: %q is seen", in, got)
		}
	}
}

// Classes of common frameworks hide although their style sheets are elsewhere.
func TestHidingClasses(t *testing.T) {
	for _, class := range []string{"sr-only", "usa-sr-only", "govuk-visually-hidden", "element-invisible", "screen-reader-text", "visually-hidden-focusable", "d-none", "hidden", "d-md-none", "md:hidden",
		"d-block d-lg-none", "visible-xs", "acme-visually-hidden", "material-icons"} {
		if got := seen(t, "<table><tr><td>Oriole<span class='"+class+"'> (gone)</span></table>"); got != "Oriole" {
			t.Errorf("%s: %q is seen", class, got)
		}
	}
	for _, class := range []string{"d-none d-md-inline", "hidden md:inline", "sr-only not-sr-only", "name", "hidden-xs", "visible-lg"} {
		if got := seen(t, "<table><tr><td>Oriole<span class='"+class+"'> Chat</span></table>"); got != "Oriole Chat" {
			t.Errorf("%s: only %q is seen", class, got)
		}
	}
	if got := seen(t, "<style>.hidden{display:inline}</style><table><tr><td>Oriole<span class=hidden> Chat</span></table>"); got != "Oriole Chat" {
		t.Errorf("the page's own style does not go first: %q", got)
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"Ori&#8203;ole":              "Oriole",
		"Ori&shy;ole Chat":           "Oriole Chat",
		"&#8206;Oriole&#8207;":       "Oriole",
		"&#65279;Oriole&#8288;Chat":  "OrioleChat",
		"می&zwnj;خواهم":              "می\u200cخواهم",
		"Ori&zwnj;ole":               "Oriole",
		"👨&#8205;👩 Chat":             "👨\u200d👩 Chat",
		"Oriole&nbsp;&nbsp; Chat":    "Oriole Chat",
		"Ori<wbr>ole":                "Oriole",
		"Ori\n  <b>ole</b>":          "Ori ole",
		"Oriole<br>Chat":             "Oriole\nChat",
		"<p>Oriole<p>Chat":           "Oriole\nChat",
		"4<sup>th</sup> Oriole":      "4th Oriole",
		"21<sup>st</sup>":            "21st",
		"Oriole<sup>TM</sup>":        "Oriole™",
		"Oriole<sup>1</sup>":         "Oriole",
		"Oriole<sup>*</sup>":         "Oriole",
		"Oriole<a href='#n'>[2]</a>": "Oriole",
		"Oriole<span style='vertical-align:super;font-size:60%'>3</span>": "Oriole",
		"<a href='#x'>4</a>":                                             "4",
		"Oriole <button>Details</button>":                                "Oriole",
		"<button>Oriole</button>":                                        "Oriole",
		"Oriole<select><option>A<option>B</select>":                      "Oriole",
		"Oriole<span role=tooltip>formerly Wren</span>":                  "Oriole",
		"Oriole<span class=tooltiptext>formerly Wren</span>":             "Oriole",
		"Oriole <span aria-hidden=true>↗</span>":                         "Oriole",
		"Oriole <i class=material-icons>open_in_new</i>":                 "Oriole",
		"Oriole <details><summary>note</summary>formerly Wren</details>": "Oriole",
		"<details><summary>Oriole</summary>formerly Wren</details>":      "Oriole",
		"Oriole <div role=dialog>formerly Wren</div>":                    "Oriole",
		"Oriole<svg><title>link</title><text>x</text></svg>":             "Oriole",
		"<ruby>東<rp>(</rp><rt>とう</rt><rp>)</rp></ruby>":                  "東",
		"Oriole<script>1</script><template>2</template><!--3-->":         "Oriole",
		"<span>Ori</span><span>ole</span>":                               "Oriole",
		"<dialog>Formerly Wren</dialog>Oriole":                           "Oriole",
		"<q>Oriole <q>Chat</q></q>":                                      "“Oriole ‘Chat’”",
		"<style>td b::before{content:'The \\201CO\\201D  '} i::after{content:attr(title)' Ltd'}</style><b>Oriole</b><i title=' Chat'></i>": "The “O” Oriole Chat Ltd",
		"<style>td::after{content:'\\25B2'}</style>Oriole": "Oriole",
		"y<sup>2</sup> Chat":                      "y² Chat",
		"Oriole<sup>a</sup><br>Chat<sup>12</sup>": "Oriole\nChat",
		"Orioleᵃ⁽²⁾":                              "Oriole",
		"Orio&#768;le":                            "Oriòle",
		"<input readonly value='1,234'>":          "1,234",
		"<input value='1,234'>":                   "",
		"<table><tr><td>Oriole<td>Chat</table>":   "",
		"Q&amp;A ❤ Chat":                          "Q&A ❤ Chat",
	} {
		if got := seen(t, "<meta charset=utf-8><table><tr><td>"+in+"</table>"); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// drawnGrid writes a grid with its cells' texts, "." where there is none.
func drawnGrid(t *Table) string {
	var lines []string
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row {
			if c == nil {
				cells = append(cells, ".")
			} else {
				cells = append(cells, c.Text)
			}
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	return strings.Join(lines, " / ")
}

func TestGrid(t *testing.T) {
	for in, want := range map[string]string{
		"<table><tr><td colspan='2;'>a<td>b":                                            "a a b",
		"<table><tr><td colspan=2px>a<td colspan=0>b<td colspan=-3>c<td colspan='+2'>d": "a a b c d d",
		"<table><tr><td rowspan=0>a<td>b<tr><td>c<tbody><tr><td>d":                      "a b / a c / d",
		"<table><tr><td rowspan=9>a<td>b<tbody><tr><td>c":                               "a b / c",
		"<table><tfoot><tr><td>f</tfoot><tbody><tr><td>b<thead><tr><td>h":               "h / b / f",
		"<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c":                            "a b / c b",
		"<table><tr><td>a<td hidden>x<td>b<tr style='display:none'><td>y":               "a b",
		"<table><tr><td>a<td style='visibility:hidden'>x<td>b":                          "a  b",
		"<table><tr><td rowspan=2>a<td>b<td rowspan=2>c<tr>":                            "a b c / a . c",
		"<div role=table><div role=rowgroup><div role=row><span role=columnheader>a</span><span role=cell>b</span></div></div><div role=row><div><span role=cell aria-colspan=2>c</span></div></div></div>": "a b / c c",
		"<style>.t{display:table}.r{display:table-row}.c{display:table-cell}</style><div class=t><div class=r><div class=c>a</div><div class=c>b</div></div></div>":                                         "a b",
		"<dl><dt>a<dd>b<div><dt>c<dd>d</div></dl>":                                           "a b / c d",
		"<style>.x{visibility:collapse}</style><table><col><col class=x><tr><td>a<td>b<td>c": "a  c",
	} {
		p, err := Read(context.Background(), []byte(in), "")
		if err != nil || len(p.Blocks) == 0 || p.Blocks[0].Table == nil {
			t.Errorf("%s: %+v, %v", in, p, err)
			continue
		}
		if got := drawnGrid(p.Blocks[0].Table); got != want {
			t.Errorf("%s:\n%s, want\n%s", in, got, want)
		}
	}
}

func TestCharset(t *testing.T) {
	utf16le := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune("<table><tr><td>Öriole")) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	late := "<!--" + strings.Repeat("x", 3000) + "-->"
	for _, c := range []struct{ name, body, header string }{
		{"no declaration", "<table><tr><td>Öriole", ""},
		{"mark", "\xef\xbb\xbf<meta charset=windows-1252><table><tr><td>Öriole", ""},
		{"utf-16", string(utf16le), ""},
		{"late meta", late + "<meta charset=windows-1252><table><tr><td>\xd6riole", ""},
		{"late meta utf-8", late + "<meta charset=utf-8><table><tr><td>Öriole", ""},
		{"http-equiv", "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><table><tr><td>\xd6riole", ""},
		{"header first", "<meta charset=shift_jis><table><tr><td>\xd6riole", "text/html; charset=windows-1252"},
		{"xml declaration", "<?xml version='1.0' encoding='ISO-8859-1'?><table><tr><td>\xd6riole", ""},
		{"windows-1252 undeclared", "<table><tr><td>\xd6riole", ""},
		{"declared wrongly", "<meta charset=iso-8859-1><table><tr><td>Öriole", ""},
		{"unknown name", "<meta charset=none-such><table><tr><td>Öriole", ""},
		{"in a comment", "<!-- <meta charset=shift_jis> --><table><tr><td>Öriole", ""},
	} {
		p, err := Read(context.Background(), []byte(c.body), c.header)
		if err != nil || len(p.Blocks) != 1 || p.Blocks[0].Table.Rows[0][0].Text != "Öriole" {
			t.Errorf("%s: %+v, %v", c.name, p.Blocks, err)
		}
	}
}

func TestHeadings(t *testing.T) {
	body := "<h1>One</h1><h2>Two</h2><section><h2>Other</h2></section><div><b>Label</b></div><table><tr><td>x</table><h2>Three</h2><details><summary>Four</summary><table><tr><td>y</table></details><table><tr><td>z</table>"
	p, err := Read(context.Background(), []byte(body), "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range p.Blocks {
		if b.Table != nil {
			got = append(got, fmt.Sprint(b.Table.Headings))
		}
	}
	if s := strings.Join(got, " "); s != "[{One 1} {Two 2} {Label 8}] [{One 1} {Three 2} {Four 7}] [{One 1} {Three 2}]" {
		t.Error(s)
	}
}

// Folded parts that a person can open are read; what nothing opens is not.
func TestFolded(t *testing.T) {
	const table = "<table><tr><td>x</table>"
	for in, want := range map[string]string{
		"<details><summary>a</summary>" + table + "</details>":                                               "x",
		"<button aria-controls=p>a</button><p>-</p><div id=p hidden>" + table + "</div>":                     "x",
		"<style>.panel{display:none}</style><button>a</button><div class=panel>" + table + "</div>":          "x",
		"<style>.panel{display:none}</style><h3><button>a</button></h3><div class=panel>" + table + "</div>": "x",
		"<style>.panel{display:none}</style><p>a</p><div class=panel>" + table + "</div>":                    "no cell",
		"<div hidden>" + table + "</div>":                                                                    "no cell",
		"<div role=tabpanel style='display:none'>" + table + "</div>":                                        "x",
	} {
		if got := seen(t, in); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

// The work grows with the page and not with its square.
func TestWorkGrowsWithThePage(t *testing.T) {
	const cells = "<table><tr><th>a<th>b<tr><td>c<td>1</table>"
	for name, page := range map[string]func(n int) string{
		"tables":       func(n int) string { return strings.Repeat(cells, n) },
		"headings":     func(n int) string { return strings.Repeat("<h2>x</h2><p>y", n) + cells },
		"both":         func(n int) string { return strings.Repeat("<h2>x</h2>"+cells, n) },
		"spans":        func(n int) string { return strings.Repeat("<table><tr><td colspan=9 rowspan=9>x</table>", n) },
		"rows":         func(n int) string { return "<table>" + strings.Repeat("<tr><td>a<td>1", n) },
		"wide":         func(n int) string { return "<table><tr><td colspan=1000>a" + strings.Repeat("<tr><td>a", n) },
		"nested spans": func(n int) string { return strings.Repeat("<p><span><span><span>x</span></span></span>", n) },
		"classes": func(n int) string {
			return "<style>.a{display:none}.b .c{display:block}</style>" + strings.Repeat("<p class='a b c'>x", n)
		},
	} {
		steps := func(n int) float64 {
			_, w, err := read(context.Background(), []byte(page(n)), "")
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return float64(w.done)
		}
		if r := steps(2000) / steps(1000); r > 2.3 {
			t.Errorf("%s: a page twice as long is %.1f times the work", name, r)
		}
	}
}

func TestLimits(t *testing.T) {
	style := "<style>" + strings.Repeat(".a:nth-child(2n){display:none}", 2000) + "</style>" + strings.Repeat("<p class=a>", 2000)
	for name, body := range map[string]string{
		"spans":  strings.Repeat("<table><tr><td colspan=1000>x</table>", 1000),
		"styles": style,
		"tags":   strings.Repeat("<p>", 600_000),
		"bytes":  strings.Repeat("x", 9<<20),
		"depth":  strings.Repeat("<div>", 600),
	} {
		if _, err := Read(context.Background(), []byte(body), ""); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, []byte("<p>x"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<style>@media(min-width:1px){.a>b:is(c,d){display:none}}</style><table><tr><td rowspan=0 colspan='2;'>a<sup>1</sup>"), "text/html; charset=utf-8")
	f.Add([]byte("<div role=grid><div role=row><a role=cell>x</a></div></div><dl><dt>a<dd>b"), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		began := time.Now()
		p, err := Read(context.Background(), body, contentType)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%d bytes took %v", len(body), took)
		}
		if err != nil {
			return
		}
		for _, b := range p.Blocks {
			if b.Table == nil {
				continue
			}
			for i, row := range b.Table.Rows {
				for _, c := range row {
					if c != nil && (c.Row > i || c.Text != strings.TrimSpace(c.Text)) {
						t.Errorf("row %d has %+v", i, c)
					}
				}
			}
		}
	})
}

// doubtOf returns what a person sees in the one cell of a page's table, and what
// makes that doubtful.
func doubtOf(t *testing.T, body string) (text, doubt string) {
	t.Helper()
	p, err := Read(context.Background(), []byte(body), "")
	if err != nil || len(p.Blocks) == 0 || p.Blocks[0].Table == nil {
		t.Fatalf("%s: %+v, %v", body, p, err)
	}
	c := p.Blocks[0].Table.Rows[0][0]
	return c.Text, c.Doubt
}

func TestDoubt(t *testing.T) {
	const cell = "<table><tr><td>Oriole<span class='extra' id=one> Chat</span></table>"
	for css, doubt := range map[string]string{
		".extra{position:absolute;left:calc(1px * -9000)}":         "left: calc(1px * -9000)",
		".extra{margin:0 0 0 calc(-1px * 9000)}":                   "margin-left: calc(-1px * 9000)",
		".extra{position:absolute;inset:calc(-9999px) auto auto}":  "top: calc(-9999px)",
		".extra{font:calc(0px) a}":                                 "font-size: calc(0px)",
		".extra{letter-spacing:-1em}":                              "letter-spacing: -1em",
		".extra{opacity:.06}":                                      "opacity: .06",
		".extra{mask:url(#none)}":                                  "mask: url(#none)",
		".extra{filter:url(#gone)}":                                "filter: url(#gone)",
		".extra{color:color(srgb 1 1 1)}":                          "color: color(srgb 1 1 1)",
		".extra{color:hsl(0 0 100)}":                               "color: hsl(0 0 100)",
		".extra{clip-path:path('M0 0')}":                           "clip-path: path('m0 0')",
		".extra{transform:matrix(0,0,0,0,0,0)}":                    "transform: matrix(0,0,0,0,0,0)",
		".extra{animation:leave 1s forwards}":                      "animation: leave 1s forwards",
		".extra{color:transparent;text-shadow:0 0 #000}":           "text-shadow or background-clip",
		".extra{color:#ebebeb}":                                    "color: #ebebeb",
		"tr{display:flex;flex-direction:row-reverse}":              "flex-direction: row-reverse",
		".extra{unicode-bidi:isolate-override;direction:rtl}":      "unicode-bidi: isolate-override",
		"@scope (tr){.extra{display:none}}":                        "@scope (tr)",
		"@supports (x:y){.extra{display:none}}":                    "@supports (x:y)",
		"@media (display-mode:browser){.extra{visibility:hidden}}": "@media (display-mode:browser)",
		"@container (width>1px){.extra{opacity:0}}":                "@container (width>1px)",
		".extra:dir(ltr){display:none}":                            ".extra:dir(ltr)",
		".extra::after{content:counter(x)}":                        "content: counter(x)",
		// What makes no difference to the text is no doubt, nor what no table has inside.
		"@scope (tr){.extra{color:red}}":                                                  "",
		":root{--m:0 0 8px;--f:bold 16px/1.5 a}.extra{margin:var(--m);font:var(--f)}":     "",
		".extra{margin:calc(1rem - 2px) auto;letter-spacing:-.01em}":                      "",
		".extra{filter:grayscale(1)}":                                                     "",
		".extra{transform:translate(3px, -50%) scale(.9)}":                                "",
		"body{mask:url(#x)}table{filter:url(#x)}":                                         "",
		".extra:focus-within{display:none}":                                               "",
		".extra{opacity:.6;animation:none}":                                               "",
		".extra{clip-path:none;scale:1;rotate:0deg}":                                      "",
		".extra{color:windowtext;font-size:calc(1.2rem + .3vw);filter:alpha(opacity=60)}": "",
		"@media (display-mode:browser) and (max-width:9px){.extra{display:none}}":         "",
	} {
		if text, got := doubtOf(t, "<style>"+css+"</style>"+cell); text != "Oriole Chat" || got != doubt {
			t.Errorf("%s: %q, doubt %q, want %q", css, text, got, doubt)
		}
	}
	for _, in := range []string{"<bdo dir=rtl>eloirO</bdo>", "&#8238;eloirO&#8236;", "Oriole<i style='position:absolute;inset:0;background:#fff'></i>",
		"Oriole <table><tr><td>Chat<td>Chess</table>", "Oriole <dl><dt>Chat</dl>"} {
		if text, doubt := doubtOf(t, "<table><tr><td>"+in+"</table>"); doubt == "" {
			t.Errorf("%s: %q is no doubt", in, text)
		}
	}
}
