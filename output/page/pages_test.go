package page

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"espfigures/output/testset"
)

var shots = flag.String("shots", "", "write screenshots of the explorer into this directory")

// TestExplorer looks at the page as people do: in a browser, from a file,
// without a network. Every page must say nothing on the console and ask for
// nothing but itself; open checks that when a test ends.
func TestExplorer(t *testing.T) {
	if os.Getenv("ESPFIGURES_CHECK") == "" {
		t.Skip("a browser takes long: make check runs it")
	}
	b := newBrowser(t)
	dir := t.TempDir()
	b.put(t, dir, "shipped", shippedSet(t))
	b.put(t, dir, "hostile", testset.New())
	hand := testset.New()
	for i := range hand.Editions {
		if hand.Editions[i].Year == 2022 {
			hand.Editions[i].Document.Mirror = "file:saved.pdf"
		} else {
			hand.Editions[i].Document.Retrieved = time.Time{}
		}
	}
	b.put(t, dir, "hand", hand)
	b.put(t, dir, "10000", testset.Big(10000, 7))
	for name, test := range map[string]func(*testing.T, *testBrowser){
		"first view":     firstView,
		"X 2023":         x2023,
		"Meta":           metaAcross2021,
		"search":         searchAndSelect,
		"measures":       measuresAndScales,
		"breaks":         breaksAreGaps,
		"hover":          hover,
		"touch":          touch,
		"sort":           sortTables,
		"address":        followAddress,
		"unknown":        unknownAddress,
		"holdings":       whatIsHeld,
		"first year":     firstYearShown,
		"edges":          edgesThatScroll,
		"narrow":         narrowChart,
		"by hand":        copiesByHand,
		"kinds":          kindsInAndOut,
		"words":          plainWords,
		"everything":     listOfEverything,
		"downloads":      downloads,
		"hostile":        hostileNames,
		"missing":        missingIsNotZero,
		"keyboard":       keyboardOnly,
		"accessible":     accessible,
		"widths":         widths,
		"10,000":         tenThousand,
		"print":          printStyle,
		"without script": withoutScript,
	} {
		t.Run(name, func(t *testing.T) { test(t, b) })
	}
	if *shots != "" {
		t.Run("screenshots", func(t *testing.T) { screenshots(t, b) })
	}
}

func firstView(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped"})
	p.has("title", p.text("h1"), "CyberTipline reports by platform, 2019–2025")
	p.has("unit", p.text("#unit"), "Number of reports")
	p.has("caveats", p.text("#always"), "Unit: reports, not images", "not how much abuse there is", "A missing value is not zero")
	if got := strings.Join(p.all("#chips li bdi"), ", "); got != "Facebook, Instagram, Google, WhatsApp, X (Twitter)" {
		t.Errorf("first choice: %s", got)
	}
	// The strip with unit and caveats stays in the window wherever one reads.
	js[bool](p, "(scrollTo(0, document.body.scrollHeight / 2), true)")
	if !js[bool](p, "(() => { const r = document.getElementById('always').getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight + 1 })()") {
		t.Error("unit and caveats are out of sight")
	}
	p.has("key", p.text("#key"), "sums to its printed total", "combined row", "third party’s transcription")
	paint := js[float64](p, `new Promise(done => new PerformanceObserver(list => { for (const e of list.getEntries()) if (e.name === 'first-contentful-paint') done(e.startTime) }).observe({ type: 'paint', buffered: true }))`)
	drawn := js[float64](p, "Number(document.documentElement.dataset.drawn)")
	t.Logf("first paint %.0f ms, chart drawn %.0f ms", paint, drawn)
	if paint > 2000 || drawn > 2000 { // the aim is 500; a busy machine gets time
		t.Errorf("first paint after %.0f ms, chart after %.0f ms", paint, drawn)
	}
}

func x2023(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=x"})
	cell := `#table-box tbody tr:first-child td:nth-child(6)`
	p.has("cell", p.text(cell), "870,503", "+787.8%", "2 rows")
	href := js[string](p, fmt.Sprintf("document.querySelector(%q).href", cell+" a"))
	if !strings.HasPrefix(href, "https://www.missingkids.org/") || !strings.Contains(href, "2023-reports-by-esp.pdf#page=") {
		t.Errorf("870,503 leads to %s", href)
	}
	p.click(cell + " button.rows")
	d := p.text("#dialog")
	p.has("dialog", d, "870,503", "Twitter, Inc. / Vine.co", "597,087", "X Corp", "273,416", "page 7", "page 8", "row ", "2023-reports-by-esp.pdf#page=7", "SHA-256")
	p.has("citation", js[string](p, "document.querySelector('#dialog textarea').value"), "National Center for Missing & Exploited Children", "p. 7", "597,087 reports", "273,416 reports")
	if links := p.all("#dialog ul.rows a"); len(links) != 2 {
		t.Errorf("the dialog links %d rows", len(links))
	}
}

