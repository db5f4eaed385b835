// Package site writes the outputs as a static site that any web server serves:
//
//	index.html         what is here, how to cite it, every version
//	latest/            the newest outputs
//	v/DATE/            the outputs of each version, by the day it was published
//	platforms.json     the platforms
//	platforms/ID.json  one platform: its series and printed rows, with the newest data
//	feed.xml           an Atom feed of changes between versions
//	datapackage.json   the index for programs: the resources of latest/
//
// In: a folder and a compare.Model. A version, once published, is never changed.
// Publishing what is published already changes no byte. Everything but latest/
// and v/ is made from those two, so that a run that was killed is completed by
// the next one.
package site

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"espfigures/output"
	"espfigures/output/tables"
	"espfigures/pipeline"
	"espfigures/pipeline/compare"
)

// ErrForeign says that the folder has a file of another origin in the place of
// one of the site's.
var ErrForeign = errors.New("not written by espfigures; choose an empty folder or one that publish made")

// Options are what a user may ask.
type Options struct {
	Today   time.Time // names a new version
	Address string    // of the site, such as https://example.org/esp/; "" makes links relative
	Outputs output.Options
}

// Published says what Publish did.
type Published struct {
	Version string   // the newest version, such as 2026-11-26
	New     bool     // it was added by this run
	Changed []string // files outside v/ that are new or have other bytes
}

const siteName = "espfigures-site"

// Publish writes the model's outputs to the site in the folder, which it makes
// if needed.
func Publish(dir string, m *compare.Model, opt Options) (p Published, err error) {
	s := site{dir: dir, m: m, tables: tables.All(m), opt: opt}
	if err := s.checkOwn(); err != nil {
		return p, err
	}
	latest, err := output.WriteSet(s.at("latest"), m, s.tables, opt.Outputs)
	if err != nil {
		return p, err
	}
	for _, f := range append(latest.Changed, latest.Removed...) {
		p.Changed = append(p.Changed, "latest/"+f)
	}
	if p.Version, p.New, err = s.version(); err != nil {
		return p, err
	}
	if s.versions, err = s.readVersions(); err != nil {
		return p, err
	}
	err = s.writePages()
	p.Changed = append(p.Changed, s.changed...)
	return p, err
}

// site is one run of Publish.
type site struct {
	dir      string
	m        *compare.Model
	tables   []tables.Table // of m
	opt      Options
	versions []version // oldest first
	changed  []string
}

// version is one published set of outputs.
type version struct {
	Name    string // of its folder
	Data    string // version of the data
	Changes []change
}

// Moment is when the version was published, as a feed wants it.
func (v version) Moment() string { return v.Name[:10] + "T00:00:00Z" }

