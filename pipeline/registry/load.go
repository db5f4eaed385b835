package registry

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"espfigures/pipeline"
)

// Load reads and checks a whole registry; tests pass fstest.MapFS. The error
// joins every fault found, each with file, line and what is wrong.
func Load(fsys fs.FS) (*Registry, error) { return load(layer{fsys, false}) }

// LoadLayer reads the user's own files over the shipped registry and checks
// both together. Any subset of the files may be there. A row replaces the
// shipped one of the same id or printed name; the owners given for a platform
// replace all that are shipped for it. What comes from the layer has User set.
func LoadLayer(user fs.FS) (*Registry, error) {
	return load(layer{shippedFiles(), false}, layer{user, true})
}

// Site returns what the shipped registry knows of NCMEC's web site.
func Site() (pipeline.Site, error) { return loadSite(shippedFiles()) }

func loadSite(fsys fs.FS) (pipeline.Site, error) {
	l := read("site", layer{fsys, false})
	return l.site, errors.Join(l.faults...)
}

type layer struct {
	fsys fs.FS
	user bool
}

func load(layers ...layer) (*Registry, error) {
	l := read("registry", layers...)
	l.dropReplacedOwners()
	l.checkIDs()
	l.checkNames()
	l.checkPeriods()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	if id := pipeline.OtherCategory; !l.categories.has(id) {
		other := pipeline.Category{ID: id, Name: "Other", Definition: "Everything that no other category covers."}
		l.categories.rows = append(l.categories.rows, located[pipeline.Category]{fact: other})
	}
	return &Registry{
		Platforms: l.platforms.facts(), Aliases: l.aliases.facts(), Companies: l.companies.facts(), Owners: l.owners.facts(),
		Breaks: l.breaks.facts(), Combined: l.combined(), ShortNames: l.short.facts(), Categories: l.categories.facts(),
		Counted: l.counted.facts(), OwnCounts: l.ownCounts.facts(), Groups: l.groups.facts(), Remarks: l.remarks.facts(),
		platform: l.platforms.index, company: l.companies.index,
	}, nil
}

// place says where a fact was read.
type place struct {
	file string
	line int
	user bool
	of   string // " of the shipped registry" where a user's layer is loaded over it
}

func (p place) String() string { return fmt.Sprintf("%s%s, line %d", p.file, p.of, p.line) }

// row is a row of a file while it is loaded.
type row struct {
	place
	file
	cell map[string]string
}

