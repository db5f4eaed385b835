package page

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"flag"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"espfigures/output/testset"
	"espfigures/pipeline/compare"
)

var shots = flag.String("shots", "", "write screenshots of the page into this directory")

// TestBrowser looks at the page as people do: in a browser, from a file,
// without a network. Every page must say nothing on the console and ask for
// nothing but itself; open checks that when a test ends.
func TestBrowser(t *testing.T) {
	if os.Getenv("ESPFIGURES_CHECK") == "" {
		t.Skip("a browser takes long: make check runs it")
	}
	b := newBrowser(t)
	dir := t.TempDir()
	b.put(t, dir, "shipped", shipped())
	b.put(t, dir, "awkward", awkward())
	hand := testset.New()
	for i := range hand.Editions {
		if hand.Editions[i].Year == 2022 {
			hand.Editions[i].Document.URL = "file:saved.pdf"
		} else {
			hand.Editions[i].Document.Retrieved = time.Time{}
		}
	}
	b.put(t, dir, "hand", compare.New(hand))
	b.put(t, dir, "10000", compare.New(testset.Big(10000, 2)))
	t.Run("tests", func(t *testing.T) {
		for name, test := range map[string]func(*testing.T, *testBrowser){
			"first view": firstView, "questions": questions, "words": whatItSays, "search": searchBox, "breaks": breaksAreGaps,
			"index": noValueNoLine, "touch": touch, "sort": sortTables, "address": followAddress, "views": everyView,
			"stack": stackTwice, "movers": moversTable, "colours": coloursStay, "share": shareAndEmbed, "everything": listOfEverything,
			"citations": citations, "hostile": hostileNames, "keyboard": keyboardOnly,
			"accessible": accessible, "widths": widths, "10,000": tenThousand, "print": printed,
		} {
			t.Run(name, func(t *testing.T) { t.Parallel(); test(t, b) })
		}
	})
	if *shots != "" {
		t.Run("screenshots", func(t *testing.T) { screenshots(t, b) })
	}
}

const (
	firstRow = "#table-box tbody tr:first-child "
	chips    = "#chips li bdi"
	names    = "#table-box tbody th bdi"
)

func firstView(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	p.has("title", p.text("h1"), "CyberTipline reports by platform, 2019–2025")
	p.has("unit", p.text("#unit"), "Number of reports")
	p.has("holdings", p.text("#what"), "2019–2023 read from NCMEC’s tables to the last digit; 2024–2025 a third party’s partial transcription")
	p.has("caveats", p.text("#always"), "Unit: reports, not images", "not how much abuse there is", "A missing value is not zero")
	p.has("first choice", p.all(chips), "Facebook|Instagram|Google|WhatsApp|X (Twitter)")
	p.has("remarks", p.text("#remarks"), "largest providers of 2023", "hotlines and NCMEC’s own services are left out")
	p.has("key", p.text("#key"), "sums to its printed total", "combined row", "third party’s transcription")
	// The strip with unit and caveats stays in the window wherever one reads.
	js[bool](p, "(scrollTo(0, document.body.scrollHeight / 2), true)")
	if !js[bool](p, "(() => { const r = document.getElementById('always').getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight + 1 })()") {
		t.Error("unit and caveats are out of sight")
	}
	paint := js[float64](p, `new Promise(done => new PerformanceObserver(list => { for (const e of list.getEntries()) if (e.name === 'first-contentful-paint') done(e.startTime) }).observe({ type: 'paint', buffered: true }))`)
	drawn := js[float64](p, "Number(document.documentElement.dataset.drawn)")
	t.Logf("first paint %.0f ms, chart drawn %.0f ms", paint, drawn)
	if paint > 9000 || drawn > 9000 { // the aim is 500; a busy machine gets time
		t.Errorf("first paint after %.0f ms, chart after %.0f ms", paint, drawn)
	}
}

// questions are what a new user asks, each answered by what the page shows
// after one or two choices.
func questions(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	p.pick("chart", "bars") // who reported most in 2023
	p.has("who reported most", p.text("h1")+p.text("#drawing"), "in 2023, largest providers", "17,838,422")
	if first := p.all("#drawing .bar > *"); js[string](p, "document.querySelector('#drawing .bar > *').dataset.key") != "facebook" {
		t.Errorf("the first bar: %s", first)
	}
	p.pick("chart", "lines") // may I compare Facebook 2020 and 2021
	p.choose("pairs-from", "2020")
	p.choose("pairs-to", "2021")
	p.has("Facebook 2020 and 2021", p.text("#pairs-box tbody tr:first-child"), "Facebook", "20,307,216", "22,118,952", "not shown", "No:", "combines related platforms")
	p.choose("pairs-to", "2023") // what happened to Instagram after 2022
	p.choose("pairs-from", "2022")
	p.has("Instagram after 2022", p.text("#pairs-box tbody tr:nth-child(2)"), "Instagram", "5,007,902", "11,430,007", "+6,422,105", "+128.2%", "Yes")
	for i, label := range strings.Split(p.all("#presets button"), "|") { // which dating services report, and how much together
		if label == "Dating services" {
			p.click(fmt.Sprintf("#presets li:nth-child(%d) button", i+1))
		}
	}
	p.has("dating", p.all(chips), "Dating|Grindr", "Tinder", "Bumble")
	if dating, err := shipped().Series("dating"); err != nil {
		t.Error(err)
	} else {
		p.has("dating 2023", p.text(firstRow), dating.At(2023).Reports.String())
	}
	p.pick("chart", "movers") // who left the table in 2023
	p.pick("group", "left")
	p.has("who left", p.text("#movers-box tbody"), "Forward Handle", "25,042", "no row", "That is not zero")
	p.click("#open-cite") // cite that
	p.has("citation", js[string](p, "document.getElementById('citation').value"), "National Center for Missing & Exploited Children", "2022 to 2023")
}

