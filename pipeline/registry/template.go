package registry

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// Template is a file of a new user's layer.
type Template struct{ Name, Text string }

// examples are one row of each file, as a user could write it, by column.
var examples = map[string]map[string]string{
	"categories.csv":  {"id": "my-category", "name": "My category", "definition": "Services that I study together"},
	"platforms.csv":   {"id": "my-service", "name": "My Service", "kind": "platform", "category": "my-category", "source": exampleSource},
	"companies.csv":   {"id": "my-company", "name": "My Company", "source": exampleSource},
	"aliases.csv":     {"printed_name": "My Service, Inc.", "platform_id": "my-service", "source": exampleSource},
	"short_names.csv": {"name": "mysv", "platform_id": "my-service", "source": exampleSource},
	"owners.csv":      {"platform_id": "my-service", "company_id": "my-company", "from": "2020-01-01", "source": exampleSource},
	"breaks.csv":      {"id": "my-break", "who": "my-service", "from": "2021", "to": "2022", "kind": "method", "description": "Counts messages since 2022.", "forbids": "change", "source": exampleSource},
	"combined.csv":    {"year": "2024", "platform_id": "my-service", "member_id": "kik", "source": exampleSource},
	"counted.csv":     {"id": "my-app", "name": "My App", "platform_id": "my-service", "from": "2020", "to": "2024", "source": exampleSource},
	"own_counts.csv":  {"platforms": "my-service", "from": "2022-01-01", "to": "2022-12-31", "reports": "1234", "unit": "reports", "title": "Transparency report 2022", "published": "2023-02", "source": exampleSource},
	"groups.csv":      {"id": "my-group", "name": "My group", "members": "facebook;instagram", "source": exampleSource},
	"notes.csv":       {"who": "facebook", "year": "2022", "text": "What I want to read with this figure.", "source": exampleSource},
}

const exampleSource = "https://example.org/about"

// example returns the example row of a file as a line of CSV.
func (f file) example() string {
	var row []string
	for _, c := range f.columns {
		row = append(row, examples[f.name][strings.TrimSuffix(c, "?")])
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(row); err != nil {
		panic(err) // programmer error: a builder takes everything
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// Templates returns the files of a new user's layer: each with its header and no
// facts, and a README with an example row for each. groups.csv has its example,
// which changes no figure.
func Templates() []Template {
	var list []Template
	var readme strings.Builder
	readme.WriteString(`# Your own layer

Each file adds facts to those shipped with espfigures, or replaces them: a row
replaces the shipped one of the same id or printed name, and the owners given for
a platform replace all that are shipped for it. A file that you do not need may
stay empty or be deleted. Several values in one cell are separated by ";".
What these files say is marked "user" in every output.

Use the folder with --registry FOLDER, or set ESPFIGURES_REGISTRY.

An example row of each file:
`)
	for _, f := range files {
		text := f.header() + "\n"
		if f.name == "groups.csv" {
			text += f.example() + "\n"
		}
		list = append(list, Template{f.name, text})
		fmt.Fprintf(&readme, "\n## %s\n\n    %s\n    %s\n", f.name, f.header(), f.example())
	}
	return append(list, Template{"README.md", readme.String()})
}
