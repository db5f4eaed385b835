package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// packageFile describes the other files. It is written with every set and is
// how a later run knows which files in the folder are the program's own.
const packageFile = "datapackage.json"

const (
	packageName  = "espfigures"
	packageTitle = "CyberTipline reports by electronic service provider"
	publisher    = "National Center for Missing & Exploited Children (NCMEC)"
	unitNote     = "CyberTipline reports: not files, not images, not children"
	rightsNote   = "The figures are facts published by the National Center for Missing & Exploited Children (NCMEC), which grants no open licence for its documents; cite NCMEC's document, page and date. No document of NCMEC is part of this package. The licence of the program that wrote it covers the program, not the figures."
)

const packageAbout = "How many reports each electronic service provider (ESP) made to the CyberTipline, year by year, read from the tables the National Center for Missing & Exploited Children (NCMEC) publishes. " +
	"The unit is the report: not a file, not an image, not a child. Numbers measure detection and reporting practice, not prevalence. " +
	"A blank is not zero: the provider may have reported nothing, or be inside another row. " +
	"Rows of 2019 and 2020 marked c combine related platforms, so that across 2020 and 2021 only companies compare: look at marks, comparable and reasons before you compare two years. " +
	"In CSV files a text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it. " + rightsNote

// A writtenFile is an output as it is on disk.
type writtenFile struct {
	File
	size   int64
	sha256 string // lower-case hex
}

// The descriptor follows Data Package v2. profile is what readers of v1 look
// for; they read the rest as well.
type descriptor struct {
	Schema       string            `json:"$schema"`
	Profile      string            `json:"profile"`
	Name         string            `json:"name"`
	Title        string            `json:"title"`
	Description  string            `json:"description"`
	Version      string            `json:"version"`
	Created      string            `json:"created,omitempty"`
	Keywords     []string          `json:"keywords"`
	Rights       string            `json:"rights"`
	DataVersion  string            `json:"data_version"`
	Selection    bool              `json:"selection,omitempty"`
	Contributors []contributorDesc `json:"contributors"`
	Sources      []sourceDesc      `json:"sources,omitempty"`
	Resources    []resource        `json:"resources"`
}

type contributorDesc struct {
	Title string   `json:"title"`
	Path  string   `json:"path,omitempty"`
	Roles []string `json:"roles"`
}

type sourceDesc struct {
	Title   string `json:"title"`
	Path    string `json:"path,omitempty"`
	Version string `json:"version,omitempty"`
}

type resource struct {
	Profile     string       `json:"profile"`
	Name        string       `json:"name"`
	Type        string       `json:"type,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Path        any          `json:"path"` // a path, or several of one partitioned table
	Format      string       `json:"format"`
	Mediatype   string       `json:"mediatype,omitempty"`
	Encoding    string       `json:"encoding,omitempty"`
	Bytes       int64        `json:"bytes"`
	Hash        string       `json:"hash,omitempty"`
	Hashes      []string     `json:"hashes,omitempty"` // of the files of a partitioned table, in the order of path
	Dialect     *dialect     `json:"dialect,omitempty"`
	Schema      *tableSchema `json:"schema,omitempty"`
}

type dialect struct {
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
	Header         bool   `json:"header"`
}

type tableSchema struct {
	Fields        []fieldDesc      `json:"fields"`
	MissingValues []string         `json:"missingValues"`
	PrimaryKey    []string         `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKeyDesc `json:"foreignKeys,omitempty"`
}

type fieldDesc struct {
	Name        string         `json:"name"`
	Type        string         `json:"type"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Unit        string         `json:"unit,omitempty"`
	Categories  []categoryDesc `json:"categories,omitempty"`
	Constraints *constraints   `json:"constraints,omitempty"`
}

type categoryDesc struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Pattern  string   `json:"pattern,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type foreignKeyDesc struct {
	Fields    []string `json:"fields"`
	Reference struct {
		Resource string   `json:"resource"`
		Fields   []string `json:"fields"`
	} `json:"reference"`
}