// whatItSays looks at single places of the page: each says something, and
// where "not" stands does not say the rest.
func whatItSays(t *testing.T, b *testBrowser) {
	tabs := map[string]*tab{}
	for _, c := range []struct {
		page, hash, where string
		says, not         string // separated by "|"
	}{
		{"", "show=x", firstRow + "td:nth-child(6)", "870,503|+787.8%|2 rows", ""},
		// Companies; view= is how addresses were before.
		{"", "view=company&show=meta", firstRow + "td:nth-child(4)", "26,885,5|+32.4%", ""},
		{"", "show=meta", "#table-box tbody", "Facebook|Instagram|in Facebook row", ""},
		{"", "show=company:meta", "#table-box tbody tr:nth-child(2) td:nth-child(4)", "22,118,952|not comparable", "%"},
		{"", "show=company:medialab&years=2020-2022", "#remarks", "owns changed. 2021:|Imgur came", ""},
		{"", "show=company:iac&pair=2020-2021", "#pairs-box tbody", "No:|Vimeo left|like for like|not shown", "99.1"},
		// Measures: shares compare in points, ranks in places.
		{"", "show=facebook&measure=share", firstRow + "td:nth-child(2)", "94.3%|15,884,511 reports", ""},
		{"", "show=linkedin&measure=share&pair=2022-2023", "#pairs-box tbody", " points", ""},
		{"", "show=tiktok&measure=rank&pair=2022-2023", "#pairs-box tbody td:nth-child(4)", "place", "%"},
		{"", "show=facebook&scale=log", "#drawing", "10m|100m", "20m"},
		// An index stops where years do not compare with its base, and before it.
		{"", "show=facebook&measure=index&base=2021", firstRow + "td:nth-child(6)", "80.6", ""},
		{"", "show=facebook&measure=index&base=2021", firstRow + "td:nth-child(7)", "not comparable", "100"},
		{"", "show=facebook&measure=index&base=2021", firstRow + "td:nth-child(3)", "not comparable", "100"},
		// Own counts are rings, where the measure has values.
		{"", "show=google", "#remarks", "A ring is the platform’s own count", ""},
		{"", "show=google", "#own-box tbody tr:nth-child(5)", "Google|2024|1,176,026|1,175,084|+942|0.08% above|Within 1%", ""},
		{"", "show=google&measure=share", "#remarks", "", "ring"},
		// The first year in view has nothing to say of the year before it.
		{"", "show=facebook&years=2021-2023", firstRow + "td", "22,118,952", "not comparable|[b"},
		// Missing is not zero. Years 2020 to 2024; 2023 has no edition, 2024 is partial.
		{"awkward", "show=instagram", firstRow, "in Facebook row|3,393,654|no table", " 0 "},
		{"awkward", "show=kik,take-it-down", "#table-box tbody", "1,200|[r]|not listed|no row", " 0 "},
		{"awkward", "show=kik,take-it-down", "#remarks", "Not zero, but no table|Take It Down 2020|User note: A note <b>of mine</b>.", ""},
		{"awkward", "", "#alert", "No edition of 2023 was found", ""},
		// Nobody asked the address of a copy saved by hand, and a file: address is no source.
		{"hand", "show=facebook&years=2020-2022", "#docs-box", "copy saved by hand, taken in on 2026-07-01", "file:"},
		{"hand", "show=facebook&years=2020-2022", "#source", "Copies saved by hand, taken in up to 2026-07-01.", "etrieved|file:"},
	} {
		if tabs[c.page] == nil {
			tabs[c.page] = b.open(t, view{page: c.page})
		}
		p := tabs[c.page]
		p.visit(c.hash)
		text := p.text(c.where)
		p.has(c.hash+" "+c.where, text, strings.Split(c.says, "|")...)
		if c.not != "" {
			p.lacks(c.hash+" "+c.where, text, strings.Split(c.not, "|")...)
		}
	}
}

