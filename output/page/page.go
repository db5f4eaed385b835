// Package page writes a Dataset as one page to look at: search, chart, table,
// download. It asks no host for anything.
//
// In: a pipeline.Dataset. Out: the bytes of an HTML file, the same for the same
// Dataset.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"espfigures/pipeline"
)

// The parts of the explorer. Source and build stand in output/page/explorer; the
// bundle in dist is what "make explorer" builds from it.
var (
	//go:embed explorer/page.html
	explorerPage string
	//go:embed explorer/dist/explorer.css
	explorerStyle string
	//go:embed explorer/dist/explorer.js
	explorerScript string
	//go:embed explorer/presets.csv
	explorerPresets []byte
)

// Write writes the explorer: one page that holds the figures, the chart
// and its styles, and asks no host for anything. Its Content-Security-Policy
// names the script and the style by hash and allows nothing else to run; the
// figures stand in the page as JSON that is never read as markup.
func Write(w io.Writer, ds *pipeline.Dataset) error {
	presets, err := readPresets(explorerPresets)
	if err != nil {
		return err
	}
	script, style := strings.TrimSpace(explorerScript), strings.TrimSpace(explorerStyle)
	if strings.Contains(strings.ToLower(script), "</script") || strings.Contains(script, "<!--") {
		return errors.New("explorer: the bundle holds text that would end its script element")
	}
	if strings.Contains(strings.ToLower(style), "</style") {
		return errors.New("explorer: the style sheet holds text that would end its style element")
	}
	page := explorerPage
	text := func(parts ...string) func() error {
		return func() error { return writeStrings(w, parts...) }
	}
	for _, part := range []struct {
		mark  string
		write func() error
	}{
		{"<!--csp-->", text(explorerPolicy(script, style))},
		{"<!--style-->", text("<style>", style, "</style>")},
		{"<!--noscript-->", text(plainTable(ds))},
		{"<!--data-->", func() error {
			if err := writeStrings(w, `<script type="application/json" id="data">`); err != nil {
				return err
			}
			if err := newExplorerData(ds, presets).write(w); err != nil {
				return fmt.Errorf("explorer: %w", err)
			}
			return writeStrings(w, "</script>")
		}},
		{"<!--script-->", text("<script>", script, "</script>")},
	} {
		before, after, found := strings.Cut(page, part.mark)
		if !found {
			return fmt.Errorf("explorer: page.html lacks the mark %s", part.mark)
		}
		// What stands before the mark is finished, so that no mark is looked
		// for inside what was filled in.
		if err := writeStrings(w, before); err != nil {
			return err
		}
		if err := part.write(); err != nil {
			return err
		}
		page = after
	}
	return writeStrings(w, page)
}

func writeStrings(w io.Writer, parts ...string) error {
	for _, p := range parts {
		if _, err := io.WriteString(w, p); err != nil {
			return err
		}
	}
	return nil
}

// explorerPolicy returns the meta element with the page's policy.
func explorerPolicy(script, style string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	return `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`
}

// plainTable returns what a reader without scripts sees: the ten largest
// reporters of the newest complete year, with their document.
func plainTable(ds *pipeline.Dataset) string {
	var b bytes.Buffer
	year := newestComplete(ds)
	at := -1
	for i, y := range ds.ByPlatform.Years {
		if y == year {
			at = i
		}
	}
	fmt.Fprint(&b, "<p>The chart needs JavaScript. All figures stand in figures.csv, written beside this page.</p>")
	if at < 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "<table><caption>Reports to the CyberTipline, largest reporters of %d</caption><thead><tr><th scope=\"col\">Rank</th><th scope=\"col\">Platform</th><th scope=\"col\">Reports</th></tr></thead><tbody>", year)
	for rank := 1; rank <= 10; rank++ {
		for i := range ds.ByPlatform.Series {
			s := &ds.ByPlatform.Series[i]
			if p := s.Points[at]; p.Rank == rank && p.Reports != nil {
				fmt.Fprintf(&b, "<tr><td>%d</td><td><bdi>%s</bdi></td><td>%s</td></tr>", rank, html.EscapeString(s.Name), p.Reports)
			}
		}
	}
	fmt.Fprint(&b, "</tbody></table>")
	if e := ds.Edition(year); e != nil {
		fmt.Fprintf(&b, "<p>Source: %s</p>", html.EscapeString(e.Document.Address()))
	}
	return b.String()
}
