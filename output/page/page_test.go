package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

func TestPage(t *testing.T) {
	if first, second := pageOf(t, awkward()), pageOf(t, awkward()); first != second {
		t.Error("two pages of one Dataset differ")
	}
	pageOf(t, compare.New(&pipeline.Dataset{})) // nothing at all is a page too
	html := pageOf(t, shipped())
	if len(html) > 1<<20 {
		t.Errorf("the page of the shipped figures has %d bytes, more than 1 MiB", len(html))
	}
	// The page is passed on alone: the licences of what its script has go with it.
	for _, w := range []string{"@observablehq/plot 0.", "d3-scale 4.", "fastest-levenshtein 1.", "Observable, Inc.", "Mike Bostock", "Permission to use, copy, modify"} {
		if !strings.Contains(html, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	plain := part(t, html, "<noscript>", "</noscript>")
	for _, w := range []string{"17,838,422", "870,503", "2023-reports-by-esp.pdf", "hotlines are left out"} {
		if !strings.Contains(plain, w) {
			t.Errorf("without a script the page lacks %s", w)
		}
	}
}

// The policy allows the script and the style of the page by hash, and nothing
// else, and no address that anything could be loaded from is in the page.
func TestPagePolicy(t *testing.T) {
	html := pageOf(t, awkward())
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := part(t, html, `http-equiv="Content-Security-Policy" content="`, `"`)
	for _, want := range []string{
		"default-src 'none'",
		"script-src " + hash(part(t, html, "<script>", "</script>")),
		"style-src " + hash(part(t, html, "<style>", "</style>")),
		"img-src data:", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
	} {
		if !strings.Contains(policy+";", want+";") {
			t.Errorf("policy lacks %q: %s", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy is too wide: %s", policy)
	}
	outside := html
	for _, s := range []string{part(t, html, "<script>", "</script>"), part(t, html, `id="data">`, "</script>"), part(t, html, "ld+json\">", "</script>")} {
		outside = strings.Replace(outside, s, "", 1)
	}
	if m := regexp.MustCompile(`(?i)(src|href|srcset|action)\s*=\s*"?(https?:)?//[^"\s>]*|@import|url\(`).FindString(outside); m != "" {
		t.Errorf("the page refers outside: %s", m)
	}
	if strings.Index(html, "Content-Security-Policy") > strings.Index(html, "<style>") {
		t.Error("the policy comes after what it governs")
	}
}

// Names are other people's text: none may end the script element it is in, and
// reading the JSON gives them back letter by letter.
func TestPageHostileNames(t *testing.T) {
	html := pageOf(t, awkward())
	for _, from := range []string{`id="data">`, `ld+json">`} {
		if strings.ContainsAny(part(t, html, from, "</script>"), "<>") {
			t.Errorf("what follows %s has < or >", from)
		}
	}
	w := readBack(t, awkward())
	for _, name := range testset.Hostile {
		if !slices.Contains(w.Names, name) {
			t.Errorf("%q is not among the names", name)
		}
		if strings.Contains(name, "<") && strings.Contains(html, name) {
			t.Errorf("%q is in the page as markup", name)
		}
	}
}

// A preset offers only what the page has.
func TestPagePresets(t *testing.T) {
	ids := func(m *compare.Model) (out []string) {
		for _, p := range readBack(t, m).Presets {
			out = append(out, p.ID)
		}
		return out
	}
	if got := ids(shipped()); !slices.Contains(got, "meta") || !slices.Contains(got, "dating") || !slices.Contains(got, "total") || !slices.Contains(got, "companies") {
		t.Errorf("presets of the shipped figures: %v", got)
	}
	if got := ids(awkward()); slices.Contains(got, "dating") {
		t.Errorf("a preset without a series is offered: %v", got)
	}
}

// A search engine for data reads the page as a schema.org Dataset.
func TestPageDescribesItself(t *testing.T) {
	var d struct {
		Context  string `json:"@context"`
		Type     string `json:"@type"`
		Coverage string `json:"temporalCoverage"`
		Creator  struct{ Name string }
		BasedOn  []struct{ Name, URL string } `json:"isBasedOn"`
		Files    []struct {
			URL string `json:"contentUrl"`
		} `json:"distribution"`
		Description string
	}
	if err := json.Unmarshal([]byte(part(t, pageOf(t, shipped()), "ld+json\">", "</script>")), &d); err != nil {
		t.Fatal(err)
	}
	if d.Context != "https://schema.org/" || d.Type != "Dataset" || d.Coverage != "2019/2025" || !strings.Contains(d.Creator.Name, "NCMEC") || len(d.BasedOn) != 7 || len(d.Files) == 0 {
		t.Errorf("the page describes itself as %+v", d)
	}
	if len(d.Description) < 50 || len(d.Description) > 5000 { // what Google's Dataset Search takes
		t.Errorf("the description has %d characters", len(d.Description))
	}
	if !strings.Contains(d.BasedOn[6].Name, "transcri") || !strings.HasPrefix(d.BasedOn[0].URL, "https://www.missingkids.org/") {
		t.Errorf("it is based on %+v", d.BasedOn)
	}
}
