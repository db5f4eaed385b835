package page

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"espfigures/pipeline/compare"
)

// A testBrowser serves the tests of the page. One is started for all of them;
// each test has a tab of its own.
type testBrowser struct {
	ctx   context.Context
	pages map[string]string // name: path of the file
}

// newBrowser starts Chromium without a network but loopback, or skips the test.
func newBrowser(t *testing.T) *testBrowser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if p, err := exec.LookPath(name); err == nil {
			program = p
			break
		}
	}
	if program == "" {
		t.Skip("no Chromium found; install it (Debian: apt-get install chromium) to test the page in a browser")
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts,
		chromedp.ExecPath(program),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		// No network: no name resolves and the only way out is a closed port.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
		chromedp.Flag("proxy-server", "http://127.0.0.1:9"),
	)
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("ending the browser: %v", err)
		}
		end()
		endAlloc()
	})
	if err := chromedp.Do(ctx); err != nil { // no time limit: the browser lives as long as its context
		t.Fatalf("starting %s: %v", program, err)
	}
	return &testBrowser{ctx: ctx, pages: map[string]string{}}
}

// put writes the page of a model into a file that the browser can open.
func (b *testBrowser) put(t *testing.T, dir, name string, m *compare.Model) {
	t.Helper()
	b.pages[name] = filepath.Join(dir, name+".html")
	if err := os.WriteFile(b.pages[name], []byte(pageOf(t, m)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// view is how a page is looked at.
type view struct {
	page, hash    string // page "" is the shipped figures
	server        string // address of a web server; "" for the file
	width, height int64
	dark          bool
}

// tab is one page in the browser, with everything it complained about and asked for.
type tab struct {
	*testing.T
	ctx context.Context

	mu       sync.Mutex
	said     []string // console, exceptions, log entries, dialogs
	requests []string
}

// open opens a page and waits until it is drawn. When the test ends, the page
// must have said nothing and asked for nothing but itself.
func (b *testBrowser) open(t *testing.T, v view) *tab {
	t.Helper()
	if v.page == "" {
		v.page = "shipped"
	}
	if v.width == 0 {
		v.width, v.height = 1280, 900
	}
	ctx, end := chromedp.NewContext(b.ctx)
	ctx, stop := context.WithTimeout(ctx, 8*time.Minute)
	p := &tab{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	call(p, network.Enable, network.EnableParams{})
	call(p, cdplog.Enable, cdp.Empty{})
	call(p, runtime.Enable, cdp.Empty{})
	p.media(v.dark, "screen")
	own := "file://" + (&url.URL{Path: b.pages[v.page]}).EscapedPath()
	if v.server != "" {
		own = v.server
	}
	address := own
	if v.hash != "" {
		address += "#" + v.hash
	}
	p.run(chromedp.EmulateViewport(v.width, v.height), chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS(`html[data-ready="yes"]`)))
	t.Cleanup(func() {
		p.mu.Lock()
		for _, s := range p.said {
			t.Errorf("the page said: %s", s)
		}
		for _, r := range p.requests {
			if !strings.HasPrefix(r, own) && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "blob:") {
				t.Errorf("the page asked for %s", r)
			}
		}
		p.mu.Unlock()
		stop()
		end()
	})
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, string(a.Value)+a.Description)
		}
		p.said = append(p.said, "console "+e.Type.String()+": "+strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		p.said = append(p.said, fmt.Sprintf("exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *cdplog.EventEntryAdded:
		p.said = append(p.said, fmt.Sprintf("log %s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *page.EventJavascriptDialogOpening:
		p.said = append(p.said, "dialog: "+e.Message)
		go chromedp.Call(p.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	}
}

// media asks for a medium, for the light or the dark colours, and for little motion.
func (p *tab) media(dark bool, medium string) {
	p.Helper()
	scheme := map[bool]string{false: "light", true: "dark"}[dark]
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

func (p *tab) run(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

// call runs a command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	p.Helper()
	r, err := chromedp.Call(p.ctx, command, params)
	if err != nil {
		p.Fatalf("%s: %v", command.Method, err)
	}
	return r
}

// js evaluates an expression in the page and returns its value as T.
func js[T any](p *tab, expression string) T {
	p.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return out
}

// text returns the rendered text of the first element.
func (p *tab) text(selector string) string {
	p.Helper()
	return js[string](p, fmt.Sprintf("document.querySelector(%q).innerText.replace(/\\u00a0/g, ' ').replace(/\\s+/g, ' ')", selector))
}

// all returns the texts of every element, joined by "|".
func (p *tab) all(selector string) string {
	p.Helper()
	return js[string](p, fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent.replace(/\\u00a0/g, ' ')).join('|')", selector))
}

// count returns the number of elements.
func (p *tab) count(selector string) int {
	p.Helper()
	return js[int](p, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

func (p *tab) click(selector string) {
	p.Helper()
	// In the middle of the window nothing that sticks to its edges is in the way.
	js[bool](p, fmt.Sprintf("(document.querySelector(%q).scrollIntoView({block: 'center'}), true)", selector))
	p.run(chromedp.Click(chromedp.CSS(selector)))
}

// pick chooses a radio button by name and value, as a click on its label does.
func (p *tab) pick(name, value string) {
	p.Helper()
	p.click(fmt.Sprintf(`input[name=%q][value=%q] + span`, name, value))
}

// choose sets a select or a text as a user does.
func (p *tab) choose(id, value string) {
	p.Helper()
	js[bool](p, fmt.Sprintf("(e => { e.value = %q; e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change')); return true })(document.getElementById(%q))", value, id))
}

// visit follows an address within the page, as a link to another view does.
func (p *tab) visit(hash string) {
	p.Helper()
	js[any](p, fmt.Sprintf("new Promise(r => { const go = '#' + %q; if (decodeURIComponent(location.hash || '#') === go) return r(null); addEventListener('hashchange', () => requestAnimationFrame(() => r(null)), { once: true }); location.hash = go })", hash))
}

func (p *tab) keys(keys string) {
	p.Helper()
	p.run(chromedp.KeyEvent(keys))
}

// spot returns the middle of an element.
func (p *tab) spot(selector string) (x, y float64) {
	p.Helper()
	at := js[[]float64](p, fmt.Sprintf("(e => { e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })(document.querySelector(%q))", selector))
	return at[0], at[1]
}

// has fails unless the text has every part.
func (p *tab) has(what, text string, parts ...string) {
	p.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			p.Errorf("%s lacks %q: %s", what, part, text)
		}
	}
}

// lacks fails if the text has any part.
func (p *tab) lacks(what, text string, parts ...string) {
	p.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			p.Errorf("%s has %q: %s", what, part, text)
		}
	}
}

// download clicks and returns the name and content of the file that comes.
func (p *tab) download(selector string) (string, []byte) {
	p.Helper()
	dir := p.TempDir()
	events := true
	// A window of its own for each tab's downloads would need a browser of its
	// own, so tests that download take turns.
	downloading.Lock()
	defer downloading.Unlock()
	call(p, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &events})
	p.click(selector)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
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

var downloading sync.Mutex
