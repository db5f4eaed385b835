package registry

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"

	"espfigures/pipeline"
)

// The files on the publisher's site and their columns.
var siteColumns = map[string][]string{
	"hosts.csv":   {"host", "note", "source"},
	"pages.csv":   {"kind", "address", "note", "source"},
	"sisters.csv": {"word", "kind", "source"},
}

// Site returns what the shipped registry knows of NCMEC's web site.
func Site() (pipeline.Site, error) { return shippedSite() }

var shippedSite = sync.OnceValues(func() (pipeline.Site, error) {
	shipped, err := fs.Sub(data, "data")
	if err != nil {
		return pipeline.Site{}, err
	}
	return LoadSite(shipped)
})

// LoadSite reads hosts.csv, pages.csv and sisters.csv; tests pass fstest.MapFS.
// The error joins every fault found, each with file, line and what is wrong.
func LoadSite(fsys fs.FS) (pipeline.Site, error) {
	var s pipeline.Site
	var faults []error
	each := func(file string, take func(row []string) error) {
		faults = append(faults, siteRows(fsys, file, take)...)
	}
	each("hosts.csv", func(row []string) error {
		if u, err := url.Parse("//" + row[0]); err != nil || u.Host != row[0] || u.Port() != "" || row[0] != strings.ToLower(row[0]) {
			return fmt.Errorf("host %q: want a name in lower case, without port", row[0])
		}
		s.Hosts = append(s.Hosts, row[0])
		return nil
	})
	each("pages.csv", func(row []string) error {
		switch kind, address := row[0], row[1]; {
		case kind == "start" && s.Publisher(address) && strings.HasPrefix(address, "https://"):
			s.Start = append(s.Start, address)
		case kind == "pattern" && strings.HasPrefix(address, "/") && strings.Contains(address, "YEAR"):
			s.Patterns = append(s.Patterns, address)
		default:
			return fmt.Errorf("%s %q: want start and an https address at a host of hosts.csv, or pattern and a path with YEAR", kind, address)
		}
		return nil
	})
	each("sisters.csv", func(row []string) error {
		if row[0] != strings.ToLower(row[0]) || strings.ContainsAny(row[0], " \t") || row[1] == "" {
			return fmt.Errorf("word %q: want one word in lower case, and its kind", row[0])
		}
		s.Sisters = append(s.Sisters, pipeline.SisterWord{Word: row[0], Kind: row[1]})
		return nil
	})
	return s, errors.Join(faults...)
}

// siteRows hands the rows of a file to take. Every row has its first column and
// a source, and no first two columns are there twice.
func siteRows(fsys fs.FS, file string, take func(row []string) error) (faults []error) {
	in, err := fsys.Open(file)
	if err != nil {
		return []error{fmt.Errorf("registry: %w", err)}
	}
	defer in.Close()
	r := csv.NewReader(in)
	rows, err := r.ReadAll()
	if err != nil {
		return []error{fmt.Errorf("%s: %w", file, err)}
	}
	want := siteColumns[file]
	if len(rows) < 2 || strings.Join(rows[0], ",") != strings.Join(want, ",") {
		return []error{fmt.Errorf("%s: want the header %s and at least one row", file, strings.Join(want, ","))}
	}
	seen := map[string]bool{}
	for i, row := range rows[1:] {
		key := strings.Join(row[:2], ",")
		err := take(row)
		switch {
		case row[0] == "" || row[len(row)-1] == "":
			err = fmt.Errorf("%s or source is empty", want[0])
		case seen[key]:
			err = fmt.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if err != nil {
			faults = append(faults, fmt.Errorf("%s, row %d: %w", file, i+1, err))
		}
	}
	return faults
}
