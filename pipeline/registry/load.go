package registry

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// Load reads and checks a whole registry; tests pass fstest.MapFS. The error
// joins every fault found, each with file, line and what is wrong.
func Load(fsys fs.FS) (*Registry, error) { return read("registry", layer{fsys, false}).registry() }

// LoadLayer reads the user's own files over the shipped registry and checks
// both together. Any subset of the files may be there. A row replaces the
// shipped one of the same id or printed name; the owners given for a platform
// replace all that are shipped for it. What comes from the layer has User set.
func LoadLayer(user fs.FS) (*Registry, error) {
	l := read("registry", layer{shippedFiles(), false}, layer{user, true})
	tables, _ := fs.Glob(user, "*.[cC][sS][vV]") // the pattern is a valid one
	for _, name := range tables {
		if l.files[name] == nil {
			l.fault(place{file: name, line: 1}, "no file of a registry has this name; registry init writes those that there are")
		}
	}
	return l.registry()
}

// Site returns what the shipped registry knows of NCMEC's web site.
func Site() (site pipeline.Site, err error) {
	l := read("site", layer{shippedFiles(), false})
	for _, r := range l.files["hosts.csv"].rows {
		site.Hosts = append(site.Hosts, r.cell["host"])
	}
	for _, r := range l.files["pages.csv"].rows {
		if r.cell["kind"] == "start" {
			site.Start = append(site.Start, r.cell["address"])
		} else {
			site.Patterns = append(site.Patterns, r.cell["address"])
		}
	}
	for _, r := range l.files["sisters.csv"].rows {
		site.Sisters = append(site.Sisters, pipeline.SisterWord{Word: r.cell["word"], Kind: r.cell["kind"]})
	}
	return site, errors.Join(l.faults...)
}

type layer struct {
	fsys fs.FS
	user bool
}

func (l *loader) registry() (*Registry, error) {
	l.dropReplacedOwners()
	reg := &Registry{}
	l.decode(reg)
	for i := range reg.Platforms {
		reg.Platforms[i].Category = cmp.Or(reg.Platforms[i].Category, pipeline.OtherCategory)
	}
	for _, c := range reg.OwnCounts {
		slices.Sort(c.Platforms)
	}
	l.checkIDs(reg)
	l.checkNames()
	l.checkPeriods(reg)
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return reg, nil
}

// place says where a fact was read.
type place struct {
	file string
	line int
	user bool
	of   string // " of the shipped registry" where a user's layer is loaded over it
}

func (p place) String() string { return fmt.Sprintf("%s%s, line %d", p.file, p.of, p.line) }

// row is a row of a file.
type row struct {
	place
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

// loader holds the files of the registry, or of the site, while they are loaded.
type loader struct {
	files  map[string]*file // by name
	faults []error
}

func (l *loader) fault(at place, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

// read reads and checks the rows of the files, of all layers.
func read(of string, layers ...layer) *loader {
	l := &loader{files: map[string]*file{}}
	for _, f := range files(of) {
		l.files[f.name] = f
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

func (l *loader) readFile(in io.Reader, f *file, at place) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.Comment = '#' // the examples of a template
	header, err := r.Read()
	if err == nil {
		header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets write it
	}
	if (err == nil || err == io.EOF) && !f.accepts(header) {
		l.fault(at, "header %q; want %s", strings.Join(header, ","), f.header)
		return
	}
	for err == nil {
		var cells []string
		if cells, err = r.Read(); err != nil {
			break
		}
		at.line, _ = r.FieldPos(0)
		if len(cells) != len(header) {
			l.fault(at, "%d cells; want %d (%s)", len(cells), len(header), strings.Join(header, ","))
			continue
		}
		row := row{at, map[string]string{}}
		for i, name := range header {
			row.cell[name] = cells[i]
		}
		l.add(f, row)
	}
	if err != io.EOF {
		l.faults = append(l.faults, fmt.Errorf("%s: %w", f.name, err))
	}
}

// accepts reports whether a header has every column that is needed, none twice
// and none that is unknown.
func (f *file) accepts(header []string) bool {
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

// add checks the cells of a row and appends it. A row of the user's replaces the
// shipped one of the same key.
func (l *loader) add(f *file, r row) {
	for _, c := range f.columns {
		l.checkCell(r, c)
	}
	if from, to := r.cell["from"], r.cell["to"]; to != "" && from > to {
		l.fault(r.place, "%s runs from %s back to %s", f.noun, from, to)
	}
	key := r.cell[f.key]
	i, known := f.at[key]
	switch {
	case known && f.rows[i].user == r.user:
		l.fault(r.place, "%s %q is already on line %d", f.noun, key, f.rows[i].line)
	case known:
		f.rows[i] = r
	default:
		if key != "" {
			f.at[key] = len(f.rows)
		}
		f.rows = append(f.rows, r)
	}
}

// decode makes the facts of a registry: each file's rows become those of the
// field of its name, OwnCounts for own_counts.csv.
func (l *loader) decode(reg *Registry) {
	for _, f := range l.files {
		list := reflect.ValueOf(reg).Elem().FieldByNameFunc(func(name string) bool {
			return strings.EqualFold(name+".csv", strings.ReplaceAll(f.name, "_", ""))
		})
		fact := list.Type().Elem()
		columns := map[string][]int{} // indexes of their fields
		for _, c := range f.columns {
			if field, ok := fact.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, fieldOf.Replace(c.name)) }); ok {
				columns[c.name] = field.Index
			}
		}
		for _, r := range f.rows {
			list.Set(reflect.Append(list, r.decode(fact, columns)))
		}
	}
}

// fieldOf takes from the name of a column what that of its field does not have:
// second_hand is for SecondHand, platform_id for Platform, printed_name for Printed.
var fieldOf = strings.NewReplacer("_id", "", "_name", "", "_", "")

// decode makes a fact of a row, of the columns that are for a field.
func (r row) decode(t reflect.Type, columns map[string][]int) reflect.Value {
	fact := reflect.New(t).Elem()
	if user := fact.FieldByName("User"); user.IsValid() {
		user.SetBool(r.user)
	}
	for name, index := range columns {
		switch field := fact.FieldByIndex(index); {
		case field.Kind() == reflect.String:
			field.SetString(r.cell[name])
		case field.Kind() == reflect.Bool:
			field.SetBool(r.cell[name] == "yes")
		case field.CanInt():
			n, _ := strconv.Atoi(r.cell[name]) // checked, or empty
			field.SetInt(int64(n))
		case field.Kind() == reflect.Slice:
			for _, part := range r.list(name) {
				field.Set(reflect.Append(field, reflect.ValueOf(part).Convert(field.Type().Elem())))
			}
		}
	}
	return fact
}
