package registry

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"espfigures/pipeline"
)

// FuzzLoad replaces one file of the registry by any bytes. Loading ends in an
// error or in a registry whose parts refer to each other.
func FuzzLoad(f *testing.F) {
	files, err := fs.Sub(data, "data")
	if err != nil {
		f.Fatal(err)
	}
	names := []string{"platforms.csv", "companies.csv", "aliases.csv", "owners.csv", "breaks.csv", "combined.csv"}
	shipped := map[string][]byte{}
	for i, n := range names {
		body, err := fs.ReadFile(files, n)
		if err != nil {
			f.Fatal(err)
		}
		shipped[n] = body
		lines := bytes.SplitAfter(body, []byte("\n"))
		f.Add(i, bytes.Join(lines[:min(len(lines), 12)], nil))
		f.Add(i, append([]byte("\xef\xbb\xbf"), lines[0]...))
	}
	f.Add(2, []byte("\"unclosed"))
	f.Add(3, []byte("platform_id,company_id,from,to,source\nfacebook,meta,2022-13-45,,\n"))
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		set := fstest.MapFS{}
		for i, n := range names {
			set[n] = &fstest.MapFile{Data: shipped[n]}
			if i == which {
				set[n] = &fstest.MapFile{Data: body}
			}
		}
		r, err := Load(set)
		if err != nil {
			return
		}
		for _, a := range r.Aliases {
			if r.Platform(a.Platform) == nil {
				t.Errorf("alias %q belongs to no platform: %q", a.Printed, a.Platform)
			}
		}
		for _, o := range r.Owners {
			if r.Platform(o.Platform) == nil || r.Company(o.Company) == nil && o.Company != pipeline.Independent || o.Source == "" || o.To != "" && o.To < o.From {
				t.Errorf("owner %+v", o)
			}
		}
		for _, b := range r.Breaks {
			if b.Who != pipeline.Everybody && r.Platform(b.Who) == nil && r.Company(b.Who) == nil || b.To < b.From || b.Source == "" {
				t.Errorf("break %+v", b)
			}
		}
		for _, c := range r.Combined {
			if r.Platform(c.Platform) == nil || len(c.Members) == 0 {
				t.Errorf("combined row %+v", c)
			}
		}
	})
}
