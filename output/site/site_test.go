package site

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"espfigures/output"
	"espfigures/output/testset"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// shipped is the model of the figures up to a year.
func shipped(last int, revise ...func([]pipeline.Figure)) *compare.Model {
	ds := *testset.Shipped()
	ds.Editions = slices.DeleteFunc(slices.Clone(ds.Editions), func(e pipeline.Edition) bool { return e.Year > last })
	ds.Figures = slices.DeleteFunc(slices.Clone(ds.Figures), func(f pipeline.Figure) bool { return f.Year > last })
	for _, change := range revise {
		change(ds.Figures)
	}
	return compare.New(&ds)
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var quick = output.Options{Only: []string{"csv", "html", "README.md"}} // the workbook takes longest and is not what is tried

// A second run changes no byte; a new edition and a revision make a new version
// and one entry each; older versions stay as they are; every link resolves.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "CNAME"), []byte("example.org\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	publish := func(day string, m *compare.Model) Published {
		t.Helper()
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Publish(dir, m, Options{Today: at, Outputs: quick})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := publish("2023-06-01", shipped(2022)); p.Version != "2023-06-01" || !p.New {
		t.Errorf("first: %+v", p)
	}
	one := files(t, dir)
	if p := publish("2023-07-01", shipped(2022)); p.New || len(p.Changed) > 0 || p.Version != "2023-06-01" {
		t.Errorf("nothing new: %+v", p)
	}
	same(t, one, files(t, dir), "")

	revised := shipped(2023, func(list []pipeline.Figure) {
		list[slices.IndexFunc(list, func(f pipeline.Figure) bool { return f.Year == 2022 && f.Name == "Imgur, LLC" })].Reports++
	})
	for i, want := range []string{"2024-05-01", "2024-05-01-2"} {
		m := []*compare.Model{shipped(2023), revised}[i]
		if p := publish("2024-05-01", m); p.Version != want || !p.New {
			t.Errorf("%s: %+v", want, p)
		}
	}
	two := files(t, dir)
	same(t, one, two, "v/2023-06-01/")
	if two["CNAME"] != one["CNAME"] {
		t.Error("another file was touched")
	}
	var feed struct {
		Entries []struct {
			Title string `xml:"title"`
			ID    string `xml:"id"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(two["feed.xml"]), &feed); err != nil {
		t.Fatal(err)
	}
	var titles []string
	ids := map[string]bool{}
	for _, e := range feed.Entries {
		titles = append(titles, e.Title)
		ids[e.ID] = true
	}
	want := "2022 revised, Imgur, LLC: 64,211 to 64,212|2023: new, 247 rows with 35,944,826 reports|First version: 4 yearly tables with 782 rows"
	if got := strings.Join(titles, "|"); got != want || len(ids) != 3 {
		t.Errorf("entries %s, %d ids", got, len(ids))
	}
	var one64 struct {
		Rows []struct{ Reports int }
	}
	if err := json.Unmarshal([]byte(two["platforms/imgur.json"]), &one64); err != nil || !slices.ContainsFunc(one64.Rows, func(r struct{ Reports int }) bool { return r.Reports == 64212 }) {
		t.Errorf("imgur.json: %v %+v", err, one64)
	}
	resolves(t, two)
}

// same compares the files below a folder.
func same(t *testing.T, was, is map[string]string, below string) {
	t.Helper()
	n := 0
	for name, body := range was {
		if strings.HasPrefix(name, below) {
			n++
			if is[name] != body {
				t.Errorf("%s changed", name)
			}
		}
	}
	if n == 0 {
		t.Errorf("nothing below %q", below)
	}
}

var (
	hrefs = regexp.MustCompile(`href="([^"]+)"`)
	paths = regexp.MustCompile(`"(?:path|page)": "([^"]+)"`)
)

// resolves follows every relative link of the site's own pages and descriptors.
func resolves(t *testing.T, all map[string]string) {
	t.Helper()
	n := 0
	for name, find := range map[string]*regexp.Regexp{"index.html": hrefs, "feed.xml": hrefs, "platforms.json": paths, "datapackage.json": paths} {
		for _, m := range find.FindAllStringSubmatch(all[name], -1) {
			n++
			if _, ok := all[m[1]]; !ok && !strings.HasPrefix(m[1], "http") && !strings.HasSuffix(m[1], ".xlsx") {
				t.Errorf("%s leads to %s, which is not there", name, m[1])
			}
		}
	}
	if n < 100 {
		t.Errorf("%d links", n)
	}
}

func TestPublishLeavesForeignFolders(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "index.html")
	if err := os.WriteFile(page, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Publish(dir, shipped(2019), Options{Today: time.Unix(0, 0), Outputs: quick})
	if body, _ := os.ReadFile(page); !errors.Is(err, ErrForeign) || !bytes.Equal(body, []byte("mine")) {
		t.Errorf("%v, %q", err, body)
	}
	// A version that was damaged is not replaced: a new one is added.
	dir = t.TempDir()
	m := shipped(2019)
	for i, want := range []string{"2030-01-01", "2030-01-01-2"} {
		p, err := Publish(dir, m, Options{Today: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), Outputs: quick})
		if err != nil || p.Version != want {
			t.Errorf("step %d: %+v %v", i, p, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "v", want, "breaks.csv"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
