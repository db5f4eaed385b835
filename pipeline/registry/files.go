package registry

import (
	_ "embed"
	"encoding/csv"
	"strings"
)

// file is one CSV file: loading, checking and the templates of a user's layer
// are made from its description.
type file struct {
	name    string
	noun    string   // what a row is called in a fault
	key     string   // the column that no two rows share; "" for none
	needed  bool     // a whole registry must have it; a user's layer never must
	calls   []string // the columns with an id and the names that mean it
	columns []column
	header  string // their names
	example string // rows that a template comments out; "" for a file it leaves out

	rows []row          // while it is loaded
	at   map[string]int // a row by its key
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
// that a cell, or with "*" each part of one between semicolons, has to pass. A
// check is one of checks, or what a cell may be: words and files with that key.
//
//go:embed files.csv
var filesFile string

// files returns the files of the registry, or of what is known of the site.
func files(of string) (list []*file) {
	rows, err := csv.NewReader(strings.NewReader(filesFile)).ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	for _, r := range rows {
		if r[1] != of {
			continue
		}
		f := &file{name: r[0], noun: r[2], key: r[3], needed: r[4] == "yes", calls: strings.Fields(r[5]), example: r[7], at: map[string]int{}}
		for _, spec := range strings.Fields(r[6]) {
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
