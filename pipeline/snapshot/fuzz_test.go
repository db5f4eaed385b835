package snapshot

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// FuzzLoad replaces one file of the snapshot by any bytes: loading ends in an
// error or in editions that stand in the order of their years.
func FuzzLoad(f *testing.F) {
	data, err := fs.Sub(files, "data")
	if err != nil {
		f.Fatal(err)
	}
	names := []string{"editions.csv", "rows.csv", "totals.csv"}
	shipped := map[string][]byte{}
	for i, n := range names {
		body, err := fs.ReadFile(data, n)
		if err != nil {
			f.Fatal(err)
		}
		shipped[n] = body
		f.Add(i, body[:min(len(body), 1500)])
		f.Add(i, body)
	}
	f.Add(1, []byte("year,page,row,esp_name,combined,reports\n2022,1,1,\"=1+1\",,99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		set := fstest.MapFS{}
		for i, n := range names {
			set[n] = &fstest.MapFile{Data: shipped[n]}
			if i == which {
				set[n] = &fstest.MapFile{Data: body}
			}
		}
		s, err := Load(set)
		if err != nil {
			return
		}
		for i, e := range s.Editions {
			if i > 0 && s.Editions[i-1].Year > e.Year {
				t.Errorf("%d stands before %d", s.Editions[i-1].Year, e.Year)
			}
		}
	})
}
