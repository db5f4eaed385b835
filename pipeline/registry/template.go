package registry

import (
	"fmt"
	"strings"
)

// Template is a file of a new user's layer.
type Template struct{ Name, Text string }

// examples are one row of each file, as a user could write it.
var examples = map[string]string{
	"categories.csv": `my-category,My category,Services that I study together`,
	"platforms.csv":  `my-service,My Service,platform,social,,https://example.org/about`,
	"companies.csv":  `my-company,My Company,https://example.org/about`,
	"aliases.csv":    `"My Service, Inc.",my-service,,https://example.org/about`,
	"owners.csv":     `my-service,my-company,2020-01-01,,https://example.org/news`,
	"breaks.csv":     `my-break,my-service,2021,2022,method,Counts messages since 2022.,https://example.org/news,change,`,
	"combined.csv":   `2020,facebook,instagram,https://example.org/about`,
	"counted.csv":    `my-app,My App,,my-service,2020,2024,,https://example.org/about`,
	"own_counts.csv": `my-service,2022-01-01,2022-12-31,1234,reports,,,,Transparency report 2022,2023-02,https://example.org/report`,
	"groups.csv":     `my-group,My group,facebook;instagram,https://example.org/why`,
	"notes.csv":      `facebook,2022,What I want to read with this figure.,https://example.org/note`,
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
			text += examples[f.name] + "\n"
		}
		list = append(list, Template{f.name, text})
		fmt.Fprintf(&readme, "\n## %s\n\n    %s\n    %s\n", f.name, f.header(), examples[f.name])
	}
	return append(list, Template{"README.md", readme.String()})
}
