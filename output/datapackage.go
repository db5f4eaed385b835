package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"espfigures/pipeline"
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
	"A blank is not zero: the provider may have reported nothing, or stand inside another row. " +
	"Rows of 2019 and 2020 marked c combine related platforms, so that across 2020 and 2021 only companies compare. " +
	"In CSV files a text that a spreadsheet would run as a formula begins with an apostrophe that is not part of it. " + rightsNote

// A writtenFile is an output as it lies on disk.
type writtenFile struct {
	Output
	size   int64
	sha256 string // lower-case hex
}

// The descriptor follows Data Package v2. profile is what readers of v1 look
// for; they read the rest as well.
type descriptor struct {
	Schema      string       `json:"$schema"`
	Profile     string       `json:"profile"`
	Name        string       `json:"name"`
	Title       string       `json:"title"`
	Description string       `json:"description"`
	Version     string       `json:"version"`
	Keywords    []string     `json:"keywords"`
	Rights      string       `json:"rights"`
	Selection   bool         `json:"selection,omitempty"` // not of Data Package: the outputs hold some of the platforms only
	Sources     []sourceDesc `json:"sources,omitempty"`
	Resources   []resource   `json:"resources"`
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
	Path        string       `json:"path"`
	Format      string       `json:"format"`
	Mediatype   string       `json:"mediatype,omitempty"`
	Encoding    string       `json:"encoding,omitempty"`
	Bytes       int64        `json:"bytes"`
	Hash        string       `json:"hash"`
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
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Description string       `json:"description"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Minimum  *int     `json:"minimum,omitempty"`
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
func dataPackage(ds *pipeline.Dataset, files []writtenFile) ([]byte, error) {
	d := descriptor{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Profile: "data-package",
		Name: packageName, Title: packageTitle, Description: packageAbout, Version: SchemaVersion, Rights: rightsNote,
		Keywords:  []string{"CyberTipline", "NCMEC", "electronic service provider", "transparency"},
		Sources:   sources(ds),
		Selection: slices.ContainsFunc(ds.Findings, func(f pipeline.Finding) bool { return f.Code == pipeline.Selection }),
	}
	present := map[string]bool{}
	for _, f := range files {
		if f.Media == "text/csv" {
			present[f.csvTable.name] = true
		}
	}
	for _, f := range files {
		r := resource{
			Profile: "data-resource", Name: resourceName(f.File), Title: f.Title, Description: f.About, Path: f.File,
			Format: strings.TrimPrefix(path.Ext(f.File), "."), Mediatype: f.Media, Bytes: f.size, Hash: "sha256:" + f.sha256,
		}
		if f.csvTable != nil {
			schema, err := f.csvTable.schema(ds, present)
			if err != nil {
				return nil, err
			}
			r.Type, r.Schema = "table", schema
		}
		if f.Media == "text/csv" {
			r.Profile, r.Encoding = "tabular-data-resource", "utf-8"
			r.Dialect = &dialect{Delimiter: ",", LineTerminator: "\r\n", QuoteChar: `"`, DoubleQuote: true, Header: true}
		}
		d.Resources = append(d.Resources, r)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(d)
	return b.Bytes(), err
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
func (t *csvTable) schema(ds *pipeline.Dataset, present map[string]bool) (*tableSchema, error) {
	s := &tableSchema{MissingValues: []string{""}}
	zero := 0
	for _, f := range t.columns(ds) {
		d := fieldDesc{Name: f.name, Type: f.kind, Description: f.about}
		c := constraints{Required: f.required, Pattern: f.pattern, Enum: f.enum}
		if f.count {
			c.Minimum = &zero
		}
		if c.Required || c.Pattern != "" || c.Enum != nil || c.Minimum != nil {
			d.Constraints = &c
		}
		s.Fields = append(s.Fields, d)
	}
	unique, err := t.unique(ds)
	if err != nil {
		return nil, err
	}
	if unique {
		s.PrimaryKey = t.key
	}
	for _, f := range t.foreign {
		if !present[f.csvTable] {
			continue
		}
		d := foreignKeyDesc{Fields: []string{f.field}}
		d.Reference.Resource, d.Reference.Fields = f.csvTable, []string{f.to}
		s.ForeignKeys = append(s.ForeignKeys, d)
	}
	return s, nil
}

// unique reports whether the table's key tells all its rows apart. An edition
// that prints one name twice breaks the key of figures.csv, and the schema
// must not claim otherwise. Rows are told apart by a hash, which keeps the
// memory low; two rows that share one by chance only cost the claim.
func (t *csvTable) unique(ds *pipeline.Dataset) (bool, error) {
	if t.key == nil {
		return false, nil
	}
	var at []int
	columns := t.columns(ds)
	keys := columnsThat(columns, func(f field) bool { return slices.Contains(t.key, f.name) })
	for i := range columns {
		if keys.has(i) {
			at = append(at, i)
		}
	}
	var rows []uint64
	err := t.rows(ds, keys, func(row []string) error {
		h := uint64(14695981039346656037) // FNV-1a
		for _, i := range at {
			for _, b := range []byte(row[i]) {
				h = (h ^ uint64(b)) * 1099511628211
			}
			h = (h ^ 0xff) * 1099511628211 // no byte of a text
		}
		rows = append(rows, h)
		return nil
	})
	slices.Sort(rows)
	return len(slices.Compact(rows)) == len(rows), err
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

// resourceName makes a name as Data Package wants it: lower-case letters,
// digits and . _ - only. A CSV file is named by its stem, which foreign keys use.
func resourceName(file string) string {
	if stem, ok := strings.CutSuffix(file, ".csv"); ok {
		return stem
	}
	return strings.NewReplacer("/", "-", "=", "-", ".", "-").Replace(file)
}
