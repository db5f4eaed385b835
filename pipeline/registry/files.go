package registry

import (
	"cmp"
	_ "embed"
	"reflect"
	"slices"
	"strings"

	"espfigures/pipeline"
)

// file describes one CSV file: loading, checking and the templates of a user's
// layer are made from it.
type file struct {
	name string
	noun string // what a row is called in a fault
	key  string // the column that no two rows share; "" for none
	// columns in the order of the shipped files: a name, "?" where the column or
	// its cell may be left out, and after ":" the checks that a cell, or with
	// "*" each part of one between semicolons, has to pass.
	columns string
	needed  bool // a whole registry must have it; a user's layer never must
	load    func(*loader, row)
	example string // rows that a template comments out; "" for a file it leaves out
}

// fileTypes are read in this order: ids before what refers to them.
var fileTypes = []file{
	{"categories.csv", "category", "id", "id:free+id name:text definition:text", false,
		into(func(l *loader) *table[pipeline.Category] { return &l.categories }, nil),
		`live-streaming,Live streaming,Live video for an audience; give it to platforms in platforms.csv.`},
	{"platforms.csv", "platform", "id", "id:free+id+matched name:text kind:kind category?:category note? source:source domains? rows?:years", true,
		into(func(l *loader) *table[Platform] { return &l.platforms }, func(_ *loader, _ row, p *Platform) {
			p.Category = cmp.Or(p.Category, pipeline.OtherCategory)
		}),
		`chat-example,Chat Example,platform,messaging,What a reader must know of its scope.,https://example.org/about,,`},
	{"companies.csv", "company", "id", "id:free+id name:text source:source aliases?", true,
		into(func(l *loader) *table[Company] { return &l.companies }, nil),
		`example-holding,Example Holding,https://example.org/investors,Example Group`},
	{"aliases.csv", "printed name", "printed_name", "printed_name:text+unstarred platform_id:platform note? source:source", true,
		into(func(l *loader) *table[Alias] { return &l.aliases }, nil),
		`"Chat Example, Inc.",chat-example,,"NCMEC, 2022 CyberTipline Reports by ESP, p. 3"`},
	{"short_names.csv", "short name", "name", "name:text platform_id:platform source:source", false,
		into(func(l *loader) *table[pipeline.ShortName] { return &l.short }, nil), ""},
	{"owners.csv", "ownership", "", "platform_id:platform company_id:owner from?:day to?:day source:source", true,
		into(func(l *loader) *table[pipeline.Ownership] { return &l.owners }, nil),
		"chat-example,example-holding,2021-06-30,,https://example.org/news\nomegle,independent,,,https://example.org/says-so"},
	{"breaks.csv", "break", "id", "id:free+id who:reporter from:year to:year kind:id description:text source:source forbids:forbids measures?:*measure", true,
		into(func(l *loader) *table[pipeline.Break] { return &l.breaks }, nil), ""},
	{"combined.csv", "member", "", "year:year platform_id:platform member_id:platform source:source", true,
		into(func(l *loader) *table[member] { return &l.members }, checkMember), ""},
	{"counted.csv", "service", "id", "id:free+id name:text aliases? platform_id?:platform from:year to:year note? source:source", false,
		into(func(l *loader) *table[pipeline.Counted] { return &l.counted }, nil), ""},
	{"own_counts.csv", "own count", "", "platforms:*platform from:day to:day reports:count unit:reports covers? differs? rounded?:yes second_hand?:yes title:text published?:month source:source", false,
		into(func(l *loader) *table[pipeline.OwnCount] { return &l.ownCounts }, func(l *loader, r row, c *pipeline.OwnCount) {
			slices.Sort(c.Platforms)
			if isDay(c.From) && isDay(c.To) && (c.From[:4] != c.To[:4] || !strings.Contains(periods, c.From[5:]+"/"+c.To[5:])) {
				l.fault(r.place, "%s to %s is not a calendar year, half-year or quarter", c.From, c.To)
			}
		}), ""},
	{"groups.csv", "group", "id", "id:free+id name:text members:*platform source?:source", false,
		into(func(l *loader) *table[pipeline.Group] { return &l.groups }, func(l *loader, r row, g *pipeline.Group) {
			if members := slices.Sorted(slices.Values(g.Members)); len(slices.Compact(members)) < len(g.Members) {
				l.fault(r.place, "group %q has a member twice", g.ID)
			}
		}),
		`short-video,Short video,tiktok;snapchat;instagram,`},
	{"notes.csv", "note", "", "who:series year?:year text:text source?:source", false,
		into(func(l *loader) *table[pipeline.Remark] { return &l.remarks }, nil),
		`imgur,2024,Ask the provider about this year before you quote it.,`},
}

// periods are the periods of own counts.
const periods = "01-01/12-31 01-01/06-30 07-01/12-31 01-01/03-31 04-01/06-30 07-01/09-30 10-01/12-31"

// siteFiles say what is known of the publisher's web site.
var siteFiles = []file{
	{"hosts.csv", "host", "host", "host:text note? source:text", true, func(l *loader, r row) {
		l.site.Hosts = append(l.site.Hosts, r.cell["host"])
	}, ""},
	{"pages.csv", "page", "address", "kind:text address:text note? source:text", true, func(l *loader, r row) {
		switch kind, address := r.cell["kind"], r.cell["address"]; {
		case kind == "start" && l.site.Publisher(address) && strings.HasPrefix(address, "https://"):
			l.site.Start = append(l.site.Start, address)
		case kind == "pattern" && strings.HasPrefix(address, "/") && strings.Contains(address, "YEAR"):
			l.site.Patterns = append(l.site.Patterns, address)
		default:
			l.fault(r.place, "%s %q: want start and an https address at a host of hosts.csv, or pattern and a path with YEAR", kind, address)
		}
	}, ""},
	{"sisters.csv", "word", "word", "word:text kind:text source:text", true, func(l *loader, r row) {
		l.site.Sisters = append(l.site.Sisters, pipeline.SisterWord{Word: r.cell["word"], Kind: r.cell["kind"]})
	}, ""},
}

// member is a likely member of a combined row.
type member struct {
	Year                     int
	Platform, Member, Source string
}

func checkMember(l *loader, r row, m *member) {
	for _, o := range l.members.rows {
		if o.fact.Year == m.Year && o.fact.Member == m.Member {
			l.fault(r.place, "member %q is already in a combined row of %d on line %d", m.Member, m.Year, o.line)
		}
	}
}

// into returns what loads a row into a table, as a fact of its type. adjust may
// complete the fact, or find a fault of the whole row; it may be nil.
func into[T any](of func(*loader) *table[T], adjust func(*loader, row, *T)) func(*loader, row) {
	return func(l *loader, r row) {
		var fact T
		r.decode(reflect.ValueOf(&fact).Elem())
		if adjust != nil {
			adjust(l, r, &fact)
		}
		of(l).add(l, r, fact)
	}
}

// decode sets the fields of a fact from the columns of their names: SecondHand
// from second_hand, Platform from platform_id, Printed from printed_name.
func (r row) decode(fact reflect.Value) {
	if user := fact.FieldByName("User"); user.IsValid() {
		user.SetBool(r.user)
	}
	for _, c := range r.cols() {
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
			field.SetInt(int64(r.number(c.name)))
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
	files := map[string]string{"README.md": layerReadme}
	for _, f := range fileTypes {
		if f.example != "" {
			files[f.name] = f.header() + "\n# " + strings.ReplaceAll(f.example, "\n", "\n# ") + "\n"
		}
	}
	return files
}