func breaksAreGaps(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=facebook,x"})
	// Facebook's 2020/2021 and 2023/2024 are gaps: no stretch of the line covers them.
	if gaps := p.count("#drawing .gap > *"); gaps != 2 {
		t.Errorf("%d gaps, not two", gaps)
	}
	p.has("notes", p.text("#notes"), "2020/2021", "Values on either side are not comparable", "2023/2024")
	over := func(selector string) (x, y float64) {
		x, y = p.spot(selector)
		p.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
		return x, y
	}
	over(`#drawing [data-note="1"]`)
	p.has("a note under the pointer", p.text("#tip"), "2019/2020", "combines related platforms")
	x, y := over(`#drawing [data-key="x"][data-year="2023"]`)
	p.has("a point under the pointer", p.text("#tip"), "2023", "870,503", "17,838,422", "Twitter, Inc. / Vine.co", "597,087", "X Corp", "+787.8%", "since 2022")
	p.run(chromedp.MouseClickXY(x, y))
	p.has("dialog", p.text("#dialog"), "X (Twitter) 2023", "870,503", "597,087", "273,416", "page 7", "page 8", "2023-reports-by-esp.pdf#page=7", "SHA-256", "Comparison with 2022: with care")
}

func searchBox(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=facebook"})
	ask := func(words string, want ...string) {
		t.Helper()
		p.click("#search")
		p.choose("search", "")
		p.keys(words)
		p.has("options for "+words, p.text("#options"), want...)
	}
	ask("vine.co", "Twitter, Inc. / Vine.co", "listed name of X (Twitter)")
	p.keys(kb.Enter)
	p.has("chips", p.all(chips), "Facebook|X (Twitter)")
	p.has("address", js[string](p, "location.hash"), "show=facebook,x")
	ask("meta", "Meta", "company")
	ask("dating", "Dating", "category")
	ask("all providers", "All providers", "total")
	ask("all but", "All but the 5 largest", "sum")
	ask("fb", "short for Facebook")
	ask("instagarm", "No such name. Did you mean", "Instagram")
	p.has("announced", p.text("#live"), "Did you mean Instagram")
	ask("telegram", "no row, 2019–2025")
	p.keys(kb.Enter)
	p.has("nothing was added", p.all(chips), "Facebook|X (Twitter)")
	ask("youtube", "counted in the row of Google, 2019–2025")
	p.keys(kb.Enter)
	p.has("chips", p.all(chips), "Facebook|X (Twitter)|Google")
	p.has("announced", p.text("#live"), "YouTube has no row of its own")
	ask("qqqqqqq", "No such name")
	p.keys(kb.Escape)
	p.choose("top-n", "3")
	p.choose("top-year", "2022")
	p.click("#top-go")
	p.has("largest of 2022", p.all(chips), "Facebook|Instagram|Google")
	p.click(`#chips button[aria-label="Remove Google"]`)
	if got := p.all(chips); got != "Facebook|Instagram" {
		t.Errorf("after removing Google: %s", got)
	}
}

// Where a series has no value there is no label, line or point, and the page
// says why, as does the picture.
func noValueNoLine(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=tiktok,snapchat,discord&measure=index&years=2019-2023"})
	if n := p.count(`#drawing [data-key="tiktok"], #drawing [data-label="tiktok"]`); n != 0 {
		t.Errorf("TikTok has %d points and labels without an index", n)
	}
	if n := p.count("#drawing [data-label]"); n != 2 {
		t.Errorf("%d labels, not two", n)
	}
	want := "TikTok: no index. No later year compares with 2019."
	p.has("explanation", p.text("#remarks"), want)
	_, picture := p.download("#save-svg")
	p.has("picture", svgWords(t, picture), want)
	// A line that ends early has its name at its end, and nothing leads on.
	p = b.open(t, view{hash: "show=tinder,snapchat"})
	end := js[[]float64](p, `['data-key="tinder"][data-year="2023"', 'data-label="tinder"'].map(a => document.querySelector('#drawing [' + a + ']').getBoundingClientRect().left)`)
	if end[1] < end[0] || end[1] > end[0]+40 {
		t.Errorf("the label of a line that ends in 2023 is at %v", end)
	}
}

// A finger's first tap shows the values, the second where they come from.
func touch(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=x", width: 390, height: 740})
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	x, y := p.spot(`#drawing [data-key="x"][data-year="2021"]`)
	tap := func() {
		call(p, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}})
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
	p := b.open(t, view{hash: "show=facebook,tiktok,discord"})
	for _, s := range []struct{ head, want string }{
		{"#table-box thead th:nth-child(4) button", "Facebook|TikTok|Discord"}, // 2021, largest first
		{"#table-box thead th:nth-child(4) button", "Discord|TikTok|Facebook"},
		{"#table-box thead th:first-child button", "Discord|Facebook|TikTok"},
	} {
		p.click(s.head)
		if got := p.all(names); got != s.want {
			t.Errorf("after %s: %s, want %s", s.head, got, s.want)
		}
	}
	if sort := js[string](p, "document.querySelector('#table-box thead th').getAttribute('aria-sort')"); sort != "ascending" {
		t.Errorf("aria-sort is %s", sort)
	}
	p.click("#pairs-box thead th:nth-child(4) button") // by change, largest rise first
	if got := p.all("#pairs-box tbody th bdi"); got != "TikTok|Discord|Facebook" {
		t.Errorf("by change: %s", got)
	}
	p.has("address", js[string](p, "location.hash"), "sort=name-up", "order=change-down")
}