func metaAcross2021(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "view=company&show=meta"})
	p.has("Meta 2021", p.text("#table-box tbody tr:first-child td:nth-child(4)"), "26,885,5", "+32.4%")
	rows := strings.Join(p.all("#table-box tbody th"), "|")
	p.has("members", rows, "Facebook", "Instagram", "WhatsApp")
	p.has("Facebook 2021", p.text("#table-box tbody tr:nth-child(2) td:nth-child(4)"), "22,118,952", "break")
	p.has("Instagram 2020", p.text("#table-box tbody tr:nth-child(3) td:nth-child(3)"), "in Facebook row")
	// The company's line runs on from 2020 to 2021 and stops between 2023 and 2024.
	if gaps := js[int](p, "document.querySelectorAll('#drawing [data-line] [data-gap]').length"); gaps != 1 {
		t.Errorf("Meta has %d gaps, not one", gaps)
	}
	// The same platforms, each for itself, must not be compared.
	p.pick("view", "platform")
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Facebook|Instagram|WhatsApp")
	p.has("Facebook alone", p.text("#table-box tbody tr:first-child td:nth-child(4)"), "break")
}

func searchAndSelect(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook"})
	p.click("#search")
	p.keys("vine.co")
	p.has("options", p.text("#options"), "Twitter, Inc. / Vine.co", "listed name of X (Twitter)")
	p.keys(kb.Enter)
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Facebook|X (Twitter)")
	p.has("address", js[string](p, "location.hash"), "show=facebook,x")
	p.has("announced", p.text("#live"), "Facebook and X (Twitter)")
	// A company adds its platforms.
	p.keys("meta")
	at := js[int](p, "[...document.querySelectorAll('#options li')].findIndex(e => e.textContent.includes('adds its'))")
	if at < 0 {
		t.Fatalf("no company among %s", p.text("#options"))
	}
	p.keys(strings.Repeat(kb.ArrowDown, at) + kb.Enter)
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Facebook|X (Twitter)", "Instagram", "WhatsApp")
	p.keys("no such service")
	p.has("options", p.text("#options"), "No such name")
	p.keys(kb.Escape)
	// In the company view the owner of a platform is what is added.
	p = b.open(t, view{page: "shipped", hash: "view=company&show=alphabet"})
	p.click("#search")
	p.keys("snapchat")
	p.has("options", p.text("#options"), "adds its company Snap")
	p.keys(kb.Enter)
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Alphabet|Snap")
	// Presets and the largest of a year.
	p.click("#presets li:first-child button")
	p.has("preset", strings.Join(p.all("#chips li bdi"), "|"), "Facebook|Instagram|WhatsApp")
	js[bool](p, "(document.getElementById('top-n').value = '3', document.getElementById('top-year').value = '2022', true)")
	p.click("#top-go")
	p.has("largest of 2022", strings.Join(p.all("#chips li bdi"), "|"), "Facebook|Instagram|Google")
	p.click(`#chips button[aria-label="Remove Google"]`)
	if got := strings.Join(p.all("#chips li bdi"), "|"); got != "Facebook|Instagram" {
		t.Errorf("after removing Google: %s", got)
	}
}

func measuresAndScales(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook,snapchat"})
	p.pick("measure", "share")
	p.has("title", p.text("h1"), "Share of")
	p.has("Facebook 2019", p.text("#table-box tbody tr:first-child td:nth-child(2)"), "94.3%", "15,884,511 reports")
	p.pick("measure", "rank")
	p.has("Facebook 2019", p.text("#table-box tbody tr:first-child td:nth-child(2)"), "#1")
	if !js[bool](p, "document.querySelector('input[value=log]').disabled") {
		t.Error("a rank can be drawn on a logarithmic scale")
	}
	p.pick("measure", "index")
	p.has("unit", p.text("#unit"), "= 100")
	p.pick("measure", "reports")
	linear := strings.Join(p.all("#drawing text"), "|")
	p.has("linear axis", linear, "20m", "10m")
	p.pick("scale", "log")
	log := strings.Join(p.all("#drawing text"), "|")
	p.has("log axis", log, "100,000", "1m", "10m")
	p.has("unit", p.text("#unit"), "logarithmic")
	p.has("address", js[string](p, "location.hash"), "scale=log")
}

