package output

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/serdes"

	"espfigures/output/tables"
)

// views answer the common questions.
//
//go:embed views.sql
var views string

// writeDatabase writes every table, the codebook as one more, and the views as
// one SQLite file. It is made in memory: where nothing is installed there may be no
// folder for temporary files. Names have "_" where files have "-"; texts are as
// printed.
func writeDatabase(w io.Writer, all []tables.Table) (err error) {
	db, err := sqlite3.Open(":memory:")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Exec("PRAGMA foreign_keys = OFF; BEGIN"); err != nil { // rows come before those they refer to
		return err
	}
	for _, t := range append(slices.Clone(all), tables.Codebook(all)) {
		if err := insert(db, &t); err != nil {
			return fmt.Errorf("table %s: %w", sqlName(t.Name), err)
		}
	}
	if err := db.Exec(views + "COMMIT"); err != nil {
		return err
	}
	b, err := serdes.Serialize(db, "main")
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

func sqlName(s string) string { return strings.ReplaceAll(s, "-", "_") }

var sqlTypes = map[tables.Kind]string{tables.Text: "TEXT", tables.Integer: "INTEGER", tables.Number: "REAL", tables.Boolean: "BOOLEAN",
	tables.Year: "INTEGER", tables.Date: "DATE", tables.Moment: "TIMESTAMP"}

// createTable returns the statement that makes a table with its keys.
func createTable(t *tables.Table) string {
	var columns []string
	quoted := func(names ...string) string {
		var list []string
		for _, n := range names {
			list = append(list, sqlite3.QuoteIdentifier(n))
		}
		return strings.Join(list, ", ")
	}
	for _, f := range t.Fields {
		columns = append(columns, quoted(f.Name)+" "+sqlTypes[f.Kind])
		if f.Required {
			columns[len(columns)-1] += " NOT NULL"
		}
	}
	if key := quoted(t.Key...); t.KeyRequired() && key != "" {
		columns = append(columns, "PRIMARY KEY ("+key+")")
	} else if key != "" {
		columns = append(columns, "UNIQUE ("+key+")")
	}
	for _, r := range t.Refs {
		columns = append(columns, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s)", quoted(r.Field), sqlName(r.Table), quoted(r.To)))
	}
	return fmt.Sprintf("CREATE TABLE %s (\n  %s\n)", sqlName(t.Name), strings.Join(columns, ",\n  "))
}

func insert(db *sqlite3.Conn, t *tables.Table) error {
	if err := db.Exec(createTable(t)); err != nil {
		return err
	}
	marks := strings.Repeat(", ?", len(t.Fields))[2:]
	s, _, err := db.Prepare(fmt.Sprintf("INSERT INTO %s VALUES (%s)", sqlName(t.Name), marks))
	if err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, v := range row {
			err = errors.Join(err, bind(s, i+1, v, t.Fields[i].Required))
		}
		if err = errors.Join(err, s.Exec()); err != nil {
			break
		}
	}
	return errors.Join(err, s.Close())
}

// bind sets the value of a column; what has no value is NULL.
func bind(s *sqlite3.Stmt, at int, v any, required bool) error {
	switch v := tables.Plain(v).(type) {
	case int64:
		return s.BindInt64(at, v)
	case float64:
		return s.BindFloat(at, v)
	case bool:
		return s.BindBool(at, v)
	case nil:
		if !required {
			return s.BindNull(at)
		}
	}
	return s.BindText(at, tables.Cell(v))
}