func followAddress(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	for chart, title := range map[string]string{
		"lines": "Share of providers’ CyberTipline reports: Alphabet and Snap, 2020–2022", "bars": "reports in 2021: Alphabet and Snap", "stack": "stacked: Alphabet and Snap, 2020–2022",
		"share": "Share of providers’ CyberTipline reports: Alphabet and Snap, 2020–2022", "slope": "Alphabet and Snap, 2020 and 2022", "multiples": "Alphabet and Snap, 2020–2022", "movers": "2020 to 2022",
	} {
		hash := "chart=" + chart + "&show=company:alphabet,company:snap&measure=share&years=2020-2022&year=2021&pair=2020-2022&list=rows&find=discord"
		p.visit(hash)
		p.has("title of "+chart, p.text("h1"), title)
		js[bool](p, "(document.getElementById('find').value = '', document.getElementById('find').dispatchEvent(new Event('input')), true)")
		want := strings.TrimPrefix(strings.TrimSuffix(hash, "&find=discord"), "chart=lines&")
		if got := js[string](p, "location.hash"); got != "#"+want {
			t.Errorf("%s writes %s, want %s", chart, got, want)
		}
	}
	// A new address is followed without loading the page again. What nobody
	// knows in it is named until something is chosen, and an empty chart has no axis.
	p.visit("show=nonsense,facebok&years=1999-2050&measure=foo")
	p.has("named", p.text("#unknown"), "Unknown names ignored", "“nonsense”, “facebok”", "years “1999”, “2050” (years available: 2019–2025)", "measure “foo”")
	p.has("drawing", p.text("#drawing"), "Nothing is chosen")
	if n := p.count("#drawing path, #drawing line"); n > 0 {
		t.Errorf("an empty chart has %d lines", n)
	}
	p.visit("show=discord")
	if got := p.all(chips); got != "Discord" || !js[bool](p, "document.getElementById('unknown').hidden") {
		t.Errorf("chips: %s; unknown: %s", got, p.all("#unknown"))
	}
}

// Every view draws its values, and gives PNG, SVG, CSV and a citation.
func everyView(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	for _, v := range []struct {
		chart, drawn string
		least, rows  int
		csv          string
	}{
		{"lines", "#drawing [class^=point] > *", 12, 21, "x,X (Twitter),platform,social,2023,870503"},
		{"bars", "#drawing .bar > *", 3, 3, "870503"},
		{"stack", "#drawing .bar > *", 19, 21, "870503"}, // each year has a grey bar too
		{"share", "#drawing .bar > *", 19, 21, "870503"},
		{"slope", "#drawing [class^=point] > *", 4, 3, "x,X (Twitter),platform,social,2022,2023,98050,870503,772453,787.8"},
		{"multiples", "#drawing .titles text", 3, 21, "870503"},
		{"movers", "#drawing .bar > *", 20, 60, "left"},
	} {
		p.visit("show=x,instagram,company:medialab&chart=" + v.chart)
		if n := p.count(v.drawn); n < v.least {
			t.Errorf("%s draws %d values, not %d", v.chart, n, v.least)
		}
		name, text := p.download("#save-csv")
		if !strings.HasPrefix(name, "cybertipline-"+v.chart) {
			t.Errorf("the CSV of %s is named %s", v.chart, name)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows)-1 < v.rows {
			t.Errorf("the CSV of %s has %d rows, not %d: %v", v.chart, len(rows)-1, v.rows, err)
		}
		p.has("CSV of "+v.chart, string(text), v.csv)
		_, text = p.download("#save-svg")
		words := svgWords(t, text)
		p.has("SVG of "+v.chart, words, p.text("h1"), "Unit: reports", "Source: NCMEC", "not how much abuse there is")
		// What the screen explains is in the picture, word for word.
		for _, said := range js[[]string](p, `[...document.querySelectorAll('#remarks p, #notes li div div, #key span')].map(e => { const c = e.cloneNode(true); c.querySelectorAll('details').forEach(d => d.remove()); return c.textContent.replace(/^(.*?)\. /, '').replace(/\s+/g, ' ').trim() })`) {
			p.has("picture of "+v.chart, words, said)
		}
		// Names keep their direction by <bdi>, not by characters nobody sees.
		if marked := js[int](p, `[...document.body.querySelectorAll(':not(script)')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(n.data))).length`); marked != 0 || strings.ContainsAny(string(text), "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			t.Errorf("%s: %d elements, or the picture, have invisible characters", v.chart, marked)
		}
		_, text = p.download("#save-png")
		img, err := png.Decode(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		colours := map[any]bool{}
		for y := 0; y < img.Bounds().Dy(); y += 3 {
			for x := 0; x < img.Bounds().Dx(); x += 3 {
				colours[img.At(x, y)] = true
			}
		}
		if img.Bounds().Dx() != 2400 || len(colours) < 40 {
			t.Errorf("the PNG of %s is %d wide and has %d colours", v.chart, img.Bounds().Dx(), len(colours))
		}
		p.click("#open-cite")
		p.has("citation of "+v.chart, js[string](p, "document.getElementById('citation').value"), p.text("h1"))
		p.keys(kb.Escape)
	}
}

// svgWords returns the words of a picture, which must be well-formed and have
// no element that runs or loads anything.
func svgWords(t *testing.T, picture []byte) string {
	t.Helper()
	var words []string
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		tok, err := d.Token()
		if err == io.EOF {
			return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
		}
		switch e := tok.(type) {
		case xml.CharData:
			words = append(words, string(e))
		case xml.StartElement:
			if slices.Contains([]string{"img", "script", "style", "image", "foreignObject"}, e.Name.Local) {
				t.Errorf("the picture has a %s element", e.Name.Local)
			}
		}
		if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
	}
}

