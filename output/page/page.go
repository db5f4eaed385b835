// Package page writes a model of comparison as one page to look at: search,
// charts, tables, downloads. It asks no host for anything.
//
// In: a compare.Model. Out: the bytes of an HTML file, the same for the same
// Model. Every value and verdict on the page is the model's.
package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"espfigures/pipeline/compare"
)

// The parts of the page. "make explorer" builds the bundle in dist from the
// source in explorer/.
var (
	//go:embed explorer/page.html
	skeleton string
	//go:embed explorer/dist/explorer.css
	bundledStyle string
	//go:embed explorer/dist/explorer.js
	bundledScript string
	//go:embed explorer/presets.csv
	presetsFile []byte
)

// Write writes the page. Its Content-Security-Policy names the script and the
// style by hash and allows nothing else to run; the data are JSON that is never
// read as markup.
func Write(w io.Writer, m *compare.Model) error {
	presets, err := readPresets(presetsFile)
	if err != nil {
		return err
	}
	script, style := strings.TrimSpace(bundledScript), strings.TrimSpace(bundledStyle)
	if strings.Contains(strings.ToLower(script), "</script") || strings.Contains(script, "<!--") {
		return errors.New("page: the bundle holds text that would end its script element")
	}
	if strings.Contains(strings.ToLower(style), "</style") {
		return errors.New("page: the style sheet holds text that would end its style element")
	}
	// json.Marshal writes <, > and & as escapes, so no name can end the element.
	data, err := json.Marshal(newData(m, presets))
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	described, err := json.Marshal(describe(m))
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	rest := skeleton
	for _, part := range []struct{ mark, text string }{
		{"<!--csp-->", policy(script, style)},
		{"<!--described-->", `<script type="application/ld+json">` + string(described) + "</script>"},
		{"<!--style-->", "<style>" + style + "</style>"},
		{"<!--noscript-->", plainTable(m)},
		{"<!--data-->", `<script type="application/json" id="data">` + string(data) + "</script>"},
		{"<!--script-->", "<script>" + script + "</script>"},
	} {
		before, after, found := strings.Cut(rest, part.mark)
		if !found {
			return fmt.Errorf("page: page.html lacks the mark %s", part.mark)
		}
		// Text before the mark is finished, so that no mark is looked for
		// inside what was filled in.
		for _, s := range []string{before, part.text} {
			if _, err := io.WriteString(w, s); err != nil {
				return err
			}
		}
		rest = after
	}
	_, err = io.WriteString(w, rest)
	return err
}

// policy returns the meta element with the page's policy.
func policy(script, style string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style) +
		"; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	return `<meta http-equiv="Content-Security-Policy" content="` + policy + `">`
}

// plainTable is what a reader without scripts sees: the ten largest providers
// of the newest complete year, with their document.
func plainTable(m *compare.Model) string {
	var b strings.Builder
	b.WriteString("<p>The charts need JavaScript. All figures are in figures.csv, in the folder of this page.</p>")
	year := m.Complete()
	if year == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "<table><caption>Reports to the CyberTipline in %d, largest providers; hotlines are left out</caption><thead><tr><th scope=\"col\">Rank</th><th scope=\"col\">Platform</th><th scope=\"col\">Reports</th></tr></thead><tbody>", year)
	for _, s := range m.Largest(10) {
		if p := s.At(year); p.Reports != nil {
			fmt.Fprintf(&b, "<tr><td>%d</td><td><bdi>%s</bdi></td><td>%s</td></tr>", p.Rank, html.EscapeString(s.Name), p.Reports)
		}
	}
	b.WriteString("</tbody></table>")
	if ed := m.Data.Edition(year); ed != nil {
		fmt.Fprintf(&b, "<p>Source: %s</p>", html.EscapeString(newEdition(*ed).URL))
	}
	return b.String()
}
