package registry

import (
	"errors"
	"io/fs"
	"net/url"
	"strings"
	"sync"

	"espfigures/pipeline"
)

// siteFiles say what is known of the publisher's web site.
var siteFiles = []file{
	{"hosts.csv", "host", "host", "host:host note? source:text", true, func(l *loader, r row) {
		l.site.Hosts = append(l.site.Hosts, r.cell["host"])
	}},
	{"pages.csv", "page", "address", "kind:text address:text note? source:text", true, (*loader).loadPage},
	{"sisters.csv", "word", "word", "word:word kind:text source:text", true, func(l *loader, r row) {
		l.site.Sisters = append(l.site.Sisters, pipeline.SisterWord{Word: r.cell["word"], Kind: r.cell["kind"]})
	}},
}

func init() {
	checks["host"] = func(_ *loader, v string) string {
		u, err := url.Parse("//" + v)
		return unless(err == nil && v != "" && u.Host == v && u.Port() == "" && v == strings.ToLower(v), "is not a name in lower case, without port")
	}
	checks["word"] = func(_ *loader, v string) string {
		return unless(v != "" && v == strings.ToLower(v) && !strings.ContainsAny(v, " \t"), "is not one word in lower case")
	}
}

func (l *loader) loadPage(r row) {
	switch kind, address := r.cell["kind"], r.cell["address"]; {
	case kind == "start" && l.site.Publisher(address) && strings.HasPrefix(address, "https://"):
		l.site.Start = append(l.site.Start, address)
	case kind == "pattern" && strings.HasPrefix(address, "/") && strings.Contains(address, "YEAR"):
		l.site.Patterns = append(l.site.Patterns, address)
	default:
		l.fault(r.place, "%s %q: want start and an https address at a host of hosts.csv, or pattern and a path with YEAR", kind, address)
	}
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
	l := newLoader()
	for _, f := range siteFiles {
		l.read(layer{fsys, false}, f)
	}
	return l.site, errors.Join(l.faults...)
}
