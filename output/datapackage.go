package output

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
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

const packageName = "espfigures"

//go:embed about.json
var aboutFile []byte

// about is what datapackage.json says of every set: title, rights, contributors.
func about() (o object) {
	if err := json.Unmarshal(aboutFile, &o); err != nil {
		panic(err) // the file is part of the program
	}
	return o
}

// A writtenFile is an output as it is on disk.
type writtenFile struct {
	File
	size   int64
	sha256 string // lower-case hex
	same   bool   // as the file that it replaces
}

// object is a JSON object; its keys are written in alphabetical order.
type object = map[string]any

// dataPackage returns datapackage.json for exactly these files, as Data Package
// v2 describes it. profile is what readers of v1 look for; they read the rest
// as well.
func dataPackage(m *compare.Model, files []writtenFile) ([]byte, error) {
	var present []tables.Table
	for _, f := range files {
		if f.Media == csvMedia {
			present = append(present, *f.Table)
		}
	}
	var resources []object
	for _, f := range files {
		if f.part && resources[len(resources)-1]["hashes"] != nil {
			r := resources[len(resources)-1]
			r["path"], r["hashes"], r["bytes"] = append(r["path"].([]string), f.Path), append(r["hashes"].([]string), "sha256:"+f.sha256), r["bytes"].(int64)+f.size
			continue
		}
		resources = append(resources, describe(f, present))
	}
	p := about()
	p["version"], p["created"], p["data_version"], p["selection"] = SchemaVersion, created(m.Data), m.Data.Version(), isSelection(m.Data)
	p["sources"], p["resources"] = sources(m.Data), resources
	return Encode(withoutBlanks(p))
}