// list returns the parts of a cell that are separated by semicolons.
func (r row) list(column string) (parts []string) {
	for _, p := range strings.Split(r.cell[column], ";") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// table holds the facts of a file with their places.
type table[T any] struct {
	rows  []located[T]
	index map[string]int // by key, for files whose rows have one
}

type located[T any] struct {
	place
	fact T
}

// add appends a fact, or replaces the shipped one of the same key by the user's.
func (t *table[T]) add(l *loader, r row, fact T) {
	if t.index == nil {
		t.index = map[string]int{}
	}
	key := r.cell[r.key]
	i, ok := t.index[key]
	switch {
	case ok && t.rows[i].user == r.user:
		l.fault(r.place, "%s %q is already on line %d", r.noun, key, t.rows[i].line)
		return
	case ok:
		t.rows[i] = located[T]{r.place, fact}
		return
	case key != "":
		t.index[key] = len(t.rows)
	}
	t.rows = append(t.rows, located[T]{r.place, fact})
}

func (t *table[T]) has(key string) bool { _, ok := t.index[key]; return ok }

func (t *table[T]) facts() (list []T) {
	for _, r := range t.rows {
		list = append(list, r.fact)
	}
	return list
}

type loader struct {
	faults []error

	categories table[pipeline.Category]
	platforms  table[Platform]
	companies  table[Company]
	aliases    table[Alias]
	short      table[pipeline.ShortName]
	owners     table[pipeline.Ownership]
	breaks     table[pipeline.Break]
	members    table[member]
	counted    table[pipeline.Counted]
	ownCounts  table[pipeline.OwnCount]
	groups     table[pipeline.Group]
	remarks    table[pipeline.Remark]
	site       pipeline.Site

	load    map[string]func(row) // by file
	sources map[string]bool      // whether a source is one; many rows share it
}

func (l *loader) fault(at place, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

// read reads the files of the registry or of the site, of all layers.
func read(of string, layers ...layer) *loader {
	l := &loader{sources: map[string]bool{}}
	l.load = l.loads()
	for _, f := range files(of) {
		for _, in := range layers {
			at := place{file: f.name, line: 1, user: in.user}
			if len(layers) > 1 && !in.user {
				at.of = " of the shipped registry"
			}
			body, err := in.fsys.Open(f.name)
			if err == nil {
				l.readFile(body, f, at)
				body.Close()
			} else if f.needed && !in.user || !errors.Is(err, fs.ErrNotExist) {
				l.faults = append(l.faults, fmt.Errorf("registry: %w", err))
			}
		}
	}
	return l
}

// readFile hands the rows of a file to its load function, with the header checked.
func (l *loader) readFile(in io.Reader, f file, at place) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.Comment = '#' // the examples of a template
	header, err := r.Read()
	switch {
	case err == io.EOF:
		l.fault(at, "no header; want %s", f.header)
		return
	case err == nil:
		header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets write it
		if !f.accepts(header) {
			l.fault(at, "header %q; want %s", strings.Join(header, ","), f.header)
			return
		}
	}
	for err == nil {
		var rec []string
		if rec, err = r.Read(); err == nil {
			at.line, _ = r.FieldPos(0)
			l.readRow(at, f, header, rec)
		}
	}
	if err != io.EOF {
		l.faults = append(l.faults, fmt.Errorf("%s: %w", f.name, err))
	}
}

// accepts reports whether a header has every column that is needed, none twice
// and none that is unknown.
func (f file) accepts(header []string) bool {
	known := 0
	for _, c := range f.columns {
		if slices.Contains(header, c.name) {
			known++
		} else if !c.optional {
			return false
		}
	}
	return known == len(header)
}

func (l *loader) readRow(at place, f file, header, rec []string) {
	if len(rec) != len(header) {
		l.fault(at, "%d cells; want %d (%s)", len(rec), len(header), strings.Join(header, ","))
		return
	}
	r := row{at, f, make(map[string]string, len(header))}
	for i, name := range header {
		if !utf8.ValidString(rec[i]) {
			l.fault(at, "%s is not UTF-8", name)
		}
		if rec[i] != strings.TrimSpace(rec[i]) {
			l.fault(at, "%s %q begins or ends with a space", name, rec[i])
		}
		r.cell[name] = rec[i]
	}
	for _, c := range f.columns {
		l.checkCell(r, c)
	}
	if from, to := r.cell["from"], r.cell["to"]; to != "" && from > to {
		l.fault(at, "%s runs from %s back to %s", f.noun, from, to)
	}
	l.load[f.name](r)
}

// combined groups the likely members of combined rows by year and platform.
func (l *loader) combined() (list []pipeline.CombinedRow) {
	members := l.members.facts()
	slices.SortStableFunc(members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Member, b.Member))
	})
	for _, m := range members {
		n := len(list)
		if n == 0 || list[n-1].Year != m.Year || list[n-1].Platform != m.Platform {
			list = append(list, pipeline.CombinedRow{Year: m.Year, Platform: m.Platform})
			n++
		}
		c := &list[n-1]
		c.Members = append(c.Members, m.Member)
		for _, s := range strings.Split(m.Source, " ; ") {
			if !slices.Contains(strings.Split(c.Source, " ; "), s) {
				c.Source = strings.TrimPrefix(c.Source+" ; "+s, " ; ")
			}
		}
	}
	return list
}
