package tables

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"

	"espfigures/pipeline"
)

// The definitions: what each table is for, and what each of its columns means.
// from, to, group and rank are words of SQL or of a data frame, and a contract.
var (
	//go:embed tables.csv
	tablesFile []byte
	//go:embed columns.csv
	columnsFile []byte

	defined = sync.OnceValue(readDefinitions)
)

// define returns a table without rows, by its definition. years are those of
// its columns with a year in their name.
func define(name string, years []int) Table {
	t, ok := defined()[name]
	if !ok {
		panic("programmer error: tables.csv has no table " + name)
	}
	var fields []Field
	for _, f := range t.Fields {
		if !strings.Contains(f.Name, "{year}") {
			fields = append(fields, f)
			continue
		}
		for _, y := range years {
			of := strings.NewReplacer("{year}", fmt.Sprint(y))
			g := f
			g.Name, g.About = of.Replace(f.Name), of.Replace(f.About)
			fields = append(fields, g)
		}
	}
	t.Fields = fields
	return t
}

// readDefinitions reads both files. "{marks}" in a text, and "{kinds}" as the
// values of a column, are those of the pipeline.
func readDefinitions() map[string]Table {
	var marks, kinds []string
	for _, m := range pipeline.FlagMeanings {
		marks = append(marks, string(m.Flag)+": "+m.Meaning)
	}
	for _, k := range pipeline.Kinds {
		kinds = append(kinds, string(k))
	}
	fill := strings.NewReplacer("{marks}", strings.Join(marks, ". ")+".", "{kinds}", strings.Join(kinds, " | "))
	fields := map[string][]Field{}
	for _, c := range ReadRows(columnsFile) {
		f := Field{Name: c["column"], Kind: Kind(c["type"]), Unit: c["unit"], Required: c["required"] == "yes", Pattern: c["pattern"], About: fill.Replace(c["meaning"])}
		for _, v := range strings.Split(fill.Replace(c["values"]), " | ") {
			if value, meaning, _ := strings.Cut(v, ": "); value != "" {
				f.Enum = append(f.Enum, Value{value, meaning})
			}
		}
		fields[c["table"]] = append(fields[c["table"]], f)
	}
	all := map[string]Table{}
	for _, d := range ReadRows(tablesFile) {
		t := Table{Name: d["table"], Title: d["title"], About: d["about"], Key: strings.Fields(d["key"]), Fields: fields[d["table"]]}
		if of := d["columns_of"]; of != "" {
			t.Fields = fields[of]
		}
		for _, r := range strings.Fields(d["refers_to"]) {
			field, to, _ := strings.Cut(r, "=")
			table, column, _ := strings.Cut(to, ".")
			t.Refs = append(t.Refs, Reference{field, table, column})
		}
		all[t.Name] = t
	}
	return all
}

// ReadRows returns the rows of a CSV file by the names of its columns.
func ReadRows(file []byte) []map[string]string {
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("programmer error: %v", err)) // the file is part of the program
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}
