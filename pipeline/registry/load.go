package registry

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"espfigures/pipeline"
)

// file is one CSV file of a registry: one fact a row.
type file struct {
	name string
	noun string // what a row is called in a fault
	key  string // the column that no two rows share; "" for none
	// columns in the order of the shipped files: a name, "?" where the column or
	// its cell may be left out, and after ":" the check (see checks) that a cell,
	// or with "*" each part of one between semicolons, has to pass.
	columns string
	needed  bool // a whole registry must have it; a user's layer never must
	load    func(*loader, row)
}

// fileTypes are read in this order: ids before what refers to them.
var fileTypes = []file{
	{"categories.csv", "category", "id", "id:id name:text definition:text", false, (*loader).loadCategory},
	{"platforms.csv", "platform", "id", "id:platform-id name:text kind:kind category?:category note? source:source domains? rows?:years", true, (*loader).loadPlatform},
	{"companies.csv", "company", "id", "id:id name:text source:source aliases?", true, (*loader).loadCompany},
	{"aliases.csv", "printed name", "printed_name", "printed_name:printed platform_id:platform note? source:source", true, (*loader).loadAlias},
	{"short_names.csv", "short name", "name", "name:text platform_id:platform source:source", false, (*loader).loadShortName},
	{"owners.csv", "ownership", "", "platform_id:platform company_id:owner from?:day to?:day source:source", true, (*loader).loadOwner},
	{"breaks.csv", "break", "id", "id:id who:reporter from:year to:year kind:id description:text source:source forbids:forbids measures?:*measure", true, (*loader).loadBreak},
	{"combined.csv", "member", "", "year:year platform_id:platform member_id:platform source:source", true, (*loader).loadCombined},
	{"counted.csv", "service", "id", "id:id name:text aliases? platform_id?:platform from:year to:year note? source:source", false, (*loader).loadCounted},
	{"own_counts.csv", "own count", "", "platforms:*platform from:day to:day reports:count unit:reports covers? differs? rounded?:yes second_hand?:yes title:text published?:month source:source", false, (*loader).loadOwnCount},
	{"groups.csv", "group", "id", "id:id name:text members:*platform source?:source", false, (*loader).loadGroup},
	{"notes.csv", "note", "", "who:series year?:year text:text source?:source", false, (*loader).loadRemark},
}

// column is one of the columns of a file.
type column struct {
	name, check    string
	optional, list bool
}

func (f file) cols() (list []column) {
	for _, spec := range strings.Fields(f.columns) {
		var c column
		c.name, c.check, _ = strings.Cut(spec, ":")
		c.name, c.optional = strings.CutSuffix(c.name, "?")
		c.check, c.list = strings.CutPrefix(c.check, "*")
		list = append(list, c)
	}
	return list
}

// header is the first line of the file.
func (f file) header() string {
	var names []string
	for _, c := range f.cols() {
		names = append(names, c.name)
	}
	return strings.Join(names, ",")
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
	l := newLoader()
	l.layered = len(layers) > 1
	for _, f := range fileTypes {
		for _, layer := range layers {
			l.read(layer, f)
		}
	}
	l.dropReplacedOwners()
	l.checkIDs()
	l.checkNames()
	l.checkAlone()
	overlaps(l, l.owners, func(a, b pipeline.Ownership) bool {
		return a.Platform == b.Platform && (a.To == "" || b.From <= a.To) && (b.To == "" || a.From <= b.To)
	}, func(o pipeline.Ownership) string {
		return fmt.Sprintf("ownership of %q by %q (%s)", o.Platform, o.Company, spanText(o.From, o.To))
	})
	overlaps(l, l.ownCounts, func(a, b pipeline.OwnCount) bool {
		return slices.Equal(a.Platforms, b.Platforms) && a.From <= b.To && b.From <= a.To
	}, func(c pipeline.OwnCount) string {
		return fmt.Sprintf("own count of %s from %s", strings.Join(c.Platforms, ";"), spanText(c.From, c.To))
	})
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
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

// number returns the number of a cell that was checked, 0 for an empty one.
func (r row) number(column string) int {
	n, _ := strconv.Atoi(r.cell[column])
	return n
}

// table holds the rows of a file with their places.
type table[T any] struct {
	rows  []T
	at    []place
	index map[string]int // by key, for files whose rows have one
}

// add appends a row, or replaces the shipped one of the same key by the user's.
func (t *table[T]) add(l *loader, r row, v T) {
	key := r.cell[r.key]
	if i, ok := t.index[key]; ok && key != "" {
		if t.at[i].user == r.user {
			l.fault(r.place, "%s %q is already on line %d", r.noun, key, t.at[i].line)
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
	site       pipeline.Site

	replaced map[string]bool   // platforms whose owners the user gives
	sources  map[string]string // what is wrong with each source; many rows share one
}

func newLoader() *loader {
	return &loader{
		domains: map[string][]string{}, rowYears: map[string][2]int{}, called: map[string][]string{},
		replaced: map[string]bool{}, sources: map[string]string{},
	}
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
			if header = rec; !f.accepts(header) {
				l.fault(at, "header %q; want %s", strings.Join(header, ","), f.header())
				return
			}
			continue
		}
		l.readRow(at, f, header, rec)
	}
}

// accepts reports whether a header has every column that is needed, none twice
// and none that is unknown.
func (f file) accepts(header []string) bool {
	known := 0
	for _, c := range f.cols() {
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
	for _, c := range f.cols() {
		l.checkCell(r, c)
	}
	if from, to := r.cell["from"], r.cell["to"]; to != "" && from > to {
		l.fault(at, "%s runs from %s back to %s", f.noun, from, to)
	}
	f.load(l, r)
}

func (l *loader) checkCell(r row, c column) {
	label, values := strings.TrimSuffix(c.name, "_id"), []string{r.cell[c.name]}
	if c.list {
		label, values = strings.TrimSuffix(label, "s"), r.list(c.name)
	}
	if c.optional && r.cell[c.name] == "" || c.check == "" {
		return
	}
	if len(values) == 0 {
		l.fault(r.place, "no %s", c.name)
	}
	for _, v := range values {
		if wrong := checks[c.check](l, v); wrong != "" {
			l.fault(r.place, "%s %q %s", label, v, wrong)
		}
	}
}

// registry builds the result of a load without faults.
func (l *loader) registry() *Registry {
	if id := pipeline.OtherCategory; !l.categories.has(id) {
		l.categories.rows = append(l.categories.rows, pipeline.Category{ID: id, Name: "Other", Definition: "Everything that no other category covers."})
	}
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
