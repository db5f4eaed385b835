package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"espfigures/output"
	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/check"
)

// change is one entry of the feed.
type change struct {
	Title    string
	Platform string // id; "" where it concerns a whole year
}

// first is the entry of the version that opens the site.
func first(figures []pipeline.Figure) []change {
	years := map[int]bool{}
	for _, f := range figures {
		years[f.Year] = true
	}
	return []change{{Title: fmt.Sprintf("First version: %d yearly tables with %s rows", len(years), pipeline.Count(len(figures)))}}
}

// changes has one entry for each new year, and one for each row that differs in
// a year that was there.
func changes(was, is []pipeline.Figure) (list []change) {
	for _, y := range check.ByYear(was, is) {
		if y.New {
			list = append(list, change{Title: y.String()})
			continue
		}
		for _, c := range y.Changes {
			list = append(list, change{Title: fmt.Sprintf("%d %s, %s: %s to %s", c.Year, c.Kind, c.Name, countWords(c.Old), countWords(c.New)), Platform: c.Platform})
		}
	}
	return list
}

func countWords(n *pipeline.Count) string {
	if n == nil {
		return "no row"
	}
	return n.String()
}

// feed is the Atom feed of changes, newest version first. Its links are relative
// to its own address where the site's is not known.
func (s *site) feed() ([]byte, error) {
	type link struct {
		Rel  string `xml:"rel,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	type entry struct {
		Title   string `xml:"title"`
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Link    link   `xml:"link"`
		Summary string `xml:"summary"`
	}
	type feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Author  string   `xml:"author>name"`
		Links   []link   `xml:"link"`
		Entries []entry  `xml:"entry"`
	}
	moment := func(v version) string { return v.Name[:10] + "T00:00:00Z" }
	f := feed{
		Title: "Changes in reports to NCMEC's CyberTipline by provider", ID: uuid("feed", s.opt.Address), Author: "espfigures",
		Updated: moment(s.versions[len(s.versions)-1]),
		Links:   []link{{"self", s.opt.Address + "feed.xml"}, {"alternate", s.opt.Address + "index.html"}},
	}
	for _, v := range slices.Backward(s.versions) {
		for i, c := range v.Changes {
			f.Entries = append(f.Entries, entry{
				Title: c.Title, ID: uuid(s.opt.Address, v.Name, fmt.Sprint(i), c.Title), Updated: moment(v),
				Link:    link{Href: s.opt.Address + "v/" + v.Name + "/explorer.html"},
				Summary: fmt.Sprintf("Version of %s. The unit is reports. The whole table: v/%s/figures.csv", v.Name, v.Name),
			})
		}
	}
	body, err := xml.MarshalIndent(f, "", " ")
	return append([]byte(xml.Header), append(body, '\n')...), err
}

// uuid names something for good by what it is.
func uuid(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80 // version 8, made from a hash
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// index is the page for people.
func (s *site) index() ([]byte, error) {
	type row struct{ File, About string }
	var files []row
	for _, t := range tables.All(s.m) {
		files = append(files, row{t.Name + ".csv", t.About})
	}
	versions := slices.Clone(s.versions)
	slices.Reverse(versions)
	years := s.m.Years
	var b bytes.Buffer
	err := indexPage.Execute(&b, map[string]any{
		"From": years[0], "To": years[len(years)-1], "Platforms": pipeline.Count(len(s.m.Platforms)),
		"Files": files, "Versions": versions, "Newest": versions[0], "Data": s.m.Data.Version(), "Schema": output.SchemaVersion, "Address": s.opt.Address,
	})
	return b.Bytes(), err
}

var indexPage = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reports to NCMEC's CyberTipline by provider, {{.From}} to {{.To}}</title>
<link rel="alternate" type="application/atom+xml" title="Changes" href="feed.xml">
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
a{color:#0b57a4}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}
@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8ab8f0}th,td{border-color:#444}}
</style></head><body>
<h1>Reports to NCMEC's CyberTipline by provider, {{.From}} to {{.To}}</h1>
<p>How many reports of suspected child sexual exploitation {{.Platforms}} online platforms and other reporters sent to NCMEC's CyberTipline each year, with the document and page of every number. The unit is reports: not images, not children. Numbers measure detection and reporting, not prevalence, and many years cannot be compared: the page and the tables say which, and why.</p>
<p><a href="latest/explorer.html">Look at it</a> · <a href="latest/espfigures.xlsx">Workbook</a> · <a href="latest/README.md">What each column means</a> · <a href="feed.xml">Feed of changes</a></p>
<h2>Files of the newest version</h2>
<table><thead><tr><th>File</th><th>What it has</th></tr></thead><tbody>
{{range .Files}}<tr><td><a href="latest/{{.File}}">{{.File}}</a></td><td>{{.About}}</td></tr>
{{end}}</tbody></table>
<h2>For programs</h2>
<p><a href="datapackage.json">datapackage.json</a> describes every file. <a href="platforms.json">platforms.json</a> lists the platforms; <code>platforms/ID.json</code> has one: its series with share, rank, change and verdict, and its printed rows.</p>
<h2>Versions</h2>
<p>A version is never changed. Cite the version you used: “Reports to NCMEC's CyberTipline by provider, version of {{.Newest.Name}} (data {{.Data}}), compiled with espfigures from NCMEC's CyberTipline Reports by Electronic Service Providers{{with .Address}}, {{.}}v/{{$.Newest.Name}}/{{end}}”, and NCMEC's document for a figure.</p>
<table><thead><tr><th>Version</th><th>Data</th><th>Files</th><th>Changes</th></tr></thead><tbody>
{{range .Versions}}<tr><td>{{.Name}}</td><td>{{.Data}}</td><td><a href="v/{{.Name}}/explorer.html">page</a>, <a href="v/{{.Name}}/espfigures.xlsx">workbook</a>, <a href="v/{{.Name}}/figures.csv">figures</a>, <a href="v/{{.Name}}/datapackage.json">description</a></td><td>{{range $i, $c := .Changes}}{{if lt $i 5}}{{$c.Title}}<br>{{end}}{{end}}{{if gt (len .Changes) 5}}{{len .Changes}} in all: see the feed{{end}}</td></tr>
{{end}}</tbody></table>
<p>Schema version {{.Schema}}. The figures are NCMEC's; no document of NCMEC is here.</p>
</body></html>
`))
