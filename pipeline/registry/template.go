package registry

import (
	"strings"
)

// examples are the rows that Template comments out. They name platforms of the
// shipped registry, so that a line works once its "#" is gone.
var examples = map[string][]string{
	"platforms.csv":  {`chat-example,Chat Example,platform,messaging,What a reader must know of its scope.,https://example.org/about,,`},
	"aliases.csv":    {`"Chat Example, Inc.",chat-example,,"NCMEC, 2022 CyberTipline Reports by ESP, p. 3"`},
	"companies.csv":  {`example-holding,Example Holding,https://example.org/investors,Example Group`},
	"owners.csv":     {`chat-example,example-holding,2021-06-30,,https://example.org/news`, `omegle,independent,,,https://example.org/says-so`},
	"categories.csv": {`live-streaming,Live streaming,Live video for an audience; give it to platforms in platforms.csv.`},
	"groups.csv":     {`short-video,Short video,tiktok;snapchat;instagram,`},
	"notes.csv":      {`imgur,2024,Ask the provider about this year before you quote it.,`},
}

// Template returns the files with which a user begins a layer of their own, by
// name: each with its header and a commented example, and a README.
func Template() map[string]string {
	files := map[string]string{"README.md": templateReadme}
	for _, f := range fileTypes {
		rows, ok := examples[f.name]
		if !ok {
			continue
		}
		files[f.name] = f.header() + "\n# " + strings.Join(rows, "\n# ") + "\n"
	}
	return files
}

const templateReadme = `# My registry

Facts of your own, used with ` + "`--registry THIS_FOLDER`" + ` or ESPFIGURES_REGISTRY. Every file is optional: delete those you do not need. Lines that begin with # are examples and are not read.

| file | one row says |
|---|---|
| platforms.csv | there is a service with this id, name, kind and category; a row with a shipped id replaces the shipped one |
| aliases.csv | this printed name (without the star) means that platform |
| companies.csv | there is a company with this id and name |
| owners.csv | that company owned that platform from this day to that day (YYYY-MM-DD, both included; empty is open). Your rows for a platform replace all shipped ones. The company ` + "`independent`" + ` says that it has no owner |
| categories.csv | there is a category with this id, name and definition |
| groups.csv | these platforms, separated by semicolons, are one series; source may be empty |
| notes.csv | this text belongs to that platform, company or category, in that year or in all; source may be empty |

breaks.csv, combined.csv, counted.csv, short_names.csv and own_counts.csv work too, with the columns of the shipped files.

Ids are lower-case letters, digits and single dashes. Every other row needs a source with an address or a citation of NCMEC's document with its page. Files are UTF-8 CSV with commas. What is wrong is reported with file and line, all at once, and nothing is used until it is right. Whatever your files bear on is marked "user" in the outputs.
`