func (s *site) at(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// checkOwn refuses a folder where the site's files would replace another's.
// Other files (CNAME, .git) may be there and are left alone.
func (s *site) checkOwn() error {
	var d struct{ Name string }
	if body, err := os.ReadFile(s.at("datapackage.json")); err == nil && json.Unmarshal(body, &d) == nil && d.Name == siteName {
		return nil
	}
	if _, whole := output.Whole(s.at("latest")); whole {
		return nil // of a run that was killed before it wrote the file above
	}
	for _, name := range []string{"datapackage.json", "index.html", "feed.xml", "platforms.json", "platforms", "v", "latest"} {
		if _, err := os.Lstat(s.at(name)); err == nil {
			return fmt.Errorf("%s: %w", s.at(name), ErrForeign)
		}
	}
	return nil
}

var versionName = regexp.MustCompile(`^\d{4}-\d\d-\d\d(-\d+)?$`)

// names returns the published versions, oldest first.
func (s *site) names() ([]string, error) {
	entries, err := os.ReadDir(s.at("v"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var list []string
	for _, e := range entries {
		if e.IsDir() && versionName.MatchString(e.Name()) {
			list = append(list, e.Name())
		}
	}
	slices.SortFunc(list, func(a, b string) int { // those of a day by their number
		return cmp.Or(cmp.Compare(a[:10], b[:10]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	return list, nil
}

// version adds what is in latest/ as a new version, unless it is the newest one.
func (s *site) version() (name string, added bool, err error) {
	names, err := s.names()
	if err != nil {
		return "", false, err
	}
	now, _ := output.Whole(s.at("latest"))
	name = s.opt.Today.UTC().Format(time.DateOnly)
	if n := len(names); n > 0 {
		newest := names[n-1]
		if sha, whole := output.Whole(s.at("v/" + newest)); whole && sha == now {
			return newest, false, nil
		}
		day := max(name, newest[:10])
		name = day
		for n := 2; slices.Contains(names, name); n++ {
			name = fmt.Sprintf("%s-%d", day, n)
		}
	}
	_, err = output.WriteSet(s.at("v/"+name), s.m, s.tables, s.opt.Outputs)
	return name, err == nil, err
}

// readVersions reads what each version says of itself, and what it changed.
func (s *site) readVersions() (list []version, err error) {
	names, err := s.names()
	var before []pipeline.Figure
	for i, name := range names {
		var d struct {
			Data string `json:"data_version"`
		}
		body, err1 := os.ReadFile(s.at("v/" + name + "/datapackage.json"))
		file, err2 := os.ReadFile(s.at("v/" + name + "/figures.csv"))
		figures, err3 := output.ReadFigures(bytes.NewReader(file))
		if err := cmp.Or(err1, err2, json.Unmarshal(body, &d), err3); err != nil {
			return nil, fmt.Errorf("version %s: %w", name, err)
		}
		list = append(list, version{name, d.Data, s.changes(name, before, figures, i == 0)})
		before = figures
	}
	return list, err
}

// write puts a file in its place in one step, and leaves one that has the bytes
// already.
func (s *site) write(name string, body []byte) error {
	if old, err := os.ReadFile(s.at(name)); err == nil && bytes.Equal(old, body) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(s.at(name)), 0o755); err != nil {
		return err
	}
	part := s.at(name + ".part")
	if err := os.WriteFile(part, body, 0o644); err != nil {
		return err
	}
	s.changed = append(s.changed, name)
	return os.Rename(part, s.at(name))
}

// writePages writes everything that is made from latest/ and v/. The file by
// which a later run knows the site comes last.
func (s *site) writePages() error {
	if err := s.writePlatforms(); err != nil {
		return err
	}
	feed, err1 := s.page(feedPage)
	index, err2 := s.page(indexPage)
	described, err3 := s.dataPackage()
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return errors.Join(s.write("feed.xml", feed), s.write("index.html", index), s.write("datapackage.json", described))
}

// pathPattern is the path of a resource; a source has an address.
var pathPattern = regexp.MustCompile(`"path": "([^":]+)"`)

// dataPackage is the descriptor of latest/ with paths from the site's top.
func (s *site) dataPackage() ([]byte, error) {
	body, err := os.ReadFile(s.at("latest/datapackage.json"))
	body = pathPattern.ReplaceAll(body, []byte(`"path": "latest/$1"`))
	return bytes.Replace(body, []byte(`"name": "espfigures"`), []byte(`"name": "`+siteName+`"`), 1), err
}

// writePlatforms writes one file a platform and the list of them, and removes
// those of platforms that are gone.
func (s *site) writePlatforms() error {
	type platform struct {
		ID      string          `json:"id"`
		Name    string          `json:"name"`
		Kind    pipeline.Kind   `json:"kind,omitempty"`
		Company string          `json:"company_id,omitempty"`
		Unit    string          `json:"unit,omitempty"`
		Data    string          `json:"data_version,omitempty"`
		Page    string          `json:"page"`
		Series  json.RawMessage `json:"series,omitempty"`
		Rows    json.RawMessage `json:"rows,omitempty"`
	}
	rows := s.tables[0] // of figures
	at := slices.IndexFunc(rows.Fields, func(f tables.Field) bool { return f.Name == "platform_id" })
	byPlatform := map[any][]tables.Row{}
	for _, r := range rows.Rows {
		byPlatform[r[at]] = append(byPlatform[r[at]], r)
	}
	var list []platform
	files, version := map[string][]byte{}, s.m.Data.Version()
	for _, x := range s.m.Platforms {
		rows.Rows = byPlatform[x.ID]
		var series, printed bytes.Buffer
		err1 := tables.Series("series", s.m, []*compare.Series{x}, s.m.Years).WriteJSON(&series)
		err2 := rows.WriteJSON(&printed)
		name := "platforms/" + x.ID + ".json"
		list = append(list, platform{ID: x.ID, Name: x.Name, Kind: x.Kind, Company: x.Parent, Page: name})
		body, err3 := output.Encode(platform{x.ID, x.Name, x.Kind, x.Parent, "reports", version, "../latest/explorer.html", series.Bytes(), printed.Bytes()})
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		files[name] = body
	}
	body, err := output.Encode(list)
	if err != nil {
		return err
	}
	files["platforms.json"] = body
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := s.write(name, files[name]); err != nil {
			return err
		}
	}
	old, err := filepath.Glob(s.at("platforms/*"))
	for _, file := range old {
		if name := "platforms/" + filepath.Base(file); files[name] == nil {
			s.changed = append(s.changed, name)
			err = errors.Join(err, os.Remove(file))
		}
	}
	return err
}