// dataPackage returns datapackage.json for exactly these files.
func dataPackage(m *compare.Model, files []writtenFile) ([]byte, error) {
	d := descriptor{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Profile: "data-package",
		Name: packageName, Title: packageTitle, Description: packageAbout, Version: SchemaVersion, Rights: rightsNote,
		Created: created(m.Data), DataVersion: DataVersion(m.Data),
		Selection: slices.ContainsFunc(m.Data.Findings, func(f pipeline.Finding) bool { return f.Code == pipeline.Selection }),
		Keywords:  []string{"CyberTipline", "NCMEC", "electronic service provider", "transparency"},
		Contributors: []contributorDesc{
			{Title: publisher, Path: "https://www.missingkids.org/cybertiplinedata", Roles: []string{"publisher", "creator"}},
			{Title: "espfigures", Roles: []string{"wrangler"}},
		},
		Sources: sources(m.Data),
	}
	present := map[string]bool{}
	for _, f := range files {
		if f.Media == csvMedia {
			present[f.Table.Name] = true
		}
	}
	for _, f := range files {
		if last := len(d.Resources) - 1; f.part && last >= 0 && d.Resources[last].Hashes != nil {
			r := &d.Resources[last]
			r.Path, r.Bytes, r.Hashes = append(r.Path.([]string), f.Path), r.Bytes+f.size, append(r.Hashes, "sha256:"+f.sha256)
			continue
		}
		d.Resources = append(d.Resources, describe(f, present))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return b.Bytes(), err
}

func describe(f writtenFile, present map[string]bool) resource {
	r := resource{
		Profile: "data-resource", Name: resourceName(f.Path), Title: f.Title, Description: f.About, Path: f.Path,
		Format: f.format(), Mediatype: f.Media, Bytes: f.size, Hash: "sha256:" + f.sha256,
	}
	if f.part {
		r.Name, r.Path, r.Hash, r.Hashes = "figures-by-year-parquet", []string{f.Path}, "", []string{r.Hash}
	}
	if f.Table != nil {
		r.Type, r.Schema = "table", schema(f.Table, present)
	}
	if f.Media == csvMedia {
		r.Profile, r.Encoding = "tabular-data-resource", "utf-8"
		r.Dialect = &dialect{Delimiter: ",", LineTerminator: "\r\n", QuoteChar: `"`, DoubleQuote: true, Header: true}
	}
	return r
}

// IsSelection reports whether the outputs in a folder hold some of the
// platforms only, as datapackage.json says.
func IsSelection(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, packageFile))
	var d descriptor
	return err == nil && json.Unmarshal(text, &d) == nil && d.Selection
}

// schema returns the Table Schema. A key is claimed only where it holds, and a
// foreign key only where the table it leads to is in the package.
func schema(t *tables.Table, present map[string]bool) *tableSchema {
	s := &tableSchema{MissingValues: []string{""}}
	for _, f := range t.Fields {
		d := fieldDesc{Name: f.Name, Type: string(f.Kind), Title: fieldTitle(f.Name), Description: f.About, Unit: f.Unit}
		c := constraints{Required: f.Required, Pattern: f.Pattern}
		for _, v := range f.Enum {
			c.Enum = append(c.Enum, v.Value)
			label := v.Meaning
			if label == "" {
				label = v.Value
			}
			d.Categories = append(d.Categories, categoryDesc{v.Value, label})
		}
		if c.Required || c.Pattern != "" || c.Enum != nil {
			d.Constraints = &c
		}
		s.Fields = append(s.Fields, d)
	}
	if t.Unique() {
		s.PrimaryKey = t.Key
	}
	for _, ref := range t.Refs {
		if present[ref.Table] && ref.Table != "editions" { // a year may have several versions
			d := foreignKeyDesc{Fields: []string{ref.Field}}
			d.Reference.Resource, d.Reference.Fields = ref.Table, []string{ref.To}
			s.ForeignKeys = append(s.ForeignKeys, d)
		}
	}
	return s
}

// fieldTitle makes a title of a column's name: "share_percent" is "Share percent".
func fieldTitle(name string) string {
	s := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// files returns every file that a descriptor read from a folder names, with its
// SHA-256 in hex.
func (d descriptor) files() map[string]string {
	list := map[string]string{}
	for _, r := range d.Resources {
		switch p := r.Path.(type) {
		case string:
			list[p] = strings.TrimPrefix(r.Hash, "sha256:")
		case []any:
			for i, v := range p {
				sha := ""
				if i < len(r.Hashes) {
					sha = strings.TrimPrefix(r.Hashes[i], "sha256:")
				}
				list[fmt.Sprint(v)] = sha
			}
		}
	}
	return list
}

// created is the moment the newest of the documents was fetched or made: the
// outputs are made from the data alone and know no other time.
func created(ds *pipeline.Dataset) string {
	var newest time.Time
	for _, e := range ds.Editions {
		for _, t := range []time.Time{e.Document.Retrieved, e.Document.Dated} {
			if t.After(newest) {
				newest = t
			}
		}
	}
	if newest.IsZero() {
		return ""
	}
	return newest.UTC().Format(time.RFC3339)
}

// sources names each document the figures come from, with its version.
func sources(ds *pipeline.Dataset) []sourceDesc {
	var list []sourceDesc
	for _, e := range ds.Editions {
		s := sourceDesc{Title: e.Title}
		if s.Title == "" {
			s.Title = fmt.Sprintf("%d CyberTipline Reports by ESP", e.Year)
		}
		address := e.Document.Address()
		if e.Source != "" {
			s.Title += " (transcribed by a third party)"
			address = e.Source
		}
		if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
			s.Path = address
		} else if address != "" {
			s.Title += ": " + address
		}
		if e.Document.SHA256 != "" {
			s.Version = "sha256:" + e.Document.SHA256
		}
		list = append(list, s)
	}
	return list
}
