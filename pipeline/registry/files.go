package registry

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"espfigures/pipeline"
)

// file describes one CSV file: loading, checking and the templates of a user's
// layer are made from it.
type file struct {
	name    string
	noun    string // what a row is called in a fault
	key     string // the column that no two rows share; "" for none
	needed  bool   // a whole registry must have it; a user's layer never must
	columns []column
	header  string // their names
	example string // rows that a template comments out; "" for a file it leaves out
}

// column is one of the columns of a file.
type column struct {
	name           string
	checks         []string
	optional, list bool
}

// filesFile has the files in the order in which they are read: ids before what
// refers to them. Their columns are in the order of the shipped files: a name,
// "?" where the column or its cell may be left out, and after ":" the checks
// that a cell, or with "*" each part of one between semicolons, has to pass.
//
//go:embed files.csv
var filesFile string

// files returns the files of the registry, or of what is known of the site.
func files(of string) (list []file) {
	rows, err := csv.NewReader(strings.NewReader(filesFile)).ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	for _, r := range rows {
		if r[1] != of {
			continue
		}
		f := file{name: r[0], noun: r[2], key: r[3], needed: r[4] == "yes", example: r[6]}
		for _, spec := range strings.Fields(r[5]) {
			var c column
			name, checks, _ := strings.Cut(spec, ":")
			c.name, c.optional = strings.CutSuffix(name, "?")
			checks, c.list = strings.CutPrefix(checks, "*")
			c.checks = strings.FieldsFunc(checks, func(r rune) bool { return r == '+' })
			f.columns = append(f.columns, c)
			f.header = strings.TrimPrefix(f.header+","+c.name, ",")
		}
		list = append(list, f)
	}
	return list
}

// loads returns what loads a row of each file.
func (l *loader) loads() map[string]func(row) {
	return map[string]func(row){
		"categories.csv":  into(l, &l.categories, nil),
		"platforms.csv":   into(l, &l.platforms, func(_ row, p *Platform) { p.Category = cmp.Or(p.Category, pipeline.OtherCategory) }),
		"companies.csv":   into(l, &l.companies, nil),
		"aliases.csv":     into(l, &l.aliases, nil),
		"short_names.csv": into(l, &l.short, nil),
		"owners.csv":      into(l, &l.owners, nil),
		"breaks.csv":      into(l, &l.breaks, nil),
		"combined.csv":    into(l, &l.members, l.checkMember),
		"counted.csv":     into(l, &l.counted, nil),
		"own_counts.csv": into(l, &l.ownCounts, func(r row, c *pipeline.OwnCount) {
			slices.Sort(c.Platforms)
			if isDay(c.From) && isDay(c.To) && (c.From[:4] != c.To[:4] || !strings.Contains(periods, c.From[5:]+"/"+c.To[5:])) {
				l.fault(r.place, "%s to %s is not a calendar year, half-year or quarter", c.From, c.To)
			}
		}),
		"groups.csv": into(l, &l.groups, nil),
		"notes.csv":  into(l, &l.remarks, nil),
		"hosts.csv":  func(r row) { l.site.Hosts = append(l.site.Hosts, r.cell["host"]) },
		"pages.csv":  l.addPage,
		"sisters.csv": func(r row) {
			l.site.Sisters = append(l.site.Sisters, pipeline.SisterWord{Word: r.cell["word"], Kind: r.cell["kind"]})
		},
	}
}

// periods are the periods of own counts.
const periods = "01-01/12-31 01-01/06-30 07-01/12-31 01-01/03-31 04-01/06-30 07-01/09-30 10-01/12-31"

// addPage adds an address or a pattern of addresses of the publisher's site.
func (l *loader) addPage(r row) {
	switch kind, address := r.cell["kind"], r.cell["address"]; {
	case kind == "start" && l.site.Publisher(address) && strings.HasPrefix(address, "https://"):
		l.site.Start = append(l.site.Start, address)
	case kind == "pattern" && strings.HasPrefix(address, "/") && strings.Contains(address, "YEAR"):
		l.site.Patterns = append(l.site.Patterns, address)
	default:
		l.fault(r.place, "%s %q: want start and an https address at a host of hosts.csv, or pattern and a path with YEAR", kind, address)
	}
}

// member is a likely member of a combined row.
type member struct {
	Year                     int
	Platform, Member, Source string
}

func (l *loader) checkMember(r row, m *member) {
	for _, o := range l.members.rows {
		if o.fact.Year == m.Year && o.fact.Member == m.Member {
			l.fault(r.place, "member %q is already in a combined row of %d on line %d", m.Member, m.Year, o.line)
		}
	}
}

// into returns what loads a row into a table, as a fact of its type. adjust may
// complete the fact, or find a fault of the whole row; it may be nil.
func into[T any](l *loader, t *table[T], adjust func(row, *T)) func(row) {
	return func(r row) {
		var fact T
		r.decode(reflect.ValueOf(&fact).Elem())
		if adjust != nil {
			adjust(r, &fact)
		}
		t.add(l, r, fact)
	}
}

// decode sets the fields of a fact from the columns of their names: SecondHand
// from second_hand, Platform from platform_id, Printed from printed_name.
func (r row) decode(fact reflect.Value) {
	if user := fact.FieldByName("User"); user.IsValid() {
		user.SetBool(r.user)
	}
	for _, c := range r.columns {
		field := fact.FieldByNameFunc(func(name string) bool {
			return strings.EqualFold(name, strings.ReplaceAll(c.name, "_", "")) || strings.EqualFold(name+"_id", c.name) || strings.EqualFold(name+"_name", c.name)
		})
		switch {
		case !field.IsValid():
		case field.Kind() == reflect.String:
			field.SetString(r.cell[c.name])
		case field.Kind() == reflect.Bool:
			field.SetBool(r.cell[c.name] == "yes")
		case field.CanInt():
			n, _ := strconv.Atoi(r.cell[c.name]) // checked, or empty
			field.SetInt(int64(n))
		case field.Kind() == reflect.Slice:
			for _, part := range r.list(c.name) {
				field.Set(reflect.Append(field, reflect.ValueOf(part).Convert(field.Type().Elem())))
			}
		}
	}
}

//go:embed data/layer.md
var layerReadme string

// Template returns the files with which a user begins a layer of their own, by
// name: each with its header and commented examples, and a README. The examples
// name platforms of the shipped registry, so that a line works once its "#" is gone.
func Template() map[string]string {
	made := map[string]string{"README.md": layerReadme}
	for _, f := range files("registry") {
		if f.example != "" {
			made[f.name] = f.header + "\n# " + strings.ReplaceAll(f.example, "\n", "\n# ") + "\n"
		}
	}
	return made
}
