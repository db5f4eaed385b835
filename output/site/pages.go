package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	xmltemplate "text/template"

	"espfigures/output"
	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// change is one entry of the feed.
type change struct {
	Title string
	ID    string // for good, by what it is
}

// changes has one entry for each new year, and one for each row that differs in
// a year that was there; one for all that is in the version that opens the site.
func (s *site) changes(version string, was, is []pipeline.Figure, first bool) (list []change) {
	add := func(title string) {
		list = append(list, change{title, uuid(s.opt.Address, version, fmt.Sprint(len(list)), title)})
	}
	years := check.ByYear(was, is)
	if first {
		add(fmt.Sprintf("First version: %d yearly tables with %s rows", len(years), pipeline.Count(len(is))))
		return list
	}
	for _, y := range years {
		if y.New {
			add(y.String())
			continue
		}
		for _, c := range y.Changes {
			add(c.String())
		}
	}
	return list
}

// uuid names something for good by what it is.
func uuid(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80 // version 8, made from a hash
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

var (
	//go:embed index.html feed.xml
	templates embed.FS
	indexPage = template.Must(template.ParseFS(templates, "index.html"))
	feedPage  = xmltemplate.Must(xmltemplate.ParseFS(templates, "feed.xml"))
)

// page fills the page for people, or the Atom feed of changes, newest version
// first. Links are relative where the site's address is not known.
func (s *site) page(t interface{ Execute(io.Writer, any) error }) ([]byte, error) {
	versions := slices.Clone(s.versions)
	slices.Reverse(versions)
	years := s.m.Years
	var b bytes.Buffer
	err := t.Execute(&b, map[string]any{
		"From": years[0], "To": years[len(years)-1], "Platforms": pipeline.Count(len(s.m.Platforms)),
		"Files": s.tables, "Versions": versions, "Newest": versions[0], "Data": s.m.Data.Version(),
		"Schema": output.SchemaVersion, "Address": s.opt.Address, "ID": uuid("feed", s.opt.Address),
	})
	return b.Bytes(), err
}