// What shares a platform is not stacked, and the grey bar fills up to the total.
func stackTwice(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "chart=stack&show=company:meta,instagram"})
	p.has("drawing", p.text("#drawing"), "cannot be stacked")
	p.has("remarks", p.text("#remarks"), "would count reports twice", "Meta", "Instagram")
	p = b.open(t, view{hash: "chart=share&show=facebook,instagram"})
	tops := js[[]float64](p, `[2021, 2022, 2023].map(y => Math.min(...[...document.querySelectorAll('#drawing .bar > [data-year="' + y + '"], #drawing .bar > :not([data-key])')].map(e => e.getBoundingClientRect().top)))`)
	if tops[0] != tops[1] || tops[1] != tops[2] {
		t.Errorf("the bars of 100%% end at %v", tops)
	}
}

func moversTable(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "chart=movers"})
	v := shipped().Movers(2022, 2023, compare.MoversOptions{})
	for group, want := range map[string]int{"moved": len(v.Rises) + len(v.Falls), "entered": len(v.Entered), "left": len(v.Left), "not": len(v.NotComparable)} {
		p.has(group, p.text("#group-"+group), fmt.Sprintf("(%d)", want))
	}
	p.has("left out", p.text("#remarks"), "Hotlines and NCMEC’s own services are left out", "from a smaller base")
	p.click("#movers-box thead th:nth-child(6) button") // by percentage, largest rise first
	shares := js[[]string](p, "[...document.querySelectorAll('#movers-box tbody td:nth-child(6)')].map(e => e.textContent)")
	number := func(s string) float64 {
		f, _ := strconv.ParseFloat(strings.NewReplacer("+", "", "−", "-", "%", "", ",", "").Replace(strings.Fields(s)[0]), 64)
		return f
	}
	if !slices.IsSortedFunc(shares, func(a, b string) int { return int(10 * (number(b) - number(a))) }) {
		t.Errorf("by percentage: %v", shares)
	}
	p.choose("pair-from", "2019")
	p.choose("pair-to", "2021")
	p.pick("group", "not")
	p.has("not comparable", p.text("#movers-box tbody"), "Facebook", "No:")
	p.pick("by", "company")
	p.pick("group", "moved")
	p.has("companies", p.text("#movers-box tbody"), "Meta")
	p.has("address", js[string](p, "location.hash"), "chart=movers", "pair=2019-2021", "by=company")
}

// A series keeps its colour when others go, in the picture, and in another's address.
func coloursStay(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=company:meta,discord,company:iac,tinder,roblox"})
	colour := func(key string) string {
		return js[string](p, fmt.Sprintf(`document.querySelector('#drawing [data-label="%s"]').getAttribute('fill')`, key))
	}
	before := colour("roblox")
	for range 4 {
		p.click("#chips button")
	}
	if got := p.all(chips); got != "Roblox" {
		t.Fatalf("chips: %s", got)
	}
	after := colour("roblox")
	_, picture := p.download("#save-svg")
	hash := js[string](p, "location.hash")
	p = b.open(t, view{hash: strings.TrimPrefix(hash, "#")})
	if shared := colour("roblox"); after != before || shared != before || !bytes.Contains(picture, []byte(before)) {
		t.Errorf("Roblox is %s, then %s, then %s in another's address", before, after, shared)
	}
}