func breaksAreGaps(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook"})
	// 2020/2021 and 2023/2024 are gaps: no stretch of the line covers them.
	if gaps := js[int](p, "document.querySelectorAll('#drawing [data-line] [data-gap]').length"); gaps != 2 {
		t.Errorf("Facebook has %d gaps, not two", gaps)
	}
	if parts := js[int](p, "document.querySelectorAll('#drawing [data-line] [data-form]').length"); parts != 3 {
		t.Errorf("Facebook's line has %d stretches, not three", parts)
	}
	p.has("notes", p.text("#notes"), "2020/2021", "No comparison across this line", "2023/2024")
	// The reason shows on hover.
	at := js[[]float64](p, `(() => { const b = [...document.querySelectorAll('#drawing [data-note]')].find(e => e.dataset.note === '2' ); const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	p.has("reason", p.text("#tip"), "Break 2020/2021", "combines related platforms", "No comparison")
	// An index refuses to cross the gap.
	p = b.open(t, view{page: "shipped", hash: "show=facebook&measure=index&base=2021"})
	p.has("index 2023", p.text("#table-box tbody tr:first-child td:nth-child(6)"), "80.6")
	p.has("index 2024", p.text("#table-box tbody tr:first-child td:nth-child(7)"), "not comparable")
	p.has("index 2020", p.text("#table-box tbody tr:first-child td:nth-child(3)"), "not comparable")
}

func hover(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=x,snapchat&years=2019-2023"})
	at := js[[]float64](p, `(() => { const r = document.querySelector('#drawing [data-point="x 2023"]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	p.has("tip", p.text("#tip"), "2023", "870,503", "713,055", "Twitter, Inc. / Vine.co", "597,087", "X Corp", "273,416", "+787.8% on 2022")
	p.run(chromedp.MouseClickXY(at[0], at[1]))
	p.has("dialog", p.text("#dialog"), "X (Twitter) 2023", "870,503")
}

// A finger's first tap shows the values, the second where they come from.
func touch(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=x", width: 360, height: 740})
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	js[bool](p, "(document.getElementById('drawing').scrollIntoView({ block: 'center' }), true)")
	at := js[[]float64](p, `(() => { const r = document.querySelector('#drawing [data-point="x 2021"]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	tap := func() {
		point := []*input.TouchPoint{{X: at[0], Y: at[1]}}
		call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: point})
		call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
		js[any](p, "new Promise(r => setTimeout(() => r(null), 60))")
	}
	tap()
	p.has("tip", p.text("#tip"), "2021", "86,666")
	if js[bool](p, "document.getElementById('dialog').open") {
		t.Error("the first tap opens the dialog")
	}
	tap()
	p.has("dialog", p.text("#dialog"), "X (Twitter) 2021", "86,666")
}

func sortTables(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook,tiktok,discord"})
	names := func() string { return strings.Join(p.all("#table-box tbody th bdi"), " ") }
	p.click("#table-box thead th:nth-child(4) button") // 2021, largest first
	if got := names(); got != "Facebook TikTok Discord" {
		t.Errorf("2021, largest first: %s", got)
	}
	p.click("#table-box thead th:nth-child(4) button")
	if got := names(); got != "Discord TikTok Facebook" {
		t.Errorf("2021, smallest first: %s", got)
	}
	p.click("#table-box thead th:first-child button")
	if got := names(); got != "Discord Facebook TikTok" {
		t.Errorf("by name: %s", got)
	}
	if sort := js[string](p, "document.querySelector('#table-box thead th').getAttribute('aria-sort')"); sort != "ascending" {
		t.Errorf("aria-sort is %s", sort)
	}
	p.has("address", js[string](p, "location.hash"), "sort=name-up")
}

func followAddress(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "view=company&show=alphabet,snap&measure=share&scale=log&years=2020-2022&sort=2021-up&find=discord&list=rows"})
	p.has("title", p.text("h1"), "Share of", "Alphabet and Snap, 2020–2022")
	if got := strings.Join(p.all("#table-box thead th button"), "|"); got != "Company⇅|2020⇅|2021▲|2022⇅" {
		t.Errorf("years: %s", got)
	}
	if got := strings.Join(p.all("#table-box tbody tr.whole th bdi"), " "); got != "Snap Alphabet" {
		t.Errorf("order: %s", got)
	}
	p.has("count", p.text("#all-count"), " of ", "rows, as printed or transcribed")
	p.has("find", p.text("#all-box"), "Discord")
	// A new address is followed without loading the page again, and what
	// nobody knows in it is passed over.
	js[bool](p, "(location.hash = 'show=discord,nobody&measure=nonsense&years=1-2', true)")
	js[any](p, "new Promise(r => setTimeout(() => r(null), 100))")
	if got := strings.Join(p.all("#chips li bdi"), "|"); got != "Discord" {
		t.Errorf("chips: %s", got)
	}
	if js[string](p, "document.querySelector('input[name=measure]:checked').value") != "reports" {
		t.Error("an unknown measure was taken")
	}
}

// What an address asks for and is not here is named, until something is
// chosen, and a chart of nothing has no axis.
func unknownAddress(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=nonsense,facebok&years=1999-2050&measure=foo"})
	p.has("named", p.text("#unknown"), "platform \u201cnonsense\u201d and \u201cfacebok\u201d", "years \u201c1999\u201d and \u201c2050\u201d (held: 2019\u20132025)", "measure \u201cfoo\u201d")
	if n := js[int](p, "document.querySelectorAll('#drawing path, #drawing line, #drawing .tick').length"); n > 0 {
		t.Errorf("an empty chart has %d lines and ticks", n)
	}
	p.has("drawing", p.text("#drawing"), "Nothing is chosen")
	p.click("#presets li:first-child button")
	if !js[bool](p, "document.getElementById('unknown').hidden && document.querySelectorAll('#drawing .tick').length > 5") {
		t.Error("after a choice the names stay or the axis is missing")
	}
	p = b.open(t, view{page: "shipped", hash: "show=facebook&years=2020-2022&measure=share"})
	if !js[bool](p, "document.getElementById('unknown').hidden") {
		t.Errorf("of a good address it says %s", p.text("#unknown"))
	}
}

// The line below the name of the page says what is NCMEC's and what is not.
func whatIsHeld(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped"})
	p.has("holdings", p.text("#what"), "2019\u20132023 read from NCMEC\u2019s tables to the last digit; 2024\u20132025 a third party\u2019s partial transcription")
	p = b.open(t, view{page: "hostile"})
	if got := p.text("#what"); strings.Contains(got, "2019") || !strings.Contains(got, "2024 a third party") {
		t.Errorf("holdings of the test set: %s", got)
	}
	p = b.open(t, view{page: "shipped", hash: "list=rows&find=facebook"})
	rows := p.text("#all-box")
	if p.has("rows", rows, "as transcribed by a third party"); strings.Contains(rows, "third party, transcribed") {
		t.Errorf("said twice: %s", rows)
	}
	if tops := js[[]float64](p, "[...document.querySelectorAll('#all-box thead th > *')].map(e => { const r = e.getBoundingClientRect(); return r.top + r.height / 2 })"); tops[0] != tops[len(tops)-1] {
		t.Errorf("the heads stand at %v", tops)
	}
}

// The first year in view has no mark of a break on a year that is out of sight.
func firstYearShown(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook&years=2021-2023"})
	if got := p.text("#table-box tbody td") + p.text("#table-legend"); strings.Contains(got, "break") || strings.Contains(got, "[b]") {
		t.Errorf("2021 alone says %s", got)
	}
	p = b.open(t, view{page: "shipped", hash: "show=facebook&years=2020-2023"})
	p.has("2021", p.text("#table-box tbody td:nth-child(3)"), "[b]", "break")
}

// A box that holds more than it shows says on which side, and keys scroll it.
func edgesThatScroll(t *testing.T, b *testBrowser) {
	edges := func(p *tab, id string) string {
		js[any](p, "new Promise(r => setTimeout(() => r(null), 120))")
		return js[string](p, fmt.Sprintf("document.getElementById(%q).parentElement.className", id))
	}
	p := b.open(t, view{page: "shipped", width: 768, height: 900})
	if got := edges(p, "table-box"); got != "edges right" {
		t.Errorf("at 768 px the figures are %q", got)
	}
	js[any](p, "(document.getElementById('table-box').focus(), null)")
	p.keys(kb.End)
	p.keys(strings.Repeat(kb.ArrowRight, 20))
	js[any](p, "new Promise(r => setTimeout(() => r(null), 400))")
	if got := edges(p, "table-box"); !strings.Contains(got, "left") {
		t.Errorf("after the arrow keys the figures are %q", got)
	}
	p.run(chromedp.EmulateViewport(360, 800))
	if got := edges(p, "presets"); got != "edges right" {
		t.Errorf("at 360 px the questions are %q", got)
	}
	p.run(chromedp.EmulateViewport(1280, 900))
	if got := edges(p, "table-box"); got != "edges" {
		t.Errorf("at 1280 px the figures are %q", got)
	}
	if rest := js[int](p, "(e => e.scrollWidth - e.clientWidth)(document.getElementById('all-box'))"); (rest > 1) != strings.Contains(edges(p, "all-box"), "right") {
		t.Errorf("at 1280 px the list holds %d px more and is %q", rest, edges(p, "all-box"))
	}
}

// On a small screen each note has one mark, above the lines, and partial years
// say whose they are.
func narrowChart(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", width: 360, height: 800})
	if n := js[int](p, "document.querySelectorAll('#drawing [data-note]').length - document.querySelectorAll('#notes > li').length"); n != 0 {
		t.Errorf("%d marks more than notes", n)
	}
	if !js[bool](p, `(() => { const lowest = Math.max(...[...document.querySelectorAll('#drawing [data-note]')].map(e => e.getBoundingClientRect().bottom));
		return [...document.querySelectorAll('#drawing [data-point]')].every(e => e.getBoundingClientRect().top > lowest) })()`) {
		t.Error("a mark lies beside a point")
	}
	p.has("words", strings.Join(p.all("#drawing text"), " "), "third party, partial")
	at := js[[]float64](p, `(document.getElementById('drawing').scrollIntoView({ block: 'center' }), (r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector('#drawing [data-note="2"]').getBoundingClientRect()))`)
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	p.has("tip", p.text("#tip"), "Break 2020/2021", "Facebook", "combines related platforms")
}

// Nobody asked the address of a copy saved by hand when it was taken in.
func copiesByHand(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "hand", hash: "show=facebook"})
	p.has("documents", p.text("#docs-box"), "copy saved by hand, taken in on 2026-07-01")
	p.has("source", p.text("#source"), "Copies saved by hand, taken in up to 2026-07-01.")
	p.click("#open-cite")
	for what, text := range map[string]string{"source": p.text("#source"), "citation": js[string](p, "document.querySelector('#dialog textarea').value")} {
		if strings.Contains(strings.ToLower(text), "retrieved") {
			t.Errorf("the %s says retrieved: %s", what, text)
		}
	}
}

func kindsInAndOut(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook,inhope"})
	p.click(`#kinds input[value="hotline"]`)
	p.has("chip", p.text("#chips"), "kind is out")
	if got := strings.Join(p.all("#table-box tbody th bdi"), "|"); got != "Facebook" {
		t.Errorf("table: %s", got)
	}
	p.has("address", js[string](p, "location.hash"), "without=hotline")
	if got := p.text("#all-box"); strings.Contains(got, "INHOPE") {
		t.Error("the list of everything still holds INHOPE")
	}
	p.click("#search")
	p.keys("inhope")
	p.has("options", p.text("#options"), "No such name")
}

// plainWords holds what is easily misread: who was bought and sold, texts that
// several breaks share, changes that look like the end, lower bounds.
func plainWords(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "view=company&show=medialab"})
	p.has("members changed", strings.Map(plainMarks, p.text("#remarks")), "Members changed. MediaLab 2021: Amino and Imgur joined")
	p.has("documents", p.text("#docs-box"), "read from the snapshot shipped with the program")
	p.has("kinds", p.text("#kinds"), "Hotlines and advocacy groups (", "Other, research groups included (")

	p = b.open(t, view{page: "shipped", hash: "show=facebook,microsoft,match-group"})
	notes := p.text("#notes")
	p.has("one text for three", strings.Map(plainMarks, notes), "Facebook, Microsoft and Match Group. The row Facebook* / Microsoft* / Match Group* combines related platforms in both years")
	if n := strings.Count(notes, "the members are not printed and may differ"); n != 1 {
		t.Errorf("the text they share is said %d times", n)
	}

	p = b.open(t, view{page: "shipped", hash: "show=omegle,pornhub"})
	p.has("12 reports remain", p.text("#table-box"), "\u221299.99%")
	if text := p.text("#table-box"); strings.Contains(text, "\u2212100.0%") || strings.Contains(text, "row) row") {
		t.Errorf("table: %s", text)
	}
	p.has("inside a combined row", p.text("#table-box"), "in MindGeek row")

	// A percentage on a small number names that number, another does not.
	p = b.open(t, view{page: "shipped", hash: "show=take-it-down,instagram"})
	p.has("from 18 reports", p.text("#table-box"), "+267,972% from 18", "+128.2%")
	if text := p.text("#table-box"); strings.Contains(text, "+128.2% from") {
		t.Errorf("table: %s", text)
	}

	p = b.open(t, view{page: "shipped", hash: "view=company&show=amazon"})
	p.has("legend", p.text("#table-legend"), "[x] \u201cat least\u201d: a platform the company owns is not listed in the partial source")
}

// plainMarks drops the marks that keep a name's direction to itself.
func plainMarks(r rune) rune {
	if r >= 0x2066 && r <= 0x2069 {
		return -1
	}
	return r
}

func listOfEverything(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped"})
	all := p.text("#all-count")
	p.click("#find")
	p.keys("roblox")
	p.has("count", p.text("#all-count"), " of ", all)
	p.has("row", p.text("#all-box tbody"), "Roblox", "13,316")
	p.click(`#all-box input[type="checkbox"]`)
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Roblox")
	p.pick("list", "rows")
	p.has("rows", p.text("#all-box tbody"), "Roblox", "2023 CyberTipline Reports by Electronic Service Providers (ESP), p. 6, row 13", "13,316")
	for _, href := range js[[]string](p, "[...document.querySelectorAll('#all-box tbody a')].map(a => a.href)") {
		if !strings.Contains(href, "#page=") && !strings.Contains(href, "github.com") {
			t.Errorf("a row leads to %s", href)
		}
	}
	p.pick("list", "company")
	p.has("companies", p.text("#all-box tbody"), "Roblox")
	js[bool](p, "(document.getElementById('find').value = '', document.getElementById('find').dispatchEvent(new Event('input')), true)")
	p.click("#pager button:last-child")
	p.has("pager", p.text("#pager"), "Page 2 of")
	p.click("#all-box thead th:last-child button")
	p.has("pager after sorting", p.text("#pager"), "Page 1 of")
}

// download clicks and returns the name and content of the file that comes.
func (p *tab) download(selector string) (string, []byte) {
	p.Helper()
	dir := p.TempDir()
	events := true
	call(p, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &events})
	p.click(selector)
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(dir, "cybertipline*"))
		if len(files) == 1 && !strings.HasSuffix(files[0], ".crdownload") {
			if text, err := os.ReadFile(files[0]); err == nil && len(text) > 0 {
				return filepath.Base(files[0]), text
			}
		}
	}
	p.Fatalf("no file came of %s", selector)
	return "", nil
}

