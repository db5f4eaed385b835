// Package page writes a model of comparison as one page to look at: search,
// charts, tables, downloads. It asks no host for anything.
//
// In: a compare.Model. Out: the bytes of an HTML file, the same for the same
// Model. Every value and verdict on the page is the model's.
package page

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
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
	// The page as a schema.org Dataset, but for its years and editions.
	//go:embed described.json
	description []byte
)

// Write writes the page. Its Content-Security-Policy names the script and the
// style by hash and allows nothing else to run; the data are JSON that is never
// read as markup.
func Write(w io.Writer, m *compare.Model) error {
	script, style := strings.TrimSpace(bundledScript), strings.TrimSpace(bundledStyle)
	described, err := describe(m)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	fill := strings.NewReplacer("<!--csp-->", policy(script, style), "<!--described-->", `<script type="application/ld+json">`+string(described)+"</script>",
		"<!--style-->", "<style>"+style+"</style>", "<!--noscript-->", plainTable(m), "<!--script-->", "<script>"+script+"</script>")
	before, after, _ := strings.Cut(skeleton, "<!--data-->")
	if _, err = fill.WriteString(w, before+`<script type="application/json" id="data">`); err != nil {
		return err
	}
	// It writes <, > and & as escapes, so no name can end the element.
	if err = json.NewEncoder(w).Encode(newData(m)); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = fill.WriteString(w, "</script>"+after)
	return err
}

// describe is the page as a schema.org Dataset, for search engines of data.
func describe(m *compare.Model) ([]byte, error) {
	var d map[string]any
	if err := json.Unmarshal(description, &d); err != nil {
		return nil, err
	}
	var based []map[string]any
	for _, ed := range m.Data.Editions {
		e := newEdition(ed)
		name := cmp.Or(e.Title, fmt.Sprintf("CyberTipline reports by ESP, %d", e.Year))
		if e.Partial && !strings.Contains(strings.ToLower(name), "transcri") {
			name += ", transcribed by a third party"
		}
		work := map[string]any{"@type": "CreativeWork", "name": name}
		if e.URL != "" {
			work["url"] = e.URL
		}
		if e.Dated != "" {
			work["datePublished"] = e.Dated
		}
		based = append(based, work)
	}
	d["isBasedOn"] = based
	if n := len(m.Years); n > 0 {
		d["temporalCoverage"] = fmt.Sprintf("%d/%d", m.Years[0], m.Years[n-1])
	}
	return json.Marshal(d)
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