// Encode writes JSON for people too: indented, and signs as they are.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// withoutBlanks takes out what has no value.
func withoutBlanks(o object) object {
	for k, v := range o {
		r := reflect.ValueOf(v)
		if r.IsZero() || (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0 {
			delete(o, k)
		}
	}
	return o
}

func describe(f writtenFile, present []tables.Table) object {
	r := object{"profile": "data-resource", "name": resourceName(f.Path), "title": f.Title, "description": f.About, "path": f.Path,
		"format": f.format(), "mediatype": f.Media, "bytes": f.size, "hash": "sha256:" + f.sha256}
	if f.part {
		r["name"], r["path"], r["hash"], r["hashes"] = "figures-by-year-parquet", []string{f.Path}, "", []string{"sha256:" + f.sha256}
	}
	if f.Table != nil {
		r["type"], r["schema"] = "table", schema(f.Table, present)
	}
	if f.Media == csvMedia {
		r["profile"], r["encoding"] = "tabular-data-resource", "utf-8"
		r["dialect"] = object{"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": `"`, "doubleQuote": true, "header": true}
	}
	if f.sheets != nil {
		r["sheets"] = f.sheets()
	}
	return withoutBlanks(r)
}

// schema returns the Table Schema. A key is claimed only where it holds, and a
// foreign key only where the table it leads to is in the package.
func schema(t *tables.Table, present []tables.Table) object {
	var fields, foreign []object
	for _, f := range t.Fields {
		var values []string
		var categories []object
		for _, v := range f.Enum {
			values = append(values, v.Value)
			categories = append(categories, object{"value": v.Value, "label": cmp.Or(v.Meaning, v.Value)})
		}
		fields = append(fields, withoutBlanks(object{"name": f.Name, "type": f.Kind, "title": fieldTitle(f.Name), "description": f.About, "unit": f.Unit,
			"categories": categories, "constraints": withoutBlanks(object{"required": f.Required, "pattern": f.Pattern, "enum": values})}))
	}
	for _, r := range t.Refs {
		if !slices.ContainsFunc(present, func(p tables.Table) bool { return p.Name == r.Table }) {
			continue
		}
		foreign = append(foreign, object{"fields": []string{r.Field}, "reference": object{"resource": r.Table, "fields": []string{r.To}}})
	}
	s := object{"fields": fields, "missingValues": []string{""}, "foreignKeys": foreign}
	if key := t.Key; key != nil && t.KeyRequired() {
		s["primaryKey"] = key
	} else if key != nil {
		s["uniqueKeys"] = [][]string{key} // as a primary key, with blanks
	}
	return withoutBlanks(s)
}

// fieldTitle makes a title of a column's name: "share_percent" is "Share percent".
func fieldTitle(name string) string {
	s := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// descriptor is what a later run reads of datapackage.json.
type descriptor struct {
	Name      string `json:"name"`
	Selection bool   `json:"selection"`
	Resources []struct {
		Path   any      `json:"path"` // a path, or several of one partitioned table
		Hash   string   `json:"hash"`
		Hashes []string `json:"hashes"` // of the files of a partitioned table, in the order of path
	} `json:"resources"`

	sha   string            // of datapackage.json itself
	files map[string]string // every file that it names, with its SHA-256 in hex
}

// packageIn reads a folder's datapackage.json and refuses one that another
// program wrote or that names files outside the folder.
func packageIn(dir string) (d descriptor, err error) {
	file := filepath.Join(dir, packageFile)
	b, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d); err != nil || d.Name != packageName {
		return d, fmt.Errorf("%s: %w", file, ErrForeign)
	}
	d.sha, d.files = fmt.Sprintf("%x", sha256.Sum256(b)), map[string]string{}
	for _, r := range d.Resources {
		paths, hashes := []any{r.Path}, []string{r.Hash}
		if several, ok := r.Path.([]any); ok {
			paths, hashes = several, append(r.Hashes, make([]string, len(several))...)
		}
		for i, p := range paths {
			name := fmt.Sprint(p)
			if !fs.ValidPath(name) || strings.ContainsAny(name, `\:`) {
				return d, fmt.Errorf("%s lists %q: %w", file, name, ErrForeign)
			}
			d.files[name] = strings.TrimPrefix(hashes[i], "sha256:")
		}
	}
	return d, nil
}

// Whole returns the hash of a folder's datapackage.json, and whether every file
// it lists is there with the bytes it was written with.
func Whole(dir string) (sha string, whole bool) {
	d, err := packageIn(dir)
	for file, want := range d.files {
		if !hashIs(filepath.Join(dir, filepath.FromSlash(file)), want) {
			return "", false
		}
	}
	return d.sha, err == nil
}

// IsSelection reports whether the outputs in a folder hold some of the
// platforms only, as datapackage.json says.
func IsSelection(dir string) bool {
	d, err := packageIn(dir)
	return err == nil && d.Selection
}

func isSelection(ds *pipeline.Dataset) bool {
	return slices.ContainsFunc(ds.Findings, func(f pipeline.Finding) bool { return f.Code == pipeline.Selection })
}

// created is the moment the newest of the documents was fetched or made: the
// outputs are made from the data alone and know no other time.
func created(ds *pipeline.Dataset) string {
	var newest time.Time
	for _, e := range ds.Editions {
		newest = slices.MaxFunc([]time.Time{newest, e.Document.Retrieved, e.Document.Dated}, time.Time.Compare)
	}
	return tables.Cell(newest)
}

// sources names each document the figures come from, with its version.
func sources(ds *pipeline.Dataset) (list []object) {
	for _, e := range ds.Editions {
		title := cmp.Or(e.Title, fmt.Sprintf("%d CyberTipline Reports by ESP", e.Year))
		if e.Source != "" {
			title += " (transcribed by a third party)"
		}
		address, version := cmp.Or(e.Source, e.Document.Address()), ""
		if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") && address != "" {
			title, address = title+": "+address, ""
		}
		if e.Document.SHA256 != "" {
			version = "sha256:" + e.Document.SHA256
		}
		list = append(list, withoutBlanks(object{"title": title, "path": address, "version": version}))
	}
	return list
}
