package registry

import (
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

// file is one CSV file of a registry: one fact a row.
type file struct {
	name string
	// columns in the order of the shipped files. A trailing "?" marks one that
	// a file may leave out.
	columns []string
	needed  bool // a whole registry must have it; a user's layer never must
	load    func(*loader, row)
}

// fileTypes are read in this order: ids before what refers to them.
var fileTypes = []file{
	{"categories.csv", []string{"id", "name", "definition"}, false, (*loader).loadCategory},
	{"platforms.csv", []string{"id", "name", "kind", "category?", "note?", "source", "domains?", "rows?"}, true, (*loader).loadPlatform},
	{"companies.csv", []string{"id", "name", "source", "aliases?"}, true, (*loader).loadCompany},
	{"aliases.csv", []string{"printed_name", "platform_id", "note?", "source"}, true, (*loader).loadAlias},
	{"short_names.csv", []string{"name", "platform_id", "source"}, false, (*loader).loadShortName},
	{"owners.csv", []string{"platform_id", "company_id", "from?", "to?", "source"}, true, (*loader).loadOwner},
	{"breaks.csv", []string{"id", "who", "from", "to", "kind", "description", "source", "forbids", "measures?"}, true, (*loader).loadBreak},
	{"combined.csv", []string{"year", "platform_id", "member_id", "source"}, true, (*loader).loadCombined},
	{"counted.csv", []string{"id", "name", "aliases?", "platform_id?", "from", "to", "note?", "source"}, false, (*loader).loadCounted},
	{"own_counts.csv", []string{"platforms", "from", "to", "reports", "unit", "covers?", "rounded?", "second_hand?", "title", "published?", "source"}, false, (*loader).loadOwnCount},
	{"groups.csv", []string{"id", "name", "members", "source?"}, false, (*loader).loadGroup},
	{"notes.csv", []string{"who", "year?", "text", "source?"}, false, (*loader).loadRemark},
}

// Load reads and checks a whole registry; tests pass fstest.MapFS. The error
// joins every fault found, each with file, line and what is wrong.
func Load(fsys fs.FS) (*Registry, error) { return load(layer{fsys, false}) }

// LoadLayer reads the user's own files over the shipped registry and checks
// both together. Any subset of the files may be there. A row replaces the
// shipped one of the same id or printed name; the owners given for a platform
// replace all that are shipped for it. What comes from the layer has User set.
// The error joins every fault found, each with file, line and what is wrong.
func LoadLayer(user fs.FS) (*Registry, error) {
	shipped, err := fs.Sub(data, "data")
	if err != nil {
		return nil, err
	}
	return load(layer{shipped, false}, layer{user, true})
}

type layer struct {
	fsys fs.FS
	user bool
}

func load(layers ...layer) (*Registry, error) {
	l := &loader{
		layered: len(layers) > 1, sources: map[string]error{}, replaced: map[string]bool{},
		domains: map[string][]string{}, rowYears: map[string][2]int{}, called: map[string][]string{},
	}
	for _, f := range fileTypes {
		for _, layer := range layers {
			l.read(layer, f)
		}
	}
	l.dropReplacedOwners()
	l.checkIDs()
	l.checkNames()
	l.checkOwners()
	l.checkAlone()
	l.checkOwnCounts()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	l.ensureOther()
	return l.registry(), nil
}

// place says where a fact was read.
type place struct {
	file string
	line int
	user bool
	of   string // " of the shipped registry" where a user's layer is loaded over it
}

func (p place) String() string { return fmt.Sprintf("%s%s, line %d", p.file, p.of, p.line) }

// row is a row of a file while it is loaded: cell is used again for the next.
type row struct {
	place
	cell map[string]string
}

// list returns the parts of a cell that are separated by semicolons.
func (r row) list(column string) []string {
	var parts []string
	for _, p := range strings.Split(r.cell[column], ";") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// table holds the rows of a file with their places.
type table[T any] struct {
	rows  []T
	at    []place
	index map[string]int // by key, for files whose rows have one
}

// add appends a row under a key, or replaces the shipped one of the key by the
// user's. what names the key in a fault. A key of "" is no key.
func (t *table[T]) add(l *loader, r row, what, key string, v T) {
	if i, ok := t.index[key]; ok && key != "" {
		if t.at[i].user == r.user {
			l.fault(r.place, "%s %q is already on line %d", what, key, t.at[i].line)
			return
		}
		t.rows[i], t.at[i] = v, r.place
		return
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	if key != "" {
		t.index[key] = len(t.rows)
	}
	t.rows, t.at = append(t.rows, v), append(t.at, r.place)
}

func (t *table[T]) has(key string) bool { _, ok := t.index[key]; return ok }

type loader struct {
	layered bool
	faults  []error

	categories table[pipeline.Category]
	platforms  table[pipeline.Platform]
	domains    map[string][]string // by platform id
	rowYears   map[string][2]int   // by platform id
	companies  table[pipeline.Company]
	called     map[string][]string // further names, by company id
	aliases    table[Alias]
	short      table[Alias]
	owners     table[pipeline.Ownership]
	breaks     table[pipeline.Break]
	members    table[member]
	counted    table[pipeline.Counted]
	ownCounts  table[pipeline.OwnCount]
	groups     table[pipeline.Group]
	remarks    table[pipeline.Remark]

	replaced map[string]bool  // platforms whose owners the user gives
	sources  map[string]error // what is wrong with each source; many rows share one
}

type member struct {
	year             int
	platform, member string
	source           string
}

func (l *loader) fault(at place, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

// read hands the rows of a file to its load function, with the header checked.
func (l *loader) read(layer layer, f file) {
	in, err := layer.fsys.Open(f.name)
	if err != nil {
		if f.needed && !layer.user || !errors.Is(err, fs.ErrNotExist) {
			l.faults = append(l.faults, fmt.Errorf("registry: %w", err))
		}
		return
	}
	defer in.Close()
	at := place{file: f.name, line: 1, user: layer.user}
	if l.layered && !layer.user {
		at.of = " of the shipped registry"
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.Comment = '#' // the examples of a template
	var header []string
	for {
		rec, err := r.Read()
		if err == io.EOF {
			if header == nil {
				l.fault(at, "no header; want %s", f.header())
			}
			return
		}
		if err != nil {
			l.faults = append(l.faults, fmt.Errorf("%s: %w", f.name, err))
			return
		}
		at.line, _ = r.FieldPos(0)
		if header == nil {
			rec[0] = strings.TrimPrefix(rec[0], "\ufeff") // spreadsheets write it
			if header = rec; !l.checkHeader(at, f, header) {
				return
			}
			continue
		}
		l.readRow(at, f, header, rec)
	}
}

func (l *loader) readRow(at place, f file, header, rec []string) {
	if len(rec) != len(header) {
		l.fault(at, "%d cells; want %d (%s)", len(rec), len(header), strings.Join(header, ","))
		return
	}
	cells := make(map[string]string, len(header))
	for i, name := range header {
		if !utf8.ValidString(rec[i]) {
			l.fault(at, "%s is not UTF-8", name)
		}
		if rec[i] != strings.TrimSpace(rec[i]) {
			l.fault(at, "%s %q begins or ends with a space", name, rec[i])
		}
		cells[name] = rec[i]
	}
	source := cells["source"]
	if slices.Contains(f.columns, "source") || source != "" {
		err, known := l.sources[source]
		if !known {
			err = checkSource(source)
			l.sources[source] = err
		}
		if err != nil {
			l.fault(at, "%v", err)
		}
	}
	f.load(l, row{at, cells})
}

// header is the first line of the file.
func (f file) header() string { return strings.ReplaceAll(strings.Join(f.columns, ","), "?", "") }

// checkHeader reports whether a header has every column that is needed, none
// twice and none that is unknown.
func (l *loader) checkHeader(at place, f file, header []string) bool {
	ok := true
	for i, name := range header {
		known := slices.ContainsFunc(f.columns, func(c string) bool { return strings.TrimSuffix(c, "?") == name })
		ok = ok && known && !slices.Contains(header[:i], name)
	}
	for _, c := range f.columns {
		ok = ok && (strings.HasSuffix(c, "?") || slices.Contains(header, c))
	}
	if !ok {
		l.fault(at, "header %q; want %s", strings.Join(header, ","), f.header())
	}
	return ok
}

// registry builds the result of a load without faults.
func (l *loader) registry() *Registry {
	reg := &Registry{
		Platforms: l.platforms.rows, Aliases: l.aliases.rows, Companies: l.companies.rows, Owners: l.owners.rows,
		Breaks: l.breaks.rows, Combined: l.combined(), Categories: l.categories.rows, Counted: l.counted.rows,
		ShortNames: l.short.rows, OwnCounts: l.ownCounts.rows, Groups: l.groups.rows, Remarks: l.remarks.rows,
		Domains: l.domains, RowYears: l.rowYears, Called: l.called,
		platform: l.platforms.index, company: l.companies.index, owned: map[string][]int{},
	}
	for i, o := range reg.Owners {
		reg.owned[o.Platform] = append(reg.owned[o.Platform], i)
	}
	return reg
}