// A file's link is not offered as if others could open it; from a web server
// link and embed line work.
func shareAndEmbed(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=x"})
	p.click("#copy-link")
	p.has("of a file", p.text("#dialog"), "a file on your computer", "Send the file shipped.html")
	p.has("ending", js[string](p, "document.querySelector('#dialog textarea').value"), "#show=x")
	p.keys(kb.Escape)
	p.click("#open-embed")
	p.has("of a file", p.text("#dialog"), "Put shipped.html on your web server")
	p.lacks("line", js[string](p, "document.querySelector('#dialog textarea').value"), "file:")

	snippet := ""
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/article" {
			fmt.Fprintf(w, "<!doctype html><html data-ready=yes><link rel=icon href=data:,><title>Article</title>%s", snippet)
			return
		}
		http.ServeFile(w, r, b.pages["shipped"])
	}))
	defer site.Close()
	p = b.open(t, view{server: site.URL + "/explorer.html", hash: "show=x"})
	p.click("#open-cite")
	p.has("citation", js[string](p, "document.getElementById('citation').value"), site.URL+"/explorer.html#show=x")
	p.keys(kb.Escape)
	p.click("#open-embed")
	snippet = js[string](p, "document.querySelector('#dialog textarea').value")
	if strings.Contains(snippet, "\n") || !strings.HasPrefix(snippet, "<iframe src=") {
		t.Errorf("the embed line: %s", snippet)
	}
	p.run(chromedp.Navigate(site.URL+"/article"), chromedp.WaitReady(chromedp.CSS("iframe")))
	p.mu.Lock()
	p.requests = nil
	p.mu.Unlock()
	inside := js[string](p, `new Promise(r => { const look = () => { const d = document.querySelector('iframe').contentDocument; d?.documentElement?.dataset.ready ? r(d.body.innerText.replace(/\s+/g, ' ')) : setTimeout(look, 50) }; look() })`)
	p.has("embedded", inside, "CyberTipline reports: X (Twitter), 2019–2025", "Source: NCMEC")
	p.lacks("embedded", inside, "Suggested comparisons", "Everything", "Copy link")
}

func listOfEverything(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	p.click("#find")
	p.keys("roblox")
	p.has("count", p.text("#all-count"), " of ", " platforms")
	p.has("row", p.text("#all-box tbody"), "Roblox", "13,316")
	p.click(`#all-box input[type="checkbox"]`)
	p.has("chips", p.all(chips), "Roblox")
	p.pick("list", "rows")
	p.has("rows", p.text("#all-box tbody"), "Roblox", "2023 CyberTipline Reports by Electronic Service Providers (ESP), p. 6, row 13", "13,316")
	for _, href := range js[[]string](p, "[...document.querySelectorAll('#all-box tbody a')].map(a => a.href)") {
		if !strings.Contains(href, "#page=") && !strings.Contains(href, "github.com") {
			t.Errorf("a row leads to %s", href)
		}
	}
	p.pick("list", "platform")
	p.choose("find", "")
	p.choose("category", "dating")
	p.has("dating", p.text("#all-box tbody"), "Grindr", "Tinder", "not established")
	p.lacks("dating", p.text("#all-box tbody"), "Facebook")
	p.click("#all-box thead th:last-child button") // by change 2022–2023, largest rise first
	p.has("largest rise", p.text("#all-box tbody tr:first-child"), "Grindr", "+22,254")
	_, text := p.download("#save-list")
	p.has("CSV of the list", string(text), "id,name,category,kind,owner,reports_2019", "grindr,Grindr,dating,platform")
	p.choose("category", "")
	p.choose("kind", "hotline")
	p.has("hotlines", p.text("#all-box tbody"), "INHOPE")
	p.choose("kind", "")
	p.click("#pager button:last-child")
	p.has("pager", p.text("#pager"), "Page 2 of")
	p.pick("list", "category")
	p.has("categories", p.text("#all-box tbody"), "Dating", "platforms")
}

// Four formats, of a figure and of a view, that a reference manager reads.
func citations(t *testing.T, b *testBrowser) {
	p := b.open(t, view{hash: "show=instagram&years=2021-2023"})
	cite := func() map[string]string {
		out := map[string]string{}
		for _, format := range []string{"text", "apa", "bibtex", "ris"} {
			p.pick("cite-format", format)
			out[format] = js[string](p, "document.getElementById('citation').value")
		}
		return out
	}
	p.click("#open-cite")
	c := cite()
	p.has("text", c["text"], "National Center for Missing & Exploited Children. “CyberTipline reports: Instagram, 2021–2023” (2024).", "Volume shows how much", "2023-reports-by-esp.pdf")
	p.has("APA", c["apa"], "National Center for Missing & Exploited Children. (2024). CyberTipline reports: Instagram, 2021–2023 [Data set].")
	p.has("BibTeX", c["bibtex"], "@misc{cybertipline2021-2023,", "author = {{National Center for Missing \\& Exploited Children}}", "year = {2024}")
	p.has("RIS", c["ris"], "TY  - DATA\nAU  - National Center", "PY  - 2024", "ER  - ")
	p.keys(kb.Escape)
	x, y := p.spot(`#drawing [data-key="instagram"][data-year="2023"]`)
	p.run(chromedp.MouseClickXY(x, y))
	c = cite()
	for format, text := range c {
		p.has(format, text, "2023 CyberTipline Reports by", "11,430,007 reports", "2023-reports-by-esp.pdf")
	}
	p.has("RIS", c["ris"], "SP  - ", "UR  - https://www.missingkids.org/")
}