func downloads(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=x,instagram"})

	name, text := p.download("#save-csv")
	if name != "cybertipline-reports-x-instagram.csv" {
		t.Errorf("CSV is named %s", name)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, c := range rows[0] {
		column[c] = i
	}
	seen := 0
	for _, r := range rows[1:] {
		get := func(c string) string { return r[column[c]] }
		switch get("id") + " " + get("year") {
		case "x 2023":
			seen++
			for c, want := range map[string]string{"reports": "870503", "unit": "reports", "printed_names": "Twitter, Inc. / Vine.co | X Corp", "printed_reports": "597087 | 273416", "status": "verified", "rank": "5"} {
				if get(c) != want {
					t.Errorf("X 2023 %s: %q, not %q", c, get(c), want)
				}
			}
			p.has("address", get("source_url"), "2023-reports-by-esp.pdf#page=7")
			p.has("source", get("source"), "NCMEC, 2023 CyberTipline Reports by")
		case "instagram 2020":
			seen++
			if get("reports") != "" {
				t.Errorf("Instagram 2020 has %q reports", get("reports"))
			}
			p.has("reason", get("missing"), "combined row of Facebook")
		}
	}
	if seen != 2 || len(rows) != 1+2*7 {
		t.Errorf("the CSV has %d rows, %d of those looked for", len(rows), seen)
	}

	_, text = p.download("#save-svg")
	d := xml.NewDecoder(bytes.NewReader(text))
	var words strings.Builder
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		if c, ok := tok.(xml.CharData); ok {
			words.Write(bytes.Map(func(r rune) rune {
				if r >= 0x2066 && r <= 0x2069 {
					return -1
				}
				return r
			}, c))
			words.WriteByte(' ')
		}
	}
	p.has("SVG", words.String(), "CyberTipline reports: X (Twitter) and Instagram, 2019–2025", "Number of reports a year", "Source: NCMEC, CyberTipline Reports by ESP, 2019–2023", "dated 2024-", "2023/2024", "third party’s transcription")

	_, text = p.download("#save-png")
	img, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if w := img.Bounds().Dx(); w != 2400 {
		t.Errorf("the PNG is %d wide", w)
	}
	if n := colours(img); n < 50 {
		t.Errorf("the PNG has %d colours", n)
	}

	p.click("#open-cite")
	cite := js[string](p, "document.querySelector('#dialog textarea').value")
	p.has("citation", cite, "National Center for Missing & Exploited Children", "2023-reports-by-esp.pdf", "Unit: reports", "#show=x,instagram")
}

