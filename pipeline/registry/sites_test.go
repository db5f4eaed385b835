package registry

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestSite(t *testing.T) {
	s, err := Site()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Hosts) < 4 || len(s.Start) < 5 || len(s.Patterns) < 2 || len(s.Sisters) < 10 {
		t.Errorf("%+v", s)
	}
	for address, want := range map[string]bool{
		"https://www.missingkids.org/x.pdf": true, "https://ncmec.org/": true,
		"https://www.missingkids.org.evil.example/": false, "file:x.pdf": false, "::": false,
	} {
		if s.Publisher(address) != want {
			t.Errorf("%s: want %v", address, want)
		}
	}
}

func TestFaultsOfASite(t *testing.T) {
	site := func(change map[string]string) fstest.MapFS {
		fsys := fstest.MapFS{}
		for file, text := range map[string]string{
			"hosts.csv": "host,note,source\na.example,,s\n", "sisters.csv": "word,kind,source\ncountry,by country,s\n",
			"pages.csv": "kind,address,note,source\nstart,https://a.example/x,,s\npattern,/YEAR.pdf,,s\n",
		} {
			if changed, ok := change[file]; ok {
				text = changed
			}
			fsys[file] = &fstest.MapFile{Data: []byte(text)}
		}
		return fsys
	}
	if s, err := loadSite(site(nil)); err != nil || len(s.Start) != 1 || len(s.Patterns) != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	for _, c := range []struct{ file, text, says string }{
		{"hosts.csv", "host,note,source\na.example,,\n", `source "" is empty`},
		{"hosts.csv", "host,sources\n", `header "host,sources"; want host,note,source`},
		{"pages.csv", "kind,address,note,source\nstart,https://b.example/x,,s\n", "hosts.csv"},
		{"pages.csv", "kind,address,note,source\nstart,http://a.example/x,,s\n", "https"},
		{"pages.csv", "kind,address,note,source\npattern,/x.pdf,,s\n", "YEAR"},
		{"pages.csv", "kind,address,note,source\nother,/YEAR.pdf,,s\n", "other"},
	} {
		if _, err := loadSite(site(map[string]string{c.file: c.text})); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.file) {
			t.Errorf("%q: %v, want %q", c.text, err, c.says)
		}
	}
}