func hostileNames(t *testing.T, b *testBrowser) {
	ids := make([]string, len(testset.Hostile))
	for i := range testset.Hostile {
		ids[i] = fmt.Sprintf("hostile-%d", i+1)
	}
	p := b.open(t, view{page: "awkward", hash: "scale=log&show=" + strings.Join(ids, ",")})
	if n := p.count("img, iframe, object, script:not([type]):not(:last-of-type)"); n != 0 {
		t.Errorf("a name made %d elements", n)
	}
	for _, where := range []string{names, "#all-box tbody th bdi", "#pairs-box tbody th bdi"} {
		held := js[[]string](p, fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent)", where))
		for _, name := range testset.Hostile {
			if !slices.Contains(held, name) {
				t.Errorf("%s does not show %q as it is", where, name)
			}
		}
	}
	p.has("labels of the chart", p.all("#drawing text"), "<img src=x", "</script>")
	// Marks that turn the text around stay inside their element.
	if got := js[string](p, "getComputedStyle(document.querySelector('#table-box tbody th bdi')).unicodeBidi"); got != "isolate" {
		t.Errorf("names have unicode-bidi %s", got)
	}
	p.click("#search")
	p.keys("<img")
	p.has("options", p.text("#options"), "<img src=x onerror=alert(1)>")
	p.keys(kb.Escape)
	p.click("#table-box tbody tr:nth-child(6) td.num, #all-box button.rows")
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
	svgWords(t, text)
	if bytes.ContainsRune(text, '\u202e') {
		t.Error("a name turns the picture's text around")
	}
}

