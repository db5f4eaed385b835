package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare/legacy"
	"espfigures/pipeline/registry"
	"espfigures/pipeline/resolve"
	"espfigures/pipeline/snapshot"
)

// shippedSet is the Dataset of the figures shipped with the program: the real
// tables, so that tests can name real numbers.
func shippedSet(t testing.TB) *pipeline.Dataset {
	t.Helper()
	snap, err := snapshot.Default()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	ds := &pipeline.Dataset{Editions: snap.Editions, Totals: snap.Totals}
	ds.Findings = resolve.New(reg).Fill(ds)
	legacy.Fill(ds)
	return ds
}

func explorer(t testing.TB, ds *pipeline.Dataset) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, ds); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// between returns what stands between two texts, the first time.
func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		t.Fatalf("no %q", from)
	}
	out, _, ok := strings.Cut(rest, to)
	if !ok {
		t.Fatalf("no %q after %q", to, from)
	}
	return out
}

func TestExplorerIsPure(t *testing.T) {
	first, second := explorer(t, testset.New()), explorer(t, testset.New())
	if first != second {
		t.Error("two pages of one Dataset differ")
	}
}

func TestExplorerSize(t *testing.T) {
	if n := len(explorer(t, shippedSet(t))); n > 1<<20 {
		t.Errorf("the page of the shipped figures has %d bytes, more than 1 MiB", n)
	}
}

// The policy allows the script and the style in the page by hash, and nothing
// else, and no address that anything could be loaded from stands in the page.
func TestExplorerPolicy(t *testing.T) {
	html := explorer(t, testset.New())
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := between(t, html, `http-equiv="Content-Security-Policy" content="`, `"`)
	want := []string{
		"default-src 'none'",
		"script-src " + hash(between(t, html, "<script>", "</script>")),
		"style-src " + hash(between(t, html, "<style>", "</style>")),
		"img-src data:", "base-uri 'none'", "form-action 'none'",
	}
	for _, w := range want {
		if !strings.Contains(policy+";", w+";") {
			t.Errorf("policy lacks %q: %s", w, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy is too wide: %s", policy)
	}
	outside := html
	for _, part := range []string{between(t, html, "<script>", "</script>"), between(t, html, `id="data">`, "</script>")} {
		outside = strings.Replace(outside, part, "", 1)
	}
	if m := regexp.MustCompile(`(?i)(src|href|srcset|action)\s*=\s*"?(https?:)?//[^"\s>]*|@import|url\(`).FindString(outside); m != "" {
		t.Errorf("the page refers outside: %s", m)
	}
	if strings.Index(html, "Content-Security-Policy") > strings.Index(html, "<style>") {
		t.Error("the policy comes after what it governs")
	}
}

// Names are other people's text: none may end the script element they stand
// in, and reading the JSON gives them back letter by letter.
func TestExplorerHostileNames(t *testing.T) {
	html := explorer(t, testset.New())
	data := between(t, html, `<script type="application/json" id="data">`, "</script>")
	if strings.ContainsAny(data, "<>") {
		t.Error("the data hold < or >")
	}
	var got struct {
		Names []string `json:"names"`
	}
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range testset.Hostile {
		found := false
		for _, n := range got.Names {
			found = found || n == name
		}
		if !found {
			t.Errorf("%q is not among the names", name)
		}
		if strings.Contains(name, "<") && strings.Contains(html, name) {
			t.Errorf("%q stands in the page as markup", name)
		}
	}
}

// A preset offers only platforms that have a figure, and every platform it
// names is one the registry knows.
func TestExplorerPresets(t *testing.T) {
	presets, err := readPresets(explorerPresets)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := registry.Default()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range presets {
		if seen[p.ID] {
			t.Errorf("preset %s stands in two places", p.ID)
		}
		seen[p.ID] = true
		if len(p.Platforms) > 12 {
			t.Errorf("preset %s has %d platforms, more than one chart takes", p.ID, len(p.Platforms))
		}
		for _, id := range p.Platforms {
			if reg.Platform(id) == nil {
				t.Errorf("preset %s names %q, which the registry does not know", p.ID, id)
			}
		}
	}
	held := newExplorerData(testset.New(), presets).Presets
	if len(held) != 1 || strings.Join(held[0].Platforms, " ") != "facebook instagram whatsapp" {
		t.Errorf("presets of the test set: %+v", held)
	}
	if _, err := readPresets([]byte("preset,label,question,platform_id\na,b\n")); err == nil {
		t.Error("a short line passed")
	}
}

// Shares are left out of the file only where the page can derive them.
func TestExplorerShares(t *testing.T) {
	ds := shippedSet(t)
	d := newExplorerData(ds, nil)
	of := shareDenominators(ds)
	n := 0
	for i, s := range ds.ByPlatform.Series {
		points := d.Platforms[i][5].([]any)
		for j, p := range s.Points {
			row, ok := points[j].([]any)
			if p.Reports == nil || !ok || len(row) == 10 {
				continue
			}
			n++
			if got := float64(*p.Reports) / float64(of[p.Year]); p.Share == nil || got-*p.Share > 1e-12 || *p.Share-got > 1e-12 {
				t.Errorf("%s %d: the page would show a share of %v, not %v", s.ID, p.Year, got, p.Share)
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d shares were looked at", n)
	}
}

// The page is passed on alone: the licences of what its script holds go with it.
func TestExplorerCarriesLicences(t *testing.T) {
	html := explorer(t, testset.New())
	for _, w := range []string{"d3-scale 4.", "d3-shape 3.", "Copyright 2010-", "Mike Bostock", "Permission to use, copy, modify"} {
		if !strings.Contains(html, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

func TestExplorerOfNothing(t *testing.T) {
	if html := explorer(t, &pipeline.Dataset{}); !strings.Contains(html, `"figures":[]`) {
		t.Error("the page of an empty Dataset lacks its data")
	}
}

func BenchmarkExplorer(b *testing.B) {
	ds := shippedSet(b)
	for b.Loop() {
		explorer(b, ds)
	}
}