func colours(img image.Image) int {
	seen := map[[4]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, a := img.At(x, y).RGBA()
			seen[[4]uint32{r, g, b, a}] = true
		}
	}
	return len(seen)
}

func hostileNames(t *testing.T, b *testBrowser) {
	ids := make([]string, len(testset.Hostile))
	for i := range testset.Hostile {
		ids[i] = fmt.Sprintf("hostile-%d", i+1)
	}
	p := b.open(t, view{page: "hostile", hash: "scale=log&show=" + strings.Join(ids, ",")})
	if n := js[int](p, "document.querySelectorAll('img, iframe, object, script:not([type]):not(:last-of-type)').length"); n != 0 {
		t.Errorf("a name made %d elements", n)
	}
	names := js[[]string](p, "[...document.querySelectorAll('#table-box tbody th bdi')].map(e => e.textContent)")
	list := js[[]string](p, "[...document.querySelectorAll('#all-box tbody th bdi')].map(e => e.textContent)")
	labels := js[string](p, "[...document.querySelectorAll('#drawing text')].map(e => e.textContent).join('\\n')")
	for _, name := range testset.Hostile {
		for what, held := range map[string][]string{"table": names, "list": list} {
			found := false
			for _, n := range held {
				found = found || n == name
			}
			if !found {
				t.Errorf("the %s does not show %q as it is", what, name)
			}
		}
	}
	p.has("labels of the chart", labels, "<img src=x", "</script>")
	// Marks that turn the text around stay inside their element.
	if got := js[string](p, "getComputedStyle(document.querySelector('#table-box tbody th bdi')).unicodeBidi"); got != "isolate" {
		t.Errorf("names have unicode-bidi %s", got)
	}
	p.click("#search")
	p.keys("<img")
	p.has("options", p.text("#options"), "<img src=x onerror=alert(1)>")
	p.keys(kb.Escape)
	at := js[[]float64](p, `(() => { const r = document.querySelector('#drawing [data-point="hostile-6 2022"]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	p.run(chromedp.MouseClickXY(at[0], at[1]))
	if js[bool](p, "!document.getElementById('dialog').open") {
		t.Error("no dialog opened")
	}
	p.keys(kb.Escape)

	_, text := p.download("#save-csv")
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if strings.ContainsAny(r[1][:1], "=+-@") {
			t.Errorf("a spreadsheet would run %q", r[1])
		}
	}
	_, text = p.download("#save-svg")
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		if e, ok := tok.(xml.StartElement); ok && (e.Name.Local == "img" || e.Name.Local == "script") {
			t.Errorf("the SVG holds a %s element", e.Name.Local)
		}
	}
}

func missingIsNotZero(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "hostile", hash: "show=instagram,kik,take-it-down"})
	row := func(n int) []string { return p.all(fmt.Sprintf("#table-box tbody tr:nth-child(%d) td", n)) }
	// Years 2020 to 2024; 2023 has no edition, 2024 is partial.
	p.has("Instagram", strings.Join(row(1), "|"), "in Facebook row|3,393,654", "|no table|")
	p.has("Kik", strings.Join(row(2), "|"), "1,200 [r]", "not listed")
	p.has("Take It Down", strings.Join(row(3), "|"), "no row|1")
	for n := 1; n <= 3; n++ {
		for _, c := range row(n) {
			if strings.TrimSpace(c) == "0" || strings.TrimSpace(c) == "" {
				t.Errorf("a missing value shows as %q", c)
			}
		}
	}
	p.has("remarks", p.text("#remarks"), "not zero", "No table held")
	p.has("alert", p.text("#alert"), "No edition of 2023 was found")
}

func keyboardOnly(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped"})
	focused := func() string {
		return js[string](p, "(e => e.id || e.getAttribute('aria-label') || e.value || e.textContent)(document.activeElement)")
	}
	tabTo := func(id string) {
		t.Helper()
		for i := 0; i < 60; i++ {
			if focused() == id {
				return
			}
			p.keys(kb.Tab)
		}
		t.Fatalf("the Tab key does not reach %s", id)
	}
	p.keys(kb.Tab)
	if got := focused(); got != "skip" {
		t.Errorf("the first stop is %s", got)
	}
	p.keys(kb.Enter)
	if got := focused(); got != "chart" {
		t.Errorf("skipping leads to %s", got)
	}
	p.keys(kb.ArrowRight)
	p.has("spoken", p.text("#live"), "Facebook, 2019: 15,884,511 reports", "combined row")
	p.keys(kb.ArrowRight + kb.ArrowRight)
	p.has("spoken", p.text("#live"), "Facebook, 2021: 22,118,952", "Not comparable with the year before")
	p.keys(kb.ArrowDown)
	p.has("spoken", p.text("#live"), "Instagram, 2021")
	p.keys(kb.Enter)
	p.has("dialog", p.text("#dialog"), "Instagram 2021", "3,393,654")
	p.keys(kb.Escape)
	if js[bool](p, "document.getElementById('dialog').open") {
		t.Error("Escape leaves the dialog open")
	}
	if got := focused(); got != "chart" {
		t.Errorf("after the dialog the focus is on %s", got)
	}
	// The main path: search, choose, measure, scale, sort.
	p = b.open(t, view{page: "shipped"})
	tabTo("search")
	p.keys("snapch" + kb.ArrowDown + kb.ArrowUp + kb.Enter)
	p.has("chips", strings.Join(p.all("#chips li bdi"), "|"), "Snapchat")
	tabTo("reports")
	p.keys(kb.ArrowRight)
	p.has("title", p.text("h1"), "Share of")
	tabTo("linear")
	p.keys(kb.ArrowRight)
	p.has("unit", p.text("#unit"), "logarithmic")
	tabTo("Remove Facebook")
	p.keys(" ")
	if got := strings.Join(p.all("#chips li bdi"), "|"); strings.Contains(got, "Facebook") {
		t.Errorf("Facebook is still there: %s", got)
	}
	tabTo("table-box")
	p.keys(kb.Tab + kb.Enter)
	p.has("address", js[string](p, "location.hash"), "sort=name-up")
	if got := js[string](p, "document.activeElement.className"); got != "sort" {
		t.Errorf("after sorting the focus is on %q", got)
	}
}

func accessible(t *testing.T, b *testBrowser) {
	axe, err := os.ReadFile(filepath.Join("explorer", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed; run npm ci in output/page/explorer to check accessibility")
	}
	// What axe looks at grows with the list of everything, so that one is
	// searched; every state that can be reached is in one of these views.
	for _, v := range []struct{ name, hash, before string }{
		{"first", "find=twitter", ""},
		{"company", "view=company&measure=index&list=rows&find=twitter&without=other", ""},
		{"dialog", "show=x&list=company&find=meta", "document.querySelector('button.rows').click()"},
		{"options", "show=&find=zzz", "(i => { i.value = 'snapc'; i.focus(); i.dispatchEvent(new Event('input')) })(document.getElementById('search'))"},
	} {
		p := b.open(t, view{page: "shipped", hash: v.hash})
		if v.before != "" {
			js[any](p, "("+v.before+", null)")
		}
		js[any](p, string(axe)+"; null")
		for _, in := range []struct {
			dark  bool
			width int64
		}{{false, 1280}, {true, 360}, {true, 1280}, {false, 360}} {
			if v.name != "first" && in.dark == (in.width == 1280) {
				continue // each view in both schemes and widths, the first in all four ways
			}
			p.scheme(in.dark)
			// A window as high as the page, so that the strip at its foot lies over nothing.
			p.run(chromedp.EmulateViewport(in.width, 9000))
			found := js[[]string](p, `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 2).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message || '')).join(' | ')))`)
			for _, f := range found {
				t.Errorf("%s, dark %v, %d px: %s", v.name, in.dark, in.width, f)
			}
		}
	}
}

func widths(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped"})
	for _, width := range []int64{320, 360, 768, 1024, 1440, 2200} {
		p.run(chromedp.EmulateViewport(width, 800))
		js[any](p, "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))")
		if w := js[int64](p, "document.documentElement.scrollWidth"); w > width {
			t.Errorf("at %d px the page is %d wide", width, w)
		}
		if w := js[float64](p, "document.querySelector('#drawing svg').getBoundingClientRect().right"); w > float64(width) {
			t.Errorf("at %d px the chart ends at %.0f", width, w)
		}
		// A finger needs room: WCAG 2.2 asks for 24 px.
		if small := js[[]string](p, "[...document.querySelectorAll('button, select, input:not(.segments input)')].filter(e => e.offsetParent && !e.matches('.rows')).filter(e => e.getBoundingClientRect().height < 18).map(e => e.outerHTML.slice(0, 80))"); len(small) > 0 {
			t.Errorf("at %d px these are too small: %v", width, small)
		}
	}
	if n := js[int](p, "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== 'none').length"); n > 0 {
		t.Errorf("%d elements move although reduced motion is asked for", n)
	}
}

func tenThousand(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "10000"})
	// Time from the key to the finished layout, each key of a word in turn.
	times := func(id string) []float64 {
		return js[[]float64](p, fmt.Sprintf(`(async () => {
			const box = document.getElementById(%q), out = [];
			box.focus();
			for (const k of ['p', 'pl', 'platform', 'platform 0', 'platform 09', 'platform 099', 'platform 0999', 'platform 099']) {
				await new Promise(r => requestAnimationFrame(r));
				const at = performance.now();
				box.value = k;
				box.dispatchEvent(new Event('input'));
				document.body.getBoundingClientRect();
				out.push(performance.now() - at);
			}
			return out;
		})()`, id))
	}
	js[any](p, "new Promise(r => requestIdleCallback(() => r(null)))")
	for _, id := range []string{"search", "find"} {
		ms := times(id)
		// Shown, not demanded: a busy machine is no fault of the page.
		t.Logf("%s: %.0f ms a key", id, ms)
	}
	p.has("count", p.text("#all-count"), "100 of 10,000 platforms")
}

func printStyle(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", dark: true})
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF")) || len(pdf) < 20000 {
		t.Errorf("the printed page has %d bytes", len(pdf))
	}
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "print.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func withoutScript(t *testing.T, _ *testBrowser) {
	plain := between(t, explorer(t, shippedSet(t)), "<noscript>", "</noscript>")
	for _, w := range []string{"17,838,422", "870,503", "2023-reports-by-esp.pdf"} {
		if !strings.Contains(plain, w) {
			t.Errorf("without a script the page lacks %s", w)
		}
	}
}

func screenshots(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "shipped", hash: "show=facebook,instagram,whatsapp,x", width: 1280, height: 900})
	_, picture := p.download("#save-png")
	at := js[[]float64](p, `(scrollTo(0, 0), (r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector('#drawing [data-point="x 2023"]').getBoundingClientRect()))`)
	p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1]))
	window, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	p.run(chromedp.MouseClickXY(at[0], at[1]))
	dialog, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	p = b.open(t, view{page: "shipped", hash: "view=company&show=meta,alphabet,snap&years=2019-2023", width: 1280, height: 1180, dark: true})
	company, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	for name, img := range map[string][]byte{"picture": picture, "hover": window, "dialog": dialog, "company": company} {
		if err := os.WriteFile(filepath.Join(*shots, name+".png"), img, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []struct{ name, hash string }{
		{"first", ""}, {"meta", "view=company&show=meta,alphabet,snap"}, {"gaming", "show=roblox,discord,twitch,xbox,playstation,epic-games,imvu,rec-room&scale=log"},
	} {
		for _, width := range []int64{360, 768, 1440} {
			for _, dark := range []bool{false, true} {
				p := b.open(t, view{page: "shipped", hash: v.hash, width: width, height: 900, dark: dark})
				img, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				scheme := map[bool]string{false: "light", true: "dark"}[dark]
				if err := os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%d-%s.png", v.name, width, scheme)), img, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