func keyboardOnly(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	focused := func() string {
		return js[string](p, "(e => e.id || e.getAttribute('aria-label') || e.value || e.textContent)(document.activeElement)")
	}
	tabTo := func(id string) {
		t.Helper()
		for range 70 {
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
	p.keys(kb.ArrowRight)
	p.has("spoken", p.text("#live"), "Facebook, 2019: 15,884,511 reports", "ombined row")
	p.keys(kb.ArrowRight + kb.ArrowRight)
	p.has("spoken", p.text("#live"), "Facebook, 2021: 22,118,952", "Not comparable with 2020", "Note 2")
	p.keys(kb.ArrowDown + kb.ArrowLeft)
	p.has("spoken", p.text("#live"), "Instagram, 2020: no value", "combined row")
	p.keys(kb.ArrowRight + kb.Enter)
	p.has("dialog", p.text("#dialog"), "Instagram 2021", "3,393,654")
	p.keys(kb.Escape)
	if got := focused(); js[bool](p, "document.getElementById('dialog').open") || got != "chart" {
		t.Errorf("after the dialog the focus is on %s", got)
	}
	// The main path: search, choose, view, measure, scale, remove, sort.
	p = b.open(t, view{})
	tabTo("search")
	p.keys("snapch" + kb.ArrowDown + kb.ArrowUp + kb.Enter)
	p.has("chips", p.all(chips), "Snapchat")
	tabTo("lines")
	p.keys(strings.Repeat(kb.ArrowRight, 4))
	p.has("two years", p.text("h1"), "2022 and 2023")
	p.keys(strings.Repeat(kb.ArrowLeft, 4))
	tabTo("reports")
	p.keys(kb.ArrowRight)
	p.has("title", p.text("h1"), "Share of")
	tabTo("linear")
	p.keys(kb.ArrowRight)
	p.has("unit", p.text("#unit"), "logarithmic")
	tabTo("Remove Facebook")
	p.keys(" ")
	p.lacks("chips", p.all(chips), "Facebook")
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
	p := b.open(t, view{})
	js[any](p, string(axe)+"; null")
	for i, v := range []struct{ hash, before string }{
		{"find=twitter", ""},
		{"chart=bars&list=rows&find=twitter", ""},
		{"chart=stack&show=facebook,instagram&find=zzz", ""},
		{"chart=slope&show=company:meta,facebook,category:dating&pair=2020-2021&list=company&find=meta", ""},
		{"chart=multiples&show=x,roblox,total&measure=index&find=zzz", ""},
		{"chart=movers&least=10000&find=zzz", ""},
		{"chart=movers&group=left&least=1000&find=zzz", ""},
		{"show=&find=zzz", "(i => { i.value = 'instagarm'; i.focus(); i.dispatchEvent(new Event('input')) })(document.getElementById('search'))"},
	} {
		p.visit(v.hash)
		if v.before != "" {
			js[any](p, "("+v.before+", null)")
		}
		for _, dark := range []bool{false, true} {
			width := int64(1280)
			if dark == (i%2 == 0) {
				width = 390
			}
			p.media(dark, "screen")
			// A window as high as the page, so that the strip at its foot covers nothing.
			p.run(chromedp.EmulateViewport(width, 9000))
			for _, f := range js[[]string](p, `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 2).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message || '')).join(' | ')))`) {
				t.Errorf("%s, dark %v, %d px: %s", v.hash, dark, width, f)
			}
		}
	}
}

func widths(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	for _, chart := range []string{"lines", "bars", "stack", "slope", "multiples", "movers"} {
		p.visit("chart=" + chart)
		for _, width := range []int64{320, 390, 768, 1440} {
			p.run(chromedp.EmulateViewport(width, 800))
			js[any](p, "new Promise(r => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => r(null))), 50))")
			if w := js[int64](p, "document.documentElement.scrollWidth"); w > width {
				t.Errorf("%s at %d px: the page is %d wide", chart, width, w)
			}
			if out := js[[]string](p, "(box => [...box.querySelectorAll('text')].filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > box.getBoundingClientRect().right + 2 || r.left < box.getBoundingClientRect().left - 2) }).map(e => e.textContent))(document.querySelector('#drawing svg'))"); len(out) > 0 {
				t.Errorf("%s at %d px: texts outside the chart: %q", chart, width, out)
			}
			if cut := js[[]string](p, `[...document.querySelectorAll('#drawing text')].map(e => e.textContent).filter(t => /\d…$/.test(t))`); len(cut) > 0 {
				t.Errorf("%s at %d px: numbers that are cut read as others: %q", chart, width, cut)
			}
			// A finger needs room: WCAG 2.2 asks for 24 px.
			if small := js[[]string](p, "[...document.querySelectorAll('button, select, input:not(.segments input)')].filter(e => e.offsetParent && !e.matches('.rows')).filter(e => e.getBoundingClientRect().height < 18).map(e => e.outerHTML.slice(0, 80))"); len(small) > 0 {
				t.Errorf("%s at %d px these are too small: %v", chart, width, small)
			}
		}
		if n := js[int](p, "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== 'none').length"); n > 0 {
			t.Errorf("%d elements move although reduced motion is asked for", n)
		}
	}
}

func tenThousand(t *testing.T, b *testBrowser) {
	p := b.open(t, view{page: "10000"})
	p.choose("find", "platform 099")
	p.has("count", p.text("#all-count"), "100 of 10,000 platforms")
}

// On paper every column fits, on A4 and on Letter.
func printed(t *testing.T, b *testBrowser) {
	for _, hash := range []string{"show=company:meta,company:alphabet,x,roblox", "chart=movers"} {
		p := b.open(t, view{hash: hash, dark: true})
		p.media(true, "print")
		for paper, width := range map[string]int64{"A4": 718, "Letter": 739} { // less margins of 1 cm
			p.run(chromedp.EmulateViewport(width, 1000))
			js[any](p, "new Promise(r => setTimeout(() => r(null), 100))")
			wide := js[[]string](p, fmt.Sprintf("[...document.querySelectorAll('table')].filter(e => e.offsetParent && e.getBoundingClientRect().right > %d).map(e => e.parentElement.id + ' ' + e.getBoundingClientRect().right)", width))
			if len(wide) > 0 {
				t.Errorf("%s on %s: columns are cut off: %v", hash, paper, wide)
			}
		}
		pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF())
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) || len(pdf) < 20000 {
			t.Errorf("the printed page has %d bytes: %v", len(pdf), err)
		}
		if *shots != "" {
			os.WriteFile(filepath.Join(*shots, "print-"+hash[:8]+".pdf"), pdf, 0o644)
		}
	}
}

// screenshots takes pictures of every view for people to look at.
func screenshots(t *testing.T, b *testBrowser) {
	p := b.open(t, view{})
	for _, v := range []struct{ name, hash string }{
		{"lines", ""}, {"bars", "chart=bars"}, {"stack", "chart=stack"}, {"share", "chart=share"}, {"slope", "chart=slope&show=company:meta,facebook,instagram,whatsapp,tiktok,x&pair=2022-2023"},
		{"multiples", "chart=multiples&show=x,snapchat,tiktok,discord,reddit,roblox"}, {"movers", "chart=movers"}, {"left", "chart=movers&group=left"},
		{"index", "show=x,snapchat,tiktok,discord&measure=index&years=2020-2023"}, {"rank", "show=x,snapchat,tiktok,discord&measure=rank"}, {"dating", "show=category:dating,grindr,tinder,bumble,hinge&scale=log"},
	} {
		p.visit(v.hash)
		for _, width := range []int64{390, 768, 1440} {
			for _, dark := range []bool{false, true} {
				p.media(dark, "screen")
				p.run(chromedp.EmulateViewport(width, 1000))
				js[any](p, "new Promise(r => setTimeout(() => r(null), 200))")
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
